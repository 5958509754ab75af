/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include "anonymize.h"
#include "format.h"
#include "input.h"
#include "interrupt.h"
#include "live.h"
#include "progress.h"
#include "refusal.h"
#include "sha256.h"

struct job {
    const struct options *options;
    struct output *output;
    struct slot *slot;
    unsigned index;
    struct input *input;
    char *name;    /* as in the report */
    bool is_piped; /* the input was a pipe: who writes into it ends it */
    /* With --anonymize `input` is a copy, and this is what it is a copy of: */
    struct input *original;
    enum input_result copied;
    smbt_engine *engine;
    struct attach *attach;   /* or NULL; what it writes is wanted whoever reads the report */
    struct joining *joining; /* NULL: each capture is told by itself */
    const smbt_record *rest; /* joining: the first record that is told after those that are joined */
    const uint64_t *traces;  /* that are still to come, ended by 0; NULL: a report is wanted */
};

static bool drain(struct job *job)
{
    bool goes_on = true;
    for (const smbt_record *record; goes_on && (record = smbt_engine_next(job->engine));) {
        if (job->attach) {
            attach_record(job->attach, NULL, record);
            attach_report(job->attach, NULL, record);
        }
        if (job->joining && joining_take(job->joining, job->index, record)) continue;
        goes_on = job->traces || output_record(job->slot, job->name, record) || job->attach;
    }
    return goes_on;
}

static void on_frame(const smbt_frame *frame, void *user)
{
    smbt_engine_push(((struct job *)user)->engine, frame);
}

static void on_traced_frame(const smbt_frame *frame, void *user)
{
    struct job *job = user;
    if (*job->traces == 0) return;
    smbt_engine_push(job->engine, frame);
    if (frame->number != *job->traces) return;
    smbt_state *state = smbt_engine_state(job->engine, NULL);
    output_state(job->slot, job->name, state);
    smbt_state_free(state);
    job->traces++;
}

static bool is_to_stop(const struct job *job)
{
    return interrupt_seen() && !job->is_piped;
}

static bool on_traced_batch(void *user)
{
    struct job *job = user;
    return drain(job) && *job->traces != 0 && !is_to_stop(job) && !output_is_gone(job->output);
}

/* The user had the run stopped before the traced frames came. */
static void report_untraced_yet(struct job *job)
{
    unsigned left = 0;
    while (job->traces[left])
        left++;
    if (left == 0) return;
    g_autofree char *more = left > 1 ? g_strdup_printf(" and %u more", left - 1) : g_strdup("");
    g_autofree char *line = g_strdup_printf("%s: interrupted after frame %" G_GUINT64_FORMAT
                                            ", before --trace %" G_GUINT64_FORMAT "%s; run again",
                                            job->name, job->input->frames, *job->traces, more);
    output_stopped(job->slot, line, NULL, NULL);
}

/* The traced frames that the capture does not have. */
static void report_untraced(struct job *job)
{
    for (; *job->traces; job->traces++) {
        g_autofree char *text = g_strdup_printf(
            "--trace %" G_GUINT64_FORMAT ": %s has %" G_GUINT64_FORMAT " frame%s; name one of them",
            *job->traces, job->name, job->input->frames, job->input->frames == 1 ? "" : "s");
        output_misuse(job->slot, text);
    }
}

static bool on_batch(void *user)
{
    struct job *job = user;
    const struct input *input = job->input;
    bool goes_on = drain(job) && !is_to_stop(job);
    if (input->frames % (8 * INPUT_BATCH) != 0) return goes_on;
    /* A copy was made before it is read. */
    uint64_t done = job->original ? (input->size + input->position) / 2 : input->position;
    progress_update(job->index, done, input->frames);
    return goes_on && (job->attach || !output_is_gone(job->output));
}

static bool on_live(void *user)
{
    struct job *job = user;
    return drain(job) && !output_is_gone(job->output);
}

static bool is_joined(const struct job *job)
{
    return job->joining && !joining_is_hint(job->joining);
}

/* Up to the first record that joining leaves as it is. */
static void drain_joined(struct job *job)
{
    do {
        job->rest = smbt_engine_next(job->engine);
    } while (job->rest && joining_take(job->joining, job->index, job->rest));
}

/* Everything after the last frame: what the capture's end decides, and the capture itself. */
static void report(struct job *job, enum input_result result, const char *sha256)
{
    const struct input *input = job->input;
    g_autoptr(GPtrArray) problems = g_ptr_array_new();
    if (input->problem) g_ptr_array_add(problems, input->problem);
    smbt_engine_finish(job->engine, result == INPUT_WHOLE);
    smbt_input_info about = {.file = job->name,
                             .sha256 = sha256,
                             .format = input->format,
                             .bytes = input->size,
                             .has_bytes = input->is_regular && !job->original,
                             .complete = result == INPUT_WHOLE,
                             .problems = problems};
    if (is_joined(job)) {
        drain_joined(job);
        joining_keep(job->joining, job->index, g_steal_pointer(&job->engine), job->rest, job->slot, &about);
        return;
    }
    drain(job);
    smbt_capture_info info;
    smbt_engine_get_capture_info(job->engine, &info);
    output_capture(job->slot, &about, &info);
    if (!job->attach) return;
    g_autoptr(GPtrArray) failures = attach_finish(job->attach, input, NULL, &about, &info);
    for (guint i = 0; i < failures->len; i++)
        output_failure(job->slot, failures->pdata[i]);
}

static void refuse(struct job *job, const struct entry *entry)
{
    refusal_report(job->slot, job->options, entry, job->name, job->input->problem,
                   refusal_is_missed(entry, job->input));
}

/* Analysis reads faster than SHA-256 can be worked out; for a big file the answer would wait for its hash. */
#define HASHED_UP_TO (256u << 20)

bool job_wants_hash(const struct options *options, const struct input *input)
{
    bool is_shown = options->ticket || (options->format->rooms & ROOM_HASH && !options->quiet);
    if (!is_shown || options_trace(options) || options->anonymize || !input->is_regular) return false;
    return input->size <= HASHED_UP_TO || options->verbose;
}

static enum input_result interrupted(struct input *input)
{
    return input_broken(input,
                        "interrupted after frame %" G_GUINT64_FORMAT ": what follows was not read; run again",
                        input->frames);
}

/* Returns whether the input was left to a thread that still uses it. */
static bool read_capture(struct job *job, const smbt_config *config, const struct entry *entry)
{
    struct input *input = job->input;
    if (job->attach && input_settle(input) != INPUT_WHOLE) {
        output_problem(job->slot, entry->path, job->name, input->problem);
        return false;
    }
    bool is_live =
        job->options->format->rooms & ROOM_LIVE && !input->is_regular && !job->traces && !is_joined(job);
    bool wants_sha256 = job_wants_hash(job->options, input);
    struct sha256 *sha = wants_sha256 ? sha256_start(input->fd) : NULL;
    bool abandoned = false;
    enum input_result result;
    if (is_live) {
        smbt_config *live = options_config(job->options);
        smbt_config_set_live(live, true);
        job->engine = smbt_engine_new(live);
        smbt_config_free(live);
        result = live_read(input, job->engine, on_live, job, &abandoned);
    } else {
        job->engine = smbt_engine_new(config);
        result =
            input_read(input, job->traces ? &(struct input_receiver){on_traced_frame, on_traced_batch, job}
                                          : &(struct input_receiver){on_frame, on_batch, job});
    }
    if (job->original && job->copied == INPUT_BROKEN && result == INPUT_WHOLE) {
        result = INPUT_BROKEN;
        input->problem = g_strdup(job->original->problem);
    }
    bool is_stopped = result == INPUT_STOPPED && interrupt_seen();
    if (is_stopped && is_joined(job)) joining_miss(job->joining, job->index, job->slot);
    if (is_stopped && job->traces) report_untraced_yet(job);
    if (is_stopped && !job->traces && !is_joined(job)) result = interrupted(input);
    g_autofree char *sha256 =
        sha256_finish(sha, result == INPUT_STOPPED || result == INPUT_NOT_A_CAPTURE || interrupt_seen());
    if (result == INPUT_NOT_A_CAPTURE) {
        refuse(job, entry);
    } else if (job->traces) {
        if (result != INPUT_STOPPED) report_untraced(job);
        if (result == INPUT_BROKEN && input->problem)
            output_problem(job->slot, entry->path, job->name, input->problem);
    } else if (result != INPUT_STOPPED) {
        report(job, result, sha256);
        if (!entry->is_named) output_mark_found(job->slot);
        if (input->problem) output_problem(job->slot, entry->path, job->name, input->problem);
    }
    smbt_engine_free(job->engine);
    return abandoned;
}

/* How the report calls an input. */
static char *name_of(const struct options *options, const struct entry *entry, unsigned index)
{
    return options->anonymize ? anonymize_name(index) : g_utf8_make_valid(entry->path, -1);
}

static bool on_copied_batch(void *user)
{
    struct job *job = user;
    const struct input *input = job->input;
    if (input->frames % (8 * INPUT_BATCH) != 0) return true;
    progress_update(job->index, input->position / 2, input->frames);
    return !is_to_stop(job) && !output_is_gone(job->output);
}

static void note_name(struct job *job, const struct entry *entry)
{
    if (!job->options->verbose) return;
    g_autofree char *note = g_strdup_printf("is %s in the report", job->name);
    output_note(job->slot, entry->path, note);
}

static void read_anonymized(struct job *job, const smbt_config *config, const struct entry *entry)
{
    struct anonymous copy;
    job->copied = anonymize_input(job->input, config, &job->options->secret, on_copied_batch, job, &copy);
    if (job->copied == INPUT_NOT_A_CAPTURE) refuse(job, entry);
    bool is_stopped = job->copied == INPUT_STOPPED && interrupt_seen();
    if (is_stopped && is_joined(job))
        joining_miss(job->joining, job->index, job->slot);
    else if (is_stopped)
        output_problem(job->slot, entry->path, job->name, "interrupted: not read; run again");
    if (job->copied == INPUT_BROKEN && copy.fd < 0)
        output_problem(job->slot, entry->path, job->name, job->input->problem);
    if (copy.fd < 0) return;
    note_name(job, entry);
    job->original = job->input;
    job->input = &copy.input;
    read_capture(job, config, entry);
    job->input = job->original;
    anonymize_close(&copy);
}

static void run_file(struct job *job, const smbt_config *config, const struct entry *entry)
{
    job->input = g_new0(struct input, 1);
    enum input_result result = input_open(job->input, entry->path);
    job->is_piped = !job->input->is_regular;
    bool abandoned = false;
    job->input->is_found = !refusal_promises_capture(entry);
    /* In a directory anything may lie about: only what a magic vouches for is a capture there. */
    if (result != INPUT_WHOLE || (job->input->is_found && job->input->kind == INPUT_UNKNOWN))
        refuse(job, entry);
    else if (job->options->anonymize)
        read_anonymized(job, config, entry);
    else
        abandoned = read_capture(job, config, entry);
    if (abandoned) return;
    input_close(job->input);
    g_free(job->input);
}

void job_run(const struct options *options, const smbt_config *config, struct output *output,
             struct attach *attach, struct joining *joining, const struct entry *entry, unsigned index)
{
    struct job job = {.options = options,
                      .output = output,
                      .attach = attach,
                      .joining = joining,
                      .index = index,
                      .traces = options->traces};
    job.slot = output_open(output, index);
    if (is_joined(&job)) joining_keep_slot(joining, index, job.slot);
    job.name = name_of(options, entry, index);
    switch (entry->kind) {
    case ENTRY_FILE:
        progress_begin(index, entry->path);
        run_file(&job, config, entry);
        progress_end(index, entry->size);
        break;
    case ENTRY_PROBLEM: output_problem(job.slot, entry->path, job.name, entry->what); break;
    case ENTRY_DIRECTORY_END: output_mark_directory_end(job.slot, entry->path, job.name); break;
    }
    if (!is_joined(&job)) output_close(job.slot);
    g_free(job.name);
}
