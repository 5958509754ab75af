/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pair.h"

#include <string.h>

static guint hash_bytes(const void *data, size_t n)
{
    guint hash = 2166136261u;
    for (const uint8_t *p = data; n--; p++)
        hash = (hash ^ *p) * 16777619u;
    return hash;
}

guint pair_hash(gconstpointer p)
{
    return hash_bytes(p, sizeof(struct pair));
}

gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct pair)) == 0;
}

guint pair_addr_hash(gconstpointer p)
{
    return hash_bytes(p, sizeof(smbt_addr));
}

gboolean pair_addr_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(smbt_addr)) == 0;
}

struct pair pair_of(const smbt_endpoint *a, const smbt_endpoint *b)
{
    struct pair pair;
    memset(&pair, 0, sizeof pair);
    int order = memcmp(&a->addr, &b->addr, sizeof a->addr);
    bool swapped = order > 0 || (order == 0 && a->port > b->port);
    const smbt_endpoint *ends[2] = {swapped ? b : a, swapped ? a : b};
    for (unsigned i = 0; i < 2; i++) {
        pair.ends[i].family = ends[i]->addr.family;
        memcpy(pair.ends[i].address, ends[i]->addr.bytes, sizeof pair.ends[i].address);
        pair.ends[i].port = ends[i]->port;
    }
    return pair;
}
