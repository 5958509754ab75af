/* Which pairs of connections a VcNumber 0 sets a prediction against, and what makes it lapse.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/bench.h"

#define INLINE_ALL   "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2 illumos ms-cifs"
#define ADDRESS_ONLY "windows-2000 windows-xp windows-2003 windows-vista-2008 windows-7-2008r2"
#define SAMBA        "samba-reset-on-zero-vc"
#define PREFER       "windows-2000 windows-xp windows-2003"

/* A victim with a session, its server not named. */
static smbt_conn *victim_of(t_bench *b, unsigned port, const char *workstation)
{
    smbt_conn *c = t_open(b, 1000, port);
    if (port == 139) t_netbios(b, c, "VICTIM", true);
    t_setup_request(b, c, &(t_setup){.vc = 1, .mid = 1, .workstation = workstation});
    t_setup_response(b, c, 1, 100, 0, NULL, NULL);
    return c;
}

static void strike(t_bench *b, smbt_conn *culprit, unsigned words)
{
    t_setup_request(b, culprit, &(t_setup){.vc = 0, .mid = 1, .word_count = words, .workstation = "CULPRIT"});
}

static const smbt_prediction *only_prediction(const smbt_conn *c)
{
    g_assert_nonnull(c->predictions);
    g_assert_cmpuint(c->predictions->len, ==, 1);
    return c->predictions->pdata[0];
}

static void assert_unarmed(const smbt_conn *c)
{
    g_assert_true(!c->predictions || c->predictions->len == 0);
}

static void assert_armed(t_bench *b, const smbt_conn *c, const char *before_answer, const char *separate)
{
    if (!*before_answer && !*separate) {
        assert_unarmed(c);
        return;
    }
    const smbt_prediction *p = only_prediction(c);
    g_assert_cmpstr(p->rule, ==, "zero-vc");
    g_assert_cmphex(p->before_answer, ==, t_mask(b, before_answer));
    g_assert_cmphex(p->separate, ==, t_mask(b, separate));
    g_assert_cmphex(p->needs_logon, ==, t_mask(b, "ms-cifs") & p->before_answer);
    g_assert_cmpuint(p->separate_delay, ==, *separate ? 40 * SMBT_MS : 0);
}

static void clear(t_bench *b, smbt_conn *one, smbt_conn *other)
{
    smbt_model_free_conn(one);
    if (other) smbt_model_free_conn(other);
    t_bench_clear(b);
}

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

/* ---- Windows
 * ---------------------------------------------------------------------------------------------------- */

static void test_window(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    const smbt_prediction *p = only_prediction(v);
    smbt_time sent = b.now;
    g_assert_cmpuint(smbt_prediction_before_answer_until(p), ==, sent + 2 * SMBT_SEC);
    g_assert_cmpuint(smbt_prediction_until(p), ==, sent + 2 * SMBT_SEC);
    p->trigger->resent = sent + SMBT_SEC; /* TCP sent it again: the server may have got it only then */
    g_assert_cmpuint(smbt_prediction_before_answer_until(p), ==, sent + 3 * SMBT_SEC);
    g_assert_cmpuint(smbt_prediction_until(p), ==, sent + 3 * SMBT_SEC);
    b.now += 5 * SMBT_MS;
    t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    g_assert_true(p->trigger->answered && p->trigger->logged_on && !p->trigger->failed);
    g_assert_cmpuint(smbt_prediction_before_answer_until(p), ==, b.now);
    g_assert_cmpuint(smbt_prediction_until(p), ==, sent + 40 * SMBT_MS);
    clear(&b, v, c);
}

/* An answer later than the longest window does not widen it. */
static void test_window_of_a_late_answer(void)
{
    static const smbt_duration late[] = {2 * SMBT_SEC - SMBT_MS, 2 * SMBT_SEC, 2 * SMBT_SEC + SMBT_MS};
    for (gsize i = 0; i < G_N_ELEMENTS(late); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        smbt_time sent = b.now;
        b.now = sent + late[i] - SMBT_MS;
        t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
        const smbt_prediction *p = only_prediction(v);
        g_assert_true(p->trigger->answered);
        smbt_time acts = sent + MIN(late[i], 2 * SMBT_SEC);
        g_assert_cmpuint(smbt_prediction_before_answer_until(p), ==, acts);
        g_assert_cmpuint(smbt_prediction_separate_until(p), ==, acts + 5 * SMBT_MS);
        g_assert_cmpuint(smbt_prediction_until(p), ==, acts + 5 * SMBT_MS);
        clear(&b, v, c);
    }
}

static void test_answers(void)
{
    static const struct {
        guint32 status;
        bool logged_on, failed;
    } cases[] = {{0, true, false}, {T_MORE, false, false}, {0xc000006d, false, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        t_setup_response(&b, c, 1, 100, cases[i].status, NULL, NULL);
        const smbt_trigger *t = only_prediction(v)->trigger;
        g_assert_true(t->answered);
        g_assert_cmpint(t->logged_on, ==, cases[i].logged_on);
        g_assert_cmpint(t->failed, ==, cases[i].failed);
        g_assert_cmpuint(t->answer_frame, ==, b.frame);
        g_assert_null(c->setup);
        clear(&b, v, c);
    }
}

/* The answer is not in the capture: that of a later setup is no substitute. */
static void test_answer_missed(void)
{
    for (int seen = 0; seen < 2; seen++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        const smbt_prediction *p = only_prediction(v);
        smbt_time sent = b.now;
        b.now += 600 * SMBT_SEC;
        if (seen) t_setup_request(&b, c, &(t_setup){.vc = 1, .mid = 2});
        t_setup_response(&b, c, 2, 100, 0, NULL, NULL);
        g_assert_false(p->trigger->answered);
        g_assert_cmpuint(smbt_prediction_until(p), ==, sent + 2 * SMBT_SEC);
        clear(&b, v, c);
    }
}

/* Two setups wait on one connection: each answer finds its own, in any order. */
static void test_answers_by_id(void)
{
    for (guint16 first = 1; first <= 2; first++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        for (guint16 mid = 1; mid <= 2; mid++)
            t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = mid});
        const smbt_trigger *t[3] = {NULL, ((smbt_prediction *)v->predictions->pdata[0])->trigger,
                                    ((smbt_prediction *)v->predictions->pdata[1])->trigger};
        guint16 second = 3 - first;
        t_setup_response(&b, c, first, 100, 0xc000006d, NULL, NULL);
        g_assert_true(t[first]->answered && t[first]->failed && !t[second]->answered);
        g_assert_cmpint(c->setup != NULL, ==, first == 1);
        uint64_t answer = t[first]->answer_frame;
        g_assert_cmpuint(answer, ==, b.frame);
        t_setup_response(&b, c, first, 100, 0, NULL, NULL); /* once more: it was for nobody else */
        g_assert_cmpuint(t[first]->answer_frame, ==, answer);
        g_assert_false(t[first]->logged_on || t[second]->answered);
        t_setup_response(&b, c, second, 100, 0, NULL, NULL);
        g_assert_true(t[second]->answered && t[second]->logged_on && !t[second]->failed);
        g_assert_cmpuint(t[second]->answer_frame, ==, b.frame);
        g_assert_null(c->setup);
        clear(&b, v, c);
    }
}

/* A setup with another VcNumber in between does not take the answer away. */
static void test_answer_past_another_setup(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    const smbt_trigger *t = only_prediction(v)->trigger;
    t_setup_request(&b, c, &(t_setup){.vc = 1, .mid = 2});
    g_assert_null(c->setup);
    t_setup_response(&b, c, 2, 100, 0xc000006d, NULL, NULL);
    g_assert_false(t->answered);
    t_setup_response(&b, c, 1, 100, 0xc000006d, NULL, NULL);
    g_assert_true(t->answered);
    clear(&b, v, c);
}

/* Cut off before its ids, an answer is to the last setup that waits; a setup that was cut so takes any. */
static void test_answer_without_ids(void)
{
    static const struct {
        gsize request, answer;
        bool logged_on;
    } cases[] = {{G_MAXSIZE, 31, true}, {G_MAXSIZE, 8, false}, {31, G_MAXSIZE, true}, {31, 31, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        g_autoptr(GByteArray) request = t_setup_request_bytes(&(t_setup){.vc = 0, .mid = 1});
        t_give_cut(&b, c, 0, request, cases[i].request);
        const smbt_trigger *t = only_prediction(v)->trigger;
        g_assert_cmpint(t->has_id, ==, cases[i].request > 31);
        sb_session_setup setup = {.word_count = 3};
        sb_header h = {.flags = SB_FLAGS_REPLY, .flags2 = SB_FLAGS2_NT, .pid = 0xfeff, .mid = 1, .uid = 100};
        g_autoptr(GByteArray) answer = t_message(&h, t_fill_setup_response, &setup);
        t_give_cut(&b, c, 1, answer, cases[i].answer);
        g_assert_true(t->answered && !t->failed);
        g_assert_cmpint(t->logged_on, ==, cases[i].logged_on);
        g_assert_null(c->setup);
        clear(&b, v, c);
    }
}

/* A client that uses its session was given one: the answer is not in the capture, but it was sent. */
static void test_answer_implied(void)
{
    for (guint16 uid = 0; uid <= 100; uid += 100)
        for (int setup = 0; setup < 2; setup++) {
            t_bench b;
            t_bench_init(&b, NULL);
            smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
            strike(&b, c, 12);
            const smbt_trigger *t = only_prediction(v)->trigger;
            g_assert_false(t->answered);
            if (setup)
                t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = 2, .uid = uid});
            else
                t_plain_as(&b, c, 0, 0x75, 2, uid, 0);
            g_assert_cmpint(t->answered, ==, uid != 0);
            g_assert_cmpint(t->answer_implied, ==, uid != 0);
            g_assert_false(t->logged_on || t->failed);
            if (uid) {
                g_assert_cmpuint(t->answer_frame, ==, b.frame);
                g_assert_cmpuint(t->answer_time, ==, b.now);
            }
            /* Of two legs the second one waits now. */
            g_assert_true(setup ? c->setup && c->setup != t : (c->setup == NULL) == (uid != 0));
            uint64_t implied = t->answer_frame;
            t_setup_response(&b, c, 1, 100, 0, NULL, NULL); /* it comes after all */
            g_assert_cmpuint(t->answer_frame, ==, uid ? implied : b.frame);
            g_assert_cmpint(t->answer_implied, ==, uid != 0);
            clear(&b, v, c);
        }
}

/* The session that was used is that of another connection: nothing waits there. */
static void test_nothing_implied(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    strike(&b, c, 12);
    t_exchange(&b, v, 2);
    g_assert_false(only_prediction(v)->trigger->answered);
    t_setup_response(&b, c, 1, 100, T_MORE, NULL, NULL);
    t_exchange(&b, c, 3);
    g_assert_true(only_prediction(v)->trigger->answered);
    g_assert_false(only_prediction(v)->trigger->answer_implied);
    clear(&b, v, c);
}

/* ---- Lapsing
 * ---------------------------------------------------------------------------------------------------- */

/* The trigger is sent at 0 and answered after `answered` (0: never); the victim sends at `sent` and is
 * answered a millisecond later. */
static bool lapses(const char *profile, smbt_duration answered, smbt_duration sent)
{
    t_bench b;
    t_bench_init(&b, profile);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    g_autoptr(GByteArray) strike_bytes = t_setup_request_bytes(&(t_setup){.vc = 0, .mid = 1});
    t_give(&b, c, 0, strike_bytes);
    smbt_time zero = b.now;
    uint64_t trigger_frame = b.frame;
    if (answered && answered <= sent) {
        b.now = zero + answered - SMBT_MS;
        t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    }
    b.now = zero + sent - SMBT_MS;
    t_plain(&b, v, 0, 0x10, 50, 0);
    if (answered && answered > sent) {
        b.now = zero + answered - SMBT_MS;
        t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    }
    b.now += 10 * SMBT_SEC;
    g_assert_cmpuint(b.lapsed, ==, 0);
    t_plain(&b, v, 1, 0x10, 50, 0);
    bool lapsed = b.lapsed > 0;
    if (lapsed) {
        g_assert_cmpuint(b.lapsed_trigger_frame, ==, trigger_frame);
        g_assert_cmpuint(b.lapsed_frame, ==, b.frame);
        g_assert_cmpuint(v->predictions->len, ==, 0);
    } else {
        g_assert_cmpuint(v->predictions->len, ==, 1);
    }
    clear(&b, v, c);
    return lapsed;
}

static void test_lapsing(void)
{
    g_assert_true(lapses(NULL, 5 * SMBT_MS, 300 * SMBT_MS));
    g_assert_false(lapses(NULL, 5 * SMBT_MS, 3 * SMBT_MS));   /* sent before the answer */
    g_assert_false(lapses(NULL, 5 * SMBT_MS, 39 * SMBT_MS));  /* within the longest delay */
    g_assert_false(lapses(NULL, 5 * SMBT_MS, 249 * SMBT_MS)); /* within the margin */
    g_assert_true(lapses(NULL, 5 * SMBT_MS, 250 * SMBT_MS));
    g_assert_false(lapses(NULL, SMBT_SEC, 900 * SMBT_MS)); /* a slow answer keeps the window open */
    g_assert_false(
        lapses(NULL, SMBT_SEC, SMBT_SEC + 5 * SMBT_MS)); /* its victims may learn of it a little later */
    g_assert_true(lapses(NULL, SMBT_SEC, SMBT_SEC + 6 * SMBT_MS));
    g_assert_false(lapses(NULL, 3 * SMBT_SEC,
                          2 * SMBT_SEC + 5 * SMBT_MS)); /* the answer came after the longest window */
    g_assert_true(lapses(NULL, 3 * SMBT_SEC, 2 * SMBT_SEC + 6 * SMBT_MS));
    g_assert_false(lapses(NULL, 0, 2 * SMBT_SEC + SMBT_MS)); /* never answered */
    g_assert_false(lapses(NULL, 0, 100 * SMBT_SEC));
}

/* A setup that waits has not been processed yet, for all that is known. Once its connection is gone nothing
 * is to come of it. */
static void test_lapse_of_a_setup_that_waits(void)
{
    static const struct {
        smbt_duration sent;
        bool lapses;
    } cases[] = {{2 * SMBT_SEC, false}, {2 * SMBT_SEC + SMBT_MS, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int freed = 0; freed < 2; freed++) {
            t_bench b;
            t_bench_init(&b, NULL);
            smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
            strike(&b, c, 12);
            b.now += cases[i].sent - SMBT_MS;
            t_exchange(&b, v, 50);
            g_assert_cmpuint(b.lapsed, ==, 0);
            g_assert_cmpuint(v->predictions->len, ==, 1);
            b.now -= 2 * SMBT_MS;
            t_plain(&b, v, 0, 0x10, 51, 0);
            g_assert_cmpuint(v->last_request, ==, only_prediction(v)->trigger->time + cases[i].sent);
            smbt_model_gone(c);
            if (freed) smbt_model_free_conn(c);
            t_plain(&b, v, 1, 0x10, 51, 0);
            g_assert_cmpuint(b.lapsed, ==, cases[i].lapses);
            g_assert_cmpuint(v->predictions->len, ==, !cases[i].lapses);
            clear(&b, v, freed ? NULL : c);
        }
}

/* An answer to a request may be the one to an older request of the same id, sent before the trigger. */
static void test_sign_of_life_with_an_older_id(void)
{
    for (guint16 mid = 50; mid <= 51; mid++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        t_plain(&b, v, 0, 0x10, 50, 0);
        strike(&b, c, 12);
        t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
        b.now += SMBT_SEC;
        t_exchange(&b, v, mid);
        g_assert_cmpuint(b.lapsed, ==, mid == 51);
        t_exchange(&b, v, mid); /* that id is free now */
        g_assert_cmpuint(b.lapsed, ==, 1);
        clear(&b, v, c);
    }
}

/* ... or sent while a slow answer kept the window open. */
static void test_older_id_within_a_long_window(void)
{
    for (int over = 0; over < 2; over++) {
        t_bench b;
        t_bench_init(&b, NULL);
        smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
        strike(&b, c, 12);
        smbt_time zero = b.now;
        b.now = zero + 500 * SMBT_MS;
        if (!over) t_plain(&b, v, 0, 0x10, 50, 0);
        b.now = zero + SMBT_SEC;
        t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
        b.now = zero + 1500 * SMBT_MS;
        if (over) t_plain(&b, v, 0, 0x10, 50, 0);
        b.now = zero + 2 * SMBT_SEC;
        t_exchange(&b, v, 50);
        g_assert_cmpuint(b.lapsed, ==, over);
        clear(&b, v, c);
    }
}

static void smb2_echo(t_bench *b, smbt_conn *c, guint64 id)
{
    for (unsigned side = 0; side < 2; side++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        sb2_msg m;
        sb2_begin(&m, out, &(sb2_header){.command = 13, .message_id = id, .flags = side});
        sb2_simple(&m);
        sb2_end(&m);
        t_give(b, c, side, out);
    }
}

/* Armed before it was known what the connection speaks: servers that look at SMB1 alone never had it in
 * reach, and its life says nothing of them. */
static void test_lapse_of_what_speaks_smb2(void)
{
    for (int smb2 = 0; smb2 < 2; smb2++)
        for (int samba_too = 0; samba_too < 2; samba_too++) {
            t_bench b;
            t_bench_init(&b, NULL);
            if (!samba_too)
                g_assert_true(smbt_profiles_set(b.profiles, "server.zero_vc_dialects=smb1", NULL));
            smbt_conn *v = t_open_at(&b, 1, 1000, 9, 445, false), *c = t_open(&b, 1001, 445);
            strike(&b, c, 12);
            assert_armed(&b, v, INLINE_ALL, SAMBA);
            t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
            b.now += SMBT_SEC;
            if (smb2)
                smb2_echo(&b, v, 7);
            else
                t_exchange(&b, v, 7);
            g_assert_cmpuint(b.lapsed, ==, 1);
            g_assert_cmphex(b.lapsed_before_answer, ==, smb2 ? 0 : t_mask(&b, INLINE_ALL));
            g_assert_cmphex(b.lapsed_separate, ==, smb2 && !samba_too ? 0 : t_mask(&b, SAMBA));
            clear(&b, v, c);
        }
}

/* What the server says of its own, or answers to what was sent before, is no sign of life. */
static void test_no_sign_of_life(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    t_plain(&b, v, 0, 0x10, 50, 0);
    strike(&b, c, 12);
    t_setup_response(&b, c, 1, 100, 0, NULL, NULL);
    b.now += SMBT_SEC;
    t_plain(&b, v, 1, 0x10, 50, 0);
    t_plain(&b, v, 1, 0x10, 51, 0); /* the answer to a request that was not seen */
    t_plain(&b, v, 0, 0x10, 52, 0); /* a request alone */
    g_assert_cmpuint(b.lapsed, ==, 0);
    t_plain(&b, v, 1, 0x10, 52, 0);
    g_assert_cmpuint(b.lapsed, ==, 1);
    t_exchange(&b, v, 53);
    g_assert_cmpuint(b.lapsed, ==, 1);
    clear(&b, v, c);
}

static void test_all_that_lapsed_go(void)
{
    t_bench b;
    t_bench_init(&b, NULL);
    smbt_conn *v = victim_of(&b, 445, NULL), *c = t_open(&b, 1001, 445);
    for (guint16 i = 0; i < 5; i++) {
        t_setup_request(&b, c, &(t_setup){.vc = 0, .mid = i});
        t_setup_response(&b, c, i, 100, 0, NULL, NULL);
    }
    g_assert_cmpuint(v->predictions->len, ==, 5);
    b.now += SMBT_SEC;
    t_exchange(&b, v, 60);
    g_assert_cmpuint(b.lapsed, ==, 5);
    clear(&b, v, c);
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
    g_test_add_func("/zero-vc/window/until-the-answer", test_window);
    g_test_add_func("/zero-vc/window/answers", test_answers);
    g_test_add_func("/zero-vc/window/answer-missed", test_answer_missed);
    g_test_add_func("/zero-vc/lapse/by-time", test_lapsing);
    g_test_add_func("/zero-vc/lapse/no-sign-of-life", test_no_sign_of_life);
    g_test_add_func("/zero-vc/lapse/all", test_all_that_lapsed_go);
    g_test_add_func("/zero-vc/armed/repeated-setup", test_repeated_setup);
    g_test_add_func("/zero-vc/armed/siblings-cap", test_siblings_cap);
    g_test_add_func("/zero-vc/window/late-answer", test_window_of_a_late_answer);
    g_test_add_func("/zero-vc/window/answers-by-id", test_answers_by_id);
    g_test_add_func("/zero-vc/window/answer-past-another-setup", test_answer_past_another_setup);
    g_test_add_func("/zero-vc/window/answer-without-ids", test_answer_without_ids);
    g_test_add_func("/zero-vc/window/answer-implied", test_answer_implied);
    g_test_add_func("/zero-vc/window/nothing-implied", test_nothing_implied);
    g_test_add_func("/zero-vc/lapse/setup-that-waits", test_lapse_of_a_setup_that_waits);
    g_test_add_func("/zero-vc/lapse/older-id-within-a-long-window", test_older_id_within_a_long_window);
    g_test_add_func("/zero-vc/lapse/older-id", test_sign_of_life_with_an_older_id);
    g_test_add_func("/zero-vc/lapse/speaks-smb2", test_lapse_of_what_speaks_smb2);
    g_test_add_func("/zero-vc/bounds", test_bounds);
    g_test_add_func("/zero-vc/freed-in-any-order", test_freed_in_any_order);
    return g_test_run();
}
