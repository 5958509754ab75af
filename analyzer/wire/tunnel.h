/* Tunnels: packets in packets, over GRE and UDP. IP-in-IP and 6in4 have no header of their own (ip.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_TUNNEL_H
#define SMBT_WIRE_TUNNEL_H

#include "wire/packet.h"

/* At a GRE header: RFC 2784 and RFC 2890 (with NVGRE, RFC 7637, and ERSPAN on top), RFC 2637 (PPTP). */
enum smbt_layer smbt_tunnel_gre(smbt_packet *p);

/* At a UDP header: VXLAN (RFC 7348) and Geneve (RFC 8926), known by their ports; all else is OTHER. */
enum smbt_layer smbt_tunnel_udp(smbt_packet *p);

/* At a UDP header: whether its port is a tunnel's. */
bool smbt_tunnel_is_udp_tunnel(const smbt_packet *p);

#endif
