/* HTML: an index of all findings, then the inputs one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

/* So many findings of an input are unfolded: more make a page that nobody scrolls through. */
#define UNFOLDED 25

enum { INDEX, HEAD, PATTERNS, BODY, SECTIONS };

static smbt_overview overview_of(const struct rendering *r)
{
    return (smbt_overview){.captures = r->captures,
                           .unwhole = r->problems,
                           .not_read = r->not_read,
                           .inputs = r->inputs,
                           .several_files = r->captures > 1 || r->options->continuous,
                           .tally = r->tally,
                           .digest = r->digest};
}

static void begin(GString *out, const struct rendering *r)
{
    const smbt_overview overview = overview_of(r);
    smbt_html_begin(out, &overview);
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r;
    smbt_html_capture(out, input, info, tally);
    return HEAD;
}

static unsigned record(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally)
{
    (void)r;
    uint64_t shown = tally->by_severity[SMBT_SEVERITY_WARNING] + tally->by_severity[SMBT_SEVERITY_ERROR];
    smbt_html_record(out, file, record, shown <= UNFOLDED);
    return record->type == SMBT_RECORD_PATTERN ? PATTERNS : BODY;
}

static unsigned index_row(GString *out, const struct rendering *r, const char *file,
                          const smbt_record *record)
{
    (void)r;
    smbt_html_index(out, file, record);
    return INDEX;
}

static void open_group(GString *out, const struct rendering *r, const smbt_index_group *group)
{
    const smbt_overview overview = overview_of(r);
    smbt_html_begin_group(out, &overview, group);
}

static void close_group(GString *out, const struct rendering *r)
{
    (void)r;
    smbt_html_end_group(out);
}

/* One that was reported has its problem already. */
static unsigned problem(GString *out, const struct rendering *r, const char *path, const char *problem,
                        bool is_reported)
{
    (void)r;
    if (!is_reported) smbt_html_problem(out, path, problem);
    return BODY;
}

static bool open_section(GString *out, const struct rendering *r, unsigned section)
{
    const smbt_overview overview = overview_of(r);
    if (section == INDEX) smbt_html_begin_index(out, &overview);
    return true;
}

static void close_section(GString *out, const struct rendering *r, unsigned section)
{
    const smbt_overview overview = overview_of(r);
    if (section == INDEX) smbt_html_end_index(out, &overview);
}

static void end(GString *out, const struct rendering *r)
{
    (void)r;
    smbt_html_end(out);
}

static const unsigned char places[FORMAT_SECTIONS] = {INDEX, HEAD, HEAD, HEAD};

const struct format format_html = {.name = "html",
                                   .meaning = "one page that needs nothing else, to read, print and attach",
                                   .layout = LAYOUT_DOCUMENT,
                                   .sections = SECTIONS,
                                   .place = places,
                                   .rooms = ROOM_WHAT_IF | ROOM_HASH | ROOM_END_STATE,
                                   .least = SMBT_SEVERITY_NOTE,
                                   .begin = begin,
                                   .capture = capture,
                                   .record = record,
                                   .tells_story = true,
                                   .findings = BODY,
                                   .sorts_findings = true,
                                   .index = index_row,
                                   .open_group = open_group,
                                   .close_group = close_group,
                                   .index_section = INDEX,
                                   .problem = problem,
                                   .open = open_section,
                                   .close = close_section,
                                   .end = end};
