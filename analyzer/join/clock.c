/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/clock.h"

#include "base/time.h"

#include <stdlib.h>

/* No clock that still tells the time runs faster or slower by more: segments from other moments bound the
 * difference less by so much per second. */
#define DRIFT_PER_MILLION 500
/* Segments this close to each other say which place is nearer to the clients. */
#define TOGETHER (100 * SMBT_MS)
/* Clocks whose difference is known no better are not known. */
#define TOO_WIDE ((int64_t)(2 * SMBT_SEC))
/* More points than that are thinned out: of each stretch the outermost stay. */
#define POINTS_MAX 4096
#define STRETCHES  512

struct point {
    smbt_time time;
    int64_t ahead;
    unsigned side;
};

smbt_clock *smbt_clock_new(void)
{
    smbt_clock *c = g_new0(smbt_clock, 1);
    c->points = g_array_new(FALSE, FALSE, sizeof(struct point));
    return c;
}

void smbt_clock_free(smbt_clock *c)
{
    if (!c) return;
    g_array_unref(c->points);
    g_free(c);
}

static const struct point *at(const smbt_clock *c, guint i)
{
    return &g_array_index(c->points, struct point, i);
}

static int compare_points(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->ahead > y->ahead) - (x->ahead < y->ahead);
}

/* Of each stretch of time, for each side, the least and the most that the other clock seemed ahead. */
static void thin_out(smbt_clock *c)
{
    g_array_sort(c->points, compare_points);
    g_autoptr(GArray) all = c->points;
    c->points = g_array_new(FALSE, FALSE, sizeof(struct point));
    smbt_time first = g_array_index(all, struct point, 0).time;
    smbt_duration whole = g_array_index(all, struct point, all->len - 1).time - first,
                  stretch = whole / STRETCHES + 1;
    for (guint i = 0; i < all->len;) {
        const struct point *outermost[2][2] = {{0}};
        smbt_duration number = (g_array_index(all, struct point, i).time - first) / stretch;
        for (; i < all->len; i++) {
            const struct point *p = &g_array_index(all, struct point, i);
            if ((p->time - first) / stretch != number) break;
            const struct point **least = &outermost[p->side][0], **most = &outermost[p->side][1];
            if (!*least || p->ahead < (*least)->ahead) *least = p;
            if (!*most || p->ahead > (*most)->ahead) *most = p;
        }
        for (int side = 0; side < 2; side++)
            for (int j = 0; j < 2; j++)
                if (outermost[side][j]) g_array_append_vals(c->points, outermost[side][j], 1);
    }
}

void smbt_clock_add(smbt_clock *c, unsigned side, smbt_time here, smbt_time there)
{
    if (here == SMBT_TIME_NONE || there == SMBT_TIME_NONE) return;
    struct point p = {.time = here, .ahead = (int64_t)(there - here), .side = side};
    if (p.ahead) c->differs = true;
    g_array_append_val(c->points, p);
    if (c->points->len >= POINTS_MAX) thin_out(c);
}

/* Nearer to the clients than here, the other capture sees what clients send earlier, by the same clock, and
 * what servers send later. */
static void find_order(smbt_clock *c, smbt_duration together, int hint)
{
    unsigned nearer = 0, farther = 0;
    for (guint i = 1; i < c->points->len; i++) {
        const struct point *p = at(c, i - 1), *q = at(c, i);
        if (p->side == q->side || smbt_time_since(q->time, p->time) > together) continue;
        int64_t client = p->side == 0 ? p->ahead : q->ahead, server = p->side == 0 ? q->ahead : p->ahead;
        if (client < server) nearer++;
        if (client > server) farther++;
    }
    unsigned all = nearer + farther;
    c->order = all && nearer * 5 >= all * 4 ? 1 : all && farther * 5 >= all * 4 ? -1 : hint;
}

void smbt_clock_settle(smbt_clock *c, int hint)
{
    g_array_sort(c->points, compare_points);
    find_order(c, TOGETHER, hint);
}

bool smbt_clock_at(const smbt_clock *c, smbt_time here, int64_t *ret_low, int64_t *ret_high)
{
    int64_t low = INT64_MIN, high = INT64_MAX;
    for (guint i = 0; i < c->points->len; i++) {
        const struct point *p = at(c, i);
        int64_t slack = (int64_t)(smbt_time_distance(p->time, here) / 1000000 * DRIFT_PER_MILLION);
        /* In this direction the other clock's reading is too early by the time on the way. */
        bool is_low = (p->side == 0) == (c->order >= 0);
        if (is_low)
            low = MAX(low, p->ahead - slack);
        else
            high = MIN(high, p->ahead + slack);
    }
    if (low == INT64_MIN || high == INT64_MAX) return false;
    *ret_low = MIN(low, high);
    *ret_high = MAX(low, high); /* clocks that jitter seem to break causality by a little */
    return *ret_high - *ret_low <= TOO_WIDE;
}

bool smbt_clock_drift(const smbt_clock *c, int64_t *ret_ppb)
{
    if (c->points->len < 2) return false;
    smbt_time first = at(c, 0)->time, last = at(c, c->points->len - 1)->time;
    int64_t low[2], high[2];
    if (last == first || !smbt_clock_at(c, first, &low[0], &high[0]) ||
        !smbt_clock_at(c, last, &low[1], &high[1]))
        return false;
    if (low[0] <= high[1] && low[1] <= high[0]) return false;
    double change = ((double)low[1] + (double)high[1] - (double)low[0] - (double)high[0]) / 2;
    *ret_ppb = (int64_t)(change / (double)(last - first) * 1e9);
    return true;
}

smbt_time smbt_clock_middle(const smbt_clock *c)
{
    if (c->points->len == 0) return SMBT_TIME_NONE;
    smbt_time first = at(c, 0)->time;
    return first + (at(c, c->points->len - 1)->time - first) / 2;
}
