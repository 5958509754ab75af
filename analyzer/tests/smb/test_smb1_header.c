/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/smb1_header.h"
#include "support/smb_build.h"

static const sb_header sample = {.status = 0xc000006d,
                                 .flags = SB_FLAGS_REPLY | 0x18,
                                 .flags2 = SB_FLAGS2_NT_EXT,
                                 .pid = 0x0001feff,
                                 .tid = 0x1234,
                                 .uid = 0x0801,
                                 .mid = 0x0040};

static GByteArray *build(const sb_header *h)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, h);
    sb_empty(&m, 0x73);
    return b;
}

static void test_fields(void)
{
    g_autoptr(GByteArray) b = build(&sample);
    smbt_cur c = smbt_cur_init(b->data, b->len, b->len);
    smbt_smb1_header h;
    g_assert_true(smbt_smb1_header_decode(&c, &h));
    g_assert_cmpuint(c.pos, ==, SMBT_SMB1_HEADER_LEN);
    g_assert_true(smbt_cur_ok(&c));
    g_assert_cmphex(h.command, ==, SMBT_SMB1_SESSION_SETUP_ANDX);
    g_assert_cmphex(h.status, ==, 0xc000006d);
    g_assert_cmphex(h.flags2, ==, SB_FLAGS2_NT_EXT);
    g_assert_cmphex(h.pid, ==, 0x0001feff);
    g_assert_cmphex(h.tid, ==, 0x1234);
    g_assert_cmphex(h.uid, ==, 0x0801);
    g_assert_cmphex(h.mid, ==, 0x0040);
    g_assert_true(h.is_reply && h.has_status && h.has_flags && h.has_ids);
}

static void test_every_cut(void)
{
    g_autoptr(GByteArray) b = build(&sample);
    for (size_t n = 0; n < SMBT_SMB1_HEADER_LEN; n++) {
        smbt_cur c = smbt_cur_init(b->data, n, b->len);
        smbt_smb1_header h;
        g_assert_cmpint(smbt_smb1_header_decode(&c, &h), ==, n >= 5);
        g_assert_cmpint(h.has_status, ==, n >= 9);
        g_assert_cmpint(h.has_flags, ==, n >= 12);
        g_assert_false(h.has_ids);
        g_assert_cmphex(h.pid | h.tid | h.uid | h.mid, ==, 0);
        g_assert_cmpint(c.status, ==, SMBT_CUR_NOT_CAPTURED);
    }
    smbt_cur c = smbt_cur_init(b->data, 20, 20);
    smbt_smb1_header h;
    smbt_smb1_header_decode(&c, &h);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_not_smb1(void)
{
    g_autoptr(GByteArray) b = build(&sample);
    b->data[0] = 0xfe;
    smbt_cur c = smbt_cur_init(b->data, b->len, b->len);
    smbt_smb1_header h;
    g_assert_false(smbt_smb1_header_decode(&c, &h));
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
    g_assert_false(h.has_status || h.has_flags || h.has_ids);
}

static void test_status(void)
{
    static const struct {
        uint32_t status;
        uint16_t flags2;
        bool is_error;
    } rows[] = {
        {0, SB_FLAGS2_NTSTATUS, false},
        {0xc000006d, SB_FLAGS2_NTSTATUS, true},
        {0xc0000016, SB_FLAGS2_NTSTATUS, false},
        {0xc0000016, 0, false},
        {0x80000005, SB_FLAGS2_NTSTATUS, false}, /* a warning */
        {0x00000103, SB_FLAGS2_NTSTATUS, false},
        {0x0000010c, SB_FLAGS2_NTSTATUS, false},
        {0x005b0002, SB_FLAGS2_NTSTATUS, true},
        {0x00010002, SB_FLAGS2_NTSTATUS, true},
        {0x00710001, SB_FLAGS2_NTSTATUS, true},
        {0, 0, false},
        {0x00020001, 0, true}, /* ERRDOS, ERRbadfile */
        {0x00020000, 0, false},
        {0x005b0002, 0, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_smb1_header h = {.status = rows[i].status, .flags2 = rows[i].flags2, .has_flags = true};
        g_assert_cmpint(smbt_smb1_status_is_error(&h), ==, rows[i].is_error);
    }
    smbt_smb1_header cut = {.status = 0x00000103, .has_status = true};
    g_assert_false(smbt_smb1_status_is_error(&cut));
    cut.status = 0xc0000022;
    g_assert_true(smbt_smb1_status_is_error(&cut));
}

static void test_names(void)
{
    g_assert_cmpstr(smbt_smb1_command_name(0x2e), ==, "READ_ANDX");
    g_assert_cmpstr(smbt_smb1_command_name(0x9d), ==, "UNKNOWN");
    g_assert_cmpstr(smbt_smb1_command_name(0xff), ==, "UNKNOWN");
    unsigned andx = 0;
    for (unsigned i = 0; i < 256; i++)
        andx += smbt_smb1_command_is_andx((uint8_t)i);
    g_assert_cmpuint(andx, ==, 9);
    g_assert_true(smbt_smb1_command_is_andx(0xa2));
    g_assert_false(smbt_smb1_command_is_andx(0x72));
    g_assert_cmpstr(smbt_status_name(0xc000006d), ==, "STATUS_LOGON_FAILURE");
    g_assert_cmpstr(smbt_status_name(SMBT_STATUS_SMB_BAD_UID), ==, "STATUS_SMB_BAD_UID");
    g_assert_null(smbt_status_name(0));
    g_assert_null(smbt_status_name(0xffffffff));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/smb1-header/fields", test_fields);
    g_test_add_func("/smb1-header/every-cut", test_every_cut);
    g_test_add_func("/smb1-header/not-smb1", test_not_smb1);
    g_test_add_func("/smb1-header/status", test_status);
    g_test_add_func("/smb1-header/names", test_names);
    return g_test_run();
}
