/* The lines that the TCP timestamps of one client address draw towards one server.
 *
 * Where a clock's line begins, some stacks draw by lot for each connection (macOS, FreeBSD, Linux 4.10 and
 * again since 2026), some for each pair of addresses (Linux from 4.11 until then), and some not at all (older
 * ones, and Linux with tcp_timestamps=2). A single connection does not say which. But a line that two
 * connections kept to is no lot: what is off that line, while its host was there, is another host. And a line
 * on which two names were read is the clock of several hosts, such as containers of one kernel: it tells none
 * of them apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_LINES_H
#define SMBT_OBSERVE_LINES_H

#include "base/addr.h"
#include "observe/track.h"

#include <glib.h>

/* Shared by the tracks that lie on it, by reference. */
typedef struct smbt_line {
    unsigned refs;
    smbt_addr server;
    unsigned rate;         /* Hz; 0: none of its connections has shown it */
    smbt_stamp at;         /* its latest point */
    smbt_time first, last; /* when its host was heard */
    unsigned connections;  /* on it; those of one port after another count once */
    uint16_t port;         /* of the latest */
    char *name;            /* the first that was read on it, or NULL */
    unsigned name_chars;   /* likewise of its length */
    bool mixed;            /* another name or length was read on it */
} smbt_line;

smbt_line *smbt_line_ref(smbt_line *line);
void smbt_line_unref(smbt_line *line);

/* Of one client address. Keeps the latest SMBT_LINES_MAX of them. */
#define SMBT_LINES_MAX 256
typedef struct smbt_lines smbt_lines;
smbt_lines *smbt_lines_new(void);
void smbt_lines_free(smbt_lines *lines);

/* What a connection adds to them; it may be told again and again as more of it is seen. */
typedef struct smbt_line_note {
    smbt_track *track; /* its `line` is set as soon as it can be told; the track holds a reference then */
    const smbt_addr *server;
    uint16_t client_port;
    const char *workstation;    /* or NULL */
    unsigned workstation_chars; /* 0: not known */
    bool is_over;               /* it will not show more than this */
} smbt_line_note;
void smbt_lines_add(smbt_lines *lines, const smbt_line_note *note);

/* Whether a connection to this server whose timestamps are off `line` is of another host than those on it. */
bool smbt_line_parts(const smbt_line *line, const smbt_track *other, const smbt_addr *server);

#endif
