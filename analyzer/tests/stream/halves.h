/* Segments of one direction, and what comes out of them in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_STREAM_HALVES_H
#define SMBT_TESTS_STREAM_HALVES_H

#include "stream/collect.h"
#include "stream/half.h"

/* One direction that is fed pieces of a known stream; each piece is a frame of its own. */
struct bench {
    smbt_half half;
    smbt_reorder_budget budget;
    t_list list;
    GByteArray *bytes;
    uint32_t first; /* sequence number of the stream's first byte */
    uint64_t frame;
};

#define MESSAGE 104 /* bytes of each message, its header counted */

static inline struct bench bench_new(uint32_t syn_seq, unsigned messages)
{
    struct bench b = {.budget = {.per_half = 1 << 20, .total = 4 << 20},
                      .list = t_list_new(),
                      .bytes = g_byte_array_new(),
                      .first = syn_seq + 1};
    for (unsigned i = 0; i < messages; i++)
        t_put_message(b.bytes, 0, 1, 0x72, MESSAGE - 4);
    smbt_half_syn(&b.half, syn_seq);
    return b;
}

static inline void bench_clear(struct bench *b)
{
    smbt_half_clear(&b->half, &b->budget);
    g_assert_cmpuint(b->budget.used, ==, 0);
    g_assert_cmpuint(b->half.held_bytes, ==, 0);
    t_list_clear(&b->list);
    g_byte_array_unref(b->bytes);
}

static inline enum smbt_half_result send_cut(struct bench *b, gsize at, gsize len, gsize captured)
{
    guint8 *exact = t_exact(b->bytes->data + at, captured);
    b->frame++;
    enum smbt_half_result r =
        smbt_half_segment(&b->half, &b->budget, b->first + (uint32_t)at, exact, (uint32_t)captured,
                          (uint32_t)len, b->frame, t_time(b->frame), t_take, &b->list);
    g_free(exact);
    g_assert_cmpuint(b->budget.used, ==, b->half.held_bytes);
    return r;
}

static inline enum smbt_half_result send(struct bench *b, gsize at, gsize len)
{
    return send_cut(b, at, len, len);
}

static inline void ack(struct bench *b, gsize upto)
{
    b->frame++;
    smbt_half_ack(&b->half, &b->budget, b->first + (uint32_t)upto, b->frame, t_time(b->frame), t_take,
                  &b->list);
}

static inline void assert_messages(const struct bench *b, guint n)
{
    g_assert_cmpuint(b->list.seen->len, ==, n);
    for (guint i = 0; i < n; i++) {
        const t_seen *m = t_list_at(&b->list, i);
        g_assert_cmpuint(m->len, ==, MESSAGE - 4);
        g_assert_cmpmem(m->data, m->captured, b->bytes->data + 4, m->captured);
    }
}

#endif
