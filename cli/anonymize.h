/* An input made anonymous before anything else is made of it: what is read from then on is the copy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ANONYMIZE_H
#define SMBT_CLI_ANONYMIZE_H

#include "input.h"
#include "secret.h"

/* Reads `input` to its end into a copy without a name (in the folder for temporary files), and opens that as
 * *ret_copy, whose path lives as long as *ret_fd stays open. `proceed` is asked now and then whether to go
 * on. Returns how the input was read; for WHOLE and BROKEN the copy holds what was read of it, for others
 * there is none. A copy that can't be written makes the input BROKEN, with a problem and without a copy:
 * *ret_fd is -1. */
enum input_result anonymize_input(struct input *input, const struct secret *secret,
                                  bool (*proceed)(void *user), void *user, struct input *ret_copy,
                                  int *ret_fd);

/* Closes the copy. */
void anonymize_close(struct input *copy, int fd);

#endif
