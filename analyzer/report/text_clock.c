/* Clocks as text: what runs, from where, and when a side acts by it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/text_rows.h"
#include "report/timestamp.h"

/* From here on the time of day alone misleads. */
#define DAY (24 * 3600 * UINT64_C(1000000000))

/* "in 9 min to 10 min", "from 23 s ago to 7 s from now", "5 s to 2 s ago", "now". */
static void add_relative(GString *para, smbt_time now, smbt_time from, smbt_time to)
{
    bool two = to > from;
    smbt_para_add(para, from > now ? "in " : from < now && two && to > now ? "from " : NULL);
    if (from == now)
        smbt_para_add(para, "now");
    else
        smbt_text_duration(para, from > now ? from - now : now - from);
    if (from < now && (!two || to >= now)) smbt_para_add(para, " ago");
    if (!two) return;
    smbt_para_add(para, " to ");
    if (to == now)
        smbt_para_add(para, "now");
    else
        smbt_text_duration(para, to > now ? to - now : now - to);
    if (to < now) smbt_para_add(para, " ago");
    if (from <= now && to > now) smbt_para_add(para, " from now");
}

static void add_deadline(GString *para, smbt_time now, const smbt_state_clock *k)
{
    char clock[SMBT_TIMESTAMP_SIZE];
    bool over = k->to < now;
    smbt_text_part(para);
    smbt_para_style(para, over ? SMBT_PARA_DIM : k->closes ? SMBT_PARA_BOLD : SMBT_PARA_PLAIN);
    smbt_para_printf(para, "%s %s ", smbt_side_name(k->side), over ? "should have acted:" : k->action);
    add_relative(para, now, k->from, k->to);
    smbt_para_style(para, SMBT_PARA_PLAIN);
    smbt_para_add(para, " (");
    if (k->from > now && k->from - now >= DAY)
        smbt_para_printf(para, "%s ", smbt_timestamp_date(clock, k->from));
    smbt_para_add(para, smbt_timestamp_clock(clock, k->from));
    if (k->to > k->from) smbt_para_printf(para, " to %s", smbt_timestamp_clock(clock, k->to));
    smbt_para_add(para, ")");
}

static void add_start(GString *para, const smbt_state_clock *k)
{
    smbt_text_part(para);
    smbt_para_add(para, "from ");
    if (k->frame)
        smbt_text_frame(para, k->frame);
    else
        smbt_para_add(para, "before the capture");
    if (k->restarts > 1) {
        smbt_para_add(para, " on, restarted ");
        smbt_text_counted(para, k->restarts - 1, "time", "times");
    } else {
        smbt_para_add(para, " on");
    }
}

void smbt_text_state_clocks(struct smbt_text_rows *rows, const GArray *clocks, smbt_time now)
{
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_state_clock *k = &g_array_index(clocks, smbt_state_clock, i);
        struct smbt_text_row *r = smbt_text_rows_add(rows);
        smbt_para_add_together(r->id, k->timer);
        if (k->off)
            smbt_para_add(r->name, "off");
        else if (k->known && k->value == 0)
            smbt_text_name_or(r->name, NULL, "next look");
        else if (k->known)
            smbt_text_duration(r->name, k->value);
        else
            smbt_text_name_or(r->name, NULL, "value not known");
        if (k->object) smbt_para_printf(r->details, "for %s", k->object);
        if (k->source) {
            smbt_text_part(r->details);
            smbt_para_printf(r->details, "%s%s", g_str_has_prefix(k->source, "set by ") ? "" : "of ",
                             k->source);
        }
        add_start(r->details, k);
        if (k->from != SMBT_TIME_NONE) add_deadline(r->details, now, k);
        for (guint d = 0; d < k->doubts->len; d++) {
            smbt_para_add(r->details, d == 0 ? "; in doubt: " : ", ");
            smbt_para_add(r->details, k->doubts->pdata[d]);
        }
    }
}
