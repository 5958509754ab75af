/* SMB2 and SMB3 messages at connection level.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/smb1_header.h"
#include "smb/smb2.h"

#include <stdio.h>
#include <string.h>

/* Far above what clients compound; the chain is bounded by the bytes that were captured anyway. */
#define COMPOUND_MAX 64
/* Of what the server sends by itself. */
#define NO_MESSAGE_ID UINT64_MAX

static void session_setup_request(smbt_conn *conn, uint64_t session_id, smbt_cur message, const smbt_at *at)
{
    smbt_smb2_session_setup_request r;
    conn->setup_seen = true;
    if (session_id) smbt_expiry_reauth(conn, session_id, at);
    if (!smbt_smb2_session_setup_request_decode(message, &r)) return;
    if (r.previous_session_id && r.previous_session_id != session_id)
        conn->replaces =
            (smbt_replacement){.session = r.previous_session_id, .frame = at->frame, .time = at->done_time};
    if (r.auth.mech != SMBT_AUTH_NONE) conn->claims.mech = r.auth.mech;
    smbt_ref_set(&conn->claims.workstation, r.auth.workstation.s);
    if (r.auth.workstation_chars) conn->claims.workstation_chars = r.auth.workstation_chars;
    if (!r.auth.user.s[0]) return;
    char text[2 * SMBT_NAME_SIZE + 2];
    snprintf(text, sizeof text, "%s%s%s", r.auth.domain.s, r.auth.domain.s[0] ? "\\" : "", r.auth.user.s);
    smbt_ref_set(&conn->claims.user, text);
}

static void take_request(smbt_model *model, smbt_conn *conn, const smbt_smb2_header *h, smbt_cur message,
                         smbt_cur body, const smbt_at *at)
{
    if (h->command == SMBT_SMB2_NEGOTIATE &&
        smbt_smb2_negotiate_request_decode(body, conn->claims.client_guid))
        conn->claims.has_client_guid = true;
    if (h->command == SMBT_SMB2_SESSION_SETUP)
        session_setup_request(conn, h->has_session_id ? h->session_id : 0, message, at);
    if (h->command == SMBT_SMB2_LOGOFF && h->has_session_id) smbt_conn_logoff(model, conn, h->session_id);
    if (h->command == SMBT_SMB2_CANCEL) return;
    if (h->command != SMBT_SMB2_LOGOFF && h->command != SMBT_SMB2_TREE_DISCONNECT) {
        conn->last_use = at->done_time;
        conn->last_use_frame = at->frame;
    }
    if (h->command >= SMBT_SMB2_TREE_CONNECT && h->command != SMBT_SMB2_ECHO) {
        conn->last_tree_request = at->done_time;
        conn->last_tree_request_frame = at->frame;
        conn->tree_requests++;
        conn->tree_connect_last = h->command == SMBT_SMB2_TREE_CONNECT;
    }
    smbt_request r = {.id = h->message_id,
                      .has_id = h->has_message_id,
                      .command = h->command,
                      .subcommand = 0xffff,
                      .tid = 0xffff,
                      .fid = 0xffff,
                      .session = h->session_id,
                      .answers = 1,
                      .frame = at->frame,
                      .time = at->time,
                      .part_frame = at->frame,
                      .part_time = at->done_time};
    smbt_pairing_add(&conn->pairing, &r, model->limits.pending_requests);
}

/* As much of a connection's state as its clocks need: how many files are open, and whether its session
 * expired. */
static void note_state(smbt_conn *conn, const smbt_smb2_header *h, const smbt_request *request,
                       const smbt_at *at)
{
    if (h->command == SMBT_SMB2_CREATE && h->status == 0) conn->smb2_opens++;
    if (h->command == SMBT_SMB2_CLOSE && h->status == 0 && conn->smb2_opens) conn->smb2_opens--;
    if (h->status == SMBT_STATUS_NETWORK_SESSION_EXPIRED && h->has_session_id)
        smbt_expiry_seen(conn, h->session_id, request, at);
}

static void take_response(smbt_model *model, smbt_conn *conn, const smbt_smb2_header *h, smbt_cur body,
                          const smbt_at *at)
{
    uint16_t dialect;
    if (h->command == SMBT_SMB2_NEGOTIATE && smbt_smb2_negotiate_response_decode(body, &dialect)) {
        conn->dialect = smbt_smb2_dialect_name(dialect);
        conn->has_server_guid |= smbt_smb2_server_guid_decode(body, conn->server_guid);
        /* An SMB1 NEGOTIATE may be answered in SMB2 (MS-SMB2 3.3.5.3): it is what this answers. */
        smbt_request *smb1 = smbt_pairing_find(&conn->pairing, false, 0, SMBT_SMB1_NEGOTIATE);
        if (smb1 && conn->messages[1] == 1) smbt_pairing_remove(&conn->pairing, smb1);
    }
    smbt_request *found = smbt_pairing_find(&conn->pairing, h->has_message_id, h->message_id, h->command);
    if (h->command == SMBT_SMB2_SESSION_SETUP && h->has_session_id &&
        (h->status == 0 || h->status == SMBT_STATUS_MORE_PROCESSING))
        smbt_conn_session_setup_done(model, conn, h->session_id, conn->claims.user, false, h->status != 0,
                                     found ? found->frame : at->frame, at);
    if (h->command == SMBT_SMB2_SESSION_SETUP && h->status == 0 && conn->replaces.session &&
        !conn->replaces.answer_frame) {
        conn->replaces.answer_frame = at->frame;
        conn->replaces.answer_time = at->time;
    }
    if (!found) return;
    if (h->is_async && h->status == SMBT_STATUS_PENDING) {
        found->async = true;
        return;
    }
    note_state(conn, h, found, at);
    smbt_refusal_smb2(model, conn, h->command, h->status, found, at);
    smbt_request_answered(model, conn, found, at);
    smbt_pairing_remove(&conn->pairing, found);
}

/* The server's acknowledgment of a client's has the MessageId of that; its own notification has none (MS-SMB2
 * 2.2.23, 3.3.4.6). Where the id was not captured an answer can't be told from a notification. */
static void take_break(smbt_model *model, smbt_conn *conn, const smbt_smb2_header *h, smbt_cur body,
                       const smbt_at *at)
{
    if (!h->has_message_id) {
        if (smbt_pairing_find(&conn->pairing, false, 0, h->command)) smbt_model_lost_answers(conn);
    } else if (h->message_id != NO_MESSAGE_ID) {
        take_response(model, conn, h, body, at);
    }
}

/* Something of the message can't be read: what it asks or answers is not known. */
static void unknown(smbt_conn *conn, unsigned side)
{
    if (side == 0)
        conn->requests_lost = true;
    else
        smbt_model_lost_answers(conn);
}

/* One message, of a compound or alone. */
static void take(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_smb2_header *h,
                 smbt_cur message, smbt_cur body, const smbt_at *at)
{
    if (side == 0 && !h->is_reply)
        take_request(model, conn, h, message, body, at);
    else if (side == 1 && h->is_reply && h->command == SMBT_SMB2_OPLOCK_BREAK)
        take_break(model, conn, h, body, at);
    else if (side == 1 && h->is_reply)
        take_response(model, conn, h, body, at);
}

void smbt_model_smb2(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body,
                     const smbt_at *at)
{
    conn->smb_version = 2;
    smbt_cur rest = *body;
    for (int i = 0; i < COMPOUND_MAX; i++) {
        smbt_smb2_header h;
        smbt_cur message = smbt_cur_sub(&rest, smbt_cur_left(&rest)), c = message;
        /* A later part whose header is not all here comes by itself. */
        if (i > 0 && smbt_cur_left_captured(&message) < SMBT_SMB2_HEADER_LEN) return;
        bool is_smb2 = smbt_smb2_header_decode(&c, &h);
        if (side == 1 && (!is_smb2 || !h.has_flags)) smbt_model_lost_answers(conn);
        if (!is_smb2) return;
        take(model, conn, side, &h, message, c, at);
        if (h.next < SMBT_SMB2_HEADER_LEN || h.next >= smbt_cur_left(&message)) return;
        rest = message;
        smbt_cur_skip(&rest, h.next);
    }
    unknown(conn, side);
}

void smbt_model_smb2_part(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body,
                          const smbt_at *at)
{
    smbt_smb2_header h;
    smbt_cur c = *body;
    if (smbt_smb2_header_decode(&c, &h) && h.has_message_id)
        take(model, conn, side, &h, *body, c, at);
    else
        unknown(conn, side);
}
