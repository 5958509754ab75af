/* Capture time.
 *
 * The analyzer reads no clock: every time comes from the capture. Times are nanoseconds since the Unix epoch,
 * durations are nanoseconds. All comparisons and sums go through this header so that the unset value never
 * takes part in arithmetic and nothing wraps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_TIME_H
#define SMBT_BASE_TIME_H

#include <smbtrace/types.h>

#define SMBT_US  ((smbt_duration)1000)
#define SMBT_MS  ((smbt_duration)1000000)
#define SMBT_SEC ((smbt_duration)1000000000)
#define SMBT_MIN (60 * SMBT_SEC)
#define SMBT_DAY (24 * 60 * SMBT_MIN)

/* t + d; saturates one below SMBT_TIME_NONE; NONE stays NONE. */
static inline smbt_time smbt_time_add(smbt_time t, smbt_duration d)
{
    if (t == SMBT_TIME_NONE) return SMBT_TIME_NONE;
    return d >= SMBT_TIME_NONE - 1 - t ? SMBT_TIME_NONE - 1 : t + d;
}

/* t - d; stops at 0; NONE stays NONE. */
static inline smbt_time smbt_time_sub(smbt_time t, smbt_duration d)
{
    if (t == SMBT_TIME_NONE) return SMBT_TIME_NONE;
    return d >= t ? 0 : t - d;
}

/* How long `then` lies before `now`; 0 when either is unset or `then` is not earlier. */
static inline smbt_duration smbt_time_since(smbt_time now, smbt_time then)
{
    if (now == SMBT_TIME_NONE || then == SMBT_TIME_NONE || now <= then) return 0;
    return now - then;
}

/* The distance between two set times, whichever is earlier. */
static inline smbt_duration smbt_time_distance(smbt_time a, smbt_time b)
{
    return a > b ? smbt_time_since(a, b) : smbt_time_since(b, a);
}

#endif
