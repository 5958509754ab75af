/* Searches: FIND_FIRST2 and FIND_NEXT2 (TRANSACTION2 0x32, subcommands 1 and 2; MS-CIFS 2.2.6.2, 2.2.6.3),
 * FIND_CLOSE2 0x34, and the older SEARCH 0x81, FIND 0x82, FIND_UNIQUE 0x83, FIND_CLOSE 0x84.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_SEARCH_H
#define SMBT_SMB_CMD_SEARCH_H

#include "base/text.h"
#include "smb/andx.h"

#define SMBT_FIND_CLOSE_AFTER_REQUEST 0x0001
#define SMBT_FIND_CLOSE_AT_EOS        0x0002

/* Subcommands of TRANSACTION2. */
#define SMBT_TRANS2_FIND_FIRST2 0x0001
#define SMBT_TRANS2_FIND_NEXT2  0x0002

typedef struct smbt_find_request {
    bool has_sid; /* FIND_NEXT2, FIND_CLOSE2 */
    uint16_t sid;
    bool has_flags; /* FIND_FIRST2, FIND_NEXT2 */
    uint16_t flags;
    bool has_resume_key; /* SEARCH, FIND, FIND_CLOSE that go on or close: the server's five bytes of it */
    uint8_t resume_key[5];
    smbt_name path; /* FIND_FIRST2, SEARCH, FIND, FIND_UNIQUE; "" when not captured */
} smbt_find_request;

typedef struct smbt_find_response {
    bool has_sid; /* FIND_FIRST2 */
    uint16_t sid;
    bool has_end; /* FIND_FIRST2, FIND_NEXT2 */
    bool end_of_search;
    bool has_count; /* SEARCH, FIND, FIND_UNIQUE */
    uint16_t count; /* 0: nothing more */
} smbt_find_response;

/* Whether the request starts, goes on with or closes a search. `subcommand` counts for TRANSACTION2 only. */
bool smbt_command_is_search(uint8_t command, uint16_t subcommand);
/* False when it is none, or when nothing that matters was captured. */
bool smbt_find_request_decode(const smbt_andx_block *block, uint16_t subcommand, uint16_t flags2,
                              smbt_find_request *ret_request);
/* `subcommand` of the request it answers. False for a response without words too: an error, an interim
 * response, the answer to FIND_CLOSE2. A part of a response that does not begin with the first parameters
 * says nothing. */
bool smbt_find_response_decode(const smbt_andx_block *block, uint16_t subcommand,
                               smbt_find_response *ret_response);

#endif
