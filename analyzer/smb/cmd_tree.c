/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_tree.h"

#include "smb/block_text.h"

#define BUFFER_FORMAT_STRING 0x04
#define FLAG_DISCONNECT_TID  0x0001

/* The strings of the old command are OEM and each begins with a format byte. */
static void read_old_string(smbt_name *ret_name, smbt_cur *c)
{
    if (smbt_cur_u8(c) != BUFFER_FORMAT_STRING) smbt_cur_fail(c, SMBT_CUR_MALFORMED);
    smbt_block_read_text(ret_name, c, false);
}

static bool decode_old_request(const smbt_andx_block *block, smbt_tree_connect_request *r)
{
    if (block->word_count != 0) return false;
    smbt_cur text = smbt_block_text(block);
    smbt_name password;
    read_old_string(&r->path, &text);
    read_old_string(&password, &text);
    read_old_string(&r->service, &text);
    return true;
}

bool smbt_tree_connect_request_decode(const smbt_andx_block *block, uint16_t flags2,
                                      smbt_tree_connect_request *ret_request)
{
    ret_request->disconnects_tid = false;
    ret_request->path.s[0] = ret_request->service.s[0] = '\0';
    if (!block->has_words) return false;
    if (block->command == SMBT_SMB1_TREE_CONNECT) return decode_old_request(block, ret_request);
    if (block->command != SMBT_SMB1_TREE_CONNECT_ANDX || block->word_count != 4) return false;

    smbt_cur c = block->words;
    smbt_cur_skip(&c, 4); /* AndX */
    ret_request->disconnects_tid = smbt_cur_le16(&c) & FLAG_DISCONNECT_TID;
    uint16_t password_len = smbt_cur_le16(&c);
    if (!smbt_cur_ok(&c) || !block->has_bytes) return true;
    smbt_cur text = smbt_block_text(block);
    smbt_cur_skip(&text, password_len);
    smbt_block_read_text(&ret_request->path, &text, flags2 & SMBT_SMB1_FLAGS2_UNICODE);
    smbt_block_read_text(&ret_request->service, &text, false); /* OEM always */
    return true;
}

bool smbt_tree_connect_response_decode(const smbt_andx_block *block, uint16_t flags2,
                                       smbt_tree_connect_response *ret_response)
{
    (void)flags2; /* Service is OEM always */
    ret_response->has_tid = false;
    ret_response->tid = 0;
    ret_response->service.s[0] = '\0';
    if (!block->has_words || block->word_count < 2) return false;
    smbt_cur c = block->words;
    if (block->command == SMBT_SMB1_TREE_CONNECT) {
        smbt_cur_skip(&c, 2); /* MaxBufferSize */
        ret_response->tid = smbt_cur_le16(&c);
        ret_response->has_tid = smbt_cur_ok(&c);
        return true;
    }
    if (block->command != SMBT_SMB1_TREE_CONNECT_ANDX) return false;
    smbt_cur text = smbt_block_text(block);
    smbt_block_read_text(&ret_response->service, &text, false);
    return true;
}
