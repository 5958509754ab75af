/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/markup.h"

#include "report/clean.h"

static bool is_noncharacter(gunichar c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static void append_char(GString *out, gunichar c)
{
    switch (c) {
    case '&': g_string_append(out, "&amp;"); return;
    case '<': g_string_append(out, "&lt;"); return;
    case '>': g_string_append(out, "&gt;"); return;
    case '"': g_string_append(out, "&quot;"); return;
    case '\'': g_string_append(out, "&#39;"); return;
    default: break;
    }
    if (smbt_clean_is_harmless(c) && !is_noncharacter(c))
        g_string_append_unichar(out, c);
    else
        g_string_append(out, SMBT_CLEAN_REPLACEMENT);
}

void smbt_markup_append(GString *out, const char *s)
{
    while (s && *s)
        append_char(out, smbt_clean_next(&s));
}

void smbt_markup_append_lines(GString *out, const char *s)
{
    while (s && *s) {
        gunichar c = smbt_clean_next(&s);
        if (c == '\n')
            g_string_append_c(out, '\n');
        else
            append_char(out, c);
    }
}

void smbt_markup_printf(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            g_string_append_c(out, *format);
            continue;
        }
        format++;
        if (*format == 's')
            smbt_markup_append(out, va_arg(arguments, const char *));
        else
            g_string_append_c(out, *format);
    }
    va_end(arguments);
}
