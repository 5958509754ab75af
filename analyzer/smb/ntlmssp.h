/* NTLMSSP messages (MS-NLMP 2.2.1) and the SPNEGO wrapping they come in (MS-SPNG, RFC 4178).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_NTLMSSP_H
#define SMBT_SMB_NTLMSSP_H

#include "base/text.h"

#define SMBT_NTLMSSP_SIGNATURE     "NTLMSSP" /* with its NUL */
#define SMBT_NTLMSSP_SIGNATURE_LEN 8

enum smbt_auth_mech { SMBT_AUTH_NONE, SMBT_AUTH_NTLM, SMBT_AUTH_KERBEROS };

/* What a security blob says of who speaks. Names are "" when the blob does not hold them. */
typedef struct smbt_auth {
    enum smbt_auth_mech mech; /* of the token carried; of the first one offered when the token was cut off */
    uint8_t ntlm_type;        /* 1, 2, 3; 0 without an NTLM token */
    bool anonymous;           /* type 3 without a user and without a proof */
    smbt_name workstation;    /* type 1 (OEM, if supplied), type 3 */
    unsigned workstation_chars; /* of type 3, also where the name itself was cut off; 0: not known */
    smbt_name domain, user;     /* type 3; domain of type 1 too */
    smbt_name target;           /* type 2: server or domain name */
    smbt_name server_name;      /* type 2: AV pair MsvAvNbComputerName */
} smbt_auth;

/* Says that nothing is known; names become "". */
void smbt_auth_clear(smbt_auth *auth);

/* Reads a blob: SPNEGO negTokenInit or negTokenResp around a token, or a raw token (MS-SMB <95>). Works on
 * what was captured; what is missing stays "", and a name captured in part counts as missing. False when
 * neither a token nor, in a negTokenResp without one, the mechanism agreed on was recognised. */
bool smbt_auth_decode(smbt_cur blob, smbt_auth *ret_auth);

/* Reads an NTLMSSP message that begins at the cursor. False when its signature and type do not stand there.
 */
bool smbt_ntlmssp_decode(smbt_cur message, smbt_auth *ret_auth);

#endif
