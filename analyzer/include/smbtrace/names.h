/* Names that scripts depend on: causes, observations, severities and the other words of reports.
 *
 * Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_NAMES_H
#define SMBTRACE_NAMES_H

#include <stdbool.h>

enum smbt_severity {
    SMBT_SEVERITY_INFO,
    SMBT_SEVERITY_NOTE,
    SMBT_SEVERITY_WARNING,
    SMBT_SEVERITY_ERROR,
    SMBT_SEVERITY_MAX
};
enum smbt_strength {
    SMBT_STRENGTH_NONE,
    SMBT_STRENGTH_POSSIBLE,
    SMBT_STRENGTH_LIKELY,
    SMBT_STRENGTH_CONFIRMED,
    SMBT_STRENGTH_MAX
};
enum smbt_side { SMBT_SIDE_CLIENT, SMBT_SIDE_SERVER, SMBT_SIDE_UNKNOWN };
enum smbt_end_kind { SMBT_END_RST, SMBT_END_FIN, SMBT_END_SILENCE };

const char *smbt_severity_name(enum smbt_severity severity); /* "info", "note", "warning", "error" */
bool smbt_severity_parse(const char *name, enum smbt_severity *ret_severity);
const char *smbt_strength_name(enum smbt_strength strength); /* NULL for NONE */
const char *smbt_side_name(enum smbt_side side);             /* "client", "server", NULL */
const char *smbt_end_kind_name(enum smbt_end_kind kind);     /* "rst", "fin", "silence" */

/* A row of `--list causes` / `--list observations`. Static. */
typedef struct smbt_topic {
    const char *id;       /* "zero-vc" */
    const char *who;      /* "server", "client", "network", "either"; NULL for an observation */
    const char *variants; /* "nat-collision, same-host", or NULL */
    enum smbt_severity severity;
    const char *meaning; /* one line */
} smbt_topic;

/* The rows of the table, ended by one whose id is NULL. */
const smbt_topic *smbt_causes(void);
const smbt_topic *smbt_observation_kinds(void);

/* The long text of `--explain ID` for a cause, an observation or a pattern, or NULL when there is no such id.
 * Static. */
const char *smbt_explain(const char *id);
/* The cause that has this variant ("nat-collision"), or NULL. Static. */
const smbt_topic *smbt_cause_of_variant(const char *variant);

/* The one of `words` (NULL-terminated) that whoever typed `word` may have meant: equal but for case, blanks
 * and underscores, a few letters apart, or begun with it. The first of equals; NULL where none is near. */
const char *smbt_nearest(const char *word, const char *const *words);

#endif
