/* The clocks of every two captures, from all that they both saw.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

static smbt_clock **clock_between(smbt_join *j, unsigned a, unsigned b)
{
    return &j->clocks[MIN(a, b) * j->count + MAX(a, b)];
}

static void add_times(smbt_join *j, const smbt_seen *a, const smbt_seen *b)
{
    smbt_clock **clock = clock_between(j, a->capture, b->capture);
    if (!*clock) *clock = smbt_clock_new();
    uint32_t shift[2] = {b->shift[0] - a->shift[0], b->shift[1] - a->shift[1]};
    for (unsigned side = 0; side < 2; side++)
        if (a->s.has_isn[side] && b->s.has_isn[side] && a->s.isn[side] + shift[side] == b->s.isn[side])
            smbt_clock_add(*clock, side, a->s.isn_time[side], b->s.isn_time[side]);
    for (guint i = 0; i < a->s.marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(a->s.marks, smbt_stream_mark, i);
        const smbt_stream_mark *n = smbt_join_mark_at(&b->s, m->side, m->seq + shift[m->side]);
        if (n && smbt_join_same(m, n)) smbt_clock_add(*clock, m->side, m->time, n->time);
    }
}

/* Hops that lie between a and b on the way to the servers: more than 0, b is nearer to the clients. */
static int hops(const smbt_sighting *a, const smbt_sighting *b)
{
    for (int side = 0; side < 2; side++)
        if (a->ttl_varies[side] || b->ttl_varies[side] || !a->segments[side] || !b->segments[side]) return 0;
    return (b->ttl[0] - a->ttl[0]) + (a->ttl[1] - b->ttl[1]);
}

void smbt_join_settle_clocks(smbt_join *j)
{
    gsize pairs = smbt_join_pairs(j);
    g_autofree int *hints = g_new0(int, pairs);
    for (guint g = 0; g < j->groups->len; g++) {
        const GPtrArray *group = j->groups->pdata[g];
        for (guint i = 0; i < group->len; i++)
            for (guint k = 0; k < group->len; k++) {
                const smbt_seen *a = group->pdata[i], *b = group->pdata[k];
                if (a->capture >= b->capture) continue;
                add_times(j, a, b);
                int between = hops(&a->s, &b->s);
                hints[a->capture * j->count + b->capture] += (between > 0) - (between < 0);
            }
    }
    for (gsize i = 0; i < pairs; i++)
        if (j->clocks[i]) smbt_clock_settle(j->clocks[i], (hints[i] > 0) - (hints[i] < 0));
}

bool smbt_join_ahead(const smbt_join *j, unsigned a, unsigned b, smbt_time time, int64_t *ret_low,
                     int64_t *ret_high)
{
    *ret_low = *ret_high = 0;
    if (a == b) return true;
    const smbt_clock *c = j->clocks[MIN(a, b) * j->count + MAX(a, b)];
    if (!c) return false;
    int64_t low, high;
    if (a < b) return smbt_clock_at(c, time, ret_low, ret_high);
    /* By the other clock first, to find the moment. */
    if (!smbt_clock_at(c, time, &low, &high)) return false;
    if (!smbt_clock_at(c, time - (smbt_time)low, &low, &high)) return false;
    *ret_low = -high;
    *ret_high = -low;
    return true;
}

int smbt_join_order(const smbt_join *j, unsigned a, unsigned b)
{
    const smbt_clock *c = a == b ? NULL : j->clocks[MIN(a, b) * j->count + MAX(a, b)];
    return !c ? 0 : a < b ? c->order : -c->order;
}
