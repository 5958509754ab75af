/* TCP headers (RFC 9293 3.1) and the options that tell one stack from another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_TCP_H
#define SMBT_WIRE_TCP_H

#include "wire/packet.h"
#include "wire/segment.h"

/* At a TCP header. Sets the whole segment, or, when the answer is another than SMBT_LAYER_DONE_SEGMENT,
 * nothing. */
enum smbt_layer smbt_tcp_decode(smbt_packet *p, smbt_segment *ret_segment);

#endif
