/* Findings as SARIF 2.1.0, for code scanning and CI: a rule per cause and kind of observation, a result per
 * finding.
 *
 * SARIF speaks of regions of text; a frame is a logical location of the capture instead. What was not decided
 * is `open` or `review`, what is in order `informational`: only a finding that somebody should act on is a
 * `fail`, and only that has a level. The fingerprint is made of the finding and the flow, so that another
 * capture of the same trouble gives the same one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/community_id.h"
#include "report/jsonout.h"
#include "report/phrase.h"

#include <smbtrace/smbtrace.h>
#include <string.h>

/* What a URI may have in a path besides letters and digits. */
#define URI_ALLOWED "/!$&'()*+,;=@"

static const char *level_of(enum smbt_severity severity)
{
    static const char *const levels[SMBT_SEVERITY_MAX] = {"none", "note", "warning", "error"};
    return levels[severity];
}

static void put_text(smbt_jsonout *json, const char *key, const char *text)
{
    smbt_jsonout_begin_object(json, key);
    smbt_jsonout_string(json, "text", text);
    smbt_jsonout_end_object(json);
}

/* ---- Rules */

static void put_rule(smbt_jsonout *json, const smbt_topic *topic)
{
    const char *help = smbt_explain(topic->id);
    smbt_jsonout_begin_object(json, NULL);
    smbt_jsonout_string(json, "id", topic->id);
    put_text(json, "shortDescription", topic->meaning);
    if (help) put_text(json, "help", help);
    smbt_jsonout_begin_object(json, "defaultConfiguration");
    smbt_jsonout_string(json, "level", level_of(topic->severity));
    smbt_jsonout_end_object(json);
    smbt_jsonout_begin_object(json, "properties");
    smbt_jsonout_string(json, "finding", topic->who ? "end" : "observation");
    if (topic->who) smbt_jsonout_string(json, "by", topic->who);
    smbt_jsonout_end_object(json);
    smbt_jsonout_end_object(json);
}

static void put_rules(smbt_jsonout *json, const smbt_topic *topics)
{
    for (; topics->id; topics++)
        put_rule(json, topics);
}

void smbt_sarif_begin(GString *out, const char *version)
{
    smbt_jsonout json = {.out = out};
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(
        &json, "$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
    smbt_jsonout_string(&json, "version", "2.1.0");
    smbt_jsonout_begin_array(&json, "runs");
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_begin_object(&json, "tool");
    smbt_jsonout_begin_object(&json, "driver");
    smbt_jsonout_string(&json, "name", "smbtrace-check");
    smbt_jsonout_string(&json, "semanticVersion", version);
    put_text(&json, "shortDescription", "Says why SMB connections in packet captures ended.");
    smbt_jsonout_begin_array(&json, "rules");
    put_rules(&json, smbt_causes());
    put_rules(&json, smbt_observation_kinds());
    smbt_jsonout_end_array(&json);
    smbt_jsonout_end_object(&json);
    smbt_jsonout_end_object(&json);
}

/* ---- Locations */

static void put_artifact(smbt_jsonout *json, const char *key, const char *file)
{
    bool absolute = file && file[0] == '/';
    g_autofree char *path = g_uri_escape_string(file ? file : "-", URI_ALLOWED, FALSE);
    g_autofree char *uri = g_strconcat(absolute ? "file://" : "", path, NULL);
    smbt_jsonout_begin_object(json, key);
    smbt_jsonout_string(json, "uri", uri);
    smbt_jsonout_end_object(json);
}

/* A location is left open for more members. */
static void begin_location(smbt_jsonout *json, const char *file, uint64_t frame)
{
    smbt_place place = smbt_place_of(json->naming.places, frame);
    smbt_jsonout_begin_object(json, NULL);
    smbt_jsonout_begin_object(json, "physicalLocation");
    put_artifact(json, "artifactLocation", place.file ? place.file : file);
    smbt_jsonout_end_object(json);
    if (!frame) return;
    g_autofree char *name = g_strdup_printf("frame %" G_GUINT64_FORMAT, place.frame);
    smbt_jsonout_begin_array(json, "logicalLocations");
    smbt_jsonout_begin_object(json, NULL);
    smbt_jsonout_string(json, "name", name);
    smbt_jsonout_string(json, "kind", "frame");
    smbt_jsonout_end_object(json);
    smbt_jsonout_end_array(json);
}

static void put_location(smbt_jsonout *json, const char *file, uint64_t frame)
{
    smbt_jsonout_begin_array(json, "locations");
    begin_location(json, file, frame);
    smbt_jsonout_end_object(json);
    smbt_jsonout_end_array(json);
}

static void put_related(smbt_jsonout *json, const char *file, uint64_t frame, const char *what)
{
    begin_location(json, file, frame);
    put_text(json, "message", what);
    smbt_jsonout_end_object(json);
}

static void put_evidence(smbt_jsonout *json, const char *file, const GArray *evidence)
{
    for (guint i = 0; evidence && i < evidence->len; i++) {
        const smbt_evidence *e = &g_array_index(evidence, smbt_evidence, i);
        put_related(json, file, e->frame, e->what ? e->what : "");
    }
}

static char *endpoint_text(const smbt_endpoint *endpoint)
{
    char buf[SMBT_ADDR_STRLEN];
    const char *addr = endpoint->addr.family ? smbt_addr_format(&endpoint->addr, buf) : "?";
    return g_strdup_printf(endpoint->addr.family == 6 ? "[%s]:%u" : "%s:%u", addr, endpoint->port);
}

static char *pair_text(const smbt_endpoint *client, const smbt_endpoint *server)
{
    g_autofree char *from = endpoint_text(client);
    g_autofree char *to = endpoint_text(server);
    return g_strdup_printf("%s \xe2\x86\x92 %s", from, to);
}

static void put_culprit(smbt_jsonout *json, const char *file, const smbt_end *end)
{
    if (!end->culprit.frame) return;
    g_autofree char *pair =
        end->culprit.has_connection ? pair_text(&end->culprit.client, &end->culprit.server) : NULL;
    g_autofree char *text = g_strdup_printf("set it off%s%s", pair ? ", on " : "", pair ? pair : "");
    put_related(json, file, end->culprit.frame, text);
}

static void put_views(smbt_jsonout *json, const smbt_end *end)
{
    for (guint i = 0; end->culprit_elsewhere && i < end->culprit_elsewhere->len; i++) {
        const smbt_other_frame *p = &g_array_index(end->culprit_elsewhere, smbt_other_frame, i);
        g_autofree char *text = smbt_phrase_other_frame(p);
        put_related(json, p->file, p->frame, text);
    }
    for (guint i = 0; end->views && i < end->views->len; i++) {
        const smbt_end_view *v = &g_array_index(end->views, smbt_end_view, i);
        g_autofree char *text = smbt_phrase_view(v);
        put_related(json, v->file, v->frame, text);
    }
}

/* ---- Results */

static void put_fingerprint(smbt_jsonout *json, const char *finding, const smbt_endpoint *client,
                            const smbt_endpoint *server)
{
    char id[SMBT_COMMUNITY_ID_SIZE];
    const char *flow = client ? smbt_community_id(id, client, server) : NULL;
    g_autofree char *print = g_strdup_printf("%s %s", finding, flow ? flow : "-");
    smbt_jsonout_begin_object(json, "partialFingerprints");
    smbt_jsonout_string(json, "findingAndFlow/v1", print);
    smbt_jsonout_end_object(json);
}

static void put_kind(smbt_jsonout *json, enum smbt_severity severity, const char *kind)
{
    smbt_jsonout_string(json, "kind", kind);
    smbt_jsonout_string(json, "level", strcmp(kind, "fail") == 0 ? level_of(severity) : "none");
}

static const char *kind_of(const smbt_end *end)
{
    if (end->strength == SMBT_STRENGTH_NONE) return "open";
    if (end->severity == SMBT_SEVERITY_INFO) return "informational";
    return end->strength == SMBT_STRENGTH_POSSIBLE ? "review" : "fail";
}

static void put_ruled_out(smbt_jsonout *json, const GArray *ruled_out)
{
    smbt_jsonout_begin_array(json, "ruledOut");
    for (guint i = 0; ruled_out && i < ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(ruled_out, smbt_ruled_out, i);
        g_autofree char *text = g_strdup_printf("%s: %s", r->cause, r->why);
        smbt_jsonout_string(json, NULL, text);
    }
    smbt_jsonout_end_array(json);
}

static void put_end_properties(smbt_jsonout *json, const smbt_end *end)
{
    g_autofree char *pair = pair_text(&end->connection.client, &end->connection.server);
    smbt_jsonout_begin_object(json, "properties");
    smbt_jsonout_string(json, "severity", smbt_severity_name(end->severity));
    smbt_jsonout_string(json, "strength", smbt_strength_name(end->strength));
    smbt_jsonout_string(json, "variant", end->variant);
    smbt_jsonout_string(json, "connection", pair);
    smbt_jsonout_string(json, "endKind", smbt_end_kind_name(end->kind));
    smbt_jsonout_string(json, "endedBy", smbt_side_name(end->by));
    smbt_jsonout_time(json, "time", end->time);
    put_ruled_out(json, end->ruled_out);
    smbt_jsonout_strings(json, "missing", end->missing);
    smbt_jsonout_strings(json, "remedies", end->remedies);
    smbt_jsonout_strings(json, "references", end->references);
    smbt_jsonout_end_object(json);
}

static void put_end(smbt_jsonout *json, const char *file, const smbt_end *end)
{
    smbt_jsonout_string(json, "ruleId", end->cause);
    put_kind(json, end->severity, kind_of(end));
    put_text(json, "message", end->summary);
    put_location(json, file, end->frame);
    smbt_jsonout_begin_array(json, "relatedLocations");
    put_culprit(json, file, end);
    put_views(json, end);
    put_evidence(json, file, end->evidence);
    smbt_jsonout_end_array(json);
    put_fingerprint(json, end->cause, &end->connection.client, &end->connection.server);
    put_end_properties(json, end);
}

static void put_observation(smbt_jsonout *json, const char *file, const smbt_observation *o)
{
    g_autofree char *pair = o->has_connection ? pair_text(&o->client, &o->server) : NULL;
    smbt_jsonout_string(json, "ruleId", o->kind);
    put_kind(json, o->severity, o->severity == SMBT_SEVERITY_INFO ? "informational" : "fail");
    put_text(json, "message", o->summary);
    put_location(json, file, o->frame);
    smbt_jsonout_begin_array(json, "relatedLocations");
    put_evidence(json, file, o->evidence);
    smbt_jsonout_end_array(json);
    put_fingerprint(json, o->kind, o->has_connection ? &o->client : NULL, &o->server);
    smbt_jsonout_begin_object(json, "properties");
    smbt_jsonout_string(json, "severity", smbt_severity_name(o->severity));
    smbt_jsonout_string(json, "connection", pair);
    smbt_jsonout_time(json, "time", o->time);
    smbt_jsonout_end_object(json);
}

void smbt_sarif_record(GString *out, const char *file, const smbt_record *record)
{
    if (record->type != SMBT_RECORD_END && record->type != SMBT_RECORD_OBSERVATION) return;
    smbt_jsonout json = {.out = out, .naming = {record->places, smbt_record_frame(record)}};
    smbt_jsonout_begin_object(&json, NULL);
    if (record->type == SMBT_RECORD_END)
        put_end(&json, file, record->end);
    else
        put_observation(&json, file, record->observation);
    smbt_jsonout_end_object(&json);
}

/* ---- Captures */

void smbt_sarif_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info)
{
    smbt_jsonout json = {.out = out};
    smbt_jsonout_begin_object(&json, NULL);
    put_artifact(&json, "location", input->file);
    if (input->has_bytes) smbt_jsonout_uint(&json, "length", input->bytes);
    smbt_jsonout_begin_array(&json, "roles");
    smbt_jsonout_string(&json, NULL, "analysisTarget");
    smbt_jsonout_end_array(&json);
    if (input->sha256) {
        smbt_jsonout_begin_object(&json, "hashes");
        smbt_jsonout_string(&json, "sha-256", input->sha256);
        smbt_jsonout_end_object(&json);
    }
    smbt_jsonout_begin_object(&json, "properties");
    smbt_jsonout_uint(&json, "frames", info->frames);
    smbt_jsonout_uint(&json, "smbConnections", info->smb_connections);
    smbt_jsonout_string(&json, "viewpoint", smbt_viewpoint_name(info->viewpoint));
    smbt_jsonout_string(&json, "nat", smbt_nat_name(info->nat));
    smbt_jsonout_uint(&json, "duplicateFrames", info->copied_frames);
    smbt_jsonout_bool(&json, "complete", input->complete);
    smbt_jsonout_end_object(&json);
    smbt_jsonout_end_object(&json);
}

void smbt_sarif_problem(GString *out, const char *file, const char *problem)
{
    smbt_jsonout json = {.out = out};
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_string(&json, "level", "error");
    put_text(&json, "message", problem);
    put_location(&json, file, 0);
    smbt_jsonout_end_object(&json);
}
