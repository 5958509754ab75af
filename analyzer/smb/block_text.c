/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/block_text.h"

smbt_cur smbt_block_text(const smbt_andx_block *block)
{
    const smbt_cur *message = block->message;
    if (!block->has_bytes) return smbt_cur_failed(message->data, SMBT_CUR_NOT_CAPTURED);
    smbt_cur c = smbt_cur_init(message->data, message->captured, block->bytes_offset + block->bytes.declared);
    smbt_cur_seek(&c, block->bytes_offset);
    return c;
}

static bool is_ascii(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

/* Whether an ASCII character in UTF-16LE lies at the cursor. */
static bool ascii_unit_at(smbt_cur c)
{
    uint8_t low = smbt_cur_u8(&c), high = smbt_cur_u8(&c);
    return smbt_cur_ok(&c) && is_ascii(low) && high == 0;
}

/* To an even position from the start of the cursor, which moves if the sender padded otherwise. */
void smbt_block_align_text(smbt_cur *c)
{
    smbt_cur by_the_book = *c, other = *c;
    if (c->pos % 2)
        smbt_cur_skip(&by_the_book, 1);
    else if (smbt_cur_u8(&other) != 0)
        return; /* only padding may be skipped */
    smbt_cur first = by_the_book;
    uint8_t low = smbt_cur_u8(&first), high = smbt_cur_u8(&first);
    bool is_shifted = smbt_cur_ok(&first) && low == 0 && is_ascii(high);
    *c = by_the_book;
    if (is_shifted && ascii_unit_at(other)) {
        *c = other;
        *c = smbt_cur_sub(c, smbt_cur_left(c));
    }
}

void smbt_block_read_text(smbt_name *ret_name, smbt_cur *c, bool unicode)
{
    if (unicode) smbt_block_align_text(c);
    smbt_name_read(ret_name, c, unicode);
    if (c->status == SMBT_CUR_NOT_CAPTURED) ret_name->s[0] = '\0';
}

void smbt_block_read_text_n(smbt_name *ret_name, smbt_cur *c, size_t n, bool unicode)
{
    if (unicode) smbt_block_align_text(c);
    if (n > smbt_cur_left(c)) n = smbt_cur_left(c);
    const uint8_t *bytes = smbt_cur_bytes(c, n);
    if (!bytes) n = 0;
    if (unicode)
        smbt_name_from_utf16(ret_name, bytes, n);
    else
        smbt_name_from_oem(ret_name, bytes, n);
}
