/* A verdict that outlives the engine it came from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

static const char *keep(smbt_verdict *v, const char *text)
{
    return text ? g_string_chunk_insert(v->text, text) : NULL;
}

static void keep_all(smbt_verdict *v, GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; from && i < from->len; i++)
        g_ptr_array_add(to, (gpointer)keep(v, from->pdata[i]));
}

static void keep_evidence(smbt_verdict *v, const smbt_end *end)
{
    for (guint i = 0; end->evidence && i < end->evidence->len; i++) {
        smbt_evidence e = g_array_index(end->evidence, smbt_evidence, i);
        e.what = keep(v, e.what);
        g_array_append_val(v->end.evidence, e);
    }
    for (guint i = 0; end->in_flight && i < end->in_flight->len; i++) {
        smbt_in_flight r = g_array_index(end->in_flight, smbt_in_flight, i);
        r.command = keep(v, r.command);
        g_array_append_val(v->end.in_flight, r);
    }
    for (guint i = 0; end->ruled_out && i < end->ruled_out->len; i++) {
        smbt_ruled_out r = g_array_index(end->ruled_out, smbt_ruled_out, i);
        r.cause = keep(v, r.cause);
        r.why = keep(v, r.why);
        g_array_append_val(v->end.ruled_out, r);
    }
}

smbt_verdict *smbt_verdict_copy(const smbt_end *end)
{
    smbt_verdict *v = smbt_verdict_new();
    smbt_end own = v->end; /* the arrays */
    v->cause = smbt_cause_find(end->cause);
    v->end = *end;
    v->end.evidence = own.evidence;
    v->end.in_flight = own.in_flight;
    v->end.ruled_out = own.ruled_out;
    v->end.missing = own.missing;
    v->end.remedies = own.remedies;
    v->end.references = own.references;
    v->end.cause = keep(v, end->cause);
    v->end.variant = keep(v, end->variant);
    v->end.summary = keep(v, end->summary);
    v->end.culprit.workstation = keep(v, end->culprit.workstation);
    v->end.reconnect.none = keep(v, end->reconnect.none);
    v->end.predicted.rule = keep(v, end->predicted.rule);
    v->end.predicted.profile = keep(v, end->predicted.profile);
    v->end.connection.transport = keep(v, end->connection.transport);
    v->end.connection.dialect = keep(v, end->connection.dialect);
    v->end.connection.user = keep(v, end->connection.user);
    v->end.connection.workstation = keep(v, end->connection.workstation);
    keep_evidence(v, end);
    keep_all(v, v->end.missing, end->missing);
    keep_all(v, v->end.remedies, end->remedies);
    keep_all(v, v->end.references, end->references);
    return v;
}
