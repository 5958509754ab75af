/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/ntlmssp.h"

#include <string.h>

#define FLAG_UNICODE              0x00000001u
#define FLAG_DOMAIN_SUPPLIED      0x00001000u
#define FLAG_WORKSTATION_SUPPLIED 0x00002000u
#define TYPE3_FLAGS_OFFSET        60

#define AV_EOL              0
#define AV_NB_COMPUTER_NAME 1
#define MAX_AV_PAIRS        32

/* Where a variable-length field lies in the message. */
struct field {
    uint16_t len;
    uint32_t offset;
};

enum charset { OEM, UNICODE, GUESS };

void smbt_auth_clear(smbt_auth *auth)
{
    auth->mech = SMBT_AUTH_NONE;
    auth->ntlm_type = 0;
    auth->anonymous = false;
    auth->workstation_chars = 0;
    auth->workstation.s[0] = auth->domain.s[0] = auth->user.s[0] = '\0';
    auth->target.s[0] = auth->server_name.s[0] = '\0';
}

static struct field read_field(smbt_cur *c)
{
    struct field f = {.len = smbt_cur_le16(c)};
    smbt_cur_skip(c, 2); /* the allocated length */
    f.offset = smbt_cur_le32(c);
    if (!smbt_cur_ok(c)) f = (struct field){0};
    return f;
}

/* The field's bytes, or NULL when it is empty or not all of it is there. */
static const uint8_t *field_bytes(smbt_cur message, struct field f)
{
    smbt_cur_seek(&message, f.offset);
    return f.len ? smbt_cur_bytes(&message, f.len) : NULL;
}

static void read_name(smbt_name *ret_name, smbt_cur message, struct field f, enum charset charset)
{
    const uint8_t *bytes = field_bytes(message, f);
    if (!bytes) return;
    if (charset == GUESS) charset = f.len >= 2 && f.len % 2 == 0 && bytes[1] == 0 ? UNICODE : OEM;
    if (charset == UNICODE)
        smbt_name_from_utf16(ret_name, bytes, f.len);
    else
        smbt_name_from_oem(ret_name, bytes, f.len);
}

/* How long a name is, whether or not it was captured; 0 where it would not fit into the message. */
static unsigned chars_of(smbt_cur message, struct field f, enum charset charset)
{
    smbt_cur_seek(&message, f.offset);
    if (!smbt_cur_ok(&message) || smbt_cur_left(&message) < f.len) return 0;
    return charset == UNICODE ? f.len / 2u : f.len;
}

/* NEGOTIATE_MESSAGE, MS-NLMP 2.2.1.1. Names are OEM: the character set is not agreed on yet. */
static void decode_negotiate(smbt_cur message, smbt_cur c, smbt_auth *auth)
{
    uint32_t flags = smbt_cur_le32(&c);
    struct field domain = read_field(&c);
    struct field workstation = read_field(&c);
    if (flags & FLAG_DOMAIN_SUPPLIED) read_name(&auth->domain, message, domain, OEM);
    if (flags & FLAG_WORKSTATION_SUPPLIED) read_name(&auth->workstation, message, workstation, OEM);
}

static void read_server_name(smbt_name *ret_name, smbt_cur message, struct field info)
{
    smbt_cur_seek(&message, info.offset);
    smbt_cur pairs = smbt_cur_sub(&message, info.len);
    for (unsigned i = 0; i < MAX_AV_PAIRS; i++) {
        uint16_t id = smbt_cur_le16(&pairs);
        uint16_t len = smbt_cur_le16(&pairs);
        if (!smbt_cur_ok(&pairs) || id == AV_EOL) return;
        if (id == AV_NB_COMPUTER_NAME) {
            const uint8_t *bytes = smbt_cur_bytes(&pairs, len);
            if (bytes) smbt_name_from_utf16(ret_name, bytes, len);
            return;
        }
        smbt_cur_skip(&pairs, len);
    }
}

/* CHALLENGE_MESSAGE, MS-NLMP 2.2.1.2. */
static void decode_challenge(smbt_cur message, smbt_cur c, smbt_auth *auth)
{
    struct field target = read_field(&c);
    uint32_t flags = smbt_cur_le32(&c);
    if (!smbt_cur_ok(&c)) return;
    smbt_cur_skip(&c, 8 + 8); /* challenge, reserved */
    struct field info = read_field(&c);
    read_name(&auth->target, message, target, flags & FLAG_UNICODE ? UNICODE : OEM);
    if (info.len) read_server_name(&auth->server_name, message, info);
}

/* AUTHENTICATE_MESSAGE, MS-NLMP 2.2.1.3. Old clients end the fixed part before the session key and flags:
 * their payload begins there. */
static void decode_authenticate(smbt_cur message, smbt_cur c, smbt_auth *auth)
{
    struct field lm = read_field(&c);
    struct field nt = read_field(&c);
    struct field domain = read_field(&c);
    struct field user = read_field(&c);
    bool know_user = smbt_cur_ok(&c);
    struct field workstation = read_field(&c);

    enum charset charset = GUESS;
    const struct field names[] = {domain, user, workstation};
    bool has_flags = true;
    for (size_t i = 0; i < 3; i++)
        if (names[i].len && names[i].offset <= TYPE3_FLAGS_OFFSET) has_flags = false;
    if (has_flags) {
        smbt_cur at_flags = message;
        smbt_cur_seek(&at_flags, TYPE3_FLAGS_OFFSET);
        uint32_t flags = smbt_cur_le32(&at_flags);
        if (smbt_cur_ok(&at_flags)) charset = flags & FLAG_UNICODE ? UNICODE : OEM;
    }
    /* Without a user the LM answer is empty or one zero byte (MS-NLMP 3.2.5.1.2). */
    auth->anonymous = know_user && user.len == 0 && nt.len == 0 && lm.len <= 1;
    read_name(&auth->domain, message, domain, charset);
    read_name(&auth->user, message, user, charset);
    read_name(&auth->workstation, message, workstation, charset);
    if (charset != GUESS) auth->workstation_chars = chars_of(message, workstation, charset);
}

bool smbt_ntlmssp_decode(smbt_cur message, smbt_auth *ret_auth)
{
    /* Offsets count from the signature. */
    message = smbt_cur_sub(&message, smbt_cur_left(&message));
    smbt_cur c = message;
    const uint8_t *signature = smbt_cur_bytes(&c, SMBT_NTLMSSP_SIGNATURE_LEN);
    if (!signature || memcmp(signature, SMBT_NTLMSSP_SIGNATURE, SMBT_NTLMSSP_SIGNATURE_LEN) != 0)
        return false;
    uint32_t type = smbt_cur_le32(&c);
    if (!smbt_cur_ok(&c) || type < 1 || type > 3) return false;

    smbt_auth_clear(ret_auth);
    ret_auth->mech = SMBT_AUTH_NTLM;
    ret_auth->ntlm_type = (uint8_t)type;
    if (type == 1)
        decode_negotiate(message, c, ret_auth);
    else if (type == 2)
        decode_challenge(message, c, ret_auth);
    else
        decode_authenticate(message, c, ret_auth);
    return true;
}
