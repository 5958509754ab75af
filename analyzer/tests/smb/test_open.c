/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_open.h"

#include "support/smb_blocks.h"

static const guint8 old_commands[] = {0x02, 0x03, 0x0e, 0x0f, 0xc0};

static void begin(sb_msg *m, GByteArray *b, bool unicode)
{
    sb_begin_bare(m, b, &(sb_header){.flags2 = unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS});
}

static bool decode_request(const GByteArray *b, size_t captured, smbt_open_request *r)
{
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_open_request_decode(&block, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static bool decode_response(const GByteArray *b, size_t captured, smbt_open_response *r)
{
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_open_response_decode(&block, r);
    t_message_clear(&t);
    return ok;
}

static void assert_path(const GByteArray *b, const char *path)
{
    smbt_open_request r;
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, path);
    for (size_t n = 5; n < b->len; n++) {
        g_assert_cmpint(decode_request(b, n, &r), ==, n >= 33);
        if (n >= 33 && r.path.s[0]) g_assert_cmpstr(r.path.s, ==, path);
    }
}

static void test_requests(void)
{
    for (unsigned unicode = 0; unicode < 2; unicode++) {
        for (size_t i = 0; i < G_N_ELEMENTS(old_commands) + 2; i++) {
            g_autoptr(GByteArray) b = g_byte_array_new();
            sb_msg m;
            begin(&m, b, unicode);
            if (i < G_N_ELEMENTS(old_commands))
                sb_old_open_request(&m, old_commands[i], "\\a\\b.txt");
            else if (i == G_N_ELEMENTS(old_commands))
                sb_open_andx_request(&m, "\\a\\b.txt");
            else
                sb_nt_create_request(&m, "\\a\\b.txt");
            assert_path(b, "\\a\\b.txt");
        }
    }
}

/* NT_CREATE_ANDX names need no terminator: NameLength says how long they are. */
static void test_nt_create_name_length(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, false);
    sb_nt_create_request(&m, "\\srvsvc");
    sb_set_le16(b, 33 + 5, 4);
    smbt_open_request r;
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, "\\srv");
    sb_set_le16(b, 33 + 5, 0xffff);
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, "\\srvsvc");
    sb_set_le16(b, 33 + 5, 0);
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, "");
}

static void test_nt_create_response(void)
{
    static const enum smbt_open_kind kinds[] = {SMBT_OPEN_DISK, SMBT_OPEN_PIPE, SMBT_OPEN_PIPE,
                                                SMBT_OPEN_PRINTER, SMBT_OPEN_OTHER};
    for (unsigned type = 0; type < G_N_ELEMENTS(kinds); type++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, true);
        sb_nt_create_response(&m, 0x4001, 2, type);
        smbt_open_response r;
        g_assert_true(decode_response(b, b->len, &r));
        g_assert_cmphex(r.fid, ==, 0x4001);
        g_assert_cmpuint(r.oplock_level, ==, 2);
        g_assert_cmpint(r.kind, ==, kinds[type]);
        for (size_t n = 33; n < 33 + 65; n++) {
            g_assert_cmpint(decode_response(b, n, &r), ==, n >= 33 + 7);
            g_assert_cmpint(r.kind, ==, SMBT_OPEN_OTHER);
        }
    }
}

static void test_open_andx_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_open_andx_response(&m, 0x4002, 0, 0x8001);
    smbt_open_response r;
    g_assert_true(decode_response(b, b->len, &r));
    g_assert_cmphex(r.fid, ==, 0x4002);
    g_assert_cmpuint(r.oplock_level, ==, 1);
    g_assert_cmpint(r.kind, ==, SMBT_OPEN_DISK);
    g_assert_true(decode_response(b, 39, &r)); /* the FID and no more */
    g_assert_cmpuint(r.oplock_level, ==, 0);
    g_assert_cmpint(r.kind, ==, SMBT_OPEN_OTHER);
    g_assert_false(decode_response(b, 38, &r));
}

static void test_old_responses(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(old_commands); i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, false);
        sb_old_open_response(&m, old_commands[i], 0x77);
        smbt_open_response r;
        g_assert_true(decode_response(b, b->len, &r));
        g_assert_cmphex(r.fid, ==, 0x77);
        g_assert_cmpint(r.kind, ==, old_commands[i] == 0xc0 ? SMBT_OPEN_PRINTER : SMBT_OPEN_OTHER);
        g_assert_false(decode_response(b, 34, &r));
    }
}

static void test_error_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_empty(&m, 0xa2);
    smbt_open_response r;
    g_assert_false(decode_response(b, b->len, &r));
}

static void test_close(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_close_request(&m, 0x4003);
    for (size_t n = 33; n <= b->len; n++) {
        t_message t;
        smbt_andx_block block;
        uint16_t fid = 0;
        g_assert_true(t_message_init(&t, b, n) && smbt_andx_next(&t.andx, &block));
        g_assert_cmpint(smbt_close_request_decode(&block, &fid), ==, n >= 35);
        g_assert_cmphex(fid, ==, n >= 35 ? 0x4003 : 0);
        t_message_clear(&t);
    }
    unsigned opens = 0, closes = 0;
    for (unsigned i = 0; i < 256; i++) {
        opens += smbt_command_is_open((uint8_t)i);
        closes += smbt_command_is_close((uint8_t)i);
    }
    g_assert_cmpuint(opens, ==, 7);
    g_assert_cmpuint(closes, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/open/requests", test_requests);
    g_test_add_func("/open/nt-create-name-length", test_nt_create_name_length);
    g_test_add_func("/open/nt-create-response", test_nt_create_response);
    g_test_add_func("/open/open-andx-response", test_open_andx_response);
    g_test_add_func("/open/old-responses", test_old_responses);
    g_test_add_func("/open/error-response", test_error_response);
    g_test_add_func("/open/close", test_close);
    return g_test_run();
}
