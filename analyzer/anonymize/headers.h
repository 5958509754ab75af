/* The headers of a frame, from the link layer to TCP's options, written anew.
 *
 * What says how the packet is built and how it travelled stays: types, lengths, flags, IDs, TTL, ports,
 * sequence numbers, the options of TCP that are understood. Addresses are mapped. Labels, keys and numbers of
 * networks (VLAN, VNI, MPLS, PPPoE sessions, flow labels), options with addresses in them, padding and
 * trailers are blank.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_HEADERS_H
#define SMBT_ANONYMIZE_HEADERS_H

#include "anonymize/blank.h"
#include "wire/trace.h"

typedef struct smbt_headers {
    bool has_ip;
    uint8_t family;                               /* of the innermost IP header */
    uint8_t old_addresses[32], new_addresses[32]; /* source, destination: 8 or 32 bytes */
    uint32_t tcp_at;                              /* offset of the TCP header; 0: none */
    uint32_t payload_at;                          /* behind it, with the options */
} smbt_headers;

/* Writes the headers of the steps [from, to) of a trace to b->out, which is otherwise left alone; b->message
 * is the frame, or the datagram that these steps are in. `headers` is filled in, and says at first which
 * addresses those had that came before. */
void smbt_headers_write(smbt_blank *b, int linktype, const smbt_wire_trace *trace, unsigned from, unsigned to,
                        smbt_headers *headers);

#endif
