/* The command line's JSON document as findings: all ends, then all observations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/findings.h"
#include "scenario/line.h"

#include <arpa/inet.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static JsonObject *object_of(JsonObject *o, const char *name)
{
    JsonNode *n = json_object_get_member(o, name);
    return n && JSON_NODE_HOLDS_OBJECT(n) ? json_node_get_object(n) : NULL;
}

static const char *text_of(JsonObject *o, const char *name)
{
    JsonNode *n = o ? json_object_get_member(o, name) : NULL;
    return n && JSON_NODE_HOLDS_VALUE(n) ? g_intern_string(json_node_get_string(n)) : NULL;
}

static gint64 number_of(JsonObject *o, const char *name)
{
    JsonNode *n = o ? json_object_get_member(o, name) : NULL;
    return n && JSON_NODE_HOLDS_VALUE(n) ? json_node_get_int(n) : 0;
}

static double real_of(JsonObject *o, const char *name)
{
    JsonNode *n = o ? json_object_get_member(o, name) : NULL;
    return n && JSON_NODE_HOLDS_VALUE(n) ? json_node_get_double(n) : 0;
}

/* Times are strings: their numbers don't fit JSON's. */
static smbt_time time_of(JsonObject *o, const char *name)
{
    const char *text = text_of(o, name);
    return text ? g_ascii_strtoull(text, NULL, 10) : SMBT_TIME_NONE;
}

static const char *evidence_of(JsonObject *o)
{
    JsonNode *n = json_object_get_member(o, "evidence");
    g_autoptr(GString) list = g_string_new(NULL);
    JsonArray *all = n && JSON_NODE_HOLDS_ARRAY(n) ? json_node_get_array(n) : NULL;
    for (guint i = 0; all && i < json_array_get_length(all); i++)
        scn_evidence_add(list, (uint64_t)number_of(json_array_get_object_element(all, i), "frame"));
    return g_intern_string(list->str);
}

static unsigned length_of(JsonObject *o, const char *name)
{
    JsonNode *n = json_object_get_member(o, name);
    return n && JSON_NODE_HOLDS_ARRAY(n) ? json_array_get_length(json_node_get_array(n)) : 0;
}

static smbt_addr addr_of(const char *text)
{
    smbt_addr a = {0};
    if (text && inet_pton(AF_INET, text, a.bytes) == 1)
        a.family = 4;
    else if (text && inet_pton(AF_INET6, text, a.bytes) == 1)
        a.family = 6;
    return a;
}

static smbt_endpoint endpoint_of(JsonObject *o, const char *name)
{
    JsonObject *e = o ? object_of(o, name) : NULL;
    return (smbt_endpoint){.addr = addr_of(text_of(e, "ip")), .port = (uint16_t)number_of(e, "port")};
}

static scn_pair pair_of(JsonObject *o)
{
    return (scn_pair){endpoint_of(o, "client"), endpoint_of(o, "server")};
}

static void add_end(scn_findings *f, JsonObject *o)
{
    JsonObject *end = object_of(o, "end"), *connection = object_of(o, "connection");
    JsonObject *culprit = object_of(o, "culprit"), *predicted = object_of(o, "predicted");
    scn_finding row = {.is_end = true,
                       .what = text_of(o, "cause"),
                       .variant = text_of(o, "variant"),
                       .strength = text_of(o, "strength"),
                       .severity = text_of(o, "severity"),
                       .kind = text_of(end, "kind"),
                       .by = text_of(end, "by"),
                       .frame = (uint64_t)number_of(end, "frame"),
                       .connection = pair_of(connection),
                       .culprit = (uint64_t)number_of(culprit, "frame"),
                       .culprit_connection = pair_of(culprit ? object_of(culprit, "connection") : NULL),
                       .delay_us = (gint64)llround(real_of(culprit, "delay_ms") * 1e3),
                       .in_flight = length_of(o, "in_flight") + (unsigned)number_of(o, "in_flight_more"),
                       .missing = length_of(o, "missing"),
                       .user = text_of(connection, "user"),
                       .workstation = text_of(connection, "workstation"),
                       .rule = text_of(predicted, "rule"),
                       .evidence = evidence_of(o)};
    if (row.rule) {
        row.predicted_from = time_of(predicted, "from_epoch_ns");
        row.predicted_to = time_of(predicted, "to_epoch_ns");
    }
    g_array_append_val(f->rows, row);
}

static void add_observation(scn_findings *f, JsonObject *o)
{
    scn_finding row = {.what = text_of(o, "kind"),
                       .severity = text_of(o, "severity"),
                       .frame = (uint64_t)number_of(o, "frame"),
                       .evidence = evidence_of(o)};
    g_array_append_val(f->rows, row);
}

static void add_server(scn_findings *f, JsonObject *o)
{
    JsonObject *measured = object_of(o, "measured");
    JsonObject *rule = measured ? object_of(measured, "zero_vc") : NULL;
    scn_server s = {.addr = addr_of(text_of(o, "ip")),
                    .profile = text_of(o, "profile"),
                    .enforced = (unsigned)number_of(rule, "enforced"),
                    .not_enforced = (unsigned)number_of(rule, "not_enforced")};
    g_array_append_val(f->servers, s);
}

static void set_capture(scn_findings *f, JsonObject *o)
{
    f->viewpoint = text_of(o, "viewpoint");
    f->nat = text_of(o, "nat");
    f->duplicates = (unsigned)number_of(o, "duplicate_frames");
    f->connections = (unsigned)number_of(o, "smb_connections");
    f->undecoded = (unsigned)number_of(o, "undecoded_frames");
    f->backward = (unsigned)number_of(o, "backward_frames");
}

static bool each(scn_findings *f, JsonObject *root, const char *name,
                 void (*take)(scn_findings *f, JsonObject *o), GError **error)
{
    JsonNode *n = json_object_get_member(root, name);
    if (!n || !JSON_NODE_HOLDS_ARRAY(n)) {
        g_set_error(error, SCN_ERROR, 0, "the JSON document has no array \"%s\"", name);
        return false;
    }
    JsonArray *array = json_node_get_array(n);
    for (guint i = 0; i < json_array_get_length(array); i++)
        take(f, json_array_get_object_element(array, i));
    return true;
}

scn_findings *scn_findings_of_json(const char *text, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    if (!json_parser_load_from_data(parser, text, -1, error)) return NULL;
    JsonNode *root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        g_set_error(error, SCN_ERROR, 0, "the JSON document is no object");
        return NULL;
    }
    JsonObject *o = json_node_get_object(root);
    scn_findings *f = scn_findings_new();
    if (each(f, o, "ends", add_end, error) && each(f, o, "observations", add_observation, error) &&
        each(f, o, "servers", add_server, error) && each(f, o, "captures", set_capture, error))
        return f;
    scn_findings_free(f);
    return NULL;
}
