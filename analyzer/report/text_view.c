/* What other captures saw, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text.h"

static smbt_duration size_of(int64_t ns)
{
    return ns < 0 ? (smbt_duration)-ns : (smbt_duration)ns;
}

/* To the millisecond from a second on: what is added to one clock to get the other. */
static void add_span(GString *para, int64_t ns)
{
    uint64_t ms = (size_of(ns) + 500000) / 1000000;
    if (ms < 1000)
        smbt_text_duration(para, size_of(ns));
    else
        smbt_para_printf(para, "%" G_GUINT64_FORMAT ".%03u s", ms / 1000, (unsigned)(ms % 1000));
}

/* "its clock is 3.200 s ahead, give or take 40 µs" */
static void add_clock(GString *para, int64_t ahead, int64_t error)
{
    if (size_of(ahead) <= size_of(error)) {
        smbt_para_add(para, "clocks agree to within ");
        smbt_text_duration(para, size_of(ahead) + size_of(error));
        return;
    }
    smbt_para_add(para, "its clock is ");
    add_span(para, ahead);
    smbt_para_add(para, ahead > 0 ? " ahead" : " behind");
    smbt_para_add(para, ", give or take ");
    smbt_text_duration(para, size_of(error));
}

void smbt_text_other_frame(GString *para, const smbt_other_frame *place)
{
    smbt_para_add(para, place->label);
    smbt_para_add(para, ", ");
    smbt_text_frame(para, place->frame);
    smbt_para_add(para, " on ");
    smbt_text_pair(para, &place->client, &place->server);
}

static void add_own_end(GString *para, const smbt_end_view *v)
{
    if (!v->cause) return;
    smbt_para_add(para, "; by itself it says ");
    smbt_para_add(para, v->cause);
    if (v->strength != SMBT_STRENGTH_NONE) {
        smbt_para_add(para, " (");
        smbt_para_add(para, smbt_strength_name(v->strength));
        smbt_para_add(para, ")");
    }
    if (v->end_frame == v->frame) return;
    smbt_para_add(para, " of ");
    smbt_text_frame(para, v->end_frame);
}

static void add_what(GString *para, const smbt_end_view *v)
{
    bool is_last = v->saw == SMBT_SAW_MORE;
    if (is_last) smbt_para_add(para, "goes on to ");
    if (v->frame) {
        smbt_text_frame(para, v->frame);
        smbt_para_add(para, " on ");
    }
    smbt_text_pair(para, &v->client, &v->server);
    if (v->saw == SMBT_SAW_NOT) smbt_para_add(para, " is there without it");
    if (v->saw == SMBT_SAW_TOO_LITTLE)
        smbt_para_add(para, ": whether it came by there can't be told, packets or that moment are missing");
}

void smbt_text_view(GString *para, const smbt_end_view *v)
{
    const char *place = smbt_text_place(v->place);
    smbt_para_add(para, v->label);
    if (place) {
        smbt_para_add(para, ", ");
        smbt_para_add(para, place);
    }
    smbt_para_add(para, ": ");
    add_what(para, v);
    if (v->has_clock && size_of(v->clock_ahead) > size_of(v->clock_error)) {
        smbt_para_add(para, "; ");
        add_clock(para, v->clock_ahead, v->clock_error);
    }
    add_own_end(para, v);
}

void smbt_text_companion(GString *para, const smbt_companion *c)
{
    smbt_para_add(para, c->label);
    smbt_para_add(para, ": ");
    smbt_text_counted(para, c->connections, "connection", "connections");
    smbt_para_add(para, " in both");
    if (c->has_clock && !c->is_told) {
        smbt_para_add(para, ", ");
        add_clock(para, c->clock_ahead, c->clock_error);
    }
    if (c->has_drift && !c->is_told)
        smbt_para_printf(para, ", and runs %" G_GUINT64_FORMAT " ppm %s",
                         (size_of(c->drift_ppb) + 500) / 1000, c->drift_ppb < 0 ? "slow" : "fast");
    if (!c->ambiguous) return;
    smbt_para_add(para, "; ");
    smbt_text_counted(para, c->ambiguous, "more can't be told from others that look the same",
                      "more can't be told from others that look the same");
}

void smbt_text_views(struct smbt_text_writer *w, const smbt_end *end)
{
    for (guint i = 0; end->views && i < end->views->len; i++) {
        smbt_text_begin_row(w, i == 0 ? "seen from" : NULL);
        smbt_text_view(w->para, &g_array_index(end->views, smbt_end_view, i));
        smbt_text_end_row(w);
    }
}

void smbt_text_views_in_short(GString *para, const smbt_end *end)
{
    for (guint i = 0; end->views && i < end->views->len; i++) {
        const smbt_end_view *v = &g_array_index(end->views, smbt_end_view, i);
        if (!v->frame) continue;
        smbt_para_add(para, "; ");
        smbt_para_add(para, v->label);
        smbt_para_add(para, ", ");
        smbt_text_frame(para, v->frame);
    }
}
