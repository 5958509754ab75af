/* The later parts of a compound that do not lie in the beginning of its message (framer.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_STREAM_PARTS_H
#define SMBT_STREAM_PARTS_H

#include "stream/framer.h"

/* One piece of the stream, and whom to tell. */
typedef struct smbt_piece {
    const uint8_t *data;
    uint32_t captured, len;
    uint64_t frame;
    smbt_time time;
    smbt_message_fn fn;
    void *user;
} smbt_piece;

/* After `m` was handed out, of which `arrived` bytes came: looks for the first later part whose header is not
 * wholly at m->data. The piece is the one that brought the last of them. */
void smbt_parts_begin(smbt_framer *f, const smbt_message *m, uint32_t arrived, const smbt_piece *piece);

/* Takes of the piece what is next: up to a part, or of its header. Returns how many bytes that was. The
 * framer has a part, and the piece no more than the rest of the message. */
uint32_t smbt_parts_take(smbt_framer *f, const smbt_piece *piece);

void smbt_parts_clear(smbt_framer *f);

#endif
