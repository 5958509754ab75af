/* When the findings of a digest were, in a dozen buckets at most.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest_parts.h"

#include "base/time.h"

static const smbt_duration spans[] = {
    [SMBT_UNIT_1_S] = SMBT_SEC,         [SMBT_UNIT_10_S] = 10 * SMBT_SEC, [SMBT_UNIT_1_MIN] = SMBT_MIN,
    [SMBT_UNIT_10_MIN] = 10 * SMBT_MIN, [SMBT_UNIT_1_H] = 60 * SMBT_MIN,  [SMBT_UNIT_6_H] = 6 * 60 * SMBT_MIN,
    [SMBT_UNIT_DAY] = SMBT_DAY};

/* The first moment of its bucket; never before 1970. */
static smbt_time start_of(smbt_time time, enum smbt_digest_unit unit)
{
    if (unit <= SMBT_UNIT_DAY) return time - time % spans[unit];
    static const int years[SMBT_UNIT_MAX] = {
        [SMBT_UNIT_MONTH] = 1, [SMBT_UNIT_YEAR] = 1, [SMBT_UNIT_DECADE] = 10, [SMBT_UNIT_CENTURY] = 100};
    g_autoptr(GDateTime) then = g_date_time_new_from_unix_utc((gint64)(time / SMBT_SEC));
    int year = g_date_time_get_year(then), month = g_date_time_get_month(then);
    g_autoptr(GDateTime) start =
        g_date_time_new_utc(year - year % years[unit], unit == SMBT_UNIT_MONTH ? month : 1, 1, 0, 0, 0);
    return (smbt_time)MAX(g_date_time_to_unix(start), 0) * SMBT_SEC;
}

static void add_to_bucket(GArray *buckets, smbt_time start, uint64_t n)
{
    guint at = buckets->len;
    while (at > 0 && g_array_index(buckets, smbt_digest_bucket, at - 1).start > start)
        at--;
    if (at > 0 && g_array_index(buckets, smbt_digest_bucket, at - 1).start == start) {
        g_array_index(buckets, smbt_digest_bucket, at - 1).count += n;
        return;
    }
    smbt_digest_bucket b = {.start = start, .count = n};
    g_array_insert_val(buckets, at, b);
}

void smbt_digest_coarsen(smbt_digest *d)
{
    GArray *fine = d->buckets;
    d->unit++;
    d->buckets = g_array_new(FALSE, FALSE, sizeof(smbt_digest_bucket));
    for (guint i = 0; i < fine->len; i++) {
        const smbt_digest_bucket *b = &g_array_index(fine, smbt_digest_bucket, i);
        add_to_bucket(d->buckets, start_of(b->start, d->unit), b->count);
    }
    g_array_unref(fine);
}

void smbt_digest_count_time(smbt_digest *d, smbt_time time, uint64_t n)
{
    if (time == SMBT_TIME_NONE) return;
    add_to_bucket(d->buckets, start_of(time, d->unit), n);
    while (d->buckets->len > SMBT_DIGEST_BUCKETS && d->unit + 1 < SMBT_UNIT_MAX)
        smbt_digest_coarsen(d);
}

bool smbt_digest_has_days(const smbt_digest *d)
{
    return d->first != SMBT_TIME_NONE && d->first / SMBT_DAY != d->last / SMBT_DAY;
}
