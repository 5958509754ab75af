/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "continuous.h"

#include "continuous_report.h"
#include "format.h"
#include "interrupt.h"
#include "job.h"
#include "progress.h"
#include "sha256.h"

#include <string.h>

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

bool continuous_drain(struct continuous *c)
{
    bool goes_on = true;
    for (const smbt_record *record; goes_on && (record = smbt_engine_next(c->engine));) {
        if (c->traces) continue;
        struct member *member = member_of(c, smbt_record_frame(record));
        if (record->type == SMBT_RECORD_END) count_end(member, record->end);
        goes_on = output_record(c->slot, member ? member->name : NULL, record) || c->attach;
        if (c->attach) attach_report(c->attach, member ? member->label : NULL, record);
    }
    for (const smbt_record *record; c->own_engine && (record = smbt_engine_next(c->own_engine));)
        attach_record(c->attach, joint_places(c->joint), record);
    return goes_on;
}

/* ---- Frames
 * ----------------------------------------------------------------------------------------------------- */

/* Frames of another file come: what was counted since belongs to the one before. */
void continuous_switch(struct continuous *c, struct member *member)
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
    struct continuous *c = user;
    (void)member;
    smbt_engine_seam(c->engine, hole);
    if (c->own_engine) smbt_engine_seam(c->own_engine, hole);
}

/* Whether the user means that file: by its name in the report, whole or short, or as it was given. */
static bool is_file(const struct continuous *c, const struct member *member, const char *name)
{
    const char *path = member->entry->path;
    if (strcmp(name, member->name) == 0 || strcmp(name, member->label) == 0 || strcmp(name, path) == 0)
        return true;
    /* The report hides the short name that it would have had. */
    g_autofree char *base = c->options->anonymize ? g_path_get_basename(path) : NULL;
    return g_strcmp0(base, name) == 0;
}

static void trace(struct continuous *c, struct member *member, uint64_t number)
{
    for (unsigned i = 0; i < c->trace_count;) {
        if (c->traces[i]->frame != number || !is_file(c, member, c->traces[i]->file)) {
            i++;
            continue;
        }
        smbt_state *state = smbt_engine_state(c->engine, NULL);
        output_state(c->slot, member->name, state);
        smbt_state_free(state);
        c->traces[i] = c->traces[--c->trace_count];
    }
}

static void push(struct continuous *c, struct member *member, uint64_t number, const smbt_frame *placed)
{
    if (c->member != member) continuous_switch(c, member);
    smbt_engine_push(c->engine, placed);
    if (c->traces) trace(c, member, number);
}

static void on_frame(struct member *member, uint64_t number, const smbt_frame *placed, void *user)
{
    struct continuous *c = user;
    push(c, member, number, placed);
    if (!c->own_engine || c->copy_problem) return;
    smbt_frame frame = *placed;
    frame.number = joint_add(c->joint, placed->number);
    smbt_engine_push(c->own_engine, &frame);
    c->copy_problem = attach_copy_packet(c->attach, member);
}

/* Who writes into a pipe ends it. */
static bool is_to_stop(const struct member *member)
{
    return interrupt_seen() && (!member->input || member->input->is_regular);
}

static bool on_batch(struct member *member, void *user)
{
    struct continuous *c = user;
    bool goes_on = continuous_drain(c) && !is_to_stop(member) && !(c->traces && !c->trace_count);
    if (member->frames % (8 * INPUT_BATCH) >= INPUT_BATCH) return goes_on;
    const struct input *input = member->input;
    if (input) progress_update(member->given, input->position, member->frames);
    return goes_on && (c->attach || !output_is_gone(c->output));
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
    (void)member;
    joint_add_seam(((struct continuous *)user)->joint, hole);
}

static void on_original_frame(struct member *member, uint64_t number, const smbt_frame *placed, void *user)
{
    struct continuous *c = user;
    smbt_frame frame = *placed;
    frame.number = joint_add(c->joint, placed->number);
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
    joint_cross(c->joint, frame->number, c->engine, c->own_engine);
    smbt_frame placed = *frame;
    placed.number = joint_placed(c->joint, frame->number);
    const smbt_places *places = sequence_places(c->sequence);
    struct member *member = member_of(c, placed.number);
    if (!member) return;
    push(c, member, places->find(placed.number, places->user).frame, &placed);
    if (c->own_engine) smbt_engine_push(c->own_engine, frame);
}

static bool on_copied_batch(void *user)
{
    struct continuous *c = user;
    return continuous_drain(c) && !interrupt_seen() && (c->attach || !output_is_gone(c->output));
}

/* false: nobody wants the report any more, or there is no copy. */
static bool read_anonymized(struct continuous *c, const smbt_config *config)
{
    c->anonymizing = anonymizing_new(config, &c->options->secret);
    bool done = sequence_read(c->sequence, &(struct sequence_receiver){.begin = on_begin,
                                                                       .seam = on_copied_seam,
                                                                       .frame = on_original_frame,
                                                                       .batch = on_original_batch,
                                                                       .end = on_end,
                                                                       .user = c});
    int error = anonymizing_finish(c->anonymizing, &c->anonymous);
    if (error) {
        g_autofree char *failure = anonymize_failure(error);
        output_problem(c->slot, "--continuous", "--continuous", failure);
        return false;
    }
    c->is_anonymous = true;
    struct input_receiver receiver = {on_copied_frame, on_copied_batch, c};
    return done && input_read(&c->anonymous.input, &receiver) != INPUT_STOPPED;
}

static bool read_plain(struct continuous *c)
{
    if (c->own_engine) c->copy_problem = attach_copy_begin(c->attach, c->sequence);
    return sequence_read(c->sequence, &(struct sequence_receiver){.begin = on_begin,
                                                                  .seam = on_seam,
                                                                  .frame = on_frame,
                                                                  .batch = on_batch,
                                                                  .end = on_end,
                                                                  .user = c});
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

bool continuous_is_not_begun(const struct member *member)
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
        unread += member->state == MEMBER_READING || continuous_is_not_begun(member);
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

/* ---- All of it
 * -------------------------------------------------------------------------------------------------- */

/* By the file's name in the report, which --anonymize makes another than the user's. */
static void name_end(const struct continuous *c, struct traced *end)
{
    for (unsigned i = 0; i < sequence_count(c->sequence) && !end->name; i++) {
        const struct member *member = sequence_get(c->sequence, i);
        if (is_file(c, member, end->file)) end->name = g_strdup(member->name);
    }
}

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
    for (struct traced *end = c->options->ends; end && end->frame; end++)
        name_end(c, end);
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
    if (c->is_anonymous) anonymize_close(&c->anonymous);
    joint_free(c->joint);
    g_free(c->interrupted);
    g_free(c->copy_problem);
}

/* By what the frames of the copy are judged. */
static smbt_engine *make_own_engine(const struct options *given)
{
    struct options options = *given;
    options.what_ifs = NULL;
    options.keep_state = false;
    options.format = &format_json;
    options.ticket = NULL;
    smbt_config *config = options_config(&options);
    smbt_engine *engine = smbt_engine_new(config);
    smbt_config_free(config);
    return engine;
}

/* Whether there is something to report, or to say. */
static bool read_all(struct continuous *c, const smbt_config *config)
{
    bool done = c->options->anonymize ? read_anonymized(c, config) : read_plain(c);
    int error = sequence_error(c->sequence);
    if (!error && c->joint) error = joint_error(c->joint);
    if (error) {
        g_autofree char *failure =
            g_strdup_printf("%s: temporary files can't be kept there: %s; set TMPDIR to a folder with space",
                            g_get_tmp_dir(), g_strerror(error));
        output_failure(c->slot, failure);
        return false;
    }
    if (done || (c->traces && c->trace_count == 0)) return true;
    if (!interrupt_seen() || (!c->attach && output_is_gone(c->output))) return false;
    if (c->options->anonymize)
        stop_copying(c);
    else
        stop(c);
    return true;
}

void continuous_run(const struct options *options, struct output *output, struct attach *attach,
                    const GPtrArray *entries)
{
    struct continuous c = {.options = options, .output = output, .attach = attach};
    c.slot = output_open(output, 0);
    c.sequence = sequence_new(entries, attach && !options->anonymize);
    if (options->anonymize) rename_members(&c);
    begin(&c);
    smbt_config *config = options_config(options);
    smbt_config_set_places(config, sequence_places(c.sequence));
    c.engine = smbt_engine_new(config);
    if (attach || options->anonymize) c.joint = joint_new(sequence_places(c.sequence));
    if (attach) c.own_engine = make_own_engine(options);
    if (read_all(&c, config)) continuous_report(&c, entries);
    smbt_config_free(config);
    smbt_engine_free(c.engine);
    smbt_engine_free(c.own_engine);
    clear(&c);
    sequence_free(c.sequence);
    output_close(c.slot);
}
