/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress_line.h"

static void assert_line(const progress_view *view, unsigned columns, const char *want)
{
    g_autofree char *line = progress_line(view, columns);
    g_assert_cmpstr(line, ==, want);
    g_assert_cmpint(g_utf8_strlen(line, -1), <=, columns);
}

static void test_many(void)
{
    progress_view v = {.captures = 10000,
                       .captures_done = 3412,
                       .bytes = 2000000000,
                       .bytes_done = 1000000000,
                       .elapsed_us = 5000000,
                       .name = "captures/monday.pcap"};
    assert_line(&v, 120,
                "[==========>         ]   50 %  3412 of 10 000  200 MB/s  5 s left  captures/monday.pcap");
    assert_line(&v, 79, "[==========>         ]   50 %  3412 of 10 000  200 MB/s  5 s left  ...nday.pcap");
    assert_line(&v, 60, " 50 %  3412 of 10 000  200 MB/s  5 s left  ...es/monday.pcap");
    assert_line(&v, 41, " 50 %  3412 of 10 000  200 MB/s  5 s left");
    assert_line(&v, 40, " 50 %  3412 of 10 000  200 MB/s");
}

static void test_one(void)
{
    progress_view v = {.captures = 1, .frames = 1234567, .elapsed_us = 1000000, .name = "-"};
    assert_line(&v, 80, "1 234 567 frames  -");
    v.bytes_done = 5000;
    assert_line(&v, 80, "1 234 567 frames  5 kB/s  -");
}

static void test_bounds(void)
{
    progress_view v = {.captures = 2, .bytes = 100, .name = "x"};
    assert_line(&v, 80, "[>                   ]    0 %  0 of 2  x");
    v.bytes_done = 150; /* a file grew while it was read */
    v.captures_done = 2;
    v.elapsed_us = 1000000;
    assert_line(&v, 80, "[====================]  100 %  2 of 2  0 kB/s  0 s left  x");
}

static void test_left(void)
{
    static const struct {
        gint64 elapsed_s;
        const char *want;
    } cases[] = {{119, "119 s left"}, {121, "3 min left"}, {7199, "120 min left"}, {9000, "2 h 30 min left"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        progress_view v = {
            .captures = 1, .bytes = 2, .bytes_done = 1, .elapsed_us = cases[i].elapsed_s * 1000000};
        g_autofree char *line = progress_line(&v, 80);
        g_assert_true(g_str_has_suffix(line, cases[i].want));
    }
}

static void test_names(void)
{
    progress_view v = {.captures = 1, .name = "f\xc3\xbcnf-\xc3\xa4\xc3\xb6\xc3\xbc.pcap"};
    assert_line(&v, 22, "0 frames  ...-\xc3\xa4\xc3\xb6\xc3\xbc.pcap");
    for (unsigned columns = 0; columns < 60; columns++) {
        g_autofree char *line = progress_line(&v, columns);
        g_assert_true(g_utf8_validate(line, -1, NULL));
        g_assert_cmpint(g_utf8_strlen(line, -1), <=, columns);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/progress-line/many", test_many);
    g_test_add_func("/progress-line/one", test_one);
    g_test_add_func("/progress-line/bounds", test_bounds);
    g_test_add_func("/progress-line/left", test_left);
    g_test_add_func("/progress-line/names", test_names);
    return g_test_run();
}
