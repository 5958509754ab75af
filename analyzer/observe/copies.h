/* Packets that the capture holds more than once: mirror ports, the "any" interface, several interfaces in one
 * file, a packet before and after a router.
 *
 * A copy has all that TCP says in common with the packet seen before, and its IP ID: a host that sends bytes
 * again gives them a new one. Hosts that send no IP ID (IPv6; 0 where fragments are forbidden) need another
 * sign: the hop count changed on the way, or no sender could have been that fast. Of bare acknowledgments and
 * resets a stack, or somebody who forges them, sends several alike: those are copies only when the hop count
 * changed by as much as it did for packets of that sender which say more.
 *
 * What was seen lately is kept in one table of fixed size for all connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_COPIES_H
#define SMBT_OBSERVE_COPIES_H

#include "base/time.h"
#include "wire/segment.h"

enum smbt_copy {
    SMBT_COPY_NONE,
    SMBT_COPY_SAME,   /* with the same hop count: at one place, or within one network */
    SMBT_COPY_ROUTED, /* with another hop count: on both sides of a router */
};

typedef struct smbt_copies smbt_copies;

smbt_copies *smbt_copies_new(void);
void smbt_copies_free(smbt_copies *copies);

/* Whether the segment was seen already; remembers it when not. `flow` names its connection. `hops`: by how
 * many the hop count of this sender's packets differed between copies, 0 when none were routed; updated. */
enum smbt_copy smbt_copies_check(smbt_copies *copies, uint32_t flow, const smbt_segment *s, smbt_time time,
                                 uint8_t *hops);

#endif
