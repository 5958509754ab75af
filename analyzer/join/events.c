/* The FINs and RSTs of a connection, as several captures have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include "stream/seq.h"

/* A segment takes no longer than that from one place to another. */
#define ON_THE_WAY (10 * SMBT_SEC)
/* A capture that goes on for so long after a segment was on its way would show it. */
#define ARRIVES_WITHIN (500 * SMBT_MS)

static const smbt_seen *view_of(const GPtrArray *group, guint view)
{
    return group->pdata[view];
}

/* The time of one view by another one's clock: between the two. */
static bool time_at(const smbt_join *j, const smbt_seen *from, const smbt_seen *to, smbt_time time,
                    smbt_time *ret_low, smbt_time *ret_high)
{
    int64_t low, high;
    if (!smbt_join_ahead(j, from->capture, to->capture, time, &low, &high)) return false;
    *ret_low = time + (smbt_time)low;
    *ret_high = time + (smbt_time)high;
    return true;
}

smbt_time smbt_group_time(const smbt_join *j, const GPtrArray *group, guint view, smbt_time time)
{
    smbt_time low, high;
    if (!time_at(j, view_of(group, view), view_of(group, group->len - 1), time, &low, &high))
        return SMBT_TIME_NONE;
    return low + (high - low) / 2;
}

static bool is_repeated(const smbt_sighting *s, guint at)
{
    const smbt_farewell *f = &g_array_index(s->farewells, smbt_farewell, at);
    for (guint i = 0; i < at; i++) {
        const smbt_farewell *g = &g_array_index(s->farewells, smbt_farewell, i);
        if (g->side == f->side && g->kind == f->kind && g->seq == f->seq && g->ttl == f->ttl) return true;
    }
    return false;
}

/* Whether it has come as far as other segments of its side have at that place; unknown is not known not to.
 */
static bool hops_fit(const smbt_seen *a, const smbt_farewell *f, const smbt_seen *b, const smbt_farewell *g)
{
    unsigned side = f->side;
    if (a->s.ttl_varies[side] || b->s.ttl_varies[side] || !a->s.ttl[side] || !b->s.ttl[side]) return true;
    return a->s.ttl[side] - f->ttl == b->s.ttl[side] - g->ttl;
}

static bool is_same_event(const smbt_join *j, const GPtrArray *group, const smbt_event *e, guint view,
                          const smbt_farewell *f)
{
    const smbt_seen *seen = view_of(group, view);
    if (e->at[view] || e->side != f->side || e->kind != f->kind || e->seq != f->seq - seen->shift[f->side])
        return false;
    smbt_time time = smbt_group_time(j, group, view, f->time);
    for (guint i = 0; i < group->len; i++) {
        if (!e->at[i]) continue;
        smbt_time other = smbt_group_time(j, group, i, e->at[i]->time);
        if (time != SMBT_TIME_NONE && other != SMBT_TIME_NONE && smbt_time_distance(time, other) > ON_THE_WAY)
            return false;
        if (!hops_fit(view_of(group, i), e->at[i], seen, f)) return false;
    }
    return true;
}

static smbt_event *find_event(const smbt_join *j, const GPtrArray *group, GArray *events, guint view,
                              const smbt_farewell *f)
{
    for (guint i = 0; i < events->len; i++) {
        smbt_event *e = &g_array_index(events, smbt_event, i);
        if (is_same_event(j, group, e, view, f)) return e;
    }
    smbt_event fresh = {.side = f->side,
                        .kind = f->kind,
                        .seq = f->seq - view_of(group, view)->shift[f->side],
                        .at = g_new0(const smbt_farewell *, group->len)};
    g_array_append_val(events, fresh);
    return &g_array_index(events, smbt_event, events->len - 1);
}

static void settle(const smbt_join *j, const GPtrArray *group, smbt_event *e)
{
    for (guint i = 0; i < group->len; i++) {
        guint view = e->side == 0 ? group->len - 1 - i : i; /* the one nearest to its sender comes last */
        const smbt_seen *seen = view_of(group, view);
        const smbt_farewell *f = e->at[view];
        if (!f) continue;
        e->time = smbt_group_time(j, group, view, f->time);
        if (seen->end && seen->end->verdict->end.frame == f->frame) e->is_told = true;
    }
}

static int compare_events(const void *a, const void *b)
{
    const smbt_event *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    if (x->side != y->side) return x->side < y->side ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

GArray *smbt_events_find(const smbt_join *j, const GPtrArray *group)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(smbt_event));
    for (guint view = 0; view < group->len; view++) {
        const smbt_sighting *s = &view_of(group, view)->s;
        for (guint i = 0; i < s->farewells->len; i++) {
            const smbt_farewell *f = &g_array_index(s->farewells, smbt_farewell, i);
            if (!is_repeated(s, i)) find_event(j, group, events, view, f)->at[view] = f;
        }
    }
    for (guint i = 0; i < events->len; i++)
        settle(j, group, &g_array_index(events, smbt_event, i));
    g_array_sort(events, compare_events);
    return events;
}

void smbt_events_free(GArray *events)
{
    for (guint i = 0; i < events->len; i++)
        g_free(g_array_index(events, smbt_event, i).at);
    g_array_unref(events);
}

guint smbt_nearest_to_sender(const GPtrArray *group, const smbt_event *e)
{
    for (guint i = 0; i < group->len; i++) {
        guint view = e->side == 0 ? i : group->len - 1 - i;
        if (e->at[view]) return view;
    }
    return 0;
}

unsigned smbt_common_messages(const smbt_seen *a, const smbt_seen *b, unsigned side)
{
    unsigned n = 0;
    for (guint i = 0; i < a->s.marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(a->s.marks, smbt_stream_mark, i);
        if (m->side != side) continue;
        const smbt_stream_mark *other =
            smbt_join_mark_at(&b->s, side, m->seq + b->shift[side] - a->shift[side]);
        if (other && smbt_join_same(m, other)) n++;
    }
    return n;
}

bool smbt_has_all(const smbt_seen *view, const smbt_seen *at, unsigned side)
{
    if (!view->s.has_next[side] || !at->s.has_next[side]) return false;
    return smbt_seq_diff(view->s.next[side] - view->shift[side], at->s.next[side] - at->shift[side]) >= 0;
}

/* What is in the segment itself says so. */
static bool looks_forged(const smbt_seen *seen, const smbt_farewell *f)
{
    const smbt_verdict *v = seen->end ? seen->end->verdict : NULL;
    return v && v->cause == SMBT_CAUSE_FORGED_RESET && v->end.frame == f->frame;
}

enum smbt_saw smbt_group_covers(const smbt_join *j, const GPtrArray *group, guint view, const smbt_event *e,
                                guint at_view)
{
    const smbt_seen *seen = view_of(group, view), *at = view_of(group, at_view);
    const smbt_joined_capture *capture = &j->captures[seen->capture];
    bool nearer = e->side == 0 ? view < at_view : view > at_view; /* to its sender */
    smbt_time low, high;
    if (!time_at(j, at, seen, e->at[at_view]->time, &low, &high)) return SMBT_SAW_TOO_LITTLE;
    if (seen->s.first > low || capture->last < (nearer ? high : smbt_time_add(high, ARRIVES_WITHIN)))
        return SMBT_SAW_TOO_LITTLE;
    if (capture->controls == 0 || seen->s.farewells_more || seen->s.missing[e->side])
        return SMBT_SAW_TOO_LITTLE;
    if (capture->loses && !looks_forged(at, e->at[at_view])) return SMBT_SAW_TOO_LITTLE;
    if (nearer && !smbt_has_all(seen, at, e->side)) return SMBT_SAW_TOO_LITTLE;
    return smbt_common_messages(seen, at, e->side) ? SMBT_SAW_NOT : SMBT_SAW_TOO_LITTLE;
}
