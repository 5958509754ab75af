/* Scenarios: what hosts say to each other, as text, made into frames. The language is described in
 * testdata/scenarios/README.md.
 *
 * A scenario knows nothing of the analyzer's inner parts but the names of transactions: frames go in by the
 * public header, or as a pcap file through the command line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_SCENARIO_H
#define SMBT_TESTS_SCENARIO_SCENARIO_H

#include <glib.h>
#include <smbtrace/smbtrace.h>

typedef struct scn_frame {
    uint64_t number; /* from 1; 0: it is not in the capture */
    smbt_time time;
    uint32_t caplen; /* <= bytes->len, which is what was on the wire */
    GByteArray *bytes;
} scn_frame;

/* A cap of the engine, "connections=2" as the scenario wrote it. */
typedef struct scn_limit {
    char *name;
    unsigned value;
} scn_limit;

typedef struct scn_connection_name {
    char *id; /* "a" */
    smbt_endpoint client, server;
} scn_connection_name;

typedef struct scn_scenario {
    char *about;         /* its first comment, one line */
    GPtrArray *capture;  /* of scn_frame: in the order of capture, numbered from 1 */
    GPtrArray *profiles; /* of char *: "server=windows-2003" */
    GPtrArray *settings; /* of char *: "server.zero_vc=off" */
    GPtrArray *ports;    /* of char *: "4450" */
    GArray *limits;      /* of scn_limit */
    GArray *connections; /* of scn_connection_name */
    GHashTable *labels;  /* char * -> GPtrArray of scn_frame (owned by `made`) */
    GPtrArray *made;     /* of scn_frame: all of them, the uncaptured too */
} scn_scenario;

/* Reads a scenario. On failure NULL, and the error names the line. */
scn_scenario *scn_read(const char *path, GError **error);
scn_scenario *scn_parse(const char *text, GError **error);
void scn_free(scn_scenario *s);

/* The frame that "kill", "kill.2" (the second of that line) or "kill.last" names. False when there is none or
 * when it was not captured. */
bool scn_find_frame(const scn_scenario *s, const char *name, uint64_t *ret_number);
/* The name of a connection by its endpoints: the last one declared with them. NULL: none has them. */
const char *scn_connection_of(const scn_scenario *s, const smbt_endpoint *client,
                              const smbt_endpoint *server);

/* A pcap file of Ethernet frames with nanoseconds. */
bool scn_write_pcap(const scn_scenario *s, const char *path, GError **error);

#endif
