/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/link.h"

#include "wire/segment.h"

#include <string.h>

/* LINKTYPE_ values. */
enum linktype {
    LINKTYPE_NULL = 0,
    LINKTYPE_ETHERNET = SMBT_LINKTYPE_ETHERNET,
    LINKTYPE_PPP = 9,
    LINKTYPE_RAW_12 = 12, /* what raw IP is called by some systems */
    LINKTYPE_RAW_14 = 14,
    LINKTYPE_PPP_HDLC = 50,
    LINKTYPE_PPP_ETHER = 51,
    LINKTYPE_RAW = 101,
    LINKTYPE_C_HDLC = 104,
    LINKTYPE_LOOP = 108,
    LINKTYPE_LINUX_SLL = 113,
    LINKTYPE_IPV4 = 228,
    LINKTYPE_IPV6 = 229,
    LINKTYPE_LINUX_SLL2 = 276,
};

/* Below it the field is a length (IEEE 802.3 3.2.6). */
#define ETHERTYPE_MIN 0x600

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_TEB = 0x6558, /* an Ethernet frame */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_MULTICAST = 0x8848,
    ETHERTYPE_PPPOE_SESSION = 0x8864,
    ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_MACSEC = 0x88e5,
    ETHERTYPE_VNTAG = 0x8926, /* Cisco VN-Tag */
    ETHERTYPE_ETAG = 0x893f,  /* IEEE 802.1BR */
    ETHERTYPE_QINQ_OLD = 0x9100,
};

/* Types that never carry TCP. */
static bool is_other_ethertype(uint16_t type)
{
    switch (type) {
    case ETHERTYPE_ARP:
    case 0x0600: /* XNS */
    case 0x0807:
    case 0x0842: /* Wake-on-LAN */
    case 0x0bad: /* VINES, its loopback and echo */
    case 0x0bae:
    case 0x0baf:
    case 0x2000: /* CDP */
    case 0x2001: /* NHRP in GRE */
    case 0x6002: /* DEC MOP, LAT, DECnet */
    case 0x6003:
    case 0x6004:
    case 0x8035: /* RARP, and SLARP on Cisco HDLC */
    case 0x809b: /* AppleTalk, AARP */
    case 0x80f3:
    case 0x8137: /* IPX */
    case 0x8138:
    case 0x8808: /* MAC control */
    case 0x8809: /* LACP and other slow protocols */
    case 0x8863: /* PPPoE discovery */
    case 0x886f: /* NLB heartbeat */
    case 0x888e: /* EAPOL */
    case 0x88b5: /* local experiments */
    case 0x88b6:
    case 0x88cc: /* LLDP */
    case 0x88d9: /* LLTD */
    case 0x88f5: /* MVRP */
    case 0x8899: /* Realtek loop detection */
    case 0x8902: /* CFM */
    case 0x8906: /* FCoE, FIP */
    case 0x8914:
    case 0x9000: /* loopback test */ return true;
    default: return false;
    }
}

static enum smbt_layer decode_ip_by_version(smbt_packet *p)
{
    smbt_cur peek = p->cur;
    uint8_t version = smbt_cur_u8(&peek) >> 4;
    if (!smbt_cur_ok(&peek)) {
        p->cur.status = peek.status;
        return smbt_packet_short(p, SMBT_REASON_IPV4_MALFORMED);
    }
    if (version == 4) return SMBT_LAYER_IPV4;
    if (version == 6) return SMBT_LAYER_IPV6;
    return smbt_packet_undecoded(p, SMBT_REASON_IP_VERSION, version);
}

/* ---- Ethernet -------------------------------------------------------------------------------------------*/

/* After the organisation code AA AA 03 (RFC 1042). */
static enum smbt_layer decode_snap(smbt_packet *p)
{
    uint32_t organisation = smbt_cur_be24(&p->cur);
    uint16_t type = smbt_cur_be16(&p->cur);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    switch (organisation) {
    case 0x000000:
    case 0x0000f8: return smbt_packet_ethertype(p, type);
    case 0x00000c: /* Cisco: CDP, VTP, PVST */
    case 0x00e02b: /* Extreme discovery */
    case 0x080007: /* AppleTalk */ return SMBT_LAYER_DONE_OTHER;
    default: return smbt_packet_undecoded(p, SMBT_REASON_SNAP_OUI, organisation);
    }
}

/* At an IEEE 802.2 header. */
static enum smbt_layer decode_llc(smbt_packet *p)
{
    uint8_t dsap = smbt_cur_u8(&p->cur);
    uint8_t ssap = smbt_cur_u8(&p->cur);
    if (smbt_cur_ok(&p->cur) && dsap == 0xff && ssap == 0xff) return SMBT_LAYER_DONE_OTHER; /* raw IPX */
    uint8_t control = smbt_cur_u8(&p->cur);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    if (dsap == 0xaa && ssap == 0xaa && control == 0x03) return decode_snap(p);
    if (dsap == 0x06 && ssap == 0x06 && control == 0x03) return SMBT_LAYER_IPV4;
    switch (dsap) {
    case 0x00: /* null: TEST, XID */
    case 0x04: /* SNA */
    case 0x42: /* STP */
    case 0x98: /* ARP */
    case 0xaa: /* SNAP's TEST, XID */
    case 0xe0: /* IPX */
    case 0xf0: /* NetBEUI */
    case 0xf4: /* LAN management */
    case 0xf8: /* remote program load */
    case 0xfe: /* IS-IS, ES-IS */
    case 0xff: /* broadcast */ return SMBT_LAYER_DONE_OTHER;
    default: return smbt_packet_undecoded(p, SMBT_REASON_LLC_SAP, dsap);
    }
}

/* Takes off a tag of n bytes, whose last two are the type of what follows. */
static uint16_t take_tag(smbt_packet *p, size_t n)
{
    smbt_cur_skip(&p->cur, n - 2);
    return smbt_cur_be16(&p->cur);
}

static enum smbt_layer decode_type_or_length(smbt_packet *p, uint16_t type)
{
    for (;;) {
        switch (type) {
        case ETHERTYPE_IPV4: return SMBT_LAYER_IPV4;
        case ETHERTYPE_IPV6: return SMBT_LAYER_IPV6;
        case ETHERTYPE_VLAN:
        case ETHERTYPE_QINQ:
        case ETHERTYPE_QINQ_OLD: type = take_tag(p, 4); break;
        case ETHERTYPE_VNTAG: type = take_tag(p, 6); break;
        case ETHERTYPE_ETAG: type = take_tag(p, 8); break;
        default:
            if (type >= ETHERTYPE_MIN) return smbt_packet_ethertype(p, type);
            if (smbt_cur_left(&p->cur) > type) smbt_packet_limit(p, type);
            return decode_llc(p);
        }
        if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    }
}

enum smbt_layer smbt_link_ethernet(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 14);
    if (!header) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    if (!p->has_mac) {
        p->has_mac = true;
        memcpy(p->src_mac, header + 6, sizeof p->src_mac);
    }
    return decode_type_or_length(p, smbt_packet_be16(header + 12));
}

/* ---- MPLS -----------------------------------------------------------------------------------------------*/

/* Whether an Ethernet frame with a familiar type starts `skip` bytes from here. */
static bool looks_like_ethernet(const smbt_packet *p, size_t skip)
{
    smbt_cur peek = p->cur;
    smbt_cur_skip(&peek, skip + 12);
    uint16_t type = smbt_cur_be16(&peek);
    return smbt_cur_ok(&peek) && (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 || type == ETHERTYPE_ARP ||
                                  type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ);
}

/* At a label stack (RFC 3032). Labels do not say what they carry: IP shows itself by its version, Ethernet
 * (RFC 4448), with its control word or without, by its type. */
static enum smbt_layer decode_mpls(smbt_packet *p)
{
    const uint8_t *label;
    do {
        label = smbt_cur_bytes(&p->cur, 4);
        if (!label) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    } while (!(label[2] & 1));

    smbt_cur peek = p->cur;
    uint8_t nibble = smbt_cur_u8(&peek) >> 4;
    if (!smbt_cur_ok(&peek)) {
        p->cur.status = peek.status;
        return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    }
    if (nibble == 4) return SMBT_LAYER_IPV4;
    if (nibble == 6) return SMBT_LAYER_IPV6;
    if (smbt_cur_left_captured(&p->cur) < 4 + 14 && smbt_cur_left(&p->cur) >= 4 + 14)
        return SMBT_LAYER_DONE_CUT;
    if (nibble == 0 && looks_like_ethernet(p, 4))
        smbt_cur_skip(&p->cur, 4);
    else if (!looks_like_ethernet(p, 0))
        return smbt_packet_undecoded(p, SMBT_REASON_MPLS_PAYLOAD, 0);
    return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
}

/* ---- PPP ------------------------------------------------------------------------------------------------*/

enum smbt_layer smbt_link_ppp(smbt_packet *p)
{
    uint16_t protocol = smbt_cur_u8(&p->cur);
    if (protocol == 0xff) {
        smbt_cur_skip(&p->cur, 1);
        protocol = smbt_cur_u8(&p->cur);
    }
    if (!(protocol & 1)) protocol = (uint16_t)(protocol << 8 | smbt_cur_u8(&p->cur));
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    switch (protocol) {
    case 0x0021: return SMBT_LAYER_IPV4;
    case 0x0057: return SMBT_LAYER_IPV6;
    case 0x0281:
    case 0x0283: return decode_mpls(p);
    default:
        if (protocol >= 0x4000) return SMBT_LAYER_DONE_OTHER; /* control protocols */
        return smbt_packet_undecoded(p, SMBT_REASON_PPP_PROTOCOL, protocol);
    }
}

/* At a PPPoE session header (RFC 2516 4). */
static enum smbt_layer decode_pppoe(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 6);
    if (!header) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    if (header[1] != 0) return SMBT_LAYER_DONE_OTHER;
    size_t len = smbt_packet_be16(header + 4);
    if (smbt_cur_left(&p->cur) > len) smbt_packet_limit(p, len);
    return SMBT_LAYER_PPP;
}

/* Cisco HDLC tells itself from PPP by its address byte. */
static enum smbt_layer decode_hdlc(smbt_packet *p, bool always_cisco)
{
    smbt_cur peek = p->cur;
    uint8_t address = smbt_cur_u8(&peek);
    if (!always_cisco && address != 0x0f && address != 0x8f) return SMBT_LAYER_PPP;
    uint16_t type = take_tag(p, 4);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    if (type == 0xfefe) return SMBT_LAYER_DONE_OTHER; /* ISO protocols */
    return smbt_packet_ethertype(p, type);
}

enum smbt_layer smbt_link_ethertype(smbt_packet *p)
{
    switch (p->type) {
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST: return decode_mpls(p);
    case ETHERTYPE_PPPOE_SESSION: return decode_pppoe(p);
    case ETHERTYPE_PPP: return SMBT_LAYER_PPP;
    case ETHERTYPE_TEB: return smbt_packet_enter(p, SMBT_LAYER_ETHERNET);
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD:
    case ETHERTYPE_VNTAG:
    case ETHERTYPE_ETAG: return decode_type_or_length(p, p->type);
    case ETHERTYPE_MACSEC: return smbt_packet_undecoded(p, SMBT_REASON_MACSEC, 0);
    default:
        if (is_other_ethertype(p->type)) return SMBT_LAYER_DONE_OTHER;
        return smbt_packet_undecoded(p, SMBT_REASON_ETHERTYPE, p->type);
    }
}

/* ---- Linux cooked, BSD loopback -------------------------------------------------------------------------*/

static enum smbt_layer decode_cooked(smbt_packet *p, uint16_t arphrd, uint16_t protocol, unsigned mac_len,
                                     const uint8_t *mac)
{
    enum { ARPHRD_ETHER = 1, ARPHRD_NETLINK = 824 };
    enum { PROTOCOL_802_3_RAW = 1, PROTOCOL_802_2 = 4 };
    if (arphrd == ARPHRD_NETLINK) return SMBT_LAYER_DONE_OTHER;
    if (arphrd == ARPHRD_ETHER && mac_len == sizeof p->src_mac) {
        p->has_mac = true;
        memcpy(p->src_mac, mac, sizeof p->src_mac);
    }
    if (protocol == PROTOCOL_802_3_RAW) return SMBT_LAYER_DONE_OTHER;
    if (protocol == PROTOCOL_802_2) return decode_llc(p);
    /* Some drivers leave the length of 802.3 there; the kernel's own small numbers say no such thing. */
    if (arphrd == ARPHRD_ETHER && protocol < ETHERTYPE_MIN && protocol <= smbt_cur_left(&p->cur))
        return decode_type_or_length(p, protocol);
    return smbt_packet_ethertype(p, protocol);
}

/* The packet type that the kernel notes: whose it was from where it stood. */
static uint8_t cooked_marks(unsigned packet_type)
{
    enum { TO_US = 0, FROM_US = 4 };
    if (packet_type == FROM_US) return SMBT_MARK_SENT;
    return packet_type == TO_US ? SMBT_MARK_RECEIVED : 0;
}

static enum smbt_layer decode_cooked_v1(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 16);
    if (!header) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    p->marks = cooked_marks(smbt_packet_be16(header));
    return decode_cooked(p, smbt_packet_be16(header + 2), smbt_packet_be16(header + 14),
                         smbt_packet_be16(header + 4), header + 6);
}

static enum smbt_layer decode_cooked_v2(smbt_packet *p)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 20);
    if (!header) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    p->marks = cooked_marks(header[10]);
    return decode_cooked(p, smbt_packet_be16(header + 8), smbt_packet_be16(header), header[11], header + 12);
}

/* Four bytes of address family, in the byte order of the capturing machine or in network order; its number
 * for IPv6 is that of the capturing system. */
static enum smbt_layer decode_loopback(smbt_packet *p)
{
    smbt_cur again = p->cur;
    uint32_t family = smbt_cur_be32(&p->cur);
    if (!smbt_cur_ok(&p->cur)) return smbt_packet_short(p, SMBT_REASON_LINK_MALFORMED);
    if (family > 0xffff) family = smbt_cur_le32(&again);
    switch (family) {
    case 2: return SMBT_LAYER_IPV4;
    case 10: /* Linux */
    case 23: /* Windows */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */ return SMBT_LAYER_IPV6;
    default: return smbt_packet_undecoded(p, SMBT_REASON_LOOPBACK_FAMILY, family);
    }
}

enum smbt_layer smbt_link_decode(smbt_packet *p, int linktype)
{
    switch (linktype) {
    case LINKTYPE_ETHERNET: return smbt_link_ethernet(p);
    case LINKTYPE_LINUX_SLL: return decode_cooked_v1(p);
    case LINKTYPE_LINUX_SLL2: return decode_cooked_v2(p);
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14: return decode_ip_by_version(p);
    case LINKTYPE_IPV4: return SMBT_LAYER_IPV4;
    case LINKTYPE_IPV6: return SMBT_LAYER_IPV6;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP: return decode_loopback(p);
    case LINKTYPE_PPP: return SMBT_LAYER_PPP;
    case LINKTYPE_PPP_HDLC: return decode_hdlc(p, false);
    case LINKTYPE_PPP_ETHER: return decode_pppoe(p);
    case LINKTYPE_C_HDLC: return decode_hdlc(p, true);
    default: return smbt_packet_undecoded(p, SMBT_REASON_LINK_TYPE, (uint32_t)linktype);
    }
}
