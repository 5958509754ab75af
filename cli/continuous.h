/* All inputs as one capture: one engine over the files in the order of time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_CONTINUOUS_H
#define SMBT_CLI_CONTINUOUS_H

#include "attach.h"
#include "output.h"

#include <glib.h>

/* Reads all `entries` into the slot 0, and into `attach` (or NULL). */
void continuous_run(const struct options *options, struct output *output, struct attach *attach,
                    const GPtrArray *entries);

#endif
