/* Rules on the last words of a connection: what was refused, and what broke the rules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

#define LOGON_FAILURE 0xc000006du
#define NOT_ACCEPTED  0xc00000d0u
#define NO_RESOURCES  0xc0000205u

/* ---- protocol-violation
 * -------------------------------------------------------------------------------------- */

/* A second NEGOTIATE on a connection to this kind of server; ended so much later. */
static void offend(t_world *w, const char *os, smbt_duration later)
{
    t_world_init(w, NULL, os, NULL);
    smbt_conn *c = t_fresh(w);
    t_negotiate(w, &(t_hello){0});
    t_plain_as(&w->bench, c, 0, 0x72, 9, 0, 0);
    g_assert_cmpuint(c->violation.frame, ==, w->bench.frame);
    t_fresh_end(w, SMBT_SIDE_SERVER, later);
}

static void test_violation_told(void)
{
    t_world w;
    offend(&w, T_XP, 3 * SMBT_MS);
    smbt_verdict *v = t_judge(&w, "protocol-violation");
    const smbt_conn *c = w.the_case.subject.conn;
    g_assert_cmpint(v->end.strength, ==, SMBT_STRENGTH_CONFIRMED);
    g_assert_cmpuint(v->end.culprit.frame, ==, c->violation.frame);
    g_assert_cmpuint(v->end.culprit.delay, ==, 3 * SMBT_MS);
    g_assert_cmpuint(v->end.culprit.client.port, ==, 2000);
    g_assert_cmpstr(v->end.predicted.rule, ==, "protocol-violation");
    g_assert_cmpstr(v->end.predicted.profile, ==, "windows-xp");
    g_assert_cmpuint(v->end.predicted.to - v->end.predicted.from, ==, 2 * SMBT_SEC);
    g_assert_cmpuint(v->end.missing->len, ==, 0);
    g_assert_cmpuint(v->end.remedies->len, ==, 1);
    g_assert_cmpuint(v->end.references->len, ==, 1);
    g_assert_cmpuint(v->end.evidence->len, ==, 2);
    smbt_verdict_free(v);
    t_fresh_clear(&w);
}

static void test_violation_window(void)
{
    static const struct {
        smbt_duration later;
        bool is;
    } cases[] = {{0, true}, {2 * SMBT_SEC, true}, {2 * SMBT_SEC + 1, false}, {9 * SMBT_SEC, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        offend(&w, T_XP, cases[i].later);
        smbt_verdict *v = t_judge(&w, cases[i].is ? "protocol-violation" : "server-close");
        g_assert_cmpint(t_why_not(v, "protocol-violation") != NULL, ==, !cases[i].is);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

static void test_violation_twins(void)
{
    static const struct {
        const char *what, *os;
        enum smbt_strength strength; /* NONE: not this */
    } cases[] = {{"answered", T_XP, SMBT_STRENGTH_NONE},    {"other answered", T_XP, SMBT_STRENGTH_CONFIRMED},
                 {"more sent", T_XP, SMBT_STRENGTH_LIKELY}, {"gap", T_XP, SMBT_STRENGTH_LIKELY},
                 {"excluded", T_XP, SMBT_STRENGTH_NONE},    {"by client", T_XP, SMBT_STRENGTH_NONE},
                 {"foreign", T_XP, SMBT_STRENGTH_NONE},     {"one-sided", T_XP, SMBT_STRENGTH_NONE},
                 {"plain", NULL, SMBT_STRENGTH_POSSIBLE},   {"plain", "FilerOS 3", SMBT_STRENGTH_POSSIBLE},
                 {"plain", "Unix", SMBT_STRENGTH_NONE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        offend(&w, cases[i].os, SMBT_MS);
        smbt_conn *c = (smbt_conn *)w.the_case.subject.conn;
        const char *what = cases[i].what;
        if (strcmp(what, "answered") == 0) t_plain_as(&w.bench, c, 1, 0x72, 9, 0, 0xc000000d);
        if (strcmp(what, "other answered") == 0) t_plain_as(&w.bench, c, 1, 0x73, 77, 0, 0xc0000016);
        if (strcmp(what, "more sent") == 0) t_plain_as(&w.bench, c, 0, 0x2b, 10, 0, 0);
        t_fresh_end(&w, strcmp(what, "by client") == 0 ? SMBT_SIDE_CLIENT : SMBT_SIDE_SERVER, SMBT_MS);
        w.the_case.gap_before_end = strcmp(what, "gap") == 0;
        w.the_case.one_sided = strcmp(what, "one-sided") == 0;
        w.victim_track.end.foreign_ttl = strcmp(what, "foreign") == 0;
        if (strcmp(what, "excluded") == 0) w.belief->excluded = ~UINT64_C(0);
        smbt_verdict *v = smbt_judge(&w.the_case);
        bool is = strcmp(v->end.cause, "protocol-violation") == 0;
        g_assert_cmpint(is, ==, cases[i].strength != SMBT_STRENGTH_NONE);
        if (is) g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        if (is && strcmp(what, "plain") == 0) g_assert_cmpuint(v->end.missing->len, ==, 1);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

/* ---- limit-reached
 * ------------------------------------------------------------------------------------------- */

static void test_limit_logon(void)
{
    static const struct {
        guint32 status;
        enum smbt_side by;
        smbt_duration later;
        enum smbt_strength strength;
    } cases[] = {{NOT_ACCEPTED, SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {NOT_ACCEPTED, SMBT_SIDE_SERVER, 2 * SMBT_SEC, SMBT_STRENGTH_CONFIRMED},
                 {NOT_ACCEPTED, SMBT_SIDE_CLIENT, 2 * SMBT_SEC + 1, SMBT_STRENGTH_LIKELY},
                 {NOT_ACCEPTED, SMBT_SIDE_SERVER, 5 * SMBT_SEC, SMBT_STRENGTH_LIKELY},
                 {NOT_ACCEPTED, SMBT_SIDE_SERVER, 5 * SMBT_SEC + 1, SMBT_STRENGTH_NONE},
                 {0xc00000ce, SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {0xc000205a, SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {NO_RESOURCES, SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_LIKELY},
                 {0xc0000001, SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_NONE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *c = t_fresh(&w);
        t_negotiate(&w, &(t_hello){0});
        t_logon(&w, NULL, cases[i].status);
        t_fresh_end(&w, cases[i].by, cases[i].later);
        if (cases[i].strength == SMBT_STRENGTH_NONE) {
            smbt_verdict_free(t_judge(&w, "server-close"));
        } else {
            smbt_verdict *v = t_judge(&w, "limit-reached");
            g_assert_cmpint(v->end.strength, ==, cases[i].strength);
            g_assert_cmpuint(v->end.culprit.frame, ==, 0);
            g_assert_cmpuint(v->end.evidence->len, ==, 3);
            g_assert_cmpuint(g_array_index(v->end.evidence, smbt_evidence, 1).frame, ==, c->refusal.frame);
            g_assert_cmpuint(v->end.remedies->len, >, 0);
            smbt_verdict_free(v);
        }
        t_fresh_clear(&w);
    }
}

static void test_limit_tree(void)
{
    static const struct {
        const char *what;
        const char *cause;
    } cases[] = {{"refused", "limit-reached"},    {"farewell after", "limit-reached"},
                 {"used after", "server-close"},  {"granted after", "server-close"},
                 {"files open", "server-close"},  {"retried", "limit-reached"},
                 {"other status", "server-close"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *c = t_fresh(&w);
        const char *what = cases[i].what;
        t_negotiate(&w, &(t_hello){0});
        t_logon(&w, NULL, 0);
        t_plain(&w.bench, c, 0, 0x75, 3, 0);
        t_plain(&w.bench, c, 1, 0x75, 3, strcmp(what, "other status") == 0 ? 0xc00000cc : NOT_ACCEPTED);
        if (strcmp(what, "farewell after") == 0) {
            t_plain(&w.bench, c, 0, 0x74, 4, 0);
            t_plain(&w.bench, c, 1, 0x74, 4, 0);
        } else if (strcmp(what, "used after") == 0) {
            t_exchange(&w.bench, c, 4);
        } else if (strcmp(what, "granted after") == 0) {
            t_plain(&w.bench, c, 0, 0x75, 4, 0);
            t_plain(&w.bench, c, 1, 0x75, 4, 0);
        } else if (strcmp(what, "files open") == 0) {
            c->smb2_opens = 1;
        } else if (strcmp(what, "retried") == 0) {
            t_plain(&w.bench, c, 0, 0x75, 4, 0);
        }
        t_fresh_end(&w, SMBT_SIDE_SERVER, SMBT_SEC);
        smbt_verdict *v = t_judge(&w, cases[i].cause);
        bool wondered = strcmp(what, "used after") == 0 || strcmp(what, "files open") == 0;
        g_assert_cmpint(t_why_not(v, "limit-reached") != NULL, ==, wondered);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

/* A session setup and a tree connect in one message: the answer's words tell which of them failed. */
static void test_refused_of_a_chain(void)
{
    for (int chained = 0; chained < 2; chained++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *c = t_fresh(&w);
        t_negotiate(&w, &(t_hello){0});
        t_setup_request(&w.bench, c, &(t_setup){.vc = 1, .mid = 2});
        if (chained)
            t_setup_response(&w.bench, c, 2, 100, 0xc00000cc, NULL, NULL);
        else
            t_plain_as(&w.bench, c, 1, 0x73, 2, 0, 0xc000006d);
        g_assert_cmphex(c->refusal.command, ==, chained ? 0x75 : 0x73);
        t_fresh_end(&w, SMBT_SIDE_CLIENT, SMBT_MS);
        smbt_verdict_free(t_judge(&w, chained ? "client-close" : "auth-failed"));
        t_fresh_clear(&w);
    }
}

/* ---- auth-failed
 * --------------------------------------------------------------------------------------------- */

static void test_auth_strength(void)
{
    static const struct {
        guint32 status;
        smbt_duration later;
        enum smbt_strength strength; /* NONE: client-close */
    } cases[] = {{LOGON_FAILURE, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {LOGON_FAILURE, 2 * SMBT_SEC, SMBT_STRENGTH_CONFIRMED},
                 {LOGON_FAILURE, 2 * SMBT_SEC + 1, SMBT_STRENGTH_LIKELY},
                 {LOGON_FAILURE, 30 * SMBT_SEC, SMBT_STRENGTH_LIKELY},
                 {LOGON_FAILURE, 30 * SMBT_SEC + 1, SMBT_STRENGTH_NONE},
                 {0xc0000234, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {0xc000015b, SMBT_MS, SMBT_STRENGTH_CONFIRMED},
                 {0xc0000001, SMBT_MS, SMBT_STRENGTH_LIKELY}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        t_fresh(&w);
        t_negotiate(&w, &(t_hello){0});
        t_logon(&w, "bob", cases[i].status);
        t_fresh_end(&w, SMBT_SIDE_CLIENT, cases[i].later);
        bool is = cases[i].strength != SMBT_STRENGTH_NONE;
        smbt_verdict *v = t_judge(&w, is ? "auth-failed" : "client-close");
        if (is) {
            g_assert_cmpint(v->end.strength, ==, cases[i].strength);
            g_assert_nonnull(strstr(v->end.summary, "CORP\\bob"));
            g_assert_nonnull(strstr(v->end.summary, cases[i].status == 0xc0000234   ? "the account is locked"
                                                    : cases[i].status == 0xc000015b ? "over the network"
                                                    : cases[i].status == 0xc0000001
                                                        ? "status 0xc0000001"
                                                        : "STATUS_LOGON_FAILURE"));
        }
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

static void test_auth_twins(void)
{
    static const struct {
        const char *what, *cause;
        enum smbt_strength strength;
    } cases[] = {{"by server", "server-close", SMBT_STRENGTH_LIKELY},
                 {"succeeded then", "client-close", SMBT_STRENGTH_CONFIRMED},
                 {"other session", "client-close", SMBT_STRENGTH_CONFIRMED},
                 {"session gone", "auth-failed", SMBT_STRENGTH_LIKELY},
                 {"went on", "client-close", SMBT_STRENGTH_CONFIRMED},
                 {"pending", "client-close", SMBT_STRENGTH_CONFIRMED},
                 {"limit", "limit-reached", SMBT_STRENGTH_CONFIRMED},
                 {"next leg", "client-close", SMBT_STRENGTH_CONFIRMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *c = t_fresh(&w);
        const char *what = cases[i].what;
        t_negotiate(&w, &(t_hello){0});
        if (strstr(what, "session")) t_logon(&w, "alice", 0);
        if (strcmp(what, "session gone") == 0) {
            t_plain(&w.bench, c, 0, 0x74, 7, 0);
            t_plain(&w.bench, c, 1, 0x74, 7, 0);
        }
        t_logon(&w, "bob", strcmp(what, "limit") == 0 ? NOT_ACCEPTED : LOGON_FAILURE);
        if (strcmp(what, "succeeded then") == 0) t_logon(&w, "bob", 0);
        if (strcmp(what, "went on") == 0) t_exchange(&w.bench, c, 8);
        if (strcmp(what, "pending") == 0) t_plain_as(&w.bench, c, 0, 0x2b, 8, 0, 0);
        if (strcmp(what, "next leg") == 0) c->refusal.frame = 0;
        t_fresh_end(&w, strcmp(what, "by server") == 0 ? SMBT_SIDE_SERVER : SMBT_SIDE_CLIENT, SMBT_MS);
        t_assert_cause(&w, cases[i].cause, strcmp(cases[i].cause, "client-close") == 0 ? "orderly" : NULL,
                       cases[i].strength);
        t_fresh_clear(&w);
    }
}

static void smb2(t_world *w, unsigned side, guint16 command, guint64 id, guint32 status)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb2_msg m;
    sb2_begin(&m, out,
              &(sb2_header){
                  .command = command, .message_id = id, .status = status, .flags = side, .session_id = 77});
    sb2_simple(&m);
    sb2_end(&m);
    t_give(&w->bench, (smbt_conn *)w->the_case.subject.conn, side, out);
}

static void test_smb2_refusals(void)
{
    static const struct {
        guint16 command;
        guint32 status;
        bool used_after, granted_after;
        const char *cause;
    } cases[] = {{1, LOGON_FAILURE, false, false, "auth-failed"},
                 {1, LOGON_FAILURE, true, false, "client-close"},
                 {1, LOGON_FAILURE, false, true, "client-close"},
                 {1, 0xc0000016, false, false, "client-close"}, /* the next leg is to come */
                 {1, NOT_ACCEPTED, false, false, "limit-reached"},
                 {3, NOT_ACCEPTED, false, false, "limit-reached"},
                 {3, LOGON_FAILURE, false, false, "client-close"},
                 {5, NOT_ACCEPTED, false, false, "client-close"},
                 {0, 0xc00000bb, false, false, "negotiate-failed"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, NULL, NULL);
        t_fresh(&w);
        smb2(&w, 0, cases[i].command, 5, 0);
        smb2(&w, 1, cases[i].command, 5, cases[i].status);
        if (cases[i].used_after || cases[i].granted_after) {
            guint16 next = cases[i].used_after ? 13 : 1;
            smb2(&w, 0, next, 6, 0);
            smb2(&w, 1, next, 6, 0);
        }
        t_fresh_end(&w, SMBT_SIDE_CLIENT, SMBT_MS);
        smbt_verdict_free(t_judge(&w, cases[i].cause));
        t_fresh_clear(&w);
    }
}

/* ---- negotiate-failed
 * ---------------------------------------------------------------------------------------- */

static void test_no_dialect(void)
{
    static const struct {
        enum smbt_side by;
        smbt_duration later;
        bool went_on;
        const char *cause;
        enum smbt_strength strength;
    } cases[] = {{SMBT_SIDE_CLIENT, SMBT_MS, false, "negotiate-failed", SMBT_STRENGTH_CONFIRMED},
                 {SMBT_SIDE_CLIENT, 2 * SMBT_SEC + 1, false, "negotiate-failed", SMBT_STRENGTH_LIKELY},
                 {SMBT_SIDE_CLIENT, 30 * SMBT_SEC, false, "negotiate-failed", SMBT_STRENGTH_LIKELY},
                 {SMBT_SIDE_CLIENT, 30 * SMBT_SEC + 1, false, "client-close", SMBT_STRENGTH_CONFIRMED},
                 {SMBT_SIDE_SERVER, SMBT_MS, false, "negotiate-failed", SMBT_STRENGTH_CONFIRMED},
                 {SMBT_SIDE_SERVER, 10 * SMBT_SEC, false, "negotiate-failed", SMBT_STRENGTH_LIKELY},
                 {SMBT_SIDE_SERVER, 10 * SMBT_SEC + 1, false, "server-close", SMBT_STRENGTH_LIKELY},
                 {SMBT_SIDE_CLIENT, SMBT_MS, true, "client-close", SMBT_STRENGTH_CONFIRMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, "Unix", NULL);
        smbt_conn *c = t_fresh(&w);
        t_negotiate(&w, &(t_hello){.index = 0xffff});
        g_assert_true(c->negotiated.no_dialect);
        if (cases[i].went_on) t_logon(&w, NULL, 0);
        t_fresh_end(&w, cases[i].by, cases[i].later);
        smbt_verdict *v = t_judge(&w, cases[i].cause);
        g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

static void test_downgrade(void)
{
    static const struct {
        t_hello hello;
        enum smbt_side by;
        smbt_duration later;
        bool is;
    } cases[] = {{{.index = 5}, SMBT_SIDE_CLIENT, 100 * SMBT_MS, true},
                 {{.index = 5}, SMBT_SIDE_CLIENT, 100 * SMBT_MS + 1, false},
                 {{.index = 5}, SMBT_SIDE_SERVER, SMBT_MS, false},
                 {{.index = 5, .extsec = TRUE}, SMBT_SIDE_CLIENT, SMBT_MS, false},
                 {{.index = 5, .plain = TRUE}, SMBT_SIDE_CLIENT, SMBT_MS, false},
                 {{.one_dialect = TRUE}, SMBT_SIDE_CLIENT, SMBT_MS, false}}; /* a probe */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        t_world_init(&w, NULL, T_XP, NULL);
        smbt_conn *c = t_fresh(&w);
        t_negotiate(&w, &cases[i].hello);
        t_fresh_end(&w, cases[i].by, cases[i].later);
        if (cases[i].is) { /* but for one more word */
            c->messages[0]++;
            smbt_verdict_free(t_judge(&w, "client-close"));
            c->messages[0]--;
        }
        if (cases[i].is)
            t_assert_cause(&w, "negotiate-failed", NULL, SMBT_STRENGTH_POSSIBLE);
        else
            smbt_verdict_free(t_judge(&w, cases[i].by == SMBT_SIDE_CLIENT ? "client-close" : "server-close"));
        t_fresh_clear(&w);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/protocol-violation/told", test_violation_told);
    g_test_add_func("/protocol-violation/window", test_violation_window);
    g_test_add_func("/protocol-violation/twins", test_violation_twins);
    g_test_add_func("/limit-reached/logon", test_limit_logon);
    g_test_add_func("/limit-reached/tree", test_limit_tree);
    g_test_add_func("/refusal/of-a-chain", test_refused_of_a_chain);
    g_test_add_func("/refusal/smb2", test_smb2_refusals);
    g_test_add_func("/auth-failed/strength", test_auth_strength);
    g_test_add_func("/auth-failed/twins", test_auth_twins);
    g_test_add_func("/negotiate-failed/no-dialect", test_no_dialect);
    g_test_add_func("/negotiate-failed/downgrade", test_downgrade);
    return g_test_run();
}
