/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <smbtrace/smbtrace.h>
#include <string.h>

static const char *const words[] = {"zero-vc", "zero-vc-exposed", "server-idle",  "server-stop",
                                    "join",    "autodisconnect",  "windows-2000", "windows-2003",
                                    NULL};

static void test_meant(void)
{
    static const char *const pairs[][2] = {
        {"zero-vc", "zero-vc"},
        {"zero_vc", "zero-vc"},
        {"ZERO VC", "zero-vc"},
        {"zerovc", "zero-vc"},
        {"server-idel", "server-idle"},
        {"sever-stop", "server-stop"},
        {"autodisconect", "autodisconnect"},
        {"auto", "autodisconnect"},
        {"jon", "join"},
        {"jion", "join"},
        {"zero-vc-exp", "zero-vc-exposed"},
        {"windows-203", "windows-2003"},
        {"windows-200", "windows-2000"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
        g_assert_cmpstr(smbt_nearest(pairs[i][0], words), ==, pairs[i][1]);
}

/* Better no advice than a wrong one. */
static void test_far(void)
{
    static const char *const far[] = {"",         "z",     "zz",   "je", "json",
                                      "nonesuch", "vista", "idle", "ze", "windows-xp-sp3"};
    for (gsize i = 0; i < G_N_ELEMENTS(far); i++)
        g_assert_cmpstr(smbt_nearest(far[i], words), ==, NULL);
    static const char *const none[] = {NULL};
    g_assert_null(smbt_nearest("join", none));
}

static void test_lengths(void)
{
    for (gsize n = 60; n < 70; n++) {
        g_autofree char *word = g_strnfill(n, 'a'), *fault = g_strnfill(n, 'a');
        fault[0] = 'b';
        const char *const one[] = {word, NULL};
        g_assert_cmpstr(smbt_nearest(fault, one), ==, n <= 64 ? word : NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nearest/meant", test_meant);
    g_test_add_func("/nearest/far", test_far);
    g_test_add_func("/nearest/lengths", test_lengths);
    return g_test_run();
}
