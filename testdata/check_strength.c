/* check_strength PROGRAM FOLDER...: over all labelled captures in these folders, how often each strength of a
 * verdict was right. Fails when `confirmed` was in less than 99 % of the cases, or `likely` in less than 90
 * %.
 *
 * Right is a verdict whose cause, variant and culprit are those of the label, as far as the label and the
 * verdict name them. An end that did not happen counts as wrong. An abstention counts as neither. Labels are
 * X.json beside X.pcap, in the form of README.md or in that of the recorder, or one expected.json that lists
 * the known ends of many captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "labels.h"

#include <glib.h>
#include <string.h>

/* An end that is known. Strings are owned by the label's JSON, arrays are held. */
struct known {
    char *client, *server; /* NULL: the frame says which */
    gint64 frame;          /* 0: not known */
    JsonArray *causes;     /* NULL: not scored */
    JsonArray *abstain;    /* causes that claim nothing */
    JsonArray *variants;   /* NULL: any */
    char *culprit;         /* its client; NULL: any */
    gint64 culprit_frame;  /* 0: any */
    gboolean used;
};

struct tally {
    unsigned right, wrong;
};

struct check {
    const char *program;
    GHashTable *seen; /* SHA-256 of the captures: the same one may lie in several folders */
    struct tally confirmed, likely, possible;
    unsigned captures;
};

/* What the recorder did, and which causes say so. */
static const struct meaning {
    const char *did, *causes, *abstain, *variant;
} meanings[] = {
    {"zero_vc_reset", "zero-vc", "unknown,server-close", NULL},
    {"stale_connection_of_crashed_client_cleaned", "zero-vc", "unknown,server-close", "client-restart"},
    {"client_closed_fin", "client-close,auth-failed,negotiate-failed,transport-race", "unknown", NULL},
    {"client_closed_rst", "client-close,auth-failed,negotiate-failed,transport-race", "unknown", NULL},
    {"client_quit_process", "client-close", "unknown", NULL},
    {"client_process_killed", "client-close", "unknown", NULL},
    {"client_abort", "client-close", "unknown", NULL},
    {"client_timeout", "request-timeout,client-close", "unknown", NULL},
    {"client_crash_silent", "path-loss,stale-connection,zero-vc,server-idle", "unknown,server-close", NULL},
    {"server_process_killed", "server-close,server-stop", "unknown", NULL},
    {"middlebox_forged_rst", "forged-reset", "unknown,server-close,client-close", NULL},
    {"retransmission_timeout", "path-loss,stale-connection", "unknown", NULL},
    {"previous_session_id_teardown", "session-replaced,client-close", "unknown", NULL},
    {"idle_autodisconnect", "server-idle", "unknown,server-close", NULL},
};

static JsonArray *words(const char *list)
{
    JsonArray *array = json_array_new();
    g_auto(GStrv) all = g_strsplit(list, ",", -1);
    for (char **one = all; *one; one++)
        json_array_add_string_element(array, *one);
    return array;
}

/* The one that is right, and the honest doubt. */
static JsonArray *variant(const char *right)
{
    if (!right) return NULL;
    JsonArray *array = words("undetermined");
    json_array_add_string_element(array, right);
    return array;
}

static void known_free(gpointer data)
{
    struct known *k = data;
    g_free(k->client);
    g_free(k->server);
    g_free(k->culprit);
    g_clear_pointer(&k->causes, json_array_unref);
    g_clear_pointer(&k->variants, json_array_unref);
    json_array_unref(k->abstain);
    g_free(k);
}

static JsonArray *list_of(JsonObject *o, const char *key)
{
    return json_object_has_member(o, key) ? json_array_ref(json_object_get_array_member(o, key)) : NULL;
}

/* {"frame": ..., "causes": [...]}, with whatever else is known. */
static struct known *read_row(JsonObject *row)
{
    struct known *k = g_new0(struct known, 1);
    k->client = g_strdup(json_object_get_string_member_with_default(row, "client", NULL));
    k->server = g_strdup(json_object_get_string_member_with_default(row, "server", NULL));
    k->frame = json_object_get_int_member(row, "frame");
    k->causes = list_of(row, "causes");
    k->abstain = list_of(row, "abstain");
    if (!k->abstain) k->abstain = words("unknown");
    k->variants = list_of(row, "variants");
    if (!k->variants) k->variants = variant(json_object_get_string_member_with_default(row, "variant", NULL));
    k->culprit_frame = json_object_get_int_member_with_default(row, "culprit_frame", 0);
    if (json_object_has_member(row, "culprit")) {
        JsonObject *culprit = json_object_get_object_member(row, "culprit");
        k->culprit = g_strdup(json_object_get_string_member(culprit, "client"));
        k->culprit_frame = json_object_get_int_member(culprit, "frame");
    }
    return k;
}

static char *tuple_end(JsonArray *tuple, guint first)
{
    return g_strdup_printf("%s:%" G_GINT64_FORMAT, json_array_get_string_element(tuple, first),
                           json_array_get_int_element(tuple, first + 1));
}

static JsonObject *object_of(JsonObject *o, const char *key)
{
    JsonNode *node = json_object_get_member(o, key);
    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* What the recorder wrote of a connection; NULL: it was alive to the end. */
static struct known *read_recorded(JsonObject *row)
{
    const char *did = json_object_get_string_member(row, "cause");
    if (strcmp(did, "alive_at_capture_end") == 0) return NULL;
    struct known *k = g_new0(struct known, 1);
    JsonArray *tuple = json_object_get_array_member(row, "tuple");
    k->client = tuple_end(tuple, 0);
    k->server = tuple_end(tuple, 2);
    JsonObject *end = object_of(row, "end");
    if (end) k->frame = json_object_get_int_member_with_default(end, "frame", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++) {
        if (strcmp(meanings[i].did, did) != 0) continue;
        k->causes = words(meanings[i].causes);
        k->abstain = words(meanings[i].abstain);
        k->variants = variant(meanings[i].variant);
    }
    if (!k->abstain) k->abstain = words("unknown");
    if (strcmp(did, "zero_vc_reset") == 0) {
        gboolean same = json_object_get_boolean_member_with_default(row, "same_host_as_culprit", FALSE);
        k->variants = variant(same ? "same-host" : "nat-collision");
    }
    JsonObject *culprit = object_of(row, "culprit");
    if (culprit && json_object_has_member(culprit, "tuple")) {
        k->culprit = tuple_end(json_object_get_array_member(culprit, "tuple"), 0);
        k->culprit_frame = json_object_get_int_member_with_default(culprit, "frame", 0);
    }
    return k;
}

static void add_recorded(GPtrArray *known, JsonObject *label, const char *key)
{
    JsonArray *rows = json_object_get_array_member(label, key);
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        struct known *k = read_recorded(json_array_get_object_element(rows, i));
        if (k) g_ptr_array_add(known, k);
    }
}

static GPtrArray *read_rows(JsonArray *rows)
{
    GPtrArray *known = g_ptr_array_new_with_free_func(known_free);
    for (guint i = 0; i < json_array_get_length(rows); i++)
        g_ptr_array_add(known, read_row(json_array_get_object_element(rows, i)));
    return known;
}

static GPtrArray *read_label(JsonObject *label)
{
    if (!json_object_has_member(label, "killed"))
        return read_rows(json_object_get_array_member(label, "ends"));
    GPtrArray *known = g_ptr_array_new_with_free_func(known_free);
    add_recorded(known, label, "killed");
    add_recorded(known, label, "not_killed");
    return known;
}

static gboolean is_same(const struct known *k, JsonObject *said, gboolean by_frame)
{
    if (by_frame && k->frame != label_end_frame(said)) return FALSE;
    if (!k->client) return by_frame;
    JsonObject *connection = json_object_get_object_member(said, "connection");
    g_autofree char *client = label_endpoint(connection, "client");
    g_autofree char *server = label_endpoint(connection, "server");
    return strcmp(client, k->client) == 0 && strcmp(server, k->server) == 0;
}

/* The label of an end: that at its frame, else one of its connection. NULL: none. */
static struct known *find(GPtrArray *known, JsonObject *said)
{
    for (int by_frame = 1; by_frame >= 0; by_frame--) {
        for (guint i = 0; i < known->len; i++) {
            struct known *k = known->pdata[i];
            if (k->used || !is_same(k, said, by_frame)) continue;
            k->used = TRUE;
            return k;
        }
    }
    return NULL;
}

static gboolean is_right(const struct known *k, JsonObject *said)
{
    if (!label_holds(k->causes, json_object_get_string_member(said, "cause"))) return FALSE;
    const char *said_variant = json_object_get_string_member_with_default(said, "variant", NULL);
    if (k->variants && said_variant && !label_holds(k->variants, said_variant)) return FALSE;
    JsonObject *culprit = object_of(said, "culprit");
    if (!culprit) return TRUE;
    gint64 frame = json_object_get_int_member_with_default(culprit, "frame", 0);
    if (k->culprit_frame && frame && frame != k->culprit_frame) return FALSE;
    JsonObject *connection = object_of(culprit, "connection");
    if (!k->culprit || !connection) return TRUE;
    g_autofree char *client = label_endpoint(connection, "client");
    return strcmp(client, k->culprit) == 0;
}

static struct tally *tally_of(struct check *check, JsonObject *said)
{
    const char *strength = json_object_get_string_member_with_default(said, "strength", NULL);
    if (!strength) return NULL;
    if (strcmp(strength, "confirmed") == 0) return &check->confirmed;
    return strcmp(strength, "likely") == 0 ? &check->likely : &check->possible;
}

static void count_end(struct check *check, const char *capture, GPtrArray *known, gboolean partial,
                      JsonObject *said)
{
    const char *cause = json_object_get_string_member(said, "cause");
    struct known *k = find(known, said);
    struct tally *tally = tally_of(check, said);
    if (!tally || (k && (!k->causes || label_holds(k->abstain, cause)))) return;
    /* Where not all ends are labelled, only an accusation that nobody knows of is surely wrong. */
    if (!k && partial && strcmp(cause, "zero-vc") != 0) return;
    if (k && is_right(k, said)) {
        tally->right++;
        return;
    }
    tally->wrong++;
    g_autofree char *name = g_path_get_basename(capture);
    g_test_message("%s: frame %" G_GINT64_FORMAT ": %s is wrong, and called %s", name, label_end_frame(said),
                   cause, json_object_get_string_member(said, "strength"));
}

static void count_capture(struct check *check, const char *capture, GPtrArray *known, gboolean partial)
{
    int status;
    g_autoptr(JsonNode) report = label_report(check->program, capture, &status);
    JsonObject *root = json_node_get_object(report);
    JsonArray *captures = json_object_get_array_member(root, "captures");
    JsonObject *what = json_array_get_object_element(captures, 0);
    if (!g_hash_table_add(check->seen, g_strdup(json_object_get_string_member(what, "sha256")))) return;
    check->captures++;
    JsonArray *ends = json_object_get_array_member(root, "ends");
    for (guint i = 0; i < json_array_get_length(ends); i++)
        count_end(check, capture, known, partial, json_array_get_object_element(ends, i));
}

/* FILE names: one object, of a list of ends for each capture. */
static void count_listed(struct check *check, const char *folder, const char *file)
{
    g_autoptr(JsonNode) node = label_read(file);
    JsonObject *all = json_node_get_object(node);
    g_autoptr(GList) names = json_object_get_members(all);
    for (GList *l = names; l; l = l->next) {
        g_autofree char *capture = g_build_filename(folder, l->data, NULL);
        if (!g_file_test(capture, G_FILE_TEST_EXISTS)) continue;
        g_autoptr(GPtrArray) known = read_rows(json_object_get_array_member(all, l->data));
        count_capture(check, capture, known, TRUE);
    }
}

static void count_labelled(struct check *check, const char *folder, const char *name)
{
    g_autofree char *label_path = g_build_filename(folder, name, NULL);
    g_autofree char *capture = g_strdup(label_path);
    strcpy(capture + strlen(capture) - strlen("json"), "pcap");
    if (!g_file_test(capture, G_FILE_TEST_EXISTS)) return;
    g_autoptr(JsonNode) label = label_read(label_path);
    g_autoptr(GPtrArray) known = read_label(json_node_get_object(label));
    count_capture(check, capture, known, FALSE);
}

static void count_folder(struct check *check, const char *folder)
{
    g_autofree char *listed = g_build_filename(folder, "expected.json", NULL);
    if (g_file_test(listed, G_FILE_TEST_EXISTS)) {
        count_listed(check, folder, listed);
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    for (const char *name; (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".json")) count_labelled(check, folder, name);
}

static void demand(const char *strength, struct tally t, unsigned percent)
{
    unsigned all = t.right + t.wrong;
    g_test_message("%s: %u of %u right; %u %% wanted", strength, t.right, all, percent);
    if (100 * t.right < percent * all || (percent && all == 0)) g_test_fail();
}

static char **program_and_folders;

static void test_strength(void)
{
    struct check check = {.program = program_and_folders[0],
                          .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (char **folder = program_and_folders + 1; *folder; folder++)
        count_folder(&check, *folder);
    g_hash_table_unref(check.seen);
    g_test_message("%u captures", check.captures);
    demand("confirmed", check.confirmed, 99);
    demand("likely", check.likely, 90);
    demand("possible", check.possible, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3) g_error("usage: check_strength PROGRAM FOLDER...");
    program_and_folders = argv + 1;
    g_test_add_func("/captures/strength", test_strength);
    return g_test_run();
}
