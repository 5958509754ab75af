/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Where the options' meanings begin; on a line of their own where that leaves too little room. */
#define MEANING_COLUMN 31
#define NARROW         72
#define NARROW_INDENT  8

static void add_blanks(GString *out, unsigned n)
{
    g_string_append_printf(out, "%*s", (int)n, "");
}

/* Words of `text` from column `at` on, further lines from `indent`. */
static void add_words(GString *out, const char *text, unsigned at, unsigned indent, unsigned width)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    bool begins = true;
    for (char **word = words; *word; word++) {
        unsigned n = (unsigned)g_utf8_strlen(*word, -1);
        if (n == 0) continue;
        if (!begins && at + 1 + n > width) {
            g_string_append_c(out, '\n');
            add_blanks(out, indent);
            at = indent;
            begins = true;
        }
        if (!begins) g_string_append_c(out, ' ');
        g_string_append(out, *word);
        at += n + !begins;
        begins = false;
    }
    g_string_append_c(out, '\n');
}

/* "  -f, --format=F               text, json ..." */
static void add_option(GString *out, const char *line, unsigned width)
{
    const char *gap = strstr(line + 2, "  ");
    const char *meaning = gap ? gap + strspn(gap, " ") : "";
    unsigned at = gap ? (unsigned)(gap - line) : (unsigned)strlen(line);
    g_string_append_len(out, line, at);
    if (width < NARROW) {
        g_string_append_c(out, '\n');
        add_blanks(out, NARROW_INDENT);
        add_words(out, meaning, NARROW_INDENT, NARROW_INDENT, width);
        return;
    }
    add_blanks(out, at < MEANING_COLUMN ? MEANING_COLUMN - at : 2);
    add_words(out, meaning, MAX(MEANING_COLUMN, at + 2), MEANING_COLUMN, width);
}

char *help_lay_out(const char *text, unsigned width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    for (char **line = lines; *line; line++) {
        unsigned indent = (unsigned)strspn(*line, " ");
        if (g_str_has_prefix(*line, "  -")) {
            add_option(out, *line, width);
        } else {
            add_blanks(out, indent);
            add_words(out, *line + indent, indent, indent * 2, width);
        }
    }
    if (out->len) g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}
