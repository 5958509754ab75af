/* Servers and clients as text, one line each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/phrase.h"
#include "report/text.h"

static void begin_peer(struct smbt_text_writer *w, const char *side, const smbt_addr *addr)
{
    char buf[SMBT_ADDR_STRLEN];
    smbt_para_style(w->para, SMBT_PARA_DIM);
    smbt_para_add(w->para, side);
    smbt_para_style(w->para, SMBT_PARA_PLAIN);
    smbt_para_blanks(w->para, 1);
    smbt_para_add(w->para, smbt_addr_format(addr, buf));
    smbt_para_blanks(w->para, 2);
    smbt_para_add(w->para, " ");
}

static void add_span(GString *para, smbt_duration d)
{
    g_autofree char *text = d == SMBT_DURATION_OFF ? g_strdup("off") : smbt_span_format(d);
    smbt_para_add(para, text);
}

/* "; autodisconnect 60 s here (3 ends agree), usual 15 min" */
static void add_timers(GString *para, const GArray *timers)
{
    for (guint i = 0; timers && i < timers->len; i++) {
        const smbt_timer_measure *t = &g_array_index(timers, smbt_timer_measure, i);
        bool has_value = t->value != SMBT_DURATION_UNKNOWN;
        if (!has_value && !t->differs) continue;
        smbt_para_printf(para, "; %s ", t->timer);
        if (t->host) smbt_para_printf(para, "of %s ", t->host);
        if (!has_value) smbt_para_add(para, "over ");
        add_span(para, has_value ? t->value : t->outlived);
        if (has_value) smbt_para_printf(para, " measured (%u agree)", t->agreeing);
        if (!t->differs) continue;
        smbt_para_add(para, ", not the usual ");
        add_span(para, t->usual);
    }
}

/* "; 1 router away, captured near the client" */
static void add_place(GString *para, enum smbt_viewpoint viewpoint, int hops)
{
    const char *place = smbt_text_place(viewpoint);
    if (hops == 0)
        smbt_para_add(para, "; no router away");
    else if (hops > 0)
        smbt_para_printf(para, "; %d router%s away", hops, hops == 1 ? "" : "s");
    if (place) smbt_para_printf(para, "%s recorded %s", hops < 0 ? ";" : ",", place);
}

void smbt_text_server_record(struct smbt_text_writer *w, const smbt_server_info *s)
{
    begin_peer(w, "server", &s->addr);
    smbt_text_counted(w->para, s->connections, "connection", "connections");
    smbt_para_printf(w->para, ", %s", s->native_os ? s->native_os : "NativeOS not seen");
    smbt_para_printf(w->para, ", profile %s", s->profile ? s->profile : "unknown");
    if (s->profile_source) smbt_para_printf(w->para, " (%s)", s->profile_source);
    if (s->profiles_possible && *s->profiles_possible && g_strcmp0(s->profiles_possible, s->profile) != 0)
        smbt_para_printf(w->para, ", possible: %s", s->profiles_possible);
    smbt_para_printf(w->para, "; VcNumber 0 enforced %u, ignored %u", s->enforced, s->not_enforced);
    add_place(w->para, s->viewpoint, s->hops);
    add_timers(w->para, s->timers);
    smbt_text_flush(w, 0, 4);
}

static void add_host(GString *para, const smbt_host_info *h)
{
    smbt_para_add(para, h->name ? h->name : "unnamed");
    smbt_para_add(para, " (");
    for (guint i = 0; h->evidence && i < h->evidence->len; i++) {
        smbt_para_add(para, h->evidence->pdata[i]);
        smbt_para_add(para, ", ");
    }
    smbt_text_counted(para, h->connections, "connection", "connections");
    smbt_para_add(para, ")");
}

/* ", 2 hosts told apart: PC1 (1 connection), PC2 (3 connections); 36 connections not attributed" */
static void add_hosts(GString *para, const smbt_client_info *c)
{
    unsigned rest;
    guint told = smbt_told_hosts(c, &rest);
    smbt_para_add(para, ", ");
    if (told == 0) {
        smbt_para_add(para, c->connections == 1 ? "host not named" : "hosts not told apart");
        return;
    }
    smbt_text_counted(para, told, "host", "hosts");
    if (rest) smbt_para_add(para, told == 1 ? " known" : " told apart");
    const char *between = ": ";
    for (guint i = 0; i < c->hosts->len; i++) {
        const smbt_host_info *h = &g_array_index(c->hosts, smbt_host_info, i);
        if (!smbt_host_is_told(h)) continue;
        smbt_para_add(para, between);
        add_host(para, h);
        between = ", ";
    }
    if (rest == 0) return;
    smbt_para_add(para, "; ");
    smbt_text_counted(para, rest, "connection", "connections");
    smbt_para_add(para, " not attributed");
}

void smbt_text_client_record(struct smbt_text_writer *w, const smbt_client_info *c)
{
    begin_peer(w, "client", &c->addr);
    smbt_text_counted(w->para, c->connections, "connection", "connections");
    add_hosts(w->para, c);
    for (guint i = 0; c->vc_numbers && i < c->vc_numbers->len; i++)
        smbt_para_printf(w->para, "%s%u", i == 0 ? "; VcNumber " : ", ",
                         (unsigned)g_array_index(c->vc_numbers, guint16, i));
    if (c->vc_numbers_more) smbt_para_add(w->para, " and more");
    add_place(w->para, c->viewpoint, c->hops);
    if (c->nat == SMBT_NAT_OUTSIDE) smbt_para_add(w->para, ", behind a NAT");
    add_timers(w->para, c->timers);
    smbt_text_flush(w, 0, 4);
}
