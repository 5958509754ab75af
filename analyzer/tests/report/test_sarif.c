/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"

#include <json-glib/json-glib.h>

/* Fails where `text` is no JSON. */
static JsonNode *parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

static void assert_at(JsonNode *root, const char *path, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) found = json_path_query(path, root, &error);
    g_assert_no_error(error);
    JsonArray *matches = json_node_get_array(found);
    if (!value) {
        g_assert_cmpuint(json_array_get_length(matches), ==, 0);
        return;
    }
    g_assert_cmpuint(json_array_get_length(matches), ==, 1);
    g_assert_cmpstr(json_array_get_string_element(matches, 0), ==, value);
}

static JsonNode *result_of(const char *file, const smbt_record *record)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_sarif_record(out, file, record);
    return parse(out->str);
}

static JsonNode *result_of_end(const char *file, const smbt_end *end)
{
    return result_of(file, &(smbt_record){.type = SMBT_RECORD_END, .end = end});
}

static void test_rules(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_sarif_begin(out, "1.2.3");
    g_string_append(out, "}]}");
    g_autoptr(JsonNode) root = parse(out->str);
    assert_at(root, "$.version", "2.1.0");
    assert_at(root, "$.runs[0].tool.driver.semanticVersion", "1.2.3");
    assert_at(root, "$.runs[0].tool.driver.rules[0].id", smbt_causes()->id);
    JsonObject *run =
        json_array_get_object_element(json_object_get_array_member(json_node_get_object(root), "runs"), 0);
    JsonObject *driver = json_object_get_object_member(json_object_get_object_member(run, "tool"), "driver");
    JsonArray *rules = json_object_get_array_member(driver, "rules");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < json_array_get_length(rules); i++) {
        JsonObject *rule = json_array_get_object_element(rules, i);
        const char *id = json_object_get_string_member(rule, "id");
        g_assert_true(g_hash_table_add(seen, (gpointer)id));
        g_assert_true(json_object_has_member(rule, "help"));
    }
    for (const smbt_topic *topic = smbt_causes(); topic->id; topic++)
        g_assert_true(g_hash_table_contains(seen, topic->id));
}

static void test_end(void)
{
    smbt_end end = sample_end();
    g_autoptr(JsonNode) result = result_of_end("a b.pcap", &end);
    assert_at(result, "$.ruleId", "zero-vc");
    assert_at(result, "$.kind", "fail");
    assert_at(result, "$.level", "error");
    assert_at(result, "$.message.text", end.summary);
    assert_at(result, "$.locations[0].physicalLocation.artifactLocation.uri", "a%20b.pcap");
    assert_at(result, "$.locations[0].logicalLocations[0].name", "frame 277");
    assert_at(result, "$.relatedLocations[0].logicalLocations[0].name", "frame 276");
    assert_at(result, "$.relatedLocations[0].message.text",
              "set it off, on 10.50.0.2:42332 \xe2\x86\x92 10.50.0.10:445");
    assert_at(result, "$.relatedLocations[1].logicalLocations[0].name", "frame 276");
    assert_at(result, "$.relatedLocations[3].logicalLocations", NULL);
    assert_at(result, "$.properties.remedies[1]", end.remedies->pdata[1]);
    assert_at(result, "$.properties.ruledOut[1]", "path-loss: no retransmission");
    sample_end_clear(&end);
}

static void test_kinds(void)
{
    static const struct {
        enum smbt_severity severity;
        enum smbt_strength strength;
        const char *kind, *level;
    } rows[] = {
        {SMBT_SEVERITY_ERROR, SMBT_STRENGTH_CONFIRMED, "fail", "error"},
        {SMBT_SEVERITY_WARNING, SMBT_STRENGTH_LIKELY, "fail", "warning"},
        {SMBT_SEVERITY_NOTE, SMBT_STRENGTH_LIKELY, "fail", "note"},
        {SMBT_SEVERITY_ERROR, SMBT_STRENGTH_POSSIBLE, "review", "none"},
        {SMBT_SEVERITY_INFO, SMBT_STRENGTH_CONFIRMED, "informational", "none"},
        {SMBT_SEVERITY_INFO, SMBT_STRENGTH_POSSIBLE, "informational", "none"},
        {SMBT_SEVERITY_NOTE, SMBT_STRENGTH_NONE, "open", "none"},
    };
    smbt_end end = sample_bare_end();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        end.severity = rows[i].severity;
        end.strength = rows[i].strength;
        g_autoptr(JsonNode) result = result_of_end("x", &end);
        assert_at(result, "$.kind", rows[i].kind);
        assert_at(result, "$.level", rows[i].level);
    }
    sample_end_clear(&end);
}

static char *fingerprint(const smbt_end *end)
{
    g_autoptr(JsonNode) result = result_of_end("x", end);
    JsonObject *prints = json_object_get_object_member(json_node_get_object(result), "partialFingerprints");
    return g_strdup(json_object_get_string_member(prints, "findingAndFlow/v1"));
}

static void test_fingerprint(void)
{
    smbt_end end = sample_end();
    g_autofree char *first = fingerprint(&end);
    end.frame++;
    end.time++;
    end.summary = "other words";
    g_autofree char *again = fingerprint(&end);
    end.connection.client.port++;
    g_autofree char *other = fingerprint(&end);
    end.connection.client.port--;
    end.cause = "server-idle";
    g_autofree char *cause = fingerprint(&end);
    end.connection.client.addr.family = 0;
    g_autofree char *unset = fingerprint(&end);
    g_assert_true(g_str_has_prefix(first, "zero-vc 1:"));
    g_assert_cmpstr(first, ==, again);
    g_assert_cmpstr(first, !=, other);
    g_assert_cmpstr(first, !=, cause);
    g_assert_cmpstr(unset, ==, "server-idle -");
    sample_end_clear(&end);
}

static void test_observation(void)
{
    smbt_observation observation = sample_observation();
    const smbt_record record = {.type = SMBT_RECORD_OBSERVATION, .observation = &observation};
    g_autoptr(JsonNode) result = result_of("x", &record);
    assert_at(result, "$.ruleId", "zero-vc-exposed");
    assert_at(result, "$.level", "warning");
    assert_at(result, "$.relatedLocations[1].logicalLocations[0].name", "frame 269");
    observation.has_connection = false;
    observation.frame = 0;
    g_autoptr(JsonNode) whole = result_of("x", &record);
    assert_at(whole, "$.partialFingerprints['findingAndFlow/v1']", "zero-vc-exposed -");
    assert_at(whole, "$.locations[0].logicalLocations", NULL);
    g_array_unref(observation.evidence);
}

static void test_captures(void)
{
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    input.file = "/a/\xc3\xa4 #?%:.pcap";
    input.sha256 = "00ff";
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_sarif_capture(out, &input, &info);
    g_autoptr(JsonNode) artifact = parse(out->str);
    assert_at(artifact, "$.location.uri", "file:///a/%C3%A4%20%23%3F%25%3A.pcap");
    assert_at(artifact, "$.hashes.sha-256", "00ff");
    assert_at(artifact, "$.properties.viewpoint", "near-server");
    g_string_truncate(out, 0);
    smbt_sarif_problem(out, "\"\n<x>", "cut \x1b[2J off");
    g_autoptr(JsonNode) notification = parse(out->str);
    assert_at(notification, "$.locations[0].physicalLocation.artifactLocation.uri", "%22%0A%3Cx%3E");
    g_assert_null(strchr(out->str, 0x1b));
    assert_at(notification, "$.message.text", "cut \x1b[2J off");
}

static void test_others_have_no_result(void)
{
    smbt_server_info server = sample_server();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_sarif_record(out, "x", &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    g_assert_cmpstr(out->str, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sarif/rules", test_rules);
    g_test_add_func("/sarif/end", test_end);
    g_test_add_func("/sarif/kinds", test_kinds);
    g_test_add_func("/sarif/fingerprint", test_fingerprint);
    g_test_add_func("/sarif/observation", test_observation);
    g_test_add_func("/sarif/captures", test_captures);
    g_test_add_func("/sarif/others-have-no-result", test_others_have_no_result);
    return g_test_run();
}
