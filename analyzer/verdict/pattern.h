/* Patterns as they are kept: with the memory that they need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_PATTERN_H
#define SMBT_VERDICT_PATTERN_H

#include <smbtrace/smbtrace.h>

typedef struct smbt_kept_pattern {
    smbt_pattern pattern;
    GStringChunk *text;
} smbt_kept_pattern;

/* Without hosts. */
smbt_kept_pattern *smbt_kept_pattern_new(const smbt_pattern *pattern);
/* With all that belongs to it; `file` may be NULL. */
smbt_kept_pattern *smbt_kept_pattern_copy(const smbt_pattern *pattern, const char *file);
void smbt_kept_pattern_add_host(smbt_kept_pattern *kept, const smbt_pattern_host *host);
void smbt_kept_pattern_free(smbt_kept_pattern *kept);

#endif
