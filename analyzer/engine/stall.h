/* Servers that answer nobody for a while, though several clients wait: one event, whatever each of these
 * clients makes of it.
 *
 * Any message of the server's, on any of its connections, says that it is at work; so a stall is the time
 * between two of them. It is told when clients that are not one and the same waited in it together for
 * requests that a server has to answer at once. Nothing that may have got lost counts: a connection of which
 * answers are missing, a hole of the capture, a request that may wait for ever.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ENGINE_STALL_H
#define SMBT_ENGINE_STALL_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_engine smbt_engine;
typedef struct smbt_link smbt_link;
typedef struct smbt_stall smbt_stall;

/* Zero it to begin with. */
typedef struct smbt_stalls {
    GPtrArray
        *over; /* of smbt_stall: those that may be told as soon as it is known what came of them; NULL */
} smbt_stalls;

void smbt_stalls_clear(smbt_stalls *stalls);

/* The server begins a message on the connection; before anybody else takes note of it. */
void smbt_stall_on_answer(smbt_engine *e, smbt_link *link, uint64_t frame);
/* A connection ended, with what it still waited for. */
void smbt_stall_on_end(smbt_engine *e, smbt_link *link);
/* It did not. */
void smbt_stall_on_revival(smbt_link *link);
/* Packets are missing up to engine->now: what servers did in that time is not known. */
void smbt_stall_forget(smbt_engine *e);
/* Tells those that are over for long enough. */
void smbt_stall_run(smbt_engine *e);
/* The capture is over, all connections are still known: tells all. */
void smbt_stall_finish(smbt_engine *e);
/* The connection is forgotten. */
void smbt_stall_on_free(smbt_engine *e, const smbt_link *link);

#endif
