/* Findings of one capture file by the frames that they name, and what was learnt of servers and clients.
 *
 * All are copies of the engine's records; they live until the store is freed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_STORE_H
#define SMBTRACE_PLUGIN_STORE_H

#include <smbtrace/smbtrace.h>

/* What a frame is in a finding. In an end's, a frame has the first of these that fits. */
enum smbt_role { SMBT_ROLE_VICTIM, SMBT_ROLE_CULPRIT, SMBT_ROLE_OBSERVATION, SMBT_ROLE_EVIDENCE };
const char *smbt_role_name(enum smbt_role role); /* "victim", "culprit", "observation", "evidence" */

typedef struct smbt_finding {
    enum smbt_record_type type; /* END or OBSERVATION */
    union {
        smbt_end end;
        smbt_observation observation;
    };
    bool provisional; /* judged at the frame of the end, before what followed was seen */
    bool dropped;     /* a later record took its place */
} smbt_finding;

/* One role of a frame. */
typedef struct smbt_mark {
    const smbt_finding *finding;
    enum smbt_role role;
    struct smbt_mark *next; /* of the same frame, in the order in which they were found */
} smbt_mark;

typedef struct smbt_store smbt_store;

smbt_store *smbt_store_new(void);
void smbt_store_free(smbt_store *store);

/* Takes the record in, unless it is a what-if. An end takes the place of a provisional one in the same frame.
 */
void smbt_store_add(smbt_store *store, const smbt_record *record, bool provisional);

/* The findings are final: those that are still provisional did not come true. */
void smbt_store_settle(smbt_store *store);

/* The roles of a frame; NULL: none. Passes over those whose finding was dropped are the caller's. */
const smbt_mark *smbt_store_find(const smbt_store *store, uint64_t frame);

/* What was learnt of servers and clients when the capture was over, in the engine's order; empty before. */
const GArray *smbt_store_servers(const smbt_store *store); /* of smbt_server_info */
const GArray *smbt_store_clients(const smbt_store *store); /* of smbt_client_info */

/* The pattern that an end is part of; NULL: none. */
const smbt_pattern *smbt_store_pattern_of(const smbt_store *store, const smbt_end *end);

#endif
