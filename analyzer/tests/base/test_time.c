/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/time.h"

#include <glib.h>

#define LAST (SMBT_TIME_NONE - 1)

static void test_add(void)
{
    g_assert_cmpuint(smbt_time_add(0, 0), ==, 0);
    g_assert_cmpuint(smbt_time_add(5, 7), ==, 12);
    g_assert_cmpuint(smbt_time_add(1, 3 * SMBT_SEC), ==, UINT64_C(3000000001));
    g_assert_cmpuint(smbt_time_add(0, 3 * SMBT_MS), ==, 3000000);
}

static void test_add_saturates(void)
{
    g_assert_cmpuint(smbt_time_add(LAST, 0), ==, LAST);
    g_assert_cmpuint(smbt_time_add(LAST, 1), ==, LAST);
    g_assert_cmpuint(smbt_time_add(LAST - 1, 1), ==, LAST);
    g_assert_cmpuint(smbt_time_add(LAST - 2, 1), ==, LAST - 1);
    g_assert_cmpuint(smbt_time_add(0, LAST), ==, LAST);
    g_assert_cmpuint(smbt_time_add(0, UINT64_MAX), ==, LAST);
    g_assert_cmpuint(smbt_time_add(LAST, UINT64_MAX), ==, LAST);
    g_assert_cmpuint(smbt_time_add(1, SMBT_DURATION_UNKNOWN), ==, LAST);
}

static void test_sub(void)
{
    g_assert_cmpuint(smbt_time_sub(7, 5), ==, 2);
    g_assert_cmpuint(smbt_time_sub(7, 7), ==, 0);
    g_assert_cmpuint(smbt_time_sub(7, 8), ==, 0);
    g_assert_cmpuint(smbt_time_sub(0, UINT64_MAX), ==, 0);
    g_assert_cmpuint(smbt_time_sub(LAST, 0), ==, LAST);
    g_assert_cmpuint(smbt_time_sub(LAST, LAST), ==, 0);
}

static void test_since(void)
{
    g_assert_cmpuint(smbt_time_since(7, 5), ==, 2);
    g_assert_cmpuint(smbt_time_since(5, 5), ==, 0);
    g_assert_cmpuint(smbt_time_since(5, 7), ==, 0);
    g_assert_cmpuint(smbt_time_since(LAST, 0), ==, LAST);
}

static void test_distance(void)
{
    g_assert_cmpuint(smbt_time_distance(7, 5), ==, 2);
    g_assert_cmpuint(smbt_time_distance(5, 7), ==, 2);
    g_assert_cmpuint(smbt_time_distance(5, 5), ==, 0);
    g_assert_cmpuint(smbt_time_distance(0, LAST), ==, LAST);
}

static void test_none_takes_no_part(void)
{
    static const uint64_t values[] = {0, 1, SMBT_SEC, LAST, SMBT_TIME_NONE};
    for (unsigned i = 0; i < G_N_ELEMENTS(values); i++) {
        g_assert_cmpuint(smbt_time_add(SMBT_TIME_NONE, values[i]), ==, SMBT_TIME_NONE);
        g_assert_cmpuint(smbt_time_sub(SMBT_TIME_NONE, values[i]), ==, SMBT_TIME_NONE);
        g_assert_cmpuint(smbt_time_since(SMBT_TIME_NONE, values[i]), ==, 0);
        g_assert_cmpuint(smbt_time_since(values[i], SMBT_TIME_NONE), ==, 0);
        g_assert_cmpuint(smbt_time_distance(SMBT_TIME_NONE, values[i]), ==, 0);
        g_assert_cmpuint(smbt_time_distance(values[i], SMBT_TIME_NONE), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/time/add", test_add);
    g_test_add_func("/time/add-saturates", test_add_saturates);
    g_test_add_func("/time/sub", test_sub);
    g_test_add_func("/time/since", test_since);
    g_test_add_func("/time/distance", test_distance);
    g_test_add_func("/time/none-takes-no-part", test_none_takes_no_part);
    return g_test_run();
}
