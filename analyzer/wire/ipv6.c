/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ip.h"

#define HEADER_LEN 40

enum smbt_layer smbt_ipv6_decode(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, HEADER_LEN);
    if (!header) return smbt_packet_short(p, SMBT_REASON_IPV6_MALFORMED);
    if (header[0] >> 4 != 6) return smbt_packet_undecoded(p, SMBT_REASON_IPV6_MALFORMED, 0);

    size_t payload_len = smbt_packet_be16(header + 4);
    if (payload_len) smbt_packet_limit(p, payload_len);

    p->family = 6;
    p->addresses = header + 8;
    p->ttl = header[7];
    p->ip_id = 0;
    p->dont_fragment = false;
    p->type = header[6];
    return p->type == SMBT_IP_TCP ? SMBT_LAYER_TCP : SMBT_LAYER_PROTOCOL;
}

enum smbt_layer smbt_ipv6_fragment(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 8);
    if (!header) return smbt_packet_short(p, SMBT_REASON_IPV6_MALFORMED);
    uint8_t protocol = header[0];
    uint16_t flags = smbt_packet_be16(header + 2);
    uint32_t offset = flags & 0xfff8;
    bool more = flags & 1;
    if (offset == 0 && !more) { /* whole as it is (RFC 6946) */
        p->type = protocol;
        return SMBT_LAYER_PROTOCOL;
    }
    return smbt_ip_fragment(p, protocol, smbt_packet_be32(header + 4), offset, more);
}
