/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdicts.h"

static void verdict_free(gpointer data)
{
    struct verdict *verdict = data;
    g_free(verdict->key);
    g_free(verdict->frames);
    g_free(verdict);
}

GPtrArray *verdicts_new(void)
{
    return g_ptr_array_new_with_free_func(verdict_free);
}

static uint64_t original(const GArray *originals, uint64_t frame)
{
    if (!originals || frame == 0) return frame;
    return frame <= originals->len ? g_array_index(originals, uint64_t, frame - 1) : 0;
}

static void add_endpoint(GString *key, const smbt_endpoint *endpoint)
{
    char buf[SMBT_ADDR_STRLEN];
    g_string_append_printf(key, " %s %u", smbt_addr_format(&endpoint->addr, buf), endpoint->port);
}

static char *key_of_end(const smbt_end *end, const GArray *originals)
{
    GString *key = g_string_new("end");
    add_endpoint(key, &end->connection.client);
    add_endpoint(key, &end->connection.server);
    g_string_append_printf(key, " %" G_GUINT64_FORMAT " %d %d %s %s %d %d %" G_GUINT64_FORMAT,
                           original(originals, end->frame), end->kind, end->by, end->cause,
                           end->variant ? end->variant : "-", end->severity, end->strength,
                           original(originals, end->culprit.frame));
    return g_string_free(key, FALSE);
}

static char *key_of_observation(const smbt_observation *o, const GArray *originals)
{
    GString *key = g_string_new(o->kind);
    add_endpoint(key, &o->client);
    add_endpoint(key, &o->server);
    g_string_append_printf(key, " %" G_GUINT64_FORMAT " %d", original(originals, o->frame), o->severity);
    return g_string_free(key, FALSE);
}

static void add_frame(GArray *frames, uint64_t frame)
{
    if (frame) g_array_append_val(frames, frame);
}

static void add_evidence(GArray *frames, const GArray *evidence, const GArray *originals)
{
    for (guint i = 0; evidence && i < evidence->len; i++)
        add_frame(frames, original(originals, g_array_index(evidence, smbt_evidence, i).frame));
}

static void take_end(struct verdict *v, GArray *frames, const smbt_end *end, const GArray *originals)
{
    v->key = key_of_end(end, originals);
    v->severity = end->severity;
    v->is_end = v->is_local = true;
    v->client = end->connection.client;
    v->server = end->connection.server;
    add_frame(frames, original(originals, end->frame));
    add_frame(frames, original(originals, end->culprit.frame));
    add_evidence(frames, end->evidence, originals);
    for (guint i = 0; end->in_flight && i < end->in_flight->len; i++)
        add_frame(frames, original(originals, g_array_index(end->in_flight, smbt_in_flight, i).frame));
}

static void take_observation(struct verdict *v, GArray *frames, const smbt_observation *o,
                             const GArray *originals)
{
    v->key = key_of_observation(o, originals);
    v->severity = o->severity;
    v->is_local = o->frame != 0 && o->has_connection;
    v->client = o->client;
    v->server = o->server;
    add_frame(frames, original(originals, o->frame));
    add_evidence(frames, o->evidence, originals);
}

void verdicts_add(GPtrArray *verdicts, const smbt_record *record, const GArray *originals)
{
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    struct verdict *v = g_new0(struct verdict, 1);
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    if (record->type == SMBT_RECORD_END)
        take_end(v, frames, record->end, originals);
    else
        take_observation(v, frames, record->observation, originals);
    v->frame_count = frames->len;
    v->frames = (uint64_t *)(void *)g_array_free(frames, FALSE);
    g_ptr_array_add(verdicts, v);
}

static GHashTable *keys_of(const GPtrArray *verdicts)
{
    GHashTable *keys = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < verdicts->len; i++)
        g_hash_table_add(keys, ((const struct verdict *)verdicts->pdata[i])->key);
    return keys;
}

bool verdict_matters(const struct verdict *verdict, enum smbt_severity least)
{
    return verdict->is_listed || (!verdict->is_left_out && verdict->severity >= least);
}

bool verdicts_agree(const GPtrArray *whole, const GPtrArray *part, enum smbt_severity least)
{
    g_autoptr(GHashTable) in_whole = keys_of(whole);
    g_autoptr(GHashTable) in_part = keys_of(part);
    for (guint i = 0; i < whole->len; i++) {
        const struct verdict *v = whole->pdata[i];
        if (v->is_local && verdict_matters(v, least) && !g_hash_table_contains(in_part, v->key)) return false;
    }
    for (guint i = 0; i < part->len; i++) {
        const struct verdict *v = part->pdata[i];
        if ((v->is_end || (v->is_local && v->severity >= least)) && !g_hash_table_contains(in_whole, v->key))
            return false;
    }
    return true;
}
