/* What is left. The server ended it and every modelled rule was checked: server-close. Or the capture lacks
 * what it would take to know: unknown, with what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* From here on a clock whose length nobody knows may have been at work. */
#define LONG_IDLE (25 * SMBT_SEC)

/* Says what keeps us from knowing; false when nothing does. */
static bool find_missing(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    guint before = v->end.missing->len;
    if (e->kind == SMBT_END_SILENCE)
        smbt_verdict_missing(
            v,
            "how the connection ended: neither FIN nor RST was captured before its ports were used "
            "again in frame %" G_GUINT64_FORMAT,
            c->reopened_frame);
    if (c->one_sided)
        smbt_verdict_missing(v, "one direction of this connection: mirror both directions of the port");
    if (c->acks_filtered && e->unanswered_repeats)
        smbt_verdict_missing(v, "TCP's own acknowledgments, which were filtered out: whether the "
                                "retransmissions before the end were answered. Capture whole connections");
    if (e->foreign_ttl)
        smbt_verdict_missing(
            v,
            "who sent the reset: its TTL %u is not that of the %s's other segments; capture on both "
            "sides of the firewall or router in between",
            e->ttl, smbt_side_name(e->by));
    else if (smbt_reset_is_doubtful(c))
        smbt_verdict_missing(
            v,
            "who sent the reset: its sequence and acknowledgment numbers are older than what "
            "the %s had sent and acknowledged; capture on both sides of the firewall or "
            "router in between",
            smbt_side_name(e->by));
    if (e->after_fin)
        smbt_verdict_missing(
            v,
            "the close of the other side, which the %s acknowledges: it was not captured, and "
            "came first",
            smbt_side_name(e->by));
    if (c->broke_off && e->kind != SMBT_END_SILENCE && e->by == SMBT_SIDE_SERVER)
        smbt_verdict_missing(v, "what came after: the capture breaks off right behind the end");
    if (c->gap_before_end)
        smbt_verdict_missing(v, "bytes of this connection just before its end: the capture has a gap there");
    return v->end.missing->len > before;
}

static void conclude_unknown(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    smbt_verdict_conclude(v, SMBT_CAUSE_UNKNOWN, NULL, SMBT_STRENGTH_NONE);
    if (e->kind == SMBT_END_FIN && e->after_fin)
        v->end.summary = smbt_verdict_text(
            v, "The connection was closed; the %s only followed, and the first close was not captured.",
            smbt_side_name(e->by));
    else if (c->one_sided && e->kind == SMBT_END_FIN)
        v->end.summary = "The connection was closed; which side began can't be seen from one side's packets.";
    else if (e->kind == SMBT_END_SILENCE)
        v->end.summary = "The connection vanished without a FIN or RST in the capture.";
    else
        v->end.summary = smbt_verdict_text(
            v, "The %s %s the connection; what made it do so can't be seen in this capture.",
            smbt_side_name(e->by), e->kind == SMBT_END_RST ? "reset" : "closed");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (e->kind != SMBT_END_SILENCE)
        smbt_verdict_evidence(v, e->frame, "%s from the %s", e->kind == SMBT_END_FIN ? "FIN" : "RST",
                              smbt_side_name(e->by));
    bool missing = find_missing(c, v), doubt = smbt_zero_vc_doubt(c, v);
    if (missing || doubt || e->by != SMBT_SIDE_SERVER) {
        conclude_unknown(c, v);
        return true;
    }
    smbt_duration idle = smbt_time_since(e->time, c->subject.conn->last_request);
    bool whole =
        c->subject.conn->from_start && c->subject.conn->last_request != SMBT_TIME_NONE && idle < LONG_IDLE;
    smbt_verdict_conclude(v, SMBT_CAUSE_SERVER_CLOSE, NULL,
                          whole ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_POSSIBLE);
    v->end.summary =
        smbt_verdict_text(v, "The server %s the connection; no rule that smbtrace models explains it.",
                          e->kind == SMBT_END_RST ? "reset" : "closed");
    if (c->subject.conn->last_request != SMBT_TIME_NONE)
        smbt_verdict_evidence(v, c->subject.conn->last_request_frame, "the last request, %s before the end",
                              smbt_verdict_span(v, smbt_time_since(e->time, c->subject.conn->last_request)));
    smbt_verdict_remedy(
        v, "Look at the server's event log for this time; an administrator, a crash of the process that "
           "served this client or a setting that is not modelled may have ended it.");
    return true;
}

const smbt_rule smbt_rule_server_close = {.id = "server-close", .explain = explain};
