/* SMB messages from the words of a line. What a request left open, the answer knows: its id, its session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#include <string.h>

static const struct {
    const char *name;
    int op;
} op_names[] = {
    {"NEGOTIATE", SCN_NEGOTIATE},
    {"SESSION_SETUP", SCN_SESSION_SETUP},
    {"SESSION_SETUP_ANDX", SCN_SESSION_SETUP},
    {"LOGOFF", SCN_LOGOFF},
    {"LOGOFF_ANDX", SCN_LOGOFF},
    {"TREE_CONNECT", SCN_TREE_CONNECT},
    {"TREE_CONNECT_ANDX", SCN_TREE_CONNECT},
    {"TREE", SCN_TREE_CONNECT},
    {"TREE_DISCONNECT", SCN_TREE_DISCONNECT},
    {"OPEN", SCN_OPEN},
    {"NT_CREATE_ANDX", SCN_OPEN},
    {"CREATE", SCN_OPEN},
    {"CLOSE_FILE", SCN_CLOSE},
    {"READ", SCN_READ},
    {"READ_ANDX", SCN_READ},
    {"WRITE", SCN_WRITE},
    {"WRITE_ANDX", SCN_WRITE},
    {"ECHO", SCN_ECHO},
    {"NOTIFY", SCN_NOTIFY},
};

int scn_op_parse(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(op_names); i++)
        if (g_ascii_strcasecmp(op_names[i].name, name) == 0) return op_names[i].op;
    return -1;
}

static const struct {
    const char *name;
    guint32 status;
} statuses[] = {
    {"OK", 0},
    {"MORE", SCN_MORE_PROCESSING},
    {"MORE_PROCESSING_REQUIRED", SCN_MORE_PROCESSING},
    {"PENDING", 0x00000103},
    {"INVALID_PARAMETER", 0xc000000d},
    {"ACCESS_DENIED", 0xc0000022},
    {"OBJECT_NAME_NOT_FOUND", 0xc0000034},
    {"LOGON_FAILURE", 0xc000006d},
    {"INVALID_LOGON_HOURS", 0xc000006f},
    {"REQUEST_NOT_ACCEPTED", 0xc00000d0},
    {"NETWORK_SESSION_EXPIRED", 0xc000035c},
    {"USER_SESSION_DELETED", 0xc0000203},
    {"SMB_BAD_UID", 0x005b0002},
};

bool scn_status_parse(const char *name, guint32 *ret_status)
{
    if (g_str_has_prefix(name, "0x")) {
        *ret_status = (guint32)g_ascii_strtoull(name, NULL, 16);
        return true;
    }
    const char *short_name = g_str_has_prefix(name, "STATUS_") ? name + strlen("STATUS_") : name;
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        if (g_ascii_strcasecmp(statuses[i].name, short_name) != 0) continue;
        *ret_status = statuses[i].status;
        return true;
    }
    return false;
}

/* ---- Sessions ---- */

static void begin_logon(scn_world *w, scn_conn *c)
{
    const scn_host *h = c->end[SCN_CLIENT].host;
    c->words = (unsigned)scn_line_number(w->line, "words", c->extended_security ? 12 : 13);
    c->workstation = g_intern_string(scn_line_get(w->line, "name", h->name));
    c->user = g_intern_string(scn_line_get(w->line, "user", h->user));
    int leg = (int)scn_line_number(w->line, "leg", 0);
    if (leg)
        c->leg = (unsigned)leg;
    else
        c->leg = c->words == 12 && c->exchange ? c->leg + 1 : 1;
}

static void answer_logon(scn_conn *c, guint32 status)
{
    if (status != 0 && status != SCN_MORE_PROCESSING) {
        c->exchange = 0;
        return;
    }
    if (!c->exchange) c->exchange = ++c->sessions;
    if (status == SCN_MORE_PROCESSING) return;
    c->session = c->exchange;
    c->exchange = 0;
}

GByteArray *scn_logon_token(scn_world *w, const scn_conn *c)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    GByteArray *blob = g_byte_array_new();
    const enum sb_mech ntlm = SB_MECH_NTLM, kerberos = SB_MECH_MS_KRB5;
    bool early = scn_line_has(w->line, "early");
    if (scn_line_has(w->line, "kerberos")) {
        sb_kerberos_token(token, 900);
        sb_spnego_init(blob, &kerberos, 1, token);
    } else if (c->leg == 1) {
        sb_ntlm n = {.flags = 0xe2088297 | (early ? SB_NTLM_WORKSTATION | SB_NTLM_DOMAIN : 0),
                     .workstation = early ? c->workstation : NULL,
                     .domain = early ? c->end[SCN_CLIENT].host->domain : NULL};
        sb_ntlm_negotiate(token, &n);
        sb_spnego_init(blob, &ntlm, 1, token);
    } else {
        sb_ntlm n = {.flags = 0xe2088215,
                     .domain = c->end[SCN_CLIENT].host->domain,
                     .user = c->user,
                     .workstation = c->workstation,
                     .lm_len = 24,
                     .nt_len = 24};
        sb_ntlm_authenticate(token, &n);
        sb_spnego_response(blob, 1, -1, token);
    }
    return blob;
}

GByteArray *scn_logon_answer_token(const scn_conn *c, guint32 status)
{
    const scn_host *server = c->end[SCN_SERVER].host;
    GByteArray *blob = g_byte_array_new();
    g_autoptr(GByteArray) token = g_byte_array_new();
    if (status == SCN_MORE_PROCESSING) {
        sb_ntlm n = {.flags = 0xe2898215, .target = server->domain, .server_name = server->name};
        sb_ntlm_challenge(token, &n);
        sb_spnego_response(blob, 1, SB_MECH_NTLM, token);
    } else {
        sb_spnego_response(blob, 0, -1, NULL);
    }
    return blob;
}

guint64 scn_session_of(scn_world *w, const scn_conn *c, int op)
{
    guint64 own = op == SCN_SESSION_SETUP ? c->exchange : op == SCN_NEGOTIATE ? 0 : c->session;
    return (guint64)scn_line_number(w->line, "uid", (gint64)own);
}

/* ---- Sending ---- */

bool scn_request_send(scn_world *w, scn_conn *c, int op)
{
    scn_request r = {.op = (unsigned)op, .mid = c->mid++};
    if (op == SCN_NEGOTIATE) c->extended_security = scn_line_bool(w->line, "extsec", c->extended_security);
    if (op == SCN_SESSION_SETUP) begin_logon(w, c);
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (c->smb2)
        scn_smb2_request(w, c, out, op, r.mid);
    else
        scn_smb1_request(w, c, out, op, r.mid);
    g_array_append_val(c->pending, r);
    scn_manner m = scn_manner_of(w, w->line);
    scn_segment(w, c, SCN_CLIENT, SCN_PSH | SCN_ACK, out, &m);
    return true;
}

/* The id of the oldest request of that kind that waits for its answer. */
static guint64 take_pending(scn_conn *c, int op, bool stays)
{
    for (guint i = 0; i < c->pending->len; i++) {
        scn_request r = g_array_index(c->pending, scn_request, i);
        if (r.op != (unsigned)op) continue;
        if (!stays) g_array_remove_index(c->pending, i);
        return r.mid;
    }
    return c->mid++;
}

bool scn_answer_send(scn_world *w, scn_conn *c, int op, const char *status_name)
{
    guint32 status = 0;
    bool setup = op == SCN_SESSION_SETUP;
    if (status_name) {
        if (!scn_status_parse(status_name, &status))
            return scn_line_fail(w->line, "unknown status %s", status_name);
    } else if (setup && (c->words == 12 || c->smb2) && c->leg == 1) {
        status = SCN_MORE_PROCESSING;
    }
    guint64 mid = take_pending(c, op, status == 0x103);
    guint64 session = scn_session_of(w, c, op);
    if (setup) {
        answer_logon(c, status);
        session = status == SCN_MORE_PROCESSING ? c->exchange : status ? 0 : c->session;
    }
    if (op == SCN_TREE_CONNECT && status == 0) c->tid++;
    if (op == SCN_OPEN && status == 0) c->fid++;
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (c->smb2)
        scn_smb2_answer(w, c, out, op, mid, status, session);
    else
        scn_smb1_answer(w, c, out, op, mid, status, session);
    scn_manner m = scn_manner_of(w, w->line);
    scn_segment(w, c, SCN_SERVER, SCN_PSH | SCN_ACK, out, &m);
    return true;
}
