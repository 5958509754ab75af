/* Why frames could not be decoded, and how many of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_REASON_H
#define SMBT_WIRE_REASON_H

#include "base/time.h"

#include <glib.h>
#include <stdint.h>

/* Each with a number or without; the texts are in reason.c. */
enum smbt_reason {
    SMBT_REASON_LINK_TYPE,
    SMBT_REASON_LINK_MALFORMED,
    SMBT_REASON_LOOPBACK_FAMILY,
    SMBT_REASON_ETHERTYPE,
    SMBT_REASON_LLC_SAP,
    SMBT_REASON_SNAP_OUI,
    SMBT_REASON_PPP_PROTOCOL,
    SMBT_REASON_MACSEC,
    SMBT_REASON_MPLS_PAYLOAD,
    SMBT_REASON_IP_VERSION,
    SMBT_REASON_IPV4_MALFORMED,
    SMBT_REASON_IPV6_MALFORMED,
    SMBT_REASON_FRAGMENT_MALFORMED,
    SMBT_REASON_IP_PROTOCOL,
    SMBT_REASON_ESP,
    SMBT_REASON_AH_MALFORMED,
    SMBT_REASON_GRE_MALFORMED,
    SMBT_REASON_GRE_VERSION,
    SMBT_REASON_GRE_ROUTING,
    SMBT_REASON_GRE_PROTOCOL,
    SMBT_REASON_ERSPAN,
    SMBT_REASON_UDP_MALFORMED,
    SMBT_REASON_VXLAN_MALFORMED,
    SMBT_REASON_GENEVE_MALFORMED,
    SMBT_REASON_TOO_DEEP,
    SMBT_REASON_TCP_MALFORMED,
    SMBT_REASON_MAX
};

/* How many are told apart; further ones are counted together as "other". */
#define SMBT_REASON_ROWS 64

typedef struct smbt_reason_row {
    enum smbt_reason reason;
    uint32_t number;
    uint64_t frames, first_frame;
    smbt_time first_time;
} smbt_reason_row;

/* The counts. All zero is the empty state. */
typedef struct smbt_reason_counts {
    smbt_reason_row rows[SMBT_REASON_ROWS + 1]; /* the last: other */
    unsigned used;                              /* of the first SMBT_REASON_ROWS */
    unsigned last;                              /* the row counted last: the next is most often the same */
    uint64_t frames;                            /* sum over all rows */
} smbt_reason_counts;

void smbt_reason_count(smbt_reason_counts *counts, enum smbt_reason reason, uint32_t number, uint64_t frame,
                       smbt_time time);

/* The rows as smbt_undecoded (smbtrace.h), most frames first, then by first frame. The caller frees with
 * g_array_unref; the strings belong to the array. */
GArray *smbt_reason_table(const smbt_reason_counts *counts);

#endif
