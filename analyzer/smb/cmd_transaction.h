/* The transactions TRANSACTION 0x25, TRANSACTION2 0x32, NT_TRANSACT 0xa0 and their secondary parts, as far as
 * it takes to know which answer belongs to which request and what is being waited for (MS-CIFS 2.2.4.33, .46,
 * .62).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_TRANSACTION_H
#define SMBT_SMB_CMD_TRANSACTION_H

#include "smb/andx.h"

typedef struct smbt_transaction_request {
    uint32_t total_parameters, total_data; /* over all parts */
    uint32_t parameters, data;             /* in this part */
    uint16_t subcommand;                   /* Setup[0], or the NT_TRANSACT function; 0xffff when absent */
    bool complete;                         /* this part holds all */
} smbt_transaction_request;

typedef struct smbt_transaction_response {
    bool interim; /* WordCount 0: send the secondary parts, unless the header's status is an error */
    uint32_t total_parameters, total_data;
    uint32_t parameters, data;
} smbt_transaction_response;

bool smbt_command_is_transaction(uint8_t command);           /* a primary one */
bool smbt_command_is_transaction_secondary(uint8_t command); /* draws no answer of its own */
/* Primary or secondary. False when the counts were not captured. */
bool smbt_transaction_request_decode(const smbt_andx_block *block, smbt_transaction_request *ret_request);
bool smbt_transaction_response_decode(const smbt_andx_block *block, smbt_transaction_response *ret_response);

/* Cursors over what a primary request or a response carries. Positions in the parameters count from the SMB
 * header, as the padding of Unicode text does. Empty and failed when the words that say where they lie were
 * not captured or ask for more than the message holds; for a response also when this is not its first part.
 */
smbt_cur smbt_transaction_request_parameters(const smbt_andx_block *block);
smbt_cur smbt_transaction_response_parameters(const smbt_andx_block *block);
/* The setup words behind the subcommand: Setup[1] on, or the setup of an NT_TRANSACT function. */
smbt_cur smbt_transaction_setup(const smbt_andx_block *block);

/* "TRANS2_QUERY_PATH_INFORMATION", "NT_TRANSACT_NOTIFY_CHANGE", "TRANS_TRANSACT_NMPIPE" or NULL. Static. */
const char *smbt_transaction_name(uint8_t command, uint16_t subcommand);

#endif
