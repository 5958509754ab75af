/* Durations as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_SPAN_H
#define SMBT_BASE_SPAN_H

#include <smbtrace/types.h>

/* To the tenth of a second: "85.2 s", "60 s", "15 min 3.2 s", "2 h"; below a second "31 ms"; from two days on
 * to the hour: "7 d", "2 d 3 h"; longer than any clock runs: "off". g_free. */
char *smbt_span_format(smbt_duration span);

#endif
