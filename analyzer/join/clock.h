/* How far the clock of one capture is ahead of another's, bounded by causality: a segment passes the place
 * nearer to its sender first. What is seen in both directions leaves a window in which the difference lies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_JOIN_CLOCK_H
#define SMBT_JOIN_CLOCK_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_clock {
    GArray *points; /* of struct point, by time once settled */
    int order;      /* 1: the other capture is nearer to the clients, -1: to the servers, 0: not known */
    bool differs;   /* some segment has not the same time in both: they are no copies of each other */
} smbt_clock;

smbt_clock *smbt_clock_new(void);
void smbt_clock_free(smbt_clock *clock);

/* One segment of `side` (0: the client's) was seen here at `here`, by the other capture at `there`. */
void smbt_clock_add(smbt_clock *clock, unsigned side, smbt_time here, smbt_time there);

/* All segments were added. `hint` is the order as hop counts tell it, for segments that pass both places at
 * one time. */
void smbt_clock_settle(smbt_clock *clock, int hint);

/* By how much the other clock is ahead at the time `here`, in ns: between the two. False: not known. */
bool smbt_clock_at(const smbt_clock *clock, smbt_time here, int64_t *ret_low, int64_t *ret_high);

/* ns that the other clock gains in a second. False: not more than the bounds explain. */
bool smbt_clock_drift(const smbt_clock *clock, int64_t *ret_ppb);

/* The middle of the time that both captures share. */
smbt_time smbt_clock_middle(const smbt_clock *clock);

#endif
