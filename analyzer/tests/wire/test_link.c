/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

static GByteArray *cooked(GByteArray *b, uint16_t protocol)
{
    return T_FRONT(b, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, T_16(protocol));
}

static void test_unknown_link_types(void)
{
    t_assert_reason(147, t_tcp(4), "link type 147");
    t_assert_reason(105, t_tcp(4), "link type 105");
    t_assert_reason(147, t_payload(0), "link type 147");
}

static void test_other_ethertypes(void)
{
    static const uint16_t types[] = {0x0806, 0x8035, 0x88cc, 0x888e, 0x8863, 0x8809,
                                     0x9000, 0x0bad, 0x0bae, 0x0baf, 0x0600, 0x0807};
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
        t_assert_reason(1, t_ethernet(t_payload(46), types[i]), NULL);
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(46), 0, 5, 8, 6), 0x8100), NULL);
}

static void test_unknown_ethertypes(void)
{
    t_assert_reason(1, t_ethernet(t_payload(46), 0x88f7), "ethertype 0x88f7");
    t_assert_reason(1, t_ethernet(t_payload(46), 0x0601), "ethertype 0x0601");
    t_assert_reason(1, t_ethernet(t_payload(46), 0xffff), "ethertype 0xffff");
    t_assert_reason(1, t_ethernet(t_payload(46), 0x88e5), "MACsec (encrypted)");
    t_assert_reason(113, cooked(t_payload(46), 0x88f7), "ethertype 0x88f7");
}

/* 0x5ff is the last length, 0x600 the first type. */
static void test_llc(void)
{
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(60), 0x42, 0x42, 3), 0x05ff), NULL);
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0x42, 0x42, 3)), NULL);
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0xff, 0xff)), NULL);
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0xf0, 0xf0, 3)), NULL);
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0xaa, 0xaa, 3, 0, 0, 12, 0x20, 0)), NULL);
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0x12, 0x12, 3)), "LLC SAP 0x12");
    t_assert_reason(1, t_ethernet_llc(T_FRONT(t_payload(35), 0xaa, 0xaa, 3, 0x12, 0x34, 0x56, 8, 0)),
                    "SNAP organisation 0x123456");
    t_assert_reason(113, cooked(T_FRONT(t_payload(46), 0x42, 0x42, 3), 4), NULL);
    t_assert_reason(113, cooked(t_payload(46), 1), NULL);
}

/* Where a driver left the length in a cooked header: padding may follow, but the frame can't be shorter. */
static void test_cooked_length(void)
{
    t_assert_reason(113, cooked(T_FRONT(t_payload(43), 0xe0, 0xe0, 3), 46), NULL);
    t_assert_reason(113, cooked(T_FRONT(t_payload(43), 0xe0, 0xe0, 3), 20), NULL);
    t_assert_reason(113, cooked(T_FRONT(t_payload(43), 0xe0, 0xe0, 3), 47), "ethertype 0x002f");
    t_assert_reason(113, cooked(T_FRONT(t_payload(43), 0x12, 0x12, 3), 46), "LLC SAP 0x12");
    t_assert_reason(113, cooked(T_FRONT(t_payload(40), 0xaa, 0xaa, 3, 0, 0, 0, 8, 6), 7),
                    "malformed link header"); /* the length ends it */
    GByteArray *not_ethernet = cooked(T_FRONT(t_payload(43), 0xe0, 0xe0, 3), 46);
    not_ethernet->data[3] = 32;
    t_assert_reason(113, not_ethernet, "ethertype 0x002e");
}

/* The length of 802.3 ends the frame: what lies behind it is no header. */
static void test_llc_length(void)
{
    for (unsigned n = 0; n < 3; n++)
        t_assert_reason(1, t_ethernet(T_FRONT(t_payload(46), 0x42, 0x41, 3), (uint16_t)n),
                        "malformed link header");
    for (unsigned n = 3; n < 8; n++)
        t_assert_reason(1, t_ethernet(T_FRONT(t_payload(46), 0xaa, 0xaa, 3, 0, 0, 0, 8, 6), (uint16_t)n),
                        "malformed link header");
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(46), 0xaa, 0xaa, 3, 0, 0, 0, 8, 6), 8), NULL);
}

static void test_runts(void)
{
    for (unsigned n = 0; n < 14; n++)
        t_assert_reason(1, t_payload(n), "malformed link header");
    for (unsigned n = 0; n < 16; n++)
        t_assert_reason(113, t_zeros_front(t_payload(0), n), "malformed link header");
    for (unsigned n = 0; n < 20; n++)
        t_assert_reason(276, t_zeros_front(t_payload(0), n), "malformed link header");
    for (unsigned n = 0; n < 4; n++)
        t_assert_reason(0, t_zeros_front(t_payload(0), n), "malformed link header");
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(0), 0, 5, 8), 0x8100), "malformed link header");
    t_assert_reason(101, t_payload(0), "malformed IPv4 header");
}

static void test_many_tags(void)
{
    GByteArray *b = t_ipv4(t_tcp(5), 6);
    T_FRONT(b, 0, 1, 0x08, 0x00);
    for (unsigned i = 0; i < 1000; i++)
        T_FRONT(b, 0, 1, 0x81, 0x00);
    t_decoded d = t_decode(1, t_ethernet(b, 0x8100));
    t_assert_segment(&d, 5);
}

static void test_loopback_families(void)
{
    t_assert_reason(0, T_FRONT(t_payload(20), 7, 0, 0, 0), "loopback address family 7");
    t_assert_reason(108, T_FRONT(t_payload(20), 0, 0, 0, 99), "loopback address family 99");
    t_assert_reason(0, T_FRONT(t_payload(20), 1, 2, 3, 4), "loopback address family 67305985");
}

static void test_raw_version(void)
{
    t_assert_reason(101, T_FRONT(t_payload(40), 0x55), "IP version 5");
    t_assert_reason(101, T_FRONT(t_payload(40), 0x00), "IP version 0");
    t_assert_reason(228, t_ipv6(t_tcp(4), 6), "malformed IPv4 header");
    t_assert_reason(229, t_ipv4(t_tcp(40), 6), "malformed IPv6 header");
}

static void test_ppp(void)
{
    t_assert_reason(9, T_FRONT(t_payload(20), 0xff, 3, 0xc0, 0x21), NULL);
    t_assert_reason(9, T_FRONT(t_payload(20), 0x80, 0x21), NULL);
    t_assert_reason(9, T_FRONT(t_payload(20), 0x00, 0xfd), "PPP protocol 0x00fd");
    t_assert_reason(9, T_FRONT(t_payload(20), 0xfd), "PPP protocol 0x00fd");
    t_assert_reason(9, T_FRONT(t_payload(20), 0x3e, 0xff), "PPP protocol 0x3eff");
    t_assert_reason(9, T_FRONT(t_payload(20), 0x40, 0x01), NULL);
    t_assert_reason(9, T_FRONT(t_payload(0), 0xff, 3), "malformed link header");
    t_assert_reason(50, T_FRONT(t_payload(20), 0x8f, 0, 0x80, 0x35), NULL);
    t_assert_reason(104, T_FRONT(t_payload(20), 0x0f, 0, 0xfe, 0xfe), NULL);
    t_assert_reason(51, T_FRONT(t_payload(20), 0x11, 9, 0, 0, 0, 4), NULL);
}

static void test_pppoe_length(void)
{
    t_assert_reason(51, T_FRONT(t_payload(20), 0x11, 0, 0, 1, 0, 1, 0x00, 0x21), "malformed link header");
}

static void test_mpls(void)
{
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(46), 0, 1, 1, 64, 0x55), 0x8847),
                    "MPLS payload of unknown kind");
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(1), 0, 1, 1, 64, 0), 0x8847),
                    "MPLS payload of unknown kind");
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(0), 0, 1, 1, 64), 0x8847), "malformed link header");
    t_assert_reason(1, t_ethernet(T_FRONT(t_payload(0), 0, 1, 0, 64), 0x8847), "malformed link header");
}

/* Inside a pseudo-wire the outer address stays. */
static void test_outermost_mac(void)
{
    GByteArray *b = t_ethernet(t_ipv4(t_tcp(3), 6), 0x0800);
    b->data[6 + 5] = 0x99;
    t_decoded d = t_decode(1, t_ethernet(T_FRONT(b, 0, 1, 1, 64, 0, 0, 0, 0), 0x8847));
    t_assert_segment(&d, 3);
    g_assert_cmpmem(d.segment.src_mac, 6, T_MAC, 6);
}

/* Below 60 bytes before the wire, filled up behind it. */
static void test_length_marks(void)
{
    t_decoded d = t_decode(1, t_ethernet(t_ipv4(t_tcp(5), 6), 0x0800)); /* 14 + 20 + 20 + 5 */
    g_assert_cmpuint(d.segment.marks, ==, SMBT_MARK_SHORT);
    d = t_decode(1, t_ethernet(t_ipv4(t_tcp(6), 6), 0x0800)); /* 60: tells nothing */
    g_assert_cmpuint(d.segment.marks, ==, 0);
    GByteArray *padded = t_ethernet(t_ipv4(t_tcp(5), 6), 0x0800);
    g_byte_array_append(padded, (const guint8 *)"", 1);
    d = t_decode(1, padded);
    g_assert_cmpuint(d.segment.marks, ==, SMBT_MARK_PADDED);
    g_assert_cmpuint(d.segment.payload_len, ==, 5);
    d = t_decode(101, t_ipv4(t_tcp(5), 6)); /* no Ethernet */
    g_assert_cmpuint(d.segment.marks, ==, 0);
}

/* The packet type of cooked captures: to us, broadcast, to others, from us. */
static void test_cooked_marks(void)
{
    static const guint8 marks[] = {SMBT_MARK_RECEIVED, 0, 0, 0, SMBT_MARK_SENT, 0};
    for (guint8 type = 0; type < G_N_ELEMENTS(marks); type++) {
        GByteArray *b = t_zeros_front(t_ipv4(t_tcp(5), 6), 16);
        b->data[1] = type;
        b->data[14] = 8;
        t_decoded d = t_decode(113, b);
        g_assert_cmpuint(d.segment.marks, ==, marks[type]);
        b = t_zeros_front(t_ipv4(t_tcp(5), 6), 20);
        b->data[0] = 8;
        b->data[10] = type;
        d = t_decode(276, b);
        g_assert_cmpuint(d.segment.marks, ==, marks[type]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/unknown-link-types", test_unknown_link_types);
    g_test_add_func("/link/other-ethertypes", test_other_ethertypes);
    g_test_add_func("/link/unknown-ethertypes", test_unknown_ethertypes);
    g_test_add_func("/link/length-marks", test_length_marks);
    g_test_add_func("/link/cooked-marks", test_cooked_marks);
    g_test_add_func("/link/llc", test_llc);
    g_test_add_func("/link/cooked-length", test_cooked_length);
    g_test_add_func("/link/llc-length", test_llc_length);
    g_test_add_func("/link/runts", test_runts);
    g_test_add_func("/link/many-tags", test_many_tags);
    g_test_add_func("/link/loopback-families", test_loopback_families);
    g_test_add_func("/link/raw-version", test_raw_version);
    g_test_add_func("/link/ppp", test_ppp);
    g_test_add_func("/link/pppoe-length", test_pppoe_length);
    g_test_add_func("/link/mpls", test_mpls);
    g_test_add_func("/link/outermost-mac", test_outermost_mac);
    return g_test_run();
}
