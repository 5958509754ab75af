/* A what-if as text: what would have been different, one line each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"
#include "report/timestamp.h"

/* How many are shown of each kind; verbose shows all. */
#define SHOWN 10

static void begin(struct smbt_text_writer *w, enum smbt_para_style style, const char *mark,
                  const smbt_endpoint *client, const smbt_endpoint *server)
{
    smbt_para_style(w->para, style);
    smbt_para_add(w->para, mark);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 1);
    smbt_text_pair(w->para, client, server);
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
}

static void end(struct smbt_text_writer *w)
{
    smbt_text_flush(w, 2, 6);
}

static void add_judged(struct smbt_text_writer *w, const smbt_what_if_end *r)
{
    smbt_para_add_together(w->para, r->cause);
    smbt_para_add_together(w->para, ", ");
    smbt_text_frame(w->para, r->frame);
    if (r->culprit_frame && r->culprit_frame != r->frame) {
        smbt_para_add(w->para, ", set off by ");
        smbt_text_frame(w->para, r->culprit_frame);
    }
}

static void add_gone(struct smbt_text_writer *w, const void *row)
{
    const smbt_what_if_end *r = row;
    begin(w, SMBT_PARA_BOLD, "-", &r->client, &r->server);
    smbt_para_add(w->para, "would not have ended by ");
    add_judged(w, r);
    end(w);
}

static void add_changed(struct smbt_text_writer *w, const void *row)
{
    const smbt_what_if_end *r = row;
    begin(w, SMBT_PARA_NOTE, "~", &r->client, &r->server);
    smbt_para_add(w->para, "would have ended by ");
    smbt_para_add_together(w->para, r->cause_now);
    if (r->culprit_frame_now && r->culprit_frame_now != r->frame) {
        smbt_para_add(w->para, ", set off by ");
        smbt_text_frame(w->para, r->culprit_frame_now);
    }
    smbt_para_add(w->para, ", not by ");
    add_judged(w, r);
    end(w);
}

static void add_new(struct smbt_text_writer *w, const void *row)
{
    const smbt_what_if_new *r = row;
    char from[SMBT_TIMESTAMP_SIZE], to[SMBT_TIMESTAMP_SIZE];
    begin(w, SMBT_PARA_ERROR, "+", &r->client, &r->server);
    smbt_para_add(w->para, "would have ended by ");
    smbt_para_add_together(w->para, r->rule);
    if (r->from != SMBT_TIME_NONE) smbt_para_printf(w->para, ", %s", smbt_timestamp_clock(from, r->from));
    if (r->to != SMBT_TIME_NONE && r->to > r->from)
        smbt_para_printf(w->para, " to %s", smbt_timestamp_clock(to, r->to));
    smbt_para_add(w->para, ": ");
    smbt_para_add(w->para, r->why);
    if (r->ended_frame) {
        smbt_para_add(w->para, "; it ended in ");
        smbt_text_frame(w->para, r->ended_frame);
    }
    end(w);
}

static void add_rows(struct smbt_text_writer *w, const GArray *rows, uint64_t count, const char *what,
                     void (*add)(struct smbt_text_writer *w, const void *row))
{
    guint shown = w->style->verbose || rows->len <= SHOWN + 1 ? rows->len : SHOWN;
    for (guint i = 0; i < shown; i++)
        add(w, rows->data + (gsize)i * g_array_get_element_size((GArray *)rows));
    if (shown == count) return;
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "and ");
    smbt_para_count(w->para, count - shown);
    smbt_para_printf(w->para, " more that %s%s", what, shown < rows->len ? " (-v shows them)" : "");
    smbt_text_flush(w, 4, 6);
}

static void add_count_of(GString *para, uint64_t n, const smbt_what_if *i, const char *words)
{
    if (n == 0) return;
    smbt_para_count(para, n);
    smbt_para_add(para, " of ");
    smbt_text_counted(para, i->ends, "end", "ends");
    smbt_para_add(para, words);
}

/* "2 of 3 ends would not have happened, 1 of 3 ends would have another cause, 4 ends more would have come" */
static void add_counts(GString *para, const smbt_what_if *i)
{
    if (i->gone_count + i->changed_count + i->new_count == 0) {
        smbt_para_add(para, i->ends == 0 ? "nothing would have ended with it either"
                                         : "no difference: what ended would have ended, and nothing else");
        return;
    }
    add_count_of(para, i->gone_count, i, " would not have happened");
    if (i->gone_count && i->changed_count) smbt_para_add(para, ", ");
    add_count_of(para, i->changed_count, i, " would have another cause");
    if (i->new_count == 0) return;
    if (i->gone_count + i->changed_count) smbt_para_add(para, ", ");
    smbt_text_counted(para, i->new_count, "connection", "connections");
    smbt_para_add(para, " would have ended that did not, or not then");
}

void smbt_text_what_if_record(struct smbt_text_writer *w, const smbt_what_if *i)
{
    smbt_text_blank_line(w);
    smbt_para_style(w->para, SMBT_PARA_BOLD);
    smbt_para_add(w->para, "What if ");
    for (guint k = 0; k < i->settings->len; k++) {
        if (k > 0) smbt_para_add(w->para, " and ");
        smbt_para_add_together(w->para, i->settings->pdata[k]);
    }
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_add(w->para, ": ");
    add_counts(w->para, i);
    smbt_text_flush(w, 0, 2);
    add_rows(w, i->gone, i->gone_count, "would not have happened", add_gone);
    add_rows(w, i->changed, i->changed_count, "would have another cause", add_changed);
    add_rows(w, i->new_ends, i->new_count, "would have come", add_new);
    if (i->forgotten) {
        smbt_para_style(w->para, SMBT_PARA_WARNING);
        smbt_text_counted(w->para, i->forgotten, "end was", "ends were");
        smbt_para_add(w->para, " not compared: too many at a time");
        smbt_text_flush(w, 2, 4);
    }
    g_string_append_c(w->out, '\n');
}
