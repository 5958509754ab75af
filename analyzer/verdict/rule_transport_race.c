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
    if (other == me || other->server != me->server) return false;
    /* Of one whose SYN was not captured, the first message tells that it is new. */
    if (!other->from_start && other->negotiated.request_dialects == 0 && !other->dialect) return false;
    bool ports = (me->server_end.port == 445 && other->server_end.port == 139) ||
                 (me->server_end.port == 139 && other->server_end.port == 445);
    if (!ports || smbt_time_distance(me->opened, other->opened) > STARTED_WITHIN) return false;
    /* It was there when the loser was dropped, and the client completed it. */
    if (other->opened > c->subject.track->end.time) return false;
    const smbt_track *t = c->lookup.track(other, c->lookup.user);
    if (!t || !t->established || t->end.refused) return false;
    return !other->gone || other->messages[0] > 0;
}

bool smbt_race_unseen(const smbt_case *c)
{
    const smbt_conn *me = c->subject.conn;
    const GPtrArray *conns = me->client->conns;
    if (me->messages[0] + me->messages[1] > 0) return false;
    for (guint i = 0; i < conns->len && i < PARTNERS_MAX; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other->server == me->server && !other->from_start &&
            other->server_end.port != me->server_end.port)
            return true;
    }
    return false;
}

/* One step off for each of the two whose beginning was not captured. */
static enum smbt_strength strength_of(const smbt_conn *me, const smbt_conn *other)
{
    return (enum smbt_strength)(SMBT_STRENGTH_CONFIRMED - !me->from_start - !other->from_start);
}

static const char *opening(const smbt_conn *conn)
{
    return conn->from_start ? "SYN" : "first segment captured";
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *me = c->subject.conn;
    const smbt_track *t = c->subject.track;
    if (!t->end.set || t->end.by != SMBT_SIDE_CLIENT || smbt_reset_is_doubtful(c)) return false;
    if (me->messages[0] + me->messages[1] > 0) return false;
    bool silent = t->sender[0].payload_segments + t->sender[1].payload_segments == 0;
    if (!me->from_start && (!silent || t->end.frame == t->first_frame)) return false;
    if (smbt_time_since(t->end.time, me->opened) > LOSER_LIVES) return false;
    guint n = me->client->conns->len;
    for (guint i = 0; i < n && i < PARTNERS_MAX; i++) {
        const smbt_conn *other = me->client->conns->pdata[n - 1 - i];
        if (!is_race_partner(c, other)) continue;
        smbt_verdict_conclude(v, SMBT_CAUSE_TRANSPORT_RACE, NULL, strength_of(me, other));
        v->end.summary = smbt_verdict_text(v,
                                           "The client tried ports 445 and 139 at once, went on with port %u "
                                           "and dropped this one before any SMB byte.",
                                           other->server_end.port);
        smbt_verdict_evidence(v, me->opened_frame, "%s to port %u", opening(me), me->server_end.port);
        smbt_verdict_evidence(v, other->opened_frame, "%s to port %u, %s apart", opening(other),
                              other->server_end.port,
                              smbt_verdict_duration(v, smbt_time_distance(me->opened, other->opened)));
        if (v->end.strength < SMBT_STRENGTH_CONFIRMED)
            smbt_verdict_missing(v, "how these connections began: the capture begins, or has a gap, there");
        return true;
    }
    return false;
}

const smbt_rule smbt_rule_transport_race = {.id = "transport-race", .explain = explain};
