/* parity PROGRAM FOLDER...: every frame of every capture says in Wireshark's tree, in two passes, what
 * smbtrace-check says of it. Folders that are not there are passed over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wireshark.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* In an end: what the pattern that it is part of says, put there from the summary. */
#define PATTERN "pattern of the end"

struct parity {
    const char *program;
    char *capture;
};

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- What smbtrace-check says, frame by frame
 * ------------------------------------------------------------------ */

static const char *word(JsonObject *object, const char *key)
{
    return json_object_get_string_member_with_default(object, key, NULL);
}

static gint64 number(JsonObject *object, const char *key)
{
    return json_object_get_int_member_with_default(object, key, 0);
}

static void add_word(GString *line, const char *name, const char *value)
{
    if (value) g_string_append_printf(line, " %s=%s", name, value);
}

static void add_number(GString *line, const char *name, gint64 value)
{
    if (value) g_string_append_printf(line, " %s=%" G_GINT64_FORMAT, name, value);
}

static void add_return(GString *line, JsonObject *end)
{
    JsonNode *back = json_object_get_member(end, "reconnect");
    if (JSON_NODE_HOLDS_OBJECT(back))
        add_number(line, "reconnect", number(json_node_get_object(back), "frame"));
    add_word(line, "reconnect.none", word(end, "no_reconnect"));
    add_word(line, "pattern", word(end, PATTERN));
}

static char *end_line(JsonObject *end, gint64 frame, const char *role)
{
    JsonObject *culprit = json_object_get_object_member(end, "culprit");
    const char *cause = word(end, "cause"), *severity = word(end, "severity");
    gint64 set_off = number(culprit, "frame");
    gboolean is_victim = strcmp(role, "victim") == 0, is_culprit = strcmp(role, "culprit") == 0;
    gboolean is_grave = strcmp(severity, "warning") == 0 || strcmp(severity, "error") == 0;
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%" G_GINT64_FORMAT " role=%s cause=%s", frame, role, cause);
    add_word(line, "variant", word(end, "variant"));
    add_word(line, "severity", severity);
    add_word(line, "strength", word(end, "strength"));
    if (!is_culprit) add_number(line, "culprit", set_off);
    if (!is_victim) add_number(line, "victim", number(json_object_get_object_member(end, "end"), "frame"));
    if (set_off && (is_victim || is_culprit) && !json_object_get_null_member(culprit, "delay_ms")) {
        gint64 ns = (gint64)(json_object_get_double_member(culprit, "delay_ms") * 1e6 + 0.5);
        g_string_append_printf(line, " delay=%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT,
                               ns / G_GINT64_CONSTANT(1000000000), ns % G_GINT64_CONSTANT(1000000000));
    }
    add_word(line, "host", word(json_object_get_object_member(end, "connection"), "workstation"));
    if (is_victim) add_return(line, end);
    if (is_victim)
        add_word(line, "expert", cause);
    else if (is_culprit && is_grave)
        add_word(line, "expert", "culprit");
    add_word(line, "summary", word(end, "summary"));
    return g_string_free(line, FALSE);
}

static char *observation_line(JsonObject *o, gint64 frame, gboolean is_evidence)
{
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%" G_GINT64_FORMAT, frame);
    if (is_evidence) add_word(line, "role", "evidence");
    add_word(line, "observation", word(o, "kind"));
    add_word(line, "severity", word(o, "severity"));
    if (!is_evidence) add_word(line, "expert", word(o, "kind"));
    add_word(line, "summary", word(o, "summary"));
    return g_string_free(line, FALSE);
}

/* Each frame once: false when it is there already. */
static gboolean first_time(GHashTable *seen, gint64 frame)
{
    return frame && g_hash_table_add(seen, GSIZE_TO_POINTER((gsize)frame));
}

static void expect_end(GPtrArray *lines, JsonObject *end)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    gint64 frame = number(json_object_get_object_member(end, "end"), "frame");
    gint64 culprit = number(json_object_get_object_member(end, "culprit"), "frame");
    JsonArray *evidence = json_object_get_array_member(end, "evidence");
    if (first_time(seen, frame)) g_ptr_array_add(lines, end_line(end, frame, "victim"));
    if (first_time(seen, culprit)) g_ptr_array_add(lines, end_line(end, culprit, "culprit"));
    for (guint i = 0; i < json_array_get_length(evidence); i++) {
        gint64 at = number(json_array_get_object_element(evidence, i), "frame");
        if (first_time(seen, at)) g_ptr_array_add(lines, end_line(end, at, "evidence"));
    }
}

static void note_pattern(JsonObject *end, JsonObject *pattern)
{
    JsonObject *connection = json_object_get_object_member(end, "connection");
    gint64 frame = number(json_object_get_object_member(end, "end"), "frame");
    gboolean is_part = g_strcmp0(word(end, "variant"), "nat-collision") == 0 &&
                       frame >= number(pattern, "first_frame") && frame <= number(pattern, "last_frame");
    for (int i = 0; is_part && i < 2; i++) {
        const char *side = i ? "server" : "client";
        is_part = g_strcmp0(word(json_object_get_object_member(connection, side), "ip"),
                            word(json_object_get_object_member(pattern, side), "ip")) == 0;
    }
    if (is_part) json_object_set_string_member(end, PATTERN, word(pattern, "summary"));
}

static void expect_observation(GPtrArray *lines, JsonObject *o)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    gint64 frame = number(o, "frame");
    JsonArray *evidence = json_object_get_array_member(o, "evidence");
    if (first_time(seen, frame)) g_ptr_array_add(lines, observation_line(o, frame, FALSE));
    for (guint i = 0; i < json_array_get_length(evidence); i++) {
        gint64 at = number(json_array_get_object_element(evidence, i), "frame");
        if (first_time(seen, at)) g_ptr_array_add(lines, observation_line(o, at, TRUE));
    }
}

static GPtrArray *expected(const struct parity *test)
{
    char *command[] = {(char *)test->program, (char *)"-f", (char *)"json", test->capture, NULL};
    g_autofree char *report = NULL;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, command, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &report, NULL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(JsonParser) parser = json_parser_new();
    json_parser_load_from_data(parser, report, -1, &error);
    g_assert_no_error(error);
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    JsonArray *ends = json_object_get_array_member(root, "ends");
    JsonArray *observations = json_object_get_array_member(root, "observations");
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    JsonArray *patterns =
        json_object_get_array_member(json_object_get_object_member(root, "summary"), "patterns");
    for (guint i = 0; i < json_array_get_length(ends); i++) {
        JsonObject *end = json_array_get_object_element(ends, i);
        for (guint p = 0; p < json_array_get_length(patterns); p++)
            note_pattern(end, json_array_get_object_element(patterns, p));
        expect_end(lines, end);
    }
    for (guint i = 0; i < json_array_get_length(observations); i++)
        expect_observation(lines, json_array_get_object_element(observations, i));
    return lines;
}

/* ---- The comparison
 * -------------------------------------------------------------------------------------------- */

static GPtrArray *painted(const struct parity *test)
{
    g_autofree char *path = wireshark_lend(test->capture);
    g_auto(GStrv) command = wireshark_command("tshark -2 -n -Y smbtrace -T pdml -r", path);
    /* A capture that is cut off makes tshark fail after it said all. */
    g_autofree char *pdml = wireshark_run(command, TRUE, NULL);
    unlink(path);
    return wireshark_findings(pdml);
}

static void test_capture(gconstpointer data)
{
    const struct parity *test = data;
    g_autoptr(GPtrArray) want = expected(test), found = painted(test);
    g_ptr_array_sort(want, by_text);
    g_ptr_array_sort(found, by_text);
    guint w = 0, f = 0;
    while (w < want->len || f < found->len) {
        int order = w == want->len ? 1 : f == found->len ? -1 : strcmp(want->pdata[w], found->pdata[f]);
        if (order != 0) {
            g_test_message("%s in Wireshark: %s", order < 0 ? "missing" : "too much",
                           (const char *)(order < 0 ? want->pdata[w] : found->pdata[f]));
            g_test_fail();
        }
        if (order <= 0) w++;
        if (order >= 0) f++;
    }
    g_test_message("%u roles of frames", want->len);
}

static gboolean is_capture(const char *name)
{
    static const char *const suffixes[] = {".pcap", ".pcapng", ".cap", ".dmp", ".gz"};
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(name, suffixes[i])) return TRUE;
    return FALSE;
}

static void add_folder(const char *program, const char *folder)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (is_capture(name)) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_text);
    for (guint i = 0; i < names->len; i++) {
        struct parity *test = g_new0(struct parity, 1);
        *test = (struct parity){program, g_build_filename(folder, names->pdata[i], NULL)};
        g_autofree char *base = g_path_get_basename(folder);
        g_autofree char *path = g_strdup_printf("/parity/%s/%s", base, (const char *)names->pdata[i]);
        g_test_add_data_func(path, test, test_capture);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3) g_error("usage: parity PROGRAM FOLDER...");
    for (int i = 2; i < argc; i++)
        add_folder(argv[1], argv[i]);
    return g_test_run();
}
