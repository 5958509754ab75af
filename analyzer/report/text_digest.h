/* The words of a digest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_TEXT_DIGEST_H
#define SMBT_REPORT_TEXT_DIGEST_H

#include "report/digest.h"
#include "report/fold.h"

/* As smbt_text_digest, without the headline. */
void smbt_text_digest_table(GString *out, const smbt_text_style *style, const smbt_digest *digest);

/* "10.0.0.1 (3), 10.0.0.2 (2) and 94 more (96)"; nothing when there is one at most. */
void smbt_text_most(GString *para, const smbt_digest_counts *counts);
/* "per 10 s: 12:37:10 (20), 12:37:20 (36)", "2021 (3), 2022 (7)"; nothing when there is one at most. */
void smbt_text_times(GString *para, const smbt_digest *digest);
/* "12:37:16 to 12:39:21"; with dates where these differ, or if `dated`; nothing when the first is not set. */
void smbt_text_span(GString *para, smbt_time first, smbt_time last, bool dated);
/* "confirmed"; "7 likely, 4 possible" */
void smbt_text_strengths(GString *para, const uint64_t strengths[SMBT_STRENGTH_MAX], uint64_t count);
/* "16 × PC, 192.168.1.124 → 13 servers; 12:37:17 to 12:39:21; frames 2573, 2576; back after 2.5 s" */
void smbt_text_fold_line(GString *para, const smbt_digest *digest, const smbt_digest_row *row,
                         const smbt_fold_line *line);
/* "frames 2573, 2576, 2590 and 13 more", of `count`; nothing where none is known. */
void smbt_text_first_frames(GString *para, const uint64_t frames[SMBT_DIGEST_FRAMES], uint64_t count);
/* `before`, then "in a.pcap", "in 3 captures"; false, and nothing, of one capture alone. */
bool smbt_text_files(GString *para, const char *before, const smbt_digest *digest,
                     const smbt_digest_files *files);

#endif
