/* The order of the rules, and those that look at the transport alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/reset.h"
#include "verdict/judging.h"

/* Ends by the server at the time of the victim's, in turn of so many clients. */
static void note_ends(t_world *w, unsigned clients, unsigned ends)
{
    for (unsigned i = 0; i < ends; i++) {
        smbt_addr client = {.family = 4, .bytes = {10, 0, 1, (uint8_t)(i % clients)}};
        smbt_belief_note_end(w->belief, &(smbt_recent_end){.time = w->victim_track.end.time,
                                                           .client = client,
                                                           .by = SMBT_SIDE_SERVER,
                                                           .heard = SMBT_TIME_NONE});
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
    t_world_init(&w, NULL, T_XP, NULL);
    t_strike(&w, "OTHER");
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
    smbt_end_event *e = &w.victim_track.end;
    e->refused = true;
    e->foreign_ttl = e->continued = true;
    e->marks = SMBT_RESET_HOPS;
    e->ttl = 250;
    e->unanswered_repeats = 5;
    e->first_repeat = e->time - 9 * SMBT_SEC;
    note_ends(&w, 2, 3);
    smbt_model_gone(w.culprit);
    t_assert_cause(&w, "refused", NULL, SMBT_STRENGTH_CONFIRMED);
    e->refused = false;
    t_assert_cause(&w, "forged-reset", NULL, SMBT_STRENGTH_LIKELY);
    e->foreign_ttl = e->continued = false;
    e->marks = 0;
    t_assert_cause(&w, "server-stop", NULL, SMBT_STRENGTH_LIKELY);
    revive_culprit(&w); /* one connection lives on */
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_POSSIBLE);
    e->unanswered_repeats = 2;
    t_assert_cause(&w, "zero-vc", "nat-collision", SMBT_STRENGTH_LIKELY);
    e->unanswered_repeats = 5;
    w.belief->excluded = ~UINT64_C(0);
    t_assert_cause(&w, "path-loss", "retransmission", SMBT_STRENGTH_LIKELY);
    e->unanswered_repeats = 2;
    t_assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
    e->by = SMBT_SIDE_CLIENT;
    e->has_ack = true;
    t_assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    e->kind = SMBT_END_FIN;
    t_assert_cause(&w, "client-close", "orderly", SMBT_STRENGTH_CONFIRMED);
    t_world_clear(&w);
}

static void test_what_is_missing(void)
{
    for (int what = 0; what < 6; what++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
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
        smbt_verdict *v = t_judge(&w, "unknown");
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
        t_world_init(&w, NULL, T_XP, NULL);
        w.struck = w.bench.now;
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_MS);
        smbt_model_unreadable(cases[i].own ? w.victim : w.culprit, w.victim_track.end.time - cases[i].before);
        smbt_verdict_free(t_judge(&w, cases[i].blind ? "unknown" : "server-close"));
        t_world_clear(&w);
    }
}

static void test_silence(void)
{
    t_world w;
    t_world_init(&w, NULL, T_XP, NULL);
    t_end_at(&w, SMBT_END_SILENCE, SMBT_SIDE_UNKNOWN, SMBT_MS);
    w.the_case.reopened_frame = 99;
    smbt_verdict *v = t_judge(&w, "unknown");
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
                t_world_init(&w, NULL, T_XP, NULL);
                w.struck = w.bench.now;
                t_end_at(&w, SMBT_END_RST, by ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, SMBT_MS);
                smbt_end_event *e = &w.victim_track.end;
                e->unanswered_repeats = cases[i].repeats;
                e->first_repeat = e->time - cases[i].tried;
                e->unanswered_probes = cases[i].probes;
                e->first_probe = e->time - cases[i].probed;
                w.the_case.one_sided = one_sided; /* who hears no answers can't say that there were none */
                if (cases[i].variant && !one_sided) {
                    t_assert_cause(&w, "path-loss", cases[i].variant, SMBT_STRENGTH_LIKELY);
                } else {
                    const char *left = one_sided ? "unknown" : "server-close";
                    smbt_verdict *v = t_judge(&w, by ? left : "client-close");
                    g_assert_cmpint(t_why_not(v, "path-loss") != NULL, ==, !one_sided);
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
        t_world_init(&w, NULL, T_XP, NULL);
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
        smbt_verdict_free(t_judge(&w, cases[i].race ? "transport-race" : "client-close"));
        smbt_model_free_conn(loser);
        smbt_model_free_conn(winner);
        t_world_clear(&w);
    }
}

static void test_client_close(void)
{
    t_world w;
    t_world_init(&w, NULL, T_XP, NULL);
    w.struck = w.bench.now;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
    w.victim_track.end.has_ack = true;
    t_assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    t_world_clear(&w);
    t_world_init(&w, NULL, T_XP, NULL);
    t_plain(&w.bench, w.victim, 0, 0x74, 9, 0); /* LOGOFF of UID 100 */
    w.struck = w.bench.now;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
    w.victim_track.end.has_ack = true;
    t_assert_cause(&w, "client-close", "orderly", SMBT_STRENGTH_CONFIRMED);
    w.the_case.one_sided = true;
    t_assert_cause(&w, "client-close", "orderly", SMBT_STRENGTH_POSSIBLE);
    w.the_case.one_sided = false;
    smbt_request pending = {.command = 0x2e, .time = w.victim_track.end.time - 10 * SMBT_SEC};
    w.the_case.in_flight = &pending;
    w.the_case.in_flight_count = 1;
    t_assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_LIKELY);
    pending.time++;
    t_assert_cause(&w, "client-close", "abort", SMBT_STRENGTH_CONFIRMED);
    /* A RST that another may have sent in its name. */
    w.victim_track.end.foreign_ttl = true;
    smbt_verdict_free(t_judge(&w, "unknown"));
    w.victim_track.end.foreign_ttl = false;
    w.victim_track.end.marks = SMBT_RESET_OLD_ACK;
    smbt_verdict_free(t_judge(&w, "client-close"));
    w.victim_track.end.marks |= SMBT_RESET_OLD_SEQ;
    smbt_verdict_free(t_judge(&w, "unknown"));
    w.victim_track.end.marks |= SMBT_RESET_IS_OWN;
    smbt_verdict_free(t_judge(&w, "client-close"));
    w.victim_track.end.continued = true;
    w.victim_track.end.marks = SMBT_RESET_HOPS;
    smbt_verdict_free(t_judge(&w, "forged-reset"));
    t_world_clear(&w);
}

/* How sure it is that nothing but its wish made a client close. */
static void test_client_close_doubts(void)
{
    for (unsigned doubt = 0; doubt < 8; doubt++)
        for (int fin = 0; fin < 2; fin++) {
            t_world w;
            t_world_init(&w, NULL, T_XP, NULL);
            w.struck = w.bench.now;
            t_end_at(&w, fin ? SMBT_END_FIN : SMBT_END_RST, SMBT_SIDE_CLIENT, SMBT_MS);
            smbt_end_event *e = &w.victim_track.end;
            w.victim->last_use = e->time - 11 * SMBT_SEC;
            e->has_ack = true;
            e->heard = e->time - 2 * SMBT_SEC;
            bool sure = false;
            switch (doubt) {
            case 0: sure = true; break;
            case 1: w.victim->from_start = false; break;
            case 2: w.the_case.gap_before_end = true; break;
            case 3: w.victim->requests_lost = true; break;
            case 4: w.victim->answers_lost = true; break;
            case 5: /* in the midst of work */
                w.victim->from_start = false;
                w.victim->last_use = e->time - 9 * SMBT_SEC;
                sure = fin;
                break;
            case 6: /* a stack's answer */
                e->has_ack = false;
                sure = fin;
                break;
            case 7: /* of one that was just heard */
                e->has_ack = false;
                e->heard = e->time - SMBT_SEC + 1;
                sure = true;
                break;
            }
            t_assert_cause(&w, "client-close", fin ? "orderly" : "abort",
                           sure ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY);
            e->after_fin = true; /* the server closed before */
            smbt_verdict_free(t_judge(&w, "unknown"));
            t_world_clear(&w);
        }
}

/* A server whose victim ended with so many others; nothing struck. */
static void stopped(t_world *w, unsigned clients, unsigned ends)
{
    t_world_init(w, NULL, T_XP, NULL);
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
            smbt_verdict *v = t_judge(&w, "server-close");
            /* Said only where another client was there to lose a connection, or one stayed open. */
            g_assert_cmpint(t_why_not(v, "server-stop") != NULL, ==, cases[i].alive);
            smbt_verdict_free(v);
        } else {
            t_assert_cause(&w, "server-stop", NULL, cases[i].strength);
            w.victim_track.end.time += 2 * SMBT_SEC;
            t_assert_cause(&w, "server-stop", NULL, cases[i].strength);
            w.victim_track.end.time++; /* ends of another moment are another matter */
            smbt_verdict_free(t_judge(&w, "server-close"));
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
        smbt_verdict_free(t_judge(&w, older ? "server-close" : "server-stop"));
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
        t_world_init(&w, NULL, T_XP, NULL);
        t_strike(&w, "OTHER");
        if (cases[i].answer) t_answer(&w, cases[i].answer, 0);
        t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, 2 * SMBT_MS);
        note_ends(&w, 3, 3);
        smbt_model_gone(w.culprit);
        smbt_verdict_free(t_judge(&w, cases[i].cause));
        t_world_clear(&w);
    }
}

static void test_server_close_strength(void)
{
    t_world w;
    t_world_init(&w, NULL, T_XP, NULL);
    w.struck = w.victim->last_request;
    t_end_at(&w, SMBT_END_RST, SMBT_SIDE_SERVER, SMBT_SEC);
    w.victim->from_start = false;
    t_assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_POSSIBLE);
    w.victim->from_start = true;
    t_assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_LIKELY);
    w.victim->last_request = SMBT_TIME_NONE; /* nothing was ever asked */
    t_assert_cause(&w, "server-close", NULL, SMBT_STRENGTH_POSSIBLE);
    t_world_clear(&w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/judge/order", test_order);
    g_test_add_func("/judge/unknown/what-is-missing", test_what_is_missing);
    g_test_add_func("/judge/unknown/unreadable", test_unreadable);
    g_test_add_func("/judge/unknown/silence", test_silence);
    g_test_add_func("/judge/path-loss", test_path_loss);
    g_test_add_func("/judge/transport-race", test_transport_race);
    g_test_add_func("/judge/client-close", test_client_close);
    g_test_add_func("/judge/client-close-doubts", test_client_close_doubts);
    g_test_add_func("/judge/server-stop", test_server_stop);
    g_test_add_func("/judge/server-stop/younger-connections", test_server_stop_younger_connections);
    g_test_add_func("/judge/server-stop/or-zero-vc", test_server_stop_or_zero_vc);
    g_test_add_func("/judge/server-close", test_server_close_strength);
    return g_test_run();
}
