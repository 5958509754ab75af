/* The names of messages and of statuses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/messages.h"

#include <string.h>

static const scn_kind kinds[] = {
    {"NEGOTIATE", SCN_NEGOTIATE, 0x72, 0},
    {"SESSION_SETUP", SCN_SESSION_SETUP, 0x73, 0},
    {"SESSION_SETUP_ANDX", SCN_SESSION_SETUP, 0x73, 0},
    {"LOGOFF", SCN_LOGOFF, 0x74, 0},
    {"LOGOFF_ANDX", SCN_LOGOFF, 0x74, 0},
    {"TREE_CONNECT", SCN_TREE_CONNECT, 0x75, 0},
    {"TREE_CONNECT_ANDX", SCN_TREE_CONNECT, 0x75, 0},
    {"TREE", SCN_TREE_CONNECT, 0x75, 0},
    {"TREE_DISCONNECT", SCN_TREE_DISCONNECT, 0x71, 0},
    {"OPEN", SCN_OPEN, 0xa2, 0},
    {"NT_CREATE_ANDX", SCN_OPEN, 0xa2, 0},
    {"CREATE", SCN_OPEN, 0xa2, 0},
    {"OPEN_ANDX", SCN_OPEN, 0x2d, 0},
    {"OPEN2", SCN_OPEN, 0x32, 0x00},
    {"NT_TRANSACT_CREATE", SCN_OPEN, 0xa0, 0x01},
    {"CLOSE_FILE", SCN_CLOSE, 0x04, 0},
    {"CLOSE_PRINT_FILE", SCN_CLOSE, 0xc2, 0},
    {"WRITE_AND_CLOSE", SCN_WRITE_AND_CLOSE, 0x2c, 0},
    {"FLUSH", SCN_FLUSH, 0x05, 0},
    {"READ", SCN_READ, 0x2e, 0},
    {"READ_ANDX", SCN_READ, 0x2e, 0},
    {"READ_MPX", SCN_READ, 0x1b, 0},
    {"WRITE", SCN_WRITE, 0x2f, 0},
    {"WRITE_ANDX", SCN_WRITE, 0x2f, 0},
    {"WRITE_MPX", SCN_WRITE, 0x1e, 0},
    {"READ_RAW", SCN_READ_RAW, 0x1a, 0},
    {"WRITE_RAW", SCN_WRITE_RAW, 0x1d, 0},
    {"RAW", SCN_RAW, 0, 0},
    {"WRITE_COMPLETE", SCN_WRITE_COMPLETE, 0x20, 0},
    {"LOCK", SCN_LOCK, 0x24, 0},
    {"LOCKING_ANDX", SCN_LOCK, 0x24, 0},
    {"BREAK", SCN_BREAK, 0x24, 0},
    {"BREAK_ACK", SCN_BREAK_ACK, 0x24, 0},
    {"NT_CANCEL", SCN_NT_CANCEL, 0xa4, 0},
    {"ECHO", SCN_ECHO, 0x2b, 0},
    {"NOTIFY", SCN_NOTIFY, 0xa0, 0x04},
    {"FIND_FIRST2", SCN_FIND_FIRST, 0x32, 0x01},
    {"FIND_NEXT2", SCN_FIND_NEXT, 0x32, 0x02},
    {"FIND_CLOSE2", SCN_FIND_CLOSE2, 0x34, 0},
    {"SEARCH", SCN_SEARCH, 0x81, 0},
    {"FIND_CLOSE", SCN_FIND_CLOSE, 0x84, 0},
    {"QUERY_PATH", SCN_TRANSACTION, 0x32, 0x05},
    {"QUERY_FILE", SCN_TRANSACTION, 0x32, 0x07},
    {"TRANS", SCN_TRANSACTION, 0x25, 0x26},
    {"TRANS2", SCN_TRANSACTION, 0x32, 0x05},
    {"NT_TRANSACT", SCN_TRANSACTION, 0xa0, 0x06},
    {"SECONDARY", SCN_SECONDARY, 0, 0},
    {"INTERIM", SCN_INTERIM, 0, 0},
    {"PROCESS_EXIT", SCN_PROCESS_EXIT, 0x11, 0},
};

const scn_kind *scn_kind_parse(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_ascii_strcasecmp(kinds[i].name, name) == 0) return &kinds[i];
    return NULL;
}

static const struct {
    const char *name;
    guint32 status;
} statuses[] = {
    {"OK", 0},
    {"MORE", SCN_MORE_PROCESSING},
    {"MORE_PROCESSING_REQUIRED", SCN_MORE_PROCESSING},
    {"PENDING", 0x00000103},
    {"NOTIFY_ENUM_DIR", 0x0000010c},
    {"BUFFER_OVERFLOW", 0x80000005},
    {"NO_MORE_FILES", 0x80000006},
    {"INVALID_HANDLE", 0xc0000008},
    {"NO_SUCH_FILE", 0xc000000f},
    {"END_OF_FILE", 0xc0000011},
    {"SHARING_VIOLATION", 0xc0000043},
    {"FILE_LOCK_CONFLICT", 0xc0000054},
    {"LOCK_NOT_GRANTED", 0xc0000055},
    {"RANGE_NOT_LOCKED", 0xc000007e},
    {"PIPE_DISCONNECTED", 0xc00000b0},
    {"IO_TIMEOUT", 0xc00000b5},
    {"NETWORK_NAME_DELETED", 0xc00000c9},
    {"BAD_NETWORK_NAME", 0xc00000cc},
    {"CANCELLED", 0xc0000120},
    {"FILE_CLOSED", 0xc0000128},
    {"INSUFF_SERVER_RESOURCES", 0xc0000205},
    {"NOT_IMPLEMENTED", 0xc0000002},
    {"INVALID_PARAMETER", 0xc000000d},
    {"ACCESS_DENIED", 0xc0000022},
    {"OBJECT_NAME_NOT_FOUND", 0xc0000034},
    {"LOGON_FAILURE", 0xc000006d},
    {"INVALID_LOGON_HOURS", 0xc000006f},
    {"REQUEST_NOT_ACCEPTED", 0xc00000d0},
    {"NETWORK_SESSION_EXPIRED", 0xc000035c},
    {"USER_SESSION_DELETED", 0xc0000203},
    {"SMB_BAD_UID", 0x005b0002},
    {"SMB_BAD_TID", 0x00050002},
    {"SMB_BAD_FID", 0x00060001},
    {"SMB_BAD_COMMAND", 0x00160002},
    {"INVALID_SMB", 0x00010002},
    {"OS2_NO_MORE_SIDS", 0x00710001},
};

bool scn_status_parse(const char *name, guint32 *ret_status)
{
    if (g_str_has_prefix(name, "0x")) {
        *ret_status = (guint32)g_ascii_strtoull(name, NULL, 16);
        return true;
    }
    const char *short_name = g_str_has_prefix(name, "STATUS_") ? name + strlen("STATUS_") : name;
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        if (g_ascii_strcasecmp(statuses[i].name, short_name) != 0) continue;
        *ret_status = statuses[i].status;
        return true;
    }
    return false;
}
