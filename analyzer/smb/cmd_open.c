/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_open.h"

#include "smb/block_text.h"

#define BUFFER_FORMAT_STRING    0x04
#define ACTION_OPLOCK_GRANTED   0x8000
#define NT_CREATE_NAME_LENGTH   5  /* offset in the words of the request */
#define NT_CREATE_RESPONSE_TYPE 63 /* offset of ResourceType in the words of the response */

bool smbt_command_is_open(uint8_t command)
{
    switch (command) {
    case SMBT_SMB1_OPEN:
    case SMBT_SMB1_CREATE:
    case SMBT_SMB1_CREATE_TEMPORARY:
    case SMBT_SMB1_CREATE_NEW:
    case SMBT_SMB1_OPEN_ANDX:
    case SMBT_SMB1_NT_CREATE_ANDX:
    case SMBT_SMB1_OPEN_PRINT_FILE: return true;
    default: return false;
    }
}

bool smbt_open_request_decode(const smbt_andx_block *block, uint16_t flags2, smbt_open_request *ret_request)
{
    ret_request->path.s[0] = '\0';
    if (!smbt_command_is_open(block->command) || !block->has_words || !block->word_count) return false;
    if (!block->has_bytes) return true;

    bool unicode = flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    smbt_cur text = smbt_block_text(block);
    if (block->command == SMBT_SMB1_NT_CREATE_ANDX) {
        smbt_cur c = block->words;
        smbt_cur_seek(&c, NT_CREATE_NAME_LENGTH);
        smbt_block_read_text_n(&ret_request->path, &text, smbt_cur_le16(&c), unicode);
        return true;
    }
    if (block->command != SMBT_SMB1_OPEN_ANDX && smbt_cur_u8(&text) != BUFFER_FORMAT_STRING)
        smbt_cur_fail(&text, SMBT_CUR_MALFORMED);
    smbt_block_read_text(&ret_request->path, &text, unicode);
    return true;
}

/* FileType of OPEN_ANDX, ResourceType of NT_CREATE_ANDX (MS-CIFS 2.2.4.41.2, 2.2.4.64.2). */
static enum smbt_open_kind kind_of_type(uint16_t type)
{
    switch (type) {
    case 0: return SMBT_OPEN_DISK;
    case 1: /* byte mode */
    case 2: /* message mode */ return SMBT_OPEN_PIPE;
    case 3: return SMBT_OPEN_PRINTER;
    default: return SMBT_OPEN_OTHER;
    }
}

static void decode_nt_create_response(smbt_cur *c, smbt_open_response *r)
{
    smbt_cur_skip(c, 4); /* AndX */
    r->oplock_level = smbt_cur_u8(c);
    r->fid = smbt_cur_le16(c);
    smbt_cur at_type = *c;
    smbt_cur_seek(&at_type, NT_CREATE_RESPONSE_TYPE);
    uint16_t type = smbt_cur_le16(&at_type);
    if (smbt_cur_ok(&at_type)) r->kind = kind_of_type(type);
}

static void decode_open_andx_response(smbt_cur *c, smbt_open_response *r)
{
    smbt_cur_skip(c, 4); /* AndX */
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    smbt_cur_skip(&rest, 2 + 4 + 4 + 2); /* attributes, time, size, granted access */
    uint16_t type = smbt_cur_le16(&rest);
    if (smbt_cur_ok(&rest)) r->kind = kind_of_type(type);
    smbt_cur_skip(&rest, 2); /* device state */
    r->oplock_level = smbt_cur_le16(&rest) & ACTION_OPLOCK_GRANTED ? 1 : 0;
}

bool smbt_open_response_decode(const smbt_andx_block *block, smbt_open_response *ret_response)
{
    *ret_response = (smbt_open_response){.kind = SMBT_OPEN_OTHER};
    if (!smbt_command_is_open(block->command) || !block->has_words || !block->word_count) return false;
    smbt_cur c = block->words;
    switch (block->command) {
    case SMBT_SMB1_NT_CREATE_ANDX: decode_nt_create_response(&c, ret_response); break;
    case SMBT_SMB1_OPEN_ANDX: decode_open_andx_response(&c, ret_response); break;
    case SMBT_SMB1_OPEN_PRINT_FILE: ret_response->kind = SMBT_OPEN_PRINTER; /* fall through */
    default: ret_response->fid = smbt_cur_le16(&c);
    }
    return smbt_cur_ok(&c);
}

bool smbt_command_is_close(uint8_t command)
{
    return command == SMBT_SMB1_CLOSE || command == SMBT_SMB1_WRITE_AND_CLOSE ||
           command == SMBT_SMB1_CLOSE_PRINT_FILE;
}

bool smbt_close_request_decode(const smbt_andx_block *block, uint16_t *ret_fid)
{
    if (!smbt_command_is_close(block->command) || !block->has_words) return false;
    smbt_cur c = block->words;
    uint16_t fid = smbt_cur_le16(&c);
    if (!smbt_cur_ok(&c)) return false;
    *ret_fid = fid;
    return true;
}
