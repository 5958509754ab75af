/* The index of the HTML report: a row for each finding, in groups of one severity and cause, the worst first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html.h"

#include "base/place.h"
#include "report/markup.h"
#include "report/meaning.h"
#include "report/phrase.h"
#include "report/story.h"
#include "report/timestamp.h"
#include "verdict/topic.h"

#include <string.h>

/* Groups of more rows say in a few lines who they are about; so many lines. */
#define ROWS_PLAIN  6
#define LINES_SHOWN 6
/* With more rows in all, groups that lost nobody anything begin folded. */
#define ROWS_UNFOLDED 25

/* ---- Groups
 * ----------------------------------------------------------------------------------------------------- */

bool smbt_index_group_of(const smbt_record *record, smbt_index_group *ret_group)
{
    if (record->type == SMBT_RECORD_END) {
        const smbt_end *e = record->end;
        enum smbt_cause cause = smbt_cause_find(e->cause);
        if (cause == SMBT_CAUSE_MAX) return false;
        *ret_group = (smbt_index_group){.severity = e->severity,
                                        .is_end = true,
                                        .id = smbt_cause_topic(cause)->id,
                                        .variant = e->variant,
                                        .rows = 1,
                                        .first = e->time,
                                        .last = e->time};
        return true;
    }
    if (record->type != SMBT_RECORD_OBSERVATION) return false;
    const smbt_observation *o = record->observation;
    const smbt_topic *t = smbt_observation_kinds();
    while (t->id && strcmp(t->id, o->kind) != 0)
        t++;
    if (!t->id) return false;
    *ret_group = (smbt_index_group){
        .severity = o->severity, .id = t->id, .rows = 1, .first = o->time, .last = o->time};
    return true;
}

int smbt_index_group_compare(const smbt_index_group *a, const smbt_index_group *b)
{
    if (a->severity != b->severity) return a->severity < b->severity ? 1 : -1;
    if (a->is_end != b->is_end) return a->is_end ? -1 : 1;
    if (a->rows != b->rows) return a->rows < b->rows ? 1 : -1;
    return (a->first > b->first) - (a->first < b->first);
}

static const smbt_digest_row *row_of(const smbt_digest *d, const smbt_index_group *g)
{
    for (guint i = 0; i < d->rows->len; i++) {
        const smbt_digest_row *r = d->rows->pdata[i];
        if (r->is_end == g->is_end && strcmp(r->id, g->id) == 0 && g_strcmp0(r->variant, g->variant) == 0)
            return r;
    }
    return NULL;
}

/* Who most of them are about; nothing where the rows say it as shortly. */
static void add_who(GString *out, const smbt_digest *d, const smbt_digest_row *r, const smbt_index_group *g)
{
    if (g->rows <= ROWS_PLAIN || r->count != g->rows) return;
    g_auto(GStrv) lines = smbt_phrase_fold(d, r, LINES_SHOWN);
    guint n = g_strv_length(lines);
    if (n * 2 > g->rows) return;
    g_string_append(out, "<ul class=\"who\">\n");
    for (guint i = 0; i < n; i++)
        smbt_markup_printf(out, "<li>%s</li>\n", lines[i]);
    g_string_append(out, "</ul>\n");
}

void smbt_html_begin_group(GString *out, const smbt_overview *o, const smbt_index_group *g)
{
    uint64_t all = o->tally->ends + o->tally->observations;
    const char *severity = smbt_severity_name(g->severity);
    const smbt_digest_row *r = row_of(o->digest, g);
    g_autofree char *title = smbt_phrase_cause(&(smbt_end){.cause = g->id, .variant = g->variant});
    g_autofree char *count =
        g->is_end ? smbt_phrase_count(g->rows, "end", "ends") : smbt_phrase_count(g->rows, "time", "times");
    g_autofree char *span = smbt_phrase_span(g->first, g->last, smbt_digest_has_days(o->digest));
    bool unfolded = g->severity >= SMBT_SEVERITY_WARNING || all <= ROWS_UNFOLDED;
    smbt_markup_printf(out, "<details class=\"group %s\"%s>\n<summary>", severity, unfolded ? " open" : "");
    smbt_markup_printf(out, "<span class=\"mark\">%s %s</span> <b>%s</b>", smbt_html_marks[g->severity],
                       title, count);
    smbt_markup_printf(out, " <span class=\"dim\">%s</span></summary>\n", span);
    smbt_markup_printf(out, "<p class=\"dim\">%s</p>\n", smbt_meaning(g->id));
    if (r) add_who(out, o->digest, r, g);
    smbt_markup_printf(out,
                       "<div class=\"rows%s\"><table>\n<thead><tr><th>Time (UTC)</th><th>Connection</th>",
                       o->several_files ? "" : " one");
    smbt_markup_printf(
        out,
        "<th class=\"host\">%s</th><th class=\"strength\">%s</th><th class=\"capture\">Capture</th>"
        "<th class=\"n\">Frame</th></tr></thead>\n<tbody>\n",
        g->is_end ? "Host" : NULL, g->is_end ? "Strength" : NULL);
}

void smbt_html_end_group(GString *out)
{
    g_string_append(out, "</tbody></table></div>\n</details>\n");
}

/* ---- Rows
 * ------------------------------------------------------------------------------------------------------- */

static void add_when(GString *out, smbt_time time)
{
    char date[SMBT_TIMESTAMP_SIZE], clock[SMBT_TIMESTAMP_SIZE];
    if (time == SMBT_TIME_NONE) {
        g_string_append(out, "the whole capture");
        return;
    }
    smbt_markup_printf(out, "%s <b>%s</b>", smbt_timestamp_date(date, time),
                       smbt_timestamp_clock(clock, time));
}

struct cells {
    enum smbt_severity severity;
    const char *finding, *pair, *host, *strength;
    uint64_t frame;
    smbt_time time;
};

static void add_row(GString *out, const char *file, const struct cells *c)
{
    g_autofree char *anchor = smbt_html_anchor(file, c->pair, c->finding, c->frame);
    smbt_markup_printf(out, "<tr class=\"%s\"><td class=\"when\"><a href=\"#%s\">",
                       smbt_severity_name(c->severity), anchor);
    add_when(out, c->frame ? c->time : SMBT_TIME_NONE);
    smbt_markup_printf(out, "</a></td><td class=\"mono\">%s</td><td class=\"host\">%s</td>", c->pair,
                       c->host);
    smbt_markup_printf(out, "<td class=\"strength\">%s</td><td class=\"capture\">%s</td><td class=\"n\">",
                       c->strength, file);
    if (c->frame) g_string_append_printf(out, "%" G_GUINT64_FORMAT, c->frame);
    g_string_append(out, "</td></tr>\n");
}

void smbt_html_index(GString *out, const char *file, const smbt_record *record)
{
    const smbt_naming naming = {record->places, smbt_record_frame(record)};
    gsize from = out->len;
    if (record->type == SMBT_RECORD_END) {
        const smbt_end *e = record->end;
        const smbt_connection_info *conn = &e->connection;
        g_autofree char *pair = smbt_phrase_connection(conn);
        const char *strength = e->strength == SMBT_STRENGTH_NONE ? NULL : smbt_strength_name(e->strength);
        add_row(out, file,
                &(struct cells){e->severity, e->cause, pair, conn->workstation, strength, e->frame, e->time});
    } else if (record->type == SMBT_RECORD_OBSERVATION) {
        const smbt_observation *o = record->observation;
        g_autofree char *pair = o->has_connection ? smbt_phrase_pair(&o->client, &o->server) : NULL;
        add_row(out, file, &(struct cells){o->severity, o->kind, pair, NULL, NULL, o->frame, o->time});
    }
    smbt_naming_apply(&naming, out, from, smbt_markup_append);
}

/* ---- Around them
 * ------------------------------------------------------------------------------------------------ */

static void add_filter(GString *out, const smbt_tally *tally)
{
    g_string_append(out, "<div class=\"filter\"><span class=\"dim\">Show</span>");
    for (int i = SMBT_SEVERITY_MAX - 1; i >= 0; i--) {
        if (!tally->by_severity[i]) continue;
        const char *name = smbt_severity_name((enum smbt_severity)i);
        smbt_markup_printf(out, "<label><input type=\"checkbox\" id=\"f-%s\" checked> %s", name, name);
        g_string_append_printf(out, " (%" G_GUINT64_FORMAT ")</label>", tally->by_severity[i]);
    }
    g_string_append(out, "<label class=\"all\"><input type=\"checkbox\" id=\"f-all\"> all in full, on paper "
                         "too</label></div>\n");
}

/* Takes the text. */
static void add_fact(GString *out, const char *label, char *text)
{
    if (text) smbt_markup_printf(out, "<dt>%s</dt><dd>%s</dd>\n", label, text);
    g_free(text);
}

void smbt_html_begin_index(GString *out, const smbt_overview *o)
{
    if (o->tally->ends + o->tally->observations == 0) return;
    g_string_append(
        out, "<div class=\"index\">\n<h2>What was found</h2>\n<p class=\"dim\">The worst first, then by "
             "time. Each leads to its evidence below.</p>\n");
    if (smbt_digest_is_long(o->digest)) {
        g_string_append(out, "<dl>\n");
        add_fact(out, "by server", smbt_phrase_servers(o->digest));
        add_fact(out, "by host", smbt_phrase_hosts(o->digest));
        add_fact(out, "by time", smbt_phrase_times(o->digest));
        g_string_append(out, "</dl>\n");
    }
    add_filter(out, o->tally);
}

void smbt_html_end_index(GString *out, const smbt_overview *o)
{
    g_autofree char *hidden = smbt_phrase_hidden(o->digest);
    if (o->tally->ends + o->tally->observations) g_string_append(out, "</div>\n");
    if (hidden) smbt_markup_printf(out, "<p class=\"dim\">%s</p>\n", hidden);
}
