/* What a server refuses, and what becomes of signing: answers whose status decides whether a client can go
 * on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/smb1_header.h"
#include "smb/smb2.h"

static bool decides(uint8_t command)
{
    return command == SMBT_SMB1_NEGOTIATE || command == SMBT_SMB1_SESSION_SETUP_ANDX ||
           command == SMBT_SMB1_TREE_CONNECT || command == SMBT_SMB1_TREE_CONNECT_ANDX;
}

static void note(smbt_conn *conn, uint16_t command, uint32_t status, const smbt_request *r, const smbt_at *at)
{
    conn->refusal = (smbt_refusal){.frame = at->frame,
                                   .time = at->time,
                                   .request_frame = r ? r->frame : 0,
                                   .command = command,
                                   .status = status,
                                   .status_name = smbt_status_name(status)};
}

static void tell(smbt_model *model, smbt_conn *conn)
{
    if (model->events.logon_refused) model->events.logon_refused(conn, model->events.user);
}

static void succeeded(smbt_conn *conn, uint16_t command)
{
    if (conn->refusal.command == command) conn->refusal.frame = 0;
}

/* The status that a DOS class and code stand for, if it is one that rules look at. */
static uint32_t status_of(const smbt_smb1_header *h)
{
    static const uint32_t statuses[] = {SMBT_STATUS_LOGON_FAILURE,     SMBT_STATUS_INVALID_LOGON_HOURS,
                                        SMBT_STATUS_ACCESS_DENIED,     SMBT_STATUS_REQUEST_NOT_ACCEPTED,
                                        SMBT_STATUS_TOO_MANY_SESSIONS, SMBT_STATUS_INSUFF_SERVER_RESOURCES};
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
        if (smbt_smb1_status_equals(h, statuses[i])) return statuses[i];
    return h->status;
}

void smbt_refusal_smb1(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h,
                       const smbt_andx_block *first, const smbt_request *r, const smbt_at *at)
{
    if (!decides(h->command)) return;
    if (!smbt_smb1_status_is_error(h)) {
        if (h->status != SMBT_STATUS_MORE_PROCESSING) succeeded(conn, h->command);
        return;
    }
    /* The first error ends a chain, and blocks before it succeeded (MS-CIFS 3.3.5.2.4): a session setup that
     * has words was not what failed. */
    bool chained = h->command == SMBT_SMB1_SESSION_SETUP_ANDX && first->has_words && first->word_count;
    note(conn, chained ? SMBT_SMB1_TREE_CONNECT_ANDX : h->command, status_of(h), r, at);
    if (conn->refusal.command == SMBT_SMB1_SESSION_SETUP_ANDX) tell(model, conn);
}

void smbt_refusal_smb2(smbt_model *model, smbt_conn *conn, uint16_t command, uint32_t status,
                       const smbt_request *r, const smbt_at *at)
{
    if (command > SMBT_SMB2_TREE_CONNECT || command == SMBT_SMB2_LOGOFF) return;
    if (status == SMBT_STATUS_MORE_PROCESSING || status == SMBT_STATUS_PENDING) return;
    if (status >> 30 != 3) {
        succeeded(conn, command);
        return;
    }
    note(conn, command, status, r, at);
    if (command == SMBT_SMB2_SESSION_SETUP) tell(model, conn);
}

/* ---- Signing */

/* No permission stands against these: refused with ACCESS_DENIED, it is the message that was refused. */
static bool is_harmless(uint8_t command)
{
    return command == SMBT_SMB1_CLOSE || command == SMBT_SMB1_ECHO || command == SMBT_SMB1_FIND_CLOSE2 ||
           command == SMBT_SMB1_TREE_DISCONNECT;
}

void smbt_signing_answer(smbt_conn *conn, const smbt_smb1_header *h, const smbt_at *at)
{
    smbt_signing *s = &conn->signing;
    bool is_signed = h->flags2 & SMBT_SMB1_FLAGS2_SIGNED;
    if (!s->request_signed && !is_signed) return;
    bool first = is_signed && !s->response_signed;
    if (first) {
        s->response_signed = true;
        s->first_signed_response = at->frame;
    }
    if (!smbt_smb1_status_is_error(h)) {
        s->worked |=
            !first && h->command != SMBT_SMB1_NEGOTIATE && h->command != SMBT_SMB1_SESSION_SETUP_ANDX;
        s->denied = 0;
    } else if (!smbt_smb1_status_equals(h, SMBT_STATUS_ACCESS_DENIED)) {
        s->denied = 0;
    } else if (conn->sessions && conn->sessions->len) { /* without one, servers say the same (MS-SMB <106>) */
        if (s->denied++ == 0) {
            s->denied_frame = at->frame;
            s->denied_harmless = false;
        }
        s->denied_harmless |= is_harmless(h->command);
    }
}
