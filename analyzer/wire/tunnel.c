/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tunnel.h"

/* ---- GRE ------------------------------------------------------------------------------------------------*/

enum gre_flag {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 */
    GRE_VERSION = 0x0007,
};

enum gre_protocol {
    GRE_KEEPALIVE = 0,
    GRE_ISO = 0x00fe,
    GRE_PPP = 0x880b,
    GRE_ERSPAN = 0x88be,
    GRE_ERSPAN_III = 0x22eb,
};

/* Type I has no header; type II has one of 8 bytes, and GRE's sequence number announces it. */
static enum smbt_layer decode_erspan(smbt_packet *p, uint16_t gre_flags)
{
    if (gre_flags & GRE_SEQUENCE) {
        const uint8_t *header = smbt_cur_bytes(&p->cur, 8);
        if (!header) return smbt_packet_short(p, SMBT_REASON_GRE_MALFORMED);
        if (header[0] >> 4 != 1) return smbt_packet_undecoded(p, SMBT_REASON_ERSPAN, 0);
    }
    return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
}

/* Type III: 12 bytes, and 8 more if the last bit says so. */
static enum smbt_layer decode_erspan_iii(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 12);
    if (!header) return smbt_packet_short(p, SMBT_REASON_GRE_MALFORMED);
    unsigned frame_type = header[10] >> 2 & 0x1f;
    if (header[0] >> 4 != 2 || frame_type != 0) return smbt_packet_undecoded(p, SMBT_REASON_ERSPAN, 0);
    if (header[11] & 1) smbt_cur_skip(&p->cur, 8);
    return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
}

static enum smbt_layer decode_gre_v0(smbt_packet *p, uint16_t flags, uint16_t protocol)
{
    if (flags & GRE_ROUTING) return smbt_packet_undecoded(p, SMBT_REASON_GRE_ROUTING, 0);
    size_t optional =
        (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQUENCE ? 4 : 0);
    smbt_cur_skip(&p->cur, optional);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_GRE_MALFORMED);
    switch (protocol) {
    case GRE_KEEPALIVE:
    case GRE_ISO: return SMBT_LAYER_DONE_OTHER;
    case GRE_ERSPAN: return decode_erspan(p, flags);
    case GRE_ERSPAN_III: return decode_erspan_iii(p);
    case 0x6558: return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
    default: return smbt_packet_enter(p, smbt_packet_ethertype(p, protocol));
    }
}

/* PPTP: without a sequence number it is a bare acknowledgment. */
static enum smbt_layer decode_gre_v1(smbt_packet *p, uint16_t flags, uint16_t protocol)
{
    if (protocol != GRE_PPP) return smbt_packet_undecoded(p, SMBT_REASON_GRE_PROTOCOL, protocol);
    if (!(flags & GRE_SEQUENCE)) return SMBT_LAYER_DONE_OTHER;
    smbt_cur_skip(&p->cur, 4 + 4 + (flags & GRE_ACK ? 4 : 0));
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_GRE_MALFORMED);
    return smbt_packet_enter(p, SMBT_LAYER_PPP);
}

enum smbt_layer smbt_tunnel_gre(smbt_packet *p)
{
    uint16_t flags = smbt_cur_be16(&p->cur);
    uint16_t protocol = smbt_cur_be16(&p->cur);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_GRE_MALFORMED);
    switch (flags & GRE_VERSION) {
    case 0: return decode_gre_v0(p, flags, protocol);
    case 1: return decode_gre_v1(p, flags, protocol);
    default: return smbt_packet_undecoded(p, SMBT_REASON_GRE_VERSION, flags & GRE_VERSION);
    }
}

/* ---- UDP ------------------------------------------------------------------------------------------------*/

enum udp_port {
    PORT_VXLAN = 4789,
    PORT_GENEVE = 6081,
    PORT_VXLAN_LINUX = 8472, /* from before the port was assigned */
};

static bool is_tunnel_port(uint16_t port)
{
    return port == PORT_VXLAN || port == PORT_VXLAN_LINUX || port == PORT_GENEVE;
}

bool smbt_tunnel_is_udp_tunnel(const smbt_packet *p)
{
    smbt_cur peek = p->cur;
    smbt_cur_skip(&peek, 2);
    return is_tunnel_port(smbt_cur_be16(&peek));
}

static enum smbt_layer decode_vxlan(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 8);
    if (!header) return smbt_packet_short(p, SMBT_REASON_VXLAN_MALFORMED);
    if (!(header[0] & 0x08)) return SMBT_LAYER_DONE_OTHER; /* somebody else's use of the port */
    return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
}

static enum smbt_layer decode_geneve(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 8);
    if (!header) return smbt_packet_short(p, SMBT_REASON_GENEVE_MALFORMED);
    if (header[0] >> 6 != 0) return SMBT_LAYER_DONE_OTHER;
    smbt_cur_skip(&p->cur, (header[0] & 0x3fu) * 4);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_GENEVE_MALFORMED);
    uint16_t protocol = smbt_packet_be16(header + 2);
    if (protocol == 0x6558) return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
    return smbt_packet_enter(p, smbt_packet_ethertype(p, protocol));
}

enum smbt_layer smbt_tunnel_udp(smbt_packet *p)
{
    /* The port is asked for first: a UDP packet that was cut is still no TCP. */
    smbt_cur_skip(&p->cur, 2);
    uint16_t port = smbt_cur_be16(&p->cur);
    if (p->cur.status == SMBT_CUR_MALFORMED) return smbt_packet_undecoded(p, SMBT_REASON_UDP_MALFORMED, 0);
    if (!is_tunnel_port(port)) return SMBT_LAYER_DONE_OTHER;
    smbt_cur_skip(&p->cur, 4);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_UDP_MALFORMED);
    return port == PORT_GENEVE ? decode_geneve(p) : decode_vxlan(p);
}
