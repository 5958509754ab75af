/* Capture times as text, in UTC, whatever the locale.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_TIMESTAMP_H
#define SMBT_REPORT_TIMESTAMP_H

#include <smbtrace/types.h>

#define SMBT_TIMESTAMP_SIZE 31

/* "2026-11-20T21:36:11.516475000Z" (RFC 3339). The time must be set. */
const char *smbt_timestamp_rfc3339(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time);

/* "21:36:11.516": cut, not rounded, so that a second never shows before it began. The time must be set. */
const char *smbt_timestamp_clock(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time);

/* "2026-11-20". The time must be set. */
const char *smbt_timestamp_date(char buf[SMBT_TIMESTAMP_SIZE], smbt_time time);

#endif
