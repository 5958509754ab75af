/* A user whose logon hours are over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

#define HOUR (3600 * SMBT_SEC)
/* 1601-01-01 to 1970-01-01 in units of 100 ns. */
#define EPOCH UINT64_C(116444736000000000)

typedef struct t_hours {
    t_world w;
    smbt_conn *more[4]; /* of whom */
    smbt_track tracks[4];
    unsigned count;
    smbt_time hour; /* the full one on the capture's clock */
} t_hours;

static void log_on(t_world *w, smbt_conn *c, const char *user)
{
    const smbt_conn *mine = w->the_case.subject.conn;
    w->the_case.subject.conn = c;
    /* The server's clock is ahead of the capture's by 100 s. */
    guint64 now = w->bench.now + 2 * SMBT_MS + 100 * SMBT_SEC;
    t_negotiate(w, &(t_hello){.system_time = EPOCH + now / 100, .time_zone = -60});
    t_logon(w, user, 0);
    if (mine) w->the_case.subject.conn = mine;
}

static void add(t_hours *h, const char *user)
{
    smbt_conn *c = t_open(&h->w.bench, 3000 + h->count, 445);
    t_track_begin(&h->tracks[h->count]);
    c->user = &h->tracks[h->count];
    log_on(&h->w, c, user);
    h->more[h->count++] = c;
}

/* Alice's connection and those of the users named by letters: a alice, b bob. */
static void begin(t_hours *h, const char *os, const char *users)
{
    memset(h, 0, sizeof *h);
    t_world_init(&h->w, NULL, os, NULL);
    h->w.victim->logged_on = h->w.culprit->logged_on = false; /* not of this story */
    smbt_conn *c = t_fresh(&h->w);
    log_on(&h->w, c, "alice");
    for (const char *u = users; *u; u++)
        add(h, *u == 'a' ? "alice" : "bob");
    smbt_time server = h->w.bench.now + 100 * SMBT_SEC;
    h->hour = server - server % HOUR + HOUR - 100 * SMBT_SEC;
}

/* The server ends it so much after the full hour, a second after it was used. */
static void end_at(t_hours *h, int64_t after)
{
    smbt_conn *c = (smbt_conn *)h->w.the_case.subject.conn;
    smbt_time end = (smbt_time)((int64_t)h->hour + after);
    h->w.bench.now = end - SMBT_SEC;
    t_exchange(&h->w.bench, c, 20);
    t_fresh_end(&h->w, SMBT_SIDE_SERVER, end - h->w.bench.now);
}

static void end_too(t_hours *h, unsigned which, int64_t after)
{
    h->tracks[which].end = (smbt_end_event){.set = true,
                                            .kind = SMBT_END_FIN,
                                            .by = SMBT_SIDE_SERVER,
                                            .frame = h->w.bench.frame + 2,
                                            .time = (smbt_time)((int64_t)h->hour + after)};
}

static void clear(t_hours *h)
{
    for (unsigned i = 0; i < h->count; i++)
        smbt_model_free_conn(h->more[i]);
    t_fresh_clear(&h->w);
}

static void refuse(t_hours *h, const char *user, smbt_duration after_end)
{
    const smbt_end_event *e = &h->w.victim_track.end;
    smbt_belief_note_refused_hours(h->w.belief, user, e->frame + 10, e->time + after_end);
}

static void test_told(void)
{
    t_hours h;
    begin(&h, T_XP, "b");
    end_at(&h, 4 * SMBT_SEC);
    refuse(&h, "CORP\\alice", SMBT_SEC);
    smbt_verdict *v = t_judge(&h.w, "forced-logoff");
    g_assert_cmpint(v->end.strength, ==, SMBT_STRENGTH_CONFIRMED);
    g_assert_cmpuint(v->end.culprit.frame, ==, 0);
    g_assert_nonnull(strstr(v->end.summary, "CORP\\alice"));
    g_assert_nonnull(strstr(v->end.summary, "02:00:0")); /* an hour east of 01:00 */
    g_assert_nonnull(strstr(v->end.summary, "(UTC+1)"));
    g_assert_cmpstr(v->end.predicted.rule, ==, "forced-logoff");
    g_assert_cmpuint(v->end.predicted.to - v->end.predicted.from, ==, 60 * SMBT_SEC);
    g_assert_cmpuint(v->end.evidence->len, ==, 3);
    g_assert_cmpuint(v->end.missing->len, ==, 0);
    smbt_verdict_free(v);
    clear(&h);
}

/* From the hour on for a minute; a second is allowed for the clocks. */
static void test_window(void)
{
    static const struct {
        int64_t after;
        bool is;
    } cases[] = {{-2 * (int64_t)SMBT_SEC, false},
                 {-(int64_t)SMBT_SEC / 2, true},
                 {0, true},
                 {59 * (int64_t)SMBT_SEC, true},
                 {61 * (int64_t)SMBT_SEC, false},
                 {30 * 60 * (int64_t)SMBT_SEC, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_hours h;
        begin(&h, T_XP, "b");
        end_at(&h, cases[i].after);
        refuse(&h, "CORP\\alice", 2 * SMBT_SEC);
        smbt_verdict_free(t_judge(&h.w, cases[i].is ? "forced-logoff" : "server-close"));
        clear(&h);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *what, *user;
        smbt_duration after;
        enum smbt_strength strength; /* NONE: not this */
    } cases[] = {{"", "CORP\\alice", 600 * SMBT_SEC, SMBT_STRENGTH_CONFIRMED},
                 {"", "corp\\ALICE", 0, SMBT_STRENGTH_CONFIRMED},
                 {"", "CORP\\alice", 600 * SMBT_SEC + 1, SMBT_STRENGTH_LIKELY},
                 {"", "CORP\\alice", HOUR, SMBT_STRENGTH_LIKELY},
                 {"", "CORP\\alice", HOUR + 1, SMBT_STRENGTH_NONE},
                 {"", "CORP\\bob", SMBT_SEC, SMBT_STRENGTH_NONE},
                 {"gap", "CORP\\alice", SMBT_SEC, SMBT_STRENGTH_LIKELY},
                 {"logged on before", "CORP\\alice", SMBT_SEC, SMBT_STRENGTH_NONE},
                 {"by client", "CORP\\alice", SMBT_SEC, SMBT_STRENGTH_NONE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_hours h;
        begin(&h, T_XP, "");
        end_at(&h, 4 * SMBT_SEC);
        refuse(&h, cases[i].user, cases[i].after);
        h.w.the_case.gap_before_end = strcmp(cases[i].what, "gap") == 0;
        if (strcmp(cases[i].what, "by client") == 0) h.w.victim_track.end.by = SMBT_SIDE_CLIENT;
        if (strcmp(cases[i].what, "logged on before") == 0) {
            h.w.bench.frame = h.w.victim_track.end.frame;
            add(&h, "alice");
            g_assert_cmpuint(h.more[0]->opened_frame, <, h.w.victim_track.end.frame + 10);
        }
        smbt_verdict *v = smbt_judge(&h.w.the_case);
        bool is = strcmp(v->end.cause, "forced-logoff") == 0;
        g_assert_cmpint(is, ==, cases[i].strength != SMBT_STRENGTH_NONE);
        if (is) g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        if (!is && v->end.by == SMBT_SIDE_SERVER) g_assert_nonnull(t_why_not(v, "forced-logoff"));
        smbt_verdict_free(v);
        clear(&h);
    }
}

/* No logon was refused: who else lost a connection, and who kept one. */
static void test_company(void)
{
    static const struct {
        const char *users; /* of the other connections */
        const char *ended; /* per connection: h within the hour's minute, e earlier, - not */
        bool idle;
        const char *os;
        enum smbt_strength strength;
    } cases[] = {{"ab", "h-", false, T_XP, SMBT_STRENGTH_LIKELY},
                 {"b", "-", false, T_XP, SMBT_STRENGTH_POSSIBLE},
                 {"ab", "h-", true, T_XP, SMBT_STRENGTH_NONE},
                 {"ab", "h-", false, NULL, SMBT_STRENGTH_POSSIBLE},
                 {"ab", "--", false, T_XP, SMBT_STRENGTH_NONE}, /* one of hers stayed */
                 {"ab", "e-", false, T_XP, SMBT_STRENGTH_POSSIBLE},
                 {"a", "h", false, T_XP, SMBT_STRENGTH_NONE},     /* nobody to compare */
                 {"abb", "hh-", false, T_XP, SMBT_STRENGTH_NONE}, /* his too */
                 {"abb", "he-", false, T_XP, SMBT_STRENGTH_LIKELY},
                 {"abb", "h--", false, "FilerOS 3", SMBT_STRENGTH_POSSIBLE},
                 {"ab", "h-", false, "Unix", SMBT_STRENGTH_NONE}}; /* Samba does not do it */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_hours h;
        begin(&h, cases[i].os, cases[i].users);
        end_at(&h, 4 * SMBT_SEC);
        if (cases[i].idle)
            ((smbt_conn *)h.w.the_case.subject.conn)->last_request =
                h.w.victim_track.end.time - 120 * SMBT_SEC;
        for (unsigned k = 0; k < h.count; k++)
            if (cases[i].ended[k] != '-')
                end_too(&h, k,
                        cases[i].ended[k] == 'h' ? (int64_t)(5 * SMBT_SEC) : -(int64_t)(90 * SMBT_SEC));
        smbt_verdict *v = smbt_judge(&h.w.the_case);
        bool is = strcmp(v->end.cause, "forced-logoff") == 0;
        g_assert_cmpint(is, ==, cases[i].strength != SMBT_STRENGTH_NONE);
        if (is) g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        if (is) g_assert_cmpuint(v->end.missing->len, ==, 1);
        smbt_verdict_free(v);
        clear(&h);
    }
}

/* Everybody's hours end at once: a stop, until a logon is refused. */
static void test_or_server_stop(void)
{
    for (int refused = 0; refused < 2; refused++) {
        t_hours h;
        begin(&h, T_XP, "b");
        end_at(&h, 4 * SMBT_SEC);
        for (unsigned i = 0; i < 3; i++) {
            smbt_addr client = {.family = 4, .bytes = {10, 0, 1, (uint8_t)i}};
            smbt_belief_note_end(h.w.belief, &(smbt_recent_end){.time = h.w.victim_track.end.time,
                                                                .client = client,
                                                                .by = SMBT_SIDE_SERVER,
                                                                .heard = SMBT_TIME_NONE});
        }
        end_too(&h, 0, 4 * SMBT_SEC);
        smbt_model_gone((smbt_conn *)h.w.the_case.subject.conn);
        smbt_model_gone(h.more[0]);
        smbt_model_gone(h.w.victim);
        smbt_model_gone(h.w.culprit);
        if (refused) refuse(&h, "CORP\\alice", SMBT_SEC);
        smbt_verdict_free(t_judge(&h.w, refused ? "forced-logoff" : "server-stop"));
        clear(&h);
    }
}

static void test_remembered(void)
{
    smbt_belief *b = smbt_belief_new();
    for (unsigned i = 0; i < 1000; i++) {
        smbt_belief_note_refused_hours(b, "CORP\\alice", i + 1, i);
        g_assert_cmpuint(b->refused_hours->len, <=, 256);
        g_assert_cmpuint(g_array_index(b->refused_hours, smbt_refused_hours, b->refused_hours->len - 1).frame,
                         ==, i + 1);
    }
    smbt_belief_free(b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/forced-logoff/told", test_told);
    g_test_add_func("/forced-logoff/window", test_window);
    g_test_add_func("/forced-logoff/refused", test_refused);
    g_test_add_func("/forced-logoff/company", test_company);
    g_test_add_func("/forced-logoff/or-server-stop", test_or_server_stop);
    g_test_add_func("/forced-logoff/remembered", test_remembered);
    return g_test_run();
}
