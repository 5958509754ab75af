/* What the files on SMB1 share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_BLANK_SMB1_H
#define SMBT_ANONYMIZE_BLANK_SMB1_H

#include "anonymize/blank.h"
#include "smb/andx.h"

/* The string at the cursor, padded as smb/block_text.h says: up to its NUL, or n bytes. */
void smbt_blank_smb1_string(smbt_blank *b, smbt_cur *c, bool unicode, enum smbt_anon_kind kind);
void smbt_blank_smb1_string_n(smbt_blank *b, smbt_cur *c, size_t n, bool unicode, enum smbt_anon_kind kind);

/* Parameters of transactions; their data is blank always. */
void smbt_blank_transaction_request(smbt_blank *b, const smbt_andx_block *block, bool unicode,
                                    const smbt_smb1_header *h, smbt_blank_memory *memory);
void smbt_blank_transaction_response(smbt_blank *b, const smbt_andx_block *block, const smbt_smb1_header *h,
                                     smbt_blank_memory *memory);

#endif
