/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "joint.h"

#include "runs.h"

#include <glib.h>

struct seam {
    uint64_t before; /* a frame */
    bool hole;
};

struct joint {
    const smbt_places *placed;
    smbt_places places;
    struct runs *runs; /* from numbers to those in the sequence */
    GArray *seams;     /* of struct seam */
    guint crossed;     /* of them */
    uint64_t frames;
};

static smbt_place find_place(uint64_t frame, void *user)
{
    struct joint *joint = user;
    uint64_t placed = joint_placed(joint, frame);
    return placed ? joint->placed->find(placed, joint->placed->user) : (smbt_place){.frame = frame};
}

struct joint *joint_new(const smbt_places *placed)
{
    struct joint *joint = g_new0(struct joint, 1);
    joint->placed = placed;
    joint->places = (smbt_places){.find = find_place, .user = joint};
    joint->runs = runs_new();
    joint->seams = g_array_new(FALSE, FALSE, sizeof(struct seam));
    return joint;
}

void joint_free(struct joint *joint)
{
    if (!joint) return;
    runs_free(joint->runs);
    g_array_unref(joint->seams);
    g_free(joint);
}

uint64_t joint_add(struct joint *joint, uint64_t placed)
{
    uint64_t frame = ++joint->frames;
    const struct run *last = runs_last(joint->runs);
    if (!last || placed - last->value != frame - last->key)
        runs_begin(joint->runs, &(struct run){.key = frame, .value = placed});
    return frame;
}

void joint_add_seam(struct joint *joint, bool hole)
{
    struct seam seam = {.before = joint->frames + 1, .hole = hole};
    g_array_append_val(joint->seams, seam);
}

uint64_t joint_frames(const struct joint *joint)
{
    return joint->frames;
}

uint64_t joint_placed(struct joint *joint, uint64_t frame)
{
    struct run run;
    if (frame == 0 || frame > joint->frames || !runs_find(joint->runs, frame, &run)) return 0;
    return run.value + (frame - run.key);
}

const smbt_places *joint_places(const struct joint *joint)
{
    return &joint->places;
}

void joint_cross(struct joint *joint, uint64_t frame, smbt_engine *one, smbt_engine *other)
{
    for (; joint->crossed < joint->seams->len; joint->crossed++) {
        const struct seam *seam = &g_array_index(joint->seams, struct seam, joint->crossed);
        if (seam->before > frame) return;
        if (one) smbt_engine_seam(one, seam->hole);
        if (other) smbt_engine_seam(other, seam->hole);
    }
}

int joint_error(const struct joint *joint)
{
    return runs_error(joint->runs);
}
