/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/framed.h"

/* With payloads longer than what is wanted of them. */
static struct stream large_stream(void)
{
    struct stream s = stream_new();
    put(&s, 0x00, 1, 0x72, 137, SMBT_MESSAGE_PREFIX_MAX);
    put(&s, 0x00, 1, 0x73, 4300, SMBT_MESSAGE_PREFIX_MAX);
    put(&s, 0x00, 1, 0x2e, 1500, 160);
    put(&s, 0x85, 0, 0, 0, 0);
    put(&s, 0x00, 1, 0xa2, 900, 640);
    put(&s, 0x00, 2, 1, 700, SMBT_MESSAGE_PREFIX_MAX);
    put(&s, 0x00, 2, 8, 600, 160);
    put(&s, 0x00, 0, 0, 300, 160);
    put(&s, 0x00, 1, 0x04, 0, 0);
    put(&s, 0x00, 1, 0x04, 35, 35);
    return s;
}

/* Which frame, counted from 1, holds a byte, when a new one begins at each of the cuts. */
static uint64_t frame_of(gsize byte, const gsize *cuts, gsize n)
{
    uint64_t frame = 1;
    for (gsize i = 0; i < n; i++)
        if (cuts[i] <= byte) frame++;
    return frame;
}

static void check(const struct stream *s, const t_list *l, const gsize *cuts, gsize n)
{
    g_assert_cmpuint(l->seen->len, ==, s->messages->len);
    for (guint i = 0; i < s->messages->len; i++) {
        const struct expected *e = &g_array_index(s->messages, struct expected, i);
        const t_seen *m = t_list_at(l, i);
        g_assert_cmpuint(m->type, ==, e->type);
        g_assert_cmpuint(m->len, ==, e->len);
        g_assert_cmpuint(m->captured, >=, e->wanted);
        g_assert_cmpuint(m->frame, ==, frame_of(e->at, cuts, n));
        g_assert_cmpuint(m->time, ==, t_time(m->frame));
        uint64_t last_wanted = frame_of(e->at + 4 + e->wanted - 1, cuts, n);
        g_assert_cmpuint(m->done_frame, ==, last_wanted);
        g_assert_cmpuint(m->done_time, ==, t_time(m->done_frame));
        assert_body(m, s->bytes->data + e->at + 4);
    }
}

/* Feeds the stream in the pieces that the cuts make, and checks the messages. */
static void run_cut(const struct stream *s, const gsize *cuts, gsize n)
{
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    gsize from = 0;
    for (gsize i = 0; i <= n; i++) {
        gsize to = i < n ? cuts[i] : s->bytes->len;
        feed(&f, s->bytes->data + from, to - from, to - from, i + 1, &l);
        from = to;
    }
    check(s, &l, cuts, n);
    g_assert_cmpuint(f.messages, ==, s->messages->len);
    g_assert_cmpuint(f.malformed, ==, 0);
    g_assert_false(smbt_framer_mid_message(&f));
    g_assert_null(f.buffer);
    smbt_framer_clear(&f);
    t_list_clear(&l);
}

static void test_one_piece(void)
{
    struct stream small = small_stream(), large = large_stream();
    run_cut(&small, NULL, 0);
    run_cut(&large, NULL, 0);
    stream_clear(&small);
    stream_clear(&large);
}

static void test_every_cut(void)
{
    struct stream s = large_stream();
    for (gsize cut = 1; cut < s.bytes->len; cut++)
        run_cut(&s, &cut, 1);
    stream_clear(&s);
}

static void test_every_two_cuts(void)
{
    struct stream s = small_stream();
    for (gsize a = 1; a < s.bytes->len; a++)
        for (gsize b = a + 1; b < s.bytes->len; b++)
            run_cut(&s, (gsize[]){a, b}, 2);
    stream_clear(&s);
}

static void test_pieces_of(gsize size)
{
    struct stream s = large_stream();
    gsize n = (s.bytes->len - 1) / size;
    g_autofree gsize *cuts = g_new(gsize, n);
    for (gsize i = 0; i < n; i++)
        cuts[i] = (i + 1) * size;
    run_cut(&s, cuts, n);
    stream_clear(&s);
}

static void test_small_pieces(void)
{
    for (gsize size = 1; size <= 40; size++)
        test_pieces_of(size);
}

/* Split into single bytes, a message is handed out with exactly what is wanted of it: payload is not kept. */
static void test_prefix_sizes(void)
{
    struct stream s = large_stream();
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    for (gsize i = 0; i < s.bytes->len; i++)
        feed(&f, s.bytes->data + i, 1, 1, i + 1, &l);
    for (guint i = 0; i < s.messages->len; i++)
        g_assert_cmpuint(t_list_at(&l, i)->captured, ==,
                         g_array_index(s.messages, struct expected, i).wanted);
    smbt_framer_clear(&f);
    t_list_clear(&l);
    stream_clear(&s);
}

/* SMB2: NEGOTIATE and SESSION_SETUP are wanted whole, the others not, nor a command that only looks like them
 * in its low byte. */
static void test_smb2_wants(void)
{
    static const struct {
        uint8_t low, high;
        uint32_t wanted;
    } cases[] = {{0, 0, 3000}, {1, 0, 3000}, {2, 0, 160}, {8, 0, 160}, {1, 1, 160}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        t_put_message(b, 0, 2, cases[i].low, 3000);
        b->data[4 + 13] = cases[i].high;
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        for (gsize at = 0; at < b->len; at += 10)
            feed(&f, b->data + at, MIN(10, b->len - at), MIN(10, b->len - at), at / 10 + 1, &l);
        g_assert_cmpuint(l.seen->len, ==, 1);
        g_assert_cmpuint(t_list_at(&l, 0)->captured, ==, cases[i].wanted);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

static void test_session_setup_up_to_the_maximum(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    t_put_message(b, 0, 1, 0x73, 70000);
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    for (gsize at = 0; at < b->len; at += 1000)
        feed(&f, b->data + at, MIN(1000, b->len - at), MIN(1000, b->len - at), at / 1000 + 1, &l);
    g_assert_cmpuint(l.seen->len, ==, 1);
    g_assert_cmpuint(t_list_at(&l, 0)->captured, ==, SMBT_MESSAGE_PREFIX_MAX);
    g_assert_cmpuint(t_list_at(&l, 0)->done_frame, ==, 5);
    g_assert_false(smbt_framer_mid_message(&f));
    smbt_framer_clear(&f);
    t_list_clear(&l);
}

/* ---- Lost and found
 * ------------------------------------------------------------------------------------------- */

static void test_types(void)
{
    for (unsigned type = 0; type < 256; type++)
        for (gsize piece = 1; piece <= 4; piece += 3) {
            g_autoptr(GByteArray) b = g_byte_array_new();
            t_put_message(b, (uint8_t)type, 0, 0, 0);
            smbt_framer f;
            smbt_framer_init(&f, true);
            t_list l = t_list_new();
            for (gsize at = 0; at < 4; at += piece)
                feed(&f, b->data + at, piece, piece, 1, &l);
            bool known = type == 0 || (type >= 0x81 && type <= 0x85);
            g_assert_cmpuint(l.seen->len, ==, known);
            g_assert_cmpuint(f.malformed, ==, !known);
            g_assert_cmpint(f.state, ==, known ? SMBT_FRAMER_AT_HEADER : SMBT_FRAMER_LOST);
            g_assert_null(f.buffer);
            smbt_framer_clear(&f);
            t_list_clear(&l);
        }
}

/* SMB1: what is wanted of each command, and no byte more. */
static void test_smb1_wants(void)
{
    static const uint8_t named[] = {0x2d, 0x32, 0x75, 0x81, 0x82, 0x83, 0x84, 0xa0, 0xa2};
    for (unsigned i = 0; i < 512; i++) {
        unsigned command = i & 0xff;
        bool is_reply = i > 0xff;
        uint32_t wants = command < 0x10 ? 640 : 160;
        if (command == 0x72 || command == 0x73) wants = 3000;
        if (memchr(named, (int)command, sizeof named)) wants = 640;
        if (command == 0x32 && is_reply) wants = 160; /* its paths are in requests */
        g_autoptr(GByteArray) b = g_byte_array_new();
        t_put_message(b, 0, 1, (uint8_t)command, 3000);
        b->data[4 + 9] = is_reply ? 0x80 : 0;
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        for (gsize at = 0; at < b->len; at += 4)
            feed(&f, b->data + at, 4, 4, at / 4 + 1, &l);
        g_assert_cmpuint(l.seen->len, ==, 1);
        g_assert_cmpuint(t_list_at(&l, 0)->captured, ==, wants);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

/* A length that is too much for servers is handed out, up to what is believed. */
static void test_huge(void)
{
    static const uint32_t lengths[] = {0x1ffff, 0x20000, 0x7fffff, 0x81ffff, SMBT_MESSAGE_LEN_MAX};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        uint32_t len = lengths[i];
        const guint8 bytes[9] = {
            0, (guint8)(len >> 16), (guint8)(len >> 8), (guint8)len, 0xff, 'S', 'M', 'B', 0x2e};
        smbt_framer f;
        smbt_framer_init(&f, i % 2);
        t_list l = t_list_new();
        feed(&f, bytes, 9, 1400, 1, &l);
        g_assert_cmpuint(l.seen->len, ==, 1);
        g_assert_cmpuint(t_list_at(&l, 0)->len, ==, len);
        g_assert_cmpuint(t_list_at(&l, 0)->captured, ==, 5);
        g_assert_true(smbt_framer_mid_message(&f));
        smbt_framer_gap(&f, len - 1396, 2, 0, t_take, &l);
        g_assert_false(smbt_framer_mid_message(&f));
        g_assert_cmpint(f.state, ==, SMBT_FRAMER_AT_HEADER);
        g_assert_cmpuint(f.malformed, ==, 0);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

/* A length that nobody sends, or a type that there is none of: nothing is handed out, the framer is lost and
 * finds the next message, and the first such header is remembered however it arrived. */
static void test_malformed(void)
{
    static const guint8 headers[][4] = {
        {0, 0x82, 0, 1}, {0, 0xff, 0xff, 0xff}, {0x85, 0x82, 0, 1}, {0x01, 0, 0, 40}, {0xff, 0, 0, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (gsize cut = 0; cut <= 9; cut++) {
            g_autoptr(GByteArray) b = g_byte_array_new();
            t_put_message(b, 0, 1, 0x2b, 40);
            gsize bad = b->len;
            g_byte_array_append(b, headers[i], 4);
            g_byte_array_append(b, (const guint8 *)"\xffSMB\x2e", 5);
            smbt_framer f;
            smbt_framer_init(&f, true);
            t_list l = t_list_new();
            feed(&f, b->data, bad + cut, bad + cut, 7, &l);
            feed(&f, b->data + bad + cut, 9 - cut, 9 - cut, 8, &l);
            g_assert_cmpuint(l.seen->len, ==, 1);
            g_assert_cmpuint(f.malformed, ==, 1);
            g_assert_cmpint(f.state, ==, SMBT_FRAMER_LOST);
            g_assert_null(f.buffer);

            g_byte_array_set_size(b, 0);
            t_put_message(b, 0, 1, 0x2b, 40);
            g_byte_array_append(b, headers[i], 4);
            feed(&f, b->data, b->len, b->len, 9, &l);
            g_assert_cmpuint(l.seen->len, ==, 2);
            g_assert_cmpuint(f.malformed, ==, 2);
            smbt_framer_clear(&f);
            t_list_clear(&l);
        }
    }
}

static void test_keepalives(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    for (int i = 0; i < 100; i++)
        t_put_message(b, 0x85, 0, 0, 0);
    for (gsize piece = 1; piece <= 9; piece++) {
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        for (gsize at = 0; at < b->len; at += piece)
            feed(&f, b->data + at, MIN(piece, b->len - at), MIN(piece, b->len - at), 1 + at / piece, &l);
        g_assert_cmpuint(l.seen->len, ==, 100);
        for (guint i = 0; i < 100; i++) {
            g_assert_cmpuint(t_list_at(&l, i)->frame, ==, 1 + 4 * i / piece);
            g_assert_cmpuint(t_list_at(&l, i)->done_frame, ==, 1 + (4 * i + 3) / piece);
        }
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framer/one-piece", test_one_piece);
    g_test_add_func("/framer/every-cut", test_every_cut);
    g_test_add_func("/framer/every-two-cuts", test_every_two_cuts);
    g_test_add_func("/framer/small-pieces", test_small_pieces);
    g_test_add_func("/framer/prefix-sizes", test_prefix_sizes);
    g_test_add_func("/framer/smb1-wants", test_smb1_wants);
    g_test_add_func("/framer/smb2-wants", test_smb2_wants);
    g_test_add_func("/framer/session-setup-up-to-the-maximum", test_session_setup_up_to_the_maximum);
    g_test_add_func("/framer/types", test_types);
    g_test_add_func("/framer/huge", test_huge);
    g_test_add_func("/framer/malformed", test_malformed);
    g_test_add_func("/framer/keepalives", test_keepalives);
    return g_test_run();
}
