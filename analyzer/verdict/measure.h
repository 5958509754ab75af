/* What was seen of a clock on one server or of one client: how long it took when it ran out, and how long it
 * was outlived.
 *
 * Samples that agree are a measurement: administrators change timers, and a profile knows the default only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_MEASURE_H
#define SMBT_VERDICT_MEASURE_H

#include "base/time.h"
#include "profile/timer.h"

/* Samples agree when they lie this close together. */
#define SMBT_MEASURE_AGREE (500 * SMBT_MS)
#define SMBT_MEASURE_MAX   32

typedef struct smbt_measure {
    smbt_duration samples[SMBT_MEASURE_MAX]; /* the latest */
    unsigned count;                          /* ever */
    smbt_duration outlived;                  /* the longest that it was outlived; 0: never */
    uint64_t outlived_frame;
} smbt_measure;

/* One for each timer, made when first needed. Start from zero. */
typedef struct smbt_measures {
    smbt_measure *of[SMBT_TIMER_MAX];
    /* Of a client: when it last gave up a connection for a timeout, and in which frame. 0: never. */
    smbt_time last_timeout;
    uint64_t last_timeout_frame;
} smbt_measures;

void smbt_measures_clear(smbt_measures *measures);
void smbt_measures_add(smbt_measures *measures, enum smbt_timer timer, smbt_duration sample);
void smbt_measures_outlived(smbt_measures *measures, enum smbt_timer timer, smbt_duration time,
                            uint64_t frame);

typedef struct smbt_measured {
    bool known;
    smbt_duration
        value; /* the least of those that agree, to a whole second where it is within a tenth of one */
    smbt_duration spread; /* from the least to the most of them */
    unsigned agreeing;    /* at least two */
} smbt_measured;

/* The value on which the longest samples agree: whatever lived longer shows that the clock is longer. Not
 * known when fewer than two agree, when they are not half of what was seen at least, or when a connection
 * survived more. */
smbt_measured smbt_measures_value(const smbt_measures *measures, enum smbt_timer timer);

/* To a whole second where it is within a tenth of one. */
smbt_duration smbt_measure_round(smbt_duration d);

/* The longest that it was outlived; 0: never. */
smbt_duration smbt_measures_longest_outlived(const smbt_measures *measures, enum smbt_timer timer);

#endif
