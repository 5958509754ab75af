/* Where was the capture taken? (design: captures have a viewpoint)
 *
 * Each connection says where by itself; connections of one peer, and all of a capture, are put together as
 * votes, since a capture on a server may show the same machine as the client of another.
 *
 * Signs, the surest first: which packets the recording machine sent itself; hop counts that no router has
 * lowered; frames too short for a wire, which their own sender recorded; and which side answers at once
 * during the handshake. A connection whose signs contradict each other says nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_VIEWPOINT_H
#define SMBT_OBSERVE_VIEWPOINT_H

#include "base/addr.h"
#include "observe/track.h"

/* The routers between a sender and here are not known. */
#define SMBT_HOPS_UNKNOWN 0xff

/* By the hop count of its packets: every system begins with 32, 64, 128 or 255. */
uint8_t smbt_hops_of(const smbt_sender *sender);

/* What one connection says. */
typedef struct smbt_view {
    enum smbt_viewpoint at; /* UNKNOWN when it says nothing */
    unsigned signs;         /* SMBT_SIGN_ by which; 0: none */
    uint8_t hops[2];        /* to the client, to the server */
} smbt_view;

smbt_view smbt_view_of(const smbt_track *t);

typedef struct smbt_viewpoint_votes {
    uint64_t near_server, near_client, between;
    unsigned signs[SMBT_VIEWPOINT_MAX]; /* SMBT_SIGN_, by what they speak for */
    bool inside_nat;                    /* some connection was recorded on the clients' side of any NAT */
    bool hops_seen, hops_vary;          /* of the peer that these are the votes of */
    uint8_t hops;
} smbt_viewpoint_votes;

/* `peer` is the side (0, 1) whose votes they are; -1: the capture's. */
void smbt_viewpoint_vote(smbt_viewpoint_votes *votes, const smbt_view *view, int peer);
/* The majority; UNKNOWN without one. */
enum smbt_viewpoint smbt_viewpoint_result(const smbt_viewpoint_votes *votes);
/* The machine that recorded sent as the client of some connections and as the server of others. */
bool smbt_viewpoint_is_mixed(const smbt_viewpoint_votes *votes);
/* The routers between the peer and here; SMBT_HOPS_UNKNOWN also where connections differ. */
uint8_t smbt_viewpoint_hops(const smbt_viewpoint_votes *votes);

/* Whether the capture was taken among the clients, on their side of a NAT if there is one on the way: the
 * client is here with an address for use within a site, and the server is behind a router. */
bool smbt_view_is_inside(const smbt_view *view, const smbt_addr *client);

/* Addresses that are for use within a site (RFC 1918, RFC 6598, RFC 4193) or on a link. */
bool smbt_addr_is_private(const smbt_addr *addr);

#endif
