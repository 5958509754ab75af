/* An input made anonymous before anything else is made of it: what is read from then on is the copy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ANONYMIZE_H
#define SMBT_CLI_ANONYMIZE_H

#include "input.h"
#include "secret.h"

struct anonymous {
    struct input input; /* the copy */
    int fd;             /* -1: there is none */
    char *path;         /* its name, while fd is open */
};

/* Reads `input` to its end, with the ports of the configuration, into a copy that goes when it is closed,
 * and opens that. `proceed` is asked now and then whether to go on. Returns how the input was read; for WHOLE
 * and BROKEN the copy holds what was read of it, for others there is none. A copy that can't be written makes
 * the input BROKEN, with a problem and without a copy. */
enum input_result anonymize_input(struct input *input, const smbt_config *config, const struct secret *secret,
                                  bool (*proceed)(void *user), void *user, struct anonymous *ret_copy);

/* The same of frames that the caller has. */
struct anonymizing;
struct anonymizing *anonymizing_new(const smbt_config *config, const struct secret *secret);
void anonymizing_push(struct anonymizing *anonymizing, const smbt_frame *frame);
/* Ends and frees. Returns 0, or the errno of why there is no copy. */
int anonymizing_finish(struct anonymizing *anonymizing, struct anonymous *ret_copy);

/* What is wrong when there is no copy. The caller frees with g_free. */
char *anonymize_failure(int error);

/* How reports call the input `index`, counted from 0: names of files name people and machines too. */
char *anonymize_name(unsigned index);

/* Closes the copy, which is gone then. */
void anonymize_close(struct anonymous *copy);

#endif
