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

static void test_status_equals(void)
{
    static const struct {
        uint32_t status;
        uint16_t flags2;
        uint32_t ntstatus;
        bool equal;
    } rows[] = {
        {0xc0000022, SB_FLAGS2_NTSTATUS, SMBT_STATUS_ACCESS_DENIED, true},
        {0xc0000022, SB_FLAGS2_NTSTATUS, SMBT_STATUS_LOGON_FAILURE, false},
        {0xc000035c, SB_FLAGS2_NTSTATUS, SMBT_STATUS_NETWORK_SESSION_EXPIRED, true},
        {0x00050001, 0, SMBT_STATUS_ACCESS_DENIED, true},
        {0x00040002, 0, SMBT_STATUS_ACCESS_DENIED, true},
        {0x00050002, 0, SMBT_STATUS_ACCESS_DENIED, false}, /* ERRSRV 5: a bad TID */
        {0x00050002, 0, SMBT_STATUS_SMB_BAD_TID, true},
        {0x00050002, SB_FLAGS2_NTSTATUS, SMBT_STATUS_SMB_BAD_TID, true},
        {0x00060001, 0, SMBT_STATUS_INVALID_HANDLE, true},
        {0x00060002, 0, SMBT_STATUS_INVALID_HANDLE, false}, /* ERRSRV 6: a bad share name */
        {0x00080001, 0, SMBT_STATUS_INSUFF_SERVER_RESOURCES, true},
        {0x00470001, 0, SMBT_STATUS_REQUEST_NOT_ACCEPTED, true},
        {0x00590002, 0, SMBT_STATUS_REQUEST_NOT_ACCEPTED, true},
        {0x00020002, 0, SMBT_STATUS_LOGON_FAILURE, true},
        {0x00020001, 0, SMBT_STATUS_LOGON_FAILURE, false}, /* ERRDOS 2: no such file */
        {0x005a0002, 0, SMBT_STATUS_SMB_TOO_MANY_UIDS, true},
        {0x005a0002, 0, SMBT_STATUS_TOO_MANY_SESSIONS, true},
        {0x005a0002, SB_FLAGS2_NTSTATUS, SMBT_STATUS_SMB_TOO_MANY_UIDS, true},
        {0x005b0002, 0, SMBT_STATUS_SMB_BAD_UID, true},
        {0x005b7702, 0, SMBT_STATUS_SMB_BAD_UID, true}, /* the reserved byte */
        {0x005b7702, SB_FLAGS2_NTSTATUS, SMBT_STATUS_SMB_BAD_UID, false},
        {0x005b0001, 0, SMBT_STATUS_SMB_BAD_UID, false},
        {0x08c10002, 0, SMBT_STATUS_INVALID_LOGON_HOURS, true},
        {0x08c10001, 0, SMBT_STATUS_INVALID_LOGON_HOURS, true},
        {0x08c00002, 0, SMBT_STATUS_INVALID_LOGON_HOURS, false}, /* a workstation that may not */
        {0x00010002, 0, SMBT_STATUS_INVALID_SMB, true},
        {0x00010002, SB_FLAGS2_NTSTATUS, SMBT_STATUS_INVALID_SMB, true},
        {0, 0, 0, true},
        {0, 0, SMBT_STATUS_ACCESS_DENIED, false},
        {0x00050000, 0, SMBT_STATUS_ACCESS_DENIED, false}, /* no class: success */
        {0xffffffff, 0, SMBT_STATUS_ACCESS_DENIED, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_smb1_header h = {
            .status = rows[i].status, .flags2 = rows[i].flags2, .has_status = true, .has_flags = true};
        g_assert_cmpint(smbt_smb1_status_equals(&h, rows[i].ntstatus), ==, rows[i].equal);
        h.has_status = false;
        g_assert_false(smbt_smb1_status_equals(&h, rows[i].ntstatus));
    }
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
    g_assert_cmpstr(smbt_status_name(SMBT_STATUS_INVALID_HANDLE), ==, "STATUS_INVALID_HANDLE");
    g_assert_cmpstr(smbt_status_name(0x80000006), ==, "STATUS_NO_MORE_FILES");
    g_assert_cmpstr(smbt_status_name(0xc0000234), ==, "STATUS_ACCOUNT_LOCKED_OUT");
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
    g_test_add_func("/smb1-header/status-equals", test_status_equals);
    g_test_add_func("/smb1-header/names", test_names);
    return g_test_run();
}
