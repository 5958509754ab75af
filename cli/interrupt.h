/* The user's wish to stop: SIGINT, SIGTERM and SIGHUP. The first one is noted, and what was read so far is
 * reported; a second one ends the program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_INTERRUPT_H
#define SMBT_CLI_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);

/* Any thread. */
bool interrupt_seen(void);

#endif
