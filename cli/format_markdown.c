/* Markdown: a document of the inputs one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

enum { HEAD, PATTERNS, DIGEST, BODY, SECTIONS };

static void begin(GString *out, const struct rendering *r)
{
    smbt_markdown_begin(out, &(smbt_overview){.captures = r->captures,
                                              .unwhole = r->problems,
                                              .not_read = r->not_read,
                                              .inputs = r->inputs,
                                              .tally = r->tally,
                                              .digest = r->digest});
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r;
    smbt_markdown_capture(out, input, info, tally);
    return HEAD;
}

static unsigned record(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally)
{
    (void)r, (void)file, (void)tally;
    smbt_markdown_record(out, record);
    return record->type == SMBT_RECORD_PATTERN ? PATTERNS : BODY;
}

static unsigned digest(GString *out, const struct rendering *r, const smbt_digest *digest)
{
    (void)r;
    smbt_markdown_digest(out, digest);
    return DIGEST;
}

/* One that was reported has its problem already. */
static unsigned problem(GString *out, const struct rendering *r, const char *path, const char *problem,
                        bool is_reported)
{
    (void)r;
    if (!is_reported) smbt_markdown_problem(out, path, problem);
    return BODY;
}

static const unsigned char in_one[FORMAT_SECTIONS] = {0};

const struct format format_markdown = {.name = "markdown",
                                       .meaning = "for issue trackers",
                                       .layout = LAYOUT_DOCUMENT,
                                       .sections = SECTIONS,
                                       .place = in_one,
                                       .rooms = ROOM_WHAT_IF | ROOM_HASH,
                                       .least = SMBT_SEVERITY_NOTE,
                                       .begin = begin,
                                       .capture = capture,
                                       .record = record,
                                       .digest = digest,
                                       .findings = BODY,
                                       .sorts_findings = true,
                                       .tells_story = true,
                                       .problem = problem};
