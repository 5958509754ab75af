/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_session_setup.h"

#include "support/smb_blocks.h"

static GByteArray *blob(void)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    static const enum sb_mech mechs[] = {SB_MECH_NTLM};
    sb_ntlm_negotiate(token, &(sb_ntlm){.flags = SB_NTLM_WORKSTATION, .workstation = "FRONTDESK"});
    GByteArray *b = g_byte_array_new();
    sb_spnego_init(b, mechs, 1, token);
    return b;
}

static const sb_session_setup sample = {.max_buffer = 4356,
                                        .max_mpx = 50,
                                        .vc_number = 0,
                                        .session_key = 0xa0b0c0d0,
                                        .capabilities = 0xd4,
                                        .oem_password_len = 24,
                                        .unicode_password_len = 24,
                                        .account = "alice",
                                        .domain = "CORP",
                                        .native_os = "Windows 2002 2600",
                                        .native_lan_man = "Windows 2002 5.1"};

static GByteArray *request(const sb_session_setup *s, guint16 flags2)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &(sb_header){.flags2 = flags2});
    sb_session_setup_request(&m, s);
    return b;
}

static bool decode(const GByteArray *b, size_t captured, smbt_session_setup_request *r)
{
    memset(r, 'x', sizeof *r);
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_session_setup_request_decode(&block, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static void assert_names(const smbt_session_setup_request *r, const char *account, const char *domain)
{
    g_assert_cmpstr(r->account.s, ==, account);
    g_assert_cmpstr(r->domain.s, ==, domain);
    g_assert_cmpstr(r->native_os.s, ==, "Windows 2002 2600");
    g_assert_cmpstr(r->native_lan_man.s, ==, "Windows 2002 5.1");
}

static void assert_client_values(const smbt_session_setup_request *r, uint16_t vc_number)
{
    g_assert_true(r->has_vc_number && r->has_client_values);
    g_assert_cmpuint(r->vc_number, ==, vc_number);
    g_assert_cmpuint(r->max_buffer, ==, 4356);
    g_assert_cmpuint(r->max_mpx, ==, 50);
    g_assert_cmphex(r->session_key, ==, 0xa0b0c0d0);
}

/* Both charsets and both parities of what comes before the text. */
static void test_13_words(void)
{
    for (unsigned extra = 0; extra < 2; extra++) {
        for (unsigned unicode = 0; unicode < 2; unicode++) {
            sb_session_setup s = sample;
            s.word_count = 13;
            s.vc_number = 0x1234;
            s.oem_password_len += extra;
            g_autoptr(GByteArray) b = request(&s, unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS);
            smbt_session_setup_request r;
            g_assert_true(decode(b, b->len, &r));
            assert_client_values(&r, 0x1234);
            assert_names(&r, "alice", "CORP");
            g_assert_true(r.has_capabilities && !r.extended_security);
            g_assert_cmphex(r.capabilities, ==, 0xd4);
            g_assert_cmpint(r.auth.mech, ==, SMBT_AUTH_NONE);
        }
    }
}

static void test_10_words(void)
{
    sb_session_setup s = sample;
    s.word_count = 10;
    g_autoptr(GByteArray) b = request(&s, 0);
    smbt_session_setup_request r;
    g_assert_true(decode(b, b->len, &r));
    assert_client_values(&r, 0);
    assert_names(&r, "alice", "CORP");
    g_assert_false(r.has_capabilities || r.extended_security);
}

static void test_12_words(void)
{
    for (unsigned extra = 0; extra < 2; extra++) {
        g_autoptr(GByteArray) token = blob();
        sb_fill(token, 0, extra);
        sb_session_setup s = sample;
        s.word_count = 12;
        s.blob = token;
        s.capabilities = 0x800000d4;
        g_autoptr(GByteArray) b = request(&s, SB_FLAGS2_NT_EXT);
        smbt_session_setup_request r;
        g_assert_true(decode(b, b->len, &r));
        assert_client_values(&r, 0);
        assert_names(&r, "", "");
        g_assert_true(r.has_capabilities && r.extended_security);
        g_assert_cmpint(r.auth.mech, ==, SMBT_AUTH_NTLM);
        g_assert_cmpstr(r.auth.workstation.s, ==, "FRONTDESK");
    }
}

static void test_other_word_counts(void)
{
    g_autoptr(GByteArray) b = request(&(sb_session_setup){.word_count = 13}, SB_FLAGS2_NT);
    smbt_session_setup_request r;
    static const guint8 counts[] = {0, 1, 9, 11, 14, 255};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        b->data[32] = counts[i];
        g_assert_false(decode(b, b->len, &r));
    }
}

/* Names are whole or absent, values say whether they were captured. */
static void test_every_cut(void)
{
    for (unsigned words = 10; words <= 13; words++) {
        if (words == 11) continue;
        g_autoptr(GByteArray) token = blob();
        sb_session_setup s = sample;
        s.word_count = words;
        s.blob = token;
        g_autoptr(GByteArray) b = request(&s, SB_FLAGS2_NT_EXT);
        for (size_t n = 5; n < b->len; n++) {
            smbt_session_setup_request r;
            g_assert_cmpint(decode(b, n, &r), ==, n >= 33);
            if (n < 33) continue;
            g_assert_cmpint(r.has_vc_number, ==, n >= 43);
            g_assert_cmpint(r.has_client_values, ==, n >= 47);
            g_assert_cmpint(r.has_capabilities, ==, words != 10 && n >= (words == 12 ? 57 : 59));
            g_assert_cmpint(r.extended_security, ==, words == 12);
            if (r.native_os.s[0]) g_assert_cmpstr(r.native_os.s, ==, s.native_os);
            if (r.account.s[0]) g_assert_cmpstr(r.account.s, ==, s.account);
            if (r.auth.workstation.s[0]) g_assert_cmpstr(r.auth.workstation.s, ==, "FRONTDESK");
            g_assert_cmpstr(r.native_lan_man.s, ==, "");
        }
    }
}

/* What a snap length leaves of Ethernet, IPv4, TCP with timestamps, NBSS. */
static void test_snap_lengths(void)
{
    g_autoptr(GByteArray) token = blob();
    sb_session_setup s = sample;
    s.word_count = 12;
    s.blob = token;
    s.capabilities = 0x800000d4;
    g_autoptr(GByteArray) b = request(&s, SB_FLAGS2_NT_EXT);
    const size_t before = 14 + 20 + 32 + 4;
    smbt_session_setup_request r;
    g_assert_true(decode(b, 128 - before, &r));
    assert_client_values(&r, 0);
    g_assert_true(r.has_capabilities && r.capabilities == 0x800000d4);
    g_assert_cmpstr(r.native_os.s, ==, "");
    g_assert_false(decode(b, 96 - before, &r)); /* the header's end */
    g_assert_true(decode(b, 96 - before + 12, &r));
    g_assert_false(r.has_vc_number || r.has_client_values);
    g_assert_true(r.extended_security);
}

/* Clients that leave the padding out, or pad by another count. */
static void test_odd_padding(void)
{
    for (unsigned odd_start = 0; odd_start < 2; odd_start++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        sb_begin_bare(&m, b, &(sb_header){.flags2 = SB_FLAGS2_NT});
        sb_block_begin(&m, 0x73, TRUE);
        sb_fill(b, 0, 22);
        sb_set_le16(b, 47, 1 - odd_start); /* password length: bytes begin at 61 */
        sb_bytes(&m);
        if (!odd_start) sb_u8(b, 0);
        /* Now even with a stray byte to come, or odd without the byte that should come. */
        if (!odd_start) sb_u8(b, 0);
        static const char *const names[] = {"alice", "CORP", "Windows 2002 2600", "Windows 2002 5.1"};
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
            sb_utf16(b, names[i]);
            sb_le16(b, 0);
        }
        sb_block_end(&m);
        smbt_session_setup_request r;
        g_assert_true(decode(b, b->len, &r));
        assert_names(&r, "alice", "CORP");
    }
}

/* The last string's terminator is often half or not there. */
static void test_terminator_missing(void)
{
    sb_session_setup s = sample;
    s.word_count = 13;
    g_autoptr(GByteArray) b = request(&s, SB_FLAGS2_NT);
    for (unsigned less = 1; less <= 2; less++) {
        g_byte_array_set_size(b, b->len - 1);
        sb_set_le16(b, 59, b->len - 61);
        smbt_session_setup_request r;
        g_assert_true(decode(b, b->len, &r));
        assert_names(&r, "alice", "CORP");
    }
}

static void test_password_beyond_bytes(void)
{
    sb_session_setup s = sample;
    s.word_count = 13;
    g_autoptr(GByteArray) b = request(&s, SB_FLAGS2_NT);
    sb_set_le16(b, 47, 0xffff);
    smbt_session_setup_request r;
    g_assert_true(decode(b, b->len, &r));
    assert_client_values(&r, 0);
    g_assert_cmpstr(r.account.s, ==, "");
    g_assert_cmpstr(r.native_os.s, ==, "");
}

static void test_chained(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_session_setup s = sample;
    s.word_count = 13;
    sb_begin_bare(&m, b, &(sb_header){.flags2 = SB_FLAGS2_NT});
    sb_logoff(&m);
    sb_session_setup_request(&m, &s);
    t_message t;
    smbt_andx_block block;
    smbt_session_setup_request r;
    g_assert_true(t_message_init(&t, b, b->len) && smbt_andx_next(&t.andx, &block));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_true(smbt_session_setup_request_decode(&block, t.header.flags2, &r));
    assert_client_values(&r, 0);
    assert_names(&r, "alice", "CORP");
    t_message_clear(&t);
}

static bool decode_response(const sb_session_setup *s, guint16 flags2, size_t captured,
                            smbt_session_setup_response *r)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &(sb_header){.flags = SB_FLAGS_REPLY, .flags2 = flags2});
    if (s)
        sb_session_setup_response(&m, s);
    else
        sb_empty(&m, 0x73);
    t_message t;
    smbt_andx_block block;
    bool ok = t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block) &&
              smbt_session_setup_response_decode(&block, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static void test_response(void)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm_challenge(token, &(sb_ntlm){.flags = SB_NTLM_UNICODE, .target = "DOM", .server_name = "SRV"});
    sb_session_setup s = sample;
    s.action = 1;
    s.blob = token;
    for (unsigned unicode = 0; unicode < 2; unicode++) {
        guint16 flags2 = unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS;
        smbt_session_setup_response r;
        s.word_count = 3;
        g_assert_true(decode_response(&s, flags2, SIZE_MAX, &r));
        g_assert_true(r.has_action && r.action == 1);
        g_assert_cmpstr(r.native_os.s, ==, "Windows 2002 2600");
        g_assert_cmpstr(r.native_lan_man.s, ==, "Windows 2002 5.1");
        g_assert_cmpstr(r.domain.s, ==, "CORP");
        s.word_count = 4;
        g_assert_true(decode_response(&s, flags2, SIZE_MAX, &r));
        g_assert_cmpstr(r.native_os.s, ==, "Windows 2002 2600");
        g_assert_cmpstr(r.native_lan_man.s, ==, "Windows 2002 5.1");
        g_assert_cmpint(r.auth.ntlm_type, ==, 2);
        g_assert_cmpstr(r.auth.server_name.s, ==, "SRV");
        g_assert_true(decode_response(&s, flags2, 38, &r));
        g_assert_false(r.has_action);
        g_assert_true(decode_response(&s, flags2, 39, &r));
        g_assert_true(r.has_action);
        g_assert_false(decode_response(NULL, flags2, SIZE_MAX, &r));
    }
}

/* Of the blob no more than 64 bytes were captured, before and within the Kerberos token. */
static void test_kerberos_blob_cut(void)
{
    static const enum sb_mech offers[][3] = {{SB_MECH_MS_KRB5, SB_MECH_KRB5, SB_MECH_NTLM},
                                             {SB_MECH_KRB5, SB_MECH_MS_KRB5, SB_MECH_NTLM}};
    g_autoptr(GByteArray) ticket = g_byte_array_new();
    sb_kerberos_token(ticket, 1700);
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(offers) + 1; i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        if (i / 2 < G_N_ELEMENTS(offers))
            sb_spnego_init(b, offers[i / 2], i % 2 ? 3 : 1, ticket);
        else
            sb_append(b, ticket);
        sb_session_setup s = sample;
        s.word_count = 12;
        s.blob = b;
        g_autoptr(GByteArray) m = request(&s, SB_FLAGS2_NT_EXT);
        smbt_session_setup_request r;
        for (size_t n = 59 + 64; n <= m->len; n += n < 59 + 200 ? 1 : 97) {
            g_assert_true(decode(m, n, &r));
            g_assert_cmpint(r.auth.mech, ==, SMBT_AUTH_KERBEROS);
            g_assert_cmpuint(r.auth.ntlm_type, ==, 0);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-setup/13-words", test_13_words);
    g_test_add_func("/session-setup/10-words", test_10_words);
    g_test_add_func("/session-setup/12-words", test_12_words);
    g_test_add_func("/session-setup/other-word-counts", test_other_word_counts);
    g_test_add_func("/session-setup/every-cut", test_every_cut);
    g_test_add_func("/session-setup/snap-lengths", test_snap_lengths);
    g_test_add_func("/session-setup/odd-padding", test_odd_padding);
    g_test_add_func("/session-setup/terminator-missing", test_terminator_missing);
    g_test_add_func("/session-setup/password-beyond-bytes", test_password_beyond_bytes);
    g_test_add_func("/session-setup/chained", test_chained);
    g_test_add_func("/session-setup/kerberos-blob-cut", test_kerberos_blob_cut);
    g_test_add_func("/session-setup/response", test_response);
    return g_test_run();
}
