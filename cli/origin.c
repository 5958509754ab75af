/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "origin.h"

#include "message.h"

#include <glib.h>

char *origin_comment(const smbt_place *place)
{
    if (!place->label)
        return g_strdup_printf("smbtrace/1 original=%" G_GUINT64_FORMAT ": frame %" G_GUINT64_FORMAT
                               " of the original capture",
                               place->frame, place->frame);
    g_autofree char *word = g_uri_escape_string(place->label, "/", TRUE);
    g_autofree char *name = message_safe(place->label);
    return g_strdup_printf("smbtrace/1 original=%" G_GUINT64_FORMAT " file=%s: frame %" G_GUINT64_FORMAT
                           " of %s",
                           place->frame, word, place->frame, name);
}
