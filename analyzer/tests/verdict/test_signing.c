/* The traces of bad and missing signatures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

#define DENIED 0xc0000022u
#define SIGNED 0x0004

static void plain_signed(t_world *w, unsigned side, guint8 command, guint16 mid, guint32 status)
{
    sb_header h = {.flags2 = SB_FLAGS2_NT | SIGNED,
                   .flags = side ? SB_FLAGS_REPLY : 0,
                   .pid = 0xfeff,
                   .uid = 100,
                   .tid = 200,
                   .mid = mid,
                   .status = status};
    g_autoptr(GByteArray) m = t_message(&h, t_fill_empty, &command);
    t_give(&w->bench, (smbt_conn *)w->the_case.subject.conn, side, m);
}

static void exchange_signed(t_world *w, guint8 command, guint16 mid, guint32 status)
{
    plain_signed(w, 0, command, mid, 0);
    plain_signed(w, 1, command, mid, status);
}

static smbt_conn *logged_on(t_world *w, guint8 security_mode)
{
    t_world_init(w, NULL, T_XP, NULL);
    smbt_conn *c = t_fresh(w);
    t_negotiate(w, &(t_hello){.security_mode = security_mode});
    t_logon(w, NULL, 0);
    return c;
}

/* Commands, in turn, each denied unless it is followed by a +. */
static void test_denied(void)
{
    static const struct {
        const char *commands; /* r READ_ANDX, c CLOSE, e ECHO, t TREE_DISCONNECT; + after one that succeeds */
        enum smbt_side by;
        smbt_duration later;
        enum smbt_strength strength; /* NONE: not this */
        bool wondered;
    } cases[] = {{"r+rrc", SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_LIKELY, false},
                 {"r+rre", SMBT_SIDE_SERVER, 5 * SMBT_SEC, SMBT_STRENGTH_LIKELY, false},
                 {"r+rre", SMBT_SIDE_SERVER, 5 * SMBT_SEC + 1, SMBT_STRENGTH_NONE, true},
                 {"r+rrt", SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_LIKELY, false},
                 {"rrc", SMBT_SIDE_CLIENT, SMBT_MS, SMBT_STRENGTH_LIKELY, false}, /* nothing ever worked */
                 {"r+rc", SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_NONE, false},
                 {"r+rrr", SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_NONE, true}, /* no permission */
                 {"r+crrr+", SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_NONE, false},
                 {"cr+rrr", SMBT_SIDE_SERVER, SMBT_MS, SMBT_STRENGTH_NONE, true}}; /* an older run */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        logged_on(&w, 0);
        guint16 mid = 10;
        for (const char *p = cases[i].commands; *p; p++) {
            guint8 command = *p == 'r' ? 0x2e : *p == 'c' ? 0x04 : *p == 'e' ? 0x2b : 0x71;
            bool fine = p[1] == '+';
            if (fine) p++;
            exchange_signed(&w, command, mid++, fine ? 0 : DENIED);
        }
        t_fresh_end(&w, cases[i].by, cases[i].later);
        bool is = cases[i].strength != SMBT_STRENGTH_NONE;
        smbt_verdict *v = smbt_judge(&w.the_case);
        g_assert_cmpint(strcmp(v->end.cause, "signing-failure") == 0, ==, is);
        if (is) g_assert_cmpint(v->end.strength, ==, cases[i].strength);
        if (is) g_assert_cmpuint(v->end.evidence->len, >=, 3);
        g_assert_cmpint(t_why_not(v, "signing-failure") != NULL, ==, cases[i].wondered);
        smbt_verdict_free(v);
        t_fresh_clear(&w);
    }
}

/* Without a session servers deny everything, and without signing it is no matter of signatures. */
static void test_denied_for_other_reasons(void)
{
    for (int what = 0; what < 2; what++) {
        t_world w;
        smbt_conn *c = logged_on(&w, 0);
        if (what == 0) t_plain(&w.bench, c, 0, 0x74, 9, 0); /* LOGOFF */
        for (guint16 mid = 10; mid < 16; mid++) {
            if (what == 0) {
                exchange_signed(&w, 0x04, mid, DENIED);
            } else {
                t_plain(&w.bench, c, 0, 0x04, mid, 0);
                t_plain(&w.bench, c, 1, 0x04, mid, DENIED);
            }
        }
        g_assert_cmpuint(c->signing.denied, ==, 0);
        t_fresh_end(&w, SMBT_SIDE_SERVER, SMBT_MS);
        smbt_verdict_free(t_judge(&w, "server-close"));
        t_fresh_clear(&w);
    }
}

static void test_first_signed_answer(void)
{
    static const struct {
        bool pending;
        smbt_duration later;
        bool worked, is;
    } cases[] = {{true, 20 * SMBT_MS, false, true},
                 {true, 20 * SMBT_MS + 1, false, false},
                 {false, SMBT_MS, false, false}, /* a scanner */
                 {true, SMBT_MS, true, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        logged_on(&w, 0);
        plain_signed(&w, 0, 0x75, 10, 0);
        if (cases[i].pending) plain_signed(&w, 0, 0x2e, 11, 0);
        plain_signed(&w, 1, 0x75, 10, DENIED);
        if (cases[i].worked) {
            plain_signed(&w, 0, 0x2e, 12, 0);
            plain_signed(&w, 1, 0x2e, 12, 0);
        }
        t_fresh_end(&w, SMBT_SIDE_CLIENT, cases[i].later);
        if (cases[i].is)
            t_assert_cause(&w, "signing-failure", NULL, SMBT_STRENGTH_POSSIBLE);
        else
            smbt_verdict_free(t_judge(&w, "client-close"));
        t_fresh_clear(&w);
    }
}

static void test_unsigned(void)
{
    static const struct {
        guint8 security_mode;
        bool answered, is_signed;
        enum smbt_side by;
        smbt_duration later;
        bool is;
    } cases[] = {{0x0f, false, false, SMBT_SIDE_SERVER, 2 * SMBT_SEC, true},
                 {0x0f, false, false, SMBT_SIDE_SERVER, 2 * SMBT_SEC + 1, false},
                 {0x0f, false, false, SMBT_SIDE_CLIENT, SMBT_MS, false},
                 {0x0f, true, false, SMBT_SIDE_SERVER, SMBT_MS, false},
                 {0x0f, false, true, SMBT_SIDE_SERVER, SMBT_MS, false},
                 {0x07, false, false, SMBT_SIDE_SERVER, SMBT_MS, false}}; /* offered, not demanded */
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        t_world w;
        smbt_conn *c = logged_on(&w, cases[i].security_mode);
        if (cases[i].answered) t_exchange(&w.bench, c, 8);
        if (cases[i].is_signed)
            plain_signed(&w, 0, 0x75, 10, 0);
        else
            t_plain(&w.bench, c, 0, 0x75, 10, 0);
        t_fresh_end(&w, cases[i].by, cases[i].later);
        if (cases[i].is)
            t_assert_cause(&w, "signing-failure", NULL, SMBT_STRENGTH_LIKELY);
        else
            smbt_verdict_free(t_judge(&w, cases[i].by == SMBT_SIDE_CLIENT ? "client-close" : "server-close"));
        t_fresh_clear(&w);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signing-failure/denied", test_denied);
    g_test_add_func("/signing-failure/denied-for-other-reasons", test_denied_for_other_reasons);
    g_test_add_func("/signing-failure/first-signed-answer", test_first_signed_answer);
    g_test_add_func("/signing-failure/unsigned", test_unsigned);
    return g_test_run();
}
