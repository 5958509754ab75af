/* Framing where bytes are missing: snap lengths, gaps, lost streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/framed.h"

/* ---- Snap length
 * ---------------------------------------------------------------------------------------------- */

/* The messages of one segment, of which `captured` bytes were captured: those whose header is there come out,
 * each with what is there of it. */
static void test_every_snap_length(void)
{
    struct stream s = small_stream();
    for (gsize captured = 0; captured <= s.bytes->len; captured++) {
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, s.bytes->data, captured, s.bytes->len, 1, &l);
        guint n = 0;
        for (; n < s.messages->len; n++) {
            const struct expected *e = &g_array_index(s.messages, struct expected, n);
            if (captured < e->at + 4) break;
            const t_seen *m = t_list_at(&l, n);
            g_assert_cmpuint(m->len, ==, e->len);
            g_assert_cmpuint(m->captured, ==, MIN(e->len, captured - e->at - 4));
            assert_body(m, s.bytes->data + e->at + 4);
        }
        g_assert_cmpuint(l.seen->len, ==, n);
        g_assert_cmpint(f.state, ==, n < s.messages->len ? SMBT_FRAMER_LOST : SMBT_FRAMER_AT_HEADER);
        g_assert_cmpuint(f.malformed, ==, 0); /* nothing was seen that is wrong */
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
    stream_clear(&s);
}

/* One message over two segments that were both cut: only what lies before the first cut is known. */
static void test_snap_in_both_segments(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    t_put_message(b, 0, 1, 0x73, 300);
    t_put_message(b, 0, 1, 0x04, 35);
    for (gsize split = 1; split < 304; split++)
        for (gsize snap = 1; snap <= split; snap += 3) {
            smbt_framer f;
            smbt_framer_init(&f, true);
            t_list l = t_list_new();
            feed(&f, b->data, MIN(snap, split), split, 1, &l);
            feed(&f, b->data + split, MIN(snap, b->len - split), b->len - split, 2, &l);
            gsize known = snap < split ? snap : split + MIN(snap, b->len - split);
            if (known < 4) {
                g_assert_cmpuint(l.seen->len, ==, 0);
            } else {
                const t_seen *m = t_list_at(&l, 0);
                g_assert_cmpuint(m->len, ==, 300);
                g_assert_cmpuint(m->captured, <=, MIN(known - 4, 300));
                /* What came in the segment that has the header is never lost. */
                g_assert_cmpuint(m->captured, >=,
                                 MIN(MIN(snap, split), 304) - (split >= 4 ? 4 : MIN(snap, split)));
                assert_body(m, b->data + 4);
            }
            g_assert_cmpuint(f.malformed, ==, 0);
            smbt_framer_clear(&f);
            t_list_clear(&l);
        }
}

/* ---- Gaps
 * ----------------------------------------------------------------------------------------------------- */

/* A stream of messages with `len` bytes from `at` on missing. Which come out follows from where the gap
 * lies. */
static void run_gap(gsize at, gsize len)
{
    struct stream s = stream_new();
    for (int i = 0; i < 6; i++)
        put(&s, 0, 1, i % 2 ? 0x2e : 0x72, 200, i % 2 ? 160 : SMBT_MESSAGE_PREFIX_MAX);
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    feed(&f, s.bytes->data, at, at, 1, &l);
    smbt_framer_gap(&f, (uint32_t)len, 2, t_time(2), t_take, &l);
    for (gsize from = at + len; from < s.bytes->len; from += 204 - from % 204) { /* one message a segment */
        gsize n = MIN(204 - from % 204, s.bytes->len - from);
        feed(&f, s.bytes->data + from, n, n, 3, &l);
    }
    guint seen = 0;
    for (guint i = 0; i < s.messages->len; i++) {
        const struct expected *e = &g_array_index(s.messages, struct expected, i);
        gsize end = e->at + 4 + e->len;
        bool header_there = e->at + 4 <= at || e->at >= at + len;
        if (!header_there) continue;
        const t_seen *m = t_list_at(&l, seen++);
        bool hit = e->at < at && end > at;
        gsize there = hit ? at - e->at - 4 : 200;
        g_assert_cmpuint(m->len, ==, 200);
        g_assert_cmpuint(m->captured, <=, MAX(there, e->wanted));
        g_assert_cmpuint(m->captured, >=, MIN(there, e->wanted));
        assert_body(m, s.bytes->data + e->at + 4);
    }
    g_assert_cmpuint(l.seen->len, ==, seen);
    g_assert_cmpuint(f.malformed, ==, 0);
    smbt_framer_clear(&f);
    t_list_clear(&l);
    stream_clear(&s);
}

static void test_every_gap(void)
{
    for (gsize at = 204; at <= 408; at++)
        for (gsize len = 1; len <= 420; len += len < 10 || len > 195 ? 1 : 17)
            run_gap(at, len);
}

static void test_gap_states(void)
{
    static const struct {
        gsize at, len;
        enum smbt_framer_state state;
        guint messages;
    } cases[] = {
        {0, 1, SMBT_FRAMER_LOST, 0},         /* at a boundary: the header is gone */
        {2, 1, SMBT_FRAMER_LOST, 0},         /* inside a header */
        {4, 296, SMBT_FRAMER_AT_HEADER, 1},  /* behind the header, up to the end */
        {4, 297, SMBT_FRAMER_LOST, 1},       /* across the boundary by one byte */
        {100, 50, SMBT_FRAMER_AT_HEADER, 1}, /* inside the prefix, payload follows */
        {250, 49, SMBT_FRAMER_AT_HEADER, 1}, /* inside the payload */
        {250, 50, SMBT_FRAMER_AT_HEADER, 1}, /* its whole rest */
        {250, 51, SMBT_FRAMER_LOST, 1},      {300, 1, SMBT_FRAMER_LOST, 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        t_put_message(b, 0, 1, 0x2e, 296);
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, b->data, cases[i].at, cases[i].at, 1, &l);
        smbt_framer_gap(&f, (uint32_t)cases[i].len, 2, t_time(2), t_take, &l);
        g_assert_cmpint(f.state, ==, cases[i].state);
        g_assert_cmpuint(l.seen->len, ==, cases[i].messages);
        gsize passed = cases[i].at + cases[i].len;
        g_assert_cmpint(smbt_framer_mid_message(&f), ==, cases[i].messages && passed < 300);
        g_assert_null(f.buffer);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

static void test_two_gaps_in_one_payload(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    t_put_message(b, 0, 1, 0x2e, 1000);
    t_put_message(b, 0, 1, 0x04, 35);
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    feed(&f, b->data, 200, 200, 1, &l);
    smbt_framer_gap(&f, 100, 2, t_time(2), t_take, &l);
    feed(&f, b->data + 300, 100, 100, 3, &l);
    smbt_framer_gap(&f, 604, 4, t_time(4), t_take, &l);
    feed(&f, b->data + 1004, b->len - 1004, b->len - 1004, 5, &l);
    g_assert_cmpuint(l.seen->len, ==, 2);
    g_assert_cmpuint(t_list_at(&l, 1)->frame, ==, 5);
    smbt_framer_clear(&f);
    t_list_clear(&l);
}

/* ---- Lost and found
 * ------------------------------------------------------------------------------------------- */

/* A capture that starts in the middle of a payload: the framer finds the next message, wherever in the
 * segment it begins. */
static void test_resync_everywhere(void)
{
    for (gsize before = 0; before <= 300; before++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        for (gsize i = 0; i < before; i++)
            g_byte_array_append(b, (const guint8[]){(guint8) "S\xff\x00SM\xfe"[i % 6]}, 1);
        t_put_message(b, 0, before % 2 ? 1 : 2, 0x04, 64);
        t_put_message(b, 0x85, 0, 0, 0);
        t_put_message(b, 0, 1, 0x72, 50);
        smbt_framer f;
        smbt_framer_init(&f, false);
        t_list l = t_list_new();
        feed(&f, b->data, b->len, b->len, 1, &l);
        g_assert_cmpuint(l.seen->len, ==, 3);
        g_assert_cmpuint(t_list_at(&l, 0)->len, ==, 64);
        g_assert_cmpuint(f.malformed, ==, 0);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

/* While lost, nothing but a plausible header is taken. */
static void test_lost_is_hard_to_please(void)
{
    static const struct {
        guint8 header[8];
        bool plausible;
    } cases[] = {
        {{0, 0, 0, 32, 0xff, 'S', 'M', 'B'}, true},     {{0, 0, 0, 31, 0xff, 'S', 'M', 'B'}, false},
        {{0, 0x82, 0, 0, 0xfe, 'S', 'M', 'B'}, true},   {{0, 0x82, 0, 1, 0xfe, 'S', 'M', 'B'}, false},
        {{0x85, 0, 0, 64, 0xff, 'S', 'M', 'B'}, false}, {{0, 0, 0, 64, 0xfb, 'S', 'M', 'B'}, false},
        {{0, 0, 0, 64, 0xff, 'S', 'M', 'b'}, false},    {{0, 0, 0, 64, 0xfd, 'S', 'M', 'B'}, true},
        {{0, 0, 0, 64, 0xfc, 'S', 'M', 'B'}, true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 *exact = t_exact(cases[i].header, 8);
        g_assert_cmpint(smbt_framer_looks_like_smb(exact, 8), ==, cases[i].plausible);
        for (uint32_t n = 0; n < 8; n++)
            g_assert_false(smbt_framer_looks_like_smb(exact, n));
        g_free(exact);
    }
}

static void test_lost_after_garbage(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    t_put_message(b, 0, 1, 0x04, 35);
    g_byte_array_append(b, (const guint8 *)"\x77garbage that is no header", 26);
    t_put_message(b, 0, 1, 0x72, 90);
    for (gsize cut = 1; cut < b->len; cut++) {
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, b->data, cut, cut, 1, &l);
        feed(&f, b->data + cut, b->len - cut, b->len - cut, 2, &l);
        /* A header cut in two while the framer is lost is not found. */
        bool header_whole = cut <= 39 + 26 || cut >= 39 + 26 + 8;
        g_assert_cmpuint(l.seen->len, ==, header_whole ? 2 : 1);
        g_assert_cmpuint(f.malformed, ==, 1);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

/* The bad header lies in pieces in front of a gap. */
static void test_malformed_before_a_gap(void)
{
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    feed(&f, (const guint8 *)"\0\xff", 2, 2, 3, &l);
    feed(&f, (const guint8 *)"\xff\xff", 2, 2, 4, &l);
    smbt_framer_gap(&f, 100, 5, t_time(5), t_take, &l);
    g_assert_cmpuint(l.seen->len, ==, 0);
    g_assert_cmpuint(f.malformed, ==, 1);
    smbt_framer_clear(&f);
    t_list_clear(&l);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framer/every-snap-length", test_every_snap_length);
    g_test_add_func("/framer/snap-in-both-segments", test_snap_in_both_segments);
    g_test_add_func("/framer/gap-everywhere", test_every_gap);
    g_test_add_func("/framer/gap-states", test_gap_states);
    g_test_add_func("/framer/two-gaps-in-one-payload", test_two_gaps_in_one_payload);
    g_test_add_func("/framer/resync-everywhere", test_resync_everywhere);
    g_test_add_func("/framer/lost-is-hard-to-please", test_lost_is_hard_to_please);
    g_test_add_func("/framer/lost-after-garbage", test_lost_after_garbage);
    g_test_add_func("/framer/malformed-before-a-gap", test_malformed_before_a_gap);
    return g_test_run();
}
