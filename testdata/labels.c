/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "labels.h"

#include <glib.h>
#include <string.h>
#include <sys/wait.h>

static JsonNode *parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

JsonNode *label_read(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return parse(text);
}

JsonNode *label_report(const char *program, const char *capture, int *ret_exit)
{
    const char *const arguments[] = {program, "-f", "json", capture, NULL};
    g_autofree char *report = NULL;
    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;
    g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &report, &errors, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    *ret_exit = WEXITSTATUS(status);
    if (*ret_exit != 3) g_assert_cmpstr(errors, ==, "");
    return parse(report);
}

char *label_endpoint(JsonObject *connection, const char *side)
{
    JsonObject *at = json_object_get_object_member(connection, side);
    return g_strdup_printf("%s:%" G_GINT64_FORMAT, json_object_get_string_member(at, "ip"),
                           json_object_get_int_member(at, "port"));
}

gint64 label_end_frame(JsonObject *said)
{
    return json_object_get_int_member(json_object_get_object_member(said, "end"), "frame");
}

gboolean label_holds(JsonArray *words, const char *word)
{
    for (guint i = 0; i < json_array_get_length(words); i++)
        if (strcmp(json_array_get_string_element(words, i), word) == 0) return TRUE;
    return FALSE;
}
