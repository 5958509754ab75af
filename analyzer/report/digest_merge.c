/* Digests of several captures, made one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest_parts.h"

#include "base/time.h"
#include "verdict/topic.h"

#include <string.h>

/* So many names of captures are kept. */
#define FILES_MAX 4096

static bool has_file(const smbt_digest_files *f, guint file)
{
    for (uint64_t i = 0; i < MIN(f->count, SMBT_DIGEST_FILES); i++)
        if (f->first[i] == file) return true;
    return f->count && f->last == file;
}

static void add_file(smbt_digest_files *f, guint file)
{
    if (f->count < SMBT_DIGEST_FILES) f->first[f->count] = file;
    f->count++;
}

/* The indexes rise as captures are merged: what lies behind the last one is not among those without a name.
 */
void smbt_digest_add_files(smbt_digest_files *f, const smbt_digest_files *more)
{
    if (more->count == 0) return;
    uint64_t named = MIN(more->count, SMBT_DIGEST_FILES), nameless = more->count - named;
    bool is_behind = f->count == 0 || more->first[0] > f->last;
    bool is_sure = f->count <= SMBT_DIGEST_FILES;
    for (uint64_t i = 0; i < named; i++) {
        if (has_file(f, more->first[i])) continue;
        if (is_sure || more->first[i] > f->last)
            add_file(f, more->first[i]);
        else
            f->is_least = true;
    }
    if (is_behind)
        f->count += nameless;
    else if (nameless)
        f->is_least = true;
    f->count = MAX(f->count, more->count);
    f->last = MAX(f->last, more->last);
    f->is_least |= more->is_least;
}

const char *smbt_digest_file(const smbt_digest *d, guint index)
{
    return index < d->files->len ? (const char *)d->files->pdata[index] + d->folder : NULL;
}

/* Its index. One beyond the cap has no name. */
static guint keep_file(smbt_digest *d, const char *file)
{
    if (d->files->len >= FILES_MAX) return FILES_MAX + d->files_more++;
    const char *first = d->files->len ? d->files->pdata[0] : file;
    const char *slash = strrchr(file, '/');
    gsize same = 0, folder = d->files->len ? d->folder : slash ? (gsize)(slash + 1 - file) : 0;
    while (same < folder && file[same] == first[same])
        same++;
    while (same > 0 && file[same - 1] != '/')
        same--;
    d->folder = same;
    g_ptr_array_add(d->files, g_strdup(file));
    return d->files->len - 1;
}

static bool is_placed(const uint64_t frames[SMBT_DIGEST_FRAMES])
{
    return frames[0] >= SMBT_FRAME_PLACED;
}

static void merge_cell(smbt_digest *d, smbt_digest_row *r, const smbt_digest_cell *from,
                       const smbt_digest_files *file)
{
    smbt_digest_cell *c = smbt_digest_find_cell(d, r, &from->client, &from->nat, &from->server, from->host);
    if (!c) {
        r->uncounted += from->count;
        return;
    }
    if (c->count || is_placed(from->frames))
        memset(c->frames, 0, sizeof c->frames);
    else
        memcpy(c->frames, from->frames, sizeof c->frames);
    smbt_digest_add_files(&c->files, file);
    c->count += from->count;
    c->several_ports |= from->several_ports;
    smbt_digest_span(&c->first, &c->last, from->first);
    smbt_digest_span(&c->first, &c->last, from->last);
    for (int i = 0; i < SMBT_STRENGTH_MAX; i++)
        c->strengths[i] += from->strengths[i];
    if (!c->culprit)
        c->culprit = g_strdup(from->culprit);
    else if (from->culprit && strcmp(c->culprit, from->culprit) != 0)
        c->several_culprits = true;
    c->several_culprits |= from->several_culprits;
    smbt_digest_add_returns(&c->returns, &from->returns);
}

static void merge_row(smbt_digest *d, const smbt_digest_row *from, const smbt_digest_files *file)
{
    smbt_digest_row *r = smbt_digest_find_row(d, from->is_end, from->id, from->variant);
    if (!r) {
        r = smbt_digest_add_row(
            d, &(smbt_digest_row){.is_end = from->is_end, .id = from->id, .how = from->how}, from->summary);
        r->variant = g_strdup(from->variant);
        r->remedies = smbt_digest_copy_texts(from->remedies);
        r->missing = smbt_digest_copy_texts(from->missing);
    }
    if (g_strcmp0(r->how, from->how) != 0) r->how = NULL;
    smbt_digest_keep_common(r->missing, from->missing);
    smbt_digest_add_remedies(r->remedies, from->remedies);
    r->summaries_differ |= from->summaries_differ || g_strcmp0(r->summary, from->summary) != 0;
    r->severity = MAX(r->severity, from->severity);
    smbt_digest_add_files(&r->files, file);
    r->count += from->count;
    r->uncounted += from->uncounted;
    r->least_delay = MIN(r->least_delay, from->least_delay);
    r->most_delay = MAX(r->most_delay, from->most_delay);
    smbt_digest_span(&r->first, &r->last, from->first);
    smbt_digest_span(&r->first, &r->last, from->last);
    for (int i = 0; i < SMBT_STRENGTH_MAX; i++)
        r->strengths[i] += from->strengths[i];
    for (guint i = 0; i < from->cells->len; i++)
        merge_cell(d, r, from->cells->pdata[i], file);
}

static void merge_counts(smbt_digest_counts *counts, const smbt_digest_counts *from)
{
    g_autoptr(GPtrArray) rows = smbt_digest_most(from); /* in an order: there is a cap */
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_count *c = rows->pdata[i];
        const smbt_nat_ends nat = {.inside.addr = c->before_nat, .outside.addr = c->addr};
        smbt_digest_count_ends(counts, &c->addr, &nat, c->host, c->count);
    }
    counts->more += from->more;
}

/* Captures, by what they have. */
static void count_capture(smbt_digest *d, const smbt_digest *other)
{
    bool has_cause[G_N_ELEMENTS(d->cause_captures)] = {false}, has_any = other->patterns->len > 0;
    for (guint i = 0; i < other->rows->len; i++) {
        const smbt_digest_row *r = other->rows->pdata[i];
        if (r->severity < SMBT_SEVERITY_NOTE) continue;
        has_any = true;
        if (r->is_end) has_cause[smbt_cause_find(r->id)] = true;
    }
    d->captures++;
    d->found_captures += has_any;
    for (gsize i = 0; i < G_N_ELEMENTS(has_cause); i++)
        d->cause_captures[i] += has_cause[i];
}

void smbt_digest_merge(smbt_digest *d, const smbt_digest *other, const char *file)
{
    d->is_merged = true;
    count_capture(d, other);
    smbt_digest_files of = {.count = 1};
    if (other->rows->len || other->patterns->len) of.first[0] = keep_file(d, file ? file : "-");
    for (guint i = 0; i < other->rows->len; i++)
        merge_row(d, other->rows->pdata[i], &of);
    smbt_digest_span(&d->first, &d->last, other->first);
    smbt_digest_span(&d->first, &d->last, other->last);
    merge_counts(&d->servers, &other->servers);
    merge_counts(&d->hosts, &other->hosts);
    while (d->unit < other->unit)
        smbt_digest_coarsen(d);
    for (guint i = 0; i < other->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(other->buckets, smbt_digest_bucket, i);
        smbt_digest_count_time(d, b->start, b->count);
    }
    for (guint i = 0; i < other->patterns->len; i++)
        smbt_digest_add_pattern(d, other->patterns->pdata[i], of.first[0]);
    d->patterns_more += other->patterns_more;
    d->ends += other->ends;
    d->observations += other->observations;
    d->long_ones += other->long_ones;
    d->hidden_ends += other->hidden_ends;
    d->hidden_observations += other->hidden_observations;
    d->hidden_worst = MAX(d->hidden_worst, other->hidden_worst);
    for (gsize i = 0; i < G_N_ELEMENTS(d->hidden); i++)
        d->hidden[i] += other->hidden[i];
}
