/* Inputs that are no captures: whom that concerns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_REFUSAL_H
#define SMBT_CLI_REFUSAL_H

#include "input.h"
#include "output.h"
#include "scan.h"

/* Whether it must be a capture: the user named it, or its name says that it is one. */
bool refusal_promises_capture(const struct entry *entry);

/* Whether somebody counts on it: the user named it, or it bears a capture's name, or it can't be looked at.
 */
bool refusal_is_missed(const struct entry *entry, const struct input *input);

/* A problem of one that is missed, in the report under `name`; a note of any other, where the options ask for
 * it. */
void refusal_report(struct slot *slot, const struct options *options, const struct entry *entry,
                    const char *name, const char *problem, bool is_missed);

#endif
