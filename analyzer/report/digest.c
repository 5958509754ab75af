/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest.h"

#include "base/addr.h"
#include "base/time.h"
#include "report/text.h"
#include "verdict/pattern.h"
#include "verdict/topic.h"

#include <string.h>

/* How much is kept apart. */
#define CELLS_MAX    4096
#define COUNTS_MAX   4096
#define PATTERNS_MAX 256
#define FILES_MAX    4096
/* More than so many findings are summed up: paragraphs, single lines. */
#define PARAGRAPHS_MAX 10
#define LINES_MAX      40

/* ---- Memory
 * ----------------------------------------------------------------------------------------------------- */

static void cell_free(gpointer p)
{
    smbt_digest_cell *c = p;
    g_free(c->host);
    g_free(c->culprit);
    g_free(c);
}

static void row_free(gpointer p)
{
    smbt_digest_row *r = p;
    g_free(r->variant);
    g_free(r->summary);
    g_ptr_array_unref(r->remedies);
    g_ptr_array_unref(r->missing);
    g_ptr_array_unref(r->cells);
    g_free(r);
}

static void count_free(gpointer p)
{
    smbt_digest_count *c = p;
    g_free(c->name);
    g_free(c->host);
    g_free(c);
}

static void pattern_free(gpointer p)
{
    smbt_kept_pattern_free(p); /* the pattern is its first member */
}

smbt_digest *smbt_digest_new(void)
{
    smbt_digest *d = g_new0(smbt_digest, 1);
    d->rows = g_ptr_array_new_with_free_func(row_free);
    d->cells = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    d->servers.of = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, count_free);
    d->hosts.of = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, count_free);
    d->hosts.named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    d->files = g_ptr_array_new_with_free_func(g_free);
    d->first = d->last = SMBT_TIME_NONE;
    d->buckets = g_array_new(FALSE, FALSE, sizeof(smbt_digest_bucket));
    d->patterns = g_ptr_array_new_with_free_func(pattern_free);
    d->pattern_files = g_array_new(FALSE, FALSE, sizeof(guint));
    return d;
}

void smbt_digest_free(smbt_digest *d)
{
    if (!d) return;
    g_ptr_array_unref(d->rows);
    g_hash_table_destroy(d->cells);
    g_hash_table_destroy(d->servers.of);
    g_hash_table_destroy(d->hosts.of);
    g_hash_table_destroy(d->hosts.named);
    g_ptr_array_unref(d->files);
    g_array_unref(d->buckets);
    g_ptr_array_unref(d->patterns);
    g_array_unref(d->pattern_files);
    g_free(d);
}

/* ---- Rows and cells
 * --------------------------------------------------------------------------------------------- */

static GPtrArray *copy_texts(const GPtrArray *texts)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; texts && i < texts->len; i++)
        g_ptr_array_add(copy, g_strdup(texts->pdata[i]));
    return copy;
}

void smbt_digest_keep_frame(uint64_t frames[SMBT_DIGEST_FRAMES], uint64_t frame)
{
    for (int i = 0; frame && i < SMBT_DIGEST_FRAMES; i++) {
        if (frames[i] == frame) return;
        if (frames[i] && frames[i] < frame) continue;
        memmove(&frames[i + 1], &frames[i], sizeof frames[0] * (size_t)(SMBT_DIGEST_FRAMES - 1 - i));
        frames[i] = frame;
        return;
    }
}

static void span(smbt_time *first, smbt_time *last, smbt_time time)
{
    if (time == SMBT_TIME_NONE) return;
    *first = MIN(*first, time);
    *last = *last == SMBT_TIME_NONE ? time : MAX(*last, time);
}

static smbt_digest_row *find_row(smbt_digest *d, bool is_end, const char *id, const char *variant)
{
    for (guint i = 0; i < d->rows->len; i++) {
        smbt_digest_row *r = d->rows->pdata[i];
        if (r->is_end == is_end && strcmp(r->id, id) == 0 && g_strcmp0(r->variant, variant) == 0) return r;
    }
    return NULL;
}

static smbt_digest_row *add_row(smbt_digest *d, const smbt_digest_row *values, const char *summary)
{
    smbt_digest_row *r = g_new(smbt_digest_row, 1);
    *r = *values;
    r->first = r->last = SMBT_TIME_NONE;
    r->least_delay = SMBT_DURATION_UNKNOWN;
    r->summary = g_strdup(summary);
    r->cells = g_ptr_array_new_with_free_func(cell_free);
    g_ptr_array_add(d->rows, r);
    return r;
}

static void count_finding(smbt_digest_row *r, enum smbt_severity severity, const char *summary,
                          uint64_t frame, smbt_time time)
{
    r->summaries_differ |= g_strcmp0(r->summary, summary) != 0;
    r->severity = MAX(r->severity, severity);
    r->count++;
    smbt_digest_keep_frame(r->frames, frame);
    span(&r->first, &r->last, time);
}

/* Only what all of them lack. */
static void keep_common(GPtrArray *common, const GPtrArray *texts)
{
    for (guint i = 0; i < common->len;) {
        bool found = false;
        for (guint j = 0; texts && j < texts->len && !found; j++)
            found = strcmp(common->pdata[i], texts->pdata[j]) == 0;
        if (found)
            i++;
        else
            g_ptr_array_remove_index(common, i);
    }
}

void smbt_digest_add_returns(smbt_digest_returns *r, const smbt_digest_returns *more)
{
    r->back += more->back;
    r->shortest = MIN(r->shortest, more->shortest);
    r->longest = MAX(r->longest, more->longest);
    for (int i = 0; i < SMBT_RETURN_MAX; i++)
        r->none[i] += more->none[i];
}

/* The name of another host that set it off, or its address before the NAT; or NULL. */
static const char *name_culprit(const smbt_end *end, char buf[SMBT_ADDR_STRLEN])
{
    const smbt_addr *inside = &end->culprit.nat.inside.addr, *own = &end->connection.nat.inside.addr;
    bool is_told_apart = inside->family && own->family;
    if (is_told_apart && smbt_addr_equal(inside, own)) return NULL;
    const char *name = end->culprit.workstation;
    if (!is_told_apart && g_strcmp0(name, end->connection.workstation) == 0) return NULL;
    return name || !is_told_apart ? name : smbt_addr_format(inside, buf);
}

static void fill_cell(smbt_digest_cell *c, const smbt_end *end)
{
    const smbt_reconnect *back = &end->reconnect;
    char inside[SMBT_ADDR_STRLEN];
    const char *culprit = name_culprit(end, inside);
    c->count++;
    smbt_digest_keep_frame(c->frames, end->frame);
    span(&c->first, &c->last, end->time);
    c->strengths[end->strength]++;
    if (culprit && !c->culprit)
        c->culprit = g_strdup(culprit);
    else if (culprit && strcmp(culprit, c->culprit) != 0)
        c->several_culprits = true;
    smbt_digest_returns returns = {.shortest = SMBT_DURATION_UNKNOWN};
    if (back->frame) {
        returns.back = 1;
        returns.shortest = returns.longest = back->after;
    } else if (back->none) {
        returns.none[back->why_none] = 1;
    }
    smbt_digest_add_returns(&c->returns, &returns);
}

static const smbt_nat_ends no_nat;

char *smbt_digest_address(const smbt_addr *addr, const smbt_nat_ends *nat)
{
    char at[SMBT_ADDR_STRLEN], inside[SMBT_ADDR_STRLEN];
    if (!nat->inside.addr.family) return g_strdup(smbt_addr_format(addr, at));
    return g_strdup_printf("%s behind %s", smbt_addr_format(&nat->inside.addr, inside),
                           smbt_addr_format(&nat->outside.addr, at));
}

/* NULL beyond the cap. */
static smbt_digest_cell *find_cell(smbt_digest *d, smbt_digest_row *r, const smbt_endpoint *client,
                                   const smbt_nat_ends *nat, const smbt_endpoint *server, const char *host)
{
    char to[SMBT_ADDR_STRLEN];
    g_autofree char *from = smbt_digest_address(&client->addr, nat);
    g_autofree char *key = g_strdup_printf("%p %s %s %s", (void *)r, from,
                                           smbt_addr_format(&server->addr, to), host ? host : "");
    smbt_digest_cell *c = g_hash_table_lookup(d->cells, key);
    if (c) c->several_ports |= c->server.port != server->port;
    if (c || g_hash_table_size(d->cells) >= CELLS_MAX) return c;
    c = g_new0(smbt_digest_cell, 1);
    c->client = *client;
    c->server = *server;
    c->nat = *nat;
    c->host = g_strdup(host);
    c->first = c->last = SMBT_TIME_NONE;
    c->returns.shortest = SMBT_DURATION_UNKNOWN;
    g_hash_table_insert(d->cells, g_steal_pointer(&key), c);
    g_ptr_array_add(r->cells, c);
    return c;
}

static void count_ends(smbt_digest_counts *counts, const smbt_addr *addr, const smbt_nat_ends *nat,
                       const char *host, uint64_t n)
{
    g_autofree char *at = smbt_digest_address(addr, nat);
    g_autofree char *name = host ? g_strdup_printf("%s at %s", host, at) : g_strdup(at);
    smbt_digest_count *c = g_hash_table_lookup(counts->of, name);
    if (!c && g_hash_table_size(counts->of) >= COUNTS_MAX) {
        counts->more += n;
        return;
    }
    if (!c) {
        c = g_new0(smbt_digest_count, 1);
        c->name = g_steal_pointer(&name);
        c->addr = nat->inside.addr.family ? nat->outside.addr : *addr;
        c->before_nat = nat->inside.addr;
        c->host = g_strdup(host);
        c->order = g_hash_table_size(counts->of);
        g_hash_table_insert(counts->of, c->name, c);
    }
    c->count += n;
    if (host && !g_hash_table_contains(counts->named, at)) g_hash_table_add(counts->named, g_strdup(at));
}

bool smbt_digest_is_named(const smbt_digest_counts *counts, const char *address)
{
    return counts->named && g_hash_table_contains(counts->named, address);
}

/* ---- Times
 * ------------------------------------------------------------------------------------------------------ */

static const smbt_duration spans[] = {
    [SMBT_UNIT_1_S] = SMBT_SEC,         [SMBT_UNIT_10_S] = 10 * SMBT_SEC, [SMBT_UNIT_1_MIN] = SMBT_MIN,
    [SMBT_UNIT_10_MIN] = 10 * SMBT_MIN, [SMBT_UNIT_1_H] = 60 * SMBT_MIN,  [SMBT_UNIT_6_H] = 6 * 60 * SMBT_MIN,
    [SMBT_UNIT_DAY] = SMBT_DAY};

/* The first moment of its bucket; never before 1970. */
static smbt_time start_of(smbt_time time, enum smbt_digest_unit unit)
{
    if (unit <= SMBT_UNIT_DAY) return time - time % spans[unit];
    static const int years[SMBT_UNIT_MAX] = {
        [SMBT_UNIT_MONTH] = 1, [SMBT_UNIT_YEAR] = 1, [SMBT_UNIT_DECADE] = 10, [SMBT_UNIT_CENTURY] = 100};
    g_autoptr(GDateTime) then = g_date_time_new_from_unix_utc((gint64)(time / SMBT_SEC));
    int year = g_date_time_get_year(then), month = g_date_time_get_month(then);
    g_autoptr(GDateTime) start =
        g_date_time_new_utc(year - year % years[unit], unit == SMBT_UNIT_MONTH ? month : 1, 1, 0, 0, 0);
    return (smbt_time)MAX(g_date_time_to_unix(start), 0) * SMBT_SEC;
}

static void add_to_bucket(GArray *buckets, smbt_time start, uint64_t n)
{
    guint at = buckets->len;
    while (at > 0 && g_array_index(buckets, smbt_digest_bucket, at - 1).start > start)
        at--;
    if (at > 0 && g_array_index(buckets, smbt_digest_bucket, at - 1).start == start) {
        g_array_index(buckets, smbt_digest_bucket, at - 1).count += n;
        return;
    }
    smbt_digest_bucket b = {.start = start, .count = n};
    g_array_insert_val(buckets, at, b);
}

static void coarsen(smbt_digest *d)
{
    GArray *fine = d->buckets;
    d->unit++;
    d->buckets = g_array_new(FALSE, FALSE, sizeof(smbt_digest_bucket));
    for (guint i = 0; i < fine->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(fine, smbt_digest_bucket, i);
        add_to_bucket(d->buckets, start_of(b->start, d->unit), b->count);
    }
    g_array_unref(fine);
}

static void count_time(smbt_digest *d, smbt_time time, uint64_t n)
{
    if (time == SMBT_TIME_NONE) return;
    add_to_bucket(d->buckets, start_of(time, d->unit), n);
    while (d->buckets->len > SMBT_DIGEST_BUCKETS && d->unit + 1 < SMBT_UNIT_MAX)
        coarsen(d);
}

bool smbt_digest_has_days(const smbt_digest *d)
{
    return d->first != SMBT_TIME_NONE && d->first / SMBT_DAY != d->last / SMBT_DAY;
}

/* ---- Findings
 * --------------------------------------------------------------------------------------------------- */

static void add_end(smbt_digest *d, const smbt_end *end)
{
    enum smbt_cause cause = smbt_cause_find(end->cause);
    if (cause == SMBT_CAUSE_MAX) return;
    const smbt_topic *topic = smbt_cause_topic(cause);
    smbt_digest_row *r = find_row(d, true, end->cause, end->variant);
    const char *how = smbt_text_how_it_ended(end);
    if (!r) {
        r = add_row(d, &(smbt_digest_row){.is_end = true, .id = topic->id, .how = how}, end->summary);
        r->variant = g_strdup(end->variant);
        r->remedies = copy_texts(end->remedies);
        r->missing = copy_texts(end->missing);
    }
    if (r->how && strcmp(r->how, how) != 0) r->how = NULL;
    keep_common(r->missing, end->missing);
    count_finding(r, end->severity, end->summary, end->frame, end->time);
    r->strengths[end->strength]++;
    if (end->culprit.frame && end->culprit.delay != SMBT_DURATION_UNKNOWN) {
        r->least_delay = MIN(r->least_delay, end->culprit.delay);
        r->most_delay = MAX(r->most_delay, end->culprit.delay);
    }
    const smbt_connection_info *conn = &end->connection;
    smbt_digest_cell *c = find_cell(d, r, &conn->client, &conn->nat, &conn->server, conn->workstation);
    if (c)
        fill_cell(c, end);
    else
        r->uncounted++;
    count_ends(&d->hosts, &conn->client.addr, &conn->nat, conn->workstation, 1);
    count_ends(&d->servers, &conn->server.addr, &no_nat, NULL, 1);
    count_time(d, end->time, 1);
    d->ends++;
}

/* Its own id, static; NULL for none of ours. */
static const char *kind_of(const char *id)
{
    const smbt_topic *t = smbt_observation_kinds();
    while (t->id && strcmp(t->id, id) != 0)
        t++;
    return t->id;
}

static void add_observation(smbt_digest *d, const smbt_observation *o)
{
    const char *kind = kind_of(o->kind);
    if (!kind) return;
    smbt_digest_row *r = find_row(d, false, kind, NULL);
    if (!r) {
        r = add_row(d, &(smbt_digest_row){.id = kind}, o->summary);
        r->remedies = copy_texts(NULL);
        r->missing = copy_texts(NULL);
    }
    count_finding(r, o->severity, o->summary, o->frame, o->time);
    smbt_digest_cell *c = o->has_connection ? find_cell(d, r, &o->client, &no_nat, &o->server, NULL) : NULL;
    if (c) {
        c->count++;
        smbt_digest_keep_frame(c->frames, o->frame);
        span(&c->first, &c->last, o->time);
    } else {
        r->uncounted++;
    }
    d->observations++;
}

static void hide(smbt_digest *d, const smbt_record *record)
{
    if (record->type == SMBT_RECORD_OBSERVATION) {
        d->hidden_observations++;
        d->hidden_worst = MAX(d->hidden_worst, record->observation->severity);
        return;
    }
    enum smbt_cause cause = smbt_cause_find(record->end->cause);
    if (cause != SMBT_CAUSE_MAX) d->hidden[cause]++;
    d->hidden_worst = MAX(d->hidden_worst, record->end->severity);
    d->hidden_ends++;
}

static void add_pattern(smbt_digest *d, const smbt_pattern *pattern, guint file)
{
    if (d->patterns->len >= PATTERNS_MAX) {
        d->patterns_more++;
        return;
    }
    g_ptr_array_add(d->patterns, smbt_kept_pattern_copy(pattern, NULL));
    g_array_append_val(d->pattern_files, file);
}

void smbt_digest_add(smbt_digest *d, const smbt_record *record, bool shown)
{
    if (record->type == SMBT_RECORD_PATTERN && shown) add_pattern(d, record->pattern, 0);
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    if (record->type == SMBT_RECORD_END && record->end->revises) return;
    d->places = record->places;
    if (!shown) {
        hide(d, record);
        return;
    }
    if (record->type == SMBT_RECORD_END) {
        add_end(d, record->end);
        span(&d->first, &d->last, record->end->time);
    } else {
        add_observation(d, record->observation);
        span(&d->first, &d->last, record->observation->time);
    }
    if (record->type == SMBT_RECORD_OBSERVATION || record->end->severity > SMBT_SEVERITY_INFO) d->long_ones++;
}

/* ---- Several captures
 * ------------------------------------------------------------------------------------------- */

void smbt_digest_add_files(smbt_digest_files *f, const smbt_digest_files *more)
{
    uint64_t named = MIN(more->count, SMBT_DIGEST_FILES), new = more->count - named;
    for (uint64_t i = 0; i < named; i++) {
        bool found = false;
        for (uint64_t j = 0; j < MIN(f->count, SMBT_DIGEST_FILES) && !found; j++)
            found = f->first[j] == more->first[i];
        if (found) continue;
        if (f->count < SMBT_DIGEST_FILES) f->first[f->count] = more->first[i];
        f->count++;
    }
    f->count += new;
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
    smbt_digest_cell *c = find_cell(d, r, &from->client, &from->nat, &from->server, from->host);
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
    span(&c->first, &c->last, from->first);
    span(&c->first, &c->last, from->last);
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
    smbt_digest_row *r = find_row(d, from->is_end, from->id, from->variant);
    if (!r) {
        r = add_row(d, &(smbt_digest_row){.is_end = from->is_end, .id = from->id, .how = from->how},
                    from->summary);
        r->variant = g_strdup(from->variant);
        r->remedies = copy_texts(from->remedies);
        r->missing = copy_texts(from->missing);
    }
    if (g_strcmp0(r->how, from->how) != 0) r->how = NULL;
    keep_common(r->missing, from->missing);
    r->summaries_differ |= from->summaries_differ || g_strcmp0(r->summary, from->summary) != 0;
    r->severity = MAX(r->severity, from->severity);
    smbt_digest_add_files(&r->files, file);
    r->count += from->count;
    r->uncounted += from->uncounted;
    r->least_delay = MIN(r->least_delay, from->least_delay);
    r->most_delay = MAX(r->most_delay, from->most_delay);
    span(&r->first, &r->last, from->first);
    span(&r->first, &r->last, from->last);
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
        count_ends(counts, &c->addr, &nat, c->host, c->count);
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
    span(&d->first, &d->last, other->first);
    span(&d->first, &d->last, other->last);
    merge_counts(&d->servers, &other->servers);
    merge_counts(&d->hosts, &other->hosts);
    while (d->unit < other->unit)
        coarsen(d);
    for (guint i = 0; i < other->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(other->buckets, smbt_digest_bucket, i);
        count_time(d, b->start, b->count);
    }
    for (guint i = 0; i < other->patterns->len; i++)
        add_pattern(d, other->patterns->pdata[i], of.first[0]);
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

bool smbt_digest_is_long(const smbt_digest *d)
{
    return d->long_ones > PARAGRAPHS_MAX || d->ends + d->observations - d->long_ones > LINES_MAX;
}

/* ---- Order
 * ------------------------------------------------------------------------------------------------------ */

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const smbt_digest_row *x = *(smbt_digest_row *const *)a, *y = *(smbt_digest_row *const *)b;
    if (x->severity != y->severity) return x->severity < y->severity ? 1 : -1;
    if (x->is_end != y->is_end) return x->is_end ? -1 : 1;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->frames[0] > y->frames[0]) - (x->frames[0] < y->frames[0]);
}

GPtrArray *smbt_digest_sorted(const smbt_digest *d)
{
    GPtrArray *rows = g_ptr_array_new();
    for (guint i = 0; i < d->rows->len; i++)
        g_ptr_array_add(rows, d->rows->pdata[i]);
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static gint compare_counts(gconstpointer a, gconstpointer b)
{
    const smbt_digest_count *x = *(smbt_digest_count *const *)a, *y = *(smbt_digest_count *const *)b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->order < y->order ? -1 : x->order > y->order;
}

GPtrArray *smbt_digest_most(const smbt_digest_counts *counts)
{
    GPtrArray *rows = g_ptr_array_new();
    GHashTableIter iter;
    gpointer row;
    g_hash_table_iter_init(&iter, counts->of);
    while (g_hash_table_iter_next(&iter, NULL, &row))
        g_ptr_array_add(rows, row);
    g_ptr_array_sort(rows, compare_counts);
    return rows;
}
