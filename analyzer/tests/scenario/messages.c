/* SMB messages from the words of a line. What a request left open, the answer knows: its id, its session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#include "support/smb_build_state.h"

#include <string.h>

/* ---- Sessions ---- */

static void begin_logon(scn_world *w, scn_conn *c)
{
    const scn_host *h = c->end[SCN_CLIENT].host;
    c->words = (unsigned)scn_line_number(w->line, "words", c->extended_security ? 12 : 13);
    c->workstation = g_intern_string(scn_line_get(w->line, "name", h->name));
    c->user = g_intern_string(scn_line_get(w->line, "user", h->user));
    c->kerberos = scn_line_has(w->line, "kerberos");
    bool again = scn_line_has(w->line, "reauth");
    int leg = (int)scn_line_number(w->line, "leg", 0);
    if (leg)
        c->leg = (unsigned)leg;
    else
        c->leg = c->words == 12 && c->exchange ? c->leg + 1 : 1;
    if (c->leg == 1) c->reauth = again;
    if (again && !c->exchange) c->exchange = (guint64)scn_line_number(w->line, "uid", (gint64)c->session);
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
    if (c->kerberos) {
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
        sb_spnego_response(blob, 0, c->kerberos ? SB_MECH_MS_KRB5 : -1, NULL);
    }
    return blob;
}

guint64 scn_session_of(const scn_conn *c, unsigned op)
{
    if (op == SCN_NEGOTIATE) return 0;
    return op == SCN_SESSION_SETUP ? c->exchange : c->session;
}

/* ---- Sending ---- */

static void send_message(scn_world *w, scn_conn *c, enum scn_side from, const GByteArray *out)
{
    scn_manner m = scn_manner_of(w, w->line);
    scn_segment(w, c, from, SCN_PSH | SCN_ACK, out, &m);
}

static scn_request *find_pending(const scn_conn *c, guint64 mid, guint32 pid)
{
    for (guint i = c->pending->len; i > 0; i--) {
        scn_request *r = &g_array_index(c->pending, scn_request, i - 1);
        if (r->mid == mid && r->pid == pid) return r;
    }
    return NULL;
}

/* The kind of request that a message of kind `op` is about: SCN_WRITE_RAW for SCN_WRITE_COMPLETE. */
static bool is_about(const scn_request *r, unsigned op)
{
    switch (op) {
    case SCN_RAW: return r->op == SCN_READ_RAW || r->op == SCN_WRITE_RAW;
    case SCN_WRITE_COMPLETE: return r->op == SCN_WRITE_RAW;
    case SCN_INTERIM:
    case SCN_SECONDARY: return r->parts > 1;
    default: return r->op == op;
    }
}

/* The oldest request that waits for such an answer, or the one of `of=`. */
static scn_request *pending_for(scn_world *w, scn_conn *c, unsigned op)
{
    const char *name = scn_line_get(w->line, "of", NULL);
    for (guint i = 0; i < c->pending->len; i++) {
        scn_request *r = &g_array_index(c->pending, scn_request, i);
        if (w->about ? r->mid == w->about : name ? r->name && strcmp(r->name, name) == 0 : is_about(r, op))
            return r;
    }
    if (name) scn_line_fail(w->line, "no request [%s] is waiting", name);
    return NULL;
}

static void forget_pending(scn_conn *c, guint64 mid, guint32 pid)
{
    const scn_request *r = find_pending(c, mid, pid);
    if (r) g_array_remove_index(c->pending, (guint)(r - (const scn_request *)(void *)c->pending->data));
}

/* A request as such a one usually is. */
static scn_request request_new(scn_world *w, scn_conn *c, const scn_kind *kind)
{
    return (scn_request){.op = kind->op,
                         .name = w->line->label ? g_intern_string(w->line->label) : NULL,
                         .command = kind->command,
                         .subcommand = kind->subcommand,
                         .session = scn_session_of(c, kind->op),
                         .pid = 0xfeff,
                         .tid = c->tid,
                         .fid = c->fid,
                         .sid = c->sid,
                         .cookie = c->cookie,
                         .count = 1,
                         .parts = 1,
                         .sent = 1,
                         .locks = kind->op == SCN_LOCK ? 1 : 0,
                         .len = kind->op == SCN_TRANSACTION ? 64 : 512,
                         .oplock = -1};
}

static bool is_answered(const scn_request *r)
{
    switch (r->op) {
    case SCN_BREAK:
    case SCN_NT_CANCEL:
    case SCN_RAW: return false;
    case SCN_BREAK_ACK: return r->locks || r->unlocks;
    case SCN_ECHO: return r->count > 0;
    default: return true;
    }
}

/* NT_CANCEL has the ids of what it cancels: of= or the last request that waits. */
static bool aim_cancel(scn_world *w, scn_conn *c, scn_request *r)
{
    const scn_request *of = scn_line_get(w->line, "of", NULL) ? pending_for(w, c, SCN_NT_CANCEL)
                            : c->pending->len ? &g_array_index(c->pending, scn_request, c->pending->len - 1)
                                              : NULL;
    if (!of) return scn_line_fail(w->line, "there is nothing to cancel");
    r->mid = of->mid;
    r->pid = of->pid;
    r->tid = of->tid;
    r->session = of->session;
    return true;
}

static bool send_secondary(scn_world *w, scn_conn *c)
{
    scn_request *r = pending_for(w, c, SCN_SECONDARY);
    if (!r || r->sent >= r->parts) return scn_line_fail(w->line, "no transaction has parts left");
    scn_request part = *r;
    r->sent++;
    g_autoptr(GByteArray) out = g_byte_array_new();
    part.op = SCN_SECONDARY;
    scn_smb1_request(w, c, out, &part);
    send_message(w, c, SCN_CLIENT, out);
    return true;
}

static bool send_raw(scn_world *w, scn_conn *c, enum scn_side from)
{
    scn_request *r = pending_for(w, c, SCN_RAW);
    gsize len = (gsize)scn_line_number(w->line, "len", r ? (gint64)r->len : 512);
    if (r && from == SCN_SERVER) forget_pending(c, r->mid, r->pid);
    g_autoptr(GByteArray) out = g_byte_array_new();
    sb_state_raw(out, len);
    send_message(w, c, from, out);
    if (r && from == SCN_CLIENT && r->behind) forget_pending(c, r->mid, r->pid);
    return true;
}

static bool is_answer_only(unsigned op)
{
    return op == SCN_BREAK || op == SCN_INTERIM || op == SCN_WRITE_COMPLETE;
}

bool scn_request_send(scn_world *w, scn_conn *c, const scn_kind *kind)
{
    if (is_answer_only(kind->op)) return scn_line_fail(w->line, "%s is the server's", kind->name);
    if (kind->op == SCN_SECONDARY) return send_secondary(w, c);
    if (kind->op == SCN_RAW) return send_raw(w, c, SCN_CLIENT);
    if (kind->op == SCN_NEGOTIATE)
        c->extended_security = scn_line_bool(w->line, "extsec", c->extended_security);
    if (kind->op == SCN_SESSION_SETUP) begin_logon(w, c);
    scn_request r = request_new(w, c, kind);
    if (kind->op == SCN_NT_CANCEL) {
        if (!aim_cancel(w, c, &r)) return false;
    } else {
        r.mid = (guint64)scn_line_number(w->line, "mid", (gint64)c->mid);
        if (r.mid == c->mid) c->mid++;
        if ((c->mid & 0xffff) == 0xffff) c->mid += 2; /* the server's breaks have it; and 0 */
    }
    scn_request_read(w, c, &r);
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (c->smb2)
        scn_smb2_request(w, c, out, &r);
    else
        scn_smb1_request(w, c, out, &r);
    if (is_answered(&r)) g_array_append_val(c->pending, r);
    send_message(w, c, SCN_CLIENT, out);
    return true;
}

/* ---- Answers ---- */

static bool read_status(scn_world *w, const scn_conn *c, unsigned op, const char *name, guint32 *ret_status)
{
    *ret_status = 0;
    if (op == SCN_SESSION_SETUP && !name) name = scn_line_get(w->line, "error", NULL);
    if (name) return scn_status_parse(name, ret_status) || scn_line_fail(w->line, "unknown status %s", name);
    if (op == SCN_SESSION_SETUP && (c->words == 12 || c->smb2) && c->leg == 1 && !c->kerberos)
        *ret_status = SCN_MORE_PROCESSING;
    return true;
}

/* The sessions, trees, files and searches that the answer makes. */
static void open_things(scn_conn *c, scn_request *r, guint32 status)
{
    if (r->op == SCN_SESSION_SETUP) {
        guint64 refused = c->reauth ? c->exchange : 0;
        answer_logon(c, status);
        r->session = status == SCN_MORE_PROCESSING ? c->exchange : status ? refused : c->session;
    }
    if (status) return;
    if (r->op == SCN_TREE_CONNECT || r->has_tree) r->tid = ++c->tid;
    if (r->op == SCN_OPEN) r->fid = ++c->fid;
    if (r->op == SCN_FIND_FIRST) r->sid = ++c->sid;
    if (r->op == SCN_SEARCH && !r->cookie) r->cookie = ++c->cookie;
}

/* Whether more answers to it may come. */
static bool is_kept(scn_request *pending, const scn_request *r, unsigned op, guint32 status)
{
    if (status == 0x103 || op == SCN_INTERIM) return true;
    if (status) return false;
    if (op == SCN_WRITE_RAW) return true; /* the client is asked to go on */
    if (op != SCN_ECHO) return false;
    pending->given = r->given;
    return r->given < r->count;
}

static bool send_break(scn_world *w, scn_conn *c, const scn_kind *kind)
{
    scn_request r = request_new(w, c, kind);
    r.mid = r.pid = 0xffff;
    scn_request_read(w, c, &r);
    g_autoptr(GByteArray) out = g_byte_array_new();
    scn_smb1_request(w, c, out, &r);
    send_message(w, c, SCN_SERVER, out);
    return true;
}

/* One answer, or those of a transaction in parts (answers=2; part=1: only that one). False when more must
 * come. */
static bool send_answers(scn_world *w, scn_conn *c, const scn_request *r, guint32 status)
{
    bool transaction = r->command == 0x25 || r->command == 0x32 || r->command == 0xa0;
    bool in_parts = transaction && !status && r->op != SCN_INTERIM;
    unsigned parts = in_parts ? (unsigned)scn_line_number(w->line, "answers", 1) : 1;
    unsigned only = in_parts ? (unsigned)scn_line_number(w->line, "part", 0) : 0;
    scn_request part = *r;
    part.parts = parts;
    for (part.sent = only ? only - 1 : 0; part.sent < (only ? only : parts); part.sent++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        if (c->smb2)
            scn_smb2_answer(w, c, out, &part, status);
        else
            scn_smb1_answer(w, c, out, &part, status);
        send_message(w, c, SCN_SERVER, out);
    }
    return part.sent >= parts;
}

bool scn_answer_send(scn_world *w, scn_conn *c, const scn_kind *kind, const char *status_name)
{
    if (kind->op == SCN_BREAK) return send_break(w, c, kind);
    if (kind->op == SCN_RAW || kind->op == SCN_READ_RAW) return send_raw(w, c, SCN_SERVER);
    guint32 status;
    if (!read_status(w, c, kind->op, status_name, &status)) return false;
    if (kind->op == SCN_NEGOTIATE)
        c->extended_security = scn_line_bool(w->line, "extsec", c->extended_security);
    scn_request *pending = pending_for(w, c, kind->op);
    scn_request r = request_new(w, c, kind);
    if (pending)
        r = *pending;
    else
        r.mid = (guint64)scn_line_number(w->line, "mid", (gint64)c->mid++);
    scn_request_read_answer(w, c, &r);
    if (is_answer_only(kind->op)) r.op = kind->op;
    r.given++;
    open_things(c, &r, status);
    if (r.op != SCN_SESSION_SETUP) r.session = (guint64)scn_line_number(w->line, "uid", (gint64)r.session);
    bool last = send_answers(w, c, &r, status);
    pending = find_pending(c, r.mid, r.pid);
    if (pending && last && !is_kept(pending, &r, kind->op, status)) forget_pending(c, r.mid, r.pid);
    return true;
}

/* ---- Both ---- */

static bool send_middle(scn_world *w, scn_conn *c, const scn_request *r)
{
    static const scn_kind interim = {"INTERIM", SCN_INTERIM, 0, 0},
                          write_raw = {"WRITE_RAW", SCN_WRITE_RAW, 0x1d, 0};
    if (r->op == SCN_WRITE_RAW) return scn_answer_send(w, c, &write_raw, NULL) && send_raw(w, c, SCN_CLIENT);
    for (unsigned i = 1; i < r->parts; i++) {
        if (i == 1 && !scn_answer_send(w, c, &interim, NULL)) return false;
        if (!send_secondary(w, c)) return false;
    }
    return true;
}

bool scn_exchange_send(scn_world *w, scn_conn *c, const scn_kind *kind)
{
    static const scn_kind complete = {"WRITE_COMPLETE", SCN_WRITE_COMPLETE, 0x20, 0};
    const char *status = scn_line_get(w->line, "status", NULL);
    if (kind->op == SCN_BREAK) return scn_answer_send(w, c, kind, NULL);
    guint waiting = c->pending->len;
    if (!scn_request_send(w, c, kind)) return false;
    if (c->pending->len <= waiting) return true; /* it draws no answer */
    scn_request r = g_array_index(c->pending, scn_request, c->pending->len - 1);
    w->about = r.mid;
    bool ok = send_middle(w, c, &r);
    unsigned answers = r.op == SCN_ECHO ? r.count : r.op == SCN_WRITE_RAW && r.behind ? 0 : 1;
    for (unsigned i = 0; ok && i < answers; i++)
        ok = scn_answer_send(w, c, r.op == SCN_WRITE_RAW ? &complete : kind, status);
    w->about = 0;
    return ok;
}
