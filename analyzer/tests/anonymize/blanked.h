/* Messages with names and secrets in them, and what is left of those.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_ANONYMIZE_BLANKED_H
#define SMBT_TESTS_ANONYMIZE_BLANKED_H

#include "anonymize/blank.h"
#include "anonymize/copy.h"
#include "smb/cmd_open.h"
#include "smb/cmd_search.h"
#include "smb/cmd_session_setup.h"
#include "smb/cmd_transaction.h"
#include "smb/cmd_tree.h"
#include "smb/nbss.h"
#include "smb/smb2.h"
#include "support/smb_build.h"

#define USER        "alice.smith"
#define DOMAIN      "EXAMPLE-CORP"
#define WORKSTATION "ACCT-PC01"
#define SERVER      "FILESRV07"
#define UNC         "\\\\" SERVER "\\projects"
#define FILE_PATH   "\\budget\\merger plan.doc"

static const char *const secrets[] = {"alice",   "smith",    "example", "acct-pc", "pc01",
                                      "filesrv", "projects", "budget",  "merger",  "plan.doc"};
/* Filler of data here; then that of the builders: passwords, challenges and responses, tickets, data. */
#define PROOF 0xa5
static const uint8_t proofs[] = {PROOF, 0x11, 0x22, 0xc5, 0x5a, 0xd2, 0x5e, 0xee, 0x3c, 0x4d};

static smbt_anon_key *key;

static inline smbt_blank blank(const uint8_t *bytes, size_t captured, size_t len, smbt_blank_memory *memory,
                               uint8_t *out)
{
    smbt_blank b = {.key = key, .message = smbt_cur_init(bytes, captured, len), .out = out};
    smbt_blank_message(&b, SMBT_NBSS_MESSAGE, memory);
    g_assert_cmpuint(b.used, <=, captured);
    return b;
}

static inline void assert_no_text(const uint8_t *out, size_t n, const char *text)
{
    g_autofree uint8_t *lower = g_malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        lower[i] = (uint8_t)g_ascii_tolower((char)out[i]);
    g_autoptr(GByteArray) wide = g_byte_array_new();
    sb_utf16(wide, text);
    if (t_has(lower, n, text, strlen(text))) g_error("\"%s\" is still there", text);
    if (t_has(lower, n, wide->data, wide->len)) g_error("\"%s\" is still there in UTF-16", text);
}

static inline void assert_clean(const uint8_t *out, size_t n)
{
    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
        assert_no_text(out, n, secrets[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(proofs); i++) {
        const uint8_t proof[4] = {proofs[i], proofs[i], proofs[i], proofs[i]};
        g_assert_false(t_has(out, n, proof, sizeof proof));
    }
}

/* At every length at which a capture may cut it off. The memory is of the request that it answers, if any. */
static inline void assert_clean_at_every_length(const GByteArray *m, smbt_blank_memory *memory)
{
    smbt_blank_memory none = {0};
    for (size_t captured = 0; captured <= m->len; captured++) {
        g_autofree uint8_t *exact = g_memdup2(m->data, captured), *out = g_malloc(captured + 1);
        blank(exact, captured, m->len, memory ? memory : &none, out);
        assert_clean(out, captured);
        smbt_blank_memory_clear(&none);
    }
}

/* Builds a message, checks it, and returns what becomes of it. */
typedef void (*build_fn)(GByteArray *out);

static inline GByteArray *anonymized(build_fn build, smbt_blank_memory *memory)
{
    g_autoptr(GByteArray) m = g_byte_array_new();
    build(m);
    assert_clean_at_every_length(m, memory);
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, m->len);
    smbt_blank_memory none = {0};
    blank(m->data, m->len, m->len, memory ? memory : &none, out->data);
    smbt_blank_memory_clear(&none);
    return out;
}

/* The first block of an SMB1 message. */
static inline smbt_andx_block first_block(const smbt_cur *message, smbt_smb1_header *h)
{
    smbt_cur c = *message;
    smbt_andx andx;
    smbt_andx_block block;
    g_assert_true(smbt_smb1_header_decode(&c, h));
    smbt_andx_init(&andx, message, h);
    g_assert_true(smbt_andx_next(&andx, &block));
    return block;
}

static inline void assert_shape(const char *name, const char *old)
{
    g_assert_cmpuint(strlen(name), ==, strlen(old));
    g_assert_cmpint(g_ascii_strcasecmp(name, old), !=, 0);
}

static const sb_header from_client = {.flags2 = SB_FLAGS2_NT, .pid = 0xfeff, .uid = 7, .mid = 64};
static const sb_header from_oem_client = {.flags2 = SB_FLAGS2_NTSTATUS, .pid = 0xfeff, .mid = 64};
static const sb_header extended = {.flags2 = SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 64};
static const sb_header from_server = {
    .flags = SB_FLAGS_REPLY, .flags2 = SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 64};

static inline void build_plain(GByteArray *out, const sb_header *header)
{
    sb_msg m;
    sb_begin_bare(&m, out, header);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13,
                                                     .vc_number = 3,
                                                     .max_mpx = 50,
                                                     .session_key = 0x01020304,
                                                     .oem_password_len = 24,
                                                     .unicode_password_len = 24,
                                                     .account = USER,
                                                     .domain = DOMAIN,
                                                     .native_os = "Windows 2002 2600 Service Pack 3",
                                                     .native_lan_man = "Windows 2002 5.1"});
    sb_tree_connect_request(&m, UNC, "?????", 0);
    sb_end(&m);
}

static inline void build_setup_unicode(GByteArray *out)
{
    build_plain(out, &from_client);
}

static inline sb_ntlm ntlm_names(void)
{
    return (sb_ntlm){.flags = SB_NTLM_UNICODE | SB_NTLM_DOMAIN | SB_NTLM_WORKSTATION,
                     .domain = DOMAIN,
                     .user = USER,
                     .workstation = WORKSTATION,
                     .target = DOMAIN,
                     .server_name = SERVER,
                     .lm_len = 24,
                     .nt_len = 24};
}

static inline void wrap_extended(GByteArray *out, const GByteArray *blob)
{
    sb_msg m;
    sb_begin_bare(&m, out, &extended);
    sb_session_setup_request(
        &m, &(sb_session_setup){
                .word_count = 12, .blob = blob, .native_os = "Unix", .native_lan_man = "Samba 3.6.25"});
    sb_end(&m);
}

static inline void build_type1(GByteArray *out)
{
    static const enum sb_mech mechs[] = {SB_MECH_NTLM};
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    sb_ntlm_negotiate(token, &n);
    sb_spnego_init(blob, mechs, 1, token);
    wrap_extended(out, blob);
}

/* A message of type 3, whose answers are no zeros. */
static inline void authenticate(GByteArray *token, const sb_ntlm *n)
{
    sb_ntlm_authenticate(token, n);
    for (unsigned field = 12; field <= 20; field += 8)
        memset(token->data + token->data[field + 4], PROOF, token->data[field]);
}

static inline void build_type3(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    authenticate(token, &n);
    sb_spnego_response(blob, 1, -1, token);
    wrap_extended(out, blob);
}

static inline void build_kerberos(GByteArray *out)
{
    static const enum sb_mech mechs[] = {SB_MECH_MS_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_kerberos_token(token, 300);
    sb_spnego_init(blob, mechs, 2, token);
    wrap_extended(out, blob);
}

static inline smbt_auth auth_of(build_fn build)
{
    g_autoptr(GByteArray) out = anonymized(build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_session_setup_request r;
    g_assert_true(smbt_session_setup_request_decode(&block, h.flags2, &r));
    g_assert_cmpstr(r.native_os.s, ==, "Unix");
    g_assert_cmpstr(r.native_lan_man.s, ==, "Samba 3.6.25");
    return r.auth;
}

static inline void build_challenge(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    sb_ntlm_challenge(token, &n);
    sb_spnego_response(blob, 1, SB_MECH_NTLM, token);
    sb_header h = from_server;
    h.status = SMBT_STATUS_MORE_PROCESSING;
    sb_msg m;
    sb_begin_bare(&m, out, &h);
    sb_session_setup_response(&m, &(sb_session_setup){.word_count = 4,
                                                      .blob = blob,
                                                      .native_os = "Windows Server 2003 3790",
                                                      .native_lan_man = "Windows Server 2003 5.2"});
    sb_end(&m);
}

static inline void build_smb2_setup(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    authenticate(token, &n);
    sb_spnego_response(blob, 1, -1, token);
    sb2_msg m;
    sb2_begin_bare(&m, out,
                   &(sb2_header){.command = SMBT_SMB2_SESSION_SETUP, .message_id = 3, .session_id = 0x77});
    sb2_session_setup_request(&m, 0x1122334455667788, blob);
    sb2_end(&m);
}

static inline void build_smb2_compound(GByteArray *out)
{
    sb2_msg m;
    sb2_begin_bare(&m, out, &(sb2_header){.command = SMBT_SMB2_TREE_CONNECT, .message_id = 4});
    sb2_tree_connect_request(&m, UNC);
    sb2_next(&m, &(sb2_header){.command = SMBT_SMB2_CREATE, .message_id = 5});
    sb2_create_request(&m, "budget\\merger plan.doc");
    sb2_next(&m, &(sb2_header){.command = SMBT_SMB2_CLOSE, .message_id = 6});
    sb2_close_request(&m, 1, 2);
    sb2_end(&m);
}

#endif
