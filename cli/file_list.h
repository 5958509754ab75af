/* --files-from: a list of inputs, from a file or standard input.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_FILE_LIST_H
#define SMBT_CLI_FILE_LIST_H

#include <glib.h>
#include <stdbool.h>

/* Appends the names in the file at `path` ("-": standard input) to `inputs`, whose elements are owned. One
 * name a line, or one before each NUL byte where there are such, as `find -print0` writes them. Empty lines
 * are passed over. false, after one line on standard error, when the list can't be read, or names nothing or
 * what it can't. */
bool file_list_read(const char *path, GPtrArray *inputs);

#endif
