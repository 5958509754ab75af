/* SMB_COM_NEGOTIATE 0x72 (MS-CIFS 2.2.4.52, MS-SMB 2.2.4.5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_NEGOTIATE_H
#define SMBT_SMB_CMD_NEGOTIATE_H

#include "base/text.h"
#include "smb/andx.h"

#define SMBT_NEGOTIATE_MAX_DIALECTS 32

typedef struct smbt_negotiate_request {
    unsigned dialects; /* how many, also beyond the array */
    smbt_name dialect[SMBT_NEGOTIATE_MAX_DIALECTS];
    bool offers_smb2; /* "SMB 2.002" or "SMB 2.???" */
} smbt_negotiate_request;

/* WordCount 17 (NT LM 0.12), 13 (LAN Manager) or 1 (core). Fields that the form lacks are 0. */
typedef struct smbt_negotiate_response {
    uint16_t dialect_index; /* 0xffff: none acceptable */
    uint8_t security_mode;
    uint16_t max_mpx, max_vcs;
    uint32_t max_buffer;
    uint32_t session_key;
    uint32_t capabilities;
    uint64_t system_time;   /* FILETIME; 0 when absent */
    int16_t time_zone;      /* minutes west of UTC */
    bool extended_security; /* CAP_EXTENDED_SECURITY, hence ServerGUID and blob */
    uint8_t server_guid[16];
    bool has_server_guid;
    bool complete; /* every word was captured */
} smbt_negotiate_response;

/* Dialects up to the first that was not captured whole. False when ByteCount was not captured. */
bool smbt_negotiate_request_decode(const smbt_andx_block *block, smbt_negotiate_request *ret_request);
/* False for a WordCount that is none of the forms (an error), or when DialectIndex was not captured. */
bool smbt_negotiate_response_decode(const smbt_andx_block *block, smbt_negotiate_response *ret_response);

#endif
