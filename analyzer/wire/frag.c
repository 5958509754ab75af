/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/frag.h"

#include <string.h>

enum entry_state {
    ENTRY_WAITING,
    ENTRY_WHOLE, /* handed out: what still comes within SMBT_FRAG_COPIES is a copy */
    ENTRY_DEAD,  /* given up: what still comes goes the same way */
};

typedef struct piece {
    uint32_t offset, len, captured;
    uint8_t data[];
} piece;

/* One datagram. */
typedef struct entry {
    smbt_frag_key key;
    GList link; /* in smbt_frag.order, or .spent when ENTRY_WHOLE */
    enum entry_state state;
    smbt_time since;       /* first fragment seen; ENTRY_WHOLE: handed out */
    GPtrArray *pieces;     /* by rising offset, without overlap; NULL when the entry only remembers */
    uint32_t received;     /* sum of the pieces' len */
    uint32_t len;          /* 0: the last fragment has not been seen */
    size_t bytes;          /* what the entry is charged with */
    smbt_datagram heading; /* protocol, ttl, dont_fragment of the first fragment */
} entry;

/* What an entry and a piece cost beside their bytes, with the allocator's part. */
#define ENTRY_COST (sizeof(entry) + 128)
#define PIECE_COST (sizeof(piece) + 32)

static unsigned hash_key(const void *data)
{
    uint64_t words[5], hash = 0;
    memcpy(words, data, sizeof words);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return (unsigned)(hash ^ hash >> 32);
}

static gboolean equal_keys(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(smbt_frag_key)) == 0;
}

void smbt_frag_init(smbt_frag *frag, size_t max_bytes)
{
    *frag = (smbt_frag){.max_bytes = max_bytes, .deadline = SMBT_TIME_NONE};
    frag->entries = g_hash_table_new(hash_key, equal_keys);
    g_queue_init(&frag->order);
    g_queue_init(&frag->spent);
}

static void set_deadline(smbt_frag *frag)
{
    const GList *oldest = frag->order.head;
    frag->deadline =
        oldest ? smbt_time_add(((entry *)oldest->data)->since, SMBT_FRAG_TIMEOUT) : SMBT_TIME_NONE;
}

static void release_pieces(smbt_frag *frag, entry *e)
{
    if (e->pieces) g_ptr_array_unref(e->pieces);
    e->pieces = NULL;
    frag->bytes -= e->bytes - ENTRY_COST;
    e->bytes = ENTRY_COST;
}

static void remove_entry(smbt_frag *frag, entry *e)
{
    if (e->state == ENTRY_WAITING) frag->dropped++;
    release_pieces(frag, e);
    frag->bytes -= ENTRY_COST;
    g_hash_table_remove(frag->entries, &e->key);
    g_queue_unlink(e->state == ENTRY_WHOLE ? &frag->spent : &frag->order, &e->link);
    g_free(e);
    set_deadline(frag);
}

void smbt_frag_clear(smbt_frag *frag)
{
    if (!frag->entries) return;
    while (frag->order.head)
        remove_entry(frag, frag->order.head->data);
    while (frag->spent.head)
        remove_entry(frag, frag->spent.head->data);
    g_hash_table_unref(frag->entries);
    g_free(frag->whole);
    *frag = (smbt_frag){.deadline = SMBT_TIME_NONE};
}

void smbt_frag_expire(smbt_frag *frag, smbt_time now)
{
    while (frag->order.head) {
        entry *oldest = frag->order.head->data;
        if (smbt_time_since(now, oldest->since) <= SMBT_FRAG_TIMEOUT) break;
        remove_entry(frag, oldest);
    }
}

static void forget_spent(smbt_frag *frag, smbt_time now)
{
    while (frag->spent.head) {
        entry *oldest = frag->spent.head->data;
        if (smbt_time_since(now, oldest->since) <= SMBT_FRAG_COPIES) break;
        remove_entry(frag, oldest);
    }
}

/* Makes n bytes free, at the cost of the oldest entries but never of `keep`; spent ones go first. */
static bool make_room(smbt_frag *frag, size_t n, const entry *keep)
{
    while (n > frag->max_bytes || frag->bytes > frag->max_bytes - n) {
        GList *victim = frag->spent.head ? frag->spent.head : frag->order.head;
        if (victim && victim->data == keep) victim = victim->next;
        if (!victim || n > frag->max_bytes) {
            frag->cap_hit = true;
            return false;
        }
        entry *e = victim->data;
        if (e->state == ENTRY_WAITING) frag->cap_hit = true;
        remove_entry(frag, e);
    }
    return true;
}

static void charge(smbt_frag *frag, entry *e, size_t n)
{
    e->bytes += n;
    frag->bytes += n;
}

static entry *new_entry(smbt_frag *frag, smbt_time now, const smbt_frag_key *key)
{
    if (!make_room(frag, ENTRY_COST, NULL)) return NULL;
    entry *e = g_new0(entry, 1);
    e->key = *key;
    e->since = now;
    e->pieces = g_ptr_array_new_with_free_func(g_free);
    charge(frag, e, ENTRY_COST);
    e->link.data = e;
    g_queue_push_tail_link(&frag->order, &e->link);
    g_hash_table_insert(frag->entries, &e->key, e);
    set_deadline(frag);
    return e;
}

/* The datagram's entry; a new one when the old one's time is over. */
static entry *find_entry(smbt_frag *frag, smbt_time now, const smbt_frag_key *key)
{
    entry *e = g_hash_table_lookup(frag->entries, key);
    if (e && smbt_time_since(now, e->since) > SMBT_FRAG_TIMEOUT) {
        remove_entry(frag, e);
        e = NULL;
    }
    return e ? e : new_entry(frag, now, key);
}

static void retire(smbt_frag *frag, smbt_time now, entry *e)
{
    release_pieces(frag, e);
    g_queue_unlink(&frag->order, &e->link);
    g_queue_push_tail_link(&frag->spent, &e->link);
    e->state = ENTRY_WHOLE;
    e->since = now;
    set_deadline(frag);
}

static void give_up(smbt_frag *frag, entry *e)
{
    frag->dropped++;
    e->state = ENTRY_DEAD;
    release_pieces(frag, e);
}

enum fit { FIT_NEW, FIT_COPY, FIT_CONTRADICTION };

static bool is_copy(const piece *old, const smbt_fragment *f)
{
    uint32_t both = MIN(old->captured, f->captured);
    return old->offset == f->offset && old->len == f->len &&
           (both == 0 || memcmp(old->data, f->data, both) == 0);
}

/* Where the fragment goes among the pieces. Searched from the end: most come in order. */
static enum fit find_place(const entry *e, const smbt_fragment *f, unsigned *ret_index)
{
    uint32_t end = f->offset + f->len;
    unsigned i = e->pieces->len;
    const piece *last = i ? e->pieces->pdata[i - 1] : NULL;

    /* The length is what the last fragment says; nothing may lie behind it. */
    if (!f->more && e->len && e->len != end) return FIT_CONTRADICTION;
    if (!f->more && last && last->offset + last->len > end) return FIT_CONTRADICTION;
    if (f->more && e->len && end >= e->len) return FIT_CONTRADICTION;

    for (; i > 0; i--) {
        const piece *old = e->pieces->pdata[i - 1];
        if (old->offset + old->len <= f->offset) break;
        if (is_copy(old, f)) return FIT_COPY;
        if (old->offset < end) return FIT_CONTRADICTION;
    }
    *ret_index = i;
    return FIT_NEW;
}

static void insert_piece(smbt_frag *frag, entry *e, unsigned index, const smbt_fragment *f)
{
    piece *new_piece = g_malloc(sizeof(piece) + f->captured);
    *new_piece = (piece){.offset = f->offset, .len = f->len, .captured = f->captured};
    if (f->captured) memcpy(new_piece->data, f->data, f->captured);
    g_ptr_array_insert(e->pieces, (int)index, new_piece);
    charge(frag, e, PIECE_COST + f->captured);
    e->received += f->len;
    if (!f->more) e->len = f->offset + f->len;
    if (f->offset == 0)
        e->heading =
            (smbt_datagram){.protocol = f->protocol, .ttl = f->ttl, .dont_fragment = f->dont_fragment};
}

/* Puts the pieces together, up to the first byte that was not captured. */
static void assemble(smbt_frag *frag, entry *e, smbt_datagram *ret_datagram)
{
    if (!frag->whole) frag->whole = g_malloc(SMBT_FRAG_DATAGRAM_MAX);
    uint32_t captured = 0;
    for (unsigned i = 0; i < e->pieces->len; i++) {
        const piece *next = e->pieces->pdata[i];
        if (next->captured) memcpy(frag->whole + captured, next->data, next->captured);
        captured += next->captured;
        if (next->captured < next->len) break;
    }
    *ret_datagram = e->heading;
    ret_datagram->len = e->len;
    ret_datagram->captured = captured;
    ret_datagram->data = frag->whole;
}

bool smbt_frag_add(smbt_frag *frag, smbt_time now, const smbt_frag_key *key, const smbt_fragment *fragment,
                   smbt_datagram *ret_datagram)
{
    forget_spent(frag, now);
    entry *e = find_entry(frag, now, key);
    if (!e) {
        frag->dropped++;
        return false;
    }
    if (e->state != ENTRY_WAITING) return false;

    unsigned index;
    switch (find_place(e, fragment, &index)) {
    case FIT_COPY: return false;
    case FIT_CONTRADICTION: give_up(frag, e); return false;
    case FIT_NEW: break;
    }
    if (!make_room(frag, PIECE_COST + fragment->captured, e)) {
        give_up(frag, e);
        return false;
    }
    insert_piece(frag, e, index, fragment);
    if (e->len == 0 || e->received < e->len) return false;

    assemble(frag, e, ret_datagram);
    retire(frag, now, e);
    return true;
}

bool smbt_frag_knows(const smbt_frag *frag, const smbt_frag_key *key)
{
    return g_hash_table_contains(frag->entries, key);
}
