/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/world.h"

#define XP    "Windows 5.1"
#define SAMBA "Samba 4.17"

static const struct {
    smbt_duration answer, end;
    bool fits;
} windows[] = {
    {5 * SMBT_MS, 0, true},
    {5 * SMBT_MS, 1, true},
    {5 * SMBT_MS, 5 * SMBT_MS, true}, /* at the very time of the answer */
    {5 * SMBT_MS, 5 * SMBT_MS + 1, false},
    {SMBT_SEC, SMBT_SEC, true},
    {0, 2 * SMBT_SEC, true}, /* never answered */
    {0, 2 * SMBT_SEC + 1, false},
};

static void test_before_the_answer(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        if (windows[i].answer) t_answer(&w, windows[i].answer, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, windows[i].end);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_cmpint(m.prediction != NULL, ==, windows[i].fits);
        if (m.prediction) {
            g_assert_true(m.before_answer && !m.loose && !m.blocked);
            g_assert_cmpuint(m.delay, ==, windows[i].end);
            g_assert_cmphex(m.profiles, ==, t_mask(&w.bench, "windows-xp"));
        }
        t_world_clear(&w);
    }
}

/* Servers whose victims end by themselves: 5 ms is usual, 40 ms the most. */
static void test_after_the_answer(void)
{
    static const struct {
        smbt_duration end;
        bool fits, loose;
    } cases[] = {{0, true, false},
                 {5 * SMBT_MS, true, false},
                 {5 * SMBT_MS + 1, true, true},
                 {40 * SMBT_MS, true, true},
                 {40 * SMBT_MS + 1, false, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int corroborated = 0; corroborated < 3; corroborated++) {
            t_world w;
            t_world_init(&w, NULL, "Unix", SAMBA);
            t_strike(&w, "OTHER");
            t_answer(&w, SMBT_MS, 0);
            t_end_at(&w, i % 2 ? SMBT_END_FIN : SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
            smbt_prediction *p = w.victim->predictions->pdata[0];
            if (corroborated == 1) w.belief->enforced = 1;
            p->trigger->matched = corroborated == 2 ? 2 : 1;
            smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
            g_assert_cmpint(m.prediction != NULL, ==, cases[i].fits);
            g_assert_false(m.before_answer || m.blocked);
            g_assert_cmpint(m.loose, ==, cases[i].loose && !corroborated);
            t_world_clear(&w);
        }
}

/* A victim that could not act on being told to end. */
static void test_blocked(void)
{
    static const struct {
        bool mid_message, stalled, sent_since;
        smbt_duration end;
        bool fits;
    } cases[] = {{true, false, false, 2 * SMBT_SEC, true},    {false, true, false, 2 * SMBT_SEC, true},
                 {false, false, false, 2 * SMBT_SEC, false},  {true, false, true, 2 * SMBT_SEC, false},
                 {true, false, false, 30 * SMBT_SEC, true},   {true, false, false, 30 * SMBT_SEC + 1, false},
                 {true, false, false, 40 * SMBT_MS + 1, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", SAMBA);
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
        w.victim_track.end.mid_message = cases[i].mid_message;
        w.victim_track.end.stalled = cases[i].stalled;
        if (cases[i].sent_since) w.victim_track.sender[1].last_payload = w.struck + SMBT_SEC;
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_cmpint(m.prediction != NULL, ==, cases[i].fits);
        if (m.prediction) g_assert_true(m.blocked && m.loose);
        w.belief->enforced = 1;
        m = smbt_zero_vc_find(&w.the_case);
        if (m.prediction) g_assert_true(m.blocked && !m.loose);
        t_world_clear(&w);
    }
}

/* FIN from a server that only resets is not this rule. */
static void test_kind_of_close(void)
{
    static const struct {
        const char *profile;
        bool fin;
    } cases[] = {{"windows-2000", false},    {"windows-xp", false}, {"windows-2003", false},
                 {"windows-vista-7", false}, {"ms-cifs", true},     {"samba-reset-on-zero-vc", true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int fin = 0; fin < 2; fin++) {
            t_world w;
            t_world_init(&w, cases[i].profile, NULL, NULL);
            t_strike(&w, "OTHER");
            t_end_at(&w, fin ? SMBT_END_FIN : SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
            g_assert_cmpint(smbt_zero_vc_find(&w.the_case).prediction != NULL, ==, !fin || cases[i].fin);
            t_world_clear(&w);
        }
}

static void test_not_by_the_client_nor_before(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    g_assert_null(smbt_zero_vc_find(&w.the_case).prediction); /* no prediction at all */
    t_strike(&w, "OTHER");
    g_assert_null(smbt_zero_vc_find(&w.the_case).prediction); /* no end */
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
    g_assert_null(smbt_zero_vc_find(&w.the_case).prediction);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 0);
    w.victim_track.end.time--;
    g_assert_null(smbt_zero_vc_find(&w.the_case).prediction);
    t_world_clear(&w);
}

/* Profiles that were seen not to do it, and those that the server can't have, count no more. */
static void test_excluded(void)
{
    t_world w;
    t_world_init(&w, NULL, NULL, NULL);
    t_strike(&w, "VICTIM");
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
    const char *all =
        "windows-2000 windows-xp windows-2003 windows-vista-7 illumos ms-cifs samba-reset-on-zero-vc";
    g_assert_cmphex(smbt_zero_vc_find(&w.the_case).profiles, ==, t_mask(&w.bench, all));
    w.belief->excluded = t_mask(&w.bench, "windows-xp illumos");
    g_assert_cmphex(smbt_zero_vc_find(&w.the_case).profiles, ==, t_mask(&w.bench, all) & ~w.belief->excluded);
    w.belief->excluded = t_mask(&w.bench, all) & ~t_mask(&w.bench, "samba-reset-on-zero-vc");
    smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
    g_assert_true(m.prediction && !m.before_answer);
    w.belief->excluded = t_mask(&w.bench, all);
    g_assert_null(smbt_zero_vc_find(&w.the_case).prediction);
    t_world_clear(&w);
}

/* By the letter of the specification only a logon that succeeds counts. */
static void test_needs_logon(void)
{
    static const struct {
        bool answered;
        guint32 status;
        bool fits;
    } cases[] = {{false, 0, true}, {true, 0, true}, {true, T_MORE, false}, {true, 0xc000006d, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, "ms-cifs", NULL, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answered) t_answer(&w, 2 * SMBT_MS, cases[i].status);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        g_assert_cmpint(smbt_zero_vc_find(&w.the_case).prediction != NULL, ==, cases[i].fits);
        t_world_clear(&w);
    }
}

/* The connection that carries the request survives. */
static void test_culprit_fell_too(void)
{
    for (int answered = 0; answered < 2; answered++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        if (answered) t_answer(&w, 5 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        w.culprit_track.end = w.victim_track.end;
        g_assert_cmpint(smbt_zero_vc_find(&w.the_case).prediction != NULL, ==, answered);
        w.culprit_track.end.by = SMBT_SIDE_CLIENT;
        g_assert_nonnull(smbt_zero_vc_find(&w.the_case).prediction);
        t_world_clear(&w);
    }
}

/* Of two requests in time, the first that reached the victim is the one. */
static void test_first_request_is_the_culprit(void)
{
    t_world w;
    t_world_init(&w, NULL, "Unix", SAMBA);
    t_strike(&w, "OTHER");
    uint64_t first = w.bench.frame;
    t_answer(&w, 2 * SMBT_MS, T_MORE);
    t_setup_request(&w.bench, w.culprit, &(t_setup){.vc = 0, .mid = 2, .workstation = "OTHER"});
    g_assert_cmpuint(w.victim->predictions->len, ==, 2);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 4 * SMBT_MS);
    g_assert_cmpuint(smbt_zero_vc_find(&w.the_case).prediction->trigger->frame, ==, first);
    t_world_clear(&w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zero-vc-find/before-the-answer", test_before_the_answer);
    g_test_add_func("/zero-vc-find/after-the-answer", test_after_the_answer);
    g_test_add_func("/zero-vc-find/blocked", test_blocked);
    g_test_add_func("/zero-vc-find/kind-of-close", test_kind_of_close);
    g_test_add_func("/zero-vc-find/not-by-the-client-nor-before", test_not_by_the_client_nor_before);
    g_test_add_func("/zero-vc-find/excluded", test_excluded);
    g_test_add_func("/zero-vc-find/needs-logon", test_needs_logon);
    g_test_add_func("/zero-vc-find/culprit-fell-too", test_culprit_fell_too);
    g_test_add_func("/zero-vc-find/first-request-is-the-culprit", test_first_request_is_the_culprit);
    return g_test_run();
}
