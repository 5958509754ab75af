/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"

#include "annotate.h"
#include "joint_copy.h"
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
    bool has_listed;         /* an end of --end came */
    struct joint_copy *copy; /* of several files; or NULL */
};

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static bool is_an_input(const char *path, const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        if (entry->kind == ENTRY_FILE && strcmp(entry->path, "-") != 0 && is_same_file(path, entry->path))
            return true;
    }
    return false;
}

static bool may_write(const struct options *options, const char *option, const char *path,
                      const GPtrArray *entries)
{
    if (!*path) {
        message_print("%s \"\": an empty file name; name the file to write", option);
    } else if (strcmp(path, "-") == 0) {
        message_print("%s -: standard output is the report's; name a file", option);
    } else if (is_an_input(path, entries)) {
        message_print("%s %s: is %s; name another file", option, path,
                      entries->len == 1 ? "the input" : "one of the inputs");
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
static bool is_one_capture(const struct options *options, const char *option, const GPtrArray *entries)
{
    const struct entry *entry = entries->len == 1 ? entries->pdata[0] : NULL;
    if (options->continuous || (entry && entry->kind == ENTRY_FILE && entry->is_named)) return true;
    message_print("%s: takes one capture at a time; name one FILE, or -%s", option,
                  options->join ? "" : ", or --continuous where the files are one");
    return false;
}

static bool may_attach(const struct options *options, const GPtrArray *entries)
{
    if (!is_one_capture(options, options->annotate ? "--annotate" : "--ticket", entries)) return false;
    if (options->annotate && !may_write(options, "--annotate", options->annotate, entries)) return false;
    if (options->ticket && !may_write(options, "--ticket", options->ticket, entries)) return false;
    if (!options->annotate || !options->ticket || !is_same_file(options->annotate, options->ticket))
        return true;
    message_print("--ticket %s: is the file of --annotate; name another file", options->ticket);
    return false;
}

/* The name of a capture that is several files is known once these are read. */
static bool begin_ticket(struct attach *attach, const GPtrArray *entries)
{
    const struct options *options = attach->options;
    if (!open_file("--ticket", options->ticket, &attach->zipped)) return false;
    attach->ticket =
        ticket_new(options, options->continuous ? "" : ((const struct entry *)entries->pdata[0])->path);
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
                (!options->ticket || begin_ticket(attach, entries));
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
    joint_copy_free(attach->copy);
    g_free(attach);
}

static bool is_marked(const struct options *options, const smbt_record *record, bool is_listed)
{
    if (options->ends) return is_listed;
    if (record->type == SMBT_RECORD_END) return record->end->severity >= options->mark_severity;
    return record->type == SMBT_RECORD_OBSERVATION && record->observation->severity >= options->mark_severity;
}

void attach_record(struct attach *attach, const smbt_places *origins, const smbt_record *record)
{
    const struct options *options = attach->options;
    bool is_listed = record->type == SMBT_RECORD_END && options->ends &&
                     options_find_end(options, origins, record->end->frame) >= 0;
    attach->has_listed = attach->has_listed || is_listed;
    if (attach->notes && is_marked(options, record, is_listed)) notes_add_record(attach->notes, record);
    if (attach->ticket) ticket_record(attach->ticket, record, is_listed);
}

void attach_report(struct attach *attach, const char *file, const smbt_record *record)
{
    if (attach->ticket) ticket_report(attach->ticket, file, record);
}

void attach_part(struct attach *attach, const smbt_input_info *about, const smbt_capture_info *info)
{
    if (attach->ticket) ticket_part(attach->ticket, about, info);
}

/* ---- Several files */

static void survey(struct joint_copy *copy, const struct member *member)
{
    struct input input;
    if (member->input) {
        joint_copy_survey(copy, member->input, member->label);
        return;
    }
    input_open(&input, member->entry->path); /* where it can't be, its reading says so */
    joint_copy_survey(copy, &input, member->label);
    input_close(&input);
}

char *attach_copy_begin(struct attach *attach, const struct sequence *sequence)
{
    char *problem = NULL;
    attach->copy = joint_copy_new();
    for (unsigned i = 0; i < sequence_count(sequence); i++) {
        const struct member *member = sequence_get(sequence, i);
        if (member->first != SMBT_TIME_NONE && member->state != MEMBER_REFUSED) survey(attach->copy, member);
    }
    joint_copy_begin(attach->copy, &problem);
    return problem;
}

char *attach_copy_packet(struct attach *attach, const struct member *member)
{
    char *problem = NULL;
    joint_copy_put(attach->copy, member->index, member->input, &problem);
    return problem;
}

const struct input *attach_copy_end(struct attach *attach, char **ret_problem)
{
    return joint_copy_finish(attach->copy, ret_problem);
}

/* ---- The end */

/* NULL, or what went wrong with it. */
static char *commit(struct safe_file *file)
{
    return safe_file_commit(file) ? NULL : g_strdup_printf("can't be written: %s", g_strerror(errno));
}

static char *annotate(struct attach *attach, const struct input *input, const smbt_places *origins)
{
    char *problem = NULL;
    if (!notes_settle(attach->notes))
        return g_strdup_printf("comments can't be kept in %s: %s; set TMPDIR to a folder with space",
                               g_get_tmp_dir(), g_strerror(errno));
    bool fine = annotate_write(input, attach->notes, origins, attach->annotated.fd, &problem);
    return fine ? commit(&attach->annotated) : problem;
}

static char *write_ticket(struct attach *attach, const struct input *input, const smbt_places *origins,
                          const smbt_input_info *about, const smbt_capture_info *info)
{
    char *problem = NULL;
    bool fine = ticket_write(attach->ticket, input, origins, about, info, attach->zipped.fd, &problem);
    return fine ? commit(&attach->zipped) : problem;
}

static void report(GPtrArray *problems, const char *option, const char *path, char *problem)
{
    if (problem) g_ptr_array_add(problems, g_strdup_printf("%s %s: %s", option, path, problem));
    g_free(problem);
}

GPtrArray *attach_finish(struct attach *attach, const struct input *input, const smbt_places *origins,
                         const smbt_input_info *about, const smbt_capture_info *info)
{
    const struct options *options = attach->options;
    GPtrArray *problems = g_ptr_array_new_with_free_func(g_free);
    if (options->ends && !attach->has_listed) return problems; /* the report says so */
    if (options->annotate)
        report(problems, "--annotate", options->annotate, annotate(attach, input, origins));
    if (options->ticket)
        report(problems, "--ticket", options->ticket, write_ticket(attach, input, origins, about, info));
    return problems;
}
