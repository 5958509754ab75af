/* Verdicts on the victim of a world, and what every one of them must have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_VERDICT_JUDGING_H
#define SMBT_TESTS_VERDICT_JUDGING_H

#include "verdict/world.h"

#define T_XP "Windows 5.1"

static inline smbt_verdict *t_judge(t_world *w, const char *cause)
{
    smbt_verdict *v = smbt_judge(&w->the_case);
    g_assert_cmpstr(v->end.cause, ==, cause);
    g_assert_true(v->end.summary && *v->end.summary);
    g_assert_cmpuint(v->end.frame, ==, w->victim_track.end.frame);
    for (guint i = 1; i < v->end.evidence->len; i++) /* in frame order */
        g_assert_cmpuint(g_array_index(v->end.evidence, smbt_evidence, i - 1).frame, <=,
                         g_array_index(v->end.evidence, smbt_evidence, i).frame);
    for (guint i = 0; i < v->end.ruled_out->len; i++) /* what it is was not ruled out */
        g_assert_cmpstr(g_array_index(v->end.ruled_out, smbt_ruled_out, i).cause, !=, cause);
    return v;
}

static inline void t_assert_cause(t_world *w, const char *cause, const char *variant,
                                  enum smbt_strength strength)
{
    smbt_verdict *v = t_judge(w, cause);
    g_assert_cmpstr(v->end.variant, ==, variant);
    g_assert_cmpint(v->end.strength, ==, strength);
    smbt_verdict_free(v);
}

static inline const char *t_why_not(const smbt_verdict *v, const char *cause)
{
    for (guint i = 0; i < v->end.ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(v->end.ruled_out, smbt_ruled_out, i);
        if (strcmp(r->cause, cause) == 0) return r->why;
    }
    return NULL;
}

#endif
