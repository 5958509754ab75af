/* Inputs that are no captures: whom that concerns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_REFUSAL_H
#define SMBT_CLI_REFUSAL_H

#include "input.h"
#include "output.h"
#include "scan.h"

/* Whether somebody counts on it: the user named it, or it bears a capture's name, or it can't be looked at.
 */
bool refusal_is_missed(const struct entry *entry, const struct input *input);

/* A problem of one that is missed; a note of any other, where the options ask for it. */
void refusal_report(struct slot *slot, const struct options *options, const struct entry *entry,
                    const char *problem, bool is_missed);

#endif
