/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/sighting.h"

#include "observe/viewpoint.h"

#include <stdlib.h>
#include <string.h>

smbt_sighting_notes *smbt_sighting_notes_new(void)
{
    return g_new0(smbt_sighting_notes, 1);
}

void smbt_sighting_notes_free(smbt_sighting_notes *n)
{
    if (!n) return;
    for (int side = 0; side < 2; side++)
        if (n->marks[side]) g_array_unref(n->marks[side]);
    if (n->farewells) g_array_unref(n->farewells);
    g_free(n);
}

static void note_farewell(smbt_sighting_notes *n, const smbt_farewell *f)
{
    if (!n->farewells) n->farewells = g_array_new(FALSE, FALSE, sizeof(smbt_farewell));
    if (n->farewells->len < SMBT_FAREWELLS_MAX)
        g_array_append_val(n->farewells, *f);
    else
        n->farewells_more = true;
}

void smbt_sighting_control(smbt_sighting_notes *n, unsigned side, const smbt_segment *s, uint64_t frame,
                           smbt_time time)
{
    if (s->flags & SMBT_TCP_SYN && !n->has_isn[side]) {
        n->has_isn[side] = true;
        n->isn[side] = s->seq;
        n->isn_time[side] = time;
    }
    if (!(s->flags & (SMBT_TCP_FIN | SMBT_TCP_RST))) return;
    bool reset = s->flags & SMBT_TCP_RST;
    smbt_farewell f = {.time = time,
                       .frame = frame,
                       .seq = reset ? s->seq : s->seq + s->payload_len, /* of the FIN itself */
                       .kind = reset ? SMBT_END_RST : SMBT_END_FIN,
                       .side = (uint8_t)side,
                       .ttl = s->ttl};
    note_farewell(n, &f);
}

static uint64_t rank(const smbt_stream_mark *m)
{
    uint64_t x = (m->head ^ m->seq) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The highest rank that a sample of the marks [from, to) has room for. */
static uint64_t highest_rank(const GArray *marks, guint from, guint to)
{
    uint64_t ranks[SMBT_MARKS_MAX];
    guint n = 0;
    for (guint i = from; i < to; i++)
        ranks[n++] = rank(&g_array_index(marks, smbt_stream_mark, i));
    if (n <= SMBT_MARKS_SAMPLE) return UINT64_MAX;
    qsort(ranks, n, sizeof *ranks, compare_numbers);
    return ranks[SMBT_MARKS_SAMPLE - 1];
}

static void sort_out(GArray *marks)
{
    guint from = SMBT_MARKS_FIRST, to = marks->len - SMBT_MARKS_LATEST, kept = from, unique = 0;
    uint64_t highest = highest_rank(marks, from, to);
    for (guint i = from; i < to; i++) {
        smbt_stream_mark m = g_array_index(marks, smbt_stream_mark, i);
        bool special = m.is_unique && unique < SMBT_MARKS_UNIQUE;
        if (special) unique++;
        if (special || rank(&m) <= highest) g_array_index(marks, smbt_stream_mark, kept++) = m;
    }
    g_array_remove_range(marks, kept, to - kept);
}

int smbt_sighting_mark(smbt_sighting_notes *n, const smbt_stream_mark *m, uint8_t ttl)
{
    if (n->ttl[m->side] && n->ttl[m->side] != ttl) n->ttl_varies[m->side] = true;
    n->ttl[m->side] = ttl;
    GArray **marks = &n->marks[m->side];
    if (!*marks) *marks = g_array_new(FALSE, FALSE, sizeof(smbt_stream_mark));
    int before = (int)(*marks)->len;
    g_array_append_val(*marks, *m);
    if ((*marks)->len == SMBT_MARKS_MAX) sort_out(*marks);
    return (int)(*marks)->len - before;
}

unsigned smbt_sighting_marks(const smbt_sighting_notes *n)
{
    return (n->marks[0] ? n->marks[0]->len : 0) + (n->marks[1] ? n->marks[1]->len : 0);
}

void smbt_sighting_half(smbt_sighting_notes *n, unsigned side, const smbt_half *h)
{
    n->missing[side] += h->gap_bytes + h->passed_bytes;
    n->has_next[side] = h->started;
    n->next[side] = h->next;
}

static int compare_marks(const void *a, const void *b)
{
    const smbt_stream_mark *x = a, *y = b;
    if (x->side != y->side) return x->side - y->side;
    if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static void fill_client(const smbt_track *t, smbt_sighting *ret)
{
    static const uint8_t no_address[6] = {0};
    const smbt_sender *c = &t->sender[0], *s = &t->sender[1];
    /* Where both sides have one address, somebody wrote it over all others. */
    bool is_kept = !s->has_mac || memcmp(c->mac, s->mac, sizeof c->mac) != 0;
    const unsigned both = SMBT_MARK_SENT | SMBT_MARK_RECEIVED;
    ret->client_first = c->segments ? c->first : SMBT_TIME_NONE;
    ret->client_last = c->segments ? c->last : SMBT_TIME_NONE;
    ret->has_mac = c->has_mac && !c->mac_varies && is_kept && memcmp(c->mac, no_address, sizeof c->mac) != 0;
    memcpy(ret->mac, c->mac, sizeof ret->mac);
    ret->is_direct = smbt_hops_of(c) == 0;
    ret->is_own = (c->marks & both) == SMBT_MARK_SENT;
    ret->has_layout = t->syn.seen && !t->syn.cut;
    ret->layout = t->syn.option_layout;
}

void smbt_sighting_fill(const smbt_sighting_notes *n, const smbt_track *t, smbt_sighting *ret)
{
    *ret = (smbt_sighting){.first_frame = t->first_frame,
                           .last_frame = t->last_frame,
                           .first = t->first,
                           .last = t->last,
                           .farewells_more = n->farewells_more,
                           .marks_more = n->marks_more};
    fill_client(t, ret);
    if (t->resumed.set) {
        ret->pause = smbt_time_since(t->resumed.time, t->resumed.since);
        ret->resumed = t->resumed.time;
        ret->before_pause_frame = t->resumed.last_frame;
        ret->resumed_frame = t->resumed.frame;
        ret->resumed_side = (uint8_t)t->resumed.side;
    }
    ret->marks = g_array_new(FALSE, FALSE, sizeof(smbt_stream_mark));
    ret->farewells = g_array_new(FALSE, FALSE, sizeof(smbt_farewell));
    for (int side = 0; side < 2; side++) {
        const GArray *marks = n->marks[side];
        if (marks) g_array_append_vals(ret->marks, marks->data, marks->len);
        ret->has_isn[side] = n->has_isn[side];
        ret->isn[side] = n->isn[side];
        ret->isn_time[side] = n->isn_time[side];
        ret->segments[side] = t->sender[side].segments;
        ret->missing[side] = n->missing[side];
        ret->has_next[side] = n->has_next[side];
        ret->next[side] = n->next[side];
        ret->ttl[side] = n->ttl[side] ? n->ttl[side] : t->sender[side].ttl;
        ret->ttl_varies[side] = n->ttl_varies[side];
    }
    g_array_sort(ret->marks, compare_marks);
    if (n->farewells) g_array_append_vals(ret->farewells, n->farewells->data, n->farewells->len);
}

void smbt_sighting_clear(smbt_sighting *s)
{
    g_clear_pointer(&s->marks, g_array_unref);
    g_clear_pointer(&s->farewells, g_array_unref);
}
