/* A culprit and its victims, for the tests of the zero-VC rule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_MODEL_ZERO_VC_H
#define SMBT_TESTS_MODEL_ZERO_VC_H

#include "model/bench.h"

#define INLINE_ALL   "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2 illumos ms-cifs"
#define ADDRESS_ONLY "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2"
#define SAMBA        "samba-reset-on-zero-vc"
#define PREFER       "windows-2000 windows-xp windows-2003"

/* A victim with a session, its server not named. */
static inline smbt_conn *victim_of(t_bench *b, unsigned port, const char *workstation)
{
    smbt_conn *c = t_open(b, 1000, port);
    if (port == 139) t_netbios(b, c, "VICTIM", true);
    t_setup_request(b, c, &(t_setup){.vc = 1, .mid = 1, .workstation = workstation});
    t_setup_response(b, c, 1, 100, 0, NULL, NULL);
    return c;
}

static inline void strike(t_bench *b, smbt_conn *culprit, unsigned words)
{
    t_setup_request(b, culprit, &(t_setup){.vc = 0, .mid = 1, .word_count = words, .workstation = "CULPRIT"});
}

static inline const smbt_prediction *only_prediction(const smbt_conn *c)
{
    g_assert_nonnull(c->predictions);
    g_assert_cmpuint(c->predictions->len, ==, 1);
    return c->predictions->pdata[0];
}

static inline void assert_unarmed(const smbt_conn *c)
{
    g_assert_true(!c->predictions || c->predictions->len == 0);
}

static inline void assert_armed(t_bench *b, const smbt_conn *c, const char *before_answer,
                                const char *separate)
{
    if (!*before_answer && !*separate) {
        assert_unarmed(c);
        return;
    }
    const smbt_prediction *p = only_prediction(c);
    g_assert_cmpstr(p->rule, ==, "zero-vc");
    g_assert_cmphex(p->before_answer, ==, t_mask(b, before_answer));
    g_assert_cmphex(p->separate, ==, t_mask(b, separate));
    g_assert_cmphex(p->needs_logon, ==, t_mask(b, "ms-cifs") & p->before_answer);
    g_assert_cmpuint(p->separate_delay, ==, *separate ? 40 * SMBT_MS : 0);
}

static inline void clear(t_bench *b, smbt_conn *one, smbt_conn *other)
{
    smbt_model_free_conn(one);
    if (other) smbt_model_free_conn(other);
    t_bench_clear(b);
}

#endif
