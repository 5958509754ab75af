/* Findings of a capture in the order in which they are shown: the worst first, ends before observations, then
 * by time. They come as verdicts are reached, which may be long after the end.
 *
 * Their text lies in a spool; what is kept of each here is where. What is no finding comes last, as it came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ORDER_H
#define SMBT_CLI_ORDER_H

#include "spool.h"

#include <smbtrace/smbtrace.h>

struct order;

struct order *order_new(void);
void order_free(struct order *order);

/* The next `size` bytes of the spool are the record's; NULL: no record's. More of them than anybody reads
 * stay as they come. */
void order_add(struct order *order, const smbt_record *record, size_t size);
/* The spool was emptied. */
void order_clear(struct order *order);

/* Writes all of the spool. false: `write` said so, or the spool has failed. */
bool order_write(struct order *order, struct spool *spool, spool_write_fn write, void *user);

#endif
