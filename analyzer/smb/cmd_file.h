/* What requests on an open file or pipe have in common: the FID they name, and how much data they move.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_CMD_FILE_H
#define SMBT_SMB_CMD_FILE_H

#include "smb/andx.h"

#define SMBT_FID_NONE 0xffff

/* The FID that a request names: in its words (READ, WRITE, READ_ANDX, LOCKING_ANDX, FLUSH ...), in Setup[1]
 * of a TRANSACTION on a pipe, in the setup of NT_TRANSACT NOTIFY_CHANGE and IOCTL, in the parameters of
 * TRANS2_QUERY_FILE_INFORMATION, SET_FILE_INFORMATION and NT_TRANSACT security descriptors. `subcommand`
 * counts for transactions only. SMBT_FID_NONE when it names none or that was not captured. */
uint16_t smbt_request_fid(const smbt_andx_block *block, uint16_t subcommand);

/* Bytes of file data that the request sends or asks for: READ, READ_ANDX, READ_RAW: at most so many; WRITE,
 * WRITE_ANDX, WRITE_AND_CLOSE: so many. 0 for others and when not captured. */
uint32_t smbt_request_data_bytes(const smbt_andx_block *block);

/* Whether a WRITE_RAW asks for a final answer, WRITE_COMPLETE, behind its data (WriteMode bit 0,
 * MS-CIFS 2.2.4.25.1). True when that was not captured. */
bool smbt_write_raw_is_through(const smbt_andx_block *block);

/* EchoCount of ECHO 0x2b: how many answers the server gives. 1 when not captured. */
uint16_t smbt_echo_count(const smbt_andx_block *block);

#endif
