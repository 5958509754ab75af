/* What smbtrace can conclude: the causes and the observations of the contract, one row each.
 *
 * The rows are in causes.def and observations.def. The tables behind smbt_causes() and
 * smbt_observation_kinds() are made from them, and so are the enums here, by which the code names them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_TOPIC_H
#define SMBT_VERDICT_TOPIC_H

#include <smbtrace/smbtrace.h>

enum smbt_cause {
#define SMBT_CAUSE(id, ...) SMBT_CAUSE_##id,
#include "verdict/causes.def"
#undef SMBT_CAUSE
    SMBT_CAUSE_MAX
};

enum smbt_observation_kind {
#define SMBT_OBSERVATION(id, ...) SMBT_OBS_##id,
#include "verdict/observations.def"
#undef SMBT_OBSERVATION
    SMBT_OBS_MAX
};

/* The row of one cause or observation: static. */
const smbt_topic *smbt_cause_topic(enum smbt_cause cause);
const smbt_topic *smbt_observation_topic(enum smbt_observation_kind kind);

/* The cause with this id, or SMBT_CAUSE_MAX when there is none. */
enum smbt_cause smbt_cause_find(const char *id);

#endif
