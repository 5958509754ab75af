/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#define SB2_REPLY 1u

static unsigned command_of(int op)
{
    static const guint8 commands[] = {
        [SCN_NEGOTIATE] = 0,       [SCN_SESSION_SETUP] = 1, [SCN_LOGOFF] = 2,  [SCN_TREE_CONNECT] = 3,
        [SCN_TREE_DISCONNECT] = 4, [SCN_OPEN] = 5,          [SCN_CLOSE] = 6,   [SCN_READ] = 8,
        [SCN_WRITE] = 9,           [SCN_ECHO] = 13,         [SCN_NOTIFY] = 15,
    };
    return commands[op];
}

static sb2_header header_of(const scn_conn *c, int op, guint64 mid, guint64 session)
{
    return (sb2_header){.command = (guint16)command_of(op),
                        .message_id = mid,
                        .async_or_tree_id = op >= SCN_TREE_DISCONNECT ? c->tid : 0,
                        .session_id = session ? UINT64_C(0x400000000000) + session : 0};
}

void scn_smb2_request(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid)
{
    sb2_header h = header_of(c, op, mid, scn_session_of(w, c, op));
    guint64 file = 0x100u + c->fid;
    sb2_msg m;
    sb2_begin(&m, out, &h);
    g_autoptr(GByteArray) blob = NULL;
    switch ((enum scn_op)op) {
    case SCN_NEGOTIATE: sb2_negotiate_request(&m, c->end[SCN_CLIENT].host->guid, &c->dialect, 1); break;
    case SCN_SESSION_SETUP:
        blob = scn_logon_token(w, c);
        sb2_session_setup_request(&m, 0, blob);
        break;
    case SCN_TREE_CONNECT: sb2_tree_connect_request(&m, "\\\\FS\\DATA"); break;
    case SCN_OPEN: sb2_create_request(&m, "accounts.xls"); break;
    case SCN_CLOSE: sb2_close_request(&m, file, file); break;
    case SCN_READ: sb2_read_request(&m, file, file, 0, 4096); break;
    case SCN_LOGOFF:
    case SCN_TREE_DISCONNECT:
    case SCN_ECHO: sb2_simple(&m); break;
    case SCN_WRITE:
    case SCN_NOTIFY: scn_line_fail(w->line, "not written for SMB2"); break;
    }
    sb2_end(&m);
}

static void put_answer(scn_world *w, const scn_conn *c, sb2_msg *m, int op, guint32 status)
{
    static const guint8 guid[16] = {0x11, 0x22};
    guint64 file = 0x100u + c->fid;
    g_autoptr(GByteArray) blob = NULL;
    switch ((enum scn_op)op) {
    case SCN_NEGOTIATE: sb2_negotiate_response(m, c->dialect, guid, NULL); break;
    case SCN_SESSION_SETUP:
        blob = scn_logon_answer_token(c, status);
        sb2_session_setup_response(m, 0, blob);
        break;
    case SCN_TREE_CONNECT: sb2_tree_connect_response(m, 1); break;
    case SCN_OPEN: sb2_create_response(m, file, file); break;
    case SCN_CLOSE: sb2_close_response(m); break;
    case SCN_READ: sb2_read_response(m, (gsize)scn_line_number(w->line, "len", 512)); break;
    default: sb2_simple(m); break;
    }
}

void scn_smb2_answer(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid, guint32 status,
                     guint64 session)
{
    sb2_header h = header_of(c, op, mid, session);
    h.status = status;
    h.flags = SB2_REPLY;
    sb2_msg m;
    sb2_begin(&m, out, &h);
    if (status == 0 || status == SCN_MORE_PROCESSING)
        put_answer(w, c, &m, op, status);
    else
        sb2_error(&m);
    sb2_end(&m);
}
