/* Profiles that users bring, and values that they set.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/profiles.h"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profile/file/errors", test_errors);
    g_test_add_func("/profile/file/errors-of-the-format", test_errors_of_the_format);
    g_test_add_func("/profile/file/all-or-nothing", test_all_or_nothing);
    g_test_add_func("/profile/file/durations", test_durations);
    g_test_add_func("/profile/file/replaces-built-in", test_replaces_built_in);
    g_test_add_func("/profile/file/no-more-than-a-mask-holds", test_no_more_than_a_mask_holds);
    g_test_add_func("/profile/set/every-profile", test_set);
    g_test_add_func("/profile/set/errors", test_set_errors);
    g_test_add_func("/profile/set/every-key-at-its-limits", test_every_key_at_its_limits);
    g_test_add_func("/profile/set/ranges-in-words", test_ranges_in_words);
    return g_test_run();
}
