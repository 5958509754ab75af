/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/story_parts.h"

#include "base/addr.h"
#include "base/span.h"
#include "base/time.h"
#include "report/meaning.h"
#include "report/phrase.h"
#include "report/text.h"
#include "report/text_digest.h"
#include "verdict/topic.h"

#include <string.h>

/* More causes than this are counted. */
#define CAUSES_NAMED 5
#define REMEDIES_MAX 3

/* ---- Patterns
 * --------------------------------------------------------------------------------------------------- */

/* The one of the most ends, the first of these; NULL: there is none. */
static const smbt_pattern *greatest_pattern(const smbt_digest *d, smbt_digest_files *ret_file)
{
    const smbt_pattern *most = NULL;
    ret_file->count = 1;
    for (guint i = 0; i < d->patterns->len; i++) {
        const smbt_pattern *p = d->patterns->pdata[i];
        if (most && p->ends <= most->ends) continue;
        most = p;
        ret_file->first[0] = g_array_index(d->pattern_files, guint, i);
    }
    return most;
}

/* Ends of a cause as bad as the pattern, or worse, that no pattern tells. */
static uint64_t count_others(const smbt_digest_row *of, const GPtrArray *rows, enum smbt_severity least,
                             uint64_t in_patterns)
{
    uint64_t all = 0;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && r->severity >= least && strcmp(r->id, of->id) == 0) all += r->count;
    }
    return strcmp(of->id, "zero-vc") == 0 ? all - MIN(all, in_patterns) : all;
}

/* The greatest pattern, if there is nothing worse than it and no more of anything as bad. */
static const smbt_pattern *leading_pattern(const smbt_digest *d, const GPtrArray *rows,
                                           smbt_digest_files *ret_file)
{
    const smbt_pattern *p = greatest_pattern(d, ret_file);
    uint64_t in_patterns = 0;
    for (guint i = 0; i < d->patterns->len; i++)
        in_patterns += ((const smbt_pattern *)d->patterns->pdata[i])->ends;
    for (guint i = 0; p && i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end || r->severity < p->severity) continue;
        if (r->severity > p->severity || count_others(r, rows, p->severity, in_patterns) > in_patterns)
            return NULL;
    }
    return p;
}

bool smbt_story_is_of_pattern(const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    smbt_digest_files file;
    return leading_pattern(d, rows, &file) != NULL;
}

static void tell_pattern(GString *para, const smbt_pattern *p, const GPtrArray *rows)
{
    char client[SMBT_ADDR_STRLEN], server[SMBT_ADDR_STRLEN];
    g_autofree char *span = smbt_span_format(MAX(p->last - p->first, SMBT_MS));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < p->hosts->len; i++) {
        const char *name = g_array_index(p->hosts, smbt_pattern_host, i).name;
        g_ptr_array_add(names, (gpointer)(name ? name : "a host without a name"));
    }
    smbt_story_names(para, names, SMBT_STORY_HOSTS_NAMED, "hosts");
    const smbt_digest_row *r = smbt_story_find_row(rows, "zero-vc", "nat-collision");
    enum smbt_strength doubt = r ? smbt_story_common_doubt(r) : SMBT_STRENGTH_NONE;
    smbt_para_printf(para, " share the address %s and %s%sended each other's connections to %s",
                     smbt_addr_format(&p->client, client), doubt ? smbt_story_word_of(doubt) : "",
                     doubt ? " " : "", smbt_addr_format(&p->server, server));
    smbt_para_printf(para, " %u times in ", p->times);
    smbt_para_add_together(para, span);
    if (r && !doubt && !r->strengths[SMBT_STRENGTH_CONFIRMED]) smbt_story_doubt(para, r);
    smbt_para_add(para, ".");
}

/* ---- All
 * -------------------------------------------------------------------------------------------------------- */

/* The end that the story is about; NULL: none is worth one. */
static const smbt_digest_row *first_end(const GPtrArray *rows, enum smbt_severity least)
{
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (r->is_end && r->severity >= least) return r;
    }
    return NULL;
}

static void tell_observation(GString *para, const smbt_digest_row *r)
{
    const char *meaning = smbt_meaning(r->id);
    smbt_para_printf(para, "No lost connection was found, but %c%s", g_ascii_tolower(meaning[0]),
                     meaning + 1);
}

/* "In 1 of 2 captures: ", "12 of 87 captures have findings; the worst, in 3 of them: " */
static void add_captures(GString *para, const smbt_digest *d, const smbt_digest_files *of, uint64_t with_it)
{
    if (d->captures < 2) return;
    const char *name = with_it == 1 && of->count ? smbt_digest_file(d, of->first[0]) : NULL;
    if (with_it == d->found_captures) {
        smbt_para_add(para, "In ");
        smbt_para_count(para, with_it);
        smbt_para_add(para, " of ");
        smbt_text_counted(para, d->captures, "capture", "captures");
        if (name) smbt_para_printf(para, " (%s)", name);
    } else {
        smbt_para_count(para, d->found_captures);
        smbt_para_add(para, " of ");
        smbt_text_counted(para, d->captures, "capture", "captures");
        smbt_para_add(para, " have findings; the worst, in ");
        if (name) smbt_para_add(para, name);
        if (!name) smbt_para_count(para, with_it);
        if (!name) smbt_para_add(para, " of them");
    }
    smbt_para_add(para, ": ");
}

static void add_captures_of_cause(GString *para, const smbt_digest *d, const smbt_digest_row *r)
{
    add_captures(para, d, &r->files, d->cause_captures[smbt_cause_find(r->id)]);
}

void smbt_story_headline(GString *para, const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    const smbt_digest_row *worst = rows->len ? rows->pdata[0] : NULL;
    const smbt_digest_row *end = first_end(rows, SMBT_SEVERITY_NOTE);
    smbt_digest_files file;
    const smbt_pattern *pattern = leading_pattern(d, rows, &file);
    if (pattern) {
        add_captures(para, d, &file, 1);
        tell_pattern(para, pattern, rows);
    } else if (worst && !worst->is_end && worst->severity >= SMBT_SEVERITY_WARNING) {
        add_captures(para, d, &worst->files, worst->files.count);
        tell_observation(para, worst);
    } else if (end) {
        add_captures_of_cause(para, d, end);
        smbt_story_tell_cause(para, rows, end, NULL);
    } else if (d->hidden_worst > SMBT_SEVERITY_INFO) {
        smbt_para_add(para, "Nothing of the severity that was asked for was found.");
    } else if (d->ends + d->hidden_ends) {
        smbt_para_add(para, "No connection ended in a way that needs attention.");
    } else {
        smbt_para_add(para, "No SMB connection ended here.");
    }
}

/* The cause that is told next; `leads`: a pattern was told first. */
static const smbt_digest_row *second_end(const smbt_digest *d, const GPtrArray *rows, bool leads)
{
    const smbt_digest_row *told =
        d->patterns->len ? smbt_story_find_row(rows, "zero-vc", "nat-collision") : NULL;
    const smbt_digest_row *first = first_end(rows, SMBT_SEVERITY_NOTE);
    bool is_told = !leads && first == rows->pdata[0];
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end || r->severity < SMBT_SEVERITY_WARNING || r == told) continue;
        if (is_told && strcmp(r->id, first->id) == 0) continue; /* with the first */
        return r;
    }
    return NULL;
}

static void add_causes(GString *para, const GPtrArray *rows)
{
    unsigned told = 0, more = 0;
    for (guint i = 0; i < rows->len; i++) {
        const smbt_digest_row *r = rows->pdata[i];
        if (!r->is_end) continue;
        if (told == CAUSES_NAMED) {
            more++;
            continue;
        }
        if (told++) smbt_para_add(para, "; ");
        smbt_para_count(para, r->count);
        smbt_para_blanks(para, 1);
        smbt_text_cause(para, &(smbt_end){.cause = r->id, .variant = r->variant});
    }
    if (more) smbt_para_printf(para, "; and %u more %s", more, more == 1 ? "cause" : "causes");
}

static guint count_causes(const GPtrArray *rows)
{
    guint n = 0;
    for (guint i = 0; i < rows->len; i++)
        n += ((const smbt_digest_row *)rows->pdata[i])->is_end;
    return n;
}

static void tell_second(GString *para, const smbt_digest *d, const GPtrArray *rows, bool leads)
{
    const smbt_digest_row *second = second_end(d, rows, leads);
    if (!second) return;
    smbt_story_tell_cause(para, rows, second,
                          d->patterns->len ? smbt_story_find_row(rows, "zero-vc", "nat-collision") : NULL);
    smbt_para_add(para, " ");
}

void smbt_story_rest(GString *para, const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    smbt_digest_files file;
    if (rows->len == 0) return;
    uint64_t patterns = d->patterns->len + d->patterns_more;
    bool leads = leading_pattern(d, rows, &file) != NULL;
    if (patterns && !leads) {
        tell_pattern(para, greatest_pattern(d, &file), rows);
        smbt_para_add(para, " ");
    }
    if (patterns > 1) {
        smbt_text_counted(para, patterns - 1, "more such ping-pong was", "more such ping-pongs were");
        smbt_para_add(para, " seen. ");
    }
    tell_second(para, d, rows, leads);
    if (count_causes(rows) < 2) return;
    smbt_para_add(para, "In all ");
    smbt_text_counted(para, d->ends, "end: ", "ends: ");
    add_causes(para, rows);
    smbt_para_add(para, ".");
}

static bool covers(const smbt_digest_row *all, const smbt_digest_row *some)
{
    if (strcmp(all->id, some->id) != 0) return false;
    for (guint i = 0; i < some->remedies->len; i++)
        if (!g_ptr_array_find_with_equal_func(all->remedies, some->remedies->pdata[i], g_str_equal, NULL))
            return false;
    return true;
}

/* Of two variants of a cause of which one says all that the other does, that one. */
static void keep_remedies(GPtrArray *kept, const smbt_digest_row *r)
{
    for (guint i = 0; i < kept->len; i++) {
        if (covers(kept->pdata[i], r)) return;
        if (!covers(r, kept->pdata[i])) continue;
        kept->pdata[i] = (gpointer)r;
        return;
    }
    if (kept->len < REMEDIES_MAX) g_ptr_array_add(kept, (gpointer)r);
}

static bool has_advice(const smbt_digest_row *r)
{
    return r->severity >= SMBT_SEVERITY_NOTE && r->remedies->len;
}

GPtrArray *smbt_story_remedies(const smbt_digest *d)
{
    g_autoptr(GPtrArray) rows = smbt_digest_sorted(d);
    GPtrArray *kept = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++)
        if (has_advice(rows->pdata[i])) keep_remedies(kept, rows->pdata[i]);
    return kept;
}

char *smbt_story_remedies_topic(const smbt_digest *d, const smbt_digest_row *row)
{
    smbt_end topic = {.cause = row->id, .variant = row->variant};
    for (guint i = 0; i < d->rows->len; i++) {
        const smbt_digest_row *r = d->rows->pdata[i];
        if (r != row && has_advice(r) && covers(row, r)) topic.variant = NULL;
    }
    return smbt_phrase_cause(&topic);
}
