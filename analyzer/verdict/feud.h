/* Hosts behind one address that end each other's connections to one server, as the verdicts on those ends
 * come in.
 *
 * Hosts are told apart by name, else by what observe/hosts.h makes of their packets; an end whose victim or
 * culprit can't be told is left out. A feud is over when nothing happened for SMBT_FEUD_PAUSE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_FEUD_H
#define SMBT_VERDICT_FEUD_H

#include "base/time.h"
#include "observe/host_copy.h"

#define SMBT_FEUD_PAUSE (600 * SMBT_SEC)
/* So many session setups between hosts that each ended the other's connections are a pattern. */
#define SMBT_FEUD_TIMES 3

typedef struct smbt_feud {
    smbt_addr client, server;
    GPtrArray *members; /* of struct member */
    GArray *edges;      /* of struct edge: who ended whose connections */
    smbt_time last;     /* the latest end */
} smbt_feud;

/* One side of an end. */
typedef struct smbt_feud_side {
    const char *name;           /* NULL: none was seen */
    const smbt_host_view *view; /* NULL: no longer known */
} smbt_feud_side;

typedef struct smbt_feud_end {
    uint64_t frame, culprit_frame;
    smbt_time time;
} smbt_feud_end;

smbt_feud *smbt_feud_new(const smbt_addr *client, const smbt_addr *server);
void smbt_feud_free(smbt_feud *feud);

/* A connection of the victim was ended by the culprit, another host. */
void smbt_feud_add(smbt_feud *feud, const smbt_feud_side *victim, const smbt_feud_side *culprit,
                   const smbt_feud_end *end);

/* The patterns in it, appended to an array of smbt_kept_pattern; the caller frees them. */
void smbt_feud_patterns(const smbt_feud *feud, GPtrArray *ret_patterns);

#endif
