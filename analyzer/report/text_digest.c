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

#include <string.h>

/* So many lines of a cause that is no error. */
#define LINES_SHOWN 10
/* Columns of the table, and where the rest of a line hangs. */
#define HANG 8

/* ---- The table
 * -------------------------------------------------------------------------------------------------- */

static void add_cause(GString *para, const smbt_digest_row *r)
{
    const smbt_end named = {.cause = r->id, .variant = r->variant};
    smbt_text_cause(para, &named);
}

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
    smbt_text_files(w->para, ", ", d, &r->files);
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
        smbt_text_first_frames(w->para, r->frames, r->count);
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

void smbt_text_no_end(GString *out, const smbt_text_style *style, const smbt_capture_info *info,
                      const smbt_digest *d)
{
    uint64_t found = d->ends + d->observations + d->hidden_ends + d->hidden_observations + d->patterns->len;
    if (found || !info->smb_connections || info->told_elsewhere) return;
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    if (info->controls)
        smbt_para_add(w.para, "No connection ended in this capture.");
    else
        smbt_para_add(w.para, "This capture has no SYN, FIN or RST: whether a connection ended is not seen.");
    smbt_text_flush(&w, 0, 2);
    g_string_append_c(out, '\n');
    smbt_text_writer_clear(&w);
}

/* ---- What is not told */

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
