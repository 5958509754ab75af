/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/timestamp.h"

#include <glib.h>

static const struct {
    smbt_time time;
    const char *text;
} samples[] = {
    {0, "1970-01-01T00:00:00.000000000Z"},
    {1, "1970-01-01T00:00:00.000000001Z"},
    {UINT64_C(951782399999999999), "2000-02-28T23:59:59.999999999Z"},
    {UINT64_C(951782400000000000), "2000-02-29T00:00:00.000000000Z"},
    {UINT64_C(951868800000000000), "2000-03-01T00:00:00.000000000Z"},
    {UINT64_C(1795183331304123456), "2026-11-20T14:02:11.304123456Z"},
    {UINT64_C(4107542399000000000), "2100-02-28T23:59:59.000000000Z"},
    {UINT64_C(4107542400000000000), "2100-03-01T00:00:00.000000000Z"},
    {UINT64_MAX - 1, "2554-07-21T23:34:33.709551614Z"},
};

static void test_rfc3339(void)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    for (guint i = 0; i < G_N_ELEMENTS(samples); i++)
        g_assert_cmpstr(smbt_timestamp_rfc3339(buf, samples[i].time), ==, samples[i].text);
}

/* Every day of 200 years against GLib's calendar. */
static void test_each_day(void)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    for (guint i = 0; i < 73000; i++) {
        g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc((gint64)i * 86400 + 86399);
        g_autofree char *expected = g_date_time_format(date, "%Y-%m-%d");
        g_assert_cmpstr(smbt_timestamp_date(buf, (i * UINT64_C(86400) + 86399) * 1000000000), ==, expected);
    }
}

static void test_clock(void)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    g_assert_cmpstr(smbt_timestamp_clock(buf, 0), ==, "00:00:00.000");
    g_assert_cmpstr(smbt_timestamp_clock(buf, UINT64_C(951782399999999999)), ==, "23:59:59.999");
    g_assert_cmpstr(smbt_timestamp_clock(buf, UINT64_C(1795183331304999999)), ==, "14:02:11.304");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timestamp/rfc3339", test_rfc3339);
    g_test_add_func("/timestamp/each-day", test_each_day);
    g_test_add_func("/timestamp/clock", test_clock);
    return g_test_run();
}
