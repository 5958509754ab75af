/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/decode.h"

#include <smbtrace/smbtrace.h>

#define ONE_FRAGMENT (1 << 16)

bool smbt_frame_has_tcp(const smbt_frame *frame)
{
    smbt_segment segment;
    smbt_wire *wire = smbt_wire_new(ONE_FRAGMENT);
    enum smbt_wire_result result = smbt_wire_decode(wire, frame, &segment);
    smbt_wire_free(wire);
    return result == SMBT_WIRE_SEGMENT || result == SMBT_WIRE_FRAGMENT;
}
