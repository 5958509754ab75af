/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/ip.h"

#include "wire/trace.h"
#include "wire/tunnel.h"

#include <string.h>

/* Protocols that may hide TCP from us are UNDECODED, those that never carry it are OTHER. */
static enum smbt_layer answer_without_tcp(smbt_packet *p, uint8_t protocol)
{
    switch (protocol) {
    case 1:   /* ICMP: of the packet quoted in an error nothing is taken */
    case 2:   /* IGMP */
    case 3:   /* GGP */
    case 8:   /* EGP */
    case 9:   /* IGRP */
    case 27:  /* RDP */
    case 33:  /* DCCP */
    case 46:  /* RSVP */
    case 54:  /* NARP */
    case 58:  /* ICMPv6 */
    case 59:  /* no next header */
    case 88:  /* EIGRP */
    case 89:  /* OSPF */
    case 103: /* PIM */
    case 112: /* VRRP, CARP */
    case 113: /* PGM */
    case 124: /* IS-IS */
    case 132: /* SCTP */
    case 135: /* mobility header */
    case 136: /* UDP-Lite */
    case 240: /* pfsync */ return SMBT_LAYER_DONE_OTHER;
    case SMBT_IP_UDP: return SMBT_LAYER_DONE_OTHER;
    case SMBT_IP_ESP: return smbt_packet_undecoded(p, SMBT_REASON_ESP, 0);
    default: return smbt_packet_undecoded(p, SMBT_REASON_IP_PROTOCOL, protocol);
    }
}

/* Authentication header (RFC 4302): what it covers is in the clear. */
static bool take_authentication(smbt_packet *p, uint8_t *protocol)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 2);
    if (!header) return false;
    *protocol = header[0];
    smbt_cur_skip(&p->cur, (header[1] + 2u) * 4 - 2);
    return smbt_cur_ok(&p->cur);
}

/* Hop-by-hop options, routing, destination options (RFC 8200 4.3, 4.4, 4.6). */
static bool take_extension(smbt_packet *p, uint8_t *protocol)
{
    const uint8_t *header = smbt_cur_bytes(&p->cur, 2);
    if (!header) return false;
    *protocol = header[0];
    smbt_cur_skip(&p->cur, (header[1] + 1u) * 8 - 2);
    return smbt_cur_ok(&p->cur);
}

enum smbt_layer smbt_ip_protocol(smbt_packet *p)
{
    uint8_t protocol = (uint8_t)p->type;
    for (;;) {
        switch (protocol) {
        case SMBT_IP_TCP: return SMBT_LAYER_TCP;
        case SMBT_IP_UDP: return SMBT_LAYER_UDP;
        case SMBT_IP_GRE: return SMBT_LAYER_GRE;
        case SMBT_IP_IPV4: return smbt_packet_enter(p, SMBT_LAYER_IPV4);
        case SMBT_IP_IPV6: return smbt_packet_enter(p, SMBT_LAYER_IPV6);
        case SMBT_IP_MPLS: return smbt_packet_enter(p, smbt_packet_ethertype(p, 0x8847));
        case SMBT_IP_AH:
            if (!take_authentication(p, &protocol)) return smbt_packet_short(p, SMBT_REASON_AH_MALFORMED);
            break;
        case SMBT_IP_HOP_BY_HOP:
        case SMBT_IP_ROUTING:
        case SMBT_IP_DESTINATION:
            if (p->family != 6) return answer_without_tcp(p, protocol);
            if (!take_extension(p, &protocol)) return smbt_packet_short(p, SMBT_REASON_IPV6_MALFORMED);
            break;
        case SMBT_IP_FRAGMENT:
            if (p->family == 6) return smbt_ipv6_fragment(p);
            return answer_without_tcp(p, protocol);
        default: return answer_without_tcp(p, protocol);
        }
    }
}

/* Whether the datagram may carry TCP. Of UDP only tunnels do: the first fragment tells by its port, and later
 * ones are kept if the first was. */
static bool is_worth_keeping(const smbt_packet *p, const smbt_frag_key *key, uint8_t protocol,
                             uint32_t offset)
{
    switch (protocol) {
    case SMBT_IP_TCP:
    case SMBT_IP_GRE:
    case SMBT_IP_IPV4:
    case SMBT_IP_IPV6:
    case SMBT_IP_MPLS:
    case SMBT_IP_AH: return true;
    case SMBT_IP_ROUTING:
    case SMBT_IP_DESTINATION: return p->family == 6;
    case SMBT_IP_UDP:
        if (offset == 0) return smbt_tunnel_is_udp_tunnel(p);
        return smbt_frag_knows(p->frag, key);
    default: return false;
    }
}

static void set_key(const smbt_packet *p, uint8_t protocol, uint32_t id, smbt_frag_key *ret_key)
{
    *ret_key = (smbt_frag_key){.id = id, .family = p->family, .tunnels = p->tunnels};
    if (p->family == 4) ret_key->protocol = protocol;
    memcpy(ret_key->addresses, p->addresses, p->family == 4 ? 8 : 32);
}

static void trace_fragment(smbt_wire_trace *t, const smbt_packet *p, const smbt_frag_key *key,
                           const smbt_fragment *fragment)
{
    t->fragments++;
    t->is_whole = false;
    t->key = *key;
    t->fragment_at = p->cur.pos - fragment->captured;
    t->fragment_offset = fragment->offset;
    t->fragment_captured = fragment->captured;
    t->fragment_len = fragment->len;
}

static void trace_datagram(smbt_wire_trace *t, const smbt_datagram *datagram)
{
    t->is_whole = true;
    t->datagram_step = t->steps;
    t->datagram_protocol = datagram->protocol;
    t->datagram = datagram->data;
    t->datagram_captured = datagram->captured;
    t->datagram_len = datagram->len;
}

enum smbt_layer smbt_ip_fragment(smbt_packet *p, uint8_t protocol, uint32_t id, uint32_t offset, bool more)
{
    size_t len = smbt_cur_left(&p->cur);
    if (len == 0 || len > SMBT_FRAG_DATAGRAM_MAX - offset || (more && len % 8 != 0))
        return smbt_packet_undecoded(p, SMBT_REASON_FRAGMENT_MALFORMED, 0);

    smbt_frag_key key;
    set_key(p, protocol, id, &key);
    if (!is_worth_keeping(p, &key, protocol, offset)) return answer_without_tcp(p, protocol);

    size_t captured = smbt_cur_left_captured(&p->cur);
    smbt_fragment fragment = {.offset = offset,
                              .len = (uint32_t)len,
                              .captured = (uint32_t)captured,
                              .data = captured ? smbt_cur_bytes(&p->cur, captured) : NULL,
                              .more = more,
                              .protocol = protocol,
                              .ttl = p->ttl,
                              .dont_fragment = p->dont_fragment};
    smbt_datagram datagram;
    if (p->trace) trace_fragment(p->trace, p, &key, &fragment);
    if (!smbt_frag_add(p->frag, p->time, &key, &fragment, &datagram)) return SMBT_LAYER_DONE_FRAGMENT;

    /* The packet may itself have come out of the store: what is still needed of it is copied first. */
    memcpy(p->kept_addresses, key.addresses, sizeof p->kept_addresses);
    p->addresses = p->kept_addresses;
    p->ttl = datagram.ttl;
    p->dont_fragment = datagram.dont_fragment;
    p->cur = smbt_cur_init(datagram.data, datagram.captured, datagram.len);
    if (p->trace) trace_datagram(p->trace, &datagram);
    p->type = datagram.protocol;
    return SMBT_LAYER_PROTOCOL;
}
