/* Connection attempts that nobody answered: who asked whom for a connection, and got neither an
 * acknowledgment nor a reset.
 *
 * A server and port counts as long as the client got no answer from it in the whole capture. Where only the
 * clients' half of the traffic was captured, or the answers to SYNs were filtered out, nothing is said: a
 * capture like that shows attempts without answers whatever the servers did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ENGINE_UNANSWERED_H
#define SMBT_ENGINE_UNANSWERED_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_engine smbt_engine;
typedef struct smbt_link smbt_link;

/* Zero it to begin with. */
typedef struct smbt_unanswered {
    GHashTable *asked; /* of smbt_asked, which are their own keys; NULL: none yet */
    GHashTable
        *one_way;  /* of smbt_addr *: of whose connections only the client's half was seen; NULL: none yet */
    uint64_t more; /* attempts that the table had no room for */
    uint64_t syn_acks; /* in the whole capture */
} smbt_unanswered;

void smbt_unanswered_clear(smbt_unanswered *all);

/* The connection is forgotten, or the capture is over: what it says of its server. Once per connection. */
void smbt_unanswered_take(smbt_engine *e, smbt_link *link);
/* The capture is over, and all connections are still known: those that wait for an answer. */
void smbt_unanswered_finish(smbt_engine *e);
/* Tells them. */
void smbt_unanswered_tell(smbt_engine *e);

#endif
