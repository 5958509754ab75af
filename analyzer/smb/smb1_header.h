/* The 32 bytes of an SMB1 header (MS-CIFS 2.2.3.1) and the codes that stand in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_SMB1_HEADER_H
#define SMBT_SMB_SMB1_HEADER_H

#include "base/cursor.h"

#define SMBT_SMB1_HEADER_LEN 32

#define SMBT_SMB1_FLAGS_REPLY     0x80
#define SMBT_SMB1_FLAGS2_SIGNED   0x0004
#define SMBT_SMB1_FLAGS2_EXTSEC   0x0800
#define SMBT_SMB1_FLAGS2_NTSTATUS 0x4000
#define SMBT_SMB1_FLAGS2_UNICODE  0x8000
#define SMBT_SMB1_CAP_EXTSEC      0x80000000u

/* Command codes by name: smb1_commands.def. */
enum smbt_smb1_command {
#define SMBT_SMB1_COMMAND(code, name, andx) SMBT_SMB1_##name = code,
#include "smb/smb1_commands.def"
#undef SMBT_SMB1_COMMAND
    SMBT_SMB1_NO_COMMAND = 0xff, /* ends an AndX chain */
};

/* "READ_ANDX"; "0x9d" style names do not exist: an unknown code gives "UNKNOWN". Static. */
const char *smbt_smb1_command_name(uint8_t command);
/* Whether the command may be followed by another in one message (MS-CIFS 2.2.3.4). */
bool smbt_smb1_command_is_andx(uint8_t command);

typedef struct smbt_smb1_header {
    uint8_t command;
    uint32_t status; /* NTSTATUS, or DOS class and code when Flags2 says so */
    uint8_t flags;
    uint16_t flags2;
    uint32_t pid; /* PIDHigh << 16 | PIDLow */
    uint16_t tid, uid, mid;
    bool is_reply;
    /* How far the header was captured: a short snap length may end before the ids. */
    bool has_status, has_flags, has_ids;
} smbt_smb1_header;

/* Decodes the header at the cursor, which then stands at WordCount. True when at least the protocol id and
 * the command were captured; what was not captured is 0 and marked, and then the cursor has its sticky
 * status. */
bool smbt_smb1_header_decode(smbt_cur *c, smbt_smb1_header *ret_header);

/* Whether the status is an error: severity 3, a DOS class other than 0, or a DOS code in the place of a
 * status such as STATUS_SMB_BAD_UID. STATUS_MORE_PROCESSING_REQUIRED is none. */
bool smbt_smb1_status_is_error(const smbt_smb1_header *header);

/* NTSTATUS values, for SMB1 and SMB2 (MS-ERREF 2.3.1, MS-CIFS 2.2.2.4). */
#define SMBT_STATUS_INVALID_SMB             0x00010002u
#define SMBT_STATUS_SMB_BAD_TID             0x00050002u
#define SMBT_STATUS_SMB_BAD_UID             0x005b0002u
#define SMBT_STATUS_INVALID_HANDLE          0xc0000008u
#define SMBT_STATUS_MORE_PROCESSING         0xc0000016u
#define SMBT_STATUS_ACCESS_DENIED           0xc0000022u
#define SMBT_STATUS_LOGON_FAILURE           0xc000006du
#define SMBT_STATUS_INVALID_LOGON_HOURS     0xc000006fu
#define SMBT_STATUS_TOO_MANY_SESSIONS       0xc00000ceu
#define SMBT_STATUS_REQUEST_NOT_ACCEPTED    0xc00000d0u
#define SMBT_STATUS_CANCELLED               0xc0000120u
#define SMBT_STATUS_USER_SESSION_DELETED    0xc0000203u
#define SMBT_STATUS_INSUFF_SERVER_RESOURCES 0xc0000205u
#define SMBT_STATUS_NETWORK_SESSION_EXPIRED 0xc000035cu
#define SMBT_STATUS_SMB_TOO_MANY_UIDS       0xc000205au

/* Whether the status says this, as an NTSTATUS or, when Flags2 says that it holds DOS class and code, as one
 * of the codes that stand for it (MS-CIFS 2.2.2.4). Some codes stand for several: ERRSRV 90 for both
 * SMB_TOO_MANY_UIDS and TOO_MANY_SESSIONS. False when the status was not captured. */
bool smbt_smb1_status_equals(const smbt_smb1_header *header, uint32_t ntstatus);

/* "STATUS_LOGON_FAILURE" for the codes that matter to a connection, NULL for others. Static. */
const char *smbt_status_name(uint32_t status);

#endif
