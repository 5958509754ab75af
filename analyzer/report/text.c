/* What the text renderers share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"

#include "report/timestamp.h"

#define DEFAULT_WIDTH 110
/* Indent of rows with a label, and where their text begins. */
#define LABEL_COLUMN 4
#define TEXT_COLUMN  16
/* How much evidence is shown unless all was asked for. */
#define EVIDENCE_SHOWN 4

struct smbt_text_writer smbt_text_writer_init(GString *out, const smbt_text_style *style)
{
    return (struct smbt_text_writer){.out = out,
                                     .style = style,
                                     .width = style->width ? style->width : DEFAULT_WIDTH,
                                     .para = g_string_new(NULL)};
}

void smbt_text_writer_clear(struct smbt_text_writer *w)
{
    g_string_free(w->para, TRUE);
}

/* What stands for the characters that the program itself writes; the rest are of names. */
static const char *in_ascii(gunichar c)
{
    switch (c) {
    case 0x2717: return "x";   /* ballot x */
    case 0x2022: return "*";   /* bullet */
    case 0x2192: return "->";  /* arrow */
    case 0x00d7: return "x";   /* times */
    case 0x00b5: return "u";   /* micro */
    case 0x2026: return "..."; /* ellipsis */
    default: return "?";
    }
}

static void make_ascii(GString *para)
{
    if (g_str_is_ascii(para->str)) return;
    g_autofree char *text = g_strdup(para->str);
    g_string_truncate(para, 0);
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        if ((guchar)*p < 0x80)
            g_string_append_c(para, *p);
        else
            g_string_append(para, in_ascii(g_utf8_get_char(p)));
    }
}

void smbt_text_flush(struct smbt_text_writer *w, unsigned first, unsigned rest)
{
    if (w->style->ascii) make_ascii(w->para);
    const smbt_para_layout layout = {
        .first = first, .rest = rest, .width = w->width, .color = w->style->color};
    smbt_naming_apply(&w->naming, w->para, 0, smbt_para_add_together);
    smbt_para_write(w->out, w->para, &layout);
}

void smbt_text_blank_line(struct smbt_text_writer *w)
{
    gsize n = w->out->len;
    bool ends_blank = n >= 2 && w->out->str[n - 1] == '\n' && w->out->str[n - 2] == '\n';
    if (n > 0 && !ends_blank) g_string_append_c(w->out, '\n');
}

void smbt_text_counted(GString *para, uint64_t n, const char *one, const char *many)
{
    smbt_para_count(para, n);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, n == 1 ? one : many);
}

void smbt_text_duration(GString *para, smbt_duration d)
{
    static const struct {
        uint64_t below, unit;
        const char *name;
    } scales[] = {{UINT64_C(1000000), UINT64_C(1000), "µs"},
                  {UINT64_C(1000000000), UINT64_C(1000000), "ms"},
                  {UINT64_C(60000000000), UINT64_C(1000000000), "s"}};
    uint64_t s = d / 1000000000;
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        if (d >= scales[i].below) continue;
        uint64_t whole = d / scales[i].unit, tenth = d / (scales[i].unit / 10) % 10;
        smbt_para_printf(para, "%" G_GUINT64_FORMAT, whole);
        if (i > 0 && whole < 10 && tenth) smbt_para_printf(para, ".%" G_GUINT64_FORMAT, tenth);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, scales[i].name);
        return;
    }
    struct {
        uint64_t n;
        const char *name;
    } parts[2] = {{s / 60, "min"}, {s % 60, "s"}};
    if (s >= 86400) {
        parts[0].n = s / 86400, parts[0].name = "d";
        parts[1].n = s / 3600 % 24, parts[1].name = "h";
    } else if (s >= 3600) {
        parts[0].n = s / 3600, parts[0].name = "h";
        parts[1].n = s / 60 % 60, parts[1].name = "min";
    }
    for (int i = 0; i < 2; i++) {
        if (i > 0 && parts[i].n == 0) break;
        if (i > 0) smbt_para_blanks(para, 1);
        smbt_para_count(para, parts[i].n);
        smbt_para_blanks(para, 1);
        smbt_para_add(para, parts[i].name);
    }
}

void smbt_text_endpoint(GString *para, const smbt_endpoint *endpoint)
{
    char buf[SMBT_ADDR_STRLEN];
    smbt_addr_format(&endpoint->addr, buf);
    smbt_para_printf(para, endpoint->addr.family == 6 ? "[%s]:%u" : "%s:%u", buf, endpoint->port);
}

/* "10.50.0.2:44846 → 10.50.0.10:445"; may break after the arrow. */
void smbt_text_pair(GString *para, const smbt_endpoint *client, const smbt_endpoint *server)
{
    smbt_text_endpoint(para, client);
    smbt_para_blanks(para, 1);
    smbt_para_add(para, "→ ");
    smbt_text_endpoint(para, server);
}

void smbt_text_pair_behind(GString *para, const smbt_endpoint *client, const smbt_endpoint *server,
                           const smbt_nat_ends *nat)
{
    if (nat->inside.addr.family) {
        char buf[SMBT_ADDR_STRLEN];
        if (nat->inside.port == nat->outside.port)
            smbt_para_add(para, smbt_addr_format(&nat->inside.addr, buf));
        else
            smbt_text_endpoint(para, &nat->inside);
        smbt_para_add(para, " behind ");
        client = &nat->outside;
    }
    smbt_text_pair(para, client, server);
}

void smbt_text_host(GString *para, const smbt_endpoint *client, const smbt_nat_ends *nat)
{
    char buf[SMBT_ADDR_STRLEN];
    if (nat->inside.addr.family) {
        smbt_para_add(para, smbt_addr_format(&nat->inside.addr, buf));
        smbt_para_add(para, " behind ");
        client = &nat->outside;
    }
    smbt_para_add(para, smbt_addr_format(&client->addr, buf));
}

void smbt_text_frame(GString *para, uint64_t frame)
{
    smbt_para_add(para, "frame");
    smbt_para_blanks(para, 1);
    smbt_para_printf(para, "%" G_GUINT64_FORMAT, frame);
}

void smbt_text_clock(GString *para, smbt_time time)
{
    char buf[SMBT_TIMESTAMP_SIZE];
    if (time == SMBT_TIME_NONE) return;
    smbt_para_add_together(para, ", ");
    smbt_para_add(para, smbt_timestamp_clock(buf, time));
}

/* Starts a row: its label, and blanks up to the text. Later lines of the row pass NULL. */
void smbt_text_begin_row(struct smbt_text_writer *w, const char *label)
{
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, label);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    unsigned used = smbt_para_columns(w->para);
    smbt_para_blanks(w->para, TEXT_COLUMN - LABEL_COLUMN - used);
}

void smbt_text_end_row(struct smbt_text_writer *w)
{
    smbt_text_flush(w, LABEL_COLUMN, TEXT_COLUMN);
}

void smbt_text_evidence(struct smbt_text_writer *w, const GArray *evidence)
{
    guint n = evidence ? evidence->len : 0;
    guint shown = w->style->verbose || n <= EVIDENCE_SHOWN + 1 ? n : EVIDENCE_SHOWN;
    for (guint i = 0; i < shown; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        smbt_text_begin_row(w, i == 0 ? "evidence" : NULL);
        if (e->frame) {
            smbt_text_frame(w->para, e->frame);
            smbt_para_add(w->para, ": ");
        }
        smbt_para_add(w->para, e->what);
        smbt_text_end_row(w);
    }
    if (shown == n) return;
    smbt_text_begin_row(w, NULL);
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_printf(w->para, "and %u more (-v shows them)", n - shown);
    smbt_text_end_row(w);
}

void smbt_text_more(struct smbt_text_writer *w, const char *id)
{
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, "More: smbtrace-check --explain ");
    smbt_para_add(w->para, id);
    smbt_text_flush(w, 2, 2);
}

void smbt_text_mark(GString *para, enum smbt_severity severity)
{
    static const char *const marks[SMBT_SEVERITY_MAX] = {
        [SMBT_SEVERITY_INFO] = "i",
        [SMBT_SEVERITY_NOTE] = "•",
        [SMBT_SEVERITY_WARNING] = "!",
        [SMBT_SEVERITY_ERROR] = "✗",
    };
    static const enum smbt_para_style styles[SMBT_SEVERITY_MAX] = {
        [SMBT_SEVERITY_INFO] = SMBT_PARA_DIM,
        [SMBT_SEVERITY_NOTE] = SMBT_PARA_NOTE,
        [SMBT_SEVERITY_WARNING] = SMBT_PARA_WARNING,
        [SMBT_SEVERITY_ERROR] = SMBT_PARA_ERROR,
    };
    smbt_para_style(para, styles[severity]);
    smbt_para_add(para, marks[severity]);
    smbt_para_blanks(para, 1);
}
