/* The frames that texts of records name, where they lie in several files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/place.h"
#include "engine/internal.h"

#include <string.h>

static const char *named(const smbt_naming *naming, GStringChunk *chunk, const char *text)
{
    if (!text) return NULL;
    g_autoptr(GString) line = g_string_new(text);
    smbt_naming_apply(naming, line, 0, NULL);
    return strcmp(line->str, text) == 0 ? text : g_string_chunk_insert(chunk, line->str);
}

static void name_evidence(const smbt_naming *naming, GStringChunk *chunk, GArray *evidence)
{
    for (guint i = 0; i < evidence->len; i++) {
        smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        e->what = named(naming, chunk, e->what);
    }
}

void smbt_engine_name_verdict(const smbt_engine *e, smbt_verdict *v)
{
    const smbt_naming naming = {.places = e->config->places, .home = v->end.frame};
    if (!naming.places) return;
    v->end.summary = named(&naming, v->text, v->end.summary);
    name_evidence(&naming, v->text, v->end.evidence);
    for (guint i = 0; i < v->end.ruled_out->len; i++) {
        smbt_ruled_out *r = &g_array_index(v->end.ruled_out, smbt_ruled_out, i);
        r->why = named(&naming, v->text, r->why);
    }
    for (guint i = 0; i < v->end.missing->len; i++)
        v->end.missing->pdata[i] = (gpointer)named(&naming, v->text, v->end.missing->pdata[i]);
}

void smbt_engine_name_note(const smbt_engine *e, smbt_note *note)
{
    const smbt_naming naming = {.places = e->config->places, .home = note->observation.frame};
    if (!naming.places) return;
    note->observation.summary = named(&naming, note->text, note->observation.summary);
    name_evidence(&naming, note->text, note->observation.evidence);
}

const char *smbt_engine_name_text(const smbt_engine *e, GStringChunk *chunk, const char *text, uint64_t home)
{
    const smbt_naming naming = {.places = e->config->places, .home = home};
    return naming.places ? named(&naming, chunk, text) : text;
}
