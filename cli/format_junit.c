/* JUnit's XML: the inputs one after the other, each a test case.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

enum { HEAD, BODY, TAIL, SECTIONS };

static void begin(GString *out, const struct rendering *r)
{
    smbt_junit_begin(
        out,
        &(smbt_junit_counts){.tests = r->captures + r->unread, .failures = r->failed, .errors = r->problems});
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r, (void)info;
    smbt_junit_begin_capture(out, input, tally);
    return HEAD;
}

static unsigned capture_end(GString *out, const struct rendering *r, const smbt_tally *tally)
{
    (void)r;
    smbt_junit_end_capture(out, tally);
    return TAIL;
}

static unsigned record(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally)
{
    (void)r, (void)file, (void)tally;
    smbt_junit_record(out, record);
    return BODY;
}

/* One that was reported has its error already. */
static unsigned problem(GString *out, const struct rendering *r, const char *path, const char *problem,
                        bool is_reported)
{
    (void)r;
    if (!is_reported) smbt_junit_problem(out, path, problem);
    return BODY;
}

static void end(GString *out, const struct rendering *r)
{
    (void)r;
    smbt_junit_end(out);
}

static const unsigned char in_one[FORMAT_SECTIONS] = {0};

const struct format format_junit = {.name = "junit",
                                    .meaning = "JUnit XML, for CI: a capture is a test case",
                                    .layout = LAYOUT_DOCUMENT,
                                    .sections = SECTIONS,
                                    .place = in_one,
                                    .least = SMBT_SEVERITY_INFO,
                                    .begin = begin,
                                    .capture = capture,
                                    .capture_end = capture_end,
                                    .record = record,
                                    .problem = problem,
                                    .end = end};
