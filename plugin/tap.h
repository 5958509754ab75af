/* What the tap "smbtrace" hands to its listeners: one item for each role that a frame has in a finding.
 *
 * Strings live as long as the packet, or are static. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_TAP_H
#define SMBTRACE_PLUGIN_TAP_H

#include <smbtrace/smbtrace.h>

#define SMBT_TAP_NAME "smbtrace"

typedef struct smbt_tap_item {
    const char *role;        /* "culprit", "victim", "evidence"; "observation": the frame that one names */
    const char *cause;       /* NULL: of an observation */
    const char *variant;     /* NULL: none */
    const char *observation; /* NULL: of an end */
    const char *strength;    /* NULL: none */
    enum smbt_severity severity;
    const char *client, *server; /* "10.50.0.2:37632" of the connection; NULL: none in particular */
    uint64_t frame;              /* this one */
    smbt_time time;              /* of the end or observation */
} smbt_tap_item;

#endif
