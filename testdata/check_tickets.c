/* check_tickets PROGRAM SCN2PCAP PATH...: for each capture (X.pcap) and each scenario (X.scn) in the folders
 * whether the evidence in its ticket, analysed by itself, has the same ends as the whole: all that matter,
 * and none that is not in the whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "comments.h"
#include "labels.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

static const char *program, *scn2pcap;

struct ticket {
    GByteArray *evidence;
    char *readme, *findings, *html;
    unsigned entries;
};

static GByteArray *read_entry(struct archive *zip)
{
    GByteArray *bytes = g_byte_array_new();
    guint8 piece[16384];
    la_ssize_t n;
    while ((n = archive_read_data(zip, piece, sizeof piece)) > 0)
        g_byte_array_append(bytes, piece, (guint)n);
    g_assert_cmpint(n, ==, 0);
    return bytes;
}

static char *text_of(GByteArray *bytes)
{
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(bytes, FALSE);
}

static struct ticket read_ticket(const char *path)
{
    struct ticket ticket = {0};
    struct archive *zip = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_format_zip(zip);
    g_assert_cmpint(archive_read_open_filename(zip, path, 16384), ==, ARCHIVE_OK);
    while (archive_read_next_header(zip, &entry) == ARCHIVE_OK) {
        g_autofree char *name = g_strdup(archive_entry_pathname(entry));
        GByteArray *bytes = read_entry(zip);
        ticket.entries++;
        if (strcmp(name, "evidence.pcapng") == 0)
            ticket.evidence = bytes;
        else if (strcmp(name, "README.txt") == 0)
            ticket.readme = text_of(bytes);
        else if (strcmp(name, "findings.json") == 0)
            ticket.findings = text_of(bytes);
        else if (strcmp(name, "report.html") == 0)
            ticket.html = text_of(bytes);
        else
            g_byte_array_unref(bytes);
    }
    archive_read_free(zip);
    return ticket;
}

static void ticket_clear(struct ticket *ticket)
{
    g_byte_array_unref(ticket->evidence);
    g_free(ticket->readme);
    g_free(ticket->findings);
    g_free(ticket->html);
}

static void take_original(unsigned packet, const char *text, unsigned len, void *user)
{
    static const char key[] = "smbtrace/1 original=";
    g_autofree char *comment = g_strndup(text, len);
    if (!g_str_has_prefix(comment, key)) return;
    GArray *originals = user;
    gint64 original = g_ascii_strtoll(comment + strlen(key), NULL, 10);
    g_assert_cmpuint(packet, ==, originals->len + 1); /* each has one */
    g_array_append_val(originals, original);
}

static gint64 number_of(JsonObject *object, const char *member, const GArray *originals)
{
    JsonNode *node = json_object_get_member(object, member);
    if (JSON_NODE_HOLDS_NULL(node)) return 0;
    gint64 frame = json_node_get_int(node);
    if (!originals) return frame;
    g_assert_cmpint(frame, <=, originals->len);
    return g_array_index(originals, gint64, frame - 1);
}

static const char *word_of(JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member(object, member);
    return JSON_NODE_HOLDS_NULL(node) ? "-" : json_node_get_string(node);
}

/* All that the verdict on an end says, frames by their numbers in the whole capture. */
static char *verdict_of(JsonObject *end, const GArray *originals)
{
    JsonObject *what = json_object_get_object_member(end, "end");
    g_autofree char *client = label_endpoint(json_object_get_object_member(end, "connection"), "client");
    g_autofree char *server = label_endpoint(json_object_get_object_member(end, "connection"), "server");
    return g_strdup_printf(
        "%s %s, %s by %s in frame %ld: %s/%s, %s, %s, culprit %ld", client, server, word_of(what, "kind"),
        word_of(what, "by"), (long)number_of(what, "frame", originals), word_of(end, "cause"),
        word_of(end, "variant"), word_of(end, "severity"), word_of(end, "strength"),
        (long)number_of(json_object_get_object_member(end, "culprit"), "frame", originals));
}

static GHashTable *verdicts_of(JsonNode *report, const GArray *originals)
{
    GHashTable *verdicts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    JsonArray *ends = json_object_get_array_member(json_node_get_object(report), "ends");
    for (guint i = 0; i < json_array_get_length(ends); i++)
        g_hash_table_add(verdicts, verdict_of(json_array_get_object_element(ends, i), originals));
    return verdicts;
}

static gboolean is_info(const char *verdict)
{
    return strstr(verdict, ", info, ") != NULL;
}

/* Whether anything at note or above was found: then what is below does not matter. */
static gboolean has_findings(JsonNode *report)
{
    static const char *const members[] = {"ends", "observations"};
    for (guint m = 0; m < G_N_ELEMENTS(members); m++) {
        JsonArray *all = json_object_get_array_member(json_node_get_object(report), members[m]);
        for (guint i = 0; i < json_array_get_length(all); i++)
            if (strcmp(word_of(json_array_get_object_element(all, i), "severity"), "info") != 0) return TRUE;
    }
    return FALSE;
}

static void compare(const char *name, JsonNode *whole, JsonNode *part, const GArray *originals)
{
    g_autoptr(GHashTable) in_whole = verdicts_of(whole, NULL);
    g_autoptr(GHashTable) in_part = verdicts_of(part, originals);
    gboolean info_matters = !has_findings(whole);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, in_whole);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if ((info_matters || !is_info(key)) && !g_hash_table_contains(in_part, key)) {
            g_test_message("%s: not in the evidence: %s", name, (char *)key);
            g_test_fail();
        }
    g_hash_table_iter_init(&iter, in_part);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(in_whole, key)) {
            g_test_message("%s: in the evidence only: %s", name, (char *)key);
            g_test_fail();
        }
}

static JsonNode *parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

static int run(const char *const *argv)
{
    g_autoptr(GError) error = NULL;
    int status;
    g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void check(const char *name, const char *capture, const char *folder)
{
    g_autofree char *zip = g_build_filename(folder, "ticket.zip", NULL);
    g_autofree char *evidence = g_build_filename(folder, "evidence.pcapng", NULL);
    int status = run((const char *const[]){program, "-q", "--ticket", zip, capture, NULL});
    g_assert_cmpint(status, <=, 1);
    struct ticket ticket = read_ticket(zip);
    g_assert_cmpuint(ticket.entries, ==, 4);
    if (!strstr(ticket.readme, "gives the same verdicts")) {
        g_test_message("%s: the ticket itself says that the verdicts differ", name);
        g_test_fail();
    }
    g_autoptr(GError) error = NULL;
    g_file_set_contents(evidence, (const char *)ticket.evidence->data, ticket.evidence->len, &error);
    g_assert_no_error(error);
    g_autoptr(GArray) originals = g_array_new(FALSE, FALSE, sizeof(gint64));
    long packets = comments_each(ticket.evidence->data, ticket.evidence->len, take_original, originals);
    g_assert_cmpint(packets, ==, originals->len);
    int exit_status;
    g_autoptr(JsonNode) part = label_report(program, evidence, &exit_status);
    g_autoptr(JsonNode) whole = parse(ticket.findings);
    compare(name, whole, part, originals);
    g_unlink(zip);
    g_unlink(evidence);
    ticket_clear(&ticket);
}

/* Of a connection with thousands of frames the middle is left out. */
static void test_long(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("smbtrace-ticket-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *story = g_build_filename(folder, "long.scn", NULL);
    g_autofree char *capture = g_build_filename(folder, "long.pcap", NULL);
    g_autofree char *zip = g_build_filename(folder, "long.zip", NULL);
    g_autoptr(GString) text = g_string_new(
        "# A host that reads a lot loses its connection to another one's logon.\n"
        "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"
        "client NAT 192.0.2.1\nhost A on NAT name=ACCT-PC01\nhost B on NAT name=FRONTDESK\n"
        "a = A:1025 > S:445\nb = B:1026 > S:445\n"
        "+1s a connect\n+1ms a negotiate\n+1ms a logon vc=1\n+1ms a tree\n+1ms a open path=\\big\n");
    for (int i = 0; i < 100; i++)
        g_string_append(text, "+100ms a read len=50000 split=500\n");
    g_string_append(text, "+1s b connect\n+1ms b negotiate\n+1ms b > SESSION_SETUP vc=0\n+0.2ms a < RST\n"
                          "+0.2ms b < SESSION_SETUP\n+1ms b SESSION_SETUP vc=0\n+1ms b tree\n");
    g_file_set_contents(story, text->str, (gssize)text->len, &error);
    g_assert_no_error(error);
    g_assert_cmpint(run((const char *const[]){scn2pcap, story, capture, NULL}), ==, 0);
    check("long", capture, folder);
    g_assert_cmpint(run((const char *const[]){program, "-q", "--ticket", zip, capture, NULL}), ==, 1);
    struct ticket ticket = read_ticket(zip);
    g_autoptr(GArray) originals = g_array_new(FALSE, FALSE, sizeof(gint64));
    long packets = comments_each(ticket.evidence->data, ticket.evidence->len, take_original, originals);
    g_assert_cmpint(packets, >, 400);
    g_assert_cmpint(packets, <, 600);
    g_assert_nonnull(strstr(ticket.readme, "the middle was left out"));
    g_assert_nonnull(strstr(ticket.findings, "\"nat-collision\""));
    ticket_clear(&ticket);
    g_unlink(story);
    g_unlink(capture);
    g_unlink(zip);
    g_rmdir(folder);
}

/* A capture's name is made by whoever sent it: inert in all that the ticket holds. */
static void test_hostile_name(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("smbtrace-ticket-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *story = g_build_filename(folder, "x.scn", NULL);
    g_autofree char *made = g_build_filename(folder, "x.pcap", NULL);
    g_autofree char *capture = g_build_filename(folder, "e\033[2J\n<script>\".pcap", NULL);
    g_autofree char *zip = g_build_filename(folder, "x.zip", NULL);
    const char *text = "# A reset.\nserver S 10.0.0.10\nhost A 192.0.2.1 name=PC1\na = A:1025 > S:445\n"
                       "+1s a connect\n+1ms a negotiate\n+1ms a logon vc=0\n+1s a < RST\n";
    g_file_set_contents(story, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(run((const char *const[]){scn2pcap, story, made, NULL}), ==, 0);
    g_assert_cmpint(g_rename(made, capture), ==, 0);
    g_assert_cmpint(run((const char *const[]){program, "-q", "--ticket", zip, capture, NULL}), <=, 1);
    struct ticket ticket = read_ticket(zip);
    const char *const texts[] = {ticket.readme, ticket.findings, ticket.html};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_null(strchr(texts[i], '\033'));
        g_assert_null(strstr(texts[i], folder)); /* the folder is nobody's business */
    }
    g_assert_null(strstr(ticket.html, "<script"));
    g_assert_nonnull(strstr(ticket.readme, "e\\x1b[2J\\x0a<script>\".pcap"));
    ticket_clear(&ticket);
    g_unlink(story);
    g_unlink(capture);
    g_unlink(zip);
    g_rmdir(folder);
}

static void test_file(gconstpointer data)
{
    const char *path = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("smbtrace-ticket-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *made = g_build_filename(folder, "made.pcap", NULL);
    bool is_scenario = g_str_has_suffix(path, ".scn");
    if (is_scenario) g_assert_cmpint(run((const char *const[]){scn2pcap, path, made, NULL}), ==, 0);
    check(path, is_scenario ? made : path, folder);
    if (is_scenario) g_unlink(made);
    g_rmdir(folder);
}

static void add_folder(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR)) {
            add_folder(inner);
        } else if (g_str_has_suffix(name, ".pcap") || g_str_has_suffix(name, ".scn")) {
            g_autofree char *test = g_strconcat("/tickets/", name, NULL);
            if (!g_str_has_suffix(name, ".scn"))
                g_test_add_data_func_full(test, g_strdup(inner), test_file, g_free);
            else {
                g_autofree char *group = g_path_get_basename(path);
                g_autofree char *scenario = g_strconcat("/tickets/", group, "/", name, NULL);
                g_test_add_data_func_full(scenario, g_strdup(inner), test_file, g_free);
            }
        }
    }
    g_dir_close(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    program = argv[1];
    scn2pcap = argv[2];
    g_test_add_func("/tickets/long", test_long);
    g_test_add_func("/tickets/hostile-name", test_hostile_name);
    for (int i = 3; i < argc; i++)
        add_folder(argv[i]);
    return g_test_run();
}
