/* The RST did not come from the host that it names (facts 7.6): its hop count is not that host's, and a
 * second sign says so too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_track *t = c->subject.track;
    const smbt_end_event *e = &t->end;
    if (!e->set || e->kind != SMBT_END_RST || e->refused || !e->foreign_ttl || !e->continued) return false;
    if (smbt_path_idle_reset(c)) return false;
    const smbt_sender *named = &t->sender[e->by == SMBT_SIDE_SERVER];
    const char *side = smbt_side_name(e->by);
    smbt_verdict_conclude(v, SMBT_CAUSE_FORGED_RESET, NULL, SMBT_STRENGTH_LIKELY);
    v->end.summary = smbt_verdict_text(v,
                                       "The reset names the %s as its sender, but it came another way (TTL "
                                       "%u, not %u), and the %s went on sending.",
                                       side, e->ttl, named->ttl, side);
    smbt_verdict_evidence(v, e->frame, "the RST has TTL %u; the %s's other segments have %u", e->ttl, side,
                          named->ttl);
    smbt_verdict_remedy(
        v, "Look for a firewall, intrusion prevention system or load balancer on the path that resets "
           "connections, and at its log for this time.");
    smbt_verdict_reference(v, "RFC 3360");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_sender *named = &c->subject.track->sender[e->by == SMBT_SIDE_SERVER];
    if (e->kind != SMBT_END_RST || e->ttl != named->ttl || named->ttl_varies || named->segments <= 3) return;
    smbt_verdict_rule_out(v, SMBT_CAUSE_FORGED_RESET, "its TTL is %u, as in the %s's other segments", e->ttl,
                          smbt_side_name(e->by));
}

const smbt_rule smbt_rule_forged_reset = {.id = "forged-reset", .explain = explain, .rule_out = rule_out};
