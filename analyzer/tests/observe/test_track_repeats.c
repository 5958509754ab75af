/* Segments that were sent again, and keep-alive probes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/tracked.h"

/* ---- Repeats
 * ---------------------------------------------------------------------------------------------------- */

/* The client's last 50 bytes, 151 to 200, once more. */
static void repeat(struct bench *b)
{
    send_as(b, 0, A, 151, 551, 50, SMBT_HALF_OLD);
}

static void assert_repeats(const struct bench *b, unsigned n)
{
    g_assert_cmpuint(b->track.sender[0].unanswered_repeats, ==, n);
}

static void test_unanswered_repeats(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 0, A, 151, 551, 50);
    for (unsigned i = 1; i <= 4; i++) {
        repeat(&b);
        assert_repeats(&b, i);
        g_assert_cmpuint(b.track.sender[0].first_repeat_frame, ==, 8);
    }
    smbt_time first = b.track.sender[0].first_repeat;
    send(&b, 1, A, 551, 151, 0); /* nothing new acknowledged */
    assert_repeats(&b, 4);
    g_assert_true(send(&b, 0, R | A, 201, 551, 0));
    g_assert_cmpuint(b.track.end.unanswered_repeats, ==, 4);
    g_assert_cmpuint(b.track.end.first_repeat_frame, ==, 8);
    g_assert_cmpuint(b.track.end.first_repeat, ==, first);
}

static void test_repeats_reset_by_acknowledgment(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 0, A, 151, 551, 50);
    repeat(&b);
    repeat(&b);
    send(&b, 1, A, 551, 200, 0);
    assert_repeats(&b, 0);
    repeat(&b); /* its last byte is still not acknowledged */
    assert_repeats(&b, 1);
    g_assert_cmpuint(b.track.sender[0].first_repeat_frame, ==, b.frame);
    send(&b, 1, A, 551, 201, 0);
    assert_repeats(&b, 0);
    repeat(&b); /* sent again, or captured again, after all of it was acknowledged */
    assert_repeats(&b, 0);
    /* The acknowledgment in an RST counts for nothing. */
    send(&b, 0, A, 201, 551, 50);
    send_as(&b, 0, A, 201, 551, 50, SMBT_HALF_OLD);
    assert_repeats(&b, 1);
    send(&b, 1, R | A, 551, 900, 0);
    assert_repeats(&b, 1);
}

/* One lost segment is counted, not the burst behind it; an earlier one begins the count anew. */
static void test_repeats_of_one_sequence_number(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 0, A, 151, 551, 50);
    send(&b, 0, A, 201, 551, 50);
    send_as(&b, 0, A, 201, 551, 50, SMBT_HALF_OLD);
    send_as(&b, 0, A, 201, 551, 50, SMBT_HALF_OLD);
    assert_repeats(&b, 2);
    send_as(&b, 0, A, 202, 551, 49, SMBT_HALF_OLD);
    assert_repeats(&b, 2);
    repeat(&b);
    assert_repeats(&b, 1);
    g_assert_cmpuint(b.track.sender[0].first_repeat_frame, ==, b.frame);
    send_as(&b, 0, A, 201, 551, 50, SMBT_HALF_OLD);
    assert_repeats(&b, 1);
    repeat(&b);
    assert_repeats(&b, 2);
}

/* The same IP ID within a millisecond: one segment that was captured twice. */
static void test_captured_twice_is_no_repeat(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 0, A, 151, 551, 50);
    b.ip_id[0]--;
    b.now -= 2 * SMBT_MS - 1000;
    repeat(&b);
    assert_repeats(&b, 0);
    b.ip_id[0]--; /* the same, two milliseconds later, is another matter */
    repeat(&b);
    assert_repeats(&b, 1);
}

static void test_keepalives_are_no_repeats(void)
{
    struct bench b = bench_new();
    establish(&b);
    smbt_time payload = b.track.sender[0].last_payload;
    for (int i = 0; i < 5; i++) {
        send_as(&b, 0, A, 150, 551, 1, SMBT_HALF_KEEPALIVE);
        send_as(&b, 0, A, 150, 551, 0, SMBT_HALF_EMPTY);
    }
    g_assert_cmpuint(b.track.sender[0].unanswered_repeats, ==, 0);
    g_assert_cmpuint(b.track.sender[0].last_payload, ==, payload);
    g_assert_cmpuint(b.track.sender[0].payload_segments, ==, 1);
}

/* ---- Keep-alive probes
 * ------------------------------------------------------------------------------------------ */

static void probe(struct bench *b, unsigned len)
{
    send_as(b, 0, A, 150, 551, len, SMBT_HALF_KEEPALIVE);
}

static void test_unanswered_probes(void)
{
    struct bench b = bench_new();
    establish(&b);
    for (unsigned i = 1; i <= 4; i++) {
        probe(&b, i % 2);
        g_assert_cmpuint(b.track.sender[0].unanswered_probes, ==, i);
        g_assert_cmpuint(b.track.sender[0].first_probe_frame, ==, 7);
    }
    smbt_time first = b.track.sender[0].first_probe;
    g_assert_cmpuint(first, ==, b.now - 6 * SMBT_MS);
    g_assert_true(send(&b, 0, R | A, 151, 551, 0));
    g_assert_cmpuint(b.track.end.unanswered_probes, ==, 4);
    g_assert_cmpuint(b.track.end.first_probe, ==, first);
    g_assert_cmpuint(b.track.end.first_probe_frame, ==, 7);
    g_assert_cmpuint(b.track.end.unanswered_repeats, ==, 0);
}

/* Whatever the other side sends, it lives. */
static void test_probes_reset_when_heard(void)
{
    for (int what = 0; what < 3; what++) {
        struct bench b = bench_new();
        establish(&b);
        probe(&b, 1);
        probe(&b, 1);
        switch (what) {
        case 0: send(&b, 1, A, 551, 151, 0); break;
        case 1: send(&b, 1, A, 551, 151, 10); break;
        default: send(&b, 1, R, 551, 0, 0); break;
        }
        g_assert_cmpuint(b.track.sender[0].unanswered_probes, ==, 0);
        probe(&b, 1);
        g_assert_cmpuint(b.track.sender[0].unanswered_probes, ==, 1);
        g_assert_cmpuint(b.track.sender[0].first_probe_frame, ==, b.frame);
    }
}

static void test_no_probes(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 0, A, 151, 551, 0);
    send_as(&b, 0, A, 149, 551, 0, SMBT_HALF_EMPTY);
    send_as(&b, 0, A, 150, 551, 2, SMBT_HALF_NEW);
    g_assert_cmpuint(b.half[0].next, ==, 152);
    g_assert_true(send(&b, 0, R | A, 151, 551, 0));
    g_assert_cmpuint(b.track.sender[0].unanswered_probes, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/track/repeats/unanswered", test_unanswered_repeats);
    g_test_add_func("/track/repeats/reset-by-acknowledgment", test_repeats_reset_by_acknowledgment);
    g_test_add_func("/track/repeats/of-one-sequence-number", test_repeats_of_one_sequence_number);
    g_test_add_func("/track/probes/unanswered", test_unanswered_probes);
    g_test_add_func("/track/probes/reset-when-heard", test_probes_reset_when_heard);
    g_test_add_func("/track/probes/none", test_no_probes);
    g_test_add_func("/track/repeats/captured-twice", test_captured_twice_is_no_repeat);
    g_test_add_func("/track/repeats/keepalives", test_keepalives_are_no_repeats);
    return g_test_run();
}
