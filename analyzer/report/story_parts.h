/* What the files of the story share: story_tell.c has the sentences, story.c their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_STORY_PARTS_H
#define SMBT_REPORT_STORY_PARTS_H

#include "report/story.h"

/* More hosts than this are counted. */
#define SMBT_STORY_HOSTS_NAMED 3

/* "A", "A and B", "A, B and C"; more than `most`: "4 hosts". */
void smbt_story_names(GString *para, const GPtrArray *names, unsigned most, const char *many);

/* The row of ends with that cause and variant, among the digest's; NULL: there is none. */
const smbt_digest_row *smbt_story_find_row(const GPtrArray *rows, const char *id, const char *variant);

/* The strength that all have, where it is less than confirmed; "most likely" or "possibly". */
enum smbt_strength smbt_story_common_doubt(const smbt_digest_row *row);
const char *smbt_story_word_of(enum smbt_strength doubt);
/* " (the cause is confirmed for 7, likely for 4)"; nothing when all are confirmed, or have no strength. */
void smbt_story_doubt(GString *para, const smbt_digest_row *row);

/* All variants of the cause of `lead` that are worth a note, but `except`, in one sentence. */
void smbt_story_tell_cause(GString *para, const GPtrArray *rows, const smbt_digest_row *lead,
                           const smbt_digest_row *except);

#endif
