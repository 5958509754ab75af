/* Payload: however a message is cut into segments, and in whatever order they come, the same becomes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/checksum.h"
#include "anonymize/copy.h"
#include "support/smb_build.h"
#include "wire/build.h"

#define START 0xfffffff0u /* the numbers wrap within the first message */

static GByteArray *logon(void)
{
    GByteArray *out = g_byte_array_new();
    sb_msg m;
    sb_begin(&m, out, &(sb_header){.flags2 = SB_FLAGS2_NT, .pid = 0xfeff, .mid = 64});
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13,
                                                     .vc_number = 0,
                                                     .unicode_password_len = 24,
                                                     .account = "alice",
                                                     .domain = "EXAMPLE",
                                                     .native_os = "Windows 4.0"});
    sb_end(&m);
    return out;
}

/* A segment of bytes [from, to) of a stream, with its right checksum. */
static GByteArray *segment(const GByteArray *stream, unsigned from, unsigned to, uint8_t flags,
                           bool from_server)
{
    GByteArray *b = g_byte_array_new();
    if (stream) g_byte_array_append(b, stream->data + from, to - from);
    b = t_tcp_with(b, flags, NULL, 0);
    uint32_t seq = START + from;
    const uint8_t bytes[4] = {(uint8_t)(seq >> 24), (uint8_t)(seq >> 16), (uint8_t)(seq >> 8), (uint8_t)seq};
    memcpy(b->data + 4, bytes, 4);
    if (from_server) {
        uint8_t port[2];
        memcpy(port, b->data, 2);
        memmove(b->data, b->data + 2, 2);
        memcpy(b->data + 2, port, 2);
    }
    b = t_ipv4(b, 6);
    if (from_server) b->data[15] = 2, b->data[19] = 1;
    uint32_t len = b->len - 20, sum = smbt_checksum_pseudo(b->data + 12, 4, 6, len);
    uint16_t checksum = smbt_checksum_finish(smbt_checksum_add(sum, b->data + 20, len));
    b->data[36] = (uint8_t)(checksum >> 8);
    b->data[37] = (uint8_t)checksum;
    return b;
}

struct play {
    t_copy copy;
    const GByteArray *stream;
    unsigned frames;
};

static void play_start(struct play *p, const GByteArray *stream, bool with_syn)
{
    *p = (struct play){.stream = stream};
    t_copy_start(&p->copy);
    if (!with_syn) return;
    GByteArray *syn = segment(NULL, 0, 0, SMBT_TCP_SYN, false);
    uint32_t seq = START - 1;
    const uint8_t bytes[4] = {(uint8_t)(seq >> 24), (uint8_t)(seq >> 16), (uint8_t)(seq >> 8), (uint8_t)seq};
    memcpy(syn->data + 24, bytes, 4);
    t_copy_push(&p->copy, ++p->frames, 101, syn, syn->len);
}

static void play_send(struct play *p, unsigned from, unsigned to)
{
    GByteArray *b = segment(p->stream, from, to, SMBT_TCP_ACK | SMBT_TCP_PSH, false);
    t_copy_push(&p->copy, ++p->frames, 101, b, b->len);
}

/* The stream as it came out: where segments overlap they must agree. Bytes that never came are 0. */
static GByteArray *play_end(struct play *p)
{
    t_copy_finish(&p->copy);
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, p->stream->len);
    memset(out->data, 0, out->len);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    for (unsigned i = 0; i < p->copy.frames->len; i++) {
        const smbt_frame *f = t_copy_get(&p->copy, i);
        smbt_segment s;
        g_assert_cmpint(smbt_wire_decode(wire, f, &s), ==, SMBT_WIRE_SEGMENT);
        if (f->caplen == f->len && f->data[36] | f->data[37] << 8) {
            uint32_t sum = smbt_checksum_pseudo(f->data + 12, 4, 6, f->caplen - 20);
            if (!(s.flags & SMBT_TCP_SYN))
                g_assert_cmphex(smbt_checksum_finish(smbt_checksum_add(sum, f->data + 20, f->caplen - 20)),
                                ==, 0);
        }
        for (unsigned k = 0; k < s.payload_captured; k++) {
            unsigned at = s.seq - START + k;
            if (out->data[at]) g_assert_cmphex(out->data[at], ==, s.payload[k]);
            out->data[at] = s.payload[k];
        }
    }
    smbt_wire_free(wire);
    t_copy_free(&p->copy);
    return out;
}

static GByteArray *in_one_piece(const GByteArray *stream)
{
    struct play p;
    play_start(&p, stream, true);
    play_send(&p, 0, stream->len);
    return play_end(&p);
}

static void assert_same(GByteArray *got, const GByteArray *want)
{
    g_assert_cmpmem(got->data, got->len, want->data, want->len);
    g_byte_array_unref(got);
}

static void test_whole(void)
{
    g_autoptr(GByteArray) m = logon(), out = in_one_piece(m);
    g_assert_cmpmem(out->data, 4 + 9, m->data, 4 + 9);
    g_assert_cmpmem(out->data + 36, 27, m->data + 36, 27);
    g_autoptr(GByteArray) name = g_byte_array_new();
    sb_utf16(name, "alice");
    g_assert_true(t_has(m->data, m->len, name->data, name->len));
    g_assert_false(t_has(out->data, out->len, name->data, name->len));
    g_assert_false(t_has(out->data, out->len, m->data + 65, 24)); /* the password */
}

static void test_two_segments(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    for (unsigned cut = 1; cut < m->len; cut++) {
        struct play p;
        play_start(&p, m, true);
        play_send(&p, 0, cut);
        play_send(&p, cut, m->len);
        assert_same(play_end(&p), want);
    }
}

static void test_reordered(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    for (unsigned cut = 1; cut < m->len; cut++) {
        struct play p;
        play_start(&p, m, true);
        play_send(&p, cut, m->len);
        play_send(&p, 0, cut);
        assert_same(play_end(&p), want);
    }
}

static void test_sent_again(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    for (unsigned cut = 2; cut < m->len - 2; cut++) {
        struct play p;
        play_start(&p, m, true);
        play_send(&p, 0, cut);
        play_send(&p, 0, cut);          /* before its message is known */
        play_send(&p, cut - 2, m->len); /* overlapping */
        play_send(&p, 1, cut + 1);      /* and after */
        assert_same(play_end(&p), want);
    }
}

static void test_byte_by_byte(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    struct play p;
    play_start(&p, m, true);
    for (unsigned i = 0; i < m->len; i++)
        play_send(&p, i, i + 1);
    g_assert_cmpuint(p.copy.amended, >, 0);
    assert_same(play_end(&p), want);
}

/* Messages one behind the other, cut anywhere. */
static void test_many_messages(void)
{
    g_autoptr(GByteArray) m = g_byte_array_new();
    for (unsigned i = 0; i < 5; i++) {
        g_autoptr(GByteArray) one = logon();
        sb_append(m, one);
    }
    g_autoptr(GByteArray) want = in_one_piece(m);
    for (unsigned size = 7; size < 300; size += 13) {
        struct play p;
        play_start(&p, m, true);
        for (unsigned at = 0; at < m->len; at += size)
            play_send(&p, at, MIN(at + size, m->len));
        assert_same(play_end(&p), want);
    }
}

/* The capture starts in the middle of a message: it is blank up to the next. */
static void test_mid_stream(void)
{
    g_autoptr(GByteArray) m = logon(), second = logon(), stream = g_byte_array_new();
    sb_append(stream, m);
    sb_append(stream, second);
    struct play p;
    play_start(&p, stream, false);
    play_send(&p, 50, stream->len);
    g_autoptr(GByteArray) out = play_end(&p), want = in_one_piece(m);
    for (unsigned i = 50; i < m->len; i++)
        g_assert_cmpint(out->data[i], ==, 'x');
    g_assert_cmpmem(out->data + m->len, m->len, want->data, want->len);
}

/* A message that never gets whole: what came of it is still of use. */
static void test_unfinished(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    for (unsigned cut = 1; cut < m->len; cut++) {
        struct play p;
        play_start(&p, m, true);
        play_send(&p, 0, cut);
        g_autoptr(GByteArray) out = play_end(&p);
        g_assert_cmpmem(out->data, MIN(cut, 4), want->data, MIN(cut, 4));
        if (cut >= 36 + 1) g_assert_cmpmem(out->data, 18, want->data, 18);
        g_autoptr(GByteArray) name = g_byte_array_new();
        sb_utf16(name, "alice");
        g_assert_false(t_has(out->data, out->len, name->data, 6));
    }
}

/* What is no message stays none, and is blank. */
static void test_not_smb(void)
{
    g_autoptr(GByteArray) m = g_byte_array_new();
    sb_oem(m, "GET /secret HTTP/1.1");
    g_autoptr(GByteArray) out = in_one_piece(m);
    for (unsigned i = 0; i < out->len; i++)
        g_assert_cmpint(out->data[i], ==, 'x');
}

/* The ports are used again by another connection: it is followed from its start. */
static void test_ports_used_again(void)
{
    g_autoptr(GByteArray) m = logon(), want = in_one_piece(m);
    t_copy copy;
    t_copy_start(&copy);
    for (unsigned i = 0; i < 2; i++) {
        GByteArray *syn = segment(NULL, 0, 0, SMBT_TCP_SYN, false);
        syn->data[23 + 1] = (uint8_t)(0x10 + 0x40 * i);
        memset(syn->data + 25, 0, 3);
        t_copy_push(&copy, 2 * i + 1, 101, syn, syn->len);
        GByteArray *data = segment(m, 0, m->len, SMBT_TCP_ACK, false);
        data->data[24] = (uint8_t)(0x10 + 0x40 * i);
        memset(data->data + 25, 0, 2);
        data->data[27] = 1;
        t_copy_push(&copy, 2 * i + 2, 101, data, data->len);
    }
    for (unsigned i = 1; i < 4; i += 2) {
        const smbt_frame *f = t_copy_get(&copy, i);
        g_assert_cmpmem(f->data + 40, f->caplen - 40, want->data, want->len);
    }
    t_copy_free(&copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/streams/whole", test_whole);
    g_test_add_func("/streams/two-segments", test_two_segments);
    g_test_add_func("/streams/reordered", test_reordered);
    g_test_add_func("/streams/sent-again", test_sent_again);
    g_test_add_func("/streams/byte-by-byte", test_byte_by_byte);
    g_test_add_func("/streams/many-messages", test_many_messages);
    g_test_add_func("/streams/mid-stream", test_mid_stream);
    g_test_add_func("/streams/unfinished", test_unfinished);
    g_test_add_func("/streams/not-smb", test_not_smb);
    g_test_add_func("/streams/ports-used-again", test_ports_used_again);
    return g_test_run();
}
