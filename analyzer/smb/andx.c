/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/andx.h"

void smbt_andx_init(smbt_andx *andx, const smbt_cur *message, const smbt_smb1_header *header)
{
    *andx = (smbt_andx){.message = message, .command = header->command, .offset = SMBT_SMB1_HEADER_LEN};
}

static void stop(smbt_andx *andx, enum smbt_andx_anomaly anomaly)
{
    andx->done = true;
    andx->anomaly = anomaly;
}

/* Cuts the next n bytes off the cursor, or what the message still declares. */
static smbt_cur cut(smbt_cur *c, size_t n, bool *malformed)
{
    size_t left = smbt_cur_left(c);
    if (n > left) {
        *malformed = true;
        n = left;
    }
    return smbt_cur_sub(c, n);
}

/* Reads where the chain goes on after the block, so that an anomaly is known as soon as the block is. */
static void find_next(smbt_andx *andx, const smbt_andx_block *block)
{
    if (!smbt_smb1_command_is_andx(block->command) || block->word_count < 2) {
        andx->done = true;
        return;
    }
    smbt_cur words = block->words;
    uint8_t command = smbt_cur_u8(&words);
    smbt_cur_skip(&words, 1);
    if (smbt_cur_ok(&words) && command == SMBT_SMB1_NO_COMMAND) {
        andx->done = true;
        return;
    }
    uint16_t offset = smbt_cur_le16(&words);
    if (!smbt_cur_ok(&words))
        stop(andx, words.status == SMBT_CUR_NOT_CAPTURED ? SMBT_ANDX_NOT_CAPTURED : SMBT_ANDX_OUTSIDE);
    else if (offset <= andx->offset)
        stop(andx, SMBT_ANDX_NOT_ADVANCING);
    else if (offset >= andx->message->declared)
        stop(andx, SMBT_ANDX_OUTSIDE);
    else if (andx->blocks >= SMBT_ANDX_MAX_BLOCKS)
        stop(andx, SMBT_ANDX_TOO_DEEP);
    andx->command = command;
    andx->offset = offset;
}

bool smbt_andx_next(smbt_andx *andx, smbt_andx_block *ret_block)
{
    if (andx->done) return false;
    smbt_cur c = smbt_cur_init(andx->message->data, andx->message->captured, andx->message->declared);
    smbt_cur_seek(&c, andx->offset);
    uint8_t word_count = smbt_cur_u8(&c);
    andx->blocks++;

    ret_block->command = andx->command;
    ret_block->word_count = word_count;
    ret_block->message = andx->message;
    ret_block->has_words = smbt_cur_ok(&c);
    ret_block->malformed = c.status == SMBT_CUR_MALFORMED;
    if (!ret_block->has_words) {
        ret_block->words = ret_block->bytes = smbt_cur_failed(c.data, c.status);
        ret_block->has_bytes = false;
        ret_block->bytes_offset = 0;
        stop(andx, ret_block->malformed ? SMBT_ANDX_OUTSIDE : SMBT_ANDX_NOT_CAPTURED);
        return true;
    }
    ret_block->words = cut(&c, 2u * word_count, &ret_block->malformed);
    uint16_t byte_count = smbt_cur_le16(&c);
    ret_block->has_bytes = smbt_cur_ok(&c);
    ret_block->malformed |= c.status == SMBT_CUR_MALFORMED;
    ret_block->bytes_offset = ret_block->has_bytes ? c.pos : 0;
    ret_block->bytes =
        ret_block->has_bytes ? cut(&c, byte_count, &ret_block->malformed) : smbt_cur_failed(c.data, c.status);
    find_next(andx, ret_block);
    return true;
}
