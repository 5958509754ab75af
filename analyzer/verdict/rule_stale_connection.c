/* One side no longer had the connection: it had restarted, or had given up unseen. Its stack answers the
 * other's next segment by an RST (facts 7.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* A stack answers by itself, and so at once; the way there and back counts when seen from the other side. */
#define AT_ONCE (500 * SMBT_MS)
/* Fewer segments of a side don't show which TTL is its own. */
#define TTL_KNOWN 3

/* The connection was its client's to disown: a SYN on the same ports says that it knows nothing of it. */
static void tell_disowned(const smbt_end_event *e, smbt_verdict *v)
{
    v->end.summary =
        "The client had forgotten the connection, as after a restart: it opened a new one from the "
        "same port. The server still had the old one, said so, and the client reset it.";
    smbt_verdict_evidence(v, e->challenge_frame,
                          "the server answers a SYN by acknowledging the old connection");
    smbt_verdict_evidence(v, e->frame, "the client resets what it does not know");
}

static void tell_answer(const smbt_end_event *e, smbt_verdict *v)
{
    const char *side = smbt_side_name(e->by);
    if (e->heard == SMBT_TIME_NONE)
        v->end.summary =
            smbt_verdict_text(v,
                              "The %s was sent something on a connection that it did not have, and "
                              "answered by a reset. It had ended for it before this capture began.",
                              side);
    else
        v->end.summary = smbt_verdict_text(
            v,
            "The %s no longer had the connection: silent for %s, it answered the next segment by a reset of "
            "the "
            "kind that a system sends for connections it does not know. It had restarted, or had given up "
            "before.",
            side, smbt_verdict_span(v, smbt_time_since(e->time, e->heard)));
    if (e->heard != SMBT_TIME_NONE)
        smbt_verdict_evidence(v, e->heard_frame, "the last that was heard of the %s", side);
    smbt_verdict_evidence(v, e->answered_frame, "the segment that the %s answers", side);
    smbt_verdict_evidence(v, e->frame,
                          "RST without ACK, with the sequence number that frame %" G_GUINT64_FORMAT
                          " acknowledged, %s later",
                          e->answered_frame, smbt_verdict_duration(v, smbt_time_since(e->time, e->answered)));
}

static bool is_answer(const smbt_case *c)
{
    const smbt_track *t = c->subject.track;
    const smbt_end_event *e = &t->end;
    if (!e->set || e->kind != SMBT_END_RST || e->refused || c->one_sided || e->foreign_ttl) return false;
    if (!e->answers || smbt_time_since(e->time, e->answered) > AT_ONCE) return false;
    /* Who took part a moment ago has the connection, and may have ended it itself. */
    if (e->heard == SMBT_TIME_NONE) return !c->subject.conn->from_start && !t->syn_ack_seen;
    return smbt_time_since(e->time, e->heard) >= SMBT_PAUSE;
}

static enum smbt_strength strength_of(const smbt_case *c)
{
    const smbt_track *t = c->subject.track;
    const smbt_end_event *e = &t->end;
    if (e->challenge_frame) return SMBT_STRENGTH_CONFIRMED;
    const smbt_sender *named = &t->sender[e->by == SMBT_SIDE_SERVER];
    bool its_own = named->segments > TTL_KNOWN && !named->ttl_varies && e->ttl == named->ttl;
    return e->heard != SMBT_TIME_NONE && its_own && !c->gap_before_end ? SMBT_STRENGTH_LIKELY
                                                                       : SMBT_STRENGTH_POSSIBLE;
}

/* A clock that fits explains more. */
static bool clock_fits(const smbt_case *c)
{
    return smbt_clock_find(c, SMBT_TIMER_AUTODISCONNECT, SMBT_SEC).clock ||
           smbt_clock_find(c, SMBT_TIMER_KEEP_CONN, SMBT_SEC).clock;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->challenge_frame && (!is_answer(c) || clock_fits(c))) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_STALE_CONNECTION, NULL, strength_of(c));
    if (e->challenge_frame)
        tell_disowned(e, v);
    else
        tell_answer(e, v);
    if (v->end.strength == SMBT_STRENGTH_POSSIBLE)
        smbt_verdict_missing(v, "how the connection had ended for the %s before", smbt_side_name(e->by));
    smbt_verdict_remedy(v, "Find out whether that machine restarted, slept or lost its network before this: "
                           "its event log tells.");
    smbt_verdict_reference(v, e->challenge_frame ? "RFC 5961 4" : "RFC 9293 3.5.2");
    return true;
}

const smbt_rule smbt_rule_stale_connection = {.id = "stale-connection", .explain = explain};
