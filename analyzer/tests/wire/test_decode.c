/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/samples.h"

#include <smbtrace/smbtrace.h>

#define PAYLOAD 23
static const uint8_t TIMESTAMP[] = {1, 1, 8, 10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};

static GByteArray *build(const t_sample *sample)
{
    return sample->build(
        t_tcp_with(t_payload(PAYLOAD), SMBT_TCP_ACK | SMBT_TCP_PSH, TIMESTAMP, sizeof TIMESTAMP));
}

static void assert_addresses(const smbt_segment *s)
{
    char src[SMBT_ADDR_STRLEN], dst[SMBT_ADDR_STRLEN];
    smbt_addr_format(&s->src, src);
    smbt_addr_format(&s->dst, dst);
    g_assert_cmpstr(src, ==, s->src.family == 4 ? "10.0.0.1" : "fd00::1");
    g_assert_cmpstr(dst, ==, s->src.family == 4 ? "10.0.0.2" : "fd00::2");
    for (unsigned i = 4; s->src.family == 4 && i < 16; i++)
        g_assert_cmpuint(s->src.bytes[i] | s->dst.bytes[i], ==, 0);
}

/* Every field, for a prefilled segment would show one that was left out. */
static void test_whole(const void *data)
{
    const t_sample *sample = data;
    t_decoded d = t_decode(sample->linktype, build(sample));
    const smbt_segment *s = &d.segment;
    t_assert_segment(&d, PAYLOAD);
    assert_addresses(s);
    g_assert_cmpuint(s->src.family, ==, sample->family);
    g_assert_cmpuint(s->dst.family, ==, sample->family);
    g_assert_cmpuint(s->payload_captured, ==, PAYLOAD);
    g_assert_cmpuint(s->flags, ==, SMBT_TCP_ACK | SMBT_TCP_PSH);
    g_assert_cmpint(s->has_ip_id, ==, sample->family == 4);
    g_assert_cmpuint(s->ip_id, ==, sample->family == 4 ? T_ID : 0);
    g_assert_cmpint(s->dont_fragment, ==, sample->family == 4);
    g_assert_cmpint(s->has_timestamp, ==, true);
    g_assert_cmpuint(s->tsval, ==, 0x11223344);
    g_assert_cmpuint(s->tsecr, ==, 0x55667788);
    g_assert_cmpint(s->options_cut, ==, false);
    g_assert_cmpuint(s->mss, ==, 0);
    g_assert_cmpuint(s->window_scale, ==, 0);
    g_assert_cmpint(s->sack_permitted, ==, false);
    g_assert_cmpuint(s->option_layout, ==, 0);
    g_assert_cmpuint(s->tunnels, ==, sample->tunnels);
    g_assert_cmpint(s->has_mac, ==, sample->has_mac);
    static const uint8_t no_mac[6];
    g_assert_cmpmem(s->src_mac, 6, sample->has_mac ? T_MAC : no_mac, 6);
}

static void test_padded(const void *data)
{
    const t_sample *sample = data;
    for (unsigned n = 1; n <= 46; n += 15) {
        t_decoded d = t_decode(sample->linktype, t_trailer(build(sample), n));
        t_assert_segment(&d, PAYLOAD);
        g_assert_cmpuint(d.segment.payload_captured, ==, PAYLOAD);
    }
}

/* Before the ports of a UDP tunnel are seen it is any UDP. */
static bool may_be_other(const t_sample *sample, unsigned caplen)
{
    bool is_udp = strstr(sample->name, "vxlan") || strstr(sample->name, "geneve");
    unsigned udp = strcmp(sample->name, "vxlan-linux") == 0 ? 40 : 20;
    return is_udp && caplen >= udp && caplen < udp + 4;
}

static void test_every_snap_length(const void *data)
{
    const t_sample *sample = data;
    g_autoptr(GByteArray) b = build(sample);
    unsigned tcp = b->len - PAYLOAD - (unsigned)sizeof TIMESTAMP - 20;
    for (unsigned caplen = 0; caplen <= b->len; caplen++) {
        smbt_wire *wire = smbt_wire_new(1 << 16);
        t_decoded d = t_decode_cut(wire, sample->linktype, b, caplen, b->len, 0);
        if (caplen < tcp + 20) {
            g_assert_cmpint(d.result, ==, may_be_other(sample, caplen) ? SMBT_WIRE_OTHER : SMBT_WIRE_CUT);
        } else {
            unsigned headers = tcp + 20 + (unsigned)sizeof TIMESTAMP;
            t_assert_segment(&d, PAYLOAD);
            g_assert_cmpuint(d.segment.payload_captured, ==, caplen > headers ? caplen - headers : 0);
            g_assert_cmpint(d.segment.options_cut, ==, caplen < headers);
            g_assert_cmpint(d.segment.has_timestamp, ==, caplen >= headers);
        }
        g_assert_cmpuint(smbt_wire_undecoded_frames(wire), ==, 0);
        smbt_wire_free(wire);
    }
}

/* A writer that gave the captured length as the frame's: the IP length still tells what was sent, unless the
 * frame ends inside a header below IP. */
static void test_every_frame_length(const void *data)
{
    const t_sample *sample = data;
    g_autoptr(GByteArray) b = build(sample);
    unsigned tcp = b->len - PAYLOAD - (unsigned)sizeof TIMESTAMP - 20;
    smbt_wire *wire = smbt_wire_new(1 << 16);
    for (unsigned len = 0; len <= b->len; len++) {
        t_decoded d = t_decode_cut(wire, sample->linktype, b, len, len, 0);
        if (len >= tcp + 20)
            t_assert_segment(&d, PAYLOAD);
        else
            g_assert_cmpint(d.result, !=, SMBT_WIRE_SEGMENT);
    }
    smbt_wire_free(wire);
}

/* ---- Counts ---------------------------------------------------------------------------------------------*/

static const smbt_undecoded *row(const GArray *table, unsigned i)
{
    g_assert_cmpuint(i, <, table->len);
    return &g_array_index(table, smbt_undecoded, i);
}

static void count_type(smbt_wire *wire, uint16_t type)
{
    g_autoptr(GByteArray) b = t_ethernet(t_payload(46), type);
    t_decoded d = t_decode_cut(wire, 1, b, b->len, b->len, 0);
    g_assert_cmpint(d.result, ==, SMBT_WIRE_UNDECODED);
}

static void test_counts_most_first(void)
{
    smbt_wire *wire = smbt_wire_new(1 << 16);
    g_assert_cmpuint(smbt_wire_undecoded(wire)->len, ==, 0);
    uint64_t before = t_frame_number;
    count_type(wire, 0x88f7);
    count_type(wire, 0x1234);
    count_type(wire, 0x88f7);
    count_type(wire, 0x4321);
    count_type(wire, 0x88f7);
    const GArray *table = smbt_wire_undecoded(wire);
    g_assert_cmpuint(table->len, ==, 3);
    g_assert_cmpstr(row(table, 0)->reason, ==, "ethertype 0x88f7");
    g_assert_cmpuint(row(table, 0)->frames, ==, 3);
    g_assert_cmpuint(row(table, 0)->first_frame, ==, before + 1);
    g_assert_cmpstr(row(table, 1)->reason, ==, "ethertype 0x1234");
    g_assert_cmpuint(row(table, 1)->first_frame, ==, before + 2);
    g_assert_cmpstr(row(table, 2)->reason, ==, "ethertype 0x4321");
    g_assert_cmpuint(smbt_wire_undecoded_frames(wire), ==, 5);

    count_type(wire, 0x4321);
    table = smbt_wire_undecoded(wire);
    g_assert_cmpstr(row(table, 1)->reason, ==, "ethertype 0x4321");
    g_assert_cmpuint(row(table, 1)->frames, ==, 2);
    smbt_wire_free(wire);
}

static void test_counts_other(void)
{
    smbt_wire *wire = smbt_wire_new(1 << 16);
    for (unsigned i = 0; i < 64; i++)
        count_type(wire, (uint16_t)(0x1000 + i));
    const GArray *table = smbt_wire_undecoded(wire);
    g_assert_cmpuint(table->len, ==, 64);
    g_assert_cmpstr(row(table, 63)->reason, ==, "ethertype 0x103f");

    for (unsigned i = 0; i < 1000; i++)
        count_type(wire, (uint16_t)(0x1100 + i));
    count_type(wire, 0x1000);
    table = smbt_wire_undecoded(wire);
    g_assert_cmpuint(table->len, ==, 65);
    g_assert_cmpstr(row(table, 0)->reason, ==, "other");
    g_assert_cmpuint(row(table, 0)->frames, ==, 1000);
    g_assert_cmpstr(row(table, 1)->reason, ==, "ethertype 0x1000");
    g_assert_cmpuint(row(table, 1)->frames, ==, 2);
    g_assert_cmpuint(smbt_wire_undecoded_frames(wire), ==, 1065);
    smbt_wire_free(wire);
}

static void test_free_null(void)
{
    smbt_wire_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        GTestDataFunc run;
    } tests[] = {
        {"whole", test_whole},
        {"padded", test_padded},
        {"every-snap-length", test_every_snap_length},
        {"every-frame-length", test_every_frame_length},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(t_samples); i++)
        for (unsigned t = 0; t < G_N_ELEMENTS(tests); t++) {
            g_autofree char *path = g_strdup_printf("/decode/%s/%s", t_samples[i].name, tests[t].name);
            g_test_add_data_func(path, &t_samples[i], tests[t].run);
        }
    g_test_add_func("/decode/counts/most-first", test_counts_most_first);
    g_test_add_func("/decode/counts/other", test_counts_other);
    g_test_add_func("/decode/free-null", test_free_null);
    return g_test_run();
}
