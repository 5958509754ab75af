/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"

#include "annotate.h"
#include "message.h"
#include "notes.h"
#include "safe_file.h"
#include "scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct attach {
    const struct options *options;
    struct safe_file annotated; /* fd -1: not asked for */
    struct notes *notes;
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

bool attach_new(const struct options *options, const GPtrArray *entries, struct attach **ret_attach)
{
    *ret_attach = NULL;
    if (!options->annotate) return true;
    const struct entry *entry = only_capture("--annotate", entries);
    if (!entry || !may_write(options, "--annotate", options->annotate, entry)) return false;
    struct attach *attach = g_new0(struct attach, 1);
    attach->options = options;
    attach->annotated.fd = -1;
    attach->notes = notes_new();
    if (open_file("--annotate", options->annotate, &attach->annotated)) {
        *ret_attach = attach;
        return true;
    }
    attach_free(attach);
    return false;
}

void attach_free(struct attach *attach)
{
    if (!attach) return;
    if (attach->annotated.fd >= 0) safe_file_abandon(&attach->annotated);
    notes_free(attach->notes);
    g_free(attach);
}

static bool is_marked(const struct options *options, const smbt_record *record)
{
    if (record->type == SMBT_RECORD_END) return record->end->severity >= options->mark_severity;
    return record->type == SMBT_RECORD_OBSERVATION && record->observation->severity >= options->mark_severity;
}

void attach_record(struct attach *attach, const smbt_record *record)
{
    if (is_marked(attach->options, record)) notes_add_record(attach->notes, record);
}

static char *annotate(struct attach *attach, const struct input *input)
{
    const char *path = attach->options->annotate;
    g_autofree char *problem = NULL;
    if (!notes_settle(attach->notes))
        problem = g_strdup_printf("comments can't be kept in %s: %s; set TMPDIR to a folder with space",
                                  g_get_tmp_dir(), g_strerror(errno));
    else if (annotate_write(input, attach->notes, attach->annotated.fd, &problem) &&
             !safe_file_commit(&attach->annotated))
        problem = g_strdup_printf("can't be written: %s", g_strerror(errno));
    return problem ? g_strdup_printf("--annotate %s: %s", path, problem) : NULL;
}

char *attach_finish(struct attach *attach, const struct input *input, const smbt_input_info *about,
                    const smbt_capture_info *info)
{
    (void)about, (void)info;
    return annotate(attach, input);
}
