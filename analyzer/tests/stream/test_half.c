/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/halves.h"

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
    return g_test_run();
}
