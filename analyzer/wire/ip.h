/* IPv4 and IPv6, up to the protocol that they carry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_IP_H
#define SMBT_WIRE_IP_H

#include "wire/packet.h"

enum smbt_ip_protocol {
    SMBT_IP_HOP_BY_HOP = 0,
    SMBT_IP_IPV4 = 4,
    SMBT_IP_TCP = 6,
    SMBT_IP_UDP = 17,
    SMBT_IP_IPV6 = 41,
    SMBT_IP_ROUTING = 43,
    SMBT_IP_FRAGMENT = 44,
    SMBT_IP_GRE = 47,
    SMBT_IP_ESP = 50,
    SMBT_IP_AH = 51,
    SMBT_IP_DESTINATION = 60,
    SMBT_IP_MPLS = 137,
};

/* At an IPv4 header (RFC 791). The total length says where the packet ends; when it is 0, as in frames
 * captured before the network card cut them up, the frame's length does. */
enum smbt_layer smbt_ipv4_decode(smbt_packet *p);

/* At an IPv6 header (RFC 8200). A payload length of 0 (jumbograms and, again, segmentation by the card) means
 * the frame's length. */
enum smbt_layer smbt_ipv6_decode(smbt_packet *p);

/* At an IPv6 fragment header (RFC 8200 4.5). */
enum smbt_layer smbt_ipv6_fragment(smbt_packet *p);

/* At what IP protocol p->type stands for: extension headers are taken off. */
enum smbt_layer smbt_ip_protocol(smbt_packet *p);

/* At the data of a fragment, the rest of the packet: goes on with the datagram if it is whole now. */
enum smbt_layer smbt_ip_fragment(smbt_packet *p, uint8_t protocol, uint32_t id, uint32_t offset, bool more);

#endif
