/* Signatures were bad or missing (MS-CIFS 3.3.5.2.3, 3.1.5.1, <209>; MS-SMB 2.2.3.1; facts 6.3, 7.14).
 *
 * Nobody here can check a signature: that takes the session's key. Told are its traces. A file to which a
 * user has no permission draws the same status, so denials count only when a request is among them that no
 * permission stands against. A client that closes right after the first signed answer is accused only when it
 * still waited for others: who logs on and leaves is a scanner as often as not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#define IN_A_ROW 3
#define SOON     (5 * SMBT_SEC)
/* A server that closes at an unsigned request does so when it reads it. */
#define AT_ONCE (2 * SMBT_SEC)
/* A client that checks an answer and finds it wrong. */
#define CHECKED_WITHIN (20 * SMBT_MS)
/* SecurityMode of the NEGOTIATE response (MS-CIFS 2.2.4.52.2). */
#define SIGNATURES_REQUIRED 0x08

enum failure { NONE, DENIED, BAD_ANSWER, UNSIGNED };

static bool is_denied(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_signing *s = &conn->signing;
    return s->request_signed && (s->response_signed || s->worked) && s->denied >= IN_A_ROW &&
           s->denied_harmless && conn->last_response != SMBT_TIME_NONE &&
           smbt_time_since(c->subject.track->end.time, conn->last_response) <= SOON;
}

static bool left_at_first_signed_answer(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_signing *s = &conn->signing;
    return c->subject.track->end.by == SMBT_SIDE_CLIENT && s->response_signed && !s->worked &&
           s->first_signed_response == conn->last_response_frame && conn->last_farewell == SMBT_TIME_NONE &&
           c->in_flight_count > 0 && !c->gap_before_end && conn->last_request <= conn->last_response &&
           smbt_time_since(c->subject.track->end.time, conn->last_response) <= CHECKED_WITHIN;
}

/* Nothing that the client asked of a share was ever answered. */
static bool is_unsigned(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    return c->subject.track->end.by == SMBT_SIDE_SERVER && conn->smb_version == 1 && conn->from_start &&
           conn->negotiated.security_mode & SIGNATURES_REQUIRED && conn->logged_on &&
           !conn->signing.request_signed && !conn->requests_lost && !conn->answers_lost &&
           conn->tree_requests > 0 && c->in_flight_count == conn->tree_requests &&
           smbt_time_since(c->subject.track->end.time, conn->last_request) <= AT_ONCE;
}

static enum failure find(const smbt_case *c)
{
    if (!smbt_ended_by_side(c) || c->subject.conn->smb_version != 1) return NONE;
    if (is_denied(c)) return DENIED;
    if (left_at_first_signed_answer(c)) return BAD_ANSWER;
    return is_unsigned(c) ? UNSIGNED : NONE;
}

static void tell_denied(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_signing *s = &conn->signing;
    v->end.summary = smbt_verdict_text(
        v,
        "The server refused %u signed requests in a row with STATUS_ACCESS_DENIED, from frame "
        "%" G_GUINT64_FORMAT " on, also such as need no permission: it found their signatures wrong. The %s "
        "then ended the connection.",
        s->denied, s->denied_frame, smbt_side_name(v->end.by));
    if (s->first_signed_response)
        smbt_verdict_evidence(v, s->first_signed_response, "first signed answer: signing is on");
    smbt_verdict_evidence(v, s->denied_frame, "the first of %u denials in a row", s->denied);
    if (conn->last_response_frame != s->denied_frame)
        smbt_verdict_evidence(v, conn->last_response_frame, "the last of them");
    smbt_verdict_reference(v, "MS-CIFS 3.3.5.2.3");
}

static void tell_bad_answer(const smbt_case *c, smbt_verdict *v)
{
    const smbt_signing *s = &c->subject.conn->signing;
    const char *delay =
        smbt_verdict_duration(v, smbt_time_since(c->subject.track->end.time, c->subject.conn->last_response));
    v->end.summary =
        smbt_verdict_text(v,
                          "The client left %s after the first signed answer, frame %" G_GUINT64_FORMAT
                          ", while %u of its requests still waited: it may have found the signature wrong.",
                          delay, s->first_signed_response, c->in_flight_count);
    smbt_verdict_evidence(v, s->first_signed_response, "first signed answer");
    smbt_verdict_missing(v, "whether the signature was wrong: to check it takes the session's key");
    smbt_verdict_reference(v, "MS-CIFS <209>");
}

static void tell_unsigned(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    v->end.summary = smbt_verdict_text(
        v,
        "The server demands signatures, the client's requests bore none, and the server %s the connection "
        "without an answer to any of them.",
        v->end.kind == SMBT_END_RST ? "reset" : "closed");
    smbt_verdict_evidence(v, conn->negotiated.frame, "SecurityMode: signatures are required");
    smbt_verdict_evidence(v, c->in_flight[0].frame, "%s without a signature, %s",
                          smbt_verdict_command(conn, &c->in_flight[0]),
                          smbt_verdict_unanswered(c, v, &c->in_flight[0]));
    smbt_verdict_reference(v, "MS-SMB 2.2.3.1");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    enum failure what = find(c);
    if (what == NONE) return false;
    enum smbt_strength strength = what == BAD_ANSWER ? SMBT_STRENGTH_POSSIBLE : SMBT_STRENGTH_LIKELY;
    if (what != DENIED && c->gap_before_end) strength = SMBT_STRENGTH_POSSIBLE;
    smbt_verdict_conclude(v, SMBT_CAUSE_SIGNING_FAILURE, NULL, strength);
    if (what == DENIED) tell_denied(c, v);
    if (what == BAD_ANSWER) tell_bad_answer(c, v);
    if (what == UNSIGNED) tell_unsigned(c, v);
    smbt_verdict_evidence(v, v->end.frame, "%s from the %s", v->end.kind == SMBT_END_FIN ? "FIN" : "RST",
                          smbt_side_name(v->end.by));
    smbt_verdict_remedy(v, "Look for a device between the two that rewrites SMB: a WAN optimiser, a firewall "
                           "that inspects it. Bypass it and compare.");
    smbt_verdict_remedy(v, "Compare the signing policies of both sides (RequireSecuritySignature, "
                           "EnableSecuritySignature).");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_signing *s = &c->subject.conn->signing;
    if (v->end.kind == SMBT_END_SILENCE || s->denied < IN_A_ROW || !s->request_signed) return;
    if (!s->denied_harmless)
        smbt_verdict_rule_out(v, SMBT_CAUSE_SIGNING_FAILURE,
                              "%u requests were denied in a row, but each may have lacked a permission",
                              s->denied);
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_SIGNING_FAILURE, "the denied requests were long before the end");
}

const smbt_rule smbt_rule_signing_failure = {
    .id = "signing-failure", .explain = explain, .rule_out = rule_out};
