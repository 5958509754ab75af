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

/* `bytes` of all captures together; 0: not known. */
void progress_start(unsigned captures, uint64_t bytes);

/* Brackets the reading of the capture at `index`. The line names the lowest index that is being read. */
void progress_begin(unsigned index, const char *name);
void progress_end(unsigned index, uint64_t bytes);

/* So many bytes of it were read. */
void progress_update(unsigned index, uint64_t bytes, uint64_t frames);

/* Takes the line off the terminal, until the next update. */
void progress_hide(void);

#endif
