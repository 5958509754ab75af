/* From built bytes to a decoded block, captured whole or in part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SUPPORT_SMB_BLOCKS_H
#define SMBT_TESTS_SUPPORT_SMB_BLOCKS_H

#include "smb/andx.h"
#include "support/smb_build.h"

#include <string.h>

typedef struct t_message {
    guint8 *exact; /* as many bytes as were captured, so that a read behind them is seen */
    smbt_cur cur;
    smbt_smb1_header header;
    smbt_andx andx;
} t_message;

/* The message in `bytes` of which `captured` bytes were captured. False when there is no header. */
static inline bool t_message_init(t_message *t, const GByteArray *bytes, size_t captured)
{
    captured = MIN(captured, bytes->len);
    t->exact = g_malloc(MAX(captured, 1));
    if (captured) memcpy(t->exact, bytes->data, captured);
    t->cur = smbt_cur_init(t->exact, captured, bytes->len);
    smbt_cur c = t->cur;
    if (!smbt_smb1_header_decode(&c, &t->header)) return false;
    smbt_andx_init(&t->andx, &t->cur, &t->header);
    return true;
}

static inline void t_message_clear(t_message *t)
{
    g_free(t->exact);
}

#endif
