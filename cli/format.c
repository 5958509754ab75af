/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

#include <string.h>

const struct format *const formats[] = {&format_text,     &format_json,  &format_ndjson,
                                        &format_csv,      &format_sarif, &format_junit,
                                        &format_markdown, &format_html,  NULL};

const struct format *format_find(const char *name)
{
    for (const struct format *const *format = formats; *format; format++)
        if (strcmp((*format)->name, name) == 0) return *format;
    return NULL;
}

char *format_names(unsigned rooms)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const struct format *const *format = formats; *format; format++)
        if (((*format)->rooms & rooms) == rooms) g_ptr_array_add(names, (gpointer)(*format)->name);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        if (i > 0) g_string_append(text, i + 1 < names->len ? ", " : " or ");
        g_string_append(text, names->pdata[i]);
    }
    return g_string_free(text, FALSE);
}
