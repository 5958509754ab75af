/* How text is to look on what it is written to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_TERMINAL_H
#define SMBT_CLI_TERMINAL_H

#include "options.h"

/* By the options, the environment, and whether `fd` is a terminal. */
smbt_text_style terminal_style(const struct options *options, int fd);

/* Columns to write in: those of COLUMNS, where the user has set it, else of the terminal; 0: it is none. */
unsigned terminal_width(int fd);

#endif
