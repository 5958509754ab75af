/* The zero-VC rule: how sure, which variant, why not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

/* A victim that ends a millisecond after the request, two before its answer. */
static void struck(t_world *w, const char *os)
{
    t_world_init(w, NULL, os, NULL);
    t_strike(w, "OTHER");
    t_answer(w, 3 * SMBT_MS, 0);
    t_end_at(w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
}

/* ---- zero-vc
 * ------------------------------------------------------------------------------------------------- */

static void test_zero_vc_told(void)
{
    t_world w;
    struck(&w, T_XP);
    smbt_request pending[12];
    for (unsigned i = 0; i < 12; i++)
        pending[i] =
            (smbt_request){.command = 0x2e, .frame = 1 + i, .time = w.victim_track.end.time - SMBT_MS};
    w.the_case.in_flight = pending;
    w.the_case.in_flight_count = 12;
    smbt_verdict *v = t_judge(&w, "zero-vc");
    const smbt_end *e = &v->end;
    g_assert_cmpint(e->severity, ==, SMBT_SEVERITY_ERROR);
    g_assert_true(e->culprit.has_connection);
    g_assert_cmpuint(e->culprit.client.port, ==, 1001);
    g_assert_cmpuint(e->culprit.delay, ==, SMBT_MS);
    g_assert_cmpuint(e->culprit.frame, ==,
                     ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->frame);
    g_assert_cmpstr(e->predicted.rule, ==, "zero-vc");
    g_assert_cmpstr(e->predicted.profile, ==, "windows-xp");
    g_assert_cmpuint(e->predicted.from, ==, w.struck);
    g_assert_cmpuint(e->predicted.to, ==, w.struck + 3 * SMBT_MS);
    g_assert_cmpuint(e->in_flight->len, ==, 8);
    g_assert_cmpuint(e->in_flight_more, ==, 4);
    g_assert_cmpstr(g_array_index(e->in_flight, smbt_in_flight, 0).command, ==, "READ_ANDX");
    g_assert_cmpuint(g_array_index(e->in_flight, smbt_in_flight, 0).age, ==, SMBT_MS);
    g_assert_cmpuint(e->missing->len, ==, 0);
    g_assert_cmpuint(e->remedies->len, >, 0);
    g_assert_nonnull(t_why_not(v, "path-loss"));
    smbt_verdict_free(v);
    t_world_clear(&w);
}

static void test_zero_vc_strength(void)
{
    static const struct {
        const char *os;
        bool answered, implied;
        unsigned matched, elsewhere, not_enforced;
        bool vc_unknown, plain;
        unsigned repeats;
        smbt_duration end;
        enum smbt_strength strength;
    } cases[] = {
        {T_XP, .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {T_XP, .answered = false, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .answered = true, .implied = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {"FilerOS 3", .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .matched = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .matched = 2, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {NULL, .answered = true, .elsewhere = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {NULL, .elsewhere = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .answered = true, .not_enforced = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .answered = true, .vc_unknown = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_POSSIBLE},
        {T_XP, .answered = true, .vc_unknown = true, .matched = 2, .elsewhere = 5, .end = SMBT_MS,
         .strength = SMBT_STRENGTH_POSSIBLE},
        {T_XP, .answered = true, .plain = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .answered = true, .end = 200 * SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {T_XP, .answered = true, .end = 200 * SMBT_MS + 1, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .answered = true, .repeats = 2, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {T_XP, .answered = true, .repeats = 3, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {T_XP, .not_enforced = 1, .plain = true, .end = 300 * SMBT_MS, .strength = SMBT_STRENGTH_POSSIBLE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, cases[i].os, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answered) t_answer(&w, SMBT_SEC, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
        w.victim_track.end.unanswered_repeats = cases[i].repeats;
        smbt_prediction *p = w.victim->predictions->pdata[0];
        p->trigger->matched = cases[i].matched;
        p->trigger->vc_known = !cases[i].vc_unknown;
        p->trigger->answer_implied = cases[i].implied;
        if (cases[i].plain) p->prefers_extsec = p->before_answer;
        w.belief->not_enforced = cases[i].not_enforced;
        w.the_case.enforced_elsewhere = cases[i].elsewhere;
        smbt_verdict *v = t_judge(&w, "zero-vc");
        g_assert_cmpstr(v->end.variant, ==, "nat-collision");
        g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        g_assert_cmpuint(v->end.missing->len, ==,
                         (!cases[i].answered || cases[i].implied) + cases[i].vc_unknown);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* Where session setups come all the time, the moment alone confirms nothing. */
static void test_zero_vc_coincidence(void)
{
    static const struct {
        unsigned setups, matched;
        double share;
        enum smbt_strength strength;
        uint64_t ends, struck; /* others */
    } cases[] = {
        {100, 1, 0.2, SMBT_STRENGTH_LIKELY, 0, 0},
        {8, 0, 0.0101, SMBT_STRENGTH_LIKELY, 0, 0},
        {8, 0, 0.01, SMBT_STRENGTH_CONFIRMED, 0, 0},
        {7, 0, 0.9, SMBT_STRENGTH_CONFIRMED, 0, 0},
        {100, 2, 0.2, SMBT_STRENGTH_LIKELY, 0, 0},
        {100, 3, 0.2, SMBT_STRENGTH_CONFIRMED, 0, 0}, /* so many together are no chance */
        {100, 4, 1, SMBT_STRENGTH_LIKELY, 0, 0},
        {0, 0, 0, SMBT_STRENGTH_CONFIRMED, 0, 0},
        /* where no end had another cause, this one had none either */
        {100, 1, 0.02, SMBT_STRENGTH_LIKELY, 0, 0},
        {100, 1, 0.02, SMBT_STRENGTH_LIKELY, 1, 1},
        {100, 1, 0.02, SMBT_STRENGTH_CONFIRMED, 2, 2},
        {100, 1, 0.02, SMBT_STRENGTH_LIKELY, 2, 1},
        {100, 1, 0.2, SMBT_STRENGTH_LIKELY, 23, 23},
        {100, 1, 0.2, SMBT_STRENGTH_CONFIRMED, 25, 25},
        {100, 1, 0.2, SMBT_STRENGTH_LIKELY, 40, 39},
        {100, 1, 0.2, SMBT_STRENGTH_CONFIRMED, 50, 49},
        /* but where the windows leave no room, other causes would not show */
        {100, 1, 0.99, SMBT_STRENGTH_LIKELY, 1000, 1000},
        {100, 1, 1, SMBT_STRENGTH_LIKELY, 1000, 1000},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        struck(&w, T_XP);
        ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->matched = cases[i].matched;
        w.the_case.coincidence = (smbt_coincidence){.setups = cases[i].setups,
                                                    .share = cases[i].share,
                                                    .ends = cases[i].ends,
                                                    .struck = cases[i].struck};
        smbt_verdict *v = t_judge(&w, "zero-vc");
        g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        g_assert_cmpuint(v->end.missing->len, ==, cases[i].strength == SMBT_STRENGTH_LIKELY);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* Survivors speak against it: more of them than victims, and more than three for each. */
static void test_zero_vc_survivors(void)
{
    for (unsigned alive = 0; alive <= 4; alive++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *siblings[4];
        for (unsigned k = 0; k < alive; k++)
            siblings[k] = t_open(&w.bench, 2000 + k, 445);
        t_strike(&w, "OTHER");
        t_answer(&w, 5 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        if (alive == 4) {
            smbt_verdict *v = t_judge(&w, "unknown");
            g_assert_cmpuint(v->end.missing->len, ==, 1);
            g_assert_nonnull(strstr(v->end.missing->pdata[0], "4 other connections"));
            smbt_verdict_free(v);
            w.the_case.enforced_elsewhere = 1;
        }
        t_assert_cause(&w, "zero-vc", "nat-collision",
                       alive > 1 ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_CONFIRMED);
        for (unsigned k = 0; k < alive; k++)
            smbt_model_free_conn(siblings[k]);
        t_world_clear(&w);
    }
}

/* The server ended the culprit's connection as well: only earlier kills let the rule be blamed. */
static void test_zero_vc_culprit_fell(void)
{
    t_world w;
    struck(&w, T_XP);
    w.culprit_track.end = w.victim_track.end;
    smbt_verdict *v = t_judge(&w, "unknown");
    g_assert_cmpuint(v->end.missing->len, ==, 1);
    g_assert_nonnull(strstr(v->end.missing->pdata[0], "the server ended that connection too"));
    smbt_verdict_free(v);
    w.the_case.enforced_elsewhere = 1;
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    t_world_clear(&w);
}

static void test_zero_vc_variants(void)
{
    static const struct {
        const char *culprit;
        smbt_duration silent;
        const char *victim_path, *culprit_path, *variant;
    } cases[] = {
        {"OTHER", 0, NULL, NULL, "nat-collision"},
        {"VICTIM", 0, NULL, NULL, "same-host"},
        {"VICTIM", 5 * SMBT_SEC, "srv", "srv", "client-restart"},
        {"VICTIM", 5 * SMBT_SEC - 1, "srv", "srv", "same-host"},
        {"VICTIM", 9 * SMBT_SEC, NULL, NULL, "same-host"}, /* under which names is not known */
        {"VICTIM", 9 * SMBT_SEC, "srv", NULL, "same-host"},
        {"VICTIM", 9 * SMBT_SEC, NULL, "srv", "same-host"},
        {"VICTIM", 9 * SMBT_SEC, "srv", "alias", "same-host"},
        {NULL, 0, NULL, NULL, "undetermined"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        t_strike(&w, cases[i].culprit);
        t_answer(&w, 3 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        w.victim_track.sender[0].last = w.culprit->opened - cases[i].silent;
        if (cases[i].victim_path) w.victim->claims.server_path = g_ref_string_new(cases[i].victim_path);
        if (cases[i].culprit_path) w.culprit->claims.server_path = g_ref_string_new(cases[i].culprit_path);
        smbt_verdict *v = t_judge(&w, "zero-vc");
        g_assert_cmpstr(v->end.variant, ==, cases[i].variant);
        bool restart = strcmp(cases[i].variant, "client-restart") == 0;
        g_assert_cmpint(v->end.severity, ==, restart ? SMBT_SEVERITY_NOTE : SMBT_SEVERITY_ERROR);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* The culprit's connection is no longer known: the verdict stands, its variant does not. */
static void test_zero_vc_culprit_forgotten(void)
{
    t_world w;
    struck(&w, T_XP);
    smbt_model_free_conn(w.culprit);
    smbt_verdict *v = t_judge(&w, "zero-vc");
    g_assert_cmpstr(v->end.variant, ==, "undetermined");
    g_assert_cmpuint(v->end.culprit.client.port, ==, 1001);
    smbt_verdict_free(v);
    w.culprit = t_open(&w.bench, 1002, 445);
    t_world_clear(&w);
}

/* Later than servers of that kind usually take, and nothing to back it: no accusation. */
static void test_zero_vc_loose(void)
{
    t_world w;
    t_world_init(&w, NULL, "Unix", "Samba 4.17");
    t_strike(&w, "OTHER");
    t_answer(&w, SMBT_MS, 0);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 5 * SMBT_MS + 1);
    smbt_verdict *v = t_judge(&w, "unknown");
    g_assert_cmpuint(v->end.missing->len, ==, 1);
    g_assert_cmpint(v->end.strength, ==, SMBT_STRENGTH_NONE);
    smbt_verdict_free(v);
    smbt_prediction *p = w.victim->predictions->pdata[0];
    p->trigger->matched = 1; /* another victim */
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    p->trigger->matched = 0;
    w.the_case.enforced_elsewhere = 1;
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    /* Told to end, and able to only later. */
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_SEC);
    w.victim_track.end.stalled = true;
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    t_world_clear(&w);
}

/* In time for such servers; but they close what is idle anyway. */
static void test_zero_vc_separate_strength(void)
{
    static const struct {
        smbt_duration idle;
        unsigned matched;
        enum smbt_strength strength;
    } cases[] = {{0, 0, SMBT_STRENGTH_LIKELY},
                 {0, 1, SMBT_STRENGTH_LIKELY}, /* this very end */
                 {0, 2, SMBT_STRENGTH_CONFIRMED},
                 {600 * SMBT_SEC - 1, 1, SMBT_STRENGTH_LIKELY},
                 {600 * SMBT_SEC, 1, SMBT_STRENGTH_POSSIBLE},
                 {600 * SMBT_SEC, 2, SMBT_STRENGTH_CONFIRMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", "Samba 4.17");
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 5 * SMBT_MS);
        w.victim->last_request = w.victim_track.end.time - cases[i].idle;
        ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->matched = cases[i].matched;
        t_assert_cause(&w, "zero-vc", "nat-collision", cases[i].strength);
        t_world_clear(&w);
    }
}

/* ---- Why not
 * ------------------------------------------------------------------------------------------------- */

static void test_zero_vc_ruled_out(void)
{
    t_world w;
    t_world_init(&w, NULL, T_XP, NULL);
    w.struck = w.bench.now;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
    smbt_verdict *v = t_judge(&w, "server-close");
    g_assert_nonnull(strstr(t_why_not(v, "zero-vc"),
                            "no session setup with VcNumber 0 on another connection of 10.0.0.1"));
    smbt_verdict_free(v);
    t_strike(&w, "OTHER");
    t_answer(&w, 3 * SMBT_MS, 0);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 4 * SMBT_MS);
    v = t_judge(&w, "server-close");
    g_assert_nonnull(strstr(t_why_not(v, "zero-vc"), "already answered"));
    smbt_verdict_free(v);
    /* A survivor speaks louder. */
    w.belief->not_enforced = 1;
    w.belief->lapse_trigger_frame = 77;
    v = t_judge(&w, "server-close");
    g_assert_nonnull(strstr(t_why_not(v, "zero-vc"), "live on through the VcNumber 0 of frame 77"));
    smbt_verdict_free(v);
    t_world_clear(&w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/judge/zero-vc/told", test_zero_vc_told);
    g_test_add_func("/judge/zero-vc/strength", test_zero_vc_strength);
    g_test_add_func("/judge/zero-vc/coincidence", test_zero_vc_coincidence);
    g_test_add_func("/judge/zero-vc/survivors", test_zero_vc_survivors);
    g_test_add_func("/judge/zero-vc/culprit-fell", test_zero_vc_culprit_fell);
    g_test_add_func("/judge/zero-vc/separate-strength", test_zero_vc_separate_strength);
    g_test_add_func("/judge/zero-vc/variants", test_zero_vc_variants);
    g_test_add_func("/judge/zero-vc/culprit-forgotten", test_zero_vc_culprit_forgotten);
    g_test_add_func("/judge/zero-vc/loose", test_zero_vc_loose);
    g_test_add_func("/judge/zero-vc/ruled-out", test_zero_vc_ruled_out);
    return g_test_run();
}
