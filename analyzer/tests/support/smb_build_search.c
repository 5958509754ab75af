/* Searches and opens by transaction of SMB1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

#define TRANSACTION2 0x32
#define NT_TRANSACT  0xa0

/* Text in the parameters of a TRANSACTION2, which begin at a multiple of four. */
static void parameter_text(const sb_msg *m, GByteArray *parameters, const char *s)
{
    if (m->unicode) {
        if (parameters->len % 2) sb_u8(parameters, 0);
        sb_utf16(parameters, s);
        sb_le16(parameters, 0);
    } else {
        sb_oem(parameters, s);
        sb_u8(parameters, 0);
    }
}

static void request(sb_msg *m, unsigned command, unsigned subcommand, const GByteArray *parameters)
{
    sb_transaction_request(m, &(sb_transaction){.command = command,
                                                .subcommand = (guint16)subcommand,
                                                .parameter_bytes = parameters});
}

static void response(sb_msg *m, unsigned command, const GByteArray *parameters, gsize data)
{
    sb_transaction_response(
        m, &(sb_transaction){.command = command, .parameter_bytes = parameters, .data = data});
}

/* ---- Searches ---- */

void sb_find_first2_request(sb_msg *m, unsigned flags, const char *path)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, 0x16); /* hidden, system, directories */
    sb_le16(p, 512);
    sb_le16(p, flags);
    sb_le16(p, 0x104);
    sb_le32(p, 0);
    parameter_text(m, p, path);
    request(m, TRANSACTION2, 1, p);
}

void sb_find_first2_response(sb_msg *m, unsigned sid, unsigned count, gboolean end_of_search)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, sid);
    sb_le16(p, count);
    sb_le16(p, end_of_search ? 1 : 0);
    sb_le16(p, 0); /* EaErrorOffset */
    sb_le16(p, 0); /* LastNameOffset */
    response(m, TRANSACTION2, p, 96 * (gsize)count);
}

void sb_find_next2_request(sb_msg *m, unsigned sid, unsigned flags)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, sid);
    sb_le16(p, 512);
    sb_le16(p, 0x104);
    sb_le32(p, 0);
    sb_le16(p, flags);
    parameter_text(m, p, "last.txt");
    request(m, TRANSACTION2, 2, p);
}

void sb_find_next2_response(sb_msg *m, unsigned count, gboolean end_of_search)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, count);
    sb_le16(p, end_of_search ? 1 : 0);
    sb_le16(p, 0);
    sb_le16(p, 0);
    response(m, TRANSACTION2, p, 96 * (gsize)count);
}

void sb_find_close2_request(sb_msg *m, unsigned sid)
{
    sb_fid_request(m, 0x34, sid);
}

void sb_old_search_request(sb_msg *m, unsigned command, const char *path, const guint8 *server_key)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, 20); /* MaxCount */
    sb_le16(m->out, 0x16);
    sb_bytes(m);
    sb_u8(m->out, 0x04);
    sb_text(m, path);
    sb_u8(m->out, 0x05);
    sb_le16(m->out, server_key ? 21 : 0);
    if (server_key) {
        sb_fill(m->out, 'k', 12); /* flags and file name */
        g_byte_array_append(m->out, server_key, 5);
        sb_fill(m->out, 'c', 4);
    }
    sb_block_end(m);
}

void sb_old_search_response(sb_msg *m, unsigned command, unsigned count)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, count);
    sb_bytes(m);
    sb_u8(m->out, 0x05);
    sb_le16(m->out, 43 * count);
    sb_fill(m->out, 0xde, 43 * (gsize)count);
    sb_block_end(m);
}

/* ---- Opens by transaction ---- */

void sb_trans2_open2_request(sb_msg *m, unsigned flags, const char *path)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, flags);
    sb_le16(p, 0x42);
    sb_fill(p, 0, 2 + 2 + 4); /* reserved, attributes, time */
    sb_le16(p, 1);
    sb_fill(p, 0, 4 + 10); /* size, reserved */
    parameter_text(m, p, path);
    request(m, TRANSACTION2, 0, p);
}

void sb_trans2_open2_response(sb_msg *m, unsigned fid, unsigned attributes, unsigned resource_type,
                              unsigned action)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, fid);
    sb_le16(p, attributes);
    sb_le32(p, 0);
    sb_le32(p, 4000);
    sb_le16(p, 2);
    sb_le16(p, resource_type);
    sb_le16(p, 0);
    sb_le16(p, action);
    sb_fill(p, 0, 4 + 2 + 4);
    response(m, TRANSACTION2, p, 0);
}

void sb_nt_transact_create_request(sb_msg *m, guint32 flags, const char *path)
{
    g_autoptr(GByteArray) name = g_byte_array_new();
    if (m->unicode)
        sb_utf16(name, path);
    else
        sb_oem(name, path);
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le32(p, flags);
    sb_le32(p, 0);
    sb_le32(p, 0x0002019f);
    sb_le64(p, 0);
    sb_le32(p, 0x80);
    sb_le32(p, 7);
    sb_le32(p, 1);
    sb_le32(p, 0x40);
    sb_fill(p, 0, 4 + 4); /* lengths of security descriptor and EAs */
    sb_le32(p, name->len);
    sb_le32(p, 2);
    sb_u8(p, 3);
    if (m->unicode) sb_u8(p, 0);
    sb_append(p, name);
    request(m, NT_TRANSACT, 1, p);
}

void sb_nt_transact_create_response(sb_msg *m, unsigned fid, unsigned oplock_level, guint32 attributes,
                                    unsigned resource_type)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_u8(p, oplock_level);
    sb_u8(p, 0);
    sb_le16(p, fid);
    sb_le32(p, 1);
    sb_le32(p, 0);
    sb_fill(p, 0, 4 * 8); /* times */
    sb_le32(p, attributes);
    sb_le64(p, 4096);
    sb_le64(p, 4000);
    sb_le16(p, resource_type);
    sb_le16(p, 0);
    sb_u8(p, 0);
    response(m, NT_TRANSACT, p, 0);
}
