/* Builders of the SMB1 messages that keep a connection's state: locks, reads and writes of all kinds, old
 * searches, transactions in parts. They belong to the family of smb_build.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SUPPORT_SMB_BUILD_STATE_H
#define SMBT_TESTS_SUPPORT_SMB_BUILD_STATE_H

#include "support/smb_build.h"

/* One word: FLUSH, CLOSE_PRINT_FILE, FIND_CLOSE2; the answers of WRITE, WRITE_AND_CLOSE, WRITE_COMPLETE. */
void sb_state_word(sb_msg *m, unsigned command, unsigned word);

typedef struct sb_state_lock {
    guint16 fid;
    guint8 type, oplock_level;
    guint32 timeout; /* ms */
    unsigned unlocks, locks;
} sb_state_lock;
void sb_state_locking_request(sb_msg *m, const sb_state_lock *l);
void sb_state_locking_response(sb_msg *m);

void sb_state_read_request(sb_msg *m, unsigned fid, unsigned count); /* 0x0a */
void sb_state_read_response(sb_msg *m, gsize len);
void sb_state_write_request(sb_msg *m, unsigned command, unsigned fid, gsize len); /* 0x0b 0x2c */

/* READ_RAW 0x1a (answered without a header), READ_MPX 0x1b. */
void sb_state_bulk_read_request(sb_msg *m, unsigned command, unsigned fid, unsigned count);
void sb_state_read_mpx_response(sb_msg *m, gsize len);
/* WRITE_RAW 0x1d, WRITE_MPX 0x1e: `total` bytes, `len` of them in this message. */
void sb_state_bulk_write_request(sb_msg *m, unsigned command, unsigned fid, unsigned mode, unsigned total,
                                 gsize len);
void sb_state_write_mpx_response(sb_msg *m);
void sb_state_raw(GByteArray *out, gsize len); /* with NBSS bytes, without a header */

/* SEARCH 0x81, FIND 0x82, FIND_UNIQUE 0x83, FIND_CLOSE 0x84. `cookie` is what the server recognises the
 * search by; 0: a new search. */
void sb_state_search_request(sb_msg *m, unsigned command, const char *path, guint32 cookie);
void sb_state_search_response(sb_msg *m, unsigned command, unsigned count, guint32 cookie);

typedef struct sb_state_transaction {
    unsigned command;     /* of the primary: 0x25 0x32 0xa0 */
    unsigned part, parts; /* this one, from 0, of so many; 0, 0: all in one */
    guint16 setup[5];     /* request; of NT_TRANSACT the function first */
    gsize setups;
    const GByteArray *parameters, *data; /* of all parts; NULL: none */
    const char *name;                    /* 0x25 */
} sb_state_transaction;
/* The primary for part 0, the secondary for others. Data are shared out evenly, the parameters stand in the
 * first part; without data they are shared out. */
void sb_state_transaction_request(sb_msg *m, const sb_state_transaction *t);
void sb_state_transaction_response(sb_msg *m, const sb_state_transaction *t);

#endif
