/* What becomes of messages: nothing that names or proves anything is left, and the decoders read from what is
 * left what they read before, by other names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
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

static smbt_blank blank(const uint8_t *bytes, size_t captured, size_t len, smbt_blank_memory *memory,
                        uint8_t *out)
{
    smbt_blank b = {.key = key, .message = smbt_cur_init(bytes, captured, len), .out = out};
    smbt_blank_message(&b, SMBT_NBSS_MESSAGE, memory);
    g_assert_cmpuint(b.used, <=, captured);
    return b;
}

static void assert_no_text(const uint8_t *out, size_t n, const char *text)
{
    g_autofree uint8_t *lower = g_malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        lower[i] = (uint8_t)g_ascii_tolower((char)out[i]);
    g_autoptr(GByteArray) wide = g_byte_array_new();
    sb_utf16(wide, text);
    if (t_has(lower, n, text, strlen(text))) g_error("\"%s\" is still there", text);
    if (t_has(lower, n, wide->data, wide->len)) g_error("\"%s\" is still there in UTF-16", text);
}

static void assert_clean(const uint8_t *out, size_t n)
{
    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
        assert_no_text(out, n, secrets[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(proofs); i++) {
        const uint8_t proof[4] = {proofs[i], proofs[i], proofs[i], proofs[i]};
        g_assert_false(t_has(out, n, proof, sizeof proof));
    }
}

/* At every length at which a capture may cut it off. The memory is of the request that it answers, if any. */
static void assert_clean_at_every_length(const GByteArray *m, smbt_blank_memory *memory)
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

static GByteArray *anonymized(build_fn build, smbt_blank_memory *memory)
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
static smbt_andx_block first_block(const smbt_cur *message, smbt_smb1_header *h)
{
    smbt_cur c = *message;
    smbt_andx andx;
    smbt_andx_block block;
    g_assert_true(smbt_smb1_header_decode(&c, h));
    smbt_andx_init(&andx, message, h);
    g_assert_true(smbt_andx_next(&andx, &block));
    return block;
}

static void assert_shape(const char *name, const char *old)
{
    g_assert_cmpuint(strlen(name), ==, strlen(old));
    g_assert_cmpint(g_ascii_strcasecmp(name, old), !=, 0);
}

/* ---- Logons ---------------------------------------------------------------------------------------------*/

static const sb_header from_client = {.flags2 = SB_FLAGS2_NT, .pid = 0xfeff, .uid = 7, .mid = 64};
static const sb_header from_oem_client = {.flags2 = SB_FLAGS2_NTSTATUS, .pid = 0xfeff, .mid = 64};
static const sb_header extended = {.flags2 = SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 64};
static const sb_header from_server = {
    .flags = SB_FLAGS_REPLY, .flags2 = SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 64};

static void build_plain(GByteArray *out, const sb_header *header)
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

static void build_setup_unicode(GByteArray *out)
{
    build_plain(out, &from_client);
}

static void build_setup_oem(GByteArray *out)
{
    build_plain(out, &from_oem_client);
}

static void test_setup(gconstpointer data)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)data, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_session_setup_request r;
    g_assert_cmpuint(h.mid, ==, 64);
    g_assert_true(smbt_session_setup_request_decode(&block, h.flags2, &r));
    g_assert_cmpuint(r.vc_number, ==, 3);
    g_assert_cmpuint(r.max_mpx, ==, 50);
    g_assert_cmphex(r.session_key, ==, 0x01020304);
    assert_shape(r.account.s, USER);
    assert_shape(r.domain.s, DOMAIN);
    g_assert_cmpstr(r.native_os.s, ==, "Windows 2002 2600 Service Pack 3");
    g_assert_cmpstr(r.native_lan_man.s, ==, "Windows 2002 5.1");
}

static sb_ntlm ntlm_names(void)
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

static void wrap_extended(GByteArray *out, const GByteArray *blob)
{
    sb_msg m;
    sb_begin_bare(&m, out, &extended);
    sb_session_setup_request(
        &m, &(sb_session_setup){
                .word_count = 12, .blob = blob, .native_os = "Unix", .native_lan_man = "Samba 3.6.25"});
    sb_end(&m);
}

static void build_type1(GByteArray *out)
{
    static const enum sb_mech mechs[] = {SB_MECH_NTLM};
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    sb_ntlm_negotiate(token, &n);
    sb_spnego_init(blob, mechs, 1, token);
    wrap_extended(out, blob);
}

/* A message of type 3, whose answers are no zeros. */
static void authenticate(GByteArray *token, const sb_ntlm *n)
{
    sb_ntlm_authenticate(token, n);
    for (unsigned field = 12; field <= 20; field += 8)
        memset(token->data + token->data[field + 4], PROOF, token->data[field]);
}

static void build_type3(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    authenticate(token, &n);
    sb_spnego_response(blob, 1, -1, token);
    wrap_extended(out, blob);
}

static void build_type3_raw_short(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    n.short_form = TRUE;
    authenticate(token, &n);
    wrap_extended(out, token);
}

static void build_kerberos(GByteArray *out)
{
    static const enum sb_mech mechs[] = {SB_MECH_MS_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) token = g_byte_array_new(), blob = g_byte_array_new();
    sb_kerberos_token(token, 300);
    sb_spnego_init(blob, mechs, 2, token);
    wrap_extended(out, blob);
}

static smbt_auth auth_of(build_fn build)
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

static void test_type1(void)
{
    smbt_auth a = auth_of(build_type1);
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NTLM);
    g_assert_cmpuint(a.ntlm_type, ==, 1);
    assert_shape(a.workstation.s, WORKSTATION);
    assert_shape(a.domain.s, DOMAIN);
}

static void test_type3(gconstpointer build)
{
    smbt_auth a = auth_of((build_fn)build);
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NTLM);
    g_assert_cmpuint(a.ntlm_type, ==, 3);
    g_assert_false(a.anonymous);
    assert_shape(a.workstation.s, WORKSTATION);
    assert_shape(a.domain.s, DOMAIN);
    assert_shape(a.user.s, USER);
}

static void test_kerberos(void)
{
    g_assert_cmpint(auth_of(build_kerberos).mech, ==, SMBT_AUTH_KERBEROS);
}

static void build_challenge(GByteArray *out)
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

static void test_challenge(void)
{
    g_autoptr(GByteArray) out = anonymized(build_challenge, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_session_setup_response r;
    g_assert_cmphex(h.status, ==, SMBT_STATUS_MORE_PROCESSING);
    g_assert_true(smbt_session_setup_response_decode(&block, h.flags2, &r));
    g_assert_cmpuint(r.auth.ntlm_type, ==, 2);
    assert_shape(r.auth.target.s, DOMAIN);
    assert_shape(r.auth.server_name.s, SERVER);
    g_assert_cmpstr(r.native_os.s, ==, "Windows Server 2003 3790");
}

/* A message of type 1 that has a name where its version would be. */
static void test_name_for_version(void)
{
    g_autoptr(GByteArray) m = g_byte_array_new(), token = g_byte_array_new();
    sb_oem(token, "NTLMSSP");
    sb_u8(token, 0);
    sb_le32(token, 1);
    sb_le32(token, 0x02000000);
    for (unsigned i = 0; i < 2; i++) {
        sb_le16(token, 12);
        sb_le16(token, 12);
        sb_le32(token, 32);
    }
    sb_oem(token, DOMAIN);
    wrap_extended(m, token);
    assert_clean_at_every_length(m, NULL);
}

/* ---- Shares and files -----------------------------------------------------------------------------------*/

static void build_tree_connect(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_tree_connect_request(&m, UNC, "A:", 0);
    sb_end(&m);
}

static void build_old_tree_connect(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_tree_connect_request(&m, UNC, "A:");
    sb_end(&m);
}

static void test_tree_connect(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_tree_connect_request r;
    g_assert_true(smbt_tree_connect_request_decode(&block, h.flags2, &r));
    assert_shape(r.path.s, UNC);
    g_assert_true(g_str_has_prefix(r.path.s, "\\\\"));
    g_assert_cmpstr(r.service.s, ==, "A:");
}

static void build_nt_create(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_nt_create_request(&m, FILE_PATH);
    sb_end(&m);
}

static void build_open_andx(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_open_andx_request(&m, FILE_PATH);
    sb_end(&m);
}

static void build_old_open(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_open_request(&m, 0x02, FILE_PATH);
    sb_end(&m);
}

static void build_open2(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_trans2_open2_request(&m, 6, FILE_PATH);
    sb_end(&m);
}

static void build_nt_transact_create(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_nt_transact_create_request(&m, 6, FILE_PATH);
    sb_end(&m);
}

static void test_open(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_open_request r;
    if (smbt_command_is_open(h.command)) {
        g_assert_true(smbt_open_request_decode(&block, h.flags2, &r));
    } else {
        smbt_transaction_request t;
        g_assert_true(smbt_transaction_request_decode(&block, &t));
        g_assert_true(smbt_transaction_open_request_decode(&block, t.subcommand, h.flags2, &r));
        g_assert_true(r.wants_oplock);
    }
    assert_shape(r.path.s, FILE_PATH);
}

static void build_find_first2(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_find_first2_request(&m, 2, "\\budget\\*");
    sb_end(&m);
}

static void build_find_first2_response(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_server);
    sb_find_first2_response(&m, 0x1234, 5, TRUE);
    sb_end(&m);
}

/* The answer does not say what it answers. */
static void test_search(void)
{
    smbt_blank_memory memory = {0};
    g_autoptr(GByteArray) request = anonymized(build_find_first2, &memory);
    g_autoptr(GByteArray) answer = anonymized(build_find_first2_response, &memory);
    smbt_cur message = smbt_cur_init(request->data, request->len, request->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_find_request r;
    g_assert_true(smbt_find_request_decode(&block, SMBT_TRANS2_FIND_FIRST2, h.flags2, &r));
    assert_shape(r.path.s, "\\budget\\*");
    g_assert_cmpuint(r.flags, ==, 2);
    message = smbt_cur_init(answer->data, answer->len, answer->len);
    block = first_block(&message, &h);
    smbt_find_response found;
    g_assert_true(smbt_find_response_decode(&block, SMBT_TRANS2_FIND_FIRST2, &found));
    g_assert_true(found.has_sid && found.end_of_search);
    g_assert_cmphex(found.sid, ==, 0x1234);
    smbt_blank_memory_clear(&memory);
    /* Without it nothing of its parameters stays. */
    g_autoptr(GByteArray) alone = anonymized(build_find_first2_response, NULL);
    message = smbt_cur_init(alone->data, alone->len, alone->len);
    block = first_block(&message, &h);
    smbt_find_response_decode(&block, SMBT_TRANS2_FIND_FIRST2, &found);
    g_assert_cmphex(found.sid, ==, 0);
}

static void build_old_search(GByteArray *out)
{
    static const guint8 server_key[5] = {1, 2, 3, 4, 5};
    sb_msg m;
    sb_begin_bare(&m, out, &from_oem_client);
    sb_old_search_request(&m, 0x81, "\\budget\\*.*", server_key);
    sb_end(&m);
}

static void test_old_search(void)
{
    static const guint8 server_key[5] = {1, 2, 3, 4, 5};
    g_autoptr(GByteArray) out = anonymized(build_old_search, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    smbt_find_request r;
    g_assert_true(smbt_find_request_decode(&block, 0xffff, h.flags2, &r));
    g_assert_true(r.has_resume_key);
    g_assert_cmpmem(r.resume_key, 5, server_key, 5);
}

/* Bytes of a file, and of a transaction. */
static void build_write(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_write_andx_request(&m, 0x4001, 0, 200);
    sb_end(&m);
    memset(out->data + out->len - 200, PROOF, 200);
}

static void build_pipe(GByteArray *out)
{
    sb_msg m;
    sb_begin_bare(&m, out, &from_client);
    sb_transaction_request(
        &m, &(sb_transaction){.command = 0x25, .subcommand = 0x26, .data = 100, .name = "\\PIPE\\"});
    sb_end(&m);
    memset(out->data + out->len - 100, PROOF, 100);
}

static void test_data(gconstpointer build)
{
    g_autoptr(GByteArray) out = anonymized((build_fn)build, NULL);
    smbt_cur message = smbt_cur_init(out->data, out->len, out->len);
    smbt_smb1_header h;
    smbt_andx_block block = first_block(&message, &h);
    g_assert_true(block.has_bytes && !block.malformed);
}

/* ---- SMB2, NetBIOS --------------------------------------------------------------------------------------*/

static void build_smb2_setup(GByteArray *out)
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

static void build_smb2_compound(GByteArray *out)
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

/* ---- Messages that are none -----------------------------------------------------------------------------*/

static void test_not_smb(void)
{
    uint8_t in[64], out[64];
    memset(in, PROOF, sizeof in);
    smbt_blank_memory memory = {0};
    smbt_blank b = blank(in, sizeof in, sizeof in, &memory, out);
    g_assert_cmpuint(b.used, ==, 0);
}

/* Bytes changed at random in every kind of message: whatever the decoders make of it, they make no harm. */
static void test_damaged(void)
{
    static const build_fn builders[] = {
        build_setup_unicode, build_type1,     build_type3,      build_challenge,  build_kerberos,
        build_find_first2,   build_nt_create, build_old_search, build_smb2_setup, build_smb2_compound};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    smbt_blank_memory memory = {0};
    for (unsigned round = 0; round < 4000; round++) {
        g_autoptr(GByteArray) m = g_byte_array_new();
        builders[round % G_N_ELEMENTS(builders)](m);
        for (unsigned i = 0; i < 1 + round % 8; i++)
            m->data[g_rand_int_range(rand, 0, (gint32)m->len)] = (guint8)g_rand_int(rand);
        g_autofree uint8_t *out = g_malloc(m->len);
        blank(m->data, m->len, m->len, &memory, out);
    }
    smbt_blank_memory_clear(&memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    smbt_anonymize_cipher cipher = t_cipher("k");
    key = smbt_anon_key_new(&cipher);
    g_test_add_data_func("/blank/setup/unicode", build_setup_unicode, test_setup);
    g_test_add_data_func("/blank/setup/oem", build_setup_oem, test_setup);
    g_test_add_func("/blank/ntlm/type1", test_type1);
    g_test_add_data_func("/blank/ntlm/type3", build_type3, test_type3);
    g_test_add_data_func("/blank/ntlm/type3-raw-short", build_type3_raw_short, test_type3);
    g_test_add_func("/blank/ntlm/challenge", test_challenge);
    g_test_add_func("/blank/ntlm/name-for-version", test_name_for_version);
    g_test_add_func("/blank/kerberos", test_kerberos);
    g_test_add_data_func("/blank/tree-connect/andx", build_tree_connect, test_tree_connect);
    g_test_add_data_func("/blank/tree-connect/old", build_old_tree_connect, test_tree_connect);
    g_test_add_data_func("/blank/open/nt-create", build_nt_create, test_open);
    g_test_add_data_func("/blank/open/open-andx", build_open_andx, test_open);
    g_test_add_data_func("/blank/open/old", build_old_open, test_open);
    g_test_add_data_func("/blank/open/trans2", build_open2, test_open);
    g_test_add_data_func("/blank/open/nt-transact", build_nt_transact_create, test_open);
    g_test_add_func("/blank/search", test_search);
    g_test_add_func("/blank/search/old", test_old_search);
    g_test_add_data_func("/blank/data/write", build_write, test_data);
    g_test_add_data_func("/blank/data/pipe", build_pipe, test_data);
    g_test_add_func("/blank/smb2/setup", test_smb2_setup);
    g_test_add_func("/blank/smb2/compound", test_smb2_compound);
    g_test_add_func("/blank/smb2/negotiate", test_smb2_negotiate);
    g_test_add_func("/blank/smb2/context-too-long", test_smb2_context_too_long);
    g_test_add_func("/blank/smb2/contexts", test_smb2_contexts);
    g_test_add_func("/blank/smb2/transform", test_transform);
    g_test_add_func("/blank/session-request", test_session_request);
    g_test_add_func("/blank/not-smb", test_not_smb);
    g_test_add_func("/blank/damaged", test_damaged);
    int status = g_test_run();
    smbt_anon_key_free(key);
    return status;
}
