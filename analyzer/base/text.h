/* Strings from the wire, made safe to print.
 *
 * Every string that a peer sent passes through here before it goes anywhere else: valid UTF-8, no control
 * characters (terminal escapes, newlines, bidi overrides), bounded. What can't be shown becomes U+FFFD.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_TEXT_H
#define SMBT_BASE_TEXT_H

#include "base/cursor.h"

/* Long enough for a host, user or OS name in UTF-8; longer ones are cut at a character. */
#define SMBT_NAME_SIZE 128
typedef struct smbt_name {
    char s[SMBT_NAME_SIZE]; /* ends with NUL; "" when absent or empty */
} smbt_name;

/* Copies n bytes of OEM text up to the first NUL. Bytes over 0x7f become U+FFFD: the code page is not known.
 */
void smbt_name_from_oem(smbt_name *ret_name, const uint8_t *bytes, size_t n);

/* Copies n bytes of UTF-16LE up to the first NUL unit; unpaired surrogates become U+FFFD. */
void smbt_name_from_utf16(smbt_name *ret_name, const uint8_t *bytes, size_t n);

/* Reads a NUL-terminated string at the cursor, UTF-16LE (aligned to even offsets from the cursor's start
 * first, as SMB1 pads it) or OEM. Without a terminator before the captured end: what is there is returned,
 * and the cursor gets its sticky status. */
void smbt_name_read(smbt_name *ret_name, smbt_cur *c, bool unicode);

/* Whether two names are equal without regard to ASCII case. */
bool smbt_name_equal(const smbt_name *a, const smbt_name *b);

#endif
