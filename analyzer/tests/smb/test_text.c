/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include "support/smb_build.h"

#include <string.h>

#define FFFD "\xef\xbf\xbd"

static smbt_name from_oem(const char *bytes, size_t n)
{
    smbt_name name;
    memset(&name, 'x', sizeof name);
    smbt_name_from_oem(&name, (const uint8_t *)bytes, n);
    return name;
}

static smbt_name from_units(const guint16 *units, size_t n)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (size_t i = 0; i < n; i++)
        sb_le16(bytes, units[i]);
    smbt_name name;
    memset(&name, 'x', sizeof name);
    smbt_name_from_utf16(&name, bytes->data, bytes->len);
    return name;
}

static void test_oem(void)
{
    g_assert_cmpstr(from_oem("ACCT-PC01", 9).s, ==, "ACCT-PC01");
    g_assert_cmpstr(from_oem("", 0).s, ==, "");
    g_assert_cmpstr(from_oem("ab\0cd", 5).s, ==, "ab");
    g_assert_cmpstr(from_oem("M\x81ller", 6).s, ==, "M" FFFD "ller");
    g_assert_cmpstr(from_oem("a\x1b[31m\n\x7f", 8).s, ==, "a" FFFD "[31m" FFFD FFFD);
}

static void test_utf16(void)
{
    const guint16 umlaut[] = {'M', 0xfc, 'l', 0, 'x'};
    g_assert_cmpstr(from_units(umlaut, 5).s, ==, "M\xc3\xbcl");
    const guint16 cjk[] = {0x4e2d, 0x6587};
    g_assert_cmpstr(from_units(cjk, 2).s, ==, "\xe4\xb8\xad\xe6\x96\x87");
    const guint16 pair[] = {0xd83d, 0xde00};
    g_assert_cmpstr(from_units(pair, 2).s, ==, "\xf0\x9f\x98\x80");
    /* The odd byte behind the last unit is none. */
    smbt_name name;
    smbt_name_from_utf16(&name, (const uint8_t *)"a\0b", 3);
    g_assert_cmpstr(name.s, ==, "a");
    smbt_name_from_utf16(&name, NULL, 0);
    g_assert_cmpstr(name.s, ==, "");
}

static void test_surrogates(void)
{
    const guint16 low_first[] = {0xde00, 'a'}, high_last[] = {'a', 0xd83d};
    const guint16 high_then_letter[] = {0xd83d, 'a'}, two_high[] = {0xd83d, 0xd83d, 0xde00};
    g_assert_cmpstr(from_units(low_first, 2).s, ==, FFFD "a");
    g_assert_cmpstr(from_units(high_last, 2).s, ==, "a" FFFD);
    g_assert_cmpstr(from_units(high_then_letter, 2).s, ==, FFFD "a");
    g_assert_cmpstr(from_units(two_high, 3).s, ==, FFFD "\xf0\x9f\x98\x80");
}

static void test_not_showable(void)
{
    static const guint16 bad[] = {0x01,   0x1f,   0x7f,   0x85,   0x9f,   0x061c, 0x200b, 0x200e, 0x2028,
                                  0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe000, 0xfffe, 0xffff};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpstr(from_units(&bad[i], 1).s, ==, FFFD);
    const guint16 tag[] = {0xdb40, 0xdc41}; /* U+E0041 */
    g_assert_cmpstr(from_units(tag, 2).s, ==, FFFD);
}

static void test_cut_at_character(void)
{
    char many[SMBT_NAME_SIZE + 40];
    memset(many, 'a', sizeof many);
    g_assert_cmpuint(strlen(from_oem(many, SMBT_NAME_SIZE - 1).s), ==, SMBT_NAME_SIZE - 1);
    g_assert_cmpuint(strlen(from_oem(many, SMBT_NAME_SIZE).s), ==, SMBT_NAME_SIZE - 1);
    g_assert_cmpuint(strlen(from_oem(many, sizeof many).s), ==, SMBT_NAME_SIZE - 1);
    /* A character of three bytes where two are left, then a letter that would fit: the name ends before. */
    guint16 units[SMBT_NAME_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        units[i] = 'a';
    units[SMBT_NAME_SIZE - 3] = 0x4e2d;
    smbt_name name = from_units(units, G_N_ELEMENTS(units));
    g_assert_cmpuint(strlen(name.s), ==, SMBT_NAME_SIZE - 3);
}

static void test_read(void)
{
    smbt_name name;
    smbt_cur c = smbt_cur_init("ab\0cd\0", 6, 6);
    smbt_name_read(&name, &c, false);
    g_assert_cmpstr(name.s, ==, "ab");
    smbt_name_read(&name, &c, false);
    g_assert_cmpstr(name.s, ==, "cd");
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);
    g_assert_true(smbt_cur_ok(&c));
    smbt_name_read(&name, &c, false);
    g_assert_cmpstr(name.s, ==, "");
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_read_aligns(void)
{
    smbt_name name;
    smbt_cur c = smbt_cur_init("\x07\x00"
                               "a\0\0\0"
                               "b\0\0\0",
                               10, 10);
    smbt_cur_u8(&c);
    smbt_name_read(&name, &c, true);
    g_assert_cmpstr(name.s, ==, "a");
    smbt_name_read(&name, &c, true);
    g_assert_cmpstr(name.s, ==, "b");
    g_assert_true(smbt_cur_ok(&c));
}

static void test_read_every_cut(void)
{
    static const char bytes[] = "a\0b\0c\0\0";
    for (size_t captured = 0; captured <= 8; captured++) {
        smbt_name name;
        smbt_cur c = smbt_cur_init(bytes, captured, 8);
        smbt_name_read(&name, &c, true);
        g_assert_cmpuint(strlen(name.s), ==, MIN(captured / 2, 3));
        g_assert_cmpint(c.status, ==, captured < 8 ? SMBT_CUR_NOT_CAPTURED : SMBT_CUR_OK);
        c = smbt_cur_init(bytes, captured, captured);
        smbt_name_read(&name, &c, true);
        g_assert_cmpuint(strlen(name.s), ==, MIN(captured / 2, 3));
        g_assert_cmpint(c.status, ==, captured < 8 ? SMBT_CUR_MALFORMED : SMBT_CUR_OK);
    }
}

/* A string longer than a name is read to its end all the same. */
static void test_read_long(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    sb_fill(bytes, 'z', 300);
    sb_u8(bytes, 0);
    sb_oem(bytes, "next");
    sb_u8(bytes, 0);
    smbt_name name;
    smbt_cur c = smbt_cur_init(bytes->data, bytes->len, bytes->len);
    smbt_name_read(&name, &c, false);
    g_assert_cmpuint(strlen(name.s), ==, SMBT_NAME_SIZE - 1);
    smbt_name_read(&name, &c, false);
    g_assert_cmpstr(name.s, ==, "next");
}

static void test_equal(void)
{
    smbt_name a = from_oem("Acct-PC01", 9), b = from_oem("ACCT-pc01", 9), c = from_oem("ACCT-PC0", 8);
    g_assert_true(smbt_name_equal(&a, &b));
    g_assert_false(smbt_name_equal(&a, &c));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/oem", test_oem);
    g_test_add_func("/text/utf16", test_utf16);
    g_test_add_func("/text/surrogates", test_surrogates);
    g_test_add_func("/text/not-showable", test_not_showable);
    g_test_add_func("/text/cut-at-character", test_cut_at_character);
    g_test_add_func("/text/read", test_read);
    g_test_add_func("/text/read-aligns", test_read_aligns);
    g_test_add_func("/text/read-every-cut", test_read_every_cut);
    g_test_add_func("/text/read-long", test_read_long);
    g_test_add_func("/text/equal", test_equal);
    return g_test_run();
}
