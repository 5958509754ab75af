/* What was found, told in a sentence or two: for the top of a report.
 *
 * Causes are told by their sentences, which name the hosts while they are few and count them otherwise. All
 * of it comes from the digest, so it holds for one capture as for thousands. Names are cut short.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_STORY_H
#define SMBT_REPORT_STORY_H

#include "report/digest.h"

/* "ACCT-PC01 and FRONTDESK share the address 10.50.0.2 and ended each other's connections to 10.50.0.10 13
 * times in 20 s.", "100 servers closed 106 connections of 192.168.1.124 that lay unused for 60 s (likely)."
 */
void smbt_story_headline(GString *para, const smbt_digest *digest);
/* Whether that sentence is about hosts that end each other's connections in turn: there is nothing worse than
 * that, and no more of anything as bad. */
bool smbt_story_is_of_pattern(const smbt_digest *digest);
/* What else there is: the next cause, and how many ends there were of each. Nothing when that is all. */
void smbt_story_rest(GString *para, const smbt_digest *digest);

/* The rows that something can be done about, the worst first; few. The caller unrefs. */
GPtrArray *smbt_story_remedies(const smbt_digest *digest);
/* What such a row's advice is about: a cause and its variant, or the cause alone where the advice is that of
 * several of its variants. The caller frees. */
char *smbt_story_remedies_topic(const smbt_digest *digest, const smbt_digest_row *row);

#endif
