/* The client's logon was refused, and it went (MS-CIFS 3.2.4.2.4; facts 7.18).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/smb1_header.h"

/* A program gives up at once; a person is asked for another password first. */
#define AT_ONCE (2 * SMBT_SEC)
#define SOON    (30 * SMBT_SEC)

/* What the server says by it (MS-ERREF 2.3.1). */
static const struct {
    uint32_t status;
    const char *name, *meaning;
} refusals[] = {
    {SMBT_STATUS_LOGON_FAILURE, NULL, "the user name or the password is wrong"},
    {0xc0000064, "STATUS_NO_SUCH_USER", "there is no such user"},
    {0xc000006a, NULL, "the password is wrong"},
    {0xc000006e, "STATUS_ACCOUNT_RESTRICTION", "a restriction of the account, such as an empty password"},
    {SMBT_STATUS_INVALID_LOGON_HOURS, NULL, "the account may not log on at this hour"},
    {0xc0000070, "STATUS_INVALID_WORKSTATION", "the account may not log on from this computer"},
    {0xc0000071, NULL, "the password has expired"},
    {0xc0000072, NULL, "the account is disabled"},
    {0xc000005e, "STATUS_NO_LOGON_SERVERS", "the server found no domain controller"},
    {0xc0000133, "STATUS_TIME_DIFFERENCE_AT_DC", "the clocks of client and domain differ too much"},
    {0xc000015b, "STATUS_LOGON_TYPE_NOT_GRANTED", "the account may not log on over the network"},
    {0xc000018d, "STATUS_TRUSTED_RELATIONSHIP_FAILURE", "the server's trust in the domain is broken"},
    {0xc0000193, NULL, "the account has expired"},
    {0xc0000224, "STATUS_PASSWORD_MUST_CHANGE", "the password must be changed first"},
    {0xc0000234, NULL, "the account is locked"},
    {SMBT_STATUS_ACCESS_DENIED, NULL, "access is denied"},
    {0xc000000d, NULL, "the server does not take this form of logon"},
    {0xc00000bb, NULL, "the server does not take this form of logon"},
};

static int find_status(uint32_t status)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
        if (refusals[i].status == status) return (int)i;
    return -1;
}

static bool has_session(const smbt_conn *conn)
{
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++)
        if (g_array_index(conn->sessions, smbt_session, i).state != SMBT_SESSION_IN_PROGRESS) return true;
    return false;
}

static bool find(const smbt_case *c, smbt_duration *ret_delay)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_end_event *e = &c->subject.track->end;
    if (!smbt_ended_by_side(c) || e->by != SMBT_SIDE_CLIENT || c->in_flight_count || has_session(conn))
        return false;
    /* Somebody was logged on all the same, and took leave. */
    if (conn->last_farewell != SMBT_TIME_NONE && conn->last_farewell > conn->refusal.time) return false;
    if (smbt_refused_last(c) != SMBT_REFUSED_LOGON || smbt_refused_for_limit(conn)) return false;
    *ret_delay = smbt_time_since(e->time, conn->refusal.time);
    return *ret_delay <= SOON;
}

static enum smbt_strength strength_of(const smbt_case *c, smbt_duration delay, bool known)
{
    const smbt_conn *conn = c->subject.conn;
    int strength = SMBT_STRENGTH_CONFIRMED;
    if (delay > AT_ONCE || !known) strength--;
    if (conn->logged_on || !conn->from_start) strength--; /* somebody else worked on it before */
    if (c->gap_before_end) strength--;
    return (enum smbt_strength)MAX(strength, (int)SMBT_STRENGTH_POSSIBLE);
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    smbt_duration delay;
    if (!find(c, &delay)) return false;
    const smbt_conn *conn = c->subject.conn;
    int at = find_status(conn->refusal.status);
    const char *status = at >= 0 && refusals[at].name ? refusals[at].name : smbt_refused_status(v, conn);
    const char *user = conn->claims.user ? conn->claims.user : "an anonymous or unnamed user";
    smbt_verdict_conclude(v, SMBT_CAUSE_AUTH_FAILED, NULL, strength_of(c, delay, at >= 0));
    v->end.summary = smbt_verdict_text(
        v,
        "The server refused the logon of %s in frame %" G_GUINT64_FORMAT
        " with %s%s%s. The client %s the connection %s later.",
        user, conn->refusal.frame, status, at >= 0 ? ": " : "", at >= 0 ? refusals[at].meaning : "",
        v->end.kind == SMBT_END_RST ? "reset" : "closed", smbt_verdict_span(v, delay));
    smbt_refused_tell(c, v);
    smbt_verdict_remedy(v, "Check the account and its password on the client (stored credentials too), and "
                           "the security log of the server for this time.");
    smbt_verdict_reference(v, "MS-CIFS 3.2.4.2.4");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    if (v->end.by != SMBT_SIDE_CLIENT || smbt_refused_last(c) != SMBT_REFUSED_LOGON) return;
    if (smbt_refused_for_limit(conn)) return;
    if (has_session(conn))
        smbt_verdict_rule_out(v, SMBT_CAUSE_AUTH_FAILED, "another session of this connection was valid");
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_AUTH_FAILED, "the refused logon was %s before the end",
                              smbt_verdict_span(v, smbt_time_since(v->end.time, conn->refusal.time)));
}

const smbt_rule smbt_rule_auth_failed = {.id = "auth-failed", .explain = explain, .rule_out = rule_out};
