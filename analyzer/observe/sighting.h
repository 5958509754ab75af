/* What this capture shows of a connection, for comparing with captures from other places: which messages
 * began where in the stream, and every FIN and RST.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_SIGHTING_H
#define SMBT_OBSERVE_SIGHTING_H

#include "observe/track.h"

/* Marks that are kept of one direction: the first ones, unique ones, the latest, and of the others those that
 * come first by a hash of place and content, so that two captures keep the same ones wherever they begin. */
#define SMBT_MARKS_FIRST  8
#define SMBT_MARKS_UNIQUE 8
#define SMBT_MARKS_LATEST 32
#define SMBT_MARKS_SAMPLE 32
/* So many wait until they are sorted out. */
#define SMBT_MARKS_MAX     160
#define SMBT_FAREWELLS_MAX 16

typedef struct smbt_sighting_notes {
    GArray *marks[2];  /* of smbt_stream_mark, in the order of the capture; NULL: none */
    GArray *farewells; /* of smbt_farewell; NULL: none */
    bool farewells_more, marks_more;
    bool has_isn[2];
    uint32_t isn[2];
    smbt_time isn_time[2];
    uint64_t missing[2];
    bool has_next[2];
    uint32_t next[2];
    bool ttl_varies[2]; /* among segments with messages: a forged RST tells nothing of its host */
    uint8_t ttl[2];     /* 0: none came */
} smbt_sighting_notes;

smbt_sighting_notes *smbt_sighting_notes_new(void);
void smbt_sighting_notes_free(smbt_sighting_notes *notes);

/* A SYN, FIN or RST; others leave no trace. */
void smbt_sighting_control(smbt_sighting_notes *notes, unsigned side, const smbt_segment *segment,
                           uint64_t frame, smbt_time time);
/* A segment with payload that begins with a message. Returns by how many the marks grew: less than 0 when
 * they were sorted out. */
int smbt_sighting_mark(smbt_sighting_notes *notes, const smbt_stream_mark *mark, uint8_t ttl);
unsigned smbt_sighting_marks(const smbt_sighting_notes *notes);
/* What a direction of the stream came to, once it is over. */
void smbt_sighting_half(smbt_sighting_notes *notes, unsigned side, const smbt_half *half);

/* The record, but for the endpoints and the end. `ret_sighting` has arrays of its own. */
void smbt_sighting_fill(const smbt_sighting_notes *notes, const smbt_track *track,
                        smbt_sighting *ret_sighting);
void smbt_sighting_clear(smbt_sighting *sighting);

#endif
