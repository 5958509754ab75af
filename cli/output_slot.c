/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output_parts.h"

void output_add_problem(struct slot *slot, const char *path, const char *problem)
{
    const struct output *output = slot->output;
    if (output->options->quiet || !output->format->problem) return;
    g_string_truncate(slot->line, 0);
    unsigned section =
        output->format->problem(slot->line, &output->rendering, path, problem, slot->has_capture);
    spool_append(&slot->spools[section], slot->line->str, slot->line->len);
}

/* Takes slot->line to its place. */
static bool deliver(struct slot *slot, unsigned section)
{
    struct output *output = slot->output;
    if (output->options->quiet || slot->line->len == 0) return true;
    if (slot->order && section == output->format->findings)
        order_add(slot->order, slot->record, slot->line->len);
    if (!output_streams(output)) {
        if (spool_append(&slot->spools[section], slot->line->str, slot->line->len)) return true;
        g_mutex_lock(&output->lock);
        output_take_spool_error(output, &slot->spools[section]);
        g_mutex_unlock(&output->lock);
        return false;
    }
    g_mutex_lock(&output->lock);
    bool is_head = output->head == slot->index;
    bool done = is_head ? output_put(slot->line->str, slot->line->len, output)
                        : spool_append(&slot->spools[0], slot->line->str, slot->line->len);
    output_take_spool_error(output, &slot->spools[0]);
    g_mutex_unlock(&output->lock);
    return done;
}

static bool is_listed(struct slot *slot, const char *file, const smbt_record *record)
{
    if (record->type != SMBT_RECORD_END) return false;
    const struct options *options = slot->output->options;
    bool is_found = false;
    for (int i = 0; options->join && options->ends[i].frame; i++)
        if (options_names_joined_end(&options->ends[i], file, record->end))
            slot->ends_found[i] = is_found = true;
    if (options->join) return is_found;
    int which = options_find_end(options, record->places, record->end->frame);
    if (which >= 0) slot->ends_found[which] = true;
    return which >= 0;
}

/* The frames of --end in which no connection ended. */
static void report_unlisted(struct slot *slot, const char *file)
{
    const struct traced *ends = slot->output->options->ends;
    for (unsigned i = 0; ends && ends[i].frame; i++) {
        if (slot->ends_found[i]) continue;
        const char *given = ends[i].file;
        g_autofree char *text = g_strdup_printf(
            "--end %s%s%" G_GUINT64_FORMAT ": no connection ended in that frame of %s; see its report",
            given ? given : "", given ? ":" : "", ends[i].frame, given ? given : file);
        output_misuse(slot, text);
    }
}

static bool is_wanted(struct slot *slot, const char *file, const smbt_record *record)
{
    const struct options *options = slot->output->options;
    if (options->ends) return is_listed(slot, file, record);
    if (record->type == SMBT_RECORD_END) return record->end->severity >= options->min_severity;
    if (record->type == SMBT_RECORD_OBSERVATION)
        return record->observation->severity >= options->min_severity;
    return true;
}

/* Whether many findings of it give way to a summary. */
static bool sums_up(const struct slot *slot)
{
    return slot->digest && slot->output->format->digest && !slot->output->options->ends;
}

/* A finding that a summary tells, and nothing else. */
static bool is_summed_up(struct slot *slot, const smbt_record *record)
{
    bool is_finding = record->type == SMBT_RECORD_END || record->type == SMBT_RECORD_OBSERVATION;
    const struct output *output = slot->output;
    if (!is_finding || !sums_up(slot) || output->options->verbose || !smbt_digest_is_long(slot->digest))
        return false;
    spool_clear(&slot->spools[output->format->findings]);
    if (slot->order) order_clear(slot->order);
    return true;
}

/* Ends may have their state because another format asked for it. */
static bool shows_state(const struct output *output)
{
    return output->options->keep_state || output->format->rooms & ROOM_END_STATE;
}

bool output_record(struct slot *slot, const char *file, const smbt_record *record)
{
    const struct output *output = slot->output;
    bool is_shown = is_wanted(slot, file, record);
    /* What --end does not name is not left out: nobody asked for it. */
    if (slot->digest && (is_shown || !output->options->ends)) smbt_digest_add(slot->digest, record, is_shown);
    if (!is_shown) return true;
    smbt_tally_add(&slot->tally, record);
    if (record->type == SMBT_RECORD_PATTERN) smbt_tally_add_pattern(&slot->tally, file, record);
    if (output->options->quiet || output->options->summary || !output->format->record ||
        is_summed_up(slot, record))
        return true;
    smbt_end end;
    smbt_record stateless = *record;
    if (record->type == SMBT_RECORD_END && record->end->state && !shows_state(output)) {
        end = *record->end;
        end.state = NULL;
        stateless.end = &end;
        record = &stateless;
    }
    g_string_truncate(slot->line, 0);
    slot->record = record;
    bool done =
        deliver(slot, output->format->record(slot->line, &output->rendering, file, record, &slot->tally));
    slot->record = NULL;
    if (!done) return false;
    if (!slot->rows) return true;
    g_string_truncate(slot->line, 0);
    unsigned section = output->format->index(slot->line, &output->rendering, file, record);
    index_add(slot->rows, record, slot->line->len);
    return deliver(slot, section);
}

bool output_state(struct slot *slot, const char *file, const smbt_state *state)
{
    const struct output *output = slot->output;
    if (output->options->quiet || !output->format->state) return true;
    g_string_truncate(slot->line, 0);
    return deliver(slot, output->format->state(slot->line, &output->rendering, file, state));
}

void output_misuse(struct slot *slot, const char *text)
{
    slot->is_misused = true;
    g_ptr_array_add(slot->messages, g_strdup(text));
}

static void deliver_digest(struct slot *slot, const smbt_capture_info *info)
{
    const struct format *format = slot->output->format;
    if (format->lead) {
        g_string_truncate(slot->line, 0);
        deliver(slot, format->lead(slot->line, &slot->output->rendering, info, slot->digest));
    }
    if (smbt_digest_is_long(slot->digest)) {
        g_string_truncate(slot->line, 0);
        deliver(slot, format->digest(slot->line, &slot->output->rendering, slot->digest));
    }
    if (!format->left_out) return;
    g_string_truncate(slot->line, 0);
    deliver(slot, format->left_out(slot->line, &slot->output->rendering, slot->digest));
}

void output_failure(struct slot *slot, const char *text)
{
    slot->has_failed = true;
    g_ptr_array_add(slot->messages, g_strdup(text));
}

void output_capture(struct slot *slot, const smbt_input_info *input, const smbt_capture_info *info)
{
    const struct output *output = slot->output;
    slot->has_capture = true;
    slot->file = g_strdup(input->file);
    slot->is_partial |= !input->complete;
    if (!output->options->join) report_unlisted(slot, input->file);
    if (output->options->summary || !output->format->capture) return;
    g_string_truncate(slot->line, 0);
    deliver(slot, output->format->capture(slot->line, &output->rendering, input, info, &slot->tally));
    if (sums_up(slot)) deliver_digest(slot, info);
    if (!output->format->capture_end) return;
    g_string_truncate(slot->line, 0);
    deliver(slot, output->format->capture_end(slot->line, &output->rendering, &slot->tally));
}

void output_joined(struct slot *slot)
{
    report_unlisted(slot, NULL);
}

void output_part(struct slot *slot, const smbt_input_info *input, const smbt_capture_info *info)
{
    const struct output *output = slot->output;
    if (output->options->summary || !output->format->part) return;
    g_string_truncate(slot->line, 0);
    deliver(slot, output->format->part(slot->line, &output->rendering, input, info, &slot->tally));
}

void output_problem(struct slot *slot, const char *path, const char *name, const char *problem)
{
    slot->has_problem = true;
    if (!slot->unwhole) slot->unwhole = g_strdup(path);
    output_note(slot, path, problem);
    output_add_problem(slot, name, problem);
}

void output_stopped(struct slot *slot, const char *line, const char *name, const char *problem)
{
    slot->has_problem = true;
    if (line) g_ptr_array_add(slot->messages, g_strdup(line));
    if (name) output_add_problem(slot, name, problem);
}

void output_note(struct slot *slot, const char *path, const char *note)
{
    g_ptr_array_add(slot->messages, g_strdup_printf("%s: %s", path, note));
}

void output_mark_skipped(struct slot *slot)
{
    slot->skipped++;
}

void output_mark_found(struct slot *slot)
{
    slot->is_found = true;
}

void output_mark_directory_end(struct slot *slot, const char *path, const char *name)
{
    slot->directory = g_strdup(path);
    slot->directory_name = g_strdup(name);
}
