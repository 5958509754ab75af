/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/timer.h"

#include "profile/key.h"

#include <string.h>

static void test_table_is_whole(void)
{
    for (int i = 0; i < SMBT_TIMER_MAX; i++) {
        const smbt_timer_info *t = smbt_timer_get((enum smbt_timer)i);
        g_assert_cmpint(smbt_timer_find(t->id), ==, i);
        g_assert_cmpint(smbt_key_get(t->value)->type, ==, SMBT_KEY_DURATION);
        g_assert_cmpint(smbt_key_get(t->scan)->type, ==, SMBT_KEY_DURATION);
        g_assert_cmpint(smbt_key_get(t->value)->side, ==, t->side);
        g_assert_cmpint(smbt_key_get(t->scan)->side, ==, t->side);
        g_assert_cmpint(smbt_key_get(t->on)->side, ==, t->side);
        if (t->on != t->value) g_assert_cmpstr(smbt_key_get(t->on)->words, ==, "off,on");
        g_assert_cmpuint(strlen(t->brief), <=, 24);
        g_assert_true(*t->action && *t->arms && *t->restarts && *t->stops && *t->source);
        g_assert_false(t->registry && g_str_has_prefix(t->registry, "HKLM"));
    }
}

static void test_find(void)
{
    static const struct {
        const char *name;
        int timer;
    } cases[] = {
        {"session-timeout", SMBT_TIMER_SESSION_TIMEOUT},
        {"session_timeout", SMBT_TIMER_SESSION_TIMEOUT},
        {"SessTimeout", SMBT_TIMER_SESSION_TIMEOUT},
        {"sesstimeout", SMBT_TIMER_SESSION_TIMEOUT},
        {"EXTENDEDSESSTIMEOUT", SMBT_TIMER_EXTENDED_SESSION_TIMEOUT},
        {"autodisconnect", SMBT_TIMER_AUTODISCONNECT},
        {"AutoDisconnect", SMBT_TIMER_AUTODISCONNECT},
        {"deadtime", SMBT_TIMER_AUTODISCONNECT},
        {"oplock_break_wait", SMBT_TIMER_OPLOCK_BREAK},
        {"auth_expiry", SMBT_TIMER_AUTH_EXPIRY},
        {"enableForcedLogoff", SMBT_TIMER_FORCED_LOGOFF},
        {"keepalive", SMBT_TIMER_KEEPALIVE},
        {"client.session_timeout", -1},
        {"Parameters\\SessTimeout", -1},
        {"SessTimeou", -1},
        {"SessTimeoutX", -1},
        {"idle_scan", -1},
        {"", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(smbt_timer_find(cases[i].name), ==, cases[i].timer);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) g_error("no \"%s\" in:\n%s", part, text);
}

static void assert_narrow(const char *text, glong width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        if (strstr(lines[i], "HKLM")) continue; /* can't be broken */
        g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, width);
        g_assert_false(g_str_has_suffix(lines[i], " "));
    }
}

static void test_list(void)
{
    smbt_profiles *p = smbt_profiles_new();
    g_autofree char *list = smbt_timers_list(p);
    assert_has(list, "session-timeout           client  60s; 45s NT 4.0, 98  closes the connection\n");
    assert_has(list, "autodisconnect            server  15min; 7d Samba      closes the connection\n");
    assert_has(list, "authentication-expiry     server  up to 5min late      expires the session\n");
    assert_has(list, "keepalive                 server  5min Samba           sends a keepalive\n");
    assert_narrow(list, 80);
    smbt_profiles_free(p);
}

/* What the user set is what is shown, and a clock that is off everywhere has no value to show. */
static void test_list_after_set(void)
{
    smbt_profiles *p = smbt_profiles_new();
    g_assert_true(smbt_profiles_set(p, "client.session_timeout=90s", NULL));
    g_assert_true(smbt_profiles_set(p, "server.autodisconnect=off", NULL));
    g_assert_true(smbt_profiles_set(p, "server.auth_expiry=off", NULL));
    g_autofree char *list = smbt_timers_list(p);
    assert_has(list, "session-timeout           client  90s             closes the connection\n");
    assert_has(list, "autodisconnect            server  off             closes the connection\n");
    assert_has(list, "authentication-expiry     server  off             expires the session\n");
    g_autofree char *text = smbt_timers_explain(p, "session-timeout");
    assert_has(text, "  90s           windows-nt4, windows-98, windows-2000, windows-2000-45s,");
    assert_has(text, "                  set by the user\n");
    smbt_profiles_free(p);
}

static void test_long_titles_keep_the_columns(void)
{
    static const char many[] =
        "[client one]\ntitle = One, the first\nkeep_conn = 20s\nkeep_conn.source = x1\n"
        "[client two]\ntitle = Two\nkeep_conn = 20s\nkeep_conn.source = x2\n"
        "[client three]\ntitle = Three\nkeep_conn = 20s\nkeep_conn.source = x2\n";
    smbt_profiles *p = smbt_profiles_new();
    g_assert_true(smbt_profiles_add(p, "my.ini", many, strlen(many), NULL));
    g_autofree char *list = smbt_timers_list(p);
    assert_has(list, "keep-conn                 client  10min; 20s and others  closes the connection\n");
    g_autofree char *text = smbt_timers_explain(p, "keep_conn");
    assert_has(text, "  20s           one\n                  x1\n  20s           two, three\n");
    assert_has(text, "--set client.keep_conn=20s\n"); /* the shorter one that others have */
    smbt_profiles_free(p);
}

static void test_explain(void)
{
    smbt_profiles *p = smbt_profiles_new();
    for (int i = 0; i < SMBT_TIMER_MAX; i++) {
        const smbt_timer_info *t = smbt_timer_get((enum smbt_timer)i);
        g_autofree char *text = smbt_timers_explain(p, t->id);
        g_assert_true(g_str_has_prefix(text, t->id));
        assert_narrow(text, 80);
        for (unsigned j = 0; j < smbt_profiles_count(p, t->side); j++)
            assert_has(text, smbt_profiles_get(p, t->side, j)->name);
        if (t->registry) assert_has(text, t->registry);
    }
    g_autofree char *session = smbt_timers_explain(p, "SESSTIMEOUT");
    assert_has(session,
               "    HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters\\SessTimeout\n");
    assert_has(session, "  --set client.session_timeout=45s\n");
    assert_has(session, "\nIt takes a time from 10s to 65535s, such as 45s or 15min, or off.\n");
    assert_has(session, "  unknown       smbclient, linux-cifs, impacket, macos\n");
    g_autofree char *expiry = smbt_timers_explain(p, "authentication-expiry");
    assert_has(expiry, "  off           windows-nt4, windows-98, windows-2000\n");
    assert_has(expiry, "  --set server.auth_expiry=off\n");
    g_assert_null(smbt_timers_explain(p, "timeout"));
    g_assert_null(smbt_timers_explain(p, ""));
    smbt_profiles_free(p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timer/table-is-whole", test_table_is_whole);
    g_test_add_func("/timer/find", test_find);
    g_test_add_func("/timer/list", test_list);
    g_test_add_func("/timer/list-after-set", test_list_after_set);
    g_test_add_func("/timer/long-titles-keep-the-columns", test_long_titles_keep_the_columns);
    g_test_add_func("/timer/explain", test_explain);
    return g_test_run();
}
