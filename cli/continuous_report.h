/* The report on several files that are one capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_CONTINUOUS_REPORT_H
#define SMBT_CLI_CONTINUOUS_REPORT_H

#include "anonymize.h"
#include "attach.h"
#include "joint.h"
#include "output.h"
#include "sequence.h"

/* What the report says of a file; struct member.user. */
struct part {
    uint64_t connections, undecoded, ends_by_server;
    const char *format;
    bool is_regular, is_interrupted;
    uint64_t size;
    struct sha256 *sha;
    char *sha256, *problem;
};

struct continuous {
    const struct options *options;
    struct output *output;
    struct slot *slot;
    struct attach *attach; /* or NULL */
    struct sequence *sequence;
    smbt_engine *engine;
    GHashTable *members;          /* by their names' addresses */
    struct member *member;        /* whose frames come now */
    smbt_capture_info since;      /* as of its first */
    const struct traced **traces; /* that are still to come; NULL: a report is wanted */
    unsigned trace_count;
    char *interrupted; /* what was not read because the user had the run stopped; NULL: nothing */

    /* With --anonymize all frames become a copy first; with something to attach, too. */
    struct anonymizing *anonymizing;
    struct anonymous anonymous; /* meaningful with is_anonymous */
    bool is_anonymous;
    struct joint *joint;     /* of the copy; NULL: there is none */
    smbt_engine *own_engine; /* with attach: the same frames by their numbers in the copy */
    char *copy_problem;      /* why there is no copy */
};

/* Hands on the records that the engines have; false: nobody wants more. */
bool continuous_drain(struct continuous *continuous);
/* What was counted since the last call belongs to the file that was read; `member` comes next, or none. */
void continuous_switch(struct continuous *continuous, struct member *member);

/* Whether it would have come later, when the user had the run stopped. */
bool continuous_is_not_begun(const struct member *member);

/* All that is to be said once the files are read: of the capture, of traced frames that did not come, and of
 * single inputs, in the order of `entries`. */
void continuous_report(struct continuous *continuous, const GPtrArray *entries);

#endif
