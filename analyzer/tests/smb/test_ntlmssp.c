/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/ntlmssp.h"
#include "support/smb_build.h"

#include <string.h>

static const sb_ntlm sample = {.flags = SB_NTLM_UNICODE | SB_NTLM_DOMAIN | SB_NTLM_WORKSTATION,
                               .domain = "CORP",
                               .user = "alice",
                               .workstation = "ACCT-PC01",
                               .target = "CORP",
                               .server_name = "FILESRV",
                               .lm_len = 24,
                               .nt_len = 24};

static GByteArray *token(unsigned type, const sb_ntlm *n)
{
    GByteArray *b = g_byte_array_new();
    if (type == 1) sb_ntlm_negotiate(b, n);
    if (type == 2) sb_ntlm_challenge(b, n);
    if (type == 3) sb_ntlm_authenticate(b, n);
    return b;
}

/* Decodes the blob of which `captured` bytes were captured, from memory of just that size. */
static bool decode(const GByteArray *b, size_t captured, smbt_auth *auth)
{
    memset(auth, 'x', sizeof *auth);
    guint8 *exact = g_memdup2(b->data, captured);
    bool ok = smbt_auth_decode(smbt_cur_init(exact, captured, b->len), auth);
    g_free(exact);
    return ok;
}

static void assert_only(const smbt_auth *a, const char *workstation, const char *domain, const char *user,
                        const char *target, const char *server_name)
{
    g_assert_cmpstr(a->workstation.s, ==, workstation);
    g_assert_cmpstr(a->domain.s, ==, domain);
    g_assert_cmpstr(a->user.s, ==, user);
    g_assert_cmpstr(a->target.s, ==, target);
    g_assert_cmpstr(a->server_name.s, ==, server_name);
}

static void test_type1(void)
{
    g_autoptr(GByteArray) b = token(1, &sample);
    smbt_auth a;
    g_assert_true(decode(b, b->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NTLM);
    g_assert_cmpint(a.ntlm_type, ==, 1);
    assert_only(&a, "ACCT-PC01", "CORP", "", "", "");
}

static void test_type1_not_supplied(void)
{
    sb_ntlm n = sample;
    smbt_auth a;
    n.flags = SB_NTLM_WORKSTATION;
    g_autoptr(GByteArray) workstation = token(1, &n);
    g_assert_true(decode(workstation, workstation->len, &a));
    assert_only(&a, "ACCT-PC01", "", "", "", "");
    n.flags = SB_NTLM_DOMAIN;
    g_autoptr(GByteArray) domain = token(1, &n);
    g_assert_true(decode(domain, domain->len, &a));
    assert_only(&a, "", "CORP", "", "", "");
}

static void test_type2(void)
{
    g_autoptr(GByteArray) b = token(2, &sample);
    smbt_auth a;
    g_assert_true(decode(b, b->len, &a));
    g_assert_cmpint(a.ntlm_type, ==, 2);
    assert_only(&a, "", "", "", "CORP", "FILESRV");
}

static void test_type3(void)
{
    sb_ntlm n = sample;
    smbt_auth a;
    g_autoptr(GByteArray) unicode = token(3, &n);
    g_assert_true(decode(unicode, unicode->len, &a));
    g_assert_cmpint(a.ntlm_type, ==, 3);
    g_assert_false(a.anonymous);
    assert_only(&a, "ACCT-PC01", "CORP", "alice", "", "");
    n.flags = 0;
    g_autoptr(GByteArray) oem = token(3, &n);
    g_assert_true(decode(oem, oem->len, &a));
    assert_only(&a, "ACCT-PC01", "CORP", "alice", "", "");
}

/* Without flags the character set shows in the names. */
static void test_type3_short_form(void)
{
    sb_ntlm n = sample;
    smbt_auth a;
    n.short_form = TRUE;
    g_autoptr(GByteArray) unicode = token(3, &n);
    g_assert_true(decode(unicode, unicode->len, &a));
    assert_only(&a, "ACCT-PC01", "CORP", "alice", "", "");
    n.flags = 0;
    g_autoptr(GByteArray) oem = token(3, &n);
    g_assert_true(decode(oem, oem->len, &a));
    assert_only(&a, "ACCT-PC01", "CORP", "alice", "", "");
}

/* How long a workstation's name is, is known from the flags on, however much of the name was captured. */
static void test_length_of_a_cut_name(void)
{
    sb_ntlm n = sample;
    for (int unicode = 0; unicode < 2; unicode++) {
        n.flags = unicode ? sample.flags | SB_NTLM_UNICODE : sample.flags & ~(guint32)SB_NTLM_UNICODE;
        g_autoptr(GByteArray) b = token(3, &n);
        for (size_t cut = 12; cut <= b->len; cut++) {
            smbt_auth a;
            g_assert_true(decode(b, cut, &a));
            g_assert_cmpuint(a.workstation_chars, ==, cut < 64 ? 0 : 9);
        }
    }
    n.short_form = TRUE; /* without flags it is not known what a character is */
    g_autoptr(GByteArray) b = token(3, &n);
    smbt_auth a;
    g_assert_true(decode(b, b->len, &a));
    g_assert_cmpuint(a.workstation_chars, ==, 0);
    g_autoptr(GByteArray) type1 = token(1, &sample);
    g_assert_true(decode(type1, type1->len, &a));
    g_assert_cmpuint(a.workstation_chars, ==, 0);
}

static void test_anonymous(void)
{
    sb_ntlm n = {.flags = SB_NTLM_UNICODE, .workstation = "PC", .lm_len = 1};
    smbt_auth a;
    g_autoptr(GByteArray) anonymous = token(3, &n);
    g_assert_true(decode(anonymous, anonymous->len, &a));
    g_assert_true(a.anonymous);
    assert_only(&a, "PC", "", "", "", "");
    n.nt_len = 24;
    g_autoptr(GByteArray) with_proof = token(3, &n);
    g_assert_true(decode(with_proof, with_proof->len, &a));
    g_assert_false(a.anonymous);
}

/* Whatever was cut, a name is whole or absent. */
static void assert_whole_or_absent(const smbt_name *name, const char *whole)
{
    if (name->s[0]) g_assert_cmpstr(name->s, ==, whole);
}

static void test_every_cut(void)
{
    for (unsigned type = 1; type <= 3; type++) {
        g_autoptr(GByteArray) b = token(type, &sample);
        for (size_t n = 0; n < b->len; n++) {
            smbt_auth a;
            g_assert_cmpint(decode(b, n, &a), ==, n >= 12);
            g_assert_cmpint(a.ntlm_type, ==, n >= 12 ? type : 0);
            assert_whole_or_absent(&a.workstation, "ACCT-PC01");
            assert_whole_or_absent(&a.domain, "CORP");
            assert_whole_or_absent(&a.user, "alice");
            assert_whole_or_absent(&a.target, "CORP");
            assert_whole_or_absent(&a.server_name, "FILESRV");
        }
    }
}

/* The names of a type 3 lie before its answers: a cut in those leaves them. */
static void test_type3_cut_behind_names(void)
{
    g_autoptr(GByteArray) t = token(3, &sample);
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_spnego_response(b, 1, -1, t);
    smbt_auth a;
    g_assert_true(decode(b, b->len - 48, &a));
    assert_only(&a, "ACCT-PC01", "CORP", "alice", "", "");
    g_assert_true(decode(b, b->len - 49, &a));
    assert_only(&a, "", "CORP", "alice", "", "");
}

static void test_spnego(void)
{
    static const enum sb_mech offer[] = {SB_MECH_MS_KRB5, SB_MECH_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) t1 = token(1, &sample);
    g_autoptr(GByteArray) init = g_byte_array_new();
    smbt_auth a;
    sb_spnego_init(init, offer, 3, t1);
    g_assert_true(decode(init, init->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NTLM); /* not what was offered first */
    assert_only(&a, "ACCT-PC01", "CORP", "", "", "");

    g_autoptr(GByteArray) t2 = token(2, &sample);
    g_autoptr(GByteArray) response = g_byte_array_new();
    sb_spnego_response(response, 1, SB_MECH_NTLM, t2);
    g_assert_true(decode(response, response->len, &a));
    g_assert_cmpint(a.ntlm_type, ==, 2);
    assert_only(&a, "", "", "", "CORP", "FILESRV");
}

static void test_spnego_without_token(void)
{
    static const enum sb_mech offer[] = {SB_MECH_NTLM};
    smbt_auth a;
    g_autoptr(GByteArray) init = g_byte_array_new();
    sb_spnego_init(init, offer, 1, NULL);
    g_assert_false(decode(init, init->len, &a)); /* an offer is no choice */
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NONE);
    g_autoptr(GByteArray) agreed = g_byte_array_new();
    sb_spnego_response(agreed, 0, SB_MECH_MS_KRB5, NULL);
    g_assert_true(decode(agreed, agreed->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_KERBEROS);
    g_autoptr(GByteArray) done = g_byte_array_new();
    sb_spnego_response(done, 0, -1, NULL);
    g_assert_false(decode(done, done->len, &a));
}

static void test_kerberos(void)
{
    static const enum sb_mech offer[] = {SB_MECH_MS_KRB5, SB_MECH_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) t = g_byte_array_new();
    g_autoptr(GByteArray) init = g_byte_array_new();
    sb_kerberos_token(t, 900);
    sb_spnego_init(init, offer, 3, t);
    smbt_auth a;
    g_assert_true(decode(t, t->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_KERBEROS);
    g_assert_true(decode(init, init->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_KERBEROS);
    g_assert_true(decode(init, 100, &a)); /* most of the ticket was not captured */
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_KERBEROS);
    g_assert_cmpint(a.ntlm_type, ==, 0);
}

/* DER that can't be followed: the signature is found all the same, and without one nothing is. */
static void test_bad_der(void)
{
    g_autoptr(GByteArray) t = token(1, &sample);
    static const guint8 prefixes[][6] = {
        {0x60, 0x80, 0x06, 0x00, 0x30, 0x80}, /* indefinite */
        {0x60, 0x84, 0xff, 0xff, 0xff, 0xff}, /* oversized */
        {0x60, 0x85, 0x01, 0x00, 0x00, 0x00}, /* more octets than a length may have */
        {0xa1, 0x04, 0x30, 0x7f, 0x00, 0x00}, /* inner longer than outer */
        {0x00, 0x00, 0x00, 0x00, 0x00, 0x00},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        g_byte_array_append(b, prefixes[i], 6);
        sb_append(b, t);
        smbt_auth a;
        g_assert_true(decode(b, b->len, &a));
        assert_only(&a, "ACCT-PC01", "CORP", "", "", "");
        b->data[6] = 'n';
        g_assert_false(decode(b, b->len, &a));
        g_assert_cmpint(a.mech, ==, SMBT_AUTH_NONE);
    }
}

static void test_signature_far_away(void)
{
    g_autoptr(GByteArray) t = token(1, &sample);
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_fill(b, 0, 249);
    sb_append(b, t);
    smbt_auth a;
    g_assert_false(decode(b, b->len, &a));
    g_byte_array_remove_index(b, 0);
    g_assert_true(decode(b, b->len, &a));
}

static void test_hostile_fields(void)
{
    g_autoptr(GByteArray) b = token(3, &sample);
    smbt_auth a;
    sb_set_le32(b, 44 + 4, 0xffffffff); /* workstation offset */
    g_assert_true(decode(b, b->len, &a));
    assert_only(&a, "", "CORP", "alice", "", "");
    sb_set_le32(b, 44 + 4, b->len - 1);
    g_assert_true(decode(b, b->len, &a));
    assert_only(&a, "", "CORP", "alice", "", "");
    g_assert_cmpuint(a.workstation_chars, ==, 0);
    b->data[8] = 4; /* no such type */
    g_assert_false(decode(b, b->len, &a));
}

/* Pairs that only ever skip nothing end the search. */
static void test_av_pairs_without_end(void)
{
    sb_ntlm n = sample;
    n.server_name = "";
    g_autoptr(GByteArray) b = token(2, &n);
    smbt_auth a;
    sb_set_le16(b, 40, 1000); /* far more than there is */
    g_assert_true(decode(b, b->len, &a));
    g_assert_cmpstr(a.server_name.s, ==, "");
    g_assert_cmpstr(a.target.s, ==, "CORP");
}

/* The first mechanism says what the token is, wherever the capture cuts behind it. */
static void test_cut_before_the_token(void)
{
    static const struct {
        enum sb_mech mechs[3];
        gsize n;
        enum smbt_auth_mech mech;
    } rows[] = {
        {{SB_MECH_MS_KRB5, SB_MECH_KRB5, SB_MECH_NTLM}, 3, SMBT_AUTH_KERBEROS},
        {{SB_MECH_KRB5, SB_MECH_NTLM}, 2, SMBT_AUTH_KERBEROS},
        {{SB_MECH_KRB5}, 1, SMBT_AUTH_KERBEROS},
        {{SB_MECH_NTLM, SB_MECH_KRB5}, 2, SMBT_AUTH_NTLM},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) kerberos = g_byte_array_new();
        sb_kerberos_token(kerberos, 1500);
        g_autoptr(GByteArray) ntlm = token(1, &sample);
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_spnego_init(b, rows[i].mechs, rows[i].n, rows[i].mech == SMBT_AUTH_NTLM ? ntlm : kerberos);
        size_t first = (rows[i].mech == SMBT_AUTH_NTLM ? 12 : 11) + (b->len > 0x100 ? 24 : 18);
        smbt_auth a;
        for (size_t n = first; n <= b->len; n++) {
            g_assert_true(decode(b, n, &a));
            g_assert_cmpint(a.mech, ==, rows[i].mech);
        }
        g_assert_cmpuint(first, <, 64);
    }
}

/* A token that was captured decides by itself, and without one nothing does. */
static void test_offer_is_no_token(void)
{
    static const enum sb_mech mechs[] = {SB_MECH_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) ntlm = token(1, &sample);
    g_autoptr(GByteArray) b = g_byte_array_new();
    smbt_auth a;
    sb_spnego_init(b, mechs, 2, ntlm);
    g_assert_true(decode(b, b->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NTLM);
    g_autoptr(GByteArray) other = g_byte_array_new();
    sb_fill(other, 'x', 100);
    g_byte_array_set_size(b, 0);
    sb_spnego_init(b, mechs, 2, other);
    g_assert_false(decode(b, b->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NONE);
    g_assert_false(decode(b, b->len - 1, &a));
    g_byte_array_set_size(b, 0);
    sb_spnego_init(b, mechs, 2, NULL);
    g_assert_false(decode(b, b->len, &a));
    g_assert_cmpint(a.mech, ==, SMBT_AUTH_NONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ntlmssp/type1", test_type1);
    g_test_add_func("/ntlmssp/type1-not-supplied", test_type1_not_supplied);
    g_test_add_func("/ntlmssp/type2", test_type2);
    g_test_add_func("/ntlmssp/type3", test_type3);
    g_test_add_func("/ntlmssp/type3-short-form", test_type3_short_form);
    g_test_add_func("/ntlmssp/anonymous", test_anonymous);
    g_test_add_func("/ntlmssp/length-of-a-cut-name", test_length_of_a_cut_name);
    g_test_add_func("/ntlmssp/every-cut", test_every_cut);
    g_test_add_func("/ntlmssp/type3-cut-behind-names", test_type3_cut_behind_names);
    g_test_add_func("/ntlmssp/spnego", test_spnego);
    g_test_add_func("/ntlmssp/spnego-without-token", test_spnego_without_token);
    g_test_add_func("/ntlmssp/kerberos", test_kerberos);
    g_test_add_func("/ntlmssp/bad-der", test_bad_der);
    g_test_add_func("/ntlmssp/signature-far-away", test_signature_far_away);
    g_test_add_func("/ntlmssp/hostile-fields", test_hostile_fields);
    g_test_add_func("/ntlmssp/av-pairs-without-end", test_av_pairs_without_end);
    g_test_add_func("/spnego/cut-before-the-token", test_cut_before_the_token);
    g_test_add_func("/spnego/offer-is-no-token", test_offer_is_no_token);
    return g_test_run();
}
