/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/fingerprint.h"

#include "smb/ntlmssp.h"

#include <glib.h>
#include <string.h>

/* The four-byte header and the beginning of the SMB header: captured even with TCP options and 96 bytes. */
#define HEAD 24
/* MID, MessageId, signature, first words. */
#define BODY 96
/* What is sent before a logon: its challenges lie further back. */
#define BODY_OF_SETUP 512
#define SMB           4 /* where the SMB header begins */

#define SMB1_FLAGS_REPLY   0x80
#define SMB1_FLAGS2_SIGNED 0x0004
#define SMB2_FLAGS_REPLY   0x01
#define SMB2_FLAGS_SIGNED  0x08

/* For telling messages apart, not against somebody who makes them up: eight bytes at a time, the rest by
 * itself. */
static uint64_t hash(const uint8_t *p, size_t n)
{
    uint64_t h = n * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < n; i += 8) {
        uint64_t piece = 0;
        memcpy(&piece, p + i, MIN(n - i, 8));
        h = (h ^ piece) * UINT64_C(0xbf58476d1ce4e5b9);
        h ^= h >> 29;
    }
    return h ? h : 1;
}

static uint8_t byte_at(smbt_cur c, size_t offset)
{
    smbt_cur_skip(&c, offset);
    return smbt_cur_u8(&c);
}

static bool is_signature(smbt_cur c, size_t offset, size_t n)
{
    static const char placeholder[8] = "BSRSPYL "; /* MS-SMB 3.2.4.2.4: not signed yet */
    smbt_cur_skip(&c, offset);
    const uint8_t *p = smbt_cur_bytes(&c, n);
    uint8_t all = 0;
    for (size_t i = 0; p && i < n; i++)
        all |= p[i];
    return all && memcmp(p, placeholder, sizeof placeholder) != 0;
}

/* What either side made up in an NTLMSSP exchange (MS-NLMP 2.2.1): the server's challenge, and what a client
 * puts into its answer, unless that is the short one of NTLM 1, which follows from the challenge. */
static bool has_ntlm_nonce(smbt_cur c, bool is_reply)
{
    enum { TYPE = SMBT_NTLMSSP_SIGNATURE_LEN, NT_RESPONSE_LENGTH = 20, END = 32, NTLM1_LENGTH = 24 };
    size_t n = smbt_cur_left_captured(&c);
    const uint8_t *p = smbt_cur_bytes(&c, n);
    for (size_t i = 0; p && i + END <= n; i++) {
        if (p[i] != 'N' || memcmp(p + i, SMBT_NTLMSSP_SIGNATURE, SMBT_NTLMSSP_SIGNATURE_LEN) != 0) continue;
        unsigned length = p[i + NT_RESPONSE_LENGTH] | (unsigned)p[i + NT_RESPONSE_LENGTH + 1] << 8;
        return is_reply ? p[i + TYPE] == 2 : p[i + TYPE] == 3 && length > NTLM1_LENGTH;
    }
    return false;
}

/* The eight bytes in a NEGOTIATE answer without extended security (MS-CIFS 2.2.4.52.2). */
static bool has_smb1_challenge(smbt_cur c)
{
    enum { WORDS = SMB + 32, CAPABILITIES_TOP = SMB + 55, CHALLENGE_LENGTH = SMB + 66, CHALLENGE = SMB + 69 };
    return byte_at(c, WORDS) == 17 && !(byte_at(c, CAPABILITIES_TOP) & 0x80) &&
           byte_at(c, CHALLENGE_LENGTH) == 8 && is_signature(c, CHALLENGE, 8);
}

static bool is_setup(uint8_t protocol, uint8_t command)
{
    return protocol == 0xff ? command == 0x72 || command == 0x73 : command <= 1;
}

static bool is_unique(smbt_cur c, uint8_t protocol, uint8_t command)
{
    if (protocol == 0xfd) return true; /* encrypted: authenticated by a signature of its own */
    if (protocol == 0xff) {
        if (byte_at(c, SMB + 10) & SMB1_FLAGS2_SIGNED && is_signature(c, SMB + 14, 8)) return true;
        bool is_reply = byte_at(c, SMB + 9) & SMB1_FLAGS_REPLY;
        return command == 0x72 ? is_reply && has_smb1_challenge(c)
                               : command == 0x73 && has_ntlm_nonce(c, is_reply);
    }
    uint8_t flags = byte_at(c, SMB + 16);
    if (flags & SMB2_FLAGS_SIGNED && is_signature(c, SMB + 48, 16)) return true;
    return command == 1 && has_ntlm_nonce(c, flags & SMB2_FLAGS_REPLY);
}

/* VcNumber stands at one place in all forms of the request (MS-CIFS 2.2.4.53.1, MS-SMB 2.2.4.6.1). */
static void take_vc(smbt_cur c, smbt_fingerprint *ret_print)
{
    enum { FLAGS = SMB + 9, WORDS = SMB + 32, VC = SMB + 41 };
    uint8_t words = byte_at(c, WORDS);
    if (byte_at(c, FLAGS) & SMB1_FLAGS_REPLY || (words != 10 && words != 12 && words != 13)) return;
    smbt_cur_skip(&c, VC);
    const uint8_t *p = smbt_cur_bytes(&c, 2);
    ret_print->has_vc = p != NULL;
    if (p) ret_print->vc = (uint16_t)(p[0] | p[1] << 8);
}

bool smbt_fingerprint_take(smbt_cur c, smbt_fingerprint *ret_print)
{
    smbt_cur head = c;
    const uint8_t *p = smbt_cur_bytes(&head, HEAD);
    if (!p) return false;
    *ret_print = (smbt_fingerprint){.head = hash(p, HEAD)};
    uint8_t protocol = p[SMB], command = protocol == 0xff ? p[SMB + 4] : p[SMB + 12];
    if (protocol == 0xff && command == 0x73) take_vc(c, ret_print);
    size_t message = SMB + ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
    size_t n = MIN(message, is_setup(protocol, command) ? BODY_OF_SETUP : BODY);
    smbt_cur body = c;
    const uint8_t *bytes = smbt_cur_bytes(&body, n);
    if (!bytes) return true;
    ret_print->body = hash(bytes, n);
    ret_print->is_unique = is_unique(smbt_cur_init(bytes, n, n), protocol, command);
    return true;
}
