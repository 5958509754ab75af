/* One entry of the input list, from opening to the last record.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_JOB_H
#define SMBT_CLI_JOB_H

#include "attach.h"
#include "input.h"
#include "joining.h"
#include "output.h"
#include "scan.h"

/* Reads the entry through an engine of its own into the slot `index`, and into `attach` (or NULL); where
 * captures are joined, to be reported with the others later. `joining` may be NULL. Any thread. */
void job_run(const struct options *options, const smbt_config *config, struct output *output,
             struct attach *attach, struct joining *joining, const struct entry *entry, unsigned index);

/* Whether the SHA-256 of an input is worth its time. */
bool job_wants_hash(const struct options *options, const struct input *input);

#endif
