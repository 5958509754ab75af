/* TRANSACTION, TRANSACTION2, NT_TRANSACT: of their parameters what is listed here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank_smb1.h"

#include "smb/block_text.h"
#include "smb/cmd_transaction.h"

/* Requests that are remembered for their answers. */
#define REMEMBERED 64

enum path_kind { NO_PATH, PATH, PATH_WITH_LENGTH };

struct range {
    uint8_t at, len;
};

/* Parameters that stay, and the offset of a path, which becomes a pseudonym. */
static const struct parameters {
    uint8_t command;
    uint16_t subcommand;
    bool is_reply;
    struct range keep[3];
    enum path_kind path;
    uint8_t path_at;
} rows[] = {
    /* TRANS2_OPEN2: without time and size */
    {SMBT_SMB1_TRANSACTION2, 0x00, false, {{0, 8}, {12, 2}}, PATH, 28},
    {SMBT_SMB1_TRANSACTION2, 0x00, true, {{0, 4}, {12, 12}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x01, false, {{0, 12}}, PATH, 12}, /* FIND_FIRST2 */
    {SMBT_SMB1_TRANSACTION2, 0x01, true, {{0, 10}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x02, false, {{0, 12}}, PATH, 12}, /* FIND_NEXT2 */
    {SMBT_SMB1_TRANSACTION2, 0x02, true, {{0, 8}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x03, false, {{0, 2}}, NO_PATH, 0}, /* QUERY_FS_INFORMATION */
    {SMBT_SMB1_TRANSACTION2, 0x04, false, {{0, 4}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x05, false, {{0, 6}}, PATH, 6}, /* QUERY_PATH_INFORMATION */
    {SMBT_SMB1_TRANSACTION2, 0x05, true, {{0, 2}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x06, false, {{0, 6}}, PATH, 6},
    {SMBT_SMB1_TRANSACTION2, 0x06, true, {{0, 2}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x07, false, {{0, 4}}, NO_PATH, 0}, /* QUERY_FILE_INFORMATION */
    {SMBT_SMB1_TRANSACTION2, 0x07, true, {{0, 2}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x08, false, {{0, 6}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x08, true, {{0, 2}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x0d, false, {{0, 4}}, PATH, 4}, /* CREATE_DIRECTORY */
    {SMBT_SMB1_TRANSACTION2, 0x0d, true, {{0, 2}}, NO_PATH, 0},
    {SMBT_SMB1_TRANSACTION2, 0x10, false, {{0, 2}}, PATH, 2}, /* GET_DFS_REFERRAL */
    /* NT_TRANSACT_CREATE: without sizes and times */
    {SMBT_SMB1_NT_TRANSACT, 0x01, false, {{0, 12}, {20, 33}}, PATH_WITH_LENGTH, 53},
    {SMBT_SMB1_NT_TRANSACT, 0x01, true, {{0, 12}, {44, 4}, {64, 5}}, NO_PATH, 0},
    {SMBT_SMB1_NT_TRANSACT, 0x03, false, {{0, 8}}, NO_PATH, 0}, /* SET_SECURITY_DESC */
    {SMBT_SMB1_NT_TRANSACT, 0x05, false, {{0, 4}}, PATH, 4},    /* RENAME */
    {SMBT_SMB1_NT_TRANSACT, 0x06, false, {{0, 8}}, NO_PATH, 0}, /* QUERY_SECURITY_DESC */
    {SMBT_SMB1_NT_TRANSACT, 0x06, true, {{0, 4}}, NO_PATH, 0},
    {SMBT_SMB1_NT_TRANSACT, 0x07, false, {{0, 2}}, NO_PATH, 0}, /* QUERY_QUOTA, SET_QUOTA */
    {SMBT_SMB1_NT_TRANSACT, 0x08, false, {{0, 2}}, NO_PATH, 0},
};
#define CREATE_NAME_LENGTH 44

static const struct parameters *find_row(uint8_t command, uint16_t subcommand, bool is_reply)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].command == command && rows[i].subcommand == subcommand && rows[i].is_reply == is_reply)
            return &rows[i];
    return NULL;
}

/* `parameters` ends with them; its positions count from the SMB header. */
static void blank_parameters(smbt_blank *b, const struct parameters *row, smbt_cur parameters, bool unicode)
{
    if (!row || !smbt_cur_ok(&parameters)) return;
    size_t start = parameters.pos;
    for (size_t i = 0; i < G_N_ELEMENTS(row->keep) && row->keep[i].len; i++) {
        smbt_cur c = parameters;
        smbt_cur_skip(&c, row->keep[i].at);
        smbt_blank_keep_next(b, &c, row->keep[i].len);
    }
    if (row->path == NO_PATH) return;
    smbt_cur c = parameters, length = parameters;
    smbt_cur_seek(&c, start + row->path_at);
    smbt_cur_seek(&length, start + CREATE_NAME_LENGTH);
    if (row->path == PATH)
        smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PATH);
    else
        smbt_blank_smb1_string_n(b, &c, smbt_cur_le32(&length), unicode, SMBT_ANON_PATH);
}

static uint64_t id_of(const smbt_smb1_header *h)
{
    return (uint64_t)h->pid << 16 | h->mid;
}

static void remember(smbt_blank_memory *memory, const smbt_smb1_header *h, uint8_t command,
                     uint16_t subcommand)
{
    if (!h->has_ids) return;
    smbt_request r = {.id = id_of(h), .has_id = true, .command = command, .subcommand = subcommand};
    smbt_pairing_add(&memory->transactions, &r, REMEMBERED);
}

void smbt_blank_transaction_request(smbt_blank *b, const smbt_andx_block *block, bool unicode,
                                    const smbt_smb1_header *h, smbt_blank_memory *memory)
{
    if (block->command == SMBT_SMB1_TRANSACTION) { /* the name of a pipe or mailslot */
        smbt_cur c = smbt_block_text(block);
        smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PATH);
        return;
    }
    smbt_transaction_request t;
    if (!smbt_transaction_request_decode(block, &t)) return;
    remember(memory, h, block->command, t.subcommand);
    blank_parameters(b, find_row(block->command, t.subcommand, false),
                     smbt_transaction_request_parameters(block), unicode);
}

void smbt_blank_transaction_response(smbt_blank *b, const smbt_andx_block *block, const smbt_smb1_header *h,
                                     smbt_blank_memory *memory)
{
    if (!h->has_ids) return;
    const smbt_request *r = smbt_pairing_find(&memory->transactions, true, id_of(h), block->command);
    if (!r || r->command != block->command) return;
    blank_parameters(b, find_row(block->command, r->subcommand, true),
                     smbt_transaction_response_parameters(block), false);
}
