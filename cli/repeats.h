/* Frames that two files hold: where one file goes on before the other ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_REPEATS_H
#define SMBT_CLI_REPEATS_H

#include <smbtrace/types.h>
#include <stdbool.h>

struct repeats;

struct repeats *repeats_new(void);
void repeats_free(struct repeats *repeats);

/* Whether the frame, from the file numbered `file`, is one that another file had just now: the same bytes, at
 * a time less than `apart` away. Files may hold a frame several times over; each is matched once. Otherwise
 * it is remembered. Of two copies cut off at different lengths what both have is compared. */
bool repeats_take(struct repeats *repeats, const smbt_frame *frame, unsigned file, smbt_duration apart);

#endif
