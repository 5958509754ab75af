/* SMB1: the header but for the signature stays, of the words what smb1_words.def says, of the bytes names as
 * pseudonyms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank_smb1.h"

#include "smb/block_text.h"

#include <string.h>

struct range {
    uint8_t at, len;
};

static const struct words {
    uint8_t command;
    bool is_reply;
    struct range keep[4];
} words[] = {
#define SMBT_WORDS(command, is_reply, ...) {SMBT_SMB1_##command, is_reply, {__VA_ARGS__}},
#include "anonymize/smb1_words.def"
#undef SMBT_WORDS
};

static void keep_words(smbt_blank *b, const smbt_andx_block *block, bool is_reply)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (words[i].command != block->command || words[i].is_reply != is_reply) continue;
        for (size_t k = 0; k < G_N_ELEMENTS(words[i].keep) && words[i].keep[k].len; k++) {
            smbt_cur c = block->words;
            smbt_cur_seek(&c, words[i].keep[k].at);
            smbt_blank_keep_next(b, &c, words[i].keep[k].len);
        }
        return;
    }
}

/* ---- Strings --------------------------------------------------------------------------------------------*/

/* Bytes to the terminating NUL, which they include, or to the end. */
static size_t string_length(smbt_cur c, bool unicode)
{
    size_t start = c.pos, size = unicode ? 2 : 1, left = smbt_cur_left(&c);
    while (smbt_cur_left(&c) >= size) {
        uint16_t unit = unicode ? smbt_cur_le16(&c) : smbt_cur_u8(&c);
        if (!smbt_cur_ok(&c)) return left;
        if (!unit) return c.pos - start;
    }
    return left;
}

void smbt_blank_smb1_string(smbt_blank *b, smbt_cur *c, bool unicode, enum smbt_anon_kind kind)
{
    if (unicode) smbt_block_align_text(c);
    if (!smbt_cur_ok(c)) return;
    smbt_blank_text_next(b, c, string_length(*c, unicode), kind, unicode ? SMBT_ANON_UTF16 : SMBT_ANON_OEM);
}

void smbt_blank_smb1_string_n(smbt_blank *b, smbt_cur *c, size_t n, bool unicode, enum smbt_anon_kind kind)
{
    if (unicode) smbt_block_align_text(c);
    smbt_blank_text_next(b, c, n, kind, unicode ? SMBT_ANON_UTF16 : SMBT_ANON_OEM);
}

#define BUFFER_FORMAT_DIALECT  0x02
#define BUFFER_FORMAT_STRING   0x04
#define BUFFER_FORMAT_VARIABLE 0x05
#define MAX_STRINGS            64

/* Strings that each begin with a byte that says so. */
static void blank_formatted(smbt_blank *b, const smbt_andx_block *block, uint8_t format, bool unicode,
                            enum smbt_anon_kind kind)
{
    smbt_cur c = smbt_block_text(block);
    for (unsigned i = 0; i < MAX_STRINGS && smbt_cur_left(&c); i++) {
        smbt_cur peek = c;
        if (smbt_cur_u8(&peek) != format || !smbt_cur_ok(&peek)) return;
        smbt_blank_keep_next(b, &c, 1);
        smbt_blank_smb1_string(b, &c, unicode, kind);
    }
}

/* ---- Commands -------------------------------------------------------------------------------------------*/

static void blank_negotiate_response(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur at_capabilities = block->words, at_length = block->words, c = smbt_block_text(block);
    smbt_cur_seek(&at_capabilities, 19);
    smbt_cur_seek(&at_length, 33);
    uint32_t capabilities = smbt_cur_le32(&at_capabilities);
    uint8_t challenge_len = smbt_cur_u8(&at_length);
    if (block->word_count != 17 || !smbt_cur_ok(&at_length)) return;
    if (capabilities & SMBT_SMB1_CAP_EXTSEC && !challenge_len) {
        smbt_blank_id_next(b, &c, 16); /* ServerGUID */
        smbt_blank_auth(b, c);
        return;
    }
    /* Domain and server, without padding before them (MS-CIFS 2.2.4.52.2). */
    smbt_cur_skip(&c, challenge_len);
    for (unsigned i = 0; i < 2 && smbt_cur_left(&c); i++)
        smbt_blank_text_next(b, &c, string_length(c, unicode), SMBT_ANON_NAME,
                             unicode ? SMBT_ANON_UTF16 : SMBT_ANON_OEM);
}

static void blank_setup_request(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur lengths = block->words, c = smbt_block_text(block);
    smbt_cur_seek(&lengths, 14);
    size_t secret = smbt_cur_le16(&lengths);
    if (block->word_count == 13) secret += smbt_cur_le16(&lengths);
    if (!smbt_cur_ok(&lengths)) return;
    if (block->word_count == 12) {
        smbt_blank_auth(b, smbt_cur_sub(&c, secret));
    } else if (block->word_count == 10 || block->word_count == 13) {
        smbt_cur_skip(&c, secret);
        smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_NAME); /* account */
        smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_NAME); /* domain */
    } else {
        return;
    }
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PRODUCT);
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PRODUCT);
}

static void blank_setup_response(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur c = smbt_block_text(block), length = block->words;
    if (block->word_count != 3 && block->word_count != 4) return;
    if (block->word_count == 4) {
        smbt_cur_seek(&length, 6);
        size_t blob = smbt_cur_le16(&length);
        if (!smbt_cur_ok(&length)) return;
        smbt_blank_auth(b, smbt_cur_sub(&c, blob));
    }
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PRODUCT);
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PRODUCT);
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_NAME); /* domain */
}

static void blank_tree_connect_andx(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur c = smbt_block_text(block), length = block->words;
    smbt_cur_seek(&length, 6);
    size_t password = smbt_cur_le16(&length);
    if (!smbt_cur_ok(&length)) return;
    smbt_cur_skip(&c, password);
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PATH);
    smbt_blank_smb1_string(b, &c, false, SMBT_ANON_PRODUCT); /* service */
}

static void blank_tree_connect_response(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur c = smbt_block_text(block);
    smbt_blank_smb1_string(b, &c, false, SMBT_ANON_PRODUCT);   /* service */
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PRODUCT); /* file system */
}

/* Path, password, service (MS-CIFS 2.2.4.50.1). */
static void blank_tree_connect(smbt_blank *b, const smbt_andx_block *block)
{
    static const enum smbt_anon_kind kinds[] = {SMBT_ANON_PATH, SMBT_ANON_SECRET, SMBT_ANON_PRODUCT};
    smbt_cur c = smbt_block_text(block);
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds) && smbt_cur_left(&c); i++) {
        smbt_blank_keep_next(b, &c, 1);
        smbt_blank_smb1_string(b, &c, false, kinds[i]);
    }
}

#define RESUME_KEY_LEN 21
#define RESUME_KEY_SERVER                                                                                    \
    12 /* where the server's bytes lie; before them the entry's name, then the client's */

/* A pattern, and the key of an entry to go on behind (MS-CIFS 2.2.4.58.1). */
static void blank_old_search(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur c = smbt_block_text(block), peek = c;
    if (smbt_cur_u8(&peek) != BUFFER_FORMAT_STRING) return;
    smbt_blank_keep_next(b, &c, 1);
    smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PATH);
    peek = c;
    uint8_t format = smbt_cur_u8(&peek);
    uint16_t len = smbt_cur_le16(&peek);
    if (!smbt_cur_ok(&peek) || format != BUFFER_FORMAT_VARIABLE) return;
    smbt_blank_keep_next(b, &c, 3);
    if (len != RESUME_KEY_LEN) return;
    smbt_cur_skip(&c, RESUME_KEY_SERVER);
    smbt_blank_keep_next(b, &c, RESUME_KEY_LEN - RESUME_KEY_SERVER);
}

/* NT_CREATE_ANDX says how long its path is. */
static void blank_nt_create(smbt_blank *b, const smbt_andx_block *block, bool unicode)
{
    smbt_cur c = smbt_block_text(block), length = block->words;
    smbt_cur_seek(&length, 5);
    size_t n = smbt_cur_le16(&length);
    if (smbt_cur_ok(&length)) smbt_blank_smb1_string_n(b, &c, n, unicode, SMBT_ANON_PATH);
}

static void blank_request(smbt_blank *b, const smbt_andx_block *block, bool unicode,
                          const smbt_smb1_header *h, smbt_blank_memory *memory)
{
    smbt_cur c;
    switch (block->command) {
    case SMBT_SMB1_NEGOTIATE:
        blank_formatted(b, block, BUFFER_FORMAT_DIALECT, false, SMBT_ANON_PRODUCT);
        break;
    case SMBT_SMB1_SESSION_SETUP_ANDX: blank_setup_request(b, block, unicode); break;
    case SMBT_SMB1_TREE_CONNECT: blank_tree_connect(b, block); break;
    case SMBT_SMB1_TREE_CONNECT_ANDX: blank_tree_connect_andx(b, block, unicode); break;
    case SMBT_SMB1_NT_CREATE_ANDX: blank_nt_create(b, block, unicode); break;
    case SMBT_SMB1_OPEN_ANDX:
        c = smbt_block_text(block);
        smbt_blank_smb1_string(b, &c, unicode, SMBT_ANON_PATH);
        break;
    case SMBT_SMB1_SEARCH:
    case SMBT_SMB1_FIND:
    case SMBT_SMB1_FIND_UNIQUE:
    case SMBT_SMB1_FIND_CLOSE: blank_old_search(b, block, unicode); break;
    case SMBT_SMB1_TRANSACTION:
    case SMBT_SMB1_TRANSACTION2:
    case SMBT_SMB1_NT_TRANSACT: smbt_blank_transaction_request(b, block, unicode, h, memory); break;
    case SMBT_SMB1_CREATE_DIRECTORY:
    case SMBT_SMB1_DELETE_DIRECTORY:
    case SMBT_SMB1_OPEN:
    case SMBT_SMB1_CREATE:
    case SMBT_SMB1_CREATE_TEMPORARY:
    case SMBT_SMB1_CREATE_NEW:
    case SMBT_SMB1_DELETE:
    case SMBT_SMB1_RENAME:
    case SMBT_SMB1_NT_RENAME:
    case SMBT_SMB1_QUERY_INFORMATION:
    case SMBT_SMB1_SET_INFORMATION:
    case SMBT_SMB1_CHECK_DIRECTORY:
    case SMBT_SMB1_OPEN_PRINT_FILE:
    case SMBT_SMB1_COPY:
    case SMBT_SMB1_MOVE: blank_formatted(b, block, BUFFER_FORMAT_STRING, unicode, SMBT_ANON_PATH); break;
    default: break;
    }
}

static void blank_response(smbt_blank *b, const smbt_andx_block *block, bool unicode,
                           const smbt_smb1_header *h, smbt_blank_memory *memory)
{
    switch (block->command) {
    case SMBT_SMB1_NEGOTIATE: blank_negotiate_response(b, block, unicode); break;
    case SMBT_SMB1_SESSION_SETUP_ANDX: blank_setup_response(b, block, unicode); break;
    case SMBT_SMB1_TREE_CONNECT_ANDX: blank_tree_connect_response(b, block, unicode); break;
    case SMBT_SMB1_TRANSACTION2:
    case SMBT_SMB1_NT_TRANSACT: smbt_blank_transaction_response(b, block, h, memory); break;
    default: break;
    }
}

/* WordCount, the words that stay, ByteCount. */
static void keep_frame(smbt_blank *b, const smbt_andx_block *block, size_t at, bool is_reply)
{
    smbt_blank_keep(b, at, 1);
    keep_words(b, block, is_reply);
    size_t bytes_at = at + 1 + 2u * block->word_count;
    smbt_blank_keep(b, bytes_at, 2);
}

void smbt_blank_smb1(smbt_blank *b, smbt_blank_memory *memory)
{
    smbt_cur c = b->message;
    smbt_smb1_header h;
    if (!smbt_smb1_header_decode(&c, &h)) return;
    smbt_blank_keep(b, 0, 14); /* up to PIDHigh; the signature and what is reserved do not stay */
    smbt_blank_keep(b, 24, 8); /* TID, PID, UID, MID */
    bool unicode = h.flags2 & SMBT_SMB1_FLAGS2_UNICODE;
    smbt_andx andx;
    smbt_andx_block block;
    smbt_andx_init(&andx, &b->message, &h);
    for (size_t at = andx.offset; smbt_andx_next(&andx, &block); at = andx.offset) {
        if (!block.has_words) return;
        keep_frame(b, &block, at, h.is_reply);
        if (!block.has_bytes) continue;
        if (h.is_reply)
            blank_response(b, &block, unicode, &h, memory);
        else
            blank_request(b, &block, unicode, &h, memory);
    }
}
