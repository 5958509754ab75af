/* The two did not agree on a dialect, or the client refused a weaker one than it had asked for (MS-CIFS
 * 3.2.5.2, 3.3.5.42; MS-SMB <94>; facts 7.17).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Who has no language in common with the other goes. Later it is a timer's work. */
#define SERVER_SOON (10 * SMBT_SEC)
#define CLIENT_SOON (30 * SMBT_SEC)
#define AT_ONCE     (2 * SMBT_SEC)
/* A client that looks at the answer and refuses it does so at once. */
#define REFUSES_WITHIN (100 * SMBT_MS)
/* Clients that mean to talk offer the dialects of two decades; who only asks what the server speaks offers
 * one or two. */
#define FULL_LIST 5

enum failure { NONE, NO_DIALECT, ERROR_ANSWER, DOWNGRADE };

static bool is_downgrade(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_negotiated *n = &conn->negotiated;
    const smbt_end_event *e = &c->subject.track->end;
    return e->by == SMBT_SIDE_CLIENT && conn->smb_version == 1 && n->frame && !n->no_dialect &&
           n->request_extsec && !conn->extended_security && n->capabilities &&
           n->request_dialects >= FULL_LIST && conn->messages[0] == 1 && c->in_flight_count == 0 &&
           !c->gap_before_end && smbt_time_since(e->time, n->time) <= REFUSES_WITHIN;
}

static enum failure find(const smbt_case *c, smbt_duration *ret_delay)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_negotiated *n = &conn->negotiated;
    const smbt_end_event *e = &c->subject.track->end;
    if (!smbt_ended_by_side(c) || conn->setup_seen || conn->logged_on) return NONE;
    /* A second NEGOTIATE that is refused says nothing of the dialect. */
    bool agreed = n->frame && !n->no_dialect && conn->dialect && n->frame != conn->refusal.frame;
    bool error = !agreed && smbt_refused_last(c) == SMBT_REFUSED_NEGOTIATE;
    bool nothing = n->frame && n->no_dialect;
    if (!error && !nothing) {
        *ret_delay = n->frame ? smbt_time_since(e->time, n->time) : 0;
        return is_downgrade(c) ? DOWNGRADE : NONE;
    }
    *ret_delay = smbt_time_since(e->time, error ? conn->refusal.time : n->time);
    if (*ret_delay > (e->by == SMBT_SIDE_SERVER ? SERVER_SOON : CLIENT_SOON)) return NONE;
    return error ? ERROR_ANSWER : NO_DIALECT;
}

static enum smbt_strength strength_of(const smbt_case *c, enum failure what, smbt_duration delay)
{
    if (what == DOWNGRADE) return SMBT_STRENGTH_POSSIBLE;
    int strength = SMBT_STRENGTH_CONFIRMED;
    if (delay > AT_ONCE || c->in_flight_count) strength--;
    if (c->gap_before_end) strength--;
    return (enum smbt_strength)strength;
}

static void tell_downgrade(smbt_verdict *v, const smbt_negotiated *n, smbt_duration delay)
{
    v->end.summary = smbt_verdict_text(
        v,
        "The client asked for extended security, the server's answer in frame %" G_GUINT64_FORMAT
        " was without it, and the client left %s later: it may have refused the weaker logon.",
        n->frame, smbt_verdict_duration(v, delay));
    smbt_verdict_evidence(v, n->request_frame, "NEGOTIATE that asks for extended security, %u dialects",
                          n->request_dialects);
    smbt_verdict_evidence(v, n->frame, "answer without CAP_EXTENDED_SECURITY");
    smbt_verdict_missing(v, "what the client knew of this server from Kerberos: only then would it refuse");
    smbt_verdict_remedy(v, "Find out why the server offers no extended security, or who took the bit out of "
                           "its answer on the way.");
    smbt_verdict_reference(v, "MS-SMB <94>");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    smbt_duration delay;
    enum failure what = find(c, &delay);
    if (what == NONE) return false;
    const smbt_conn *conn = c->subject.conn;
    const smbt_negotiated *n = &conn->negotiated;
    const char *how = v->end.kind == SMBT_END_RST ? "reset" : "closed", *by = smbt_side_name(v->end.by);
    smbt_verdict_conclude(v, SMBT_CAUSE_NEGOTIATE_FAILED, NULL, strength_of(c, what, delay));
    if (what == DOWNGRADE) {
        tell_downgrade(v, n, delay);
        return true;
    }
    if (what == ERROR_ANSWER) {
        v->end.summary = smbt_verdict_text(
            v, "The server answered NEGOTIATE with %s, and the %s %s the connection %s later.",
            smbt_refused_status(v, conn), by, how, smbt_verdict_span(v, delay));
        smbt_refused_tell(c, v);
    } else {
        v->end.summary = smbt_verdict_text(
            v, "The server takes none of the client's dialects, and the %s %s the connection %s later.", by,
            how, smbt_verdict_span(v, delay));
        if (n->request_frame) smbt_verdict_evidence(v, n->request_frame, "the client's dialects");
        smbt_verdict_evidence(v, n->frame, "DialectIndex 0xffff: none of them");
        smbt_verdict_evidence(v, v->end.frame, "%s from the %s, %s later",
                              v->end.kind == SMBT_END_FIN ? "FIN" : "RST", by, smbt_verdict_span(v, delay));
    }
    smbt_verdict_remedy(v, "Look at which versions of SMB each side allows: SMB1 turned off on one of them "
                           "only is the usual reason.");
    smbt_verdict_reference(v, "MS-CIFS 3.2.5.2");
    return true;
}

const smbt_rule smbt_rule_negotiate_failed = {.id = "negotiate-failed", .explain = explain};
