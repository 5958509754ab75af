/* One capture made of several files: its own frame numbers, from 1 on without a gap, beside those that the
 * frames have in the sequence of files; and where files meet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_JOINT_H
#define SMBT_CLI_JOINT_H

#include <smbtrace/smbtrace.h>

struct joint;

/* `placed`: where the frames of the sequence lie; borrowed. */
struct joint *joint_new(const smbt_places *placed);
void joint_free(struct joint *joint);

/* The next frame, which is `placed` in the sequence. Returns its number. */
uint64_t joint_add(struct joint *joint, uint64_t placed);
/* The next frame is the first one of another file. */
void joint_add_seam(struct joint *joint, bool hole);

uint64_t joint_frames(const struct joint *joint);
/* The number in the sequence of a frame. */
uint64_t joint_placed(struct joint *joint, uint64_t frame);
/* Where its frames lie. */
const smbt_places *joint_places(const struct joint *joint);

/* Tells both engines (one may be NULL) of the seams before that frame, each once. */
void joint_cross(struct joint *joint, uint64_t frame, smbt_engine *one, smbt_engine *other);

/* 0, or the errno of why numbers can't be kept. */
int joint_error(const struct joint *joint);

#endif
