/* A file that is there whole or not at all: written without a name, or under another, in the folder of its
 * target, and given the target's name when all is written.
 *
 * A target that is no regular file (a pipe, a device) is written as it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SAFE_FILE_H
#define SMBT_CLI_SAFE_FILE_H

#include <stdbool.h>

struct safe_file {
    int fd;          /* to write to; -1: not open */
    char *target;    /* owned; with links followed */
    char *temporary; /* owned; NULL: the file has no name yet, or is the target itself */
    bool is_direct;
};

/* false with errno when nothing can be written there. */
bool safe_file_open(struct safe_file *ret_file, const char *path);

/* Gives the file its name, and closes it. false with errno: the target is as it was. */
bool safe_file_commit(struct safe_file *file);

/* Forgets what was written; nothing when it is not open. */
void safe_file_abandon(struct safe_file *file);

#endif
