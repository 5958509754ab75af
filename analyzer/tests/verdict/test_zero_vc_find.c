/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/world.h"

#define XP    "Windows 5.1"
#define SAMBA "Samba 4.17"

static const struct {
    smbt_duration answer, resent, end;
    bool fits;
} windows[] = {
    {5 * SMBT_MS, 0, 0, true},
    {5 * SMBT_MS, 0, 1, true},
    {5 * SMBT_MS, 0, 5 * SMBT_MS, true}, /* at the very time of the answer, in a frame before it */
    {5 * SMBT_MS, 0, 5 * SMBT_MS + 1, false},
    {SMBT_SEC, 0, SMBT_SEC, true},
    {3 * SMBT_SEC, 0, 2 * SMBT_SEC, true}, /* answered too late to widen it */
    {3 * SMBT_SEC, 0, 2 * SMBT_SEC + 1, false},
    {0, 0, 2 * SMBT_SEC, true}, /* never answered */
    {0, 0, 2 * SMBT_SEC + 1, false},
    {0, SMBT_SEC, 3 * SMBT_SEC, true}, /* sent again by TCP */
    {0, SMBT_SEC, 3 * SMBT_SEC + 1, false},
};

static void test_before_the_answer(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        if (windows[i].answer) t_answer(&w, windows[i].answer, 0);
        if (windows[i].resent)
            ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->resent =
                w.struck + windows[i].resent;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, windows[i].end);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_cmpint(m.prediction != NULL, ==, windows[i].fits);
        if (m.prediction) {
            g_assert_true(m.before_answer && !m.loose && !m.blocked && !m.others && !m.culprit_fell);
            g_assert_cmpuint(m.delay, ==, windows[i].end);
            g_assert_cmphex(m.profiles, ==, t_mask(&w.bench, "windows-xp"));
        }
        t_world_clear(&w);
    }
}

/* Clocks are coarse: with all at one time, or the end a little before the request, the frames tell. */
static void test_before_the_answer_by_frames(void)
{
    static const struct {
        int frame; /* of the end, counted from the request's; the answer's is 2 */
        bool fits;
    } cases[] = {{-1, false}, {1, true}, {3, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (unsigned early = 0; early < 2; early++) {
            t_world w;
            t_world_init(&w, NULL, XP, NULL);
            t_strike(&w, "OTHER");
            t_answer(&w, 0, 0);
            t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 0);
            smbt_prediction *p = w.victim->predictions->pdata[0];
            g_assert_cmpuint(p->trigger->answer_time, ==, p->trigger->time);
            g_assert_cmpuint(p->trigger->answer_frame, ==, w.struck_frame + 2);
            w.victim_track.end.frame = w.struck_frame + (uint64_t)cases[i].frame;
            w.victim_track.end.time -= early;
            smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
            g_assert_cmpint(m.prediction != NULL, ==, cases[i].fits);
            g_assert_cmpuint(m.delay, ==, 0);
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
            if (corroborated == 1) w.the_case.enforced_elsewhere = 1;
            if (corroborated == 2) p->trigger->matched = 1; /* this end, being late, was not counted */
            smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
            g_assert_cmpint(m.prediction != NULL, ==, cases[i].fits);
            g_assert_false(m.before_answer || m.blocked);
            g_assert_cmpint(m.loose, ==, cases[i].loose && !corroborated);
            if (!m.prediction) {
                t_world_clear(&w);
                continue;
            }
            /* In time, one match is this very end. */
            g_assert_cmpint(m.others, ==, corroborated == 1 || (corroborated == 2 && cases[i].loose));
            p->trigger->matched = 2;
            g_assert_true(smbt_zero_vc_find(&w.the_case).others);
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
        w.the_case.enforced_elsewhere = 1;
        m = smbt_zero_vc_find(&w.the_case);
        if (m.prediction) g_assert_true(m.blocked && !m.loose);
        t_world_clear(&w);
    }
}

/* What it sent before it was told to end does not say that it could have ended. */
static void test_blocked_since(void)
{
    for (smbt_duration late = 0; late < 2; late++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", SAMBA);
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_SEC);
        w.victim_track.end.stalled = true;
        w.victim_track.sender[1].last_payload = w.struck + 40 * SMBT_MS + late;
        g_assert_cmpint(smbt_zero_vc_find(&w.the_case).prediction != NULL, ==, !late);
        t_world_clear(&w);
    }
}

/* FIN from a server that only resets is not this rule. */
static void test_kind_of_close(void)
{
    static const struct {
        const char *profile;
        bool fin;
    } cases[] = {{"windows-2000", false},         {"windows-xp", false},       {"windows-2003", false},
                 {"windows-vista-2008", false},   {"windows-7-2008r2", false}, {"ms-cifs", true},
                 {"samba-reset-on-zero-vc", true}};
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
    g_assert_nonnull(smbt_zero_vc_find(&w.the_case).prediction);
    w.victim_track.end.frame = w.struck_frame - 1;
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
    const char *all = "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2 illumos "
                      "ms-cifs samba-reset-on-zero-vc";
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

/* ---- The connection that carries the request survives
 * -------------------------------------------------------- */

static void end_culprit(t_world *w, enum smbt_side by, int frames, smbt_duration later)
{
    const smbt_end_event *e = &w->victim_track.end;
    w->culprit_track.end = (smbt_end_event){.set = true,
                                            .kind = SMBT_END_RST,
                                            .by = by,
                                            .frame = e->frame + (uint64_t)frames,
                                            .time = e->time + later};
}

/* Its request was never answered: whoever was there to take the answer had left, or fell too. */
static void test_culprit_left(void)
{
    static const struct {
        enum smbt_side by;
        int frames;
        smbt_duration later;
        bool fits;
    } cases[] = {{SMBT_SIDE_CLIENT, -1, 0, false},
                 {SMBT_SIDE_CLIENT, 1, 0, true},
                 {SMBT_SIDE_SERVER, -1, 0, false},
                 {SMBT_SIDE_SERVER, 1, 0, false},
                 {SMBT_SIDE_SERVER, 1, 100 * SMBT_MS - 1, false},
                 {SMBT_SIDE_SERVER, 1, 100 * SMBT_MS, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        end_culprit(&w, cases[i].by, cases[i].frames, cases[i].later);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_cmpint(m.prediction != NULL, ==, cases[i].fits);
        g_assert_false(m.culprit_fell || m.loose);
        w.the_case.lookup.track = NULL; /* nobody knows how it ended */
        g_assert_nonnull(smbt_zero_vc_find(&w.the_case).prediction);
        t_world_clear(&w);
    }
}

/* It was answered: then it is strange, but only earlier kills let the rule be blamed. */
static void test_culprit_fell_too(void)
{
    static const struct {
        enum smbt_side by;
        int frames;
        smbt_duration later;
        bool fell;
    } cases[] = {{SMBT_SIDE_CLIENT, -1, 0, false},
                 {SMBT_SIDE_SERVER, -1, 0, true},
                 {SMBT_SIDE_SERVER, 1, 100 * SMBT_MS - 1, true},
                 {SMBT_SIDE_SERVER, 1, 100 * SMBT_MS, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        t_answer(&w, 5 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        end_culprit(&w, cases[i].by, cases[i].frames, cases[i].later);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_nonnull(m.prediction);
        g_assert_cmpint(m.culprit_fell, ==, cases[i].fell);
        g_assert_cmpint(m.loose, ==, cases[i].fell);
        w.the_case.enforced_elsewhere = 1;
        m = smbt_zero_vc_find(&w.the_case);
        g_assert_cmpint(m.culprit_fell, ==, cases[i].fell);
        g_assert_true(m.others && !m.loose);
        t_world_clear(&w);
    }
}

/* Where victims end by themselves the culprit may be told to end by the next request: only when it fell first
 * does that tell. */
static void test_culprit_fell_by_itself(void)
{
    for (int first = 0; first < 2; first++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", SAMBA);
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 4 * SMBT_MS);
        end_culprit(&w, SMBT_SIDE_SERVER, first ? -1 : 1, 0);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_true(m.prediction && !m.before_answer);
        g_assert_cmpint(m.culprit_fell, ==, first);
        g_assert_cmpint(m.loose, ==, first);
        t_world_clear(&w);
    }
}

/* ---- Several requests
 * ---------------------------------------------------------------------------------------- */

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

/* ... unless it was never answered, or its own connection fell with the victim, and the second one's not. */
static void test_second_request_is_the_culprit(void)
{
    static const struct {
        bool answered[2], fell[2];
        unsigned culprit;
    } cases[] = {{{true, true}, {false, false}, 0},  {{false, false}, {false, false}, 0},
                 {{false, true}, {false, false}, 1}, {{true, false}, {false, false}, 0},
                 {{true, true}, {true, false}, 1},   {{true, true}, {false, true}, 0},
                 {{true, true}, {true, true}, 0},    {{true, false}, {true, false}, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        smbt_conn *second = t_open(&w.bench, 1002, 445);
        smbt_track second_track;
        t_track_begin(&second_track);
        second->user = &second_track;
        t_strike(&w, "OTHER");
        t_setup_request(&w.bench, second, &(t_setup){.vc = 0, .mid = 1, .workstation = "THIRD"});
        const smbt_prediction *p[2] = {w.victim->predictions->pdata[0], w.victim->predictions->pdata[1]};
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_MS);
        w.bench.frame++;
        for (int k = 0; k < 2; k++)
            if (cases[i].answered[k])
                t_setup_response(&w.bench, k ? second : w.culprit, 1, 100, 0, NULL, NULL);
        if (cases[i].fell[0]) end_culprit(&w, SMBT_SIDE_SERVER, 1, 0);
        second_track.end = w.culprit_track.end;
        if (cases[i].fell[1]) {
            smbt_end_event kept = w.culprit_track.end;
            end_culprit(&w, SMBT_SIDE_SERVER, 1, 0);
            second_track.end = w.culprit_track.end;
            w.culprit_track.end = kept;
        } else {
            second_track.end.set = false;
        }
        /* With both fallen, something must say that the rule was at work at all. */
        w.the_case.enforced_elsewhere = cases[i].fell[0] && cases[i].fell[1];
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_true(m.prediction == p[cases[i].culprit]);
        g_assert_cmpint(m.culprit_fell, ==, cases[i].fell[cases[i].culprit]);
        smbt_model_free_conn(second);
        t_world_clear(&w);
    }
}

/* A window that the end is late for gives way to one that it lies in. */
static void test_better_window(void)
{
    static const struct {
        smbt_duration end;
        bool stalled;
        unsigned culprit;
    } cases[] = {{5 * SMBT_MS, false, 0},
                 {5 * SMBT_MS + 1, false, 1}, /* loose, and the other is before its answer */
                 {2 * SMBT_SEC, true, 1}};    /* blocked */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
            t_world w;
            t_world_init(&w, NULL, NULL, NULL);
            t_strike(&w, "VICTIM");
            t_answer(&w, SMBT_MS, T_MORE);
            w.bench.now = w.struck + cases[i].end - 2 * SMBT_MS;
            t_setup_request(&w.bench, w.culprit, &(t_setup){.vc = 0, .mid = 2, .workstation = "VICTIM"});
            const smbt_prediction *p[2] = {w.victim->predictions->pdata[0], w.victim->predictions->pdata[1]};
            t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
            w.victim_track.end.stalled = cases[i].stalled;
            w.the_case.enforced_elsewhere = (unsigned)elsewhere;
            smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
            g_assert_true(m.prediction == p[cases[i].culprit]);
            g_assert_cmpint(m.before_answer, ==, cases[i].culprit);
            g_assert_false(m.blocked || m.loose);
            t_world_clear(&w);
        }
}

/* ---- Siblings
 * ------------------------------------------------------------------------------------------------ */

/* More than three survivors for each victim: the rule was hardly at work. */
static void test_outlived(void)
{
    static const struct {
        unsigned ended, alive; /* the victim is one of those that ended */
        bool outlived;
    } cases[] = {{1, 0, false}, {1, 3, false}, {1, 4, true}, {2, 6, false}, {2, 7, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        unsigned n = cases[i].ended - 1 + cases[i].alive;
        smbt_conn *siblings[8];
        for (unsigned k = 0; k < n; k++)
            siblings[k] = t_open(&w.bench, 2000 + k, 445);
        t_strike(&w, "OTHER");
        t_answer(&w, 5 * SMBT_MS, 0);
        smbt_conn *younger = t_open(&w.bench, 3000, 445); /* no business of this request */
        for (unsigned k = 0; k + 1 < cases[i].ended; k++)
            smbt_model_gone(siblings[k]);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        smbt_zero_vc_match m = smbt_zero_vc_find(&w.the_case);
        g_assert_nonnull(m.prediction);
        g_assert_cmpuint(m.siblings_ended, ==, cases[i].ended);
        g_assert_cmpuint(m.siblings_alive, ==, cases[i].alive);
        g_assert_cmpint(smbt_zero_vc_outlived(&m), ==, cases[i].outlived);
        g_assert_cmpint(m.loose, ==, cases[i].outlived);
        w.the_case.enforced_elsewhere = 1;
        g_assert_false(smbt_zero_vc_find(&w.the_case).loose);
        for (unsigned k = 0; k < n; k++)
            smbt_model_free_conn(siblings[k]);
        smbt_model_free_conn(younger);
        t_world_clear(&w);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zero-vc-find/before-the-answer", test_before_the_answer);
    g_test_add_func("/zero-vc-find/before-the-answer-by-frames", test_before_the_answer_by_frames);
    g_test_add_func("/zero-vc-find/after-the-answer", test_after_the_answer);
    g_test_add_func("/zero-vc-find/blocked", test_blocked);
    g_test_add_func("/zero-vc-find/blocked-since", test_blocked_since);
    g_test_add_func("/zero-vc-find/culprit-left", test_culprit_left);
    g_test_add_func("/zero-vc-find/culprit-fell-by-itself", test_culprit_fell_by_itself);
    g_test_add_func("/zero-vc-find/second-request-is-the-culprit", test_second_request_is_the_culprit);
    g_test_add_func("/zero-vc-find/better-window", test_better_window);
    g_test_add_func("/zero-vc-find/outlived", test_outlived);
    g_test_add_func("/zero-vc-find/kind-of-close", test_kind_of_close);
    g_test_add_func("/zero-vc-find/not-by-the-client-nor-before", test_not_by_the_client_nor_before);
    g_test_add_func("/zero-vc-find/excluded", test_excluded);
    g_test_add_func("/zero-vc-find/needs-logon", test_needs_logon);
    g_test_add_func("/zero-vc-find/culprit-fell-too", test_culprit_fell_too);
    g_test_add_func("/zero-vc-find/first-request-is-the-culprit", test_first_request_is_the_culprit);
    return g_test_run();
}
