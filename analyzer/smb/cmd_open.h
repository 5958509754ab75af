/* The commands that open a file: OPEN 0x02, CREATE 0x03, CREATE_TEMPORARY 0x0e, CREATE_NEW 0x0f, OPEN_ANDX
 * 0x2d, NT_CREATE_ANDX 0xa2, OPEN_PRINT_FILE 0xc0 (MS-CIFS 2.2.4.3 and following); CLOSE 0x04,
 * WRITE_AND_CLOSE 0x2c and CLOSE_PRINT_FILE 0xc2 that close it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_OPEN_H
#define SMBT_SMB_CMD_OPEN_H

#include "base/text.h"
#include "smb/andx.h"

typedef struct smbt_open_request {
    smbt_name path;    /* "" when not captured */
    bool wants_oplock; /* the older commands tell it in the header's flags only: false */
} smbt_open_request;

/* OTHER: a device, or the response does not say. */
enum smbt_open_kind { SMBT_OPEN_DISK, SMBT_OPEN_PIPE, SMBT_OPEN_PRINTER, SMBT_OPEN_OTHER };

typedef struct smbt_open_response {
    uint16_t fid;
    /* NT_CREATE_ANDX, NT_TRANSACT_CREATE: 0 none, 1 exclusive, 2 batch, 3 level II. OPEN_ANDX, TRANS2_OPEN2:
     * 1 when granted. The older ones tell it in the header's flags only: 0. */
    uint8_t oplock_level;
    enum smbt_open_kind kind;
    bool has_attributes;
    uint32_t attributes; /* SMB_FILE_ATTRIBUTE_ or extended ones; the low bits agree */
} smbt_open_response;

/* The content lies on slow storage (MS-CIFS 2.2.1.2.3): clients allow more time for it. */
#define SMBT_FILE_ATTRIBUTE_OFFLINE 0x1000

bool smbt_command_is_open(uint8_t command);
bool smbt_open_request_decode(const smbt_andx_block *block, uint16_t flags2, smbt_open_request *ret_request);
/* False for an error, or when the FID was not captured. */
bool smbt_open_response_decode(const smbt_andx_block *block, smbt_open_response *ret_response);

/* Opens by transaction: TRANS2_OPEN2 (0x32/0x00), NT_TRANSACT_CREATE (0xa0/0x01). */
bool smbt_transaction_is_open(uint8_t command, uint16_t subcommand);
bool smbt_transaction_open_request_decode(const smbt_andx_block *block, uint16_t subcommand, uint16_t flags2,
                                          smbt_open_request *ret_request);
/* False for an error, for a part that lacks the first parameters, or when the FID was not captured. */
bool smbt_transaction_open_response_decode(const smbt_andx_block *block, uint16_t subcommand,
                                           smbt_open_response *ret_response);

bool smbt_command_is_close(uint8_t command);
/* The FID that a close names. */
bool smbt_close_request_decode(const smbt_andx_block *block, uint16_t *ret_fid);

#endif
