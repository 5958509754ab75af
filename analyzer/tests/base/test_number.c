/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/number.h"

#include <glib.h>

static void test_format(void)
{
    const struct {
        uint64_t n;
        const char *text;
    } rows[] = {{0, "0"},          {999, "999"},           {1000, "1 000"},
                {99999, "99 999"}, {1000000, "1 000 000"}, {UINT64_MAX, "18 446 744 073 709 551 615"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char buf[SMBT_NUMBER_SIZE];
        g_assert_cmpstr(smbt_number_format(buf, rows[i].n), ==, rows[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/number/format", test_format);
    return g_test_run();
}
