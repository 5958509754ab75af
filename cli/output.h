/* The report: records of any number of inputs, read side by side, come out in the order of the inputs.
 *
 * Each input has a slot. What a slot gets is kept in spools until all slots before it are closed; then it
 * goes out, or to the sections of the document, or, while the slot is the first one open, at once: as the
 * layout of the format is. Functions may be called from any thread, those of one slot from one thread at a
 * time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_OUTPUT_H
#define SMBT_CLI_OUTPUT_H

#include "options.h"

struct output;
struct slot;

/* Writes to `fd`, which stays the caller's, for `slots` inputs. */
struct output *output_new(const struct options *options, int fd, unsigned slots);
void output_free(struct output *output);

struct slot *output_open(struct output *output, unsigned index);

/* false: nobody reads the report any more, or it can't be written. Stop. */
bool output_record(struct slot *slot, const char *file, const smbt_record *record);
void output_capture(struct slot *slot, const smbt_input_info *input, const smbt_capture_info *info);

/* The last of joined captures: all that --end may name has been told. */
void output_joined(struct slot *slot);

/* A file of a capture that is made of several: before that capture. */
void output_part(struct slot *slot, const smbt_input_info *input, const smbt_capture_info *info);

/* What stands after a frame, in place of records. */
bool output_state(struct slot *slot, const char *file, const smbt_state *state);
/* A line for standard error: the options ask for what this input does not have. Exit status USAGE. */
void output_misuse(struct slot *slot, const char *text);

/* A line for standard error: something could not be written. Exit status INTERNAL. */
void output_failure(struct slot *slot, const char *text);

/* A line for standard error, printed in the inputs' order; a problem makes the exit status INCOMPLETE, and
 * stands in the report too, where the input is called `name`. */
void output_problem(struct slot *slot, const char *path, const char *name, const char *problem);
void output_note(struct slot *slot, const char *path, const char *note);

/* An input of the slot was found in a directory, and is no capture. */
void output_mark_skipped(struct slot *slot);
/* The slot's input was found in a directory, and is a capture. / It stands for the end of a directory. */
void output_mark_found(struct slot *slot);
void output_mark_directory_end(struct slot *slot, const char *path, const char *name);

/* Ends the slot and frees it. */
void output_close(struct slot *slot);

/* Waits until fewer than `ahead` slots lie between the first one open and `index`, or nobody reads any more.
 */
void output_wait(struct output *output, unsigned index, unsigned ahead);

/* Whether nobody reads the report any more, or it can't be written. */
bool output_is_gone(struct output *output);

/* The user had the run stopped before so many inputs were begun. */
void output_interrupted(struct output *output, unsigned not_begun);

/* The user had the run stopped while this input was read: a line for standard error, or NULL where another
 * slot has it; `name` (or NULL) stands in the report with it. Exit status INCOMPLETE. */
void output_stopped(struct slot *slot, const char *line, const char *name, const char *problem);

/* Writes what is left, once all slots are closed, and returns 0 or an errno. */
int output_end(struct output *output);

/* Likewise, says what went wrong, and returns the exit status. */
int output_finish(struct output *output);

#endif
