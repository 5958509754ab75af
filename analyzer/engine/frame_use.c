/* What became of the frame that was pushed last, and how much of it mattered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

uint32_t smbt_engine_payload_needed(const smbt_framer *framer, const smbt_segment *s,
                                    enum smbt_half_result result)
{
    if (result == SMBT_HALF_HELD) return s->payload_captured;
    if (result != SMBT_HALF_NEW || !framer->looked) return 0;
    uintptr_t at = (uintptr_t)framer->looked, from = (uintptr_t)s->payload;
    /* Otherwise it looked at segments that had waited for this one. */
    bool is_own = at >= from && at - from <= s->payload_captured;
    return is_own ? (uint32_t)(at - from) : s->payload_captured;
}

void smbt_engine_note_needed(smbt_engine *e, const smbt_frame *frame)
{
    uintptr_t payload = (uintptr_t)e->segment.payload, start = (uintptr_t)frame->data;
    bool is_within = e->segment.payload_captured && payload >= start &&
                     payload - start <= frame->caplen; /* not out of fragments */
    e->needed = is_within ? MIN((uint32_t)(payload - start) + e->needed, frame->caplen) : frame->caplen;
}

void smbt_engine_get_frame_use(const smbt_engine *engine, smbt_frame_use *ret_use)
{
    const smbt_engine *e = engine;
    const smbt_segment *s = &e->segment;
    *ret_use = (smbt_frame_use){.kind = SMBT_FRAME_OTHER, .needed = e->captured};
    switch (e->decoded) {
    case SMBT_WIRE_SEGMENT:
        ret_use->kind = SMBT_FRAME_SEGMENT;
        ret_use->followed = e->followed;
        ret_use->src = (smbt_endpoint){.addr = s->src, .port = s->sport};
        ret_use->dst = (smbt_endpoint){.addr = s->dst, .port = s->dport};
        ret_use->needed = e->needed;
        break;
    case SMBT_WIRE_FRAGMENT:
        ret_use->kind = SMBT_FRAME_FRAGMENT;
        smbt_wire_fragment_addresses(e->wire, &ret_use->src.addr, &ret_use->dst.addr);
        break;
    case SMBT_WIRE_OTHER:
    case SMBT_WIRE_CUT:
    case SMBT_WIRE_UNDECODED: break;
    }
}
