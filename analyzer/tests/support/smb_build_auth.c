/* Security blobs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

#include <string.h>

/* ---- NTLMSSP ---- */

/* A field's place among the fixed part; its bytes go to the end of the message. */
static gsize field(GByteArray *out)
{
    gsize at = out->len;
    sb_fill(out, 0, 8);
    return at;
}

static void fill_field(GByteArray *out, gsize start, gsize at, const GByteArray *bytes)
{
    gsize len = bytes ? bytes->len : 0;
    sb_set_le16(out, at, (unsigned)len);
    sb_set_le16(out, at + 2, (unsigned)len);
    sb_set_le32(out, at + 4, (guint32)(out->len - start));
    sb_append(out, bytes);
}

static void fill_string(GByteArray *out, gsize start, gsize at, const char *s, gboolean unicode)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    if (unicode)
        sb_utf16(bytes, s);
    else
        sb_oem(bytes, s);
    fill_field(out, start, at, bytes);
}

static void fill_answer(GByteArray *out, gsize start, gsize at, gsize n)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    sb_fill(bytes, 0, n);
    fill_field(out, start, at, bytes);
}

static gsize ntlm_begin(GByteArray *out, unsigned type)
{
    gsize start = out->len;
    sb_oem(out, "NTLMSSP");
    sb_u8(out, 0);
    sb_le32(out, type);
    return start;
}

void sb_ntlm_negotiate(GByteArray *out, const sb_ntlm *n)
{
    gsize start = ntlm_begin(out, 1);
    sb_le32(out, n->flags);
    gsize domain = field(out);
    gsize workstation = field(out);
    sb_fill(out, 0, 8); /* version */
    fill_string(out, start, workstation, n->workstation, FALSE);
    fill_string(out, start, domain, n->domain, FALSE);
}

void sb_ntlm_challenge(GByteArray *out, const sb_ntlm *n)
{
    gsize start = ntlm_begin(out, 2);
    gsize target = field(out);
    sb_le32(out, n->flags);
    sb_fill(out, 0xc5, 8);
    sb_fill(out, 0, 8);
    gsize info = field(out);
    sb_fill(out, 0, 8); /* version */
    fill_string(out, start, target, n->target, (n->flags & SB_NTLM_UNICODE) != 0);

    g_autoptr(GByteArray) pairs = g_byte_array_new();
    const struct {
        unsigned id;
        const char *value;
    } av[] = {{2, n->target}, {1, n->server_name}};
    for (gsize i = 0; i < G_N_ELEMENTS(av); i++) {
        g_autoptr(GByteArray) value = g_byte_array_new();
        sb_utf16(value, av[i].value);
        sb_le16(pairs, av[i].id);
        sb_le16(pairs, value->len);
        sb_append(pairs, value);
    }
    sb_le32(pairs, 0);
    fill_field(out, start, info, pairs);
}

void sb_ntlm_authenticate(GByteArray *out, const sb_ntlm *n)
{
    gboolean unicode = (n->flags & SB_NTLM_UNICODE) != 0;
    gsize start = ntlm_begin(out, 3);
    gsize lm = field(out), nt = field(out), domain = field(out), user = field(out), workstation = field(out);
    if (!n->short_form) {
        gsize key = field(out);
        sb_le32(out, n->flags);
        sb_fill(out, 0, 8); /* version */
        fill_field(out, start, key, NULL);
    }
    fill_string(out, start, domain, n->domain, unicode);
    fill_string(out, start, user, n->user, unicode);
    fill_string(out, start, workstation, n->workstation, unicode);
    fill_answer(out, start, lm, n->lm_len);
    fill_answer(out, start, nt, n->nt_len);
}

/* ---- SPNEGO ---- */

static const struct {
    guint8 len;
    guint8 bytes[10];
} mech_oid[] = {
    [SB_MECH_NTLM] = {10, {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a}},
    [SB_MECH_KRB5] = {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02}},
    [SB_MECH_MS_KRB5] = {9, {0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02}},
};

void sb_der(GByteArray *out, unsigned tag, const GByteArray *contents)
{
    guint len = contents ? contents->len : 0;
    sb_u8(out, tag);
    if (len < 0x80) {
        sb_u8(out, len);
    } else if (len < 0x100) {
        sb_u8(out, 0x81);
        sb_u8(out, len);
    } else {
        sb_u8(out, 0x82);
        sb_be16(out, len);
    }
    sb_append(out, contents);
}

/* Wraps what is in *contents into an element. */
static void wrap(GByteArray **contents, unsigned tag)
{
    GByteArray *outer = g_byte_array_new();
    sb_der(outer, tag, *contents);
    g_byte_array_unref(*contents);
    *contents = outer;
}

static void append_mech(GByteArray *out, enum sb_mech mech)
{
    sb_u8(out, 0x06);
    sb_u8(out, mech_oid[mech].len);
    g_byte_array_append(out, mech_oid[mech].bytes, mech_oid[mech].len);
}

static void append_token(GByteArray *out, const GByteArray *token)
{
    if (!token) return;
    GByteArray *wrapped = g_byte_array_new();
    sb_der(wrapped, 0x04, token);
    wrap(&wrapped, 0xa2);
    sb_append(out, wrapped);
    g_byte_array_unref(wrapped);
}

void sb_spnego_init(GByteArray *out, const enum sb_mech *mechs, gsize n_mechs, const GByteArray *token)
{
    GByteArray *body = g_byte_array_new();
    for (gsize i = 0; i < n_mechs; i++)
        append_mech(body, mechs[i]);
    wrap(&body, 0x30);
    wrap(&body, 0xa0);
    append_token(body, token);
    wrap(&body, 0x30);
    wrap(&body, 0xa0);
    GByteArray *all = g_byte_array_new();
    static const guint8 spnego[] = {0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02};
    g_byte_array_append(all, spnego, sizeof spnego);
    sb_append(all, body);
    sb_der(out, 0x60, all);
    g_byte_array_unref(all);
    g_byte_array_unref(body);
}

void sb_spnego_response(GByteArray *out, int state, int mech, const GByteArray *token)
{
    GByteArray *body = g_byte_array_new();
    sb_u8(body, (unsigned)state);
    wrap(&body, 0x0a);
    wrap(&body, 0xa0);
    if (mech >= 0) {
        GByteArray *oid = g_byte_array_new();
        append_mech(oid, (enum sb_mech)mech);
        wrap(&oid, 0xa1);
        sb_append(body, oid);
        g_byte_array_unref(oid);
    }
    append_token(body, token);
    wrap(&body, 0x30);
    sb_der(out, 0xa1, body);
    g_byte_array_unref(body);
}

/* An element in others, the outermost tag first. */
static void nested(GByteArray *out, const char *tags, const void *contents, gsize len)
{
    GByteArray *inner = g_byte_array_new();
    g_byte_array_append(inner, contents, (guint)len);
    for (gsize i = strlen(tags); i > 0; i--)
        wrap(&inner, (guint8)tags[i - 1]);
    sb_append(out, inner);
    g_byte_array_unref(inner);
}

static void encrypted(GByteArray *out, const char *tags, gsize n)
{
    g_autoptr(GByteArray) parts = g_byte_array_new();
    g_autoptr(GByteArray) cipher = g_byte_array_new();
    sb_fill(cipher, 0x5a, n);
    nested(parts, "\xa0\x02", "\x12", 1);
    nested(parts, "\xa2\x04", cipher->data, cipher->len);
    nested(out, tags, parts->data, parts->len);
}

static void ticket(GByteArray *out, gsize n)
{
    g_autoptr(GByteArray) parts = g_byte_array_new();
    g_autoptr(GByteArray) service = g_byte_array_new();
    g_autoptr(GByteArray) names = g_byte_array_new();
    nested(names, "\x1b", "cifs", 4);
    nested(names, "\x1b", "fs", 2);
    nested(service, "\xa0\x02", "\x02", 1);
    nested(service, "\xa1\x30", names->data, names->len);
    nested(parts, "\xa0\x02", "\x05", 1);
    nested(parts, "\xa1\x1b", "CORP", 4);
    nested(parts, "\xa2\x30", service->data, service->len);
    encrypted(parts, "\xa3\x30", n);
    nested(out, "\xa3\x61\x30", parts->data, parts->len);
}

void sb_kerberos_token(GByteArray *out, gsize n)
{
    g_autoptr(GByteArray) body = g_byte_array_new();
    g_autoptr(GByteArray) request = g_byte_array_new();
    append_mech(body, SB_MECH_KRB5);
    sb_be16(body, 0x0100); /* AP-REQ */
    nested(request, "\xa0\x02", "\x05", 1);
    nested(request, "\xa1\x02", "\x0e", 1);
    nested(request, "\xa2\x03", "\0\x20\0\0\0", 5);
    ticket(request, n);
    encrypted(request, "\xa4\x30", 64);
    nested(body, "\x6e\x30", request->data, request->len);
    sb_der(out, 0x60, body);
}
