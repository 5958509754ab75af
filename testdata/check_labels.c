/* check_labels PROGRAM FOLDER: runs smbtrace-check on each FOLDER/X.pcap that has a label FOLDER/X.json
 * beside it and compares what it says with what is known to have happened. README.md describes the labels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "labels.h"

#include <glib.h>
#include <string.h>

struct check {
    const char *program, *folder;
    char *stem;
    JsonObject *label;
    JsonArray *ends; /* what the program said */
    gboolean *used;  /* one for each of them */
};

G_GNUC_PRINTF(1, 2) static void differs(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_test_message("%s", text);
    g_test_fail();
}

static gboolean same_connection(JsonObject *said, JsonObject *label)
{
    JsonObject *connection = json_object_get_object_member(said, "connection");
    g_autofree char *client = label_endpoint(connection, "client");
    g_autofree char *server = label_endpoint(connection, "server");
    return strcmp(client, json_object_get_string_member(label, "client")) == 0 &&
           strcmp(server, json_object_get_string_member(label, "server")) == 0;
}

/* Whether the member `key` of what was said is one of the words that the label's array `allowed` holds. Says
 * so when not. A label without that array allows anything. */
static void compare_word(JsonObject *said, const char *key, JsonObject *label, const char *allowed)
{
    if (!json_object_has_member(label, allowed)) return;
    const char *word = json_object_get_string_member_with_default(said, key, "null");
    JsonArray *words = json_object_get_array_member(label, allowed);
    GString *list = g_string_new(NULL);
    gboolean found = FALSE;
    for (guint i = 0; i < json_array_get_length(words); i++) {
        const char *one = json_array_get_string_element(words, i);
        found = found || strcmp(word, one) == 0;
        g_string_append_printf(list, "%s%s", i ? " or " : "", one);
    }
    if (!found)
        differs("frame %" G_GINT64_FORMAT ": %s %s, want %s", label_end_frame(said), key, word, list->str);
    g_string_free(list, TRUE);
}

static void compare_culprit(JsonObject *said, JsonObject *label)
{
    JsonObject *culprit = json_object_get_object_member(said, "culprit");
    gint64 frame = json_object_get_int_member_with_default(culprit, "frame", 0);
    if (!json_object_has_member(label, "culprit")) return;
    JsonObject *want = json_object_get_object_member(label, "culprit");
    gint64 want_frame = json_object_get_int_member(want, "frame");
    if (frame != want_frame)
        differs("frame %" G_GINT64_FORMAT ": culprit frame %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT,
                label_end_frame(said), frame, want_frame);
    if (json_object_get_null_member(culprit, "connection")) {
        differs("frame %" G_GINT64_FORMAT ": no culprit connection", label_end_frame(said));
        return;
    }
    g_autofree char *client = label_endpoint(json_object_get_object_member(culprit, "connection"), "client");
    if (strcmp(client, json_object_get_string_member(want, "client")) != 0)
        differs("frame %" G_GINT64_FORMAT ": culprit %s, want %s", label_end_frame(said), client,
                json_object_get_string_member(want, "client"));
}

static void find_end(struct check *check, JsonObject *label)
{
    gint64 frame = json_object_get_int_member(label, "frame");
    for (guint i = 0; i < json_array_get_length(check->ends); i++) {
        JsonObject *said = json_array_get_object_element(check->ends, i);
        if (check->used[i] || label_end_frame(said) != frame || !same_connection(said, label)) continue;
        check->used[i] = TRUE;
        compare_word(said, "cause", label, "causes");
        compare_word(said, "variant", label, "variants");
        compare_word(said, "strength", label, "strengths");
        compare_culprit(said, label);
        return;
    }
    differs("no end of %s at frame %" G_GINT64_FORMAT, json_object_get_string_member(label, "client"), frame);
}

static void compare_ends(struct check *check)
{
    JsonArray *labels = json_object_get_array_member(check->label, "ends");
    check->used = g_new0(gboolean, json_array_get_length(check->ends) + 1);
    for (guint i = 0; i < json_array_get_length(labels); i++)
        find_end(check, json_array_get_object_element(labels, i));
    for (guint i = 0; i < json_array_get_length(check->ends); i++) {
        JsonObject *said = json_array_get_object_element(check->ends, i);
        if (!check->used[i])
            differs("frame %" G_GINT64_FORMAT ": an end that did not happen, %s", label_end_frame(said),
                    json_object_get_string_member(said, "cause"));
    }
    g_free(check->used);
}

/* A label may name observations that must be there; others may be. */
static void compare_observations(struct check *check, JsonArray *said)
{
    if (!json_object_has_member(check->label, "observations")) return;
    JsonArray *labels = json_object_get_array_member(check->label, "observations");
    for (guint i = 0; i < json_array_get_length(labels); i++) {
        JsonObject *label = json_array_get_object_element(labels, i);
        const char *kind = json_object_get_string_member(label, "kind");
        gint64 frame = json_object_get_int_member(label, "frame");
        gboolean found = FALSE;
        for (guint k = 0; k < json_array_get_length(said); k++) {
            JsonObject *o = json_array_get_object_element(said, k);
            if (strcmp(json_object_get_string_member(o, "kind"), kind) != 0) continue;
            found |=
                !json_object_get_null_member(o, "frame") && json_object_get_int_member(o, "frame") == frame;
        }
        if (!found) differs("no observation %s at frame %" G_GINT64_FORMAT, kind, frame);
    }
}

static void test_label(gconstpointer data)
{
    struct check check = *(const struct check *)data;
    g_autofree char *path = g_strdup_printf("%s/%s.json", check.folder, check.stem);
    g_autofree char *capture = g_strdup_printf("%s/%s.pcap", check.folder, check.stem);
    g_autoptr(JsonNode) label = label_read(path);
    check.label = json_node_get_object(label);
    int status;
    g_autoptr(JsonNode) report = label_report(check.program, capture, &status);
    check.ends = json_object_get_array_member(json_node_get_object(report), "ends");
    compare_ends(&check);
    compare_observations(&check, json_object_get_array_member(json_node_get_object(report), "observations"));
    gint64 want = json_object_get_int_member(check.label, "exit");
    if (status != want) differs("exit status %d, want %" G_GINT64_FORMAT, status, want);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *stems(const char *folder)
{
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    for (const char *name; (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".json")) g_ptr_array_add(names, g_strndup(name, strlen(name) - 5));
    g_ptr_array_sort(names, by_name);
    return names;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc != 3) g_error("usage: check_labels PROGRAM FOLDER");
    GPtrArray *names = stems(argv[2]);
    if (names->len == 0) g_error("%s: no labels", argv[2]);
    for (guint i = 0; i < names->len; i++) {
        struct check *check = g_new0(struct check, 1);
        *check = (struct check){.program = argv[1], .folder = argv[2], .stem = names->pdata[i]};
        g_autofree char *path = g_strdup_printf("/captures/%s", check->stem);
        g_test_add_data_func_full(path, check, test_label, g_free);
    }
    int failed = g_test_run();
    g_ptr_array_foreach(names, (GFunc)(void (*)(void))g_free, NULL);
    g_ptr_array_free(names, TRUE);
    return failed;
}
