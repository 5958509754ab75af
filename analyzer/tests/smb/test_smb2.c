/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/smb2.h"

#include "support/smb_build.h"

#include <string.h>

static const sb2_header sample = {.command = SMBT_SMB2_SESSION_SETUP,
                                  .status = 0xc0000016,
                                  .flags = SMBT_SMB2_FLAGS_REPLY | SMBT_SMB2_FLAGS_ASYNC,
                                  .message_id = G_GUINT64_CONSTANT(0x1122334455667788),
                                  .async_or_tree_id = 9,
                                  .session_id = G_GUINT64_CONSTANT(0xa1a2a3a4a5a6a7a8)};

static const guint8 guid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static smbt_cur cut(const GByteArray *b, size_t captured)
{
    return smbt_cur_init(b->data, captured, b->len);
}

static void test_header(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_msg m;
    sb2_begin_bare(&m, b, &sample);
    sb2_error(&m);
    smbt_cur c = cut(b, b->len);
    smbt_smb2_header h;
    g_assert_true(smbt_smb2_header_decode(&c, &h));
    g_assert_cmpuint(c.pos, ==, SMBT_SMB2_HEADER_LEN);
    g_assert_cmpuint(h.command, ==, 1);
    g_assert_cmphex(h.status, ==, 0xc0000016);
    g_assert_cmphex(h.message_id, ==, sample.message_id);
    g_assert_cmphex(h.session_id, ==, sample.session_id);
    g_assert_cmpuint(h.next, ==, 0);
    g_assert_true(h.is_reply && h.is_async && h.has_flags && h.has_message_id && h.has_session_id);

    for (size_t n = 0; n < SMBT_SMB2_HEADER_LEN; n++) {
        c = cut(b, n);
        g_assert_cmpint(smbt_smb2_header_decode(&c, &h), ==, n >= 14);
        g_assert_cmpint(h.has_flags, ==, n >= 24);
        g_assert_cmpint(h.has_message_id, ==, n >= 32);
        g_assert_cmpint(h.has_session_id, ==, n >= 48);
        g_assert_cmphex(h.session_id, ==, n >= 48 ? sample.session_id : 0);
    }
}

static void test_compound(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_msg m;
    sb2_begin(&m, b, &(sb2_header){.command = SMBT_SMB2_CREATE});
    sb2_create_request(&m, "a");
    sb2_next(&m, &(sb2_header){.command = SMBT_SMB2_CLOSE});
    sb2_close_request(&m, 1, 2);
    sb2_end(&m);
    smbt_cur c = smbt_cur_init(b->data + 4, b->len - 4, b->len - 4), first = c;
    smbt_smb2_header h;
    g_assert_true(smbt_smb2_header_decode(&first, &h));
    g_assert_cmpuint(h.next % 8, ==, 0);
    smbt_cur_seek(&c, h.next);
    g_assert_true(smbt_smb2_header_decode(&c, &h));
    g_assert_cmpuint(h.command, ==, SMBT_SMB2_CLOSE);
    g_assert_cmpuint(h.next, ==, 0);
}

static void test_opaque(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_transform(b, 1, 100);
    smbt_cur c = smbt_cur_init(b->data + 4, b->len - 4, b->len - 4);
    smbt_smb2_header h;
    g_assert_true(smbt_smb2_is_opaque(c));
    g_assert_false(smbt_smb2_header_decode(&c, &h));
    b->data[4] = 0xfc;
    c = smbt_cur_init(b->data + 4, b->len - 4, b->len - 4);
    g_assert_true(smbt_smb2_is_opaque(c));
    b->data[4] = 0xfe;
    g_assert_false(smbt_smb2_is_opaque(c));
    g_assert_false(smbt_smb2_is_opaque(smbt_cur_init(b->data, 0, 0)));
}

static void test_negotiate(void)
{
    static const guint16 dialects[] = {0x0202, 0x0210, 0x0300};
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_msg m = {.out = b, .bare = TRUE};
    guint8 found[16];
    sb2_negotiate_request(&m, guid, dialects, G_N_ELEMENTS(dialects));
    for (size_t n = 0; n <= b->len; n++)
        g_assert_cmpint(smbt_smb2_negotiate_request_decode(cut(b, n), found), ==, n >= 28);
    g_assert_cmpmem(found, 16, guid, 16);
    uint16_t dialect = 0;
    g_assert_false(smbt_smb2_negotiate_response_decode(cut(b, b->len), &dialect));

    g_byte_array_set_size(b, 0);
    sb2_negotiate_response(&m, 0x02ff, guid, NULL);
    for (size_t n = 0; n <= b->len; n++)
        g_assert_cmpint(smbt_smb2_negotiate_response_decode(cut(b, n), &dialect), ==, n >= 6);
    g_assert_cmphex(dialect, ==, 0x02ff);
    memset(found, 0, sizeof found);
    for (size_t n = 0; n <= b->len; n++)
        g_assert_cmpint(smbt_smb2_server_guid_decode(cut(b, n), found), ==, n >= 24);
    g_assert_cmpmem(found, 16, guid, 16);
    b->data[0] ^= 1; /* no response of NEGOTIATE */
    g_assert_false(smbt_smb2_server_guid_decode(cut(b, b->len), found));
    b->data[0] ^= 1;
    g_assert_false(smbt_smb2_negotiate_request_decode(cut(b, b->len), found));
}

static void test_session_setup(void)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm_authenticate(
        token, &(sb_ntlm){.flags = SB_NTLM_UNICODE, .user = "bob", .workstation = "PC7", .nt_len = 24});
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb2_msg m;
    sb2_begin_bare(&m, b, &(sb2_header){.command = SMBT_SMB2_SESSION_SETUP});
    sb2_session_setup_request(&m, 0x1234567890, token);
    smbt_smb2_session_setup_request r;
    g_assert_true(smbt_smb2_session_setup_request_decode(cut(b, b->len), &r));
    g_assert_cmphex(r.previous_session_id, ==, 0x1234567890);
    g_assert_cmpint(r.auth.ntlm_type, ==, 3);
    g_assert_cmpstr(r.auth.user.s, ==, "bob");
    g_assert_cmpstr(r.auth.workstation.s, ==, "PC7");
    for (size_t n = 0; n < b->len; n++) {
        g_assert_cmpint(smbt_smb2_session_setup_request_decode(cut(b, n), &r), ==, n >= 64 + 24);
        g_assert_cmpint(r.auth.ntlm_type, ==, n >= 88 + 12 ? 3 : 0);
    }
    sb_set_le16(b, 64 + 12, 0xffff); /* blob offset */
    g_assert_true(smbt_smb2_session_setup_request_decode(cut(b, b->len), &r));
    g_assert_cmpint(r.auth.mech, ==, SMBT_AUTH_NONE);
    sb_set_le16(b, 64, 9); /* a response's size */
    g_assert_false(smbt_smb2_session_setup_request_decode(cut(b, b->len), &r));
}

static void test_names(void)
{
    g_assert_cmpstr(smbt_smb2_command_name(0), ==, "NEGOTIATE");
    g_assert_cmpstr(smbt_smb2_command_name(8), ==, "READ");
    g_assert_cmpstr(smbt_smb2_command_name(SMBT_SMB2_CANCEL), ==, "CANCEL");
    g_assert_cmpstr(smbt_smb2_command_name(SMBT_SMB2_OPLOCK_BREAK), ==, "OPLOCK_BREAK");
    g_assert_cmpstr(smbt_smb2_command_name(19), ==, "UNKNOWN");
    g_assert_cmpstr(smbt_smb2_command_name(0xffff), ==, "UNKNOWN");
    g_assert_cmpstr(smbt_smb2_dialect_name(0x0311), ==, "SMB 3.1.1");
    g_assert_cmpstr(smbt_smb2_dialect_name(0x02ff), ==, "SMB 2.\?\?\?");
    g_assert_null(smbt_smb2_dialect_name(0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/smb2/header", test_header);
    g_test_add_func("/smb2/compound", test_compound);
    g_test_add_func("/smb2/opaque", test_opaque);
    g_test_add_func("/smb2/negotiate", test_negotiate);
    g_test_add_func("/smb2/session-setup", test_session_setup);
    g_test_add_func("/smb2/names", test_names);
    return g_test_run();
}
