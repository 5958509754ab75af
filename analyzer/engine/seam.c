/* Where the files of a capture meet: whether packets are missing there, and what that makes uncertain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "base/span.h"

/* One connection that lost bytes just where the files meet may have lost them anywhere; its own conclusions
 * are limited by that anyway. So many did not do so by chance. */
#define LOSERS 2
/* So many holes are told one by one. */
#define HOLES_TOLD 64

void smbt_engine_seam(smbt_engine *engine, bool hole)
{
    smbt_engine *e = engine;
    if (e->frames == 0) return;
    e->seam = (smbt_seam){.number = e->seam.number + 1,
                          .at_hand = true,
                          .is_hole = hole,
                          .before = e->now,
                          .before_frame = e->last_frame};
    if (e->alternative && !e->is_altered) smbt_alternative_seam(e, hole);
}

static void note_hole(smbt_engine *e, const smbt_conn *conn)
{
    if (++e->holes > HOLES_TOLD) return;
    const smbt_seam *s = &e->seam;
    g_autofree char *span = smbt_span_format(smbt_time_since(s->after, s->before));
    smbt_note *note =
        smbt_note_new(SMBT_OBS_GAPS, s->after_frame, s->after,
                      "Packets are missing before this frame, where the files meet: %s lie between it "
                      "and the last one before. What happened there is not known; no clock is "
                      "trusted across it.",
                      span);
    smbt_note_evidence(note, s->before_frame, "the last before the hole");
    smbt_note_evidence(note, s->after_frame, "the first behind it");
    if (conn) {
        smbt_note_connection(note, &conn->client_end, &conn->server_end);
        smbt_note_evidence(note, e->last_frame,
                           "bytes of this connection from before it were acknowledged and "
                           "are in none of the files");
    }
    smbt_engine_queue_observation(e, note);
}

/* Connections that were heard of since the seam without a loss say themselves where they stand. */
static bool is_whole(const smbt_conn *conn, void *user)
{
    const smbt_engine *e = user;
    const smbt_link *link = conn->user;
    return conn->gone || link == e->link || (!e->seam.at_hand && link->seam == e->seam.number);
}

static void mark_one(smbt_client *client, void *user)
{
    for (guint i = 0; i < client->conns->len; i++) {
        const smbt_conn *conn = client->conns->pdata[i];
        if (!is_whole(conn, user)) ((smbt_link *)conn->user)->behind_hole = true;
    }
}

static void pass_hole(smbt_engine *e, smbt_time now)
{
    smbt_model_forget_times(e->model, now, is_whole, e);
    smbt_stall_forget(e);
    smbt_model_each_client(e->model, mark_one, e);
}

void smbt_seam_cross(smbt_engine *e, const smbt_frame *frame)
{
    smbt_seam *s = &e->seam;
    s->after = frame->time;
    s->after_frame = frame->number;
    if (s->is_hole) {
        /* As at the end of a capture that breaks off. */
        bool broke_off = e->broke_off;
        e->broke_off = true;
        smbt_engine_end_silent(e);
        smbt_engine_decide_due(e);
        e->broke_off = broke_off;
        note_hole(e, NULL);
        pass_hole(e, MAX(frame->time, e->now));
    }
    s->at_hand = false;
}

void smbt_seam_meet(smbt_engine *e, smbt_link *link)
{
    /* One that skipped a file says nothing of this seam: its bytes may have been lost before. */
    bool met_last = link->seam + 1 == e->seam.number;
    link->seam = e->seam.number;
    link->behind_hole = false;
    for (int side = 0; side < 2; side++)
        link->seam_next[side] = link->flow->half[side].next;
    link->seam_is_met = met_last;
}

void smbt_seam_check(smbt_engine *e, smbt_link *link, const uint32_t next[2], const uint64_t gaps[2])
{
    if (!link->seam_is_met || e->seam.is_hole) return;
    for (int side = 0; side < 2; side++) {
        const smbt_half *half = &link->flow->half[side];
        if (half->gaps == gaps[side] || next[side] != link->seam_next[side]) continue;
        link->seam_is_met = false;
        if (++e->seam.losers < LOSERS) return;
        e->seam.is_hole = true;
        note_hole(e, link->conn);
        pass_hole(e, e->now);
        return;
    }
}
