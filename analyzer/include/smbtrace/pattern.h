/* What several ends have in common that none of them shows alone: hosts that cut each other off in turn.
 *
 * Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PATTERN_H
#define SMBTRACE_PATTERN_H

#include <smbtrace/smbtrace.h>

typedef struct smbt_pattern_host {
    const char *name; /* NULL: it gave none */
    unsigned kills,
        killed; /* connections of others in the pattern that it ended, and of its own that ended */
} smbt_pattern_host;

#define SMBT_PATTERN_PING_PONG "ping-pong"

/* "ping-pong": each of these hosts, behind one address, had another one's connection to the server ended by
 * its session setup, and its own by another one's, again and again. */
typedef struct smbt_pattern {
    const char *kind;
    const char *file;      /* in a tally: that of first_frame, where frames are counted; NULL in a record */
    const char *last_file; /* in a tally: that of last_frame, where it is another one; else NULL */
    enum smbt_severity severity;
    smbt_addr client, server;
    GArray *hosts;  /* of smbt_pattern_host, at least two, in the order of their first ends */
    unsigned times; /* session setups that ended another one's connections */
    unsigned ends;  /* connections that ended */
    uint64_t first_frame, last_frame; /* of those ends */
    smbt_time first, last;
    const char *summary; /* one sentence */
} smbt_pattern;

#endif
