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

/* The samples from `least` on that agree with it; ret_most is the greatest of them. */
static unsigned agreeing_from(const smbt_measure *m, smbt_duration least, smbt_duration *ret_most)
{
    unsigned n = 0;
    *ret_most = least;
    for (unsigned i = 0; i < kept(m); i++) {
        if (m->samples[i] < least || m->samples[i] - least > SMBT_MEASURE_AGREE) continue;
        *ret_most = MAX(*ret_most, m->samples[i]);
        n++;
    }
    return n;
}

static smbt_duration to_whole_second(smbt_duration d)
{
    smbt_duration second = (d + SMBT_SEC / 2) / SMBT_SEC * SMBT_SEC;
    smbt_duration off = d > second ? d - second : second - d;
    return off <= ROUNDING && second ? second : d;
}

smbt_measured smbt_measures_value(const smbt_measures *measures, enum smbt_timer timer)
{
    const smbt_measure *m = measures->of[timer];
    smbt_measured best = {0};
    for (unsigned i = 0; m && i < kept(m); i++) {
        smbt_duration most;
        unsigned n = agreeing_from(m, m->samples[i], &most);
        if (n < 2 || n < best.agreeing || (n == best.agreeing && m->samples[i] >= best.value)) continue;
        best = (smbt_measured){
            .known = true, .value = m->samples[i], .spread = most - m->samples[i], .agreeing = n};
    }
    if (best.known && m->outlived > best.value + best.spread + SMBT_SEC) return (smbt_measured){0};
    best.value = to_whole_second(best.value);
    return best;
}

unsigned smbt_measures_agreeing(const smbt_measures *measures, enum smbt_timer timer, smbt_duration sample)
{
    const smbt_measure *m = measures->of[timer];
    unsigned n = 0;
    for (unsigned i = 0; m && i < kept(m); i++) {
        smbt_duration off = m->samples[i] > sample ? m->samples[i] - sample : sample - m->samples[i];
        if (off <= SMBT_MEASURE_AGREE) n++;
    }
    return n ? n - 1 : 0;
}

smbt_duration smbt_measures_longest_outlived(const smbt_measures *measures, enum smbt_timer timer)
{
    return measures->of[timer] ? measures->of[timer]->outlived : 0;
}
