/* The table of clocks: timers.def.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_PROFILE_TIMER_H
#define SMBT_PROFILE_TIMER_H

#include "profile/profile.h"

enum smbt_timer {
#define SMBT_TIMER(id, ...) SMBT_TIMER_##id,
#include "profile/timers.def"
#undef SMBT_TIMER
    SMBT_TIMER_MAX,
};

/* A row of timers.def. Static. */
typedef struct smbt_timer_info {
    const char *id;
    enum smbt_side side;
    enum smbt_key value, scan; /* equal: noticed at once, or value is no more than the lateness */
    enum smbt_key on;          /* SMBT_OFF: the clock does not run; value again: there is no switch */
    bool closes;               /* ends the connection */
    const char *brief;         /* what its side does when it runs out, in short */
    const char *action, *arms, *restarts, *stops;
    const char *registry; /* below HKLM\SYSTEM\CurrentControlSet\Services; or NULL */
    const char *smb_conf; /* or NULL */
    const char *source;
} smbt_timer_info;

const smbt_timer_info *smbt_timer_get(enum smbt_timer timer);
/* By its id, its key, the last part of its registry value or its smb.conf option, upper or lower case; -1
 * when there is none. */
int smbt_timer_find(const char *name);

/* Text for --list timers, and for --explain TIMER. NULL when there is no such timer. g_free. */
char *smbt_timers_list(const smbt_profiles *profiles);
char *smbt_timers_explain(const smbt_profiles *profiles, const char *name);

#endif
