/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/span.h"

#include "base/time.h"

#include <glib.h>

#define HOUR (60 * SMBT_MIN)

static void test_format(void)
{
    const struct {
        smbt_duration span;
        const char *text;
    } rows[] = {{31 * SMBT_MS, "31 ms"},
                {60 * SMBT_SEC, "60 s"},
                {85200 * SMBT_MS, "85.2 s"},
                {15 * SMBT_MIN + 3200 * SMBT_MS, "15 min 3.2 s"},
                {2 * HOUR, "2 h"},
                {47 * HOUR + 59 * SMBT_MIN, "47 h 59 min"},
                {48 * HOUR - 40 * SMBT_MS, "2 d"}, /* as tenths of a second count it */
                {48 * HOUR, "2 d"},
                {51 * HOUR + 29 * SMBT_MIN, "2 d 3 h"},
                {167 * HOUR + 29 * SMBT_MIN, "6 d 23 h"},
                {167 * HOUR + 59 * SMBT_MIN, "7 d"},
                {(smbt_duration)INT64_MAX - 1, "106752 d"},
                {(smbt_duration)INT64_MAX, "off"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = smbt_span_format(rows[i].span);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/span/format", test_format);
    return g_test_run();
}
