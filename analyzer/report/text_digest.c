/* Many findings as text: a table of causes, who and when, then cause by cause what they have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_digest.h"
#include "report/digest.h"
#include "report/fold.h"
#include "report/meaning.h"
#include "report/phrase.h"
#include "report/story.h"
#include "report/text.h"
#include "report/timestamp.h"

#include "base/time.h"

#include <string.h>

/* So many servers, hosts are named; lines of a cause that is no error. */
#define NAMES_SHOWN 6
#define LINES_SHOWN 10
/* Columns of the table, and where the rest of a line hangs. */
#define HANG 8

/* ---- Words
 * ------------------------------------------------------------------------------------------------------ */

/* "12:37:16"; "2026-11-20 12:37:16" */
static void add_when(GString *para, smbt_time time, bool dated)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    if (dated) {
        smbt_para_add(para, smbt_timestamp_date(buf, time));
        smbt_para_blanks(para, 1);
    }
    smbt_timestamp_clock(buf, time);
    buf[strlen("12:37:16")] = '\0';
    smbt_para_add(para, buf);
}

void smbt_text_span(GString *para, smbt_time first, smbt_time last, bool dated)
{
    if (first == SMBT_TIME_NONE) return;
    bool has_days = last / SMBT_DAY != first / SMBT_DAY;
    add_when(para, first, dated || has_days);
    if (last - first < SMBT_SEC) return;
    smbt_para_add(para, " to ");
    add_when(para, last, has_days);
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

static void add_table(struct smbt_text_writer *w, const smbt_digest *d, const GPtrArray *rows)
{
    unsigned names = 2 + widest(rows, add_number), times = names + 2 + widest(rows, add_cause) + 2;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        g_autoptr(GString) number = g_string_new(NULL);
        add_number(number, r);
        smbt_text_mark(w->para, r->severity);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        pad(w->para, names - smbt_para_columns(number));
        g_string_append_len(w->para, number->str, (gssize)number->len);
        smbt_para_blanks(w->para, 2);
        add_cause(w->para, r);
        pad(w->para, times);
        smbt_para_add(w->para, " ");
        smbt_text_span(w->para, r->first, r->last, smbt_digest_has_days(d));
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
        if (!c->host && smbt_digest_is_named(counts, c->name)) smbt_para_add(para, " without a name");
        add_in_brackets(para, c->count);
    }
    if (shown < rows->len) {
        smbt_para_printf(para, " and %u more", rows->len - shown);
        add_in_brackets(para, rest);
    }
}

static void add_bucket_name(GString *para, smbt_time start, bool dated, enum smbt_digest_unit unit)
{
    static const char *const patterns[SMBT_UNIT_MAX] = {[SMBT_UNIT_DAY] = "2022-06-06",
                                                        [SMBT_UNIT_MONTH] = "2022-06",
                                                        [SMBT_UNIT_YEAR] = "2022",
                                                        [SMBT_UNIT_DECADE] = "2020"};
    char buf[SMBT_TIMESTAMP_SIZE];
    if (unit == SMBT_UNIT_CENTURY) {
        smbt_timestamp_date(buf, start);
        smbt_para_printf(para, "%.2s00-%.2s99", buf, buf);
        return;
    }
    if (dated || unit >= SMBT_UNIT_DAY) {
        smbt_timestamp_date(buf, start);
        if (patterns[unit]) buf[strlen(patterns[unit])] = '\0';
        smbt_para_add(para, buf);
        if (unit == SMBT_UNIT_DECADE) smbt_para_add(para, "s");
    }
    if (unit >= SMBT_UNIT_DAY) return;
    if (dated) smbt_para_blanks(para, 1);
    smbt_timestamp_clock(buf, start);
    buf[strlen(unit < SMBT_UNIT_1_MIN ? "12:37:16" : "12:37")] = '\0';
    smbt_para_add(para, buf);
}

/* Other names tell by themselves what they span. */
static const char *const units[SMBT_UNIT_MAX] = {
    [SMBT_UNIT_1_S] = "second",    [SMBT_UNIT_10_S] = "10 s", [SMBT_UNIT_1_MIN] = "minute",
    [SMBT_UNIT_10_MIN] = "10 min", [SMBT_UNIT_1_H] = "hour",  [SMBT_UNIT_6_H] = "6 h"};

void smbt_text_times(GString *para, const smbt_digest *d)
{
    if (d->buckets->len < 2) return;
    if (units[d->unit]) smbt_para_printf(para, "per %s: ", units[d->unit]);
    bool dated = smbt_digest_has_days(d);
    for (guint i = 0; i < d->buckets->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(d->buckets, smbt_digest_bucket, i);
        if (i > 0) smbt_para_add(para, ", ");
        add_bucket_name(para, b->start, dated, d->unit);
        add_in_brackets(para, b->count);
        dated = i + 1 < d->buckets->len && b[1].start / SMBT_DAY != b->start / SMBT_DAY;
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

/* "PC, 192.168.1.124"; "192.168.1.124 without a name", where there is a name too. */
static void add_host(GString *para, const smbt_digest *d, const smbt_digest_row *r, const smbt_fold_line *l)
{
    g_autofree char *address = smbt_digest_address(&l->client.addr, &l->nat);
    if (l->host) smbt_para_printf(para, "%s, ", l->host);
    smbt_para_add(para, address);
    if (!l->host && r->is_end && smbt_digest_is_named(&d->hosts, address))
        smbt_para_add(para, " without a name");
}

static void add_who(GString *para, const smbt_digest *d, const smbt_digest_row *r, const smbt_fold_line *l)
{
    char buf[SMBT_ADDR_STRLEN];
    if (l->count == 1) {
        if (l->host) smbt_para_printf(para, "%s, ", l->host);
        smbt_text_pair_behind(para, &l->client, &l->server, &l->nat);
        return;
    }
    if (l->clients > 1)
        smbt_text_counted(para, l->clients, "host", "hosts");
    else
        add_host(para, d, r, l);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "→ ");
    if (l->servers > 1)
        smbt_text_counted(para, l->servers, "server", "servers");
    else if (l->several_ports)
        smbt_para_add(para, smbt_addr_format(&l->server.addr, buf));
    else
        smbt_text_endpoint(para, &l->server);
}

/* " (2 of 90)"; nothing when that is all. */
static void add_share(GString *para, uint64_t n, uint64_t of)
{
    if (n == of) return;
    g_autofree char *share = g_strdup_printf("(%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", n, of);
    smbt_para_blanks(para, 1);
    smbt_para_add_together(para, share);
}

static void add_back(GString *para, const smbt_digest_returns *r, uint64_t of)
{
    smbt_para_add(para, "; back after ");
    smbt_text_duration(para, r->shortest);
    g_autofree char *least = smbt_phrase_duration(r->shortest), *most = smbt_phrase_duration(r->longest);
    if (strcmp(least, most) != 0) {
        smbt_para_add(para, " to ");
        smbt_text_duration(para, r->longest);
    }
    add_share(para, r->back, of);
}

/* What became of them. */
static void add_returns(GString *para, const smbt_digest_returns *r, uint64_t of)
{
    static const struct {
        enum smbt_no_return why;
        const char *before, *after;
    } words[] = {
        {SMBT_RETURN_NEEDLESS, "another connection of the host was there", ""},
        {SMBT_RETURN_MIDSTREAM, "seen on a connection begun before the capture", ""},
        {SMBT_RETURN_UNTOLD, "another connection of that address followed", ", perhaps the same host's"},
        {SMBT_RETURN_NO_LOGON, "not seen to log on again", ""},
        {SMBT_RETURN_UNSEEN, "not seen again", ""}};
    if (r->back) add_back(para, r, of);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!r->none[words[i].why]) continue;
        smbt_para_printf(para, "; %s", words[i].before);
        add_share(para, r->none[words[i].why], of);
        smbt_para_add(para, words[i].after);
    }
}

/* "in a.pcap", "in 3 captures"; of one capture alone nothing. */
static bool add_files(GString *para, const char *before, const smbt_digest *d, const smbt_digest_files *f,
                      bool exact)
{
    if (d->captures < 2 || f->count == 0) return false;
    const char *name = f->count == 1 ? smbt_digest_file(d, f->first[0]) : NULL;
    smbt_para_add(para, before);
    if (name) {
        smbt_para_add(para, "in ");
        smbt_para_add(para, name);
    } else if (f->count > SMBT_DIGEST_FILES && !exact) {
        smbt_para_add(para, "in many captures");
    } else {
        smbt_para_add(para, "in ");
        smbt_text_counted(para, f->count, "capture", "captures");
    }
    return true;
}

void smbt_text_fold_line(GString *para, const smbt_digest *d, const smbt_digest_row *r,
                         const smbt_fold_line *l)
{
    if (l->count > 1) {
        smbt_para_count(para, l->count);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, "×");
        smbt_para_blanks(para, 1);
    }
    add_who(para, d, r, l);
    bool mixed = false;
    for (int i = 1; i < SMBT_STRENGTH_MAX; i++)
        mixed |= r->strengths[i] && r->strengths[i] != r->count;
    if (mixed) {
        smbt_para_add(para, "; ");
        smbt_text_strengths(para, l->strengths, l->count);
    }
    smbt_para_add(para, "; ");
    smbt_text_span(para, l->first, l->last, smbt_digest_has_days(d));
    bool has_frames =
        l->frames[0] && (!d->is_merged || d->captures > 1); /* else rows name them right below */
    if (has_frames) smbt_para_add(para, "; ");
    if (has_frames) add_frames(para, l->frames, l->count);
    if (r->files.count > 1) add_files(para, has_frames ? " " : "; ", d, &l->files, false);
    if (l->culprit)
        smbt_para_printf(para, "; set off by %s%s", l->culprit, l->several_culprits ? " and others" : "");
    add_returns(para, &l->returns, l->count);
}

/* Errors are never left out. */
static void add_lines(struct smbt_text_writer *w, const smbt_digest *d, const smbt_digest_row *r)
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
        smbt_text_fold_line(w->para, d, r, l);
        smbt_text_flush(w, 4, HANG);
    }
    if (!rest) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "and ");
    smbt_para_count(w->para, rest);
    smbt_para_add(w->para, " more");
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

static void add_heading(struct smbt_text_writer *w, const smbt_digest *d, const smbt_digest_row *r)
{
    smbt_text_blank_line(w);
    smbt_text_mark(w->para, r->severity);
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
    add_files(w->para, ", ", d, &r->files, true);
    smbt_text_flush(w, 0, 4);
}

/* Names of captures, where nothing else tells which. */
static void add_names(struct smbt_text_writer *w, const smbt_digest *d, const smbt_digest_files *f)
{
    uint64_t shown = MIN(f->count, SMBT_DIGEST_FILES);
    if (d->captures < 2 || f->count < 2) return;
    for (uint64_t i = 0; i < shown; i++) {
        const char *name = smbt_digest_file(d, f->first[i]);
        if (!name) continue;
        smbt_para_add(w->para, i ? ", " : "in ");
        smbt_para_add(w->para, name);
    }
    if (f->count > shown) smbt_para_printf(w->para, " and %" G_GUINT64_FORMAT " more", f->count - shown);
    smbt_text_flush(w, 4, HANG);
}

static bool names_a_frame(const char *text)
{
    for (const char *p = text; (p = strstr(p, "rame ")) != NULL; p++)
        if (g_ascii_isdigit(p[strlen("rame ")])) return true;
    return false;
}

/* The first one's own words where they hold for all, and where it is plain of which capture they are. */
static void add_meaning(GString *para, const smbt_digest *d, const smbt_digest_row *r)
{
    bool differs = r->is_end && r->summaries_differ;
    if (differs || (d->captures > 1 && names_a_frame(r->summary))) {
        smbt_para_add(para, smbt_meaning(r->id));
        return;
    }
    smbt_para_add(para, r->summary);
    if (r->summaries_differ) smbt_para_add(para, " (the first of them)");
}

/* The last row above this one about the same cause, of another variant; NULL: none. */
static const smbt_digest_row *row_above(const GPtrArray *rows, guint at)
{
    const smbt_digest_row *r = rows->pdata[at];
    for (guint i = at; i-- > 0;) {
        const smbt_digest_row *above = rows->pdata[i];
        if (above->is_end == r->is_end && strcmp(above->id, r->id) == 0) return above;
    }
    return NULL;
}

/* What stands a few lines further up need not be read again. */
static void add_remedies(struct smbt_text_writer *w, const smbt_digest_row *r, const smbt_digest_row *above)
{
    g_autoptr(GPtrArray) new = g_ptr_array_new();
    for (guint i = 0; i < r->remedies->len; i++)
        if (!above ||
            !g_ptr_array_find_with_equal_func(above->remedies, r->remedies->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(new, r->remedies->pdata[i]);
    if (new->len < r->remedies->len)
        g_ptr_array_insert(new, 0, (gpointer)(new->len ? "As above, and:" : "As above."));
    add_texts(w, "Fix:", new);
}

static void add_row(struct smbt_text_writer *w, const smbt_digest *d, const smbt_digest_row *r,
                    const smbt_digest_row *above)
{
    add_heading(w, d, r);
    add_meaning(w->para, d, r);
    smbt_text_flush(w, 2, 2);
    if (r->cells->len) {
        add_lines(w, d, r);
    } else if (r->frames[0]) {
        smbt_text_span(w->para, r->first, r->last, smbt_digest_has_days(d));
        smbt_para_add(w->para, "; ");
        add_frames(w->para, r->frames, r->count);
        smbt_text_flush(w, 4, HANG);
    } else {
        add_names(w, d, &r->files);
    }
    add_texts(w, "Missing:", r->missing);
    add_remedies(w, r, above);
    if (r->severity >= SMBT_SEVERITY_WARNING && !above) smbt_text_more(w, r->id);
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
    if (rows->len > 1) add_table(&w, digest, rows);
    add_counts(&w, digest);
    for (guint i = 0; i < rows->len; i++)
        add_row(&w, digest, rows->pdata[i], row_above(rows, i));
    smbt_text_writer_clear(&w);
}

static void add_headline(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    smbt_para_style(w.para, SMBT_PARA_BOLD);
    smbt_story_headline(w.para, digest);
    smbt_text_flush(&w, 0, 2);
    g_string_append_c(out, '\n');
    smbt_text_writer_clear(&w);
}

void smbt_text_digest(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    if (digest->is_merged) add_headline(out, style, digest);
    smbt_text_digest_table(out, style, digest);
}

/* One is told as fast by itself, and a pattern tells itself, right below. */
void smbt_text_lead(GString *out, const smbt_text_style *style, const smbt_digest *digest)
{
    if (digest->long_ones < 2 && !smbt_digest_is_long(digest)) return;
    if (!smbt_story_is_of_pattern(digest)) add_headline(out, style, digest);
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
    bool ends_in_lines = digest->ends + digest->observations > digest->long_ones && !style->verbose &&
                         !smbt_digest_is_long(digest) && !digest->is_merged;
    if (ends_in_lines) g_string_append_c(out, '\n');
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
