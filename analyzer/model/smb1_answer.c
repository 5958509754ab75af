/* Answers to SMB1 requests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/smb1.h"

#include "smb/cmd_locking.h"
#include "smb/cmd_open.h"
#include "smb/cmd_search.h"
#include "smb/cmd_transaction.h"

/* Transfers of fewer bytes say more of the delay than of the throughput. */
#define TRANSFER_COUNTS 4096

/* Most transactions do nothing to the objects. */
bool smbt_smb1_is_plain_transaction(uint8_t command, uint16_t subcommand)
{
    return smbt_command_is_transaction(command) && !smbt_command_is_search(command, subcommand) &&
           !smbt_transaction_is_open(command, subcommand);
}

void smbt_smb1_run_effects(smbt_model *model, const smbt_step *step, enum smbt_moment moment)
{
    uint8_t command = step->block->command;
    if (model->effects[command] & 1u << moment && !smbt_smb1_is_plain_transaction(command, step->subcommand))
        smbt_effects_run(model, step, moment);
}

/* A UID in other commands than these is one that the server gave: somebody logged on, seen or not. */
bool smbt_smb1_uses_session(uint8_t command)
{
    return command != SMBT_SMB1_NEGOTIATE && command != SMBT_SMB1_SESSION_SETUP_ANDX;
}

bool smbt_smb1_is_farewell(uint8_t command)
{
    return command == SMBT_SMB1_TREE_DISCONNECT || command == SMBT_SMB1_LOGOFF_ANDX;
}

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
        smbt_smb1_run_effects(model, s, SMBT_AT_ANSWER);
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
    if (r && smbt_smb1_is_plain_transaction(h->command, r->subcommand)) {
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
    if (conn->gone && model->events.answered_after_end)
        model->events.answered_after_end(conn, r, at->frame, at->time, model->events.user);
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
    return (smbt_command_is_close(command) && command != SMBT_SMB1_WRITE_AND_CLOSE) ||
           smbt_smb1_is_farewell(command) || command == SMBT_SMB1_PROCESS_EXIT ||
           command == SMBT_SMB1_FIND_CLOSE2;
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

void smbt_smb1_take_response(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h,
                             const smbt_cur *body, const smbt_at *at)
{
    smbt_andx_block first;
    first.has_words = false; /* the rest is set with it, and large */
    /* WRITE_COMPLETE is the final answer to WRITE_RAW (MS-CIFS 2.2.4.25.3). */
    uint8_t command = h->command;
    if (command == SMBT_SMB1_WRITE_COMPLETE) command = SMBT_SMB1_WRITE_RAW;
    smbt_request *found = smbt_pairing_find(&conn->pairing, h->has_ids, at->id, command);
    g_autofree char *path = path_that_may_wait(conn, found);
    if (conn->violation.frame) smbt_violation_answered(conn, at);
    /* Who serves what came later did not close at it. Frames that changed places look like a violation. */
    if (found && found->frame > conn->violation.frame) conn->violation.frame = 0;
    if (answer_tells(model, h->command)) read_answers(model, conn, h, body, found, &first, at);
    if (h->command == SMBT_SMB1_WRITE_RAW && h->has_status && !smbt_smb1_status_is_error(h))
        conn->raw_write = true;
    if (found && h->has_status) note_doubt(conn, h, found, &first);
    if (h->has_status) note_status(model, conn, h, &first, found, at);
    if (!found || more_to_come(h, &first, found)) return;
    if (h->has_status && h->status == 0 && !smbt_conn_is_whole(conn) && smbt_smb1_uses_session(command) &&
        !smbt_smb1_is_farewell(command) && !smbt_command_is_close(command))
        smbt_conn_used(conn, found);
    smbt_request_answered(model, conn, found, at);
    if (is_open(found)) smbt_oplock_open_answered(model, conn, found, path, at);
    smbt_pairing_remove(&conn->pairing, found);
}
