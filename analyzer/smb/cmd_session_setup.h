/* SMB_COM_SESSION_SETUP_ANDX 0x73 (MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6) in its three forms: WordCount 10 (before
 * NT), 12 (extended security), 13 (NT LM 0.12).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_SESSION_SETUP_H
#define SMBT_SMB_CMD_SESSION_SETUP_H

#include "smb/andx.h"
#include "smb/ntlmssp.h"

/* The client can log on anew within a session (MS-SMB 2.2.4.5.2.1). */
#define SMBT_SMB1_CAP_DYNAMIC_REAUTH 0x20000000u

typedef struct smbt_session_setup_request {
    uint8_t word_count;
    bool has_vc_number; /* false: not captured */
    uint16_t vc_number;
    bool has_client_values; /* the next three were captured */
    uint16_t max_buffer, max_mpx;
    uint32_t session_key;
    bool has_capabilities;
    uint32_t capabilities;     /* 12 and 13 words */
    bool extended_security;    /* 12 words, or the capability where it was captured */
    smbt_auth auth;            /* 12 words */
    smbt_name account, domain; /* 10 and 13 words */
    smbt_name native_os, native_lan_man;
} smbt_session_setup_request;

typedef struct smbt_session_setup_response {
    uint16_t action; /* bit 0: guest */
    bool has_action;
    smbt_auth auth; /* WordCount 4: the server's token */
    smbt_name native_os, native_lan_man, domain;
} smbt_session_setup_response;

/* `flags2` of the header: Unicode or OEM. False for a WordCount that is none of the forms or that was not
 * captured. With the capture ending in the words or bytes, what lies before it is decoded and the rest marked
 * absent or "". */
bool smbt_session_setup_request_decode(const smbt_andx_block *block, uint16_t flags2,
                                       smbt_session_setup_request *ret_request);
/* Error responses have no words: false. */
bool smbt_session_setup_response_decode(const smbt_andx_block *block, uint16_t flags2,
                                        smbt_session_setup_response *ret_response);

#endif
