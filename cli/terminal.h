/* How text is to look on what it is written to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_TERMINAL_H
#define SMBT_CLI_TERMINAL_H

#include "options.h"

/* By the options, the environment, and whether `fd` is a terminal. */
smbt_text_style terminal_style(const struct options *options, int fd);

#endif
