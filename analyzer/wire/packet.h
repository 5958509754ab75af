/* A packet while its headers are taken off one after another.
 *
 * Each decoder of this layer takes one header (or a run of them) off the packet and says what comes next:
 * another layer, or one of the final answers. decode.c runs the loop, so that nesting costs no stack.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_PACKET_H
#define SMBT_WIRE_PACKET_H

#include "base/cursor.h"
#include "wire/frag.h"
#include "wire/reason.h"

/* How many tunnels may be nested. */
#define SMBT_PACKET_TUNNELS_MAX 6

enum smbt_layer {
    SMBT_LAYER_ETHERNET,
    SMBT_LAYER_ETHERTYPE, /* what ethertype `type` stands for */
    SMBT_LAYER_PPP,       /* at the PPP protocol field */
    SMBT_LAYER_IPV4,
    SMBT_LAYER_IPV6,
    SMBT_LAYER_PROTOCOL, /* what IP protocol `type` stands for */
    SMBT_LAYER_TCP,
    SMBT_LAYER_UDP,
    SMBT_LAYER_GRE,
    /* The final answers, one for each smbt_wire_result. */
    SMBT_LAYER_DONE_SEGMENT,
    SMBT_LAYER_DONE_OTHER,
    SMBT_LAYER_DONE_FRAGMENT,
    SMBT_LAYER_DONE_CUT,
    SMBT_LAYER_DONE_UNDECODED,
};

typedef struct smbt_packet {
    smbt_cur cur;    /* at the next header */
    smbt_frag *frag; /* the decoder's */
    smbt_time time;
    uint16_t type; /* see smbt_layer */
    uint8_t tunnels;
    bool has_mac;
    uint8_t marks; /* of the segment, as far as the link layer tells */
    uint8_t src_mac[6];
    /* Of the innermost IP header so far. */
    uint8_t family;
    uint8_t ttl;
    bool dont_fragment;
    uint16_t ip_id;
    const uint8_t *addresses;   /* source, then destination: 8 or 32 bytes */
    uint8_t kept_addresses[32]; /* where they are when they come out of the fragment store */
    /* Why the packet is undecoded. */
    enum smbt_reason reason;
    uint32_t reason_number;
} smbt_packet;

static inline uint16_t smbt_packet_be16(const uint8_t bytes[2])
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t smbt_packet_be32(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The packet ends n bytes from here, whatever the layers below said: padding goes; what the frame's length
 * lacks was sent and not captured. */
static inline void smbt_packet_limit(smbt_packet *p, size_t n)
{
    p->cur.declared = n < UINT32_MAX - p->cur.pos ? p->cur.pos + (uint32_t)n : UINT32_MAX;
    if (p->cur.captured > p->cur.declared) p->cur.captured = p->cur.declared;
}

static inline enum smbt_layer smbt_packet_undecoded(smbt_packet *p, enum smbt_reason reason, uint32_t number)
{
    p->reason = reason;
    p->reason_number = number;
    return SMBT_LAYER_DONE_UNDECODED;
}

/* The answer after a read that failed: not captured, or malformed for this reason. */
static inline enum smbt_layer smbt_packet_short(smbt_packet *p, enum smbt_reason malformed)
{
    if (p->cur.status == SMBT_CUR_NOT_CAPTURED) return SMBT_LAYER_DONE_CUT;
    return smbt_packet_undecoded(p, malformed, 0);
}

static inline enum smbt_layer smbt_packet_ethertype(smbt_packet *p, uint16_t type)
{
    p->type = type;
    return SMBT_LAYER_ETHERTYPE;
}

/* Says that a tunnel's header was taken off, and that `inner` comes next. */
static inline enum smbt_layer smbt_packet_enter(smbt_packet *p, enum smbt_layer inner)
{
    if (p->tunnels == SMBT_PACKET_TUNNELS_MAX) return smbt_packet_undecoded(p, SMBT_REASON_TOO_DEEP, 0);
    p->tunnels++;
    return inner;
}

#endif
