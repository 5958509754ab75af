/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/samples.h"

#include <smbtrace/smbtrace.h>

#define LINKTYPE_RAW  101
#define LINKTYPE_WIFI 105

static bool has_tcp(int linktype, const GByteArray *b, unsigned caplen)
{
    return smbt_frame_has_tcp(
        &(smbt_frame){.number = 1, .linktype = linktype, .caplen = caplen, .len = b->len, .data = b->data});
}

static void assert_tcp(int linktype, GByteArray *b, bool want)
{
    g_assert_cmpint(has_tcp(linktype, b, b->len), ==, want);
    g_byte_array_unref(b);
}

static void test_tcp(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(t_samples); i++)
        assert_tcp(t_samples[i].linktype, t_samples[i].build(t_tcp(9)), true);
}

/* Of TCP's own header all 20 bytes are needed. */
static void test_cut(void)
{
    g_autoptr(GByteArray) b = t_ipv4(t_tcp(9), 6);
    for (unsigned caplen = 0; caplen <= b->len; caplen++)
        g_assert_cmpint(has_tcp(LINKTYPE_RAW, b, caplen), ==, caplen >= 40);
}

static void test_fragment(void)
{
    enum { MORE = 0x2000 };
    for (unsigned again = 0; again < 2; again++) /* nothing is remembered */
        for (uint16_t offset = 0; offset < 2; offset++)
            assert_tcp(LINKTYPE_RAW,
                       t_ipv4_with(t_payload(8), 6, 28, (uint16_t)(offset | (offset ? 0 : MORE))), true);
    assert_tcp(LINKTYPE_RAW, t_ipv4_with(t_udp(t_payload(0), 53), 17, 28, MORE), false);
}

static void test_none(void)
{
    GByteArray *quoted = t_ipv4(T_FRONT(t_ipv4(t_tcp(9), 6), 3, 3, 0, 0, 0, 0, 0, 0), 1);
    GByteArray *gtp = T_FRONT(t_ipv4(t_tcp(9), 6), 0x30, 0xff, T_16(49), 0, 0, 0, 1);
    assert_tcp(1, t_ethernet(t_payload(46), 0x0806), false);
    assert_tcp(1, t_ethernet(t_payload(46), 0x1234), false);
    assert_tcp(LINKTYPE_RAW, quoted, false);
    assert_tcp(LINKTYPE_RAW, t_ipv4(t_udp(gtp, 2152), 17), false);
    assert_tcp(LINKTYPE_WIFI, t_ipv4(t_tcp(9), 6), false);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/has-tcp/tcp", test_tcp);
    g_test_add_func("/has-tcp/cut", test_cut);
    g_test_add_func("/has-tcp/fragment", test_fragment);
    g_test_add_func("/has-tcp/none", test_none);
    return g_test_run();
}
