/* Frame to TCP segment: every encapsulation that customers' captures come in.
 *
 * Link layers: Ethernet (with VLAN, QinQ, PPPoE, LLC/SNAP), Linux cooked v1 and v2, BSD loopback, raw IP,
 * PPP, Cisco HDLC. Above: IPv4 with options and fragments, IPv6 with extension headers and fragments, AH, GRE
 * (also NVGRE's bridged Ethernet, PPTP, and ERSPAN types I to III), IP-in-IP, 6in4, VXLAN (UDP 4789, 8472),
 * Geneve, MPLS with its Ethernet pseudo-wires. At most six tunnels are nested.
 *
 * IP's own lengths say where a packet ends: padding is no payload, and what the frame lacks of them was sent
 * and not captured. Where they are 0 (segmentation offload, jumbograms) the frame's length on the wire
 * counts.
 *
 * Pure but for one thing: fragments are kept until their datagram is whole, in a store with a cap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_DECODE_H
#define SMBT_WIRE_DECODE_H

#include "wire/segment.h"
#include "wire/trace.h"

#include <glib.h>

enum smbt_wire_result {
    SMBT_WIRE_SEGMENT,  /* *ret_segment is set */
    SMBT_WIRE_OTHER,    /* understood, and it carries no TCP (ARP, UDP, a later fragment of UDP ...) */
    SMBT_WIRE_FRAGMENT, /* kept until the rest of its datagram comes; or of a datagram that was given up, or a
                           copy of one that was taken */
    SMBT_WIRE_CUT,      /* not captured far enough to reach the TCP header's 20 bytes */
    SMBT_WIRE_UNDECODED, /* a kind of frame we do not know, or a malformed header: counted under a reason */
};

/* A decoder: the fragment store and the counts of what could not be decoded. */
typedef struct smbt_wire smbt_wire;

/* `fragment_bytes` caps what all unfinished datagrams together may hold. */
smbt_wire *smbt_wire_new(size_t fragment_bytes);
void smbt_wire_free(smbt_wire *wire);

/* Decodes one frame. Only SMBT_WIRE_SEGMENT touches *ret_segment. A segment out of reassembled fragments
 * belongs to the frame that completed it. Of an encapsulated packet inside an ICMP error nothing is taken. */
enum smbt_wire_result smbt_wire_decode(smbt_wire *wire, const smbt_frame *frame, smbt_segment *ret_segment);

/* The addresses of the frame decoded last, when that gave SMBT_WIRE_FRAGMENT. */
void smbt_wire_fragment_addresses(const smbt_wire *wire, smbt_addr *ret_src, smbt_addr *ret_dst);

/* The same, and says where the headers lie. */
enum smbt_wire_result smbt_wire_decode_traced(smbt_wire *wire, const smbt_frame *frame,
                                              smbt_segment *ret_segment, smbt_wire_trace *ret_trace);

/* Frames that were UNDECODED, by reason; rows of smbt_undecoded (smbtrace.h), most frames first. Rebuilt at
 * each call, owned by the decoder. At most 64 reasons are told apart; further ones share the reason "other".
 */
const GArray *smbt_wire_undecoded(smbt_wire *wire);
uint64_t smbt_wire_undecoded_frames(const smbt_wire *wire);

/* Datagrams that were given up: for want of a fragment for 30 s, for the cap, for fragments that overlap. */
uint64_t smbt_wire_fragments_dropped(const smbt_wire *wire);
/* Whether the cap was the reason at least once. */
bool smbt_wire_fragment_cap_hit(const smbt_wire *wire);

#endif
