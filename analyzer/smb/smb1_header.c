/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/smb1_header.h"

static const char *const command_names[256] = {
#define SMBT_SMB1_COMMAND(code, name, andx) [code] = #name,
#include "smb/smb1_commands.def"
#undef SMBT_SMB1_COMMAND
};

static const bool command_is_andx[256] = {
#define SMBT_SMB1_COMMAND(code, name, andx) [code] = andx,
#include "smb/smb1_commands.def"
#undef SMBT_SMB1_COMMAND
};

const char *smbt_smb1_command_name(uint8_t command)
{
    return command_names[command] ? command_names[command] : "UNKNOWN";
}

bool smbt_smb1_command_is_andx(uint8_t command)
{
    return command_is_andx[command];
}

/* The compiler folds all bounds checks away where it knows how much the cursor holds. */
__attribute__((always_inline)) static inline bool read_header(smbt_cur *c, smbt_smb1_header *ret_header)
{
    uint32_t protocol = smbt_cur_be32(c);
    uint8_t command = smbt_cur_u8(c);
    bool is_smb1 = smbt_cur_ok(c) && protocol == 0xff534d42;
    if (!is_smb1) smbt_cur_fail(c, SMBT_CUR_MALFORMED);

    smbt_smb1_header *h = ret_header;
    h->command = command;
    h->status = smbt_cur_le32(c);
    h->has_status = smbt_cur_ok(c);
    h->flags = smbt_cur_u8(c);
    h->flags2 = smbt_cur_le16(c);
    h->has_flags = smbt_cur_ok(c);
    h->is_reply = h->flags & SMBT_SMB1_FLAGS_REPLY;
    uint16_t pid_high = smbt_cur_le16(c);
    smbt_cur_skip(c, 8 + 2); /* signature, reserved */
    uint16_t tid = smbt_cur_le16(c);
    uint16_t pid_low = smbt_cur_le16(c);
    uint16_t uid = smbt_cur_le16(c), mid = smbt_cur_le16(c);
    bool has_ids = h->has_ids = smbt_cur_ok(c); /* all of them or none */
    h->tid = has_ids ? tid : 0;
    h->pid = has_ids ? (uint32_t)pid_high << 16 | pid_low : 0;
    h->uid = has_ids ? uid : 0;
    h->mid = has_ids ? mid : 0;
    return is_smb1;
}

bool smbt_smb1_header_decode(smbt_cur *c, smbt_smb1_header *ret_header)
{
    if (smbt_cur_left_captured(c) < SMBT_SMB1_HEADER_LEN) return read_header(c, ret_header);
    const uint8_t *bytes = smbt_cur_bytes(c, SMBT_SMB1_HEADER_LEN);
    if (!bytes) return false;
    smbt_cur whole = smbt_cur_init(bytes, SMBT_SMB1_HEADER_LEN, SMBT_SMB1_HEADER_LEN);
    bool is_smb1 = read_header(&whole, ret_header);
    if (!is_smb1) smbt_cur_fail(c, SMBT_CUR_MALFORMED);
    return is_smb1;
}

/* MS-CIFS 2.2.2.4 lists DOS class and code as if they were a status too (STATUS_SMB_BAD_UID 0x005b0002), and
 * servers send those with 32-bit status codes in force. */
static bool is_dos_code_as_status(uint32_t status)
{
    uint32_t class = status & 0xffff;
    return (class == 1 || class == 2) && status >> 16 != 0 && status >> 30 == 0;
}

bool smbt_smb1_status_is_error(const smbt_smb1_header *header)
{
    uint32_t status = header->status;
    if (status == SMBT_STATUS_MORE_PROCESSING) return false;
    if (header->has_flags && !(header->flags2 & SMBT_SMB1_FLAGS2_NTSTATUS)) return (status & 0xff) != 0;
    return status >> 30 == 3 || is_dos_code_as_status(status);
}

#define ERRDOS 1
#define ERRSRV 2

/* The codes whose status is not class and code themselves, as STATUS_SMB_BAD_UID is (MS-CIFS 2.2.2.4). */
static const struct {
    uint8_t class;
    uint16_t code;
    uint32_t ntstatus;
} dos_codes[] = {
    {ERRDOS, 5, SMBT_STATUS_ACCESS_DENIED},           {ERRDOS, 6, SMBT_STATUS_INVALID_HANDLE},
    {ERRDOS, 8, SMBT_STATUS_INSUFF_SERVER_RESOURCES}, {ERRDOS, 71, SMBT_STATUS_REQUEST_NOT_ACCEPTED},
    {ERRDOS, 2241, SMBT_STATUS_INVALID_LOGON_HOURS},  {ERRSRV, 2, SMBT_STATUS_LOGON_FAILURE},
    {ERRSRV, 4, SMBT_STATUS_ACCESS_DENIED},           {ERRSRV, 89, SMBT_STATUS_REQUEST_NOT_ACCEPTED},
    {ERRSRV, 90, SMBT_STATUS_TOO_MANY_SESSIONS},      {ERRSRV, 90, SMBT_STATUS_SMB_TOO_MANY_UIDS},
    {ERRSRV, 2241, SMBT_STATUS_INVALID_LOGON_HOURS},
};

bool smbt_smb1_status_equals(const smbt_smb1_header *header, uint32_t ntstatus)
{
    uint32_t status = header->status;
    if (!header->has_status) return false;
    if (status == ntstatus) return true;
    if (header->has_flags && !(header->flags2 & SMBT_SMB1_FLAGS2_NTSTATUS))
        status &= 0xffff00ff; /* the byte between is reserved */
    else if (!is_dos_code_as_status(status))
        return false;
    if (status == ntstatus && is_dos_code_as_status(status)) return true;
    for (size_t i = 0; i < sizeof dos_codes / sizeof *dos_codes; i++)
        if (dos_codes[i].ntstatus == ntstatus &&
            status == (dos_codes[i].class | (uint32_t)dos_codes[i].code << 16))
            return true;
    return false;
}

static const struct {
    uint32_t status;
    const char *name;
} status_names[] = {
    {0x00000103, "STATUS_PENDING"},
    {0x0000010b, "STATUS_NOTIFY_CLEANUP"},
    {0x0000010c, "STATUS_NOTIFY_ENUM_DIR"},
    {0x00010002, "STATUS_INVALID_SMB"},
    {0x00050002, "STATUS_SMB_BAD_TID"},
    {0x00160002, "STATUS_SMB_BAD_COMMAND"},
    {0x005b0002, "STATUS_SMB_BAD_UID"},
    {0x00710001, "STATUS_OS2_NO_MORE_SIDS"},
    {0x80000005, "STATUS_BUFFER_OVERFLOW"},
    {0x80000006, "STATUS_NO_MORE_FILES"},
    {0xc0000002, "STATUS_NOT_IMPLEMENTED"},
    {0xc0000008, "STATUS_INVALID_HANDLE"},
    {0xc000000d, "STATUS_INVALID_PARAMETER"},
    {0xc0000016, "STATUS_MORE_PROCESSING_REQUIRED"},
    {0xc0000022, "STATUS_ACCESS_DENIED"},
    {0xc000006a, "STATUS_WRONG_PASSWORD"},
    {0xc000006d, "STATUS_LOGON_FAILURE"},
    {0xc000006f, "STATUS_INVALID_LOGON_HOURS"},
    {0xc0000071, "STATUS_PASSWORD_EXPIRED"},
    {0xc0000072, "STATUS_ACCOUNT_DISABLED"},
    {0xc00000b5, "STATUS_IO_TIMEOUT"},
    {0xc00000bb, "STATUS_NOT_SUPPORTED"},
    {0xc00000be, "STATUS_BAD_NETWORK_PATH"},
    {0xc00000c4, "STATUS_UNEXPECTED_NETWORK_ERROR"},
    {0xc00000c9, "STATUS_NETWORK_NAME_DELETED"},
    {0xc00000cc, "STATUS_BAD_NETWORK_NAME"},
    {0xc00000ce, "STATUS_TOO_MANY_SESSIONS"},
    {0xc00000d0, "STATUS_REQUEST_NOT_ACCEPTED"},
    {0xc00000d6, "STATUS_VIRTUAL_CIRCUIT_CLOSED"},
    {0xc0000120, "STATUS_CANCELLED"},
    {0xc000013b, "STATUS_LOCAL_DISCONNECT"},
    {0xc000013c, "STATUS_REMOTE_DISCONNECT"},
    {0xc000013e, "STATUS_LINK_FAILED"},
    {0xc000013f, "STATUS_LINK_TIMEOUT"},
    {0xc0000193, "STATUS_ACCOUNT_EXPIRED"},
    {0xc0000203, "STATUS_USER_SESSION_DELETED"},
    {0xc0000205, "STATUS_INSUFF_SERVER_RESOURCES"},
    {0xc000020c, "STATUS_CONNECTION_DISCONNECTED"},
    {0xc000020d, "STATUS_CONNECTION_RESET"},
    {0xc0000234, "STATUS_ACCOUNT_LOCKED_OUT"},
    {0xc0000236, "STATUS_CONNECTION_REFUSED"},
    {0xc0000237, "STATUS_GRACEFUL_DISCONNECT"},
    {0xc0000241, "STATUS_CONNECTION_ABORTED"},
    {0xc000035c, "STATUS_NETWORK_SESSION_EXPIRED"},
    {0xc000205a, "STATUS_SMB_TOO_MANY_UIDS"},
};

const char *smbt_status_name(uint32_t status)
{
    for (size_t i = 0; i < sizeof status_names / sizeof *status_names; i++)
        if (status_names[i].status == status) return status_names[i].name;
    return NULL;
}
