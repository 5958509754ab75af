/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/headers.h"

#include "anonymize/checksum.h"
#include "wire/ip.h"

#include <string.h>

enum linktype {
    LINKTYPE_NULL = 0,
    LINKTYPE_ETHERNET = 1,
    LINKTYPE_PPP_HDLC = 50,
    LINKTYPE_PPP_ETHER = 51,
    LINKTYPE_C_HDLC = 104,
    LINKTYPE_LOOP = 108,
    LINKTYPE_LINUX_SLL = 113,
    LINKTYPE_LINUX_SLL2 = 276,
};

enum ppp_protocol { PPP_MPLS = 0x0281, PPP_MPLS_MULTICAST = 0x0283 };

enum ethertype {
    ETHERTYPE_MIN = 0x600,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_MULTICAST = 0x8848,
    ETHERTYPE_PPPOE_SESSION = 0x8864,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_VNTAG = 0x8926,
    ETHERTYPE_ETAG = 0x893f,
    ETHERTYPE_QINQ_OLD = 0x9100,
};

static uint8_t peek_u8(smbt_cur c)
{
    return smbt_cur_u8(&c);
}

static uint16_t peek_be16(smbt_cur c)
{
    return smbt_cur_be16(&c);
}

static void set_be16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

/* ---- Link layers ----------------------------------------------------------------------------------------*/

static void mac_next(smbt_blank *b, smbt_cur *c)
{
    size_t at = smbt_blank_offset(b, c);
    const uint8_t *mac = smbt_cur_bytes(c, 6);
    if (!mac) return;
    memcpy(b->out + at, mac, 6);
    smbt_anon_key_mac(b->key, b->out + at);
}

static void keep_llc(smbt_blank *b, smbt_cur c)
{
    bool is_snap = peek_u8(c) == 0xaa;
    smbt_blank_keep_next(b, &c, is_snap ? 8 : 3);
}

/* Tags hold numbers of networks and, at their end, the type of what follows. */
static void write_tags(smbt_blank *b, smbt_cur c, uint16_t type)
{
    for (;;) {
        size_t tag;
        switch (type) {
        case ETHERTYPE_VLAN:
        case ETHERTYPE_QINQ:
        case ETHERTYPE_QINQ_OLD: tag = 4; break;
        case ETHERTYPE_VNTAG: tag = 6; break;
        case ETHERTYPE_ETAG: tag = 8; break;
        default:
            if (type < ETHERTYPE_MIN) keep_llc(b, c);
            return;
        }
        smbt_cur_skip(&c, tag - 2);
        type = peek_be16(c);
        if (!smbt_cur_need(&c, 2)) return;
        smbt_blank_keep_next(b, &c, 2);
    }
}

static void write_ethernet(smbt_blank *b, smbt_cur c)
{
    mac_next(b, &c);
    mac_next(b, &c);
    uint16_t type = peek_be16(c);
    smbt_blank_keep_next(b, &c, 2);
    write_tags(b, c, type);
}

/* Six bytes that are a MAC address are mapped; others go, with their padding. */
static void cooked_address(smbt_blank *b, smbt_cur c, bool is_mac)
{
    if (is_mac) mac_next(b, &c);
}

static void write_cooked_v1(smbt_blank *b, smbt_cur c)
{
    smbt_cur address = c, type = c;
    smbt_cur_skip(&address, 4);
    bool is_mac = smbt_cur_be16(&address) == 6;
    cooked_address(b, address, is_mac);
    smbt_blank_keep_next(b, &c, 6);
    smbt_cur_skip(&type, 14);
    uint16_t protocol = peek_be16(type);
    smbt_blank_keep_next(b, &type, 2);
    if (protocol == 4) keep_llc(b, type);
    if (protocol >= ETHERTYPE_MIN) write_tags(b, type, protocol);
}

static void write_cooked_v2(smbt_blank *b, smbt_cur c)
{
    smbt_cur rest = c;
    uint16_t protocol = peek_be16(c);
    smbt_blank_keep_next(b, &c, 2);
    smbt_cur_skip(&rest, 8); /* protocol, reserved, interface */
    smbt_cur address = rest;
    smbt_blank_keep_next(b, &rest, 4);
    smbt_cur_skip(&address, 3);
    bool is_mac = smbt_cur_u8(&address) == 6;
    cooked_address(b, address, is_mac);
    smbt_cur_skip(&rest, 8);
    if (protocol == 4) keep_llc(b, rest);
    if (protocol >= ETHERTYPE_MIN) write_tags(b, rest, protocol);
}

/* Without the number of the session. */
static void write_pppoe(smbt_blank *b, smbt_cur c)
{
    smbt_blank_keep_next(b, &c, 2);
    smbt_cur_skip(&c, 2);
    smbt_blank_keep_next(b, &c, 2);
}

static void write_hdlc(smbt_blank *b, smbt_cur c, bool always_cisco)
{
    uint8_t address = peek_u8(c);
    if (!always_cisco && address != 0x0f && address != 0x8f) return;
    uint16_t type;
    smbt_blank_keep_next(b, &c, 2);
    type = peek_be16(c);
    smbt_blank_keep_next(b, &c, 2);
    write_tags(b, c, type);
}

static void write_link(smbt_blank *b, smbt_cur c, int linktype)
{
    switch (linktype) {
    case LINKTYPE_ETHERNET: write_ethernet(b, c); break;
    case LINKTYPE_LINUX_SLL: write_cooked_v1(b, c); break;
    case LINKTYPE_LINUX_SLL2: write_cooked_v2(b, c); break;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP: smbt_blank_keep_next(b, &c, 4); break;
    case LINKTYPE_PPP_HDLC: write_hdlc(b, c, false); break;
    case LINKTYPE_C_HDLC: write_hdlc(b, c, true); break;
    case LINKTYPE_PPP_ETHER: write_pppoe(b, c); break;
    default: break; /* raw IP, PPP: steps of their own */
    }
}

#define FIRST_LABEL 0x10 /* the first that has no meaning of its own */

/* One label for all, bottom of stack and TTL as they were (RFC 3032 2.1). */
static void write_mpls(smbt_blank *b, smbt_cur c)
{
    for (;;) {
        size_t at = smbt_blank_offset(b, &c);
        const uint8_t *label = smbt_cur_bytes(&c, 4);
        if (!label) return;
        b->out[at + 1] = FIRST_LABEL >> 4;
        b->out[at + 2] = (uint8_t)((FIRST_LABEL & 15) << 4 | (label[2] & 1));
        b->out[at + 3] = label[3];
        if (label[2] & 1) return; /* a control word that follows is 0 */
    }
}

static void write_ppp(smbt_blank *b, smbt_cur c)
{
    if (peek_u8(c) == 0xff) smbt_blank_keep_next(b, &c, 2);
    bool is_short = peek_u8(c) & 1;
    uint16_t protocol = is_short ? peek_u8(c) : peek_be16(c);
    smbt_blank_keep_next(b, &c, is_short ? 1 : 2);
    if (protocol == PPP_MPLS || protocol == PPP_MPLS_MULTICAST) write_mpls(b, c);
}

static bool is_mpls(const smbt_wire_step *step)
{
    return step->layer == SMBT_LAYER_PPP ||
           (step->layer == SMBT_LAYER_ETHERTYPE &&
            (step->type == ETHERTYPE_MPLS || step->type == ETHERTYPE_MPLS_MULTICAST));
}

/* Behind labels the first four bits tell Ethernet from IP. */
static void keep_nibble(smbt_blank *b, smbt_cur c)
{
    size_t at = smbt_blank_offset(b, &c);
    const uint8_t *byte = smbt_cur_bytes(&c, 1);
    if (byte) b->out[at] = (uint8_t)((*byte & 0xf0) | (b->out[at] & 0x0f));
}

static void write_ethertype(smbt_blank *b, smbt_cur c, uint16_t type)
{
    switch (type) {
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST: write_mpls(b, c); break;
    case ETHERTYPE_PPPOE_SESSION: write_pppoe(b, c); break;
    default: write_tags(b, c, type); break; /* others have steps of their own */
    }
}

/* ---- IP -------------------------------------------------------------------------------------------------*/

static void map_addresses(smbt_blank *b, smbt_cur c, uint8_t family, smbt_headers *h)
{
    size_t at = smbt_blank_offset(b, &c), n = family == 4 ? 4 : 16;
    const uint8_t *addresses = smbt_cur_bytes(&c, 2 * n);
    if (!addresses) return;
    h->has_ip = true;
    h->family = family;
    memcpy(h->old_addresses, addresses, 2 * n);
    memcpy(h->new_addresses, addresses, 2 * n);
    smbt_anon_key_address(b->key, h->new_addresses, n);
    smbt_anon_key_address(b->key, h->new_addresses + n, n);
    memcpy(b->out + at, h->new_addresses, 2 * n);
}

/* What becomes of a checksum: right ones are right, wrong ones wrong, and those that were left out are left
 * out. */
static uint16_t new_checksum(bool was_right, uint32_t new_sum)
{
    uint16_t right = smbt_checksum_finish(new_sum);
    return was_right ? right : (uint16_t)~right;
}

#define IPV4_HEADER   20
#define IPV4_CHECKSUM 10
#define OPTION_NOP    1

static void write_ipv4(smbt_blank *b, smbt_cur c, smbt_headers *h)
{
    size_t at = smbt_blank_offset(b, &c), len = (peek_u8(c) & 15u) * 4;
    smbt_cur whole = c;
    smbt_blank_keep_next(b, &c, IPV4_CHECKSUM);
    uint16_t checksum = smbt_cur_be16(&c);
    map_addresses(b, c, 4, h);
    const uint8_t *old = smbt_cur_bytes(&whole, len);
    if (!old) return;
    memset(b->out + at + IPV4_HEADER, OPTION_NOP, len - IPV4_HEADER);
    if (!checksum) return;
    bool was_right = smbt_checksum_finish(smbt_checksum_add(0, old, len)) == 0;
    set_be16(b->out + at + IPV4_CHECKSUM, new_checksum(was_right, smbt_checksum_add(0, b->out + at, len)));
}

/* Without the flow label. */
static void write_ipv6(smbt_blank *b, smbt_cur c, smbt_headers *h)
{
    size_t at = smbt_blank_offset(b, &c);
    smbt_blank_keep_next(b, &c, 2);
    if (smbt_cur_ok(&c)) b->out[at + 1] &= 0xf0;
    smbt_cur_skip(&c, 2);
    smbt_blank_keep_next(b, &c, 4);
    map_addresses(b, c, 6, h);
}

/* Extension headers: what follows and how long they are. Options become padding. */
static void write_extensions(smbt_blank *b, smbt_cur c, uint8_t protocol)
{
    for (;;) {
        smbt_cur peek = c;
        uint8_t next = smbt_cur_u8(&peek), len = smbt_cur_u8(&peek);
        if (!smbt_cur_ok(&peek)) return;
        switch (protocol) {
        case SMBT_IP_AH:
            smbt_blank_keep(b, smbt_blank_offset(b, &c), 2);
            smbt_cur_skip(&c, (len + 2u) * 4);
            break;
        case SMBT_IP_HOP_BY_HOP:
        case SMBT_IP_ROUTING:
        case SMBT_IP_DESTINATION:
            smbt_blank_keep(b, smbt_blank_offset(b, &c), 2);
            smbt_cur_skip(&c, (len + 1u) * 8);
            break;
        case SMBT_IP_FRAGMENT: smbt_blank_keep_next(b, &c, 8); break;
        default: return;
        }
        protocol = next;
    }
}

/* ---- Tunnels --------------------------------------------------------------------------------------------*/

#define SOME_PORT   49152 /* where a hash of what is inside stood */
#define PORT_GENEVE 6081

/* VXLAN keeps its flags, Geneve its lengths and protocol; options become ones of no length. */
static void write_udp(smbt_blank *b, smbt_cur c)
{
    size_t at = smbt_blank_offset(b, &c);
    smbt_cur_skip(&c, 2);
    uint16_t port = peek_be16(c);
    smbt_blank_keep_next(b, &c, 4);
    smbt_cur_skip(&c, 2); /* the checksum: without one */
    if (!smbt_cur_ok(&c)) return;
    set_be16(b->out + at, SOME_PORT);
    smbt_blank_keep_next(b, &c, port == PORT_GENEVE ? 4 : 1);
}

enum gre_flag { GRE_CHECKSUM = 0x8000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_ACK = 0x0080 };
enum gre_protocol { GRE_PPP = 0x880b, GRE_ERSPAN = 0x88be, GRE_ERSPAN_III = 0x22eb };

static void write_erspan(smbt_blank *b, smbt_cur c, bool is_third)
{
    size_t at = smbt_blank_offset(b, &c);
    const uint8_t *header = smbt_cur_bytes(&c, is_third ? 12 : 8);
    if (!header) return;
    b->out[at] = header[0] & 0xf0; /* version */
    if (!is_third) return;
    b->out[at + 10] = header[10] & 0x7c; /* type of frame */
    b->out[at + 11] = header[11] & 1;    /* whether more follows */
}

/* Without keys; the checksum stays out too, its place does not. */
static void write_gre(smbt_blank *b, smbt_cur c)
{
    uint16_t flags = peek_be16(c);
    smbt_blank_keep_next(b, &c, 2);
    uint16_t protocol = peek_be16(c);
    smbt_blank_keep_next(b, &c, 2);
    if (protocol == GRE_PPP && flags & 7) {
        smbt_blank_keep_next(b, &c, 2); /* length */
        smbt_cur_skip(&c, 2);
        smbt_blank_keep_next(b, &c, (flags & GRE_SEQUENCE ? 4 : 0) + (flags & GRE_ACK ? 4 : 0));
        return;
    }
    smbt_cur_skip(&c, (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0));
    if (flags & GRE_SEQUENCE) smbt_blank_keep_next(b, &c, 4);
    if (protocol == GRE_ERSPAN_III || (protocol == GRE_ERSPAN && flags & GRE_SEQUENCE))
        write_erspan(b, c, protocol == GRE_ERSPAN_III);
}

/* ---- TCP ------------------------------------------------------------------------------------------------*/

#define TCP_HEADER   20
#define TCP_CHECKSUM 16

/* Options whose values are numbers of the transport alone: MSS, window scale, SACK permitted, SACK,
 * timestamp, user timeout. */
static bool keeps_value(uint8_t kind)
{
    return (kind >= 2 && kind <= 5) || kind == 8 || kind == 28;
}

static void write_tcp_options(smbt_blank *b, smbt_cur options)
{
    while (smbt_cur_left_captured(&options)) {
        smbt_cur peek = options;
        uint8_t kind = smbt_cur_u8(&peek);
        if (kind <= 1) {
            smbt_blank_keep_next(b, &options, 1);
            if (kind == 0) return;
            continue;
        }
        uint8_t len = smbt_cur_u8(&peek);
        bool is_cut = peek.status == SMBT_CUR_NOT_CAPTURED;
        smbt_blank_keep_next(b, &options, is_cut ? 1 : 2);
        if (!smbt_cur_ok(&peek) || len < 2 || len - 2u > smbt_cur_left(&options)) return;
        if (keeps_value(kind))
            smbt_blank_keep_next(b, &options, len - 2u);
        else
            smbt_cur_skip(&options, len - 2u);
    }
}

static void write_tcp(smbt_blank *b, smbt_cur c, smbt_headers *h)
{
    size_t at = smbt_blank_offset(b, &c);
    smbt_cur peek = c;
    smbt_cur_skip(&peek, 12);
    size_t len = (size_t)(smbt_cur_u8(&peek) >> 4) * 4;
    smbt_blank_keep_next(b, &c, TCP_CHECKSUM);
    smbt_cur_skip(&c, 2);
    smbt_blank_keep_next(b, &c, 2); /* the urgent pointer */
    if (len > TCP_HEADER) write_tcp_options(b, smbt_cur_sub(&c, len - TCP_HEADER));
    h->tcp_at = (uint32_t)at;
    h->payload_at = (uint32_t)(at + len);
}

void smbt_headers_write(smbt_blank *b, int linktype, const smbt_wire_trace *trace, unsigned from, unsigned to,
                        smbt_headers *headers)
{
    for (unsigned i = from; i < to; i++) {
        const smbt_wire_step *step = &trace->step[i];
        smbt_cur c = smbt_cur_init(b->message.data, b->message.captured, b->message.declared);
        smbt_cur_seek(&c, step->at);
        switch (step->layer) {
        case SMBT_LAYER_LINK: write_link(b, c, linktype); break;
        case SMBT_LAYER_ETHERNET:
            write_ethernet(b, c);
            if (i > 0 && is_mpls(step - 1)) keep_nibble(b, c);
            break;
        case SMBT_LAYER_ETHERTYPE: write_ethertype(b, c, step->type); break;
        case SMBT_LAYER_PPP: write_ppp(b, c); break;
        case SMBT_LAYER_IPV4: write_ipv4(b, c, headers); break;
        case SMBT_LAYER_IPV6: write_ipv6(b, c, headers); break;
        case SMBT_LAYER_PROTOCOL: write_extensions(b, c, (uint8_t)step->type); break;
        case SMBT_LAYER_UDP: write_udp(b, c); break;
        case SMBT_LAYER_GRE: write_gre(b, c); break;
        case SMBT_LAYER_TCP: write_tcp(b, c, headers); break;
        default: break;
        }
    }
}
