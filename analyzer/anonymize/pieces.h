/* Fragments of IP datagrams that were handed out: where they are, for when the datagram is whole and it is
 * known what becomes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_PIECES_H
#define SMBT_ANONYMIZE_PIECES_H

#include "wire/trace.h"

/* Of all datagrams together; then the oldest datagram is forgotten. */
#define SMBT_PIECES_MAX 16384

typedef struct smbt_piece {
    uint32_t offset, len; /* captured bytes of the datagram */
    uint64_t place;
    uint32_t at; /* in the frame */
} smbt_piece;

typedef struct smbt_pieces {
    GHashTable *datagrams; /* smbt_frag_key to struct datagram */
    GQueue order;          /* oldest first */
    unsigned count;
} smbt_pieces;

void smbt_pieces_init(smbt_pieces *pieces);
void smbt_pieces_clear(smbt_pieces *pieces);

/* Adds the fragment of a trace, which was handed out at `place`. */
void smbt_pieces_add(smbt_pieces *pieces, smbt_time now, const smbt_wire_trace *trace, uint64_t place);

/* Takes the pieces of the datagram that the trace made whole: an array of smbt_piece, or NULL. The caller
 * frees with g_array_unref. */
GArray *smbt_pieces_take(smbt_pieces *pieces, const smbt_wire_trace *trace);

#endif
