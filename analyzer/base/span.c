/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/span.h"

#include "base/time.h"

#include <glib.h>

#define DAY_MINUTES 1440

char *smbt_span_format(smbt_duration span)
{
    if (span >= (smbt_duration)INT64_MAX) return g_strdup("off");
    if (span < SMBT_SEC) return g_strdup_printf("%.3g ms", (double)span / (double)SMBT_MS);
    uint64_t tenths = (span + 50 * SMBT_MS) / (100 * SMBT_MS), minutes = tenths / 600;
    bool whole = tenths % 10 == 0 && smbt_time_distance(span, tenths * 100 * SMBT_MS) < SMBT_MS;
    if (tenths < 1200) return g_strdup_printf(whole ? "%.0f s" : "%.1f s", (double)tenths / 10);
    GString *s = g_string_new(NULL);
    uint64_t hours = (minutes + 30) / 60;
    if (minutes >= 2 * DAY_MINUTES) {
        g_string_append_printf(s, "%" G_GUINT64_FORMAT " d", hours / 24);
        if (hours % 24) g_string_append_printf(s, " %" G_GUINT64_FORMAT " h", hours % 24);
        return g_string_free(s, FALSE);
    }
    if (minutes >= 120) g_string_append_printf(s, "%" G_GUINT64_FORMAT " h", minutes / 60);
    if (minutes >= 120) minutes %= 60;
    if (minutes) g_string_append_printf(s, "%s%" G_GUINT64_FORMAT " min", s->len ? " " : "", minutes);
    if (tenths % 600) g_string_append_printf(s, whole ? " %.0f s" : " %.1f s", (double)(tenths % 600) / 10);
    return g_string_free(s, FALSE);
}
