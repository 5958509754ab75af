/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_transaction.h"

#define NO_SUBCOMMAND 0xffff

bool smbt_command_is_transaction(uint8_t command)
{
    return command == SMBT_SMB1_TRANSACTION || command == SMBT_SMB1_TRANSACTION2 ||
           command == SMBT_SMB1_NT_TRANSACT;
}

bool smbt_command_is_transaction_secondary(uint8_t command)
{
    return command == SMBT_SMB1_TRANSACTION_SECONDARY || command == SMBT_SMB1_TRANSACTION2_SECONDARY ||
           command == SMBT_SMB1_NT_TRANSACT_SECONDARY;
}

/* MS-CIFS 2.2.4.33.1, 2.2.4.46.1. */
static bool decode_primary(const smbt_cur *words, smbt_transaction_request *r)
{
    smbt_cur c = *words;
    r->total_parameters = smbt_cur_le16(&c);
    r->total_data = smbt_cur_le16(&c);
    smbt_cur_skip(&c, 14); /* limits, flags, timeout, reserved */
    r->parameters = smbt_cur_le16(&c);
    smbt_cur_skip(&c, 2); /* offset */
    r->data = smbt_cur_le16(&c);
    bool has_counts = smbt_cur_ok(&c);
    smbt_cur_skip(&c, 2); /* offset */
    uint8_t setup_count = smbt_cur_u8(&c);
    smbt_cur_skip(&c, 1);
    uint16_t setup = smbt_cur_le16(&c);
    if (smbt_cur_ok(&c) && setup_count) r->subcommand = setup;
    return has_counts;
}

/* MS-CIFS 2.2.4.34.1, 2.2.4.47.1. */
static bool decode_secondary(const smbt_cur *words, smbt_transaction_request *r)
{
    smbt_cur c = *words;
    r->total_parameters = smbt_cur_le16(&c);
    r->total_data = smbt_cur_le16(&c);
    r->parameters = smbt_cur_le16(&c);
    smbt_cur_skip(&c, 4); /* offset, displacement */
    r->data = smbt_cur_le16(&c);
    return smbt_cur_ok(&c);
}

/* MS-CIFS 2.2.4.62.1. */
static bool decode_nt_primary(const smbt_cur *words, smbt_transaction_request *r)
{
    smbt_cur c = *words;
    smbt_cur_skip(&c, 3); /* MaxSetupCount, reserved */
    r->total_parameters = smbt_cur_le32(&c);
    r->total_data = smbt_cur_le32(&c);
    smbt_cur_skip(&c, 8); /* limits */
    r->parameters = smbt_cur_le32(&c);
    smbt_cur_skip(&c, 4); /* offset */
    r->data = smbt_cur_le32(&c);
    bool has_counts = smbt_cur_ok(&c);
    smbt_cur_skip(&c, 4 + 1); /* offset, SetupCount */
    uint16_t function = smbt_cur_le16(&c);
    if (smbt_cur_ok(&c)) r->subcommand = function;
    return has_counts;
}

/* MS-CIFS 2.2.4.63.1; the response of 2.2.4.62.2 begins alike. */
static bool decode_nt_counts(const smbt_cur *words, uint32_t counts[4])
{
    smbt_cur c = *words;
    smbt_cur_skip(&c, 3); /* reserved */
    counts[0] = smbt_cur_le32(&c);
    counts[1] = smbt_cur_le32(&c);
    counts[2] = smbt_cur_le32(&c);
    smbt_cur_skip(&c, 8); /* offset, displacement */
    counts[3] = smbt_cur_le32(&c);
    return smbt_cur_ok(&c);
}

static bool decode_nt_secondary(const smbt_cur *words, smbt_transaction_request *r)
{
    uint32_t counts[4];
    bool ok = decode_nt_counts(words, counts);
    r->total_parameters = counts[0];
    r->total_data = counts[1];
    r->parameters = counts[2];
    r->data = counts[3];
    return ok;
}

bool smbt_transaction_request_decode(const smbt_andx_block *block, smbt_transaction_request *ret_request)
{
    smbt_transaction_request *r = ret_request;
    *r = (smbt_transaction_request){.subcommand = NO_SUBCOMMAND};
    bool ok = false;
    if (block->has_words) switch (block->command) {
        case SMBT_SMB1_TRANSACTION:
        case SMBT_SMB1_TRANSACTION2: ok = decode_primary(&block->words, r); break;
        case SMBT_SMB1_TRANSACTION_SECONDARY:
        case SMBT_SMB1_TRANSACTION2_SECONDARY: ok = decode_secondary(&block->words, r); break;
        case SMBT_SMB1_NT_TRANSACT: ok = decode_nt_primary(&block->words, r); break;
        case SMBT_SMB1_NT_TRANSACT_SECONDARY: ok = decode_nt_secondary(&block->words, r); break;
        default: break;
        }
    r->complete = ok && r->parameters >= r->total_parameters && r->data >= r->total_data;
    return ok;
}

bool smbt_transaction_response_decode(const smbt_andx_block *block, smbt_transaction_response *ret_response)
{
    *ret_response = (smbt_transaction_response){0};
    if (!smbt_command_is_transaction(block->command) || !block->has_words) return false;
    if (block->word_count == 0) {
        ret_response->interim = true;
        return true;
    }
    uint32_t counts[4];
    smbt_cur c = block->words;
    bool ok;
    if (block->command == SMBT_SMB1_NT_TRANSACT) {
        ok = decode_nt_counts(&block->words, counts);
    } else { /* MS-CIFS 2.2.4.33.2, 2.2.4.46.2 */
        counts[0] = smbt_cur_le16(&c);
        counts[1] = smbt_cur_le16(&c);
        smbt_cur_skip(&c, 2); /* reserved */
        counts[2] = smbt_cur_le16(&c);
        smbt_cur_skip(&c, 4); /* offset, displacement */
        counts[3] = smbt_cur_le16(&c);
        ok = smbt_cur_ok(&c);
    }
    ret_response->total_parameters = counts[0];
    ret_response->total_data = counts[1];
    ret_response->parameters = counts[2];
    ret_response->data = counts[3];
    return ok;
}

static smbt_cur failed(const smbt_andx_block *block, enum smbt_cur_status status)
{
    return smbt_cur_failed(block->message->data, status);
}

/* The n bytes at an offset from the SMB header, positions counting from the header. */
static smbt_cur region(const smbt_andx_block *block, const smbt_cur *words, uint32_t offset, uint32_t n)
{
    if (!block->has_words) return failed(block, SMBT_CUR_NOT_CAPTURED);
    if (!smbt_cur_ok(words)) return failed(block, words->status);
    const smbt_cur *message = block->message;
    if (offset < SMBT_SMB1_HEADER_LEN || offset > message->declared || n > message->declared - offset)
        return failed(block, SMBT_CUR_MALFORMED);
    smbt_cur c = smbt_cur_init(message->data, message->captured, (size_t)offset + n);
    smbt_cur_seek(&c, offset);
    return c;
}

smbt_cur smbt_transaction_request_parameters(const smbt_andx_block *block)
{
    smbt_cur words = block->words;
    uint32_t count, offset;
    switch (block->command) {
    case SMBT_SMB1_TRANSACTION:
    case SMBT_SMB1_TRANSACTION2:
        smbt_cur_skip(&words, 18); /* totals, limits, flags, timeout, reserved */
        count = smbt_cur_le16(&words);
        offset = smbt_cur_le16(&words);
        return region(block, &words, offset, count);
    case SMBT_SMB1_NT_TRANSACT:
        smbt_cur_skip(&words, 19); /* MaxSetupCount, reserved, totals, limits */
        count = smbt_cur_le32(&words);
        offset = smbt_cur_le32(&words);
        return region(block, &words, offset, count);
    default: return failed(block, SMBT_CUR_MALFORMED);
    }
}

smbt_cur smbt_transaction_response_parameters(const smbt_andx_block *block)
{
    smbt_cur words = block->words;
    uint32_t count, offset, displacement;
    switch (block->command) {
    case SMBT_SMB1_TRANSACTION:
    case SMBT_SMB1_TRANSACTION2:
        smbt_cur_skip(&words, 6); /* totals, reserved */
        count = smbt_cur_le16(&words);
        offset = smbt_cur_le16(&words);
        displacement = smbt_cur_le16(&words);
        break;
    case SMBT_SMB1_NT_TRANSACT:
        smbt_cur_skip(&words, 11); /* reserved, totals */
        count = smbt_cur_le32(&words);
        offset = smbt_cur_le32(&words);
        displacement = smbt_cur_le32(&words);
        break;
    default: return failed(block, SMBT_CUR_MALFORMED);
    }
    if (displacement) return failed(block, SMBT_CUR_NOT_CAPTURED);
    return region(block, &words, offset, count);
}

smbt_cur smbt_transaction_setup(const smbt_andx_block *block)
{
    smbt_cur words = block->words;
    if (!block->has_words) return failed(block, SMBT_CUR_NOT_CAPTURED);
    bool is_nt = block->command == SMBT_SMB1_NT_TRANSACT;
    if (!smbt_command_is_transaction(block->command)) return failed(block, SMBT_CUR_MALFORMED);
    smbt_cur_skip(&words, is_nt ? 35 : 26);
    size_t count = smbt_cur_u8(&words);
    if (!is_nt) smbt_cur_skip(&words, 1); /* reserved */
    smbt_cur_skip(&words, 2);             /* the subcommand, which counts but in NT_TRANSACT */
    if (!is_nt && count) count--;
    return smbt_cur_sub(&words, 2 * count);
}

static const struct {
    uint8_t command;
    uint16_t subcommand;
    const char *name;
} names[] = {
    {SMBT_SMB1_TRANSACTION, 0x01, "TRANS_SET_NMPIPE_STATE"},
    {SMBT_SMB1_TRANSACTION, 0x11, "TRANS_RAW_READ_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x21, "TRANS_QUERY_NMPIPE_STATE"},
    {SMBT_SMB1_TRANSACTION, 0x22, "TRANS_QUERY_NMPIPE_INFO"},
    {SMBT_SMB1_TRANSACTION, 0x23, "TRANS_PEEK_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x26, "TRANS_TRANSACT_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x31, "TRANS_RAW_WRITE_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x36, "TRANS_READ_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x37, "TRANS_WRITE_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x53, "TRANS_WAIT_NMPIPE"},
    {SMBT_SMB1_TRANSACTION, 0x54, "TRANS_CALL_NMPIPE"},
    {SMBT_SMB1_TRANSACTION2, 0x00, "TRANS2_OPEN2"},
    {SMBT_SMB1_TRANSACTION2, 0x01, "TRANS2_FIND_FIRST2"},
    {SMBT_SMB1_TRANSACTION2, 0x02, "TRANS2_FIND_NEXT2"},
    {SMBT_SMB1_TRANSACTION2, 0x03, "TRANS2_QUERY_FS_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x04, "TRANS2_SET_FS_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x05, "TRANS2_QUERY_PATH_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x06, "TRANS2_SET_PATH_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x07, "TRANS2_QUERY_FILE_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x08, "TRANS2_SET_FILE_INFORMATION"},
    {SMBT_SMB1_TRANSACTION2, 0x09, "TRANS2_FSCTL"},
    {SMBT_SMB1_TRANSACTION2, 0x0a, "TRANS2_IOCTL2"},
    {SMBT_SMB1_TRANSACTION2, 0x0b, "TRANS2_FIND_NOTIFY_FIRST"},
    {SMBT_SMB1_TRANSACTION2, 0x0c, "TRANS2_FIND_NOTIFY_NEXT"},
    {SMBT_SMB1_TRANSACTION2, 0x0d, "TRANS2_CREATE_DIRECTORY"},
    {SMBT_SMB1_TRANSACTION2, 0x0e, "TRANS2_SESSION_SETUP"},
    {SMBT_SMB1_TRANSACTION2, 0x10, "TRANS2_GET_DFS_REFERRAL"},
    {SMBT_SMB1_TRANSACTION2, 0x11, "TRANS2_REPORT_DFS_INCONSISTENCY"},
    {SMBT_SMB1_NT_TRANSACT, 0x01, "NT_TRANSACT_CREATE"},
    {SMBT_SMB1_NT_TRANSACT, 0x02, "NT_TRANSACT_IOCTL"},
    {SMBT_SMB1_NT_TRANSACT, 0x03, "NT_TRANSACT_SET_SECURITY_DESC"},
    {SMBT_SMB1_NT_TRANSACT, 0x04, "NT_TRANSACT_NOTIFY_CHANGE"},
    {SMBT_SMB1_NT_TRANSACT, 0x05, "NT_TRANSACT_RENAME"},
    {SMBT_SMB1_NT_TRANSACT, 0x06, "NT_TRANSACT_QUERY_SECURITY_DESC"},
    {SMBT_SMB1_NT_TRANSACT, 0x07, "NT_TRANSACT_QUERY_QUOTA"},
    {SMBT_SMB1_NT_TRANSACT, 0x08, "NT_TRANSACT_SET_QUOTA"},
};

const char *smbt_transaction_name(uint8_t command, uint16_t subcommand)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].command == command && names[i].subcommand == subcommand) return names[i].name;
    return NULL;
}
