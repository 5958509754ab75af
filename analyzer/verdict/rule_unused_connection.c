/* The server closed a connection on which nobody negotiated, or nobody logged on (MS-CIFS 3.3.6.4;
 * facts 2.9).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#define AGREEING_SURELY 3
#define JUST_REFUSED    (10 * SMBT_SEC)

static smbt_clock_match find(const smbt_case *c, bool *ret_no_dialect)
{
    smbt_clock_match m = smbt_clock_find(c, SMBT_TIMER_UNUSED_NO_DIALECT, SMBT_SEC);
    *ret_no_dialect = m.clock != NULL;
    return m.clock ? m : smbt_clock_find(c, SMBT_TIMER_UNUSED_NO_SESSION, SMBT_SEC);
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || e->by != SMBT_SIDE_SERVER || e->kind == SMBT_END_SILENCE || e->refused || e->foreign_ttl ||
        c->one_sided)
        return false;
    /* A server that owes an answer hangs: nobody can call that unused. */
    if (c->in_flight_count) return false;
    bool no_dialect;
    smbt_clock_match m = find(c, &no_dialect);
    if (!m.clock) return false;
    /* Somebody who was refused, or has logged off, may be why. */
    const smbt_conn *conn = c->subject.conn;
    bool refused = conn->refusal.frame && smbt_time_since(e->time, conn->refusal.time) < JUST_REFUSED;
    bool plain = !refused && !conn->logged_on;
    bool sure = plain && (!m.measured || m.value.agreeing >= AGREEING_SURELY);
    smbt_verdict_conclude(v, SMBT_CAUSE_UNUSED_CONNECTION, no_dialect ? "no-dialect" : "no-session",
                          smbt_clock_strength(c, &m, sure ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY));
    v->end.summary = smbt_verdict_text(
        v, "Nobody %s on this connection, so the server closed it after %s. It allows %s for that.",
        no_dialect        ? "negotiated a dialect"
        : conn->logged_on ? "was logged on any more"
                          : "logged on",
        smbt_verdict_span(v, m.age), smbt_verdict_span(v, m.measured ? m.value.value : m.clock->value));
    smbt_clock_tell(c, v, &m, "connection opened");
    smbt_verdict_remedy(
        v, "Harmless: a port scanner, a monitoring check, or the loser of the race between ports 445 and "
           "139. Find out who opens such connections if there are many.");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    if (v->end.by != SMBT_SIDE_SERVER || v->end.kind == SMBT_END_SILENCE ||
        v->cause == SMBT_CAUSE_UNUSED_CONNECTION)
        return;
    smbt_clock_rule_out(c, v, SMBT_CAUSE_UNUSED_CONNECTION, SMBT_TIMER_UNUSED_NO_DIALECT);
    smbt_clock_rule_out(c, v, SMBT_CAUSE_UNUSED_CONNECTION, SMBT_TIMER_UNUSED_NO_SESSION);
}

const smbt_rule smbt_rule_unused_connection = {
    .id = "unused-connection", .explain = explain, .rule_out = rule_out};
