/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/profiles.h"

/* ---- The built-in ones
 * ---------------------------------------------------------------------------------------- */

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
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++)
        g_assert_true((client(p, clients[i])->timeout_setting == NULL) ==
                      g_str_equal(clients[i], "windows-98")); /* no source says */
    g_assert_cmpstr(client(p, "macos")->timeout_setting, ==, "max_resp_timeout in nsmb.conf, seconds");
    g_assert_cmpstr(client(p, "windows-nt4")->timeout_setting, ==,
                    "SessTimeout in LanmanWorkstation\\Parameters, seconds");
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
        {"Mac OS X 10.10", "SMBFS 3.0.1", "macos"},
        {"Mac OS X 10.6.8", "SMBFS", "macos"},
        {"Mac OS 9", "DAVE", ""},
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
    g_test_add_func("/profile/choice/by-name", test_by_name);
    g_test_add_func("/profile/choice/of-client", test_of_client);
    g_test_add_func("/profile/choice/exceptions", test_exceptions);
    g_test_add_func("/profile/text", test_text);
    return g_test_run();
}
