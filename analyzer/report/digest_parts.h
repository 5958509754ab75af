/* What the files of the digest share, and nobody else needs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_DIGEST_PARTS_H
#define SMBT_REPORT_DIGEST_PARTS_H

#include "report/digest.h"

/* Widens a span by a moment; NONE widens nothing. */
void smbt_digest_span(smbt_time *first, smbt_time *last, smbt_time time);
GPtrArray *smbt_digest_copy_texts(const GPtrArray *texts);
/* Those of `texts` that are not there yet, while there is room. */
void smbt_digest_add_remedies(GPtrArray *remedies, const GPtrArray *texts);
/* Leaves in `common` only what is in `texts`, too. */
void smbt_digest_keep_common(GPtrArray *common, const GPtrArray *texts);

/* NULL: none yet. */
smbt_digest_row *smbt_digest_find_row(smbt_digest *d, bool is_end, const char *id, const char *variant);
smbt_digest_row *smbt_digest_add_row(smbt_digest *d, const smbt_digest_row *values, const char *summary);
/* Found or added; NULL beyond the cap. */
smbt_digest_cell *smbt_digest_find_cell(smbt_digest *d, smbt_digest_row *r, const smbt_endpoint *client,
                                        const smbt_nat_ends *nat, const smbt_endpoint *server,
                                        const char *host);
void smbt_digest_count_ends(smbt_digest_counts *counts, const smbt_addr *addr, const smbt_nat_ends *nat,
                            const char *host, uint64_t n);
/* `file`: of which capture, among the digest's files; any where it has none. */
void smbt_digest_add_pattern(smbt_digest *d, const smbt_pattern *pattern, guint file);

/* digest_times.c */
void smbt_digest_count_time(smbt_digest *d, smbt_time time, uint64_t n);
/* Makes each bucket one unit longer. */
void smbt_digest_coarsen(smbt_digest *d);

#endif
