/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/para.h"

#include <string.h>

#define WIDTH SMBT_PARA_WIDTH_MIN

static void check(GString *para, unsigned first, unsigned rest, bool color, const char *expected)
{
    const smbt_para_layout layout = {.first = first, .rest = rest, .width = WIDTH, .color = color};
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_para_write(out, para, &layout);
    g_assert_cmpstr(out->str, ==, expected);
    g_assert_cmpuint(para->len, ==, 0);
}

static void test_wrap(void)
{
    g_autoptr(GString) p = g_string_new(NULL);
    check(p, 0, 0, false, "");
    smbt_para_add(p, NULL);
    smbt_para_add(p, "one");
    check(p, 0, 4, false, "one\n");
    /* Exactly as wide as the line, one wider, and the break with its indents. */
    smbt_para_add(p, "aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd");
    check(p, 0, 4, false, "aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd\n");
    smbt_para_add(p, "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddddd");
    check(p, 0, 4, false, "aaaaaaaaa bbbbbbbbb ccccccccc\n    ddddddddddd\n");
    smbt_para_add(p, "  two   spaces  ");
    check(p, 2, 4, false, "  two spaces\n");
    /* A word longer than a line. */
    smbt_para_add(p, "x aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeee y");
    check(p, 0, 2, false, "x\n  aaaaaaaaaabbbbbbbbbbccccccccccdddddddd\n  ddeeeee y\n");
    /* An indent beyond the line leaves half of it. */
    smbt_para_add(p, "x");
    check(p, 1000, 1000, false, "                    x\n");
}

static void test_columns(void)
{
    g_autoptr(GString) p = g_string_new(NULL);
    /* Wide characters take two columns: 20 of them are a line. */
    for (int i = 0; i < 21; i++)
        smbt_para_add(p, "語");
    g_assert_cmpuint(smbt_para_columns(p), ==, 42);
    check(p, 0, 0, false, "語語語語語語語語語語語語語語語語語語語語\n語\n");
    /* Two bytes, one column; a combining accent, none. */
    for (int i = 0; i < 39; i++)
        smbt_para_add(p, "ä");
    smbt_para_add(p, "e\xcc\x81 z");
    check(p, 0, 0, false, "äääääääääääääääääääääääääääääääääääääääe\xcc\x81\nz\n");
}

static void test_blanks(void)
{
    g_autoptr(GString) p = g_string_new(NULL);
    smbt_para_count(p, 0);
    smbt_para_add(p, " ");
    smbt_para_count(p, 999);
    smbt_para_add(p, " ");
    smbt_para_count(p, 1000);
    smbt_para_add(p, " ");
    smbt_para_count(p, 1234567);
    check(p, 0, 0, false, "0 999 1 000 1 234 567\n");
    smbt_para_count(p, UINT64_MAX);
    check(p, 0, 0, false, "18 446 744 073 709 551 615\n");
    /* A number is not broken, and no line ends with blanks. */
    smbt_para_add(p, "aaaaaaaaa bbbbbbbbb ccccccccc ddddd");
    smbt_para_blanks(p, 2);
    smbt_para_add(p, " ");
    smbt_para_count(p, 1234567);
    check(p, 0, 0, false, "aaaaaaaaa bbbbbbbbb ccccccccc ddddd\n1 234 567\n");
    smbt_para_add_together(p, "not to be broken");
    smbt_para_add(p, " aaaaaaaaaaaaaaa ");
    smbt_para_add_together(p, "not to be");
    check(p, 0, 2, false, "not to be broken aaaaaaaaaaaaaaa\n  not to be\n");
}

static void test_styles(void)
{
    g_autoptr(GString) p = g_string_new(NULL);
    for (int color = 0; color < 2; color++) {
        smbt_para_style(p, SMBT_PARA_ERROR);
        smbt_para_add(p, "a b");
        smbt_para_style(p, SMBT_PARA_PLAIN);
        smbt_para_add(p, " c ");
        smbt_para_style(p, SMBT_PARA_DIM);
        smbt_para_add(p, "dddddddddddddddddddddddddddddddd eeeee");
        /* The style ends with the line and begins again behind the indent of the next. */
        check(p, 0, 2, color,
              color ? "\033[1;31ma b\033[0m c \033[2mdddddddddddddddddddddddddddddddd\033[0m\n  "
                      "\033[2meeeee\033[0m\n"
                    : "a b c dddddddddddddddddddddddddddddddd\n  eeeee\n");
    }
}

static void test_hostile(void)
{
    g_autoptr(GString) p = g_string_new(NULL);
#define R "\xef\xbf\xbd"
    smbt_para_add(p, "\x1b[31mred\x07\r\n\t\x01\x02\x06\x1f\x7f");
    check(p, 0, 0, true, R "[31mred" R R R R R R R R R "\n");
    /* C1 CSI, right-to-left override, isolate, zero-width space, byte order mark, line separator, tag. */
    smbt_para_add(p, "\xc2\x9b"
                     "a\xe2\x80\xae"
                     "b\xe2\x81\xa6"
                     "c\xe2\x80\x8b"
                     "d\xef\xbb\xbf"
                     "e\xe2\x80\xa8"
                     "f\xf3\xa0\x81\x81");
    check(p, 0, 0, true, R "a" R "b" R "c" R "d" R "e" R "f" R "\n");
    /* Not UTF-8: a lone byte, cut off, overlong, surrogate, beyond Unicode. */
    smbt_para_add(p, "\xff|\xe2\x82|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xc3");
    check(p, 0, 0, true, R "|" R R "|" R R "|" R R R "|" R R R R "|" R "\n");
    smbt_para_printf(p, "%s%d", "\x1b", 5);
    check(p, 0, 0, true, R "5\n");
#undef R
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/para/wrap", test_wrap);
    g_test_add_func("/para/columns", test_columns);
    g_test_add_func("/para/blanks", test_blanks);
    g_test_add_func("/para/styles", test_styles);
    g_test_add_func("/para/hostile", test_hostile);
    return g_test_run();
}
