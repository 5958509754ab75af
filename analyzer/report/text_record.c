/* An observation as text, and the choice among records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"
#include "report/timestamp.h"

static void add_observation(struct smbt_text_writer *w, const smbt_observation *o)
{
    smbt_text_blank_line(w);
    smbt_text_mark(w->para, o->severity);
    smbt_para_add(w->para, o->kind);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
    if (o->frame) {
        smbt_text_frame(w->para, o->frame);
        smbt_text_clock(w->para, o->time);
    } else {
        smbt_para_add(w->para, "the whole capture");
    }
    if (o->has_connection) {
        smbt_para_add(w->para, ", ");
        smbt_text_pair(w->para, &o->client, &o->server);
    }
    smbt_text_flush(w, 0, 4);
    w->naming.home = o->frame; /* has been named */
    smbt_para_add(w->para, o->summary);
    smbt_text_flush(w, 2, 2);
    smbt_text_evidence(w, o->evidence);
    if (o->severity >= SMBT_SEVERITY_WARNING || w->style->verbose) smbt_text_more(w, o->kind);
    g_string_append_c(w->out, '\n');
}

void smbt_text_pattern_hosts(GString *para, const smbt_pattern *p)
{
    for (guint i = 0; i < p->hosts->len; i++) {
        const smbt_pattern_host *h = &g_array_index(p->hosts, smbt_pattern_host, i);
        if (i > 0) smbt_para_add(para, "; ");
        smbt_para_add(para, h->name ? h->name : "a host without a name");
        smbt_para_printf(para, " ended %u, lost %u", h->kills, h->killed);
    }
}

static void add_pattern(struct smbt_text_writer *w, const smbt_pattern *p)
{
    char buf[SMBT_ADDR_STRLEN], clock[SMBT_TIMESTAMP_SIZE];
    smbt_text_blank_line(w);
    smbt_text_mark(w->para, p->severity);
    smbt_para_add_together(w->para, p->kind);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
    smbt_para_add(w->para, smbt_addr_format(&p->client, buf));
    smbt_para_blanks(w->para, 1);
    smbt_para_printf(w->para, "→ %s, ", smbt_addr_format(&p->server, buf));
    smbt_text_frame(w->para, p->first_frame);
    smbt_para_add(w->para, " to ");
    smbt_text_frame(w->para, p->last_frame);
    smbt_text_clock(w->para, p->first);
    smbt_para_printf(w->para, " to %s", smbt_timestamp_clock(clock, p->last));
    smbt_text_flush(w, 0, 4);
    smbt_para_add(w->para, p->summary);
    smbt_text_flush(w, 2, 2);
    smbt_text_begin_row(w, "hosts");
    smbt_text_pattern_hosts(w->para, p);
    smbt_text_end_row(w);
    g_string_append_c(w->out, '\n');
}

void smbt_text_record(GString *out, const smbt_text_style *style, const smbt_record *record)
{
    struct smbt_text_writer w = smbt_text_writer_init(out, style);
    w.naming.places = record->places;
    switch (record->type) {
    case SMBT_RECORD_END: smbt_text_end_record(&w, record->end); break;
    case SMBT_RECORD_OBSERVATION: add_observation(&w, record->observation); break;
    case SMBT_RECORD_SERVER:
        if (style->verbose) smbt_text_server_record(&w, record->server);
        break;
    case SMBT_RECORD_CLIENT:
        if (style->verbose) smbt_text_client_record(&w, record->client);
        break;
    case SMBT_RECORD_PATTERN: add_pattern(&w, record->pattern); break;
    case SMBT_RECORD_WHAT_IF: smbt_text_what_if_record(&w, record->what_if); break;
    case SMBT_RECORD_SIGHTING: break;
    }
    smbt_text_writer_clear(&w);
}
