/* What is due, earliest first; events of one time in the order in which they were added.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_EVENTS_H
#define BENCH_EVENTS_H

#include <glib.h>

struct connection;

struct event {
    guint64 time; /* microseconds since the epoch */
    guint64 order;
    struct connection *connection;
    guint64 cause; /* 0: the connection's next segment; else it is killed, and this frame is why */
};

struct events {
    GArray *heap; /* of struct event */
    guint64 order;
};

void events_init(struct events *events);
void events_clear(struct events *events);
void events_add(struct events *events, guint64 time, struct connection *connection, guint64 cause);
/* False when nothing is due any more. */
gboolean events_next(struct events *events, struct event *ret_event);

#endif
