/* Tables of state.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/state.h"

const char *smbt_session_state_name(enum smbt_session_state state)
{
    static const char *const names[] = {"in progress", "valid", "expired", "logging on anew"};
    return names[state];
}

static void *row_at(GArray *table, guint at)
{
    return table->data + (gsize)at * g_array_get_element_size(table);
}

static uint64_t id_at(GArray *table, guint at)
{
    return *(const uint64_t *)row_at(table, at);
}

/* The first row whose id is not below `id`. */
static guint lower_bound(GArray *table, uint64_t id)
{
    guint low = 0, high = table->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (id_at(table, middle) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *smbt_table_find(GArray *table, uint64_t id)
{
    if (!table) return NULL;
    guint at = lower_bound(table, id);
    return at < table->len && id_at(table, at) == id ? row_at(table, at) : NULL;
}

void *smbt_table_put(GArray **table, guint row_size, const void *row, GDestroyNotify clear)
{
    if (!*table) *table = g_array_new(FALSE, TRUE, row_size);
    uint64_t id = *(const uint64_t *)row;
    guint at = lower_bound(*table, id);
    if (at < (*table)->len && id_at(*table, at) == id) {
        smbt_table_remove_at(*table, at, clear);
    } else if ((*table)->len >= SMBT_CONN_TABLE_MAX) {
        return NULL;
    }
    g_array_insert_vals(*table, at, row, 1);
    return row_at(*table, at);
}

void smbt_table_remove_at(GArray *table, guint at, GDestroyNotify clear)
{
    if (clear) clear(row_at(table, at));
    g_array_remove_index(table, at);
}

bool smbt_table_remove(GArray *table, uint64_t id, GDestroyNotify clear)
{
    if (!table) return false;
    guint at = lower_bound(table, id);
    if (at >= table->len || id_at(table, at) != id) return false;
    smbt_table_remove_at(table, at, clear);
    return true;
}

void smbt_table_free(GArray **table, GDestroyNotify clear)
{
    if (!*table) return;
    for (guint i = 0; clear && i < (*table)->len; i++)
        clear(row_at(*table, i));
    g_array_unref(*table);
    *table = NULL;
}
