/* Requests that wait for their answer, and which answer belongs to which (MS-CIFS 3.3.1.3, 3.2.5.1).
 *
 * SMB1 answers echo PID and MID, SMB2 answers the MessageId. Where a short snap length hides those, the
 * oldest request of the same command is taken. An AndX chain is one entry under its first command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_PAIRING_H
#define SMBT_SMB_PAIRING_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_request {
    uint64_t id; /* PID << 16 | MID, or MessageId */
    bool has_id;
    bool async;          /* SMB2: answered STATUS_PENDING, the final answer is still to come */
    uint16_t command;    /* SMB1 or SMB2 code */
    uint16_t subcommand; /* of a transaction, 0xffff otherwise */
    uint64_t frame;      /* of the first byte */
    smbt_time time;
    smbt_time since; /* the oldest time at which what is answered now may have been asked: that of a request
                        whose id this one took over; 0 when adding: the same as time */
} smbt_request;

typedef struct smbt_pairing {
    smbt_request *pending; /* oldest first */
    unsigned count, capacity;
    uint64_t dropped; /* oldest ones that were forgotten for the cap */
} smbt_pairing;

void smbt_pairing_clear(smbt_pairing *p);

/* Adds a request. Beyond `max` entries the oldest is dropped. An unanswered entry with the same id is
 * replaced: the client gave it up. */
void smbt_pairing_add(smbt_pairing *p, const smbt_request *request, unsigned max);

/* The entry that an answer belongs to, or NULL. Valid until the next call. */
smbt_request *smbt_pairing_find(smbt_pairing *p, bool has_id, uint64_t id, uint16_t command);

/* Takes an entry out. */
void smbt_pairing_remove(smbt_pairing *p, smbt_request *request);

#endif
