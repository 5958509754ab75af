/* SMB1 messages applied to a connection, in three files. Within this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_SMB1_H
#define SMBT_MODEL_SMB1_H

#include "model/effects.h"
#include "model/objects.h"

static inline uint64_t smbt_smb1_request_id(const smbt_smb1_header *h)
{
    return (uint64_t)h->pid << 16 | h->mid;
}

/* smb1_setup.c: NEGOTIATE and SESSION_SETUP_ANDX */
void smbt_smb1_negotiate_request(smbt_conn *conn, const smbt_andx_block *block, const smbt_smb1_header *h,
                                 const smbt_at *at);
void smbt_smb1_negotiate_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                                  const smbt_at *at);
void smbt_smb1_setup_request(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                             const smbt_smb1_header *h, const smbt_at *at);
void smbt_smb1_setup_response(smbt_model *model, smbt_conn *conn, const smbt_andx_block *block,
                              const smbt_smb1_header *h, const smbt_request *request, const smbt_at *at);

/* smb1_answer.c: an answer, and what it shares with requests */
void smbt_smb1_take_response(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *h,
                             const smbt_cur *body, const smbt_at *at);
/* A transaction that does nothing to the objects. */
bool smbt_smb1_is_plain_transaction(uint8_t command, uint16_t subcommand);
void smbt_smb1_run_effects(smbt_model *model, const smbt_step *step, enum smbt_moment moment);
bool smbt_smb1_uses_session(uint8_t command);
bool smbt_smb1_is_farewell(uint8_t command);

#endif
