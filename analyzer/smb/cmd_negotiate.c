/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_negotiate.h"

#include <string.h>

#define BUFFER_FORMAT_DIALECT 0x02

static bool is_smb2_dialect(const smbt_name *dialect)
{
    return strcmp(dialect->s, "SMB 2.002") == 0 || strcmp(dialect->s, "SMB 2.???") == 0;
}

bool smbt_negotiate_request_decode(const smbt_andx_block *block, smbt_negotiate_request *ret_request)
{
    ret_request->dialects = 0;
    ret_request->offers_smb2 = false;
    if (!block->has_bytes) return false;
    smbt_cur c = block->bytes;
    while (smbt_cur_left(&c) && smbt_cur_u8(&c) == BUFFER_FORMAT_DIALECT) {
        smbt_name dialect;
        smbt_name_read(&dialect, &c, false);
        if (!smbt_cur_ok(&c)) break;
        if (is_smb2_dialect(&dialect)) ret_request->offers_smb2 = true;
        if (ret_request->dialects < SMBT_NEGOTIATE_MAX_DIALECTS)
            ret_request->dialect[ret_request->dialects] = dialect;
        ret_request->dialects++;
    }
    return true;
}

/* MS-SMB 2.2.4.5.2.1, MS-CIFS 2.2.4.52.2: behind DialectIndex. */
static void decode_nt(smbt_cur *c, const smbt_andx_block *block, smbt_negotiate_response *r)
{
    r->security_mode = smbt_cur_u8(c);
    r->max_mpx = smbt_cur_le16(c);
    r->max_vcs = smbt_cur_le16(c);
    r->max_buffer = smbt_cur_le32(c);
    smbt_cur_skip(c, 4); /* MaxRawSize */
    r->session_key = smbt_cur_le32(c);
    r->capabilities = smbt_cur_le32(c);
    r->extended_security = r->capabilities & SMBT_SMB1_CAP_EXTSEC;
    r->system_time = smbt_cur_le64(c);
    r->time_zone = (int16_t)smbt_cur_le16(c);
    uint8_t challenge_len = smbt_cur_u8(c);
    if (!smbt_cur_ok(c) || !r->extended_security || challenge_len) return;
    smbt_cur bytes = block->bytes;
    const uint8_t *guid = smbt_cur_bytes(&bytes, sizeof r->server_guid);
    if (!guid) return;
    memcpy(r->server_guid, guid, sizeof r->server_guid);
    r->has_server_guid = true;
}

/* LAN Manager 1.0 to 2.1. The time is in DOS form: left out. */
static void decode_lan_man(smbt_cur *c, smbt_negotiate_response *r)
{
    r->security_mode = (uint8_t)smbt_cur_le16(c);
    r->max_buffer = smbt_cur_le16(c);
    r->max_mpx = smbt_cur_le16(c);
    r->max_vcs = smbt_cur_le16(c);
    smbt_cur_skip(c, 2); /* RawMode */
    r->session_key = smbt_cur_le32(c);
    smbt_cur_skip(c, 4); /* ServerTime, ServerDate */
    r->time_zone = (int16_t)smbt_cur_le16(c);
    smbt_cur_bytes(c, 4); /* EncryptionKeyLength, reserved */
}

bool smbt_negotiate_response_decode(const smbt_andx_block *block, smbt_negotiate_response *ret_response)
{
    *ret_response = (smbt_negotiate_response){0};
    if (!block->has_words) return false;
    smbt_cur c = block->words;
    ret_response->dialect_index = smbt_cur_le16(&c);
    if (!smbt_cur_ok(&c)) return false;
    switch (block->word_count) {
    case 17: decode_nt(&c, block, ret_response); break;
    case 13: decode_lan_man(&c, ret_response); break;
    case 1: break;
    default: return false;
    }
    ret_response->complete = smbt_cur_ok(&c);
    return true;
}
