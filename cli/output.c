/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include "message.h"
#include "progress.h"
#include "spool.h"
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Sections of the json document. The other formats use the first one or two. */
enum section { CAPTURES, SERVERS, CLIENTS, ENDS, OBSERVATIONS, WHAT_IFS, STATES, SECTIONS };
enum { TEXT_HEAD = 0, TEXT_BODY = 1, LINES = 0 };

static const char *const section_names[SECTIONS] = {"captures",     "servers", "clients", "ends",
                                                    "observations", "what_if", "states"};

struct slot {
    struct output *output;
    unsigned index;
    bool is_closed, is_found, has_problem, has_capture, is_misused;
    char *directory;     /* whose end it is, or NULL */
    GPtrArray *messages; /* lines for standard error */
    GString *line;       /* the record being rendered */
    struct spool spools[SECTIONS];
    smbt_tally tally;
};

struct output {
    const struct options *options;
    int fd;
    smbt_text_style style;
    GMutex lock; /* guards all below, and the closed slots */
    GCond moved; /* head has moved */
    struct slot **slots;
    unsigned count, head;
    struct spool spools[SECTIONS];
    smbt_tally tally;
    unsigned captures;
    unsigned found; /* captures in the directory under way */
    bool is_gone;   /* nobody reads */
    int error;      /* errno of a write that failed */
    bool is_spool_error;
    bool is_incomplete, is_misused;
};

static void slot_free(struct slot *slot)
{
    for (unsigned i = 0; i < SECTIONS; i++)
        spool_clear(&slot->spools[i]);
    g_ptr_array_unref(slot->messages);
    g_string_free(slot->line, TRUE);
    g_free(slot->directory);
    g_free(slot);
}

void output_free(struct output *output)
{
    for (unsigned i = 0; i < output->count; i++)
        if (output->slots[i]) slot_free(output->slots[i]);
    for (unsigned i = 0; i < SECTIONS; i++)
        spool_clear(&output->spools[i]);
    g_free(output->slots);
    g_free(output);
}

struct slot *output_open(struct output *output, unsigned index)
{
    struct slot *slot = g_new0(struct slot, 1);
    slot->output = output;
    slot->index = index;
    slot->messages = g_ptr_array_new_with_free_func(g_free);
    slot->line = g_string_new(NULL);
    g_mutex_lock(&output->lock);
    output->slots[index] = slot;
    g_mutex_unlock(&output->lock);
    return slot;
}

/* ---- Writing; with the lock held */

static bool put(const char *bytes, size_t n, void *user)
{
    struct output *output = user;
    if (output->is_gone || output->error || output->options->quiet) return !output->is_gone && !output->error;
    progress_hide();
    while (n) {
        ssize_t done = write(output->fd, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno == EPIPE)
            output->is_gone = true;
        else if (done <= 0)
            output->error = errno ? errno : EIO;
        if (done <= 0) return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

struct output *output_new(const struct options *options, int fd, unsigned slots)
{
    struct output *output = g_new0(struct output, 1);
    output->options = options;
    output->fd = fd;
    output->style = terminal_style(options, fd);
    output->slots = g_new0(struct slot *, slots);
    output->count = slots;
    if (options->format == FORMAT_CSV) {
        g_autoptr(GString) header = g_string_new(NULL);
        smbt_csv_header(header);
        put(header->str, header->len, output);
    }
    return output;
}

/* Whether lines go out as soon as all that belongs before them has. */
static bool streams(const struct options *options)
{
    return options->format == FORMAT_NDJSON || options->format == FORMAT_CSV;
}

static void take_spool_error(struct output *output, const struct spool *spool)
{
    if (!spool->error || output->error) return;
    output->error = spool->error;
    output->is_spool_error = true;
}

static bool put_spool(struct output *output, struct spool *spool, uint64_t n)
{
    bool done = spool_read(spool, n, put, output);
    take_spool_error(output, spool);
    return done;
}

static void put_whole_spool(struct output *output, struct spool *spool)
{
    put_spool(output, spool, spool_size(spool));
    spool_clear(spool);
}

/* The first slot that is open got to be so: in ndjson what it has kept goes out, and what follows does at
 * once. */
static void stream_head(struct output *output)
{
    if (!streams(output->options) || output->head == output->count) return;
    struct slot *slot = output->slots[output->head];
    if (slot) put_whole_spool(output, &slot->spools[LINES]);
}

static void settle_directory(struct output *output, const struct slot *slot)
{
    if (slot->is_found) output->found++;
    if (!slot->directory) return;
    if (output->found == 0) {
        message_print("%s: a directory without captures; name one that holds captures, or -v to see what was "
                      "skipped",
                      slot->directory);
        output->is_incomplete = true;
    }
    output->found = 0;
}

static void commit(struct output *output, struct slot *slot)
{
    for (unsigned i = 0; i < slot->messages->len; i++)
        message_print("%s", (const char *)slot->messages->pdata[i]);
    settle_directory(output, slot);
    if (slot->has_problem) output->is_incomplete = true;
    if (slot->is_misused) output->is_misused = true;
    if (slot->has_capture) output->captures++;
    smbt_tally_merge(&output->tally, &slot->tally);
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (output->options->format == FORMAT_JSON)
            spool_move(&output->spools[i], &slot->spools[i]);
        else
            put_whole_spool(output, &slot->spools[i]);
        take_spool_error(output, &output->spools[i]);
    }
}

void output_close(struct slot *slot)
{
    struct output *output = slot->output;
    g_mutex_lock(&output->lock);
    slot->is_closed = true;
    while (output->head < output->count && output->slots[output->head] &&
           output->slots[output->head]->is_closed) {
        struct slot *first = output->slots[output->head];
        commit(output, first);
        slot_free(first);
        output->slots[output->head++] = NULL;
        stream_head(output);
    }
    g_cond_broadcast(&output->moved);
    g_mutex_unlock(&output->lock);
}

void output_wait(struct output *output, unsigned index, unsigned ahead)
{
    g_mutex_lock(&output->lock);
    while (index >= output->head + ahead && !output->is_gone && !output->error)
        g_cond_wait(&output->moved, &output->lock);
    g_mutex_unlock(&output->lock);
}

/* ---- What slots get */

/* Takes slot->line to its place. */
static bool deliver(struct slot *slot, enum section section)
{
    struct output *output = slot->output;
    if (output->options->quiet) return true;
    if (!streams(output->options)) {
        if (spool_append(&slot->spools[section], slot->line->str, slot->line->len)) return true;
        g_mutex_lock(&output->lock);
        take_spool_error(output, &slot->spools[section]);
        g_mutex_unlock(&output->lock);
        return false;
    }
    g_mutex_lock(&output->lock);
    bool is_head = output->head == slot->index;
    bool done = is_head ? put(slot->line->str, slot->line->len, output)
                        : spool_append(&slot->spools[LINES], slot->line->str, slot->line->len);
    take_spool_error(output, &slot->spools[LINES]);
    g_mutex_unlock(&output->lock);
    return done;
}

static bool is_csv(const struct slot *slot)
{
    return slot->output->options->format == FORMAT_CSV;
}

static void begin_json(struct slot *slot)
{
    g_string_assign(slot->line, slot->output->options->format == FORMAT_JSON ? "\n  " : "");
}

static void end_json(struct slot *slot)
{
    g_string_append_c(slot->line, slot->output->options->format == FORMAT_JSON ? ',' : '\n');
}

static bool is_wanted(const struct options *options, const smbt_record *record)
{
    if (record->type == SMBT_RECORD_END) return record->end->severity >= options->min_severity;
    if (record->type == SMBT_RECORD_OBSERVATION)
        return record->observation->severity >= options->min_severity;
    return true;
}

bool output_record(struct slot *slot, const char *file, const smbt_record *record)
{
    static const enum section sections[] = {[SMBT_RECORD_END] = ENDS,
                                            [SMBT_RECORD_OBSERVATION] = OBSERVATIONS,
                                            [SMBT_RECORD_SERVER] = SERVERS,
                                            [SMBT_RECORD_CLIENT] = CLIENTS,
                                            [SMBT_RECORD_WHAT_IF] = WHAT_IFS};
    const struct options *options = slot->output->options;
    if (!is_wanted(options, record)) return true;
    smbt_tally_add(&slot->tally, record);
    if (options->quiet) return true;
    if (options->format == FORMAT_TEXT) {
        g_string_truncate(slot->line, 0);
        smbt_text_record(slot->line, &slot->output->style, record);
        return deliver(slot, (enum section)TEXT_BODY);
    }
    if (is_csv(slot)) {
        g_string_truncate(slot->line, 0);
        smbt_csv_record(slot->line, file, record);
        return deliver(slot, (enum section)LINES);
    }
    begin_json(slot);
    smbt_json_record(slot->line, file, record);
    end_json(slot);
    return deliver(slot, sections[record->type]);
}

bool output_state(struct slot *slot, const char *file, const smbt_state *state)
{
    const struct options *options = slot->output->options;
    if (options->quiet) return true;
    if (options->format == FORMAT_TEXT) {
        g_string_truncate(slot->line, 0);
        smbt_text_state(slot->line, &slot->output->style, state);
        return deliver(slot, (enum section)TEXT_BODY);
    }
    begin_json(slot);
    smbt_json_state(slot->line, file, state);
    end_json(slot);
    return deliver(slot, STATES);
}

void output_misuse(struct slot *slot, const char *text)
{
    slot->is_misused = true;
    g_ptr_array_add(slot->messages, g_strdup(text));
}

void output_capture(struct slot *slot, const smbt_input_info *input, const smbt_capture_info *info)
{
    slot->has_capture = true;
    if (is_csv(slot)) return;
    if (slot->output->options->format == FORMAT_TEXT) {
        g_string_truncate(slot->line, 0);
        smbt_text_capture(slot->line, &slot->output->style, input, info);
        deliver(slot, (enum section)TEXT_HEAD);
        return;
    }
    begin_json(slot);
    smbt_json_capture(slot->line, input, info);
    end_json(slot);
    deliver(slot, CAPTURES);
}

void output_problem(struct slot *slot, const char *path, const char *problem)
{
    slot->has_problem = true;
    output_note(slot, path, problem);
}

void output_note(struct slot *slot, const char *path, const char *note)
{
    g_ptr_array_add(slot->messages, g_strdup_printf("%s: %s", path, note));
}

void output_mark_found(struct slot *slot)
{
    slot->is_found = true;
}

void output_mark_directory_end(struct slot *slot, const char *path)
{
    slot->directory = g_strdup(path);
}

bool output_is_gone(struct output *output)
{
    g_mutex_lock(&output->lock);
    if (!output->is_gone) {
        /* A reader that left shows without writing, which matters while nothing is found. */
        struct pollfd fd = {.fd = output->fd};
        if (poll(&fd, 1, 0) == 1 && fd.revents & POLLERR) output->is_gone = true;
    }
    bool is_gone = output->is_gone || output->error;
    if (is_gone) g_cond_broadcast(&output->moved);
    g_mutex_unlock(&output->lock);
    return is_gone;
}

/* ---- The end */

static void put_text(struct output *output, const char *text)
{
    put(text, strlen(text), output);
}

/* States come alone; what was not asked for has no section. */
static bool has_section(const struct options *options, unsigned section)
{
    if (options->traces || section == STATES) return options->traces && section == STATES;
    return section != WHAT_IFS || options->what_ifs;
}

static void put_document(struct output *output, const char *summary)
{
    put_text(output, "{\"schema\": \"" SMBT_SCHEMA "\"");
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (!has_section(output->options, i)) continue;
        g_autofree char *open = g_strdup_printf(",\n \"%s\": [", section_names[i]);
        put_text(output, open);
        uint64_t size = spool_size(&output->spools[i]);
        if (size) put_spool(output, &output->spools[i], size - 1); /* without the last comma */
        put_text(output, "]");
    }
    if (!output->options->traces) put_text(output, ",\n \"summary\": ");
    put_text(output, summary);
    put_text(output, "}\n");
}

static void put_summary(struct output *output)
{
    if (output->options->format == FORMAT_CSV) return;
    g_autoptr(GString) summary = g_string_new(NULL);
    if (output->options->format == FORMAT_TEXT) {
        if (output->captures) smbt_text_summary(summary, &output->style, output->captures, &output->tally);
        put_text(output, summary->str);
        return;
    }
    if (!output->options->traces) smbt_json_summary(summary, &output->tally);
    if (output->options->format == FORMAT_NDJSON) {
        if (summary->len) g_string_append_c(summary, '\n');
        put_text(output, summary->str);
    } else {
        put_document(output, summary->str);
    }
}

int output_finish(struct output *output)
{
    put_summary(output);
    if (output->error) {
        const char *target = output->options->output ? output->options->output : "standard output";
        if (output->is_spool_error)
            message_print("%s: temporary files can't be kept there: %s; set TMPDIR to a folder with space",
                          g_get_tmp_dir(), g_strerror(output->error));
        else
            message_print("%s: the report can't be written: %s; check the space there", target,
                          g_strerror(output->error));
        return STATUS_INTERNAL;
    }
    if (output->is_incomplete) return STATUS_INCOMPLETE;
    if (output->is_misused) return STATUS_USAGE;
    return output->tally.worst > (int)SMBT_SEVERITY_WARNING ? STATUS_FOUND : STATUS_CLEAN;
}
