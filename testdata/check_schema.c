/* check_schema PROGRAM FOLDER: whether what smbtrace-check prints as json and ndjson, of each FOLDER/X.pcap
 * and of all of them together, is valid by the schema that it prints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "schema.h"

#include <string.h>

static const char *program;
static JsonNode *schema;

static JsonNode *parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

/* What the program prints; the arguments end with NULL. */
static char *run(const char *const *arguments)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, (gpointer)program);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, (gpointer)*arguments);
    g_ptr_array_add(argv, NULL);
    g_autoptr(GError) error = NULL;
    char *out = NULL;
    int status;
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, 0, NULL, NULL, &out, NULL, &status, &error);
    g_assert_no_error(error);
    return out;
}

static void check_value(const char *name, JsonNode *value)
{
    g_autofree char *fault = schema_check(schema, value, TRUE);
    if (!fault) return;
    g_test_message("%s: %s", name, fault);
    g_test_fail();
}

static void check_document(const char *name, const char *const *arguments)
{
    g_autofree char *text = run(arguments);
    g_autoptr(JsonNode) value = parse(text);
    check_value(name, value);
}

static void check_lines(const char *name, const char *const *arguments)
{
    g_autofree char *text = run(arguments);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_nonnull(lines[0]);
    for (char **line = lines; *line && **line; line++) {
        g_autoptr(JsonNode) value = parse(*line);
        check_value(name, value);
    }
}

static void test_capture(gconstpointer path)
{
    const char *name = path;
#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, name, NULL})
    check_document(name, ARGUMENTS("-f", "json"));
    check_document(name, ARGUMENTS("-f", "json", "--anonymize"));
    check_document(name, ARGUMENTS("-f", "json", "-vv", "--what-if", "server.zero_vc=off"));
    check_lines(name, ARGUMENTS("-f", "ndjson", "-vv", "--what-if", "client.session_timeout=10s"));
    if (g_file_test(name, G_FILE_TEST_IS_DIR)) {
        check_document(name, ARGUMENTS("-f", "json", "--join"));
        check_lines(name, ARGUMENTS("-f", "ndjson", "-vv", "--join"));
        check_document(name,
                       ARGUMENTS("-f", "json", "-vv", "--what-if", "server.zero_vc=off", "--continuous"));
        check_lines(name, ARGUMENTS("-f", "ndjson", "--continuous"));
        check_document(name, ARGUMENTS("-f", "json", "--continuous", "--trace", "k_port139.pcap:20"));
        return;
    }
    check_document(name, ARGUMENTS("-f", "json", "--trace", "20", "--trace", "30"));
    check_lines(name, ARGUMENTS("-f", "ndjson", "--trace", "20", "--trace", "30"));
#undef ARGUMENTS
}

/* Members that no row is about. */
#define REST                                                                                                 \
    "\"by_severity\": {\"info\": 0, \"note\": 0, \"warning\": 0, \"error\": 0}, \"story\": null, "           \
    "\"captures\": 1, \"findings\": [], \"by_time\": {\"unit\": null, \"buckets\": []}, "                    \
    "\"left_out\": {\"ends\": 0, \"by_cause\": {}, \"observations\": 0, \"worst\": null}, "                  \
    "\"patterns\": [], \"patterns_more\": 0, \"headline\": \"\", \"by_server\": [], \"by_server_more\": 0, " \
    "\"by_host\": [{\"ip\": \"10.0.0.1\", \"name\": null, \"ends\": 1}], \"by_host_more\": 0, "              \
    "\"complete\": true, \"not_read\": 0"

/* The validator itself: what it must not let pass. */
static void test_faults(void)
{
    static const struct {
        const char *json, *fault;
    } rows[] = {
        {"[]", "/: array, not object"},
        {"{\"type\": \"summary\", \"ends\": 1, \"by_cause\": {}, " REST ", "
         "\"observations\": 0, \"worst\": null}",
         NULL},
        {"{\"type\": \"summary\", \"ends\": -1, \"by_cause\": {}, " REST ", "
         "\"observations\": 0, \"worst\": null}",
         "/ends: -1 is beyond 0"},
        {"{\"type\": \"summary\", \"ends\": \"1\", \"by_cause\": {}, " REST ", "
         "\"observations\": 0, \"worst\": null}",
         "/ends: string, not integer"},
        {"{\"type\": \"summary\", \"ends\": 1, \"by_cause\": {\"x\": 0}, " REST ", "
         "\"observations\": 0, \"worst\": "
         "null}",
         "/by_cause/x: 0 is beyond 1"},
        {"{\"type\": \"summary\", \"ends\": 1, \"by_cause\": {}, " REST ", "
         "\"observations\": 0, \"worst\": \"bad\"}",
         "/worst: none of the values allowed here"},
        {"{\"type\": \"summary\", \"ends\": 1, \"by_cause\": {}, " REST ", "
         "\"observations\": 0}",
         "/: without worst"},
        {"{\"type\": \"summary\", \"ends\": 1, \"by_cause\": {}, " REST ", "
         "\"observations\": 0, \"worst\": null, "
         "\"x\": 1}",
         "/: x is not in the schema"},
    };
    g_autoptr(JsonNode) summary = parse("{\"$ref\": \"#/$defs/summary\"}");
    JsonObject *defs = json_object_get_object_member(json_node_get_object(schema), "$defs");
    json_object_set_object_member(json_node_get_object(summary), "$defs", json_object_ref(defs));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(JsonNode) value = parse(rows[i].json);
        g_autofree char *fault = schema_check(summary, value, TRUE);
        g_assert_cmpstr(fault, ==, rows[i].fault);
    }
    g_autoptr(JsonNode) more = parse("{\"a\": 1}");
    g_autoptr(JsonNode) open = parse("{\"properties\": {}}");
    g_autoptr(JsonNode) foreign = parse("{\"propertyNames\": {}}");
    g_assert_null(schema_check(open, more, FALSE));
    g_autofree char *unknown = schema_check(foreign, more, FALSE);
    g_assert_cmpstr(unknown, ==, "/: a keyword of the schema is not known");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc != 3) return 2;
    program = argv[1];
    const char *folder = argv[2];
    g_autofree char *text = run((const char *const[]){"--list", "schema", NULL});
    schema = parse(text);
    g_test_add_func("/schema/faults", test_faults);
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(files);
    for (const char *name; (name = g_dir_read_name(files));) {
        if (!g_str_has_suffix(name, ".pcap")) continue;
        g_autofree char *test = g_strdup_printf("/schema/%s", name);
        g_test_add_data_func_full(test, g_build_filename(folder, name, NULL), test_capture, g_free);
    }
    g_test_add_data_func("/schema/all", folder, test_capture);
    int status = g_test_run();
    json_node_unref(schema);
    return status;
}
