/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/measure.h"

/* Capture clocks and the machines' own are off by about so much within the minutes of a timer. */
#define ROUNDING (100 * SMBT_MS)

void smbt_measures_clear(smbt_measures *measures)
{
    for (int i = 0; i < SMBT_TIMER_MAX; i++)
        g_clear_pointer(&measures->of[i], g_free);
}

static smbt_measure *measure(smbt_measures *measures, enum smbt_timer timer)
{
    if (!measures->of[timer]) measures->of[timer] = g_new0(smbt_measure, 1);
    return measures->of[timer];
}

void smbt_measures_add(smbt_measures *measures, enum smbt_timer timer, smbt_duration sample)
{
    smbt_measure *m = measure(measures, timer);
    m->samples[m->count++ % SMBT_MEASURE_MAX] = sample;
}

void smbt_measures_outlived(smbt_measures *measures, enum smbt_timer timer, smbt_duration time,
                            uint64_t frame)
{
    smbt_measure *m = measure(measures, timer);
    if (time <= m->outlived) return;
    m->outlived = time;
    m->outlived_frame = frame;
}

static unsigned kept(const smbt_measure *m)
{
    return MIN(m->count, SMBT_MEASURE_MAX);
}

smbt_duration smbt_measure_round(smbt_duration d)
{
    smbt_duration second = (d + SMBT_SEC / 2) / SMBT_SEC * SMBT_SEC;
    smbt_duration off = d > second ? d - second : second - d;
    return off <= ROUNDING && second ? second : d;
}

smbt_measured smbt_measures_value(const smbt_measures *measures, enum smbt_timer timer)
{
    const smbt_measure *m = measures->of[timer];
    if (!m || m->count < 2) return (smbt_measured){0};
    smbt_duration most = 0;
    for (unsigned i = 0; i < kept(m); i++)
        most = MAX(most, m->samples[i]);
    smbt_measured found = {.value = most};
    for (unsigned i = 0; i < kept(m); i++) {
        if (most - m->samples[i] > SMBT_MEASURE_AGREE) continue;
        found.value = MIN(found.value, m->samples[i]);
        found.agreeing++;
    }
    found.spread = most - found.value;
    found.known = found.agreeing >= 2 && 2 * found.agreeing >= kept(m) && m->outlived <= most + SMBT_SEC;
    if (!found.known) return (smbt_measured){0};
    found.value = smbt_measure_round(found.value);
    return found;
}

smbt_duration smbt_measures_longest_outlived(const smbt_measures *measures, enum smbt_timer timer)
{
    return measures->of[timer] ? measures->of[timer]->outlived : 0;
}
