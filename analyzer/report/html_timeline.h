/* What a timeline shows, before it is drawn: events in columns and lanes.
 *
 * Private to html_timeline.c, which chooses, and html_drawing.c, which draws.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_HTML_TIMELINE_H
#define SMBT_REPORT_HTML_TIMELINE_H

#include <smbtrace/smbtrace.h>

enum smbt_mark {
    SMBT_MARK_START,
    SMBT_MARK_SETUP,
    SMBT_MARK_REQUEST,
    SMBT_MARK_EVIDENCE,
    SMBT_MARK_CLOCK, /* a clock ran from here */
    SMBT_MARK_CULPRIT,
    SMBT_MARK_END,
    SMBT_MARKS
};

enum smbt_lane_kind { SMBT_LANE_CONNECTION, SMBT_LANE_CLOCK, SMBT_LANE_EVIDENCE };

typedef struct smbt_lane {
    enum smbt_lane_kind kind;
    char *label, *below; /* owned */
    uint64_t from;       /* the frame that it begins at; 0: before the first column */
    bool ends;           /* with the end of the connection; else it goes on */
    char *due;           /* CLOCK: when it would have run out, seen from the end; owned */
    bool ran_out;        /* CLOCK: the end lies within the time at which it runs out */
} smbt_lane;

typedef struct smbt_event {
    uint64_t frame;
    smbt_duration before; /* the end; UNKNOWN */
    enum smbt_mark mark;
    guint lane;       /* its index */
    const char *what; /* borrowed from the end */
} smbt_event;

typedef struct smbt_timeline {
    const smbt_end *end;
    GArray *lanes;  /* of smbt_lane, from the top; the first is the connection that ended */
    GArray *events; /* of smbt_event, by frame */
    GArray *frames; /* of uint64_t, rising: the columns */
} smbt_timeline;

/* Appends the drawing and its legend. There are two columns at least. */
void smbt_html_draw(GString *out, const smbt_timeline *timeline);

#endif
