/* JUnit's XML, for CI: a test case per capture, which fails by findings at warning or above.
 *
 * Of what goes by that name there is no one specification: this keeps to what all readers take, a single
 * failure and error in a case.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/markup.h"

#include <smbtrace/smbtrace.h>

static uint64_t failing(const smbt_tally *tally)
{
    return tally->by_severity[SMBT_SEVERITY_WARNING] + tally->by_severity[SMBT_SEVERITY_ERROR];
}

static void append_counts(GString *out, const smbt_junit_counts *counts)
{
    g_string_append_printf(out, "name=\"smbtrace-check\" tests=\"%u\" failures=\"%u\" errors=\"%u\"",
                           counts->tests, counts->failures, counts->errors);
}

void smbt_junit_begin(GString *out, const smbt_junit_counts *counts)
{
    g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ");
    append_counts(out, counts);
    g_string_append(out, ">\n<testsuite ");
    append_counts(out, counts);
    g_string_append(out, " skipped=\"0\">\n");
}

void smbt_junit_end(GString *out)
{
    g_string_append(out, "</testsuite>\n</testsuites>\n");
}

static void begin_case(GString *out, const char *file)
{
    smbt_markup_printf(out, "<testcase classname=\"smbtrace\" name=\"%s\">\n", file ? file : "-");
}

static void append_error(GString *out, const char *problem)
{
    smbt_markup_printf(out, "<error type=\"input\" message=\"%s\"/>\n", problem);
}

static void append_number(GString *out, uint64_t n, const char *what)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

void smbt_junit_begin_capture(GString *out, const smbt_input_info *input, const smbt_tally *tally)
{
    begin_case(out, input->file);
    bool has_problem = input->problems && input->problems->len > 0;
    if (!input->complete)
        append_error(out, has_problem ? input->problems->pdata[0] : "the input could not be read whole");
    if (failing(tally) == 0) return;
    uint64_t errors = tally->by_severity[SMBT_SEVERITY_ERROR];
    uint64_t warnings = tally->by_severity[SMBT_SEVERITY_WARNING];
    smbt_markup_printf(out, "<failure type=\"%s\" message=\"",
                       smbt_severity_name(errors ? SMBT_SEVERITY_ERROR : SMBT_SEVERITY_WARNING));
    if (errors) append_number(out, errors, "error");
    if (errors && warnings) g_string_append(out, ", ");
    if (warnings) append_number(out, warnings, "warning");
    g_string_append(out, "\">");
}

void smbt_junit_end_capture(GString *out, const smbt_tally *tally)
{
    if (failing(tally)) g_string_append(out, "</failure>\n");
    g_string_append(out, "</testcase>\n");
}

void smbt_junit_record(GString *out, const smbt_record *record)
{
    bool fails =
        (record->type == SMBT_RECORD_END && record->end->severity >= SMBT_SEVERITY_WARNING) ||
        (record->type == SMBT_RECORD_OBSERVATION && record->observation->severity >= SMBT_SEVERITY_WARNING);
    if (!fails) return;
    g_autoptr(GString) text = g_string_new(NULL);
    smbt_text_record(text, &(smbt_text_style){0}, record);
    smbt_markup_append_lines(out, text->str);
}

void smbt_junit_problem(GString *out, const char *file, const char *problem)
{
    begin_case(out, file);
    append_error(out, problem);
    g_string_append(out, "</testcase>\n");
}
