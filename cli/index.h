/* The index of a document: rows that came as the findings did, in groups, the worst first, then by time.
 *
 * Rows themselves lie in a spool; what is kept of each here is where, and its time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_INDEX_H
#define SMBT_CLI_INDEX_H

#include "format.h"
#include "spool.h"

struct index;

struct index *index_new(void);
void index_free(struct index *index);

/* The row of `record` is the next `size` bytes of the spool. */
void index_add(struct index *index, const smbt_record *record, size_t size);

/* Adds what `other` holds, whose spool now follows this one's. */
void index_append(struct index *index, const struct index *other);

bool index_is_empty(const struct index *index);

/* Writes the groups, each between what the format says of it. false: `write` said so, or the spool has
 * failed.
 */
bool index_write(const struct index *index, struct spool *rows, const struct format *format,
                 const struct rendering *r, spool_write_fn write, void *user);

#endif
