/* The session request of port 139: two names in first-level encoding (RFC 1001 14.1), each with a scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank.h"

#include <string.h>

#define NAME_BYTES 16 /* fifteen of a name, and one that says what it is the name of */

static bool decode_name(const uint8_t letters[2 * NAME_BYTES], uint8_t name[NAME_BYTES])
{
    for (size_t i = 0; i < NAME_BYTES; i++) {
        uint8_t high = (uint8_t)(letters[2 * i] - 'A'), low = (uint8_t)(letters[2 * i + 1] - 'A');
        if (high > 15 || low > 15) return false;
        name[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Padding stays what it is: it is no letter. */
static void blank_encoded(smbt_blank *b, smbt_cur *c)
{
    size_t at = smbt_blank_offset(b, c);
    const uint8_t *letters = smbt_cur_bytes(c, 2 * NAME_BYTES);
    uint8_t name[NAME_BYTES], pseudonym[NAME_BYTES];
    if (!letters || !decode_name(letters, name)) return;
    memcpy(pseudonym, name, NAME_BYTES);
    size_t n = NAME_BYTES - 1;
    while (n > 0 && name[n - 1] == ' ')
        n--;
    smbt_pseudonym_text(b->key, SMBT_ANON_PATH, SMBT_ANON_OEM, name, pseudonym, n);
    smbt_blank_keep(b, at, 2 * NAME_BYTES);
    for (size_t i = 0; i < NAME_BYTES; i++) {
        b->out[at + 2 * i] = (uint8_t)('A' + (pseudonym[i] >> 4));
        b->out[at + 2 * i + 1] = (uint8_t)('A' + (pseudonym[i] & 15));
    }
}

static void blank_name(smbt_blank *b, smbt_cur *c)
{
    smbt_cur peek = *c;
    uint8_t len = smbt_cur_u8(&peek);
    smbt_blank_keep_next(b, c, 1);
    if (!smbt_cur_ok(&peek) || len != 2 * NAME_BYTES) {
        smbt_cur_fail(c, SMBT_CUR_MALFORMED);
        return;
    }
    blank_encoded(b, c);
    while (smbt_cur_ok(c)) { /* the labels of the scope */
        peek = *c;
        uint8_t label = smbt_cur_u8(&peek);
        if (!smbt_cur_ok(&peek)) break;
        smbt_blank_keep_next(b, c, 1);
        if (!label) break;
        smbt_blank_text_next(b, c, label, SMBT_ANON_NAME, SMBT_ANON_OEM);
    }
}

void smbt_blank_session_request(smbt_blank *b)
{
    smbt_cur c = b->message;
    blank_name(b, &c);
    blank_name(b, &c);
}
