/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

#define DECODE(flags, ...)                                                                                   \
    decode_options((flags), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static smbt_segment decode_options(uint8_t flags, const uint8_t *options, unsigned n)
{
    t_decoded d = t_decode(101, t_ipv4(t_tcp_with(t_payload(5), flags, options, n), 6));
    t_assert_segment(&d, 5);
    g_assert_false(d.segment.options_cut);
    return d.segment;
}

static void test_windows_syn(void)
{
    smbt_segment s = DECODE(SMBT_TCP_SYN, 2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2);
    g_assert_cmpuint(s.mss, ==, 1460);
    g_assert_cmpuint(s.window_scale, ==, 9);
    g_assert_true(s.sack_permitted);
    g_assert_false(s.has_timestamp);
    g_assert_cmpuint(s.option_layout, ==, 0x213114);
}

static void test_linux_syn(void)
{
    smbt_segment s = DECODE(SMBT_TCP_SYN | SMBT_TCP_ACK, 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0,
                            2, 1, 3, 3, 0);
    g_assert_cmpuint(s.mss, ==, 1460);
    g_assert_cmpuint(s.window_scale, ==, 1);
    g_assert_true(s.sack_permitted);
    g_assert_true(s.has_timestamp);
    g_assert_cmpuint(s.tsval, ==, 1);
    g_assert_cmpuint(s.tsecr, ==, 2);
    g_assert_cmpuint(s.option_layout, ==, 0x24813);
}

static void test_bare_syn(void)
{
    t_decoded d = t_decode(101, t_ipv4(t_tcp_with(t_payload(5), SMBT_TCP_SYN, NULL, 0), 6));
    t_assert_segment(&d, 5);
    g_assert_cmpuint(d.segment.mss | d.segment.window_scale | d.segment.option_layout, ==, 0);
    g_assert_false(d.segment.sack_permitted);
}

/* Nine kinds: the first is not lost. */
static void test_long_layouts(void)
{
    smbt_segment a = DECODE(SMBT_TCP_SYN, 2, 4, 5, 0xb4, 1, 1, 1, 1, 1, 1, 1, 1);
    smbt_segment b = DECODE(SMBT_TCP_SYN, 3, 3, 5, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    smbt_segment c = DECODE(SMBT_TCP_SYN, 2, 4, 5, 0xb4, 1, 1, 1, 1, 1, 1, 1, 0);
    g_assert_cmpuint(a.option_layout, !=, b.option_layout);
    g_assert_cmpuint(a.option_layout, !=, c.option_layout);
    g_assert_cmpuint(a.option_layout, ==, 0x11111113);
    /* Kinds above 14 share a digit. */
    smbt_segment e = DECODE(SMBT_TCP_SYN, 254, 4, 1, 1);
    g_assert_cmpuint(e.option_layout, ==, 0xf);
}

/* Only a SYN's count. */
static void test_not_syn(void)
{
    smbt_segment s = DECODE(SMBT_TCP_ACK, 2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2);
    g_assert_cmpuint(s.mss, ==, 0);
    g_assert_cmpuint(s.window_scale, ==, 0);
    g_assert_false(s.sack_permitted);
    g_assert_cmpuint(s.option_layout, ==, 0);
}

static void test_timestamp(void)
{
    smbt_segment s = DECODE(SMBT_TCP_ACK, 1, 1, 8, 10, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
    g_assert_true(s.has_timestamp);
    g_assert_cmpuint(s.tsval, ==, UINT32_MAX);
    g_assert_cmpuint(s.tsecr, ==, 0);
    /* Not where most stacks put it. */
    s = DECODE(SMBT_TCP_ACK, 8, 10, 0, 0, 0, 7, 0, 0, 0, 8, 1, 1);
    g_assert_true(s.has_timestamp);
    g_assert_cmpuint(s.tsval, ==, 7);
    g_assert_cmpuint(s.tsecr, ==, 8);
    /* Behind SACK blocks. */
    s = DECODE(SMBT_TCP_ACK, 1, 1, 5, 10, 8, 10, 1, 1, 1, 1, 2, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0);
    g_assert_true(s.has_timestamp);
    g_assert_cmpuint(s.tsval, ==, 9);
    /* Twelve bytes of other options. */
    s = DECODE(SMBT_TCP_ACK, 1, 1, 5, 10, 1, 2, 3, 4, 5, 6, 7, 8);
    g_assert_false(s.has_timestamp);
    g_assert_cmpuint(s.tsval | s.tsecr, ==, 0);
}

static void test_malformed_options(void)
{
    smbt_segment s = DECODE(SMBT_TCP_SYN, 2, 0, 0x05, 0xb4);
    g_assert_cmpuint(s.mss, ==, 0);
    s = DECODE(SMBT_TCP_SYN, 2, 1, 0x05, 0xb4);
    g_assert_cmpuint(s.mss, ==, 0);
    s = DECODE(SMBT_TCP_SYN, 1, 2, 4, 5);
    g_assert_cmpuint(s.mss, ==, 0);
    s = DECODE(SMBT_TCP_SYN, 2, 5, 1, 2, 3, 4, 2, 1);
    g_assert_cmpuint(s.mss, ==, 0);
    g_assert_true(s.sack_permitted);
    s = DECODE(SMBT_TCP_SYN, 1, 1, 1, 2);
    g_assert_cmpuint(s.option_layout, ==, 0x1112);
    s = DECODE(SMBT_TCP_SYN, 1, 8, 3, 0, 8, 40, 1, 1);
    g_assert_false(s.has_timestamp);
    /* Behind the end of options nothing counts. */
    s = DECODE(SMBT_TCP_SYN, 1, 0, 4, 2);
    g_assert_false(s.sack_permitted);
    g_assert_cmpuint(s.option_layout, ==, 0x10);
}

static void test_window_scale_limit(void)
{
    g_assert_cmpuint(DECODE(SMBT_TCP_SYN, 3, 3, 14, 0).window_scale, ==, 15);
    g_assert_cmpuint(DECODE(SMBT_TCP_SYN, 3, 3, 15, 0).window_scale, ==, 15);
    g_assert_cmpuint(DECODE(SMBT_TCP_SYN, 3, 3, 255, 0).window_scale, ==, 15);
}

static void test_cut_options(void)
{
    static const uint8_t options[] = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7};
    g_autoptr(GByteArray) b = t_ipv4(t_tcp_with(t_payload(5), SMBT_TCP_SYN, options, sizeof options), 6);
    smbt_wire *wire = smbt_wire_new(1000);
    for (unsigned n = 0; n <= sizeof options; n++) {
        t_decoded d = t_decode_cut(wire, 101, b, 40 + n, b->len, 0);
        t_assert_segment(&d, 5);
        g_assert_cmpint(d.segment.options_cut, ==, n < sizeof options);
        g_assert_cmpuint(d.segment.mss, ==, n >= 4 ? 1460 : 0);
        g_assert_cmpint(d.segment.sack_permitted, ==, n >= 6);
        g_assert_cmpint(d.segment.has_timestamp, ==, n >= 16);
        g_assert_cmpuint(d.segment.tsval, ==, n >= 16 ? 1 : 0);
        g_assert_cmpuint(d.segment.window_scale, ==, n >= 20 ? 8 : 0);
        g_assert_cmpuint(d.segment.payload_captured, ==, 0);
    }
    smbt_wire_free(wire);
}

static void test_flags(void)
{
    for (unsigned flags = 0; flags < 256; flags++) {
        t_decoded d = t_decode(101, t_ipv4(t_tcp_with(t_payload(5), (uint8_t)flags, NULL, 0), 6));
        t_assert_segment(&d, 5);
        g_assert_cmpuint(d.segment.flags, ==, flags & 0x1f);
    }
}

static void test_data_offset(void)
{
    for (unsigned words = 0; words <= 15; words++) {
        GByteArray *b = t_ipv4(t_tcp(16), 6);
        b->data[20 + 12] = (uint8_t)(words << 4);
        if (words < 5 || words > 9) {
            t_assert_reason(101, b, "malformed TCP header");
        } else {
            t_decoded d = t_decode(101, b);
            g_assert_cmpint(d.result, ==, SMBT_WIRE_SEGMENT);
            g_assert_cmpuint(d.segment.payload_len, ==, 36 - words * 4);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/windows-syn", test_windows_syn);
    g_test_add_func("/tcp/linux-syn", test_linux_syn);
    g_test_add_func("/tcp/bare-syn", test_bare_syn);
    g_test_add_func("/tcp/long-layouts", test_long_layouts);
    g_test_add_func("/tcp/not-syn", test_not_syn);
    g_test_add_func("/tcp/timestamp", test_timestamp);
    g_test_add_func("/tcp/malformed-options", test_malformed_options);
    g_test_add_func("/tcp/window-scale-limit", test_window_scale_limit);
    g_test_add_func("/tcp/cut-options", test_cut_options);
    g_test_add_func("/tcp/flags", test_flags);
    g_test_add_func("/tcp/data-offset", test_data_offset);
    return g_test_run();
}
