/* Bytes kept until their turn: in memory up to 1 MiB, then in an unlinked temporary file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SPOOL_H
#define SMBT_CLI_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_MEMORY ((size_t)1 << 20)

/* A temporary file without a name, or -1 with errno. */
int spool_temporary(void);
/* The same for who must open it by a name: "/dev/fd/3", or where nothing is mounted there its own, which goes
 * when it is closed. Closing frees the path. */
int spool_temporary_file(char **ret_path);
void spool_temporary_close(int fd, char *path);

/* Zeroed is empty: `struct spool s = {0}`. */
struct spool {
    struct _GString *memory; /* what is not in the file yet */
    int file;                /* valid when stored > 0 */
    uint64_t stored;         /* bytes in the file, all of them before those in memory */
    int error;               /* errno of what went wrong first; from then on nothing is kept */
};

void spool_clear(struct spool *spool);

/* false once something went wrong: see spool->error. */
bool spool_append(struct spool *spool, const char *bytes, size_t n);

uint64_t spool_size(const struct spool *spool);

/* Moves everything from `from` to the end of `to`; `from` is empty afterwards. */
bool spool_move(struct spool *to, struct spool *from);

/* Calls `write` with the first n bytes, piece by piece, until it says false. */
typedef bool (*spool_write_fn)(const char *bytes, size_t n, void *user);
bool spool_read(struct spool *spool, uint64_t n, spool_write_fn write, void *user);

/* Copies up to n bytes from `at` on, of those that are there; returns how many. */
size_t spool_read_at(struct spool *spool, uint64_t at, char *ret_bytes, size_t n);

#endif
