/* SMB2 and SMB3 as far as their connections can be victims: header, NEGOTIATE, SESSION_SETUP, LOGOFF
 * (MS-SMB2 2.2.1, 2.2.3-2.2.8). An SMB3 transform (0xfd) or compression (0xfc) header is recognised and
 * nothing behind it is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_SMB2_H
#define SMBT_SMB_SMB2_H

#include "smb/ntlmssp.h"

#define SMBT_SMB2_HEADER_LEN 64

enum smbt_smb2_command {
    SMBT_SMB2_NEGOTIATE = 0,
    SMBT_SMB2_SESSION_SETUP = 1,
    SMBT_SMB2_LOGOFF = 2,
    SMBT_SMB2_TREE_CONNECT = 3,
    SMBT_SMB2_TREE_DISCONNECT = 4,
    SMBT_SMB2_CREATE = 5,
    SMBT_SMB2_CLOSE = 6,
    SMBT_SMB2_LOCK = 10,
    SMBT_SMB2_IOCTL = 11,
    SMBT_SMB2_CANCEL = 12,
    SMBT_SMB2_ECHO = 13,
    SMBT_SMB2_CHANGE_NOTIFY = 15,
    SMBT_SMB2_OPLOCK_BREAK = 18,
};

#define SMBT_SMB2_FLAGS_REPLY 0x00000001u
#define SMBT_SMB2_FLAGS_ASYNC 0x00000002u
#define SMBT_STATUS_PENDING   0x00000103u

typedef struct smbt_smb2_header {
    uint16_t command;
    uint32_t status; /* responses */
    uint32_t flags;
    uint32_t next; /* offset of the next header of a compound, 0: last */
    uint64_t message_id;
    uint64_t session_id;
    bool is_reply, is_async;
    bool has_flags, has_message_id, has_session_id; /* captured; has_flags goes for next too */
} smbt_smb2_header;

/* Whether an encrypted or a compressed message begins at the cursor: SMB2, and no more can be said. */
bool smbt_smb2_is_opaque(smbt_cur c);

/* Decodes the header at the cursor; the cursor then stands at the body. As smbt_smb1_header_decode for what
 * was not captured. False for an opaque message. */
bool smbt_smb2_header_decode(smbt_cur *c, smbt_smb2_header *ret_header);

/* "SESSION_SETUP", "UNKNOWN". Static. */
const char *smbt_smb2_command_name(uint16_t command);

/* DialectRevision of a NEGOTIATE response; body cursor. 0x02ff is the wildcard of a multi-protocol
 * negotiation. */
bool smbt_smb2_negotiate_response_decode(smbt_cur body, uint16_t *ret_dialect);
/* ServerGuid of a NEGOTIATE response; body cursor. */
bool smbt_smb2_server_guid_decode(smbt_cur body, uint8_t ret_server_guid[16]);
/* "SMB 2.0.2" ... "SMB 3.1.1", "SMB 2.???", or NULL. Static. */
const char *smbt_smb2_dialect_name(uint16_t dialect);

/* ClientGuid of a NEGOTIATE request. */
bool smbt_smb2_negotiate_request_decode(smbt_cur body, uint8_t ret_client_guid[16]);

typedef struct smbt_smb2_session_setup_request {
    uint64_t previous_session_id;
    smbt_auth auth;
} smbt_smb2_session_setup_request;

/* `message` spans the message from its SMB2 header (offsets count from there). False when it is not a request
 * or PreviousSessionId was not captured. */
bool smbt_smb2_session_setup_request_decode(smbt_cur message, smbt_smb2_session_setup_request *ret_request);

#endif
