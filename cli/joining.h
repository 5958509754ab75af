/* Captures of the same minutes from several places: their records are held until all are read, then told as
 * one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_JOINING_H
#define SMBT_CLI_JOINING_H

#include "output.h"

struct joining;

/* `is_hint`: nothing is held or changed; at the end it is known whether --join would have been of use.
 * `names` are those of the inputs by index. */
struct joining *joining_new(const char *const *names, unsigned count, bool is_hint);
void joining_free(struct joining *joining);

/* A record of an input; true: it was taken, and comes out later. Any thread, one at a time per input. */
bool joining_take(struct joining *joining, unsigned index, const smbt_record *record);

/* The input has been read. Takes the engine, and the slot, which stays open; `about` is copied. `rest` is a
 * record that was not taken yet, or NULL: it and what follows it in the engine come last. */
void joining_keep(struct joining *joining, unsigned index, smbt_engine *engine, const smbt_record *rest,
                  struct slot *slot, const smbt_input_info *about);
/* Likewise, where there is no capture to report on. */
void joining_keep_slot(struct joining *joining, unsigned index, struct slot *slot);
/* The input was not read whole because the user had the run stopped: then none is told, since what it lacks
 * may be what explains the others. The slot stays open. */
void joining_miss(struct joining *joining, unsigned index, struct slot *slot);
bool joining_is_hint(const struct joining *joining);

/* All are read: reports on them, or says that one was missed, and closes the slots. */
void joining_report(struct joining *joining);

#endif
