/* The walk through SPNEGO (RFC 4178) to the token inside. It reads as much DER as that takes and trusts none
 * of it: lengths are bounded by the blob, nesting is fixed, elements are counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/ntlmssp.h"

#include <string.h>

#define TAG_OID            0x06
#define TAG_OCTET_STRING   0x04
#define TAG_SEQUENCE       0x30
#define TAG_APPLICATION_0  0x60 /* RFC 2743 3.1 */
#define TAG_AP_REQ         0x6e /* Kerberos messages without GSS framing */
#define TAG_AP_REP         0x6f
#define TAG_NEG_TOKEN_INIT 0xa0
#define TAG_NEG_TOKEN_RESP 0xa1
#define TAG_CONTEXT(n)     (0xa0 + (n))

#define MAX_ELEMENTS 16
/* So many bytes of a token, in its OCTET STRING, tell its kind: two headers with long lengths and an OID. */
#define MIN_TOKEN 20
/* How far into a blob that is no proper SPNEGO a raw NTLMSSP message is searched. */
#define SIGNATURE_SEARCH 256

static const uint8_t oid_spnego[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x02};
static const uint8_t oid_krb5[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02};
static const uint8_t oid_ms_krb5[] = {0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02};
static const uint8_t oid_ntlm[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a};

/* Reads tag and length and cuts off the contents, which may be captured in part. False, with the cursor
 * failed, when the length is indefinite, too large, or not captured. */
static bool read_element(smbt_cur *c, uint8_t *ret_tag, smbt_cur *ret_contents)
{
    *ret_tag = smbt_cur_u8(c);
    uint32_t len = smbt_cur_u8(c);
    if (len & 0x80) {
        unsigned octets = len & 0x7f;
        if (octets < 1 || octets > 4) smbt_cur_fail(c, SMBT_CUR_MALFORMED);
        len = 0;
        while (octets-- && smbt_cur_ok(c))
            len = len << 8 | smbt_cur_u8(c);
    }
    *ret_contents = smbt_cur_sub(c, len);
    return smbt_cur_ok(c);
}

static bool read_expected(smbt_cur *c, uint8_t tag, smbt_cur *ret_contents)
{
    uint8_t found;
    return read_element(c, &found, ret_contents) && found == tag;
}

static bool oid_is(smbt_cur oid, const uint8_t *expected, size_t n)
{
    if (smbt_cur_left(&oid) != n) return false;
    const uint8_t *bytes = smbt_cur_bytes(&oid, n);
    return bytes && memcmp(bytes, expected, n) == 0;
}

static enum smbt_auth_mech mech_of_oid(smbt_cur oid)
{
    if (oid_is(oid, oid_ntlm, sizeof oid_ntlm)) return SMBT_AUTH_NTLM;
    if (oid_is(oid, oid_krb5, sizeof oid_krb5)) return SMBT_AUTH_KERBEROS;
    if (oid_is(oid, oid_ms_krb5, sizeof oid_ms_krb5)) return SMBT_AUTH_KERBEROS;
    return SMBT_AUTH_NONE;
}

/* A token without SPNEGO around it: NTLMSSP, or Kerberos with or without GSS framing. */
static bool decode_token(smbt_cur token, smbt_auth *auth)
{
    if (smbt_ntlmssp_decode(token, auth)) return true;
    smbt_cur c = token, framed, oid;
    uint8_t tag = smbt_cur_u8(&c);
    if (!smbt_cur_ok(&c)) return false;
    bool kerberos = tag == TAG_AP_REQ || tag == TAG_AP_REP;
    if (tag == TAG_APPLICATION_0)
        kerberos = read_expected(&token, TAG_APPLICATION_0, &framed) &&
                   read_expected(&framed, TAG_OID, &oid) && mech_of_oid(oid) == SMBT_AUTH_KERBEROS;
    if (kerberos) auth->mech = SMBT_AUTH_KERBEROS;
    return kerberos;
}

/* The first mechanism offered, which is the one that the token is for (RFC 4178 4.2.1). */
static enum smbt_auth_mech preferred_mech(smbt_cur mech_types)
{
    smbt_cur list, oid;
    if (!read_expected(&mech_types, TAG_SEQUENCE, &list) || !read_expected(&list, TAG_OID, &oid))
        return SMBT_AUTH_NONE;
    return mech_of_oid(oid);
}

/* Whether so little was captured of a token that its kind can't be told. */
static bool is_cut(smbt_cur token)
{
    return smbt_cur_left_captured(&token) < MIN_TOKEN &&
           smbt_cur_left(&token) > smbt_cur_left_captured(&token);
}

/* Both kinds carry the token in [2]; [1] is supportedMech in a response, reqFlags in an init. */
static bool decode_neg_token(smbt_cur neg, bool is_response, smbt_auth *auth)
{
    smbt_cur fields, contents, inner;
    uint8_t tag;
    if (!read_expected(&neg, TAG_SEQUENCE, &fields)) return false;
    enum smbt_auth_mech agreed = SMBT_AUTH_NONE, preferred = SMBT_AUTH_NONE;
    bool token_is_cut = false;
    for (unsigned i = 0; i < MAX_ELEMENTS && smbt_cur_left(&fields); i++) {
        smbt_cur field = fields;
        if (!read_element(&fields, &tag, &contents)) {
            token_is_cut = is_cut(field);
            break;
        }
        if (tag == TAG_CONTEXT(0) && !is_response) {
            preferred = preferred_mech(contents);
        } else if (tag == TAG_CONTEXT(1) && is_response && read_expected(&contents, TAG_OID, &inner)) {
            agreed = mech_of_oid(inner);
        } else if (tag == TAG_CONTEXT(2)) {
            token_is_cut = is_cut(contents);
            if (read_expected(&contents, TAG_OCTET_STRING, &inner) && decode_token(inner, auth)) return true;
        }
    }
    auth->mech = token_is_cut && !is_response ? preferred : agreed;
    return auth->mech != SMBT_AUTH_NONE;
}

static bool decode_spnego(smbt_cur blob, smbt_auth *auth)
{
    smbt_cur c, contents;
    uint8_t tag;
    if (!read_element(&blob, &tag, &c)) return false;
    if (tag == TAG_NEG_TOKEN_RESP) return decode_neg_token(c, true, auth);
    if (tag == TAG_NEG_TOKEN_INIT) return decode_neg_token(c, false, auth);
    if (tag != TAG_APPLICATION_0) return false;
    if (!read_expected(&c, TAG_OID, &contents) || !oid_is(contents, oid_spnego, sizeof oid_spnego))
        return false;
    if (!read_element(&c, &tag, &contents)) return false;
    if (tag != TAG_NEG_TOKEN_INIT && tag != TAG_NEG_TOKEN_RESP) return false;
    return decode_neg_token(contents, tag == TAG_NEG_TOKEN_RESP, auth);
}

static bool search_signature(smbt_cur blob, smbt_auth *auth)
{
    size_t n = smbt_cur_left_captured(&blob);
    if (n > SIGNATURE_SEARCH) n = SIGNATURE_SEARCH;
    smbt_cur window = blob;
    const uint8_t *bytes = smbt_cur_bytes(&window, n);
    for (size_t i = 0; i + SMBT_NTLMSSP_SIGNATURE_LEN <= n; i++) {
        if (bytes[i] != 'N' || memcmp(&bytes[i], SMBT_NTLMSSP_SIGNATURE, SMBT_NTLMSSP_SIGNATURE_LEN) != 0)
            continue;
        smbt_cur_skip(&blob, i);
        return smbt_ntlmssp_decode(blob, auth);
    }
    return false;
}

bool smbt_auth_decode(smbt_cur blob, smbt_auth *ret_auth)
{
    smbt_auth_clear(ret_auth);
    if (decode_token(blob, ret_auth) || decode_spnego(blob, ret_auth)) return true;
    return search_signature(blob, ret_auth);
}
