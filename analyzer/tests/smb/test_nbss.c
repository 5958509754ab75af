/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/nbss.h"
#include "support/smb_build.h"

static bool decode(const GByteArray *b, size_t captured, smbt_nbss_request *r)
{
    return smbt_nbss_request_decode(smbt_cur_init(b->data, captured, b->len), r);
}

static GByteArray *names(void)
{
    GByteArray *b = g_byte_array_new();
    sb_nbss_name(b, "*SMBSERVER", 0x20);
    sb_nbss_name(b, "ACCT PC-01", 0x00);
    return b;
}

static void test_names(void)
{
    g_autoptr(GByteArray) b = names();
    smbt_nbss_request r;
    g_assert_cmpuint(b->len, ==, 68);
    g_assert_true(decode(b, b->len, &r));
    g_assert_cmpstr(r.called.s, ==, "*SMBSERVER");
    g_assert_cmpint(r.called_suffix, ==, 0x20);
    g_assert_cmpstr(r.calling.s, ==, "ACCT PC-01");
    g_assert_cmpint(r.calling_suffix, ==, 0);
}

static void test_full_length(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_nbss_name(b, "FIFTEEN-LETTERS", 0x20);
    sb_nbss_name(b, "", 0x03);
    smbt_nbss_request r;
    g_assert_true(decode(b, b->len, &r));
    g_assert_cmpstr(r.called.s, ==, "FIFTEEN-LETTERS");
    g_assert_cmpstr(r.calling.s, ==, "");
    g_assert_cmpint(r.calling_suffix, ==, 3);
}

static void test_cut(void)
{
    g_autoptr(GByteArray) b = names();
    smbt_nbss_request r;
    for (size_t n = 0; n < b->len; n++) {
        g_assert_false(decode(b, n, &r));
        g_assert_cmpstr(r.calling.s, ==, "");
    }
}

static void test_not_encoded(void)
{
    g_autoptr(GByteArray) b = names();
    smbt_nbss_request r;
    b->data[40] = 'Q';
    g_assert_false(decode(b, b->len, &r));
    b->data[40] = '@';
    g_assert_false(decode(b, b->len, &r));
    b->data[40] = 'P';
    g_assert_true(decode(b, b->len, &r));
    b->data[0] = 31;
    g_assert_false(decode(b, b->len, &r));
}

static void test_scope(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_nbss_name(b, "SRV", 0x20);
    g_byte_array_set_size(b, b->len - 1);
    sb_u8(b, 4);
    sb_oem(b, "corp");
    sb_u8(b, 0);
    sb_nbss_name(b, "PC", 0);
    smbt_nbss_request r;
    g_assert_true(decode(b, b->len, &r));
    g_assert_cmpstr(r.called.s, ==, "SRV");
    g_assert_cmpstr(r.calling.s, ==, "PC");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nbss/names", test_names);
    g_test_add_func("/nbss/full-length", test_full_length);
    g_test_add_func("/nbss/cut", test_cut);
    g_test_add_func("/nbss/not-encoded", test_not_encoded);
    g_test_add_func("/nbss/scope", test_scope);
    return g_test_run();
}
