/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <glib.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

static bool is_showable(gunichar ch)
{
    if (ch < 0x7f) return ch >= 0x20;
    switch (g_unichar_type(ch)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidi overrides, zero-width joiners, tags */
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR: return false;
    default: return true;
    }
}

/* A name being filled. Once a character did not fit, later shorter ones are not taken either. */
struct filling {
    smbt_name *name;
    size_t len;
    bool full;
    uint16_t high; /* high surrogate that waits for its low one, or 0 */
};

static struct filling filling_start(smbt_name *name)
{
    name->s[0] = '\0';
    return (struct filling){.name = name};
}

static void put(struct filling *f, gunichar ch)
{
    if (f->full) return;
    if (ch >= 0x20 && ch < 0x7f && f->len < SMBT_NAME_SIZE - 1) { /* nearly always */
        f->name->s[f->len++] = (char)ch;
        f->name->s[f->len] = '\0';
        return;
    }
    if (!is_showable(ch)) ch = REPLACEMENT;
    char utf8[6];
    size_t n = (size_t)g_unichar_to_utf8(ch, utf8);
    if (n > SMBT_NAME_SIZE - 1 - f->len) {
        f->full = true;
        return;
    }
    memcpy(f->name->s + f->len, utf8, n);
    f->len += n;
    f->name->s[f->len] = '\0';
}

static void put_oem(struct filling *f, uint8_t byte)
{
    put(f, byte < 0x80 ? byte : REPLACEMENT);
}

static void put_utf16(struct filling *f, uint16_t unit)
{
    if (unit < 0x7f && !f->high) {
        put(f, unit);
        return;
    }
    bool is_low = unit >= 0xdc00 && unit <= 0xdfff;
    if (f->high) {
        uint16_t high = f->high;
        f->high = 0;
        if (is_low) {
            put(f, 0x10000u + ((gunichar)(high - 0xd800) << 10) + (unit - 0xdc00u));
            return;
        }
        put(f, REPLACEMENT);
    }
    if (unit >= 0xd800 && unit <= 0xdbff)
        f->high = unit;
    else
        put(f, is_low ? REPLACEMENT : unit);
}

static void finish_utf16(struct filling *f)
{
    if (f->high) put(f, REPLACEMENT);
    f->high = 0;
}

void smbt_name_from_oem(smbt_name *ret_name, const uint8_t *bytes, size_t n)
{
    struct filling f = filling_start(ret_name);
    for (size_t i = 0; i < n && bytes[i] && !f.full; i++)
        put_oem(&f, bytes[i]);
}

void smbt_name_from_utf16(smbt_name *ret_name, const uint8_t *bytes, size_t n)
{
    struct filling f = filling_start(ret_name);
    smbt_cur c = smbt_cur_init(bytes, n, n);
    while (smbt_cur_left(&c) >= 2 && !f.full) {
        uint16_t unit = smbt_cur_le16(&c);
        if (!unit) break;
        put_utf16(&f, unit);
    }
    finish_utf16(&f);
}

void smbt_name_read(smbt_name *ret_name, smbt_cur *c, bool unicode)
{
    struct filling f = filling_start(ret_name);
    if (unicode && c->pos % 2) smbt_cur_skip(c, 1);
    for (;;) {
        uint16_t unit = unicode ? smbt_cur_le16(c) : smbt_cur_u8(c);
        if (!smbt_cur_ok(c) || !unit) break;
        if (unicode)
            put_utf16(&f, unit);
        else
            put_oem(&f, (uint8_t)unit);
    }
    finish_utf16(&f);
}

bool smbt_name_equal(const smbt_name *a, const smbt_name *b)
{
    return g_ascii_strcasecmp(a->s, b->s) == 0;
}
