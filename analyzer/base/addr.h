/* Addresses and the pairs of endpoints that name a connection.
 *
 * Plain values: copied, compared and hashed, never allocated.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_ADDR_H
#define SMBT_BASE_ADDR_H

#include <smbtrace/types.h>
#include <string.h>

static inline bool smbt_addr_equal(const smbt_addr *a, const smbt_addr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline bool smbt_endpoint_equal(const smbt_endpoint *a, const smbt_endpoint *b)
{
    return a->port == b->port && smbt_addr_equal(&a->addr, &b->addr);
}

/* A hash of the address, well mixed in all bits. Not keyed: tables that a peer can fill are capped. */
uint32_t smbt_addr_hash(const smbt_addr *a);

#endif
