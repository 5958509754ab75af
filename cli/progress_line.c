/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress_line.h"

#include <string.h>

#define BAR         20
#define BAR_COLUMNS 72 /* narrower terminals have no room for it */

/* Before that much time no rate means anything. */
#define RATE_AFTER_US 300000

static char *grouped(uint64_t n)
{
    char digits[24];
    int length = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, n);
    GString *out = g_string_new(NULL);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4) g_string_append_c(out, ' ');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

struct line {
    GString *text;
    unsigned columns;
};

/* Nothing when there is no room for it. */
static void add(struct line *line, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void add(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *part = g_strdup_vprintf(format, args);
    va_end(args);
    const char *gap = line->text->len ? "  " : "";
    glong used = g_utf8_strlen(line->text->str, -1) + g_utf8_strlen(part, -1) + (glong)strlen(gap);
    if (used <= (glong)line->columns) g_string_append_printf(line->text, "%s%s", gap, part);
}

static void add_bar(GString *out, double part)
{
    int full = (int)(part * BAR);
    g_string_append_c(out, '[');
    for (int i = 0; i < BAR; i++)
        g_string_append_c(out, i < full ? '=' : i == full ? '>' : ' ');
    g_string_append_c(out, ']');
}

static void add_rate(struct line *out, const progress_view *v)
{
    double per_second = (double)v->bytes_done * 1e6 / (double)v->elapsed_us;
    if (per_second >= 1e6)
        add(out, "%.0f MB/s", per_second / 1e6);
    else
        add(out, "%.0f kB/s", per_second / 1e3);
}

static void add_left(struct line *out, const progress_view *v)
{
    double seconds = (double)(v->bytes - MIN(v->bytes_done, v->bytes)) * (double)v->elapsed_us / 1e6 /
                     (double)v->bytes_done;
    guint64 s = (guint64)(seconds + 0.5);
    if (s >= 7200)
        add(out, "%" G_GUINT64_FORMAT " h %02d min left", s / 3600, (int)(s / 60 % 60));
    else if (s >= 120)
        add(out, "%" G_GUINT64_FORMAT " min left", (s + 59) / 60);
    else
        add(out, "%" G_GUINT64_FORMAT " s left", s);
}

static void add_name(struct line *out, const char *name)
{
    glong used = g_utf8_strlen(out->text->str, -1) + (out->text->len ? 2 : 0),
          room = (glong)out->columns - used, length = g_utf8_strlen(name, -1);
    if (length <= room)
        add(out, "%s", name);
    else if (room > 8)
        add(out, "...%s", g_utf8_offset_to_pointer(name, length - room + 3));
}

char *progress_line(const progress_view *v, unsigned columns)
{
    struct line out = {.text = g_string_new(NULL), .columns = columns};
    double part = v->bytes ? (double)MIN(v->bytes_done, v->bytes) / (double)v->bytes : 0;
    if (v->bytes && columns >= BAR_COLUMNS) add_bar(out.text, part);
    if (v->bytes) add(&out, "%3u %%", (unsigned)(part * 100));
    if (v->captures > 1) {
        g_autofree char *done = grouped(v->captures_done), *all = grouped(v->captures);
        add(&out, "%s of %s", done, all);
    } else {
        g_autofree char *frames = grouped(v->frames);
        add(&out, "%s frames", frames);
    }
    if (v->elapsed_us >= RATE_AFTER_US && v->bytes_done) {
        add_rate(&out, v);
        if (v->bytes) add_left(&out, v);
    }
    if (v->name) add_name(&out, v->name);
    return g_string_free(out.text, FALSE);
}
