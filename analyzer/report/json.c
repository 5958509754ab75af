/* The JSON objects of the contract, section 2. Its names and shapes are a promise: every key is always there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"
#include "report/community_id.h"
#include "report/phrase.h"
#include "verdict/topic.h"

#include <string.h>

void smbt_json_addr(smbt_jsonout *json, const char *key, const smbt_addr *addr)
{
    char buf[SMBT_ADDR_STRLEN];
    smbt_jsonout_string(json, key, addr->family ? smbt_addr_format(addr, buf) : NULL);
}

static void put_endpoint(smbt_jsonout *json, const char *key, const smbt_endpoint *endpoint)
{
    smbt_jsonout_begin_object(json, key);
    smbt_json_addr(json, "ip", &endpoint->addr);
    smbt_jsonout_uint(json, "port", endpoint->port);
    smbt_jsonout_end_object(json);
}

void smbt_json_ends(smbt_jsonout *json, const smbt_endpoint *client, const smbt_endpoint *server)
{
    put_endpoint(json, "client", client);
    put_endpoint(json, "server", server);
}

/* The two ends of a connection, or null. */
static void put_pair(smbt_jsonout *json, const char *key, bool present, const smbt_endpoint *client,
                     const smbt_endpoint *server)
{
    if (!present) {
        smbt_jsonout_null(json, key);
        return;
    }
    smbt_jsonout_begin_object(json, key);
    smbt_json_ends(json, client, server);
    smbt_jsonout_end_object(json);
}

static void put_evidence(smbt_jsonout *json, const GArray *evidence)
{
    smbt_jsonout_begin_array(json, "evidence");
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_frame(json, "frame", e->frame);
        smbt_jsonout_string(json, "what", e->what);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

/* ---- Capture */

static void put_viewpoint(smbt_jsonout *json, const smbt_capture_info *info)
{
    smbt_jsonout_string(json, "viewpoint", smbt_viewpoint_name(info->viewpoint));
    smbt_jsonout_bool(json, "viewpoint_is_mixed", info->viewpoint_is_mixed);
    smbt_jsonout_begin_array(json, "viewpoint_evidence");
    for (unsigned sign = 1; sign < SMBT_SIGN_END; sign <<= 1)
        if (info->viewpoint_signs & sign) smbt_jsonout_string(json, NULL, smbt_sign_name(sign));
    smbt_jsonout_end_array(json);
    smbt_jsonout_string(json, "nat", smbt_nat_name(info->nat));
}

static void put_undecoded(smbt_jsonout *json, const GArray *undecoded)
{
    smbt_jsonout_begin_array(json, "undecoded");
    for (guint i = 0; undecoded && i < undecoded->len; i++) {
        const smbt_undecoded *u = &g_array_index(undecoded, smbt_undecoded, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "reason", u->reason);
        smbt_jsonout_uint(json, "count", u->frames);
        smbt_jsonout_frame(json, "first_frame", u->first_frame);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

static void put_joint(smbt_jsonout *json, const smbt_joint_info *joint)
{
    smbt_jsonout_uint(json, "files", joint->files);
    smbt_jsonout_uint(json, "overlaps", joint->overlaps);
    smbt_jsonout_uint(json, "repeated_frames", joint->repeated);
    smbt_jsonout_uint(json, "holes", joint->holes);
}

static void put_part(smbt_jsonout *json, const smbt_part_info *part)
{
    smbt_jsonout_begin_object(json, "part");
    smbt_jsonout_uint(json, "index", part->index);
    smbt_jsonout_uint(json, "repeated_frames", part->repeated);
    smbt_jsonout_s(json, "pause_before_s", part->pause);
    smbt_jsonout_bool(json, "hole_before", part->hole);
    smbt_jsonout_end_object(json);
}

void smbt_json_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info)
{
    smbt_jsonout json = {.out = out, .naming = {.places = info->places}};
    smbt_time first = info->frames ? info->first : SMBT_TIME_NONE;
    smbt_time last = info->frames ? info->last : SMBT_TIME_NONE;
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "type", input->joint ? "joint" : "capture");
    if (input->joint) {
        put_joint(&json, input->joint);
    } else {
        smbt_jsonout_string(&json, "file", input->file);
        smbt_jsonout_string(&json, "sha256", input->sha256);
        smbt_jsonout_string(&json, "format", input->format);
    }
    smbt_jsonout_uint(&json, "frames", info->frames);
    if (input->has_bytes)
        smbt_jsonout_uint(&json, "bytes", input->bytes);
    else
        smbt_jsonout_null(&json, "bytes");
    smbt_jsonout_time(&json, "first", first);
    smbt_jsonout_time(&json, "last", last);
    smbt_jsonout_epoch(&json, "first_epoch_ns", first);
    smbt_jsonout_epoch(&json, "last_epoch_ns", last);
    smbt_jsonout_uint(&json, "smb_connections", info->smb_connections);
    smbt_jsonout_uint(&json, "begun_before", info->begun_before);
    if (info->controls || !info->smb_connections)
        smbt_jsonout_uint(&json, "open_at_end", info->open_at_end);
    else
        smbt_jsonout_null(&json, "open_at_end");
    smbt_jsonout_uint(&json, "ended_by_server", info->ends_by_server);
    smbt_jsonout_uint(&json, "undecoded_frames", info->undecoded_frames);
    put_undecoded(&json, info->undecoded);
    smbt_jsonout_uint(&json, "backward_frames", info->backward_frames);
    smbt_jsonout_uint(&json, "duplicate_frames", info->copied_frames);
    smbt_jsonout_uint(&json, "routed_duplicates", info->routed_frames);
    smbt_jsonout_frame(&json, "first_duplicate_frame", info->first_copy_frame);
    smbt_jsonout_uint(&json, "cut_frames", info->cut_frames);
    if (info->cut_frames)
        smbt_jsonout_uint(&json, "snap_length", info->cut_most);
    else
        smbt_jsonout_null(&json, "snap_length");
    put_viewpoint(&json, info);
    if (info->has_zero_vc_chance)
        smbt_jsonout_real(&json, "zero_vc_chance", info->zero_vc_chance);
    else
        smbt_jsonout_null(&json, "zero_vc_chance");
    smbt_jsonout_bool(&json, "complete", input->complete);
    smbt_jsonout_strings(&json, "problems", input->problems);
    if (input->part) put_part(&json, input->part);
    smbt_json_put_companions(&json, info);
    smbt_jsonout_end_object(&json);
}

/* ---- End */

static void put_nat(smbt_jsonout *json, const smbt_nat_ends *nat)
{
    if (!nat->inside.addr.family) return;
    smbt_jsonout_begin_object(json, "nat");
    put_endpoint(json, "inside", &nat->inside);
    put_endpoint(json, "outside", &nat->outside);
    smbt_jsonout_end_object(json);
}

static void put_connection(smbt_jsonout *json, const smbt_connection_info *c)
{
    char id[SMBT_COMMUNITY_ID_SIZE];
    smbt_jsonout_begin_object(json, "connection");
    put_endpoint(json, "client", &c->client);
    put_endpoint(json, "server", &c->server);
    smbt_jsonout_string(json, "community_id", smbt_community_id(id, &c->client, &c->server));
    smbt_jsonout_string(json, "transport", c->transport);
    smbt_jsonout_string(json, "dialect", c->dialect);
    smbt_jsonout_frame(json, "first_frame", c->first_frame);
    smbt_jsonout_string(json, "user", c->user);
    smbt_jsonout_string(json, "workstation", c->workstation);
    smbt_jsonout_string(json, "viewpoint", smbt_viewpoint_name(c->viewpoint));
    put_nat(json, &c->nat);
    smbt_jsonout_end_object(json);
}

static void put_culprit(smbt_jsonout *json, const smbt_end *end)
{
    bool known = end->culprit.frame != 0;
    smbt_jsonout_begin_object(json, "culprit");
    smbt_jsonout_frame(json, "frame", end->culprit.frame);
    put_pair(json, "connection", known && end->culprit.has_connection, &end->culprit.client,
             &end->culprit.server);
    smbt_jsonout_string(json, "workstation", known ? end->culprit.workstation : NULL);
    smbt_jsonout_ms(json, "delay_ms", known ? end->culprit.delay : SMBT_DURATION_UNKNOWN);
    put_nat(json, &end->culprit.nat);
    smbt_jsonout_end_object(json);
}

static void put_predicted(smbt_jsonout *json, const smbt_end *end)
{
    bool known = end->predicted.rule != NULL;
    smbt_time from = known ? end->predicted.from : SMBT_TIME_NONE;
    smbt_time to = known ? end->predicted.to : SMBT_TIME_NONE;
    smbt_jsonout_begin_object(json, "predicted");
    smbt_jsonout_string(json, "rule", end->predicted.rule);
    smbt_jsonout_string(json, "profile", known ? end->predicted.profile : NULL);
    smbt_jsonout_time(json, "from", from);
    smbt_jsonout_time(json, "to", to);
    smbt_jsonout_epoch(json, "from_epoch_ns", from);
    smbt_jsonout_epoch(json, "to_epoch_ns", to);
    smbt_jsonout_end_object(json);
}

static void put_in_flight(smbt_jsonout *json, const smbt_end *end)
{
    smbt_jsonout_begin_array(json, "in_flight");
    for (guint i = 0; end->in_flight && i < end->in_flight->len; i++) {
        const smbt_in_flight *r = &g_array_index(end->in_flight, smbt_in_flight, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_frame(json, "frame", r->frame);
        smbt_jsonout_string(json, "command", r->command);
        smbt_jsonout_ms(json, "age_ms", r->age);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    smbt_jsonout_uint(json, "in_flight_more", end->in_flight_more);
    if (smbt_user_sees_error_64(end))
        smbt_jsonout_uint(json, "windows_error", 64);
    else
        smbt_jsonout_null(json, "windows_error");
}

static void put_ruled_out(smbt_jsonout *json, const GArray *ruled_out)
{
    smbt_jsonout_begin_array(json, "ruled_out");
    for (guint i = 0; ruled_out && i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "cause", r->cause);
        smbt_jsonout_string(json, "why", r->why);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
}

static void put_reconnect(smbt_jsonout *json, const smbt_reconnect *r)
{
    if (r->frame) {
        smbt_jsonout_begin_object(json, "reconnect");
        smbt_jsonout_frame(json, "frame", r->frame);
        smbt_jsonout_ms(json, "after_ms", r->after);
        put_pair(json, "connection", true, &r->client, &r->server);
        smbt_jsonout_frame(json, "logon_frame", r->logon_frame);
        smbt_jsonout_ms(json, "logon_after_ms", r->logon_after);
        put_nat(json, &r->nat);
        smbt_jsonout_end_object(json);
    } else {
        smbt_jsonout_null(json, "reconnect");
    }
    bool is_unseen = !r->frame && r->none;
    smbt_jsonout_string(json, "no_reconnect", is_unseen ? r->none : NULL);
    smbt_jsonout_string(json, "no_reconnect_reason", is_unseen ? smbt_no_return_name(r->why_none) : NULL);
}

static void put_end(smbt_jsonout *json, const smbt_end *end)
{
    put_connection(json, &end->connection);
    smbt_jsonout_begin_object(json, "end");
    smbt_jsonout_frame(json, "frame", end->frame);
    smbt_jsonout_time(json, "time", end->time);
    smbt_jsonout_epoch(json, "epoch_ns", end->time);
    smbt_jsonout_string(json, "kind", smbt_end_kind_name(end->kind));
    smbt_jsonout_string(json, "by", smbt_side_name(end->by));
    smbt_jsonout_end_object(json);
    smbt_jsonout_string(json, "cause", end->cause);
    smbt_jsonout_string(json, "variant", end->variant);
    smbt_jsonout_string(json, "severity", smbt_severity_name(end->severity));
    smbt_jsonout_string(json, "strength", smbt_strength_name(end->strength));
    smbt_jsonout_bool(json, "may_be_chance", end->may_be_chance);
    smbt_jsonout_string(json, "summary", end->summary);
    put_culprit(json, end);
    put_predicted(json, end);
    put_evidence(json, end->evidence);
    put_in_flight(json, end);
    put_reconnect(json, &end->reconnect);
    put_ruled_out(json, end->ruled_out);
    smbt_jsonout_strings(json, "missing", end->missing);
    smbt_jsonout_strings(json, "remedies", end->remedies);
    smbt_jsonout_strings(json, "references", end->references);
    smbt_json_put_views(json, end);
    if (end->revises)
        smbt_jsonout_uint(json, "revises", smbt_place_of(json->naming.places, end->revises).frame);
    if (end->state) {
        smbt_jsonout_begin_object(json, "state");
        smbt_json_put_state(json, end->state);
        smbt_jsonout_end_object(json);
    }
}

/* ---- The other records */

static void put_observation(smbt_jsonout *json, const smbt_observation *o)
{
    smbt_jsonout_string(json, "kind", o->kind);
    smbt_jsonout_frame(json, "frame", o->frame);
    smbt_jsonout_time(json, "time", o->time);
    smbt_jsonout_epoch(json, "epoch_ns", o->time);
    smbt_jsonout_string(json, "severity", smbt_severity_name(o->severity));
    smbt_jsonout_string(json, "summary", o->summary);
    put_pair(json, "connection", o->has_connection, &o->client, &o->server);
    put_evidence(json, o->evidence);
}

void smbt_json_put_pattern(smbt_jsonout *json, const smbt_pattern *p)
{
    smbt_jsonout_string(json, "kind", p->kind);
    smbt_jsonout_string(json, "severity", smbt_severity_name(p->severity));
    smbt_jsonout_string(json, "summary", p->summary);
    smbt_jsonout_begin_object(json, "client");
    smbt_json_addr(json, "ip", &p->client);
    smbt_jsonout_end_object(json);
    smbt_jsonout_begin_object(json, "server");
    smbt_json_addr(json, "ip", &p->server);
    smbt_jsonout_end_object(json);
    smbt_jsonout_begin_array(json, "hosts");
    for (guint i = 0; i < p->hosts->len; i++) {
        const smbt_pattern_host *h = &g_array_index(p->hosts, smbt_pattern_host, i);
        smbt_jsonout_begin_object(json, NULL);
        smbt_jsonout_string(json, "name", h->name);
        smbt_jsonout_uint(json, "kills", h->kills);
        smbt_jsonout_uint(json, "killed", h->killed);
        smbt_jsonout_end_object(json);
    }
    smbt_jsonout_end_array(json);
    smbt_jsonout_uint(json, "times", p->times);
    smbt_jsonout_uint(json, "ends", p->ends);
    smbt_jsonout_frame(json, "first_frame", p->first_frame);
    smbt_jsonout_frame(json, "last_frame", p->last_frame);
    if (p->last_file) smbt_jsonout_string(json, "last_file", p->last_file);
    smbt_jsonout_time(json, "first", p->first);
    smbt_jsonout_time(json, "last", p->last);
    smbt_jsonout_epoch(json, "first_epoch_ns", p->first);
    smbt_jsonout_epoch(json, "last_epoch_ns", p->last);
    smbt_jsonout_ms(json, "span_ms", p->last - p->first);
}

void smbt_json_record(GString *out, const char *file, const smbt_record *record)
{
    static const char *const types[] = {
        [SMBT_RECORD_END] = "end",         [SMBT_RECORD_OBSERVATION] = "observation",
        [SMBT_RECORD_SERVER] = "server",   [SMBT_RECORD_CLIENT] = "client",
        [SMBT_RECORD_WHAT_IF] = "what_if", [SMBT_RECORD_PATTERN] = "pattern"};
    if (record->type == SMBT_RECORD_SIGHTING) return;
    smbt_jsonout json = {.out = out, .naming = {record->places, smbt_record_frame(record)}};
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "type", types[record->type]);
    smbt_jsonout_string(&json, "file", file);
    switch (record->type) {
    case SMBT_RECORD_END: put_end(&json, record->end); break;
    case SMBT_RECORD_OBSERVATION: put_observation(&json, record->observation); break;
    case SMBT_RECORD_SERVER: smbt_json_put_server(&json, record->server); break;
    case SMBT_RECORD_CLIENT: smbt_json_put_client(&json, record->client); break;
    case SMBT_RECORD_PATTERN: smbt_json_put_pattern(&json, record->pattern); break;
    case SMBT_RECORD_WHAT_IF: smbt_json_put_what_if(&json, record->what_if); break;
    case SMBT_RECORD_SIGHTING: break;
    }
    smbt_jsonout_end_object(&json);
}
