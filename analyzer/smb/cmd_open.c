/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_open.h"

#include "smb/block_text.h"
#include "smb/cmd_transaction.h"

#define TRANS2_OPEN2         0x0000
#define NT_TRANSACT_CREATE   0x0001
#define BUFFER_FORMAT_STRING 0x04

#define ACTION_OPLOCK_GRANTED 0x8000
#define REQUEST_OPLOCK        0x06 /* exclusive or batch; the same bits in all requests */

/* Offsets in the words of NT_CREATE_ANDX. */
#define NT_CREATE_NAME_LENGTH         5
#define NT_CREATE_FLAGS               7
#define NT_CREATE_RESPONSE_ATTRIBUTES 43

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

static bool words_want_oplock(const smbt_andx_block *block)
{
    smbt_cur c = block->words;
    switch (block->command) {
    case SMBT_SMB1_NT_CREATE_ANDX: smbt_cur_seek(&c, NT_CREATE_FLAGS); break;
    case SMBT_SMB1_OPEN_ANDX: smbt_cur_skip(&c, 4); break; /* AndX */
    default: return false;
    }
    return smbt_cur_le16(&c) & REQUEST_OPLOCK;
}

bool smbt_open_request_decode(const smbt_andx_block *block, uint16_t flags2, smbt_open_request *ret_request)
{
    ret_request->path.s[0] = '\0';
    ret_request->wants_oplock = false;
    if (!smbt_command_is_open(block->command) || !block->has_words || !block->word_count) return false;
    ret_request->wants_oplock = words_want_oplock(block);
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

/* Attributes that were just read at the cursor. */
static void set_attributes(const smbt_cur *c, uint32_t attributes, smbt_open_response *r)
{
    r->has_attributes = smbt_cur_ok(c);
    r->attributes = attributes;
}

/* From ExtFileAttributes on, NT_CREATE_ANDX and NT_TRANSACT_CREATE answer alike. */
static void decode_nt_file(smbt_cur *c, smbt_open_response *r)
{
    set_attributes(c, smbt_cur_le32(c), r);
    smbt_cur_skip(c, 8 + 8); /* AllocationSize, EndOfFile */
    uint16_t type = smbt_cur_le16(c);
    if (smbt_cur_ok(c)) r->kind = kind_of_type(type);
}

/* From FileAttributes on, OPEN_ANDX and TRANS2_OPEN2 answer alike. */
static void decode_open_file(smbt_cur *c, smbt_open_response *r)
{
    set_attributes(c, smbt_cur_le16(c), r);
    smbt_cur_skip(c, 4 + 4 + 2); /* time, size, granted access */
    uint16_t type = smbt_cur_le16(c);
    if (smbt_cur_ok(c)) r->kind = kind_of_type(type);
    smbt_cur_skip(c, 2); /* state of the pipe */
    r->oplock_level = smbt_cur_le16(c) & ACTION_OPLOCK_GRANTED ? 1 : 0;
}

static void decode_nt_create_response(smbt_cur *c, smbt_open_response *r)
{
    smbt_cur_skip(c, 4); /* AndX */
    r->oplock_level = smbt_cur_u8(c);
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    smbt_cur_seek(&rest, NT_CREATE_RESPONSE_ATTRIBUTES);
    decode_nt_file(&rest, r);
}

/* MS-CIFS 2.2.4.3.2. */
static void decode_old_open_response(smbt_cur *c, smbt_open_response *r)
{
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    set_attributes(&rest, smbt_cur_le16(&rest), r);
}

static void decode_open_andx_response(smbt_cur *c, smbt_open_response *r)
{
    smbt_cur_skip(c, 4); /* AndX */
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    decode_open_file(&rest, r);
}

bool smbt_open_response_decode(const smbt_andx_block *block, smbt_open_response *ret_response)
{
    *ret_response = (smbt_open_response){.kind = SMBT_OPEN_OTHER};
    if (!smbt_command_is_open(block->command) || !block->has_words || !block->word_count) return false;
    smbt_cur c = block->words;
    switch (block->command) {
    case SMBT_SMB1_NT_CREATE_ANDX: decode_nt_create_response(&c, ret_response); break;
    case SMBT_SMB1_OPEN_ANDX: decode_open_andx_response(&c, ret_response); break;
    case SMBT_SMB1_OPEN: decode_old_open_response(&c, ret_response); break;
    case SMBT_SMB1_OPEN_PRINT_FILE: ret_response->kind = SMBT_OPEN_PRINTER; /* fall through */
    default: ret_response->fid = smbt_cur_le16(&c);
    }
    return smbt_cur_ok(&c);
}

bool smbt_transaction_is_open(uint8_t command, uint16_t subcommand)
{
    return (command == SMBT_SMB1_TRANSACTION2 && subcommand == TRANS2_OPEN2) ||
           (command == SMBT_SMB1_NT_TRANSACT && subcommand == NT_TRANSACT_CREATE);
}

bool smbt_transaction_open_request_decode(const smbt_andx_block *block, uint16_t subcommand, uint16_t flags2,
                                          smbt_open_request *ret_request)
{
    ret_request->path.s[0] = '\0';
    ret_request->wants_oplock = false;
    if (!smbt_transaction_is_open(block->command, subcommand) || !block->has_words || !block->word_count)
        return false;
    smbt_cur c = smbt_transaction_request_parameters(block);
    bool unicode = flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    ret_request->wants_oplock = smbt_cur_le16(&c) & REQUEST_OPLOCK;
    if (block->command == SMBT_SMB1_TRANSACTION2) {
        smbt_cur_skip(&c, 26); /* access, attributes, time, mode, size, reserved */
        smbt_block_read_text(&ret_request->path, &c, unicode);
        return true;
    }
    smbt_cur_skip(&c, 2 + 40); /* the rest of Flags; RootDirectoryFID to EALength */
    uint32_t name_length = smbt_cur_le32(&c);
    smbt_cur_skip(&c, 4 + 1); /* ImpersonationLevel, SecurityFlags */
    smbt_block_read_text_n(&ret_request->path, &c, name_length, unicode);
    return true;
}

static void decode_nt_transact_create_response(smbt_cur *c, smbt_open_response *r)
{
    r->oplock_level = smbt_cur_u8(c);
    smbt_cur_skip(c, 1);
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    smbt_cur_skip(&rest, 4 + 4 + 4 * 8); /* CreateAction, EAErrorOffset, times */
    decode_nt_file(&rest, r);
}

static void decode_trans2_open2_response(smbt_cur *c, smbt_open_response *r)
{
    r->fid = smbt_cur_le16(c);
    smbt_cur rest = *c;
    decode_open_file(&rest, r);
}

bool smbt_transaction_open_response_decode(const smbt_andx_block *block, uint16_t subcommand,
                                           smbt_open_response *ret_response)
{
    *ret_response = (smbt_open_response){.kind = SMBT_OPEN_OTHER};
    if (!smbt_transaction_is_open(block->command, subcommand) || !block->has_words || !block->word_count)
        return false;
    smbt_cur c = smbt_transaction_response_parameters(block);
    if (block->command == SMBT_SMB1_NT_TRANSACT)
        decode_nt_transact_create_response(&c, ret_response);
    else
        decode_trans2_open2_response(&c, ret_response);
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
