/* SMB1 messages applied to a connection: requests, and the answers that complete them.
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
/* Transfers of fewer bytes say more of the delay than of the throughput. */
#define TRANSFER_COUNTS 4096

/* ---- Requests
 * -------------------------------------------------------------------------------------------------- */

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

/* Most transactions do nothing to the objects. */
static bool is_plain_transaction(uint8_t command, uint16_t subcommand)
{
    return smbt_command_is_transaction(command) && !smbt_command_is_search(command, subcommand) &&
           !smbt_transaction_is_open(command, subcommand);
}

static void run_effects(smbt_model *model, const smbt_step *step, enum smbt_moment moment)
{
    uint8_t command = step->block->command;
    if (model->effects[command] & 1u << moment && !is_plain_transaction(command, step->subcommand))
        smbt_effects_run(model, step, moment);
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
        run_effects(model, &step, SMBT_AT_REQUEST);
    }
    if (andx.blocks == 0 && h->command == SMBT_SMB1_SESSION_SETUP_ANDX) {
        smbt_andx_block nothing = {.command = h->command, .message = body};
        smbt_smb1_setup_request(model, conn, &nothing, h, at);
    }
}

/* A UID in other commands than these is one that the server gave: somebody logged on, seen or not. */
static bool uses_session(uint8_t command)
{
    return command != SMBT_SMB1_NEGOTIATE && command != SMBT_SMB1_SESSION_SETUP_ANDX;
}

static bool is_farewell(uint8_t command)
{
    return command == SMBT_SMB1_TREE_DISCONNECT || command == SMBT_SMB1_LOGOFF_ANDX;
}

/* Which commands belong to a share: what "in use" means to servers that look at shares only. */
static bool is_on_tree(uint8_t command)
{
    return uses_session(command) && command != SMBT_SMB1_ECHO && command != SMBT_SMB1_LOGOFF_ANDX;
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
    if (is_farewell(h->command)) {
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
    if (h->has_ids && h->uid && uses_session(h->command)) {
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

/* ---- Responses
 * ------------------------------------------------------------------------------------------------- */

/* The first use of a session that rule (a) closed. */
static void note_bad_uid(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_at *at)
{
    smbt_session *s = h->has_ids ? smbt_conn_session(conn, h->uid) : NULL;
    if (!s || !s->closed_by_vc || s->bad_uid_seen) return;
    s->bad_uid_seen = true;
    if (model->events.session_gone)
        model->events.session_gone(conn, s, at->frame, at->time, model->events.user);
}

/* FIND_NEXT2 on a search that the client had left open. Only errors that say that there is no such search. */
static void note_search_gone(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h,
                             const smbt_request *r, const smbt_at *at)
{
    if (!r || r->command != SMBT_SMB1_TRANSACTION2 || r->subcommand != SMBT_TRANS2_FIND_NEXT2) return;
    if (!smbt_smb1_status_equals(h, SMBT_STATUS_INVALID_HANDLE)) return;
    const smbt_search *search = smbt_conn_search(conn, r->fid);
    if (!search || search->preexisting) return;
    if (model->events.search_gone)
        model->events.search_gone(conn, search, at->frame, at->time, model->events.user);
    smbt_conn_search_closed(conn, r->fid);
}

static void note_status(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h,
                        const smbt_andx_block *first, const smbt_request *r, const smbt_at *at)
{
    smbt_refusal_smb1(model, conn, h, first, r, at);
    if (conn->signs || h->flags2 & SMBT_SMB1_FLAGS2_SIGNED) smbt_signing_answer(conn, h, at);
    if (!smbt_smb1_status_is_error(h)) return;
    if (smbt_smb1_status_equals(h, SMBT_STATUS_SMB_BAD_UID) || h->status == SMBT_STATUS_USER_SESSION_DELETED)
        note_bad_uid(model, conn, h, at);
    if (h->status == SMBT_STATUS_NETWORK_SESSION_EXPIRED && h->has_ids) {
        smbt_expiry_seen(conn, h->uid, r, at);
        if (r && r->command == SMBT_SMB1_LOCKING_ANDX) smbt_oplock_ack_refused(conn, r->frame);
    }
    note_search_gone(model, conn, h, r, at);
}

/* Whether more answers to this request are to come: an interim one leaves it pending, and so does a part of a
 * transaction's response, and an ECHO gets as many as it asked for. Errors are always final. */
static bool more_to_come(const smbt_smb1_header *h, const smbt_andx_block *first, smbt_request *r)
{
    if (h->status != 0) return false;
    if (r->command == SMBT_SMB1_ECHO) return --r->answers > 0;
    if (r->command == SMBT_SMB1_WRITE_RAW && h->command == SMBT_SMB1_WRITE_RAW) return r->interim = true;
    smbt_transaction_response t;
    if (!smbt_command_is_transaction(h->command) || !first->has_words) return false;
    if (!smbt_transaction_response_decode(first, &t)) return false;
    if (t.interim) return r->interim = true;
    if (!r->partly_answered || t.total_parameters < r->parameters_left || t.total_data < r->data_left) {
        r->parameters_left = t.total_parameters;
        r->data_left = t.total_data;
    }
    r->partly_answered = true;
    r->parameters_left -= MIN(t.parameters, r->parameters_left);
    r->data_left -= MIN(t.data, r->data_left);
    return r->parameters_left + r->data_left > 0;
}

static void apply_answer(smbt_model *model, const smbt_step *s, bool *setup_taken)
{
    if (s->block->command == SMBT_SMB1_NEGOTIATE) {
        smbt_smb1_negotiate_response(model, s->conn, s->block, s->at);
    } else if (s->block->command == SMBT_SMB1_SESSION_SETUP_ANDX) {
        smbt_smb1_setup_response(model, s->conn, s->block, s->header, s->request, s->at);
        *setup_taken = true;
    } else if (s->block->has_words && s->block->word_count) {
        run_effects(model, s, SMBT_AT_ANSWER);
    }
}

/* Whether an answer to this command tells anything beyond that it came. */
static bool answer_tells(const smbt_model *model, uint8_t command)
{
    return model->effects[command] & 1u << SMBT_AT_ANSWER || command == SMBT_SMB1_NEGOTIATE ||
           smbt_command_is_transaction(command);
}

static void read_answers(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body,
                         smbt_request *r, smbt_andx_block *ret_first, const smbt_at *at)
{
    smbt_andx andx;
    smbt_andx_block block;
    smbt_andx_init(&andx, body, h);
    if (r && is_plain_transaction(h->command, r->subcommand)) {
        smbt_andx_next(&andx, ret_first);
        return;
    }
    bool setup_taken = false;
    bool again = r && r->partly_answered; /* the FID or SID stood in the first part */
    while (smbt_andx_next(&andx, &block)) {
        if (andx.blocks == 1) *ret_first = block;
        smbt_step step = {.conn = conn,
                          .block = &block,
                          .header = h,
                          .subcommand = r ? r->subcommand : 0xffff,
                          .request = r,
                          .at = at};
        if (!again) apply_answer(model, &step, &setup_taken);
    }
    if (h->command == SMBT_SMB1_SESSION_SETUP_ANDX && !setup_taken) /* not captured behind its header */
        smbt_zero_vc_answer(conn, false, h->has_status && smbt_smb1_status_is_error(h), at);
}

void smbt_request_answered(smbt_model *model, smbt_conn *conn, smbt_request *r, const smbt_at *at)
{
    smbt_duration age = smbt_time_since(at->time, r->part_time);
    if (r->data_bytes >= TRANSFER_COUNTS) {
        conn->moved_bytes += r->data_bytes;
        conn->moved_time += age;
    }
    if (!conn->gone && r->command != SMBT_SMB1_ECHO) conn->last_answer = at->time;
    if (!conn->gone && age >= model->patience_watch && model->events.late_answer &&
        smbt_request_patience(conn, r) == SMBT_TIMED)
        model->events.late_answer(conn, r, at->frame, at->time, model->events.user);
    smbt_zero_vc_lifesign(model, conn, r, at);
}

static bool is_open(const smbt_request *r)
{
    return smbt_command_is_open((uint8_t)r->command) ||
           smbt_transaction_is_open((uint8_t)r->command, r->subcommand);
}

/* A copy of the path that an open names, which its answer takes away; only while some open may wait for a
 * break. */
static char *path_that_may_wait(const smbt_conn *conn, const smbt_request *r)
{
    const GPtrArray *breaking = conn->server->breaking;
    return breaking && breaking->len && r && is_open(r) ? g_strdup(r->path) : NULL;
}

static bool releases(uint8_t command)
{
    /* WRITE_AND_CLOSE closes even where it fails to write. */
    return (smbt_command_is_close(command) && command != SMBT_SMB1_WRITE_AND_CLOSE) || is_farewell(command) ||
           command == SMBT_SMB1_PROCESS_EXIT || command == SMBT_SMB1_FIND_CLOSE2;
}

/* What may be open although the tables don't show it: what an answer opened that was cut off, or a request
 * that was; and what a request released as far as the tables go, and the server refused to. */
static void note_doubt(smbt_conn *conn, const smbt_smb1_header *h, const smbt_request *r,
                       const smbt_andx_block *first)
{
    bool error = smbt_smb1_status_is_error(h);
    bool unknown_kind = smbt_command_is_transaction((uint8_t)r->command) && r->subcommand == 0xffff;
    bool cut = is_open(r) && !first->has_words;
    if (!error && (unknown_kind || cut)) conn->opens_unsure = true;
    if (error && releases((uint8_t)r->command) && !smbt_smb1_status_equals(h, SMBT_STATUS_INVALID_HANDLE))
        conn->opens_unsure = true;
}

static void take_response(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_cur *body,
                          const smbt_at *at)
{
    smbt_andx_block first;
    first.has_words = false; /* the rest is set with it, and large */
    /* WRITE_COMPLETE is the final answer to WRITE_RAW (MS-CIFS 2.2.4.25.3). */
    uint8_t command = h->command;
    if (command == SMBT_SMB1_WRITE_COMPLETE) command = SMBT_SMB1_WRITE_RAW;
    smbt_request *found = smbt_pairing_find(&conn->pairing, h->has_ids, at->id, command);
    g_autofree char *path = path_that_may_wait(conn, found);
    if (conn->violation.frame) smbt_violation_answered(conn, at);
    if (answer_tells(model, h->command)) read_answers(model, conn, h, body, found, &first, at);
    if (h->command == SMBT_SMB1_WRITE_RAW && h->has_status && !smbt_smb1_status_is_error(h))
        conn->raw_write = true;
    if (found && h->has_status) note_doubt(conn, h, found, &first);
    if (h->has_status) note_status(model, conn, h, &first, found, at);
    if (!found || more_to_come(h, &first, found)) return;
    if (h->has_status && h->status == 0 && !smbt_conn_is_whole(conn) && uses_session(command) &&
        !is_farewell(command) && !smbt_command_is_close(command))
        smbt_conn_used(conn, found);
    smbt_request_answered(model, conn, found, at);
    if (is_open(found)) smbt_oplock_open_answered(model, conn, found, path, at);
    smbt_pairing_remove(&conn->pairing, found);
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
        take_response(model, conn, &h, body, at);
    else if (side == 1)
        take_notification(conn, &h, body, at);
}
