/* Connections that a clock ended: of the server, of the client; and those that only look so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

/* A connection to a known server, logged on unless said otherwise. The client is Windows XP by name. */
static smbt_conn *begin(t_world *w, bool logged_on)
{
    t_world_init(w, NULL, T_XP, NULL);
    smbt_conn *c = t_fresh(w);
    t_negotiate(w, &(t_hello){0});
    if (logged_on) t_logon(w, NULL, 0);
    int xp = smbt_profiles_find(w->bench.profiles, SMBT_SIDE_CLIENT, "windows-xp");
    g_assert_cmpint(xp, >=, 0);
    c->client_profiles = UINT64_C(1) << xp;
    c->client_identified = true;
    return c;
}

static smbt_armed clock_of(t_world *w, enum smbt_timer timer)
{
    t_fresh_end(w, SMBT_SIDE_SERVER, SMBT_SEC);
    const smbt_armed *k = smbt_clock_running(&w->the_case, timer);
    g_assert_nonnull(k);
    return *k;
}

/* The end lies so far from the clock's start. */
static void end_at(t_world *w, enum smbt_side by, const smbt_armed *k, smbt_duration age)
{
    t_fresh_end(w, by, smbt_time_since(smbt_time_add(k->time, age), w->bench.now));
    g_assert_cmpuint(w->victim_track.end.time, ==, k->time + age);
}

static bool is(t_world *w, const char *cause, enum smbt_strength *ret_strength)
{
    smbt_verdict *v = smbt_judge(&w->the_case);
    bool yes = strcmp(v->end.cause, cause) == 0;
    *ret_strength = v->end.strength;
    if (yes) {
        g_assert_cmpuint(v->end.evidence->len, >=, 2);
        g_assert_nonnull(v->end.predicted.profile);
        g_assert_cmpuint(v->end.predicted.from, <=, v->end.predicted.to);
        g_assert_cmpuint(v->end.references->len, >, 0);
    }
    smbt_verdict_free(v);
    return yes;
}

/* 1 ns before the window and its slack, at both its ends, and 1 ns behind it. */
static void check_window(t_world *w, enum smbt_side by, enum smbt_timer timer, smbt_duration slack,
                         const char *cause, enum smbt_strength strength)
{
    smbt_armed k = clock_of(w, timer);
    smbt_duration from = k.value - slack, to = k.value + k.scan + k.extra + SMBT_CLOCK_SLACK;
    const struct {
        smbt_duration age;
        bool in;
    } cases[] = {{from - 1, false}, {from, true}, {k.value, true}, {to, true}, {to + 1, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        end_at(w, by, &k, cases[i].age);
        enum smbt_strength found;
        bool yes = is(w, cause, &found);
        /* What is no more than a round number may be told outside. */
        if (!cases[i].in) g_assert_true(!yes || found == SMBT_STRENGTH_POSSIBLE);
        if (cases[i].in) g_assert_true(yes);
        if (cases[i].in) g_assert_cmpint(found, ==, strength);
    }
}

static void test_server_idle(void)
{
    t_world w;
    smbt_conn *c = begin(&w, true);
    t_exchange(&w.bench, c, 9);
    check_window(&w, SMBT_SIDE_SERVER, SMBT_TIMER_AUTODISCONNECT, SMBT_SEC, "server-idle",
                 SMBT_STRENGTH_CONFIRMED);
    smbt_armed k = clock_of(&w, SMBT_TIMER_AUTODISCONNECT);
    end_at(&w, SMBT_SIDE_SERVER, &k, k.value);
    smbt_verdict *v = t_judge(&w, "server-idle");
    g_assert_cmpuint(v->end.culprit.frame, ==, c->last_request_frame);
    g_assert_cmpuint(v->end.culprit.delay, ==, k.value);
    smbt_verdict_free(v);
    t_fresh_clear(&w);
}

static void test_server_idle_twins(void)
{
    static const char *const whats[] = {"by client", "pending", "open",
                                        "one-sided", "foreign", "asked later"};
    for (gsize i = 0; i < G_N_ELEMENTS(whats); i++) {
        t_world w;
        smbt_conn *c = begin(&w, true);
        t_exchange(&w.bench, c, 9);
        smbt_armed k = clock_of(&w, SMBT_TIMER_AUTODISCONNECT);
        const char *what = whats[i];
        if (strcmp(what, "pending") == 0) t_plain(&w.bench, c, 0, 0x2e, 10, 0);
        if (strcmp(what, "open") == 0) c->smb2_opens = 1;
        if (strcmp(what, "asked later") == 0) {
            w.bench.now += k.value / 2;
            t_exchange(&w.bench, c, 10);
        }
        end_at(&w, strcmp(what, "by client") == 0 ? SMBT_SIDE_CLIENT : SMBT_SIDE_SERVER, &k,
               k.value + SMBT_MS);
        w.the_case.one_sided = strcmp(what, "one-sided") == 0;
        w.victim_track.end.foreign_ttl = strcmp(what, "foreign") == 0;
        enum smbt_strength strength;
        g_assert_false(is(&w, "server-idle", &strength));
        t_fresh_clear(&w);
    }
}

/* Idle ends of a server whose clock nobody knows: one that is round, two, three. */
static void test_server_idle_measured(void)
{
    static const struct {
        unsigned samples;
        smbt_duration age;
        enum smbt_strength strength; /* NONE: server-close */
    } cases[] = {{1, 4 * SMBT_MIN, SMBT_STRENGTH_POSSIBLE},
                 {1, 4 * SMBT_MIN + SMBT_SEC, SMBT_STRENGTH_POSSIBLE},
                 {1, 4 * SMBT_MIN + SMBT_SEC + 1, SMBT_STRENGTH_NONE},
                 {1, 250 * SMBT_SEC, SMBT_STRENGTH_NONE},
                 {2, 250 * SMBT_SEC, SMBT_STRENGTH_LIKELY},
                 {3, 250 * SMBT_SEC, SMBT_STRENGTH_CONFIRMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_conn *c = begin(&w, true);
        t_exchange(&w.bench, c, 9);
        smbt_armed k = clock_of(&w, SMBT_TIMER_AUTODISCONNECT);
        for (unsigned s = 0; s < cases[i].samples; s++)
            smbt_measures_add(&w.belief->measures, SMBT_TIMER_AUTODISCONNECT, cases[i].age);
        end_at(&w, SMBT_SIDE_SERVER, &k, cases[i].age);
        if (cases[i].strength == SMBT_STRENGTH_NONE)
            smbt_verdict_free(t_judge(&w, "server-close"));
        else
            t_assert_cause(&w, "server-idle", NULL, cases[i].strength);
        /* Another connection of this server was idle for longer, and lived on. */
        smbt_measures_outlived(&w.belief->measures, SMBT_TIMER_AUTODISCONNECT, cases[i].age + 3 * SMBT_SEC,
                               5);
        smbt_verdict_free(t_judge(&w, "server-close"));
        t_fresh_clear(&w);
    }
}

static void test_unused(void)
{
    t_world w;
    begin(&w, false);
    check_window(&w, SMBT_SIDE_SERVER, SMBT_TIMER_UNUSED_NO_SESSION, SMBT_SEC, "unused-connection",
                 SMBT_STRENGTH_CONFIRMED);
    smbt_armed k = clock_of(&w, SMBT_TIMER_UNUSED_NO_SESSION);
    end_at(&w, SMBT_SIDE_SERVER, &k, k.value);
    t_assert_cause(&w, "unused-connection", "no-session", SMBT_STRENGTH_CONFIRMED);
    end_at(&w, SMBT_SIDE_CLIENT, &k, k.value);
    smbt_verdict_free(t_judge(&w, "client-close"));
    t_logon(&w, NULL, 0); /* somebody logged on */
    end_at(&w, SMBT_SIDE_SERVER, &k, k.value);
    enum smbt_strength strength;
    g_assert_false(is(&w, "unused-connection", &strength));
    t_fresh_clear(&w);

    t_world_init(&w, NULL, T_XP, NULL);
    t_fresh(&w);
    k = clock_of(&w, SMBT_TIMER_UNUSED_NO_DIALECT);
    end_at(&w, SMBT_SIDE_SERVER, &k, k.value);
    t_assert_cause(&w, "unused-connection", "no-dialect", SMBT_STRENGTH_CONFIRMED);
    t_fresh_clear(&w);
}

/* A request that is never answered, and an ECHO about it or not. */
static smbt_conn *waiting(t_world *w, bool probed)
{
    smbt_conn *c = begin(w, true);
    t_exchange(&w->bench, c, 9);
    t_plain(&w->bench, c, 0, 0x08, 10, 0);
    if (!probed) return c;
    w->bench.now += 40 * SMBT_SEC;
    t_plain(&w->bench, c, 0, 0x2b, 11, 0);
    g_assert_cmpuint(c->pairing.pending[0].probe_frame, ==, w->bench.frame);
    return c;
}

static void test_request_timeout(void)
{
    for (int probed = 0; probed < 2; probed++) {
        t_world w;
        smbt_conn *c = waiting(&w, probed);
        check_window(&w, SMBT_SIDE_CLIENT, SMBT_TIMER_SESSION_TIMEOUT, SMBT_CLOCK_SLACK, "request-timeout",
                     probed ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY);
        smbt_armed k = clock_of(&w, SMBT_TIMER_SESSION_TIMEOUT);
        end_at(&w, SMBT_SIDE_CLIENT, &k, k.value + SMBT_SEC);
        smbt_verdict *v = t_judge(&w, "request-timeout");
        g_assert_cmpstr(v->end.variant, ==, "session");
        g_assert_cmpuint(v->end.culprit.frame, ==, c->pairing.pending[0].frame);
        g_assert_cmpuint(v->end.culprit.delay, ==, k.value + SMBT_SEC);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

/* That the answer came after all is told, with its frame: slow is not dead. */
static void test_request_timeout_answered_late(void)
{
    for (int late = 0; late < 2; late++) {
        t_world w;
        smbt_conn *c = waiting(&w, false);
        smbt_armed k = clock_of(&w, SMBT_TIMER_SESSION_TIMEOUT);
        end_at(&w, SMBT_SIDE_CLIENT, &k, k.value + SMBT_SEC);
        if (late) {
            c->pairing.pending[0].after_frame = 172;
            c->pairing.pending[0].after_time = w.victim_track.end.time + 1200 * SMBT_MS;
        }
        smbt_verdict *v = t_judge(&w, "request-timeout");
        g_assert_cmpint(strstr(v->end.summary, "frame 172: the server was slow") != NULL, ==, late);
        const smbt_evidence *from = &g_array_index(v->end.evidence, smbt_evidence, 0);
        g_assert_nonnull(
            strstr(from->what, late ? "answered 1.2 s after the end, frame 172" : "not answered by then"));
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

static void test_request_timeout_twins(void)
{
    static const char *const whats[] = {"by server", "answered", "goodbye", "foreign"};
    for (gsize i = 0; i < G_N_ELEMENTS(whats); i++) {
        t_world w;
        smbt_conn *c = waiting(&w, false);
        smbt_armed k = clock_of(&w, SMBT_TIMER_SESSION_TIMEOUT);
        const char *what = whats[i];
        w.bench.now = k.time + k.value;
        if (strcmp(what, "answered") == 0) t_plain(&w.bench, c, 1, 0x08, 10, 0);
        if (strcmp(what, "goodbye") == 0) t_plain(&w.bench, c, 0, 0x74, 12, 0);
        if (strcmp(what, "foreign") == 0) w.victim_track.end.foreign_ttl = true;
        bool foreign = w.victim_track.end.foreign_ttl;
        t_fresh_end(&w, strcmp(what, "by server") == 0 ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, SMBT_SEC);
        w.victim_track.end.foreign_ttl = foreign;
        enum smbt_strength strength;
        g_assert_false(is(&w, "request-timeout", &strength));
        t_fresh_clear(&w);
    }
}

/* Timeouts of one client lie on one grid. It is told, and proves nothing: others lie there by chance. */
static void test_request_timeout_grid(void)
{
    static const struct {
        smbt_duration off;
        bool on;
    } cases[] = {{0, true}, {SMBT_SEC, true}, {SMBT_SEC + 1, false}, {15 * SMBT_SEC, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        waiting(&w, false);
        smbt_armed k = clock_of(&w, SMBT_TIMER_SESSION_TIMEOUT);
        g_assert_cmpuint(k.scan, >=, 30 * SMBT_SEC);
        end_at(&w, SMBT_SIDE_CLIENT, &k, k.value + SMBT_SEC);
        w.client_measures.last_timeout = w.victim_track.end.time - 20 * k.scan - cases[i].off;
        w.client_measures.last_timeout_frame = 1;
        smbt_verdict *v = t_judge(&w, "request-timeout");
        g_assert_cmpint(v->end.strength, ==, SMBT_STRENGTH_LIKELY);
        bool told = false;
        for (guint k2 = 0; k2 < v->end.evidence->len; k2++)
            told |= g_array_index(v->end.evidence, smbt_evidence, k2).frame == 1;
        g_assert_cmpint(told, ==, cases[i].on);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

static void test_client_idle(void)
{
    t_world w;
    smbt_conn *c = begin(&w, true);
    t_exchange(&w.bench, c, 9);
    check_window(&w, SMBT_SIDE_CLIENT, SMBT_TIMER_KEEP_CONN, SMBT_SEC, "client-idle", SMBT_STRENGTH_LIKELY);
    smbt_armed k = clock_of(&w, SMBT_TIMER_KEEP_CONN);
    end_at(&w, SMBT_SIDE_SERVER, &k, k.value);
    enum smbt_strength strength;
    g_assert_false(is(&w, "client-idle", &strength));
    for (unsigned i = 0; i < 3; i++)
        smbt_measures_add(&w.client_measures, SMBT_TIMER_KEEP_CONN, 77 * SMBT_SEC);
    end_at(&w, SMBT_SIDE_CLIENT, &k, 77 * SMBT_SEC);
    t_assert_cause(&w, "client-idle", NULL, SMBT_STRENGTH_CONFIRMED);
    c->smb2_opens = 1; /* something is open */
    end_at(&w, SMBT_SIDE_CLIENT, &k, 77 * SMBT_SEC);
    smbt_verdict_free(t_judge(&w, "client-close"));
    t_fresh_clear(&w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/server-idle/window", test_server_idle);
    g_test_add_func("/server-idle/twins", test_server_idle_twins);
    g_test_add_func("/server-idle/measured", test_server_idle_measured);
    g_test_add_func("/unused-connection", test_unused);
    g_test_add_func("/request-timeout/window", test_request_timeout);
    g_test_add_func("/request-timeout/twins", test_request_timeout_twins);
    g_test_add_func("/request-timeout/answered-late", test_request_timeout_answered_late);
    g_test_add_func("/request-timeout/grid", test_request_timeout_grid);
    g_test_add_func("/client-idle", test_client_idle);
    return g_test_run();
}
