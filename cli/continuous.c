/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "continuous.h"

#include "anonymize.h"
#include "format.h"
#include "interrupt.h"
#include "job.h"
#include "progress.h"
#include "refusal.h"
#include "sequence.h"
#include "sha256.h"

#include <string.h>

/* What the report says of a file; struct member.user. */
struct part {
    uint64_t connections, undecoded, ends_by_server;
    const char *format;
    bool is_regular, is_interrupted;
    uint64_t size;
    struct sha256 *sha;
    char *sha256, *problem;
};

struct continuous {
    const struct options *options;
    struct output *output;
    struct slot *slot;
    struct sequence *sequence;
    smbt_engine *engine;
    GHashTable *members;          /* by their names' addresses */
    struct member *member;        /* whose frames come now */
    smbt_capture_info since;      /* as of its first */
    const struct traced **traces; /* that are still to come; NULL: a report is wanted */
    unsigned trace_count;
    char *interrupted; /* what was not read because the user had the run stopped; NULL: nothing */

    /* With --anonymize all frames become a copy first, which numbers them from 1. */
    struct anonymizing *anonymizing;
    GArray *runs;  /* of struct run: their numbers in the sequence */
    GArray *seams; /* of struct seam */
    uint64_t copied;
    guint run, next_seam; /* while the copy is read */
};

/* Frames in a row. */
struct run {
    uint64_t copied, placed; /* the first one's number, in the copy and in the sequence */
};

struct seam {
    uint64_t before; /* a frame of the copy */
    bool hole;
};

/* ---- Records
 * ---------------------------------------------------------------------------------------------------- */

static struct member *member_of(const struct continuous *c, uint64_t frame)
{
    const smbt_places *places = sequence_places(c->sequence);
    const char *file = places->find(frame, places->user).file;
    return file ? g_hash_table_lookup(c->members, file) : NULL;
}

static void count_end(struct member *member, const smbt_end *end)
{
    struct part *part = member ? member->user : NULL;
    if (part && end->by == SMBT_SIDE_SERVER && !end->revises && strcmp(end->cause, "refused") != 0)
        part->ends_by_server++;
}

static bool drain(struct continuous *c)
{
    bool goes_on = true;
    for (const smbt_record *record; goes_on && (record = smbt_engine_next(c->engine));) {
        if (c->traces) continue;
        struct member *member = member_of(c, smbt_record_frame(record));
        if (record->type == SMBT_RECORD_END) count_end(member, record->end);
        goes_on = output_record(c->slot, member ? member->name : NULL, record);
    }
    return goes_on;
}

/* ---- Frames
 * ----------------------------------------------------------------------------------------------------- */

/* Frames of another file come: what was counted since belongs to the one before. */
static void switch_to(struct continuous *c, struct member *member)
{
    smbt_capture_info now;
    smbt_engine_get_capture_info(c->engine, &now);
    if (c->member) {
        struct part *part = c->member->user;
        part->connections += now.smb_connections - c->since.smb_connections;
        part->undecoded += now.undecoded_frames - c->since.undecoded_frames;
    }
    c->member = member;
    c->since = now;
}

static void on_begin(struct member *member, void *user)
{
    struct continuous *c = user;
    struct part *part = member->user;
    part->sha = job_wants_hash(c->options, member->input) ? sha256_start(member->input->fd) : NULL;
    progress_begin(member->given, member->name);
}

static void on_seam(struct member *member, bool hole, void *user)
{
    (void)member;
    smbt_engine_seam(((struct continuous *)user)->engine, hole);
}

/* By its name in the report, whole or short, or as it was given. */
static bool is_traced(const struct member *member, uint64_t number, const struct traced *traced)
{
    return traced->frame == number &&
           (strcmp(traced->file, member->name) == 0 || strcmp(traced->file, member->label) == 0 ||
            strcmp(traced->file, member->entry->path) == 0);
}

static void trace(struct continuous *c, struct member *member, uint64_t number)
{
    for (unsigned i = 0; i < c->trace_count;) {
        if (!is_traced(member, number, c->traces[i])) {
            i++;
            continue;
        }
        smbt_state *state = smbt_engine_state(c->engine, NULL);
        output_state(c->slot, member->name, state);
        smbt_state_free(state);
        c->traces[i] = c->traces[--c->trace_count];
    }
}

static void on_frame(struct member *member, uint64_t number, const smbt_frame *placed, void *user)
{
    struct continuous *c = user;
    if (c->member != member) switch_to(c, member);
    smbt_engine_push(c->engine, placed);
    if (c->traces) trace(c, member, number);
}

/* Who writes into a pipe ends it. */
static bool is_to_stop(const struct member *member)
{
    return interrupt_seen() && (!member->input || member->input->is_regular);
}

static bool on_batch(struct member *member, void *user)
{
    struct continuous *c = user;
    bool goes_on = drain(c) && !is_to_stop(member) && !(c->traces && !c->trace_count);
    if (member->frames % (8 * INPUT_BATCH) >= INPUT_BATCH) return goes_on;
    const struct input *input = member->input;
    if (input) progress_update(member->given, input->position, member->frames);
    return goes_on && !output_is_gone(c->output);
}

/* What is to be known of the file once it is closed. */
static void describe(const struct continuous *c, struct part *part, const struct input *input)
{
    part->format = input->format;
    part->is_regular = input->is_regular && !c->options->anonymize;
    g_free(part->problem);
    part->size = input->size;
    part->problem = g_strdup(input->problem);
}

static void on_end(struct member *member, void *user)
{
    struct part *part = member->user;
    describe(user, part, member->input);
    progress_end(member->given, member->input->size);
    part->sha256 = sha256_finish(g_steal_pointer(&part->sha), false);
}

/* ---- By way of an anonymized copy
 * ------------------------------------------------------------------------------- */

static void on_copied_seam(struct member *member, bool hole, void *user)
{
    struct continuous *c = user;
    struct seam seam = {.before = c->copied + 1, .hole = hole};
    g_array_append_val(c->seams, seam);
    (void)member;
}

static void on_original_frame(struct member *member, uint64_t number, const smbt_frame *placed, void *user)
{
    struct continuous *c = user;
    smbt_frame frame = *placed;
    frame.number = ++c->copied;
    const struct run *last = c->runs->len ? &g_array_index(c->runs, struct run, c->runs->len - 1) : NULL;
    if (!last || placed->number - last->placed != frame.number - last->copied) {
        struct run run = {.copied = frame.number, .placed = placed->number};
        g_array_append_val(c->runs, run);
    }
    anonymizing_push(c->anonymizing, &frame);
    (void)member, (void)number;
}

static bool on_original_batch(struct member *member, void *user)
{
    struct continuous *c = user;
    const struct input *input = member->input;
    if (input) progress_update(member->given, input->position, member->frames);
    return !is_to_stop(member) && !output_is_gone(c->output);
}

static void on_copied_frame(const smbt_frame *frame, void *user)
{
    struct continuous *c = user;
    while (c->run + 1 < c->runs->len &&
           g_array_index(c->runs, struct run, c->run + 1).copied <= frame->number)
        c->run++;
    while (c->next_seam < c->seams->len &&
           g_array_index(c->seams, struct seam, c->next_seam).before <= frame->number)
        smbt_engine_seam(c->engine, g_array_index(c->seams, struct seam, c->next_seam++).hole);
    const struct run *run = &g_array_index(c->runs, struct run, c->run);
    smbt_frame placed = *frame;
    placed.number = run->placed + (frame->number - run->copied);
    const smbt_places *places = sequence_places(c->sequence);
    struct member *member = member_of(c, placed.number);
    if (member) on_frame(member, places->find(placed.number, places->user).frame, &placed, c);
}

static bool on_copied_batch(void *user)
{
    struct continuous *c = user;
    return drain(c) && !interrupt_seen() && !output_is_gone(c->output);
}

/* false: nobody wants the report any more, or there is no copy. */
static bool read_anonymized(struct continuous *c, const smbt_config *config)
{
    struct anonymous copy;
    c->runs = g_array_new(FALSE, FALSE, sizeof(struct run));
    c->seams = g_array_new(FALSE, FALSE, sizeof(struct seam));
    c->anonymizing = anonymizing_new(config, &c->options->secret);
    bool done = sequence_read(c->sequence, &(struct sequence_receiver){.begin = on_begin,
                                                                       .seam = on_copied_seam,
                                                                       .frame = on_original_frame,
                                                                       .batch = on_original_batch,
                                                                       .end = on_end,
                                                                       .user = c});
    int error = anonymizing_finish(c->anonymizing, &copy);
    if (error) {
        g_autofree char *failure = anonymize_failure(error);
        output_problem(c->slot, "--continuous", "--continuous", failure);
        return false;
    }
    struct input_receiver receiver = {on_copied_frame, on_copied_batch, c};
    done = done && input_read(&copy.input, &receiver) != INPUT_STOPPED;
    anonymize_close(&copy);
    return done;
}

/* How the report calls them, and standard error says which is which. */
static void rename_members(struct continuous *c)
{
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        g_free(member->name);
        g_free(member->label);
        member->name = anonymize_name(member->given);
        member->label = g_strdup(member->name);
        if (!c->options->verbose || member->state == MEMBER_REFUSED) continue;
        g_autofree char *note = g_strdup_printf("is %s in the report", member->name);
        output_note(c->slot, member->entry->path, note);
    }
}

/* ---- Interrupted
 * -------------------------------------------------------------------------------------------------- */

static bool is_not_begun(const struct member *member)
{
    return member->state == MEMBER_WAITING && member->first != SMBT_TIME_NONE;
}

/* What is being read is told up to here. */
static void break_off(struct continuous *c, struct member *member)
{
    struct part *part = member->user;
    describe(c, part, member->input);
    g_free(part->problem);
    part->problem =
        g_strdup_printf("interrupted after frame %" G_GUINT64_FORMAT ": what follows was not read; run again",
                        member->frames);
    part->is_interrupted = true;
    member->result = INPUT_BROKEN;
}

static void stop(struct continuous *c)
{
    unsigned files = 0, unread = 0;
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        if (member->state == MEMBER_READING) break_off(c, member);
        files += member->state != MEMBER_REFUSED;
        unread += member->state == MEMBER_READING || is_not_begun(member);
    }
    if (unread == 0) return;
    g_autofree char *missing =
        g_strdup_printf("%u of %u files %s not read to the end", unread, files, unread == 1 ? "was" : "were");
    c->interrupted = g_strdup_printf("interrupted after frame %" G_GUINT64_FORMAT " of %s: %s; run again",
                                     c->member->frames, c->member->label,
                                     files == 1 ? "what follows was not read" : missing);
}

/* A copy that is not whole is not read. */
static void stop_copying(struct continuous *c)
{
    c->interrupted =
        g_strdup("interrupted while the files were anonymized and read: nothing is told; run again");
}

/* ---- The report
 * ------------------------------------------------------------------------------------------------- */

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
                              .ends_by_server = part->ends_by_server};
    output_part(c->slot, &about, &info);
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
static char *joint_name(const struct continuous *c, const struct member *first, const struct member *last)
{
    char **inputs = c->options->inputs;
    bool is_only = inputs && inputs[0] && !inputs[1] && !c->options->files_from;
    if (is_only && !c->options->anonymize) return g_utf8_make_valid(inputs[0], -1);
    return first == last ? g_strdup(first->name) : g_strdup_printf("%s to %s", first->label, last->label);
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
        if (is_not_begun(member)) continue;
        if (!first) first = member;
        if (!last || member->frames) last = member;
        add_part(member, &joint, &about, problems);
    }
    if (!first) return;
    if (c->interrupted) g_ptr_array_add(problems, g_strdup(c->interrupted));
    about.complete = about.complete && !c->interrupted;
    smbt_engine_finish(c->engine, last->result == INPUT_WHOLE && !c->interrupted);
    switch_to(c, NULL);
    drain(c);
    smbt_capture_info info;
    smbt_engine_get_capture_info(c->engine, &info);
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        if (member->state != MEMBER_REFUSED && !is_not_begun(member))
            report_part(c, member, ++index, info.viewpoint);
    }
    g_autofree char *name = joint_name(c, first, last);
    about.file = name;
    about.problems = problems;
    output_capture(c->slot, &about, &info);
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

/* What is to be said of single inputs, in the order in which they were named. */
static void report_problems(struct continuous *c, const GPtrArray *entries)
{
    g_autoptr(GHashTable) by_entry = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        g_hash_table_insert(by_entry, (gpointer)member->entry, member);
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
        if (member && member->state != MEMBER_REFUSED && !entry->is_named) found++;
        if (entry->kind != ENTRY_DIRECTORY_END) continue;
        if (found == 0) output_problem(c->slot, entry->path, name, scan_no_captures);
        found = 0;
    }
}

/* ---- All of it
 * -------------------------------------------------------------------------------------------------- */

static void begin(struct continuous *c)
{
    c->members = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct member *member = sequence_get(c->sequence, i);
        member->user = g_new0(struct part, 1);
        if (member->input)
            describe(c, member->user, member->input); /* of those without frames nothing else comes */
        g_hash_table_insert(c->members, member->name, member);
    }
    for (const struct traced *t = c->options->file_traces; t && t->file; t++)
        c->trace_count++;
    if (!c->trace_count) return;
    c->traces = g_new(const struct traced *, c->trace_count);
    for (unsigned i = 0; i < c->trace_count; i++)
        c->traces[i] = &c->options->file_traces[i];
}

static void clear(struct continuous *c)
{
    for (unsigned i = 0; i < sequence_count(c->sequence); i++) {
        struct part *part = sequence_get(c->sequence, i)->user;
        if (part->sha) g_free(sha256_finish(part->sha, true));
        g_free(part->sha256);
        g_free(part->problem);
        g_free(part);
    }
    g_hash_table_unref(c->members);
    g_free(c->traces);
    if (c->runs) g_array_unref(c->runs);
    if (c->seams) g_array_unref(c->seams);
}

void continuous_run(const struct options *options, struct output *output, const GPtrArray *entries)
{
    struct continuous c = {.options = options, .output = output};
    c.slot = output_open(output, 0);
    c.sequence = sequence_new(entries);
    if (options->anonymize) rename_members(&c);
    begin(&c);
    smbt_config *config = options_config(options);
    smbt_config_set_places(config, sequence_places(c.sequence));
    c.engine = smbt_engine_new(config);
    bool done = options->anonymize ? read_anonymized(&c, config)
                                   : sequence_read(c.sequence, &(struct sequence_receiver){.begin = on_begin,
                                                                                           .seam = on_seam,
                                                                                           .frame = on_frame,
                                                                                           .batch = on_batch,
                                                                                           .end = on_end,
                                                                                           .user = &c});
    smbt_config_free(config);
    if (!done && interrupt_seen() && !output_is_gone(output)) {
        if (options->anonymize)
            stop_copying(&c);
        else
            stop(&c);
        done = true;
    }
    if (c.traces && c.trace_count == 0) done = true;
    if (done && c.traces)
        report_untraced(&c);
    else if (done)
        report_found(&c);
    if (done) report_problems(&c, entries);
    g_free(c.interrupted);
    smbt_engine_free(c.engine);
    clear(&c);
    sequence_free(c.sequence);
    output_close(c.slot);
}
