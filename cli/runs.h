/* A long list of numbers that mostly rise side by side: which value belongs to a key. Made of runs, in which
 * each next key has the next value.
 *
 * Runs wait in a spool: memory holds a few bytes for each thousand of them, and up to 1 MiB.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_RUNS_H
#define SMBT_CLI_RUNS_H

#include <stdbool.h>
#include <stdint.h>

struct run {
    uint64_t key, value; /* of its first */
    uint32_t tag;        /* the caller's */
};

struct runs;

struct runs *runs_new(void);
void runs_free(struct runs *runs);

/* Begins a run; its key is greater than all before. false: it can't be kept, see runs_error. */
bool runs_begin(struct runs *runs, const struct run *run);

/* The latest one, or NULL. Good until the next runs_begin. */
const struct run *runs_last(const struct runs *runs);

/* The run that the key lies in, or behind: the last one that begins at it or before. false: there is none. */
bool runs_find(struct runs *runs, uint64_t key, struct run *ret_run);

uint64_t runs_count(const struct runs *runs);

/* 0, or the errno of why some could not be kept or found again. */
int runs_error(const struct runs *runs);

#endif
