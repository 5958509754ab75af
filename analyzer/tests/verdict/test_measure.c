/* What samples of a clock say of its length, and ends held against clocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

#define TIMER SMBT_TIMER_AUTODISCONNECT

static smbt_measures measured(const smbt_duration *samples, gsize n)
{
    smbt_measures m = {0};
    for (gsize i = 0; i < n; i++)
        smbt_measures_add(&m, TIMER, samples[i]);
    return m;
}

static void test_agreement(void)
{
    static const struct {
        smbt_duration samples[5];
        gsize n;
        unsigned agreeing; /* 0: not known */
        smbt_duration value, spread;
    } cases[] = {
        {{0}, 0, 0, 0, 0},
        {{60 * SMBT_SEC}, 1, 0, 0, 0},
        {{60 * SMBT_SEC, 60 * SMBT_SEC}, 2, 2, 60 * SMBT_SEC, 0},
        {{60 * SMBT_SEC, 60 * SMBT_SEC + 500 * SMBT_MS}, 2, 2, 60 * SMBT_SEC, 500 * SMBT_MS},
        {{60 * SMBT_SEC, 60 * SMBT_SEC + 500 * SMBT_MS + 1}, 2, 0, 0, 0},
        /* most agree wins, of equals the least */
        {{9 * SMBT_SEC, 9 * SMBT_SEC, 60 * SMBT_SEC, 60 * SMBT_SEC, 60 * SMBT_SEC}, 5, 3, 60 * SMBT_SEC, 0},
        {{60 * SMBT_SEC, 60 * SMBT_SEC, 9 * SMBT_SEC, 9 * SMBT_SEC}, 4, 2, 60 * SMBT_SEC, 0},
        /* a longer one refutes it; fewer than half of what was seen is a coincidence */
        {{60 * SMBT_SEC, 60 * SMBT_SEC, 60 * SMBT_SEC, 300 * SMBT_SEC}, 4, 0, 0, 0},
        {{60 * SMBT_SEC, 60 * SMBT_SEC, 9 * SMBT_SEC, 20 * SMBT_SEC, 31 * SMBT_SEC}, 5, 0, 0, 0},
        /* to a whole second within a tenth of one, to either side */
        {{60 * SMBT_SEC + 100 * SMBT_MS, 60 * SMBT_SEC + 100 * SMBT_MS}, 2, 2, 60 * SMBT_SEC, 0},
        {{60 * SMBT_SEC - 100 * SMBT_MS, 60 * SMBT_SEC}, 2, 2, 60 * SMBT_SEC, 100 * SMBT_MS},
        {{60 * SMBT_SEC + 100 * SMBT_MS + 1, 60 * SMBT_SEC + 101 * SMBT_MS},
         2,
         2,
         60 * SMBT_SEC + 100 * SMBT_MS + 1,
         SMBT_MS - 1},
        {{0, 0}, 2, 2, 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_measures m = measured(cases[i].samples, cases[i].n);
        smbt_measured v = smbt_measures_value(&m, TIMER);
        g_assert_cmpint(v.known, ==, cases[i].agreeing != 0);
        g_assert_cmpuint(v.agreeing, ==, cases[i].agreeing);
        g_assert_cmpuint(v.value, ==, cases[i].value);
        g_assert_cmpuint(v.spread, ==, cases[i].spread);
        g_assert_false(smbt_measures_value(&m, SMBT_TIMER_KEEP_CONN).known);
        smbt_measures_clear(&m);
        g_assert_false(smbt_measures_value(&m, TIMER).known);
    }
}

/* The latest samples are kept, and the count goes on. */
static void test_ring(void)
{
    smbt_measures m = {0};
    for (unsigned i = 0; i < SMBT_MEASURE_MAX; i++)
        smbt_measures_add(&m, TIMER, 60 * SMBT_SEC);
    g_assert_cmpuint(smbt_measures_value(&m, TIMER).agreeing, ==, SMBT_MEASURE_MAX);
    for (unsigned i = 0; i < SMBT_MEASURE_MAX; i++) {
        smbt_measures_add(&m, TIMER, 90 * SMBT_SEC);
        unsigned new = i + 1, old = SMBT_MEASURE_MAX - new;
        smbt_measured v = smbt_measures_value(&m, TIMER);
        g_assert_cmpint(v.known, ==, new >= old); /* at half of them */
        g_assert_cmpuint(v.agreeing, ==, new >= old ? new : 0);
        g_assert_cmpuint(v.value, ==, new >= old ? 90 * SMBT_SEC : 0);
    }
    g_assert_cmpuint(m.of[TIMER]->count, ==, 2 * SMBT_MEASURE_MAX);
    smbt_measures_clear(&m);
}

static void test_outlived(void)
{
    static const struct {
        smbt_duration time;
        bool known;
    } cases[] = {{60 * SMBT_SEC, true},
                 {61 * SMBT_SEC + 200 * SMBT_MS, true},
                 {61 * SMBT_SEC + 200 * SMBT_MS + 1, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        static const smbt_duration samples[] = {60 * SMBT_SEC, 60 * SMBT_SEC + 200 * SMBT_MS};
        smbt_measures m = measured(samples, 2);
        g_assert_cmpuint(smbt_measures_longest_outlived(&m, TIMER), ==, 0);
        smbt_measures_outlived(&m, TIMER, cases[i].time, 7);
        smbt_measures_outlived(&m, TIMER, cases[i].time - 1, 8); /* not the longest */
        g_assert_cmpuint(smbt_measures_longest_outlived(&m, TIMER), ==, cases[i].time);
        g_assert_cmpuint(m.of[TIMER]->outlived_frame, ==, 7);
        g_assert_cmpint(smbt_measures_value(&m, TIMER).known, ==, cases[i].known);
        smbt_measures_clear(&m);
    }
}

/* ---- clock_match.c
 * ------------------------------------------------------------------------------------------- */

#define START (500 * SMBT_SEC)

/* A world whose victim ends so much after START, with these clocks. */
static void clocked(t_world *w, const smbt_armed *clocks, guint n, smbt_duration age)
{
    t_world_init(w, NULL, T_XP, NULL);
    w->struck = START;
    t_end_at(w, SMBT_END_FIN, SMBT_SIDE_SERVER, age);
    GArray *a = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    g_array_append_vals(a, clocks, n);
    w->the_case.clocks = a;
}

static void unclock(t_world *w)
{
    g_array_unref((GArray *)w->the_case.clocks);
    t_world_clear(w);
}

static smbt_armed clock_of(smbt_duration value, smbt_duration scan)
{
    return (smbt_armed){.timer = TIMER,
                        .frame = 3,
                        .time = START,
                        .value = value,
                        .scan = scan,
                        .from = START + value,
                        .to = START + value + scan,
                        .profiles = ~UINT64_C(0)};
}

static void test_window(void)
{
    const smbt_duration value = 60 * SMBT_SEC, scan = 5 * SMBT_SEC, slack = SMBT_SEC;
    const struct {
        smbt_duration age;
        bool fits;
    } cases[] = {{value - slack - 1, false},
                 {value - slack, true},
                 {value, true},
                 {value + scan, true},
                 {value + scan + SMBT_CLOCK_SLACK, true},
                 {value + scan + SMBT_CLOCK_SLACK + 1, false},
                 {0, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_armed k = clock_of(value, scan);
        clocked(&w, &k, 1, cases[i].age);
        smbt_clock_match m = smbt_clock_find(&w.the_case, TIMER, slack);
        g_assert_cmpint(m.clock != NULL, ==, cases[i].fits);
        if (m.clock) g_assert_cmpuint(m.age, ==, cases[i].age);
        g_assert_false(m.measured);
        g_assert_null(smbt_clock_find(&w.the_case, SMBT_TIMER_KEEP_CONN, slack).clock);
        g_assert_nonnull(smbt_clock_running(&w.the_case, TIMER));
        g_assert_null(smbt_clock_running(&w.the_case, SMBT_TIMER_KEEP_CONN));
        unclock(&w);
    }
}

static void test_no_clocks(void)
{
    t_world w;
    clocked(&w, NULL, 0, 60 * SMBT_SEC);
    g_assert_null(smbt_clock_find(&w.the_case, TIMER, SMBT_SEC).clock);
    g_array_unref((GArray *)w.the_case.clocks);
    w.the_case.clocks = NULL;
    g_assert_null(smbt_clock_find(&w.the_case, TIMER, SMBT_SEC).clock);
    g_assert_null(smbt_clock_running(&w.the_case, TIMER));
    t_world_clear(&w);
}

/* A clock that never runs out, or whose length is not known, has no window; one at the end of time does not
 * wrap. */
static void test_never(void)
{
    for (int what = 0; what < 2; what++) {
        t_world w;
        smbt_armed k = clock_of(SMBT_DURATION_UNKNOWN, 0);
        k.from = k.to = SMBT_TIME_NONE;
        if (what == 1) k.value = (smbt_duration)SMBT_NEVER;
        clocked(&w, &k, 1, 60 * SMBT_SEC);
        g_assert_null(smbt_clock_find(&w.the_case, TIMER, SMBT_SEC).clock);
        w.victim_track.end.time = SMBT_TIME_NONE - 1;
        g_assert_null(smbt_clock_find(&w.the_case, TIMER, SMBT_SEC).clock);
        unclock(&w);
    }
}

static void test_which_clock(void)
{
    t_world w;
    smbt_armed k[3] = {clock_of(60 * SMBT_SEC, 0), clock_of(60 * SMBT_SEC, 0), clock_of(90 * SMBT_SEC, 0)};
    k[0].doubt = SMBT_DOUBT_PROFILE;
    k[1].profiles = 1;
    clocked(&w, k, 3, 60 * SMBT_SEC);
    const smbt_armed *all = &g_array_index(w.the_case.clocks, smbt_armed, 0);
    g_assert_true(smbt_clock_find(&w.the_case, TIMER, 0).clock == all + 1); /* the one less in doubt */
    w.belief->excluded = 1;
    g_assert_true(smbt_clock_find(&w.the_case, TIMER, 0).clock == all);
    w.belief->excluded = ~UINT64_C(0);
    g_assert_null(smbt_clock_find(&w.the_case, TIMER, 0).clock);
    ((smbt_armed *)all)[2].set_by_user = true; /* what the user says counts alone, whoever it is */
    g_assert_null(smbt_clock_find(&w.the_case, TIMER, 0).clock);
    w.victim_track.end.time = START + 90 * SMBT_SEC;
    g_assert_true(smbt_clock_find(&w.the_case, TIMER, 0).clock == all + 2);
    unclock(&w);
}

/* A value that was outlived by more than a second is not this server's. */
static void test_value_outlived(void)
{
    static const struct {
        smbt_duration outlived;
        bool by_user, fits;
    } cases[] = {{65 * SMBT_SEC, false, true},
                 {66 * SMBT_SEC, false, true},
                 {66 * SMBT_SEC + 1, false, false},
                 {99 * SMBT_SEC, true, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_armed k = clock_of(60 * SMBT_SEC, 5 * SMBT_SEC);
        k.set_by_user = cases[i].by_user;
        clocked(&w, &k, 1, 61 * SMBT_SEC);
        smbt_measures_outlived(&w.belief->measures, TIMER, cases[i].outlived, 7);
        g_assert_cmpint(smbt_clock_find(&w.the_case, TIMER, 0).clock != NULL, ==, cases[i].fits);
        unclock(&w);
    }
}

static void test_by_measure(void)
{
    static const struct {
        smbt_duration age;
        unsigned samples;
        bool by_user, fits;
    } cases[] = {{30 * SMBT_SEC, 0, false, false},
                 {30 * SMBT_SEC, 1, false, false},
                 {30 * SMBT_SEC, 2, false, true},
                 {30 * SMBT_SEC, 2, true, false},
                 {30 * SMBT_SEC + 500 * SMBT_MS, 2, false, true},
                 {30 * SMBT_SEC + 500 * SMBT_MS + 1, 2, false, false},
                 {30 * SMBT_SEC - 500 * SMBT_MS, 2, false, true},
                 {30 * SMBT_SEC - 500 * SMBT_MS - 1, 2, false, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_armed k = clock_of(60 * SMBT_SEC, 0);
        k.set_by_user = cases[i].by_user;
        clocked(&w, &k, 1, cases[i].age);
        for (unsigned s = 0; s < cases[i].samples; s++)
            smbt_measures_add(&w.belief->measures, TIMER, 30 * SMBT_SEC);
        smbt_clock_match m = smbt_clock_find(&w.the_case, TIMER, 0);
        g_assert_cmpint(m.clock != NULL, ==, cases[i].fits);
        g_assert_cmpint(m.measured, ==, cases[i].fits);
        unclock(&w);
    }
}

static void test_strength(void)
{
    static const struct {
        unsigned doubt;
        bool measured, gap;
        enum smbt_strength strength;
    } cases[] = {
        {0, false, false, SMBT_STRENGTH_CONFIRMED},
        {0, false, true, SMBT_STRENGTH_LIKELY},
        {SMBT_DOUBT_PROFILE, false, false, SMBT_STRENGTH_LIKELY},
        {SMBT_DOUBT_PROFILE, true, false, SMBT_STRENGTH_CONFIRMED},
        {SMBT_DOUBT_OPENS, true, false, SMBT_STRENGTH_LIKELY},
        {SMBT_DOUBT_EXEMPT, false, false, SMBT_STRENGTH_POSSIBLE},
        {SMBT_DOUBT_OPENS | SMBT_DOUBT_START | SMBT_DOUBT_ANSWERS, false, true, SMBT_STRENGTH_POSSIBLE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_armed k = clock_of(60 * SMBT_SEC, 0);
        k.doubt = cases[i].doubt;
        clocked(&w, &k, 1, 60 * SMBT_SEC);
        w.the_case.gap_before_end = cases[i].gap;
        smbt_clock_match m = {.clock = &k, .measured = cases[i].measured};
        g_assert_cmpint(smbt_clock_strength(&w.the_case, &m, SMBT_STRENGTH_CONFIRMED), ==, cases[i].strength);
        unclock(&w);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/measure/agreement", test_agreement);
    g_test_add_func("/measure/ring", test_ring);
    g_test_add_func("/measure/outlived", test_outlived);
    g_test_add_func("/clock/window", test_window);
    g_test_add_func("/clock/none", test_no_clocks);
    g_test_add_func("/clock/never", test_never);
    g_test_add_func("/clock/which", test_which_clock);
    g_test_add_func("/clock/value-outlived", test_value_outlived);
    g_test_add_func("/clock/by-measure", test_by_measure);
    g_test_add_func("/clock/strength", test_strength);
    return g_test_run();
}
