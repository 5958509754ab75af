/* SARIF: one run, whose artifacts are the captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

enum { ARTIFACTS, RESULTS, NOTIFICATIONS, SECTIONS };

static void begin(GString *out, const struct rendering *r)
{
    (void)r;
    smbt_sarif_begin(out, SMBTRACE_VERSION);
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r, (void)tally;
    g_string_append(out, "\n  ");
    smbt_sarif_capture(out, input, info);
    g_string_append_c(out, ',');
    return ARTIFACTS;
}

static unsigned record(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally)
{
    (void)r, (void)tally;
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return RESULTS;
    g_string_append(out, "\n  ");
    smbt_sarif_record(out, file, record);
    g_string_append_c(out, ',');
    return RESULTS;
}

static unsigned problem(GString *out, const struct rendering *r, const char *path, const char *problem,
                        bool is_reported)
{
    (void)r, (void)is_reported;
    g_string_append(out, "\n  ");
    smbt_sarif_problem(out, path, problem);
    g_string_append_c(out, ',');
    return NOTIFICATIONS;
}

static bool open_section(GString *out, const struct rendering *r, unsigned section)
{
    if (section == NOTIFICATIONS)
        g_string_append_printf(
            out, ",\n \"invocations\": [{\"executionSuccessful\": %s, \"toolExecutionNotifications\": [",
            r->problems || r->not_read ? "false" : "true");
    else
        g_string_append_printf(out, ",\n \"%s\": [", section == ARTIFACTS ? "artifacts" : "results");
    return true;
}

static void close_section(GString *out, const struct rendering *r, unsigned section)
{
    (void)r;
    g_string_append(out, section == NOTIFICATIONS ? "]}]" : "]");
}

static void end(GString *out, const struct rendering *r)
{
    (void)r;
    g_string_append(out, "}]}\n");
}

const struct format format_sarif = {.name = "sarif",
                                    .meaning = "SARIF 2.1.0, for code scanning and CI",
                                    .layout = LAYOUT_DOCUMENT,
                                    .sections = SECTIONS,
                                    .rooms = ROOM_HASH,
                                    .least = SMBT_SEVERITY_INFO,
                                    .separator = 1,
                                    .begin = begin,
                                    .capture = capture,
                                    .record = record,
                                    .problem = problem,
                                    .open = open_section,
                                    .close = close_section,
                                    .end = end};
