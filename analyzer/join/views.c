/* What the other captures saw of an end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

/* Silence in one place is not silence where the connection goes on for longer than that. */
#define GOES_ON SMBT_SEC

static void fill_own_end(smbt_end_view *v, const smbt_seen *seen)
{
    if (!seen->end) return;
    const smbt_end *end = &seen->end->verdict->end;
    v->end_frame = end->frame;
    v->end_kind = end->kind;
    v->end_by = end->by;
    v->cause = end->cause;
    v->variant = end->variant;
    v->strength = end->strength;
}

static void fill_clock(const smbt_join *j, smbt_end_view *v, const smbt_seen *teller, const smbt_seen *seen,
                       smbt_time time)
{
    int64_t low, high;
    v->has_clock = smbt_join_ahead(j, teller->capture, seen->capture, time, &low, &high);
    if (!v->has_clock) return;
    v->clock_ahead = low + (high - low) / 2;
    v->clock_error = (high - low + 1) / 2;
}

const smbt_stream_mark *smbt_find_mark(const smbt_seen *seen, uint64_t frame)
{
    for (guint i = 0; i < seen->s.marks->len; i++) {
        const smbt_stream_mark *m = &g_array_index(seen->s.marks, smbt_stream_mark, i);
        if (m->frame == frame) return m;
    }
    return NULL;
}

/* The connection of the request that set the end off. */
const smbt_seen *smbt_find_culprit(const smbt_join *j, const smbt_seen *teller, const smbt_end *end)
{
    if (!end->culprit.frame || !end->culprit.has_connection) return NULL;
    smbt_time time = smbt_time_sub(end->time, end->culprit.delay);
    return smbt_join_find(j, teller->capture, &end->culprit.client, &end->culprit.server, time);
}

/* Where that request is in other captures. */
static GArray *make_culprit_places(smbt_join *j, const smbt_seen *teller, const smbt_end *end)
{
    const smbt_seen *culprit = smbt_find_culprit(j, teller, end);
    const smbt_stream_mark *mark =
        culprit && culprit->group ? smbt_find_mark(culprit, end->culprit.frame) : NULL;
    if (!mark) return NULL;
    GArray *places = g_array_new(FALSE, FALSE, sizeof(smbt_other_frame));
    for (guint i = 0; i < culprit->group->len; i++) {
        const smbt_seen *there = smbt_group_view(culprit->group, i);
        unsigned side = mark->side;
        const smbt_stream_mark *same =
            smbt_join_mark_at(&there->s, side, mark->seq + there->shift[side] - culprit->shift[side]);
        if (there == culprit || !same || !smbt_join_same(mark, same)) continue;
        smbt_other_frame place = {.file = smbt_file_of(j, there),
                                  .label = smbt_label_of(j, there),
                                  .frame = same->frame,
                                  .client = there->s.client,
                                  .server = there->s.server};
        g_array_append_val(places, place);
    }
    g_ptr_array_add(j->views, places);
    return places;
}

static void fill_silence(const smbt_join *j, const GPtrArray *group, guint teller, guint view,
                         smbt_end_view *v)
{
    const smbt_seen *seen = smbt_group_view(group, view);
    smbt_time here =
        smbt_group_time(j, group, teller, smbt_group_view(group, teller)->end->verdict->end.time);
    smbt_time there = smbt_group_time(j, group, view, seen->s.last);
    bool goes_on = here != SMBT_TIME_NONE && there != SMBT_TIME_NONE && there > here + GOES_ON;
    v->saw = goes_on ? SMBT_SAW_MORE : SMBT_SAW_IT;
    v->frame = seen->s.last_frame;
    v->time = seen->s.last;
}

GArray *smbt_make_views(smbt_join *j, const GPtrArray *group, guint teller, const smbt_event *e,
                        const smbt_end *end)
{
    GArray *views = g_array_new(FALSE, FALSE, sizeof(smbt_end_view));
    for (guint i = 0; i < group->len; i++) {
        const smbt_seen *seen = smbt_group_view(group, i);
        if (i == teller) continue;
        smbt_end_view v = {.file = smbt_file_of(j, seen),
                           .label = smbt_label_of(j, seen),
                           .client = seen->s.client,
                           .server = seen->s.server,
                           .place = j->captures[seen->capture].viewpoint,
                           .time = SMBT_TIME_NONE};
        fill_own_end(&v, seen);
        fill_clock(j, &v, smbt_group_view(group, teller), seen, end->time);
        if (!e) {
            fill_silence(j, group, teller, i, &v);
        } else if (e->at[i]) {
            v.frame = e->at[i]->frame;
            v.time = e->at[i]->time;
        } else {
            v.saw = smbt_group_covers(j, group, i, e, smbt_nearest_to_sender(group, e));
        }
        g_array_append_val(views, v);
    }
    g_ptr_array_add(j->views, views);
    return views;
}

void smbt_join_tell_culprit(smbt_join *j, const smbt_seen *seen)
{
    smbt_end *end = &seen->end->verdict->end;
    end->culprit_elsewhere = make_culprit_places(j, seen, end);
}
