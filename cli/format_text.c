/* The formats that go out input by input: text, and rows of CSV.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

enum { HEAD, PARTS, GAP, LEAD, PATTERNS, DIGEST, BODY, LEFT_OUT, TAIL, TEXT_SECTIONS };
G_STATIC_ASSERT(TEXT_SECTIONS <= FORMAT_SECTIONS);

static unsigned text_capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                             const smbt_capture_info *info, const smbt_tally *tally)
{
    smbt_text_capture(out, &r->style, input, info, tally);
    if (input->joint) g_string_truncate(out, out->len - 1); /* the blank line: it comes after the parts */
    return HEAD;
}

static unsigned text_capture_end(GString *out, const struct rendering *r, const smbt_tally *tally)
{
    (void)tally;
    if (r->options->continuous) g_string_append_c(out, '\n');
    return GAP;
}

static unsigned text_part(GString *out, const struct rendering *r, const smbt_input_info *input,
                          const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)tally;
    smbt_text_member(out, &r->style, input, info);
    return PARTS;
}

static unsigned text_record(GString *out, const struct rendering *r, const char *file,
                            const smbt_record *record, const smbt_tally *tally)
{
    (void)file, (void)tally;
    static const unsigned char sections[] = {
        [SMBT_RECORD_END] = BODY,    [SMBT_RECORD_OBSERVATION] = BODY, [SMBT_RECORD_SERVER] = TAIL,
        [SMBT_RECORD_CLIENT] = TAIL, [SMBT_RECORD_WHAT_IF] = TAIL,     [SMBT_RECORD_PATTERN] = PATTERNS,
    };
    smbt_text_record(out, &r->style, record);
    return sections[record->type];
}

static unsigned text_digest(GString *out, const struct rendering *r, const smbt_digest *digest)
{
    smbt_text_digest(out, &r->style, digest);
    return DIGEST;
}

static unsigned text_lead(GString *out, const struct rendering *r, const smbt_capture_info *info,
                          const smbt_digest *digest)
{
    smbt_text_lead(out, &r->style, digest);
    if (!options_trace(r->options)) smbt_text_no_end(out, &r->style, info, digest);
    return LEAD;
}

static unsigned text_left_out(GString *out, const struct rendering *r, const smbt_digest *digest)
{
    smbt_text_left_out(out, &r->style, digest);
    return LEFT_OUT;
}

static unsigned text_state(GString *out, const struct rendering *r, const char *file, const smbt_state *state)
{
    (void)file;
    smbt_text_state(out, &r->style, state);
    return BODY;
}

static void text_end(GString *out, const struct rendering *r)
{
    if (r->captures) smbt_text_summary(out, &r->style, r->captures, r->tally);
    smbt_text_rest(out, &r->style, r->options->summary ? r->problems : 0, r->not_read, r->inputs);
}

const struct format format_text = {.name = "text",
                                   .meaning = "for people (default)",
                                   .layout = LAYOUT_INPUTS,
                                   .sections = TEXT_SECTIONS,
                                   .rooms = ROOM_STATE | ROOM_WHAT_IF,
                                   .least = SMBT_SEVERITY_NOTE,
                                   .capture = text_capture,
                                   .part = text_part,
                                   .capture_end = text_capture_end,
                                   .record = text_record,
                                   .digest = text_digest,
                                   .lead = text_lead,
                                   .left_out = text_left_out,
                                   .findings = BODY,
                                   .sorts_findings = true,
                                   .state = text_state,
                                   .end = text_end};

static void csv_begin(GString *out, const struct rendering *r)
{
    (void)r;
    smbt_csv_header(out);
}

static unsigned csv_record(GString *out, const struct rendering *r, const char *file,
                           const smbt_record *record, const smbt_tally *tally)
{
    (void)r, (void)tally;
    smbt_csv_record(out, file, record);
    return 0;
}

const struct format format_csv = {.name = "csv",
                                  .meaning = "one row per end and observation, for spreadsheets",
                                  .layout = LAYOUT_LINES,
                                  .sections = 1,
                                  .least = SMBT_SEVERITY_INFO,
                                  .begin = csv_begin,
                                  .record = csv_record};
