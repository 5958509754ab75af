/* Runs one scenario through the library, and through the command line as a pcap file:
 *
 *   run_scenario SMBTRACE-CHECK SCENARIO.scn
 *   run_scenario --found SCENARIO.scn           what the library finds, in the words of an .expected file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/expect.h"
#include "scenario/line.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *path, const char *what)
{
    fprintf(stderr, "%s:\n%s\n", path, what);
    return 1;
}

static int complain_error(const char *path, const GError *error)
{
    return complain(path, error->message);
}

/* --set, --profile and --port as the scenario has them. */
static GPtrArray *command_line(const char *check, const scn_scenario *s, const char *pcap)
{
    GPtrArray *argv = g_ptr_array_new();
    g_ptr_array_add(argv, (gpointer)check);
    g_ptr_array_add(argv, (gpointer) "--format=json");
    for (guint i = 0; i < s->profiles->len; i++) {
        g_ptr_array_add(argv, (gpointer) "--profile");
        g_ptr_array_add(argv, s->profiles->pdata[i]);
    }
    for (guint i = 0; i < s->settings->len; i++) {
        g_ptr_array_add(argv, (gpointer) "--set");
        g_ptr_array_add(argv, s->settings->pdata[i]);
    }
    for (guint i = 0; i < s->ports->len; i++) {
        g_ptr_array_add(argv, (gpointer) "--port");
        g_ptr_array_add(argv, s->ports->pdata[i]);
    }
    g_ptr_array_add(argv, (gpointer)pcap);
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* What the command line prints; NULL with an error when it does not exit with 0 or 1. */
static char *run_check(const char *check, const scn_scenario *s, const char *pcap, GError **error)
{
    g_autoptr(GPtrArray) argv = command_line(check, s, pcap);
    g_autofree char *out = NULL, *err = NULL;
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                      error))
        return NULL;
    g_autoptr(GError) exit_error = NULL;
    if (g_spawn_check_wait_status(status, &exit_error) ||
        (exit_error->domain == G_SPAWN_EXIT_ERROR && exit_error->code == 1))
        return g_steal_pointer(&out);
    g_set_error(error, SCN_ERROR, 0, "smbtrace-check: %s\n%s", exit_error->message, err);
    return NULL;
}

static scn_findings *findings_of_check(const char *check, const scn_scenario *s, GError **error)
{
    g_autofree char *pcap = NULL;
    int fd = g_file_open_tmp("scenario-XXXXXX.pcap", &pcap, error);
    if (fd < 0) return NULL;
    close(fd);
    scn_findings *f = NULL;
    if (scn_write_pcap(s, pcap, error)) {
        g_autofree char *json = run_check(check, s, pcap, error);
        if (json) f = scn_findings_of_json(json, error);
    }
    g_unlink(pcap);
    return f;
}

static char *expected_path(const char *scenario)
{
    gsize len = strlen(scenario) - (g_str_has_suffix(scenario, ".scn") ? 4 : 0);
    return g_strdup_printf("%.*s.expected", (int)len, scenario);
}

static int check_expected(const scn_scenario *s, const scn_findings *found, const char *path)
{
    g_autofree char *expected = expected_path(path), *text = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(expected, &text, NULL, &error)) return complain_error(path, error);
    g_autofree char *differences = scn_expect(s, text, found, &error);
    if (!differences) return complain_error(expected, error);
    return *differences ? complain(path, differences) : 0;
}

static int check_pieces(const scn_scenario *s, const scn_findings *found, const char *path)
{
    g_autoptr(GError) error = NULL;
    scn_findings *pieces = scn_findings_of_pieces(s, &error);
    if (!pieces) return complain_error(path, error);
    g_autofree char *differences = scn_findings_compare(s, found, pieces);
    g_autofree char *text =
        g_strconcat("as one capture of several files (second lines):\n", differences, NULL);
    scn_findings_free(pieces);
    return *differences ? complain(path, text) : 0;
}

static int check_command_line(const char *check, const scn_scenario *s, const scn_findings *found,
                              const char *path)
{
    if (s->limits->len > 0) return 0; /* which have no option */
    g_autoptr(GError) error = NULL;
    scn_findings *json = findings_of_check(check, s, &error);
    if (!json) return complain_error(path, error);
    g_autofree char *differences = scn_findings_compare(s, found, json);
    scn_findings_free(json);
    return *differences ? complain(path, differences) : 0;
}

static void print_found(const scn_scenario *s, const scn_findings *found)
{
    for (guint i = 0; i < found->rows->len; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        scn_finding_say(line, s, &g_array_index(found->rows, scn_finding, i));
        printf("%s\n", line->str);
    }
    printf("nothing else\n");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: run_scenario SMBTRACE-CHECK SCENARIO.scn\n");
        return 2;
    }
    const char *path = argv[2];
    g_autoptr(GError) error = NULL;
    scn_scenario *s = scn_read(path, &error);
    if (!s) return complain_error(path, error);
    scn_findings *found = scn_findings_of_engine(s, &error);
    int result = 0;
    if (!found) {
        result = complain_error(path, error);
    } else if (strcmp(argv[1], "--found") == 0) {
        print_found(s, found);
    } else {
        result = check_expected(s, found, path);
        result |= check_pieces(s, found, path);
        result |= check_command_line(argv[1], s, found, path);
    }
    scn_findings_free(found);
    scn_free(s);
    return result;
}
