/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_tree.h"

#include "support/smb_blocks.h"

static void begin(sb_msg *m, GByteArray *b, bool unicode)
{
    sb_begin_bare(m, b, &(sb_header){.flags2 = unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS});
}

static bool decode_request(const GByteArray *b, size_t captured, smbt_tree_connect_request *r)
{
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_tree_connect_request_decode(&block, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static bool decode_response(const GByteArray *b, size_t captured, smbt_tree_connect_response *r)
{
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_tree_connect_response_decode(&block, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static void test_request(void)
{
    for (unsigned unicode = 0; unicode < 2; unicode++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, unicode);
        sb_tree_connect_request(&m, "\\\\FILESRV\\DATA", "?????", unicode);
        smbt_tree_connect_request r;
        g_assert_true(decode_request(b, b->len, &r));
        g_assert_cmpstr(r.path.s, ==, "\\\\FILESRV\\DATA");
        g_assert_cmpstr(r.service.s, ==, "?????");
        g_assert_cmpint(r.disconnects_tid, ==, unicode);
        for (size_t n = 5; n < b->len; n++) {
            g_assert_cmpint(decode_request(b, n, &r), ==, n >= 33);
            if (r.path.s[0]) g_assert_cmpstr(r.path.s, ==, "\\\\FILESRV\\DATA");
            g_assert_cmpstr(r.service.s, ==, "");
        }
    }
}

static void test_old_request(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, false);
    sb_old_tree_connect_request(&m, "\\\\S\\D", "A:");
    smbt_tree_connect_request r;
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, "\\\\S\\D");
    g_assert_cmpstr(r.service.s, ==, "A:");
    b->data[35] = 5; /* format byte */
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpstr(r.path.s, ==, "");
}

static void test_other_command(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, false);
    sb_tree_disconnect(&m);
    smbt_tree_connect_request r;
    smbt_tree_connect_response a;
    g_assert_false(decode_request(b, b->len, &r));
    g_assert_false(decode_response(b, b->len, &a));
}

static void test_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_tree_connect_response(&m, "IPC", "");
    smbt_tree_connect_response r;
    g_assert_true(decode_response(b, b->len, &r));
    g_assert_cmpstr(r.service.s, ==, "IPC");
    g_assert_false(r.has_tid);
    g_assert_true(decode_response(b, 40, &r));
    g_assert_cmpstr(r.service.s, ==, "");
}

static void test_old_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, false);
    sb_old_tree_connect_response(&m, 0x800);
    smbt_tree_connect_response r;
    g_assert_true(decode_response(b, b->len, &r));
    g_assert_true(r.has_tid);
    g_assert_cmphex(r.tid, ==, 0x800);
    g_assert_true(decode_response(b, 36, &r));
    g_assert_false(r.has_tid);
}

static void test_error_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_empty(&m, 0x75);
    smbt_tree_connect_response r;
    g_assert_false(decode_response(b, b->len, &r));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tree/request", test_request);
    g_test_add_func("/tree/old-request", test_old_request);
    g_test_add_func("/tree/other-command", test_other_command);
    g_test_add_func("/tree/response", test_response);
    g_test_add_func("/tree/old-response", test_old_response);
    g_test_add_func("/tree/error-response", test_error_response);
    return g_test_run();
}
