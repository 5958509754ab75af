/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

#include "base/time.h"

#define MORE 0x2000

/* Bytes [from, to) of an IP payload, as an IPv4 packet of its own. */
static GByteArray *piece(const GByteArray *whole, unsigned from, unsigned to, uint8_t protocol)
{
    GByteArray *b = g_byte_array_new();
    g_byte_array_append(b, whole->data + from, to - from);
    uint16_t flags = (uint16_t)((to < whole->len ? MORE : 0) | from / 8);
    return t_ipv4_with(b, protocol, (uint16_t)(to - from + 20), flags);
}

static GByteArray *piece6(const GByteArray *whole, unsigned from, unsigned to, uint8_t protocol)
{
    GByteArray *b = g_byte_array_new();
    g_byte_array_append(b, whole->data + from, to - from);
    T_FRONT(b, protocol, 0, T_16(from | (to < whole->len)), T_32(0x12345678));
    return t_ipv6(b, 44);
}

static t_decoded feed_cut(smbt_wire *wire, GByteArray *b, unsigned caplen, smbt_time time)
{
    t_decoded d = t_decode_cut(wire, 101, b, MIN(caplen, b->len), b->len, time);
    g_byte_array_unref(b);
    return d;
}

static t_decoded feed(smbt_wire *wire, GByteArray *b, smbt_time time)
{
    return feed_cut(wire, b, UINT_MAX, time);
}

static void assert_kept(t_decoded d)
{
    g_assert_cmpint(d.result, ==, SMBT_WIRE_FRAGMENT);
}

static void assert_whole(t_decoded d, unsigned payload, unsigned captured)
{
    t_assert_segment(&d, payload);
    g_assert_cmpuint(d.segment.payload_captured, ==, captured);
}

/* ---- Reassembly -----------------------------------------------------------------------------------------*/

/* Three fragments, the TCP header torn in two, in all orders. */
static void test_all_orders(void)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const unsigned bounds[] = {0, 16, 40, 20 + 33};
    g_autoptr(GByteArray) tcp = t_tcp(33);
    for (unsigned v = 4; v <= 6; v += 2)
        for (unsigned o = 0; o < G_N_ELEMENTS(orders); o++) {
            smbt_wire *wire = smbt_wire_new(1 << 16);
            for (unsigned i = 0; i < 3; i++) {
                unsigned k = orders[o][i];
                GByteArray *b = (v == 4 ? piece : piece6)(tcp, bounds[k], bounds[k + 1], 6);
                t_decoded d = feed(wire, b, 0);
                if (i < 2)
                    assert_kept(d);
                else
                    assert_whole(d, 33, 33);
                if (i == 2) g_assert_cmpint(d.segment.has_ip_id, ==, v == 4);
                if (i == 2) g_assert_cmpuint(d.segment.src.bytes[v == 4 ? 3 : 15], ==, 1);
                if (i == 2) g_assert_cmpuint(d.segment.dst.bytes[v == 4 ? 3 : 15], ==, 2);
            }
            g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 0);
            smbt_wire_free(wire);
        }
}

static void test_ipv6_extension_behind(void)
{
    g_autoptr(GByteArray) b = T_FRONT(t_tcp(32), 6, 0, 0, 0, 0, 0, 0, 0);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    assert_kept(feed(wire, piece6(b, 0, 24, 60), 0));
    assert_whole(feed(wire, piece6(b, 24, 60, 60), 0), 32, 32);
    smbt_wire_free(wire);
}

/* The snap length cut each fragment: the datagram gets whole, its segment is short of captured bytes. */
static void test_every_snap_length(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(44);
    for (unsigned snap = 20; snap <= 20 + 40; snap++) {
        smbt_wire *wire = smbt_wire_new(1 << 16);
        assert_kept(feed_cut(wire, piece(tcp, 0, 40, 6), snap, 0));
        t_decoded d = feed_cut(wire, piece(tcp, 40, 64, 6), snap, 0);
        unsigned captured = snap < 60 ? snap - 20 : 64;
        if (captured < 20)
            g_assert_cmpint(d.result, ==, SMBT_WIRE_CUT);
        else
            assert_whole(d, 44, captured - 20);
        smbt_wire_free(wire);
    }
}

static void test_interleaved(void)
{
    g_autoptr(GByteArray) a = t_tcp(28), b = t_tcp(44);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    GByteArray *first = piece(b, 0, 32, 6), *second = piece(b, 32, 64, 6);
    first->data[4] = second->data[4] = 0x77;
    assert_kept(feed(wire, piece(a, 0, 32, 6), 0));
    assert_kept(feed(wire, first, 0));
    assert_whole(feed(wire, piece(a, 32, 48, 6), 0), 28, 28);
    assert_whole(feed(wire, second, 0), 44, 44);
    smbt_wire_free(wire);
}

static void test_largest(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(65535 - 20);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    for (unsigned from = 0; from + 1480 < tcp->len; from += 1480)
        assert_kept(feed(wire, piece(tcp, from, from + 1480, 6), 0));
    assert_whole(feed(wire, piece(tcp, 65535 / 1480 * 1480, 65535, 6), 0), 65535 - 20, 65535 - 20);
    smbt_wire_free(wire);
}

static void test_malformed(void)
{
    t_assert_reason(101, t_ipv4_with(t_payload(0), 6, 20, MORE), "malformed IP fragment");
    t_assert_reason(101, t_ipv4_with(t_payload(7), 6, 27, MORE), "malformed IP fragment");
    t_assert_reason(101, t_ipv4_with(t_payload(8), 6, 28, 0x1fff), "malformed IP fragment");
    smbt_wire *wire = smbt_wire_new(1 << 16);
    assert_kept(feed(wire, t_ipv4_with(t_payload(7), 6, 27, 0x1fff), 0));
    smbt_wire_free(wire);
}

static void test_protocols(void)
{
    g_autoptr(GByteArray) b = t_payload(64);
    t_assert_reason(101, piece(b, 0, 32, 17), NULL);
    t_assert_reason(101, piece(b, 32, 64, 17), NULL);
    t_assert_reason(101, piece(b, 0, 32, 1), NULL);
    t_assert_reason(101, piece(b, 32, 64, 50), "ESP (encrypted)");
    t_assert_reason(101, piece(b, 32, 64, 200), "IP protocol 200");
}

/* ---- Tunnels --------------------------------------------------------------------------------------------*/

static void test_fragmented_tunnel(void)
{
    g_autoptr(GByteArray) gre = T_FRONT(t_ipv4(t_tcp(32), 6), 0, 0, 8, 0);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    assert_kept(feed(wire, piece(gre, 48, gre->len, 47), 0));
    t_decoded d = feed(wire, piece(gre, 0, 48, 47), 0);
    assert_whole(d, 32, 32);
    g_assert_cmpuint(d.segment.tunnels, ==, 1);

    g_autoptr(GByteArray) vxlan =
        t_udp(T_FRONT(t_ethernet(t_ipv4(t_tcp(30), 6), 0x0800), 8, 0, 0, 0, 0, 0, 7, 0), 4789);
    assert_kept(feed(wire, piece(vxlan, 0, 48, 17), 0));
    assert_whole(feed(wire, piece(vxlan, 48, vxlan->len, 17), 0), 30, 30);
    smbt_wire_free(wire);
}

/* Fragments of a datagram inside a tunnel whose packets are fragments themselves. */
static void test_fragments_in_fragments(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(76);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(GByteArray) inner = piece(tcp, i * 48, i * 48 + 48, 6);
        GByteArray *first = piece(inner, 0, 32, 4), *second = piece(inner, 32, inner->len, 4);
        first->data[5] = second->data[5] = (uint8_t)i;
        assert_kept(feed(wire, first, 0));
        t_decoded d = feed(wire, second, 0);
        if (i == 0)
            assert_kept(d);
        else
            assert_whole(d, 76, 76);
        if (i == 1) g_assert_cmpuint(d.segment.src.bytes[0], ==, 10);
    }
    smbt_wire_free(wire);
}

/* ---- Copies and contradictions --------------------------------------------------------------------------*/

/* A mirror port that delivers every frame twice. */
static void test_copies(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(44);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    assert_kept(feed(wire, piece(tcp, 0, 32, 6), 0));
    assert_kept(feed(wire, piece(tcp, 0, 32, 6), 0));
    assert_whole(feed(wire, piece(tcp, 32, 64, 6), 0), 44, 44);
    assert_kept(feed(wire, piece(tcp, 32, 64, 6), 0));
    /* The same IP ID, used again later. */
    smbt_time later = 2 * SMBT_SEC;
    assert_kept(feed(wire, piece(tcp, 32, 64, 6), later));
    assert_whole(feed(wire, piece(tcp, 0, 32, 6), later), 44, 44);
    g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 0);
    smbt_wire_free(wire);
}

/* Each second fragment contradicts the first; after it the datagram stays dead. */
static void test_contradictions(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(76), forged = t_tcp(76), shorter = t_tcp(44);
    forged->data[10] ^= 1;
    GByteArray *pairs[][2] = {
        {piece(tcp, 0, 32, 6), piece(tcp, 24, 64, 6)},      /* begins inside */
        {piece(tcp, 24, 64, 6), piece(tcp, 0, 32, 6)},      /* ends inside */
        {piece(tcp, 0, 64, 6), piece(tcp, 8, 16, 6)},       /* lies inside */
        {piece(tcp, 8, 16, 6), piece(tcp, 0, 64, 6)},       /* lies around */
        {piece(tcp, 0, 32, 6), piece(forged, 0, 32, 6)},    /* other bytes */
        {piece(tcp, 0, 32, 6), piece(tcp, 0, 40, 6)},       /* another length */
        {piece(tcp, 64, 96, 6), piece(shorter, 40, 64, 6)}, /* another end */
        {piece(shorter, 40, 64, 6), piece(tcp, 64, 72, 6)}, /* behind the end */
        {piece(tcp, 64, 72, 6), piece(shorter, 40, 64, 6)}, /* an end before others */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
        smbt_wire *wire = smbt_wire_new(1 << 16);
        assert_kept(feed(wire, pairs[i][0], 0));
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 0);
        assert_kept(feed(wire, pairs[i][1], 0));
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 1);
        assert_kept(feed(wire, piece(tcp, 0, 64, 6), 1));
        assert_kept(feed(wire, piece(tcp, 64, 96, 6), 1));
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 1);
        /* Until the time is over. */
        assert_kept(feed(wire, piece(tcp, 0, 64, 6), 31 * SMBT_SEC));
        assert_whole(feed(wire, piece(tcp, 64, 96, 6), 31 * SMBT_SEC), 76, 76);
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 1);
        smbt_wire_free(wire);
    }
}

/* ---- Time and space -------------------------------------------------------------------------------------*/

static void test_timeout(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(44);
    for (unsigned late = 0; late < 2; late++) {
        smbt_time start = 5 * SMBT_SEC, end = start + 30 * SMBT_SEC + late;
        smbt_wire *wire = smbt_wire_new(1 << 16);
        assert_kept(feed(wire, piece(tcp, 0, 32, 6), start));
        t_decoded d = feed(wire, piece(tcp, 32, 64, 6), end);
        if (late)
            assert_kept(d);
        else
            assert_whole(d, 44, 44);
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, late);
        smbt_wire_free(wire);
    }
}

/* Any frame makes time pass; a clock that goes back does no harm. */
static void test_timeout_by_other_frames(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(44);
    smbt_wire *wire = smbt_wire_new(1 << 16);
    assert_kept(feed(wire, piece(tcp, 0, 32, 6), 50 * SMBT_SEC));
    assert_whole(feed(wire, t_ipv4(t_tcp(1), 6), 1 * SMBT_SEC), 1, 1);
    assert_whole(feed(wire, t_ipv4(t_tcp(1), 6), 80 * SMBT_SEC), 1, 1);
    g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 0);
    assert_whole(feed(wire, t_ipv4(t_tcp(1), 6), 80 * SMBT_SEC + 1), 1, 1);
    g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 1);
    g_assert_false(smbt_wire_fragment_cap_hit(wire));
    smbt_wire_free(wire);
}

static GByteArray *numbered_piece(const GByteArray *tcp, unsigned id, unsigned from, unsigned to)
{
    GByteArray *b = piece(tcp, from, to, 6);
    b->data[4] = (uint8_t)(id >> 8);
    b->data[5] = (uint8_t)id;
    return b;
}

/* The oldest go; the newest get whole. */
static void test_cap(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(1004);
    smbt_wire *wire = smbt_wire_new(20000);
    for (unsigned id = 0; id < 100; id++)
        assert_kept(feed(wire, numbered_piece(tcp, id, 0, 1000), id));
    g_assert_true(smbt_wire_fragment_cap_hit(wire));
    uint64_t dropped = smbt_wire_fragments_dropped(wire);
    g_assert_cmpuint(dropped, >=, 100 - 20);
    g_assert_cmpuint(dropped, <, 90);
    assert_whole(feed(wire, numbered_piece(tcp, 99, 1000, 1024), 100), 1004, 1004);
    assert_kept(feed(wire, numbered_piece(tcp, 0, 1000, 1024), 100));
    smbt_wire_free(wire);
}

static void test_cap_smaller_than_fragment(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(1004);
    for (unsigned cap = 0; cap <= 1000; cap += 250) {
        smbt_wire *wire = smbt_wire_new(cap);
        assert_kept(feed(wire, piece(tcp, 0, 1000, 6), 0));
        assert_kept(feed(wire, piece(tcp, 1000, 1024, 6), 0));
        g_assert_true(smbt_wire_fragment_cap_hit(wire));
        g_assert_cmpuint(smbt_wire_fragments_dropped(wire), >=, 1);
        smbt_wire_free(wire);
    }
}

/* What is remembered of finished datagrams makes room without a word. */
static void test_cap_and_finished(void)
{
    g_autoptr(GByteArray) tcp = t_tcp(1004);
    smbt_wire *wire = smbt_wire_new(4000);
    for (unsigned id = 0; id < 1000; id++) {
        assert_kept(feed(wire, numbered_piece(tcp, id, 0, 1000), 0));
        assert_whole(feed(wire, numbered_piece(tcp, id, 1000, 1024), 0), 1004, 1004);
    }
    g_assert_false(smbt_wire_fragment_cap_hit(wire));
    g_assert_cmpuint(smbt_wire_fragments_dropped(wire), ==, 0);
    smbt_wire_free(wire);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frag/all-orders", test_all_orders);
    g_test_add_func("/frag/ipv6-extension-behind", test_ipv6_extension_behind);
    g_test_add_func("/frag/every-snap-length", test_every_snap_length);
    g_test_add_func("/frag/interleaved", test_interleaved);
    g_test_add_func("/frag/largest", test_largest);
    g_test_add_func("/frag/malformed", test_malformed);
    g_test_add_func("/frag/protocols", test_protocols);
    g_test_add_func("/frag/fragmented-tunnel", test_fragmented_tunnel);
    g_test_add_func("/frag/fragments-in-fragments", test_fragments_in_fragments);
    g_test_add_func("/frag/copies", test_copies);
    g_test_add_func("/frag/contradictions", test_contradictions);
    g_test_add_func("/frag/timeout", test_timeout);
    g_test_add_func("/frag/timeout-by-other-frames", test_timeout_by_other_frames);
    g_test_add_func("/frag/cap", test_cap);
    g_test_add_func("/frag/cap-smaller-than-fragment", test_cap_smaller_than_fragment);
    g_test_add_func("/frag/cap-and-finished", test_cap_and_finished);
    return g_test_run();
}
