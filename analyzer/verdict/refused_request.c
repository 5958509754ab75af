/* What rules on refusals share: whether a refusal was the last word on a connection, and how to name it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/smb1_header.h"
#include "smb/smb2.h"

static enum smbt_refused_what what_of(const smbt_conn *conn)
{
    uint16_t command = conn->refusal.command;
    if (conn->smb_version == 2)
        return command == SMBT_SMB2_NEGOTIATE       ? SMBT_REFUSED_NEGOTIATE
               : command == SMBT_SMB2_SESSION_SETUP ? SMBT_REFUSED_LOGON
                                                    : SMBT_REFUSED_TREE;
    return command == SMBT_SMB1_NEGOTIATE            ? SMBT_REFUSED_NEGOTIATE
           : command == SMBT_SMB1_SESSION_SETUP_ANDX ? SMBT_REFUSED_LOGON
                                                     : SMBT_REFUSED_TREE;
}

enum smbt_refused_what smbt_refused_last(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_refusal *r = &conn->refusal;
    if (!r->frame || r->frame > c->subject.track->end.frame) return SMBT_REFUSED_NOTHING;
    bool used = conn->last_use != SMBT_TIME_NONE && conn->last_use_frame > r->frame;
    if (used && conn->last_response_frame != r->frame) return SMBT_REFUSED_NOTHING;
    return what_of(conn);
}

const char *smbt_refused_command(const smbt_conn *conn)
{
    return conn->smb_version == 2 ? smbt_smb2_command_name(conn->refusal.command)
                                  : smbt_smb1_command_name((uint8_t)conn->refusal.command);
}

const char *smbt_refused_status(smbt_verdict *v, const smbt_conn *conn)
{
    const smbt_refusal *r = &conn->refusal;
    return r->status_name ? r->status_name : smbt_verdict_text(v, "status 0x%08x", r->status);
}

bool smbt_refused_for_limit(const smbt_conn *conn)
{
    uint32_t status = conn->refusal.status;
    return status == SMBT_STATUS_REQUEST_NOT_ACCEPTED || status == SMBT_STATUS_TOO_MANY_SESSIONS ||
           status == SMBT_STATUS_SMB_TOO_MANY_UIDS || status == SMBT_STATUS_INSUFF_SERVER_RESOURCES;
}

void smbt_refused_tell(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_refusal *r = &conn->refusal;
    if (r->request_frame) smbt_verdict_evidence(v, r->request_frame, "%s", smbt_refused_command(conn));
    smbt_verdict_evidence(v, r->frame, "%s in answer to it", smbt_refused_status(v, conn));
    smbt_verdict_evidence(v, v->end.frame, "%s from the %s, %s later",
                          v->end.kind == SMBT_END_FIN ? "FIN" : "RST", smbt_side_name(v->end.by),
                          smbt_verdict_span(v, smbt_time_since(v->end.time, r->time)));
    if (!r->request_frame) smbt_verdict_missing(v, "the request that was refused");
}

bool smbt_ended_by_side(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    return e->set && e->kind != SMBT_END_SILENCE && !e->refused && !e->foreign_ttl && !c->one_sided;
}
