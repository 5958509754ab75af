/* --list and --explain, from the tables that the engine uses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_LIST_H
#define SMBT_CLI_LIST_H

#include <smbtrace/smbtrace.h>

/* Print to standard output. Return an exit status; USAGE after one line on standard error. */
int list_print(const smbt_config *config, const char *what);
int list_explain(const smbt_config *config, const char *id);

#endif
