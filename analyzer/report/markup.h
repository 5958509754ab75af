/* Text inside XML and HTML, whoever made it.
 *
 * What comes out can't end an element, an attribute in quotes or a comment, and holds only characters that
 * XML 1.0 allows: control, invisible and invalid ones become U+FFFD.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_MARKUP_H
#define SMBT_REPORT_MARKUP_H

#include <glib.h>

/* Nothing when `s` is NULL. */
void smbt_markup_append(GString *out, const char *s);
/* Likewise, with line feeds as they are: for text of our own that has lines. */
void smbt_markup_append_lines(GString *out, const char *s);

/* Like g_string_append_printf; each %s comes out escaped, the format itself as it is. Knows %s only, and %%.
 */
void smbt_markup_printf(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
