/* From the arguments to the list of what is to be read, in the order of the report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SCAN_H
#define SMBT_CLI_SCAN_H

#include <glib.h>
#include <stdbool.h>

enum entry_kind {
    ENTRY_FILE,         /* path; "-" is standard input */
    ENTRY_PROBLEM,      /* what: a line for standard error */
    ENTRY_DIRECTORY_END /* path: the entries of this argument ended */
};

struct entry {
    enum entry_kind kind;
    bool is_named; /* by the user; false: found in a directory, where a file may be anything */
    char *path;    /* owned */
    char *what;    /* owned; NULL but for PROBLEM */
};

/* What is wrong with a directory in which nothing is a capture. */
extern const char scan_no_captures[];

/* Directories are walked recursively, names sorted by byte. Links to directories are not followed, except
 * where the user names one. The caller frees with g_ptr_array_unref; elements are struct entry. */
GPtrArray *scan_inputs(char *const *inputs);

#endif
