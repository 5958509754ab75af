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

/* Ends by the server at the time of the victim's, in turn of so many clients. */
static void note_ends(t_world *w, unsigned clients, unsigned ends)
{
    for (unsigned i = 0; i < ends; i++) {
        smbt_addr client = {.family = 4, .bytes = {10, 0, 1, (uint8_t)(i % clients)}};
        smbt_belief_note_end(w->belief, w->victim_track.end.time, &client, SMBT_SIDE_SERVER);
    }
}

/* The culprit's connection was not dropped after all. */
static void revive_culprit(t_world *w)
{
    w->culprit->gone = false;
    w->culprit->server->established++;
}

/* ---- Order
 * --------------------------------------------------------------------------------------------------- */

/* Everything speaks for everything; one after the other is taken away. */
static void test_order(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    t_strike(&w, "OTHER");
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
    smbt_end_event *e = &w.victim_track.end;
    e->refused = true;
    e->foreign_ttl = e->continued = true;
    e->ttl = 250;
    e->unanswered_repeats = 5;
    e->first_repeat = e->time - 9 * SMBT_SEC;
    note_ends(&w, 2, 3);
    smbt_model_gone(w.culprit);
    assert_cause(&w, "refused", NULL, SMBT_STRENGTH_CONFIRMED);
    e->refused = false;
    assert_cause(&w, "forged-reset", NULL, SMBT_STRENGTH_LIKELY);
    e->foreign_ttl = e->continued = false;
    assert_cause(&w, "server-stop", NULL, SMBT_STRENGTH_LIKELY);
    revive_culprit(&w); /* one connection lives on */
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_POSSIBLE);
    e->unanswered_repeats = 2;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    e->unanswered_repeats = 5;
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
        bool answered, implied;
        unsigned matched, elsewhere, not_enforced;
        bool vc_unknown, plain;
        unsigned repeats;
        smbt_duration end;
        enum smbt_strength strength;
    } cases[] = {
        {XP, .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {XP, .answered = false, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .answered = true, .implied = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {"FilerOS 3", .answered = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .matched = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {NULL, .answered = true, .matched = 2, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {NULL, .answered = true, .elsewhere = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {NULL, .elsewhere = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .answered = true, .not_enforced = 1, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .answered = true, .vc_unknown = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_POSSIBLE},
        {XP, .answered = true, .vc_unknown = true, .matched = 2, .elsewhere = 5, .end = SMBT_MS,
         .strength = SMBT_STRENGTH_POSSIBLE},
        {XP, .answered = true, .plain = true, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .answered = true, .end = 200 * SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {XP, .answered = true, .end = 200 * SMBT_MS + 1, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .answered = true, .repeats = 2, .end = SMBT_MS, .strength = SMBT_STRENGTH_CONFIRMED},
        {XP, .answered = true, .repeats = 3, .end = SMBT_MS, .strength = SMBT_STRENGTH_LIKELY},
        {XP, .not_enforced = 1, .plain = true, .end = 300 * SMBT_MS, .strength = SMBT_STRENGTH_POSSIBLE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, cases[i].os, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answered) t_answer(&w, SMBT_SEC, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, cases[i].end);
        w.victim_track.end.unanswered_repeats = cases[i].repeats;
        smbt_prediction *p = w.victim->predictions->pdata[0];
        p->trigger->matched = cases[i].matched;
        p->trigger->vc_known = !cases[i].vc_unknown;
        p->trigger->answer_implied = cases[i].implied;
        if (cases[i].plain) p->prefers_extsec = p->before_answer;
        w.belief->not_enforced = cases[i].not_enforced;
        w.the_case.enforced_elsewhere = cases[i].elsewhere;
        smbt_verdict *v = judge(&w, "zero-vc");
        g_assert_cmpstr(v->end.variant, ==, "nat-collision");
        g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        g_assert_cmpuint(v->end.missing->len, ==,
                         (!cases[i].answered || cases[i].implied) + cases[i].vc_unknown);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* Survivors speak against it: more of them than victims, and more than three for each. */
static void test_zero_vc_survivors(void)
{
    for (unsigned alive = 0; alive <= 4; alive++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        smbt_conn *siblings[4];
        for (unsigned k = 0; k < alive; k++)
            siblings[k] = t_open(&w.bench, 2000 + k, 445);
        t_strike(&w, "OTHER");
        t_answer(&w, 5 * SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        if (alive == 4) {
            smbt_verdict *v = judge(&w, "unknown");
            g_assert_cmpuint(v->end.missing->len, ==, 1);
            g_assert_nonnull(strstr(v->end.missing->pdata[0], "4 other connections"));
            smbt_verdict_free(v);
            w.the_case.enforced_elsewhere = 1;
        }
        assert_cause(&w, "zero-vc", "nat-collision",
                     alive > 1 ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_CONFIRMED);
        for (unsigned k = 0; k < alive; k++)
            smbt_model_free_conn(siblings[k]);
        t_world_clear(&w);
    }
}

/* The server ended the culprit's connection as well: only earlier kills let the rule be blamed. */
static void test_zero_vc_culprit_fell(void)
{
    t_world w;
    struck(&w, XP);
    w.culprit_track.end = w.victim_track.end;
    smbt_verdict *v = judge(&w, "unknown");
    g_assert_cmpuint(v->end.missing->len, ==, 1);
    g_assert_nonnull(strstr(v->end.missing->pdata[0], "the server ended that connection too"));
    smbt_verdict_free(v);
    w.the_case.enforced_elsewhere = 1;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    t_world_clear(&w);
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
        {"VICTIM", 5 * SMBT_SEC, "srv", "srv", "client-restart"},
        {"VICTIM", 5 * SMBT_SEC - 1, "srv", "srv", "same-host"},
        {"VICTIM", 9 * SMBT_SEC, NULL, NULL, "same-host"}, /* under which names is not known */
        {"VICTIM", 9 * SMBT_SEC, "srv", NULL, "same-host"},
        {"VICTIM", 9 * SMBT_SEC, NULL, "srv", "same-host"},
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
    smbt_prediction *p = w.victim->predictions->pdata[0];
    p->trigger->matched = 1; /* another victim */
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    p->trigger->matched = 0;
    w.the_case.enforced_elsewhere = 1;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_CONFIRMED);
    /* Told to end, and able to only later. */
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_SEC);
    w.victim_track.end.stalled = true;
    assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    t_world_clear(&w);
}

/* In time for such servers; but they close what is idle anyway. */
static void test_zero_vc_separate_strength(void)
{
    static const struct {
        smbt_duration idle;
        unsigned matched;
        enum smbt_strength strength;
    } cases[] = {{0, 0, SMBT_STRENGTH_LIKELY},
                 {0, 1, SMBT_STRENGTH_LIKELY}, /* this very end */
                 {0, 2, SMBT_STRENGTH_CONFIRMED},
                 {600 * SMBT_SEC - 1, 1, SMBT_STRENGTH_LIKELY},
                 {600 * SMBT_SEC, 1, SMBT_STRENGTH_POSSIBLE},
                 {600 * SMBT_SEC, 2, SMBT_STRENGTH_CONFIRMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", "Samba 4.17");
        t_strike(&w, "OTHER");
        t_answer(&w, SMBT_MS, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 5 * SMBT_MS);
        w.victim->last_request = w.victim_track.end.time - cases[i].idle;
        ((smbt_prediction *)w.victim->predictions->pdata[0])->trigger->matched = cases[i].matched;
        assert_cause(&w, "zero-vc", "nat-collision", cases[i].strength);
        t_world_clear(&w);
    }
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
    for (int what = 0; what < 6; what++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        w.struck = w.bench.now;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        switch (what) {
        case 0: w.the_case.one_sided = true; break;
        case 1: w.the_case.viewpoint = SMBT_VIEWPOINT_NEAR_CLIENT; break;
        case 2: w.the_case.gap_before_end = true; break;
        case 3: w.victim_track.end.foreign_ttl = true; break;
        case 4: w.the_case.broke_off = true; break;
        default: w.victim->client->unreadable[0].time = w.victim_track.end.time; break;
        }
        smbt_verdict *v = judge(&w, "unknown");
        g_assert_cmpuint(v->end.missing->len, ==, 1);
        smbt_verdict_free(v);
        t_world_clear(&w);
    }
}

/* A message that could not be read hides a session setup for two seconds, and only on another connection. */
static void test_unreadable(void)
{
    static const struct {
        smbt_duration before;
        bool own, blind;
    } cases[] = {
        {0, false, true}, {2 * SMBT_SEC - 1, false, true}, {2 * SMBT_SEC, false, false}, {0, true, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        w.struck = w.bench.now;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        smbt_model_unreadable(cases[i].own ? w.victim : w.culprit, w.victim_track.end.time - cases[i].before);
        smbt_verdict_free(judge(&w, cases[i].blind ? "unknown" : "server-close"));
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
        unsigned probes;
        smbt_duration probed;
        const char *variant; /* NULL: not this */
    } cases[] = {{3, SMBT_SEC, 0, 0, "retransmission"}, {2, 9 * SMBT_SEC, 0, 0, NULL},
                 {3, SMBT_SEC - 1, 0, 0, NULL},         {0, 0, 0, 0, NULL},
                 {0, 0, 3, SMBT_SEC, "keepalive"},      {0, 0, 2, 9 * SMBT_SEC, NULL},
                 {0, 0, 3, SMBT_SEC - 1, NULL},         {2, 9 * SMBT_SEC, 10, 75 * SMBT_SEC, "keepalive"},
                 {2, SMBT_SEC, 2, SMBT_SEC, NULL},      {3, SMBT_SEC, 3, SMBT_SEC, "retransmission"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        for (int by = 0; by < 2; by++)
            for (int one_sided = 0; one_sided < 2; one_sided++) {
                t_world w;
                t_world_init(&w, NULL, XP, NULL);
                w.struck = w.bench.now;
                t_end_at(&w, SMBT_END_RST, by ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, SMBT_MS);
                smbt_end_event *e = &w.victim_track.end;
                e->unanswered_repeats = cases[i].repeats;
                e->first_repeat = e->time - cases[i].tried;
                e->unanswered_probes = cases[i].probes;
                e->first_probe = e->time - cases[i].probed;
                w.the_case.one_sided = one_sided; /* who hears no answers can't say that there were none */
                if (cases[i].variant && !one_sided) {
                    assert_cause(&w, "path-loss", cases[i].variant, SMBT_STRENGTH_LIKELY);
                } else {
                    const char *left = one_sided ? "unknown" : "server-close";
                    smbt_verdict *v = judge(&w, by ? left : "client-close");
                    g_assert_cmpint(why_not(v, "path-loss") != NULL, ==, !one_sided);
                    smbt_verdict_free(v);
                }
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
    t_world_clear(&w);
    t_world_init(&w, NULL, XP, NULL);
    t_plain(&w.bench, w.victim, 0, 0x74, 9, 0); /* LOGOFF of UID 100 */
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
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

/* A server whose victim ended with so many others; nothing struck. */
static void stopped(t_world *w, unsigned clients, unsigned ends)
{
    t_world_init(w, NULL, XP, NULL);
    w->struck = w->bench.now;
    t_end_at(w, SMBT_END_FIN, SMBT_SIDE_SERVER, SMBT_MS);
    note_ends(w, clients, ends);
    smbt_model_gone(w->culprit);
    g_assert_cmpuint(w->victim->server->established, ==, 0);
}

static void test_server_stop(void)
{
    static const struct {
        unsigned clients, ends;
        bool alive;
        enum smbt_strength strength; /* NONE: no stop */
    } cases[] = {{1, 0, false, SMBT_STRENGTH_NONE},   {1, 1, false, SMBT_STRENGTH_NONE},
                 {1, 9, false, SMBT_STRENGTH_NONE},   {2, 2, false, SMBT_STRENGTH_POSSIBLE},
                 {2, 3, false, SMBT_STRENGTH_LIKELY}, {3, 3, false, SMBT_STRENGTH_LIKELY},
                 {5, 5, true, SMBT_STRENGTH_NONE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        stopped(&w, cases[i].clients, cases[i].ends);
        if (cases[i].alive) revive_culprit(&w);
        if (cases[i].strength == SMBT_STRENGTH_NONE) {
            smbt_verdict *v = judge(&w, "server-close");
            /* Said only where another client was there to lose a connection, or one stayed open. */
            g_assert_cmpint(why_not(v, "server-stop") != NULL, ==, cases[i].alive);
            smbt_verdict_free(v);
        } else {
            assert_cause(&w, "server-stop", NULL, cases[i].strength);
            w.victim_track.end.time += 2 * SMBT_SEC;
            assert_cause(&w, "server-stop", NULL, cases[i].strength);
            w.victim_track.end.time++; /* ends of another moment are another matter */
            smbt_verdict_free(judge(&w, "server-close"));
        }
        t_world_clear(&w);
    }
}

/* A connection that began with the burst, or after it, met the server when it was back. */
static void test_server_stop_younger_connections(void)
{
    for (int older = 0; older < 2; older++) {
        t_world w;
        stopped(&w, 3, 3);
        smbt_conn *back = t_open(&w.bench, 2000, 445);
        back->opened_frame = w.victim_track.end.frame + (older ? 0 : 1);
        smbt_verdict_free(judge(&w, older ? "server-close" : "server-stop"));
        smbt_model_free_conn(back);
        t_world_clear(&w);
    }
}

/* What answers a session setup after the end had not stopped; that setup is the cause, if it can be. */
static void test_server_stop_or_zero_vc(void)
{
    static const struct {
        smbt_duration answer; /* 0: never; the end comes after 2 ms */
        const char *cause;
    } cases[] = {{0, "server-stop"}, {SMBT_MS, "server-stop"}, {3 * SMBT_MS, "zero-vc"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, XP, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answer) t_answer(&w, cases[i].answer, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_MS);
        note_ends(&w, 3, 3);
        smbt_model_gone(w.culprit);
        smbt_verdict_free(judge(&w, cases[i].cause));
        t_world_clear(&w);
    }
}

static void test_server_close_strength(void)
{
    t_world w;
    t_world_init(&w, NULL, XP, NULL);
    w.struck = w.victim->last_request;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_SEC);
    w.victim->from_start = false;
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_POSSIBLE);
    w.victim->from_start = true;
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
    w.victim->last_request = SMBT_TIME_NONE; /* nothing was ever asked */
    assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
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
    g_test_add_func("/judge/order", test_order);
    g_test_add_func("/judge/zero-vc/told", test_zero_vc_told);
    g_test_add_func("/judge/zero-vc/strength", test_zero_vc_strength);
    g_test_add_func("/judge/zero-vc/survivors", test_zero_vc_survivors);
    g_test_add_func("/judge/zero-vc/culprit-fell", test_zero_vc_culprit_fell);
    g_test_add_func("/judge/zero-vc/separate-strength", test_zero_vc_separate_strength);
    g_test_add_func("/judge/zero-vc/variants", test_zero_vc_variants);
    g_test_add_func("/judge/zero-vc/culprit-forgotten", test_zero_vc_culprit_forgotten);
    g_test_add_func("/judge/zero-vc/loose", test_zero_vc_loose);
    g_test_add_func("/judge/zero-vc/ruled-out", test_zero_vc_ruled_out);
    g_test_add_func("/judge/unknown/what-is-missing", test_what_is_missing);
    g_test_add_func("/judge/unknown/unreadable", test_unreadable);
    g_test_add_func("/judge/unknown/silence", test_silence);
    g_test_add_func("/judge/path-loss", test_path_loss);
    g_test_add_func("/judge/transport-race", test_transport_race);
    g_test_add_func("/judge/client-close", test_client_close);
    g_test_add_func("/judge/server-stop", test_server_stop);
    g_test_add_func("/judge/server-stop/younger-connections", test_server_stop_younger_connections);
    g_test_add_func("/judge/server-stop/or-zero-vc", test_server_stop_or_zero_vc);
    g_test_add_func("/judge/server-close", test_server_close_strength);
    g_test_add_func("/belief/lapse", test_belief_lapse);
    g_test_add_func("/belief/lapse-smb2", test_belief_lapse_smb2);
    g_test_add_func("/belief/proven", test_belief_proven);
    g_test_add_func("/belief/ends", test_belief_ends);
    g_test_add_func("/verdict/words", test_words);
    return g_test_run();
}
