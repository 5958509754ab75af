/* Requests that wait for their answer, and which answer belongs to which (MS-CIFS 3.3.1.3, 3.2.5.1).
 *
 * SMB1 answers echo PID and MID, SMB2 answers the MessageId. Where a short snap length hides those, the
 * oldest request of the same command is taken. An AndX chain is one entry under its first command; a
 * transaction is one entry with all its parts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_PAIRING_H
#define SMBT_SMB_PAIRING_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_request {
    uint64_t id;    /* PID << 16 | MID, or MessageId */
    uint64_t frame; /* of the first byte */
    smbt_time time;
    smbt_time since; /* the oldest time at which what is answered now may have been asked: that of a request
                        whose id this one took over; 0 when adding: the same as time */
    smbt_time part_time; /* of its latest part: the client's clock for it runs from there */
    uint64_t part_frame;
    bool has_id;
    bool async;           /* SMB2: answered STATUS_PENDING, the final answer is still to come */
    bool interim;         /* SMB1: an interim answer was seen, the final one is still to come */
    bool cancelled;       /* NT_CANCEL asked for its end */
    bool waits;           /* asks the server to wait: LOCKING_ANDX with a timeout */
    bool behind;          /* WRITE_RAW that is done when its data has come: no answer follows */
    bool partly_answered; /* a transaction: the first part of its response was seen */
    uint16_t command;     /* SMB1 or SMB2 code */
    uint16_t subcommand;  /* of a transaction, 0xffff otherwise */
    uint16_t tid, fid;    /* SMB1; fid SMBT_FID_NONE when it names no file; a SID in searches */
    uint16_t flags;   /* FIND_FIRST2, FIND_NEXT2: what is to be closed; LOCKING_ANDX: unlocks << 8 | locks */
    uint16_t answers; /* still to come; more than one for ECHO only */
    uint32_t data_bytes;                 /* of file data that it moves */
    uint32_t parameters_left, data_left; /* partly answered: of the response */
    uint64_t unsent;      /* of a transaction's request: bytes that the client has yet to send */
    uint64_t session;     /* UID or SessionId */
    uint64_t probe_frame; /* of the first ECHO that was sent while it waited; 0: none */
    uint64_t after_frame; /* of its answer, when that came after the connection had ended; 0: none so far */
    smbt_time after_time;
    char *path; /* of what it opens or searches; owned by the table. NULL: none, or not captured */
} smbt_request;

typedef struct smbt_pairing {
    smbt_request *pending; /* oldest first */
    unsigned count, capacity;
    uint64_t dropped; /* oldest ones that were forgotten for the cap */
} smbt_pairing;

void smbt_pairing_clear(smbt_pairing *p);

/* Adds a request and takes its path. Beyond `max` entries the oldest is dropped. An unanswered entry with the
 * same id is replaced: the client gave it up. */
void smbt_pairing_add(smbt_pairing *p, const smbt_request *request, unsigned max);

/* The entry that an answer belongs to, or NULL. Valid until the next call. */
smbt_request *smbt_pairing_find(smbt_pairing *p, bool has_id, uint64_t id, uint16_t command);

/* Takes an entry out and frees its path. */
void smbt_pairing_remove(smbt_pairing *p, smbt_request *request);
void smbt_request_clear(smbt_request *request);

/* Forgets all entries. */
void smbt_pairing_forget(smbt_pairing *p);

#endif
