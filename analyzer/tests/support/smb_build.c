/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

#include <string.h>

/* ---- Bytes ---- */

void sb_u8(GByteArray *out, unsigned v)
{
    guint8 b = (guint8)v;
    g_byte_array_append(out, &b, 1);
}

void sb_le16(GByteArray *out, unsigned v)
{
    sb_u8(out, v & 0xff);
    sb_u8(out, v >> 8 & 0xff);
}

void sb_le32(GByteArray *out, guint32 v)
{
    sb_le16(out, v & 0xffff);
    sb_le16(out, v >> 16);
}

void sb_le64(GByteArray *out, guint64 v)
{
    sb_le32(out, (guint32)v);
    sb_le32(out, (guint32)(v >> 32));
}

void sb_be16(GByteArray *out, unsigned v)
{
    sb_u8(out, v >> 8 & 0xff);
    sb_u8(out, v & 0xff);
}

void sb_be32(GByteArray *out, guint32 v)
{
    sb_be16(out, v >> 16);
    sb_be16(out, v & 0xffff);
}

void sb_fill(GByteArray *out, unsigned byte, gsize n)
{
    while (n--)
        sb_u8(out, byte);
}

void sb_oem(GByteArray *out, const char *s)
{
    if (s) g_byte_array_append(out, (const guint8 *)s, (guint)strlen(s));
}

void sb_utf16(GByteArray *out, const char *s)
{
    glong n = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(s ? s : "", -1, NULL, &n, NULL);
    g_assert_nonnull(units);
    for (glong i = 0; i < n; i++)
        sb_le16(out, units[i]);
}

void sb_append(GByteArray *out, const GByteArray *more)
{
    if (more) g_byte_array_append(out, more->data, more->len);
}

void sb_set_le16(GByteArray *out, gsize at, unsigned v)
{
    out->data[at] = (guint8)v;
    out->data[at + 1] = (guint8)(v >> 8);
}

void sb_set_le32(GByteArray *out, gsize at, guint32 v)
{
    sb_set_le16(out, at, v & 0xffff);
    sb_set_le16(out, at + 2, v >> 16);
}

void sb_set_be32(GByteArray *out, gsize at, guint32 v)
{
    sb_set_le32(out, at, GUINT32_SWAP_LE_BE(v));
}

static gsize length_of(const GByteArray *bytes)
{
    return bytes ? bytes->len : 0;
}

/* ---- NetBIOS session service ---- */

void sb_nbss(GByteArray *out, unsigned type, gsize len)
{
    sb_be32(out, type << 24 | (guint32)len);
}

void sb_nbss_name(GByteArray *out, const char *name, unsigned suffix)
{
    gsize len = strlen(name);
    sb_u8(out, 32);
    for (gsize i = 0; i < 16; i++) {
        unsigned byte = i == 15 ? suffix : i < len ? (guint8)name[i] : ' ';
        sb_u8(out, 'A' + (byte >> 4));
        sb_u8(out, 'A' + (byte & 15));
    }
    sb_u8(out, 0);
}

void sb_nbss_request(GByteArray *out, const char *called, unsigned called_suffix, const char *calling,
                     unsigned calling_suffix)
{
    sb_nbss(out, 0x81, 68);
    sb_nbss_name(out, called, called_suffix);
    sb_nbss_name(out, calling, calling_suffix);
}

void sb_nbss_positive(GByteArray *out)
{
    sb_nbss(out, 0x82, 0);
}

void sb_nbss_negative(GByteArray *out, unsigned code)
{
    sb_nbss(out, 0x83, 1);
    sb_u8(out, code);
}

void sb_nbss_keepalive(GByteArray *out)
{
    sb_nbss(out, 0x85, 0);
}

/* ---- SMB1: message and blocks ---- */

void sb_begin_bare(sb_msg *m, GByteArray *out, const sb_header *header)
{
    *m = (sb_msg){
        .out = out, .unicode = (header->flags2 & SB_FLAGS2_UNICODE) != 0, .bare = TRUE, .start = out->len};
    sb_be32(out, 0xff534d42);
    sb_u8(out, 0xff); /* the first block fills it in */
    sb_le32(out, header->status);
    sb_u8(out, header->flags);
    sb_le16(out, header->flags2);
    sb_le16(out, header->pid >> 16);
    sb_fill(out, 0, 8 + 2);
    sb_le16(out, header->tid);
    sb_le16(out, header->pid & 0xffff);
    sb_le16(out, header->uid);
    sb_le16(out, header->mid);
}

void sb_begin(sb_msg *m, GByteArray *out, const sb_header *header)
{
    gsize nbss = out->len;
    sb_nbss(out, 0, 0);
    sb_begin_bare(m, out, header);
    m->nbss = nbss;
    m->bare = FALSE;
}

void sb_end(sb_msg *m)
{
    if (!m->bare) sb_set_be32(m->out, m->nbss, (guint32)(m->out->len - m->start));
}

void sb_block_begin(sb_msg *m, unsigned command, gboolean andx)
{
    if (m->blocks == 0) m->out->data[m->start + 4] = (guint8)command;
    if (m->link) {
        m->out->data[m->link] = (guint8)command;
        sb_set_le16(m->out, m->link + 2, (unsigned)(m->out->len - m->start));
    }
    m->blocks++;
    m->block = m->out->len;
    m->bytes = 0;
    m->link = 0;
    sb_u8(m->out, 0);
    if (!andx) return;
    m->link = m->out->len;
    sb_u8(m->out, 0xff);
    sb_u8(m->out, 0);
    sb_le16(m->out, 0);
}

void sb_bytes(sb_msg *m)
{
    gsize words = m->out->len - m->block - 1;
    g_assert_cmpuint(words % 2, ==, 0);
    m->out->data[m->block] = (guint8)(words / 2);
    m->bytes = m->out->len;
    sb_le16(m->out, 0);
}

void sb_block_end(sb_msg *m)
{
    if (!m->bytes) sb_bytes(m);
    sb_set_le16(m->out, m->bytes, (unsigned)(m->out->len - m->bytes - 2));
}

void sb_pad_to_even(sb_msg *m)
{
    if ((m->out->len - m->start) % 2) sb_u8(m->out, 0);
}

void sb_text(sb_msg *m, const char *s)
{
    if (m->unicode) {
        sb_pad_to_even(m);
        sb_utf16(m->out, s);
        sb_le16(m->out, 0);
    } else {
        sb_oem(m->out, s);
        sb_u8(m->out, 0);
    }
}

static void oem_text(sb_msg *m, const char *s)
{
    sb_oem(m->out, s);
    sb_u8(m->out, 0);
}

void sb_empty(sb_msg *m, unsigned command)
{
    sb_block_begin(m, command, FALSE);
    sb_block_end(m);
}

/* ---- SMB1: negotiation, sessions, trees ---- */

void sb_negotiate_request(sb_msg *m, const char *const *dialects)
{
    sb_block_begin(m, 0x72, FALSE);
    sb_bytes(m);
    for (; *dialects; dialects++) {
        sb_u8(m->out, 2);
        oem_text(m, *dialects);
    }
    sb_block_end(m);
}

static void negotiate_nt_words(GByteArray *out, const sb_negotiate *n, gboolean extended)
{
    sb_u8(out, n->security_mode);
    sb_le16(out, n->max_mpx);
    sb_le16(out, n->max_vcs);
    sb_le32(out, n->max_buffer);
    sb_le32(out, 65536);
    sb_le32(out, n->session_key);
    sb_le32(out, n->capabilities);
    sb_le64(out, n->system_time);
    sb_le16(out, (guint16)n->time_zone);
    sb_u8(out, extended ? 0 : 8);
}

static void negotiate_lan_man_words(GByteArray *out, const sb_negotiate *n)
{
    sb_le16(out, n->security_mode);
    sb_le16(out, n->max_buffer);
    sb_le16(out, n->max_mpx);
    sb_le16(out, n->max_vcs);
    sb_le16(out, 3);
    sb_le32(out, n->session_key);
    sb_le32(out, 0);
    sb_le16(out, (guint16)n->time_zone);
    sb_le16(out, 8);
    sb_le16(out, 0);
}

void sb_negotiate_response(sb_msg *m, const sb_negotiate *n)
{
    gboolean extended = n->word_count == 17 && n->capabilities & 0x80000000u;
    sb_block_begin(m, 0x72, FALSE);
    sb_le16(m->out, n->dialect_index);
    if (n->word_count == 17) negotiate_nt_words(m->out, n, extended);
    if (n->word_count == 13) negotiate_lan_man_words(m->out, n);
    sb_bytes(m);
    if (extended) {
        g_byte_array_append(m->out, n->server_guid, 16);
        sb_append(m->out, n->blob);
    } else if (n->word_count != 1) {
        sb_fill(m->out, 0xc5, 8); /* challenge */
        if (m->unicode && n->word_count == 17) {
            sb_utf16(m->out, n->domain); /* not padded here */
            sb_le16(m->out, 0);
        } else {
            oem_text(m, n->domain);
        }
    }
    sb_block_end(m);
}

void sb_session_setup_request(sb_msg *m, const sb_session_setup *s)
{
    sb_block_begin(m, 0x73, TRUE);
    sb_le16(m->out, s->max_buffer);
    sb_le16(m->out, s->max_mpx);
    sb_le16(m->out, s->vc_number);
    sb_le32(m->out, s->session_key);
    sb_le16(m->out, (unsigned)(s->word_count == 12 ? length_of(s->blob) : s->oem_password_len));
    if (s->word_count == 13) sb_le16(m->out, (unsigned)s->unicode_password_len);
    sb_le32(m->out, 0);
    if (s->word_count != 10) sb_le32(m->out, s->capabilities);
    sb_bytes(m);
    if (s->word_count == 12) {
        sb_append(m->out, s->blob);
    } else {
        sb_fill(m->out, 0x11, s->oem_password_len);
        if (s->word_count == 13) sb_fill(m->out, 0x22, s->unicode_password_len);
        sb_text(m, s->account);
        sb_text(m, s->domain);
    }
    sb_text(m, s->native_os);
    sb_text(m, s->native_lan_man);
    sb_block_end(m);
}

void sb_session_setup_response(sb_msg *m, const sb_session_setup *s)
{
    sb_block_begin(m, 0x73, TRUE);
    sb_le16(m->out, s->action);
    if (s->word_count == 4) sb_le16(m->out, (unsigned)length_of(s->blob));
    sb_bytes(m);
    if (s->word_count == 4) sb_append(m->out, s->blob);
    sb_text(m, s->native_os);
    sb_text(m, s->native_lan_man);
    if (s->word_count == 3) sb_text(m, s->domain);
    sb_block_end(m);
}

void sb_logoff(sb_msg *m)
{
    sb_block_begin(m, 0x74, TRUE);
    sb_block_end(m);
}

void sb_tree_connect_request(sb_msg *m, const char *path, const char *service, unsigned flags)
{
    sb_block_begin(m, 0x75, TRUE);
    sb_le16(m->out, flags);
    sb_le16(m->out, 1);
    sb_bytes(m);
    sb_u8(m->out, 0); /* password */
    sb_text(m, path);
    oem_text(m, service);
    sb_block_end(m);
}

void sb_tree_connect_response(sb_msg *m, const char *service, const char *file_system)
{
    sb_block_begin(m, 0x75, TRUE);
    sb_le16(m->out, 1);
    sb_bytes(m);
    oem_text(m, service);
    sb_text(m, file_system);
    sb_block_end(m);
}

void sb_old_tree_connect_request(sb_msg *m, const char *path, const char *service)
{
    sb_block_begin(m, 0x70, FALSE);
    sb_bytes(m);
    const char *const strings[] = {path, "", service};
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        sb_u8(m->out, 4);
        oem_text(m, strings[i]);
    }
    sb_block_end(m);
}

void sb_old_tree_connect_response(sb_msg *m, unsigned tid)
{
    sb_block_begin(m, 0x70, FALSE);
    sb_le16(m->out, 16644);
    sb_le16(m->out, tid);
    sb_block_end(m);
}

void sb_tree_disconnect(sb_msg *m)
{
    sb_empty(m, 0x71);
}
