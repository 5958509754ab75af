/* The client ended the connection of its own accord. Includes the usual Windows endings (facts 1.10): FIN
 * answered by the server's RST, and RST right after the answer to LOGOFF or TREE_DISCONNECT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/smb1_header.h"

/* Whoever waits this long may well leave for it. */
#define LONG_WAIT (10 * SMBT_SEC)
/* Who was heard less than this ago has the connection. */
#define JUST_HEARD SMBT_SEC

static bool logged_off(const smbt_conn *conn)
{
    return conn->logged_on && conn->sessions && conn->sessions->len == 0;
}

/* A reset for which the client's stack needed no wish of the client: it answers a segment. */
static bool is_answer(const smbt_end_event *e)
{
    return e->kind == SMBT_END_RST && !e->has_ack && e->heard != SMBT_TIME_NONE &&
           smbt_time_since(e->time, e->heard) >= JUST_HEARD;
}

/* A logon had begun, and nobody is on: it gave up in the middle. */
static bool is_mid_logon(const smbt_conn *conn)
{
    bool in_progress = false;
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        enum smbt_session_state state = g_array_index(conn->sessions, smbt_session, i).state;
        if (state != SMBT_SESSION_IN_PROGRESS) return false;
        in_progress = true;
    }
    return in_progress;
}

/* What the server sent did perhaps not reach it: too little of that to blame the path. */
static bool lacked_answers(const smbt_end_event *e)
{
    return e->peer_repeats > 0 || e->deaf_repeats > 1;
}

/* Whether a reason other than the client's wish would have been seen. */
static bool saw_all(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    return conn->from_start && !conn->requests_lost && !conn->answers_lost && conn->pairing.dropped == 0 &&
           !c->one_sided && !c->acks_filtered && !c->gap_before_end && !smbt_race_unseen(c);
}

static enum smbt_strength strength_of(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_end_event *e = &c->subject.track->end;
    if (c->one_sided) return SMBT_STRENGTH_POSSIBLE; /* it may have heard nothing from the server for long */
    for (unsigned i = 0; i < c->in_flight_count; i++) {
        bool overdue = smbt_time_since(e->time, c->in_flight[i].time) >= LONG_WAIT;
        if (overdue && smbt_request_patience(conn, &c->in_flight[i]) != SMBT_EXEMPT)
            return SMBT_STRENGTH_LIKELY;
    }
    if (is_answer(e) || lacked_answers(e)) return SMBT_STRENGTH_LIKELY;
    if (saw_all(c)) return SMBT_STRENGTH_CONFIRMED;
    /* A close in order in the midst of work is nobody else's wish, unless it follows one that was not
     * captured.
     */
    bool at_work = conn->last_use != SMBT_TIME_NONE && smbt_time_since(e->time, conn->last_use) < LONG_WAIT;
    return e->kind == SMBT_END_FIN && at_work && !conn->answers_unseen ? SMBT_STRENGTH_CONFIRMED
                                                                       : SMBT_STRENGTH_LIKELY;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || e->by != SMBT_SIDE_CLIENT) return false;
    /* Heard from one side only, the other's FIN may have come first. */
    if (c->one_sided && e->kind == SMBT_END_FIN) return false;
    if (e->after_fin) return false;              /* the other side had closed before */
    if (smbt_reset_is_doubtful(c)) return false; /* the last rule says what can't be known */
    bool orderly = e->kind == SMBT_END_FIN || (logged_off(conn) && c->in_flight_count == 0);
    smbt_verdict_conclude(v, SMBT_CAUSE_CLIENT_CLOSE, orderly ? "orderly" : "abort", strength_of(c));
    v->end.severity = orderly ? SMBT_SEVERITY_INFO : SMBT_SEVERITY_NOTE;
    const char *how = e->kind == SMBT_END_FIN ? "closed"
                      : logged_off(conn)      ? "logged off and reset"
                                              : "reset";
    if (c->in_flight_count) {
        smbt_duration waited = smbt_time_since(e->time, c->in_flight[0].time);
        const char *how_long =
            waited < LONG_WAIT
                ? ""
                : smbt_verdict_text(v, c->in_flight_count == 1 ? " for %s" : ", the oldest for %s",
                                    smbt_verdict_span(v, waited));
        v->end.summary =
            smbt_verdict_text(v, "The client %s the connection while %u request%s waited for an answer%s.",
                              how, c->in_flight_count, c->in_flight_count == 1 ? "" : "s", how_long);
        if (waited >= LONG_WAIT && c->in_flight[0].after_frame)
            smbt_verdict_evidence(v, c->in_flight[0].frame, "%s, %s: the server was slow, not dead",
                                  smbt_verdict_command(conn, &c->in_flight[0]),
                                  smbt_verdict_unanswered(c, v, &c->in_flight[0]));
    } else {
        v->end.summary = smbt_verdict_text(v, "The client %s the connection%s; nothing %swas pending.", how,
                                           is_mid_logon(conn) ? " in the middle of a logon" : "",
                                           c->gap_before_end ? "of what was captured " : "");
    }
    if (c->gap_before_end)
        smbt_verdict_missing(v, "bytes of this connection just before its end: the capture has a gap there");
    if (c->one_sided)
        smbt_verdict_missing(v, "one direction of this connection: mirror both directions of the port");
    smbt_verdict_evidence(v, e->frame, "%s from the client", e->kind == SMBT_END_FIN ? "FIN" : "RST");
    if (e->more_frame)
        smbt_verdict_evidence(v, e->more_frame,
                              "the other side's close, or its reset of the closed connection");
    return true;
}

const smbt_rule smbt_rule_client_close = {.id = "client-close", .explain = explain};
