/* Headers: every encapsulation that is decoded is written anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/checksum.h"
#include "anonymize/copy.h"
#include "wire/samples.h"

static GByteArray *segment_of(const t_sample *sample, unsigned payload)
{
    return sample->build(t_tcp(payload));
}

static smbt_segment decode(smbt_wire *wire, const smbt_frame *frame)
{
    smbt_segment s;
    g_assert_cmpint(smbt_wire_decode(wire, frame, &s), ==, SMBT_WIRE_SEGMENT);
    return s;
}

/* The same segment, wrapped the same way, between other addresses. */
static void assert_alike(const t_sample *sample, const smbt_segment *s, const smbt_segment *old)
{
    g_assert_cmpuint(s->sport, ==, old->sport);
    g_assert_cmpuint(s->dport, ==, old->dport);
    g_assert_cmpuint(s->seq, ==, old->seq);
    g_assert_cmpuint(s->ack, ==, old->ack);
    g_assert_cmpuint(s->window, ==, old->window);
    g_assert_cmpuint(s->flags, ==, old->flags);
    g_assert_cmpuint(s->payload_len, ==, old->payload_len);
    g_assert_cmpuint(s->payload_captured, ==, old->payload_captured);
    g_assert_cmpuint(s->ttl, ==, old->ttl);
    g_assert_cmpuint(s->ip_id, ==, old->ip_id);
    g_assert_cmpint(s->dont_fragment, ==, old->dont_fragment);
    g_assert_cmpuint(s->tunnels, ==, old->tunnels);
    g_assert_cmpint(s->has_mac, ==, old->has_mac);
    g_assert_cmpuint(s->src.family, ==, sample->family);
    g_assert_true(memcmp(s->src.bytes, old->src.bytes, 16) != 0);
    g_assert_true(memcmp(s->dst.bytes, old->dst.bytes, 16) != 0);
    if (s->has_mac) g_assert_true(memcmp(s->src_mac, old->src_mac, 6) != 0);
    for (unsigned i = 0; i < s->payload_captured; i++)
        g_assert_cmpuint(s->payload[i], ==, 'x');
}

static void test_sample(gconstpointer data)
{
    const t_sample *sample = data;
    t_copy copy;
    t_copy_start(&copy);
    GByteArray *bytes = segment_of(sample, 40);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    smbt_frame original = {.number = 1,
                           .linktype = sample->linktype,
                           .caplen = bytes->len,
                           .len = bytes->len,
                           .data = bytes->data};
    smbt_segment old = decode(wire, &original);
    t_copy_push(&copy, 1, sample->linktype, g_byte_array_ref(bytes), bytes->len);
    const smbt_frame *out = t_copy_get(&copy, 0);
    g_assert_cmpuint(out->len, ==, bytes->len);
    smbt_segment s = decode(wire, out);
    assert_alike(sample, &s, &old);
    static const uint8_t v4[] = {10, 0, 0, 1}, v6[] = {0xfd, 0, 0, 0, 0, 0, 0, 0};
    g_assert_false(t_has(out->data, out->caplen, v4, sizeof v4));
    g_assert_false(t_has(out->data, out->caplen, v6, sizeof v6));
    g_assert_false(t_has(out->data, out->caplen, T_MAC, sizeof T_MAC));
    smbt_wire_free(wire);
    t_copy_free(&copy);
    g_byte_array_unref(bytes);
}

/* Cut off anywhere: no harm, and what the engine makes of it stays. */
static void test_sample_cut(gconstpointer data)
{
    const t_sample *sample = data;
    GByteArray *bytes = segment_of(sample, 40);
    for (unsigned caplen = 0; caplen <= bytes->len; caplen++) {
        t_copy copy;
        t_copy_start(&copy);
        t_copy_push(&copy, 1, sample->linktype, g_byte_array_ref(bytes), caplen);
        t_copy_finish(&copy);
        smbt_wire *wire = smbt_wire_new(1 << 20);
        smbt_segment s;
        smbt_frame original = {.number = 1,
                               .linktype = sample->linktype,
                               .caplen = caplen,
                               .len = bytes->len,
                               .data = bytes->data};
        bool was_segment = smbt_wire_decode(wire, &original, &s) == SMBT_WIRE_SEGMENT;
        bool is_segment = smbt_wire_decode(wire, t_copy_get(&copy, 0), &s) == SMBT_WIRE_SEGMENT;
        g_assert_cmpint(is_segment, ==, was_segment);
        smbt_wire_free(wire);
        t_copy_free(&copy);
    }
    g_byte_array_unref(bytes);
}

/* ---- What stays and what goes ---------------------------------------------------------------------------*/

static void test_padding(void)
{
    t_copy copy;
    t_copy_start(&copy);
    GByteArray *bytes = t_ethernet(t_ipv4(t_tcp(0), 6), 0x0800);
    g_byte_array_append(bytes, (const guint8 *)"leaked", 6);
    t_copy_push(&copy, 1, 1, bytes, bytes->len);
    const smbt_frame *out = t_copy_get(&copy, 0);
    static const uint8_t zero[6];
    g_assert_cmpuint(out->caplen, ==, 60);
    g_assert_cmpmem(out->data + 54, 6, zero, 6);
    t_copy_free(&copy);
}

static void test_options(void)
{
    static const uint8_t options[] = {2,
                                      4,
                                      5,
                                      0xb4,
                                      1,
                                      3,
                                      3,
                                      8,
                                      4,
                                      2,
                                      8,
                                      10,
                                      0,
                                      1,
                                      2,
                                      3,
                                      0,
                                      0,
                                      0,
                                      0,
                                      /* fast open, with a cookie */ 34,
                                      10,
                                      's',
                                      'e',
                                      'c',
                                      'r',
                                      'e',
                                      't',
                                      '!',
                                      '!',
                                      1,
                                      1};
    t_copy copy;
    t_copy_start(&copy);
    GByteArray *bytes = t_ipv4(t_tcp_with(g_byte_array_new(), SMBT_TCP_SYN, options, sizeof options), 6);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    smbt_frame original = {
        .number = 1, .linktype = 101, .caplen = bytes->len, .len = bytes->len, .data = bytes->data};
    smbt_segment old = decode(wire, &original);
    t_copy_push(&copy, 1, 101, g_byte_array_ref(bytes), bytes->len);
    const smbt_frame *out = t_copy_get(&copy, 0);
    smbt_segment s = decode(wire, out);
    g_assert_cmpuint(s.mss, ==, 1460);
    g_assert_cmpuint(s.window_scale, ==, 9);
    g_assert_true(s.sack_permitted && s.has_timestamp);
    g_assert_cmpuint(s.tsval, ==, 0x010203);
    g_assert_cmpuint(s.option_layout, ==, old.option_layout);
    g_assert_false(t_has(out->data, out->caplen, "secret", 6));
    smbt_wire_free(wire);
    t_copy_free(&copy);
    g_byte_array_unref(bytes);
}

static void set_checksum(GByteArray *packet, uint16_t off)
{
    uint32_t len = packet->len - 20;
    uint32_t sum = smbt_checksum_pseudo(packet->data + 12, 4, 6, len);
    uint16_t right = smbt_checksum_finish(smbt_checksum_add(sum, packet->data + 20, len));
    uint16_t value = (uint16_t)(right + off);
    packet->data[36] = (uint8_t)(value >> 8);
    packet->data[37] = (uint8_t)value;
}

static bool checksum_is_right(const smbt_frame *f)
{
    uint32_t sum = smbt_checksum_pseudo(f->data + 12, 4, 6, f->caplen - 20);
    return smbt_checksum_finish(smbt_checksum_add(sum, f->data + 20, f->caplen - 20)) == 0;
}

static void test_checksums(void)
{
    for (unsigned payload = 0; payload < 4; payload++) {
        t_copy copy;
        t_copy_start(&copy);
        GByteArray *right = t_ipv4(t_tcp(payload), 6), *wrong = t_ipv4(t_tcp(payload), 6);
        set_checksum(right, 0);
        set_checksum(wrong, 7);
        t_copy_push(&copy, 1, 101, right, right->len);
        t_copy_push(&copy, 2, 101, wrong, wrong->len);
        g_assert_true(checksum_is_right(t_copy_get(&copy, 0)));
        g_assert_false(checksum_is_right(t_copy_get(&copy, 1)));
        t_copy_free(&copy);
    }
}

static void test_ip_options(void)
{
    t_copy copy;
    t_copy_start(&copy);
    GByteArray *tcp = t_tcp(0);
    /* record route, with an address in it */
    static const uint8_t route[8] = {7, 7, 8, 192, 0, 2, 77, 0};
    g_byte_array_prepend(tcp, route, sizeof route);
    GByteArray *bytes = t_ipv4(tcp, 6);
    bytes->data[0] = 0x47;
    t_copy_push(&copy, 1, 101, bytes, bytes->len);
    const smbt_frame *out = t_copy_get(&copy, 0);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    decode(wire, out);
    smbt_wire_free(wire);
    g_assert_false(t_has(out->data, out->caplen, route + 3, 4));
    t_copy_free(&copy);
}

static void test_numbers_of_networks(void)
{
    t_copy copy;
    t_copy_start(&copy);
    GByteArray *b = t_ipv6(t_tcp(0), 6);
    b->data[1] = 0x2a; /* traffic class and flow label */
    b->data[2] = b->data[3] = 0xbb;
    b = t_ethernet(T_FRONT(b, 0x61, 0x23, T_16(0x86dd)), 0x8100);
    t_copy_push(&copy, 1, 1, b, b->len);
    const smbt_frame *out = t_copy_get(&copy, 0);
    static const uint8_t tag[] = {0x81, 0, 0, 0, 0x86, 0xdd, 0x60, 0x20, 0, 0};
    g_assert_cmpmem(out->data + 12, sizeof tag, tag, sizeof tag);
    t_copy_free(&copy);
}

/* ---- Frames that go -------------------------------------------------------------------------------------*/

static enum smbt_wire_result result_of(const smbt_frame *frame)
{
    smbt_wire *wire = smbt_wire_new(1 << 20);
    smbt_segment s;
    enum smbt_wire_result result = smbt_wire_decode(wire, frame, &s);
    smbt_wire_free(wire);
    return result;
}

static void test_foreign(void)
{
    t_copy copy;
    t_copy_start(&copy);
    t_copy_push(&copy, 1, 1, t_ethernet(t_ipv4(t_udp(t_payload(30), 53), 17), 0x0800), 72);
    GByteArray *web = t_ethernet(t_ipv4(t_tcp(30), 6), 0x0800);
    web->data[14 + 20 + 2] = 0; /* port 80 */
    web->data[14 + 20 + 3] = 80;
    t_copy_push(&copy, 2, 1, web, web->len);
    t_copy_push(&copy, 7, 1, t_ethernet(t_ipv4(t_tcp(0), 6), 0x0800), 54);
    g_assert_cmpuint(copy.frames->len, ==, 7); /* with empty ones for the numbers between */
    for (unsigned i = 0; i < 6; i++) {
        const smbt_frame *out = t_copy_get(&copy, i);
        g_assert_cmpuint(out->number, ==, i + 1);
        g_assert_cmpuint(out->caplen, ==, out->len);
        g_assert_cmpuint(out->caplen, ==, 54);
        g_assert_cmpint(result_of(out), ==, SMBT_WIRE_OTHER);
    }
    g_assert_cmpint(result_of(t_copy_get(&copy, 6)), ==, SMBT_WIRE_SEGMENT);
    smbt_anonymize_counts counts;
    smbt_anonymizer_get_counts(copy.anonymizer, &counts);
    g_assert_cmpuint(counts.frames, ==, 7);
    g_assert_cmpuint(counts.emptied, ==, 6);
    t_copy_free(&copy);
}

static void test_empty_of_every_link(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(t_samples); i++) {
        t_copy copy;
        t_copy_start(&copy);
        GByteArray *icmp =
            t_samples[i].linktype == 229 ? t_ipv6(t_payload(20), 58) : t_ipv4(t_payload(20), 1);
        t_copy_push(&copy, 1, t_samples[i].linktype, icmp, icmp->len);
        const smbt_frame *out = t_copy_get(&copy, 0);
        g_assert_cmpint(out->linktype, ==, t_samples[i].linktype);
        enum smbt_wire_result was = SMBT_WIRE_OTHER, is = result_of(out);
        g_assert_true(is == was || is == SMBT_WIRE_UNDECODED);
        t_copy_free(&copy);
    }
}

static void assert_stays_undecoded(int linktype, GByteArray *bytes, const char *reason)
{
    t_copy copy;
    t_copy_start(&copy);
    t_copy_push(&copy, 1, linktype, bytes, bytes->len);
    smbt_wire *wire = smbt_wire_new(1 << 20);
    smbt_segment s;
    g_assert_cmpint(smbt_wire_decode(wire, t_copy_get(&copy, 0), &s), ==, SMBT_WIRE_UNDECODED);
    const GArray *table = smbt_wire_undecoded(wire);
    if (reason) g_assert_cmpstr(((const char *const *)(const void *)table->data)[0], ==, reason);
    smbt_wire_free(wire);
    t_copy_free(&copy);
}

static void test_undecoded(void)
{
    assert_stays_undecoded(1, t_ethernet(t_payload(20), 0x88f7), "ethertype 0x88f7");
    assert_stays_undecoded(1, t_ethernet(t_ipv4(t_payload(20), 50), 0x0800), "ESP (encrypted)");
    assert_stays_undecoded(101, t_ipv4(t_payload(20), 99), "IP protocol 99");
    assert_stays_undecoded(105, t_payload(20), "link type 105");
    assert_stays_undecoded(0x10007, t_payload(20), NULL);
    assert_stays_undecoded(101, t_ipv4_with(t_payload(7), 6, 27, 0x2000), "malformed IP fragment");
    assert_stays_undecoded(228, t_ipv4_with(t_payload(7), 6, 27, 0x2000), "malformed IP fragment");
    assert_stays_undecoded(1, t_ethernet(t_ipv4_with(t_payload(7), 6, 27, 0x2000), 0x0800),
                           "malformed IP fragment");
    assert_stays_undecoded(101, t_ipv4(t_payload(20), 60), "IP protocol 60");
    assert_stays_undecoded(228, t_ipv4(t_payload(20), 44), "IP protocol 44");
    assert_stays_undecoded(1, t_ethernet(t_ipv4(t_payload(20), 43), 0x0800), "IP protocol 43");
    assert_stays_undecoded(1, t_ethernet(T_FRONT(t_payload(20), 0x70, 0x70, 3), 23), "LLC SAP 0x70");
    assert_stays_undecoded(1,
                           t_ethernet(T_FRONT(t_payload(20), 0xaa, 0xaa, 3, 0x12, 0x34, 0x56, T_16(1)), 28),
                           "SNAP organisation 0x123456");
    assert_stays_undecoded(1, t_ethernet(t_payload(20), 0x88e5), "MACsec (encrypted)");
    assert_stays_undecoded(101, T_FRONT(t_payload(20), 0x70), "IP version 7");
    assert_stays_undecoded(101, t_ipv4(t_payload(20), 6), "malformed TCP header");
    assert_stays_undecoded(1, t_ethernet(t_payload(40), 0x0800), "malformed IPv4 header");
    assert_stays_undecoded(
        113, T_FRONT(t_payload(60), 0, 0, T_16(1), 0, 6, 2, 0, 0, 0, 0, 0x17, 0, 0, T_16(0x86dd)),
        "malformed IPv6 header");
}

/* ---- Fragments ------------------------------------------------------------------------------------------*/

static GByteArray *fragment_of(const GByteArray *datagram, unsigned from, unsigned to, uint8_t protocol)
{
    GByteArray *b = g_byte_array_new();
    g_byte_array_append(b, datagram->data + from, to - from);
    uint16_t more = to < datagram->len ? 0x2000 : 0;
    return t_ipv4_with(b, protocol, (uint16_t)(to - from + 20), (uint16_t)(more | from / 8));
}

static void push_fragments(GByteArray *datagram, uint8_t protocol, const unsigned order[3])
{
    const unsigned cut[4] = {0, 16, 40, datagram->len};
    t_copy copy;
    t_copy_start(&copy);
    smbt_wire *before = smbt_wire_new(1 << 20), *after = smbt_wire_new(1 << 20);
    for (unsigned i = 0; i < 3; i++) {
        GByteArray *b = fragment_of(datagram, cut[order[i]], cut[order[i] + 1], protocol);
        t_copy_push(&copy, i + 1, 101, b, b->len);
    }
    t_copy_finish(&copy);
    smbt_segment s, old;
    for (unsigned i = 0; i < 3; i++) {
        GByteArray *b = fragment_of(datagram, cut[order[i]], cut[order[i] + 1], protocol);
        smbt_frame original = {
            .number = i + 1, .linktype = 101, .caplen = b->len, .len = b->len, .data = b->data};
        enum smbt_wire_result was = smbt_wire_decode(before, &original, &old);
        g_assert_cmpint(smbt_wire_decode(after, t_copy_get(&copy, i), &s), ==, was);
        g_byte_array_unref(b);
        if (was == SMBT_WIRE_SEGMENT) assert_alike(&t_samples[0], &s, &old);
        g_assert_cmpint(was, ==, i < 2 ? SMBT_WIRE_FRAGMENT : SMBT_WIRE_SEGMENT);
    }
    smbt_wire_free(before);
    smbt_wire_free(after);
    t_copy_free(&copy);
    g_byte_array_unref(datagram);
}

static void test_fragments(void)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (unsigned i = 0; i < G_N_ELEMENTS(orders); i++)
        push_fragments(t_tcp(100), 6, orders[i]);
}

static void test_fragmented_tunnel(void)
{
    static const unsigned order[] = {0, 1, 2};
    push_fragments(T_FRONT(t_ipv4(t_tcp(100), 6), 0, 0, 8, 0), 47, order);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(t_samples); i++) {
        g_autofree char *whole = g_strdup_printf("/frames/whole/%s", t_samples[i].name);
        g_autofree char *cut = g_strdup_printf("/frames/cut/%s", t_samples[i].name);
        g_test_add_data_func(whole, &t_samples[i], test_sample);
        g_test_add_data_func(cut, &t_samples[i], test_sample_cut);
    }
    g_test_add_func("/frames/padding", test_padding);
    g_test_add_func("/frames/options", test_options);
    g_test_add_func("/frames/checksums", test_checksums);
    g_test_add_func("/frames/ip-options", test_ip_options);
    g_test_add_func("/frames/numbers-of-networks", test_numbers_of_networks);
    g_test_add_func("/frames/foreign", test_foreign);
    g_test_add_func("/frames/empty-of-every-link", test_empty_of_every_link);
    g_test_add_func("/frames/undecoded", test_undecoded);
    g_test_add_func("/frames/fragments", test_fragments);
    g_test_add_func("/frames/fragmented-tunnel", test_fragmented_tunnel);
    return g_test_run();
}
