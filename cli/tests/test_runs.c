/* The list of runs, below and beyond what it keeps in memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "runs.h"

#include <glib.h>

static void check_at(struct runs *runs, uint64_t key, uint64_t first, uint64_t value, uint32_t tag)
{
    struct run run;
    g_assert_true(runs_find(runs, key, &run));
    g_assert_cmpuint(run.key, ==, first);
    g_assert_cmpuint(run.value, ==, value);
    g_assert_cmpuint(run.tag, ==, tag);
}

static void test_empty(void)
{
    struct runs *runs = runs_new();
    struct run run;
    g_assert_null(runs_last(runs));
    g_assert_false(runs_find(runs, 0, &run));
    g_assert_false(runs_find(runs, UINT64_MAX, &run));
    runs_free(runs);
}

static void test_edges(void)
{
    struct runs *runs = runs_new();
    struct run run;
    g_assert_true(runs_begin(runs, &(struct run){5, 100, 1}));
    g_assert_true(runs_begin(runs, &(struct run){8, 1, 2}));
    g_assert_false(runs_find(runs, 4, &run));
    check_at(runs, 5, 5, 100, 1);
    check_at(runs, 7, 5, 100, 1);
    check_at(runs, 8, 8, 1, 2);
    check_at(runs, UINT64_MAX, 8, 1, 2);
    runs_free(runs);
}

/* Run n begins at 3 * n; asked for while the list grows, at the ends of blocks, and all once more at the end.
 */
static void test_many(void)
{
    struct runs *runs = runs_new();
    const uint64_t many = 200001;
    for (uint64_t n = 0; n < many; n++) {
        g_assert_true(runs_begin(runs, &(struct run){3 * n, 7 * n, (uint32_t)(n % 5)}));
        uint64_t before = n - n % 1024;
        if (n % 1024 == 1 || n % 1024 == 700) {
            check_at(runs, 3 * before + 2, 3 * before, 7 * before, (uint32_t)(before % 5));
            check_at(runs, 3 * (n / 2), 3 * (n / 2), 7 * (n / 2), (uint32_t)(n / 2 % 5));
            check_at(runs, 3 * (n - 1) + 1, 3 * (n - 1), 7 * (n - 1), (uint32_t)((n - 1) % 5));
        }
    }
    g_assert_cmpuint(runs_count(runs), ==, many);
    for (uint64_t n = 0; n < many; n++)
        check_at(runs, 3 * n + n % 3, 3 * n, 7 * n, (uint32_t)(n % 5));
    g_assert_cmpint(runs_error(runs), ==, 0);
    runs_free(runs);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/runs/empty", test_empty);
    g_test_add_func("/runs/edges", test_edges);
    g_test_add_func("/runs/many", test_many);
    return g_test_run();
}
