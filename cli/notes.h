/* Packet comments on their way to the frames they belong to: taken from records as these come, given back in
 * the order of frames. Their text waits in a spool, so that memory holds a few bytes for each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_NOTES_H
#define SMBT_CLI_NOTES_H

#include <smbtrace/smbtrace.h>

/* More on one frame become one comment that says how many they were. */
#define NOTES_PER_FRAME 24

struct notes;

struct notes *notes_new(void);
void notes_free(struct notes *notes);

void notes_add_record(struct notes *notes, const smbt_record *record);

/* No more are coming. false with errno: they could not be kept. */
bool notes_settle(struct notes *notes);

/* The comments of a frame, of char *, or NULL. Frames must be asked for in rising order. The caller frees
 * with g_ptr_array_unref. */
GPtrArray *notes_take(struct notes *notes, uint64_t frame);

/* Starts again from the first frame. */
void notes_rewind(struct notes *notes);

/* How many frames have comments, and the last one of them (0: none). Once settled. */
uint64_t notes_frames(const struct notes *notes);
uint64_t notes_last_frame(const struct notes *notes);

#endif
