/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

static GByteArray *nest(unsigned depth)
{
    GByteArray *b = t_ipv4(t_tcp(7), 6);
    for (unsigned i = 0; i < depth; i++)
        b = i % 2 ? t_ipv4(b, 4) : t_ipv4(T_FRONT(b, 0, 0, 8, 0), 47);
    return b;
}

static void test_depth(void)
{
    for (unsigned depth = 0; depth <= 6; depth++) {
        t_decoded d = t_decode(101, nest(depth));
        t_assert_segment(&d, 7);
        g_assert_cmpuint(d.segment.tunnels, ==, depth);
    }
    t_assert_reason(101, nest(7), "tunnels nested too deep");
    t_assert_reason(101, nest(100), "tunnels nested too deep");
}

/* TTL, IP ID and addresses are those of the inner header. */
static void test_inner_header_wins(void)
{
    GByteArray *b = t_ipv4(t_ipv4(t_tcp(7), 6), 4);
    b->data[4] = 1, b->data[8] = 7, b->data[12] = 99, b->data[19] = 99;
    t_decoded d = t_decode(101, b);
    t_assert_segment(&d, 7);
    g_assert_cmpuint(d.segment.ip_id, ==, T_ID);
    g_assert_cmpuint(d.segment.src.bytes[0], ==, 10);
    g_assert_cmpuint(d.segment.dst.bytes[3], ==, 2);
    d = t_decode(101, t_ipv4(t_ipv6(t_tcp(7), 6), 41));
    g_assert_false(d.segment.has_ip_id);
    g_assert_cmpuint(d.segment.ip_id, ==, 0);
    g_assert_false(d.segment.dont_fragment);
}

static void test_gre(void)
{
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(0), 0, 0, 8), 47), "malformed GRE header");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(9), 0xb0, 0, 8, 0), 47), "malformed GRE header");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0x40, 0, 8, 0), 47), "GRE with source routes");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0, 2, 8, 0), 47), "GRE version 2");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0, 0, 0x12, 0x34), 47), "ethertype 0x1234");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(0), 0, 0, 0, 0), 47), NULL);
}

static void test_erspan(void)
{
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x30), 47),
                    "ERSPAN of unknown kind");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(7), 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1), 47),
                    "malformed GRE header");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x10), 47),
                    "ERSPAN of unknown kind");
}

static void test_pptp(void)
{
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(8), 0x20, 0x81, 0x88, 0x0b), 47), NULL);
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(30), 0x30, 1, 8, 0), 47), "GRE protocol 0x0800");
    t_assert_reason(101, t_ipv4(T_FRONT(t_payload(5), 0x30, 1, 0x88, 0x0b), 47), "malformed GRE header");
    t_assert_reason(101,
                    t_ipv4(T_FRONT(t_payload(30), 0x30, 1, 0x88, 0x0b, 0, 30, 0, 1, 0, 0, 0, 1, 0, 0xfd), 47),
                    "PPP protocol 0x00fd");
}

static GByteArray *vxlan(uint8_t flags, uint16_t port)
{
    GByteArray *b = t_ethernet(t_ipv4(t_tcp(7), 6), 0x0800);
    return t_ipv4(t_udp(T_FRONT(b, flags, 0, 0, 0, 0, 0, 1, 0), port), 17);
}

static void test_vxlan(void)
{
    t_decoded d = t_decode(101, vxlan(0x08, 4789));
    t_assert_segment(&d, 7);
    d = t_decode(101, vxlan(0x88, 8472));
    t_assert_segment(&d, 7);
    t_assert_reason(101, vxlan(0x00, 8472), NULL);
    t_assert_reason(101, vxlan(0x08, 4790), NULL);
    t_assert_reason(101, t_ipv4(t_udp(t_payload(7), 4789), 17), "malformed VXLAN header");
    t_assert_reason(101, t_ipv4(t_udp(T_FRONT(t_payload(0), 0x3f, 0, 8, 0, 0, 0, 0, 0), 6081), 17),
                    "malformed Geneve header");
}

static void test_udp(void)
{
    t_assert_reason(101, t_ipv4(t_udp(t_payload(20), 53), 17), NULL);
    t_assert_reason(101, t_ipv4(t_udp(t_payload(0), 53), 17), NULL);
    t_assert_reason(101, t_ipv4(t_payload(3), 17), "malformed UDP header");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tunnel/depth", test_depth);
    g_test_add_func("/tunnel/inner-header-wins", test_inner_header_wins);
    g_test_add_func("/tunnel/gre", test_gre);
    g_test_add_func("/tunnel/erspan", test_erspan);
    g_test_add_func("/tunnel/pptp", test_pptp);
    g_test_add_func("/tunnel/vxlan", test_vxlan);
    g_test_add_func("/tunnel/udp", test_udp);
    return g_test_run();
}
