/* All decoders of smb/ on anything.
 *
 * The first byte says what follows: 0 an SMB1 message, 1 an SMB2 message, 2 the body of a NetBIOS session
 * request, 3 a security blob. The second byte says how many more bytes the sender declared than were
 * captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_file.h"
#include "smb/cmd_locking.h"
#include "smb/cmd_negotiate.h"
#include "smb/cmd_open.h"
#include "smb/cmd_search.h"
#include "smb/cmd_session_setup.h"
#include "smb/cmd_transaction.h"
#include "smb/cmd_tree.h"
#include "smb/fingerprint.h"
#include "smb/nbss.h"
#include "smb/smb2.h"

#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) __builtin_trap();
}

static void check_name(const smbt_name *name)
{
    size_t len = strnlen(name->s, sizeof name->s);
    check(len < sizeof name->s);
    check(g_utf8_validate(name->s, (gssize)len, NULL));
    for (const char *p = name->s; *p; p = g_utf8_next_char(p)) {
        gunichar ch = g_utf8_get_char(p);
        check(!g_unichar_iscntrl(ch) && g_unichar_type(ch) != G_UNICODE_FORMAT);
    }
}

static void check_auth(const smbt_auth *auth)
{
    check_name(&auth->workstation);
    check_name(&auth->domain);
    check_name(&auth->user);
    check_name(&auth->target);
    check_name(&auth->server_name);
    check(auth->ntlm_type <= 3 && (auth->ntlm_type == 0 || auth->mech == SMBT_AUTH_NTLM));
}

static void decode_session(const smbt_andx_block *block, uint16_t flags2)
{
    smbt_session_setup_request request;
    smbt_session_setup_request_decode(block, flags2, &request);
    check_auth(&request.auth);
    check_name(&request.account);
    check_name(&request.domain);
    check_name(&request.native_os);
    check_name(&request.native_lan_man);
    smbt_session_setup_response response;
    smbt_session_setup_response_decode(block, flags2, &response);
    check_auth(&response.auth);
    check_name(&response.native_os);
    check_name(&response.native_lan_man);
    check_name(&response.domain);
}

static void decode_negotiate(const smbt_andx_block *block)
{
    static smbt_negotiate_request request;
    if (smbt_negotiate_request_decode(block, &request))
        for (unsigned i = 0; i < MIN(request.dialects, SMBT_NEGOTIATE_MAX_DIALECTS); i++)
            check_name(&request.dialect[i]);
    smbt_negotiate_response response;
    smbt_negotiate_response_decode(block, &response);
}

static void check_open(const smbt_open_response *open)
{
    check(open->kind <= SMBT_OPEN_OTHER);
    check(open->has_attributes || open->attributes == 0);
}

static void decode_others(const smbt_andx_block *block, uint16_t flags2)
{
    smbt_tree_connect_request tree;
    smbt_tree_connect_request_decode(block, flags2, &tree);
    check_name(&tree.path);
    check_name(&tree.service);
    smbt_tree_connect_response tree_response;
    smbt_tree_connect_response_decode(block, flags2, &tree_response);
    check_name(&tree_response.service);
    smbt_open_request open;
    smbt_open_request_decode(block, flags2, &open);
    check_name(&open.path);
    smbt_open_response open_response;
    smbt_open_response_decode(block, &open_response);
    check_open(&open_response);
    smbt_transaction_request transaction;
    smbt_transaction_request_decode(block, &transaction);
    smbt_transaction_name(block->command, transaction.subcommand);
    smbt_transaction_response transaction_response;
    smbt_transaction_response_decode(block, &transaction_response);
}

static void decode_search(const smbt_andx_block *block, uint16_t subcommand, uint16_t flags2)
{
    smbt_find_request request;
    bool ok = smbt_find_request_decode(block, subcommand, flags2, &request);
    check_name(&request.path);
    check(!ok || smbt_command_is_search(block->command, subcommand));
    smbt_find_response response;
    ok = smbt_find_response_decode(block, subcommand, &response);
    check(ok || (!response.has_sid && !response.has_end && !response.has_count));
}

/* What a transaction carries, by the subcommand it names and, as a response, by all there are. */
static void decode_transaction(const smbt_andx_block *block, uint16_t flags2)
{
    smbt_transaction_request transaction;
    smbt_transaction_request_decode(block, &transaction);
    smbt_request_fid(block, transaction.subcommand);
    decode_search(block, transaction.subcommand, flags2);
    smbt_open_request open;
    smbt_transaction_open_request_decode(block, transaction.subcommand, flags2, &open);
    check_name(&open.path);
    for (uint16_t subcommand = 0; subcommand < 9; subcommand++) {
        decode_search(block, subcommand, flags2);
        smbt_request_fid(block, subcommand);
        smbt_open_response response;
        smbt_transaction_open_response_decode(block, subcommand, &response);
        check_open(&response);
    }
}

static void decode_files(const smbt_andx_block *block)
{
    smbt_locking locking;
    if (smbt_locking_decode(block, &locking)) check(smbt_request_fid(block, 0) == locking.fid);
    uint16_t fid;
    if (smbt_close_request_decode(block, &fid)) check(smbt_request_fid(block, 0) == fid);
    check(smbt_request_data_bytes(block) < 1u << 24);
    smbt_echo_count(block);
}

static void run_smb1(smbt_cur message)
{
    smbt_smb1_header header;
    smbt_cur c = message;
    if (!smbt_smb1_header_decode(&c, &header)) return;
    smbt_smb1_status_is_error(&header);
    check(!header.has_status || smbt_smb1_status_equals(&header, header.status));
    smbt_andx andx;
    smbt_andx_init(&andx, &message, &header);
    unsigned blocks = 0;
    for (smbt_andx_block block; smbt_andx_next(&andx, &block); blocks++) {
        check(block.words.captured <= block.words.declared && block.bytes.captured <= block.bytes.declared);
        check(block.bytes_offset + block.bytes.declared <= message.declared);
        decode_negotiate(&block);
        decode_session(&block, header.flags2);
        decode_others(&block, header.flags2);
        decode_transaction(&block, header.flags2);
        decode_files(&block);
    }
    check(blocks >= 1 && blocks <= SMBT_ANDX_MAX_BLOCKS && andx.done);
}

static void run_smb2(smbt_cur message)
{
    smbt_smb2_header header;
    smbt_cur c = message;
    smbt_smb2_is_opaque(c);
    smbt_smb2_header_decode(&c, &header);
    uint16_t dialect;
    uint8_t guid[16];
    smbt_smb2_negotiate_response_decode(c, &dialect);
    uint8_t server_guid[16];
    smbt_smb2_server_guid_decode(c, server_guid);
    smbt_smb2_negotiate_request_decode(c, guid);
    smbt_smb2_session_setup_request setup;
    smbt_smb2_session_setup_request_decode(message, &setup);
    check_auth(&setup.auth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    smbt_cur c = smbt_cur_init(data + 2, size - 2, size - 2 + data[1]);
    smbt_fingerprint print;
    if (smbt_fingerprint_take(c, &print)) check(print.head != 0 && (print.body != 0 || !print.is_unique));
    smbt_nbss_request request;
    smbt_auth auth;
    switch (data[0]) {
    case 0: run_smb1(c); break;
    case 1: run_smb2(c); break;
    case 2:
        smbt_nbss_request_decode(c, &request);
        check_name(&request.called);
        check_name(&request.calling);
        break;
    case 3:
        smbt_auth_decode(c, &auth);
        check_auth(&auth);
        break;
    default: break;
    }
    return 0;
}
