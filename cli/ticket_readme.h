/* README.txt of a ticket: what is in it, how the evidence was chosen, and the report as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_TICKET_README_H
#define SMBT_CLI_TICKET_README_H

#include "evidence.h"
#include "options.h"

struct ticket_readme {
    const struct options *options;
    const char *name; /* of the capture */
    const smbt_input_info *about;
    const smbt_capture_info *info;
    const struct evidence *evidence;
    const smbt_places *origins; /* where the frames lie, of a capture that is several files; else NULL */
    const GPtrArray *verdicts;  /* of the whole capture */
    enum smbt_severity least;   /* of those that the evidence is about */
    int text;                   /* a regular file: the report as text */
};

/* Returns 0 or an errno. */
int ticket_readme_write(const struct ticket_readme *readme, int fd);

#endif
