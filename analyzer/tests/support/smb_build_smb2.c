/* SMB2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

static void sb2_header_append(GByteArray *out, const sb2_header *h)
{
    sb_be32(out, 0xfe534d42);
    sb_le16(out, 64);
    sb_le16(out, 1);
    sb_le32(out, h->status);
    sb_le16(out, h->command);
    sb_le16(out, 1);
    sb_le32(out, h->flags);
    sb_le32(out, h->next);
    sb_le64(out, h->message_id);
    sb_le64(out, h->async_or_tree_id);
    sb_le64(out, h->session_id);
    sb_fill(out, 0, 16);
}

void sb2_begin_bare(sb2_msg *m, GByteArray *out, const sb2_header *header)
{
    *m = (sb2_msg){.out = out, .bare = TRUE, .nbss = out->len, .start = out->len};
    sb2_header_append(out, header);
}

void sb2_begin(sb2_msg *m, GByteArray *out, const sb2_header *header)
{
    *m = (sb2_msg){.out = out, .nbss = out->len, .start = out->len + 4};
    sb_nbss(out, 0, 0);
    sb2_header_append(out, header);
}

void sb2_next(sb2_msg *m, const sb2_header *header)
{
    while ((m->out->len - m->start) % 8)
        sb_u8(m->out, 0);
    sb_set_le32(m->out, m->start + 20, (guint32)(m->out->len - m->start));
    m->start = m->out->len;
    sb2_header_append(m->out, header);
}

void sb2_end(sb2_msg *m)
{
    if (!m->bare) sb_set_be32(m->out, m->nbss, (guint32)(m->out->len - m->nbss - 4));
}

/* Offset from the SMB2 header to what comes after n more bytes. */
static unsigned offset_after(const sb2_msg *m, gsize n)
{
    return (unsigned)(m->out->len - m->start + n);
}

void sb2_negotiate_request(sb2_msg *m, const guint8 client_guid[16], const guint16 *dialects, gsize n)
{
    sb_le16(m->out, 36);
    sb_le16(m->out, (unsigned)n);
    sb_le16(m->out, 1);
    sb_le16(m->out, 0);
    sb_le32(m->out, 0);
    g_byte_array_append(m->out, client_guid, 16);
    sb_le64(m->out, 0);
    for (gsize i = 0; i < n; i++)
        sb_le16(m->out, dialects[i]);
}

void sb2_negotiate_response(sb2_msg *m, unsigned dialect, const guint8 server_guid[16],
                            const GByteArray *blob)
{
    sb_le16(m->out, 65);
    sb_le16(m->out, 1);
    sb_le16(m->out, dialect);
    sb_le16(m->out, 0);
    g_byte_array_append(m->out, server_guid, 16);
    sb_le32(m->out, 7);
    sb_fill(m->out, 0, 3 * 4 + 8 + 8);
    sb_le16(m->out, offset_after(m, 8));
    sb_le16(m->out, blob ? blob->len : 0);
    sb_le32(m->out, 0);
    sb_append(m->out, blob);
}

void sb2_session_setup_request(sb2_msg *m, guint64 previous_session_id, const GByteArray *blob)
{
    sb_le16(m->out, 25);
    sb_u8(m->out, 0);
    sb_u8(m->out, 1);
    sb_le32(m->out, 1);
    sb_le32(m->out, 0);
    sb_le16(m->out, offset_after(m, 12));
    sb_le16(m->out, blob ? blob->len : 0);
    sb_le64(m->out, previous_session_id);
    sb_append(m->out, blob);
}

void sb2_session_setup_response(sb2_msg *m, unsigned flags, const GByteArray *blob)
{
    sb_le16(m->out, 9);
    sb_le16(m->out, flags);
    sb_le16(m->out, offset_after(m, 4));
    sb_le16(m->out, blob ? blob->len : 0);
    sb_append(m->out, blob);
}

/* A body of one string whose offset and length stand last in the fixed part. */
static void sb2_path(sb2_msg *m, const char *path, gsize rest)
{
    g_autoptr(GByteArray) name = g_byte_array_new();
    sb_utf16(name, path);
    sb_le16(m->out, offset_after(m, 4 + rest));
    sb_le16(m->out, name->len);
    sb_fill(m->out, 0, rest);
    sb_append(m->out, name);
}

void sb2_tree_connect_request(sb2_msg *m, const char *path)
{
    sb_le16(m->out, 9);
    sb_le16(m->out, 0);
    sb2_path(m, path, 0);
}

void sb2_tree_connect_response(sb2_msg *m, unsigned share_type)
{
    sb_le16(m->out, 16);
    sb_le16(m->out, share_type);
    sb_le32(m->out, 0);
    sb_le32(m->out, 0);
    sb_le32(m->out, 0x001f01ff);
}

void sb2_simple(sb2_msg *m)
{
    sb_le16(m->out, 4);
    sb_le16(m->out, 0);
}

void sb2_error(sb2_msg *m)
{
    sb_le16(m->out, 9);
    sb_fill(m->out, 0, 2 + 4 + 1);
}

void sb2_create_request(sb2_msg *m, const char *path)
{
    sb_le16(m->out, 57);
    sb_fill(m->out, 0, 2);
    sb_le32(m->out, 2);
    sb_fill(m->out, 0, 8 + 8);
    sb_le32(m->out, 0x0012019f);
    sb_le32(m->out, 0x80);
    sb_le32(m->out, 7);
    sb_le32(m->out, 1);
    sb_le32(m->out, 0x40);
    sb2_path(m, path, 8);
}

void sb2_create_response(sb2_msg *m, guint64 persistent_id, guint64 volatile_id)
{
    sb_le16(m->out, 89);
    sb_le16(m->out, 0);
    sb_le32(m->out, 1);
    sb_fill(m->out, 0, 4 * 8 + 8 + 8 + 4 + 4);
    sb_le64(m->out, persistent_id);
    sb_le64(m->out, volatile_id);
    sb_fill(m->out, 0, 8);
}

void sb2_close_request(sb2_msg *m, guint64 persistent_id, guint64 volatile_id)
{
    sb_le16(m->out, 24);
    sb_fill(m->out, 0, 2 + 4);
    sb_le64(m->out, persistent_id);
    sb_le64(m->out, volatile_id);
}

void sb2_close_response(sb2_msg *m)
{
    sb_le16(m->out, 60);
    sb_fill(m->out, 0, 58);
}

void sb2_read_request(sb2_msg *m, guint64 persistent_id, guint64 volatile_id, guint64 offset, guint32 len)
{
    sb_le16(m->out, 49);
    sb_le16(m->out, 0x50);
    sb_le32(m->out, len);
    sb_le64(m->out, offset);
    sb_le64(m->out, persistent_id);
    sb_le64(m->out, volatile_id);
    sb_fill(m->out, 0, 4 + 4 + 4 + 2 + 2 + 1);
}

void sb2_read_response(sb2_msg *m, gsize len)
{
    sb_le16(m->out, 17);
    sb_le16(m->out, 0x50);
    sb_le32(m->out, (guint32)len);
    sb_le64(m->out, 0);
    sb_fill(m->out, 0xd2, len);
}

void sb2_transform(GByteArray *out, guint64 session_id, gsize n)
{
    sb_nbss(out, 0, 52 + n);
    sb_be32(out, 0xfd534d42);
    sb_fill(out, 0x5e, 16 + 16); /* signature, nonce */
    sb_le32(out, (guint32)n);
    sb_le16(out, 0);
    sb_le16(out, 1);
    sb_le64(out, session_id);
    sb_fill(out, 0xee, n);
}
