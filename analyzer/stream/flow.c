/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/flow.h"

#include <string.h>

/* A small direct-mapped cache in front of the hash table: captures come in bursts of one connection. */
#define CACHE_SIZE 1024

struct smbt_flow_table {
    GHashTable *flows; /* smbt_flow_key (within the flow) -> smbt_flow */
    smbt_flow *cache[CACHE_SIZE];
    smbt_flow *oldest, *newest;
    smbt_reorder_budget budget;
};

/* The key and which of its endpoints sent the segment. */
static unsigned make_key(const smbt_segment *s, smbt_flow_key *ret_key)
{
    int order = memcmp(s->src.bytes, s->dst.bytes, sizeof s->src.bytes);
    unsigned sender = order > 0 || (order == 0 && s->sport > s->dport) ? 1 : 0;
    memcpy(ret_key->addr[sender], s->src.bytes, 16);
    memcpy(ret_key->addr[1 - sender], s->dst.bytes, 16);
    ret_key->port[sender] = s->sport;
    ret_key->port[1 - sender] = s->dport;
    ret_key->family = s->src.family;
    return sender;
}

static uint32_t hash_key(const smbt_flow_key *key)
{
    uint64_t w[4];
    memcpy(w, key->addr, sizeof w);
    uint64_t x =
        (w[0] ^ w[2] * 3) * UINT64_C(0x9e3779b97f4a7c15) ^ (w[1] ^ w[3] * 5) * UINT64_C(0xc2b2ae3d27d4eb4f);
    x ^= ((uint64_t)key->port[0] << 16 | key->port[1]) * UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64_C(0x9fb21c651e98df25);
    return (uint32_t)(x >> 32);
}

uint32_t smbt_flow_hash(const smbt_segment *segment)
{
    smbt_flow_key key;
    make_key(segment, &key);
    return hash_key(&key);
}

static guint table_hash(gconstpointer flow)
{
    return ((const smbt_flow *)flow)->hash;
}

static gboolean table_equal(gconstpointer a, gconstpointer b)
{
    const smbt_flow *x = a, *y = b;
    return memcmp(&x->key, &y->key, sizeof x->key) == 0;
}

smbt_flow_table *smbt_flow_table_new(const smbt_reorder_budget *budget)
{
    smbt_flow_table *t = g_new0(smbt_flow_table, 1);
    t->flows = g_hash_table_new(table_hash, table_equal);
    t->budget = *budget;
    return t;
}

void smbt_flow_table_free(smbt_flow_table *table)
{
    if (!table) return;
    while (table->oldest)
        smbt_flow_table_remove(table, table->oldest);
    g_hash_table_unref(table->flows);
    g_free(table);
}

static void unlink_flow(smbt_flow_table *t, smbt_flow *f)
{
    if (f->older)
        f->older->newer = f->newer;
    else
        t->oldest = f->newer;
    if (f->newer)
        f->newer->older = f->older;
    else
        t->newest = f->older;
}

static void link_newest(smbt_flow_table *t, smbt_flow *f)
{
    f->older = t->newest;
    f->newer = NULL;
    if (t->newest)
        t->newest->newer = f;
    else
        t->oldest = f;
    t->newest = f;
}

smbt_flow_match smbt_flow_table_find(smbt_flow_table *table, const smbt_segment *segment)
{
    smbt_flow probe;
    unsigned sender = make_key(segment, &probe.key);
    probe.hash = hash_key(&probe.key);
    smbt_flow **slot = &table->cache[probe.hash % CACHE_SIZE];
    smbt_flow *f = *slot;
    if (!f || !table_equal(f, &probe)) {
        f = g_hash_table_lookup(table->flows, &probe);
        if (!f) return (smbt_flow_match){0};
        *slot = f;
    }
    if (f != table->newest) {
        unlink_flow(table, f);
        link_newest(table, f);
    }
    return (smbt_flow_match){.flow = f, .side = sender == f->client_at ? 0 : 1};
}

smbt_flow_match smbt_flow_table_add(smbt_flow_table *table, const smbt_segment *segment, bool from_client)
{
    smbt_flow *f = g_new0(smbt_flow, 1);
    unsigned sender = make_key(segment, &f->key);
    f->hash = hash_key(&f->key);
    f->client_at = (uint8_t)(from_client ? sender : 1 - sender);
    smbt_endpoint src = {.addr = segment->src, .port = segment->sport};
    smbt_endpoint dst = {.addr = segment->dst, .port = segment->dport};
    f->client = from_client ? src : dst;
    f->server = from_client ? dst : src;
    smbt_framer_init(&f->half[0].framer, false);
    smbt_framer_init(&f->half[1].framer, false);
    g_hash_table_add(table->flows, f);
    link_newest(table, f);
    return (smbt_flow_match){.flow = f, .side = from_client ? 0 : 1};
}

void smbt_flow_table_remove(smbt_flow_table *table, smbt_flow *flow)
{
    smbt_flow **slot = &table->cache[flow->hash % CACHE_SIZE];
    if (*slot == flow) *slot = NULL;
    g_hash_table_remove(table->flows, flow);
    unlink_flow(table, flow);
    smbt_half_clear(&flow->half[0], &table->budget);
    smbt_half_clear(&flow->half[1], &table->budget);
    g_free(flow);
}

smbt_flow *smbt_flow_table_oldest(const smbt_flow_table *table)
{
    return table->oldest;
}
unsigned smbt_flow_table_size(const smbt_flow_table *table)
{
    return g_hash_table_size(table->flows);
}
smbt_reorder_budget *smbt_flow_table_budget(smbt_flow_table *table)
{
    return &table->budget;
}
