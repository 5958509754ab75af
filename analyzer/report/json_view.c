/* What other captures saw, as JSON: members that are there only where captures were joined.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"

static void put_clock(smbt_jsonout *json, bool known, int64_t ahead, int64_t error)
{
    if (known) {
        smbt_jsonout_signed_ms(json, "clock_ahead_ms", ahead);
        smbt_jsonout_signed_ms(json, "clock_error_ms", error);
    } else {
        smbt_jsonout_null(json, "clock_ahead_ms");
        smbt_jsonout_null(json, "clock_error_ms");
    }
}

static void put_connection(smbt_jsonout *json, const smbt_endpoint *client, const smbt_endpoint *server)
{
    smbt_jsonout_begin_object(json, "connection");
    smbt_json_ends(json, client, server);
    smbt_jsonout_end_object(json);
}

static void put_own_end(smbt_jsonout *json, const smbt_end_view *v)
{
    if (!v->cause) {
        smbt_jsonout_null(json, "by_itself");
        return;
    }
    smbt_jsonout_begin_object(json, "by_itself");
    smbt_jsonout_frame(json, "frame", v->end_frame);
    smbt_jsonout_string(json, "kind", smbt_end_kind_name(v->end_kind));
    smbt_jsonout_string(json, "by", smbt_side_name(v->end_by));
    smbt_jsonout_string(json, "cause", v->cause);
    smbt_jsonout_string(json, "variant", v->variant);
    smbt_jsonout_string(json, "strength", smbt_strength_name(v->strength));
    smbt_jsonout_end_object(json);
}

static void put_view(smbt_jsonout *json, const smbt_end_view *v)
{
    smbt_jsonout_begin_object(json, NULL);
    smbt_jsonout_string(json, "file", v->file);
    smbt_jsonout_string(json, "viewpoint", smbt_viewpoint_name(v->place));
    put_connection(json, &v->client, &v->server);
    smbt_jsonout_string(json, "saw", smbt_saw_name(v->saw));
    smbt_jsonout_frame(json, "frame", v->frame);
    smbt_jsonout_time(json, "time", v->time);
    smbt_jsonout_epoch(json, "epoch_ns", v->time);
    put_clock(json, v->has_clock, v->clock_ahead, v->clock_error);
    put_own_end(json, v);
    smbt_jsonout_end_object(json);
}

void smbt_json_put_views(smbt_jsonout *json, const smbt_end *end)
{
    if (!end->views && !end->culprit_elsewhere) return;
    smbt_jsonout_begin_array(json, "other_views");
    for (guint i = 0; end->views && i < end->views->len; i++)
        put_view(json, &g_array_index(end->views, smbt_end_view, i));
    smbt_jsonout_end_array(json);
    smbt_jsonout_begin_array(json, "culprit_elsewhere");
    for (guint i = 0; end->culprit_elsewhere && i < end->culprit_elsewhere->len; i++) {
        const smbt_other_frame *p = &g_array_index(end->culprit_elsewhere, smbt_other_frame, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "file", p->file);
        smbt_jsonout_frame(json, "frame", p->frame);
        put_connection(json, &p->client, &p->server);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

void smbt_json_put_companions(smbt_jsonout *json, const smbt_capture_info *info)
{
    if (!info->companions) return;
    smbt_jsonout_begin_array(json, "joined_with");
    for (guint i = 0; i < info->companions->len; i++) {
        const smbt_companion *c = &g_array_index(info->companions, smbt_companion, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "file", c->file);
        smbt_jsonout_uint(json, "connections", c->connections);
        smbt_jsonout_uint(json, "ambiguous", c->ambiguous);
        put_clock(json, c->has_clock, c->clock_ahead, c->clock_error);
        if (c->has_drift)
            smbt_jsonout_signed_thousandths(json, "clock_drift_ppm", c->drift_ppb);
        else
            smbt_jsonout_null(json, "clock_drift_ppm");
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    smbt_jsonout_uint(json, "ends_told_elsewhere", info->told_elsewhere);
}
