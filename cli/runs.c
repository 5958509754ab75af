/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runs.h"

#include "spool.h"

#include <glib.h>

/* So many are read from the spool at a time. */
#define BLOCK 1024

struct runs {
    struct spool spool; /* of struct run */
    GArray *firsts;     /* of uint64_t: the first key of each block */
    uint64_t count;
    struct run last;
    struct run block[BLOCK]; /* as it was read last */
    guint block_index, block_count;
};

struct runs *runs_new(void)
{
    struct runs *runs = g_new0(struct runs, 1);
    runs->firsts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    return runs;
}

void runs_free(struct runs *runs)
{
    if (!runs) return;
    spool_clear(&runs->spool);
    g_array_unref(runs->firsts);
    g_free(runs);
}

bool runs_begin(struct runs *runs, const struct run *run)
{
    if (!spool_append(&runs->spool, (const char *)run, sizeof *run)) return false;
    if (runs->count++ % BLOCK == 0) g_array_append_val(runs->firsts, run->key);
    runs->last = *run;
    return true;
}

const struct run *runs_last(const struct runs *runs)
{
    return runs->count ? &runs->last : NULL;
}

/* The last block that begins at the key or before; there is one. */
static guint find_block(const struct runs *runs, uint64_t key)
{
    guint low = 0, high = runs->firsts->len;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(runs->firsts, uint64_t, middle) <= key)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* A block that was not full when it was read has grown since. */
static void load(struct runs *runs, guint index)
{
    if (runs->block_count && runs->block_index == index && runs->block_count == BLOCK) return;
    uint64_t at = (uint64_t)index * sizeof runs->block;
    size_t size = spool_read_at(&runs->spool, at, (char *)runs->block, sizeof runs->block);
    runs->block_index = index;
    runs->block_count = (guint)(size / sizeof *runs->block);
}

bool runs_find(struct runs *runs, uint64_t key, struct run *ret_run)
{
    if (runs->count == 0 || key < g_array_index(runs->firsts, uint64_t, 0)) return false;
    if (key >= runs->last.key) {
        *ret_run = runs->last;
        return true;
    }
    load(runs, find_block(runs, key));
    guint low = 0, high = runs->block_count;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (runs->block[middle].key <= key)
            low = middle;
        else
            high = middle;
    }
    if (high == 0) return false;
    *ret_run = runs->block[low];
    return true;
}

uint64_t runs_count(const struct runs *runs)
{
    return runs->count;
}

int runs_error(const struct runs *runs)
{
    return runs->spool.error;
}
