/* The clocks that run on a connection, and when they run out.
 *
 * A clock is a function of the connection's state: what armed it and what restarted it last stand there, its
 * length in the profiles. So none is ever started or stopped: whoever wants to know asks which run at a given
 * moment. A connection that lives on past the end of a clock that closes it has outlived that clock: the
 * prediction did not come true.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_CLOCK_H
#define SMBT_MODEL_CLOCK_H

#include "base/time.h"
#include "profile/timer.h"

#include <glib.h>

/* What weakens a statement about a clock. */
enum smbt_clock_doubt {
    SMBT_DOUBT_OPENS = 1 << 0,   /* something may be open that the capture does not show */
    SMBT_DOUBT_EXEMPT = 1 << 1,  /* the request may be of a kind that is exempt: is it a pipe? */
    SMBT_DOUBT_PROFILE = 1 << 2, /* the value is of a profile that nothing but its possibility speaks for */
    SMBT_DOUBT_ANSWERS = 1 << 3, /* answers may be missing from the capture */
    SMBT_DOUBT_START = 1 << 4,   /* what armed it was before the capture */
    SMBT_DOUBT_UNSEEN = 1 << 5,  /* bytes of the server's are missing that may be the answer itself */
};

/* A clock with one value. A clock whose value differs by profile is several of them. */
typedef struct smbt_armed {
    enum smbt_timer timer;
    uint64_t armed_frame; /* what armed it first; 0: before the capture */
    uint64_t frame;       /* what it runs from: the last restart, or what armed it */
    smbt_time time;       /* of that, or of the server's look that noted it */
    smbt_duration noted;  /* how much later than `frame` that look came; 0: at once */
    bool no_tree;         /* autodisconnect: no share is connected, so any look ends it */
    smbt_duration
        grid; /* between the server's looks, from the connection's start on; 0: it acts at any time */
    uint64_t restarts;          /* messages since armed_frame that restarted it */
    uint64_t object;            /* FID, SID, UID or frame of the request it is about; 0: the connection */
    smbt_duration value;        /* SMBT_DURATION_UNKNOWN: no profile that is possible gives one */
    smbt_duration scan;         /* how much later it may be noticed */
    smbt_duration extra;        /* added to `scan` for the transfer of data; 0: none */
    smbt_time from, to;         /* when it is carried out; NONE: never, or not known */
    smbt_profile_mask profiles; /* of its side, that give this value */
    bool set_by_user;
    unsigned doubt; /* enum smbt_clock_doubt */
} smbt_armed;

#endif
