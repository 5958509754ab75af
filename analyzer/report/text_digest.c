/* Many findings as text: a table of causes, who and when, then cause by cause what they have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_digest.h"
#include "report/digest.h"
#include "report/fold.h"
#include "report/phrase.h"
#include "report/story.h"
#include "report/text.h"
#include "report/timestamp.h"

#include "base/time.h"

#include <string.h>

#define DAY (24 * 60 * SMBT_MIN)
/* So many servers, hosts are named; lines of a cause that is no error. */
#define NAMES_SHOWN 6
#define LINES_SHOWN 10
/* Columns of the table, and where the rest of a line hangs. */
#define HANG 8

/* ---- Words
 * ------------------------------------------------------------------------------------------------------ */

/* "12:37:16"; with its date where that is not the one before. */
static void add_when(GString *para, smbt_time time, smbt_time before)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    if (before != SMBT_TIME_NONE && time / DAY != before / DAY) {
        smbt_para_add(para, smbt_timestamp_date(buf, time));
        smbt_para_blanks(para, 1);
    }
    smbt_timestamp_clock(buf, time);
    buf[strlen("12:37:16")] = '\0';
    smbt_para_add(para, buf);
}

void smbt_text_span(GString *para, smbt_time first, smbt_time last)
{
    if (first == SMBT_TIME_NONE) return;
    add_when(para, first, last / DAY != first / DAY ? last : SMBT_TIME_NONE);
    if (last - first < SMBT_SEC) return;
    smbt_para_add(para, " to ");
    add_when(para, last, first);
}

static void add_frames(GString *para, const uint64_t frames[SMBT_DIGEST_FRAMES], uint64_t count)
{
    if (!frames[0]) return;
    bool placed = frames[0] >= SMBT_FRAME_PLACED; /* each lies in a file that is named with it */
    if (!placed) smbt_para_add(para, count == 1 ? "frame" : "frames");
    if (!placed) smbt_para_blanks(para, 1);
    uint64_t shown = count <= SMBT_DIGEST_FRAMES ? SMBT_DIGEST_FRAMES : SMBT_DIGEST_FRAMES - 1;
    for (uint64_t i = 0; i < shown && frames[i]; i++) {
        if (i > 0) smbt_para_add(para, ", ");
        if (placed)
            smbt_text_frame(para, frames[i]);
        else
            smbt_para_printf(para, "%" G_GUINT64_FORMAT, frames[i]);
    }
    if (count <= shown) return;
    smbt_para_add(para, " ");
    g_autofree char *more = g_strdup_printf("and %" G_GUINT64_FORMAT " more", count - shown);
    smbt_para_add_together(para, more);
}

void smbt_text_strengths(GString *para, const uint64_t strengths[SMBT_STRENGTH_MAX], uint64_t count)
{
    bool first = true;
    for (int i = SMBT_STRENGTH_MAX - 1; i > SMBT_STRENGTH_NONE; i--) {
        if (!strengths[i]) continue;
        if (!first) smbt_para_add(para, ", ");
        if (strengths[i] != count) smbt_para_printf(para, "%" G_GUINT64_FORMAT " ", strengths[i]);
        smbt_para_add(para, smbt_strength_name((enum smbt_strength)i));
        first = false;
    }
}

static void add_cause(GString *para, const smbt_digest_row *r)
{
    const smbt_end named = {.cause = r->id, .variant = r->variant};
    smbt_text_cause(para, &named);
}

static const char *const marks[SMBT_SEVERITY_MAX] = {"i", "•", "!", "✗"};

/* ---- The table
 * -------------------------------------------------------------------------------------------------- */

static void add_number(GString *para, const smbt_digest_row *r)
{
    smbt_para_count(para, r->count);
}

static unsigned widest(const GPtrArray *rows, void (*add)(GString *para, const smbt_digest_row *row))
{
    g_autoptr(GString) para = g_string_new(NULL);
    unsigned most = 0;
    for (guint i = 0; i < rows->len; i++) {
        g_string_truncate(para, 0);
        add(para, rows->pdata[i]);
        most = MAX(most, smbt_para_columns(para));
    }
    return most;
}

static void pad(GString *para, unsigned column)
{
    unsigned used = smbt_para_columns(para);
    if (used < column) smbt_para_blanks(para, column - used);
}

static void add_table(struct smbt_text_writer *w, const GPtrArray *rows)
{
    unsigned names = 2 + widest(rows, add_number), times = names + 2 + widest(rows, add_cause) + 2;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        g_autoptr(GString) number = g_string_new(NULL);
        add_number(number, r);
        smbt_text_mark(w->para, r->severity, marks[r->severity]);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        pad(w->para, names - smbt_para_columns(number));
        g_string_append_len(w->para, number->str, (gssize)number->len);
        smbt_para_blanks(w->para, 2);
        add_cause(w->para, r);
        pad(w->para, times);
        smbt_para_add(w->para, " ");
        smbt_text_span(w->para, r->first, r->last);
        smbt_text_flush(w, 0, names + 4);
    }
    g_string_append_c(w->out, '\n');
}

static void add_in_brackets(GString *para, uint64_t n)
{
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "(");
    smbt_para_count(para, n);
    smbt_para_add(para, ")");
}

void smbt_text_most(GString *para, const smbt_digest_counts *counts)
{
    g_autoptr(GPtrArray) rows = smbt_digest_most(counts);
    if (rows->len < 2) return;
    uint64_t rest = 0;
    unsigned shown = rows->len <= NAMES_SHOWN + 1 ? rows->len : NAMES_SHOWN;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_count *c = rows->pdata[i];
        if (i >= shown) {
            rest += c->count;
            continue;
        }
        if (i > 0) smbt_para_add(para, ", ");
        smbt_para_add(para, c->name);
        add_in_brackets(para, c->count);
    }
    if (shown < rows->len) {
        smbt_para_printf(para, " and %u more", rows->len - shown);
        add_in_brackets(para, rest);
    }
}

static void add_bucket_name(GString *para, smbt_time start, smbt_time before, smbt_duration unit)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    bool has_date = unit >= DAY || (before != SMBT_TIME_NONE && before / DAY != start / DAY);
    if (has_date) smbt_para_add(para, smbt_timestamp_date(buf, start));
    if (unit >= DAY) return;
    if (has_date) smbt_para_blanks(para, 1);
    smbt_timestamp_clock(buf, start);
    buf[strlen(unit < SMBT_MIN ? "12:37:16" : "12:37")] = '\0';
    smbt_para_add(para, buf);
}

void smbt_text_times(GString *para, const smbt_digest *d)
{
    if (d->buckets->len < 2) return;
    smbt_time before = SMBT_TIME_NONE;
    for (guint i = 0; i < d->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(d->buckets, smbt_digest_bucket, i);
        if (i > 0) smbt_para_add(para, ", ");
        add_bucket_name(para, b->start, before, d->unit);
        add_in_brackets(para, b->count);
        before = b->start;
    }
}

static void add_counts(struct smbt_text_writer *w, const smbt_digest *d)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 3; i++) {
        static const char *const labels[] = {"by server", "by host", "by time"};
        g_string_truncate(text, 0);
        if (i < 2)
            smbt_text_most(text, i == 0 ? &d->servers : &d->hosts);
        else
            smbt_text_times(text, d);
        if (!text->len) continue;
        smbt_text_begin_row(w, labels[i]);
        g_string_append_len(w->para, text->str, (gssize)text->len);
        smbt_text_end_row(w);
    }
}

/* ---- Cause by cause
 * --------------------------------------------------------------------------------------------- */

static void add_who(GString *para, const smbt_fold_line *l)
{
    char buf[SMBT_ADDR_STRLEN];
    if (l->count == 1) {
        if (l->host) smbt_para_printf(para, "%s, ", l->host);
        smbt_text_pair_behind(para, &l->client, &l->server, &l->nat);
        return;
    }
    if (l->clients > 1)
        smbt_text_counted(para, l->clients, "host", "hosts");
    else if (l->host)
        smbt_para_printf(para, "%s, ", l->host);
    if (l->clients == 1) smbt_text_host(para, &l->client, &l->nat);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "→ ");
    if (l->servers > 1)
        smbt_text_counted(para, l->servers, "server", "servers");
    else
        smbt_para_add(para, smbt_addr_format(&l->server.addr, buf));
}

static void add_return(GString *para, const smbt_fold_line *l)
{
    if (l->back) {
        smbt_para_add(para, "; back after ");
        smbt_text_duration(para, l->shortest);
        g_autofree char *least = smbt_phrase_duration(l->shortest), *most = smbt_phrase_duration(l->longest);
        if (strcmp(least, most) != 0) {
            smbt_para_add(para, " to ");
            smbt_text_duration(para, l->longest);
        }
        if (l->not_back) {
            g_autofree char *of =
                g_strdup_printf("(%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", l->back, l->count);
            smbt_para_blanks(para, 1);
            smbt_para_add_together(para, of);
        }
    } else if (l->not_back == l->count) {
        smbt_para_add(para, "; return not seen");
    }
}

void smbt_text_fold_line(GString *para, const smbt_digest_row *r, const smbt_fold_line *l)
{
    if (l->count > 1) {
        smbt_para_count(para, l->count);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, "×");
        smbt_para_blanks(para, 1);
    }
    add_who(para, l);
    bool mixed = false;
    for (int i = 1; i < SMBT_STRENGTH_MAX; i++)
        mixed |= r->strengths[i] && r->strengths[i] != r->count;
    if (mixed) {
        smbt_para_add(para, "; ");
        smbt_text_strengths(para, l->strengths, l->count);
    }
    smbt_para_add(para, "; ");
    smbt_text_span(para, l->first, l->last);
    if (l->frames[0]) smbt_para_add(para, "; "); /* of several captures there are none */
    add_frames(para, l->frames, l->count);
    if (l->culprit)
        smbt_para_printf(para, "; set off by %s%s", l->culprit, l->several_culprits ? " and others" : "");
    add_return(para, l);
}

/* Errors are never left out. */
static void add_lines(struct smbt_text_writer *w, const smbt_digest_row *r)
{
    g_autoptr(GArray) lines = smbt_fold(r);
    bool all = r->severity >= SMBT_SEVERITY_ERROR || w->style->verbose || lines->len <= LINES_SHOWN + 1;
    guint shown = all ? lines->len : LINES_SHOWN;
    uint64_t rest = r->uncounted;
    for (guint i = 0; i < lines->len; i++) {
        const smbt_fold_line *l = &g_array_index(lines, smbt_fold_line, i);
        if (i >= shown) {
            rest += l->count;
            continue;
        }
        smbt_text_fold_line(w->para, r, l);
        smbt_text_flush(w, 4, HANG);
    }
    if (!rest) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "and ");
    smbt_para_count(w->para, rest);
    smbt_para_add(w->para, " of others");
    smbt_text_flush(w, 4, HANG);
}

static void add_texts(struct smbt_text_writer *w, const char *label, const GPtrArray *texts)
{
    unsigned hang = 2 + (unsigned)strlen(label) + 1;
    for (guint i = 0; i < texts->len; i++) {
        smbt_para_style(w->para, SMBT_PARA_BOLD);
        smbt_para_add(w->para, i == 0 ? label : NULL);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        smbt_para_blanks(w->para, i == 0 ? 1 : hang - 2);
        smbt_para_add(w->para, texts->pdata[i]);
        smbt_text_flush(w, 2, hang);
    }
}

void smbt_text_meaning(GString *para, const smbt_digest_row *r)
{
    const smbt_topic *t = r->is_end ? smbt_causes() : smbt_observation_kinds();
    while (t->id && strcmp(t->id, r->id) != 0)
        t++;
    g_autofree char *meaning = g_strdup(t->meaning);
    char *remark = meaning ? strrchr(meaning, '(') : NULL;
    if (remark > meaning && g_str_has_suffix(remark, ": note)")) remark[-1] = '\0';
    smbt_para_add(para, meaning);
}

static void add_heading(struct smbt_text_writer *w, const smbt_digest_row *r)
{
    smbt_text_blank_line(w);
    smbt_text_mark(w->para, r->severity, marks[r->severity]);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    add_cause(w->para, r);
    bool has_strength = r->strengths[SMBT_STRENGTH_NONE] != r->count && r->is_end;
    if (has_strength) {
        smbt_para_add_together(w->para, " (");
        smbt_text_strengths(w->para, r->strengths, r->count);
        smbt_para_add(w->para, ")");
    }
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
    if (r->is_end)
        smbt_text_counted(w->para, r->count, "end", "ends");
    else
        smbt_text_counted(w->para, r->count, "time", "times");
    if (r->how) smbt_para_printf(w->para, ", %s", r->how);
    smbt_text_flush(w, 0, 4);
}

static void add_row(struct smbt_text_writer *w, const smbt_digest_row *r)
{
    add_heading(w, r);
    if (r->is_end && r->summaries_differ)
        smbt_text_meaning(w->para, r);
    else
        smbt_para_add(w->para, r->summary);
    if (!r->is_end && r->summaries_differ) smbt_para_add(w->para, " (the first of them)");
    smbt_text_flush(w, 2, 2);
    if (r->cells->len) {
        add_lines(w, r);
    } else if (r->frames[0]) {
        smbt_text_span(w->para, r->first, r->last);
        smbt_para_add(w->para, "; ");
        add_frames(w->para, r->frames, r->count);
        smbt_text_flush(w, 4, HANG);
    }
    add_texts(w, "Missing:", r->missing);
    add_texts(w, "Fix:", r->remedies);
    if (r->severity >= SMBT_SEVERITY_WARNING) smbt_text_more(w, r->id);
    g_string_append_c(w->out, '\n');
}

void smbt_text_digest_table(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    w.naming.places = digest->places;
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(digest);
    smbt_para_style(w.para, SMBT_PARA_BOLD);
    smbt_text_counted(w.para, digest->ends, "end", "ends");
    if (digest->observations) {
        smbt_para_add(w.para, " and ");
        smbt_text_counted(w.para, digest->observations, "observation", "observations");
    }
    smbt_para_style(w.para, SMBT_PARA_PLAIN);
    smbt_para_add(w.para, ", the worst first");
    smbt_text_flush(&w, 0, 2);
    if (rows->len > 1) add_table(&w, rows);
    add_counts(&w, digest);
    for (guint i = 0; i < rows->len; i++)
        add_row(&w, rows->pdata[i]);
    smbt_text_writer_clear(&w);
}

void smbt_text_digest(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    if (digest->patterns->len == 0 || digest->is_merged) { /* else it has been told right above */
        smbt_para_style(w.para, SMBT_PARA_BOLD);
        smbt_story_headline(w.para, digest);
        smbt_text_flush(&w, 0, 2);
        g_string_append_c(out, '\n');
    }
    smbt_text_writer_clear(&w);
    smbt_text_digest_table(out, style, digest);
}

/* ---- What is not told
 * ------------------------------------------------------------------------------------------- */

void smbt_text_hidden(GString *para, const smbt_digest *d)
{
    const smbt_topic *causes = smbt_causes();
    bool first = true;
    if (d->hidden_ends + d->hidden_observations == 0) return;
    smbt_para_add(para, "Not shown: ");
    for (int i = 0; causes[i].id; i++) {
        if (!d->hidden[i]) continue;
        if (!first) smbt_para_add(para, ", ");
        smbt_para_count(para, d->hidden[i]);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, causes[i].id);
        first = false;
    }
    if (d->hidden_observations) {
        if (!first) smbt_para_add(para, ", ");
        smbt_text_counted(para, d->hidden_observations, "observation", "observations");
    }
    smbt_para_add(para, " (--min-severity info shows all)");
}

void smbt_text_left_out(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    bool folded = smbt_digest_is_long(digest) && !style->verbose && !digest->is_merged;
    bool hides = digest->hidden_ends + digest->hidden_observations > 0;
    if (digest->hidden_ends && digest->ends + digest->observations == 0 && !digest->is_merged) {
        smbt_story_headline(w.para, digest);
        smbt_text_flush(&w, 0, 2);
    }
    smbt_para_style(w.para, SMBT_PARA_DIM);
    if (hides) {
        smbt_text_hidden(w.para, digest);
        smbt_text_flush(&w, 0, 2);
        smbt_para_style(w.para, SMBT_PARA_DIM);
    }
    if (folded) {
        smbt_para_printf(w.para, "In full: -v shows each end, --end %sFRAME those of one frame",
                         style->names_files ? "FILE:" : "");
        smbt_text_flush(&w, 0, 2);
    }
    if (hides || folded) g_string_append_c(out, '\n');
    smbt_text_writer_clear(&w);
}
