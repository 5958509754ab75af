/* What servers say of themselves, and which profiles that leaves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/stated.h"

/* ---- Pending requests
 * ------------------------------------------------------------------------------------------ */

static void test_negotiated_dialect(void)
{
    for (guint16 index = 0; index < 5; index++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        sb_msg m;
        sb_header request = header(0, 0, 0, 0xffff), response = header(1, 0, 0, 0xffff);
        GByteArray *out = begin(&m, &request);
        sb_negotiate_request(
            &m, (const char *const[]){"PC NETWORK PROGRAM 1.0", "LANMAN1.0", "", "NT LM 0.12", NULL});
        give(&b, c, 0, &m, out);
        out = begin(&m, &response);
        sb_negotiate_response(&m, &(sb_negotiate){.word_count = 17, .dialect_index = index});
        give(&b, c, 1, &m, out);
        static const char *const names[] = {"PC NETWORK PROGRAM 1.0", "LANMAN1.0", NULL, "NT LM 0.12",
                                            "NT LM 0.12"};
        g_assert_cmpstr(c->dialect, ==, names[index]);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

/* ---- Servers
 * ---------------------------------------------------------------------------------------------------- */

/* Each new name of a server chooses its profiles anew, however often it changes. */
static void test_server_name_chooses_profiles(void)
{
    static const char *const names[] = {"Windows 5.0", "Windows 5.1", "Windows 5.2", "Unix", "SunOS 5.11"};
    static const char *const profiles[] = {"windows-2000", "windows-xp", "windows-2003",
                                           "samba samba-reset-on-zero-vc", "illumos"};
    t_bench b;
    t_bench_init(&b, NULL);
    for (guint16 i = 0; i < 60; i++) {
        smbt_conn *c = t_open(&b, 1000 + i, 445);
        unsigned at = (unsigned)(i * 7 % 5);
        t_setup_request(&b, c, &(t_setup){.vc = 1, .mid = 1});
        t_setup_response(&b, c, 1, 100, 0, names[at], NULL);
        g_assert_cmpstr(c->server->native_os, ==, names[at]);
        g_assert_cmphex(c->server->possible, ==, t_mask(&b, profiles[at]));
        g_assert_true(c->server->identified);
        smbt_model_free_conn(c);
    }
    t_bench_clear(&b);
}

/* A name that fits no profile leaves those for unknown servers: that identifies nobody. */
static void test_unknown_name_identifies_nobody(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    smbt_profile_mask unknown = c->server->possible;
    g_assert_cmphex(unknown, !=, 0);
    g_assert_false(c->server->identified);
    static const char *const names[] = {NULL, "FilerOS 3", "Unix", "FilerOS 4"};
    for (guint16 i = 0; i < 4; i++) {
        t_setup_request(&b, c, &(t_setup){.vc = 1, .mid = i});
        t_setup_response(&b, c, i, 100, 0, names[i], NULL);
        g_assert_cmpint(c->server->identified, ==, i == 2);
        g_assert_cmpint(c->server->possible == unknown, ==, i != 2);
    }
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_user_chooses_profile(void)
{
    t_bench b;
    t_bench_init(&b, "windows-2000");
    smbt_conn *c = t_open(&b, 1000, 445);
    t_setup_request(&b, c, &(t_setup){.vc = 1, .mid = 1});
    t_setup_response(&b, c, 1, 100, 0, "Unix", "Samba 3.0");
    g_assert_true(c->server->chosen_by_user && c->server->identified);
    g_assert_cmphex(c->server->possible, ==, t_mask(&b, "windows-2000"));
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_unix_extensions_mean_samba(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m;
    sb_header h = header(1, 0, 0, 0xffff);
    GByteArray *out = begin(&m, &h);
    sb_negotiate_response(&m, &(sb_negotiate){.word_count = 17, .capabilities = 0x00800000});
    give(&b, c, 1, &m, out);
    g_assert_cmphex(c->server->possible, ==, t_mask(&b, "samba samba-reset-on-zero-vc"));
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* Connections that a server holds: accepted and not gone, each counted once. */
static void test_established(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *a = t_open_at(&b, 1, 1000, 9, 445, true);
    const smbt_server *server = a->server;
    g_assert_cmpuint(server->established, ==, 0);
    g_assert_false(server->was_spoken_to);
    smbt_model_accepted(a);
    smbt_model_accepted(a);
    g_assert_cmpuint(server->established, ==, 1);
    g_assert_true(server->was_spoken_to);
    smbt_conn *mid_stream = t_open_at(&b, 1, 1001, 9, 445, false);
    smbt_model_accepted(mid_stream); /* a stray segment is no connection yet, a message is */
    g_assert_cmpuint(server->established, ==, 1);
    t_plain(&b, mid_stream, 0, 0x2b, 1, 0);
    g_assert_cmpuint(server->established, ==, 2);
    smbt_conn *never = t_open_at(&b, 1, 1002, 9, 445, true), *late = t_open_at(&b, 1, 1003, 9, 445, true);
    smbt_model_gone(never);
    smbt_model_gone(late);
    smbt_model_accepted(late); /* after it was gone */
    g_assert_cmpuint(server->established, ==, 2);
    smbt_model_gone(a);
    smbt_model_gone(a);
    g_assert_cmpuint(server->established, ==, 1);
    smbt_model_free_conn(a);
    smbt_model_free_conn(never);
    smbt_model_free_conn(late);
    g_assert_cmpuint(server->established, ==, 1);
    smbt_model_free_conn(mid_stream); /* freed while it was there */
    g_assert_cmpuint(server->established, ==, 0);
    t_bench_clear(&b);
}

static void fill_clock(sb_msg *m, const void *system_time)
{
    sb_negotiate_response(m, &(sb_negotiate){.word_count = 17,
                                             .security_mode = 3,
                                             .max_mpx = 50,
                                             .system_time = *(const guint64 *)system_time,
                                             .time_zone = -90});
}

/* SystemTime counts from 1601 in units of 100 ns; what lies before 1970 or beyond 2198 is no clock. */
static void test_negotiated_clock(void)
{
    const guint64 epoch = G_GUINT64_CONSTANT(116444736000000000);
    const struct {
        guint64 system_time;
        bool has;
    } cases[] = {{0, false},
                 {epoch, false},
                 {epoch + 1, true},
                 {epoch + G_GUINT64_CONSTANT(12000000000000000), true}, /* 2008 */
                 {epoch + G_GUINT64_CONSTANT(72000000000000000), true},
                 {epoch + G_GUINT64_CONSTANT(72000000000000001), false},
                 {epoch + INT64_MAX / 100 + 1, false},
                 {G_MAXUINT64, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        t_plain_as(&b, c, 0, 0x72, 1, 0, 0);
        sb_header h = header(1, 1, 0, 0);
        g_autoptr(GByteArray) answer = t_message(&h, fill_clock, &cases[i].system_time);
        t_give(&b, c, 1, answer);
        g_assert_cmpint(c->negotiated.has_clock, ==, cases[i].has);
        if (cases[i].has) {
            g_assert_cmpint(c->negotiated.clock_offset_ns, ==,
                            (gint64)((cases[i].system_time - epoch) * 100) - (gint64)b.now);
            g_assert_cmpint(c->negotiated.zone_minutes, ==, -90);
        }
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/negotiate/dialect", test_negotiated_dialect);
    g_test_add_func("/negotiate/clock", test_negotiated_clock);
    g_test_add_func("/server/name-chooses-profiles", test_server_name_chooses_profiles);
    g_test_add_func("/server/unknown-name-identifies-nobody", test_unknown_name_identifies_nobody);
    g_test_add_func("/server/established", test_established);
    g_test_add_func("/server/user-chooses-profile", test_user_chooses_profile);
    g_test_add_func("/server/unix-extensions-mean-samba", test_unix_extensions_mean_samba);
    return g_test_run();
}
