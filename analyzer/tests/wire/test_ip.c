/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

static void test_header_length(void)
{
    for (unsigned words = 0; words <= 15; words++) {
        GByteArray *b = t_ipv4(t_tcp(60), 6);
        b->data[0] = (uint8_t)(0x40 | words);
        if (words < 5) {
            t_assert_reason(228, b, "malformed IPv4 header");
            continue;
        }
        /* Options of words - 5 words: put them in, so that TCP follows. */
        g_byte_array_unref(b);
        b = t_zeros_front(t_tcp(60), (words - 5) * 4);
        b = t_ipv4(b, 6);
        b->data[0] = (uint8_t)(0x40 | words);
        t_decoded d = t_decode(228, b);
        t_assert_segment(&d, 60);
    }
}

static void test_total_length_below_header(void)
{
    for (uint16_t n = 1; n < 20; n++)
        t_assert_reason(228, t_ipv4_with(t_tcp(4), 6, n, 0), "malformed IPv4 header");
    GByteArray *b = t_ipv4_with(t_tcp(4), 6, 23, 0);
    b->data[0] = 0x46;
    t_assert_reason(228, b, "malformed IPv4 header");
    /* No room for TCP. */
    for (uint16_t n = 20; n < 40; n++)
        t_assert_reason(228, t_ipv4_with(t_tcp(4), 6, n, 0), "malformed TCP header");
}

static void test_total_length_cuts(void)
{
    for (uint16_t n = 0; n <= 30; n++) {
        t_decoded d = t_decode(228, t_ipv4_with(t_tcp(30), 6, (uint16_t)(40 + n), 0));
        t_assert_segment(&d, n);
        g_assert_cmpuint(d.segment.payload_captured, ==, n);
    }
}

static void test_total_length_beyond_frame(void)
{
    t_decoded d = t_decode(228, t_ipv4_with(t_tcp(30), 6, 65535, 0));
    t_assert_segment(&d, 65535 - 40);
    g_assert_cmpuint(d.segment.payload_captured, ==, 30);
}

/* Segmentation offload: the frame's length on the wire, not the captured one. */
static void test_total_length_zero(void)
{
    g_autoptr(GByteArray) b = t_ethernet(t_ipv4_with(t_tcp(30), 6, 0, 0x4000), 0x0800);
    smbt_wire *wire = smbt_wire_new(1000);
    t_decoded d = t_decode_cut(wire, 1, b, b->len, b->len, 0);
    t_assert_segment(&d, 30);
    d = t_decode_cut(wire, 1, b, b->len, 70000, 0);
    t_assert_segment(&d, 70000 - 54);
    g_assert_cmpuint(d.segment.payload_captured, ==, 30);
    d = t_decode_cut(wire, 1, b, 54 + 7, b->len, 0);
    t_assert_segment(&d, 30);
    g_assert_cmpuint(d.segment.payload_captured, ==, 7);
    smbt_wire_free(wire);
}

static void test_payload_length_zero(void)
{
    t_decoded d = t_decode(229, t_ipv6_with(t_tcp(30), 6, 0));
    t_assert_segment(&d, 30);
    /* A jumbogram's option. */
    d = t_decode(229, t_ipv6_with(T_FRONT(t_tcp(30), 6, 0, 0xc2, 4, 0, 1, 0, 0), 0, 0));
    t_assert_segment(&d, 30);
}

static void test_payload_length_cuts(void)
{
    for (uint16_t n = 1; n < 20; n++)
        t_assert_reason(229, t_ipv6_with(t_tcp(4), 6, n), "malformed TCP header");
    t_decoded d = t_decode(229, t_ipv6_with(t_tcp(30), 6, 21));
    t_assert_segment(&d, 1);
    d = t_decode(229, t_ipv6_with(t_tcp(30), 6, 65535));
    t_assert_segment(&d, 65535 - 20);
}

static void test_protocols(void)
{
    static const uint8_t other[] = {1, 2, 17, 58, 88, 89, 103, 112, 132};
    for (unsigned i = 0; i < G_N_ELEMENTS(other); i++) {
        t_assert_reason(228, t_ipv4(t_payload(40), other[i]), NULL);
        t_assert_reason(229, t_ipv6(t_payload(40), other[i]), NULL);
    }
    t_assert_reason(228, t_ipv4(t_payload(40), 50), "ESP (encrypted)");
    t_assert_reason(229, t_ipv6(t_payload(40), 50), "ESP (encrypted)");
    t_assert_reason(228, t_ipv4(t_payload(40), 97), "IP protocol 97");
    t_assert_reason(228, t_ipv4(t_payload(40), 255), "IP protocol 255");
    t_assert_reason(229, t_ipv6(t_payload(0), 59), NULL);
    /* Extension headers belong to IPv6. */
    t_assert_reason(228, t_ipv4(T_FRONT(t_tcp(0), 6, 0, 0, 0, 0, 0, 0, 0), 60), "IP protocol 60");
    t_assert_reason(228, t_ipv4(T_FRONT(t_tcp(0), 6, 0, 0, 0, 0, 0, 0, 0), 44), "IP protocol 44");
    t_assert_reason(228, t_ipv4(T_FRONT(t_tcp(0), 6, 0, 0, 0, 0, 0, 0, 0), 0), "IP protocol 0");
}

/* An ICMP error quotes a TCP packet: nothing is taken of it. */
static void test_icmp_error(void)
{
    t_assert_reason(228, t_ipv4(T_FRONT(t_ipv4(t_tcp(8), 6), 3, 1, 0, 0, 0, 0, 0, 0), 1), NULL);
    t_assert_reason(229, t_ipv6(T_FRONT(t_ipv6(t_tcp(8), 6), 1, 0, 0, 0, 0, 0, 0, 0), 58), NULL);
}

static void test_extension_lengths(void)
{
    t_assert_reason(229, t_ipv6(T_FRONT(t_payload(0), 6, 255, 0, 0, 0, 0, 0, 0), 0), "malformed IPv6 header");
    t_assert_reason(229, t_ipv6(T_FRONT(t_payload(0), 6), 60), "malformed IPv6 header");
    t_assert_reason(229, t_ipv6(T_FRONT(t_payload(0), 6, 0, 0, 0), 44), "malformed IPv6 header");
    t_assert_reason(229, t_ipv6(T_FRONT(t_payload(0), 6, 4, 0, 0, 0, 0, 0, 0), 51), "malformed AH header");
    t_decoded d =
        t_decode(229, t_ipv6(T_FRONT(t_zeros_front(t_tcp(9), 255 * 8), 6, 255, 0, 0, 0, 0, 0, 0), 60));
    t_assert_segment(&d, 9);
}

static void test_many_extensions(void)
{
    GByteArray *b = T_FRONT(t_tcp(9), 6, 0, 0, 0, 0, 0, 0, 0);
    for (unsigned i = 0; i < 1000; i++)
        T_FRONT(b, 60, 0, 0, 0, 0, 0, 0, 0);
    t_decoded d = t_decode(229, t_ipv6(b, 60));
    t_assert_segment(&d, 9);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ip/header-length", test_header_length);
    g_test_add_func("/ip/total-length/below-header", test_total_length_below_header);
    g_test_add_func("/ip/total-length/cuts", test_total_length_cuts);
    g_test_add_func("/ip/total-length/beyond-frame", test_total_length_beyond_frame);
    g_test_add_func("/ip/total-length/zero", test_total_length_zero);
    g_test_add_func("/ip/payload-length/zero", test_payload_length_zero);
    g_test_add_func("/ip/payload-length/cuts", test_payload_length_cuts);
    g_test_add_func("/ip/protocols", test_protocols);
    g_test_add_func("/ip/icmp-error", test_icmp_error);
    g_test_add_func("/ip/extension-lengths", test_extension_lengths);
    g_test_add_func("/ip/many-extensions", test_many_extensions);
    return g_test_run();
}
