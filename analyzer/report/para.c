/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/para.h"

#include "base/number.h"
#include "report/clean.h"

#include <string.h>

/* Inside a paragraph a style is its number as one byte, and this is a blank that does not break. Nothing from
 * outside can be one of them: control characters don't get in. */
#define BLANK '\x1f'

/* Whether `rest` goes on with a number that has begun: three digits of it and no more. */
static bool is_group(const GString *para, const char *rest)
{
    if (para->len == 0 || !g_ascii_isdigit(para->str[para->len - 1])) return false;
    return strspn(rest, "0123456789") == 3;
}

void smbt_para_add(GString *para, const char *text)
{
    if (!text) return;
    while (*text) {
        const char *at = text;
        gunichar c = smbt_clean_next(&text);
        if (c == ' ' && is_group(para, text))
            g_string_append_c(para, BLANK);
        else if (smbt_clean_is_harmless(c))
            g_string_append_len(para, at, text - at);
        else
            g_string_append(para, SMBT_CLEAN_REPLACEMENT);
    }
}

void smbt_para_add_together(GString *para, const char *text)
{
    gsize at = para->len;
    smbt_para_add(para, text);
    for (; at < para->len; at++)
        if (para->str[at] == ' ') para->str[at] = BLANK;
}

void smbt_para_printf(GString *para, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    smbt_para_add(para, text);
}

void smbt_para_blanks(GString *para, unsigned n)
{
    while (n-- > 0)
        g_string_append_c(para, BLANK);
}

void smbt_para_style(GString *para, enum smbt_para_style style)
{
    g_string_append_c(para, (char)style);
}

void smbt_para_count(GString *para, uint64_t n)
{
    char text[SMBT_NUMBER_SIZE];
    smbt_para_add_together(para, smbt_number_format(text, n));
}

/* ---- Columns */

static bool is_style(char c)
{
    return c > 0 && c < SMBT_PARA_STYLE_MAX;
}

static unsigned char_columns(const char *p)
{
    if (is_style(*p)) return 0;
    if ((guchar)*p < 0x80) return 1;
    gunichar c = g_utf8_get_char(p);
    if (g_unichar_iszerowidth(c)) return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

static unsigned columns(const char *p, const char *end)
{
    unsigned n = 0;
    for (; p < end; p = g_utf8_next_char(p))
        n += char_columns(p);
    return n;
}

unsigned smbt_para_columns(const GString *para)
{
    return columns(para->str, para->str + para->len);
}

/* ---- Lines */

struct writer {
    GString *out;
    const smbt_para_layout *layout;
    unsigned width;
    unsigned column;      /* of the next character, waiting blanks included */
    unsigned blanks;      /* waiting for a character that follows on the same line */
    bool is_empty;        /* nothing on this line yet but its indent */
    char wanted, written; /* style */
};

static void switch_style(struct writer *w, char style)
{
    static const char *const codes[SMBT_PARA_STYLE_MAX] = {
        [SMBT_PARA_BOLD] = "\033[1m",  [SMBT_PARA_ERROR] = "\033[1;31m", [SMBT_PARA_WARNING] = "\033[1;33m",
        [SMBT_PARA_NOTE] = "\033[36m", [SMBT_PARA_DIM] = "\033[2m",
    };
    if (!w->layout->color || style == w->written) return;
    if (w->written != SMBT_PARA_PLAIN) g_string_append(w->out, "\033[0m");
    if (codes[(guchar)style]) g_string_append(w->out, codes[(guchar)style]);
    w->written = style;
}

static void begin_line(struct writer *w, unsigned indent)
{
    indent = MIN(indent, w->width / 2);
    w->column = w->blanks = indent;
    w->is_empty = true;
}

static void end_line(struct writer *w)
{
    switch_style(w, SMBT_PARA_PLAIN);
    g_string_append_c(w->out, '\n');
}

static void break_line(struct writer *w)
{
    end_line(w);
    begin_line(w, w->layout->rest);
}

static void put_blank(struct writer *w)
{
    w->blanks++;
    w->column++;
}

static void put_char(struct writer *w, const char *p, const char *next)
{
    unsigned n = char_columns(p);
    if (!w->is_empty && w->column + n > w->width) break_line(w);
    if (w->blanks > 0 && w->wanted != w->written) switch_style(w, SMBT_PARA_PLAIN);
    for (; w->blanks > 0; w->blanks--)
        g_string_append_c(w->out, ' ');
    switch_style(w, w->wanted);
    g_string_append_len(w->out, p, next - p);
    w->column += n;
    w->is_empty = false;
}

static void put_word(struct writer *w, const char *word, const char *end)
{
    for (const char *p = word, *next; p < end; p = next) {
        next = g_utf8_next_char(p);
        if (is_style(*p))
            w->wanted = *p;
        else if (*p == BLANK)
            put_blank(w);
        else
            put_char(w, p, next);
    }
}

/* Columns of a word without the blanks at its end, which a line's end swallows. */
static unsigned word_columns(const char *word, const char *end)
{
    while (end > word && (end[-1] == BLANK || is_style(end[-1])))
        end--;
    return columns(word, end);
}

void smbt_para_write(GString *out, GString *para, const smbt_para_layout *layout)
{
    if (para->len == 0) return;
    struct writer w = {.out = out,
                       .layout = layout,
                       .width = MAX(layout->width, SMBT_PARA_WIDTH_MIN),
                       .wanted = SMBT_PARA_PLAIN,
                       .written = SMBT_PARA_PLAIN};
    begin_line(&w, layout->first);
    bool space = false;
    for (const char *p = para->str, *end; *p; p = end) {
        end = p + strcspn(p, " ");
        if (end == p) {
            space = true;
            end++;
            continue;
        }
        unsigned n = word_columns(p, end);
        if (!w.is_empty && n > 0 && w.column + space + n > w.width)
            break_line(&w);
        else if (space && !w.is_empty)
            put_blank(&w);
        space = false;
        put_word(&w, p, end);
    }
    end_line(&w);
    g_string_truncate(para, 0);
}
