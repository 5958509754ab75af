/* One line on standard error that says how far the reading has come; rewritten at most ten times a second.
 *
 * There is one terminal, hence one progress line in the process. All functions may be called from any thread,
 * and do nothing until progress_start.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_PROGRESS_H
#define SMBT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

void progress_start(void);

/* Brackets the reading of the input at `index`. The line shows the lowest index that is being read. */
void progress_begin(unsigned index);
void progress_end(unsigned index);

/* `done` of `size` bytes were read; size 0: not known. */
void progress_update(unsigned index, const char *name, uint64_t done, uint64_t size, uint64_t frames);

/* Takes the line off the terminal, until the next update. */
void progress_hide(void);

#endif
