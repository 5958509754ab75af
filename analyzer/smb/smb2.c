/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/smb2.h"

#include <string.h>

#define PROTOCOL_PLAIN      0xfe534d42u
#define PROTOCOL_TRANSFORM  0xfd534d42u
#define PROTOCOL_COMPRESSED 0xfc534d42u

/* StructureSize names the form of a body. */
#define NEGOTIATE_REQUEST_SIZE     36
#define NEGOTIATE_RESPONSE_SIZE    65
#define SESSION_SETUP_REQUEST_SIZE 25

static const char *const command_names[] = {
    "NEGOTIATE",       "SESSION_SETUP", "LOGOFF",     "TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE",
    "FLUSH",           "READ",          "WRITE",      "LOCK",         "IOCTL",           "CANCEL", "ECHO",
    "QUERY_DIRECTORY", "CHANGE_NOTIFY", "QUERY_INFO", "SET_INFO",     "OPLOCK_BREAK",
};
_Static_assert(sizeof command_names / sizeof *command_names == SMBT_SMB2_OPLOCK_BREAK + 1, "one for each");

const char *smbt_smb2_command_name(uint16_t command)
{
    return command < sizeof command_names / sizeof *command_names ? command_names[command] : "UNKNOWN";
}

bool smbt_smb2_is_opaque(smbt_cur c)
{
    uint32_t protocol = smbt_cur_be32(&c);
    return protocol == PROTOCOL_TRANSFORM || protocol == PROTOCOL_COMPRESSED;
}

bool smbt_smb2_header_decode(smbt_cur *cursor, smbt_smb2_header *ret_header)
{
    smbt_cur c = *cursor;
    smbt_smb2_header h = {0};
    uint32_t protocol = smbt_cur_be32(&c);
    if (smbt_cur_ok(&c) && protocol != PROTOCOL_PLAIN) smbt_cur_fail(&c, SMBT_CUR_MALFORMED);
    smbt_cur_skip(&c, 4); /* StructureSize, CreditCharge */
    uint32_t status = smbt_cur_le32(&c);
    h.command = smbt_cur_le16(&c);
    bool is_smb2 = smbt_cur_ok(&c);
    if (is_smb2) h.status = status;
    smbt_cur_skip(&c, 2); /* credits */
    uint32_t flags = smbt_cur_le32(&c);
    h.next = smbt_cur_le32(&c);
    h.has_flags = smbt_cur_ok(&c);
    if (h.has_flags) h.flags = flags;
    h.is_reply = h.flags & SMBT_SMB2_FLAGS_REPLY;
    h.is_async = h.flags & SMBT_SMB2_FLAGS_ASYNC;
    uint64_t message_id = smbt_cur_le64(&c);
    h.has_message_id = smbt_cur_ok(&c);
    if (h.has_message_id) h.message_id = message_id;
    smbt_cur_skip(&c, 8); /* TreeId or AsyncId */
    uint64_t session_id = smbt_cur_le64(&c);
    h.has_session_id = smbt_cur_ok(&c);
    if (h.has_session_id) h.session_id = session_id;
    smbt_cur_skip(&c, 16); /* signature */
    *ret_header = h;
    *cursor = c;
    return is_smb2;
}

bool smbt_smb2_negotiate_response_decode(smbt_cur body, uint16_t *ret_dialect)
{
    if (smbt_cur_le16(&body) != NEGOTIATE_RESPONSE_SIZE) return false;
    smbt_cur_skip(&body, 2); /* SecurityMode */
    uint16_t dialect = smbt_cur_le16(&body);
    if (!smbt_cur_ok(&body)) return false;
    *ret_dialect = dialect;
    return true;
}

bool smbt_smb2_server_guid_decode(smbt_cur body, uint8_t ret_server_guid[16])
{
    if (smbt_cur_le16(&body) != NEGOTIATE_RESPONSE_SIZE) return false;
    smbt_cur_skip(&body, 6); /* SecurityMode, dialect, contexts */
    const uint8_t *guid = smbt_cur_bytes(&body, 16);
    if (!guid) return false;
    memcpy(ret_server_guid, guid, 16);
    return true;
}

const char *smbt_smb2_dialect_name(uint16_t dialect)
{
    switch (dialect) {
    case 0x0202: return "SMB 2.0.2";
    case 0x0210: return "SMB 2.1";
    case 0x02ff: return "SMB 2.\?\?\?";
    case 0x0300: return "SMB 3.0";
    case 0x0302: return "SMB 3.0.2";
    case 0x0311: return "SMB 3.1.1";
    default: return NULL;
    }
}

bool smbt_smb2_negotiate_request_decode(smbt_cur body, uint8_t ret_client_guid[16])
{
    if (smbt_cur_le16(&body) != NEGOTIATE_REQUEST_SIZE) return false;
    smbt_cur_skip(&body, 10); /* DialectCount, SecurityMode, reserved, capabilities */
    const uint8_t *guid = smbt_cur_bytes(&body, 16);
    if (!guid) return false;
    memcpy(ret_client_guid, guid, 16);
    return true;
}

bool smbt_smb2_session_setup_request_decode(smbt_cur message, smbt_smb2_session_setup_request *ret_request)
{
    ret_request->previous_session_id = 0;
    smbt_auth_clear(&ret_request->auth);
    smbt_cur c = message;
    smbt_cur_seek(&c, SMBT_SMB2_HEADER_LEN);
    if (smbt_cur_le16(&c) != SESSION_SETUP_REQUEST_SIZE) return false;
    smbt_cur_skip(&c, 10); /* flags, SecurityMode, capabilities, channel */
    uint16_t blob_offset = smbt_cur_le16(&c);
    uint16_t blob_len = smbt_cur_le16(&c);
    uint64_t previous_session_id = smbt_cur_le64(&c);
    if (!smbt_cur_ok(&c)) return false;
    ret_request->previous_session_id = previous_session_id;
    smbt_cur_seek(&message, blob_offset);
    smbt_cur blob = smbt_cur_sub(&message, blob_len);
    if (blob_len) smbt_auth_decode(blob, &ret_request->auth);
    return true;
}
