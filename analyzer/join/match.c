/* Which connections of several captures are one: those that carry the same messages at the same places of the
 * stream. Addresses say nothing, since a NAT changes them.
 *
 * Most NATs leave sequence numbers alone: then the two initial ones, or messages at the same numbers in both
 * directions, make a connection unmistakable. Where a device shifts them, each side must have made up
 * something that both captures have (servers alone may give out one challenge twice), and all else that is
 * compared must be shifted alike. Whatever could be several connections is left apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <stdlib.h>

/* What many connections have in common tells none from the others. */
#define RUN_MAX 64
/* Pairs that are compared at most. */
#define PAIRS_MAX (1u << 20)
/* Messages at the same numbers of one direction that do without the other. */
#define ONE_SIDED_MIN 4
/* How far connections may be from agreeing on the clocks. */
#define CLOCK_TOLERANCE ((int64_t)(60 * SMBT_SEC))

struct token {
    uint64_t key;
    smbt_seen *seen;
};

static uint64_t mix(uint64_t kind, uint64_t a, uint64_t b)
{
    uint64_t x = (a ^ kind) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 29 ^ b) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

static void add_token(GArray *tokens, smbt_seen *seen, uint64_t key)
{
    struct token t = {.key = key, .seen = seen};
    g_array_append_val(tokens, t);
}

static void add_tokens(GArray *tokens, smbt_seen *seen)
{
    const smbt_sighting *s = &seen->s;
    if (s->has_isn[0] && s->has_isn[1])
        add_token(tokens, seen, mix(1, s->isn[0], s->isn[1]));
    else if (s->has_isn[0] && s->marks->len == 0)
        add_token(tokens, seen, mix(2, s->isn[0], s->server.port));
    for (guint i = 0; i < s->marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(s->marks, smbt_stream_mark, i);
        add_token(tokens, seen, mix(3 + m->side, m->seq, m->head));
        if (m->is_unique) add_token(tokens, seen, mix(5, m->body, 0));
    }
}

static int compare_tokens(const void *a, const void *b)
{
    const struct token *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* ---- Comparing two
 * ---------------------------------------------------------------------------------------------- */

bool smbt_join_same(const smbt_stream_mark *a, const smbt_stream_mark *b)
{
    return a->body && b->body ? a->body == b->body : a->head == b->head;
}

const smbt_stream_mark *smbt_join_mark_at(const smbt_sighting *s, unsigned side, uint32_t seq)
{
    guint low = 0, high = s->marks->len;
    while (low < high) {
        guint mid = low + (high - low) / 2;
        const smbt_stream_mark *m = &g_array_index(s->marks, smbt_stream_mark, mid);
        if (m->side < side || (m->side == side && m->seq < seq))
            low = mid + 1;
        else
            high = mid;
    }
    if (low == s->marks->len) return NULL;
    const smbt_stream_mark *m = &g_array_index(s->marks, smbt_stream_mark, low);
    return m->side == side && m->seq == seq ? m : NULL;
}

struct likeness {
    unsigned same[2], unique[2], differ;
};

static struct likeness compare(const smbt_sighting *a, const smbt_sighting *b, const uint32_t shift[2])
{
    struct likeness l = {0};
    for (guint i = 0; i < a->marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(a->marks, smbt_stream_mark, i);
        const smbt_stream_mark *n = smbt_join_mark_at(b, m->side, m->seq + shift[m->side]);
        if (!n) continue;
        if (!smbt_join_same(m, n)) {
            l.differ++;
            continue;
        }
        l.same[m->side]++;
        if (m->is_unique && m->body == n->body) l.unique[m->side]++;
    }
    return l;
}

/* A stream of more than 4 GB comes by the same numbers again. */
static bool contradicts(const struct likeness *l)
{
    return l->differ * 8 > l->same[0] + l->same[1];
}

static bool isns_agree(const smbt_sighting *a, const smbt_sighting *b, const uint32_t shift[2],
                       unsigned *ret_agreeing)
{
    *ret_agreeing = 0;
    for (int side = 0; side < 2; side++) {
        if (!a->has_isn[side] || !b->has_isn[side]) continue;
        if (a->isn[side] + shift[side] != b->isn[side]) return false;
        (*ret_agreeing)++;
    }
    return true;
}

static bool is_same_unshifted(const smbt_sighting *a, const smbt_sighting *b)
{
    const uint32_t none[2] = {0};
    unsigned isns;
    if (!isns_agree(a, b, none, &isns)) return false;
    struct likeness l = compare(a, b, none);
    if (contradicts(&l)) return false;
    if (isns == 2 || (l.same[0] && l.same[1]) || l.same[0] + l.same[1] >= ONE_SIDED_MIN) return true;
    return isns == 1 && a->marks->len == 0 && b->marks->len == 0 && a->server.port == b->server.port;
}

static const smbt_stream_mark *find_unique(const smbt_sighting *s, const smbt_stream_mark *like)
{
    for (guint i = 0; i < s->marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(s->marks, smbt_stream_mark, i);
        if (m->is_unique && m->side == like->side && m->body == like->body) return m;
    }
    return NULL;
}

static bool is_same_shifted(const smbt_sighting *a, const smbt_sighting *b, uint32_t ret_shift[2])
{
    for (guint i = 0; i < a->marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(a->marks, smbt_stream_mark, i);
        const smbt_stream_mark *n = m->is_unique ? find_unique(b, m) : NULL;
        if (!n) continue;
        unsigned isns, side = m->side;
        ret_shift[side] = n->seq - m->seq;
        ret_shift[1 - side] = n->ack - m->ack;
        if (!isns_agree(a, b, ret_shift, &isns)) continue;
        struct likeness l = compare(a, b, ret_shift);
        if (!contradicts(&l) && l.unique[0] && l.unique[1]) return true;
    }
    return false;
}

static void add_partner(smbt_seen *of, smbt_seen *seen, const uint32_t shift[2], bool back)
{
    if (!of->partners) of->partners = g_array_new(FALSE, FALSE, sizeof(smbt_partner));
    smbt_partner p = {.seen = seen};
    for (int side = 0; side < 2; side++)
        p.shift[side] = back ? 0 - shift[side] : shift[side];
    g_array_append_val(of->partners, p);
}

static void compare_pair(smbt_seen *a, smbt_seen *b)
{
    uint32_t shift[2] = {0};
    if (!is_same_unshifted(&a->s, &b->s) && !is_same_shifted(&a->s, &b->s, shift)) return;
    add_partner(a, b, shift, false);
    add_partner(b, a, shift, true);
}

/* ---- Finding pairs to compare
 * --------------------------------------------------------------------------------- */

struct pair {
    smbt_seen *a, *b;
};

static guint hash_pair(gconstpointer p)
{
    const struct pair *pair = p;
    return (guint)mix(7, (uintptr_t)pair->a, (uintptr_t)pair->b);
}

static gboolean equal_pairs(gconstpointer p, gconstpointer q)
{
    const struct pair *x = p, *y = q;
    return x->a == y->a && x->b == y->b;
}

static void compare_once(smbt_join *j, GHashTable *done, smbt_seen *a, smbt_seen *b)
{
    struct pair pair = {.a = a->capture < b->capture ? a : b, .b = a->capture < b->capture ? b : a};
    if (a->capture == b->capture || g_hash_table_contains(done, &pair)) return;
    if (g_hash_table_size(done) >= PAIRS_MAX) {
        j->not_held++;
        return;
    }
    g_hash_table_add(done, g_memdup2(&pair, sizeof pair));
    compare_pair(pair.a, pair.b);
}

static void compare_all(smbt_join *j)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
    g_autoptr(GHashTable) done = g_hash_table_new_full(hash_pair, equal_pairs, g_free, NULL);
    for (unsigned c = 0; c < j->count && c < SMBT_JOIN_CAPTURES_MAX; c++)
        for (guint i = 0; i < j->captures[c].seen->len; i++)
            add_tokens(tokens, j->captures[c].seen->pdata[i]);
    g_array_sort(tokens, compare_tokens);
    for (guint from = 0, to; from < tokens->len; from = to) {
        uint64_t key = g_array_index(tokens, struct token, from).key;
        for (to = from + 1; to < tokens->len && g_array_index(tokens, struct token, to).key == key;)
            to++;
        if (to - from > RUN_MAX) continue;
        for (guint a = from; a < to; a++)
            for (guint b = a + 1; b < to; b++)
                compare_once(j, done, g_array_index(tokens, struct token, a).seen,
                             g_array_index(tokens, struct token, b).seen);
    }
}

/* ---- One connection, or left apart
 * ------------------------------------------------------------------------------ */

static void count_ambiguous(smbt_join *j, unsigned a, unsigned b)
{
    j->ambiguous[MIN(a, b) * j->count + MAX(a, b)]++;
}

/* Where several of another capture could be it, none is. */
static void find_ambiguous(smbt_join *j, smbt_seen *seen)
{
    for (guint i = 0; seen->partners && i < seen->partners->len; i++) {
        smbt_seen *a = g_array_index(seen->partners, smbt_partner, i).seen;
        for (guint k = i + 1; k < seen->partners->len; k++) {
            smbt_seen *b = g_array_index(seen->partners, smbt_partner, k).seen;
            if (a->capture != b->capture) continue;
            if (!seen->is_ambiguous) count_ambiguous(j, seen->capture, a->capture);
            seen->is_ambiguous = a->is_ambiguous = b->is_ambiguous = true;
        }
    }
}

/* A time that both have, and by how much the partner's is ahead. */
static bool rough_ahead(const smbt_seen *seen, const smbt_partner *p, int64_t *ret_ahead)
{
    const smbt_sighting *s = &seen->s;
    for (guint i = 0; i < s->marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(s->marks, smbt_stream_mark, i);
        const smbt_stream_mark *n = smbt_join_mark_at(&p->seen->s, m->side, m->seq + p->shift[m->side]);
        if (!n || !smbt_join_same(m, n)) continue;
        *ret_ahead = (int64_t)(n->time - m->time);
        return true;
    }
    for (int side = 0; side < 2; side++) {
        if (!s->has_isn[side] || !p->seen->s.has_isn[side]) continue;
        *ret_ahead = (int64_t)(p->seen->s.isn_time[side] - s->isn_time[side]);
        return true;
    }
    return false;
}

static int compare_spans(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Connections of two captures that do not agree with most others on how far the clocks are apart are not the
 * same, whatever they look like. */
static void check_clocks(smbt_join *j, unsigned a, unsigned b)
{
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int64_t ahead, median = 0;
    for (int pass = 0; pass < 2; pass++) {
        unsigned near = 0;
        for (guint i = 0; pass == 1 && i < spans->len; i++)
            if (ABS(g_array_index(spans, int64_t, i) - median) <= CLOCK_TOLERANCE) near++;
        bool agree = near * 2 > spans->len;
        for (guint i = 0; i < j->captures[a].seen->len; i++) {
            smbt_seen *seen = j->captures[a].seen->pdata[i];
            for (guint k = 0; seen->partners && k < seen->partners->len; k++) {
                const smbt_partner *p = &g_array_index(seen->partners, smbt_partner, k);
                if (p->seen->capture != b || !rough_ahead(seen, p, &ahead)) continue;
                if (pass == 0) {
                    g_array_append_val(spans, ahead);
                } else if (!agree || ABS(ahead - median) > CLOCK_TOLERANCE) {
                    if (!seen->is_ambiguous) count_ambiguous(j, a, b);
                    seen->is_ambiguous = p->seen->is_ambiguous = true;
                }
            }
        }
        if (spans->len == 0) return;
        g_array_sort(spans, compare_spans);
        median = g_array_index(spans, int64_t, spans->len / 2);
    }
}

/* All that hang together, the shifts of each worked out on the way. */
static GPtrArray *gather(smbt_seen *first)
{
    GPtrArray *group = g_ptr_array_new();
    g_ptr_array_add(group, first);
    first->group = group;
    for (guint i = 0; i < group->len; i++) {
        smbt_seen *seen = group->pdata[i];
        for (guint k = 0; k < seen->partners->len; k++) {
            const smbt_partner *p = &g_array_index(seen->partners, smbt_partner, k);
            if (p->seen->group || p->seen->is_ambiguous) continue;
            p->seen->group = group;
            for (int side = 0; side < 2; side++)
                p->seen->shift[side] = seen->shift[side] + p->shift[side];
            g_ptr_array_add(group, p->seen);
        }
    }
    return group;
}

static bool has_capture_twice(const GPtrArray *group)
{
    for (guint i = 0; i < group->len; i++)
        for (guint k = i + 1; k < group->len; k++)
            if (((smbt_seen *)group->pdata[i])->capture == ((smbt_seen *)group->pdata[k])->capture)
                return true;
    return false;
}

static void drop_group(GPtrArray *group)
{
    for (guint i = 0; i < group->len; i++) {
        smbt_seen *seen = group->pdata[i];
        seen->group = NULL;
        if (group->len > 1) seen->is_ambiguous = true;
    }
    g_ptr_array_unref(group);
}

/* ---- All of it
 * -------------------------------------------------------------------------------------------------- */

static void sort_group(const smbt_join *j, GPtrArray *group)
{
    for (guint i = 1; i < group->len; i++) { /* few, and the order need not be transitive */
        smbt_seen *seen = group->pdata[i];
        guint at = i;
        for (; at > 0; at--) {
            const smbt_seen *before = group->pdata[at - 1];
            int order = smbt_join_order(j, before->capture, seen->capture);
            bool nearer = order > 0 ||
                          (order == 0 && j->captures[seen->capture].viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT &&
                           j->captures[before->capture].viewpoint != SMBT_VIEWPOINT_NEAR_CLIENT);
            if (!nearer) break;
            group->pdata[at] = group->pdata[at - 1];
        }
        group->pdata[at] = seen;
    }
}

void smbt_join_match(smbt_join *j)
{
    unsigned count = MIN(j->count, SMBT_JOIN_CAPTURES_MAX);
    compare_all(j);
    for (unsigned c = 0; c < count; c++)
        for (guint i = 0; i < j->captures[c].seen->len; i++)
            find_ambiguous(j, j->captures[c].seen->pdata[i]);
    for (unsigned a = 0; a < count; a++)
        for (unsigned b = a + 1; b < count; b++)
            check_clocks(j, a, b);
    for (unsigned c = 0; c < count; c++)
        for (guint i = 0; i < j->captures[c].seen->len; i++) {
            smbt_seen *seen = j->captures[c].seen->pdata[i];
            if (seen->group || !seen->partners || seen->is_ambiguous) continue;
            GPtrArray *group = gather(seen);
            if (group->len > 1 && !has_capture_twice(group))
                g_ptr_array_add(j->groups, group);
            else
                drop_group(group);
        }
    smbt_join_settle_clocks(j);
    for (guint i = 0; i < j->groups->len; i++)
        sort_group(j, j->groups->pdata[i]);
}
