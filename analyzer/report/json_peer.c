/* Servers and clients as JSON: what they are, where they stand, which of their clocks were measured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"
#include "report/phrase.h"

#include <string.h>

/* Where a peer stands, as seen from the capture. */
static void put_place(smbt_jsonout *json, enum smbt_viewpoint viewpoint, int hops)
{
    smbt_jsonout_string(json, "viewpoint", smbt_viewpoint_name(viewpoint));
    if (hops < 0)
        smbt_jsonout_null(json, "hops");
    else
        smbt_jsonout_uint(json, "hops", (unsigned)hops);
}

static void put_possible(smbt_jsonout *json, const char *comma_separated)
{
    g_auto(GStrv) names = comma_separated ? g_strsplit(comma_separated, ",", -1) : NULL;
    smbt_jsonout_begin_array(json, "profiles_possible");
    for (int i = 0; names && names[i]; i++)
        if (*g_strstrip(names[i])) smbt_jsonout_string(json, NULL, names[i]);
    smbt_jsonout_end_array(json);
}

static void put_seconds(smbt_jsonout *json, const char *key, smbt_duration value)
{
    if (value == SMBT_DURATION_OFF)
        smbt_jsonout_string(json, key, "off");
    else
        smbt_jsonout_s(json, key, value);
}

/* The one value that was measured; null for none, and for several hosts that differ. */
static void put_measured(smbt_jsonout *json, const char *key, const GArray *timers, const char *timer)
{
    smbt_duration value = SMBT_DURATION_UNKNOWN;
    for (guint i = 0; timers && i < timers->len; i++) {
        const smbt_timer_measure *t = &g_array_index(timers, smbt_timer_measure, i);
        if (strcmp(t->timer, timer) != 0 || t->value == SMBT_DURATION_UNKNOWN) continue;
        if (value != SMBT_DURATION_UNKNOWN && value != t->value) {
            value = SMBT_DURATION_UNKNOWN;
            break;
        }
        value = t->value;
    }
    smbt_jsonout_s(json, key, value);
}

static void put_timers(smbt_jsonout *json, const GArray *timers)
{
    smbt_jsonout_begin_array(json, "timers");
    for (guint i = 0; timers && i < timers->len; i++) {
        const smbt_timer_measure *t = &g_array_index(timers, smbt_timer_measure, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "timer", t->timer);
        smbt_jsonout_string(json, "host", t->host);
        smbt_jsonout_s(json, "value_s", t->value);
        smbt_jsonout_uint(json, "agreeing", t->agreeing);
        smbt_jsonout_s(json, "spread_s", t->agreeing ? t->spread : SMBT_DURATION_UNKNOWN);
        smbt_jsonout_uint(json, "samples", t->samples);
        smbt_jsonout_s(json, "outlived_s", t->outlived ? t->outlived : SMBT_DURATION_UNKNOWN);
        smbt_jsonout_frame(json, "outlived_frame", t->outlived_frame);
        put_seconds(json, "usual_s", t->usual);
        smbt_jsonout_bool(json, "differs", t->differs);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

void smbt_json_put_server(smbt_jsonout *json, const smbt_server_info *s)
{
    smbt_json_addr(json, "ip", &s->addr);
    smbt_jsonout_string(json, "native_os", s->native_os);
    smbt_jsonout_string(json, "native_lan_man", s->native_lan_man);
    smbt_jsonout_string(json, "profile", s->profile);
    smbt_jsonout_string(json, "profile_source", s->profile_source);
    put_possible(json, s->profiles_possible);
    smbt_jsonout_uint(json, "connections", s->connections);
    put_place(json, s->viewpoint, s->hops);
    smbt_jsonout_begin_object(json, "measured");
    smbt_jsonout_begin_object(json, "zero_vc");
    smbt_jsonout_uint(json, "enforced", s->enforced);
    smbt_jsonout_uint(json, "not_enforced", s->not_enforced);
    smbt_jsonout_end_object(json);
    put_measured(json, "autodisconnect_s", s->timers, "autodisconnect");
    put_measured(json, "unused_no_dialect_s", s->timers, "unused-no-dialect");
    put_measured(json, "unused_no_session_s", s->timers, "unused-no-session");
    put_measured(json, "oplock_break_s", s->timers, "oplock-break");
    put_timers(json, s->timers);
    smbt_jsonout_end_object(json);
}

static void put_hosts(smbt_jsonout *json, const GArray *hosts)
{
    smbt_jsonout_begin_array(json, "hosts");
    for (guint i = 0; hosts && i < hosts->len; i++) {
        const smbt_host_info *h = &g_array_index(hosts, smbt_host_info, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "name", h->name);
        smbt_jsonout_strings(json, "evidence", h->evidence);
        smbt_jsonout_uint(json, "connections", h->connections);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

void smbt_json_put_client(smbt_jsonout *json, const smbt_client_info *c)
{
    smbt_json_addr(json, "ip", &c->addr);
    put_hosts(json, c->hosts);
    unsigned unattributed;
    smbt_jsonout_uint(json, "hosts_told_apart", smbt_told_hosts(c, &unattributed));
    smbt_jsonout_uint(json, "unattributed_connections", unattributed);
    smbt_jsonout_uint(json, "connections", c->connections);
    put_place(json, c->viewpoint, c->hops);
    smbt_jsonout_string(json, "nat", smbt_nat_name(c->nat));
    smbt_jsonout_begin_object(json, "measured");
    put_measured(json, "session_timeout_s", c->timers, "session-timeout");
    put_measured(json, "keep_conn_s", c->timers, "keep-conn");
    put_timers(json, c->timers);
    smbt_jsonout_begin_array(json, "vc_numbers");
    for (guint i = 0; c->vc_numbers && i < c->vc_numbers->len; i++)
        smbt_jsonout_uint(json, NULL, g_array_index(c->vc_numbers, guint16, i));
    smbt_jsonout_end_array(json);
    smbt_jsonout_bool(json, "vc_numbers_more", c->vc_numbers_more);
    smbt_jsonout_end_object(json);
}
