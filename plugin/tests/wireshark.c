/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wireshark.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

char *wireshark_lend(const char *capture)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(capture, &bytes, &size, &error);
    g_assert_no_error(error);
    g_autofree char *base = g_path_get_basename(capture);
    char *path = g_build_filename(g_getenv("SMBT_FOLDER"), base, NULL);
    g_file_set_contents(path, bytes, (gssize)size, &error);
    g_assert_no_error(error);
    g_assert_cmpint(chmod(path, 0644), ==, 0);
    return path;
}

char **wireshark_command(const char *words, const char *path)
{
    g_autofree char *all = g_strconcat(g_getenv("SMBT_AS_USER"), " ", words, NULL);
    g_auto(GStrv) parts = g_strsplit(all, " ", -1);
    GPtrArray *command = g_ptr_array_new();
    for (char **part = parts; *part; part++)
        if (**part) g_ptr_array_add(command, g_strdup(*part));
    if (path) g_ptr_array_add(command, g_strdup(path));
    g_ptr_array_add(command, NULL);
    return (char **)g_ptr_array_free(command, FALSE);
}

char *wireshark_run(char **command, gboolean may_fail, char **ret_errors)
{
    char *output = NULL;
    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;
    g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors, &status, &error);
    g_assert_no_error(error);
    if (!WIFEXITED(status) || WEXITSTATUS(status) >= 126 || (!may_fail && WEXITSTATUS(status) != 0)) {
        g_autofree char *line = g_strjoinv(" ", command);
        g_error("%s: status %d: %s", line, status, errors);
    }
    if (ret_errors) *ret_errors = g_steal_pointer(&errors);
    return output;
}

/* ---- The tree of a frame, from PDML
 * ---------------------------------------------------------------------------- */

struct reader {
    GPtrArray *findings;
    char *frame;
    gboolean inside;
    GHashTable *values; /* field to value, of one finding */
};

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (; *names; names++, values++)
        if (strcmp(*names, name) == 0) return *values;
    return "";
}

static void on_start(GMarkupParseContext *context, const char *element, const char **names,
                     const char **values, gpointer user, GError **error)
{
    (void)context, (void)error;
    struct reader *r = user;
    const char *name = attribute(names, values, "name"), *show = attribute(names, values, "show");
    if (strcmp(element, "proto") == 0) {
        r->inside = strcmp(name, "smbtrace") == 0;
        g_hash_table_remove_all(r->values);
    } else if (strcmp(name, "num") == 0) {
        g_free(r->frame);
        r->frame = g_strdup(show);
    } else if (r->inside && g_str_has_prefix(name, "smbtrace.")) {
        if (g_str_has_prefix(name, "smbtrace.expert."))
            show = name + strlen("smbtrace.expert."), name = "smbtrace.expert";
        if (!g_hash_table_contains(r->values, name))
            g_hash_table_insert(r->values, g_strdup(name), g_strdup(show));
    }
}

static void on_end(GMarkupParseContext *context, const char *element, gpointer user, GError **error)
{
    (void)context, (void)error;
    static const char *const shown[] = {"role",      "cause",          "variant", "observation", "severity",
                                        "strength",  "culprit",        "victim",  "delay",       "host",
                                        "reconnect", "reconnect.none", "pattern", "expert",      "summary"};
    struct reader *r = user;
    if (strcmp(element, "proto") != 0 || !r->inside) return;
    r->inside = FALSE;
    GString *line = g_string_new(r->frame);
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autofree char *name = g_strconcat("smbtrace.", shown[i], NULL);
        const char *value = g_hash_table_lookup(r->values, name);
        if (value) g_string_append_printf(line, " %s=%s", shown[i], value);
    }
    g_ptr_array_add(r->findings, g_string_free(line, FALSE));
}

GPtrArray *wireshark_findings(const char *pdml)
{
    static const GMarkupParser parser = {.start_element = on_start, .end_element = on_end};
    struct reader r = {.findings = g_ptr_array_new_with_free_func(g_free),
                       .values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &r, NULL);
    g_autoptr(GError) error = NULL;
    g_markup_parse_context_parse(context, pdml, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_free(context);
    g_hash_table_destroy(r.values);
    g_free(r.frame);
    return r.findings;
}
