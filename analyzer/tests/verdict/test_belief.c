/* What a server has shown by its deeds; the words for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

/* ---- What a server has shown
 * --------------------------------------------------------------------------------- */

static void test_belief_lapse(void)
{
    t_world w;
    t_world_init(&w, NULL, NULL, NULL);
    t_setup_request(&w.bench, w.culprit, &(t_setup){.vc = 0, .mid = 1, .word_count = 13});
    smbt_prediction *p = w.victim->predictions->pdata[0];
    smbt_profile_mask all = p->before_answer | p->separate,
                      strict = all & ~p->prefers_extsec & ~p->needs_logon;
    g_assert_cmphex(p->needs_logon, !=, 0);
    g_assert_cmphex(p->prefers_extsec, !=, 0);
    for (int what = 0; what < 4; what++) { /* prove nothing */
        p->trigger->vc_known = what != 0;
        p->trigger->answered = what != 1;
        p->trigger->repeated = what == 2;
        w.victim->smb_version = what == 3 ? 2 : 1;
        g_assert_false(smbt_belief_note_lapse(w.belief, w.victim, p, 50));
        g_assert_cmpuint(w.belief->not_enforced, ==, 0);
        g_assert_cmphex(w.belief->excluded, ==, 0);
    }
    w.victim->smb_version = 1;
    g_assert_true(smbt_belief_note_lapse(w.belief, w.victim, p, 50));
    g_assert_cmphex(w.belief->excluded, ==, strict);
    g_assert_cmpuint(w.belief->lapse_frame, ==, 50);
    g_assert_cmpuint(w.belief->lapse_client.port, ==, 1000);
    p->trigger->logged_on = true;
    g_assert_false(smbt_belief_note_lapse(w.belief, w.victim, p, 60)); /* not the first */
    g_assert_cmpuint(w.belief->not_enforced, ==, 2);
    g_assert_cmphex(w.belief->excluded, ==, all & ~p->prefers_extsec);
    g_assert_cmpuint(w.belief->lapse_frame, ==, 50);
    p->prefers_extsec = all; /* nothing that every profile would have acted on */
    g_assert_false(smbt_belief_note_lapse(w.belief, w.victim, p, 70));
    g_assert_cmpuint(w.belief->not_enforced, ==, 2);
    t_world_clear(&w);
}

/* On a server that is known by name, even an SMB2 connection that lived on says something. */
static void test_belief_lapse_smb2(void)
{
    static const char *const names[] = {NULL, "FilerOS 3", "Unix"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        t_world w;
        t_world_init(&w, NULL, names[i], NULL);
        t_strike(&w, "VICTIM");
        t_answer(&w, SMBT_MS, 0);
        w.victim->smb_version = 2;
        bool proves = smbt_belief_note_lapse(w.belief, w.victim, w.victim->predictions->pdata[0], 50);
        g_assert_cmpint(proves, ==, i == 2);
        g_assert_cmphex(w.belief->excluded, ==, i == 2 ? t_mask(&w.bench, "samba-reset-on-zero-vc") : 0);
        t_world_clear(&w);
    }
}

/* A server that has cut others for all to see has the rule. */
static void test_belief_proven(void)
{
    for (unsigned enforced = 0; enforced <= SMBT_ENFORCED_PROVEN + 1; enforced++) {
        t_world w;
        t_world_init(&w, NULL, NULL, NULL);
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        w.belief->enforced = enforced;
        g_assert_true(smbt_belief_note_lapse(w.belief, w.victim, w.victim->predictions->pdata[0], 50));
        g_assert_cmpint(w.belief->excluded == 0, ==, enforced >= SMBT_ENFORCED_PROVEN);
        g_assert_cmpuint(w.belief->not_enforced, ==, 1);
        t_world_clear(&w);
    }
}

static void test_belief_ends(void)
{
    smbt_belief *b = smbt_belief_new();
    smbt_addr client = {.family = 4};
    for (unsigned i = 0; i < 5000; i++) {
        smbt_belief_note_end(b, &(smbt_recent_end){.time = 1000 * SMBT_SEC + i,
                                                   .client = client,
                                                   .by = SMBT_SIDE_SERVER,
                                                   .heard = SMBT_TIME_NONE});
        g_assert_cmpuint(b->ends->len, <=, 1024);
    }
    g_assert_cmpuint(g_array_index(b->ends, smbt_recent_end, b->ends->len - 1).time, ==,
                     1000 * SMBT_SEC + 4999);
    smbt_belief_note_end(b, &(smbt_recent_end){.time = 1010 * SMBT_SEC + 4999,
                                               .client = client,
                                               .by = SMBT_SIDE_CLIENT,
                                               .heard = SMBT_TIME_NONE});
    g_assert_cmpuint(b->ends->len, ==, 2); /* ten seconds old: still known, older ones not */
    smbt_belief_note_end(
        b, &(smbt_recent_end){
               .time = 2000 * SMBT_SEC, .client = client, .by = SMBT_SIDE_CLIENT, .heard = SMBT_TIME_NONE});
    g_assert_cmpuint(b->ends->len, ==, 1);
    smbt_belief_free(b);
    smbt_belief_free(NULL);
}

/* ---- Words
 * --------------------------------------------------------------------------------------------------- */

static void test_words(void)
{
    static const struct {
        smbt_duration d;
        const char *text;
    } durations[] = {{0, "0 µs"},
                     {623000, "0.6 ms"},
                     {99000, "99 µs"},
                     {11400000, "11 ms"},
                     {999 * SMBT_MS, "999 ms"},
                     {1500 * SMBT_MS, "1.5 s"},
                     {10 * SMBT_SEC, "10 s"},
                     {119 * SMBT_SEC, "119 s"},
                     {120 * SMBT_SEC, "2 min"}};
    smbt_verdict *v = smbt_verdict_new();
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++)
        g_assert_cmpstr(smbt_verdict_duration(v, durations[i].d), ==, durations[i].text);
    smbt_endpoint four = t_end(7, 1042), six = {.addr = {.family = 6, .bytes = {[15] = 1}}, .port = 445};
    g_assert_cmpstr(smbt_verdict_endpoint(v, &four), ==, "10.0.0.7:1042");
    g_assert_cmpstr(smbt_verdict_endpoint(v, &six), ==, "[::1]:445");
    smbt_verdict_free(v);
    smbt_verdict_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/belief/lapse", test_belief_lapse);
    g_test_add_func("/belief/lapse-smb2", test_belief_lapse_smb2);
    g_test_add_func("/belief/proven", test_belief_proven);
    g_test_add_func("/belief/ends", test_belief_ends);
    g_test_add_func("/verdict/words", test_words);
    return g_test_run();
}
