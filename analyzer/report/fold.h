/* Equal ends in one line each: by host, or by server where that takes fewer lines and no error is among few.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_FOLD_H
#define SMBT_REPORT_FOLD_H

#include "report/digest.h"

/* Strings are the cells'. */
typedef struct smbt_fold_line {
    smbt_endpoint client, server; /* of the first */
    smbt_nat_ends nat;
    const char *host;
    bool several_ports;        /* of the server */
    uint64_t clients, servers; /* hosts of different names at one address are several */
    uint64_t count;
    uint64_t frames[SMBT_DIGEST_FRAMES];
    smbt_time first, last;
    uint64_t strengths[SMBT_STRENGTH_MAX];
    const char *culprit;
    bool several_culprits;
    smbt_digest_returns returns;
    smbt_digest_files files; /* beyond those kept it is no more than a hint */
} smbt_fold_line;

/* Array of smbt_fold_line, those of the most ends first. The caller unrefs. */
GArray *smbt_fold(const smbt_digest_row *row);

#endif
