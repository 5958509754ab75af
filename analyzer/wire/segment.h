/* One TCP segment, taken out of a frame whatever it was wrapped in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_SEGMENT_H
#define SMBT_WIRE_SEGMENT_H

#include <smbtrace/types.h>

#define SMBT_TCP_FIN 0x01
#define SMBT_TCP_SYN 0x02
#define SMBT_TCP_RST 0x04
#define SMBT_TCP_PSH 0x08
#define SMBT_TCP_ACK 0x10

/* What the frame says of the machine that recorded it. */
#define SMBT_MARK_SENT     0x01 /* this machine sent it (cooked captures say so) */
#define SMBT_MARK_RECEIVED 0x02 /* it was sent to this machine (likewise) */
#define SMBT_MARK_SHORT    0x04 /* shorter than Ethernet allows: recorded before it was on a wire */
#define SMBT_MARK_PADDED   0x08 /* filled up to the least length: it came over a wire */

/* All pointers are borrowed: they hold until the next call of smbt_wire_decode or until the frame's bytes go.
 */
typedef struct smbt_segment {
    smbt_addr src, dst;
    uint16_t sport, dport;
    uint32_t seq, ack;
    uint16_t window;           /* as sent, not scaled */
    uint8_t flags;             /* SMBT_TCP_, no others */
    const uint8_t *payload;    /* never NULL */
    uint32_t payload_len;      /* bytes that the sender sent, from the IP length */
    uint32_t payload_captured; /* bytes at payload; <= payload_len */

    /* What tells one sender from another (facts 8). */
    uint8_t ttl;    /* or hop limit */
    bool has_ip_id; /* IPv4 */
    uint16_t ip_id;
    bool dont_fragment; /* IPv4 */
    bool has_timestamp; /* RFC 7323 */
    uint32_t tsval, tsecr;
    bool options_cut; /* the options were not captured whole: what is not seen below may have been sent */
    /* Of a SYN only, 0 elsewhere. */
    uint16_t mss;         /* 0: no such option */
    uint8_t window_scale; /* shift + 1; 0: no such option */
    bool sack_permitted;
    /* Kinds in their order, four bits each; from the ninth on they are folded in. For comparing, not for
     * taking apart: equal for equal stacks. */
    uint32_t option_layout;

    bool has_mac;
    uint8_t src_mac[6]; /* of the outermost Ethernet or cooked header */
    uint8_t tunnels;    /* how many tunnel headers were taken off */
    uint8_t marks;      /* SMBT_MARK_ */
} smbt_segment;

#endif
