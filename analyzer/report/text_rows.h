/* Rows in columns beneath a label: what it is, its name, the rest, which hangs beside them or, where a line
 * is too narrow, beneath.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_TEXT_ROWS_H
#define SMBT_REPORT_TEXT_ROWS_H

#include "report/text.h"

/* Paragraphs. */
struct smbt_text_row {
    GString *id, *name, *details;
};

struct smbt_text_rows {
    struct smbt_text_writer *w;
    const char *label;
    GPtrArray *rows; /* of struct smbt_text_row */
};

struct smbt_text_rows smbt_text_rows_init(struct smbt_text_writer *w, const char *label);
/* A row, owned by the rows. */
struct smbt_text_row *smbt_text_rows_add(struct smbt_text_rows *rows);
/* Writes the first `most` rows, 0: all, and frees them. */
void smbt_text_rows_end(struct smbt_text_rows *rows, unsigned most);

/* What there is to say, one after the other: a comma unless it is the first. */
void smbt_text_part(GString *details);
void smbt_text_part_add(GString *details, const char *text);
/* "since frame 7"; nothing without a frame. */
void smbt_text_part_frame(GString *details, const char *words, uint64_t frame);
/* The text, or dim what is said instead. */
void smbt_text_name_or(GString *name, const char *text, const char *otherwise);
/* "FID 0x4000", "TID 7" */
void smbt_text_id(GString *id, const char *kind, const char *format, uint64_t value);

/* The rows of clocks as of `now`. */
void smbt_text_state_clocks(struct smbt_text_rows *rows, const GArray *clocks, smbt_time now);

#endif
