/* The copy of a capture with packet comments at the frames that have a part in a finding.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ANNOTATE_H
#define SMBT_CLI_ANNOTATE_H

#include "input.h"
#include "notes.h"

/* Writes the frames of `input` that were read, as pcapng, to `fd`. `notes` are settled. `origins`: where the
 * frames lie, when `input` is a copy of several files; said at those with notes, and at the first one of each
 * file. Else NULL. false with a problem, which the caller frees. */
bool annotate_write(const struct input *input, struct notes *notes, const smbt_places *origins, int fd,
                    char **ret_problem);

#endif
