/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/observation.h"

static const char *keep(smbt_note *note, const char *format, va_list args) G_GNUC_PRINTF(2, 0);
static const char *keep(smbt_note *note, const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf(format, args);
    return g_string_chunk_insert(note->text, text);
}

smbt_note *smbt_note_new(enum smbt_observation_kind kind, uint64_t frame, smbt_time time, const char *summary,
                         ...)
{
    const smbt_topic *topic = smbt_observation_topic(kind);
    smbt_note *note = g_new0(smbt_note, 1);
    note->text = g_string_chunk_new(256);
    va_list args;
    va_start(args, summary);
    note->observation = (smbt_observation){.kind = topic->id,
                                           .frame = frame,
                                           .time = time,
                                           .severity = topic->severity,
                                           .summary = keep(note, summary, args),
                                           .evidence = g_array_new(FALSE, TRUE, sizeof(smbt_evidence))};
    va_end(args);
    return note;
}

smbt_note *smbt_note_copy(const smbt_observation *o)
{
    smbt_note *note = g_new0(smbt_note, 1);
    note->text = g_string_chunk_new(256);
    note->observation = *o;
    note->observation.summary = g_string_chunk_insert(note->text, o->summary);
    note->observation.evidence = g_array_new(FALSE, TRUE, sizeof(smbt_evidence));
    for (guint i = 0; o->evidence && i < o->evidence->len; i++) {
        smbt_evidence e = g_array_index(o->evidence, smbt_evidence, i);
        e.what = g_string_chunk_insert(note->text, e.what);
        g_array_append_val(note->observation.evidence, e);
    }
    return note;
}

void smbt_note_free(smbt_note *note)
{
    if (!note) return;
    g_array_unref(note->observation.evidence);
    g_string_chunk_free(note->text);
    g_free(note);
}

void smbt_note_connection(smbt_note *note, const smbt_endpoint *client, const smbt_endpoint *server)
{
    note->observation.has_connection = true;
    note->observation.client = *client;
    note->observation.server = *server;
}

void smbt_note_evidence(smbt_note *note, uint64_t frame, const char *what, ...)
{
    va_list args;
    va_start(args, what);
    smbt_evidence e = {.frame = frame, .what = keep(note, what, args)};
    va_end(args);
    g_array_append_val(note->observation.evidence, e);
}
