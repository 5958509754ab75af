/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/place.h"

#include <string.h>

smbt_place smbt_place_of(const smbt_places *places, uint64_t frame)
{
    if (!places || frame < SMBT_FRAME_PLACED) return (smbt_place){.frame = frame};
    return places->find(frame, places->user);
}

bool smbt_naming_is_elsewhere(const smbt_naming *naming, uint64_t frame)
{
    if (!naming->places || frame < SMBT_FRAME_PLACED) return false;
    return smbt_place_of(naming->places, frame).file != smbt_place_of(naming->places, naming->home).file;
}

/* The run of digits at `p` as a placed frame; 0: it is none. */
static uint64_t placed_at(const char *p, gsize digits)
{
    const gsize fewest = 16, most = 19; /* of 2^52, of what surely fits */
    if (digits < fewest || digits > most) return 0;
    uint64_t value = 0;
    for (gsize i = 0; i < digits; i++)
        value = value * 10 + (uint64_t)(p[i] - '0');
    return value >= SMBT_FRAME_PLACED ? value : 0;
}

static void append_name(GString *out, uint64_t frame, bool elsewhere, const char *label,
                        void (*escape)(GString *out, const char *name))
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, frame);
    if (!elsewhere || !label) return;
    g_string_append(out, " of ");
    if (escape)
        escape(out, label);
    else
        g_string_append(out, label);
}

void smbt_naming_apply(const smbt_naming *naming, GString *text, gsize from,
                       void (*escape)(GString *out, const char *name))
{
    if (!naming->places) return;
    g_autoptr(GString) named = g_string_new(NULL);
    for (const char *p = text->str + from; *p;) {
        gsize digits = strspn(p, "0123456789");
        uint64_t frame = placed_at(p, digits);
        smbt_place place = smbt_place_of(naming->places, frame);
        if (frame && place.file)
            append_name(named, place.frame, smbt_naming_is_elsewhere(naming, frame), place.label, escape);
        else
            g_string_append_len(named, p, (gssize)MAX(digits, 1));
        p += MAX(digits, 1); /* bytes: digits stand for themselves in UTF-8 */
    }
    g_string_truncate(text, from);
    g_string_append_len(text, named->str, (gssize)named->len);
}
