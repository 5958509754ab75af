/* HTML: an index of all findings, then the inputs one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

/* So many findings of an input are unfolded: more make a page that nobody scrolls through. */
#define UNFOLDED 25

enum { INDEX, HEAD, PATTERNS, BODY, SECTIONS };

static void begin(GString *out, const struct rendering *r)
{
    smbt_html_begin(out, r->captures, r->tally);
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r, (void)tally;
    smbt_html_capture(out, input, info);
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
    bool has_findings = r->tally->ends + r->tally->observations > 0;
    if (section == INDEX && has_findings) smbt_html_begin_index(out);
    return section != INDEX || has_findings;
}

static void close_section(GString *out, const struct rendering *r, unsigned section)
{
    (void)r;
    if (section == INDEX) smbt_html_end_index(out);
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
                                   .index = index_row,
                                   .problem = problem,
                                   .open = open_section,
                                   .close = close_section,
                                   .end = end};
