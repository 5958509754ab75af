/* Segments of one connection, and what a track sees in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_OBSERVE_TRACKED_H
#define SMBT_TESTS_OBSERVE_TRACKED_H

#include "observe/track.h"
#include <glib.h>

#define F SMBT_TCP_FIN
#define S SMBT_TCP_SYN
#define R SMBT_TCP_RST
#define A SMBT_TCP_ACK

/* A connection whose segments are told in few words. */
struct bench {
    smbt_track track;
    smbt_half half[2];
    uint64_t frame;
    smbt_time now;
    uint8_t ttl[2];
    uint16_t ip_id[2];
    uint16_t window[2];
};

static inline struct bench bench_new(void)
{
    struct bench b = {.now = 1000 * SMBT_SEC, .ttl = {128, 64}, .window = {100, 100}};
    smbt_track_init(&b.track);
    return b;
}

static inline bool send_as(struct bench *b, unsigned side, uint8_t flags, uint32_t seq, uint32_t ack,
                           uint32_t len, enum smbt_half_result result)
{
    smbt_segment s = {.flags = flags,
                      .seq = seq,
                      .ack = ack,
                      .payload_len = len,
                      .payload = (const uint8_t *)"",
                      .ttl = b->ttl[side],
                      .has_ip_id = true,
                      .ip_id = ++b->ip_id[side],
                      .window = b->window[side]};
    b->frame++;
    b->now += SMBT_MS * 2;
    if (flags & S) {
        b->half[side].started = true;
        b->half[side].next = seq + 1;
    } else if (result == SMBT_HALF_NEW) {
        b->half[side].next = seq + len;
    }
    return smbt_track_segment(&b->track, side, &s, result, b->half, b->frame, b->now);
}

static inline bool send(struct bench *b, unsigned side, uint8_t flags, uint32_t seq, uint32_t ack,
                        uint32_t len)
{
    return send_as(b, side, flags, seq, ack, len, len ? SMBT_HALF_NEW : SMBT_HALF_EMPTY);
}

/* Client 100, server 500, each with 50 bytes sent. */
static inline void establish(struct bench *b)
{
    g_assert_false(send(b, 0, S, 100, 0, 0));
    g_assert_false(send(b, 1, S | A, 500, 101, 0));
    g_assert_false(send(b, 0, A, 101, 501, 0));
    g_assert_true(b->track.established);
    g_assert_false(send(b, 0, A, 101, 501, 50));
    g_assert_false(send(b, 1, A, 501, 151, 50));
    g_assert_false(send(b, 0, A, 151, 551, 0));
}

#endif
