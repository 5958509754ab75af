/* After how long a silence servers closed their connections, over all servers of a capture.
 *
 * Each server alone may show one such end only. When several of them let their connections be for the same
 * time, at different moments, a clock was at work, whatever product it belongs to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_SILENCE_H
#define SMBT_VERDICT_SILENCE_H

#include "base/addr.h"
#include "base/time.h"

#include <glib.h>

/* So many ends are kept, the latest. */
#define SMBT_SILENCES_MAX 512
/* Shorter ones are no idle time. */
#define SMBT_SILENCE_LEAST (10 * SMBT_SEC)
/* So many servers and moments make a clock. */
#define SMBT_SILENCE_SERVERS 3
#define SMBT_SILENCE_MOMENTS 3

/* An end by a server that had nothing to do on the connection. */
typedef struct smbt_silence {
    smbt_addr server;
    smbt_time end;
    smbt_duration length; /* since the last message of either side */
    bool logged_on;       /* somebody had been */
    bool has_guid;        /* ServerGuid */
    uint8_t guid[16];
} smbt_silence;

/* Start from zero. */
typedef struct smbt_silences {
    GArray *latest; /* of smbt_silence, a ring; NULL: none yet */
    guint next;     /* where the next one goes when it is full */
} smbt_silences;

void smbt_silences_clear(smbt_silences *silences);
void smbt_silences_add(smbt_silences *silences, const smbt_silence *silence);

typedef struct smbt_silence_clock {
    bool known;
    smbt_duration value; /* the least of those that agree, to a whole second where it is near one */
    smbt_duration spread;
    unsigned ends, servers, moments; /* that agree */
    unsigned logged_on;              /* of these ends */
    bool one_guid;                   /* all of them gave the same ServerGuid */
    smbt_duration over;              /* from the first of them to the last */
} smbt_silence_clock;

/* The clock that a silence of this length fits. Known when SMBT_SILENCE_SERVERS servers agree at
 * SMBT_SILENCE_MOMENTS moments, and when they are not fewer than the ends that disagree. */
smbt_silence_clock smbt_silences_find(const smbt_silences *silences, smbt_duration length);

#endif
