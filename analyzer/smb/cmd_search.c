/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_search.h"

#include "smb/block_text.h"
#include "smb/cmd_transaction.h"

#include <string.h>

#define BUFFER_FORMAT_STRING   0x04
#define BUFFER_FORMAT_VARIABLE 0x05
#define RESUME_KEY_SERVER      12 /* where the server's bytes lie in the key of 21 */
#define RESUME_KEY_LEN         21

static bool is_find2(uint8_t command, uint16_t subcommand)
{
    return command == SMBT_SMB1_TRANSACTION2 &&
           (subcommand == SMBT_TRANS2_FIND_FIRST2 || subcommand == SMBT_TRANS2_FIND_NEXT2);
}

static bool is_old_search(uint8_t command)
{
    return command >= SMBT_SMB1_SEARCH && command <= SMBT_SMB1_FIND_CLOSE;
}

bool smbt_command_is_search(uint8_t command, uint16_t subcommand)
{
    return command == SMBT_SMB1_FIND_CLOSE2 || is_old_search(command) || is_find2(command, subcommand);
}

/* MS-CIFS 2.2.6.2.1. */
static bool decode_find_first2(smbt_cur c, bool unicode, smbt_find_request *r)
{
    smbt_cur_skip(&c, 2 + 2); /* SearchAttributes, SearchCount */
    r->flags = smbt_cur_le16(&c);
    r->has_flags = smbt_cur_ok(&c);
    smbt_cur_skip(&c, 2 + 4); /* InformationLevel, SearchStorageType */
    smbt_block_read_text(&r->path, &c, unicode);
    return r->has_flags;
}

/* MS-CIFS 2.2.6.3.1. The name there is that of the last entry, not of the search. */
static bool decode_find_next2(smbt_cur c, smbt_find_request *r)
{
    r->sid = smbt_cur_le16(&c);
    r->has_sid = smbt_cur_ok(&c);
    smbt_cur_skip(&c, 2 + 2 + 4); /* SearchCount, InformationLevel, ResumeKey */
    r->flags = smbt_cur_le16(&c);
    r->has_flags = smbt_cur_ok(&c);
    return r->has_sid;
}

static bool decode_find_close2(smbt_cur words, smbt_find_request *r)
{
    r->sid = smbt_cur_le16(&words);
    r->has_sid = smbt_cur_ok(&words);
    return r->has_sid;
}

/* MS-CIFS 2.2.4.58.1 and the three that follow it: a pattern, and the key of an entry to go on behind. */
static bool decode_old_search(const smbt_andx_block *block, bool unicode, smbt_find_request *r)
{
    smbt_cur text = smbt_block_text(block);
    if (smbt_cur_u8(&text) != BUFFER_FORMAT_STRING) return false;
    smbt_block_read_text(&r->path, &text, unicode);
    bool has_path = smbt_cur_ok(&text);
    if (smbt_cur_u8(&text) != BUFFER_FORMAT_VARIABLE) return has_path;
    uint16_t key_len = smbt_cur_le16(&text);
    if (key_len != RESUME_KEY_LEN) return has_path;
    smbt_cur_skip(&text, RESUME_KEY_SERVER);
    const uint8_t *key = smbt_cur_bytes(&text, sizeof r->resume_key);
    r->has_resume_key = key != NULL;
    if (key) memcpy(r->resume_key, key, sizeof r->resume_key);
    return has_path;
}

bool smbt_find_request_decode(const smbt_andx_block *block, uint16_t subcommand, uint16_t flags2,
                              smbt_find_request *ret_request)
{
    *ret_request = (smbt_find_request){0};
    bool unicode = flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    if (!smbt_command_is_search(block->command, subcommand) || !block->has_words) return false;
    if (block->command == SMBT_SMB1_FIND_CLOSE2) return decode_find_close2(block->words, ret_request);
    if (is_old_search(block->command)) return decode_old_search(block, unicode, ret_request);
    smbt_cur parameters = smbt_transaction_request_parameters(block);
    return subcommand == SMBT_TRANS2_FIND_FIRST2 ? decode_find_first2(parameters, unicode, ret_request)
                                                 : decode_find_next2(parameters, ret_request);
}

bool smbt_find_response_decode(const smbt_andx_block *block, uint16_t subcommand,
                               smbt_find_response *ret_response)
{
    smbt_find_response r = {0};
    *ret_response = r;
    if (!smbt_command_is_search(block->command, subcommand)) return false;
    if (!block->has_words || !block->word_count) return false;
    if (is_find2(block->command, subcommand)) {
        smbt_cur c = smbt_transaction_response_parameters(block);
        if (subcommand == SMBT_TRANS2_FIND_FIRST2) {
            r.sid = smbt_cur_le16(&c);
            r.has_sid = smbt_cur_ok(&c);
        }
        smbt_cur_skip(&c, 2); /* SearchCount */
        r.end_of_search = smbt_cur_le16(&c) != 0;
        r.has_end = smbt_cur_ok(&c);
    } else if (is_old_search(block->command) && block->command != SMBT_SMB1_FIND_CLOSE) {
        smbt_cur c = block->words;
        r.count = smbt_cur_le16(&c);
        r.has_count = smbt_cur_ok(&c);
    }
    *ret_response = r;
    return true;
}
