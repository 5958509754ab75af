/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/half.h"

#include "stream/collect.h"

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

static struct bench bench_new(uint32_t syn_seq, unsigned messages)
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

static void bench_clear(struct bench *b)
{
    smbt_half_clear(&b->half, &b->budget);
    g_assert_cmpuint(b->budget.used, ==, 0);
    g_assert_cmpuint(b->half.held_bytes, ==, 0);
    t_list_clear(&b->list);
    g_byte_array_unref(b->bytes);
}

static enum smbt_half_result send_cut(struct bench *b, gsize at, gsize len, gsize captured)
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

static enum smbt_half_result send(struct bench *b, gsize at, gsize len)
{
    return send_cut(b, at, len, len);
}

static void ack(struct bench *b, gsize upto)
{
    b->frame++;
    smbt_half_ack(&b->half, &b->budget, b->first + (uint32_t)upto, b->frame, t_time(b->frame), t_take,
                  &b->list);
}

static void assert_messages(const struct bench *b, guint n)
{
    g_assert_cmpuint(b->list.seen->len, ==, n);
    for (guint i = 0; i < n; i++) {
        const t_seen *m = t_list_at(&b->list, i);
        g_assert_cmpuint(m->len, ==, MESSAGE - 4);
        g_assert_cmpmem(m->data, m->captured, b->bytes->data + 4, m->captured);
    }
}

static void assert_whole(const struct bench *b)
{
    assert_messages(b, b->bytes->len / MESSAGE);
    for (guint i = 0; i < b->list.seen->len; i++)
        g_assert_cmpuint(t_list_at(&b->list, i)->captured, ==, MESSAGE - 4);
    g_assert_cmpuint(b->half.next, ==, (uint32_t)(b->first + b->bytes->len));
    g_assert_cmpuint(b->half.bytes, ==, b->bytes->len);
    g_assert_cmpuint(b->half.gaps, ==, 0);
    g_assert_cmpuint(b->half.gap_bytes, ==, 0);
    g_assert_cmpuint(b->half.held_bytes, ==, 0);
}

static const uint32_t syn_seqs[] = {0, 1000, 0x7fffff80, 0xffffff80, 0xfffffffe, 0xffffffff};

static void test_in_order(void)
{
    for (gsize s = 0; s < G_N_ELEMENTS(syn_seqs); s++)
        for (gsize size = 1; size < 250; size += 7) {
            struct bench b = bench_new(syn_seqs[s], 3);
            for (gsize at = 0; at < b.bytes->len; at += size)
                g_assert_cmpint(send(&b, at, MIN(size, b.bytes->len - at)), ==, SMBT_HALF_NEW);
            assert_whole(&b);
            g_assert_null(b.half.held);
            bench_clear(&b);
        }
}

/* Every order of four segments. */
static void test_every_order(void)
{
    for (gsize s = 0; s < G_N_ELEMENTS(syn_seqs); s++)
        for (unsigned order = 0; order < 256; order++) {
            unsigned p[4] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};
            if ((1u << p[0] | 1u << p[1] | 1u << p[2] | 1u << p[3]) != 15) continue;
            struct bench b = bench_new(syn_seqs[s], 3);
            gsize size = b.bytes->len / 4, done = 0;
            unsigned come = 0;
            for (int i = 0; i < 4; i++) {
                enum smbt_half_result r = send(&b, p[i] * size, size);
                come |= 1u << p[i];
                while (done < 4 && come & 1u << done)
                    done++;
                g_assert_cmpint(r, ==, p[i] < done ? SMBT_HALF_NEW : SMBT_HALF_HELD);
                g_assert_cmpuint(b.half.next, ==, (uint32_t)(b.first + done * size));
            }
            assert_whole(&b);
            g_assert_cmpuint(b.half.retransmissions, ==, 0);
            bench_clear(&b);
        }
}

/* A message's frame is the one that its first byte came in, however late that was used. */
static void test_frames_of_reordered_segments(void)
{
    struct bench b = bench_new(0, 3);
    send(&b, 2 * MESSAGE, MESSAGE); /* frame 1 */
    send(&b, 1 * MESSAGE, MESSAGE); /* frame 2 */
    send(&b, 0, MESSAGE);           /* frame 3 */
    assert_whole(&b);
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpuint(t_list_at(&b.list, i)->frame, ==, 3 - i);
        g_assert_cmpuint(t_list_at(&b.list, i)->time, ==, t_time(3 - i));
        g_assert_cmpuint(t_list_at(&b.list, i)->done_frame, ==, 3 - i);
    }
    bench_clear(&b);
}

/* Two segments that overlap in any way, in both orders, behind and before others. */
static void test_every_overlap(void)
{
    const gsize at = 60, len = 90;
    for (gsize from = 0; from < 200; from += 3)
        for (gsize n = 1; n < 150; n += 4)
            for (int swapped = 0; swapped < 2; swapped++)
                for (int held = 0; held < 2; held++) {
                    struct bench b = bench_new(0xffffffa0, 4);
                    if (!held) send(&b, 0, at);
                    send(&b, swapped ? from : at, swapped ? n : len);
                    send(&b, swapped ? at : from, swapped ? len : n);
                    send(&b, 0, at);
                    send(&b, at, len);
                    send(&b, at + len, b.bytes->len - at - len);
                    assert_whole(&b);
                    bench_clear(&b);
                }
}

static void test_retransmission(void)
{
    struct bench b = bench_new(5, 3);
    send(&b, 0, 2 * MESSAGE);
    g_assert_cmpint(send(&b, 0, 2 * MESSAGE), ==, SMBT_HALF_OLD);
    g_assert_cmpint(send(&b, 0, MESSAGE), ==, SMBT_HALF_OLD);
    g_assert_cmpint(send(&b, MESSAGE, MESSAGE), ==, SMBT_HALF_OLD);
    g_assert_cmpuint(b.half.retransmissions, ==, 3);
    /* In part new: what is new counts. */
    g_assert_cmpint(send(&b, MESSAGE, 2 * MESSAGE), ==, SMBT_HALF_NEW);
    g_assert_cmpuint(b.half.retransmissions, ==, 3);
    assert_whole(&b);
    bench_clear(&b);
}

static void test_duplicate_of_held(void)
{
    struct bench b = bench_new(5, 3);
    send(&b, MESSAGE, MESSAGE);
    size_t held = b.half.held_bytes;
    send(&b, MESSAGE, MESSAGE);
    send(&b, MESSAGE, MESSAGE / 2);
    g_assert_cmpuint(b.half.held_bytes, ==, held);
    send(&b, MESSAGE, 2 * MESSAGE); /* a longer one is taken */
    send(&b, 0, MESSAGE);
    assert_whole(&b);
    bench_clear(&b);
}

static void test_keepalive_probe(void)
{
    for (gsize s = 0; s < G_N_ELEMENTS(syn_seqs); s++) {
        struct bench b = bench_new(syn_seqs[s], 2);
        send(&b, 0, MESSAGE);
        g_assert_cmpint(send(&b, MESSAGE - 1, 0), ==, SMBT_HALF_KEEPALIVE);
        g_assert_cmpint(send(&b, MESSAGE - 1, 1), ==, SMBT_HALF_KEEPALIVE);
        g_assert_cmpint(send(&b, MESSAGE - 2, 2), ==, SMBT_HALF_OLD);
        g_assert_cmpint(send(&b, MESSAGE, 0), ==, SMBT_HALF_EMPTY);
        g_assert_cmpint(send(&b, MESSAGE + 1, 0), ==, SMBT_HALF_EMPTY);
        g_assert_cmpuint(b.half.retransmissions, ==, 1);
        send(&b, MESSAGE, MESSAGE);
        assert_whole(&b);
        bench_clear(&b);
    }
}

static void test_starts_anywhere(void)
{
    for (gsize at = 0; at <= MESSAGE; at++) {
        struct bench b = bench_new(7, 3);
        smbt_half_clear(&b.half, &b.budget);
        b.half = (smbt_half){0};
        g_assert_cmpint(send(&b, at, 2 * MESSAGE - at), ==, SMBT_HALF_NEW);
        send(&b, 2 * MESSAGE, MESSAGE);
        assert_messages(&b, at == 0 ? 3 : at <= MESSAGE ? 2 : 1);
        g_assert_cmpuint(b.half.gaps, ==, 0);
        bench_clear(&b);
    }
}

/* Feeds `len` bytes of the stream from `at` on as if they stood at `seq`. */
static enum smbt_half_result send_at(struct bench *b, uint32_t seq, gsize at, gsize len)
{
    b->frame++;
    enum smbt_half_result r = smbt_half_segment(&b->half, &b->budget, seq, b->bytes->data + at, (uint32_t)len,
                                                (uint32_t)len, b->frame, t_time(b->frame), t_take, &b->list);
    g_assert_cmpuint(b->budget.used, ==, b->half.held_bytes);
    return r;
}

#define FAR (INT32_C(1) << 28)

static void test_number_of_another_world(void)
{
    static const struct {
        int32_t off;
        enum smbt_half_result result;
    } cases[] = {{FAR, SMBT_HALF_HELD},
                 {FAR + 1, SMBT_HALF_STRAY},
                 {G_MAXINT32, SMBT_HALF_STRAY},
                 {G_MININT32, SMBT_HALF_STRAY},
                 {-FAR, SMBT_HALF_OLD},
                 {-FAR - 1, SMBT_HALF_STRAY},
                 {G_MININT32 + 1, SMBT_HALF_STRAY}};
    for (gsize s = 0; s < G_N_ELEMENTS(syn_seqs); s++)
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            struct bench b = bench_new(syn_seqs[s], 2);
            g_assert_cmpint(send(&b, 0, MESSAGE), ==, SMBT_HALF_NEW);
            uint32_t next = b.half.next;
            g_assert_cmpint(send_at(&b, next + (uint32_t)cases[i].off, 0, 2), ==, cases[i].result);
            g_assert_cmpint(b.half.stray, ==, cases[i].result == SMBT_HALF_STRAY);
            g_assert_cmpuint(b.half.next, ==, next);
            g_assert_cmpuint(b.half.gaps, ==, 0);
            g_assert_cmpuint(b.half.retransmissions, ==, cases[i].result == SMBT_HALF_OLD);
            if (cases[i].result == SMBT_HALF_STRAY) {
                g_assert_cmpuint(b.half.held_bytes, ==, 0);
                send(&b, MESSAGE, MESSAGE);
                assert_whole(&b);
            }
            bench_clear(&b);
        }
}

/* The capture paused: two segments in a row at another place, and the direction goes on from the second. */
static void test_new_place(void)
{
    for (int back = 0; back < 2; back++) {
        struct bench b = bench_new(7, 6);
        send(&b, 0, MESSAGE);
        send(&b, 2 * MESSAGE, MESSAGE); /* held; its hole is never filled */
        ack(&b, MESSAGE);
        uint32_t far = back ? b.half.next - FAR - 1000 : b.half.next + FAR + 1;
        g_assert_cmpint(send_at(&b, far, 3 * MESSAGE, MESSAGE), ==, SMBT_HALF_STRAY);
        g_assert_cmpuint(b.half.held_bytes, ==, MESSAGE);
        assert_messages(&b, 1);
        g_assert_cmpint(send_at(&b, far + MESSAGE, 4 * MESSAGE, MESSAGE), ==, SMBT_HALF_NEW);
        g_assert_cmpuint(b.half.held_bytes, ==, 0);
        g_assert_false(b.half.stray || b.half.has_acked);
        g_assert_cmpuint(b.half.gaps, ==, 1);
        g_assert_cmpuint(b.half.first_gap_frame, ==, b.frame);
        g_assert_cmpuint(b.half.last_gap, ==, t_time(b.frame));
        g_assert_cmpuint(b.half.next, ==, far + 2 * MESSAGE);
        assert_messages(&b, 2);
        send_at(&b, far + 2 * MESSAGE, 5 * MESSAGE, MESSAGE);
        assert_messages(&b, 3);
        g_assert_cmpuint(b.half.gaps, ==, 1);
        bench_clear(&b);
    }
}

/* Strays that do not follow each other stay strays, and so do those with something of the stream between. */
static void test_strays_that_do_not_follow(void)
{
    struct bench b = bench_new(7, 2);
    send(&b, 0, 20);
    uint32_t far = b.half.next + FAR + 1000;
    g_assert_cmpint(send_at(&b, far, 0, 10), ==, SMBT_HALF_STRAY);
    g_assert_cmpint(send_at(&b, far, 0, 10), ==, SMBT_HALF_STRAY); /* the same again */
    g_assert_cmpint(send_at(&b, far + 11, 0, 10), ==, SMBT_HALF_STRAY);
    g_assert_cmpint(send_at(&b, far + 20, 0, 10), ==, SMBT_HALF_STRAY);
    send(&b, 20, MESSAGE - 20);
    g_assert_cmpint(send_at(&b, far + 30, 0, 10), ==, SMBT_HALF_STRAY);
    send(&b, MESSAGE, MESSAGE);
    assert_whole(&b);
    g_assert_cmpint(send_at(&b, far + 40, 0, 10), ==, SMBT_HALF_STRAY);
    g_assert_cmpint(send_at(&b, far + 50, 0, 10), ==, SMBT_HALF_NEW);
    g_assert_cmpuint(b.half.gaps, ==, 1);
    bench_clear(&b);
}

/* What may still have come at the old place does not come at the new one. */
static void test_new_place_forgets_what_was_passed_over(void)
{
    struct bench b = bench_new(7, 0);
    t_put_message(b.bytes, 0, 1, 0x2e, 5000);
    send(&b, 0, 1000);
    send(&b, 2000, 1000);
    g_assert_cmpuint(b.half.passed_bytes, ==, 1000);
    uint32_t far = b.half.next + FAR + 1000;
    send_at(&b, far, 0, 100);
    g_assert_cmpint(send_at(&b, far + 100, 0, 100), ==, SMBT_HALF_NEW);
    g_assert_cmpint(send_at(&b, far + 100, 0, 100), ==, SMBT_HALF_OLD);
    g_assert_cmpuint(b.half.retransmissions, ==, 1);
    bench_clear(&b);
}

/* ---- Holes
 * ------------------------------------------------------------------------------------------------------ */

static void test_hole_acknowledged(void)
{
    for (int ack_first = 0; ack_first < 2; ack_first++) {
        struct bench b = bench_new(0xfffffff0, 4);
        send(&b, 0, MESSAGE);
        if (ack_first) ack(&b, 2 * MESSAGE);
        g_assert_cmpint(send(&b, 2 * MESSAGE, MESSAGE), ==, ack_first ? SMBT_HALF_NEW : SMBT_HALF_HELD);
        if (!ack_first) {
            assert_messages(&b, 1);
            ack(&b, 2 * MESSAGE - 1); /* one byte short: the hole may still be filled */
            assert_messages(&b, 1);
            ack(&b, 2 * MESSAGE);
        }
        assert_messages(&b, 2);
        g_assert_cmpuint(b.half.gaps, ==, 1);
        g_assert_cmpuint(b.half.gap_bytes, ==, MESSAGE);
        g_assert_cmpuint(b.half.first_gap_frame, ==, b.frame);
        g_assert_cmpuint(b.half.last_gap, ==, t_time(b.frame));
        g_assert_cmpuint(b.half.bytes, ==, 2 * MESSAGE);
        send(&b, 3 * MESSAGE, MESSAGE);
        assert_messages(&b, 3);
        bench_clear(&b);
    }
}

/* An old acknowledgment, or one that goes back, changes nothing. */
static void test_acknowledgments_do_not_go_back(void)
{
    struct bench b = bench_new(0xfffffff0, 4);
    send(&b, 0, MESSAGE);
    ack(&b, MESSAGE);
    ack(&b, 0);
    g_assert_cmpuint(b.half.acked, ==, (uint32_t)(b.first + MESSAGE));
    send(&b, 2 * MESSAGE, MESSAGE);
    ack(&b, MESSAGE);
    assert_messages(&b, 1);
    send(&b, MESSAGE, MESSAGE);
    assert_messages(&b, 3);
    bench_clear(&b);
}

/* Of several holes only those are given up that were acknowledged. */
static void test_one_of_two_holes_acknowledged(void)
{
    struct bench b = bench_new(0, 6);
    send(&b, 0, MESSAGE);
    send(&b, 2 * MESSAGE, MESSAGE);
    send(&b, 4 * MESSAGE, MESSAGE);
    ack(&b, 3 * MESSAGE);
    assert_messages(&b, 2);
    send(&b, 3 * MESSAGE, MESSAGE);
    assert_messages(&b, 4);
    g_assert_cmpuint(b.half.gaps, ==, 1);
    bench_clear(&b);
}

/* Bytes, then segments: whatever reaches its cap first, the hole is given up and nothing that was captured is
 * lost. */
static void run_cap(size_t per_half, size_t total, gsize piece, guint refused_at)
{
    struct bench b = bench_new(100, 400);
    b.budget.per_half = per_half;
    b.budget.total = total;
    send(&b, 0, MESSAGE);
    guint n = 0;
    for (gsize at = 2 * MESSAGE; at < b.bytes->len && b.budget.refused == 0; at += piece, n++)
        send(&b, at, MIN(piece, b.bytes->len - at));
    g_assert_cmpuint(n, ==, refused_at);
    g_assert_cmpuint(b.budget.refused, ==, 1);
    g_assert_cmpuint(b.half.held_bytes, ==, 0);
    g_assert_cmpuint(b.half.gaps, ==, 1);
    g_assert_cmpuint(b.half.gap_bytes, ==, MESSAGE);
    assert_messages(&b, 1 + (guint)(n * piece / MESSAGE));
    bench_clear(&b);
}

static void test_hole_given_up_at_the_caps(void)
{
    run_cap(10 * MESSAGE, 1 << 20, MESSAGE, 11);
    run_cap(1 << 20, 20 * MESSAGE, MESSAGE, 21);
    run_cap(1 << 20, 1 << 20, MESSAGE, SMBT_HALF_MAX_HELD + 1);
    run_cap(MESSAGE - 1, 1 << 20, MESSAGE, 1);
}

/* The segment for which there is no room lies before those that are held. */
static void test_refused_before_what_is_held(void)
{
    struct bench b = bench_new(100, 6);
    b.budget.per_half = 2 * MESSAGE;
    send(&b, 0, MESSAGE);
    send(&b, 4 * MESSAGE, 2 * MESSAGE);
    g_assert_cmpint(send(&b, 3 * MESSAGE, MESSAGE), ==, SMBT_HALF_NEW);
    assert_messages(&b, 4);
    g_assert_cmpuint(b.half.gap_bytes, ==, 2 * MESSAGE);
    g_assert_cmpuint(b.half.next, ==, (uint32_t)(b.first + 6 * MESSAGE));
    bench_clear(&b);
}

/* ... or behind several holes: each is given up in its turn, what lies between them is used. */
static void test_refused_behind_several_holes(void)
{
    struct bench b = bench_new(100, 10);
    b.budget.per_half = 3 * MESSAGE;
    send(&b, 0, MESSAGE);
    send(&b, 2 * MESSAGE, MESSAGE);
    send(&b, 4 * MESSAGE, MESSAGE);
    send(&b, 6 * MESSAGE, MESSAGE);
    send(&b, 8 * MESSAGE, 2 * MESSAGE);
    assert_messages(&b, 3); /* two given up: there is room again */
    g_assert_cmpuint(b.half.gaps, ==, 2);
    send(&b, 5 * MESSAGE, MESSAGE);
    assert_messages(&b, 5);
    send(&b, 7 * MESSAGE, MESSAGE);
    assert_messages(&b, 8);
    g_assert_cmpuint(b.half.gap_bytes, ==, 2 * MESSAGE);
    bench_clear(&b);
}

/* Too large to be held at all: every hole before it is given up, and what is held behind it is used. */
static void test_refused_between_holes(void)
{
    struct bench b = bench_new(100, 12);
    b.budget.per_half = 3 * MESSAGE;
    send(&b, 0, MESSAGE);
    send(&b, 2 * MESSAGE, MESSAGE);
    send(&b, 4 * MESSAGE, MESSAGE);
    send(&b, 10 * MESSAGE, MESSAGE);
    g_assert_cmpint(send(&b, 6 * MESSAGE, 4 * MESSAGE), ==, SMBT_HALF_NEW);
    assert_messages(&b, 8);
    g_assert_cmpuint(b.half.gap_bytes, ==, 3 * MESSAGE);
    g_assert_cmpuint(b.half.held_bytes, ==, 0);
    bench_clear(&b);
}

static void test_budget_is_shared(void)
{
    struct bench a = bench_new(0, 4), b = bench_new(0, 4);
    smbt_reorder_budget shared = {.per_half = 1000, .total = MESSAGE};
    guint8 *bytes = a.bytes->data;
    g_assert_cmpint(
        smbt_half_segment(&a.half, &shared, 1 + MESSAGE, bytes, MESSAGE, MESSAGE, 1, 1, t_take, &a.list), ==,
        SMBT_HALF_HELD);
    g_assert_cmpuint(shared.used, ==, MESSAGE);
    g_assert_cmpint(
        smbt_half_segment(&b.half, &shared, 1 + MESSAGE, bytes, MESSAGE, MESSAGE, 1, 1, t_take, &b.list), ==,
        SMBT_HALF_NEW);
    g_assert_cmpuint(shared.refused, ==, 1);
    smbt_half_clear(&a.half, &shared);
    g_assert_cmpuint(shared.used, ==, 0);
    smbt_half_clear(&b.half, &shared);
    smbt_half_clear(&b.half, &shared); /* twice does no harm */
    g_assert_cmpuint(shared.used, ==, 0);
    bench_clear(&a);
    bench_clear(&b);
}

/* ---- Payload
 * ---------------------------------------------------------------------------------------------------- */

static struct bench payload_bench(void)
{
    struct bench b = bench_new(0xfffff000, 0);
    t_put_message(b.bytes, 0, 1, 0x2e, 5000);
    t_put_message(b.bytes, 0, 1, 0x72, MESSAGE - 4);
    return b;
}

static void test_hole_in_payload(void)
{
    struct bench b = payload_bench();
    send(&b, 0, 1000);
    g_assert_cmpint(send(&b, 2000, 3004), ==, SMBT_HALF_NEW);
    g_assert_cmpuint(b.half.passed_bytes, ==, 1000);
    g_assert_cmpuint(b.half.gaps, ==, 0);
    send(&b, 5004, MESSAGE);
    g_assert_cmpuint(b.list.seen->len, ==, 2);
    g_assert_cmpint(send(&b, 1000, 400), ==, SMBT_HALF_LATE);
    g_assert_cmpint(send(&b, 1400, 600), ==, SMBT_HALF_LATE);
    g_assert_cmpuint(b.half.passed_bytes, ==, 0);
    g_assert_cmpuint(b.half.retransmissions, ==, 0);
    g_assert_cmpuint(b.half.gaps, ==, 0);
    g_assert_cmpint(send(&b, 1000, 400), ==, SMBT_HALF_OLD);
    g_assert_cmpuint(b.half.retransmissions, ==, 1);
    bench_clear(&b);
}

/* A hole that reaches one byte into the next header is waited for. */
static void test_hole_across_the_end_of_payload(void)
{
    struct bench b = payload_bench();
    send(&b, 0, 1000);
    g_assert_cmpint(send(&b, 5005, MESSAGE - 1), ==, SMBT_HALF_HELD);
    g_assert_cmpint(send(&b, 1000, 4005), ==, SMBT_HALF_NEW);
    g_assert_cmpuint(b.list.seen->len, ==, 2);
    g_assert_cmpuint(t_list_at(&b.list, 1)->frame, ==, 3);
    g_assert_cmpuint(t_list_at(&b.list, 1)->done_frame, ==, 2);
    bench_clear(&b);
}

/* A hole in payload that was acknowledged is a gap for certain. */
static void test_hole_in_payload_acknowledged(void)
{
    struct bench b = payload_bench();
    send(&b, 0, 1000);
    ack(&b, 5004);
    send(&b, 2000, 3004);
    g_assert_cmpuint(b.half.gaps, ==, 1);
    g_assert_cmpuint(b.half.gap_bytes, ==, 1000);
    g_assert_cmpuint(b.half.passed_bytes, ==, 0);
    bench_clear(&b);
}

/* ---- Snap length
 * ---------------------------------------------------------------------------------------------- */

/* Held segments of which little or nothing was captured. */
static void test_held_segments_cut_by_snap_length(void)
{
    for (gsize snap = 0; snap <= 60; snap++)
        for (int reversed = 0; reversed < 2; reversed++) {
            struct bench b = bench_new(3, 2);
            for (gsize i = 0; i < 4; i++) {
                gsize at = (reversed ? 3 - i : i) * 52;
                send_cut(&b, at, 52, MIN(snap, 52));
            }
            guint n = snap >= 4 ? 2 : 0;
            g_assert_cmpuint(b.list.seen->len, ==, n);
            for (guint i = 0; i < n; i++)
                g_assert_cmpuint(t_list_at(&b.list, i)->captured, ==, snap >= 52 ? 100 : snap - 4);
            g_assert_cmpuint(b.half.framer.malformed, ==, 0);
            bench_clear(&b);
        }
}

/* The beginning of a message came whole, its next segment with no byte captured, out of order. */
static void test_held_without_a_byte(void)
{
    struct bench b = bench_new(3, 2);
    send(&b, 0, 20);
    send_cut(&b, 40, MESSAGE - 40, 0);
    send_cut(&b, 20, 20, 0);
    g_assert_cmpuint(b.list.seen->len, ==, 1);
    g_assert_cmpuint(t_list_at(&b.list, 0)->captured, ==, 16);
    send(&b, MESSAGE, MESSAGE);
    g_assert_cmpuint(b.list.seen->len, ==, 2);
    bench_clear(&b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/half/in-order", test_in_order);
    g_test_add_func("/half/every-order", test_every_order);
    g_test_add_func("/half/frames-of-reordered-segments", test_frames_of_reordered_segments);
    g_test_add_func("/half/every-overlap", test_every_overlap);
    g_test_add_func("/half/retransmission", test_retransmission);
    g_test_add_func("/half/duplicate-of-held", test_duplicate_of_held);
    g_test_add_func("/half/keepalive-probe", test_keepalive_probe);
    g_test_add_func("/half/starts-anywhere", test_starts_anywhere);
    g_test_add_func("/half/number-of-another-world", test_number_of_another_world);
    g_test_add_func("/half/new-place", test_new_place);
    g_test_add_func("/half/new-place/strays-that-do-not-follow", test_strays_that_do_not_follow);
    g_test_add_func("/half/new-place/forgets-what-was-passed-over",
                    test_new_place_forgets_what_was_passed_over);
    g_test_add_func("/half/hole/acknowledged", test_hole_acknowledged);
    g_test_add_func("/half/hole/acknowledgments-do-not-go-back", test_acknowledgments_do_not_go_back);
    g_test_add_func("/half/hole/one-of-two-acknowledged", test_one_of_two_holes_acknowledged);
    g_test_add_func("/half/hole/given-up-at-the-caps", test_hole_given_up_at_the_caps);
    g_test_add_func("/half/hole/refused-before-what-is-held", test_refused_before_what_is_held);
    g_test_add_func("/half/hole/refused-behind-several", test_refused_behind_several_holes);
    g_test_add_func("/half/hole/refused-between", test_refused_between_holes);
    g_test_add_func("/half/hole/budget-is-shared", test_budget_is_shared);
    g_test_add_func("/half/payload/hole-passed-over", test_hole_in_payload);
    g_test_add_func("/half/payload/hole-across-the-end", test_hole_across_the_end_of_payload);
    g_test_add_func("/half/payload/hole-acknowledged", test_hole_in_payload_acknowledged);
    g_test_add_func("/half/snap/held-segments", test_held_segments_cut_by_snap_length);
    g_test_add_func("/half/snap/held-without-a-byte", test_held_without_a_byte);
    return g_test_run();
}
