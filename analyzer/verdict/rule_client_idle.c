/* The client closed a connection that nobody used: KeepConn (facts 2.6).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#define AGREEING_SURELY 3

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || e->by != SMBT_SIDE_CLIENT || e->kind == SMBT_END_SILENCE || e->foreign_ttl ||
        c->one_sided || c->in_flight_count)
        return false;
    smbt_clock_match m = smbt_clock_find(c, SMBT_TIMER_KEEP_CONN, SMBT_SEC);
    if (!m.clock) return false;
    bool sure = m.measured && m.value.agreeing >= AGREEING_SURELY;
    smbt_verdict_conclude(v, SMBT_CAUSE_CLIENT_IDLE, NULL,
                          smbt_clock_strength(c, &m, sure ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY));
    v->end.summary = smbt_verdict_text(v,
                                       "The client closed a connection that it had not used for %s: nothing "
                                       "was open or pending. It keeps unused "
                                       "connections for %s (KeepConn).",
                                       smbt_verdict_span(v, m.age),
                                       smbt_verdict_span(v, m.measured ? m.value.value : m.clock->value));
    smbt_clock_tell(c, v, &m, "last use");
    smbt_verdict_remedy(v,
                        "Nothing is lost: the client reconnects when it needs the server again. KeepConn in "
                        "LanmanWorkstation\\Parameters changes the time.");
    return true;
}

const smbt_rule smbt_rule_client_idle = {.id = "client-idle", .explain = explain};
