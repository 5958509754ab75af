/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "continuous_report.h"

#include "refusal.h"
#include "scan.h"

#include <string.h>

static void report_part(struct continuous *c, struct member *member, unsigned index,
                        enum smbt_viewpoint viewpoint)
{
    struct part *part = member->user;
    g_autoptr(GPtrArray) problems = g_ptr_array_new();
    if (part->problem) g_ptr_array_add(problems, part->problem);
    smbt_part_info about_part = {
        .index = index, .repeated = member->repeated, .pause = member->pause, .hole = member->hole};
    smbt_input_info about = {.file = member->name,
                             .sha256 = part->sha256,
                             .format = part->format,
                             .bytes = part->size,
                             .has_bytes = part->is_regular,
                             .complete = member->result == INPUT_WHOLE,
                             .problems = problems,
                             .part = &about_part};
    smbt_capture_info info = {.frames = member->frames,
                              .first = member->first,
                              .last = member->last,
                              .smb_connections = part->connections,
                              .undecoded_frames = part->undecoded,
                              .viewpoint = viewpoint,
                              .backward_frames = member->backward,
                              .cut_frames = member->cut,
                              .cut_least = member->cut_least,
                              .cut_most = member->cut_most,
                              .ends_by_server = part->ends_by_server};
    output_part(c->slot, &about, &info);
    about.file = member->label;
    if (c->attach) attach_part(c->attach, &about, &info);
}

static void add_part(struct member *member, smbt_joint_info *joint, smbt_input_info *about,
                     GPtrArray *problems)
{
    struct part *part = member->user;
    joint->files++;
    joint->overlaps += member->repeated > 0;
    joint->holes += member->hole;
    joint->repeated += member->repeated;
    about->bytes += part->size;
    about->has_bytes = about->has_bytes && part->is_regular;
    if (!part->problem) return;
    about->complete = false;
    if (!part->is_interrupted)
        g_ptr_array_add(problems, g_strdup_printf("%s: %s", member->label, part->problem));
}

static void add_refused(const struct member *member, smbt_input_info *about, GPtrArray *problems)
{
    if (!member->is_missed) return;
    g_ptr_array_add(problems, g_strdup_printf("%s: not read: %s", member->label, member->problem));
    about->complete = false;
}

/* "ring", the only input, or "ring_00001.pcap to ring_00012.pcap". */
static char *joint_name(const struct continuous *c, const struct member *first, const struct member *last,
                        bool short_name)
{
    char **inputs = c->options->inputs;
    bool is_only = inputs && inputs[0] && !inputs[1] && !c->options->files_from;
    g_autofree char *base = is_only && short_name ? g_path_get_basename(inputs[0]) : NULL;
    if (is_only && !c->options->anonymize) return g_utf8_make_valid(base ? base : inputs[0], -1);
    if (first == last) return g_strdup(short_name ? first->label : first->name);
    return g_strdup_printf("%s to %s", first->label, last->label);
}

/* What is written beside the report, from the copy. */
static void attach_all(struct continuous *c, smbt_input_info *about, const smbt_capture_info *info)
{
    const struct options *options = c->options;
    const struct input *copy = c->is_anonymous ? &c->anonymous.input : NULL;
    char *problem = g_steal_pointer(&c->copy_problem);
    if (!copy && !problem) copy = attach_copy_end(c->attach, &problem);
    if (!copy) {
        g_autofree char *failure =
            g_strdup_printf("%s %s: %s", options->ticket ? "--ticket" : "--annotate",
                            options->ticket ? options->ticket : options->annotate, problem);
        output_failure(c->slot, failure);
        g_free(problem);
        return;
    }
    g_autoptr(GPtrArray) failures = attach_finish(c->attach, copy, joint_places(c->joint), about, info);
    for (guint i = 0; i < failures->len; i++)
        output_failure(c->slot, failures->pdata[i]);
}

static char *beyond_text(const struct continuous *c)
{
    return g_strdup_printf(
        "more than %u files overlap in time, which is as many as can be open: frames of the "
        "others came out of order; raise the limit (ulimit -n), or name fewer",
        sequence_beyond(c->sequence));
}

static void report(struct continuous *c)
{
    const struct member *first = NULL, *last = NULL;
    smbt_joint_info joint = {0};
    smbt_input_info about = {.has_bytes = true, .complete = true, .joint = &joint};
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    unsigned index = 0;
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        if (member->state == MEMBER_REFUSED) {
            add_refused(member, &about, problems);
            continue;
        }
        if (continuous_is_not_begun(member)) continue;
        if (!first) first = member;
        if (!last || member->frames) last = member;
        add_part(member, &joint, &about, problems);
    }
    if (!first) return;
    if (sequence_beyond(c->sequence)) {
        g_ptr_array_add(problems, beyond_text(c));
        about.complete = false;
    }
    if (c->interrupted) g_ptr_array_add(problems, g_strdup(c->interrupted));
    about.complete = about.complete && !c->interrupted;
    smbt_engine_finish(c->engine, last->result == INPUT_WHOLE && !c->interrupted);
    if (c->own_engine) smbt_engine_finish(c->own_engine, last->result == INPUT_WHOLE && !c->interrupted);
    continuous_switch(c, NULL);
    continuous_drain(c);
    smbt_capture_info info;
    smbt_engine_get_capture_info(c->engine, &info);
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        if (member->state != MEMBER_REFUSED && !continuous_is_not_begun(member))
            report_part(c, member, ++index, info.viewpoint);
    }
    g_autofree char *name = joint_name(c, first, last, false);
    about.file = name;
    about.problems = problems;
    output_capture(c->slot, &about, &info);
    if (!c->attach) return;
    g_autofree char *short_name = joint_name(c, first, last, true);
    about.file = short_name;
    attach_all(c, &about, &info);
}

static void report_found(struct continuous *c)
{
    bool is_told = !c->interrupted || !c->options->anonymize;
    if (is_told) report(c);
    if (c->interrupted)
        output_stopped(c->slot, c->interrupted, is_told ? NULL : "--continuous", c->interrupted);
}

/* The traced frames that no file has, or that were not reached. */
static void report_untraced(struct continuous *c)
{
    if (c->interrupted) {
        unsigned n = c->trace_count;
        g_autofree char *line = g_strdup_printf("%s; %u frame%s of --trace %s not reached", c->interrupted, n,
                                                n == 1 ? "" : "s", n == 1 ? "was" : "were");
        output_stopped(c->slot, line, NULL, NULL);
        return;
    }
    for (unsigned i = 0; i < c->trace_count; i++) {
        const struct traced *traced = c->traces[i];
        g_autofree char *text = g_strdup_printf("--trace %s:%" G_GUINT64_FORMAT
                                                ": no such frame among those read; name a file of the "
                                                "report and a frame that it has",
                                                traced->file, traced->frame);
        output_misuse(c->slot, text);
    }
}

static void note_absent(struct continuous *c, const struct member *member)
{
    unsigned n = member->absent;
    g_autofree char *note =
        g_strdup_printf("by its number %u file%s before it %s missing: told as a hole; name %s too", n,
                        n == 1 ? "" : "s", n == 1 ? "is" : "are", n == 1 ? "it" : "them");
    output_note(c->slot, member->entry->path, note);
}

/* What is to be said of single inputs, in the order in which they were named. */
static void report_problems(struct continuous *c, const GPtrArray *entries)
{
    g_autoptr(GHashTable) by_entry = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        g_hash_table_insert(by_entry, (gpointer)member->entry, member);
    }
    if (sequence_beyond(c->sequence)) {
        g_autofree char *beyond = beyond_text(c);
        output_problem(c->slot, "--continuous", "--continuous", beyond);
    }
    unsigned found = 0;
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        const struct member *member = g_hash_table_lookup(by_entry, entry);
        const struct part *part = member ? member->user : NULL;
        g_autofree char *name = c->options->anonymize ? anonymize_name(i) : g_strdup(entry->path);
        if (entry->kind == ENTRY_PROBLEM) output_problem(c->slot, entry->path, name, entry->what);
        if (member && member->state == MEMBER_REFUSED)
            refusal_report(c->slot, c->options, entry, name, member->problem, member->is_missed);
        else if (part && part->problem && !part->is_interrupted)
            output_problem(c->slot, entry->path, name, part->problem);
        if (member && member->absent && !c->options->quiet) note_absent(c, member);
        if (member && member->state != MEMBER_REFUSED && !entry->is_named) found++;
        if (entry->kind != ENTRY_DIRECTORY_END) continue;
        if (found == 0) output_problem(c->slot, entry->path, name, scan_no_captures);
        found = 0;
    }
}

void continuous_report(struct continuous *c, const GPtrArray *entries)
{
    if (c->traces)
        report_untraced(c);
    else
        report_found(c);
    report_problems(c, entries);
}
