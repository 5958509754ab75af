/* How long a prediction of the zero-VC rule stands, and what makes it lapse.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/zero_vc.h"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zero-vc/window/until-the-answer", test_window);
    g_test_add_func("/zero-vc/window/answers", test_answers);
    g_test_add_func("/zero-vc/window/answer-missed", test_answer_missed);
    g_test_add_func("/zero-vc/lapse/by-time", test_lapsing);
    g_test_add_func("/zero-vc/lapse/no-sign-of-life", test_no_sign_of_life);
    g_test_add_func("/zero-vc/lapse/all", test_all_that_lapsed_go);
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
    return g_test_run();
}
