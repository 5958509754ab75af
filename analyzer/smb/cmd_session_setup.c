/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_session_setup.h"

#include "smb/block_text.h"

static void clear_request(smbt_session_setup_request *r)
{
    r->word_count = 0;
    r->has_vc_number = r->has_client_values = r->has_capabilities = r->extended_security = false;
    r->vc_number = r->max_buffer = r->max_mpx = 0;
    r->session_key = r->capabilities = 0;
    smbt_auth_clear(&r->auth);
    r->account.s[0] = r->domain.s[0] = r->native_os.s[0] = r->native_lan_man.s[0] = '\0';
}

/* The words that all three forms share. VcNumber lies between the client's values. */
static void decode_common_words(smbt_cur *c, smbt_session_setup_request *r)
{
    smbt_cur_skip(c, 4); /* AndX */
    uint16_t max_buffer = smbt_cur_le16(c);
    uint16_t max_mpx = smbt_cur_le16(c);
    r->vc_number = smbt_cur_le16(c);
    r->has_vc_number = smbt_cur_ok(c);
    uint32_t session_key = smbt_cur_le32(c);
    r->has_client_values = smbt_cur_ok(c);
    if (!r->has_client_values) return;
    r->max_buffer = max_buffer;
    r->max_mpx = max_mpx;
    r->session_key = session_key;
}

static void decode_capabilities(smbt_cur *c, smbt_session_setup_request *r)
{
    smbt_cur_skip(c, 4); /* reserved */
    r->capabilities = smbt_cur_le32(c);
    r->has_capabilities = smbt_cur_ok(c);
    if (r->capabilities & SMBT_SMB1_CAP_EXTSEC) r->extended_security = true;
}

static void decode_extended_bytes(const smbt_andx_block *block, uint16_t blob_len, bool unicode,
                                  smbt_session_setup_request *r)
{
    smbt_cur text = smbt_block_text(block);
    smbt_cur blob = smbt_cur_sub(&text, blob_len);
    if (blob_len) smbt_auth_decode(blob, &r->auth);
    smbt_block_read_text(&r->native_os, &text, unicode);
    smbt_block_read_text(&r->native_lan_man, &text, unicode);
}

static void decode_plain_bytes(const smbt_andx_block *block, size_t passwords_len, bool unicode,
                               smbt_session_setup_request *r)
{
    smbt_cur text = smbt_block_text(block);
    smbt_cur_skip(&text, passwords_len);
    smbt_block_read_text(&r->account, &text, unicode);
    smbt_block_read_text(&r->domain, &text, unicode);
    smbt_block_read_text(&r->native_os, &text, unicode);
    smbt_block_read_text(&r->native_lan_man, &text, unicode);
}

bool smbt_session_setup_request_decode(const smbt_andx_block *block, uint16_t flags2,
                                       smbt_session_setup_request *ret_request)
{
    clear_request(ret_request);
    if (!block->has_words) return false;
    if (block->word_count != 10 && block->word_count != 12 && block->word_count != 13) return false;

    bool unicode = flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    ret_request->word_count = block->word_count;
    ret_request->extended_security = block->word_count == 12;
    smbt_cur c = block->words;
    decode_common_words(&c, ret_request);
    size_t secret_len = smbt_cur_le16(&c); /* blob, or OEM password */
    if (block->word_count == 13) secret_len += smbt_cur_le16(&c);
    bool has_lengths = smbt_cur_ok(&c);
    if (block->word_count != 10) decode_capabilities(&c, ret_request);
    if (!has_lengths || !block->has_bytes) return true;
    if (block->word_count == 12)
        decode_extended_bytes(block, (uint16_t)secret_len, unicode, ret_request);
    else
        decode_plain_bytes(block, secret_len, unicode, ret_request);
    return true;
}

bool smbt_session_setup_response_decode(const smbt_andx_block *block, uint16_t flags2,
                                        smbt_session_setup_response *ret_response)
{
    smbt_session_setup_response *r = ret_response;
    r->action = 0;
    r->has_action = false;
    smbt_auth_clear(&r->auth);
    r->native_os.s[0] = r->native_lan_man.s[0] = r->domain.s[0] = '\0';
    if (!block->has_words || (block->word_count != 3 && block->word_count != 4)) return false;

    bool unicode = flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    bool extended = block->word_count == 4;
    smbt_cur c = block->words;
    smbt_cur_skip(&c, 4); /* AndX */
    r->action = smbt_cur_le16(&c);
    r->has_action = smbt_cur_ok(&c);
    uint16_t blob_len = extended ? smbt_cur_le16(&c) : 0;
    if (!smbt_cur_ok(&c) || !block->has_bytes) return true;

    smbt_cur text = smbt_block_text(block);
    smbt_cur blob = smbt_cur_sub(&text, blob_len);
    if (blob_len) smbt_auth_decode(blob, &r->auth);
    smbt_block_read_text(&r->native_os, &text, unicode);
    smbt_block_read_text(&r->native_lan_man, &text, unicode);
    smbt_block_read_text(&r->domain, &text, unicode); /* Samba sends it in the extended form too */
    return true;
}
