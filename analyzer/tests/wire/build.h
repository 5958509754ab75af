/* Builders of packets for the tests of this layer: a packet grows from its payload outwards, each call puts
 * one header in front.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_WIRE_BUILD_H
#define SMBT_TESTS_WIRE_BUILD_H

#include "wire/decode.h"

#include <glib.h>
#include <string.h>

#define T_UNUSED G_GNUC_UNUSED static

/* ---- Bytes ----------------------------------------------------------------------------------------------*/

/* Puts bytes in front; `...` are ints up to `n`. */
#define T_FRONT(b, ...)                                                                                      \
    g_byte_array_prepend((b), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define T_16(v) (uint8_t)((v) >> 8), (uint8_t)(v)
#define T_32(v) T_16((uint32_t)(v) >> 16), T_16((uint32_t)(v))

T_UNUSED GByteArray *t_zeros_front(GByteArray *b, unsigned n)
{
    g_autofree uint8_t *zeros = g_malloc0(n + 1);
    return g_byte_array_prepend(b, zeros, n);
}

/* Padding or a trailer behind the packet. */
T_UNUSED GByteArray *t_trailer(GByteArray *b, unsigned n)
{
    g_autofree uint8_t *bytes = g_malloc(n + 1);
    memset(bytes, 0xee, n + 1);
    return g_byte_array_append(b, bytes, n);
}

/* n bytes 0, 1, 2 ... */
T_UNUSED GByteArray *t_payload(unsigned n)
{
    GByteArray *b = g_byte_array_new();
    for (unsigned i = 0; i < n; i++)
        g_byte_array_append(b, &(uint8_t){(uint8_t)i}, 1);
    return b;
}

/* ---- TCP ------------------------------------------------------------------------------------------------*/

#define T_SPORT 44846
#define T_DPORT 445
#define T_SEQ   0xfffffff0u
#define T_ACK   0x01020304u
#define T_WIN   0xfaf0

/* `options` must be a multiple of four bytes. */
T_UNUSED GByteArray *t_tcp_with(GByteArray *payload, uint8_t flags, const uint8_t *options, unsigned n)
{
    if (n) g_byte_array_prepend(payload, options, n);
    return T_FRONT(payload, T_16(T_SPORT), T_16(T_DPORT), T_32(T_SEQ), T_32(T_ACK),
                   (uint8_t)((20 + n) / 4 << 4), flags, T_16(T_WIN), 0, 0, 0, 0);
}

/* ACK, PSH and `payload` bytes. */
T_UNUSED GByteArray *t_tcp(unsigned payload)
{
    return t_tcp_with(t_payload(payload), SMBT_TCP_ACK | SMBT_TCP_PSH, NULL, 0);
}

T_UNUSED GByteArray *t_udp(GByteArray *b, uint16_t port)
{
    return T_FRONT(b, T_16(50000), T_16(port), T_16(b->len + 8), 0, 0);
}

/* ---- IP -------------------------------------------------------------------------------------------------*/

#define T_TTL 63
#define T_ID  0xbeef

/* 10.0.0.1 to 10.0.0.2; `fragment` is the field with flags and offset. */
T_UNUSED GByteArray *t_ipv4_with(GByteArray *b, uint8_t protocol, uint16_t total_len, uint16_t fragment)
{
    return T_FRONT(b, 0x45, 0, T_16(total_len), T_16(T_ID), T_16(fragment), T_TTL, protocol, 0, 0, 10, 0, 0,
                   1, 10, 0, 0, 2);
}

T_UNUSED GByteArray *t_ipv4(GByteArray *b, uint8_t protocol)
{
    return t_ipv4_with(b, protocol, (uint16_t)(b->len + 20), 0x4000);
}

/* fd00::1 to fd00::2 */
T_UNUSED GByteArray *t_ipv6_with(GByteArray *b, uint8_t next, uint16_t payload_len)
{
    return T_FRONT(b, 0x60, 0, 0, 0, T_16(payload_len), next, T_TTL, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   0, 0, 1, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
}

T_UNUSED GByteArray *t_ipv6(GByteArray *b, uint8_t next)
{
    return t_ipv6_with(b, next, (uint16_t)b->len);
}

/* ---- Link -----------------------------------------------------------------------------------------------*/

static const uint8_t T_MAC[6] G_GNUC_UNUSED = {2, 0, 0, 0, 0, 0x17};

T_UNUSED GByteArray *t_ethernet(GByteArray *b, uint16_t type)
{
    return T_FRONT(b, 2, 0, 0, 0, 0, 1, T_MAC[0], T_MAC[1], T_MAC[2], T_MAC[3], T_MAC[4], T_MAC[5],
                   T_16(type));
}

/* A frame of 802.3, whose type field is the length. */
T_UNUSED GByteArray *t_ethernet_llc(GByteArray *b)
{
    return t_ethernet(b, (uint16_t)b->len);
}

/* The length of what is there so far, in front of it. */
T_UNUSED GByteArray *t_length_front(GByteArray *b)
{
    return T_FRONT(b, T_16(b->len));
}

/* A PPPoE session packet of this PPP protocol. */
T_UNUSED GByteArray *t_pppoe(GByteArray *b, uint16_t protocol)
{
    return T_FRONT(t_length_front(T_FRONT(b, T_16(protocol))), 0x11, 0, 0, 1);
}

/* ---- Decoding -------------------------------------------------------------------------------------------*/

typedef struct t_decoded {
    enum smbt_wire_result result;
    smbt_segment segment; /* all bytes 0xa5 when it was not touched */
} t_decoded;

static uint64_t t_frame_number;

/* Decodes the first `caplen` bytes as a frame that had `len`, from a buffer of exactly that size. */
T_UNUSED t_decoded t_decode_cut(smbt_wire *wire, int linktype, const GByteArray *b, unsigned caplen,
                                unsigned len, smbt_time time)
{
    t_decoded d;
    memset(&d, 0xa5, sizeof d);
    uint8_t *copy = g_malloc(caplen ? caplen : 1);
    if (caplen) memcpy(copy, b->data, caplen);
    g_test_queue_free(copy);
    smbt_frame frame = {.number = ++t_frame_number,
                        .time = time,
                        .linktype = linktype,
                        .caplen = caplen,
                        .len = len,
                        .data = caplen ? copy : NULL};
    d.result = smbt_wire_decode(wire, &frame, &d.segment);
    if (d.result != SMBT_WIRE_SEGMENT) {
        uint8_t untouched[sizeof d.segment];
        memset(untouched, 0xa5, sizeof untouched);
        g_assert_cmpmem(&d.segment, sizeof d.segment, untouched, sizeof untouched);
    } else {
        g_assert_cmpuint(d.segment.payload_captured, <=, d.segment.payload_len);
        g_assert_nonnull(d.segment.payload);
    }
    return d;
}

/* A whole frame, decoded by a decoder of its own; frees the bytes. */
T_UNUSED t_decoded t_decode(int linktype, GByteArray *b)
{
    smbt_wire *wire = smbt_wire_new(1 << 20);
    t_decoded d = t_decode_cut(wire, linktype, b, b->len, b->len, 0);
    smbt_wire_free(wire);
    g_byte_array_unref(b);
    return d;
}

/* The same, for a frame that must not be decoded for this reason; NULL: it must be OTHER. */
T_UNUSED void t_assert_reason(int linktype, GByteArray *b, const char *reason)
{
    smbt_wire *wire = smbt_wire_new(1 << 20);
    t_decoded d = t_decode_cut(wire, linktype, b, b->len, b->len, 0);
    g_byte_array_unref(b);
    g_assert_cmpint(d.result, ==, reason ? SMBT_WIRE_UNDECODED : SMBT_WIRE_OTHER);
    g_assert_cmpuint(smbt_wire_undecoded_frames(wire), ==, reason ? 1 : 0);
    const GArray *table = smbt_wire_undecoded(wire);
    g_assert_cmpuint(table->len, ==, reason ? 1 : 0);
    if (reason) g_assert_cmpstr(((const char *const *)(const void *)table->data)[0], ==, reason);
    smbt_wire_free(wire);
}

/* That it is the segment of t_tcp(payload), wrapped somehow. */
T_UNUSED void t_assert_segment(const t_decoded *d, unsigned payload)
{
    g_assert_cmpint(d->result, ==, SMBT_WIRE_SEGMENT);
    const smbt_segment *s = &d->segment;
    g_assert_cmpuint(s->sport, ==, T_SPORT);
    g_assert_cmpuint(s->dport, ==, T_DPORT);
    g_assert_cmpuint(s->seq, ==, T_SEQ);
    g_assert_cmpuint(s->ack, ==, T_ACK);
    g_assert_cmpuint(s->window, ==, T_WIN);
    g_assert_cmpuint(s->payload_len, ==, payload);
    g_assert_cmpuint(s->ttl, ==, T_TTL);
    for (unsigned i = 0; i < s->payload_captured; i++)
        g_assert_cmpuint(s->payload[i], ==, i & 0xff);
}

#endif
