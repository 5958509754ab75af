/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/tracked.h"

static void assert_end(const struct bench *b, enum smbt_end_kind kind, enum smbt_side by, uint64_t frame)
{
    const smbt_end_event *e = &b->track.end;
    g_assert_true(e->set);
    g_assert_cmpint(e->kind, ==, kind);
    g_assert_cmpint(e->by, ==, by);
    g_assert_cmpuint(e->frame, ==, frame);
}

static void test_handshake(void)
{
    struct bench b = bench_new();
    g_assert_cmpuint(b.track.syn_time, ==, SMBT_TIME_NONE);
    establish(&b);
    const smbt_track *t = &b.track;
    g_assert_true(t->syn_seen && t->syn_ack_seen && !t->end.set);
    g_assert_cmpuint(t->syn_frame, ==, 1);
    g_assert_cmpuint(t->syn_seq, ==, 100);
    g_assert_cmpuint(t->syn_ack_time - t->syn_time, ==, 2 * SMBT_MS);
    g_assert_cmpuint(t->handshake_time - t->syn_ack_time, ==, 2 * SMBT_MS);
    g_assert_cmpuint(t->sender[0].segments, ==, 4);
    g_assert_cmpuint(t->sender[1].payload_segments, ==, 1);
    g_assert_cmpuint(t->sender[0].acked_to, ==, 151);
    g_assert_cmpuint(t->first_frame, ==, 1);
    g_assert_cmpuint(t->last_frame, ==, 6);
}

static void test_fin(void)
{
    for (unsigned side = 0; side < 2; side++) {
        struct bench b = bench_new();
        establish(&b);
        g_assert_true(send(&b, side, F | A, side ? 551 : 151, side ? 151 : 551, 0));
        assert_end(&b, SMBT_END_FIN, side ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, 7);
        /* The other side's FIN, and an RST after it, end nothing again. */
        g_assert_false(send(&b, 1 - side, F | A, side ? 151 : 551, side ? 552 : 152, 0));
        g_assert_false(send(&b, 1 - side, R, side ? 152 : 552, 0, 0));
        assert_end(&b, SMBT_END_FIN, side ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, 7);
        g_assert_cmpuint(b.track.end.more_frame, ==, 8);
    }
}

static void test_rst(void)
{
    for (unsigned side = 0; side < 2; side++)
        for (int bare = 0; bare < 2; bare++) {
            struct bench b = bench_new();
            establish(&b);
            g_assert_true(send(&b, side, bare ? R : R | A, side ? 551 : 151, 0, 0));
            assert_end(&b, SMBT_END_RST, side ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, 7);
            g_assert_false(b.track.end.refused || b.track.end.foreign_ttl);
            g_assert_false(send(&b, side, R, side ? 551 : 151, 0, 0)); /* once more */
            assert_end(&b, SMBT_END_RST, side ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, 7);
            g_assert_cmpuint(b.track.end.more_frame, ==, 8);
        }
}

static void test_rst_captured_twice(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 1, R, 551, 0, 0);
    b.ip_id[1]--;
    b.now -= 2 * SMBT_MS - 1000; /* a microsecond later */
    g_assert_false(send(&b, 1, R, 551, 0, 0));
    g_assert_cmpuint(b.track.end.more_frame, ==, 0);
}

/* A SYN on ports that the server still holds: its ACK, the client's RST, and the SYN again are no end. */
static void test_syn_meets_older_connection(void)
{
    struct bench b = bench_new();
    send(&b, 0, S, 100, 0, 0);
    g_assert_false(send(&b, 1, A, 9000, 555, 0));
    g_assert_false(send(&b, 0, R, 555, 0, 0));
    g_assert_false(b.track.end.set);
    send(&b, 0, S, 100, 0, 0);
    send(&b, 1, S | A, 500, 101, 0);
    send(&b, 0, A, 101, 501, 0);
    g_assert_true(b.track.established && !b.track.end.set);
    g_assert_true(send(&b, 0, R, 101, 0, 0)); /* now it is one */
}

static void test_rst_out_of_window(void)
{
    static const struct {
        int32_t off;
        bool belongs;
    } cases[] = {{0, true},           {-1, true},
                 {65535, true},       {(1 << 24) - 1, true},
                 {1 << 24, false},    {-(1 << 24) + 1, true},
                 {-(1 << 24), false}, {1 << 30, false},
                 {G_MININT32, false}};
    static const uint8_t flags[] = {R, R | A, F | A};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (gsize f = 0; f < G_N_ELEMENTS(flags); f++) {
            struct bench b = bench_new();
            establish(&b);
            b.half[1].bytes = 1; /* without payload nobody knows where the direction stands */
            bool ended = send(&b, 1, flags[f], 551u + (uint32_t)cases[i].off, 151, 0);
            g_assert_cmpint(ended, ==, cases[i].belongs);
            g_assert_cmpint(b.track.end.set, ==, cases[i].belongs);
            if (cases[i].belongs) continue;
            g_assert_true(send(&b, 1, flags[f], 551, 151, 0)); /* the real one still counts */
            assert_end(&b, flags[f] & R ? SMBT_END_RST : SMBT_END_FIN, SMBT_SIDE_SERVER, 8);
        }
}

/* A refusal acknowledges the SYN, where it acknowledges anything. */
static void test_refused(void)
{
    static const struct {
        uint8_t flags;
        uint32_t syn, ack;
        bool refused;
    } cases[] = {{R | A, 100, 101, true},      {R | A, 100, 100, false}, {R | A, 100, 102, false},
                 {R | A, 0xffffffff, 0, true}, {R | A, 100, 0, false},   {R, 100, 0, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench b = bench_new();
        send(&b, 0, S, cases[i].syn, 0, 0);
        g_assert_true(send(&b, 1, cases[i].flags, 0, cases[i].ack, 0));
        assert_end(&b, SMBT_END_RST, SMBT_SIDE_SERVER, 2);
        g_assert_cmpint(b.track.end.refused, ==, cases[i].refused);
        g_assert_false(b.track.established);
    }
}

/* Who was answered, or went on as if, was not refused. */
static void test_not_refused(void)
{
    for (int what = 0; what < 4; what++) {
        struct bench b = bench_new();
        if (what != 3) send(&b, 0, S, 100, 0, 0);
        if (what == 0) send(&b, 1, S | A, 500, 101, 0);
        if (what == 1) send(&b, 0, A, 101, 501, 0); /* the SYN/ACK was not captured */
        unsigned by = what == 2 ? 0 : 1;
        /* The client's own reset of an unanswered SYN ends nothing yet. */
        g_assert_cmpint(send(&b, by, R | A, by ? 501 : 101, 101, 0), ==, what != 2);
        g_assert_false(b.track.end.refused);
    }
    struct bench b = bench_new(); /* a FIN refuses nothing */
    send(&b, 0, S, 100, 0, 0);
    g_assert_true(send(&b, 1, F | A, 0, 101, 0));
    g_assert_false(b.track.end.refused);
}

/* SYN, SYN/ACK, and the kernel of a scanner that knows nothing of it resets: no refusal, nothing foreign. */
static void test_half_open_scanner(void)
{
    struct bench b = bench_new();
    b.ttl[0] = 44;
    send(&b, 0, S, 100, 0, 0);
    send(&b, 1, S | A, 500, 101, 0);
    b.ttl[0] = 64;
    g_assert_true(send(&b, 0, R, 101, 0, 0));
    assert_end(&b, SMBT_END_RST, SMBT_SIDE_CLIENT, 3);
    g_assert_false(b.track.established || b.track.end.refused || b.track.end.foreign_ttl);
}

static void test_new_syn(void)
{
    struct bench b = bench_new();
    smbt_segment s = {.flags = S, .seq = 100};
    g_assert_true(smbt_track_is_new_syn(&b.track, &s)); /* began mid-stream */
    establish(&b);
    g_assert_false(smbt_track_is_new_syn(&b.track, &s)); /* sent again */
    s.seq = 101;
    g_assert_true(smbt_track_is_new_syn(&b.track, &s));
    s.flags = S | A;
    g_assert_false(smbt_track_is_new_syn(&b.track, &s));
    s.flags = S | R;
    g_assert_false(smbt_track_is_new_syn(&b.track, &s));
    s.flags = A;
    g_assert_false(smbt_track_is_new_syn(&b.track, &s));
}

/* A capture put together from two may show the answer before its SYN: one connection. */
static void test_syn_ack_before_its_syn(void)
{
    struct bench b = bench_new();
    smbt_segment s = {.flags = S, .seq = 100};
    send(&b, 1, S | A, 500, 101, 0);
    g_assert_false(smbt_track_is_new_syn(&b.track, &s));
    send(&b, 0, S, 100, 0, 0);
    g_assert_cmpuint(b.track.syn_seq, ==, 100);
    g_assert_cmpuint(b.track.syn_frame, ==, 2);
    g_assert_false(smbt_track_is_new_syn(&b.track, &s));
    s.seq = 101;
    g_assert_true(smbt_track_is_new_syn(&b.track, &s));
    /* Once the handshake is over, its SYN comes too late. */
    b = bench_new();
    send(&b, 1, S | A, 500, 101, 0);
    send(&b, 0, A, 101, 501, 0);
    g_assert_true(smbt_track_is_new_syn(&b.track, &s));
}

static void test_foreign_ttl(void)
{
    struct bench b = bench_new();
    establish(&b);
    send(&b, 1, A, 551, 151, 10);
    b.ttl[1] = 240;
    g_assert_true(send(&b, 1, R, 561, 0, 0));
    g_assert_true(b.track.end.foreign_ttl);
    g_assert_cmpuint(b.track.end.ttl, ==, 240);
    g_assert_false(b.track.end.continued);
    send(&b, 1, R, 561, 0, 0);
    g_assert_false(b.track.end.continued);
    b.ttl[1] = 64;
    send(&b, 0, A, 151, 561, 0); /* the other side proves nothing */
    g_assert_false(b.track.end.continued);
    send(&b, 1, A, 561, 151, 10);
    g_assert_true(b.track.end.continued);
}

/* What was on its way when the RST was captured proves nothing; new bytes do, and so does time. */
static void test_continued(void)
{
    static const struct {
        uint32_t seq, len;
        smbt_duration later;
        bool continued;
    } cases[] = {{560, 1, 2 * SMBT_MS, false},       {551, 10, 2 * SMBT_MS, false},
                 {561, 1, 2 * SMBT_MS, true},        {900, 1, 2 * SMBT_MS, true},
                 {561, 0, 2 * SMBT_MS, false},       {551, 10, 200 * SMBT_MS, false},
                 {551, 10, 200 * SMBT_MS + 1, true}, {561, 0, 200 * SMBT_MS, false},
                 {561, 0, 200 * SMBT_MS + 1, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int usual_ttl = 0; usual_ttl < 2; usual_ttl++) {
            struct bench b = bench_new();
            establish(&b);
            send(&b, 1, A, 551, 151, 10);
            b.ttl[1] = 240;
            send(&b, 1, R, 561, 0, 0);
            g_assert_cmpuint(b.track.end.seq, ==, 561);
            if (usual_ttl) b.ttl[1] = 64;
            b.now = b.track.end.time + cases[i].later - 2 * SMBT_MS;
            send_as(&b, 1, A, cases[i].seq, 151, cases[i].len, SMBT_HALF_OLD);
            g_assert_cmpint(b.track.end.continued, ==, usual_ttl && cases[i].continued);
        }
}

/* A sender over two routes. */
static void test_ttl_that_varies(void)
{
    struct bench b = bench_new();
    establish(&b);
    b.ttl[1] = 63;
    send(&b, 1, A, 551, 151, 10);
    b.ttl[1] = 240;
    send(&b, 1, R, 561, 0, 0);
    g_assert_true(b.track.sender[1].ttl_varies);
    g_assert_true(b.track.end.foreign_ttl); /* two routes, of which neither is that long */
}

static void test_state_at_the_end(void)
{
    struct bench b = bench_new();
    establish(&b);
    b.window[0] = 0;
    send(&b, 0, A, 151, 551, 0);
    b.half[0].framer.skip = 10;
    send(&b, 1, R, 551, 0, 0);
    g_assert_true(b.track.end.stalled && b.track.end.mid_message);
}

static void test_only_its_end_is_there(void)
{
    struct bench b = bench_new();
    send(&b, 0, A, 101, 501, 50);
    g_assert_true(b.track.established);
    g_assert_true(send(&b, 1, R, 501, 0, 0));
}

/* ---- Keep-alive probes
 * ------------------------------------------------------------------------------------------ */

static void test_stamps(void)
{
    struct bench b = bench_new();
    smbt_segment s = {.flags = A, .has_timestamp = true, .tsval = 7, .payload = (const uint8_t *)""};
    smbt_track_segment(&b.track, 0, &s, SMBT_HALF_EMPTY, b.half, 1, 10);
    s.tsval = 0xffffffff;
    smbt_track_segment(&b.track, 0, &s, SMBT_HALF_EMPTY, b.half, 2, 20);
    s.tsval = 99;
    s.flags = R; /* some stacks send 0 or an echo in their resets */
    smbt_track_segment(&b.track, 0, &s, SMBT_HALF_EMPTY, b.half, 3, 30);
    const smbt_sender *me = &b.track.sender[0];
    g_assert_true(me->has_stamps);
    g_assert_cmpuint(me->first_stamp.value, ==, 7);
    g_assert_cmpuint(me->last_stamp.value, ==, 0xffffffff);
    g_assert_cmpuint(me->last_stamp.time, ==, 20);
}

/* A stack answers what it does not know by an RST without ACK, at the number that was acknowledged. */
static void test_answers(void)
{
    struct bench b = bench_new();
    establish(&b);
    b.now += 20 * SMBT_SEC;
    send(&b, 1, A, 551, 151, 30);
    send(&b, 0, R, 151, 0, 0);
    const smbt_end_event *e = &b.track.end;
    g_assert_true(e->answers);
    g_assert_cmpuint(e->answered_frame, ==, 7);
    g_assert_cmpuint(e->heard_frame, ==, 6);
    g_assert_true(b.track.resumed.set && b.track.resumed.side == 1);
    g_assert_cmpuint(b.track.resumed.frame, ==, 7);
    g_assert_cmpuint(b.track.resumed.last_frame, ==, 6);

    const struct {
        uint8_t flags;
        uint32_t seq;
    } other[] = {{R | A, 151}, {R, 152}, {R, 150}, {F, 151}};
    for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
        b = bench_new();
        establish(&b);
        send(&b, 1, A, 551, 151, 30);
        send(&b, 0, other[i].flags, other[i].seq, 581, 0);
        g_assert_true(b.track.end.set && !b.track.end.answers);
        g_assert_false(b.track.resumed.set);
    }
}

/* Retransmissions pause, too, and nobody answered: it resumed with the first of them. */
static void test_resumed(void)
{
    struct bench b = bench_new();
    establish(&b);
    b.now += SMBT_PAUSE;
    send(&b, 0, A, 151, 551, 30);
    b.now += 2 * SMBT_PAUSE;
    send_as(&b, 0, A, 151, 551, 30, SMBT_HALF_OLD);
    g_assert_cmpuint(b.track.resumed.frame, ==, 7);
    send(&b, 1, A, 551, 181, 0);
    b.now += SMBT_PAUSE;
    send(&b, 1, A, 551, 181, 30);
    g_assert_cmpuint(b.track.resumed.frame, ==, 10);
    g_assert_cmpuint(b.track.resumed.side, ==, 1);
}

/* A SYN on live ports, the server's acknowledgment of the old stream, the client's reset of that. */
static void test_disowned(void)
{
    struct bench b = bench_new();
    send(&b, 0, S, 9000, 0, 0);
    send(&b, 1, A, 551, 151, 0);
    g_assert_cmpuint(b.track.challenge_frame, ==, 2);
    g_assert_false(send(&b, 0, R, 152, 0, 0));
    g_assert_cmpuint(b.track.disowned_frame, ==, 0);
    g_assert_false(send(&b, 0, R, 151, 0, 0));
    g_assert_cmpuint(b.track.disowned_frame, ==, 4);
    struct bench old = bench_new();
    establish(&old);
    smbt_track_vanish(&old.track);
    assert_end(&old, SMBT_END_SILENCE, SMBT_SIDE_UNKNOWN, 6);
    smbt_track_disown(&old.track, &b.track);
    assert_end(&old, SMBT_END_RST, SMBT_SIDE_CLIENT, 4);
    g_assert_cmpuint(old.track.end.challenge_frame, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/observe/track/answers", test_answers);
    g_test_add_func("/observe/track/resumed", test_resumed);
    g_test_add_func("/observe/track/disowned", test_disowned);
    g_test_add_func("/track/handshake", test_handshake);
    g_test_add_func("/track/end/fin", test_fin);
    g_test_add_func("/track/end/rst", test_rst);
    g_test_add_func("/track/end/rst-captured-twice", test_rst_captured_twice);
    g_test_add_func("/track/end/rst-out-of-window", test_rst_out_of_window);
    g_test_add_func("/track/end/syn-meets-older-connection", test_syn_meets_older_connection);
    g_test_add_func("/track/end/refused", test_refused);
    g_test_add_func("/track/end/not-refused", test_not_refused);
    g_test_add_func("/track/end/half-open-scanner", test_half_open_scanner);
    g_test_add_func("/track/new-syn", test_new_syn);
    g_test_add_func("/track/syn-ack-before-its-syn", test_syn_ack_before_its_syn);
    g_test_add_func("/track/end/continued", test_continued);
    g_test_add_func("/track/end/foreign-ttl", test_foreign_ttl);
    g_test_add_func("/track/end/ttl-that-varies", test_ttl_that_varies);
    g_test_add_func("/track/end/stalled-mid-message", test_state_at_the_end);
    g_test_add_func("/track/end/only-its-end-is-there", test_only_its_end_is_there);
    g_test_add_func("/track/stamps", test_stamps);
    return g_test_run();
}
