/* An SMB2 client came back and named the session of this connection as its old one (MS-SMB2 3.3.5.5.3; facts
 * 6.2).
 *
 * The 64 bits of a session's id match no other by chance. It names one session only, so that neighbours
 * behind a NAT are safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* The server ends what was replaced so soon after it let the client in. */
#define SOON (2 * SMBT_SEC)
/* Connections that are looked through, the youngest first. */
#define LOOKED_AT 512

static bool has_session(const smbt_conn *conn, uint64_t id)
{
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++)
        if (g_array_index(conn->sessions, smbt_session, i).id == id) return true;
    return false;
}

/* The connection whose session setup replaced a session of this one just before it ended; NULL: none. */
static const smbt_conn *find(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_end_event *e = &c->subject.track->end;
    if (conn->smb_version != 2 || e->by != SMBT_SIDE_SERVER || !smbt_ended_by_side(c)) return NULL;
    const GPtrArray *conns = conn->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_replacement *r = &other->replaces;
        if (other == conn || !r->session || !r->answer_frame || r->frame > e->frame) continue;
        if (e->frame > r->answer_frame && smbt_time_since(e->time, r->answer_time) > SOON) continue;
        if (has_session(conn, r->session)) return other;
    }
    return NULL;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *other = find(c);
    if (!other) return false;
    const smbt_replacement *r = &other->replaces;
    smbt_verdict_conclude(v, SMBT_CAUSE_SESSION_REPLACED, NULL,
                          c->gap_before_end ? SMBT_STRENGTH_POSSIBLE : SMBT_STRENGTH_LIKELY);
    v->end.summary =
        smbt_verdict_text(v,
                          "Frame %" G_GUINT64_FORMAT ": %s logged on anew and named the session of this "
                          "connection as its old one. The server let it in and "
                          "%s this connection, %s after the request.",
                          r->frame, smbt_verdict_endpoint(v, &other->client_end),
                          v->end.kind == SMBT_END_RST ? "reset" : "closed",
                          smbt_verdict_duration(v, smbt_time_since(v->end.time, r->time)));
    smbt_verdict_evidence(v, r->frame,
                          "SESSION_SETUP with PreviousSessionId 0x%" G_GINT64_MODIFIER "x, from %s",
                          r->session, smbt_verdict_endpoint(v, &other->client_end));
    smbt_verdict_evidence(v, r->answer_frame, "answer: the client is logged on");
    smbt_verdict_evidence(v, v->end.frame, "%s from the server", v->end.kind == SMBT_END_RST ? "RST" : "FIN");
    smbt_verdict_remedy(
        v, "This is what the server must do when a client comes back. Look for why it came back: the client "
           "lost this connection before the server did, by a sleep, a change of network, or a "
           "device on the way that forgot it.");
    smbt_verdict_reference(v, "MS-SMB2 3.3.5.5.3");
    return true;
}

const smbt_rule smbt_rule_session_replaced = {.id = "session-replaced", .explain = explain};
