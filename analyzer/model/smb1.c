/* SMB1 messages applied to a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/internal.h"

#include "smb/andx.h"
#include "smb/cmd_negotiate.h"
#include "smb/cmd_open.h"
#include "smb/cmd_session_setup.h"
#include "smb/cmd_transaction.h"
#include "smb/cmd_tree.h"

#include <stdio.h>
#include <string.h>

#define CAP_UNIX 0x00800000u

static uint64_t request_id(const smbt_smb1_header *h)
{
    return (uint64_t)h->pid << 16 | h->mid;
}

/* ---- Requests
 * -------------------------------------------------------------------------------------------------- */

static void negotiate_request(smbt_conn *conn, const smbt_andx_block *block)
{
    smbt_negotiate_request r;
    if (!smbt_negotiate_request_decode(block, &r)) return;
    unsigned n = MIN(r.dialects, SMBT_NEGOTIATE_MAX_DIALECTS);
    GString *offered = g_string_sized_new(160);
    for (unsigned i = 0; i < n; i++) {
        g_string_append(offered, r.dialect[i].s); /* a name from the wire holds no line end */
        g_string_append_c(offered, '\n');
    }
    g_free(conn->offered);
    conn->offered = g_string_free(offered, FALSE);
}

static void claim_user(smbt_conn *conn, const char *domain, const char *user)
{
    if (!*user) return;
    char text[2 * SMBT_NAME_SIZE + 2];
    snprintf(text, sizeof text, "%s%s%s", domain, *domain ? "\\" : "", user);
    smbt_ref_set(&conn->claims.user, text);
}

static void session_setup_request(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                                  const smbt_smb1_header *h, const smbt_at *at)
{
    smbt_session_setup_request r;
    conn->setup_seen = true;
    if (h->has_ids && h->uid) smbt_zero_vc_went_on(conn, at); /* the next leg: the one before was answered */
    if (!smbt_session_setup_request_decode(block, h->flags2, &r)) {
        /* Cut off before the words: it may have carried VcNumber 0. */
        if (!block->has_words)
            smbt_zero_vc_request(model, conn, false, 0, (h->flags2 & SMBT_SMB1_FLAGS2_EXTSEC) != 0, at);
        return;
    }
    smbt_claims *c = &conn->claims;
    smbt_ref_set(&c->workstation, r.auth.workstation.s);
    smbt_ref_set(&c->native_os, r.native_os.s);
    smbt_ref_set(&c->native_lan_man, r.native_lan_man.s);
    if (r.word_count == 12)
        claim_user(conn, r.auth.domain.s, r.auth.user.s);
    else
        claim_user(conn, r.domain.s, r.account.s);
    if (r.has_client_values) {
        c->has_values = true;
        c->max_buffer = r.max_buffer;
        c->max_mpx = r.max_mpx;
    }
    if (r.has_capabilities) {
        c->has_capabilities = true;
        c->capabilities = r.capabilities;
    }
    smbt_zero_vc_request(model, conn, r.has_vc_number, r.vc_number, r.extended_security, at);
}

static void tree_connect_request(smbt_conn *conn, const smbt_andx_block *block, const smbt_smb1_header *h)
{
    smbt_tree_connect_request r;
    if (!smbt_tree_connect_request_decode(block, h->flags2, &r)) return;
    if (r.disconnects_tid && block->command == SMBT_SMB1_TREE_CONNECT_ANDX)
        smbt_conn_tree_disconnected(conn, h->tid);
    if (conn->claims.server_path || strncmp(r.path.s, "\\\\", 2) != 0) return;
    g_autofree char *server = g_ascii_strdown(r.path.s + 2, -1);
    server[strcspn(server, "\\")] = '\0';
    smbt_ref_set(&conn->claims.server_path, server);
}

/* An oplock acknowledgment without lock ranges draws no answer (MS-CIFS 3.3.5.30). */
static bool is_silent_oplock_ack(const smbt_andx_block *block)
{
    smbt_cur w = block->words;
    smbt_cur_skip(&w, 4 + 2);
    uint8_t lock_type = smbt_cur_u8(&w);
    smbt_cur_skip(&w, 1 + 4);
    uint16_t unlocks = smbt_cur_le16(&w), locks = smbt_cur_le16(&w);
    return smbt_cur_ok(&w) && (lock_type & 0x02) && unlocks == 0 && locks == 0;
}

/* What a request does before its answer is known; false when it draws no answer. */
static bool apply_request(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                          const smbt_smb1_header *h, const smbt_at *at)
{
    uint16_t fid;
    switch (block->command) {
    case SMBT_SMB1_NEGOTIATE: negotiate_request(conn, block); break;
    case SMBT_SMB1_SESSION_SETUP_ANDX: session_setup_request(model, conn, block, h, at); break;
    case SMBT_SMB1_TREE_CONNECT:
    case SMBT_SMB1_TREE_CONNECT_ANDX: tree_connect_request(conn, block, h); break;
    case SMBT_SMB1_NT_CANCEL: return false;
    case SMBT_SMB1_LOCKING_ANDX: return !is_silent_oplock_ack(block);
    default:
        if (smbt_command_is_transaction_secondary(block->command)) return false;
        if (smbt_command_is_close(block->command) && smbt_close_request_decode(block, &fid))
            smbt_conn_closed(conn, fid);
        break;
    }
    return true;
}

/* A UID in other commands than these is one that the server gave: somebody logged on, seen or not. */
static bool uses_session(uint8_t command)
{
    return command != SMBT_SMB1_NEGOTIATE && command != SMBT_SMB1_SESSION_SETUP_ANDX;
}

static void take_request(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, smbt_cur body,
                         const smbt_at *at)
{
    smbt_request r = {.id = request_id(h),
                      .has_id = h->has_ids,
                      .command = h->command,
                      .subcommand = 0xffff,
                      .frame = at->frame,
                      .time = at->time};
    if (h->has_ids && h->uid && uses_session(h->command)) {
        if (h->command != SMBT_SMB1_ECHO)
            smbt_zero_vc_went_on(conn, at); /* an ECHO does not wait for a session */
        conn->logged_on = true;
    }
    smbt_andx andx;
    smbt_andx_block block;
    bool answered = true;
    smbt_andx_init(&andx, body, h);
    while (smbt_andx_next(&andx, &block)) {
        smbt_transaction_request t;
        if (smbt_command_is_transaction(block.command) && smbt_transaction_request_decode(&block, &t))
            r.subcommand = t.subcommand;
        answered &= apply_request(model, conn, &block, h, at);
    }
    if (andx.blocks == 0 && h->command == SMBT_SMB1_SESSION_SETUP_ANDX) {
        smbt_andx_block nothing = {.command = h->command};
        apply_request(model, conn, &nothing, h, at);
    }
    if (h->command == SMBT_SMB1_LOGOFF_ANDX && h->has_ids) smbt_conn_logoff(conn, h->uid);
    if (h->command == SMBT_SMB1_TREE_DISCONNECT && h->has_ids) smbt_conn_tree_disconnected(conn, h->tid);
    if (answered) smbt_pairing_add(&conn->pairing, &r, model->limits.pending_requests);
}

/* ---- Responses
 * ------------------------------------------------------------------------------------------------- */

static void negotiate_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block)
{
    smbt_negotiate_response r;
    if (!smbt_negotiate_response_decode(block, &r)) return;
    conn->extended_security = r.extended_security;
    const char *dialect = conn->offered;
    for (unsigned i = 0; dialect && i < r.dialect_index; i++) {
        dialect = strchr(dialect, '\n');
        if (dialect) dialect++;
    }
    if (dialect && *dialect) {
        g_autofree char *name = g_strndup(dialect, strcspn(dialect, "\n"));
        smbt_ref_set(&conn->dialect_ref, name);
    } else if (block->word_count == 17) {
        smbt_ref_set(&conn->dialect_ref, "NT LM 0.12");
    }
    conn->dialect = conn->dialect_ref;
    g_clear_pointer(&conn->offered, g_free);
    if (r.capabilities & CAP_UNIX && !conn->server->unix_extensions) {
        conn->server->unix_extensions = true;
        smbt_model_server_named(model, conn->server, NULL, NULL);
    }
}

/* The answer to a session setup that the capture lacks: it may have carried VcNumber 0. */
static void note_unseen_setup(smbt_conn *conn, const smbt_smb1_header *h, const smbt_at *at)
{
    if (!smbt_pairing_find(&conn->pairing, h->has_ids, request_id(h), h->command))
        smbt_model_unreadable(conn, at->time);
}

static void session_setup_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                                   const smbt_smb1_header *h, const smbt_at *at)
{
    note_unseen_setup(conn, h, at);
    smbt_session_setup_response r;
    bool more = h->status == SMBT_STATUS_MORE_PROCESSING;
    bool failed = h->has_status && smbt_smb1_status_is_error(h);
    if (smbt_session_setup_response_decode(block, h->flags2, &r)) {
        smbt_model_server_named(model, conn->server, r.native_os.s, r.native_lan_man.s);
        smbt_ref_set(&conn->server->name, r.auth.server_name.s);
    }
    bool vc_zero = smbt_zero_vc_answer(conn, h->has_status && !failed && !more, failed, at);
    if (!failed && h->has_ids)
        smbt_conn_session_setup_done(conn, h->uid, conn->claims.user, vc_zero, more, at);
}

static void apply_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                           const smbt_smb1_header *h, const smbt_at *at)
{
    smbt_open_response open;
    smbt_tree_connect_response tree;
    switch (block->command) {
    case SMBT_SMB1_NEGOTIATE: negotiate_response(model, conn, block); break;
    case SMBT_SMB1_SESSION_SETUP_ANDX: session_setup_response(model, conn, block, h, at); break;
    case SMBT_SMB1_TREE_CONNECT:
    case SMBT_SMB1_TREE_CONNECT_ANDX:
        if (block->word_count > 0 && h->has_ids && smbt_tree_connect_response_decode(block, h->flags2, &tree))
            smbt_conn_tree_connected(conn, tree.has_tid ? tree.tid : h->tid, h->uid,
                                     strcmp(tree.service.s, "IPC") == 0);
        break;
    default:
        if (smbt_command_is_open(block->command) && block->word_count > 0 && h->has_ids &&
            smbt_open_response_decode(block, &open))
            smbt_conn_opened(conn, open.fid, h->tid, h->uid);
        break;
    }
}

/* The first use of a session that rule (a) closed. */
static void note_bad_uid(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, const smbt_at *at)
{
    if (h->status != SMBT_STATUS_SMB_BAD_UID && h->status != SMBT_STATUS_USER_SESSION_DELETED) return;
    smbt_session *s = h->has_ids ? smbt_conn_session(conn, h->uid) : NULL;
    if (!s || !s->closed_by_vc || s->bad_uid_seen) return;
    s->bad_uid_seen = true;
    if (model->events.session_gone)
        model->events.session_gone(conn, s, at->frame, at->time, model->events.user);
}

/* An interim answer to a transaction leaves its request pending (facts 3.9). Any status but success makes it
 * the final one: errors have no words either. */
static bool is_interim(const smbt_smb1_header *h, const smbt_andx_block *first)
{
    smbt_transaction_response t;
    return smbt_command_is_transaction(h->command) && h->status == 0 && first->has_words &&
           smbt_transaction_response_decode(first, &t) && t.interim;
}

/* Whether an answer to this command can tell the model anything beyond that it came. Follow-up commands of
 * READ_ANDX, WRITE_ANDX and LOCKING_ANDX can't either (MS-CIFS 2.2.4.32, .42, .43). */
static bool answer_tells(uint8_t command)
{
    switch (command) {
    case SMBT_SMB1_READ_ANDX:
    case SMBT_SMB1_WRITE_ANDX:
    case SMBT_SMB1_LOCKING_ANDX:
    case SMBT_SMB1_ECHO:
    case SMBT_SMB1_CLOSE:
    case SMBT_SMB1_TREE_DISCONNECT:
    case SMBT_SMB1_LOGOFF_ANDX: return false;
    default: return true;
    }
}

static void take_response(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h, smbt_cur body,
                          const smbt_at *at)
{
    smbt_andx andx;
    smbt_andx_block block, first = {0};
    smbt_andx_init(&andx, body, h);
    bool setup_taken = false;
    while (answer_tells(h->command) && smbt_andx_next(&andx, &block)) {
        if (andx.blocks == 1) first = block;
        apply_response(model, conn, &block, h, at);
        setup_taken |= block.command == SMBT_SMB1_SESSION_SETUP_ANDX;
    }
    if (h->command == SMBT_SMB1_SESSION_SETUP_ANDX && !setup_taken) /* not captured behind its header */
        smbt_zero_vc_answer(conn, false, h->has_status && smbt_smb1_status_is_error(h), at);
    if (h->command == SMBT_SMB1_WRITE_RAW && h->has_status && !smbt_smb1_status_is_error(h))
        conn->raw_write = true;
    if (h->has_status) note_bad_uid(model, conn, h, at);
    smbt_request *found = smbt_pairing_find(&conn->pairing, h->has_ids, request_id(h), h->command);
    if (!found || is_interim(h, &first)) return;
    smbt_request request = *found;
    smbt_pairing_remove(&conn->pairing, found);
    smbt_zero_vc_lifesign(model, conn, &request, at);
}

void smbt_model_smb1(smbt_model *model, smbt_conn *conn, unsigned side, smbt_cur body, const smbt_at *at)
{
    smbt_smb1_header h;
    smbt_cur c = body;
    if (!smbt_smb1_header_decode(&c, &h)) return;
    smbt_at here = *at;
    here.has_id = h.has_ids;
    here.id = request_id(&h);
    conn->smb_version = 1;
    if (side == 0 && !h.is_reply)
        take_request(model, conn, &h, body, &here);
    else if (side == 1 && (h.is_reply || !h.has_flags))
        take_response(model, conn, &h, body, &here);
    /* What is left: an oplock break notification, a request of the server's own. */
}
