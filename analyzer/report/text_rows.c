/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_rows.h"

/* Where the rows' labels and their columns begin. */
#define LABEL_COLUMN 4
#define FIRST_COLUMN 16
#define BETWEEN      2
/* The second column is no wider than this; what is longer pushes its row's rest aside. */
#define NAME_WIDTH 32
/* The last column hangs beside the others while it has this much room, beneath them otherwise. */
#define DETAILS_MIN 36

static void row_free(gpointer p)
{
    struct smbt_text_row *r = p;
    g_string_free(r->id, TRUE);
    g_string_free(r->name, TRUE);
    g_string_free(r->details, TRUE);
    g_free(r);
}

struct smbt_text_rows smbt_text_rows_init(struct smbt_text_writer *w, const char *label)
{
    return (struct smbt_text_rows){.w = w, .label = label, .rows = g_ptr_array_new_with_free_func(row_free)};
}

struct smbt_text_row *smbt_text_rows_add(struct smbt_text_rows *rows)
{
    struct smbt_text_row *r = g_new(struct smbt_text_row, 1);
    *r = (struct smbt_text_row){
        .id = g_string_new(NULL), .name = g_string_new(NULL), .details = g_string_new(NULL)};
    g_ptr_array_add(rows->rows, r);
    return r;
}

static void name_frames(const struct smbt_text_rows *rows)
{
    for (guint i = 0; i < rows->rows->len; i++) {
        const struct smbt_text_row *r = rows->rows->pdata[i];
        smbt_naming_apply(&rows->w->naming, r->id, 0, smbt_para_add_together);
        smbt_naming_apply(&rows->w->naming, r->details, 0, smbt_para_add_together);
    }
}

static unsigned widest(const GPtrArray *rows, bool names)
{
    unsigned most = 0;
    for (guint i = 0; i < rows->len; i++) {
        const struct smbt_text_row *r = rows->pdata[i];
        unsigned n = smbt_para_columns(names ? r->name : r->id);
        if (n <= NAME_WIDTH) most = MAX(most, n);
    }
    return most;
}

static void append_padded(GString *para, const GString *cell, unsigned width)
{
    unsigned columns = smbt_para_columns(cell);
    g_string_append_len(para, cell->str, (gssize)cell->len);
    smbt_para_blanks(para, (columns < width ? width - columns : 0) + BETWEEN - 1);
    smbt_para_add(para, " ");
}

void smbt_text_rows_end(struct smbt_text_rows *rows, unsigned most)
{
    struct smbt_text_writer *w = rows->w;
    name_frames(rows); /* before they are measured */
    unsigned ids = widest(rows->rows, false), names = widest(rows->rows, true), n = rows->rows->len;
    unsigned details = FIRST_COLUMN + ids + BETWEEN + (names ? names + BETWEEN : 0);
    unsigned hang = details + DETAILS_MIN <= w->width ? details : FIRST_COLUMN + BETWEEN;
    unsigned shown = most && n > most + 1 ? most : n;
    for (unsigned i = 0; i < shown; i++) {
        const struct smbt_text_row *r = rows->rows->pdata[i];
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_add(w->para, i == 0 ? rows->label : NULL);
        smbt_para_style(w->para, SMBT_PARA_PLAIN);
        smbt_para_blanks(w->para, FIRST_COLUMN - LABEL_COLUMN - smbt_para_columns(w->para));
        append_padded(w->para, r->id, ids);
        if (names) append_padded(w->para, r->name, names);
        g_string_append_len(w->para, r->details->str, (gssize)r->details->len);
        smbt_text_flush(w, LABEL_COLUMN, hang);
    }
    if (shown < n) {
        smbt_para_style(w->para, SMBT_PARA_DIM);
        smbt_para_printf(w->para, "and %u more", n - shown);
        smbt_text_flush(w, FIRST_COLUMN, FIRST_COLUMN);
    }
    g_ptr_array_unref(rows->rows);
}

void smbt_text_part(GString *details)
{
    if (details->len) smbt_para_add(details, ", ");
}

void smbt_text_part_add(GString *details, const char *text)
{
    if (!text) return;
    smbt_text_part(details);
    smbt_para_add(details, text);
}

void smbt_text_part_frame(GString *details, const char *words, uint64_t frame)
{
    if (!frame) return;
    smbt_text_part(details);
    smbt_para_add(details, words);
    smbt_para_blanks(details, 1);
    smbt_text_frame(details, frame);
}

void smbt_text_name_or(GString *name, const char *text, const char *otherwise)
{
    if (!text) smbt_para_style(name, SMBT_PARA_DIM);
    smbt_para_add_together(name, text ? text : otherwise);
    if (!text) smbt_para_style(name, SMBT_PARA_PLAIN);
}

void smbt_text_id(GString *id, const char *kind, const char *format, uint64_t value)
{
    g_autofree char *number = g_strcmp0(format, "x") == 0
                                  ? g_strdup_printf("0x%04" G_GINT64_MODIFIER "x", value)
                                  : g_strdup_printf("%" G_GUINT64_FORMAT, value);
    smbt_para_add(id, kind);
    smbt_para_blanks(id, 1);
    smbt_para_add(id, number);
}
