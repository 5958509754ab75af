/* RST in answer to a SYN (facts 7.20): there never was a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_track *t = c->subject.track;
    if (!t->end.set || !t->end.refused) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_REFUSED, NULL, SMBT_STRENGTH_CONFIRMED);
    v->end.summary =
        smbt_verdict_text(v,
                          "The server answered the connection request of frame %" G_GUINT64_FORMAT
                          " to port %u with a reset: nothing accepts connections there.",
                          t->syn_frame, c->subject.conn->server_end.port);
    smbt_verdict_evidence(v, t->syn_frame, "SYN to port %u", c->subject.conn->server_end.port);
    smbt_verdict_evidence(v, t->end.frame, "RST in answer to it");
    return true;
}

const smbt_rule smbt_rule_refused = {.id = "refused", .explain = explain};
