/* What is known of an end, as verdicts take it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "stream/seq.h"

/* A gap that was found within this time of an end may hide what caused it. */
#define GAP_MATTERS SMBT_SEC

/* No window in use is as wide: a number further off is of another connection, or made up. */
#define TOO_FAR (1 << 24)

static bool lacks(uint32_t captured_to, uint32_t sent_to)
{
    int32_t missing = smbt_seq_diff(sent_to, captured_to);
    return missing > 0 && missing < TOO_FAR;
}

/* The segment that ended it says that more was sent than was captured. One that may be somebody else's says
 * nothing. */
static bool tells_of_a_gap(const smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    if (!end->set || end->kind == SMBT_END_SILENCE || end->refused || end->marks || end->foreign_ttl)
        return false;
    if (!end->has_ack) return false;
    unsigned side = end->by == SMBT_SIDE_SERVER;
    /* What came late fills it. */
    uint32_t mine = link->flow ? link->flow->half[side].next : end->sent_to,
             peers = link->flow ? link->flow->half[1 - side].next : end->peer_sent_to;
    return (end->started && lacks(mine, end->seq)) ||
           (end->peer_started && !end->after_fin && lacks(peers, end->ack));
}

static bool gap_before_end(const smbt_link *link)
{
    if (tells_of_a_gap(link)) return true;
    for (int side = 0; link->flow && side < 2; side++) {
        const smbt_half *h = &link->flow->half[side];
        if (h->gaps && smbt_time_distance(h->last_gap, link->track.end.time) < GAP_MATTERS) return true;
    }
    return false;
}

/* What a connection does not say itself, the others of its server do, or all of them. */
static enum smbt_viewpoint viewpoint_of(const smbt_engine *e, const smbt_belief *belief,
                                        const smbt_view *view)
{
    if (view->at != SMBT_VIEWPOINT_UNKNOWN) return view->at;
    enum smbt_viewpoint of_server = smbt_viewpoint_result(&belief->votes);
    return of_server != SMBT_VIEWPOINT_UNKNOWN ? of_server : smbt_viewpoint_result(&e->votes);
}

smbt_case smbt_engine_case(smbt_engine *e, const smbt_link *link)
{
    const smbt_track *t = &link->track;
    const smbt_belief *belief = smbt_engine_belief(link->conn->server);
    smbt_view view = smbt_view_of(t);
    return (smbt_case){
        .subject = {.conn = link->conn, .track = t},
        .lookup = {.track = smbt_engine_track},
        .belief = belief,
        .enforced_elsewhere = belief->enforced - (link->kill_counted ? 1 : 0),
        .client_measures = smbt_engine_find_host_measures(link->conn),
        .silences = &e->silences,
        .clocks = link->clocks,
        .profiles = e->config->profiles,
        .viewpoint = viewpoint_of(e, belief, &view),
        .view = view,
        .one_sided = !t->end.refused && (t->sender[0].segments == 0 || t->sender[1].segments == 0),
        .gap_before_end = gap_before_end(link),
        .broke_off = e->broke_off,
        .alone =
            e->opened == 1 && t->sender[0].segments + t->sender[1].segments + e->copied_frames == e->frames,
        .acks_filtered = smbt_engine_acks_filtered(e),
        .mute = e->payloads[0] + e->payloads[1] == 0,
        .elsewhere = link->elsewhere,
        .reopened_frame = link->reopened_frame,
        .in_flight = link->in_flight,
        .in_flight_count = link->in_flight_count,
        .coincidence = smbt_chance_for(e, link->conn),
        .now = e->now,
    };
}
