/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#define SB2_REPLY 1u

static unsigned command_of(unsigned op)
{
    static const guint8 commands[] = {
        [SCN_NEGOTIATE] = 0,       [SCN_SESSION_SETUP] = 1, [SCN_LOGOFF] = 2,  [SCN_TREE_CONNECT] = 3,
        [SCN_TREE_DISCONNECT] = 4, [SCN_OPEN] = 5,          [SCN_CLOSE] = 6,   [SCN_READ] = 8,
        [SCN_WRITE] = 9,           [SCN_ECHO] = 13,         [SCN_NOTIFY] = 15,
    };
    return commands[op];
}

/* Servers number their sessions over all connections. */
static guint64 session_id(const scn_conn *c, guint64 session)
{
    return session ? UINT64_C(0x400000000000) + ((guint64)c->end[SCN_CLIENT].port << 16) + session : 0;
}

/* Of the connection that the line names, the latest. */
static guint64 previous_session(const scn_world *w)
{
    const char *id = scn_line_get(w->line, "previous", NULL);
    for (guint i = 0; id && i < w->conns->len; i++) {
        const scn_conn *c = w->conns->pdata[i];
        if (strcmp(c->id, id) == 0) return session_id(c, c->sessions);
    }
    if (id) scn_line_fail(w->line, "previous= is a connection");
    return 0;
}

static sb2_header header_of(const scn_conn *c, const scn_request *r)
{
    return (sb2_header){.command = (guint16)command_of(r->op),
                        .message_id = r->mid,
                        .async_or_tree_id = r->op >= SCN_TREE_DISCONNECT ? r->tid : 0,
                        .session_id = session_id(c, r->session)};
}

void scn_smb2_request(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r)
{
    if (r->op >= SCN_WRITE && r->op != SCN_ECHO) {
        scn_line_fail(w->line, "not written for SMB2");
        return;
    }
    sb2_header h = header_of(c, r);
    guint64 file = 0x100u + r->fid;
    sb2_msg m;
    sb2_begin(&m, out, &h);
    g_autoptr(GByteArray) blob = NULL;
    switch (r->op) {
    case SCN_NEGOTIATE: sb2_negotiate_request(&m, c->end[SCN_CLIENT].host->guid, &c->dialect, 1); break;
    case SCN_SESSION_SETUP:
        blob = scn_logon_token(w, c);
        sb2_session_setup_request(&m, previous_session(w), blob);
        break;
    case SCN_TREE_CONNECT: sb2_tree_connect_request(&m, "\\\\FS\\DATA"); break;
    case SCN_OPEN: sb2_create_request(&m, "accounts.xls"); break;
    case SCN_CLOSE: sb2_close_request(&m, file, file); break;
    case SCN_READ: sb2_read_request(&m, file, file, 0, 4096); break;
    default: sb2_simple(&m); break;
    }
    sb2_end(&m);
}

static void put_answer(const scn_conn *c, sb2_msg *m, const scn_request *r, guint32 status)
{
    static const guint8 guid[16] = {0x11, 0x22};
    guint64 file = 0x100u + r->fid;
    g_autoptr(GByteArray) blob = NULL;
    switch (r->op) {
    case SCN_NEGOTIATE: sb2_negotiate_response(m, c->dialect, guid, NULL); break;
    case SCN_SESSION_SETUP:
        blob = scn_logon_answer_token(c, status);
        sb2_session_setup_response(m, 0, blob);
        break;
    case SCN_TREE_CONNECT: sb2_tree_connect_response(m, 1); break;
    case SCN_OPEN: sb2_create_response(m, file, file); break;
    case SCN_CLOSE: sb2_close_response(m); break;
    case SCN_READ: sb2_read_response(m, r->len); break;
    default: sb2_simple(m); break;
    }
}

void scn_smb2_answer(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r, guint32 status)
{
    if (r->op > SCN_NOTIFY) {
        scn_line_fail(w->line, "not written for SMB2");
        return;
    }
    sb2_header h = header_of(c, r);
    h.status = status;
    h.flags = SB2_REPLY;
    sb2_msg m;
    sb2_begin(&m, out, &h);
    if (status == 0 || status == SCN_MORE_PROCESSING)
        put_answer(c, &m, r, status);
    else
        sb2_error(&m);
    sb2_end(&m);
}
