/* What becomes of messages of SMB2 and NetBIOS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blanked.h"

/* ---- SMB2, NetBIOS --------------------------------------------------------------------------------------*/

static void test_smb2_setup(void)
{
    g_autoptr(GByteArray) out = anonymized(build_smb2_setup, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len), c = message;
    smbt_smb2_header h;
    smbt_smb2_session_setup_request r;
    g_assert_true(smbt_smb2_header_decode(&c, &h));
    g_assert_cmpuint(h.message_id, ==, 3);
    g_assert_cmpuint(h.session_id, ==, 0x77);
    g_assert_true(smbt_smb2_session_setup_request_decode(message, &r));
    g_assert_cmphex(r.previous_session_id, ==, 0x1122334455667788);
    assert_shape(r.auth.user.s, USER);
    assert_shape(r.auth.workstation.s, WORKSTATION);
}

static void test_smb2_compound(void)
{
    g_autoptr(GByteArray) out = anonymized(build_smb2_compound, NULL);
    smbt_cur rest = smbt_cur_init(out->data, out->len, out->len);
    for (unsigned i = 4; i <= 6; i++) {
        smbt_smb2_header h;
        smbt_cur c = rest;
        g_assert_true(smbt_smb2_header_decode(&c, &h));
        g_assert_cmpuint(h.message_id, ==, i);
        smbt_cur_skip(&rest, h.next);
    }
}

static void build_smb2_negotiate(GByteArray *out)
{
    static const guint8 guid[16] = {PROOF, PROOF, PROOF, PROOF, PROOF, PROOF, PROOF, PROOF};
    static const guint16 dialects[] = {0x0202, 0x0210, 0x0300, 0x0302};
    sb2_msg m;
    sb2_begin_bare(&m, out, &(sb2_header){.command = SMBT_SMB2_NEGOTIATE});
    sb2_negotiate_request(&m, guid, dialects, G_N_ELEMENTS(dialects));
    sb2_end(&m);
}

static void test_smb2_negotiate(void)
{
    static const uint8_t zero[16];
    g_autoptr(GByteArray) out = anonymized(build_smb2_negotiate, NULL);
    smbt_cur c = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb2_header h;
    uint8_t guid[16];
    g_assert_true(smbt_smb2_header_decode(&c, &h));
    g_assert_true(smbt_smb2_negotiate_request_decode(c, guid));
    g_assert_true(memcmp(guid, zero, 16) != 0);
}

/* A context with the server's name, and one with a salt. */
static void test_smb2_contexts(void)
{
    g_autoptr(GByteArray) m = g_byte_array_new(), name = g_byte_array_new();
    build_smb2_negotiate(m);
    while (m->len % 8)
        sb_u8(m, 0);
    guint32 at = m->len;
    sb_utf16(name, SERVER);
    sb_le16(m, 5);
    sb_le16(m, name->len);
    sb_le32(m, 0);
    sb_append(m, name);
    while (m->len % 8)
        sb_u8(m, 0);
    sb_le16(m, 1);
    sb_le16(m, 38);
    sb_le32(m, 0);
    sb_le16(m, 1);
    sb_le16(m, 32);
    sb_le16(m, 1);
    sb_fill(m, PROOF, 32);
    sb_set_le32(m, 64 + 28, at);
    sb_set_le16(m, 64 + 32, 2);
    assert_clean_at_every_length(m, NULL);
    g_autofree uint8_t *out = g_malloc(m->len);
    smbt_blank_memory none = {0};
    blank(m->data, m->len, m->len, &none, out);
    g_assert_cmpmem(out + at, 8, m->data + at, 8);
    g_assert_true(g_ascii_isupper((char)out[at + 8]));
}

/* A context whose length is wrong and covers the next one, which has the server's name: none of that gets
 * through. */
static void test_smb2_context_too_long(void)
{
    static const uint16_t types[] = {2, 3, 8};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(GByteArray) m = g_byte_array_new(), name = g_byte_array_new();
        build_smb2_negotiate(m);
        while (m->len % 8)
            sb_u8(m, 0);
        guint32 at = m->len;
        sb_utf16(name, SERVER);
        sb_le16(m, types[i]);
        sb_le16(m, (uint16_t)(16 + name->len));
        sb_le32(m, 0);
        sb_le16(m, 16); /* algorithms, it says */
        sb_le16(m, 1);
        sb_le32(m, 0);
        sb_le16(m, 5);
        sb_le16(m, (uint16_t)name->len);
        sb_le32(m, 0);
        sb_append(m, name);
        sb_set_le32(m, 64 + 28, at);
        sb_set_le16(m, 64 + 32, 1);
        assert_clean_at_every_length(m, NULL);
    }
}

static void build_transform(GByteArray *out)
{
    g_autoptr(GByteArray) m = g_byte_array_new();
    sb2_transform(m, 0x77, 100);
    g_byte_array_append(out, m->data + 4, m->len - 4); /* without its length */
    memset(out->data + 4, PROOF, 32);                  /* signature and nonce */
    memset(out->data + out->len - 100, PROOF, 100);
}

static void test_transform(void)
{
    g_autoptr(GByteArray) out = anonymized(build_transform, NULL);
    g_assert_true(smbt_smb2_is_opaque(smbt_cur_init(out->data, out->len, out->len)));
}

static void test_session_request(void)
{
    g_autoptr(GByteArray) m = g_byte_array_new();
    sb_nbss_request(m, SERVER, 0x20, WORKSTATION, 0);
    const uint8_t *body = m->data + 4;
    size_t len = m->len - 4;
    for (size_t captured = 0; captured <= len; captured++) {
        g_autofree uint8_t *exact = g_memdup2(body, captured), *out = g_malloc(captured + 1);
        smbt_blank b = {.key = key, .message = smbt_cur_init(exact, captured, len), .out = out};
        smbt_blank_memory memory = {0};
        smbt_blank_message(&b, SMBT_NBSS_REQUEST, &memory);
        if (captured > 8) g_assert_true(memcmp(out + 1, body + 1, 8) != 0);
        smbt_nbss_request r;
        bool decodes = smbt_nbss_request_decode(smbt_cur_init(out, captured, len), &r);
        g_assert_cmpint(decodes, ==, captured == len);
        if (!decodes) continue;
        assert_shape(r.called.s, SERVER);
        assert_shape(r.calling.s, WORKSTATION);
        g_assert_cmpuint(r.called_suffix, ==, 0x20);
        /* The name that NTLM has of the machine. */
        smbt_auth a = auth_of(build_type3);
        g_assert_cmpint(g_ascii_strcasecmp(a.workstation.s, r.calling.s), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    smbt_anonymize_cipher cipher = t_cipher("k");
    key = smbt_anon_key_new(&cipher);
    g_test_add_func("/blank/smb2/setup", test_smb2_setup);
    g_test_add_func("/blank/smb2/compound", test_smb2_compound);
    g_test_add_func("/blank/smb2/negotiate", test_smb2_negotiate);
    g_test_add_func("/blank/smb2/context-too-long", test_smb2_context_too_long);
    g_test_add_func("/blank/smb2/contexts", test_smb2_contexts);
    g_test_add_func("/blank/smb2/transform", test_transform);
    g_test_add_func("/blank/session-request", test_session_request);
    int status = g_test_run();
    smbt_anon_key_free(key);
    return status;
}
