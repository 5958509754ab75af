/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tcp.h"

#include <glib.h>
#include <string.h>

#define HEADER_LEN 20
#define FLAGS_MASK (SMBT_TCP_FIN | SMBT_TCP_SYN | SMBT_TCP_RST | SMBT_TCP_PSH | SMBT_TCP_ACK)

enum option_kind {
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_MSS = 2,
    OPTION_WINDOW_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_TIMESTAMP = 8,
};

/* NOP, NOP, timestamp of 10 bytes: what most segments with options have, and nothing else. */
#define ONLY_TIMESTAMP 0x0101080au

/* Eight kinds fit; those pushed out at the top are folded in again at the bottom, so that longer layouts stay
 * apart too. */
static void add_to_layout(smbt_segment *s, uint8_t kind)
{
    uint32_t nibble = kind < 15 ? kind : 15;
    s->option_layout = (s->option_layout << 4 | s->option_layout >> 28) ^ nibble;
}

/* One option's value, `o` having n bytes of it. An option of a wrong length says nothing. */
static void take_option(smbt_segment *s, uint8_t kind, smbt_cur *o)
{
    size_t n = smbt_cur_left(o);
    if (kind == OPTION_TIMESTAMP && n == 8) {
        uint32_t value = smbt_cur_be32(o), echo = smbt_cur_be32(o);
        if (!smbt_cur_ok(o)) return;
        s->has_timestamp = true;
        s->tsval = value;
        s->tsecr = echo;
    }
    if (!(s->flags & SMBT_TCP_SYN)) return;
    if (kind == OPTION_MSS && n == 2) s->mss = smbt_cur_be16(o);
    if (kind == OPTION_SACK_PERMITTED && n == 0) s->sack_permitted = true;
    if (kind == OPTION_WINDOW_SCALE && n == 1) {
        uint8_t shift = smbt_cur_u8(o);
        /* A shift above 14 means 14 (RFC 7323 2.3). */
        if (smbt_cur_ok(o)) s->window_scale = (uint8_t)(MIN(shift, 14) + 1);
    }
}

static void take_options(smbt_segment *s, smbt_cur *options)
{
    while (smbt_cur_left(options)) {
        uint8_t kind = smbt_cur_u8(options);
        if (!smbt_cur_ok(options)) break;
        if (s->flags & SMBT_TCP_SYN) add_to_layout(s, kind);
        if (kind == OPTION_END) break;
        if (kind == OPTION_NOP) continue;
        uint8_t len = smbt_cur_u8(options);
        if (!smbt_cur_ok(options) || len < 2) break;
        smbt_cur value = smbt_cur_sub(options, len - 2u);
        if (!smbt_cur_ok(options)) break;
        take_option(s, kind, &value);
    }
}

static void clear_options(smbt_segment *s)
{
    s->has_timestamp = false;
    s->tsval = s->tsecr = 0;
    s->options_cut = false;
    s->mss = 0;
    s->window_scale = 0;
    s->sack_permitted = false;
    s->option_layout = 0;
}

static void decode_options(smbt_packet *p, smbt_segment *s, size_t len)
{
    smbt_cur options = smbt_cur_sub(&p->cur, len);
    s->options_cut = smbt_cur_left_captured(&options) < len;
    if (len == 12 && !s->options_cut && !(s->flags & SMBT_TCP_SYN)) {
        const uint8_t *bytes = smbt_cur_bytes(&options, 12);
        if (smbt_packet_be32(bytes) == ONLY_TIMESTAMP) {
            s->has_timestamp = true;
            s->tsval = smbt_packet_be32(bytes + 4);
            s->tsecr = smbt_packet_be32(bytes + 8);
            return;
        }
        smbt_cur_seek(&options, 0);
    }
    take_options(s, &options);
}

static void set_addresses(const smbt_packet *p, smbt_segment *s)
{
    s->src.family = s->dst.family = p->family;
    if (p->family == 4) {
        memset(s->src.bytes, 0, sizeof s->src.bytes);
        memset(s->dst.bytes, 0, sizeof s->dst.bytes);
        memcpy(s->src.bytes, p->addresses, 4);
        memcpy(s->dst.bytes, p->addresses + 4, 4);
    } else {
        memcpy(s->src.bytes, p->addresses, 16);
        memcpy(s->dst.bytes, p->addresses + 16, 16);
    }
}

static void set_sender(const smbt_packet *p, smbt_segment *s)
{
    s->ttl = p->ttl;
    s->has_ip_id = p->family == 4;
    s->ip_id = p->ip_id;
    s->dont_fragment = p->dont_fragment;
    s->has_mac = p->has_mac;
    memcpy(s->src_mac, p->src_mac, sizeof s->src_mac);
    s->tunnels = p->tunnels;
    s->marks = p->marks;
}

enum smbt_layer smbt_tcp_decode(smbt_packet *p, smbt_segment *ret_segment)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, HEADER_LEN);
    if (!header) return smbt_packet_short(p, SMBT_REASON_TCP_MALFORMED);
    size_t header_len = (header[12] >> 4) * 4u;
    if (header_len < HEADER_LEN || header_len - HEADER_LEN > smbt_cur_left(&p->cur))
        return smbt_packet_undecoded(p, SMBT_REASON_TCP_MALFORMED, 0);

    smbt_segment *s = ret_segment;
    set_addresses(p, s);
    set_sender(p, s);
    s->sport = smbt_packet_be16(header);
    s->dport = smbt_packet_be16(header + 2);
    s->seq = smbt_packet_be32(header + 4);
    s->ack = smbt_packet_be32(header + 8);
    s->flags = header[13] & FLAGS_MASK;
    s->window = smbt_packet_be16(header + 14);
    clear_options(s);
    if (header_len > HEADER_LEN) decode_options(p, s, header_len - HEADER_LEN);

    size_t captured = smbt_cur_left_captured(&p->cur);
    s->payload_len = (uint32_t)smbt_cur_left(&p->cur);
    s->payload_captured = (uint32_t)captured;
    s->payload = captured ? smbt_cur_bytes(&p->cur, captured) : p->cur.data;
    return SMBT_LAYER_DONE_SEGMENT;
}
