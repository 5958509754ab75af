/* Where the headers of a frame lie, for who has to write them anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_TRACE_H
#define SMBT_WIRE_TRACE_H

#include "wire/packet.h"

/* Each tunnel takes a handful of steps. */
#define SMBT_WIRE_STEPS_MAX 64

/* One header, or the run of them that one decoder takes off. */
typedef struct smbt_wire_step {
    enum smbt_layer layer; /* ETHERNET to GRE; LINK for what stands first in the frame */
    uint16_t type;         /* what `layer` says of it (packet.h) */
    uint32_t at; /* offset of its first byte: in the frame, or in the datagram behind `datagram_step` */
} smbt_wire_step;

struct smbt_wire_trace {
    smbt_wire_step step[SMBT_WIRE_STEPS_MAX];
    unsigned steps;
    bool too_many; /* steps; then the trace is of no use */
    uint32_t end;  /* offset behind the last header, as `at` */

    /* IP fragments. With more than one (fragments of a tunnel that was in fragments) only the last is told.
     */
    unsigned fragments;
    smbt_frag_key key;
    uint32_t fragment_at; /* offset of its data, in the frame */
    uint32_t fragment_offset, fragment_captured;
    uint32_t fragment_len;
    bool is_whole; /* with it the datagram was whole: the steps from `datagram_step` on are in there */
    unsigned datagram_step;
    uint8_t datagram_protocol;
    const uint8_t *datagram; /* as smbt_datagram.data */
    uint32_t datagram_captured, datagram_len;

    /* Of an UNDECODED frame. */
    enum smbt_reason reason;
    uint32_t reason_number;
};

#endif
