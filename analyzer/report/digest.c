/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest_parts.h"

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

GPtrArray *smbt_digest_copy_texts(const GPtrArray *texts)
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

void smbt_digest_span(smbt_time *first, smbt_time *last, smbt_time time)
{
    if (time == SMBT_TIME_NONE) return;
    *first = MIN(*first, time);
    *last = *last == SMBT_TIME_NONE ? time : MAX(*last, time);
}

smbt_digest_row *smbt_digest_find_row(smbt_digest *d, bool is_end, const char *id, const char *variant)
{
    for (guint i = 0; i < d->rows->len; i++) {
        smbt_digest_row *r = d->rows->pdata[i];
        if (r->is_end == is_end && strcmp(r->id, id) == 0 && g_strcmp0(r->variant, variant) == 0) return r;
    }
    return NULL;
}

smbt_digest_row *smbt_digest_add_row(smbt_digest *d, const smbt_digest_row *values, const char *summary)
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
    smbt_digest_span(&r->first, &r->last, time);
}

/* Only what all of them lack. */
void smbt_digest_keep_common(GPtrArray *common, const GPtrArray *texts)
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

/* So many, of ends that are alike in cause. */
#define REMEDIES_MAX 8

void smbt_digest_add_remedies(GPtrArray *remedies, const GPtrArray *texts)
{
    for (guint i = 0; texts && i < texts->len && remedies->len < REMEDIES_MAX; i++)
        if (!g_ptr_array_find_with_equal_func(remedies, texts->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(remedies, g_strdup(texts->pdata[i]));
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
    smbt_digest_span(&c->first, &c->last, end->time);
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
smbt_digest_cell *smbt_digest_find_cell(smbt_digest *d, smbt_digest_row *r, const smbt_endpoint *client,
                                        const smbt_nat_ends *nat, const smbt_endpoint *server,
                                        const char *host)
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

void smbt_digest_count_ends(smbt_digest_counts *counts, const smbt_addr *addr, const smbt_nat_ends *nat,
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

/* ---- Findings
 * --------------------------------------------------------------------------------------------------- */

static void add_end(smbt_digest *d, const smbt_end *end)
{
    enum smbt_cause cause = smbt_cause_find(end->cause);
    if (cause == SMBT_CAUSE_MAX) return;
    const smbt_topic *topic = smbt_cause_topic(cause);
    smbt_digest_row *r = smbt_digest_find_row(d, true, end->cause, end->variant);
    const char *how = smbt_end_manner(end);
    if (!r) {
        r = smbt_digest_add_row(d, &(smbt_digest_row){.is_end = true, .id = topic->id, .how = how},
                                end->summary);
        r->variant = g_strdup(end->variant);
        r->remedies = smbt_digest_copy_texts(end->remedies);
        r->missing = smbt_digest_copy_texts(end->missing);
    }
    if (r->how && strcmp(r->how, how) != 0) r->how = NULL;
    smbt_digest_keep_common(r->missing, end->missing);
    smbt_digest_add_remedies(r->remedies, end->remedies);
    count_finding(r, end->severity, end->summary, end->frame, end->time);
    r->strengths[end->strength]++;
    if (end->culprit.frame && end->culprit.delay != SMBT_DURATION_UNKNOWN) {
        r->least_delay = MIN(r->least_delay, end->culprit.delay);
        r->most_delay = MAX(r->most_delay, end->culprit.delay);
    }
    const smbt_connection_info *conn = &end->connection;
    smbt_digest_cell *c =
        smbt_digest_find_cell(d, r, &conn->client, &conn->nat, &conn->server, conn->workstation);
    if (c)
        fill_cell(c, end);
    else
        r->uncounted++;
    smbt_digest_count_ends(&d->hosts, &conn->client.addr, &conn->nat, conn->workstation, 1);
    smbt_digest_count_ends(&d->servers, &conn->server.addr, &no_nat, NULL, 1);
    smbt_digest_count_time(d, end->time, 1);
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
    smbt_digest_row *r = smbt_digest_find_row(d, false, kind, NULL);
    if (!r) {
        r = smbt_digest_add_row(d, &(smbt_digest_row){.id = kind}, o->summary);
        r->remedies = smbt_digest_copy_texts(NULL);
        r->missing = smbt_digest_copy_texts(NULL);
    }
    count_finding(r, o->severity, o->summary, o->frame, o->time);
    smbt_digest_cell *c =
        o->has_connection ? smbt_digest_find_cell(d, r, &o->client, &no_nat, &o->server, NULL) : NULL;
    if (c) {
        c->count++;
        smbt_digest_keep_frame(c->frames, o->frame);
        smbt_digest_span(&c->first, &c->last, o->time);
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

void smbt_digest_add_pattern(smbt_digest *d, const smbt_pattern *pattern, guint file)
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
    if (record->type == SMBT_RECORD_PATTERN && shown) smbt_digest_add_pattern(d, record->pattern, 0);
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    if (record->type == SMBT_RECORD_END && record->end->revises) return;
    d->places = record->places;
    if (!shown) {
        hide(d, record);
        return;
    }
    if (record->type == SMBT_RECORD_END) {
        add_end(d, record->end);
        smbt_digest_span(&d->first, &d->last, record->end->time);
    } else {
        add_observation(d, record->observation);
        smbt_digest_span(&d->first, &d->last, record->observation->time);
    }
    if (record->type == SMBT_RECORD_OBSERVATION || record->end->severity > SMBT_SEVERITY_INFO) d->long_ones++;
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
