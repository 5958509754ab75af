/* Requests of SMB1 on an open file or pipe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_build.h"

void sb_pipe_request(sb_msg *m, unsigned subcommand, unsigned fid)
{
    g_autoptr(GByteArray) setup = g_byte_array_new();
    sb_le16(setup, fid);
    sb_transaction_request(m, &(sb_transaction){.command = 0x25,
                                                .subcommand = (guint16)subcommand,
                                                .name = "\\PIPE\\",
                                                .data = 16,
                                                .setup = setup});
}

static void nt_request_with_setup(sb_msg *m, unsigned function, guint32 first, unsigned fid)
{
    g_autoptr(GByteArray) setup = g_byte_array_new();
    sb_le32(setup, first);
    sb_le16(setup, fid);
    sb_u8(setup, 1);
    sb_u8(setup, 0);
    sb_transaction_request(
        m, &(sb_transaction){.command = 0xa0, .subcommand = (guint16)function, .setup = setup});
}

void sb_notify_change_request(sb_msg *m, unsigned fid)
{
    nt_request_with_setup(m, 4, 0x17, fid);
}

void sb_nt_ioctl_request(sb_msg *m, guint32 function_code, unsigned fid)
{
    nt_request_with_setup(m, 2, function_code, fid);
}

void sb_transaction_fid_request(sb_msg *m, unsigned command, unsigned subcommand, unsigned fid)
{
    g_autoptr(GByteArray) p = g_byte_array_new();
    sb_le16(p, fid);
    sb_le16(p, 0x101);
    sb_le32(p, 4);
    sb_transaction_request(
        m, &(sb_transaction){.command = command, .subcommand = (guint16)subcommand, .parameter_bytes = p});
}

void sb_transaction_empty_response(sb_msg *m, unsigned command)
{
    sb_transaction_response(m, &(sb_transaction){.command = command});
}

void sb_old_io_request(sb_msg *m, unsigned command, unsigned fid, unsigned count)
{
    gboolean reads = command == 0x0a;
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    sb_le16(m->out, count);
    sb_le32(m->out, 0);
    if (command == 0x2c)
        sb_le32(m->out, 0); /* LastWriteTime */
    else
        sb_le16(m->out, 0);
    sb_bytes(m);
    if (!reads) {
        sb_u8(m->out, command == 0x2c ? 0 : 1);
        if (command != 0x2c) sb_le16(m->out, count);
        sb_fill(m->out, 0xd2, count);
    }
    sb_block_end(m);
}

void sb_read_raw_request(sb_msg *m, unsigned fid, unsigned count)
{
    sb_block_begin(m, 0x1a, FALSE);
    sb_le16(m->out, fid);
    sb_le32(m->out, 0);
    sb_le16(m->out, count);
    sb_fill(m->out, 0, 2 + 4 + 2);
    sb_block_end(m);
}

void sb_fid_request(sb_msg *m, unsigned command, unsigned fid)
{
    sb_block_begin(m, command, FALSE);
    sb_le16(m->out, fid);
    sb_block_end(m);
}
