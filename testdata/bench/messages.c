/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "messages.h"

#include "support/smb_build.h"

#include <string.h>

#define CLIENT_OS                "Windows 2002 Service Pack 3 2600"
#define CLIENT_LAN_MAN           "Windows 2002 5.1"
#define SERVER_OS                "Windows Server 2003 3790 Service Pack 2"
#define SERVER_LAN_MAN           "Windows Server 2003 5.2"
#define NTLM_FLAGS               (SB_NTLM_UNICODE | 0x200 | 0x8000)
#define MORE_PROCESSING_REQUIRED 0xc0000016

static void negotiate(sb_msg *m, const struct message *x)
{
    static const char *const dialects[] = {
        "PC NETWORK PROGRAM 1.0", "LANMAN1.0", "LM1.2X002", "LANMAN2.1", "NT LM 0.12", NULL};
    if (!x->answer) {
        sb_negotiate_request(m, dialects);
        return;
    }
    g_autoptr(GByteArray) blob = g_byte_array_new();
    sb_spnego_init(blob, (const enum sb_mech[]){SB_MECH_NTLM}, 1, NULL);
    sb_negotiate_response(m, &(sb_negotiate){.word_count = 17,
                                             .dialect_index = 4,
                                             .security_mode = 3,
                                             .max_mpx = 50,
                                             .max_vcs = 1,
                                             .max_buffer = 16644,
                                             .capabilities = 0x8001f3fd,
                                             .server_guid = {0x5e, 0x41},
                                             .blob = blob});
}

static void logon_blob(GByteArray *out, const struct message *x)
{
    g_autoptr(GByteArray) token = g_byte_array_new();
    g_autofree char *user = g_strdup_printf("user%05u", x->host);
    g_autofree char *workstation = g_strdup_printf("PC%05u", x->host);
    g_autofree char *server = g_strdup_printf("FS%02u", x->server);
    gboolean first = x->exchange == EXCHANGE_LOGON_1;
    if (first && !x->answer) {
        sb_ntlm_negotiate(token, &(sb_ntlm){.flags = NTLM_FLAGS, .domain = "", .workstation = ""});
        sb_spnego_init(out, (const enum sb_mech[]){SB_MECH_NTLM}, 1, token);
    } else if (first) {
        sb_ntlm_challenge(token, &(sb_ntlm){.flags = NTLM_FLAGS, .target = "EXAMPLE", .server_name = server});
        sb_spnego_response(out, 1, SB_MECH_NTLM, token);
    } else if (!x->answer) {
        sb_ntlm_authenticate(token, &(sb_ntlm){.flags = NTLM_FLAGS,
                                               .domain = "EXAMPLE",
                                               .user = user,
                                               .workstation = workstation,
                                               .lm_len = 24,
                                               .nt_len = 24});
        sb_spnego_response(out, -1, -1, token);
    } else {
        sb_spnego_response(out, 0, -1, NULL);
    }
}

static void logon(sb_msg *m, const struct message *x)
{
    g_autoptr(GByteArray) blob = g_byte_array_new();
    logon_blob(blob, x);
    if (x->answer)
        sb_session_setup_response(
            m, &(sb_session_setup){
                   .word_count = 4, .blob = blob, .native_os = SERVER_OS, .native_lan_man = SERVER_LAN_MAN});
    else
        sb_session_setup_request(m, &(sb_session_setup){.word_count = 12,
                                                        .max_buffer = 4356,
                                                        .max_mpx = 10,
                                                        .vc_number = 0,
                                                        .capabilities = 0x800000d4,
                                                        .blob = blob,
                                                        .native_os = CLIENT_OS,
                                                        .native_lan_man = CLIENT_LAN_MAN});
}

static void open_file(sb_msg *m, const struct message *x)
{
    g_autofree char *path = g_strdup_printf("\\projects\\p%03u\\image%04x.bin", x->host % 1000, x->fid);
    if (x->answer)
        sb_nt_create_response(m, x->fid, 0, 0);
    else
        sb_nt_create_request(m, path);
}

static void read_file(sb_msg *m, const struct message *x)
{
    if (x->answer)
        sb_read_andx_response(m, x->read_size);
    else
        sb_read_andx_request(m, x->fid, x->offset, x->read_size);
}

/* TRANS2_QUERY_PATH_INFORMATION, SMB_QUERY_FILE_BASIC_INFO: the parameters are level, four bytes of nothing,
 * path. */
static void query(sb_msg *m, const struct message *x)
{
    if (x->answer) {
        sb_transaction_response(m, &(sb_transaction){.command = 0x32, .parameters = 2, .data = 40});
        memset(m->out->data + m->out->len - 40, 0, 40);
        return;
    }
    /* As long as it is, four divides the parameters, and nothing is padded behind them. */
    g_autofree char *path = g_strdup_printf("\\home\\u%04u\\docs\\reports-%05u.doc", x->host % 10000, x->mid);
    g_autoptr(GByteArray) parameters = g_byte_array_new();
    sb_le16(parameters, 0x101);
    sb_le32(parameters, 0);
    sb_utf16(parameters, path);
    sb_le16(parameters, 0);
    sb_transaction_request(
        m, &(sb_transaction){.command = 0x32, .subcommand = 5, .parameters = parameters->len});
    memcpy(m->out->data + m->out->len - parameters->len, parameters->data, parameters->len);
}

static void echo(sb_msg *m, const struct message *x)
{
    if (x->answer)
        sb_echo_response(m, 1, 8);
    else
        sb_echo_request(m, 1, 8);
}

static void tree(sb_msg *m, const struct message *x)
{
    g_autofree char *path = g_strdup_printf("\\\\FS%02u\\DATA", x->server);
    if (x->answer)
        sb_tree_connect_response(m, "A:", "NTFS");
    else
        sb_tree_connect_request(m, path, "?????", 8);
}

static void close_file(sb_msg *m, const struct message *x)
{
    if (x->answer)
        sb_empty(m, 0x04);
    else
        sb_close_request(m, x->fid);
}

static void tree_disconnect(sb_msg *m, const struct message *x)
{
    (void)x;
    sb_tree_disconnect(m);
}

static void logoff(sb_msg *m, const struct message *x)
{
    (void)x;
    sb_logoff(m);
}

void message_build(GByteArray *out, const struct message *x)
{
    static void (*const body[EXCHANGE_MAX])(sb_msg *, const struct message *) = {
        [EXCHANGE_NEGOTIATE] = negotiate, [EXCHANGE_LOGON_1] = logon,
        [EXCHANGE_LOGON_2] = logon,       [EXCHANGE_TREE] = tree,
        [EXCHANGE_OPEN] = open_file,      [EXCHANGE_READ] = read_file,
        [EXCHANGE_CLOSE] = close_file,    [EXCHANGE_QUERY] = query,
        [EXCHANGE_ECHO] = echo,           [EXCHANGE_TREE_DISCONNECT] = tree_disconnect,
        [EXCHANGE_LOGOFF] = logoff,
    };
    gboolean more = x->exchange == EXCHANGE_LOGON_1 && x->answer;
    gboolean tree_known = x->exchange > EXCHANGE_TREE || (x->exchange == EXCHANGE_TREE && x->answer);
    gboolean logged_on = x->exchange > EXCHANGE_LOGON_1 || more;
    sb_header header = {
        .status = more ? MORE_PROCESSING_REQUIRED : 0,
        .flags = x->answer ? SB_FLAGS_REPLY | 0x18 : 0x18,
        .flags2 = SB_FLAGS2_NT_EXT,
        .pid = 0xfeff,
        .tid = (guint16)(tree_known ? x->tid : 0),
        .uid = (guint16)(logged_on ? x->uid : 0),
        .mid = (guint16)x->mid,
    };
    g_byte_array_set_size(out, 0);
    sb_msg m;
    sb_begin(&m, out, &header);
    body[x->exchange](&m, x);
    sb_end(&m);
}
