/* TCP connections by their four-tuple.
 *
 * A flow holds the two directions of one connection. The table finds the flow of a segment, and keeps the
 * flows in order of their last segment, so that the longest idle one can be let go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_STREAM_FLOW_H
#define SMBT_STREAM_FLOW_H

#include "base/addr.h"
#include "stream/half.h"
#include "wire/segment.h"

/* The two endpoints of a four-tuple in a fixed order, whichever of them sends. All bytes are set: it is
 * compared with memcmp. */
typedef struct smbt_flow_key {
    uint8_t addr[2][16];
    uint16_t port[2];
    uint32_t family;
} smbt_flow_key;

typedef struct smbt_flow smbt_flow;
struct smbt_flow {
    /* What the table looks for and moves with every segment: one cache line. */
    smbt_flow_key key;
    uint32_t hash;
    uint8_t client_at;        /* which endpoint of the key the client is */
    smbt_flow *older, *newer; /* by last segment */

    void *user;        /* the caller's */
    smbt_half half[2]; /* [0] client to server, [1] server to client */
    smbt_endpoint client, server;
};

/* Which direction a segment of this flow goes: 0 from the client, 1 from the server. */
typedef struct smbt_flow_match {
    smbt_flow *flow; /* NULL: no such flow */
    unsigned side;
} smbt_flow_match;

typedef struct smbt_flow_table smbt_flow_table;

smbt_flow_table *smbt_flow_table_new(const smbt_reorder_budget *budget);
/* Frees the flows; their `user` must have been taken care of. */
void smbt_flow_table_free(smbt_flow_table *table);

/* A number for the segment's four-tuple, the same for both directions: smbt_flow.hash of its flow. */
uint32_t smbt_flow_hash(const smbt_segment *segment);

/* The flow of a segment, which becomes the newest. */
smbt_flow_match smbt_flow_table_find(smbt_flow_table *table, const smbt_segment *segment);

/* Adds a flow for the segment's four-tuple, which must not have one. The sender of the segment is the client
 * when `from_client`. */
smbt_flow_match smbt_flow_table_add(smbt_flow_table *table, const smbt_segment *segment, bool from_client);

/* Removes and frees a flow. */
void smbt_flow_table_remove(smbt_flow_table *table, smbt_flow *flow);

/* The flow whose last segment is longest ago, or NULL. */
smbt_flow *smbt_flow_table_oldest(const smbt_flow_table *table);

unsigned smbt_flow_table_size(const smbt_flow_table *table);

/* The caps on held segments and how often they were reached. */
smbt_reorder_budget *smbt_flow_table_budget(smbt_flow_table *table);

#endif
