/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/decode.h"

#include "wire/ip.h"
#include "wire/link.h"
#include "wire/tcp.h"
#include "wire/tunnel.h"

#include <string.h>

struct smbt_wire {
    smbt_frag frag;
    smbt_reason_counts counts;
    GArray *table; /* what smbt_wire_undecoded returned last */
    smbt_addr fragment_src, fragment_dst;
};

smbt_wire *smbt_wire_new(size_t fragment_bytes)
{
    smbt_wire *wire = g_new0(smbt_wire, 1);
    smbt_frag_init(&wire->frag, fragment_bytes);
    return wire;
}

void smbt_wire_free(smbt_wire *wire)
{
    if (!wire) return;
    smbt_frag_clear(&wire->frag);
    if (wire->table) g_array_unref(wire->table);
    g_free(wire);
}

/* A frame that has been on an Ethernet has 60 bytes at least; one that its own sender recorded may have less.
 */
static uint8_t length_marks(const smbt_packet *p, const smbt_frame *frame)
{
    if (frame->linktype != SMBT_LINKTYPE_ETHERNET || p->tunnels) return 0;
    if (frame->len < SMBT_ETHERNET_LEAST) return SMBT_MARK_SHORT;
    return p->cur.declared < SMBT_ETHERNET_LEAST ? SMBT_MARK_PADDED : 0;
}

static void keep_addresses(smbt_wire *wire, const smbt_packet *p)
{
    size_t n = p->family == 4 ? 4 : 16;
    wire->fragment_src = wire->fragment_dst = (smbt_addr){.family = p->family};
    memcpy(wire->fragment_src.bytes, p->addresses, n);
    memcpy(wire->fragment_dst.bytes, p->addresses + n, n);
}

void smbt_wire_fragment_addresses(const smbt_wire *wire, smbt_addr *ret_src, smbt_addr *ret_dst)
{
    *ret_src = wire->fragment_src;
    *ret_dst = wire->fragment_dst;
}

static void trace_step(smbt_wire_trace *t, const smbt_packet *p, enum smbt_layer layer)
{
    t->end = p->cur.pos;
    if (layer >= SMBT_LAYER_DONE_SEGMENT) return;
    if (t->steps < SMBT_WIRE_STEPS_MAX)
        t->step[t->steps++] = (smbt_wire_step){.layer = layer, .type = p->type, .at = p->cur.pos};
    else
        t->too_many = true;
}

/* Twice in the program: without a trace nothing is asked at each layer. */
__attribute__((always_inline)) static inline enum smbt_wire_result
decode(smbt_wire *wire, const smbt_frame *frame, smbt_segment *ret_segment, smbt_wire_trace *trace)
{
    if (G_UNLIKELY(frame->time > wire->frag.deadline)) smbt_frag_expire(&wire->frag, frame->time);

    smbt_packet packet;
    smbt_packet *p = &packet;
    p->cur = smbt_cur_init(frame->data, frame->caplen, MAX(frame->len, frame->caplen));
    p->trace = trace;
    p->frag = &wire->frag;
    p->time = frame->time;
    p->type = 0;
    p->tunnels = 0;
    p->has_mac = false;
    p->marks = 0;
    memset(p->src_mac, 0, sizeof p->src_mac);

    if (trace) trace_step(trace, p, SMBT_LAYER_LINK);
    enum smbt_layer layer = smbt_link_decode(p, frame->linktype);
    for (;;) {
        if (trace) trace_step(trace, p, layer);
        switch (layer) {
        case SMBT_LAYER_LINK:
        case SMBT_LAYER_ETHERNET: layer = smbt_link_ethernet(p); break;
        case SMBT_LAYER_ETHERTYPE: layer = smbt_link_ethertype(p); break;
        case SMBT_LAYER_PPP: layer = smbt_link_ppp(p); break;
        case SMBT_LAYER_IPV4: layer = smbt_ipv4_decode(p); break;
        case SMBT_LAYER_IPV6: layer = smbt_ipv6_decode(p); break;
        case SMBT_LAYER_PROTOCOL: layer = smbt_ip_protocol(p); break;
        case SMBT_LAYER_TCP: layer = smbt_tcp_decode(p, ret_segment); break;
        case SMBT_LAYER_UDP: layer = smbt_tunnel_udp(p); break;
        case SMBT_LAYER_GRE: layer = smbt_tunnel_gre(p); break;
        case SMBT_LAYER_DONE_SEGMENT: ret_segment->marks |= length_marks(p, frame); return SMBT_WIRE_SEGMENT;
        case SMBT_LAYER_DONE_OTHER: return SMBT_WIRE_OTHER;
        case SMBT_LAYER_DONE_FRAGMENT: keep_addresses(wire, p); return SMBT_WIRE_FRAGMENT;
        case SMBT_LAYER_DONE_CUT: return SMBT_WIRE_CUT;
        case SMBT_LAYER_DONE_UNDECODED:
            smbt_reason_count(&wire->counts, p->reason, p->reason_number, frame->number, frame->time);
            if (trace) {
                trace->reason = p->reason;
                trace->reason_number = p->reason_number;
            }
            return SMBT_WIRE_UNDECODED;
        }
    }
}

enum smbt_wire_result smbt_wire_decode(smbt_wire *wire, const smbt_frame *frame, smbt_segment *ret_segment)
{
    return decode(wire, frame, ret_segment, NULL);
}

enum smbt_wire_result smbt_wire_decode_traced(smbt_wire *wire, const smbt_frame *frame,
                                              smbt_segment *ret_segment, smbt_wire_trace *ret_trace)
{
    ret_trace->steps = ret_trace->fragments = 0;
    ret_trace->too_many = ret_trace->is_whole = false;
    return decode(wire, frame, ret_segment, ret_trace);
}

const GArray *smbt_wire_undecoded(smbt_wire *wire)
{
    if (wire->table) g_array_unref(wire->table);
    wire->table = smbt_reason_table(&wire->counts);
    return wire->table;
}

uint64_t smbt_wire_undecoded_frames(const smbt_wire *wire)
{
    return wire->counts.frames;
}

uint64_t smbt_wire_fragments_dropped(const smbt_wire *wire)
{
    return wire->frag.dropped;
}

bool smbt_wire_fragment_cap_hit(const smbt_wire *wire)
{
    return wire->frag.cap_hit;
}
