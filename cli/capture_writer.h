/* Records of a capture into a pcapng, by libwiretap: with the interfaces, names, secrets and options of the
 * capture that they come from. Only for files that see libwiretap's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_CAPTURE_WRITER_H
#define SMBT_CLI_CAPTURE_WRITER_H

#include "wiretap.h"

struct capture_writer;

/* Writes to `fd`, which stays the caller's. `input` is read through once, for what it says of the capture as
 * a whole, as far as it can be read. NULL with a problem, which the caller frees. */
struct capture_writer *capture_writer_new(const struct input *input, int fd, char **ret_problem);
void capture_writer_free(struct capture_writer *writer);

/* The latest record of `reader`, with `caplen` bytes of it, and these comments (of char *, or NULL) behind
 * those that it has; those that smbtrace made are left out. false with a problem. */
bool capture_writer_put(struct capture_writer *writer, struct wiretap *reader, uint32_t caplen,
                        const GPtrArray *comments, char **ret_problem);

/* Writes what comes last. */
bool capture_writer_finish(struct capture_writer *writer, char **ret_problem);

#endif
