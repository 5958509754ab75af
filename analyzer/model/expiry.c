/* Sessions whose ticket ran out (MS-SMB 3.3.5.1, 3.2.5.1; MS-SMB2 3.3.5.2.9; facts 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/smb1_header.h"

static void tell(smbt_model *model, smbt_conn *conn, const smbt_session *s)
{
    if (model->events.session_expired) model->events.session_expired(conn, s, model->events.user);
}

void smbt_expiry_seen(smbt_conn *conn, uint64_t session, const smbt_request *request, const smbt_at *at)
{
    smbt_session *s = smbt_conn_session(conn, session);
    if (!s) {
        smbt_session old = {.id = session, .preexisting = true, .frame = at->frame};
        s = smbt_table_put(&conn->sessions, sizeof old, &old, NULL);
        if (!s) return;
    }
    bool oplock_ack = request && conn->smb_version == 1 && request->command == SMBT_SMB1_LOCKING_ANDX;
    if (oplock_ack) s->expiry.was_oplock_ack = true;
    if (s->state == SMBT_SESSION_EXPIRED || s->state == SMBT_SESSION_REAUTH) return;
    s->state = SMBT_SESSION_EXPIRED;
    s->expiry = (smbt_expiry){.frame = at->frame,
                              .time = at->time,
                              .request_frame = request ? request->frame : 0,
                              .command = request ? request->command : 0xffff,
                              .was_oplock_ack = oplock_ack};
}

void smbt_expiry_reauth(smbt_conn *conn, uint64_t session, const smbt_at *at)
{
    smbt_session *s = session ? smbt_conn_session(conn, session) : NULL;
    if (!s || s->state != SMBT_SESSION_EXPIRED) return;
    s->state = SMBT_SESSION_REAUTH;
    s->expiry.reauth_frame = at->frame;
}

void smbt_expiry_renewed(smbt_model *model, smbt_conn *conn, smbt_session *s, const smbt_at *at)
{
    if (!s->expiry.frame) return;
    s->expiry.reauth_answer_frame = at->frame;
    s->expiry.renewed = true;
    tell(model, conn, s);
    s->expiry = (smbt_expiry){0};
}

void smbt_expiry_over(smbt_model *model, smbt_conn *conn, smbt_session *s)
{
    if (!s->expiry.frame) return;
    tell(model, conn, s);
    s->expiry = (smbt_expiry){0};
}
