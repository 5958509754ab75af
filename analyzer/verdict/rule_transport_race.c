/* A client tries ports 445 and 139 at once and closes the loser (facts 7.1, 1.10).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Windows 7 and 2008 R2 start port 139 one second after 445; the connections measured were 0.3 to 83 ms
 * apart. */
#define STARTED_WITHIN (1500 * SMBT_MS)
/* How many connections of the client are looked through, the youngest first. */
#define PARTNERS_MAX 512
/* A loser is dropped when the winner is known; not minutes later. */
#define LOSER_LIVES (30 * SMBT_SEC)

static bool is_race_partner(const smbt_case *c, const smbt_conn *other)
{
    const smbt_conn *me = c->subject.conn;
    if (other == me || other->server != me->server || !other->from_start) return false;
    bool ports = (me->server_end.port == 445 && other->server_end.port == 139) ||
                 (me->server_end.port == 139 && other->server_end.port == 445);
    if (!ports || smbt_time_distance(me->opened, other->opened) > STARTED_WITHIN) return false;
    /* It was there when the loser was dropped, and the client completed it. */
    if (other->opened > c->subject.track->end.time) return false;
    const smbt_track *t = c->lookup.track(other, c->lookup.user);
    if (!t || !t->established || t->end.refused) return false;
    return !other->gone || other->messages[0] > 0;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *me = c->subject.conn;
    const smbt_track *t = c->subject.track;
    if (!t->end.set || t->end.by != SMBT_SIDE_CLIENT || !me->from_start) return false;
    if (me->messages[0] + me->messages[1] > 0) return false;
    if (smbt_time_since(t->end.time, me->opened) > LOSER_LIVES) return false;
    guint n = me->client->conns->len;
    for (guint i = 0; i < n && i < PARTNERS_MAX; i++) {
        const smbt_conn *other = me->client->conns->pdata[n - 1 - i];
        if (!is_race_partner(c, other)) continue;
        smbt_verdict_conclude(v, SMBT_CAUSE_TRANSPORT_RACE, NULL, SMBT_STRENGTH_CONFIRMED);
        v->end.summary = smbt_verdict_text(v,
                                           "The client tried ports 445 and 139 at once, went on with port %u "
                                           "and dropped this one before any SMB byte.",
                                           other->server_end.port);
        smbt_verdict_evidence(v, me->opened_frame, "SYN to port %u", me->server_end.port);
        smbt_verdict_evidence(v, other->opened_frame, "SYN to port %u, %s apart", other->server_end.port,
                              smbt_verdict_duration(v, smbt_time_distance(me->opened, other->opened)));
        return true;
    }
    return false;
}

const smbt_rule smbt_rule_transport_race = {.id = "transport-race", .explain = explain};
