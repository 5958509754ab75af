/* What a cause or observation means, in a whole sentence: for overviews of many that differ. Lists of causes
 * have shorter words (verdict/causes.def).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_MEANING_H
#define SMBT_REPORT_MEANING_H

/* Each id of smbt_causes() and smbt_observation_kinds() has one; NULL for others. Static. */
const char *smbt_meaning(const char *id);

#endif
