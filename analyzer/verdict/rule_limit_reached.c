/* The server was full: it refused a logon or a share for a limit, and the connection ended (facts 7.8, 7.9).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/smb1_header.h"

/* Who is told that there is no place leaves; or is shown out. */
#define SOON  (2 * SMBT_SEC)
#define STILL (5 * SMBT_SEC)

static guint count(const GArray *table)
{
    return table ? table->len : 0;
}

static bool find(const smbt_case *c, smbt_duration *ret_delay)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_conn *conn = c->subject.conn;
    if (!smbt_ended_by_side(c) || !smbt_refused_for_limit(conn)) return false;
    enum smbt_refused_what what = smbt_refused_last(c);
    if (what != SMBT_REFUSED_LOGON && what != SMBT_REFUSED_TREE) return false;
    *ret_delay = smbt_time_since(e->time, conn->refusal.time);
    /* A connection with open files has more to live for than what was refused. */
    return *ret_delay <= STILL && smbt_conn_holds_nothing(conn);
}

static enum smbt_strength strength_of(const smbt_case *c, smbt_duration delay)
{
    const smbt_conn *conn = c->subject.conn;
    int strength = SMBT_STRENGTH_CONFIRMED;
    if (delay > SOON || conn->refusal.status == SMBT_STATUS_INSUFF_SERVER_RESOURCES) strength--;
    if (count(conn->trees) || c->in_flight_count || c->gap_before_end) strength--;
    return (enum smbt_strength)strength;
}

static const char *limit_of(const smbt_conn *conn, enum smbt_refused_what what)
{
    switch (conn->refusal.status) {
    case SMBT_STATUS_REQUEST_NOT_ACCEPTED:
        return what == SMBT_REFUSED_TREE ? "the share, or the server, takes no more users"
                                         : "the server takes no more connections";
    case SMBT_STATUS_INSUFF_SERVER_RESOURCES: return "the server is short of resources";
    default: return "the server takes no more sessions";
    }
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    smbt_duration delay;
    if (!find(c, &delay)) return false;
    const smbt_conn *conn = c->subject.conn;
    enum smbt_refused_what what = smbt_refused_last(c);
    smbt_verdict_conclude(v, SMBT_CAUSE_LIMIT_REACHED, NULL, strength_of(c, delay));
    v->end.summary =
        smbt_verdict_text(v,
                          "The server refused %s in frame %" G_GUINT64_FORMAT
                          " with %s: %s. The %s %s the connection %s later.",
                          what == SMBT_REFUSED_TREE ? "the share" : "the logon", conn->refusal.frame,
                          smbt_refused_status(v, conn), limit_of(conn, what), smbt_side_name(v->end.by),
                          v->end.kind == SMBT_END_RST ? "reset" : "closed", smbt_verdict_span(v, delay));
    smbt_refused_tell(c, v);
    if (conn->refusal.status == SMBT_STATUS_INSUFF_SERVER_RESOURCES) {
        smbt_verdict_remedy(v, "Look at the server's event log and memory. On Windows a too small "
                               "IRPStackSize (LanmanServer\\Parameters) is a usual reason.");
        return true;
    }
    smbt_verdict_remedy(v, "Count who is connected: desktop versions of Windows take 10 computers at a time, "
                           "XP Home 5; beyond that it takes a server version and licences.");
    smbt_verdict_remedy(v, "Look at the share's user limit (\"net share NAME\", MaxUses).");
    smbt_verdict_remedy(v, "A shorter Autodisconnect frees places that idle clients hold "
                           "(\"net config server /autodisconnect:MINUTES\").");
    smbt_verdict_reference(v, "KB 122920");
    smbt_verdict_reference(v, "KB 314882");
    smbt_verdict_reference(v, what == SMBT_REFUSED_TREE ? "MS-CIFS 3.3.5.45" : "MS-CIFS 3.3.5.43");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    if (!conn->refusal.frame || conn->refusal.frame > v->end.frame || !smbt_refused_for_limit(conn)) return;
    if (smbt_refused_last(c) == SMBT_REFUSED_NOTHING)
        smbt_verdict_rule_out(v, SMBT_CAUSE_LIMIT_REACHED,
                              "%s in frame %" G_GUINT64_FORMAT ", but the connection was used after that",
                              smbt_refused_status(v, conn), conn->refusal.frame);
    else if (!smbt_conn_holds_nothing(conn))
        smbt_verdict_rule_out(v, SMBT_CAUSE_LIMIT_REACHED,
                              "%s in frame %" G_GUINT64_FORMAT ", but files were open",
                              smbt_refused_status(v, conn), conn->refusal.frame);
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_LIMIT_REACHED, "%s was %s before the end",
                              smbt_refused_status(v, conn),
                              smbt_verdict_span(v, smbt_time_since(v->end.time, conn->refusal.time)));
}

const smbt_rule smbt_rule_limit_reached = {.id = "limit-reached", .explain = explain, .rule_out = rule_out};
