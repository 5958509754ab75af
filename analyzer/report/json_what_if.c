/* A what-if as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"

static void put_connection(smbt_jsonout *json, const smbt_endpoint *client, const smbt_endpoint *server)
{
    smbt_jsonout_begin_object(json, "connection");
    smbt_json_ends(json, client, server);
    smbt_jsonout_end_object(json);
}

static void put_ends(smbt_jsonout *json, const char *key, const GArray *rows, bool changed)
{
    smbt_jsonout_begin_array(json, key);
    for (guint i = 0; i < rows->len; i++) {
        const smbt_what_if_end *r = &g_array_index(rows, smbt_what_if_end, i);
        smbt_jsonout_begin_object(json, NULL);
        put_connection(json, &r->client, &r->server);
        smbt_jsonout_frame(json, "frame", r->frame);
        smbt_jsonout_time(json, "time", r->time);
        smbt_jsonout_string(json, "cause", r->cause);
        smbt_jsonout_string(json, "rule", r->rule);
        smbt_jsonout_frame(json, "culprit_frame", r->culprit_frame);
        if (changed) {
            smbt_jsonout_string(json, "cause_now", r->cause_now);
            smbt_jsonout_string(json, "rule_now", r->rule_now);
            smbt_jsonout_frame(json, "culprit_frame_now", r->culprit_frame_now);
        }
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

static void put_new(smbt_jsonout *json, const GArray *rows)
{
    smbt_jsonout_begin_array(json, "new");
    for (guint i = 0; i < rows->len; i++) {
        const smbt_what_if_new *r = &g_array_index(rows, smbt_what_if_new, i);
        smbt_jsonout_begin_object(json, NULL);
        put_connection(json, &r->client, &r->server);
        smbt_jsonout_string(json, "rule", r->rule);
        smbt_jsonout_frame(json, "armed_frame", r->armed_frame);
        smbt_jsonout_time(json, "from", r->from);
        smbt_jsonout_time(json, "to", r->to);
        smbt_jsonout_string(json, "why", r->why);
        smbt_jsonout_frame(json, "ended_frame", r->ended_frame);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

void smbt_json_put_what_if(smbt_jsonout *json, const smbt_what_if *w)
{
    smbt_jsonout_strings(json, "settings", w->settings);
    smbt_jsonout_uint(json, "ends", w->ends);
    smbt_jsonout_uint(json, "gone_count", w->gone_count);
    smbt_jsonout_uint(json, "changed_count", w->changed_count);
    smbt_jsonout_uint(json, "new_count", w->new_count);
    put_ends(json, "gone", w->gone, false);
    put_ends(json, "changed", w->changed, true);
    put_new(json, w->new_ends);
    smbt_jsonout_uint(json, "not_compared", w->forgotten);
}
