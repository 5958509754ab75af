/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_negotiate.h"

#include "support/smb_blocks.h"

static const sb_header header = {.flags2 = SB_FLAGS2_NT_EXT};

static GByteArray *request(const char *const *dialects)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    sb_negotiate_request(&m, dialects);
    return b;
}

static bool decode_request(const GByteArray *b, size_t captured, smbt_negotiate_request *r)
{
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_negotiate_request_decode(&block, r);
    t_message_clear(&t);
    return ok;
}

static bool decode_response(const sb_negotiate *n, size_t captured, smbt_negotiate_response *r)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    sb_negotiate_response(&m, n);
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_negotiate_response_decode(&block, r);
    t_message_clear(&t);
    return ok;
}

static void test_request(void)
{
    static const char *const dialects[] = {"PC NETWORK PROGRAM 1.0", "NT LM 0.12", NULL};
    g_autoptr(GByteArray) b = request(dialects);
    smbt_negotiate_request r;
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpuint(r.dialects, ==, 2);
    g_assert_cmpstr(r.dialect[0].s, ==, "PC NETWORK PROGRAM 1.0");
    g_assert_cmpstr(r.dialect[1].s, ==, "NT LM 0.12");
    g_assert_false(r.offers_smb2);
    /* Every cut: only whole dialects count. */
    for (size_t n = 5; n < b->len; n++) {
        g_assert_cmpint(decode_request(b, n, &r), ==, n >= 35);
        g_assert_cmpuint(r.dialects, ==, n >= 35 + 24 ? 1 : 0);
    }
}

static void test_offers_smb2(void)
{
    static const char *const a[] = {"NT LM 0.12", "SMB 2.002", NULL}, *const b[] = {"SMB 2.\?\?\?", NULL};
    g_autoptr(GByteArray) first = request(a);
    g_autoptr(GByteArray) second = request(b);
    smbt_negotiate_request r;
    g_assert_true(decode_request(first, first->len, &r));
    g_assert_true(r.offers_smb2);
    g_assert_true(decode_request(second, second->len, &r));
    g_assert_true(r.offers_smb2);
}

static void test_many_dialects(void)
{
    const char *dialects[SMBT_NEGOTIATE_MAX_DIALECTS + 3] = {NULL};
    for (size_t i = 0; i < SMBT_NEGOTIATE_MAX_DIALECTS + 1; i++)
        dialects[i] = "X";
    dialects[SMBT_NEGOTIATE_MAX_DIALECTS + 1] = "SMB 2.002";
    g_autoptr(GByteArray) b = request(dialects);
    smbt_negotiate_request r;
    g_assert_true(decode_request(b, b->len, &r));
    g_assert_cmpuint(r.dialects, ==, SMBT_NEGOTIATE_MAX_DIALECTS + 2);
    g_assert_true(r.offers_smb2);
}

static const sb_negotiate nt = {.word_count = 17,
                                .dialect_index = 5,
                                .security_mode = 3,
                                .max_mpx = 50,
                                .max_vcs = 1,
                                .max_buffer = 16644,
                                .session_key = 0x01020304,
                                .capabilities = 0x8000f3fd,
                                .system_time = G_GUINT64_CONSTANT(0x01c9a0b0c0d0e0f0),
                                .time_zone = -60,
                                .server_guid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void test_response_nt(void)
{
    smbt_negotiate_response r;
    g_assert_true(decode_response(&nt, SIZE_MAX, &r));
    g_assert_true(r.complete && r.extended_security && r.has_server_guid);
    g_assert_cmpuint(r.dialect_index, ==, 5);
    g_assert_cmpuint(r.security_mode, ==, 3);
    g_assert_cmpuint(r.max_mpx, ==, 50);
    g_assert_cmpuint(r.max_vcs, ==, 1);
    g_assert_cmpuint(r.max_buffer, ==, 16644);
    g_assert_cmphex(r.session_key, ==, 0x01020304);
    g_assert_cmphex(r.capabilities, ==, 0x8000f3fd);
    g_assert_cmphex(r.system_time, ==, nt.system_time);
    g_assert_cmpint(r.time_zone, ==, -60);
    g_assert_cmpmem(r.server_guid, 16, nt.server_guid, 16);
}

static void test_response_nt_every_cut(void)
{
    smbt_negotiate_response r;
    for (size_t n = 5; n < 85; n++) {
        g_assert_cmpint(decode_response(&nt, n, &r), ==, n >= 35);
        g_assert_cmpint(r.complete, ==, n >= 67);
        g_assert_cmpint(r.extended_security, ==, n >= 56);
        g_assert_false(r.has_server_guid);
    }
    g_assert_true(decode_response(&nt, 85, &r));
    g_assert_true(r.has_server_guid);
}

static void test_response_without_extended_security(void)
{
    sb_negotiate n = nt;
    smbt_negotiate_response r;
    n.capabilities = 0xf3fd;
    g_assert_true(decode_response(&n, SIZE_MAX, &r));
    g_assert_true(r.complete && !r.extended_security && !r.has_server_guid);
}

static void test_response_old(void)
{
    sb_negotiate n = nt;
    smbt_negotiate_response r;
    n.word_count = 13;
    g_assert_true(decode_response(&n, SIZE_MAX, &r));
    g_assert_true(r.complete);
    g_assert_cmpuint(r.max_buffer, ==, 16644);
    g_assert_cmpuint(r.max_mpx, ==, 50);
    g_assert_cmpuint(r.max_vcs, ==, 1);
    g_assert_cmphex(r.session_key, ==, 0x01020304);
    g_assert_cmpint(r.time_zone, ==, -60);
    g_assert_cmphex(r.capabilities, ==, 0);
    n.word_count = 1;
    n.dialect_index = 0xffff;
    g_assert_true(decode_response(&n, SIZE_MAX, &r));
    g_assert_true(r.complete);
    g_assert_cmphex(r.dialect_index, ==, 0xffff);
    g_assert_cmpuint(r.max_mpx, ==, 0);
}

static void test_error_response(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    sb_empty(&m, 0x72);
    t_message t;
    smbt_andx_block block;
    smbt_negotiate_response r;
    g_assert_true(t_message_init(&t, b, b->len) && smbt_andx_next(&t.andx, &block));
    g_assert_false(smbt_negotiate_response_decode(&block, &r));
    t_message_clear(&t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/negotiate/request", test_request);
    g_test_add_func("/negotiate/offers-smb2", test_offers_smb2);
    g_test_add_func("/negotiate/many-dialects", test_many_dialects);
    g_test_add_func("/negotiate/response-nt", test_response_nt);
    g_test_add_func("/negotiate/response-nt-every-cut", test_response_nt_every_cut);
    g_test_add_func("/negotiate/response-without-extended-security", test_response_without_extended_security);
    g_test_add_func("/negotiate/response-old", test_response_old);
    g_test_add_func("/negotiate/error-response", test_error_response);
    return g_test_run();
}
