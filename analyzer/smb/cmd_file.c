/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_file.h"

#include "smb/cmd_transaction.h"

#define TRANS_WAIT_NMPIPE               0x53
#define TRANS_CALL_NMPIPE               0x54
#define TRANS2_QUERY_FILE_INFORMATION   0x07
#define TRANS2_SET_FILE_INFORMATION     0x08
#define NT_TRANSACT_IOCTL               0x02
#define NT_TRANSACT_SET_SECURITY_DESC   0x03
#define NT_TRANSACT_NOTIFY_CHANGE       0x04
#define NT_TRANSACT_QUERY_SECURITY_DESC 0x06
#define NT_TRANSACT_QUERY_QUOTA         0x07
#define NT_TRANSACT_SET_QUOTA           0x08

/* High words of a length above this are no part of one: a message is shorter than 16 MB. READ_ANDX on a pipe
 * has a timeout in that place. */
#define MAX_LENGTH_HIGH 0xff

static uint16_t read_fid(smbt_cur c)
{
    uint16_t fid = smbt_cur_le16(&c);
    return smbt_cur_ok(&c) ? fid : SMBT_FID_NONE;
}

/* Setup[1], where there is one and no more: mailslots have three setup words and other uses for them. */
static uint16_t pipe_fid(const smbt_andx_block *block, uint16_t subcommand)
{
    if (subcommand == TRANS_WAIT_NMPIPE || subcommand == TRANS_CALL_NMPIPE) return SMBT_FID_NONE;
    smbt_cur setup = smbt_transaction_setup(block);
    return smbt_cur_left(&setup) == 2 ? read_fid(setup) : SMBT_FID_NONE;
}

static uint16_t transaction2_fid(const smbt_andx_block *block, uint16_t subcommand)
{
    if (subcommand != TRANS2_QUERY_FILE_INFORMATION && subcommand != TRANS2_SET_FILE_INFORMATION)
        return SMBT_FID_NONE;
    return read_fid(smbt_transaction_request_parameters(block));
}

static uint16_t nt_transact_fid(const smbt_andx_block *block, uint16_t subcommand)
{
    smbt_cur setup;
    switch (subcommand) {
    case NT_TRANSACT_IOCTL:
    case NT_TRANSACT_NOTIFY_CHANGE:
        setup = smbt_transaction_setup(block);
        smbt_cur_skip(&setup, 4); /* FunctionCode, CompletionFilter */
        return read_fid(setup);
    case NT_TRANSACT_SET_SECURITY_DESC:
    case NT_TRANSACT_QUERY_SECURITY_DESC:
    case NT_TRANSACT_QUERY_QUOTA:
    case NT_TRANSACT_SET_QUOTA: return read_fid(smbt_transaction_request_parameters(block));
    default: return SMBT_FID_NONE;
    }
}

uint16_t smbt_request_fid(const smbt_andx_block *block, uint16_t subcommand)
{
    if (!block->has_words) return SMBT_FID_NONE;
    smbt_cur c = block->words;
    switch (block->command) {
    case SMBT_SMB1_LOCKING_ANDX:
    case SMBT_SMB1_READ_ANDX:
    case SMBT_SMB1_WRITE_ANDX: smbt_cur_skip(&c, 4); return read_fid(c);
    case SMBT_SMB1_CLOSE:
    case SMBT_SMB1_FLUSH:
    case SMBT_SMB1_READ:
    case SMBT_SMB1_WRITE:
    case SMBT_SMB1_LOCK_BYTE_RANGE:
    case SMBT_SMB1_UNLOCK_BYTE_RANGE:
    case SMBT_SMB1_SEEK:
    case SMBT_SMB1_LOCK_AND_READ:
    case SMBT_SMB1_WRITE_AND_UNLOCK:
    case SMBT_SMB1_READ_RAW:
    case SMBT_SMB1_READ_MPX:
    case SMBT_SMB1_WRITE_RAW:
    case SMBT_SMB1_WRITE_MPX:
    case SMBT_SMB1_WRITE_MPX_SECONDARY:
    case SMBT_SMB1_SET_INFORMATION2:
    case SMBT_SMB1_QUERY_INFORMATION2:
    case SMBT_SMB1_IOCTL:
    case SMBT_SMB1_WRITE_AND_CLOSE:
    case SMBT_SMB1_WRITE_PRINT_FILE:
    case SMBT_SMB1_CLOSE_PRINT_FILE: return read_fid(c);
    case SMBT_SMB1_TRANSACTION: return pipe_fid(block, subcommand);
    case SMBT_SMB1_TRANSACTION2: return transaction2_fid(block, subcommand);
    case SMBT_SMB1_NT_TRANSACT: return nt_transact_fid(block, subcommand);
    default: return SMBT_FID_NONE;
    }
}

/* MaxCountHigh shares its place with Timeout (MS-SMB 2.2.4.2.1). */
static uint32_t read_andx_bytes(smbt_cur c)
{
    smbt_cur_skip(&c, 4 + 2 + 4); /* AndX, FID, offset */
    uint32_t low = smbt_cur_le16(&c);
    smbt_cur_skip(&c, 2); /* MinCount */
    uint32_t high = smbt_cur_le32(&c);
    return high <= MAX_LENGTH_HIGH ? high << 16 | low : low;
}

/* MS-SMB 2.2.4.3.1: DataLengthHigh is reserved in MS-CIFS. */
static uint32_t write_andx_bytes(smbt_cur c)
{
    smbt_cur_skip(&c, 4 + 2 + 4 + 4 + 2 + 2); /* AndX, FID, offset, timeout, mode, remaining */
    uint32_t high = smbt_cur_le16(&c);
    uint32_t low = smbt_cur_le16(&c);
    return high <= MAX_LENGTH_HIGH && smbt_cur_ok(&c) ? high << 16 | low : low;
}

uint32_t smbt_request_data_bytes(const smbt_andx_block *block)
{
    if (!block->has_words) return 0;
    smbt_cur c = block->words;
    switch (block->command) {
    case SMBT_SMB1_READ:
    case SMBT_SMB1_WRITE:
    case SMBT_SMB1_WRITE_AND_CLOSE: smbt_cur_skip(&c, 2); return smbt_cur_le16(&c);
    case SMBT_SMB1_READ_RAW: smbt_cur_skip(&c, 2 + 4); return smbt_cur_le16(&c);
    case SMBT_SMB1_READ_ANDX: return read_andx_bytes(c);
    case SMBT_SMB1_WRITE_ANDX: return write_andx_bytes(c);
    default: return 0;
    }
}

uint16_t smbt_echo_count(const smbt_andx_block *block)
{
    smbt_cur c = block->words;
    uint16_t count = smbt_cur_le16(&c);
    return block->command == SMBT_SMB1_ECHO && block->has_words && smbt_cur_ok(&c) ? count : 1;
}

bool smbt_write_raw_is_through(const smbt_andx_block *block)
{
    smbt_cur c = block->words;
    smbt_cur_skip(&c, 2 + 2 + 2 + 4 + 4); /* FID, count, reserved, offset, timeout */
    uint16_t mode = smbt_cur_le16(&c);
    return !block->has_words || !smbt_cur_ok(&c) || mode & 1;
}
