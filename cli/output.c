/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output_parts.h"

#include "message.h"
#include "progress.h"
#include "scan.h"
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

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

bool output_put(const char *bytes, size_t n, void *user)
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

void output_put_string(struct output *output, const GString *text)
{
    if (text->len) output_put(text->str, text->len, output);
}

void output_put_begin(struct output *output)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (output->format->begin) output->format->begin(text, &output->rendering);
    output_put_string(output, text);
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
    if (output->format->layout != LAYOUT_DOCUMENT) output_put_begin(output);
    return output;
}

bool output_streams(const struct output *output)
{
    return output->format->layout == LAYOUT_LINES;
}

void output_take_spool_error(struct output *output, const struct spool *spool)
{
    if (!spool->error || output->error) return;
    output->error = spool->error;
    output->is_spool_error = true;
}

void output_check(struct output *output, bool done)
{
    if (done || output->is_gone || output->error) return;
    output->error = EIO;
    output->is_spool_error = true;
}

bool output_put_spool(struct output *output, struct spool *spool, uint64_t n)
{
    bool done = spool_read(spool, n, output_put, output);
    output_take_spool_error(output, spool);
    return done;
}

static void put_whole_spool(struct output *output, struct spool *spool)
{
    output_put_spool(output, spool, spool_size(spool));
    spool_clear(spool);
}

/* The first slot that is open got to be so: in a format of lines what it has kept goes out, and what follows
 * does at once. */
static void stream_head(struct output *output)
{
    if (!output_streams(output) || output->head == output->count) return;
    struct slot *slot = output->slots[output->head];
    if (slot) put_whole_spool(output, &slot->spools[0]);
}

static void settle_directory(struct output *output, struct slot *slot)
{
    if (slot->is_found) output->found++;
    output->skipped += slot->skipped;
    if (!slot->directory) return;
    if (output->found) output_tell_skipped(output, slot->directory);
    output->skipped = 0;
    if (output->found == 0) {
        message_print("%s: %s", slot->directory, scan_no_captures);
        slot->has_problem = true;
        output_add_problem(slot, slot->directory_name, scan_no_captures);
    }
    output->found = 0;
}

static void keep_unwhole(struct output *output, struct slot *slot)
{
    if (!slot->directory) output->inputs++;
    if (!slot->unwhole) return;
    if (output->unwhole_count++ < OUTPUT_NAMES_MAX)
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
    return target->spool ? spool_append(target->spool, bytes, n) : output_put(bytes, n, target->output);
}

/* The slot's findings, in their order, to where its other sections go. */
static void move_findings(struct output *output, struct slot *slot, struct spool *place)
{
    bool is_document = output->format->layout == LAYOUT_DOCUMENT;
    struct spool *from = &slot->spools[output->format->findings];
    struct target target = {output, is_document ? place : NULL};
    bool done = order_write(slot->order, from, take_piece, &target);
    output_take_spool_error(output, from);
    output_take_spool_error(output, place);
    output_check(output, done);
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
        output_take_spool_error(output, place);
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

bool output_is_gone(struct output *output)
{
    g_mutex_lock(&output->lock);
    if (!output->is_gone && !output->options->quiet) {
        /* A reader that left shows without writing, which matters while nothing is found. */
        struct pollfd fd = {.fd = output->fd};
        if (poll(&fd, 1, 0) == 1 && fd.revents & POLLERR) output->is_gone = true;
    }
    bool is_gone = output->is_gone || output->error;
    if (is_gone) g_cond_broadcast(&output->moved);
    g_mutex_unlock(&output->lock);
    return is_gone;
}
