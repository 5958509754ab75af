/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/empty.h"

#include <string.h>

#define NO_TYPE          0xff
#define ETHERTYPE_IPV4   0x0800
#define ETHERTYPE_IPV6   0x86dd
#define PROTOCOL_ESP     50
#define NO_NEXT_HEADER   59
#define FOR_EXPERIMENTS  253 /* RFC 3692: no packet of ours carries it */
#define IPV6_HEADER      40
#define IPV4_HEADER      20
#define LINKTYPE_IPV4    228
#define LINKTYPE_UNNAMED 147 /* for private use: what stands for link types without a number */

/* What stands before the packet, and where in it the ethertype is. */
static const struct prefix {
    int linktype;
    uint8_t len, type_at;
    uint8_t bytes[20];
} prefixes[] = {
    {1, 14, 12, {0}},   /* Ethernet */
    {113, 16, 14, {0}}, /* Linux cooked */
    {276, 20, 0, {0}},
    {104, 4, 2, {0x0f, 0x00}},      /* Cisco HDLC */
    {0, 4, NO_TYPE, {30, 0, 0, 0}}, /* BSD loopback */
    {108, 4, NO_TYPE, {0, 0, 0, 24}},
    {9, 4, NO_TYPE, {0xff, 0x03, 0x00, 0x57}}, /* PPP */
    {50, 4, NO_TYPE, {0xff, 0x03, 0x00, 0x57}},
    {51, 8, NO_TYPE, {0x11, 0, 0, 0, 0, 42, 0x00, 0x57}}, /* PPPoE */
    {12, 0, NO_TYPE, {0}},                                /* raw IP */
    {14, 0, NO_TYPE, {0}},
    {101, 0, NO_TYPE, {0}},
    {228, 0, NO_TYPE, {0}},
    {229, 0, NO_TYPE, {0}},
};

static const struct prefix *find_prefix(int linktype)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (prefixes[i].linktype == linktype) return &prefixes[i];
    return NULL;
}

static void set_type(smbt_empty *e, const struct prefix *p, uint32_t type)
{
    if (p->type_at == NO_TYPE) return;
    e->data[p->type_at] = (uint8_t)(type >> 8);
    e->data[p->type_at + 1] = (uint8_t)type;
}

static void append_ipv4(smbt_empty *e, uint8_t protocol)
{
    uint8_t *packet = e->data + e->len;
    packet[0] = 0x45;
    packet[3] = IPV4_HEADER;
    packet[9] = protocol;
    e->len += IPV4_HEADER;
}

static void append_packet(smbt_empty *e, uint8_t protocol)
{
    uint8_t *packet = e->data + e->len;
    if (e->linktype == LINKTYPE_IPV4) {
        append_ipv4(e, protocol);
        return;
    }
    packet[0] = 0x60;
    packet[6] = protocol;
    e->len += IPV6_HEADER;
}

/* A packet of this protocol with n bytes of 0 in it. */
static void append_nothing(smbt_empty *e, uint8_t protocol, uint8_t n)
{
    uint8_t *packet = e->data + e->len;
    append_packet(e, protocol);
    packet[e->linktype == LINKTYPE_IPV4 ? 3 : 5] += n;
    e->len += n;
}

#define TCP_HEADER        20
#define PROTOCOL_TCP      6
#define PROTOCOL_FRAGMENT 44
#define FRAGMENT_HEADER   8

/* One that says that more follows, with nothing in it. */
static void append_fragment(smbt_empty *e)
{
    uint8_t *packet = e->data + e->len;
    if (e->linktype == LINKTYPE_IPV4) {
        append_ipv4(e, PROTOCOL_TCP);
        packet[6] = 0x20;
        return;
    }
    append_nothing(e, PROTOCOL_FRAGMENT, FRAGMENT_HEADER);
    packet[IPV6_HEADER] = PROTOCOL_TCP;
    packet[IPV6_HEADER + 3] = 1;
}

/* Link types whose first bits are the version of IP. */
static bool is_raw(const smbt_empty *e)
{
    return e->linktype == 12 || e->linktype == 14 || e->linktype == 101;
}

/* A packet of a protocol that is not followed. What is one in IPv4 may be an extension header in IPv6. */
static void append_unknown(smbt_empty *e, const struct prefix *p, uint8_t protocol)
{
    bool is_extension = protocol == 0 || protocol == 43 || protocol == PROTOCOL_FRAGMENT || protocol == 60;
    if (is_extension && (p->type_at != NO_TYPE || is_raw(e))) {
        set_type(e, p, ETHERTYPE_IPV4);
        append_ipv4(e, protocol);
    } else {
        append_packet(e, is_extension && e->linktype != LINKTYPE_IPV4 ? FOR_EXPERIMENTS : protocol);
    }
}

#define LINKTYPE_ETHERNET 1
#define ETHERTYPE_MACSEC  0x88e5

/* Of Ethernet only: with a length in place of the type. */
static void append_llc(smbt_empty *e, const struct prefix *p, const smbt_wire_trace *undecoded)
{
    uint8_t *header = e->data + e->len;
    bool is_snap = undecoded->reason == SMBT_REASON_SNAP_OUI;
    uint8_t n = is_snap ? 8 : 3;
    set_type(e, p, n);
    header[0] = is_snap ? 0xaa : (uint8_t)undecoded->reason_number;
    header[1] = is_snap ? 0xaa : 0;
    header[2] = 0x03;
    for (unsigned i = 0; is_snap && i < 3; i++)
        header[3 + i] = (uint8_t)(undecoded->reason_number >> (16 - 8 * i));
    e->len += n;
}

/* In what can have any ethertype. */
static void make_typed(smbt_empty *e, const struct prefix *p, enum smbt_reason reason, uint32_t number)
{
    switch (reason) {
    case SMBT_REASON_ETHERTYPE:
        set_type(e, p, number);
        e->len += IPV6_HEADER; /* nothing, but room for a header */
        break;
    case SMBT_REASON_MACSEC: set_type(e, p, ETHERTYPE_MACSEC); break;
    case SMBT_REASON_IPV4_MALFORMED:
        set_type(e, p, ETHERTYPE_IPV4);
        e->len += IPV4_HEADER;
        break;
    case SMBT_REASON_IPV6_MALFORMED:
        set_type(e, p, ETHERTYPE_IPV6);
        e->len += IPV6_HEADER;
        break;
    default:
        set_type(e, p, ETHERTYPE_IPV6);
        append_packet(e, FOR_EXPERIMENTS);
        break;
    }
}

static void make_undecoded(smbt_empty *e, const struct prefix *p, const smbt_wire_trace *undecoded)
{
    enum smbt_reason reason = undecoded->reason;
    set_type(e, p, ETHERTYPE_IPV6);
    if (reason == SMBT_REASON_ESP)
        append_packet(e, PROTOCOL_ESP);
    else if (reason == SMBT_REASON_IP_PROTOCOL)
        append_unknown(e, p, (uint8_t)undecoded->reason_number);
    else if (reason == SMBT_REASON_TCP_MALFORMED)
        append_nothing(e, PROTOCOL_TCP, TCP_HEADER);
    else if (reason == SMBT_REASON_FRAGMENT_MALFORMED)
        append_fragment(e);
    else if (reason == SMBT_REASON_IP_VERSION && is_raw(e))
        e->data[e->len++] = (uint8_t)(undecoded->reason_number << 4);
    else if ((reason == SMBT_REASON_LLC_SAP || reason == SMBT_REASON_SNAP_OUI) &&
             e->linktype == LINKTYPE_ETHERNET)
        append_llc(e, p, undecoded);
    else if (p->type_at != NO_TYPE)
        make_typed(e, p, reason, undecoded->reason_number);
    else
        append_packet(e, FOR_EXPERIMENTS);
}

void smbt_empty_make(int linktype, const smbt_wire_trace *undecoded, smbt_empty *ret_empty)
{
    smbt_empty *e = ret_empty;
    memset(e, 0, sizeof *e);
    const struct prefix *p = find_prefix(linktype);
    e->linktype = linktype;
    if (!p) {
        if (linktype < 0 || linktype > 0xffff) e->linktype = LINKTYPE_UNNAMED;
        return;
    }
    memcpy(e->data, p->bytes, sizeof p->bytes);
    e->len = p->len;
    if (undecoded) {
        make_undecoded(e, p, undecoded);
        return;
    }
    set_type(e, p, ETHERTYPE_IPV6);
    append_packet(e, NO_NEXT_HEADER);
}
