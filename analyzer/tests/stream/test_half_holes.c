/* Holes in one direction, and what snap lengths leave of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/halves.h"

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
