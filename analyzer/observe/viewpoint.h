/* Where was the capture taken? (design: captures have a viewpoint)
 *
 * Votes from every connection: a TTL that no router has lowered is near its sender, and the side that answers
 * at once during the handshake is the near one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_VIEWPOINT_H
#define SMBT_OBSERVE_VIEWPOINT_H

#include "observe/track.h"

typedef struct smbt_viewpoint_votes {
    uint64_t near_server, near_client, between;
} smbt_viewpoint_votes;

/* What one connection says; UNKNOWN when it says nothing. */
enum smbt_viewpoint smbt_viewpoint_of(const smbt_track *t);
void smbt_viewpoint_vote(smbt_viewpoint_votes *votes, const smbt_track *t);
/* The majority; UNKNOWN without one. */
enum smbt_viewpoint smbt_viewpoint_result(const smbt_viewpoint_votes *votes);

#endif
