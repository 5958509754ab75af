/* SMB1 messages applied to a connection: requests, and what the server sends by itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/smb1.h"

#include "smb/cmd_file.h"
#include "smb/cmd_locking.h"
#include "smb/cmd_open.h"
#include "smb/cmd_search.h"
#include "smb/cmd_transaction.h"
#include "smb/cmd_tree.h"

#include <string.h>

/* An ECHO asks whether the server is still there when another request has waited this long. */
#define PROBE_AFTER (5 * SMBT_SEC)
static char *path_of(const char *text)
{
    return *text ? g_strdup(text) : NULL;
}

static void claim_server_path(smbt_conn *conn, const char *unc)
{
    if (conn->claims.server_path || strncmp(unc, "\\\\", 2) != 0) return;
    g_autofree char *server = g_ascii_strdown(unc + 2, -1);
    server[strcspn(server, "\\")] = '\0';
    smbt_ref_set(&conn->claims.server_path, server);
}

static void tree_connect_request(smbt_conn *conn, const smbt_andx_block *block, uint16_t flags2,
                                 smbt_request *r)
{
    smbt_tree_connect_request t;
    if (!smbt_tree_connect_request_decode(block, flags2, &t)) return;
    claim_server_path(conn, t.path.s);
    if (!r->path) r->path = path_of(t.path.s);
}

/* What must be known of a request once its answer comes. */
static void locking_request(const smbt_andx_block *block, smbt_request *r)
{
    smbt_locking l;
    if (!smbt_locking_decode(block, &l)) return;
    r->waits = l.timeout != 0;
    r->flags = (uint16_t)(MIN(l.unlocks, 0xff) << 8 | MIN(l.locks, 0xff));
    if (smbt_locking_is_silent(&l)) r->answers = 0;
}

static void search_request(const smbt_andx_block *block, uint16_t flags2, smbt_request *r)
{
    smbt_find_request f;
    if (!smbt_find_request_decode(block, r->subcommand, flags2, &f)) return;
    r->flags = f.flags;
    if (f.has_sid) r->fid = f.sid;
    if (!r->path) r->path = path_of(f.path.s);
}

static void open_request(const smbt_andx_block *block, uint16_t flags2, smbt_request *r)
{
    smbt_open_request o;
    bool ok = smbt_command_is_transaction(block->command)
                  ? smbt_transaction_open_request_decode(block, r->subcommand, flags2, &o)
                  : smbt_open_request_decode(block, flags2, &o);
    if (ok && !r->path) r->path = path_of(o.path.s);
}

/* A transaction whose first part does not hold all of it gets an interim answer first. */
static void transaction_request(const smbt_andx_block *block, uint16_t flags2, smbt_request *r)
{
    smbt_transaction_request t;
    if (smbt_transaction_request_decode(block, &t)) {
        r->subcommand = t.subcommand;
        r->unsent = (uint64_t)t.total_parameters + t.total_data;
        r->unsent -= MIN(r->unsent, (uint64_t)t.parameters + t.data);
    }
    r->fid = smbt_request_fid(block, r->subcommand);
    if (smbt_command_is_search(block->command, r->subcommand)) search_request(block, flags2, r);
    if (smbt_transaction_is_open(block->command, r->subcommand)) open_request(block, flags2, r);
}

static void read_block(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                       const smbt_smb1_header *h, smbt_request *r, const smbt_at *at)
{
    switch (block->command) {
    case SMBT_SMB1_NEGOTIATE: smbt_smb1_negotiate_request(conn, block, h, at); break;
    case SMBT_SMB1_SESSION_SETUP_ANDX: smbt_smb1_setup_request(model, conn, block, h, at); break;
    case SMBT_SMB1_TREE_CONNECT:
    case SMBT_SMB1_TREE_CONNECT_ANDX: tree_connect_request(conn, block, h->flags2, r); break;
    case SMBT_SMB1_LOCKING_ANDX: locking_request(block, r); break;
    case SMBT_SMB1_LOCK_BYTE_RANGE:
    case SMBT_SMB1_LOCK_AND_READ: r->flags = 1; break; /* as LOCKING_ANDX with one lock */
    case SMBT_SMB1_UNLOCK_BYTE_RANGE:
    case SMBT_SMB1_WRITE_AND_UNLOCK: r->flags = 1 << 8; break;
    case SMBT_SMB1_ECHO: r->answers = smbt_echo_count(block); break;
    case SMBT_SMB1_WRITE_RAW: r->behind = !smbt_write_raw_is_through(block); break;
    case SMBT_SMB1_TRANSACTION:
    case SMBT_SMB1_TRANSACTION2:
    case SMBT_SMB1_NT_TRANSACT: transaction_request(block, h->flags2, r); return;
    default:
        if (smbt_command_is_open(block->command)) open_request(block, h->flags2, r);
        if (smbt_command_is_search(block->command, 0xffff)) search_request(block, h->flags2, r);
        break;
    }
    if (r->fid == SMBT_FID_NONE) r->fid = smbt_request_fid(block, 0xffff);
    r->data_bytes += smbt_request_data_bytes(block);
}

static void read_blocks(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body,
                        smbt_request *r, const smbt_at *at)
{
    smbt_andx andx;
    smbt_andx_block block;
    smbt_andx_init(&andx, body, h);
    while (smbt_andx_next(&andx, &block)) {
        read_block(model, conn, &block, h, r, at);
        smbt_step step = {.conn = conn, .block = &block, .header = h, .subcommand = r->subcommand, .at = at};
        smbt_smb1_run_effects(model, &step, SMBT_AT_REQUEST);
    }
    if (andx.blocks == 0 && h->command == SMBT_SMB1_SESSION_SETUP_ANDX) {
        smbt_andx_block nothing = {.command = h->command, .message = body};
        smbt_smb1_setup_request(model, conn, &nothing, h, at);
    }
}

/* Which commands belong to a share: what "in use" means to servers that look at shares only. */
static bool is_on_tree(uint8_t command)
{
    return smbt_smb1_uses_session(command) && command != SMBT_SMB1_ECHO && command != SMBT_SMB1_LOGOFF_ANDX;
}

static void note_activity(smbt_conn *conn, const smbt_smb1_header *h, const smbt_at *at)
{
    if (is_on_tree(h->command)) {
        conn->last_tree_request = at->done_time;
        conn->last_tree_request_frame = at->frame;
        conn->tree_requests++;
        conn->tree_connect_last =
            h->command == SMBT_SMB1_TREE_CONNECT || h->command == SMBT_SMB1_TREE_CONNECT_ANDX;
    }
    if (smbt_smb1_is_farewell(h->command)) {
        conn->last_farewell = at->done_time;
    } else if (h->command == SMBT_SMB1_ECHO) {
        conn->last_echo = at->done_time;
        conn->last_echo_frame = at->frame;
    } else {
        conn->last_use = at->done_time;
        conn->last_use_frame = at->frame;
    }
}

/* The oldest request that has waited long enough for an ECHO to be about it. */
static void note_probe(smbt_model *model, smbt_conn *conn, const smbt_at *at)
{
    conn->echoes++;
    for (unsigned i = 0; i < conn->pairing.count; i++) {
        smbt_request *r = &conn->pairing.pending[i];
        if (r->command == SMBT_SMB1_ECHO || smbt_time_since(at->time, r->part_time) < PROBE_AFTER) continue;
        if (r->probe_frame || smbt_request_patience(conn, r) == SMBT_EXEMPT) continue;
        r->probe_frame = at->frame;
        if (model->events.echo_probe)
            model->events.echo_probe(conn, r, at->frame, at->time, model->events.user);
        return;
    }
}

static uint64_t bytes_of_part(const smbt_smb1_header *h, const smbt_cur *body)
{
    smbt_andx andx;
    smbt_andx_block block;
    smbt_transaction_request t;
    smbt_andx_init(&andx, body, h);
    if (!smbt_andx_next(&andx, &block) || !smbt_transaction_request_decode(&block, &t)) return UINT64_MAX;
    return (uint64_t)t.parameters + t.data;
}

/* NT_CANCEL and the later parts of a transaction are about a request that is pending. Neither draws an
 * answer. */
static bool takes_part(smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body, const smbt_at *at)
{
    bool cancel = h->command == SMBT_SMB1_NT_CANCEL;
    if (!cancel && !smbt_command_is_transaction_secondary(h->command)) return false;
    if (!h->has_ids) return true;
    smbt_request *r = smbt_pairing_find(&conn->pairing, true, at->id, h->command);
    if (r && cancel) r->cancelled = true;
    if (r && !cancel) {
        r->part_frame = at->frame;
        r->part_time = at->done_time;
        r->unsent -= MIN(r->unsent, bytes_of_part(h, body));
    }
    return true;
}

static void take_request(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body,
                         const smbt_at *at)
{
    if (!conn->logged_on || smbt_violation_is_likely(h, body->declared))
        smbt_violation_check(model, conn, h, body->declared, at);
    if (h->has_ids && h->uid && smbt_smb1_uses_session(h->command)) {
        if (h->command != SMBT_SMB1_ECHO)
            smbt_zero_vc_went_on(conn, at); /* an ECHO does not wait for a session */
        conn->logged_on = true;
    }
    note_activity(conn, h, at);
    if (h->flags2 & SMBT_SMB1_FLAGS2_SIGNED) conn->signs = conn->signing.request_signed = true;
    if (conn->is_breaking) smbt_oplock_overdue(model, conn, at);
    if (takes_part(conn, h, body, at)) return;
    if (h->command == SMBT_SMB1_ECHO) note_probe(model, conn, at);
    smbt_request r = {.id = at->id,
                      .has_id = h->has_ids,
                      .command = h->command,
                      .subcommand = 0xffff,
                      .tid = h->has_ids ? h->tid : 0xffff,
                      .fid = SMBT_FID_NONE,
                      .session = h->uid,
                      .answers = 1,
                      .frame = at->frame,
                      .time = at->time,
                      .part_frame = at->frame,
                      .part_time = at->done_time};
    read_blocks(model, conn, h, body, &r, at);
    if (r.answers)
        smbt_pairing_add(&conn->pairing, &r, model->limits.pending_requests);
    else
        smbt_request_clear(&r);
}

/* A request of the server's own: an oplock break notification (MS-CIFS 3.3.4.2). */
static void take_notification(smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body,
                              const smbt_at *at)
{
    smbt_andx andx;
    smbt_andx_block block;
    smbt_locking l;
    if (h->command != SMBT_SMB1_LOCKING_ANDX || !h->has_ids || h->mid != 0xffff) return;
    smbt_andx_init(&andx, body, h);
    if (smbt_andx_next(&andx, &block) && smbt_locking_decode(&block, &l) &&
        l.type & SMBT_LOCKING_OPLOCK_RELEASE)
        smbt_oplock_break(conn, &l, at);
}

void smbt_model_smb1(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body, smbt_at *at)
{
    smbt_smb1_header h;
    smbt_cur c = *body;
    if (!smbt_smb1_header_decode(&c, &h)) return;
    at->has_id = h.has_ids;
    at->id = smbt_smb1_request_id(&h);
    at->tid = h.tid;
    conn->smb_version = 1;
    if (side == 0 && !h.is_reply)
        take_request(model, conn, &h, body, at);
    else if (side == 1 && (h.is_reply || !h.has_flags))
        smbt_smb1_take_response(model, conn, &h, body, at);
    else if (side == 1)
        take_notification(conn, &h, body, at);
}
