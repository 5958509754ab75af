/* The words of the progress line, apart from terminals and clocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_PROGRESS_LINE_H
#define SMBT_CLI_PROGRESS_LINE_H

#include <glib.h>
#include <stdint.h>

typedef struct progress_view {
    unsigned captures, captures_done; /* of the whole run */
    uint64_t bytes, bytes_done;       /* of the whole run; bytes 0: not known */
    uint64_t frames;                  /* of the capture that is shown */
    gint64 elapsed_us;
    const char *name; /* of the capture that is shown; safe for a terminal */
} progress_view;

/* "[=====>    ]  52 %  3 412 of 10 000  118 MB/s  5 s left  ...t/monday.pcap", in `columns` characters at
 * most. What there is no room for is left out, the name from its front: its end tells files apart. The caller
 * frees. */
char *progress_line(const progress_view *view, unsigned columns);

#endif
