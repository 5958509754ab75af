/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include "format.h"
#include "index.h"
#include "message.h"
#include "order.h"
#include "progress.h"
#include "scan.h"
#include "spool.h"
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct slot {
    struct output *output;
    unsigned index;
    unsigned skipped; /* inputs found in a directory that are no captures */
    bool is_closed, is_found, is_partial, has_problem, has_capture, is_misused, has_failed;
    char *file;           /* the capture's name in the report, or NULL */
    char *unwhole;        /* the input that has the problem, or NULL */
    char *directory;      /* whose end it is, or NULL */
    char *directory_name; /* as in the report */
    GPtrArray *messages;  /* lines for standard error */
    GString *line;        /* the record being rendered */
    struct spool spools[FORMAT_SECTIONS];
    smbt_tally tally;
    smbt_digest *digest;       /* NULL: the format has no use for one */
    struct index *rows;        /* of the index; likewise */
    struct order *order;       /* of the findings; NULL: as they come */
    const smbt_record *record; /* that is being delivered, or NULL */
    bool *ends_found;          /* of the frames of --end; NULL: it was not given. With --join the output's */
};

struct output {
    const struct options *options;
    const struct format *format;
    struct rendering rendering;
    int fd;
    GMutex lock; /* guards all below, and the closed slots */
    GCond moved; /* head has moved */
    struct slot **slots;
    unsigned count, head;
    struct spool spools[FORMAT_SECTIONS];
    smbt_tally tally;
    unsigned found, skipped; /* captures and other files in the directory under way */
    bool is_gone;            /* nobody reads */
    int error;               /* errno of a write that failed */
    bool is_spool_error;
    bool is_incomplete, is_misused, has_failed;
    smbt_digest *digest; /* of all slots; NULL: nobody has a use for one */
    struct index *rows;  /* of the index; likewise */
    unsigned inputs;     /* that were tried */
    GPtrArray *unwhole;  /* names of those that were not read whole, the first NAMES_MAX */
    unsigned unwhole_count;
    bool *ends_found; /* with --join: of the frames of --end, in whichever capture; or NULL */
};

/* So many names the list at the end has. */
#define NAMES_MAX 10
/* What went wrong with one of fewer inputs is still to be seen above. */
#define LISTED_FROM 10

static void slot_free(struct slot *slot)
{
    for (unsigned i = 0; i < FORMAT_SECTIONS; i++)
        spool_clear(&slot->spools[i]);
    g_ptr_array_unref(slot->messages);
    g_string_free(slot->line, TRUE);
    smbt_tally_clear(&slot->tally);
    smbt_digest_free(slot->digest);
    index_free(slot->rows);
    order_free(slot->order);
    if (slot->ends_found != slot->output->ends_found) g_free(slot->ends_found);
    g_free(slot->directory);
    g_free(slot->directory_name);
    g_free(slot->unwhole);
    g_free(slot->file);
    g_free(slot);
}

void output_free(struct output *output)
{
    for (unsigned i = 0; i < output->count; i++)
        if (output->slots[i]) slot_free(output->slots[i]);
    for (unsigned i = 0; i < FORMAT_SECTIONS; i++)
        spool_clear(&output->spools[i]);
    smbt_tally_clear(&output->tally);
    g_ptr_array_unref(output->unwhole);
    smbt_digest_free(output->digest);
    index_free(output->rows);
    g_free(output->slots);
    g_free(output->ends_found);
    g_free(output);
}

/* NULL without --end. */
static bool *make_ends_found(const struct options *options)
{
    unsigned n = 0;
    while (options->ends && options->ends[n].frame)
        n++;
    return n ? g_new0(bool, n) : NULL;
}

struct slot *output_open(struct output *output, unsigned index)
{
    struct slot *slot = g_new0(struct slot, 1);
    slot->output = output;
    slot->index = index;
    slot->messages = g_ptr_array_new_with_free_func(g_free);
    slot->line = g_string_new(NULL);
    slot->ends_found = output->options->join ? output->ends_found : make_ends_found(output->options);
    bool may_sum_up = output->format->digest && !output->options->ends;
    if ((may_sum_up || output->format->tells_story) && !output->options->quiet)
        slot->digest = smbt_digest_new();
    if (output->rows) slot->rows = index_new();
    if (output->format->sorts_findings) slot->order = order_new();
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

static void put_string(struct output *output, const GString *text)
{
    if (text->len) put(text->str, text->len, output);
}

static void put_begin(struct output *output)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (output->format->begin) output->format->begin(text, &output->rendering);
    put_string(output, text);
}

struct output *output_new(const struct options *options, int fd, unsigned slots)
{
    struct output *output = g_new0(struct output, 1);
    output->options = options;
    output->format = options->format;
    output->fd = fd;
    output->rendering.options = options;
    output->rendering.style = terminal_style(options, fd);
    output->rendering.tally = &output->tally;
    output->unwhole = g_ptr_array_new_with_free_func(g_free);
    if (options->summary || output->format->tells_story)
        output->rendering.digest = output->digest = smbt_digest_new();
    if (output->format->index && !options->quiet) output->rows = index_new();
    output->slots = g_new0(struct slot *, slots);
    output->count = slots;
    if (options->join) output->ends_found = make_ends_found(options);
    if (output->format->layout != LAYOUT_DOCUMENT) put_begin(output);
    return output;
}

/* Whether lines go out as soon as all that belongs before them has. */
static bool streams(const struct output *output)
{
    return output->format->layout == LAYOUT_LINES;
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

/* The first slot that is open got to be so: in a format of lines what it has kept goes out, and what follows
 * does at once. */
static void stream_head(struct output *output)
{
    if (!streams(output) || output->head == output->count) return;
    struct slot *slot = output->slots[output->head];
    if (slot) put_whole_spool(output, &slot->spools[0]);
}

/* What the format says of it, to the slot's own spools. */
static void add_problem(struct slot *slot, const char *path, const char *problem)
{
    const struct output *output = slot->output;
    if (output->options->quiet || !output->format->problem) return;
    g_string_truncate(slot->line, 0);
    unsigned section =
        output->format->problem(slot->line, &output->rendering, path, problem, slot->has_capture);
    spool_append(&slot->spools[section], slot->line->str, slot->line->len);
}

/* Named one by one where all is told. */
static void tell_skipped(const struct output *output, const char *directory)
{
    if (output->skipped && !output->options->verbose && !output->options->quiet)
        message_print("%s%s%u %s skipped: no capture by %s first bytes (-v names %s)",
                      directory ? directory : "", directory ? ": " : "", output->skipped,
                      output->skipped == 1 ? "file" : "files", output->skipped == 1 ? "its" : "their",
                      output->skipped == 1 ? "it" : "them");
}

static void settle_directory(struct output *output, struct slot *slot)
{
    if (slot->is_found) output->found++;
    output->skipped += slot->skipped;
    if (!slot->directory) return;
    if (output->found) tell_skipped(output, slot->directory);
    output->skipped = 0;
    if (output->found == 0) {
        message_print("%s: %s", slot->directory, scan_no_captures);
        slot->has_problem = true;
        add_problem(slot, slot->directory_name, scan_no_captures);
    }
    output->found = 0;
}

static void keep_unwhole(struct output *output, struct slot *slot)
{
    if (!slot->directory) output->inputs++;
    if (!slot->unwhole) return;
    if (output->unwhole_count++ < NAMES_MAX)
        g_ptr_array_add(output->unwhole, g_steal_pointer(&slot->unwhole));
}

static void count(struct rendering *rendering, const struct slot *slot)
{
    if (slot->has_capture) rendering->captures++;
    if (slot->has_capture && slot->tally.worst > (int)SMBT_SEVERITY_WARNING) rendering->failed++;
    if (slot->is_partial) rendering->partial++;
    if (slot->has_problem) rendering->problems++;
    if (slot->has_problem && !slot->has_capture) rendering->unread++;
}

struct target {
    struct output *output;
    struct spool *spool; /* NULL: it is written */
};

static bool take_piece(const char *bytes, size_t n, void *user)
{
    const struct target *target = user;
    return target->spool ? spool_append(target->spool, bytes, n) : put(bytes, n, target->output);
}

/* The slot's findings, in their order, to where its other sections go. */
static void move_findings(struct output *output, struct slot *slot, struct spool *place)
{
    bool is_document = output->format->layout == LAYOUT_DOCUMENT;
    struct spool *from = &slot->spools[output->format->findings];
    struct target target = {output, is_document ? place : NULL};
    order_write(slot->order, from, take_piece, &target);
    take_spool_error(output, from);
    spool_clear(from);
}

static void commit(struct output *output, struct slot *slot)
{
    for (unsigned i = 0; i < slot->messages->len; i++)
        message_print("%s", (const char *)slot->messages->pdata[i]);
    settle_directory(output, slot);
    if (slot->has_problem) output->is_incomplete = true;
    if (slot->is_misused) output->is_misused = true;
    if (slot->has_failed) output->has_failed = true;
    keep_unwhole(output, slot);
    count(&output->rendering, slot);
    smbt_tally_merge(&output->tally, &slot->tally);
    if (output->digest && slot->digest && slot->has_capture)
        smbt_digest_merge(output->digest, slot->digest, slot->file);
    if (output->rows) index_append(output->rows, slot->rows);
    const struct format *format = output->format;
    for (unsigned i = 0; i < format->sections; i++) {
        struct spool *place = &output->spools[format->place ? format->place[i] : i];
        if (slot->order && i == format->findings)
            move_findings(output, slot, place);
        else if (format->layout == LAYOUT_DOCUMENT)
            spool_move(place, &slot->spools[i]);
        else
            put_whole_spool(output, &slot->spools[i]);
        take_spool_error(output, place);
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
static bool deliver(struct slot *slot, unsigned section)
{
    struct output *output = slot->output;
    if (output->options->quiet || slot->line->len == 0) return true;
    if (slot->order && section == output->format->findings)
        order_add(slot->order, slot->record, slot->line->len);
    if (!streams(output)) {
        if (spool_append(&slot->spools[section], slot->line->str, slot->line->len)) return true;
        g_mutex_lock(&output->lock);
        take_spool_error(output, &slot->spools[section]);
        g_mutex_unlock(&output->lock);
        return false;
    }
    g_mutex_lock(&output->lock);
    bool is_head = output->head == slot->index;
    bool done = is_head ? put(slot->line->str, slot->line->len, output)
                        : spool_append(&slot->spools[0], slot->line->str, slot->line->len);
    take_spool_error(output, &slot->spools[0]);
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

static void deliver_digest(struct slot *slot)
{
    const struct format *format = slot->output->format;
    if (smbt_digest_is_long(slot->digest)) {
        g_string_truncate(slot->line, 0);
        deliver(slot, format->digest(slot->line, &slot->output->rendering, slot->digest));
    } else if (format->lead) {
        g_string_truncate(slot->line, 0);
        deliver(slot, format->lead(slot->line, &slot->output->rendering, slot->digest));
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
    if (sums_up(slot)) deliver_digest(slot);
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
    add_problem(slot, name, problem);
}

void output_stopped(struct slot *slot, const char *line, const char *name, const char *problem)
{
    slot->has_problem = true;
    if (line) g_ptr_array_add(slot->messages, g_strdup(line));
    if (name) add_problem(slot, name, problem);
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

void output_interrupted(struct output *output, unsigned not_begun)
{
    if (not_begun == 0) return;
    output->is_incomplete = true;
    output->rendering.not_read = not_begun;
    output->rendering.inputs = not_begun + output->inputs;
    message_print("interrupted: %u of %u inputs were not read; run again for those", not_begun,
                  output->rendering.inputs);
}

/* What went wrong while the report scrolled by. */
static void list_unwhole(const struct output *output)
{
    unsigned all = output->rendering.captures + output->rendering.unread;
    if (output->unwhole_count == 0 || all < LISTED_FROM) return;
    message_print("%u of %u inputs %s not read whole:", output->unwhole_count, all,
                  output->unwhole_count == 1 ? "was" : "were");
    for (guint i = 0; i < output->unwhole->len; i++)
        message_print("  %s", (const char *)output->unwhole->pdata[i]);
    unsigned more = output->unwhole_count - output->unwhole->len;
    if (more) message_print("  and %u more", more);
}

static void put_section(struct output *output, unsigned section)
{
    const struct format *format = output->format;
    g_autoptr(GString) text = g_string_new(NULL);
    if (format->open && !format->open(text, &output->rendering, section)) return;
    put_string(output, text);
    uint64_t size = spool_size(&output->spools[section]);
    if (output->rows && section == format->index_section) {
        index_write(output->rows, &output->spools[section], format, &output->rendering, put, output);
        take_spool_error(output, &output->spools[section]);
    } else if (size)
        put_spool(output, &output->spools[section], size - format->separator);
    g_string_truncate(text, 0);
    if (format->close) format->close(text, &output->rendering, section);
    put_string(output, text);
}

static void put_digest(const struct output *output, GString *text)
{
    output->format->digest(text, &output->rendering, output->digest);
    if (output->format->left_out) output->format->left_out(text, &output->rendering, output->digest);
}

static void put_end(struct output *output)
{
    if (output->format->layout == LAYOUT_DOCUMENT) {
        put_begin(output);
        for (unsigned i = 0; i < output->format->sections; i++)
            put_section(output, i);
    }
    g_autoptr(GString) text = g_string_new(NULL);
    if (output->options->summary) put_digest(output, text);
    if (output->format->end) output->format->end(text, &output->rendering);
    put_string(output, text);
}

int output_end(struct output *output)
{
    put_end(output);
    return output->error;
}

int output_finish(struct output *output)
{
    if (output_end(output) != 0) {
        const char *target = output->options->output ? output->options->output : "standard output";
        if (output->is_spool_error)
            message_print("%s: temporary files can't be kept there: %s; set TMPDIR to a folder with space",
                          g_get_tmp_dir(), g_strerror(output->error));
        else
            message_print("%s: the report can't be written: %s; check the space there", target,
                          g_strerror(output->error));
        return STATUS_INTERNAL;
    }
    if (output->has_failed) return STATUS_INTERNAL;
    tell_skipped(output, NULL); /* of directories that are one capture, or not read to their end */
    list_unwhole(output);
    if (output->is_incomplete) return STATUS_INCOMPLETE;
    if (output->is_misused) return STATUS_USAGE;
    return output->tally.worst > (int)SMBT_SEVERITY_WARNING ? STATUS_FOUND : STATUS_CLEAN;
}
