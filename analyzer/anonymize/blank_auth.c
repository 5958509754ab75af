/* Security blobs: SPNEGO (RFC 4178) keeps its tags, lengths, object identifiers and state, NTLMSSP (MS-NLMP
 * 2.2.1) its type, flags, fields and version, with other names in them. Challenges, responses, keys,
 * checksums and tickets are blank.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank.h"

#include "smb/ntlmssp.h"

#include <string.h>

/* ---- NTLMSSP --------------------------------------------------------------------------------------------*/

#define FLAG_UNICODE              0x00000001u
#define FLAG_DOMAIN_SUPPLIED      0x00001000u
#define FLAG_WORKSTATION_SUPPLIED 0x00002000u
#define FLAG_VERSION              0x02000000u
#define VERSION_LEN               8

#define NEGOTIATE_VERSION    32
#define CHALLENGE_VERSION    48
#define AUTHENTICATE_FLAGS   60
#define AUTHENTICATE_VERSION 64

enum av_id { AV_EOL = 0, AV_LAST_NAME = 5, AV_FLAGS = 6, AV_TARGET_NAME = 9 };
#define MAX_AV_PAIRS 32

struct field {
    uint16_t len;
    uint32_t offset;
};

/* Keeps what says where a field lies. */
static struct field keep_field(smbt_blank *b, smbt_cur *c)
{
    smbt_cur peek = *c;
    struct field f = {.len = smbt_cur_le16(&peek)};
    smbt_cur_skip(&peek, 2);
    f.offset = smbt_cur_le32(&peek);
    if (!smbt_cur_ok(&peek)) f = (struct field){0};
    smbt_blank_keep_next(b, c, 8);
    return f;
}

static uint32_t keep_flags(smbt_blank *b, smbt_cur *c)
{
    smbt_cur peek = *c;
    uint32_t flags = smbt_cur_le32(&peek);
    smbt_blank_keep_next(b, c, 4);
    return smbt_cur_ok(&peek) ? flags : 0;
}

static bool lies_before(struct field f, size_t end)
{
    return f.len && f.offset < end;
}

/* Senders that say they send their version but have names in its place are not unheard of. */
static void keep_version(smbt_blank *b, smbt_cur message, uint32_t flags, size_t at, struct field one,
                         struct field other)
{
    size_t end = at + VERSION_LEN;
    if (!(flags & FLAG_VERSION) || lies_before(one, end) || lies_before(other, end)) return;
    smbt_cur_seek(&message, at);
    smbt_blank_keep_next(b, &message, VERSION_LEN);
}

static void blank_name(smbt_blank *b, smbt_cur message, struct field f, enum smbt_anon_charset charset)
{
    if (!f.len || f.offset < SMBT_NTLMSSP_SIGNATURE_LEN) return; /* which stays */
    smbt_cur_seek(&message, f.offset);
    smbt_blank_text_next(b, &message, f.len, SMBT_ANON_NAME, charset);
}

static enum smbt_anon_charset charset_of(uint32_t flags)
{
    return flags & FLAG_UNICODE ? SMBT_ANON_UTF16 : SMBT_ANON_OEM;
}

static void blank_negotiate(smbt_blank *b, smbt_cur message, smbt_cur c)
{
    uint32_t flags = keep_flags(b, &c);
    struct field domain = keep_field(b, &c), workstation = keep_field(b, &c);
    keep_version(b, message, flags, NEGOTIATE_VERSION, domain, workstation);
    if (flags & FLAG_DOMAIN_SUPPLIED) blank_name(b, message, domain, SMBT_ANON_OEM);
    if (flags & FLAG_WORKSTATION_SUPPLIED) blank_name(b, message, workstation, SMBT_ANON_OEM);
}

/* AV_PAIR, MS-NLMP 2.2.2.1. */
static void blank_target_info(smbt_blank *b, smbt_cur message, struct field info)
{
    smbt_cur_seek(&message, info.offset);
    smbt_cur pairs = smbt_cur_sub(&message, info.len);
    for (unsigned i = 0; i < MAX_AV_PAIRS; i++) {
        smbt_cur peek = pairs;
        uint16_t id = smbt_cur_le16(&peek), len = smbt_cur_le16(&peek);
        if (!smbt_cur_ok(&peek)) return;
        smbt_blank_keep_next(b, &pairs, 4);
        if (id == AV_EOL) return;
        if (id <= AV_LAST_NAME || id == AV_TARGET_NAME)
            smbt_blank_text_next(b, &pairs, len, SMBT_ANON_PATH, SMBT_ANON_UTF16);
        else if (id == AV_FLAGS && len == 4)
            smbt_blank_keep_next(b, &pairs, len);
        else
            smbt_cur_skip(&pairs, len);
    }
}

static void blank_challenge(smbt_blank *b, smbt_cur message, smbt_cur c)
{
    struct field target = keep_field(b, &c);
    uint32_t flags = keep_flags(b, &c);
    smbt_cur_skip(&c, 8 + 8); /* challenge, reserved */
    struct field info = keep_field(b, &c);
    keep_version(b, message, flags, CHALLENGE_VERSION, target, info);
    blank_name(b, message, target, charset_of(flags));
    if (info.len) blank_target_info(b, message, info);
}

/* Whether the first of a name's characters is half of a UTF-16 unit: for messages without flags. */
static enum smbt_anon_charset guess(smbt_cur message, struct field f)
{
    smbt_cur_seek(&message, f.offset);
    smbt_cur_skip(&message, 1);
    bool is_unit = f.len >= 2 && f.len % 2 == 0 && smbt_cur_u8(&message) == 0 && smbt_cur_ok(&message);
    return is_unit ? SMBT_ANON_UTF16 : SMBT_ANON_OEM;
}

/* Old clients end the fixed part before the session key and flags: their payload begins there. */
static void blank_authenticate(smbt_blank *b, smbt_cur message, smbt_cur c)
{
    struct field field[5]; /* LM, NT, domain, user, workstation */
    struct field first = {.len = 1, .offset = UINT32_MAX};
    for (unsigned i = 0; i < G_N_ELEMENTS(field); i++) {
        field[i] = keep_field(b, &c);
        if (field[i].len && field[i].offset < first.offset) first = field[i];
    }
    bool has_flags = !lies_before(first, AUTHENTICATE_FLAGS + 4);
    if (has_flags) {
        struct field session_key = keep_field(b, &c);
        uint32_t flags = keep_flags(b, &c);
        keep_version(b, message, flags, AUTHENTICATE_VERSION, first, session_key);
        has_flags = smbt_cur_ok(&c);
        for (unsigned i = 2; has_flags && i < G_N_ELEMENTS(field); i++)
            blank_name(b, message, field[i], charset_of(flags));
    }
    for (unsigned i = 2; !has_flags && i < G_N_ELEMENTS(field); i++)
        blank_name(b, message, field[i], guess(message, field[i]));
}

static bool blank_ntlmssp(smbt_blank *b, smbt_cur message)
{
    message = smbt_cur_sub(&message, smbt_cur_left(&message));
    smbt_cur c = message;
    const uint8_t *signature = smbt_cur_bytes(&c, SMBT_NTLMSSP_SIGNATURE_LEN);
    if (!signature || memcmp(signature, SMBT_NTLMSSP_SIGNATURE, SMBT_NTLMSSP_SIGNATURE_LEN) != 0)
        return false;
    smbt_cur start = message;
    smbt_blank_keep_next(b, &start, SMBT_NTLMSSP_SIGNATURE_LEN + 4);
    switch (smbt_cur_le32(&c)) {
    case 1: blank_negotiate(b, message, c); break;
    case 2: blank_challenge(b, message, c); break;
    case 3: blank_authenticate(b, message, c); break;
    default: break;
    }
    return true;
}

/* ---- SPNEGO ---------------------------------------------------------------------------------------------*/

#define TAG_OCTET_STRING   0x04
#define TAG_OID            0x06
#define TAG_ENUMERATED     0x0a
#define TAG_GENERAL_STRING 0x1b /* a hint of servers, without meaning */
#define TAG_SEQUENCE       0x30
#define TAG_APPLICATION_0  0x60
#define TAG_AP_REQ         0x6e
#define TAG_AP_REP         0x6f
#define TAG_NEG_TOKEN_INIT 0xa0
#define TAG_NEG_TOKEN_RESP 0xa1
#define TAG_LAST_CONTEXT   0xa3

#define MAX_DEPTH    8
#define MAX_ELEMENTS 16
#define MAX_OID      16
/* How far into a blob a raw NTLMSSP message is searched. */
#define SIGNATURE_SEARCH 256

static bool blank_token(smbt_blank *b, smbt_cur token);

/* Keeps tag and length. False, with what is there of them kept, when the element does not fit. */
static bool keep_element(smbt_blank *b, smbt_cur *c, uint8_t *ret_tag, smbt_cur *ret_contents)
{
    smbt_cur peek = *c;
    uint32_t start = peek.pos;
    *ret_tag = smbt_cur_u8(&peek);
    uint32_t len = smbt_cur_u8(&peek);
    if (len & 0x80) {
        unsigned octets = len & 0x7f;
        if (octets < 1 || octets > 4) smbt_cur_fail(&peek, SMBT_CUR_MALFORMED);
        len = 0;
        while (octets-- && smbt_cur_ok(&peek))
            len = len << 8 | smbt_cur_u8(&peek);
    }
    smbt_blank_keep_next(b, c, peek.pos - start);
    if (!smbt_cur_ok(&peek)) {
        smbt_cur_fail(c, peek.status);
        return false;
    }
    *ret_contents = smbt_cur_sub(c, len);
    return smbt_cur_ok(c);
}

static void blank_elements(smbt_blank *b, smbt_cur c, unsigned depth)
{
    uint8_t tag;
    smbt_cur contents;
    for (unsigned i = 0; i < MAX_ELEMENTS && smbt_cur_left(&c); i++) {
        smbt_cur peek = c;
        tag = smbt_cur_u8(&peek);
        bool is_constructed = tag == TAG_SEQUENCE || (tag >= TAG_NEG_TOKEN_INIT && tag <= TAG_LAST_CONTEXT);
        bool is_known = is_constructed || tag == TAG_OID || tag == TAG_ENUMERATED ||
                        tag == TAG_OCTET_STRING || tag == TAG_GENERAL_STRING;
        if (!smbt_cur_ok(&peek) || !is_known || !keep_element(b, &c, &tag, &contents)) return;
        if (is_constructed && depth < MAX_DEPTH)
            blank_elements(b, contents, depth + 1);
        else if (tag == TAG_OID && smbt_cur_left(&contents) <= MAX_OID)
            smbt_blank_keep_next(b, &contents, MAX_OID);
        else if (tag == TAG_ENUMERATED)
            smbt_blank_keep_next(b, &contents, 1);
        else if (tag == TAG_OCTET_STRING)
            blank_token(b, contents);
    }
}

/* RFC 2743 3.1: an object identifier; then SPNEGO, or two bytes that say which Kerberos message follows
 * (RFC 4121 4.1). */
static void blank_framed(smbt_blank *b, smbt_cur c)
{
    uint8_t tag;
    smbt_cur contents;
    if (!keep_element(b, &c, &tag, &contents) || tag != TAG_OID) return;
    if (smbt_cur_left(&contents) <= MAX_OID) smbt_blank_keep_next(b, &contents, MAX_OID);
    smbt_cur peek = c;
    tag = smbt_cur_u8(&peek);
    if (smbt_cur_ok(&peek) && (tag == TAG_NEG_TOKEN_INIT || tag == TAG_NEG_TOKEN_RESP)) {
        blank_elements(b, c, 1);
        return;
    }
    smbt_blank_keep_next(b, &c, 2);
    if (smbt_cur_left(&c)) keep_element(b, &c, &tag, &contents);
}

/* A token that can be told by its beginning. */
static bool blank_token(smbt_blank *b, smbt_cur token)
{
    if (blank_ntlmssp(b, token)) return true;
    smbt_cur peek = token, contents;
    uint8_t tag = smbt_cur_u8(&peek);
    if (!smbt_cur_ok(&peek)) return false;
    switch (tag) {
    case TAG_AP_REQ:
    case TAG_AP_REP: keep_element(b, &token, &tag, &contents); return true;
    case TAG_APPLICATION_0:
        if (keep_element(b, &token, &tag, &contents)) blank_framed(b, contents);
        return true;
    case TAG_NEG_TOKEN_INIT:
    case TAG_NEG_TOKEN_RESP: blank_elements(b, token, 0); return true;
    default: return false;
    }
}

/* Blobs that are no proper SPNEGO hold NTLMSSP all the same. */
static void search_ntlmssp(smbt_blank *b, smbt_cur blob)
{
    size_t n = MIN(smbt_cur_left_captured(&blob), SIGNATURE_SEARCH);
    smbt_cur window = blob;
    const uint8_t *bytes = smbt_cur_bytes(&window, n);
    for (size_t i = 0; bytes && i + SMBT_NTLMSSP_SIGNATURE_LEN <= n; i++) {
        if (memcmp(&bytes[i], SMBT_NTLMSSP_SIGNATURE, SMBT_NTLMSSP_SIGNATURE_LEN) != 0) continue;
        smbt_cur_skip(&blob, i);
        blank_ntlmssp(b, blob);
        return;
    }
}

void smbt_blank_auth(smbt_blank *b, smbt_cur blob)
{
    search_ntlmssp(b, blob);
    blank_token(b, blob);
}
