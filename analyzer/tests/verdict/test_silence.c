/* The clock on which several servers agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/silence.h"

#define MINUTE (60 * SMBT_SEC)

/* Server number `server` ended a connection at `end` after a silence of `length`. */
static void add(smbt_silences *s, uint8_t server, smbt_time end, smbt_duration length)
{
    smbt_silence one = {.server = {.family = 4, .bytes = {10, 0, 0, server}}, .end = end, .length = length};
    smbt_silences_add(s, &one);
}

static void test_agreement(void)
{
    smbt_silences s = {0};
    g_assert_false(smbt_silences_find(&s, MINUTE).known);
    add(&s, 1, 100 * SMBT_SEC, MINUTE);
    add(&s, 2, 110 * SMBT_SEC, MINUTE + 200 * SMBT_MS);
    g_assert_false(smbt_silences_find(&s, MINUTE).known); /* two servers are not enough */
    add(&s, 3, 120 * SMBT_SEC, MINUTE - 50 * SMBT_MS);
    add(&s, 4, 130 * SMBT_SEC, MINUTE);
    smbt_silence_clock c = smbt_silences_find(&s, MINUTE);
    g_assert_true(c.known);
    g_assert_cmpuint(c.ends, ==, 4);
    g_assert_cmpuint(c.servers, ==, 4);
    g_assert_cmpuint(c.moments, ==, 4);
    g_assert_cmpuint(c.value, ==, MINUTE); /* to the whole second */
    g_assert_cmpuint(c.spread, ==, 250 * SMBT_MS);
    smbt_silences_clear(&s);
    g_assert_false(smbt_silences_find(&s, MINUTE).known);
}

/* One ServerGuid is told only where all gave it. */
static void test_guid(void)
{
    for (unsigned other = 0; other < 4; other++) {
        smbt_silences s = {0};
        for (uint8_t k = 0; k < 3; k++) {
            smbt_silence one = {.server = {.family = 4, .bytes = {10, 0, 0, k}},
                                .end = (100 + 10 * k) * SMBT_SEC,
                                .length = MINUTE,
                                .has_guid = true,
                                .guid = {1, 2}};
            if (other == 1 && k == 2) one.guid[15] = 1;
            if (other == 2 && k == 0) one.has_guid = false;
            if (other == 3) one.has_guid = false;
            smbt_silences_add(&s, &one);
        }
        smbt_silence_clock c = smbt_silences_find(&s, MINUTE);
        g_assert_true(c.known);
        g_assert_cmpint(c.one_guid, ==, other == 0);
        g_assert_cmpuint(c.over, ==, 20 * SMBT_SEC);
        smbt_silences_clear(&s);
    }
}

/* A quarter of a second to either side, and not a nanosecond more. */
static void test_edges(void)
{
    static const struct {
        smbt_duration third;
        bool known;
    } cases[] = {{MINUTE - 250 * SMBT_MS, true},
                 {MINUTE - 250 * SMBT_MS - 1, false},
                 {MINUTE + 250 * SMBT_MS, true},
                 {MINUTE + 250 * SMBT_MS + 1, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_silences s = {0};
        add(&s, 1, 100 * SMBT_SEC, MINUTE);
        add(&s, 2, 110 * SMBT_SEC, MINUTE);
        add(&s, 3, 120 * SMBT_SEC, cases[i].third);
        g_assert_cmpint(smbt_silences_find(&s, MINUTE).known, ==, cases[i].known);
        smbt_silences_clear(&s);
    }
}

static void test_one_server(void)
{
    smbt_silences s = {0};
    for (unsigned i = 0; i < 10; i++)
        add(&s, 1, (100 + 10 * i) * SMBT_SEC, MINUTE);
    g_assert_false(smbt_silences_find(&s, MINUTE).known);
    smbt_silences_clear(&s);
}

/* Ends within two seconds of the first are one moment, in whatever order they come. */
static void test_moments(void)
{
    static const struct {
        smbt_time ends[4];
        unsigned moments; /* 0: not known */
    } cases[] = {{{100 * SMBT_SEC, 101 * SMBT_SEC, 100 * SMBT_SEC, 101 * SMBT_SEC}, 0},
                 {{100 * SMBT_SEC, 101 * SMBT_SEC, 102 * SMBT_SEC, 103 * SMBT_SEC}, 0},
                 {{104 * SMBT_SEC, 101 * SMBT_SEC, 102 * SMBT_SEC, 100 * SMBT_SEC}, 3},
                 {{106 * SMBT_SEC, 104 * SMBT_SEC, 102 * SMBT_SEC, 100 * SMBT_SEC}, 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_silences s = {0};
        for (uint8_t k = 0; k < 4; k++)
            add(&s, k, cases[i].ends[k], MINUTE);
        smbt_silence_clock c = smbt_silences_find(&s, MINUTE);
        g_assert_cmpint(c.known, ==, cases[i].moments != 0);
        g_assert_cmpuint(c.moments, ==, cases[i].moments);
        smbt_silences_clear(&s);
    }
}

/* As many may disagree as agree, and no more. */
static void test_outnumbered(void)
{
    smbt_silences s = {0};
    for (uint8_t k = 0; k < 3; k++) {
        add(&s, k, (100 + 10 * k) * SMBT_SEC, MINUTE);
        add(&s, k, (200 + 10 * k) * SMBT_SEC, (20 + k) * SMBT_SEC);
    }
    g_assert_true(smbt_silences_find(&s, MINUTE).known);
    add(&s, 9, 300 * SMBT_SEC, 40 * SMBT_SEC);
    g_assert_false(smbt_silences_find(&s, MINUTE).known);
    smbt_silences_clear(&s);
}

/* The latest are kept. */
static void test_ring(void)
{
    smbt_silences s = {0};
    for (uint8_t k = 0; k < 3; k++)
        add(&s, k, (100 + 10 * k) * SMBT_SEC, MINUTE);
    for (unsigned i = 0; i < SMBT_SILENCES_MAX - 3; i++)
        add(&s, (uint8_t)i, (200 + 10 * i) * SMBT_SEC, 2 * MINUTE);
    g_assert_cmpuint(smbt_silences_find(&s, 2 * MINUTE).ends, ==, SMBT_SILENCES_MAX - 3);
    for (unsigned i = 0; i < SMBT_SILENCES_MAX; i++)
        add(&s, (uint8_t)i, (100000 + 10 * i) * SMBT_SEC, 3 * MINUTE);
    g_assert_false(smbt_silences_find(&s, 2 * MINUTE).known);
    smbt_silence_clock c = smbt_silences_find(&s, 3 * MINUTE);
    g_assert_cmpuint(c.ends, ==, SMBT_SILENCES_MAX);
    g_assert_cmpuint(c.servers, ==, 256);
    smbt_silences_clear(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/silence/agreement", test_agreement);
    g_test_add_func("/silence/guid", test_guid);
    g_test_add_func("/silence/edges", test_edges);
    g_test_add_func("/silence/one-server", test_one_server);
    g_test_add_func("/silence/moments", test_moments);
    g_test_add_func("/silence/outnumbered", test_outnumbered);
    g_test_add_func("/silence/ring", test_ring);
    return g_test_run();
}
