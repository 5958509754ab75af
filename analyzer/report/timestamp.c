/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/timestamp.h"

#include <stdio.h>

struct parts {
    unsigned year, month, day, hour, minute, second, nanosecond;
};

#define NS_PER_SECOND     1000000000u
#define SECONDS_PER_DAY   86400u
#define DAYS_TO_1970      719468u /* from 1 March of the year 0 */
#define DAYS_PER_400YEARS 146097u

/* The civil date, in years that begin on 1 March: then the leap day is the last, and months follow a line. */
static struct parts split(smbt_time time)
{
    uint64_t seconds = time / NS_PER_SECOND;
    unsigned in_day = (unsigned)(seconds % SECONDS_PER_DAY);
    unsigned days = (unsigned)(seconds / SECONDS_PER_DAY) + DAYS_TO_1970;
    unsigned era = days / DAYS_PER_400YEARS, day_of_era = days % DAYS_PER_400YEARS;
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned march_month = (5 * day_of_year + 2) / 153;
    unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct parts){.year = era * 400 + year_of_era + (month <= 2),
                          .month = month,
                          .day = day_of_year - (153 * march_month + 2) / 5 + 1,
                          .hour = in_day / 3600,
                          .minute = in_day / 60 % 60,
                          .second = in_day % 60,
                          .nanosecond = (unsigned)(time % NS_PER_SECOND)};
}

/* Writes `digits` digits of n at p, with leading zeros: each finding prints several times, so no printf. */
static char *put(char *p, unsigned n, int digits, char after)
{
    for (int i = digits - 1; i >= 0; i--, n /= 10)
        p[i] = (char)('0' + n % 10);
    p[digits] = after;
    return p + digits + 1;
}

const char *smbt_timestamp_rfc3339(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time)
{
    struct parts t = split(time);
    char *p = put(buf, t.year, 4, '-');
    p = put(p, t.month, 2, '-');
    p = put(p, t.day, 2, 'T');
    p = put(p, t.hour, 2, ':');
    p = put(p, t.minute, 2, ':');
    p = put(p, t.second, 2, '.');
    p = put(p, t.nanosecond, 9, 'Z');
    *p = '\0';
    return buf;
}

const char *smbt_timestamp_clock(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time)
{
    struct parts t = split(time);
    char *p = put(buf, t.hour, 2, ':');
    p = put(p, t.minute, 2, ':');
    p = put(p, t.second, 2, '.');
    put(p, t.nanosecond / 1000000, 3, '\0');
    return buf;
}

const char *smbt_timestamp_date(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time)
{
    struct parts t = split(time);
    char *p = put(buf, t.year, 4, '-');
    p = put(p, t.month, 2, '-');
    put(p, t.day, 2, '\0');
    return buf;
}
