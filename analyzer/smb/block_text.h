/* Text in the bytes of an SMB1 command block.
 *
 * Unicode text is padded so that it lies at an even offset from the SMB header, so it is read with a cursor
 * that counts from there. Not every sender pads by the book: where the first character makes sense only one
 * byte off, it is read there.
 *
 * A string that the capture cut is "", not its beginning: names are compared, and half a name differs from
 * the whole one. A string that lacks its terminator because the message ends is taken as it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_BLOCK_TEXT_H
#define SMBT_SMB_BLOCK_TEXT_H

#include "base/text.h"
#include "smb/andx.h"

/* A cursor at the first of the block's bytes, ending with the last of them, whose offsets count from the SMB
 * header. Failed when ByteCount was not captured. */
smbt_cur smbt_block_text(const smbt_andx_block *block);

/* Moves the cursor over the padding in front of a Unicode string. */
void smbt_block_align_text(smbt_cur *c);

/* Reads the NUL-terminated string at the cursor. */
void smbt_block_read_text(smbt_name *ret_name, smbt_cur *c, bool unicode);

/* Reads a string of n bytes, padding not counted, terminated or not. */
void smbt_block_read_text_n(smbt_name *ret_name, smbt_cur *c, size_t n, bool unicode);

#endif
