/* The SHA-256 of a regular file, worked out in a thread of its own while the file is being read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SHA256_H
#define SMBT_CLI_SHA256_H

#include <stdbool.h>

struct sha256;

/* `fd` is read with pread from its start and must stay open until sha256_finish. */
struct sha256 *sha256_start(int fd);

/* Waits for the result, in hexadecimal; the caller frees. NULL when the file could not be read, or at once
 * when `cancel`. */
char *sha256_finish(struct sha256 *sha, bool cancel);

#endif
