/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/pieces.h"

#include <string.h>

struct datagram {
    smbt_frag_key key;
    smbt_time since;
    GArray *pieces;
    GList link;
};

static guint hash_key(gconstpointer key)
{
    const uint8_t *bytes = key;
    guint hash = 5381;
    for (size_t i = 0; i < sizeof(smbt_frag_key); i++)
        hash = hash * 33 + bytes[i];
    return hash;
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(smbt_frag_key)) == 0;
}

void smbt_pieces_init(smbt_pieces *pieces)
{
    *pieces = (smbt_pieces){.datagrams = g_hash_table_new(hash_key, equal_keys)};
    g_queue_init(&pieces->order);
}

static GArray *take(smbt_pieces *pieces, struct datagram *d)
{
    GArray *array = d->pieces;
    pieces->count -= array->len;
    g_hash_table_remove(pieces->datagrams, &d->key);
    g_queue_unlink(&pieces->order, &d->link);
    g_free(d);
    return array;
}

static void forget_oldest(smbt_pieces *pieces)
{
    g_array_unref(take(pieces, pieces->order.head->data));
}

void smbt_pieces_clear(smbt_pieces *pieces)
{
    while (pieces->order.head)
        forget_oldest(pieces);
    g_hash_table_unref(pieces->datagrams);
}

static struct datagram *find(smbt_pieces *pieces, smbt_time now, const smbt_frag_key *key)
{
    struct datagram *d = g_hash_table_lookup(pieces->datagrams, key);
    if (d && smbt_time_since(now, d->since) > SMBT_FRAG_TIMEOUT) {
        g_array_unref(take(pieces, d));
        d = NULL;
    }
    if (d) return d;
    d = g_new0(struct datagram, 1);
    d->key = *key;
    d->since = now;
    d->pieces = g_array_new(FALSE, FALSE, sizeof(smbt_piece));
    d->link.data = d;
    g_queue_push_tail_link(&pieces->order, &d->link);
    g_hash_table_insert(pieces->datagrams, &d->key, d);
    return d;
}

void smbt_pieces_add(smbt_pieces *pieces, smbt_time now, const smbt_wire_trace *trace, uint64_t place)
{
    if (pieces->count >= SMBT_PIECES_MAX) forget_oldest(pieces);
    struct datagram *d = find(pieces, now, &trace->key);
    smbt_piece piece = {.offset = trace->fragment_offset,
                        .len = trace->fragment_captured,
                        .place = place,
                        .at = trace->fragment_at};
    g_array_append_val(d->pieces, piece);
    pieces->count++;
}

GArray *smbt_pieces_take(smbt_pieces *pieces, const smbt_wire_trace *trace)
{
    struct datagram *d = g_hash_table_lookup(pieces->datagrams, &trace->key);
    return d ? take(pieces, d) : NULL;
}
