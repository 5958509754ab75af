/* Whether a side that does not answer on one connection is heard on another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

const smbt_track *smbt_case_track(const smbt_case *c, const smbt_conn *conn)
{
    return c->lookup.track(conn, c->lookup.user);
}

/* Several hosts may share a client's address: that one of them is there says nothing of the others. */
static bool same_host(const smbt_case *c, const smbt_conn *other, const smbt_track *track)
{
    smbt_host_view a = smbt_case_host(c->subject.conn, c->subject.track), b = smbt_case_host(other, track);
    smbt_host_comparison cmp = smbt_hosts_compare(&a, &b);
    g_free(cmp.why);
    return cmp.result == SMBT_HOST_SAME;
}

/* Both sides take part in it, and `peer` was heard between the two times; not by the reset that ended it. */
static bool heard(const smbt_track *t, unsigned peer, smbt_time from, smbt_time to, smbt_elsewhere *ret)
{
    const smbt_sender *p = &t->sender[peer], *me = &t->sender[1 - peer];
    bool reset = t->end.set && t->end.kind == SMBT_END_RST && t->end.frame == p->last_frame;
    if (p->segments == 0 || me->segments == 0 || t->end.refused) return false;
    if (!reset && p->last >= from && p->last <= to && me->last >= from) {
        *ret = (smbt_elsewhere){.frame = p->last_frame, .time = p->last};
        return true;
    }
    if (peer == 0 || !t->syn_ack_seen || t->syn_ack_time < from || t->syn_ack_time > to) return false;
    *ret = (smbt_elsewhere){.frame = p->first_frame, .time = t->syn_ack_time};
    return true;
}

smbt_elsewhere smbt_elsewhere_find(const smbt_case *c)
{
    smbt_elsewhere best = {0};
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || (e->unanswered_repeats == 0 && e->unanswered_probes == 0)) return best;
    smbt_time from = e->unanswered_repeats ? e->first_repeat : e->first_probe;
    unsigned peer = 1 - e->tried_by;
    const GPtrArray *conns = c->subject.conn->client->conns;
    for (guint i = 0; i < conns->len && i < SMBT_ELSEWHERE_LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other == c->subject.conn || other->server != c->subject.conn->server) continue;
        const smbt_track *t = smbt_case_track(c, other);
        smbt_elsewhere found;
        if (!t || !heard(t, peer, from, e->time, &found)) continue;
        if (best.frame && best.time >= found.time) continue;
        if (peer == 0 && !same_host(c, other, t)) continue;
        best = found;
        best.client = other->client_end;
    }
    return best;
}
