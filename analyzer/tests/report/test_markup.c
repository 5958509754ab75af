/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/markup.h"

#include "report/sample.h"

#define FFFD "\xef\xbf\xbd"

static void test_escape(void)
{
    static const struct {
        const char *text, *escaped;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"plain \xc3\xa4 \xe6\x97\xa5 \xf0\x9f\x98\x80", "plain \xc3\xa4 \xe6\x97\xa5 \xf0\x9f\x98\x80"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"&lt;", "&amp;lt;"},
        {"]]>-->", "]]&gt;--&gt;"},
        {"a\n\r\tb", "a" FFFD FFFD FFFD "b"},
        {"\x1b[2J\x01\x7f", FFFD "[2J" FFFD FFFD},
        {"\xc2\x85", FFFD},
        {"\xff\xc3", FFFD FFFD},
        {"\xe2\x80\xae", FFFD},
        {"\xed\xa0\x80", FFFD FFFD FFFD},
        {"\xef\xbf\xbe\xef\xbf\xbf", FFFD FFFD},
        {"\xef\xb7\x90", FFFD},
        {"\xf0\x9f\xbf\xbe", FFFD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        smbt_markup_append(out, rows[i].text);
        g_assert_cmpstr(out->str, ==, rows[i].escaped);
    }
}

static void test_lines(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_markup_append_lines(out, "a <b>\n\tc\r\n");
    g_assert_cmpstr(out->str, ==, "a &lt;b&gt;\n" FFFD "c" FFFD "\n");
}

static void test_printf(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_markup_printf(out, "<a b=\"%s\">%s 5%%</a>", "\"<%s>", (const char *)NULL);
    g_assert_cmpstr(out->str, ==, "<a b=\"&quot;&lt;%s&gt;\"> 5%</a>");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/markup/escape", test_escape);
    g_test_add_func("/markup/lines", test_lines);
    g_test_add_func("/markup/printf", test_printf);
    return g_test_run();
}
