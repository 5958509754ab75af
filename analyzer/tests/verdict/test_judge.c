/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/world.h"

#define XP "Windows 5.1"

static smbt_verdict *judge(t_world *w, const char *cause)
{
    smbt_verdict *v = smbt_judge(&w->the_case);
    g_assert_cmpstr(v->end.cause, ==, cause);
    g_assert_true(v->end.summary && *v->end.summary);
    g_assert_cmpuint(v->end.frame, ==, w->victim_track.end.frame);
    for (guint i = 1; i < v->end.evidence->len; i++) /* in frame order */
        g_assert_cmpuint(g_array_index(v->end.evidence, smbt_evidence, i - 1).frame, <=,
                         g_array_index(v->end.evidence, smbt_evidence, i).frame);
    for (guint i = 0; i < v->end.ruled_out->len; i++) /* what it is was not ruled out */
        g_assert_cmpstr(g_array_index(v->end.ruled_out, smbt_ruled_out, i).cause, !=, cause);
    return v;
}

static void assert_cause(t_world *w, const char *cause, const char *variant, enum smbt_strength strength)
{
    smbt_verdict *v = judge(w, cause);
    g_assert_cmpstr(v->end.variant, ==, variant);
    g_assert_cmpint(v->end.strength, ==, strength);
    smbt_verdict_free(v);
}

static const char *why_not(const smbt_verdict *v, const char *cause)
{
    for (guint i = 0; i < v->end.ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(v->end.ruled_out, smbt_ruled_out, i);
        if (strcmp(r->cause, cause) == 0) return r->why;
    }
    return NULL;
}

/* A victim that ends a millisecond after the request, two before its answer. */
static void struck(t_world *w, const char *os)
{
    t_world_init(w, NULL, os, NULL);
    t_strike(w, "OTHER");
    t_answer(w, 3 * SMBT_MS, 0);
    t_end_at(w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
}

static void note_ends(t_world *w, unsigned clients)
{
    for (unsigned i = 0; i < clients; i++) {
        smbt_addr client = {.family = 4, .bytes = {10, 0, 1, (uint8_t)i}};
        smbt_belief_note_end(w->belief, w->victim_track.end.time, &client, SMBT_SIDE_SERVER);
    }
}

/* ---- Order
 * --------------------------------------------------------------------------------------------------- */

/* Everything speaks for everything; one after the other is taken away. */
static void test_order(void)
{
    t_world w;
    struck(&w, XP);
    smbt_end_event *e = &w.victim_track.end;
    e->refused = true;
    e->foreign_ttl = e->continued = true;
    e->ttl = 250;
    e->unanswered_repeats = 5;
    e->first_repeat = e->time - 9 * SMBT_SEC;
    note_ends(&w, 2);
    smbt_model_gone(w.victim);
    smbt_model_gone(w.culprit);
    assert_cause(&w, "refused", NULL, SMBT_STRENGTH_CONFIRMED);
    e->refused = false;
    assert_cause(&w, "forged-reset", NULL, SMBT_STRENGTH_LIKELY);
    e->foreign_ttl = e->continued = false;
    assert_cause(&w, "server-stop", NULL, SMBT_STRENGTH_LIKELY);
    w.culprit->gone = false; /* one connection lives on */
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    w.belief->excluded = ~UINT64_C(0);
    assert_cause(&w, "path-loss", "retransmission", SMBT_STRENGTH_LIKELY);
    e->unanswered_repeats = 2;
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
    e->by = SMBT_SIDE_CLIENT;
    assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    e->kind = SMBT_END_FIN;
    assert_cause(&w, "client-close", "orderly", SMBT_STRENGTH_CONFIRMED);
    t_world_clear(&w);
}

/* ---- zero-vc
 * ------------------------------------------------------------------------------------------------- */

static void test_zero_vc_told(void)
{
    t_world w;
    struck(&w, XP);
    smbt_request pending[12];
    for (unsigned i = 0; i < 12; i++)
        pending[i] =
            (smbt_request){.command = 0x2e, .frame = 1 + i, .time = w.victim_track.end.time - SMBT_MS};
    w.the_case.in_flight = pending;
    w.the_case.in_flight_count = 12;
    smbt_verdict *v = judge(&w, "zero-vc");
    const smbt_end *e = &v->end;
    g_assert_cmpint(e->severity, ==, SMBT_SEVERITY_ERROR);
    g_assert_true(e->culprit.has_connection);
    g_assert_cmpuint(e->culprit.client.port, ==, 1001);
    g_assert_cmpuint(e->culprit.delay, ==, SMBT_MS);
    g_assert_cmpuint(e->culprit.frame, ==,
                     ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->frame);
    g_assert_cmpstr(e->predicted.rule, ==, "zero-vc");
    g_assert_cmpstr(e->predicted.profile, ==, "windows-xp");
    g_assert_cmpuint(e->predicted.from, ==, w.struck);
    g_assert_cmpuint(e->predicted.to, ==, w.struck + 3 * SMBT_MS);
    g_assert_cmpuint(e->in_flight->len, ==, 8);
    g_assert_cmpuint(e->in_flight_more, ==, 4);
    g_assert_cmpstr(g_array_index(e->in_flight, smbt_in_flight, 0).command, ==, "READ_ANDX");
    g_assert_cmpuint(g_array_index(e->in_flight, smbt_in_flight, 0).age, ==, SMBT_MS);
    g_assert_cmpuint(e->missing->len, ==, 0);
    g_assert_cmpuint(e->remedies->len, >, 0);
    g_assert_nonnull(why_not(v, "path-loss"));
    smbt_verdict_free(v);
    t_world_clear(&w);
}

static void test_zero_vc_strength(void)
{
    static const struct {
        const char *os;
        bool answered, another, survivor, vc_known, plain;
        smbt_duration end;
        enum smbt_strength strength;
    } cases[] = {
        {XP, true, false, false, true, false, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
        {XP, false, false, false, true, false, SMBT_MS, SMBT_STRENGTH_LIKELY},
        {NULL, true, false, false, true, false, SMBT_MS, SMBT_STRENGTH_LIKELY},
        {NULL, true, true, false, true, false, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
        {XP, true, false, true, true, false, SMBT_MS, SMBT_STRENGTH_LIKELY},
        {XP, true, false, false, false, false, SMBT_MS, SMBT_STRENGTH_LIKELY},
        {XP, true, false, false, true, true, SMBT_MS, SMBT_STRENGTH_LIKELY},
        {XP, true, false, false, true, false, 200 * SMBT_MS, SMBT_STRENGTH_CONFIRMED},
        {XP, true, false, false, true, false, 200 * SMBT_MS + 1, SMBT_STRENGTH_LIKELY},
        {XP, false, false, true, false, true, 300 * SMBT_MS, SMBT_STRENGTH_POSSIBLE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, cases[i].os, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answered) t_answer(&w, SMBT_SEC, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
        smbt_prediction *p = w.victim->predictions->pdata[0];
        p->trigger->matched = cases[i].another ? 2 : 1;
        p->trigger->vc_known = cases[i].vc_known;
        if (cases[i].plain) p->prefers_extsec = p->before_answer;
        w.belief->not_enforced = cases[i].survivor;
        assert_cause(&w, "zero-vc", "nat-collision", cases[i].strength);
        t_world_clear(&w);
    }
}

static void test_zero_vc_variants(void)
{
    static const struct {
        const char *culprit;
        smbt_duration silent;
        const char *victim_path, *culprit_path, *variant;
    } cases[] = {
        {"OTHER", 0, NULL, NULL, "nat-collision"},
        {"VICTIM", 0, NULL, NULL, "same-host"},
        {"VICTIM", 5 * SMBT_SEC, NULL, NULL, "client-restart"},
        {"VICTIM", 5 * SMBT_SEC - 1, NULL, NULL, "same-host"},
        {"VICTIM", 9 * SMBT_SEC, "srv", "srv", "client-restart"},
        {"VICTIM", 9 * SMBT_SEC, "srv", "alias", "same-host"},
        {NULL, 0, NULL, NULL, "undetermined"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, cases[i].culprit);
        t_answer(&w, 3 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        w.victim_track.sender[0].last = w.culprit->opened - cases[i].silent;
        if (cases[i].victim_path) w.victim->claims.server_path = g_ref_string_new(cases[i].victim_path);
        if (cases[i].culprit_path) w.culprit->claims.server_path = g_ref_string_new(cases[i].culprit_path);
        smbt_verdict *v = judge(&w, "zero-vc");
        g_assert_cmpstr(v->end.variant, ==, cases[i].variant);
        bool restart = strcmp(cases[i].variant, "client-restart") == 0;
        g_assert_cmpint(v->end.severity, ==, restart ? SMBT_SEVERITY_NOTE : SMBT_SEVERITY_ERROR);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* The culprit's connection is no longer known: the verdict stands, its variant does not. */
static void test_zero_vc_culprit_forgotten(void)
{
    t_world w;
    struck(&w, XP);
    smbt_model_free_conn(w.culprit);
    smbt_verdict *v = judge(&w, "zero-vc");
    g_assert_cmpstr(v->end.variant, ==, "undetermined");
    g_assert_cmpuint(v->end.culprit.client.port, ==, 1001);
    smbt_verdict_free(v);
    w.culprit = t_open(&w.bench, 1002, 445);
    t_world_clear(&w);
}

/* Later than servers of that kind usually take, and nothing to back it: no accusation. */
static void test_zero_vc_loose(void)
{
    t_world w;
    t_world_init(&w, NULL, "Unix", "Samba 4.17");
    t_strike(&w, "OTHER");
    t_answer(&w, SMBT_MS, 0);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 5 * SMBT_MS + 1);
    smbt_verdict *v = judge(&w, "unknown");
    g_assert_cmpuint(v->end.missing->len, ==, 1);
    g_assert_cmpint(v->end.strength, ==, SMBT_STRENGTH_NONE);
    smbt_verdict_free(v);
    w.belief->enforced = 1;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    w.belief->enforced = 2;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    t_world_clear(&w);
}

/* ---- Why not
 * ------------------------------------------------------------------------------------------------- */

static void test_zero_vc_ruled_out(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    w.struck = w.bench.now;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
    smbt_verdict *v = judge(&w, "server-close");
    g_assert_nonnull(
        strstr(why_not(v, "zero-vc"), "no session setup with VcNumber 0 on another connection of 10.0.0.1"));
    smbt_verdict_free(v);
    t_strike(&w, "OTHER");
    t_answer(&w, 3 * SMBT_MS, 0);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 4 * SMBT_MS);
    v = judge(&w, "server-close");
    g_assert_nonnull(strstr(why_not(v, "zero-vc"), "already answered"));
    smbt_verdict_free(v);
    /* A survivor speaks louder. */
    w.belief->not_enforced = 1;
    w.belief->lapse_trigger_frame = 77;
    v = judge(&w, "server-close");
    g_assert_nonnull(strstr(why_not(v, "zero-vc"), "live on through the VcNumber 0 of frame 77"));
    smbt_verdict_free(v);
    t_world_clear(&w);
}

static void test_what_is_missing(void)
{
    for (int what = 0; what < 5; what++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        w.struck = w.bench.now;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        switch (what) {
        case 0: w.the_case.one_sided = true; break;
        case 1: w.the_case.viewpoint = SMBT_VIEWPOINT_NEAR_CLIENT; break;
        case 2: w.the_case.gap_before_end = true; break;
        case 3: w.victim_track.end.foreign_ttl = true; break;
        default: w.victim->client->last_unreadable = w.victim_track.end.time; break;
        }
        smbt_verdict *v = judge(&w, "unknown");
        g_assert_cmpuint(v->end.missing->len, ==, 1);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

static void test_silence(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    t_end_at(&w, SMBT_END_SILENCE, SMBT_SIDE_UNKNOWN, SMBT_MS);
    w.the_case.reopened_frame = 99;
    smbt_verdict *v = judge(&w, "unknown");
    g_assert_nonnull(strstr(v->end.missing->pdata[0], "frame 99"));
    smbt_verdict_free(v);
    t_world_clear(&w);
}

/* ---- The other rules
 * ----------------------------------------------------------------------------------------- */

static void test_path_loss(void)
{
    static const struct {
        unsigned repeats;
        smbt_duration tried;
        bool lost;
    } cases[] = {{3, SMBT_SEC, true}, {2, 9 * SMBT_SEC, false}, {3, SMBT_SEC - 1, false}, {0, 0, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int by = 0; by < 2; by++) {
            t_world w;
            t_world_init(&w, NULL, XP, NULL);
            w.struck = w.bench.now;
            t_end_at(&w, SMBT_END_RST, by ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, SMBT_MS);
            w.victim_track.end.unanswered_repeats = cases[i].repeats;
            w.victim_track.end.first_repeat = w.victim_track.end.time - cases[i].tried;
            smbt_verdict_free(judge(&w, cases[i].lost ? "path-loss" : by ? "server-close" : "client-close"));
            t_world_clear(&w);
        }
}

static void test_transport_race(void)
{
    static const struct {
        unsigned port;
        smbt_duration apart, lived;
        bool spoke, race;
    } cases[] = {{139, 0, SMBT_SEC, false, true},
                 {445, 0, SMBT_SEC, false, false},
                 {139, 0, SMBT_SEC, true, false},
                 {139, 1490 * SMBT_MS, 2 * SMBT_SEC, false, true},
                 {139, 1510 * SMBT_MS, 2 * SMBT_SEC, false, false},
                 {139, 0, 29 * SMBT_SEC, false, true},
                 {139, 0, 31 * SMBT_SEC, false, false},
                 {139, 1000 * SMBT_MS, 900 * SMBT_MS, false, false}}; /* the winner was not there yet */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        smbt_conn *loser = t_open_at(&w.bench, 1, 2000, 9, cases[i].port, true);
        if (cases[i].spoke) t_exchange(&w.bench, loser, 3);
        w.bench.now = loser->opened + cases[i].apart - SMBT_MS;
        smbt_conn *winner = t_open(&w.bench, 2001, 445);
        smbt_track loser_track, winner_track;
        t_track_begin(&loser_track);
        t_track_begin(&winner_track);
        loser->user = &loser_track;
        winner->user = &winner_track;
        w.struck = loser->opened;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, cases[i].lived);
        loser_track.end = w.victim_track.end;
        w.victim->opened = w.culprit->opened = 0; /* the others began long before */
        w.the_case.subject = (smbt_subject){.conn = loser, .track = &loser_track};
        smbt_verdict_free(judge(&w, cases[i].race ? "transport-race" : "client-close"));
        smbt_model_free_conn(loser);
        smbt_model_free_conn(winner);
        t_world_clear(&w);
    }
}

static void test_client_close(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
    assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    t_plain(&w.bench, w.victim, 0, 0x74, 9, 0); /* LOGOFF of UID 100 */
    assert_cause(&w, "client-close", "orderly", SMBT_STRENGTH_CONFIRMED);
    smbt_request pending = {.command = 0x2e};
    w.the_case.in_flight = &pending;
    w.the_case.in_flight_count = 1;
    assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    /* A RST that another may have sent in its name. */
    w.victim_track.end.foreign_ttl = true;
    smbt_verdict_free(judge(&w, "unknown"));
    w.victim_track.end.continued = true;
    smbt_verdict_free(judge(&w, "forged-reset"));
    t_world_clear(&w);
}

static void test_server_stop(void)
{
    static const struct {
        unsigned clients;
        bool alive, stop;
    } cases[] = {{0, false, false}, {1, false, false}, {2, false, true}, {5, false, true}, {5, true, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        w.struck = w.bench.now;
        t_end_at(&w, SMBT_END_FIN, SMBT_SIDE_SERVER, SMBT_MS);
        note_ends(&w, cases[i].clients);
        smbt_model_gone(w.victim);
        if (!cases[i].alive) smbt_model_gone(w.culprit);
        smbt_verdict_free(judge(&w, cases[i].stop ? "server-stop" : "server-close"));
        /* Ends of another moment are another matter. */
        w.victim_track.end.time += 2 * SMBT_SEC + 1;
        smbt_verdict_free(judge(&w, "server-close"));
        t_world_clear(&w);
    }
}

static void test_server_close_strength(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    w.struck = w.victim->last_request;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 25 * SMBT_SEC - 1);
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 25 * SMBT_SEC);
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_POSSIBLE);
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_SEC);
    w.victim->from_start = false;
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_POSSIBLE);
    t_world_clear(&w);
}

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
    p->trigger->vc_known = false; /* proves nothing */
    g_assert_false(smbt_belief_note_lapse(w.belief, w.victim, p, 50));
    g_assert_cmpuint(w.belief->not_enforced, ==, 0);
    p->trigger->vc_known = true;
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

/* A server that has cut others for all to see has the rule. */
static void test_belief_proven(void)
{
    for (unsigned enforced = 0; enforced <= SMBT_ENFORCED_PROVEN + 1; enforced++) {
        t_world w;
        t_world_init(&w, NULL, NULL, NULL);
        t_strike(&w, "OTHER");
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
        smbt_belief_note_end(b, 1000 * SMBT_SEC + i, &client, SMBT_SIDE_SERVER);
        g_assert_cmpuint(b->ends->len, <=, 1024);
    }
    g_assert_cmpuint(g_array_index(b->ends, smbt_recent_end, b->ends->len - 1).time, ==,
                     1000 * SMBT_SEC + 4999);
    smbt_belief_note_end(b, 1010 * SMBT_SEC + 4999, &client, SMBT_SIDE_CLIENT);
    g_assert_cmpuint(b->ends->len, ==, 2); /* ten seconds old: still known, older ones not */
    smbt_belief_note_end(b, 2000 * SMBT_SEC, &client, SMBT_SIDE_CLIENT);
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
    } durations[] = {{0, "0 us"},
                     {623000, "0.6 ms"},
                     {99000, "99 us"},
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
    g_test_add_func("/judge/order", test_order);
    g_test_add_func("/judge/zero-vc/told", test_zero_vc_told);
    g_test_add_func("/judge/zero-vc/strength", test_zero_vc_strength);
    g_test_add_func("/judge/zero-vc/variants", test_zero_vc_variants);
    g_test_add_func("/judge/zero-vc/culprit-forgotten", test_zero_vc_culprit_forgotten);
    g_test_add_func("/judge/zero-vc/loose", test_zero_vc_loose);
    g_test_add_func("/judge/zero-vc/ruled-out", test_zero_vc_ruled_out);
    g_test_add_func("/judge/unknown/what-is-missing", test_what_is_missing);
    g_test_add_func("/judge/unknown/silence", test_silence);
    g_test_add_func("/judge/path-loss", test_path_loss);
    g_test_add_func("/judge/transport-race", test_transport_race);
    g_test_add_func("/judge/client-close", test_client_close);
    g_test_add_func("/judge/server-stop", test_server_stop);
    g_test_add_func("/judge/server-close", test_server_close_strength);
    g_test_add_func("/belief/lapse", test_belief_lapse);
    g_test_add_func("/belief/proven", test_belief_proven);
    g_test_add_func("/belief/ends", test_belief_ends);
    g_test_add_func("/verdict/words", test_words);
    return g_test_run();
}
