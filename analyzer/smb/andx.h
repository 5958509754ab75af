/* AndX chains: one header, several command blocks (MS-CIFS 2.2.3.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_ANDX_H
#define SMBT_SMB_ANDX_H

#include "smb/smb1_header.h"

/* Windows never chains more than two; the cap is far above what any client was seen to send. */
#define SMBT_ANDX_MAX_BLOCKS 16

enum smbt_andx_anomaly {
    SMBT_ANDX_FINE,
    SMBT_ANDX_NOT_ADVANCING, /* AndXOffset points at or before its own block */
    SMBT_ANDX_TOO_DEEP,      /* more than SMBT_ANDX_MAX_BLOCKS */
    SMBT_ANDX_OUTSIDE,       /* AndXOffset points behind the message, or the message ends with its header */
    SMBT_ANDX_NOT_CAPTURED,  /* the chain goes on where nothing was captured */
};

/* One block of the chain: cursors over its parameter words (without WordCount) and over its bytes (without
 * ByteCount). Offsets in the words count from the SMB header; `message` is a cursor over the whole message
 * for those, whatever its own position. A block whose words were captured only in part has words.captured < 2
 * * word_count. For an AndX command the words begin with AndXCommand, reserved, AndXOffset. A WordCount or
 * ByteCount that asks for more than the message holds is cut to the message, and the block is marked
 * malformed. */
typedef struct smbt_andx_block {
    uint8_t command;
    uint8_t word_count;
    smbt_cur words, bytes;
    const smbt_cur *message; /* borrowed: what the chain was started with */
    bool has_words;          /* WordCount was captured; false: nothing of this block was */
    bool has_bytes;          /* ByteCount was captured */
    bool malformed;          /* WordCount or ByteCount reaches beyond the message */
    size_t bytes_offset; /* of the bytes from the SMB header: Unicode text is padded by it. 0: !has_bytes */
} smbt_andx_block;

typedef struct smbt_andx {
    const smbt_cur *message;
    uint8_t command;
    size_t offset;
    unsigned blocks;
    bool done;
    enum smbt_andx_anomaly anomaly;
} smbt_andx;

/* Starts at the first block. `message` spans the message from its header on, and is borrowed for as long as
 * the chain and its blocks are in use; `header` is decoded. */
void smbt_andx_init(smbt_andx *andx, const smbt_cur *message, const smbt_smb1_header *header);

/* Fills the next block. False at the end of the chain or at an anomaly, which then stands in andx->anomaly.
 * A block of which only the command is known, since nothing else was captured, is returned with has_words
 * false. The first block is always returned. An error response (WordCount 0) ends the chain. */
bool smbt_andx_next(smbt_andx *andx, smbt_andx_block *ret_block);

#endif
