/* LOCKING_ANDX 0x24: byte range locks, and oplock breaks in both directions (MS-CIFS 2.2.4.32).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_LOCKING_H
#define SMBT_SMB_CMD_LOCKING_H

#include "smb/andx.h"

#define SMBT_LOCKING_OPLOCK_RELEASE 0x02
#define SMBT_LOCKING_CANCEL_LOCK    0x08

typedef struct smbt_locking {
    uint16_t fid;
    uint8_t type;         /* SMBT_LOCKING_ bits */
    uint8_t oplock_level; /* that is left: 0 none, 1 level II */
    uint32_t timeout;     /* ms; 0 do not wait, 0xffffffff for ever */
    uint16_t unlocks, locks;
} smbt_locking;

/* A request, or the server's break notification, which has the same words. False for another command, for the
 * response (2 words), and when the words were not captured whole. */
bool smbt_locking_decode(const smbt_andx_block *block, smbt_locking *ret_locking);

/* An acknowledgment without ranges draws no answer (MS-CIFS 3.3.5.30). */
static inline bool smbt_locking_is_silent(const smbt_locking *l)
{
    return (l->type & SMBT_LOCKING_OPLOCK_RELEASE) && l->locks == 0 && l->unlocks == 0;
}

#endif
