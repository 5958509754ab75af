/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"

#include "annotate.h"
#include "message.h"
#include "notes.h"
#include "safe_file.h"
#include "scan.h"
#include "ticket.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct attach {
    const struct options *options;
    struct safe_file annotated, zipped; /* fd -1: not asked for */
    struct notes *notes;
    struct ticket *ticket;
};

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static bool may_write(const struct options *options, const char *option, const char *path,
                      const struct entry *entry)
{
    if (!*path) {
        message_print("%s \"\": an empty file name; name the file to write", option);
    } else if (strcmp(path, "-") == 0) {
        message_print("%s -: standard output is the report's; name a file", option);
    } else if (strcmp(entry->path, "-") != 0 && is_same_file(path, entry->path)) {
        message_print("%s %s: is the input; name another file", option, path);
    } else if (options->output && is_same_file(path, options->output)) {
        message_print("%s %s: is the file of --output; name another file", option, path);
    } else {
        return true;
    }
    return false;
}

static bool open_file(const char *option, const char *path, struct safe_file *ret_file)
{
    if (safe_file_open(ret_file, path)) return true;
    message_print("%s %s: %s; name a file that can be written", option, path, g_strerror(errno));
    return false;
}

/* Frames are those of one capture. */
static const struct entry *only_capture(const char *option, const GPtrArray *entries)
{
    const struct entry *entry = entries->len == 1 ? entries->pdata[0] : NULL;
    if (entry && entry->kind == ENTRY_FILE && entry->is_named) return entry;
    message_print("%s: takes one capture at a time; name one FILE, or -", option);
    return NULL;
}

static bool may_attach(const struct options *options, const GPtrArray *entries)
{
    const struct entry *entry = only_capture(options->annotate ? "--annotate" : "--ticket", entries);
    if (!entry) return false;
    if (options->annotate && !may_write(options, "--annotate", options->annotate, entry)) return false;
    if (options->ticket && !may_write(options, "--ticket", options->ticket, entry)) return false;
    if (!options->annotate || !options->ticket || !is_same_file(options->annotate, options->ticket))
        return true;
    message_print("--ticket %s: is the file of --annotate; name another file", options->ticket);
    return false;
}

static bool begin_ticket(struct attach *attach, const struct entry *entry)
{
    if (!open_file("--ticket", attach->options->ticket, &attach->zipped)) return false;
    attach->ticket = ticket_new(attach->options, entry->path);
    if (!attach->ticket)
        message_print("%s: temporary files can't be kept there: %s; set TMPDIR to a folder with space",
                      g_get_tmp_dir(), g_strerror(errno));
    return attach->ticket != NULL;
}

bool attach_new(const struct options *options, const GPtrArray *entries, struct attach **ret_attach)
{
    *ret_attach = NULL;
    if (!options->annotate && !options->ticket) return true;
    if (options->ticket && !ticket_is_built_in()) {
        message_print("--ticket: this program was built without libarchive, which writes it; build it where "
                      "libarchive-dev is installed");
        return false;
    }
    if (!may_attach(options, entries)) return false;
    struct attach *attach = g_new0(struct attach, 1);
    attach->options = options;
    attach->annotated.fd = attach->zipped.fd = -1;
    if (options->annotate) attach->notes = notes_new();
    bool fine = (!options->annotate || open_file("--annotate", options->annotate, &attach->annotated)) &&
                (!options->ticket || begin_ticket(attach, entries->pdata[0]));
    if (fine)
        *ret_attach = attach;
    else
        attach_free(attach);
    return fine;
}

void attach_free(struct attach *attach)
{
    if (!attach) return;
    if (attach->annotated.fd >= 0) safe_file_abandon(&attach->annotated);
    if (attach->zipped.fd >= 0) safe_file_abandon(&attach->zipped);
    notes_free(attach->notes);
    ticket_free(attach->ticket);
    g_free(attach);
}

static bool is_marked(const struct options *options, const smbt_record *record)
{
    if (record->type == SMBT_RECORD_END) return record->end->severity >= options->mark_severity;
    return record->type == SMBT_RECORD_OBSERVATION && record->observation->severity >= options->mark_severity;
}

void attach_record(struct attach *attach, const smbt_record *record)
{
    if (attach->notes && is_marked(attach->options, record)) notes_add_record(attach->notes, record);
    if (attach->ticket) ticket_record(attach->ticket, record);
}

/* NULL, or what went wrong with it. */
static char *commit(struct safe_file *file)
{
    return safe_file_commit(file) ? NULL : g_strdup_printf("can't be written: %s", g_strerror(errno));
}

static char *annotate(struct attach *attach, const struct input *input)
{
    char *problem = NULL;
    if (!notes_settle(attach->notes))
        return g_strdup_printf("comments can't be kept in %s: %s; set TMPDIR to a folder with space",
                               g_get_tmp_dir(), g_strerror(errno));
    bool fine = annotate_write(input, attach->notes, attach->annotated.fd, &problem);
    return fine ? commit(&attach->annotated) : problem;
}

static char *write_ticket(struct attach *attach, const struct input *input, const smbt_input_info *about,
                          const smbt_capture_info *info)
{
    char *problem = NULL;
    bool fine = ticket_write(attach->ticket, input, about, info, attach->zipped.fd, &problem);
    return fine ? commit(&attach->zipped) : problem;
}

static void report(GPtrArray *problems, const char *option, const char *path, char *problem)
{
    if (problem) g_ptr_array_add(problems, g_strdup_printf("%s %s: %s", option, path, problem));
    g_free(problem);
}

GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_input_info *about,
                         const smbt_capture_info *info)
{
    const struct options *options = attach->options;
    GPtrArray *problems = g_ptr_array_new_with_free_func(g_free);
    if (options->annotate) report(problems, "--annotate", options->annotate, annotate(attach, input));
    if (options->ticket)
        report(problems, "--ticket", options->ticket, write_ticket(attach, input, about, info));
    return problems;
}
