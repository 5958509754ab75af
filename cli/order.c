/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "order.h"

/* So many are sorted. */
#define ENTRIES_MAX 100000

struct entry {
    unsigned rank; /* the lowest first */
    smbt_time time;
    uint64_t at, size;
};

struct order {
    GArray *entries;
    uint64_t size; /* of all */
    bool is_full;
};

struct order *order_new(void)
{
    struct order *order = g_new0(struct order, 1);
    order->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    return order;
}

void order_free(struct order *order)
{
    if (!order) return;
    g_array_unref(order->entries);
    g_free(order);
}

static unsigned rank_of(enum smbt_severity severity, bool is_end)
{
    return 2 * (unsigned)(SMBT_SEVERITY_MAX - severity) + !is_end;
}

void order_add(struct order *order, const smbt_record *record, size_t size)
{
    if (order->is_full) return;
    struct entry e = {.rank = UINT_MAX, .time = SMBT_TIME_NONE, .at = order->size, .size = size};
    if (record && record->type == SMBT_RECORD_END) {
        e.rank = rank_of(record->end->severity, true);
        e.time = record->end->time;
    } else if (record && record->type == SMBT_RECORD_OBSERVATION) {
        e.rank = rank_of(record->observation->severity, false);
        if (record->observation->frame) e.time = record->observation->time;
    }
    order->size += size;
    order->is_full = order->entries->len >= ENTRIES_MAX;
    g_array_append_val(order->entries, e);
}

void order_clear(struct order *order)
{
    g_array_set_size(order->entries, 0);
    order->size = 0;
    order->is_full = false;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct entry *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static bool write_piece(GString *text, struct spool *spool, uint64_t at, uint64_t size, spool_write_fn write,
                        void *user)
{
    g_string_set_size(text, size);
    return spool_read_at(spool, at, text->str, size) == size && write(text->str, size, user);
}

bool order_write(struct order *order, struct spool *spool, spool_write_fn write, void *user)
{
    uint64_t all = spool_size(spool);
    if (order->is_full || order->size > all) return spool_read(spool, all, write, user);
    g_autoptr(GString) text = g_string_new(NULL);
    g_array_sort(order->entries, compare);
    for (guint i = 0; i < order->entries->len; i++) {
        const struct entry *e = &g_array_index(order->entries, struct entry, i);
        if (!write_piece(text, spool, e->at, e->size, write, user)) return false;
    }
    return all == order->size || write_piece(text, spool, order->size, all - order->size, write, user);
}
