/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#define CAP_EXTENDED_SECURITY 0x80000000u
#define CAP_UNIX              0x00800000u

static unsigned uid_of(guint64 session)
{
    return session ? 0x07ff + (unsigned)session : 0;
}

static sb_header header_of(const scn_conn *c, int op, guint64 mid, guint64 session)
{
    bool connected = op != SCN_NEGOTIATE && op != SCN_SESSION_SETUP && op != SCN_LOGOFF;
    return (sb_header){.flags2 = c->extended_security ? SB_FLAGS2_NT_EXT : SB_FLAGS2_NT,
                       .pid = 0xfeff,
                       .tid = connected ? c->tid : 0,
                       .uid = (guint16)uid_of(session),
                       .mid = (guint16)mid};
}

static void put_setup(scn_world *w, const scn_conn *c, sb_msg *m)
{
    const scn_host *h = c->end[SCN_CLIENT].host;
    g_autoptr(GByteArray) blob = c->words == 12 ? scn_logon_token(w, c) : NULL;
    sb_session_setup s = {
        .word_count = c->words,
        .max_buffer = (guint16)scn_line_number(w->line, "max_buffer", h->max_buffer),
        .max_mpx = (guint16)scn_line_number(w->line, "max_mpx", h->max_mpx),
        .vc_number = (guint16)scn_line_number(w->line, "vc", 0),
        .capabilities = h->capabilities | (c->words == 12 ? CAP_EXTENDED_SECURITY : 0),
        .blob = blob,
        .oem_password_len = 24,
        .unicode_password_len = 24,
        .account = c->user,
        .domain = h->domain,
        .native_os = h->os,
        .native_lan_man = h->lan_man,
    };
    sb_session_setup_request(m, &s);
}

static void put_tree_connect(scn_world *w, const scn_conn *c, sb_msg *m)
{
    g_autofree char *usual = g_strdup_printf("\\\\%s\\DATA", c->end[SCN_SERVER].host->name);
    const char *word = scn_line_peek(w->line);
    const char *path = word && word[0] == '\\' ? scn_line_take(w->line) : usual;
    sb_tree_connect_request(m, path, "?????", 0);
}

void scn_smb1_request(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid)
{
    static const char *const dialects[] = {"PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12", NULL};
    sb_header h = header_of(c, op, mid, scn_session_of(w, c, op));
    unsigned fid = 0x4000u + c->fid;
    sb_msg m;
    sb_begin(&m, out, &h);
    switch ((enum scn_op)op) {
    case SCN_NEGOTIATE: sb_negotiate_request(&m, dialects); break;
    case SCN_SESSION_SETUP: put_setup(w, c, &m); break;
    case SCN_LOGOFF: sb_logoff(&m); break;
    case SCN_TREE_CONNECT: put_tree_connect(w, c, &m); break;
    case SCN_TREE_DISCONNECT: sb_tree_disconnect(&m); break;
    case SCN_OPEN: sb_nt_create_request(&m, "\\accounts.xls"); break;
    case SCN_CLOSE: sb_close_request(&m, fid); break;
    case SCN_READ: sb_read_andx_request(&m, fid, 0, 4096); break;
    case SCN_WRITE: sb_write_andx_request(&m, fid, 0, (gsize)scn_line_number(w->line, "len", 512)); break;
    case SCN_ECHO: sb_echo_request(&m, 1, 4); break;
    case SCN_NOTIFY:
        sb_transaction_request(&m, &(sb_transaction){.command = 0xa0, .subcommand = 4, .parameters = 8});
        break;
    }
    sb_end(&m);
}

/* ---- Answers ---- */

static void put_negotiate_answer(const scn_conn *c, sb_msg *m)
{
    const scn_host *s = c->end[SCN_SERVER].host;
    const enum sb_mech mechs[] = {SB_MECH_MS_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) blob = g_byte_array_new();
    sb_spnego_init(blob, mechs, G_N_ELEMENTS(mechs), NULL);
    sb_negotiate n = {.word_count = 17,
                      .dialect_index = 2,
                      .security_mode = 3,
                      .max_mpx = s->max_mpx,
                      .max_vcs = 1,
                      .max_buffer = s->max_buffer,
                      .capabilities = s->capabilities | (s->unix_extensions ? CAP_UNIX : 0) |
                                      (c->extended_security ? CAP_EXTENDED_SECURITY : 0),
                      .server_guid = {0x11, 0x22},
                      .blob = blob,
                      .domain = s->domain};
    sb_negotiate_response(m, &n);
}

static void put_setup_answer(const scn_conn *c, guint32 status, sb_msg *m)
{
    const scn_host *s = c->end[SCN_SERVER].host;
    bool extended = c->words == 12;
    g_autoptr(GByteArray) blob = extended ? scn_logon_answer_token(c, status) : NULL;
    sb_session_setup r = {.word_count = extended ? 4 : 3,
                          .blob = blob,
                          .domain = s->domain,
                          .native_os = s->os,
                          .native_lan_man = s->lan_man};
    sb_session_setup_response(m, &r);
}

static unsigned command_of(int op)
{
    static const guint8 commands[] = {
        [SCN_NEGOTIATE] = 0x72,       [SCN_SESSION_SETUP] = 0x73,
        [SCN_LOGOFF] = 0x74,          [SCN_TREE_CONNECT] = 0x75,
        [SCN_TREE_DISCONNECT] = 0x71, [SCN_OPEN] = 0xa2,
        [SCN_CLOSE] = 0x04,           [SCN_READ] = 0x2e,
        [SCN_WRITE] = 0x2f,           [SCN_ECHO] = 0x2b,
        [SCN_NOTIFY] = 0xa0,
    };
    return commands[op];
}

static void put_answer(scn_world *w, const scn_conn *c, sb_msg *m, int op, guint32 status)
{
    switch ((enum scn_op)op) {
    case SCN_NEGOTIATE: put_negotiate_answer(c, m); break;
    case SCN_SESSION_SETUP: put_setup_answer(c, status, m); break;
    case SCN_LOGOFF: sb_logoff(m); break;
    case SCN_TREE_CONNECT: sb_tree_connect_response(m, "A:", "NTFS"); break;
    case SCN_TREE_DISCONNECT: sb_tree_disconnect(m); break;
    case SCN_OPEN: sb_nt_create_response(m, 0x4000u + c->fid, 0, 0); break;
    case SCN_CLOSE: sb_empty(m, 0x04); break;
    case SCN_READ: sb_read_andx_response(m, (gsize)scn_line_number(w->line, "len", 512)); break;
    case SCN_WRITE: sb_write_andx_response(m, 512); break;
    case SCN_ECHO: sb_echo_response(m, 1, 4); break;
    case SCN_NOTIFY: sb_transaction_response(m, &(sb_transaction){.command = 0xa0, .parameters = 16}); break;
    }
}

void scn_smb1_answer(scn_world *w, scn_conn *c, GByteArray *out, int op, guint64 mid, guint32 status,
                     guint64 session)
{
    sb_header h = header_of(c, op, mid, session);
    h.status = status;
    h.flags = SB_FLAGS_REPLY;
    sb_msg m;
    sb_begin(&m, out, &h);
    if (status == 0 || status == SCN_MORE_PROCESSING)
        put_answer(w, c, &m, op, status);
    else
        sb_empty(&m, command_of(op));
    sb_end(&m);
}
