/* Sessions, trees and opens.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/stated.h"

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

/* ---- Servers
 * ---------------------------------------------------------------------------------------------------- */

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
    g_test_add_func("/state/gone", test_gone);
    g_test_add_func("/state/raw-data-like-a-message", test_raw_data_like_a_message);
    g_test_add_func("/state/clock-set-back", test_clock_set_back);
    g_test_add_func("/tables/leave-in-any-order", test_tables);
    g_test_add_func("/truncation/session-setup", test_every_truncation);
    return g_test_run();
}
