/* The four bytes in front of every message: NetBIOS session service (RFC 1002 4.3) on port 139, direct TCP
 * (MS-SMB 2.1) on 445, and the session request of port 139.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_NBSS_H
#define SMBT_SMB_NBSS_H

#include "base/cursor.h"
#include "base/text.h"

enum smbt_nbss_type {
    SMBT_NBSS_MESSAGE = 0x00,
    SMBT_NBSS_REQUEST = 0x81,
    SMBT_NBSS_POSITIVE = 0x82,
    SMBT_NBSS_NEGATIVE = 0x83,
    SMBT_NBSS_RETARGET = 0x84,
    SMBT_NBSS_KEEPALIVE = 0x85,
};

/* Session request body: called name, then calling name, each 34 bytes of first-level encoding. Names come
 * without padding; the suffix byte (0x20 file server, 0x00 workstation ...) is apart. */
typedef struct smbt_nbss_request {
    smbt_name called, calling;
    uint8_t called_suffix, calling_suffix;
} smbt_nbss_request;

/* `c` stands behind the four header bytes. False when a name is cut off or not first-level encoded. */
bool smbt_nbss_request_decode(smbt_cur c, smbt_nbss_request *ret_request);

#endif
