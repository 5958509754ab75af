/* What would have happened with other settings: one record at the end of a capture.
 *
 * The model replays the capture a second time, with the altered values. An end that a rule predicted and that
 * it does not predict any more would not have happened; a prediction that ran out while the connection lived
 * on is an end that would have come.
 *
 * Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_WHAT_IF_H
#define SMBTRACE_WHAT_IF_H

#include <smbtrace/smbtrace.h>

/* An end that happened. */
typedef struct smbt_what_if_end {
    smbt_endpoint client, server;
    uint64_t frame;
    smbt_time time;
    const char *cause, *rule;         /* as judged; rule NULL: no rule had predicted it */
    uint64_t culprit_frame;           /* 0: none */
    const char *cause_now, *rule_now; /* changed: with the other settings. NULL of one that is gone */
    uint64_t culprit_frame_now;
} smbt_what_if_end;

/* An end that would have come. What followed on that connection is not counted: it would have been gone. */
typedef struct smbt_what_if_new {
    smbt_endpoint client, server;
    const char *rule;     /* "zero-vc", or a timer's id */
    uint64_t armed_frame; /* what would have set it off; 0: before the capture */
    smbt_time from, to;   /* when it would have come */
    const char *why;
    uint64_t ended_frame; /* in which the connection ended in fact; 0: it was still open */
} smbt_what_if_new;

typedef struct smbt_what_if {
    GPtrArray *settings;                           /* of const char *: "server.zero_vc=off" */
    uint64_t ends;                                 /* in the capture */
    uint64_t gone_count, changed_count, new_count; /* all of them; the arrays may hold fewer */
    GArray *gone, *changed;                        /* of smbt_what_if_end, by frame */
    GArray *new_ends;                              /* of smbt_what_if_new, in the order found */
    uint64_t forgotten;                            /* ends that could not be compared, for a cap on memory */
} smbt_what_if;

#endif
