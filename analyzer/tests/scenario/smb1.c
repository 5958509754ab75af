/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"
#include "support/smb_build_state.h"

#include <string.h>

#define CAP_EXTENDED_SECURITY 0x80000000u
#define CAP_UNIX              0x00800000u
#define FLAGS2_SIGNED         0x0004
#define SIGNATURE_AT          14 /* in the header */
#define FLAGS_OPLOCK          0x20
#define FLAGS_BATCH_OPLOCK    0x40

#define USUAL_DIALECTS "PC NETWORK PROGRAM 1.0,LANMAN1.0,NT LM 0.12"

static unsigned uid_of(guint64 session)
{
    return session ? 0x07ff + (unsigned)session : 0;
}

/* The opens before OPEN_ANDX ask for an oplock and get it in the header. */
static guint8 oplock_flags(const scn_request *r)
{
    bool old = r->op == SCN_OPEN && (r->command < 0x10 || r->command == 0x2d);
    if (!old || r->oplock <= 0) return 0;
    return r->oplock == 2 ? FLAGS_OPLOCK | FLAGS_BATCH_OPLOCK : FLAGS_OPLOCK;
}

static sb_header header_of(const scn_conn *c, const scn_request *r)
{
    bool connected =
        (r->op != SCN_NEGOTIATE && r->op != SCN_SESSION_SETUP && r->op != SCN_LOGOFF) || r->has_tree;
    return (sb_header){.flags = oplock_flags(r),
                       .flags2 = c->extended_security ? SB_FLAGS2_NT_EXT : SB_FLAGS2_NT,
                       .pid = r->pid,
                       .tid = connected ? r->tid : 0,
                       .uid = (guint16)uid_of(r->session),
                       .mid = (guint16)r->mid};
}

static bool is_signed(scn_world *w, const scn_conn *c, const scn_request *r)
{
    if (scn_line_has(w->line, "signed")) return true;
    return c->is_signed && r->op != SCN_NEGOTIATE && r->op != SCN_SESSION_SETUP && r->op != SCN_BREAK;
}

static void begin(scn_world *w, const scn_conn *c, sb_msg *m, GByteArray *out, const scn_request *r,
                  sb_header h)
{
    bool has_signature = is_signed(w, c, r);
    if (has_signature) h.flags2 |= FLAGS2_SIGNED;
    sb_begin(m, out, &h);
    if (has_signature) memset(out->data + m->start + SIGNATURE_AT, 0x5a, 8);
}

/* ---- Requests ---- */

static void put_negotiate(scn_world *w, scn_conn *c, sb_msg *m)
{
    c->dialects = g_intern_string(scn_line_get(w->line, "dialects", USUAL_DIALECTS));
    g_auto(GStrv) dialects = g_strsplit(c->dialects, ",", -1);
    sb_negotiate_request(m, (const char *const *)dialects);
}

static void put_setup(scn_world *w, const scn_conn *c, sb_msg *m)
{
    const scn_host *h = c->end[SCN_CLIENT].host;
    g_autoptr(GByteArray) blob = c->words == 12 ? scn_logon_token(w, c) : NULL;
    guint32 capabilities = (guint32)scn_line_number(w->line, "capabilities", h->capabilities);
    sb_session_setup s = {
        .word_count = c->words,
        .max_buffer = (guint16)scn_line_number(w->line, "max_buffer", h->max_buffer),
        .max_mpx = (guint16)scn_line_number(w->line, "max_mpx", h->max_mpx),
        .vc_number = (guint16)scn_line_number(w->line, "vc", 0),
        .capabilities = capabilities | (c->words == 12 ? CAP_EXTENDED_SECURITY : 0),
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

static void put_request(scn_world *w, scn_conn *c, sb_msg *m, const scn_request *r)
{
    switch (r->op) {
    case SCN_NEGOTIATE: put_negotiate(w, c, m); break;
    case SCN_SESSION_SETUP:
        put_setup(w, c, m);
        if (r->has_tree) sb_tree_connect_request(m, r->path, "?????", r->flags);
        break;
    case SCN_LOGOFF: sb_logoff(m); break;
    case SCN_TREE_CONNECT: sb_tree_connect_request(m, r->path, "?????", r->flags); break;
    case SCN_TREE_DISCONNECT: sb_tree_disconnect(m); break;
    case SCN_ECHO: sb_echo_request(m, r->count, 4); break;
    case SCN_NT_CANCEL:
    case SCN_PROCESS_EXIT: sb_empty(m, r->command); break;
    case SCN_SECONDARY: scn_smb1_transaction_request(m, r, r->sent); break;
    default:
        if (!scn_smb1_file_request(m, r)) scn_smb1_transaction_request(m, r, 0);
        break;
    }
}

void scn_smb1_request(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r)
{
    sb_msg m;
    begin(w, c, &m, out, r, header_of(c, r));
    put_request(w, c, &m, r);
    sb_end(&m);
}

/* ---- Answers ---- */

/* The index of the dialect that the server takes: the last one, `index=` or none. */
static guint16 chosen_dialect(scn_world *w, char **dialects)
{
    const char *text = scn_line_get(w->line, "index", NULL);
    if (text && strcmp(text, "none") == 0) return 0xffff;
    return (guint16)scn_line_number(w->line, "index", (gint64)g_strv_length(dialects) - 1);
}

static unsigned negotiate_words(char **dialects, guint16 index)
{
    if (index >= g_strv_length(dialects)) return 1;
    if (g_str_has_prefix(dialects[index], "NT L")) return 17;
    return strstr(dialects[index], "LANMAN") || strstr(dialects[index], "LM1.2") ? 13 : 1;
}

/* FILETIME of the server's clock: 100 ns since 1601. */
static guint64 system_time(scn_world *w, const scn_host *s)
{
    gint64 ahead = scn_line_duration(w->line, "time", s->clock);
    guint64 unix_ns = (guint64)((gint64)w->start + w->now + ahead);
    return unix_ns / 100 + UINT64_C(116444736000000000);
}

static void put_negotiate_answer(scn_world *w, const scn_conn *c, sb_msg *m)
{
    const scn_host *s = c->end[SCN_SERVER].host;
    const enum sb_mech mechs[] = {SB_MECH_MS_KRB5, SB_MECH_NTLM};
    g_autoptr(GByteArray) blob = g_byte_array_new();
    g_auto(GStrv) dialects = g_strsplit(c->dialects ? c->dialects : USUAL_DIALECTS, ",", -1);
    guint16 index = chosen_dialect(w, dialects);
    sb_spnego_init(blob, mechs, G_N_ELEMENTS(mechs), NULL);
    sb_negotiate n = {.word_count = negotiate_words(dialects, index),
                      .dialect_index = index,
                      .security_mode = (guint8)(3 | scn_signing_parse(w->line, s->signing)),
                      .max_mpx = s->max_mpx,
                      .max_vcs = 1,
                      .max_buffer = s->max_buffer,
                      .capabilities = s->capabilities | (s->unix_extensions ? CAP_UNIX : 0) |
                                      (c->extended_security ? CAP_EXTENDED_SECURITY : 0),
                      .system_time = system_time(w, s),
                      .time_zone = (gint16)scn_line_number(w->line, "zone", s->zone),
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

static void put_answer(scn_world *w, const scn_conn *c, sb_msg *m, const scn_request *r, guint32 status)
{
    switch (r->op) {
    case SCN_NEGOTIATE: put_negotiate_answer(w, c, m); break;
    case SCN_SESSION_SETUP:
        put_setup_answer(c, status, m);
        if (r->has_tree && !status) sb_tree_connect_response(m, r->service, "NTFS");
        break;
    case SCN_LOGOFF: sb_logoff(m); break;
    case SCN_TREE_CONNECT: sb_tree_connect_response(m, r->service, "NTFS"); break;
    case SCN_TREE_DISCONNECT: sb_tree_disconnect(m); break;
    case SCN_ECHO: sb_echo_response(m, r->given, 4); break;
    case SCN_PROCESS_EXIT:
    case SCN_INTERIM: sb_empty(m, r->command); break;
    default:
        if (!scn_smb1_file_answer(m, r)) scn_smb1_transaction_answer(m, r, r->sent, r->parts);
        break;
    }
}

void scn_smb1_answer(scn_world *w, scn_conn *c, GByteArray *out, const scn_request *r, guint32 status)
{
    sb_header h = header_of(c, r);
    h.status = status;
    h.flags |= SB_FLAGS_REPLY;
    sb_msg m;
    begin(w, c, &m, out, r, h);
    if (status == 0 || (status == SCN_MORE_PROCESSING && r->op == SCN_SESSION_SETUP))
        put_answer(w, c, &m, r, status);
    else
        sb_empty(&m, r->op == SCN_WRITE_COMPLETE ? 0x20 : r->command);
    sb_end(&m);
}
