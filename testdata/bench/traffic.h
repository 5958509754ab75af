/* Connections as state machines: each event sends one segment of one connection, and says when the next is
 * due.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "events.h"
#include "frames.h"

struct traffic_options {
    gboolean small;                 /* many small questions instead of large reads */
    int connections, seconds;       /* started in so many seconds */
    int kib;                        /* of a connection, on average */
    int servers;                    /* addresses */
    int nat_percent, nat_addresses; /* connections that share addresses */
    int abort_percent;              /* connections that the client ends with an RST */
    int seed;
};

struct traffic {
    const struct traffic_options *options;
    struct capture capture;
    FILE *truth;
    guint64 random;
    struct events events;
    struct host *servers, *nat;
    GPtrArray **live;        /* of struct connection, logged on: one array for each NAT address and server */
    GPtrArray *hosts, *idle; /* of struct host, outside NAT: all, and those without a connection */
};

/* Sends everything to `file`, and what happened to `truth`. Returns the number of frames. */
guint64 traffic_generate(const struct traffic_options *options, FILE *file, FILE *truth);

#endif
