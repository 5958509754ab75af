/* What messages do to the objects of a connection, by the table effects.def. Within this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_EFFECTS_H
#define SMBT_MODEL_EFFECTS_H

#include "model/internal.h"
#include "smb/andx.h"

enum smbt_moment { SMBT_AT_REQUEST, SMBT_AT_ANSWER };

/* One block of a message. */
typedef struct smbt_step {
    smbt_conn *conn;
    const smbt_andx_block *block;
    const smbt_smb1_header *header;
    uint16_t subcommand;   /* of a transaction; 0xffff otherwise */
    smbt_request *request; /* at the answer: what it answers, or NULL when that was not seen */
    const smbt_at *at;
} smbt_step;

/* Marks the commands that have a row, by 1 << moment. */
void smbt_effects_index(uint8_t ret_index[256]);
void smbt_effects_run(smbt_model *model, const smbt_step *step, enum smbt_moment moment);

#endif
