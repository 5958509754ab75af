/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/stamps.h"

#include "observe/track.h"

/* Tick rates in use, in Hz. */
static const unsigned tick_rates[] = {1000, 250, 100, 10};

/* Queueing shifts a stamp by fractions of a second, clocks drift by some hundred ppm. */
#define SLACK (400 * SMBT_MS)
#define DRIFT 500

/* Whether a sender's stamps span long enough to tell its clock's rate. */
static bool shows_rate(const smbt_sender *s)
{
    return smbt_time_since(s->last_stamp.time, s->first_stamp.time) >= SMBT_SEC / 2;
}

unsigned smbt_stamps_rate(const smbt_sender *s)
{
    if (!s->has_stamps || !shows_rate(s)) return 0;
    smbt_duration span = smbt_time_since(s->last_stamp.time, s->first_stamp.time);
    double rate =
        (double)(uint32_t)(s->last_stamp.value - s->first_stamp.value) / ((double)span / (double)SMBT_SEC);
    for (gsize i = 0; i < G_N_ELEMENTS(tick_rates); i++)
        if (rate > tick_rates[i] * 0.9 && rate < tick_rates[i] * 1.1) return tick_rates[i];
    return 0;
}

bool smbt_stamps_on_one_line(const smbt_stamp *a, const smbt_stamp *b, unsigned rate, smbt_duration slack,
                             unsigned drift)
{
    bool a_first = a->time <= b->time;
    const smbt_stamp *early = a_first ? a : b, *late = a_first ? b : a;
    double apart = (double)smbt_time_since(late->time, early->time) / (double)SMBT_SEC;
    double ticks = (double)(int32_t)(late->value - early->value);
    double room = rate * ((double)slack / (double)SMBT_SEC + apart * drift * 1e-6) + 2;
    double off = ticks - rate * apart;
    return off > -room && off < room;
}

/* Of the two ends of each sender's range, the pair that lies closest in time. */
static void closest(const smbt_sender *a, const smbt_sender *b, const smbt_stamp **ret_a,
                    const smbt_stamp **ret_b)
{
    const smbt_stamp *as[] = {&a->first_stamp, &a->last_stamp}, *bs[] = {&b->first_stamp, &b->last_stamp};
    smbt_duration best = SMBT_DURATION_UNKNOWN;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            smbt_duration d = smbt_time_distance(as[i]->time, bs[j]->time);
            if (d >= best) continue;
            best = d;
            *ret_a = as[i];
            *ret_b = bs[j];
        }
}

bool smbt_stamps_tick_apart(const smbt_sender *a, const smbt_sender *b)
{
    unsigned rate_a = smbt_stamps_rate(a), rate_b = smbt_stamps_rate(b);
    return rate_a && rate_b && rate_a != rate_b;
}

enum smbt_same_host smbt_stamps_compare(const smbt_sender *a, const smbt_sender *b)
{
    if (!a->has_stamps || !b->has_stamps) return SMBT_HOST_UNDETERMINED;
    const smbt_stamp *pa = NULL, *pb = NULL;
    closest(a, b, &pa, &pb);
    if (smbt_stamps_tick_apart(a, b)) return SMBT_HOST_DIFFERENT;
    unsigned rate = smbt_stamps_rate(a) ? smbt_stamps_rate(a) : smbt_stamps_rate(b);
    if (rate)
        return smbt_stamps_on_one_line(pa, pb, rate, SLACK, DRIFT) ? SMBT_HOST_SAME : SMBT_HOST_DIFFERENT;
    for (gsize i = 0; i < G_N_ELEMENTS(tick_rates); i++)
        if (smbt_stamps_on_one_line(pa, pb, tick_rates[i], SLACK, DRIFT)) return SMBT_HOST_SAME;
    /* A clock of a rate not in the table: where its line goes is not known. */
    return shows_rate(a) || shows_rate(b) ? SMBT_HOST_UNDETERMINED : SMBT_HOST_DIFFERENT;
}
