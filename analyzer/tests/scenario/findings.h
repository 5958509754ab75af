/* What was found in a scenario: by the engine through its header, or by the command line in JSON. Both become
 * the same rows, so that they can be compared with each other and with what was expected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_FINDINGS_H
#define SMBT_TESTS_SCENARIO_FINDINGS_H

#include "scenario/scenario.h"

typedef struct scn_pair {
    smbt_endpoint client, server;
} scn_pair;

/* An end or an observation. Strings are interned. */
typedef struct scn_finding {
    bool is_end;
    const char *what;    /* cause, or kind of the observation */
    const char *variant; /* the rest is of ends only; NULL and 0 otherwise */
    const char *strength, *severity;
    const char *kind, *by;
    uint64_t frame;
    scn_pair connection;
    uint64_t culprit;
    scn_pair culprit_connection; /* meaningful with culprit */
    gint64 delay_us;
    unsigned in_flight, missing;
    const char *user, *workstation;
    const char *rule;                       /* of the prediction; NULL: none */
    smbt_time predicted_from, predicted_to; /* meaningful with rule; SMBT_TIME_NONE: open */
    const char *evidence;                   /* of observations too: frames, ",12,15," */
} scn_finding;

/* What is known of a server, and of the capture. */
typedef struct scn_server {
    smbt_addr addr;
    const char *profile;
    unsigned enforced, not_enforced;
} scn_server;

typedef struct scn_findings {
    GArray *rows;                /* of scn_finding, in the order in which they came */
    GArray *servers;             /* of scn_server */
    const char *viewpoint, *nat; /* NULL: unknown */
    unsigned connections, undecoded, backward, duplicates;
} scn_findings;

scn_findings *scn_findings_new(void);
void scn_findings_free(scn_findings *f);

/* Pushes the frames into an engine. NULL, with an error, when the scenario's settings are wrong. */
scn_findings *scn_findings_of_engine(const scn_scenario *s, GError **error);
/* The same as so many files, a few frames each, that are one capture. The frames are numbered as in the
 * whole. */
scn_findings *scn_findings_of_pieces(const scn_scenario *s, GError **error);
/* The same in two steps, for many captures of one scenario. */
smbt_config *scn_config(const scn_scenario *s, GError **error);
scn_findings *scn_findings_with(const scn_scenario *s, const smbt_config *config);
/* Reads the document of `smbtrace-check -f json`. */
scn_findings *scn_findings_of_json(const char *text, GError **error);

/* Lists where the two differ, "" when they don't. The caller frees with g_free. */
char *scn_findings_compare(const scn_scenario *s, const scn_findings *engine, const scn_findings *json);

/* Makes up a list of frames: ",12,15,". */
void scn_evidence_add(GString *list, uint64_t frame);
bool scn_evidence_has(const scn_finding *f, uint64_t frame);

/* What a predicted time is counted from: the culprit, or the capture's beginning when there is none. */
smbt_time scn_finding_origin(const scn_scenario *s, const scn_finding *f);

/* The name that a label gives to a frame, or "(frame 7)". */
void scn_frame_say(GString *out, const scn_scenario *s, uint64_t number);
/* "end a at kill: zero-vc nat-collision confirmed, rst by server, ..." */
void scn_finding_say(GString *out, const scn_scenario *s, const scn_finding *f);

#endif
