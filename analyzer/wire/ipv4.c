/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ip.h"

#define HEADER_LEN     20
#define DONT_FRAGMENT  0x4000
#define MORE_FRAGMENTS 0x2000
#define OFFSET_MASK    0x1fff

enum smbt_layer smbt_ipv4_decode(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, HEADER_LEN);
    if (!header) return smbt_packet_short(p, SMBT_REASON_IPV4_MALFORMED);
    size_t header_len = (header[0] & 0x0fu) * 4;
    size_t total_len = smbt_packet_be16(header + 2);
    if (total_len == 0) total_len = HEADER_LEN + smbt_cur_left(&p->cur);
    if (header[0] >> 4 != 4 || header_len < HEADER_LEN || total_len < header_len)
        return smbt_packet_undecoded(p, SMBT_REASON_IPV4_MALFORMED, 0);

    smbt_packet_limit(p, total_len - HEADER_LEN);
    if (header_len > HEADER_LEN) smbt_cur_skip(&p->cur, header_len - HEADER_LEN);

    uint16_t flags = smbt_packet_be16(header + 6);
    uint8_t protocol = header[9];
    p->family = 4;
    p->addresses = header + 12;
    p->ttl = header[8];
    p->ip_id = smbt_packet_be16(header + 4);
    p->dont_fragment = flags & DONT_FRAGMENT;
    if (flags & (MORE_FRAGMENTS | OFFSET_MASK))
        return smbt_ip_fragment(p, protocol, p->ip_id, (flags & OFFSET_MASK) * 8u, flags & MORE_FRAGMENTS);
    if (protocol == SMBT_IP_TCP) return SMBT_LAYER_TCP;
    p->type = protocol;
    return SMBT_LAYER_PROTOCOL;
}
