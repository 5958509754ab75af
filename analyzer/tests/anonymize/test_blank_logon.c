/* What becomes of logons: NTLMSSP, Kerberos, plain ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blanked.h"

/* ---- Logons ---------------------------------------------------------------------------------------------*/

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

static void build_type3_raw_short(GByteArray *out)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    sb_ntlm n = ntlm_names();
    n.short_form = TRUE;
    authenticate(token, &n);
    wrap_extended(out, token);
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
    int status = g_test_run();
    smbt_anon_key_free(key);
    return status;
}
