/* smbtrace-check: captures in, reports out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize.h"
#include "continuous.h"
#include "doctor.h"
#include "file_list.h"
#include "interrupt.h"
#include "job.h"
#include "list.h"
#include "message.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many inputs may be under way or waiting for their turn, per job. */
#define AHEAD 8

struct batch {
    const struct options *options;
    const smbt_config *config;
    struct output *output;
    struct attach *attach;   /* or NULL */
    struct joining *joining; /* or NULL */
    const GPtrArray *entries;
    int next;    /* atomic */
    bool *begun; /* which entries; each is written by one thread */
};

static gpointer work(gpointer data)
{
    struct batch *batch = data;
    for (;;) {
        unsigned index = (unsigned)g_atomic_int_add(&batch->next, 1);
        if (index >= batch->entries->len || interrupt_seen() ||
            (!batch->attach && output_is_gone(batch->output)))
            return NULL;
        if (!batch->options->join) output_wait(batch->output, index, batch->options->jobs * AHEAD);
        batch->begun[index] = true;
        job_run(batch->options, batch->config, batch->output, batch->attach, batch->joining,
                batch->entries->pdata[index], index);
    }
}

static void run_batch(struct batch *batch)
{
    unsigned others = MIN(batch->options->jobs, batch->entries->len) - 1;
    GThread **threads = g_new0(GThread *, others);
    for (unsigned i = 0; i < others; i++)
        threads[i] = g_thread_new("job", work, batch);
    work(batch);
    for (unsigned i = 0; i < others; i++)
        g_thread_join(threads[i]);
    g_free(threads);
}

/* The report must not be written over what it reports on. */
static bool is_an_input(const char *path, const GPtrArray *entries)
{
    struct stat output, input;
    if (stat(path, &output) != 0 || !S_ISREG(output.st_mode)) return false;
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind == ENTRY_FILE && stat(entry->path, &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return true;
    }
    return false;
}

static int open_output(const struct options *options, const GPtrArray *entries)
{
    const char *path = options->output;
    if (!path) return STDOUT_FILENO;
    if (is_an_input(path, entries)) {
        message_print("--output %s: is one of the inputs; name another file", path);
        return -1;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0) message_print("--output %s: %s; name a file that can be written", path, g_strerror(errno));
    return fd;
}

/* Frame numbers are those of one capture. */
static bool may_name_frames(const char *option, uint64_t frame, const GPtrArray *entries)
{
    const struct entry *entry = entries->len == 1 ? entries->pdata[0] : NULL;
    if (!frame || (entry && entry->kind == ENTRY_FILE && entry->is_named)) return true;
    message_print("%s %" G_GUINT64_FORMAT ": frames are those of one capture; name one FILE, or -", option,
                  frame);
    return false;
}

/* All inputs in the order given, those of --files-from last; NULL after a message. The caller unrefs. */
static GPtrArray *find_entries(const struct options *options)
{
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func(g_free);
    for (char **input = options->inputs; input && *input; input++)
        g_ptr_array_add(inputs, g_strdup(*input));
    if (options->files_from && !file_list_read(options->files_from, inputs)) return NULL;
    g_ptr_array_add(inputs, NULL);
    return scan_inputs((char *const *)inputs->pdata);
}

static void start_progress(const struct options *options, const GPtrArray *entries)
{
    if (options->progress == WHEN_NEVER || (options->progress == WHEN_AUTO && !isatty(STDERR_FILENO))) return;
    unsigned captures = 0;
    uint64_t bytes = 0;
    bool known = true;
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind != ENTRY_FILE) continue;
        captures++;
        bytes += entry->size;
        known = known && (entry->size || strcmp(entry->path, "-") != 0);
    }
    progress_start(captures, known ? bytes : 0);
}

static unsigned not_begun(const struct batch *batch)
{
    unsigned n = 0;
    for (unsigned i = 0; i < batch->entries->len; i++)
        n += ((const struct entry *)batch->entries->pdata[i])->kind == ENTRY_FILE && !batch->begun[i];
    return n;
}

static unsigned count_files(const GPtrArray *entries)
{
    unsigned files = 0;
    for (unsigned i = 0; i < entries->len; i++)
        if (((const struct entry *)entries->pdata[i])->kind == ENTRY_FILE) files++;
    return files;
}

/* A capture is no second place. */
static bool differ(const GPtrArray *entries)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        struct stat st;
        if (entry->kind != ENTRY_FILE || strcmp(entry->path, "-") == 0 || stat(entry->path, &st) != 0)
            continue;
        char *file = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, (guint64)st.st_dev,
                                     (guint64)st.st_ino);
        const char *earlier = g_hash_table_lookup(seen, file);
        if (earlier) {
            message_print("--join: %s and %s are one file; name captures from several places", earlier,
                          entry->path);
            g_free(file);
            return false;
        }
        g_hash_table_insert(seen, file, entry->path);
    }
    return true;
}

static bool may_join(const struct options *options, const GPtrArray *entries)
{
    unsigned files = count_files(entries);
    if (!options->join) return true;
    if (files >= 2 && files <= SMBT_JOIN_CAPTURES_MAX) return differ(entries);
    message_print("--join: joins captures of the same minutes from several places; name 2 to %d of them",
                  SMBT_JOIN_CAPTURES_MAX);
    return false;
}

/* A few files that somebody named together may belong together. */
#define HINT_FILES_MAX 16
/* The first connections of each tell. */
#define HINT_CONNECTIONS 256

static bool may_hint(const struct options *options, const GPtrArray *entries)
{
    if (options->quiet || options->traces || options->ends || options->continuous || entries->len < 2 ||
        entries->len > HINT_FILES_MAX)
        return false;
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind != ENTRY_FILE || !entry->is_named || strcmp(entry->path, "-") == 0) return false;
    }
    return true;
}

/* How the report calls an input; the caller frees. */
static char *report_name(const struct options *options, const struct entry *entry, unsigned index)
{
    return options->anonymize ? anonymize_name(index) : g_utf8_make_valid(entry->path, -1);
}

/* NULL: each capture stands for itself. */
static struct joining *make_joining(const struct options *options, smbt_config *config,
                                    const GPtrArray *entries)
{
    if (!options->join && !may_hint(options, entries)) return NULL;
    smbt_config_set_keep_sightings(config, options->join ? UINT_MAX : HINT_CONNECTIONS);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < entries->len; i++)
        g_ptr_array_add(names, report_name(options, entries->pdata[i], i));
    return joining_new((const char *const *)names->pdata, names->len, !options->join);
}

/* What the report calls the input that the user means; NULL: none. */
static char *find_name(const struct options *options, const GPtrArray *entries, const char *given,
                       bool without_folders)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind != ENTRY_FILE) continue;
        g_autofree char *base = g_path_get_basename(entry->path);
        g_autofree char *name = report_name(options, entry, i);
        if (strcmp(given, without_folders ? base : entry->path) == 0 || strcmp(given, name) == 0)
            return g_steal_pointer(&name);
    }
    return NULL;
}

/* The only capture needs no name: it is taken off, and so are frames that are named again. */
static bool strip_ends(const struct options *options, const GPtrArray *entries)
{
    struct traced *last = NULL;
    for (struct traced *end = options->ends; end && end->frame; end++) {
        g_autofree char *file = g_steal_pointer(&end->file);
        g_autofree char *name = file ? find_name(options, entries, file, false) : NULL;
        if (file && !name) name = find_name(options, entries, file, true);
        if (file && !name) {
            message_print("--end %s:%" G_GUINT64_FORMAT ": %s is not the capture; name the frame alone", file,
                          end->frame, file);
            return false;
        }
        if (!last || last->frame != end->frame) last = last ? last + 1 : end;
        last->frame = end->frame;
    }
    if (last) last[1].frame = 0;
    return true;
}

/* Which capture each --end of a join means. */
static bool name_ends(const struct options *options, const GPtrArray *entries)
{
    if (!options->join && !options->continuous) return strip_ends(options, entries);
    for (struct traced *end = options->join ? options->ends : NULL; end && end->frame; end++) {
        end->name = find_name(options, entries, end->file, false);
        if (!end->name) end->name = find_name(options, entries, end->file, true);
        if (end->name) continue;
        message_print("--end %s:%" G_GUINT64_FORMAT ": %s is none of the captures; name one of them",
                      end->file, end->frame, end->file);
        return false;
    }
    return true;
}

/* What was not begun has an empty place in the report: what comes behind it waits for that. */
static void end_early(struct batch *batch)
{
    bool is_joined = batch->options->join;
    if (!is_joined) output_interrupted(batch->output, not_begun(batch));
    for (unsigned i = 0; i < batch->entries->len; i++) {
        if (batch->begun[i]) continue;
        struct slot *slot = output_open(batch->output, i);
        const struct entry *entry = batch->entries->pdata[i];
        if (is_joined && entry->kind == ENTRY_FILE)
            joining_miss(batch->joining, i, slot);
        else
            output_close(slot);
    }
}

static int check(const struct options *options, smbt_config *config)
{
    g_autoptr(GPtrArray) entries = find_entries(options);
    if (!entries) return STATUS_USAGE;
    bool names_files = options->continuous || options->join;
    uint64_t traced = options->traces ? options->traces[0] : 0;
    uint64_t listed = options->ends && !names_files ? options->ends[0].frame : 0;
    if (!may_name_frames("--trace", traced, entries) || !may_name_frames("--end", listed, entries))
        return STATUS_USAGE;
    if (!may_join(options, entries) || !name_ends(options, entries)) return STATUS_USAGE;
    struct attach *attach;
    if (!attach_new(options, entries, &attach)) return STATUS_USAGE;
    int fd = open_output(options, entries);
    if (fd < 0) {
        attach_free(attach);
        return STATUS_USAGE;
    }
    start_progress(options, entries);
    interrupt_watch();
    struct output *output = output_new(options, fd, options->continuous ? 1 : entries->len);
    g_autofree bool *begun = g_new0(bool, entries->len + 1);
    struct batch batch = {.options = options,
                          .config = config,
                          .output = output,
                          .attach = attach,
                          .joining = make_joining(options, config, entries),
                          .entries = entries,
                          .begun = begun};
    if (options->continuous)
        continuous_run(options, output, attach, entries);
    else
        run_batch(&batch);
    if (interrupt_seen() && !options->continuous) end_early(&batch);
    if (options->join) joining_report(batch.joining);
    attach_free(attach);
    int status = output_finish(output);
    progress_hide();
    if (batch.joining && !options->join) joining_report(batch.joining);
    joining_free(batch.joining);
    output_free(output);
    if (fd != STDOUT_FILENO && close(fd) != 0 && status != STATUS_INTERNAL) {
        message_print("--output %s: %s; check the space there", options->output, g_strerror(errno));
        status = STATUS_INTERNAL;
    }
    return status;
}

static int print_to_stdout(const struct options *options, const smbt_config *config)
{
    int status = STATUS_CLEAN;
    if (options->help)
        fputs(options->help, stdout);
    else if (options->version)
        puts("smbtrace-check " SMBTRACE_VERSION);
    else if (options->doctor)
        status = doctor_print();
    else if (options->list)
        status = list_print(config, options->list);
    else
        status = list_explain(config, options->explain);
    if ((fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE) {
        message_print("standard output: %s; check the space there", g_strerror(errno));
        return STATUS_INTERNAL;
    }
    return status;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    struct options options;
    smbt_config *config = options_parse(argc, argv, &options) ? options_config(&options) : NULL;
    int status = STATUS_USAGE;
    bool informs = options.help || options.version || options.doctor || options.list || options.explain;
    if (config) status = informs ? print_to_stdout(&options, config) : check(&options, config);
    smbt_config_free(config);
    options_clear(&options);
    return status;
}
