/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/copies.h"

#include <glib.h>

/* Two places in one set: bursts of other packets rarely push out what a copy is about to ask for. */
#define SETS 4096
#define WAYS 2
/* Copies come within this time; a retransmission by the clock takes longer, whatever its IP ID. */
#define WITHIN (100 * SMBT_MS)
/* Without an IP ID: no sender repeats itself as fast as that. */
#define AT_ONCE (1 * SMBT_MS)
/* Of the routers between two places of one capture. */
#define HOPS_MOST 8

struct seen {
    uint64_t tag;   /* what the copies of a packet have in common; 0: nothing here */
    smbt_time time; /* of the first */
    uint8_t ttl;    /* likewise */
};

struct smbt_copies {
    struct seen seen[SETS][WAYS];
    uint8_t older[SETS]; /* which place of the set is filled next */
};

smbt_copies *smbt_copies_new(void)
{
    return g_new0(smbt_copies, 1);
}

void smbt_copies_free(smbt_copies *copies)
{
    g_free(copies);
}

static uint64_t mix(uint64_t x, uint64_t y)
{
    x = (x ^ y) * UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 29;
}

static uint64_t tag_of(uint32_t flow, const smbt_segment *s)
{
    uint64_t x = mix((uint64_t)flow << 16 | s->sport, (uint64_t)s->seq << 32 | s->ack);
    x = mix(x, (uint64_t)s->payload_len << 32 | (uint64_t)s->window << 16 | s->ip_id);
    x = mix(x, (uint64_t)s->tsval << 8 | s->flags);
    return x ? x : 1;
}

static enum smbt_copy compare(const struct seen *first, const smbt_segment *s, smbt_time time, uint8_t *hops)
{
    smbt_duration apart = smbt_time_distance(time, first->time);
    bool routed = s->ttl != first->ttl;
    unsigned changed = (unsigned)ABS(s->ttl - first->ttl);
    if (apart > WITHIN) return SMBT_COPY_NONE;
    if (!s->has_ip_id || s->ip_id == 0) {
        /* Stacks acknowledge, and reset, several times within no time; a SYN they repeat after seconds. */
        bool bare = s->payload_len == 0 && !(s->flags & (SMBT_TCP_SYN | SMBT_TCP_FIN));
        bool fast = apart <= AT_ONCE || s->flags & SMBT_TCP_SYN;
        if (routed ? changed > HOPS_MOST || (bare && changed != *hops) : bare || !fast) return SMBT_COPY_NONE;
    }
    if (routed && changed <= HOPS_MOST) *hops = (uint8_t)changed;
    return routed ? SMBT_COPY_ROUTED : SMBT_COPY_SAME;
}

enum smbt_copy smbt_copies_check(smbt_copies *copies, uint32_t flow, const smbt_segment *s, smbt_time time,
                                 uint8_t *hops)
{
    uint64_t tag = tag_of(flow, s);
    unsigned set = (unsigned)(tag >> 52);
    struct seen *place = NULL;
    for (unsigned i = 0; i < WAYS; i++) {
        struct seen *seen = &copies->seen[set][i];
        if (seen->tag != tag) continue;
        enum smbt_copy copy = compare(seen, s, time, hops);
        if (copy != SMBT_COPY_NONE) return copy;
        place = seen;
    }
    if (!place) {
        place = &copies->seen[set][copies->older[set]];
        copies->older[set] ^= 1;
    }
    *place = (struct seen){.tag = tag, .time = time, .ttl = s->ttl};
    return SMBT_COPY_NONE;
}
