/* Lines for people on standard error: `smbtrace-check: WHAT: ...`, one per problem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_MESSAGE_H
#define SMBT_CLI_MESSAGE_H

#include <glib.h>

/* A file name or argument, made safe for a terminal: valid UTF-8, control characters as \xNN. The caller
 * frees.
 */
char *message_safe(const char *name);

/* Prints one line, control characters made visible, after taking a progress line off the terminal. Any
 * thread.
 */
void message_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
