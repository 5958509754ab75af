/* One direction of a TCP connection: segments in any order to bytes in order, with what is missing made
 * explicit.
 *
 * Segments ahead of a hole are held until the hole is filled, or until it is certain that the capture lacks
 * those bytes: the receiver acknowledged them, or the caps on held bytes are reached. A hole that lies within
 * a message's payload is passed over at once, since payload is skipped by arithmetic anyway.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_STREAM_HALF_H
#define SMBT_STREAM_HALF_H

#include "stream/framer.h"

#include <glib.h>

#define SMBT_HALF_MAX_HELD 128

/* Shared by all connections: what held segments may take together. */
typedef struct smbt_reorder_budget {
    size_t per_half; /* bytes that one direction may hold */
    size_t total;    /* bytes that all may hold */
    size_t used;
    uint64_t refused; /* how often a cap was the reason to give up a hole */
} smbt_reorder_budget;

enum smbt_half_result {
    SMBT_HALF_EMPTY,     /* no payload */
    SMBT_HALF_NEW,       /* bytes that were expected next, at least in part */
    SMBT_HALF_HELD,      /* ahead of a hole */
    SMBT_HALF_LATE,      /* part of a hole that was passed over: reordered, or sent again after a loss */
    SMBT_HALF_OLD,       /* nothing new: retransmitted or captured twice */
    SMBT_HALF_STRAY,     /* further off than any window: of another connection, or the capture paused */
    SMBT_HALF_KEEPALIVE, /* a TCP keep-alive probe: nothing or one byte, just before what is expected */
};

typedef struct smbt_half {
    /* Touched by every segment, so kept together, with what the framer begins with. */
    bool started; /* next is known */
    bool has_acked;
    bool stray;      /* a segment came from far away; one that follows it would begin at stray_next */
    uint32_t next;   /* sequence number expected next */
    uint32_t origin; /* sequence number of the first byte that the framer was fed: of its position 0 */
    uint32_t acked;  /* highest acknowledgment of this direction's bytes */
    uint32_t stray_next;
    GArray *held;   /* segments ahead of a hole, by sequence number; NULL when none ever was */
    uint64_t bytes; /* payload that arrived */
    smbt_framer framer;

    size_t held_bytes;
    uint64_t gap_bytes;       /* that the capture lacks for certain */
    uint64_t passed_bytes;    /* of holes in payload that were passed over: they may still arrive */
    uint64_t first_gap_frame; /* 0: none */
    smbt_time first_gap;      /* when the first was found */
    smbt_time last_gap;       /* when the latest was found; meaningful with gaps > 0 */
    uint64_t gaps;
    uint64_t retransmissions;
} smbt_half;

void smbt_half_clear(smbt_half *h, smbt_reorder_budget *budget);

/* Begins the direction behind a SYN whose sequence number was `seq`. */
void smbt_half_syn(smbt_half *h, uint32_t seq);

/* One segment's payload. Messages that it completes are handed to `fn` before the call returns. */
enum smbt_half_result smbt_half_segment(smbt_half *h, smbt_reorder_budget *budget, uint32_t seq,
                                        const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                                        smbt_time time, smbt_message_fn fn, void *user);

/* The other side acknowledged everything before `ack`. */
void smbt_half_ack(smbt_half *h, smbt_reorder_budget *budget, uint32_t ack, uint64_t frame, smbt_time time,
                   smbt_message_fn fn, void *user);

#endif
