/* What of a reset is odd beside its host's other segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/reset.h"

#include <glib.h>

#define R SMBT_TCP_RST
#define A SMBT_TCP_ACK

/* A server that has sent ten segments of 100 bytes, up to 2000, and acknowledged 500; the client acknowledged
 * up to 1900. */
struct bench {
    smbt_track track;
    smbt_half half[2];
    smbt_time now;
};

static smbt_segment usual(unsigned nth)
{
    return (smbt_segment){.flags = A,
                          .seq = 1000 + 100 * nth,
                          .ack = 500,
                          .payload_len = 100,
                          .payload = (const uint8_t *)"",
                          .ttl = 126,
                          .has_ip_id = true,
                          .ip_id = (uint16_t)(0x0ff8 + nth),
                          .dont_fragment = true,
                          .has_mac = true,
                          .src_mac = {2, 0, 0, 0, 0, 1},
                          .window = 1000};
}

static void learn(struct bench *b, const smbt_segment *s)
{
    b->now += 2 * SMBT_MS;
    smbt_track_segment(&b->track, 1, s, SMBT_HALF_NEW, b->half, 1, b->now);
}

static struct bench bench_with(void (*change)(smbt_segment *s, unsigned nth))
{
    struct bench b = {.now = 1000 * SMBT_SEC};
    smbt_track_init(&b.track);
    b.half[0] = (smbt_half){.started = true, .next = 500, .bytes = 400};
    b.half[1] = (smbt_half){.started = true, .next = 1000};
    for (unsigned i = 0; i < 10; i++) {
        smbt_segment s = usual(i);
        if (change) change(&s, i);
        b.half[1].next += 100;
        b.half[1].bytes += 100;
        learn(&b, &s);
    }
    smbt_segment ack = {.flags = A, .seq = 500, .ack = 1900, .ttl = 64, .payload = (const uint8_t *)""};
    b.now += 2 * SMBT_MS;
    smbt_track_segment(&b.track, 0, &ack, SMBT_HALF_EMPTY, b.half, 2, b.now);
    return b;
}

/* The RST that the server would send. */
static smbt_segment reset(void)
{
    smbt_segment s = usual(10);
    s.flags = R | A;
    s.payload_len = 0;
    s.window = 0;
    return s;
}

static unsigned marks_of(const struct bench *b, const smbt_segment *s)
{
    return smbt_reset_marks(&b->track, 1, s, b->half, b->now + 2 * SMBT_MS);
}

#define MARKS(b, expected, ...)                                                                              \
    do {                                                                                                     \
        smbt_segment s = reset();                                                                            \
        __VA_ARGS__;                                                                                         \
        g_assert_cmphex(marks_of(&(b), &s), ==, (expected));                                                 \
    } while (0)

static void test_own(void)
{
    struct bench b = bench_with(NULL);
    MARKS(b, 0, );
    MARKS(b, 0, s.flags = R; s.ack = 0; s.ip_id = 0; s.dont_fragment = false; s.seq = 1900);
    MARKS(b, 0, s.seq = 1900); /* as acknowledged */
    MARKS(b, 0, s.seq = 2100); /* what went before was not captured */
}

static void test_ttl(void)
{
    static const struct {
        uint8_t ttl;
        unsigned marks;
    } cases[] = {{126, 0},
                 {125, SMBT_RESET_TTL},
                 {127, SMBT_RESET_TTL},
                 {124, SMBT_RESET_HOPS},
                 {128, SMBT_RESET_HOPS},
                 {62, SMBT_RESET_TTL}, /* as many hops from 64 */
                 {253, SMBT_RESET_TTL},
                 {63, SMBT_RESET_HOPS},
                 {30, SMBT_RESET_TTL},
                 {250, SMBT_RESET_HOPS}};
    struct bench b = bench_with(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        MARKS(b, cases[i].marks, s.ttl = cases[i].ttl);
}

static void one_has_125(smbt_segment *s, unsigned nth)
{
    if (nth == 3) s->ttl = 125;
}

static void one_has_123(smbt_segment *s, unsigned nth)
{
    if (nth == 3) s->ttl = 123;
}

static void test_two_ttls(void)
{
    struct bench b = bench_with(one_has_125);
    MARKS(b, 0, s.ttl = 125);
    MARKS(b, 0, s.ttl = 123);
    MARKS(b, SMBT_RESET_HOPS, s.ttl = 122);
    MARKS(b, 0, s.ttl = 128);
    b = bench_with(one_has_123); /* several machines */
    MARKS(b, 0, s.ttl = 62);
}

static void test_few_known(void)
{
    struct bench b = {.now = 1000 * SMBT_SEC};
    smbt_track_init(&b.track);
    b.half[0].started = b.half[1].started = true;
    for (unsigned i = 0; i < 4; i++) {
        smbt_segment r = reset();
        r.ttl = 62;
        g_assert_cmpint(smbt_reset_is_foreign_ttl(&b.track.sender[1], 62), ==, i >= 2);
        g_assert_cmphex(marks_of(&b, &r) & SMBT_RESET_HOPS, ==, 0);
        smbt_segment s = usual(i);
        learn(&b, &s);
    }
    MARKS(b, SMBT_RESET_HOPS, s.ttl = 63; s.ack = 500);
}

static void test_mac(void)
{
    struct bench b = bench_with(NULL);
    MARKS(b, SMBT_RESET_MAC, s.src_mac[5] = 2);
    MARKS(b, 0, s.src_mac[5] = 2; s.has_mac = false);
    b.track.sender[1].mac_varies = true;
    MARKS(b, 0, s.src_mac[5] = 2);
}

static void test_numbers(void)
{
    struct bench b = bench_with(NULL);
    MARKS(b, SMBT_RESET_OLD_SEQ, s.seq = 1999);
    MARKS(b, SMBT_RESET_OLD_SEQ, s.seq = 1800);
    MARKS(b, 0, s.seq = 1999; s.flags = R);
    b.track.sender[0].has_acked = true; /* the server acknowledged so much */
    b.track.sender[0].acked_to = 500;
    b.track.sender[0].acked_at = b.now;
    MARKS(b, SMBT_RESET_OLD_ACK, s.ack = 499);
    b.track.sender[0].acked_at = b.now + SMBT_MS + 1; /* captured too close together */
    MARKS(b, 0, s.ack = 499);
    b.track.sender[1].unanswered_repeats = 1;
    MARKS(b, 0, s.seq = 1999);
}

static void one_by_one_swapped(smbt_segment *s, unsigned nth)
{
    s->ip_id = (uint16_t)(nth << 8);
}

static void at_random(smbt_segment *s, unsigned nth)
{
    s->ip_id = (uint16_t)(nth * 12345);
}

static void test_ip_id(void)
{
    struct bench b = bench_with(NULL); /* the last was 0x1001 */
    MARKS(b, SMBT_RESET_IP_ID, s.ip_id = 0x8000);
    MARKS(b, 0, s.ip_id = 0);
    MARKS(b, 0, s.ip_id = 0x8000; s.flags = R; s.ack = 0);
    MARKS(b, 0, s.ip_id = 0x1001 + 4096);
    MARKS(b, SMBT_RESET_IP_ID, s.ip_id = 0x1001 + 4097);
    MARKS(b, 0, s.ip_id = 0x1001 - 64);
    MARKS(b, SMBT_RESET_IP_ID, s.ip_id = 0x1001 - 65);
    b.now += 3 * SMBT_SEC; /* who knows what it sent meanwhile */
    MARKS(b, 0, s.ip_id = 0x8000);
    b = bench_with(one_by_one_swapped);
    MARKS(b, 0, s.ip_id = 0x0a00);
    MARKS(b, SMBT_RESET_IP_ID, s.ip_id = 0x0a80);
    b = bench_with(at_random);
    MARKS(b, 0, s.ip_id = 0x8000);
}

static void with_stamps(smbt_segment *s, unsigned nth)
{
    s->has_timestamp = true;
    s->tsval = 5000 + nth;
}

static void test_habits(void)
{
    struct bench b = bench_with(NULL);
    MARKS(b, SMBT_RESET_DF, s.dont_fragment = false);
    MARKS(b, SMBT_RESET_WINDOW, s.window = 8192);
    MARKS(b, SMBT_RESET_WINDOW, s.window = 8192; s.flags = R; s.ack = 0);
    MARKS(b, 0, s.window = 2000);
    MARKS(b, SMBT_RESET_WINDOW, s.window = 2001);
    MARKS(b, 0, s.window = 500);
    MARKS(b, SMBT_RESET_WINDOW, s.window = 499);
    b = bench_with(with_stamps);
    MARKS(b, SMBT_RESET_STAMPS, );
    MARKS(b, 0, s.options_cut = true);
    MARKS(b, SMBT_RESET_IS_OWN, s.has_timestamp = true; s.tsval = 5009);
    MARKS(b, SMBT_RESET_IS_OWN, s.has_timestamp = true; s.tsval = 6009);
    MARKS(b, 0, s.has_timestamp = true; s.tsval = 6100);
    MARKS(b, 0, s.has_timestamp = true; s.tsval = 5008);
}

/* ---- After it ---- */

static void end_with(struct bench *b, const smbt_segment *r)
{
    b->track.established = true;
    b->now += 2 * SMBT_MS;
    g_assert_true(smbt_track_segment(&b->track, 1, r, SMBT_HALF_EMPTY, b->half, 10, b->now));
}

static bool goes_on(smbt_duration later, uint32_t seq, uint32_t len, uint32_t ack, uint32_t client_sent)
{
    struct bench b = bench_with(NULL);
    smbt_segment r = reset();
    end_with(&b, &r);
    b.half[0].next += client_sent;
    b.now += later;
    smbt_segment s = usual(0);
    s.seq = seq;
    s.payload_len = len;
    s.ack = ack;
    smbt_track_segment(&b.track, 1, &s, len ? SMBT_HALF_NEW : SMBT_HALF_EMPTY, b.half, 11, b.now);
    return b.track.end.going_on_frame == 11;
}

static void test_going_on(void)
{
    g_assert_true(goes_on(10 * SMBT_MS, 2000, 1, 500, 0));
    g_assert_false(goes_on(10 * SMBT_MS - 1, 2000, 1, 500, 0)); /* may have changed places */
    g_assert_false(goes_on(10 * SMBT_MS, 1900, 100, 500, 0));   /* sent before */
    g_assert_false(goes_on(SMBT_SEC, 2000, 0, 500, 0));
    g_assert_true(goes_on(0, 2000, 0, 501, 50)); /* acknowledges what was sent since */
    g_assert_false(goes_on(0, 2000, 0, 500, 50));
    g_assert_false(goes_on(0, 2000, 0, 551, 50)); /* never sent: another connection's */
    g_assert_false(goes_on(SMBT_SEC, 2000 + (2 << 24), 1, 500, 0));
}

static void test_guesses(void)
{
    struct bench b = bench_with(NULL);
    smbt_segment r = reset();
    end_with(&b, &r);
    for (unsigned i = 1; i < 4; i++) {
        b.now += 2 * SMBT_MS;
        r.seq += 1460;
        smbt_track_segment(&b.track, 1, &r, SMBT_HALF_EMPTY, b.half, 10 + i, b.now);
        g_assert_cmpint((b.track.end.marks & SMBT_RESET_GUESSES) != 0, ==, i >= 2);
        g_assert_cmpuint(b.track.end.guesses, ==, i);
        smbt_track_segment(&b.track, 1, &r, SMBT_HALF_EMPTY, b.half, 10 + i, b.now + SMBT_MS); /* the same */
        g_assert_cmpuint(b.track.end.guesses, ==, i);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reset/own", test_own);
    g_test_add_func("/reset/ttl", test_ttl);
    g_test_add_func("/reset/two-ttls", test_two_ttls);
    g_test_add_func("/reset/few-known", test_few_known);
    g_test_add_func("/reset/mac", test_mac);
    g_test_add_func("/reset/numbers", test_numbers);
    g_test_add_func("/reset/ip-id", test_ip_id);
    g_test_add_func("/reset/habits", test_habits);
    g_test_add_func("/reset/going-on", test_going_on);
    g_test_add_func("/reset/guesses", test_guesses);
    return g_test_run();
}
