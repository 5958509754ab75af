/* TCP sequence numbers: 32 bits that wrap. The only place where they are compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_STREAM_SEQ_H
#define SMBT_STREAM_SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* How far `a` lies after `b`; negative when before. Meaningful while the true distance is below 2^31. */
static inline int32_t smbt_seq_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static inline bool smbt_seq_before(uint32_t a, uint32_t b)
{
    return smbt_seq_diff(a, b) < 0;
}

#endif
