/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/viewpoint.h"

/* No path has more routers. */
#define HOPS_MOST 40
/* Times of a handshake that sum up to less say nothing: both sides are on the spot, or on one wire. */
#define HANDSHAKE_LEAST (SMBT_MS / 10)
/* So many times as long as the other, and a side is the far one. */
#define FAR_TIMES 4
/* A machine answers itself within this time. */
#define LOCAL (300 * SMBT_US)
/* A side that took longer was not near, whatever the hop count of what answered for it. */
#define DISTANT (10 * SMBT_MS)

uint8_t smbt_hops_of(const smbt_sender *sender)
{
    static const uint8_t initial[] = {32, 64, 128, 255};
    if (!sender->segments || sender->ttl_varies) return SMBT_HOPS_UNKNOWN;
    for (unsigned i = 0; i < G_N_ELEMENTS(initial); i++)
        if (sender->ttl <= initial[i])
            return initial[i] - sender->ttl <= HOPS_MOST ? (uint8_t)(initial[i] - sender->ttl)
                                                         : SMBT_HOPS_UNKNOWN;
    return SMBT_HOPS_UNKNOWN;
}

/* The recording machine sent one side's packets and received the other's. */
static enum smbt_viewpoint by_direction(const smbt_track *t)
{
    const unsigned both = SMBT_MARK_SENT | SMBT_MARK_RECEIVED;
    unsigned client = t->sender[0].marks & both, server = t->sender[1].marks & both;
    if (client == SMBT_MARK_SENT && server == SMBT_MARK_RECEIVED) return SMBT_VIEWPOINT_NEAR_CLIENT;
    if (client == SMBT_MARK_RECEIVED && server == SMBT_MARK_SENT) return SMBT_VIEWPOINT_NEAR_SERVER;
    return SMBT_VIEWPOINT_UNKNOWN;
}

static enum smbt_viewpoint by_hops(uint8_t client, uint8_t server)
{
    if (client == SMBT_HOPS_UNKNOWN || server == SMBT_HOPS_UNKNOWN) return SMBT_VIEWPOINT_UNKNOWN;
    if (client == 0 && server == 0) return SMBT_VIEWPOINT_UNKNOWN;
    if (server == 0) return SMBT_VIEWPOINT_NEAR_SERVER;
    return client == 0 ? SMBT_VIEWPOINT_NEAR_CLIENT : SMBT_VIEWPOINT_BETWEEN;
}

/* One side's frames were recorded before they were on a wire, the other's after. */
static enum smbt_viewpoint by_length(const smbt_track *t)
{
    const unsigned both = SMBT_MARK_SHORT | SMBT_MARK_PADDED;
    unsigned client = t->sender[0].marks & both, server = t->sender[1].marks & both;
    if (client == SMBT_MARK_SHORT && server == SMBT_MARK_PADDED) return SMBT_VIEWPOINT_NEAR_CLIENT;
    if (client == SMBT_MARK_PADDED && server == SMBT_MARK_SHORT) return SMBT_VIEWPOINT_NEAR_SERVER;
    return SMBT_VIEWPOINT_UNKNOWN;
}

/* How long the server took for its SYN/ACK, and the client for its ACK, as seen from here. */
static bool handshake_times(const smbt_track *t, smbt_duration *ret_server, smbt_duration *ret_client)
{
    if (t->syn_time == SMBT_TIME_NONE || t->syn_ack_time == SMBT_TIME_NONE ||
        t->handshake_time == SMBT_TIME_NONE || t->handshake_repeated)
        return false;
    *ret_server = smbt_time_since(t->syn_ack_time, t->syn_time);
    *ret_client = smbt_time_since(t->handshake_time, t->syn_ack_time);
    return *ret_server + *ret_client >= HANDSHAKE_LEAST;
}

static enum smbt_viewpoint by_handshake(const smbt_track *t)
{
    smbt_duration server, client;
    if (!handshake_times(t, &server, &client)) return SMBT_VIEWPOINT_UNKNOWN;
    if (server < client / FAR_TIMES) return SMBT_VIEWPOINT_NEAR_SERVER;
    if (client < server / FAR_TIMES) return SMBT_VIEWPOINT_NEAR_CLIENT;
    return MIN(server, client) > LOCAL ? SMBT_VIEWPOINT_BETWEEN : SMBT_VIEWPOINT_UNKNOWN;
}

/* What answered with the hop count of a neighbour was one, in the place of a host far away: a proxy, a NAT
 * that writes hop counts anew. */
static bool is_contradicted(const smbt_track *t, enum smbt_viewpoint at)
{
    smbt_duration server, client;
    if (!handshake_times(t, &server, &client)) return false;
    if (at == SMBT_VIEWPOINT_NEAR_SERVER) return server > DISTANT && client < server / FAR_TIMES;
    return at == SMBT_VIEWPOINT_NEAR_CLIENT && client > DISTANT && server < client / FAR_TIMES;
}

smbt_view smbt_view_of(const smbt_track *t)
{
    const smbt_sender *c = &t->sender[0], *s = &t->sender[1];
    smbt_view v = {.hops = {smbt_hops_of(c), smbt_hops_of(s)}};
    if (!c->segments || !s->segments) return v;
    if ((v.at = by_direction(t)) != SMBT_VIEWPOINT_UNKNOWN) {
        v.signs = SMBT_SIGN_DIRECTION;
    } else if ((v.at = by_hops(v.hops[0], v.hops[1])) != SMBT_VIEWPOINT_UNKNOWN) {
        v.signs = SMBT_SIGN_TTL;
        if (is_contradicted(t, v.at)) v.at = SMBT_VIEWPOINT_UNKNOWN, v.signs = 0;
    } else if ((v.at = by_length(t)) != SMBT_VIEWPOINT_UNKNOWN) {
        v.signs = SMBT_SIGN_LENGTH;
    } else if ((v.at = by_handshake(t)) != SMBT_VIEWPOINT_UNKNOWN) {
        v.signs = SMBT_SIGN_HANDSHAKE;
    } else if (c->routed && s->routed) {
        v.at = SMBT_VIEWPOINT_BETWEEN;
        v.signs = SMBT_SIGN_COPIES;
    }
    if (v.at != SMBT_VIEWPOINT_UNKNOWN && by_handshake(t) == v.at) v.signs |= SMBT_SIGN_HANDSHAKE;
    return v;
}

void smbt_viewpoint_vote(smbt_viewpoint_votes *votes, const smbt_view *view, int peer)
{
    switch (view->at) {
    case SMBT_VIEWPOINT_NEAR_SERVER: votes->near_server++; break;
    case SMBT_VIEWPOINT_NEAR_CLIENT: votes->near_client++; break;
    case SMBT_VIEWPOINT_BETWEEN: votes->between++; break;
    default: break;
    }
    votes->signs[view->at] |= view->signs;
    if (peer < 0 || view->hops[peer] == SMBT_HOPS_UNKNOWN) return;
    votes->hops_vary |= votes->hops_seen && votes->hops != view->hops[peer];
    votes->hops = view->hops[peer];
    votes->hops_seen = true;
}

enum smbt_viewpoint smbt_viewpoint_result(const smbt_viewpoint_votes *v)
{
    uint64_t all = v->near_server + v->near_client + v->between;
    if (v->near_server * 2 > all) return SMBT_VIEWPOINT_NEAR_SERVER;
    if (v->near_client * 2 > all) return SMBT_VIEWPOINT_NEAR_CLIENT;
    if (v->between * 2 > all) return SMBT_VIEWPOINT_BETWEEN;
    return SMBT_VIEWPOINT_UNKNOWN;
}

bool smbt_viewpoint_is_mixed(const smbt_viewpoint_votes *v)
{
    return v->near_server && v->near_client &&
           v->signs[SMBT_VIEWPOINT_NEAR_SERVER] & v->signs[SMBT_VIEWPOINT_NEAR_CLIENT] & SMBT_SIGN_DIRECTION;
}

uint8_t smbt_viewpoint_hops(const smbt_viewpoint_votes *votes)
{
    return votes->hops_seen && !votes->hops_vary ? votes->hops : SMBT_HOPS_UNKNOWN;
}

bool smbt_view_is_inside(const smbt_view *view, const smbt_addr *client)
{
    return view->at == SMBT_VIEWPOINT_NEAR_CLIENT && view->hops[1] != SMBT_HOPS_UNKNOWN &&
           view->hops[1] > 0 && smbt_addr_is_private(client);
}

bool smbt_addr_is_private(const smbt_addr *addr)
{
    const uint8_t *b = addr->bytes;
    if (addr->family == 6) return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
    return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
           (b[0] == 100 && (b[1] & 0xc0) == 64) || (b[0] == 169 && b[1] == 254);
}
