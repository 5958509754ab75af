/* Sessions, trees, opens and pending requests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/bench.h"

static void assert_pending(const smbt_conn *c, unsigned n)
{
    g_assert_cmpuint(c->pairing.count, ==, n);
}

static guint length(const GArray *a)
{
    return a ? a->len : 0;
}

static void assert_state(const smbt_conn *c, guint sessions, guint trees, guint opens)
{
    g_assert_cmpuint(length(c->sessions), ==, sessions);
    g_assert_cmpuint(length(c->trees), ==, trees);
    g_assert_cmpuint(length(c->opens), ==, opens);
}

static sb_header header(unsigned side, guint16 mid, guint16 uid, guint16 tid)
{
    return (sb_header){.flags = side ? SB_FLAGS_REPLY : 0,
                       .flags2 = SB_FLAGS2_NT,
                       .pid = 0xfeff,
                       .mid = mid,
                       .uid = uid,
                       .tid = tid};
}

/* Begins a message into a fresh array. */
static GByteArray *begin(sb_msg *m, const sb_header *h)
{
    GByteArray *out = g_byte_array_new();
    sb_begin(m, out, h);
    return out;
}

static void give(t_bench *b, smbt_conn *c, unsigned side, sb_msg *m, GByteArray *out)
{
    sb_end(m);
    t_give(b, c, side, out);
    g_byte_array_unref(out);
}

static void log_on(t_bench *b, smbt_conn *c, guint16 mid, guint16 uid, const char *user)
{
    t_setup_request(b, c, &(t_setup){.word_count = 13, .vc = 1, .mid = mid, .user = user});
    t_setup_response(b, c, mid, uid, 0, "Windows 5.1", NULL);
}

static void connect_tree(t_bench *b, smbt_conn *c, guint16 uid, guint16 tid, const char *service)
{
    sb_msg m;
    sb_header request = header(0, 3, uid, 0xffff), response = header(1, 3, uid, tid);
    GByteArray *out = begin(&m, &request);
    sb_tree_connect_request(&m, "\\\\SRV\\Data", "?????", 0);
    give(b, c, 0, &m, out);
    out = begin(&m, &response);
    sb_tree_connect_response(&m, service, "NTFS");
    give(b, c, 1, &m, out);
}

static void open_file(t_bench *b, smbt_conn *c, guint16 uid, guint16 tid, guint16 fid)
{
    sb_msg m;
    sb_header request = header(0, 4, uid, tid), response = header(1, 4, uid, tid);
    GByteArray *out = begin(&m, &request);
    sb_nt_create_request(&m, "\\a.txt");
    give(b, c, 0, &m, out);
    out = begin(&m, &response);
    sb_nt_create_response(&m, fid, 0, 0);
    give(b, c, 1, &m, out);
}

static void test_made_and_released(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    log_on(&b, c, 1, 100, "alice");
    log_on(&b, c, 2, 101, "bob");
    assert_state(c, 2, 0, 0);
    g_assert_cmpstr(g_array_index(c->sessions, smbt_session, 0).user, ==, "CORP\\alice");
    g_assert_cmpint(g_array_index(c->sessions, smbt_session, 1).state, ==, SMBT_SESSION_VALID);
    connect_tree(&b, c, 100, 200, "A:");
    connect_tree(&b, c, 100, 201, "IPC");
    connect_tree(&b, c, 101, 202, "A:");
    assert_state(c, 2, 3, 0);
    g_assert_false(g_array_index(c->trees, smbt_tree, 0).is_pipe);
    g_assert_true(g_array_index(c->trees, smbt_tree, 1).is_pipe);
    g_assert_cmpstr(c->claims.server_path, ==, "srv");
    for (guint16 i = 0; i < 3; i++)
        open_file(&b, c, 100, 200, (guint16)(0x4000 + i));
    open_file(&b, c, 101, 202, 0x5000);
    assert_state(c, 2, 3, 4);

    sb_msg m;
    sb_header h = header(0, 5, 100, 200);
    GByteArray *out = begin(&m, &h);
    sb_close_request(&m, 0x4001);
    give(&b, c, 0, &m, out);
    assert_state(c, 2, 3, 3);
    out = begin(&m, &h);
    sb_close_request(&m, 0x7777); /* never opened */
    give(&b, c, 0, &m, out);
    assert_state(c, 2, 3, 3);

    out = begin(&m, &h);
    sb_tree_disconnect(&m);
    give(&b, c, 0, &m, out);
    assert_state(c, 2, 2, 1); /* with its files */
    h = header(0, 6, 101, 0);
    out = begin(&m, &h);
    sb_logoff(&m);
    give(&b, c, 0, &m, out);
    assert_state(c, 1, 1, 0); /* with its trees, and their files */
    g_assert_cmpuint(g_array_index(c->trees, smbt_tree, 0).tid, ==, 201);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* What fails makes nothing. */
static void test_failures_make_nothing(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_setup_request(&b, c, &(t_setup){.mid = 1});
    t_plain(&b, c, 1, 0x73, 1, 0xc000006d);
    g_assert_cmpuint(length(c->sessions), ==, 0);
    log_on(&b, c, 2, 100, "alice");
    t_plain(&b, c, 0, 0x75, 3, 0);
    t_plain(&b, c, 1, 0x75, 3, 0xc00000cc);
    t_plain(&b, c, 0, 0xa2, 4, 0);
    t_plain(&b, c, 1, 0xa2, 4, 0xc0000034);
    assert_state(c, 1, 0, 0);
    assert_pending(c, 0);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* The first leg makes a session in progress; the second one completes it. */
static void test_two_legs(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_setup_request(&b, c, &(t_setup){.mid = 1});
    t_setup_response(&b, c, 1, 100, T_MORE, NULL, NULL);
    assert_state(c, 1, 0, 0);
    g_assert_cmpint(g_array_index(c->sessions, smbt_session, 0).state, ==, SMBT_SESSION_IN_PROGRESS);
    t_setup_request(&b, c, &(t_setup){.mid = 2, .uid = 100});
    t_setup_response(&b, c, 2, 100, 0, "Windows 5.1", NULL);
    assert_state(c, 1, 0, 0);
    g_assert_cmpint(g_array_index(c->sessions, smbt_session, 0).state, ==, SMBT_SESSION_VALID);
    g_assert_cmpstr(c->claims.user, ==, "CORP\\alice");
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* Rule (a): a setup with VcNumber 0 closes the user's older session on the same connection, not another
 * user's; its use is told once. */
static void test_older_session_closed(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    log_on(&b, c, 1, 100, "alice");
    log_on(&b, c, 2, 101, "bob");
    t_setup_request(&b, c, &(t_setup){.word_count = 13, .vc = 0, .mid = 3, .user = "alice"});
    t_setup_response(&b, c, 3, 102, 0, "Windows 5.1", NULL);
    g_assert_true(g_array_index(c->sessions, smbt_session, 0).closed_by_vc);
    g_assert_false(g_array_index(c->sessions, smbt_session, 1).closed_by_vc);
    g_assert_false(g_array_index(c->sessions, smbt_session, 2).closed_by_vc);
    t_plain(&b, c, 0, 0x10, 5, 0);
    t_plain(&b, c, 1, 0x10, 5, 0x005b0002);
    t_plain(&b, c, 0, 0x10, 6, 0);
    t_plain(&b, c, 1, 0x10, 6, 0x005b0002);
    g_assert_cmpuint(b.sessions_gone, ==, 1);
    g_assert_cmpuint(b.gone_session_id, ==, 100);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* A later setup that declares nothing abandoned closes nothing, whatever became of an earlier one. */
static void test_other_vc_number_closes_no_session(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_setup_request(&b, c, &(t_setup){.word_count = 13, .vc = 0, .mid = 1, .user = "alice"});
    t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    t_setup_request(&b, c,
                    &(t_setup){.word_count = 13, .vc = 0, .mid = 2, .user = "bob"}); /* answer missed */
    log_on(&b, c, 3, 101, "alice");                                                  /* VcNumber 1 */
    g_assert_false(g_array_index(c->sessions, smbt_session, 0).closed_by_vc);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* ---- Pending requests
 * ------------------------------------------------------------------------------------------ */

/* A chain is one request under its first command; one answer with the chain's answers ends it. */
static void test_chain_is_one_entry(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m;
    sb_header h = header(0, 9, 0, 0xffff);
    GByteArray *out = begin(&m, &h);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13, .vc_number = 1, .account = "alice"});
    sb_tree_connect_request(&m, "\\\\SRV\\DATA", "?????", 0);
    sb_nt_create_request(&m, "\\x");
    give(&b, c, 0, &m, out);
    assert_pending(c, 1);
    g_assert_cmpuint(c->pairing.pending[0].command, ==, 0x73);
    g_assert_cmpuint(c->pairing.pending[0].subcommand, ==, 0xffff);
    h = header(1, 9, 100, 200);
    out = begin(&m, &h);
    sb_session_setup_response(&m, &(sb_session_setup){.word_count = 3, .native_os = "Windows 5.1"});
    sb_tree_connect_response(&m, "A:", "NTFS");
    sb_nt_create_response(&m, 0x4000, 0, 0);
    give(&b, c, 1, &m, out);
    assert_pending(c, 0);
    assert_state(c, 1, 1, 1);
    g_assert_cmpuint(g_array_index(c->trees, smbt_tree, 0).tid, ==, 200);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_requests_without_an_answer(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m;
    sb_header h = header(0, 9, 100, 200);
    t_plain(&b, c, 0, 0xa4, 9, 0); /* NT_CANCEL */
    assert_pending(c, 0);
    GByteArray *out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x02, 0); /* oplock acknowledgment */
    give(&b, c, 0, &m, out);
    assert_pending(c, 0);
    static const guint8 secondary[] = {0x26, 0x33, 0xa1};
    for (gsize i = 0; i < G_N_ELEMENTS(secondary); i++) {
        out = begin(&m, &h);
        sb_transaction_request(&m, &(sb_transaction){.command = secondary[i], .parameters = 4, .data = 8});
        give(&b, c, 0, &m, out);
        assert_pending(c, 0);
    }
    out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x00, 0); /* not an acknowledgment: it is answered */
    give(&b, c, 0, &m, out);
    assert_pending(c, 1);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* The server's oplock break is a request of its own: nothing of the client's is answered by it. */
static void test_oplock_break(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_plain(&b, c, 0, 0x24, 9, 0);
    sb_msg m;
    sb_header h = {.flags2 = SB_FLAGS2_NT, .mid = 0xffff, .pid = 0xffffffff, .tid = 200};
    GByteArray *out = begin(&m, &h);
    sb_locking_andx(&m, 0x4000, 0x02, 1);
    give(&b, c, 1, &m, out);
    assert_pending(c, 1);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_interim_transaction_response(void)
{
    static const guint8 primary[] = {0x25, 0x32, 0xa0};
    for (gsize i = 0; i < G_N_ELEMENTS(primary); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        sb_msg m;
        sb_header h = header(0, 9, 100, 200), r = header(1, 9, 100, 200);
        sb_transaction t = {
            .command = primary[i], .subcommand = 5, .parameters = 4, .data = 8, .total_data = 16};
        GByteArray *out = begin(&m, &h);
        sb_transaction_request(&m, &t);
        give(&b, c, 0, &m, out);
        assert_pending(c, 1);
        g_assert_cmpuint(c->pairing.pending[0].subcommand, ==, 5);
        t_plain(&b, c, 1, primary[i], 9, 0); /* interim */
        assert_pending(c, 1);
        for (int part = 0; part < 2; part++) { /* the answer comes in two parts */
            assert_pending(c, 1);
            out = begin(&m, &r);
            t.parameters = part ? 0 : 4;
            t.total_parameters = 4;
            sb_transaction_response(&m, &t);
            give(&b, c, 1, &m, out);
        }
        assert_pending(c, 0);
        /* An error looks like an interim response, but it is the answer. */
        out = begin(&m, &h);
        sb_transaction_request(&m, &t);
        give(&b, c, 0, &m, out);
        t_plain(&b, c, 1, primary[i], 9, 0xc0000022);
        assert_pending(c, 0);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

static void smb2(t_bench *b, smbt_conn *c, unsigned side, guint16 command, guint64 id, guint32 status,
                 guint32 flags)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb2_msg m;
    sb2_begin(&m, out,
              &(sb2_header){.command = command,
                            .message_id = id,
                            .status = status,
                            .flags = flags | (side ? 1u : 0u),
                            .session_id = 77});
    sb2_simple(&m);
    sb2_end(&m);
    t_give(b, c, side, out);
}

static void test_smb2_pending(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    smb2(&b, c, 0, 15, 5, 0, 0);
    smb2(&b, c, 1, 15, 5, 0x103, 2);
    assert_pending(c, 1);
    g_assert_true(c->pairing.pending[0].async);
    smb2(&b, c, 0, 12, 5, 0, 2); /* CANCEL draws no answer */
    assert_pending(c, 1);
    smb2(&b, c, 1, 18, UINT64_MAX, 0, 0); /* oplock break notification */
    assert_pending(c, 1);
    smb2(&b, c, 1, 15, 5, 0xc0000120, 2);
    assert_pending(c, 0);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_smb2_compound(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    for (unsigned side = 0; side < 2; side++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        sb2_msg m;
        sb2_begin(&m, out, &(sb2_header){.command = 5, .message_id = 1, .flags = side});
        sb2_create_request(&m, "x");
        for (guint64 id = 2; id <= 4; id++) {
            sb2_next(&m, &(sb2_header){.command = 8, .message_id = id, .flags = side | 4});
            sb2_simple(&m);
        }
        sb2_end(&m);
        t_give(&b, c, side, out);
        assert_pending(c, side ? 0 : 4);
    }
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

static void test_smb1_negotiate_answered_in_smb2(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    sb_msg m1;
    sb_header h = header(0, 0, 0, 0xffff);
    GByteArray *out = begin(&m1, &h);
    sb_negotiate_request(&m1, (const char *const[]){"NT LM 0.12", "SMB 2.002", "SMB 2.???", NULL});
    give(&b, c, 0, &m1, out);
    assert_pending(c, 1);
    out = g_byte_array_new();
    sb2_msg m;
    guint8 guid[16] = {1};
    sb2_begin(&m, out, &(sb2_header){.command = 0, .flags = 1});
    sb2_negotiate_response(&m, 0x02ff, guid, NULL);
    sb2_end(&m);
    t_give(&b, c, 1, out);
    g_byte_array_unref(out);
    assert_pending(c, 0);
    g_assert_cmpuint(c->smb_version, ==, 2);
    g_assert_cmpstr(c->dialect, ==, "SMB 2.???");
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

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

/* The cap of the configuration holds for a connection. */
static void test_pending_cap(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    for (guint16 mid = 1; mid <= 30; mid++)
        t_plain(&b, c, 0, 0x10, mid, 0);
    assert_pending(c, 8);
    g_assert_cmpuint(c->pairing.dropped, ==, 22);
    smbt_model_lost_answers(c);
    assert_pending(c, 0);
    smbt_model_free_conn(c);
    t_bench_clear(&b);
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

/* The server dropped the connection: what the client still sends is not received, what the server sent
 * before is. */
static void test_gone(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1000, 445);
    t_plain(&b, c, 0, 0x10, 1, 0);
    smbt_time last = c->last_request;
    uint64_t last_frame = c->last_request_frame;
    smbt_model_gone(c);
    t_plain(&b, c, 0, 0x10, 2, 0);
    t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 3});
    assert_pending(c, 1);
    g_assert_cmpuint(c->messages[0], ==, 1);
    g_assert_cmpuint(c->last_request, ==, last);
    g_assert_cmpuint(c->last_request_frame, ==, last_frame);
    g_assert_false(c->setup_seen);
    g_assert_cmpuint(b.triggered, ==, 0);
    t_plain(&b, c, 1, 0x10, 1, 0);
    assert_pending(c, 0);
    g_assert_cmpuint(c->messages[1], ==, 1);
    g_assert_cmpuint(c->last_response, ==, SMBT_TIME_NONE); /* too late to tell anything of the time before */
    smbt_model_free_conn(c);
    t_bench_clear(&b);
}

/* What follows WRITE_RAW, once the server said go on, is data, whatever it looks like. */
static void test_raw_data_like_a_message(void)
{
    static const guint32 status[] = {0, 0xc0000022};
    for (int refused = 0; refused < 2; refused++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        t_plain(&b, c, 0, 0x1d, 1, 0);
        g_assert_false(c->raw_write);
        t_plain(&b, c, 1, 0x1d, 1, status[refused]);
        g_assert_cmpint(c->raw_write, ==, !refused);
        t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 2}); /* such a message in a file */
        g_assert_false(c->raw_write);
        g_assert_cmpint(c->setup_seen, ==, refused);
        g_assert_cmpuint(b.triggered, ==, refused);
        g_assert_cmpuint(c->messages[0], ==, 1 + refused);
        t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 3}); /* the next one is one again */
        g_assert_true(c->setup_seen);
        g_assert_cmpuint(b.triggered, ==, 1 + refused);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

/* The capture's clock was set back: times by the old one say nothing any more. */
static void test_clock_set_back(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = t_open(&b, 1000, 445), *c = t_open(&b, 1001, 445);
    t_exchange(&b, v, 1);
    t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 1});
    smbt_model_unreadable(c, b.now);
    g_assert_cmpuint(v->predictions->len, ==, 1);
    smbt_model_clock_set_back(b.model, 5 * SMBT_SEC);
    g_assert_cmpuint(v->predictions->len, ==, 0);
    g_assert_cmpuint(c->client->triggers->len, ==, 0);
    g_assert_cmpuint(c->client->unreadable[0].time, ==, 5 * SMBT_SEC); /* a cause may have been forgotten */
    g_assert_null(c->client->unreadable[0].conn);
    g_assert_cmpuint(v->last_request, ==, SMBT_TIME_NONE);
    g_assert_cmpuint(v->last_response, ==, SMBT_TIME_NONE);
    b.now = 5 * SMBT_SEC;
    t_setup_response(&b, c, 1, 100, T_MORE, NULL, NULL); /* what was pending is still answered */
    g_assert_null(c->setup);
    t_exchange(&b, v, 2);
    g_assert_cmpuint(b.lapsed, ==, 0);
    g_assert_cmpuint(v->last_request, ==, b.now - SMBT_MS);
    g_assert_cmpuint(v->opened, ==, 5 * SMBT_SEC); /* no connection began later than now */
    /* If by the clock the victim began after the request, by the frames it did not. */
    v->opened = b.now + SMBT_SEC;
    t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 2});
    g_assert_cmpuint(v->predictions->len, ==, 1);
    smbt_model_free_conn(v);
    smbt_model_free_conn(c);
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

/* Tables of peers: connections leave them in any order. */
static void test_tables(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c[30];
    for (unsigned i = 0; i < 30; i++)
        c[i] = t_open_at(&b, i % 3, 1000 + i, 9, 445, true);
    for (unsigned i = 0; i < 30; i++) {
        smbt_conn *one = c[i * 7 % 30];
        smbt_client *client = one->client;
        guint before = client->conns->len;
        smbt_model_gone(one);
        smbt_model_free_conn(one);
        g_assert_cmpuint(client->conns->len, ==, before - 1);
        for (guint j = 0; j < client->conns->len; j++)
            g_assert_cmpuint(((smbt_conn *)client->conns->pdata[j])->client_at, ==, j);
        smbt_model_forget_client(b.model, client);
        if (before > 1) g_assert_cmpuint(client->connections, ==, 10);
    }
    for (unsigned i = 0; i < 3; i++) {
        smbt_endpoint e = t_end(i, 0);
        g_assert_null(smbt_model_find_client(b.model, &e.addr));
    }
    smbt_endpoint server = t_end(9, 0);
    g_assert_cmpuint(smbt_model_find_server(b.model, &server.addr)->conns->len, ==, 0);
    g_assert_cmpuint(smbt_model_find_server(b.model, &server.addr)->connections, ==, 30);
    t_bench_clear(&b);
}

/* Every message cut at every length: no crash, and a request stays one entry at most. */
static void test_every_truncation(void)
{
    g_autoptr(GByteArray) setup = t_setup_request_bytes(&(t_setup){.mid = 1});
    for (gsize captured = 0; captured <= setup->len; captured++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c = t_open(&b, 1000, 445);
        t_give_cut(&b, c, 0, setup, captured);
        g_assert_cmpuint(c->pairing.count, ==, captured >= 5);
        g_assert_cmpuint(b.triggered, ==, captured >= 5);
        if (captured >= 5) g_assert_cmpint(c->setup->vc_known, ==, captured >= 43);
        t_plain(&b, c, 1, 0x73, 1, 0);
        assert_pending(c, 0);
        smbt_model_free_conn(c);
        t_bench_clear(&b);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/state/made-and-released", test_made_and_released);
    g_test_add_func("/state/failures-make-nothing", test_failures_make_nothing);
    g_test_add_func("/state/two-legs", test_two_legs);
    g_test_add_func("/state/older-session-closed", test_older_session_closed);
    g_test_add_func("/state/other-vc-number-closes-no-session", test_other_vc_number_closes_no_session);
    g_test_add_func("/pending/chain-is-one-entry", test_chain_is_one_entry);
    g_test_add_func("/pending/requests-without-an-answer", test_requests_without_an_answer);
    g_test_add_func("/pending/oplock-break", test_oplock_break);
    g_test_add_func("/pending/interim-transaction-response", test_interim_transaction_response);
    g_test_add_func("/pending/smb2-async", test_smb2_pending);
    g_test_add_func("/pending/smb2-compound", test_smb2_compound);
    g_test_add_func("/pending/smb1-negotiate-answered-in-smb2", test_smb1_negotiate_answered_in_smb2);
    g_test_add_func("/pending/cap", test_pending_cap);
    g_test_add_func("/negotiate/dialect", test_negotiated_dialect);
    g_test_add_func("/negotiate/clock", test_negotiated_clock);
    g_test_add_func("/server/name-chooses-profiles", test_server_name_chooses_profiles);
    g_test_add_func("/server/unknown-name-identifies-nobody", test_unknown_name_identifies_nobody);
    g_test_add_func("/server/established", test_established);
    g_test_add_func("/state/gone", test_gone);
    g_test_add_func("/state/raw-data-like-a-message", test_raw_data_like_a_message);
    g_test_add_func("/state/clock-set-back", test_clock_set_back);
    g_test_add_func("/server/user-chooses-profile", test_user_chooses_profile);
    g_test_add_func("/server/unix-extensions-mean-samba", test_unix_extensions_mean_samba);
    g_test_add_func("/tables/leave-in-any-order", test_tables);
    g_test_add_func("/truncation/session-setup", test_every_truncation);
    return g_test_run();
}
