/* Takes strings apart into characters and tells which of them may be shown.
 *
 * Strings in records are clean already, but a file name is not, and what is printed must be safe whoever made
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_CLEAN_H
#define SMBT_REPORT_CLEAN_H

#include <glib.h>
#include <stdbool.h>

/* Stands for a byte that is no part of valid UTF-8. */
#define SMBT_CLEAN_INVALID     ((gunichar)-1)
#define SMBT_CLEAN_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bidi and other invisible formatting, line separators, C1 controls, the tag characters. */
static inline bool smbt_clean_is_harmless(gunichar c)
{
    if (c < 0x7f) return c >= 0x20;
    if (c < 0xa0) return false;
    if (c < 0x61c) return c != 0xad;
    return c != SMBT_CLEAN_INVALID && c != 0x61c && c != 0xfeff && !(c >= 0x200b && c <= 0x200f) &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && !(c >= 0xfff9 && c <= 0xfffb) &&
           !(c >= 0xe0000 && c <= 0xe007f);
}

/* The next character of a string that ends with NUL and is not at its end. Moves on by the character, or by
 * one byte when the bytes there are not valid UTF-8. */
static inline gunichar smbt_clean_next(const char **s)
{
    guchar byte = (guchar) * *s;
    if (byte < 0x80) {
        (*s)++;
        return byte;
    }
    gunichar c = g_utf8_get_char_validated(*s, -1);
    if (c >= 0x110000) { /* -1, -2: wrong, cut off */
        (*s)++;
        return SMBT_CLEAN_INVALID;
    }
    *s = g_utf8_next_char(*s);
    return c;
}

#endif
