/* Packets of several captures into one pcapng without a name, by libwiretap: with all their interfaces,
 * names, secrets, options and comments. Interfaces that are alike become one. Records that are no packets are
 * left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_JOINT_COPY_H
#define SMBT_CLI_JOINT_COPY_H

#include "input.h"

struct joint_copy;

struct joint_copy *joint_copy_new(void);
void joint_copy_free(struct joint_copy *copy);

/* Before the first packet: reads the capture through for what it says of itself. `input` is open, and stays
 * as it is; captures are numbered in the order of their coming. `label` is its name. What can't be read says
 * so when its packets are read. */
void joint_copy_survey(struct joint_copy *copy, const struct input *input, const char *label);

/* All are known. false with a problem, which the caller frees. */
bool joint_copy_begin(struct joint_copy *copy, char **ret_problem);

/* The latest packet of `input`, which is capture `number` and is read by libwiretap. false with a problem. */
bool joint_copy_put(struct joint_copy *copy, unsigned number, const struct input *input, char **ret_problem);

/* Ends; the copy as an input, borrowed. NULL with a problem. */
const struct input *joint_copy_finish(struct joint_copy *copy, char **ret_problem);

#endif
