/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/seq.h"

#include <glib.h>

static const uint32_t starts[] = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};

static void test_diff(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        g_assert_cmpint(smbt_seq_diff(starts[i], starts[i]), ==, 0);
        g_assert_cmpint(smbt_seq_diff(starts[i] + 1, starts[i]), ==, 1);
        g_assert_cmpint(smbt_seq_diff(starts[i], starts[i] + 1), ==, -1);
        g_assert_cmpint(smbt_seq_diff(starts[i] + 0x7fffffff, starts[i]), ==, G_MAXINT32);
        g_assert_cmpint(smbt_seq_diff(starts[i], starts[i] + 0x7fffffff), ==, -G_MAXINT32);
    }
}

static void test_before(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        g_assert_false(smbt_seq_before(starts[i], starts[i]));
        g_assert_true(smbt_seq_before(starts[i], starts[i] + 1));
        g_assert_false(smbt_seq_before(starts[i] + 1, starts[i]));
        g_assert_true(smbt_seq_before(starts[i], starts[i] + 0x7fffffff));
        g_assert_false(smbt_seq_before(starts[i] + 0x7fffffff, starts[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/seq/diff-wraps", test_diff);
    g_test_add_func("/seq/before-wraps", test_before);
    return g_test_run();
}
