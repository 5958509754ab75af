/* TREE_CONNECT 0x70, TREE_CONNECT_ANDX 0x75 (MS-CIFS 2.2.4.50, 2.2.4.55).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_TREE_H
#define SMBT_SMB_CMD_TREE_H

#include "base/text.h"
#include "smb/andx.h"

typedef struct smbt_tree_connect_request {
    bool disconnects_tid; /* Flags bit 0: the TID in the header goes */
    smbt_name path;       /* a UNC path; "" when not captured */
    smbt_name service;
} smbt_tree_connect_request;

typedef struct smbt_tree_connect_response {
    bool has_tid; /* 0x70 carries the TID in its words */
    uint16_t tid;
    smbt_name service; /* "A:", "IPC", "LPT1:" ... */
} smbt_tree_connect_response;

/* False when WordCount was not captured or fits neither command. */
bool smbt_tree_connect_request_decode(const smbt_andx_block *block, uint16_t flags2,
                                      smbt_tree_connect_request *ret_request);
/* False for an error too. */
bool smbt_tree_connect_response_decode(const smbt_andx_block *block, uint16_t flags2,
                                       smbt_tree_connect_response *ret_response);

#endif
