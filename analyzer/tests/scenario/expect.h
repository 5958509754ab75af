/* What a scenario must lead to: the lines of its .expected file. The language is described in
 * testdata/scenarios/README.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_EXPECT_H
#define SMBT_TESTS_SCENARIO_EXPECT_H

#include "scenario/findings.h"

/* Compares findings with the text of an .expected file. "" when they agree, else one line per difference.
 * NULL and an error when the text itself is wrong. The caller frees with g_free. */
char *scn_expect(const scn_scenario *s, const char *text, const scn_findings *findings, GError **error);

#endif
