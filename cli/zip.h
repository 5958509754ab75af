/* Files into a ZIP, by libarchive.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ZIP_H
#define SMBT_CLI_ZIP_H

#include <stdbool.h>
#include <stdint.h>

/* false in builds without libarchive: zip_write is not to be called. */
bool zip_is_built_in(void);

struct zip_entry {
    const char *name;
    int fd; /* of a regular file; its bytes are the entry's */
};

/* Writes the entries in their order, each as of `time` (seconds since 1970, UTC), to `fd`: equal entries make
 * equal bytes. false with a problem, which the caller frees. */
bool zip_write(int fd, const struct zip_entry *entries, unsigned count, int64_t time, char **ret_problem);

#endif
