/* A side sent the same bytes again and again without an answer and gave up (facts 7.5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Fewer repeats, or within less time, are an ordinary loss. */
#define REPEATS  3
#define AT_LEAST SMBT_SEC
/* From the first repeat to the third by the shortest clock there is, and doubling. */
#define BY_THE_CLOCK (400 * SMBT_MS)

static void tell_repeats(const smbt_end_event *e, smbt_verdict *v, const char *side)
{
    v->end.summary = smbt_verdict_text(
        v,
        "The %s sent the same bytes %u more times within %s, from frame %" G_GUINT64_FORMAT
        " on, got no answer, and gave the connection up.",
        side, e->unanswered_repeats, smbt_verdict_duration(v, smbt_time_since(e->time, e->first_repeat)),
        e->first_repeat_frame);
    smbt_verdict_evidence(v, e->first_repeat_frame, "first of %u retransmissions that were not acknowledged",
                          e->unanswered_repeats);
}

static void tell_probes(const smbt_end_event *e, smbt_verdict *v, const char *side)
{
    v->end.summary = smbt_verdict_text(
        v,
        "The %s sent %u TCP keep-alive probes within %s, from frame %" G_GUINT64_FORMAT
        " on, heard nothing, and gave the connection up.",
        side, e->unanswered_probes, smbt_verdict_duration(v, smbt_time_since(e->time, e->first_probe)),
        e->first_probe_frame);
    smbt_verdict_evidence(v, e->first_probe_frame, "first of %u keep-alive probes without an answer",
                          e->unanswered_probes);
}

static bool is_enough(const smbt_end_event *e, unsigned repeats, smbt_time first, smbt_time last)
{
    return repeats >= REPEATS && smbt_time_since(last, first) >= BY_THE_CLOCK &&
           smbt_time_since(e->time, first) >= AT_LEAST;
}

/* What the server sent did not reach the client, which ended the connection for want of it. Seen from where
 * the server's packets still came by. */
static bool explain_one_way(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (e->by != SMBT_SIDE_CLIENT || e->kind == SMBT_END_SILENCE || e->foreign_ttl || e->stalled)
        return false;
    bool unheard = is_enough(e, e->peer_repeats, e->first_peer_repeat, e->last_peer_repeat);
    bool deaf = is_enough(e, e->deaf_repeats, e->first_deaf, e->last_deaf);
    if (!unheard && !deaf) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_PATH_LOSS, "retransmission", SMBT_STRENGTH_LIKELY);
    v->end.summary =
        unheard
            ? smbt_verdict_text(v,
                                "The server sent the same bytes %u times more, from frame %" G_GUINT64_FORMAT
                                " on, the client never acknowledged them, and ended the connection: what the "
                                "server sent did not reach it.",
                                e->peer_repeats, e->first_peer_repeat_frame)
            : smbt_verdict_text(
                  v,
                  "The client sent the same bytes %u times more, from frame %" G_GUINT64_FORMAT
                  " on, though the server had acknowledged them, and ended the connection: what "
                  "the server sent did not reach it.",
                  e->deaf_repeats, e->first_deaf_frame);
    if (unheard)
        smbt_verdict_evidence(v, e->first_peer_repeat_frame,
                              "first of %u retransmissions of the server that were not acknowledged",
                              e->peer_repeats);
    if (deaf)
        smbt_verdict_evidence(v, e->first_deaf_frame,
                              "first of %u retransmissions of the client of what the server had acknowledged",
                              e->deaf_repeats);
    smbt_verdict_evidence(v, e->frame, "the client gives up");
    smbt_verdict_remedy(
        v, "Find out what drops packets on the way from the server to the client, all of them or "
           "those beyond a size (MTU): capture on the client's side for the same minutes.");
    return true;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    /* Who hears no answers can't say that there were none. */
    if (!e->set || e->refused || c->one_sided || c->acks_filtered) return false;
    const char *side = e->tried_by ? "server" : "client";
    bool repeats = e->unanswered_repeats >= REPEATS && smbt_time_since(e->time, e->first_repeat) >= AT_LEAST;
    bool probes = e->unanswered_probes >= REPEATS && smbt_time_since(e->time, e->first_probe) >= AT_LEAST;
    if (!repeats && !probes) return explain_one_way(c, v);
    smbt_verdict_conclude(v, SMBT_CAUSE_PATH_LOSS, repeats ? "retransmission" : "keepalive",
                          SMBT_STRENGTH_LIKELY);
    if (repeats)
        tell_repeats(e, v, side);
    else
        tell_probes(e, v, side);
    if (e->kind == SMBT_END_SILENCE)
        smbt_verdict_evidence(v, e->frame, "the last segment of the connection: the %s gives up", side);
    else
        smbt_verdict_evidence(v, e->frame, "the %s gives up", side);
    smbt_verdict_remedy(
        v, "Find out why the path or the peer stopped answering: capture on the other side of the path "
           "for the same minutes.");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const char *side = smbt_side_name(e->by);
    if (c->one_sided || c->acks_filtered) return;
    if (e->unanswered_repeats == 0 && e->unanswered_probes == 0)
        smbt_verdict_rule_out(v, SMBT_CAUSE_PATH_LOSS, "no retransmission by the %s was unanswered", side);
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_PATH_LOSS,
                              "only %u retransmission%s and %u keep-alive probe%s of the %s unanswered",
                              e->unanswered_repeats, e->unanswered_repeats == 1 ? "" : "s",
                              e->unanswered_probes, e->unanswered_probes == 1 ? "" : "s", side);
}

const smbt_rule smbt_rule_path_loss = {.id = "path-loss", .explain = explain, .rule_out = rule_out};
