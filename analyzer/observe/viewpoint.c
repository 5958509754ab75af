/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/viewpoint.h"

static bool is_initial_ttl(uint8_t ttl)
{
    return ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255;
}

/* By the handshake: how long the server took for its SYN/ACK, and the client for its ACK, as seen from here.
 */
static enum smbt_viewpoint by_handshake(const smbt_track *t)
{
    if (t->syn_time == SMBT_TIME_NONE || t->syn_ack_time == SMBT_TIME_NONE ||
        t->handshake_time == SMBT_TIME_NONE)
        return SMBT_VIEWPOINT_UNKNOWN;
    smbt_duration server = smbt_time_since(t->syn_ack_time, t->syn_time);
    smbt_duration client = smbt_time_since(t->handshake_time, t->syn_ack_time);
    /* Below a tenth of a millisecond both are on the spot, or on one wire. */
    if (server + client < SMBT_MS / 10) return SMBT_VIEWPOINT_UNKNOWN;
    if (server < client / 4) return SMBT_VIEWPOINT_NEAR_SERVER;
    if (client < server / 4) return SMBT_VIEWPOINT_NEAR_CLIENT;
    return SMBT_VIEWPOINT_BETWEEN;
}

enum smbt_viewpoint smbt_viewpoint_of(const smbt_track *t)
{
    const smbt_sender *c = &t->sender[0], *s = &t->sender[1];
    if (!c->segments || !s->segments) return SMBT_VIEWPOINT_UNKNOWN;
    bool client_here = is_initial_ttl(c->ttl), server_here = is_initial_ttl(s->ttl);
    if (server_here && !client_here) return SMBT_VIEWPOINT_NEAR_SERVER;
    if (client_here && !server_here) return SMBT_VIEWPOINT_NEAR_CLIENT;
    if (!client_here && !server_here) return SMBT_VIEWPOINT_BETWEEN;
    return by_handshake(t);
}

void smbt_viewpoint_vote(smbt_viewpoint_votes *votes, const smbt_track *t)
{
    switch (smbt_viewpoint_of(t)) {
    case SMBT_VIEWPOINT_NEAR_SERVER: votes->near_server++; break;
    case SMBT_VIEWPOINT_NEAR_CLIENT: votes->near_client++; break;
    case SMBT_VIEWPOINT_BETWEEN: votes->between++; break;
    default: break;
    }
}

enum smbt_viewpoint smbt_viewpoint_result(const smbt_viewpoint_votes *v)
{
    uint64_t all = v->near_server + v->near_client + v->between;
    if (v->near_server * 2 > all) return SMBT_VIEWPOINT_NEAR_SERVER;
    if (v->near_client * 2 > all) return SMBT_VIEWPOINT_NEAR_CLIENT;
    if (v->between * 2 > all) return SMBT_VIEWPOINT_BETWEEN;
    return SMBT_VIEWPOINT_UNKNOWN;
}
