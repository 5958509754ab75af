/* Link layers: from the start of a frame to the IP header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_LINK_H
#define SMBT_WIRE_LINK_H

#include "wire/packet.h"

#define SMBT_LINKTYPE_ETHERNET 1
/* Bytes of the shortest frame, without its checksum. */
#define SMBT_ETHERNET_LEAST 60

/* At the start of a frame; `linktype` is a LINKTYPE_ value. */
enum smbt_layer smbt_link_decode(smbt_packet *p, int linktype);

/* At an Ethernet header. Its source address is kept if it is the outermost. */
enum smbt_layer smbt_link_ethernet(smbt_packet *p);

/* At what ethertype p->type stands for: VLAN tags, MPLS labels and PPPoE are taken off. */
enum smbt_layer smbt_link_ethertype(smbt_packet *p);

/* At a PPP protocol field, of one byte or two (RFC 1661 2, 6.5), after optional address and control bytes
 * (RFC 1662 3.1). */
enum smbt_layer smbt_link_ppp(smbt_packet *p);

#endif
