/* The objects of the contract, as one document or one per line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

enum { CAPTURES, JOINT, SERVERS, CLIENTS, ENDS, OBSERVATIONS, WHAT_IFS, STATES, SECTIONS };
G_STATIC_ASSERT(SECTIONS <= FORMAT_SECTIONS);

static const unsigned sections[] = {[SMBT_RECORD_END] = ENDS,
                                    [SMBT_RECORD_OBSERVATION] = OBSERVATIONS,
                                    [SMBT_RECORD_SERVER] = SERVERS,
                                    [SMBT_RECORD_CLIENT] = CLIENTS,
                                    [SMBT_RECORD_WHAT_IF] = WHAT_IFS};

static void begin(GString *out, const struct rendering *r)
{
    (void)r;
    g_string_append(out, "{\"schema\": \"" SMBT_SCHEMA "\"");
}

static unsigned capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                        const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r, (void)tally;
    g_string_append(out, "\n  ");
    smbt_json_capture(out, input, info);
    g_string_append_c(out, ',');
    return input->joint ? JOINT : CAPTURES;
}

static unsigned record(GString *out, const struct rendering *r, const char *file, const smbt_record *record,
                       const smbt_tally *tally)
{
    (void)r, (void)tally;
    if (record->type == SMBT_RECORD_PATTERN) return ENDS; /* it stands in the summary */
    g_string_append(out, "\n  ");
    smbt_json_record(out, file, record);
    g_string_append_c(out, ',');
    return sections[record->type];
}

static unsigned state(GString *out, const struct rendering *r, const char *file, const smbt_state *state)
{
    (void)r;
    g_string_append(out, "\n  ");
    smbt_json_state(out, file, state);
    g_string_append_c(out, ',');
    return STATES;
}

/* States come alone; what was not asked for has no section. */
static bool open_section(GString *out, const struct rendering *r, unsigned section)
{
    static const char *const names[SECTIONS] = {"captures", "joint",        "servers", "clients",
                                                "ends",     "observations", "what_if", "states"};
    if (options_trace(r->options) != (section == STATES)) return false;
    if (section == JOINT && !r->options->continuous) return false;
    if (section == WHAT_IFS && !r->options->what_ifs) return false;
    g_string_append_printf(out, ",\n \"%s\": [", names[section]);
    return true;
}

static void close_section(GString *out, const struct rendering *r, unsigned section)
{
    (void)r, (void)section;
    g_string_append_c(out, ']');
}

static void end(GString *out, const struct rendering *r)
{
    if (!options_trace(r->options)) {
        g_string_append(out, ",\n \"summary\": ");
        smbt_json_summary(out, r->tally, r->digest, rendering_is_complete(r), r->not_read);
    }
    g_string_append(out, "}\n");
}

const struct format format_json = {.name = "json",
                                   .meaning = "one document, " SMBT_SCHEMA,
                                   .layout = LAYOUT_DOCUMENT,
                                   .sections = SECTIONS,
                                   .rooms = ROOM_STATE | ROOM_WHAT_IF | ROOM_HASH,
                                   .least = SMBT_SEVERITY_INFO,
                                   .separator = 1, /* the last comma */
                                   .begin = begin,
                                   .capture = capture,
                                   .part = capture,
                                   .record = record,
                                   .state = state,
                                   .open = open_section,
                                   .close = close_section,
                                   .tells_story = true,
                                   .end = end};

static unsigned line_capture(GString *out, const struct rendering *r, const smbt_input_info *input,
                             const smbt_capture_info *info, const smbt_tally *tally)
{
    (void)r, (void)tally;
    smbt_json_capture(out, input, info);
    g_string_append_c(out, '\n');
    return 0;
}

static unsigned line_record(GString *out, const struct rendering *r, const char *file,
                            const smbt_record *record, const smbt_tally *tally)
{
    (void)r, (void)tally;
    smbt_json_record(out, file, record);
    g_string_append_c(out, '\n');
    return 0;
}

static unsigned line_state(GString *out, const struct rendering *r, const char *file, const smbt_state *state)
{
    (void)r;
    smbt_json_state(out, file, state);
    g_string_append_c(out, '\n');
    return 0;
}

static void line_end(GString *out, const struct rendering *r)
{
    if (options_trace(r->options)) return;
    smbt_json_summary(out, r->tally, r->digest, rendering_is_complete(r), r->not_read);
    g_string_append_c(out, '\n');
}

const struct format format_ndjson = {.name = "ndjson",
                                     .meaning = "the same objects, one per line, as they become known",
                                     .layout = LAYOUT_LINES,
                                     .sections = 1,
                                     .rooms = ROOM_STATE | ROOM_WHAT_IF | ROOM_HASH | ROOM_LIVE,
                                     .least = SMBT_SEVERITY_INFO,
                                     .tells_story = true,
                                     .capture = line_capture,
                                     .part = line_capture,
                                     .record = line_record,
                                     .state = line_state,
                                     .end = line_end};
