/* Paragraphs for a terminal: text with styles, wrapped at words.
 *
 * A paragraph is built up in a GString and then written out with its indents. Whatever goes in is made safe:
 * control characters, terminal escapes, bidi controls and bytes that are not UTF-8 become U+FFFD. Widths are
 * terminal columns: East Asian wide characters take two, combining ones none. A style never reaches beyond a
 * line's end, so that pagers show each line right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_PARA_H
#define SMBT_REPORT_PARA_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum smbt_para_style {
    SMBT_PARA_PLAIN = 1,
    SMBT_PARA_BOLD,
    SMBT_PARA_ERROR,
    SMBT_PARA_WARNING,
    SMBT_PARA_NOTE,
    SMBT_PARA_DIM,
    SMBT_PARA_STYLE_MAX
};

typedef struct smbt_para_layout {
    unsigned first, rest; /* columns left free before the first line, before the others */
    unsigned width;       /* of a line with its indent; at least SMBT_PARA_WIDTH_MIN is used */
    bool color;
} smbt_para_layout;

#define SMBT_PARA_WIDTH_MIN 40

/* Text that may come from anywhere. NULL adds nothing. */
void smbt_para_add(GString *para, const char *text);
void smbt_para_printf(GString *para, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same, kept on one line as far as a line is long enough. */
void smbt_para_add_together(GString *para, const char *text);
/* Spaces that keep what is around them on one line, and that a line does not end with. */
void smbt_para_blanks(GString *para, unsigned n);
void smbt_para_style(GString *para, enum smbt_para_style style);
/* A count as "1 842", kept together. */
void smbt_para_count(GString *para, uint64_t n);

/* Columns that the text takes. */
unsigned smbt_para_columns(const GString *para);

/* Appends the paragraph's lines, each with its newline, and empties it. An empty paragraph appends nothing.
 */
void smbt_para_write(GString *out, GString *para, const smbt_para_layout *layout);

#endif
