/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/silence.h"

#include "verdict/measure.h"

#include <string.h>

/* Ends that lie closer together are one moment: one event may have caused them all. */
#define MOMENT (2 * SMBT_SEC)

void smbt_silences_clear(smbt_silences *s)
{
    g_clear_pointer(&s->latest, g_array_unref);
    s->next = 0;
}

void smbt_silences_add(smbt_silences *s, const smbt_silence *silence)
{
    if (!s->latest) s->latest = g_array_new(FALSE, FALSE, sizeof(smbt_silence));
    if (s->latest->len < SMBT_SILENCES_MAX) {
        g_array_append_val(s->latest, *silence);
    } else {
        g_array_index(s->latest, smbt_silence, s->next) = *silence;
        s->next = (s->next + 1) % SMBT_SILENCES_MAX;
    }
}

static guint hash(gconstpointer addr)
{
    return smbt_addr_hash(addr);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

static gint compare_times(gconstpointer a, gconstpointer b)
{
    smbt_time x = *(const smbt_time *)a, y = *(const smbt_time *)b;
    return (x > y) - (x < y);
}

static unsigned count_moments(GArray *times)
{
    g_array_sort(times, compare_times);
    unsigned n = 0;
    smbt_time last = SMBT_TIME_NONE;
    for (guint i = 0; i < times->len; i++) {
        smbt_time t = g_array_index(times, smbt_time, i);
        if (n && smbt_time_since(t, last) < MOMENT) continue;
        last = t;
        n++;
    }
    return n;
}

smbt_silence_clock smbt_silences_find(const smbt_silences *s, smbt_duration length)
{
    smbt_silence_clock c = {.value = length};
    smbt_duration most = 0;
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(smbt_time));
    g_autoptr(GHashTable) servers = g_hash_table_new(hash, equal);
    const smbt_silence *first = NULL;
    c.one_guid = true;
    for (guint i = 0; s->latest && i < s->latest->len; i++) {
        smbt_silence *one = &g_array_index(s->latest, smbt_silence, i);
        if (smbt_time_distance(one->length, length) > SMBT_MEASURE_AGREE / 2) continue;
        c.ends++;
        c.logged_on += one->logged_on;
        if (!first) first = one;
        c.one_guid &= one->has_guid && memcmp(one->guid, first->guid, sizeof one->guid) == 0;
        c.value = MIN(c.value, one->length);
        most = MAX(most, one->length);
        g_array_append_val(times, one->end);
        g_hash_table_add(servers, &one->server);
    }
    c.servers = g_hash_table_size(servers);
    if (c.servers < SMBT_SILENCE_SERVERS || 2 * c.ends < s->latest->len) return (smbt_silence_clock){0};
    c.moments = count_moments(times);
    c.over =
        smbt_time_since(g_array_index(times, smbt_time, times->len - 1), g_array_index(times, smbt_time, 0));
    if (c.moments < SMBT_SILENCE_MOMENTS) return (smbt_silence_clock){0};
    c.spread = most - c.value;
    c.value = smbt_measure_round(c.value);
    c.known = true;
    return c;
}
