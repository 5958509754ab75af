/* The chance of coincidence, counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#define NAT                                                                                                  \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT name=ACCT-PC01\n"                                                                         \
    "host B on NAT name=FRONTDESK\n"                                                                         \
    "host C 192.0.2.9 name=ELSEWHERE\n"                                                                      \
    "a = A:1025 > S:445\n"                                                                                   \
    "b = B:1026 > S:445\n"                                                                                   \
    "c = C:1027 > S:445\n"
#define BEGIN(c)                                                                                             \
    "+1ms " c " connect\n"                                                                                   \
    "+1ms " c " negotiate\n"
/* A session setup that is answered after 10 ms. */
#define SETUP(c)                                                                                             \
    "+1ms  " c " > SESSION_SETUP vc=0\n"                                                                     \
    "+10ms " c " < SESSION_SETUP\n"

/* The rate; below 0: there is none. `ret_span` in seconds. */
static double rate_of(const char *text, const char *setting, double *ret_span)
{
    scn_scenario *s = parse(text);
    smbt_config *config = smbt_config_new();
    if (setting) g_assert_true(smbt_config_set(config, setting, NULL));
    smbt_engine *engine = smbt_engine_new(config);
    play(engine, s, 0);
    smbt_engine_finish(engine, true);
    while (smbt_engine_next(engine)) {
    }
    smbt_capture_info info;
    smbt_engine_get_capture_info(engine, &info);
    *ret_span = (double)(info.last - info.first) / 1e9;
    double rate = info.has_zero_vc_chance ? info.zero_vc_chance : -1;
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
    return rate;
}

static void expect(const char *text, double covered_s)
{
    double span, rate = rate_of(text, NULL, &span);
    if (covered_s < 0)
        g_assert_cmpfloat(rate, <, 0);
    else
        g_assert_cmpfloat_with_epsilon(rate, covered_s / span, 1e-9);
}

static void test_counted(void)
{
    /* The setup of the other connection covers 10 ms, and the one end may lie anywhere. */
    expect(NAT BEGIN("a") SETUP("a") BEGIN("b") SETUP("b") "+3s a < RST\n+2s b < FIN\n", 0.010);
    /* Of two ends one has no other connection's setup: half the chance each. Its own setup is none. */
    expect(NAT BEGIN("a") SETUP("a") BEGIN("c") SETUP("c") "+3s a < RST\n+1s c < RST\n", 0);
    expect(NAT BEGIN("a") SETUP("a") BEGIN("b") SETUP("b") BEGIN("c") SETUP("c") "+3s a < RST\n+1s c < RST\n",
           0.005);
    /* Windows that overlap count once. */
    expect(NAT BEGIN("a") BEGIN("b") BEGIN("c") "b2 = B:1028 > S:445\n" BEGIN(
               "b2") "+1ms b > SESSION_SETUP vc=0\n+4ms b2 > SESSION_SETUP vc=0\n"
                     "+6ms b < SESSION_SETUP\n+4ms b2 < SESSION_SETUP\n+3s a < RST\n",
           0.014);
    /* A VcNumber that is not 0 sets nothing off. */
    expect(NAT BEGIN("a") SETUP("a")
               BEGIN("b") "+1ms b > SESSION_SETUP vc=1\n+10ms b < SESSION_SETUP\n+3s a < RST\n",
           0);
}

static void test_not_known(void)
{
    expect(NAT BEGIN("a") SETUP("a") BEGIN("b") SETUP("b") "+3s a > FIN\n+1s b > RST\n",
           -1); /* no end by a server */
    expect(NAT BEGIN("a") "+1ms a > SESSION_SETUP vc=1\n+9ms a < SESSION_SETUP\n+3s a < RST\n", -1);
}

/* Where victims end by themselves the window is a time, whatever the answer. */
static void test_by_time(void)
{
    expect("server S 10.0.0.10 os=\"Unix\" lanman=\"Samba 3.6.25\"\n"
           "client NAT 192.0.2.1\nhost A on NAT name=A\nhost B on NAT name=B\n"
           "a = A:1025 > S:445\nb = B:1026 > S:445\n" BEGIN("a") SETUP("a") BEGIN("b")
               SETUP("b") "+3s a < RST\n",
           0.040);
}

/* A server that does not have the rule leaves nothing to chance. */
static void test_without_the_rule(void)
{
    double span;
    g_assert_cmpfloat(
        rate_of(NAT BEGIN("a") SETUP("a") BEGIN("b") SETUP("b") "+3s a < RST\n", "server.zero_vc=off", &span),
        ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chance/counted", test_counted);
    g_test_add_func("/chance/not-known", test_not_known);
    g_test_add_func("/chance/by-time", test_by_time);
    g_test_add_func("/chance/without-the-rule", test_without_the_rule);
    return g_test_run();
}
