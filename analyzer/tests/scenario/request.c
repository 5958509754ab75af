/* A request's particulars from the words of a line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"
#include "smb/cmd_transaction.h"

#include <string.h>

#define FOREVER 0xffffffffu

static gint64 number(scn_world *w, const char *key, gint64 otherwise)
{
    return scn_line_number(w->line, key, otherwise);
}

/* ---- Which command ---- */

/* `cmd=`: the ways to do the same thing. */
static const struct {
    unsigned op;
    const char *name;
    guint8 command;
} commands[] = {
    {SCN_OPEN, "NT_CREATE_ANDX", 0xa2},
    {SCN_OPEN, "OPEN_ANDX", 0x2d},
    {SCN_OPEN, "OPEN", 0x02},
    {SCN_OPEN, "CREATE", 0x03},
    {SCN_OPEN, "CREATE_TEMPORARY", 0x0e},
    {SCN_OPEN, "CREATE_NEW", 0x0f},
    {SCN_OPEN, "OPEN_PRINT_FILE", 0xc0},
    {SCN_READ, "READ", 0x0a},
    {SCN_READ, "READ_ANDX", 0x2e},
    {SCN_READ, "READ_MPX", 0x1b},
    {SCN_WRITE, "WRITE", 0x0b},
    {SCN_WRITE, "WRITE_ANDX", 0x2f},
    {SCN_WRITE, "WRITE_MPX", 0x1e},
    {SCN_SEARCH, "SEARCH", 0x81},
    {SCN_SEARCH, "FIND", 0x82},
    {SCN_SEARCH, "FIND_UNIQUE", 0x83},
};

static void read_command(scn_world *w, scn_request *r)
{
    bool any = r->op == SCN_OPEN || r->op == SCN_READ || r->op == SCN_WRITE || r->op == SCN_SEARCH;
    const char *text = any ? scn_line_get(w->line, "cmd", NULL) : NULL;
    if (!text) return;
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (commands[i].op != r->op || g_ascii_strcasecmp(commands[i].name, text) != 0) continue;
        r->command = commands[i].command;
        return;
    }
    scn_line_fail(w->line, "unknown cmd=%s", text);
}

/* `sub=0x26`, `sub=TRANS_TRANSACT_NMPIPE`. */
static void read_subcommand(scn_world *w, scn_request *r)
{
    const char *text = scn_line_get(w->line, "sub", NULL);
    if (!text) return;
    if (g_ascii_isdigit(text[0])) {
        r->subcommand = (guint16)number(w, "sub", 0);
        return;
    }
    for (guint16 i = 0; i < 256; i++) {
        const char *name = smbt_transaction_name(r->command, i);
        if (!name || g_ascii_strcasecmp(name, text) != 0) continue;
        r->subcommand = i;
        return;
    }
    scn_line_fail(w->line, "unknown sub=%s", text);
}

/* ---- By kind ---- */

static void read_path(scn_world *w, scn_request *r, const char *usual)
{
    r->path = g_intern_string(scn_line_get(w->line, "path", r->path ? r->path : usual));
}

static void read_tree(scn_world *w, const scn_conn *c, scn_request *r)
{
    g_autofree char *usual = g_strdup_printf("\\\\%s\\DATA", c->end[SCN_SERVER].host->name);
    const char *word = scn_line_peek(w->line);
    read_path(w, r, word && word[0] == '\\' ? scn_line_take(w->line) : usual);
    const char *share = strrchr(r->path, '\\');
    bool pipes = share && g_ascii_strcasecmp(share, "\\IPC$") == 0;
    r->service = g_intern_string(scn_line_get(w->line, "service", pipes ? "IPC" : "A:"));
    r->flags = (unsigned)number(w, "flags", 0);
}

static int oplock_of(scn_world *w, const char *text)
{
    static const char *const names[] = {"none", "exclusive", "batch", "level2"};
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], text) == 0) return i;
    scn_line_fail(w->line, "unknown oplock=%s", text);
    return 0;
}

/* What both the request and the answer may say of an open. */
static void read_open_kind(scn_world *w, scn_request *r)
{
    const char *oplock = scn_line_get(w->line, "oplock", NULL);
    if (oplock) r->oplock = oplock_of(w, oplock);
    if (scn_line_has(w->line, "pipe")) r->resource = 2;
    if (scn_line_has(w->line, "printer")) r->resource = 3;
    if (scn_line_has(w->line, "offline")) r->attributes |= 0x1000;
    r->attributes = (guint32)number(w, "attributes", r->attributes);
}

static void read_open(scn_world *w, scn_request *r)
{
    static const char *const usual[] = {"\\accounts.xls", "\\srvsvc", "\\srvsvc", "\\letter.prn"};
    r->attributes = 0x80;
    read_open_kind(w, r);
    read_path(w, r, usual[r->resource]);
    if (r->command == 0xc0) r->resource = 3;
}

/* timeout=500 (ms), timeout=5s, timeout=forever. */
static void read_lock_timeout(scn_world *w, scn_request *r)
{
    const char *text = scn_line_get(w->line, "timeout", NULL);
    gint64 ns;
    if (!text) return;
    if (strcmp(text, "forever") == 0)
        r->timeout = FOREVER;
    else if (scn_duration_parse(text, &ns))
        r->timeout = (guint32)(ns / 1000000);
    else
        r->timeout = (guint32)number(w, "timeout", 0);
}

static void read_lock(scn_world *w, scn_request *r)
{
    r->locks = (unsigned)number(w, "locks", r->locks);
    r->unlocks = (unsigned)number(w, "unlocks", 0);
    if (r->op == SCN_LOCK) {
        read_lock_timeout(w, r);
        r->cancels = scn_line_has(w->line, "cancel");
    } else {
        r->level = (unsigned)number(w, "level", 0);
    }
}

static void read_search(scn_world *w, const scn_conn *c, scn_request *r)
{
    bool goes_on = r->op == SCN_FIND_CLOSE || scn_line_has(w->line, "next");
    r->cookie = goes_on ? (guint32)number(w, "search", c->cookie) : 0;
    read_path(w, r, "\\*.*");
}

static void read_transaction(scn_world *w, scn_request *r)
{
    if (r->op == SCN_TRANSACTION) read_subcommand(w, r);
    if (r->op == SCN_TRANSACTION) r->len = (gsize)number(w, "len", (gint64)r->len);
    r->parts = (unsigned)number(w, "parts", 1);
    if (r->parts < 1 || r->parts > 64) scn_line_fail(w->line, "parts= is from 1 to 64");
    read_path(w, r, r->command == 0x25 ? "\\PIPE\\" : "\\accounts.xls");
}

static bool has_fid(unsigned op)
{
    switch (op) {
    case SCN_CLOSE:
    case SCN_READ:
    case SCN_WRITE:
    case SCN_NOTIFY:
    case SCN_WRITE_AND_CLOSE:
    case SCN_FLUSH:
    case SCN_LOCK:
    case SCN_BREAK:
    case SCN_BREAK_ACK:
    case SCN_TRANSACTION:
    case SCN_READ_RAW:
    case SCN_WRITE_RAW: return true;
    default: return false;
    }
}

void scn_request_read(scn_world *w, scn_conn *c, scn_request *r)
{
    r->session = (guint64)number(w, "uid", (gint64)r->session);
    r->pid = (guint32)number(w, "pid", r->pid);
    r->tid = (guint16)number(w, "tid", r->tid);
    if (has_fid(r->op)) r->fid = (guint16)number(w, "fid", r->fid);
    read_command(w, r);
    switch (r->op) {
    case SCN_SESSION_SETUP:
        r->has_tree = scn_line_has(w->line, "tree") && (c->words != 12 || c->leg > 1 || c->kerberos);
        if (!r->has_tree) break;
        /* fall through */
    case SCN_TREE_CONNECT: read_tree(w, c, r); break;
    case SCN_OPEN: read_open(w, r); break;
    case SCN_WRITE:
    case SCN_WRITE_AND_CLOSE:
    case SCN_READ:
    case SCN_READ_RAW: r->len = (gsize)number(w, "len", (gint64)r->len); break;
    case SCN_WRITE_RAW:
        r->len = (gsize)number(w, "len", 4096);
        r->behind = scn_line_has(w->line, "behind");
        break;
    case SCN_LOCK:
    case SCN_BREAK:
    case SCN_BREAK_ACK: read_lock(w, r); break;
    case SCN_ECHO: r->count = (unsigned)number(w, "count", 1); break;
    case SCN_FIND_FIRST:
    case SCN_FIND_NEXT:
        r->flags = (unsigned)number(w, "flags", r->op == SCN_FIND_FIRST ? 0 : 8);
        if (r->op == SCN_FIND_NEXT) r->sid = (guint16)number(w, "sid", r->sid);
        read_path(w, r, "\\*");
        break;
    case SCN_FIND_CLOSE2: r->sid = (guint16)number(w, "sid", r->sid); break;
    case SCN_SEARCH:
    case SCN_FIND_CLOSE: read_search(w, c, r); break;
    case SCN_NOTIFY:
    case SCN_TRANSACTION: read_transaction(w, r); break;
    default: break;
    }
}

/* ---- Answers ---- */

void scn_request_read_answer(scn_world *w, scn_conn *c, scn_request *r)
{
    r->pid = (guint32)number(w, "pid", r->pid);
    r->tid = (guint16)number(w, "tid", r->tid);
    if (has_fid(r->op)) r->fid = (guint16)number(w, "fid", r->fid);
    read_command(w, r);
    switch (r->op) {
    case SCN_OPEN: read_open_kind(w, r); break;
    case SCN_READ:
    case SCN_WRITE: r->len = (gsize)number(w, "len", (gint64)r->len); break;
    case SCN_TRANSACTION:
        read_subcommand(w, r);
        r->len = (gsize)number(w, "len", (gint64)r->len);
        break;
    case SCN_FIND_FIRST:
    case SCN_FIND_NEXT:
    case SCN_SEARCH:
        r->ends = scn_line_has(w->line, "eos");
        r->count = (unsigned)number(w, "count", r->ends ? 0 : 1);
        if (r->op == SCN_FIND_FIRST && scn_line_get(w->line, "sid", NULL))
            c->sid = (guint16)(number(w, "sid", c->sid + 1) - 1); /* the answer counts one up */
        break;
    case SCN_TREE_CONNECT:
        if (!r->service) r->service = "A:";
        r->service = g_intern_string(scn_line_get(w->line, "service", r->service));
        break;
    default: break;
    }
}
