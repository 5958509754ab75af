/* Files, echo and transactions of SMB1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

/* ---- SMB1: files ---- */

void sb_nt_create_request(sb_msg *m, const char *path)
{
    g_autoptr(GByteArray) name = g_byte_array_new();
    if (m->unicode)
        sb_utf16(name, path);
    else
        sb_oem(name, path);
    sb_block_begin(m, 0xa2, TRUE);
    sb_u8(m->out, 0);
    sb_le16(m->out, name->len);
    sb_le32(m->out, 0x16); /* asks for oplocks */
    sb_le32(m->out, 0);
    sb_le32(m->out, 0x0002019f);
    sb_le64(m->out, 0);
    sb_le32(m->out, 0);
    sb_le32(m->out, 7); /* shared for all */
    sb_le32(m->out, 1);
    sb_le32(m->out, 0x40);
    sb_le32(m->out, 2);
    sb_u8(m->out, 3);
    sb_bytes(m);
    if (m->unicode) sb_pad_to_even(m);
    sb_append(m->out, name);
    sb_fill(m->out, 0, m->unicode ? 2 : 1);
    sb_block_end(m);
}

void sb_nt_create_response(sb_msg *m, unsigned fid, unsigned oplock_level, unsigned resource_type)
{
    sb_nt_create_response_attributes(m, fid, oplock_level, 0x80, resource_type);
}

void sb_nt_create_response_attributes(sb_msg *m, unsigned fid, unsigned oplock_level, guint32 attributes,
                                      unsigned resource_type)
{
    sb_block_begin(m, 0xa2, TRUE);
    sb_u8(m->out, oplock_level);
    sb_le16(m->out, fid);
    sb_le32(m->out, 1);
    sb_fill(m->out, 0, 4 * 8); /* times */
    sb_le32(m->out, attributes);
    sb_le64(m->out, 4096);
    sb_le64(m->out, 4000);
    sb_le16(m->out, resource_type);
    sb_le16(m->out, 0);
    sb_u8(m->out, 0);
    sb_block_end(m);
}

void sb_open_andx_request(sb_msg *m, const char *path)
{
    sb_block_begin(m, 0x2d, TRUE);
    sb_le16(m->out, 6); /* asks for oplocks */
    sb_le16(m->out, 0x42);
    sb_fill(m->out, 0, 2 + 2 + 4);
    sb_le16(m->out, 1);
    sb_fill(m->out, 0, 4 + 4 + 4);
    sb_bytes(m);
    sb_text(m, path);
    sb_block_end(m);
}

void sb_open_andx_response(sb_msg *m, unsigned fid, unsigned file_type, unsigned action)
{
    sb_block_begin(m, 0x2d, TRUE);
    sb_le16(m->out, fid);
    sb_fill(m->out, 0, 2 + 4);
    sb_le32(m->out, 4000);
    sb_le16(m->out, 2);
    sb_le16(m->out, file_type);
    sb_le16(m->out, 0);
    sb_le16(m->out, action);
    sb_fill(m->out, 0, 4 + 2);
    sb_block_end(m);
}

void sb_old_open_request(sb_msg *m, unsigned command, const char *path)
{
    unsigned words = command == 0x02 || command == 0xc0 ? 2 : 3;
    sb_block_begin(m, command, FALSE);
    sb_fill(m->out, 0, words * 2);
    sb_bytes(m);
    sb_u8(m->out, 4);
    sb_text(m, path);
    sb_block_end(m);
}

void sb_old_open_response(sb_msg *m, unsigned command, unsigned fid)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    if (command == 0x02) sb_fill(m->out, 0, 12);
    sb_block_end(m);
}

void sb_close_request(sb_msg *m, unsigned fid)
{
    sb_block_begin(m, 0x04, FALSE);
    sb_le16(m->out, fid);
    sb_le32(m->out, 0xffffffff);
    sb_block_end(m);
}

void sb_read_andx_request(sb_msg *m, unsigned fid, guint32 offset, unsigned count)
{
    sb_block_begin(m, 0x2e, TRUE);
    sb_le16(m->out, fid);
    sb_le32(m->out, offset);
    sb_le16(m->out, count);
    sb_le16(m->out, count);
    sb_le32(m->out, 0);
    sb_le16(m->out, 0);
    sb_le32(m->out, 0);
    sb_block_end(m);
}

void sb_read_andx_response(sb_msg *m, gsize len)
{
    gsize data_offset = m->out->len - m->start + 1 + 12 * 2 + 2 + 1;
    sb_block_begin(m, 0x2e, TRUE);
    sb_le16(m->out, 0xffff);
    sb_le16(m->out, 0);
    sb_le16(m->out, 0);
    sb_le16(m->out, len & 0xffff);
    sb_le16(m->out, (unsigned)data_offset);
    sb_le16(m->out, (unsigned)(len >> 16));
    sb_fill(m->out, 0, 8);
    sb_bytes(m);
    sb_u8(m->out, 0);
    sb_fill(m->out, 0xd0, len);
    sb_block_end(m);
}

void sb_write_andx_request(sb_msg *m, unsigned fid, guint32 offset, gsize len)
{
    gsize data_offset = m->out->len - m->start + 1 + 14 * 2 + 2 + 1;
    sb_block_begin(m, 0x2f, TRUE);
    sb_le16(m->out, fid);
    sb_le32(m->out, offset);
    sb_le32(m->out, 0);
    sb_le16(m->out, 0);
    sb_le16(m->out, 0);
    sb_le16(m->out, (unsigned)(len >> 16));
    sb_le16(m->out, len & 0xffff);
    sb_le16(m->out, (unsigned)data_offset);
    sb_le32(m->out, 0);
    sb_bytes(m);
    sb_u8(m->out, 0);
    sb_fill(m->out, 0xd1, len);
    sb_block_end(m);
}

void sb_write_andx_response(sb_msg *m, unsigned count)
{
    sb_block_begin(m, 0x2f, TRUE);
    sb_le16(m->out, count);
    sb_le16(m->out, 0xffff);
    sb_le32(m->out, 0);
    sb_block_end(m);
}

static void locking(sb_msg *m, unsigned fid, unsigned type, unsigned oplock_level, guint32 timeout,
                    unsigned unlocks, unsigned locks)
{
    sb_block_begin(m, 0x24, TRUE);
    sb_le16(m->out, fid);
    sb_u8(m->out, type);
    sb_u8(m->out, oplock_level);
    sb_le32(m->out, timeout);
    sb_le16(m->out, unlocks);
    sb_le16(m->out, locks);
    sb_bytes(m);
    sb_fill(m->out, 0x10, 10 * (unlocks + locks));
    sb_block_end(m);
}

void sb_locking_andx(sb_msg *m, unsigned fid, unsigned type, unsigned oplock_level)
{
    locking(m, fid, type, oplock_level, 0, 0, 0);
}

void sb_locking_ranges(sb_msg *m, unsigned fid, unsigned type, guint32 timeout, unsigned unlocks,
                       unsigned locks)
{
    locking(m, fid, type, 0, timeout, unlocks, locks);
}

static void echo(sb_msg *m, unsigned word, gsize len)
{
    sb_block_begin(m, 0x2b, FALSE);
    sb_le16(m->out, word);
    sb_bytes(m);
    sb_fill(m->out, 0xec, len);
    sb_block_end(m);
}

void sb_echo_request(sb_msg *m, unsigned count, gsize len)
{
    echo(m, count, len);
}

void sb_echo_response(sb_msg *m, unsigned sequence, gsize len)
{
    echo(m, sequence, len);
}

/* ---- SMB1: transactions ---- */

static void count(GByteArray *out, gboolean wide, gsize v)
{
    if (wide)
        sb_le32(out, (guint32)v);
    else
        sb_le16(out, (unsigned)v);
}

static gsize parameter_count(const sb_transaction *t)
{
    return t->parameter_bytes ? t->parameter_bytes->len : t->parameters;
}

/* Parameters and data behind the words; their offsets are filled in where the words have them. */
static void transaction_bytes(sb_msg *m, const sb_transaction *t, gboolean wide, gsize parameters_at,
                              gsize data_at)
{
    sb_bytes(m);
    if (t->command == 0x25 && t->name) sb_text(m, t->name);
    const gsize at[] = {parameters_at, data_at};
    const gsize len[] = {parameter_count(t), t->data};
    for (gsize i = 0; i < 2; i++) {
        while ((m->out->len - m->start) % 4)
            sb_u8(m->out, 0);
        gsize offset = m->out->len - m->start;
        if (wide)
            sb_set_le32(m->out, at[i], (guint32)offset);
        else
            sb_set_le16(m->out, at[i], (unsigned)offset);
        if (i == 0 && t->parameter_bytes)
            sb_append(m->out, t->parameter_bytes);
        else
            sb_fill(m->out, i ? 0xda : 0xb0, len[i]);
    }
    sb_block_end(m);
}

static void totals(sb_msg *m, const sb_transaction *t, gboolean wide)
{
    count(m->out, wide, t->total_parameters ? t->total_parameters : parameter_count(t));
    count(m->out, wide, t->total_data ? t->total_data : t->data);
}

static void secondary_request(sb_msg *m, const sb_transaction *t, gboolean wide)
{
    sb_block_begin(m, t->command, FALSE);
    if (wide) sb_fill(m->out, 0, 3);
    totals(m, t, wide);
    count(m->out, wide, parameter_count(t));
    gsize parameters_at = m->out->len;
    count(m->out, wide, 0);
    count(m->out, wide, 0);
    count(m->out, wide, t->data);
    gsize data_at = m->out->len;
    count(m->out, wide, 0);
    count(m->out, wide, 0);
    if (wide) sb_u8(m->out, 0);
    if (t->command == 0x33) sb_le16(m->out, 0xffff);
    transaction_bytes(m, t, wide, parameters_at, data_at);
}

void sb_transaction_request(sb_msg *m, const sb_transaction *t)
{
    gboolean wide = t->command >= 0xa0;
    if (t->command == 0x26 || t->command == 0x33 || t->command == 0xa1) {
        secondary_request(m, t, wide);
        return;
    }
    sb_block_begin(m, t->command, FALSE);
    if (wide) sb_fill(m->out, 0, 3);
    totals(m, t, wide);
    count(m->out, wide, 1024);
    count(m->out, wide, 4096);
    if (!wide) sb_fill(m->out, 0, 2 + 2 + 4 + 2);
    count(m->out, wide, parameter_count(t));
    gsize parameters_at = m->out->len;
    count(m->out, wide, 0);
    count(m->out, wide, t->data);
    gsize data_at = m->out->len;
    count(m->out, wide, 0);
    g_autoptr(GByteArray) setup = g_byte_array_new();
    sb_append(setup, t->setup);
    if (t->command == 0x25 && !t->setup) sb_le16(setup, 0x4000); /* FID */
    sb_u8(m->out, setup->len / 2 + (wide ? 0 : 1));
    if (!wide) sb_u8(m->out, 0);
    sb_le16(m->out, t->subcommand);
    sb_append(m->out, setup);
    transaction_bytes(m, t, wide, parameters_at, data_at);
}

void sb_transaction_response(sb_msg *m, const sb_transaction *t)
{
    gboolean wide = t->command >= 0xa0;
    sb_block_begin(m, t->command, FALSE);
    if (wide) sb_fill(m->out, 0, 3);
    totals(m, t, wide);
    if (!wide) sb_le16(m->out, 0);
    count(m->out, wide, parameter_count(t));
    gsize parameters_at = m->out->len;
    count(m->out, wide, 0);
    count(m->out, wide, t->parameter_displacement);
    count(m->out, wide, t->data);
    gsize data_at = m->out->len;
    count(m->out, wide, 0);
    count(m->out, wide, 0);
    sb_u8(m->out, 0);
    if (!wide) sb_u8(m->out, 0);
    sb_transaction bytes = *t;
    bytes.name = NULL;
    transaction_bytes(m, &bytes, wide, parameters_at, data_at);
}
