/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include "progress.h"

#include <stdio.h>

char *message_safe(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    GString *out = g_string_new(NULL);
    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        GUnicodeType type = g_unichar_type(c);
        if (type == G_UNICODE_CONTROL)
            g_string_append_printf(out, "\\x%02x", c);
        else if (type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
                 type == G_UNICODE_PARAGRAPH_SEPARATOR)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

void message_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *safe = message_safe(text);
    g_autofree char *line = g_strdup_printf("smbtrace-check: %s\n", safe);
    progress_hide();
    fputs(line, stderr);
}
