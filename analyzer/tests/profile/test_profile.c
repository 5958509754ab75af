/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/key.h"

#include <string.h>

/* ---- The built-in ones
 * ---------------------------------------------------------------------------------------- */

static const char *const servers[] = {"windows-nt4",
                                      "windows-98",
                                      "windows-2000",
                                      "windows-xp",
                                      "windows-2003",
                                      "windows-vista-2008",
                                      "windows-7-2008r2",
                                      "windows-8-later",
                                      "samba",
                                      "samba-reset-on-zero-vc",
                                      "illumos",
                                      "ms-cifs"};
static const char *const clients[] = {"windows-nt4",
                                      "windows-98",
                                      "windows-2000",
                                      "windows-2000-45s",
                                      "windows-xp",
                                      "windows-2003",
                                      "windows-vista-2008",
                                      "windows-7-2008r2",
                                      "windows-8-later",
                                      "smbclient",
                                      "linux-cifs",
                                      "impacket",
                                      "jcifs"};

static unsigned count(const smbt_profiles *p, enum smbt_side side)
{
    return smbt_profiles_count(p, side);
}

static const smbt_profile *client(const smbt_profiles *p, const char *name)
{
    int at = smbt_profiles_find(p, SMBT_SIDE_CLIENT, name);
    g_assert_cmpint(at, >=, 0);
    return smbt_profiles_get(p, SMBT_SIDE_CLIENT, (unsigned)at);
}

static const smbt_profile *server(const smbt_profiles *p, const char *name)
{
    int at = smbt_profiles_find(p, SMBT_SIDE_SERVER, name);
    g_assert_cmpint(at, >=, 0);
    return smbt_profiles_get(p, SMBT_SIDE_SERVER, (unsigned)at);
}

static void test_all_load(void)
{
    smbt_profiles *p = smbt_profiles_new();
    g_assert_cmpuint(smbt_profiles_count(p, SMBT_SIDE_SERVER), ==, G_N_ELEMENTS(servers));
    g_assert_cmpuint(count(p, SMBT_SIDE_CLIENT), ==, G_N_ELEMENTS(clients));
    for (gsize i = 0; i < G_N_ELEMENTS(servers); i++)
        g_assert_cmpstr(server(p, servers[i])->name, ==, servers[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++)
        g_assert_cmpstr(client(p, clients[i])->name, ==, clients[i]);
    g_assert_cmpint(smbt_profiles_find(p, SMBT_SIDE_SERVER, "windows"), ==, -1);
    g_assert_cmpint(smbt_profiles_find(p, SMBT_SIDE_CLIENT, "samba"), ==, -1);
    smbt_profiles_free(p);
    smbt_profiles_free(NULL);
}

static unsigned check_values(const smbt_profile *profile)
{
    unsigned known = 0;
    g_assert_cmpstr(profile->title, !=, profile->name);
    g_assert_true(profile->native_os || profile->native_lan_man || profile->fallback || profile->nameless);
    for (int k = 0; k < SMBT_KEY_MAX; k++) {
        const smbt_value *v = &profile->value[k];
        const smbt_key_info *key = smbt_key_get((enum smbt_key)k);
        if (!v->known) continue;
        known++;
        g_assert_cmpint(key->side, ==, profile->side);
        if (v->value != SMBT_NEVER) {
            g_assert_cmpint(v->value, >=, key->lowest);
            g_assert_cmpint(v->value, <=, key->highest);
        }
        g_assert_nonnull(v->source);
        g_assert_cmpuint(strlen(v->source), >, 3);
    }
    return known;
}

static void test_values_have_source_and_range(void)
{
    smbt_profiles *p = smbt_profiles_new();
    unsigned known[2] = {0, 0};
    for (int side = 0; side < 2; side++)
        for (unsigned i = 0; i < count(p, side); i++) {
            known[side] += check_values(smbt_profiles_get(p, side, i));
            for (unsigned j = 0; j < i; j++)
                g_assert_cmpstr(smbt_profiles_get(p, side, i)->name, !=, smbt_profiles_get(p, side, j)->name);
        }
    g_assert_cmpuint(known[SMBT_SIDE_SERVER], >, 150);
    g_assert_cmpuint(known[SMBT_SIDE_CLIENT], >, 40);
    smbt_profiles_free(p);
}

static const enum smbt_key needs[][2] = {
    {SMBT_KEY_AUTODISCONNECT, SMBT_KEY_IDLE_SCAN},
    {SMBT_KEY_AUTODISCONNECT, SMBT_KEY_IDLE_ACTIVITY},
    {SMBT_KEY_UNUSED_NO_DIALECT, SMBT_KEY_UNUSED_SCAN},
    {SMBT_KEY_UNUSED_NO_SESSION, SMBT_KEY_UNUSED_SCAN},
    {SMBT_KEY_FORCED_LOGOFF, SMBT_KEY_FORCED_LOGOFF_SCAN},
    {SMBT_KEY_SESSION_TIMEOUT, SMBT_KEY_REQUEST_SCAN},
    {SMBT_KEY_EXTENDED_SESSION_TIMEOUT, SMBT_KEY_REQUEST_SCAN},
    {SMBT_KEY_OFFLINE_TIMEOUT, SMBT_KEY_REQUEST_SCAN},
    {SMBT_KEY_KEEP_CONN, SMBT_KEY_KEEP_CONN_SCAN},
};

/* A value that is no use alone comes with its scan. */
static void test_scans_go_with_timeouts(void)
{
    smbt_profiles *p = smbt_profiles_new();
    for (int side = 0; side < 2; side++)
        for (unsigned i = 0; i < count(p, side); i++) {
            const smbt_profile *profile = smbt_profiles_get(p, side, i);
            for (gsize n = 0; n < G_N_ELEMENTS(needs); n++)
                if (profile->value[needs[n][0]].known) g_assert_true(profile->value[needs[n][1]].known);
            if (smbt_profile_is(profile, SMBT_KEY_AUTH_EXPIRY, SMBT_ON))
                g_assert_true(profile->value[SMBT_KEY_AUTH_SCAN].known);
        }
    smbt_profiles_free(p);
}

static void assert_is(const smbt_profile *p, enum smbt_key key, int64_t value)
{
    g_assert_true(p->value[key].known);
    g_assert_cmpint(p->value[key].value, ==, value);
}

static void test_clocks(void)
{
    smbt_profiles *p = smbt_profiles_new();
    assert_is(client(p, "windows-nt4"), SMBT_KEY_SESSION_TIMEOUT, 45 * SMBT_SEC);
    assert_is(client(p, "windows-98"), SMBT_KEY_SESSION_TIMEOUT, 45 * SMBT_SEC);
    assert_is(client(p, "windows-2000"), SMBT_KEY_SESSION_TIMEOUT, 60 * SMBT_SEC);
    assert_is(client(p, "windows-8-later"), SMBT_KEY_SESSION_TIMEOUT, 60 * SMBT_SEC);
    assert_is(client(p, "windows-2003"), SMBT_KEY_KEEP_CONN, 600 * SMBT_SEC);
    g_assert_false(client(p, "windows-7-2008r2")->value[SMBT_KEY_KEEP_CONN].known);
    g_assert_false(client(p, "windows-2000")->value[SMBT_KEY_EXTENDED_SESSION_TIMEOUT].known);
    assert_is(client(p, "windows-xp"), SMBT_KEY_EXTENDED_SESSION_TIMEOUT, 1000 * SMBT_SEC);
    g_assert_cmpint(client(p, "jcifs")->value[SMBT_KEY_SESSION_TIMEOUT].value, ==, 30 * (int64_t)SMBT_SEC);
    g_assert_true(client(p, "jcifs")->doubtful);
    assert_is(server(p, "windows-2003"), SMBT_KEY_AUTODISCONNECT, 15 * SMBT_MIN);
    assert_is(server(p, "samba"), SMBT_KEY_AUTODISCONNECT, 10080 * SMBT_MIN);
    assert_is(server(p, "samba"), SMBT_KEY_IDLE_ACTIVITY, SMBT_ACTIVITY_TREE);
    assert_is(server(p, "windows-xp"), SMBT_KEY_IDLE_ACTIVITY, SMBT_ACTIVITY_ANY);
    assert_is(server(p, "windows-2000"), SMBT_KEY_AUTH_EXPIRY, SMBT_OFF);
    assert_is(server(p, "windows-2003"), SMBT_KEY_AUTH_EXPIRY, SMBT_ON);
    assert_is(server(p, "windows-2003"), SMBT_KEY_RAW_MODE, SMBT_ANSWER);
    assert_is(server(p, "windows-7-2008r2"), SMBT_KEY_RAW_MODE, SMBT_CLOSE);
    g_assert_false(server(p, "windows-7-2008r2")->value[SMBT_KEY_OVERSIZE].known);
    g_assert_false(server(p, "samba")->value[SMBT_KEY_UNUSED_NO_SESSION].known);
    smbt_profiles_free(p);
}

/* A profile with the rule on says all that the rule needs. */
static void test_rule_is_whole(void)
{
    smbt_profiles *p = smbt_profiles_new();
    for (unsigned i = 0; i < smbt_profiles_count(p, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *profile = smbt_profiles_get(p, SMBT_SIDE_SERVER, i);
        if (!smbt_profile_is(profile, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON)) continue;
        for (int k = SMBT_KEY_ZERO_VC; k <= SMBT_KEY_ZERO_VC_CLOSE; k++)
            if (k != SMBT_KEY_ZERO_VC_DELAY) g_assert_true(profile->value[k].known);
        g_assert_cmpint(profile->value[SMBT_KEY_ZERO_VC_DELAY].known, ==,
                        smbt_profile_is(profile, SMBT_KEY_ZERO_VC_EXECUTION, SMBT_EXECUTION_SEPARATE));
    }
    g_assert_cmpint(server(p, "samba-reset-on-zero-vc")->value[SMBT_KEY_ZERO_VC_DELAY].value, ==, 40000000);
    g_assert_true(smbt_profile_is(server(p, "samba"), SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_OFF));
    g_assert_false(server(p, "windows-nt4")->value[SMBT_KEY_ZERO_VC].known);
    g_assert_false(smbt_profile_is(server(p, "windows-nt4"), SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_OFF));
    smbt_profiles_free(p);
}

/* ---- Key files
 * ------------------------------------------------------------------------------------------------ */

static void assert_refused(const char *text, int code, const char *message)
{
    smbt_profiles *p = smbt_profiles_new();
    g_autoptr(GError) error = NULL;
    g_assert_false(smbt_profiles_add(p, "my.ini", text, strlen(text), &error));
    g_assert_error(error, SMBT_CONFIG_ERROR, code);
    g_assert_cmpstr(error->message, ==, message);
    g_assert_cmpuint(smbt_profiles_count(p, SMBT_SIDE_SERVER), ==, G_N_ELEMENTS(servers));
    g_assert_cmpuint(count(p, SMBT_SIDE_CLIENT), ==, G_N_ELEMENTS(clients));
    smbt_profiles_free(p);
}

#define SERVER_KEYS                                                                                          \
    "zero_vc, zero_vc_match, zero_vc_dialects, zero_vc_extended_security, zero_vc_trigger, "                 \
    "zero_vc_execution, zero_vc_delay, zero_vc_needs_session, zero_vc_close, autodisconnect, idle_scan, "    \
    "idle_activity, idle_grid, unused_no_dialect, unused_no_session, unused_scan, oplock_break_wait, "       \
    "max_keep_search, auth_expiry, auth_scan, forced_logoff, forced_logoff_scan, keepalive, raw_mode, "      \
    "second_negotiate, not_smb, not_negotiated, no_session, oversize"
#define CLIENT_KEYS                                                                                          \
    "session_timeout, request_scan, transfer_time, extended_session_timeout, extended_servers, "             \
    "offline_timeout, echo_probe, keep_conn, keep_conn_scan"

static void test_errors(void)
{
    assert_refused("[server a]\nzero_vc = maybe\nzero_vc.source = x\n", SMBT_CONFIG_ERROR_RANGE,
                   "my.ini: [server a]: zero_vc can't be \"maybe\"; it takes off, on");
    assert_refused("[server a]\nzero_vc_match = name\nzero_vc_match.source = x\n", SMBT_CONFIG_ERROR_RANGE,
                   "my.ini: [server a]: zero_vc_match can't be \"name\"; it takes address, netbios-name, "
                   "address-and-workstation");
    assert_refused("[server a]\nzero_vc_delay = 61s\nzero_vc_delay.source = x\n", SMBT_CONFIG_ERROR_RANGE,
                   "my.ini: [server a]: zero_vc_delay can't be \"61s\"; it takes a time from 0s to 60s, "
                   "such as 40ms or 2s");
    assert_refused("[server a]\nzero_vcs = on\n", SMBT_CONFIG_ERROR_UNKNOWN,
                   "my.ini: [server a]: no key \"zero_vcs\" for a server; did you mean zero_vc?");
    assert_refused("[server a]\nsession_timeout = 45s\n", SMBT_CONFIG_ERROR_UNKNOWN,
                   "my.ini: [server a]: no key \"session_timeout\" for a server; there are: " SERVER_KEYS);
    assert_refused("[client a]\nzero_vc = on\n", SMBT_CONFIG_ERROR_UNKNOWN,
                   "my.ini: [client a]: no key \"zero_vc\" for a client; there are: " CLIENT_KEYS);
    assert_refused("[server a]\nzero_vc = on\n", SMBT_CONFIG_ERROR_SYNTAX,
                   "my.ini: [server a]: zero_vc has no source; add a line \"zero_vc.source = where the value "
                   "comes from\"");
    assert_refused("[server a]\nzero_vc = on\nzero_vc.source =\n", SMBT_CONFIG_ERROR_SYNTAX,
                   "my.ini: [server a]: zero_vc has no source; add a line \"zero_vc.source = where the value "
                   "comes from\"");
    assert_refused("[windows]\nzero_vc = on\n", SMBT_CONFIG_ERROR_SYNTAX,
                   "my.ini: group [windows] is no profile; write [server NAME] or [client NAME]");
    assert_refused("[server]\nzero_vc = on\n", SMBT_CONFIG_ERROR_SYNTAX,
                   "my.ini: group [server] is no profile; write [server NAME] or [client NAME]");
    assert_refused("[server ]\ntitle = a profile without a name\n", SMBT_CONFIG_ERROR_SYNTAX,
                   "my.ini: group [server ] is no profile; write [server NAME] or [client NAME]");
    assert_refused("[server a]\nfallback = perhaps\n", SMBT_CONFIG_ERROR_RANGE,
                   "my.ini: [server a]: fallback can't be \"perhaps\"; it takes true, false");
    assert_refused("[client a]\nnameless = 2\n", SMBT_CONFIG_ERROR_RANGE,
                   "my.ini: [client a]: nameless can't be \"2\"; it takes true, false");
}

/* What GLib says of a key file is said with the file's name too, and in the domain of this library. */
static void test_errors_of_the_format(void)
{
    static const char *const texts[] = {"no group\n",
                                        "[server a]\nzero_vc\n",
                                        "[server a\n",
                                        "[server a]\ntitle = bad \\q escape\n",
                                        "[server a]\nnative_os = bad \\q escape\n",
                                        "[server a]\ntitle = not utf-8: \xff\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        smbt_profiles *p = smbt_profiles_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(smbt_profiles_add(p, "my.ini", texts[i], strlen(texts[i]), &error));
        g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_SYNTAX);
        g_assert_true(g_str_has_prefix(error->message, "my.ini: "));
        smbt_profiles_free(p);
    }
}

/* One wrong profile, and none of the file is taken. */
static void test_all_or_nothing(void)
{
    smbt_profiles *p = smbt_profiles_new();
    const char *text = "[server good]\ntitle = good\n[server bad]\nzero_vc = perhaps\n";
    g_assert_false(smbt_profiles_add(p, "my.ini", text, strlen(text), NULL));
    g_assert_cmpint(smbt_profiles_find(p, SMBT_SIDE_SERVER, "good"), ==, -1);
    smbt_profiles_free(p);
}

static void test_durations(void)
{
    static const struct {
        const char *text;
        int64_t ns; /* -1: refused */
    } cases[] = {{"0s", 0},
                 {"0us", 0},
                 {"1us", 1000},
                 {"40ms", 40000000},
                 {"1.5s", 1500000000},
                 {"0.5ms", 500000},
                 {"60s", 60000000000},
                 {"1min", 60000000000},
                 {"60.1s", -1},
                 {"2min", -1},
                 {"1h", -1},
                 {"-1s", -1},
                 {"1", -1},
                 {"", -1},
                 {"s", -1},
                 {"1 s", -1},
                 {"1sec", -1},
                 {"inf s", -1},
                 {"nans", -1},
                 {"infs", -1},
                 {"1e300h", -1}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_profiles *p = smbt_profiles_new();
        g_autofree char *text = g_strdup_printf("server.zero_vc_delay=%s", cases[i].text);
        g_autoptr(GError) error = NULL;
        bool ok = smbt_profiles_set(p, text, &error);
        g_assert_cmpint(ok, ==, cases[i].ns >= 0);
        if (ok)
            g_assert_cmpint(server(p, "samba")->value[SMBT_KEY_ZERO_VC_DELAY].value, ==, cases[i].ns);
        else
            g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
        smbt_profiles_free(p);
    }
}

static void test_replaces_built_in(void)
{
    smbt_profiles *p = smbt_profiles_new();
    int before = smbt_profiles_find(p, SMBT_SIDE_SERVER, "windows-xp");
    const char *text = "[server windows-xp]\ntitle = ours\nnative_os = Mine*\nzero_vc = off\n"
                       "zero_vc.source = we turned it off\n";
    g_assert_true(smbt_profiles_add(p, "my.ini", text, strlen(text), NULL));
    g_assert_cmpint(smbt_profiles_find(p, SMBT_SIDE_SERVER, "windows-xp"), ==, before);
    g_assert_cmpuint(smbt_profiles_count(p, SMBT_SIDE_SERVER), ==, G_N_ELEMENTS(servers));
    const smbt_profile *xp = server(p, "windows-xp");
    g_assert_cmpstr(xp->title, ==, "ours");
    g_assert_true(smbt_profile_is(xp, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_OFF));
    g_assert_cmpstr(xp->value[SMBT_KEY_ZERO_VC].source, ==, "we turned it off");
    g_assert_false(xp->value[SMBT_KEY_ZERO_VC_MATCH].known); /* nothing of the old one is left */
    g_assert_false(xp->fallback);
    g_assert_cmpuint(smbt_profiles_by_name(p, SMBT_SIDE_SERVER, "Mine 1", NULL), ==, UINT64_C(1) << before);
    smbt_profiles_free(p);
}

/* A file with n profiles of a name each, or all of them new. */
static char *file_of(unsigned n)
{
    GString *s = g_string_new(NULL);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(s, "[server own-%u]\ntitle = number %u\nnative_os = Own %u\n", i, i, i);
    return g_string_free(s, FALSE);
}

static void test_no_more_than_a_mask_holds(void)
{
    unsigned room = SMBT_PROFILES_MAX - G_N_ELEMENTS(servers);
    smbt_profiles *p = smbt_profiles_new();
    g_autofree char *fits = file_of(room), *too_many = file_of(room + 1), *far_too_many = file_of(65);
    g_autoptr(GError) error = NULL;
    g_assert_false(smbt_profiles_add(p, "my.ini", too_many, strlen(too_many), &error));
    g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
    g_assert_cmpstr(error->message, ==, "my.ini: more than 64 profiles of one side");
    g_clear_error(&error);
    g_assert_false(smbt_profiles_add(p, "my.ini", far_too_many, strlen(far_too_many), &error));
    g_assert_cmpstr(error->message, ==, "my.ini: more than 64 profiles of one side");
    g_assert_cmpuint(smbt_profiles_count(p, SMBT_SIDE_SERVER), ==, G_N_ELEMENTS(servers));
    g_assert_true(smbt_profiles_add(p, "my.ini", fits, strlen(fits), NULL));
    g_assert_cmpuint(smbt_profiles_count(p, SMBT_SIDE_SERVER), ==, SMBT_PROFILES_MAX);
    /* Full, but those that are there can still be replaced. */
    g_assert_true(smbt_profiles_add(p, "my.ini", fits, strlen(fits), NULL));
    g_autofree char *last = g_strdup_printf("Own %u", room - 1);
    g_assert_cmpuint(smbt_profiles_by_name(p, SMBT_SIDE_SERVER, last, NULL), ==, UINT64_C(1) << 63);
    smbt_profiles_free(p);
}

/* ---- One value
 * ------------------------------------------------------------------------------------------------ */

static void test_set(void)
{
    smbt_profiles *p = smbt_profiles_new();
    g_assert_true(smbt_profiles_set(p, "server.zero_vc=off", NULL));
    for (unsigned i = 0; i < smbt_profiles_count(p, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *profile = smbt_profiles_get(p, SMBT_SIDE_SERVER, i);
        g_assert_true(smbt_profile_is(profile, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_OFF));
        g_assert_cmpstr(profile->value[SMBT_KEY_ZERO_VC].source, ==, "set by the user");
    }
    /* A copy has its own strings. */
    smbt_profiles *copy = smbt_profiles_copy(p);
    smbt_profiles_free(p);
    g_assert_cmpstr(server(copy, "samba")->value[SMBT_KEY_ZERO_VC].source, ==, "set by the user");
    g_assert_cmpstr(server(copy, "windows-xp")->native_os[0], ==, "Windows 5.1");
    g_assert_true(server(copy, "windows-xp")->fallback);
    g_assert_cmpuint(smbt_profiles_count(copy, SMBT_SIDE_SERVER), ==, G_N_ELEMENTS(servers));
    smbt_profiles_free(copy);
}

static void test_set_errors(void)
{
    static const struct {
        const char *assignment;
        int code;
        const char *message;
    } cases[] = {
        {"zero_vc=off", SMBT_CONFIG_ERROR_SYNTAX,
         "\"zero_vc=off\" is no setting; did you mean server.zero_vc=off?"},
        {"keep-conn=5min", SMBT_CONFIG_ERROR_SYNTAX,
         "\"keep-conn=5min\" is no setting; did you mean client.keep_conn=5min?"},
        {"nonesuch=off", SMBT_CONFIG_ERROR_SYNTAX,
         "\"nonesuch=off\" is no setting; write server.KEY=VALUE or client.KEY=VALUE, such as "
         "server.zero_vc=off"},
        {"server.zero_vc", SMBT_CONFIG_ERROR_SYNTAX,
         "\"server.zero_vc\" is no setting; write server.KEY=VALUE or client.KEY=VALUE, such as "
         "server.zero_vc=off"},
        {"server=zero_vc.off", SMBT_CONFIG_ERROR_SYNTAX,
         "\"server=zero_vc.off\" is no setting; write server.KEY=VALUE or client.KEY=VALUE, such as "
         "server.zero_vc=off"},
        {"", SMBT_CONFIG_ERROR_SYNTAX,
         "\"\" is no setting; write server.KEY=VALUE or client.KEY=VALUE, such as server.zero_vc=off"},
    };
    smbt_profiles *p = smbt_profiles_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(smbt_profiles_set(p, cases[i].assignment, &error));
        g_assert_error(error, SMBT_CONFIG_ERROR, cases[i].code);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
    g_autoptr(GError) range = NULL, unknown = NULL, client = NULL;
    g_assert_false(smbt_profiles_set(p, "server.zero_vc=ON", &range));
    g_assert_error(range, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
    g_assert_nonnull(strstr(range->message, "zero_vc can't be \"ON\"; it takes off, on"));
    g_assert_false(smbt_profiles_set(p, "server.title=x", &unknown));
    g_assert_error(unknown, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN);
    g_assert_nonnull(strstr(unknown->message, "no key \"title\" for a server; there are: " SERVER_KEYS));
    g_assert_false(smbt_profiles_set(p, "client.zero_vc=off", &client));
    g_assert_error(client, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_UNKNOWN);
    g_assert_true(smbt_profile_is(server(p, "windows-xp"), SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON));
    smbt_profiles_free(p);
}

/* "client.session_timeout=" and a value: taken, or refused with the whole of what is needed to correct it. */
static void try_set(const smbt_key_info *key, const char *text, bool ok, int64_t value)
{
    smbt_profiles *p = smbt_profiles_new();
    const char *side = smbt_side_name(key->side);
    g_autofree char *assignment = g_strdup_printf("%s.%s=%s", side, key->name, text);
    g_autofree char *range = smbt_key_range(key);
    g_autofree char *message =
        g_strdup_printf("%s.%s can't be \"%s\"; it takes %s", side, key->name, text, range);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(smbt_profiles_set(p, assignment, &error), ==, ok);
    int k = smbt_key_find(key->name, key->side);
    for (unsigned i = 0; ok && i < count(p, key->side); i++)
        assert_is(smbt_profiles_get(p, key->side, i), k, value);
    if (!ok) {
        g_assert_error(error, SMBT_CONFIG_ERROR, SMBT_CONFIG_ERROR_RANGE);
        g_assert_cmpstr(error->message, ==, message);
    }
    smbt_profiles_free(p);
}

static void try_duration(const smbt_key_info *key)
{
    g_autofree char *lowest = smbt_key_format(key, key->lowest),
                    *highest = smbt_key_format(key, key->highest);
    g_autofree char *below = g_strdup_printf("%" G_GINT64_FORMAT "us", key->lowest / 1000 - 1);
    g_autofree char *above = g_strdup_printf("%" G_GINT64_FORMAT "us", key->highest / 1000 + 1);
    g_autofree char *bare = g_strdup_printf("%" G_GINT64_FORMAT, key->highest / (int64_t)SMBT_SEC);
    g_autofree char *wrong = g_strconcat(bare, "sec", NULL), *spaced = g_strconcat(bare, " s", NULL);
    try_set(key, lowest, true, key->lowest);
    try_set(key, highest, true, key->highest);
    try_set(key, below, false, 0);
    try_set(key, above, false, 0);
    try_set(key, bare, false, 0);
    try_set(key, wrong, false, 0);
    try_set(key, spaced, false, 0);
    try_set(key, "", false, 0);
    try_set(key, "off", *key->words, SMBT_NEVER);
    try_set(key, "OFF", false, 0);
    try_set(key, "never", false, 0);
}

static void try_enum(const smbt_key_info *key)
{
    g_auto(GStrv) words = g_strsplit(key->words, ",", -1);
    for (int i = 0; words[i]; i++)
        try_set(key, words[i], true, i);
    g_assert_cmpuint(g_strv_length(words), ==, key->highest + 1);
    try_set(key, "", false, 0);
    try_set(key, "1", false, 0);
    try_set(key, "1s", false, 0);
    try_set(key, key->words, false, 0);
}

static void test_every_key_at_its_limits(void)
{
    for (int k = 0; k < SMBT_KEY_MAX; k++) {
        const smbt_key_info *key = smbt_key_get((enum smbt_key)k);
        if (key->type == SMBT_KEY_DURATION)
            try_duration(key);
        else
            try_enum(key);
    }
}

static void test_ranges_in_words(void)
{
    static const struct {
        enum smbt_key key;
        const char *range;
    } cases[] = {
        {SMBT_KEY_SESSION_TIMEOUT, "a time from 10s to 65535s, such as 45s or 15min, or off"},
        {SMBT_KEY_AUTODISCONNECT, "a time from 0s to 65535min, such as 45s or 15min, or off"},
        {SMBT_KEY_OPLOCK_BREAK_WAIT, "a time from 1s to 3min, such as 45s or 2min"},
        {SMBT_KEY_IDLE_SCAN, "a time from 0s to 10min, such as 45s or 2min"},
        {SMBT_KEY_ZERO_VC_DELAY, "a time from 0s to 60s, such as 40ms or 2s"},
        {SMBT_KEY_RAW_MODE, "answer, close"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *range = smbt_key_range(smbt_key_get(cases[i].key));
        g_assert_cmpstr(range, ==, cases[i].range);
    }
}

/* ---- Choice
 * --------------------------------------------------------------------------------------------------- */

static smbt_profile_mask mask_of(const smbt_profiles *p, enum smbt_side side, const char *names)
{
    smbt_profile_mask m = 0;
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    for (int i = 0; list[i] && *list[i]; i++) {
        int at = smbt_profiles_find(p, side, list[i]);
        g_assert_cmpint(at, >=, 0);
        m |= UINT64_C(1) << at;
    }
    return m;
}

#define FALLBACK                                                                                             \
    "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2 samba samba-reset-on-zero-vc " \
    "illumos ms-cifs"

static void test_by_name(void)
{
    static const struct {
        const char *os, *lan_man, *names;
    } cases[] = {
        {"Windows 5.0", "Windows 2000 LAN Manager", "windows-2000"},
        {"Windows 5.1", "Windows 2000 LAN Manager", "windows-xp"},
        {"Windows 2002 Service Pack 2", "Windows 2002 5.1", "windows-xp"},
        {"Windows Server 2003 3790 Service Pack 2", "Windows Server 2003 5.2", "windows-2003"},
        {"Windows 7 Professional 7601 Service Pack 1", "Windows 7 Professional 6.1", "windows-7-2008r2"},
        {"Windows Vista (TM) Business 6002 Service Pack 2", NULL, "windows-vista-2008"},
        {"Windows Server (R) 2008 Standard 6001", NULL, "windows-vista-2008"},
        {"Windows Server 2008 HPC Edition 6001", NULL, "windows-vista-2008"},
        {"Windows Server 2008 R2 Standard 7600", NULL, "windows-7-2008r2"},
        {"Windows Server (R) 2008 R2 Standard 7600", NULL, "windows-7-2008r2"},
        {"Windows 4.0", "Windows 4.0", "windows-98"},
        {"Windows 10 Pro 19041", NULL, "windows-8-later ms-cifs"},
        {"Windows Server 2012 R2 Standard 9600", NULL, "windows-8-later ms-cifs"},
        {"Windows NT 4.0", "NT LAN Manager 4.0", "windows-nt4 ms-cifs"},
        {"Unix", "Samba 3.0.24", "samba samba-reset-on-zero-vc"},
        {"Unix", NULL, "samba samba-reset-on-zero-vc"},
        /* Samba since 4.0 borrows the name of Windows. */
        {"Windows 6.1", "Samba 4.17.12-Debian", "samba samba-reset-on-zero-vc"},
        {"Windows 7 Professional 7601", "Samba 4.9", "samba samba-reset-on-zero-vc"},
        {"Windows 6.1", NULL, FALLBACK},
        {"SunOS 5.11", "Native SMB service", "illumos"},
        {"", "", FALLBACK},
        {"A box", "from elsewhere", FALLBACK},
        {NULL, NULL, FALLBACK},
    };
    smbt_profiles *p = smbt_profiles_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmphex(smbt_profiles_by_name(p, SMBT_SIDE_SERVER, cases[i].os, cases[i].lan_man), ==,
                        mask_of(p, SMBT_SIDE_SERVER, cases[i].names));
    g_assert_cmphex(smbt_profiles_by_name(p, SMBT_SIDE_CLIENT, NULL, NULL), ==, 0);
    smbt_profiles_free(p);
}

#define NAMELESS "windows-vista-2008 windows-7-2008r2 windows-8-later"

static void test_of_client(void)
{
    static const struct {
        const char *os, *lan_man, *names;
    } cases[] = {
        {"Windows NT 1381", "", "windows-nt4"},
        {"Windows 4.0", "Windows 4.0", "windows-98"},
        {"Windows 2000 2195", "Windows 2000 5.0", "windows-2000 windows-2000-45s"},
        {"Windows 2002 Service Pack 3 2600", "Windows 2002 5.1", "windows-xp"},
        {"Windows Server 2003 R2 3790 Service Pack 2", "", "windows-2003"},
        {"Unix", "Samba 4.17.12-Debian", "smbclient"},
        {"Unix", "Samba", "impacket"},
        {"Unix", NULL, "smbclient impacket"},
        {"Linux version 5.10.0", "CIFS VFS Client for Linux", "linux-cifs"},
        {"Linux", "jCIFS", "jcifs"},
        {"Windows 2000", "jCIFS", "jcifs"},
        {"", "", NAMELESS},
        {NULL, NULL, NAMELESS},
        {NULL, "", NAMELESS},
        {"A box", "", ""},
        {"", "from elsewhere", ""},
        {"Windows 10", "Windows 10 6.3", ""},
    };
    smbt_profiles *p = smbt_profiles_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmphex(smbt_profiles_of_client(p, cases[i].os, cases[i].lan_man, true), ==,
                        mask_of(p, SMBT_SIDE_CLIENT, cases[i].names));
        g_assert_cmphex(smbt_profiles_of_client(p, cases[i].os, cases[i].lan_man, false), ==, 0);
    }
    smbt_profiles *copy = smbt_profiles_copy(p);
    g_assert_cmphex(smbt_profiles_of_client(copy, "", "", true), ==, mask_of(p, SMBT_SIDE_CLIENT, NAMELESS));
    smbt_profiles_free(copy);
    smbt_profiles_free(p);
}

/* An exception wins wherever it stands. */
static void test_exceptions(void)
{
    static const char *const texts[] = {"[server a]\nnative_os = Box*;!*R2*\n",
                                        "[server a]\nnative_os = !*R2*;Box*\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        smbt_profiles *p = smbt_profiles_new();
        g_assert_true(smbt_profiles_add(p, "my.ini", texts[i], strlen(texts[i]), NULL));
        smbt_profile_mask a = mask_of(p, SMBT_SIDE_SERVER, "a");
        g_assert_cmphex(smbt_profiles_by_name(p, SMBT_SIDE_SERVER, "Box 1", NULL), ==, a);
        g_assert_cmphex(smbt_profiles_by_name(p, SMBT_SIDE_SERVER, "Box 1 R2", NULL), ==,
                        mask_of(p, SMBT_SIDE_SERVER, FALLBACK));
        smbt_profiles_free(p);
    }
}

/* ---- Text
 * ----------------------------------------------------------------------------------------------------- */

/* Whether a text holds another, lines broken elsewhere or not. */
static void assert_in_words(const char *text, const char *part)
{
    g_autoptr(GRegex) space = g_regex_new("\\s+", 0, 0, NULL);
    g_autofree char *flat = g_regex_replace_literal(space, text, -1, 0, " ", 0, NULL);
    g_assert_nonnull(strstr(flat, part));
}

static void test_text(void)
{
    smbt_profiles *p = smbt_profiles_new();
    g_autofree char *list = smbt_profiles_list(p);
    for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
        g_autofree char *line = g_strdup_printf("server  %-24s ", servers[i]);
        g_assert_nonnull(strstr(list, line));
        g_autofree char *text = smbt_profiles_explain(p, servers[i]);
        g_assert_nonnull(strstr(text, server(p, servers[i])->title));
        for (int k = 0; k < SMBT_KEY_MAX; k++)
            if (server(p, servers[i])->value[k].known)
                assert_in_words(text, server(p, servers[i])->value[k].source);
    }
    g_autofree char *samba = smbt_profiles_explain(p, "samba-reset-on-zero-vc");
    g_assert_nonnull(strstr(samba, "server.zero_vc_delay = 40ms\n"));
    g_assert_nonnull(strstr(samba, "server.zero_vc_needs_session = yes\n"));
    g_autofree char *nt4 = smbt_profiles_explain(p, "windows-nt4");
    g_assert_nonnull(strstr(nt4, "server.zero_vc = unknown\n"));
    g_autofree char *both = smbt_profiles_explain(p, "windows-7-2008r2");
    g_assert_nonnull(strstr(both, "\n\nclient profile windows-7-2008r2: "));
    g_assert_nonnull(strstr(both, "\n  chosen when NativeOS and NativeLanMan are empty\n"));
    g_assert_null(smbt_profiles_explain(p, "windows"));
    smbt_profiles_free(p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profile/built-in/all-load", test_all_load);
    g_test_add_func("/profile/built-in/values-have-source-and-range", test_values_have_source_and_range);
    g_test_add_func("/profile/built-in/rule-is-whole", test_rule_is_whole);
    g_test_add_func("/profile/built-in/scans-go-with-timeouts", test_scans_go_with_timeouts);
    g_test_add_func("/profile/built-in/clocks", test_clocks);
    g_test_add_func("/profile/file/errors", test_errors);
    g_test_add_func("/profile/file/errors-of-the-format", test_errors_of_the_format);
    g_test_add_func("/profile/file/all-or-nothing", test_all_or_nothing);
    g_test_add_func("/profile/file/durations", test_durations);
    g_test_add_func("/profile/file/replaces-built-in", test_replaces_built_in);
    g_test_add_func("/profile/file/no-more-than-a-mask-holds", test_no_more_than_a_mask_holds);
    g_test_add_func("/profile/set/every-profile", test_set);
    g_test_add_func("/profile/set/errors", test_set_errors);
    g_test_add_func("/profile/choice/by-name", test_by_name);
    g_test_add_func("/profile/set/every-key-at-its-limits", test_every_key_at_its_limits);
    g_test_add_func("/profile/set/ranges-in-words", test_ranges_in_words);
    g_test_add_func("/profile/choice/of-client", test_of_client);
    g_test_add_func("/profile/choice/exceptions", test_exceptions);
    g_test_add_func("/profile/text", test_text);
    return g_test_run();
}
