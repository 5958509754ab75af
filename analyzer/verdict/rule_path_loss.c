/* A side sent the same bytes again and again without an answer and gave up (facts 7.5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Fewer repeats, or within less time, are an ordinary loss. */
#define REPEATS  3
#define AT_LEAST SMBT_SEC

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

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    /* Who hears no answers can't say that there were none. */
    if (!e->set || e->refused || c->one_sided || c->acks_filtered) return false;
    const char *side = e->tried_by ? "server" : "client";
    bool repeats = e->unanswered_repeats >= REPEATS && smbt_time_since(e->time, e->first_repeat) >= AT_LEAST;
    bool probes = e->unanswered_probes >= REPEATS && smbt_time_since(e->time, e->first_probe) >= AT_LEAST;
    if (!repeats && !probes) return false;
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
