/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_locking.h"

bool smbt_locking_decode(const smbt_andx_block *block, smbt_locking *ret_locking)
{
    smbt_locking l = {0};
    *ret_locking = l;
    if (block->command != SMBT_SMB1_LOCKING_ANDX || !block->has_words) return false;
    smbt_cur c = block->words;
    smbt_cur_skip(&c, 4); /* AndX */
    l.fid = smbt_cur_le16(&c);
    l.type = smbt_cur_u8(&c);
    l.oplock_level = smbt_cur_u8(&c);
    l.timeout = smbt_cur_le32(&c);
    l.unlocks = smbt_cur_le16(&c);
    l.locks = smbt_cur_le16(&c);
    if (!smbt_cur_ok(&c)) return false;
    *ret_locking = l;
    return true;
}
