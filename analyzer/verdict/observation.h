/* Building an observation record.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_OBSERVATION_H
#define SMBT_VERDICT_OBSERVATION_H

#include "verdict/topic.h"

#include <glib.h>
#include <smbtrace/smbtrace.h>

/* An observation with the memory that it needs. */
typedef struct smbt_note {
    smbt_observation observation;
    GStringChunk *text;
} smbt_note;

smbt_note *smbt_note_new(enum smbt_observation_kind kind, uint64_t frame, smbt_time time, const char *summary,
                         ...) G_GNUC_PRINTF(4, 5);
void smbt_note_free(smbt_note *note);
/* With memory of its own. */
smbt_note *smbt_note_copy(const smbt_observation *observation);
void smbt_note_connection(smbt_note *note, const smbt_endpoint *client, const smbt_endpoint *server);
void smbt_note_evidence(smbt_note *note, uint64_t frame, const char *what, ...) G_GNUC_PRINTF(3, 4);

#endif
