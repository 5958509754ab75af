/* What-if: what is gone, changed, new.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#define SECOND UINT64_C(1000000000)
#define MINUTE (60 * SECOND)

struct run {
    scn_scenario *scenario;
    smbt_config *config;
    smbt_engine *engine;
    const smbt_what_if *found; /* the last record */
};

static struct run run(const char *text, const char *setting, const char *what_if)
{
    struct run r = {.scenario = parse(text), .config = smbt_config_new()};
    g_autoptr(GError) error = NULL;
    if (setting) smbt_config_set(r.config, setting, &error);
    g_assert_no_error(error);
    g_assert_true(smbt_config_what_if(r.config, what_if, &error));
    r.engine = smbt_engine_new(r.config);
    play(r.engine, r.scenario, 0);
    smbt_engine_finish(r.engine, true);
    for (const smbt_record *record; !r.found && (record = smbt_engine_next(r.engine));)
        if (record->type == SMBT_RECORD_WHAT_IF) r.found = record->what_if;
    g_assert_nonnull(r.found);
    g_assert_cmpuint(r.found->gone_count, ==, r.found->gone->len);
    g_assert_cmpuint(r.found->changed_count, ==, r.found->changed->len);
    g_assert_cmpuint(r.found->new_count, ==, r.found->new_ends->len);
    return r;
}

static void run_clear(struct run *r)
{
    g_assert_null(smbt_engine_next(r->engine)); /* it comes last */
    smbt_engine_free(r->engine);
    smbt_config_free(r->config);
    scn_free(r->scenario);
}

static const smbt_what_if_new *new_at(const struct run *r, guint at)
{
    return &g_array_index(r->found->new_ends, smbt_what_if_new, at);
}

static void expect_counts(const struct run *r, uint64_t ends, uint64_t gone, uint64_t changed,
                          uint64_t new_ends)
{
    g_assert_cmpuint(r->found->ends, ==, ends);
    g_assert_cmpuint(r->found->gone_count, ==, gone);
    g_assert_cmpuint(r->found->changed_count, ==, changed);
    g_assert_cmpuint(r->found->new_count, ==, new_ends);
}

/* Only the counts are of interest. */
static void expect(const char *text, const char *setting, const char *what_if, uint64_t ends, uint64_t gone,
                   uint64_t changed, uint64_t new_ends)
{
    struct run r = run(text, setting, what_if);
    expect_counts(&r, ends, gone, changed, new_ends);
    run_clear(&r);
}

/* ---- Idle connections */

#define IDLE_11_MIN CAST LOGON("a") "+1ms a ECHO [last]\n+11min a ECHO\n"

static void idle(void)
{
    struct run r = run(IDLE_11_MIN, NULL, "server.autodisconnect=5min");
    expect_counts(&r, 0, 0, 0, 1);
    const smbt_what_if_new *n = new_at(&r, 0);
    g_assert_cmpstr(n->rule, ==, "autodisconnect");
    g_assert_cmpuint(n->armed_frame, ==, frame_of(r.scenario, "last"));
    g_assert_cmpuint(n->ended_frame, ==, 0);
    g_assert_cmpuint(n->client.port, ==, 1025);
    const scn_frame *last = r.scenario->capture->pdata[n->armed_frame - 1];
    g_assert_cmpuint(n->from, ==, last->time + 5 * MINUTE);
    run_clear(&r);
    expect(IDLE_11_MIN, NULL, "server.autodisconnect=20min", 0, 0, 0, 0);
    expect(IDLE_11_MIN, NULL, "server.autodisconnect=off", 0, 0, 0, 0);
    expect(IDLE_11_MIN, "server.autodisconnect=5min", "server.autodisconnect=5min", 0, 0, 0, 0);
}

static void idle_to_the_end_of_the_capture(void)
{
    expect(CAST LOGON("a") "+11min end\n", NULL, "server.autodisconnect=5min", 0, 0, 0, 1);
    expect(CAST LOGON("a") "+4min end\n", NULL, "server.autodisconnect=5min", 0, 0, 0, 0);
    expect(CAST LOGON("a") "+1ms a OPEN\n+11min end\n", NULL, "server.autodisconnect=5min", 0, 0, 0, 0);
}

/* It was closed at 15 min: earlier it is another end, never it is none. */
static void idle_and_closed(void)
{
#define CLOSED CAST LOGON("a") "+15min a < RST [end]\n+1min end\n"
    expect(CLOSED, "server.autodisconnect=15min", "server.autodisconnect=off", 1, 1, 0, 0);
    expect(CLOSED, "server.autodisconnect=15min", "server.autodisconnect=15min", 1, 0, 0, 0);
    struct run r = run(CLOSED, "server.autodisconnect=15min", "server.autodisconnect=5min");
    expect_counts(&r, 1, 0, 0, 1);
    g_assert_cmpuint(new_at(&r, 0)->ended_frame, ==, frame_of(r.scenario, "end"));
    run_clear(&r);
}

/* ---- Requests */

static void late_answer(void)
{
#define LATE CAST LOGON("a") "+1ms a OPEN\n+1ms a > READ [read]\n+55s a < READ\n+1s a ECHO\n"
    struct run r = run(LATE, NULL, "client.session_timeout=20s");
    expect_counts(&r, 0, 0, 0, 1);
    g_assert_cmpstr(new_at(&r, 0)->rule, ==, "session-timeout");
    g_assert_cmpuint(new_at(&r, 0)->armed_frame, ==, frame_of(r.scenario, "read"));
    g_assert_cmpuint(new_at(&r, 0)->to - new_at(&r, 0)->from, ==, 30 * SECOND);
    run_clear(&r);
    expect(LATE, NULL, "client.session_timeout=30s", 0, 0, 0, 0); /* its scan may have come too late */
    expect(LATE, NULL, "client.session_timeout=off", 0, 0, 0, 0);
}

static void exempt_request(void)
{
    expect(CAST LOGON("a") "+1ms a OPEN\n+1ms a > NOTIFY\n+200s a < NOTIFY\n", NULL,
           "client.session_timeout=20s", 0, 0, 0, 0);
}

static void request_timeout(void)
{
#define GIVEN_UP CAST LOGON("a") "+1ms a OPEN\n+1ms a > READ\n+75s a > RST\n+1min end\n"
    expect(GIVEN_UP, NULL, "client.session_timeout=300s", 1, 1, 0, 0);
    expect(GIVEN_UP, NULL, "client.session_timeout=60s", 1, 0, 0, 0);
    expect(GIVEN_UP, NULL, "client.session_timeout=10s", 1, 0, 0, 1);
}

/* ---- The zero-VC rule */

#define TWO_HOSTS                                                                                            \
    "host A 192.0.2.1 name=ACCT-PC01\n"                                                                      \
    "host B 192.0.2.1 name=ACCT-PC02\n"                                                                      \
    "a = A:1025 > S:445\n"                                                                                   \
    "b = B:1026 > S:445\n"                                                                                   \
    "c = B:1027 > S:445\n"
#define SAMBA "server S 10.0.0.10 os=\"Unix\" lanman=\"Samba 3.0.20\"\n" TWO_HOSTS

/* a is spared by b's session setup and again by c's: it can be dropped once. b is spared by c's. */
static void spared(void)
{
#define SPARED                                                                                               \
    SAMBA LOGON("a") "+1s a ECHO\n" LOGON("b") "+1s a ECHO\n+1s b ECHO\n" LOGON(                             \
        "c") "+1s a ECHO\n+1s b ECHO\n"
    struct run r = run(SPARED, NULL, "server.zero_vc=on");
    expect_counts(&r, 0, 0, 0, 2);
    g_assert_cmpuint(new_at(&r, 0)->client.port, ==, 1025);
    g_assert_cmpuint(new_at(&r, 1)->client.port, ==, 1026);
    g_assert_cmpuint(new_at(&r, 0)->armed_frame, <, new_at(&r, 1)->armed_frame);
    g_assert_cmpstr(new_at(&r, 1)->rule, ==, "zero-vc");
    run_clear(&r);
    expect(SPARED, NULL, "server.zero_vc=off", 0, 0, 0, 0);
    expect(SPARED, "server.zero_vc=on", "server.zero_vc=on", 0, 0, 0, 0);
    expect(SPARED, NULL, "client.session_timeout=10s", 0, 0, 0, 0);
}

/* Nothing is heard of a after b's session setup: it would have been dropped all the same. */
static void spared_and_silent(void)
{
    expect(SAMBA LOGON("a") "+1s a ECHO\n" LOGON("b") "+10s end\n", NULL, "server.zero_vc=on", 0, 0, 0, 1);
    expect(SAMBA LOGON("a") "+1s a ECHO\n" LOGON("b") "+1s a > RST\n", NULL, "server.zero_vc=on", 1, 0, 0, 1);
}

static void several_settings(void)
{
    g_autoptr(GError) error = NULL;
    smbt_config *config = smbt_config_new();
    g_assert_false(smbt_config_what_if(config, "server.zero_vc=maybe", &error));
    g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
    g_clear_error(&error);
    g_assert_false(smbt_config_what_if(config, "server.vc=on", &error));
    g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN);
    g_assert_true(smbt_config_what_if(config, "server.zero_vc=on", NULL));
    g_assert_true(smbt_config_what_if(config, "server.zero_vc=off", NULL)); /* the later one counts */
    smbt_engine *engine = smbt_engine_new(config);
    smbt_config_free(config);
    smbt_engine_finish(engine, true);
    const smbt_record *r = smbt_engine_next(engine);
    g_assert_cmpint(r->type, ==, SMBT_RECORD_WHAT_IF);
    g_assert_cmpuint(r->what_if->settings->len, ==, 2);
    g_assert_cmpstr(r->what_if->settings->pdata[1], ==, "server.zero_vc=off");
    g_assert_null(smbt_engine_next(engine));
    smbt_engine_free(engine);
    smbt_engine_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/what-if/idle", idle);
    g_test_add_func("/what-if/idle-to-the-end-of-the-capture", idle_to_the_end_of_the_capture);
    g_test_add_func("/what-if/idle-and-closed", idle_and_closed);
    g_test_add_func("/what-if/late-answer", late_answer);
    g_test_add_func("/what-if/exempt-request", exempt_request);
    g_test_add_func("/what-if/request-timeout", request_timeout);
    g_test_add_func("/what-if/spared", spared);
    g_test_add_func("/what-if/spared-and-silent", spared_and_silent);
    g_test_add_func("/what-if/several-settings", several_settings);
    return g_test_run();
}
