/* Which pairs of connections a VcNumber 0 sets a prediction against.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/zero_vc.h"

/* ---- Arming
 * --------------------------------------------------------------------------------------------------- */

static void test_same_port(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, "CULPRIT"), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    assert_armed(&b, v, INLINE_ALL, SAMBA);
    assert_unarmed(c);
    const smbt_prediction *p = only_prediction(v);
    g_assert_cmpuint(p->trigger->frame, ==, b.frame);
    g_assert_cmpuint(p->trigger->time, ==, b.now);
    g_assert_true(p->trigger->vc_known && p->trigger->extended_security);
    g_assert_cmpuint(p->trigger->candidates, ==, 1);
    g_assert_cmphex(p->prefers_extsec, ==, 0);
    g_assert_cmpuint(b.triggered, ==, 1);
    clear(&b, v, c);
}

/* 139 and 445: one client to all but the specification's letter. */
static void test_other_port(void)
{
    for (int swapped = 0; swapped < 2; swapped++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, swapped ? 445 : 139, "CULPRIT"),
                  *c = t_open(&b, 1001, swapped ? 139 : 445);
        if (swapped) t_netbios(&b, c, "VICTIM", true);
        strike(&b, c, 12);
        assert_armed(&b, v, ADDRESS_ONLY " illumos", SAMBA);
        clear(&b, v, c);
    }
}

static void test_netbios_names(void)
{
    static const struct {
        const char *name, *before_answer;
    } cases[] = {{"VICTIM", INLINE_ALL}, {"victim", INLINE_ALL}, {"OTHER", ADDRESS_ONLY " illumos"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 139, "CULPRIT"), *c = t_open(&b, 1001, 139);
        t_netbios(&b, c, cases[i].name, true);
        strike(&b, c, 12);
        assert_armed(&b, v, cases[i].before_answer, SAMBA);
        clear(&b, v, c);
    }
}

static void test_workstations(void)
{
    static const struct {
        const char *name, *before_answer;
    } cases[] = {{"CULPRIT", INLINE_ALL},
                 {"culprit", INLINE_ALL},
                 {"OTHER", ADDRESS_ONLY " ms-cifs"},
                 {NULL, INLINE_ALL}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, cases[i].name), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        assert_armed(&b, v, cases[i].before_answer, SAMBA);
        clear(&b, v, c);
    }
}

/* A 139 connection whose NetBIOS session was never accepted does not exist for the server. */
static void test_netbios_not_accepted(void)
{
    static const int states[] = {SMBT_NETBIOS_NONE, SMBT_NETBIOS_REQUESTED, SMBT_NETBIOS_REFUSED,
                                 SMBT_NETBIOS_ACCEPTED};
    for (int state = 0; state < 4; state++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = t_open(&b, 1000, 139), *c = t_open(&b, 1001, 445);
        g_autoptr(GByteArray) no = g_byte_array_new();
        sb_nbss_negative(no, 0x82);
        if (state > 0) t_netbios(&b, v, "VICTIM", state == 3);
        if (state == 2) t_give(&b, v, 1, no);
        g_assert_cmpint(v->netbios_state, ==, states[state]);
        strike(&b, c, 12);
        assert_armed(&b, v, state == 3 ? ADDRESS_ONLY : "", "");
        clear(&b, v, c);
    }
}

/* A handshake is enough on Windows; others know their victims by a session setup. */
static void test_victim_without_setup(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = t_open(&b, 1000, 445), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    assert_armed(&b, v, ADDRESS_ONLY " ms-cifs", "");
    clear(&b, v, c);
}

static void test_victim_without_handshake(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = t_open_at(&b, 1, 1000, 9, 445, true), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    assert_unarmed(v);
    clear(&b, v, c);
}

/* Of a victim whose start is missing, all that can't be known may be so. */
static void test_victim_from_mid_stream(void)
{
    for (unsigned port = 139; port <= 445; port += 445 - 139) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = t_open_at(&b, 1, 1000, 9, port, false), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        assert_armed(&b, v, port == 445 ? INLINE_ALL : ADDRESS_ONLY " illumos", SAMBA);
        clear(&b, v, c);
    }
}

static void smb2_negotiate(t_bench *b, smbt_conn *c)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb2_msg m;
    guint8 guid[16] = {1, 2, 3};
    sb2_begin(&m, out, &(sb2_header){.command = 0});
    sb2_negotiate_request(&m, guid, (const guint16[]){0x0202, 0x0210}, 2);
    sb2_end(&m);
    t_give(b, c, 0, out);
    g_autoptr(GByteArray) setup = g_byte_array_new();
    sb2_begin(&m, setup, &(sb2_header){.command = 1, .message_id = 1});
    sb2_session_setup_request(&m, 0, NULL);
    sb2_end(&m);
    t_give(b, c, 0, setup);
}

/* Only Samba drops SMB2 connections; an SMB2 setup sets nothing off. */
static void test_smb2_victim(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = t_open(&b, 1000, 445), *c = t_open(&b, 1001, 445), *w = victim_of(&b, 445, NULL);
    smb2_negotiate(&b, v);
    g_assert_true(v->claims.has_client_guid && v->setup_seen);
    assert_unarmed(w);
    g_assert_cmpuint(b.triggered, ==, 0);
    strike(&b, c, 12);
    assert_armed(&b, v, "", SAMBA);
    smbt_model_free_conn(w);
    clear(&b, v, c);
}

static void test_encrypted_victim(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = t_open_at(&b, 1, 1000, 9, 445, false), *c = t_open(&b, 1001, 445);
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb2_transform(out, 7, 100);
    t_give(&b, v, 0, out);
    g_assert_cmpuint(v->smb_version, ==, 2);
    strike(&b, c, 12);
    assert_armed(&b, v, "", SAMBA);
    clear(&b, v, c);
}

static void test_other_addresses(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1001, 445);
    smbt_conn *other_client = t_open_at(&b, 2, 1000, 9, 445, false);
    smbt_conn *other_server = t_open_at(&b, 1, 1000, 8, 445, false);
    strike(&b, c, 12);
    assert_unarmed(other_client);
    assert_unarmed(other_server);
    smbt_model_free_conn(other_client);
    clear(&b, c, other_server);
}

static void name_server(t_bench *b, smbt_conn *c, const char *name)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm_challenge(token, &(sb_ntlm){.flags = SB_NTLM_UNICODE, .target = "CORP", .server_name = name});
    sb_session_setup setup = {.word_count = 4, .blob = token};
    sb_header h = {
        .flags = SB_FLAGS_REPLY, .flags2 = SB_FLAGS2_NT_EXT, .mid = 9, .uid = 100, .status = T_MORE};
    g_autoptr(GByteArray) m = t_message(&h, t_fill_setup_response, &setup);
    t_give(b, c, 1, m);
    g_assert_cmpstr(c->server->name, ==, name);
}

/* A server that gave one NetBIOS name on two addresses is one server. */
static void test_same_server_name_on_another_address(void)
{
    for (int same = 0; same < 2; same++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = t_open_at(&b, 1, 1000, 8, 445, false), *c = t_open(&b, 1001, 445);
        name_server(&b, v, "FILES");
        name_server(&b, c, same ? "files" : "FILES2");
        strike(&b, c, 12);
        assert_armed(&b, v, same ? INLINE_ALL : "", same ? SAMBA : "");
        clear(&b, v, c);
    }
}

static void test_younger_victim(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    smbt_conn *v = t_open(&b, 1000, 445);
    assert_unarmed(v);
    /* Its start is missing: it may have been there all the time. */
    smbt_conn *w = t_open_at(&b, 1, 1002, 9, 445, false);
    assert_armed(&b, w, INLINE_ALL, SAMBA);
    b.now += 3 * SMBT_SEC;
    smbt_conn *late = t_open_at(&b, 1, 1003, 9, 445, false);
    assert_unarmed(late);
    smbt_model_free_conn(w);
    smbt_model_free_conn(late);
    clear(&b, v, c);
}

static void test_gone_victim(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    smbt_model_gone(v);
    strike(&b, c, 12);
    assert_unarmed(v);
    g_assert_cmpuint(c->setup->candidates, ==, 0);
    clear(&b, v, c);
}

static void test_vc_numbers(void)
{
    static const guint16 numbers[] = {1, 2, 0x100, 0x7fff, 0xffff};
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        t_setup_request(&b, c, &(t_setup){.vc = numbers[i], .mid = 1});
        assert_unarmed(v);
        g_assert_null(c->setup);
        g_assert_cmpuint(b.triggered, ==, 0);
        clear(&b, v, c);
    }
}

static void test_vc_numbers_remembered(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *c = t_open(&b, 1001, 445);
    for (guint16 i = 0; i < 40; i++)
        t_setup_request(&b, c, &(t_setup){.vc = (guint16)(i % 20 * 7 % 20), .mid = i});
    const smbt_client *client = c->client;
    g_assert_cmpuint(client->vc_number_count, ==, 16);
    g_assert_true(client->vc_numbers_more);
    for (unsigned i = 1; i < 16; i++)
        g_assert_cmpuint(client->vc_numbers[i], >, client->vc_numbers[i - 1]);
    clear(&b, c, NULL);
}

/* Cut before the VcNumber it may have been 0; cut behind it, it is known. */
static void test_vc_number_not_captured(void)
{
    static const unsigned words[] = {10, 12, 13};
    for (gsize w = 0; w < G_N_ELEMENTS(words); w++)
        for (guint16 vc = 0; vc < 2; vc++)
            for (gsize captured = 5; captured < 62; captured++) {
                t_bench b;
                t_bench_init(&b, NULL);
                smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
                g_autoptr(GByteArray) m =
                    t_setup_request_bytes(&(t_setup){.vc = vc, .mid = 1, .word_count = words[w]});
                b.now += SMBT_MS;
                t_give_cut(&b, c, 0, m, captured);
                if (captured >= 43 && vc == 1) {
                    assert_unarmed(v);
                } else {
                    g_assert_cmpint(only_prediction(v)->trigger->vc_known, ==, captured >= 43);
                }
                clear(&b, v, c);
            }
}

/* The forms of the request, and who prefers extended security. */
static void test_word_counts(void)
{
    static const unsigned words[] = {10, 12, 13};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, "CULPRIT"), *c = t_open(&b, 1001, 445);
        strike(&b, c, words[i]);
        assert_armed(&b, v, INLINE_ALL, SAMBA);
        const smbt_prediction *p = only_prediction(v);
        g_assert_cmpint(p->trigger->extended_security, ==, words[i] == 12);
        g_assert_cmphex(p->prefers_extsec, ==, words[i] == 12 ? 0 : t_mask(&b, PREFER));
        clear(&b, v, c);
    }
}

static void test_extended_security_required(void)
{
    for (unsigned words = 12; words <= 13; words++) {
        t_bench b;
        t_bench_init(&b, NULL);
        g_assert_true(smbt_profiles_set(b.profiles, "server.zero_vc_extended_security=required", NULL));
        smbt_conn *v = victim_of(&b, 445, "CULPRIT"), *c = t_open(&b, 1001, 445);
        strike(&b, c, words);
        assert_armed(&b, v, words == 12 ? INLINE_ALL : "", words == 12 ? SAMBA : "");
        clear(&b, v, c);
    }
}

static void test_rule_off(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    g_assert_true(smbt_profiles_set(b.profiles, "server.zero_vc=off", NULL));
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    assert_unarmed(v);
    g_assert_cmpuint(b.triggered, ==, 1); /* the request is remembered all the same */
    clear(&b, v, c);
}

/* A chain may begin with another command; what counts is the setup in it. */
static void test_setup_that_is_chained(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb_msg m;
    sb_begin(&m, out, &(sb_header){.flags2 = SB_FLAGS2_NT, .mid = 1});
    sb_logoff(&m);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13, .vc_number = 0, .account = "a"});
    sb_end(&m);
    t_give(&b, c, 0, out);
    g_assert_true(only_prediction(v)->trigger->vc_known);
    clear(&b, v, c);
}

static void test_two_legs_are_one_exchange(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445), *d = t_open(&b, 1002, 445);
    strike(&b, c, 12);
    t_setup_response(&b, c, 1, 100, T_MORE, NULL, NULL);
    strike(&b, c, 12);
    strike(&b, d, 12);
    g_assert_cmpuint(v->predictions->len, ==, 3);
    smbt_model_free_conn(d);
    clear(&b, v, c);
}

/* Who has logged on over a connection declares nothing abandoned by setting up another session there. */
static void test_repeated_setup(void)
{
    static const struct {
        guint32 status;
        bool repeated;
    } cases[] = {{0, true}, {T_MORE, false}, {0xc000006d, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (guint16 vc = 0; vc < 2; vc++) {
            t_bench b;
            t_bench_init(&b, NULL);
            smbt_conn *c = t_open(&b, 1001, 445);
            t_setup_request(&b, c, &(t_setup){.vc = vc, .mid = 9, .workstation = "CULPRIT"});
            t_setup_response(&b, c, 9, 100, cases[i].status, NULL, NULL);
            g_assert_cmpint(c->logged_on, ==, cases[i].repeated);
            smbt_conn *v = victim_of(&b, 445, "CULPRIT");
            strike(&b, c, 12);
            assert_armed(&b, v, cases[i].repeated ? "" : INLINE_ALL, SAMBA);
            g_assert_cmpint(only_prediction(v)->trigger->repeated, ==, cases[i].repeated);
            clear(&b, v, c);
        }
    t_bench b; /* with one profile that closes before it answers, there is nothing to arm */
    t_bench_init(&b, NULL);
    g_assert_true(smbt_profiles_set(b.profiles, "server.zero_vc_execution=before-answer", NULL));
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    g_assert_cmpuint(v->predictions->len, ==, 1);
    strike(&b, c, 12);
    g_assert_cmpuint(v->predictions->len, ==, 1);
    clear(&b, v, c);
}

/* Beyond so many connections of one client the oldest are not looked at, and that is counted. */
static void test_siblings_cap(void)
{
    enum { SIBLINGS = 2048 };
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *all[SIBLINGS + 1];
    for (unsigned i = 0; i < SIBLINGS; i++)
        all[i] = t_open(&b, 1000 + i, 445);
    strike(&b, all[SIBLINGS - 1], 12);
    g_assert_cmpuint(smbt_model_passed_over(b.model), ==, 0);
    g_assert_cmpuint(only_prediction(all[0])->trigger->candidates, ==, SIBLINGS - 1);
    all[SIBLINGS] = t_open(&b, 1000 + SIBLINGS, 445);
    strike(&b, all[SIBLINGS], 12);
    g_assert_cmpuint(smbt_model_passed_over(b.model), ==, 1);
    g_assert_cmpuint(all[SIBLINGS]->setup->candidates, ==, SIBLINGS - 1);
    g_assert_cmpuint(all[0]->predictions->len, ==, 1);
    g_assert_cmpuint(all[1]->predictions->len, ==, 2);
    strike(&b, all[SIBLINGS], 12);
    g_assert_cmpuint(smbt_model_passed_over(b.model), ==, 2);
    for (unsigned i = 0; i <= SIBLINGS; i++)
        smbt_model_free_conn(all[i]);
    t_bench_clear(&b);
}

/* ---- Bounds and lifetime
 * ---------------------------------------------------------------------------------------- */

static void test_bounds(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    for (guint i = 0; i < 2000; i++) {
        g_autoptr(GByteArray) m = t_setup_request_bytes(&(t_setup){.vc = 0, .mid = (guint16)i});
        t_give(&b, c, 0, m);
        g_assert_cmpuint(v->predictions->len, <=, 16);
        g_assert_cmpuint(c->client->triggers->len, <=, 257);
        g_assert_cmpuint(c->triggers->len, <=, 300);
    }
    b.now += 100 * SMBT_SEC;
    strike(&b, c, 12);
    g_assert_cmpuint(c->client->triggers->len, ==, 1); /* the old ones are forgotten */
    clear(&b, v, c);
}

/* Connections go in every order while predictions and triggers are held from elsewhere. */
static void test_freed_in_any_order(void)
{
    for (unsigned order = 0; order < 24; order++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *c[4];
        for (unsigned i = 0; i < 4; i++)
            c[i] = t_open(&b, 1000 + i, 445);
        for (guint16 leg = 0; leg < 2; leg++)
            for (unsigned i = 0; i < 4; i++) {
                g_autoptr(GByteArray) m = t_setup_request_bytes(&(t_setup){.vc = 0, .mid = leg});
                t_give(&b, c[i], 0, m);
                if ((i + leg) % 2) t_setup_response(&b, c[i], leg, 100, T_MORE, NULL, NULL);
            }
        smbt_trigger *kept = smbt_trigger_ref(c[0]->triggers->pdata[0]);
        g_assert_true(kept->conn == c[0]);
        unsigned left[4] = {0, 1, 2, 3};
        for (unsigned n = 4, k = order; n > 0; k /= n, n--) {
            unsigned at = k % n;
            smbt_conn *one = c[left[at]];
            for (guint i = 0; one->predictions && i < one->predictions->len; i++) {
                const smbt_prediction *p = one->predictions->pdata[i];
                g_assert_true(p->trigger->conn == NULL || p->trigger->conn != one);
                if (p->trigger->conn) g_assert_nonnull(p->trigger->conn->client);
                g_assert_cmpuint(smbt_prediction_until(p), >, 0);
            }
            smbt_model_free_conn(one);
            left[at] = left[n - 1];
        }
        g_assert_null(kept->conn);
        g_assert_cmpuint(kept->client_end.port, ==, 1000);
        smbt_client *client = smbt_model_find_client(b.model, &kept->client_end.addr);
        g_assert_cmpuint(client->triggers->len, ==, 8);
        smbt_conn *late =
            t_open_at(&b, 1, 2000, 9, 445, false); /* triggers without a connection arm nothing */
        assert_unarmed(late);
        smbt_model_free_conn(late);
        smbt_model_forget_client(b.model, client);
        smbt_trigger_unref(kept);
        smbt_trigger_unref(NULL);
        t_bench_clear(&b);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zero-vc/armed/same-port", test_same_port);
    g_test_add_func("/zero-vc/armed/other-port", test_other_port);
    g_test_add_func("/zero-vc/armed/netbios-names", test_netbios_names);
    g_test_add_func("/zero-vc/armed/workstations", test_workstations);
    g_test_add_func("/zero-vc/armed/netbios-not-accepted", test_netbios_not_accepted);
    g_test_add_func("/zero-vc/armed/victim-without-setup", test_victim_without_setup);
    g_test_add_func("/zero-vc/armed/victim-without-handshake", test_victim_without_handshake);
    g_test_add_func("/zero-vc/armed/victim-from-mid-stream", test_victim_from_mid_stream);
    g_test_add_func("/zero-vc/armed/smb2-victim", test_smb2_victim);
    g_test_add_func("/zero-vc/armed/encrypted-victim", test_encrypted_victim);
    g_test_add_func("/zero-vc/armed/other-addresses", test_other_addresses);
    g_test_add_func("/zero-vc/armed/same-server-name", test_same_server_name_on_another_address);
    g_test_add_func("/zero-vc/armed/younger-victim", test_younger_victim);
    g_test_add_func("/zero-vc/armed/gone-victim", test_gone_victim);
    g_test_add_func("/zero-vc/armed/other-vc-numbers", test_vc_numbers);
    g_test_add_func("/zero-vc/armed/vc-numbers-remembered", test_vc_numbers_remembered);
    g_test_add_func("/zero-vc/armed/vc-number-not-captured", test_vc_number_not_captured);
    g_test_add_func("/zero-vc/armed/word-counts", test_word_counts);
    g_test_add_func("/zero-vc/armed/extended-security-required", test_extended_security_required);
    g_test_add_func("/zero-vc/armed/rule-off", test_rule_off);
    g_test_add_func("/zero-vc/armed/chained", test_setup_that_is_chained);
    g_test_add_func("/zero-vc/armed/two-legs", test_two_legs_are_one_exchange);
    g_test_add_func("/zero-vc/armed/repeated-setup", test_repeated_setup);
    g_test_add_func("/zero-vc/armed/siblings-cap", test_siblings_cap);
    g_test_add_func("/zero-vc/bounds", test_bounds);
    g_test_add_func("/zero-vc/freed-in-any-order", test_freed_in_any_order);
    return g_test_run();
}
