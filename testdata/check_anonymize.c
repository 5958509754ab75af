/* check_anonymize PROGRAM COPY FOLDER...: whether --anonymize hides what it should in each FOLDER/X.pcap, in
 * the copy that it works on (which the program COPY writes down) and in all reports, and whether what is
 * found stays the same by other names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *program, *copy_program;
static char *scratch, *key_file;

/* ---- Running --------------------------------------------------------------------------------------------*/

static char *run(const char *const *argv, int *ret_status)
{
    g_autoptr(GError) error = NULL;
    char *out = NULL;
    g_autofree char *err = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &out, &err, ret_status, &error);
    g_assert_no_error(error);
    return out;
}

static char *report(const char *format, const char *path, bool anonymize, int *ret_status)
{
    const char *plain[] = {program, "-v", "-f", format, path, NULL};
    const char *anonymous[] = {program, "-v", "-f", format, "--anonymize-key", key_file, path, NULL};
    return run(anonymize ? anonymous : plain, ret_status);
}

static JsonNode *parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

static GBytes *anonymized_copy(const char *path)
{
    g_autofree char *to = g_build_filename(scratch, "copy.pcapng", NULL), *bytes = NULL;
    const char *argv[] = {copy_program, path, to, key_file, NULL};
    int status;
    gsize n;
    g_free(run(argv, &status));
    g_assert_true(g_file_get_contents(to, &bytes, &n, NULL));
    return g_bytes_new_take(g_steal_pointer(&bytes), n);
}

/* ---- What is found, without names -----------------------------------------------------------------------*/

static bool is_one_of(const char *word, const char *list)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);
    return g_strv_contains((const char *const *)words, word);
}

/* Of these members it counts only whether there is something: names, and prose that holds them. */
#define NAMED                                                                                                \
    "ip user workstation name host summary what why missing remedies text native_os no_reconnect headline"
#define LEFT_OUT "file sha256 bytes format community_id server_path ends"

static void describe(GString *out, JsonNode *node, const char *member);

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Servers and clients come in the order of their addresses: sorted by what is said of them. */
static void describe_array(GString *out, JsonArray *array, const char *member)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        GString *text = g_string_new(NULL);
        describe(text, json_array_get_element(array, i), member);
        g_ptr_array_add(texts, g_string_free(text, FALSE));
    }
    if (is_one_of(member, "servers clients hosts timers")) g_ptr_array_sort(texts, compare_texts);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(out, "%s;\n", (const char *)texts->pdata[i]);
}

static void describe_object(GString *out, JsonObject *object)
{
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &name, &value)) {
        if (is_one_of(name, LEFT_OUT) && !JSON_NODE_HOLDS_ARRAY(value)) continue;
        g_string_append_printf(out, "%s=", name);
        describe(out, value, name);
        g_string_append_c(out, ' ');
    }
}

static void describe(GString *out, JsonNode *node, const char *member)
{
    if (JSON_NODE_HOLDS_OBJECT(node))
        describe_object(out, json_node_get_object(node));
    else if (JSON_NODE_HOLDS_ARRAY(node))
        describe_array(out, json_node_get_array(node), member);
    else if (JSON_NODE_HOLDS_VALUE(node) && is_one_of(member, NAMED))
        g_string_append(out, "...");
    else {
        g_autofree char *text = json_to_string(node, FALSE);
        g_string_append(out, text);
    }
}

static void assert_same_findings(JsonNode *original, JsonNode *anonymous)
{
    g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);
    describe(a, original, "");
    describe(b, anonymous, "");
    g_assert_cmpstr(a->str, ==, b->str);
}

/* ---- Names: the same for the same, others for others ----------------------------------------------------*/

static void pair_names(GHashTable *there, GHashTable *back, const char *a, const char *b)
{
    if (!a || !b) {
        g_assert_true(!a && !b);
        return;
    }
    char *x = g_ascii_strdown(a, -1), *y = g_ascii_strdown(b, -1);
    const char *known = g_hash_table_lookup(there, x), *origin = g_hash_table_lookup(back, y);
    if (known) g_assert_cmpstr(known, ==, y);
    if (origin) g_assert_cmpstr(origin, ==, x);
    g_assert_cmpuint(strlen(a), ==, strlen(b));
    g_hash_table_insert(there, g_strdup(x), g_strdup(y));
    g_hash_table_insert(back, y, x);
}

static const char *string_of(JsonObject *object, const char *member)
{
    return json_object_get_null_member(object, member) ? NULL : json_object_get_string_member(object, member);
}

static void assert_names_map(JsonNode *original, JsonNode *anonymous)
{
    g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) back = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    JsonArray *a = json_object_get_array_member(json_node_get_object(original), "ends");
    JsonArray *b = json_object_get_array_member(json_node_get_object(anonymous), "ends");
    for (guint i = 0; i < json_array_get_length(a); i++) {
        JsonObject *x = json_object_get_object_member(json_array_get_object_element(a, i), "connection");
        JsonObject *y = json_object_get_object_member(json_array_get_object_element(b, i), "connection");
        pair_names(there, back, string_of(x, "user"), string_of(y, "user"));
        pair_names(there, back, string_of(x, "workstation"), string_of(y, "workstation"));
    }
}

/* ---- What must not be there -----------------------------------------------------------------------------*/

/* Words of the protocol and of vendors, which stay. */
#define STAY                                                                                                 \
    " windows server service pack samba debian unix linux ntfs lanman ntlmssp manager jcifs client cifs "    \
    "version network networks program microsoft workgroups workgroup for core srvsvc pipe netlogon "         \
    "smbserver ckfdenecfdeffcfgeffccacacacacaca " /* *SMBSERVER, encoded */

static bool stays(const char *word, gsize n)
{
    g_autofree char *lower = g_ascii_strdown(word, (gssize)n), *padded = g_strdup_printf(" %s ", lower);
    /* A byte before it may look like a letter. */
    return strstr(STAY, padded) != NULL || strstr(lower, "ntlmssp");
}

static bool has(GBytes *in, const void *bytes, gsize n)
{
    gsize len;
    const void *data = g_bytes_get_data(in, &len);
    return memmem(data, len, bytes, n) != NULL;
}

static GBytes *lower_case(GBytes *bytes)
{
    gsize n;
    const guint8 *data = g_bytes_get_data(bytes, &n);
    guint8 *lower = g_malloc(n);
    for (gsize i = 0; i < n; i++)
        lower[i] = (guint8)g_ascii_tolower((char)data[i]);
    return g_bytes_new_take(lower, n);
}

/* Runs of letters in the capture, as they are and in UTF-16: `step` bytes to the letter. */
static void add_words(GHashTable *words, const guint8 *data, gsize n, gsize step, gsize least)
{
    for (gsize i = 0; i + step <= n;) {
        gsize end = i;
        while (end + step <= n && g_ascii_isalpha((char)data[end]) && (step == 1 || data[end + 1] == 0))
            end += step;
        gsize letters = (end - i) / step;
        g_autofree char *word = g_malloc(letters + 1);
        for (gsize k = 0; k < letters; k++)
            word[k] = g_ascii_tolower((char)data[i + k * step]);
        word[letters] = '\0';
        if (letters >= least && !stays(word, letters)) g_hash_table_add(words, g_steal_pointer(&word));
        i = letters ? end : i + 1;
    }
}

static GBytes *widen(const char *word)
{
    gsize n = strlen(word);
    guint8 *wide = g_malloc0(2 * n);
    for (gsize i = 0; i < n; i++)
        wide[2 * i] = (guint8)word[i];
    return g_bytes_new_take(wide, 2 * n);
}

static void assert_no_word_left(const char *path, GBytes *copy)
{
    g_autofree char *data = NULL;
    gsize n;
    g_assert_true(g_file_get_contents(path, &data, &n, NULL));
    g_autoptr(GBytes) lower = lower_case(copy);
    g_autoptr(GHashTable) narrow = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) wide = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    add_words(narrow, (const guint8 *)data, n, 1, 8);
    add_words(wide, (const guint8 *)data, n, 2, 4);
    GHashTableIter iter;
    gpointer word;
    g_hash_table_iter_init(&iter, narrow);
    while (g_hash_table_iter_next(&iter, &word, NULL))
        if (has(lower, word, strlen(word))) g_error("%s: \"%s\" is left", path, (char *)word);
    g_hash_table_iter_init(&iter, wide);
    while (g_hash_table_iter_next(&iter, &word, NULL)) {
        g_autoptr(GBytes) bytes = widen(word);
        gsize size;
        const void *p = g_bytes_get_data(bytes, &size);
        if (has(lower, p, size)) g_error("%s: \"%s\" is left, in UTF-16", path, (char *)word);
        if (has(lower, word, strlen(word))) g_error("%s: \"%s\" is left, in ASCII", path, (char *)word);
    }
}

/* All strings of the report of the original that name somebody. */
static void collect_names(GHashTable *names, JsonNode *node, const char *member)
{
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        JsonObjectIter iter;
        const char *name;
        JsonNode *value;
        json_object_iter_init(&iter, json_node_get_object(node));
        while (json_object_iter_next(&iter, &name, &value))
            collect_names(names, value, name);
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(array); i++)
            collect_names(names, json_array_get_element(array, i), member);
    } else if (JSON_NODE_HOLDS_VALUE(node) && is_one_of(member, "ip user workstation name host")) {
        const char *text = json_node_get_string(node);
        g_auto(GStrv) parts = g_strsplit(text ? text : "", "\\", -1);
        for (char **part = parts; *part; part++)
            if (strlen(*part) >= 4 && !stays(*part, strlen(*part)))
                g_hash_table_add(names, g_ascii_strdown(*part, -1));
    }
}

static void assert_no_address_left(GBytes *copy, const char *ip)
{
    guint8 bytes[4], reversed[4];
    unsigned a, b, c, d;
    if (sscanf(ip, "%u.%u.%u.%u", &a, &b, &c, &d) != 4) return;
    bytes[0] = (guint8)a, bytes[1] = (guint8)b, bytes[2] = (guint8)c, bytes[3] = (guint8)d;
    for (unsigned i = 0; i < 4; i++)
        reversed[i] = bytes[3 - i];
    g_assert_false(has(copy, bytes, 4));
    g_assert_false(has(copy, reversed, 4));
}

static void assert_gone_from_copy(GHashTable *names, GBytes *copy, const char *path)
{
    g_autoptr(GBytes) lower = lower_case(copy);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_autoptr(GBytes) wide = widen(name);
        gsize n;
        const void *p = g_bytes_get_data(wide, &n);
        if (has(lower, name, strlen(name)) || has(lower, p, n))
            g_error("%s: %s is in the copy", path, (char *)name);
        assert_no_address_left(copy, name);
    }
}

static void assert_gone_from_report(GHashTable *names, const char *format, const char *path)
{
    int status;
    char *text = report(format, path, true, &status);
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text)), lower = lower_case(bytes);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (has(lower, name, strlen(name))) g_error("%s: %s is in %s", path, (char *)name, format);
}

static void assert_names_gone(JsonNode *original, GBytes *copy, const char *path)
{
    static const char *const formats[] = {"text",  "json",  "ndjson",   "csv",
                                          "sarif", "junit", "markdown", "html"};
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    collect_names(names, original, "");
    assert_gone_from_copy(names, copy, path);
    g_autofree char *file = g_path_get_basename(path);
    g_hash_table_add(names, g_ascii_strdown(file, -1));
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        assert_gone_from_report(names, formats[i], path);
}

static void test_capture(gconstpointer data)
{
    const char *path = data;
    int status, anonymous_status;
    g_autofree char *a = report("json", path, false, &status);
    g_autofree char *b = report("json", path, true, &anonymous_status);
    g_assert_cmpint(status, ==, anonymous_status);
    g_autoptr(JsonNode) original = parse(a), anonymous = parse(b);
    assert_same_findings(original, anonymous);
    assert_names_map(original, anonymous);
    g_autoptr(GBytes) copy = anonymized_copy(path);
    assert_no_word_left(path, copy);
    assert_names_gone(original, copy, path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 4) return 2;
    program = argv[1];
    copy_program = argv[2];
    scratch = g_dir_make_tmp("anonymize-XXXXXX", NULL);
    key_file = g_build_filename(scratch, "key", NULL);
    g_assert_true(g_file_set_contents(key_file, "a key of 32 bytes, for all tests", 32, NULL));
    for (int i = 3; i < argc; i++) {
        g_autoptr(GDir) files = g_dir_open(argv[i], 0, NULL);
        g_assert_nonnull(files);
        for (const char *name; (name = g_dir_read_name(files));) {
            if (!g_str_has_suffix(name, ".pcap")) continue;
            g_autofree char *test = g_strdup_printf("/anonymize/%s", name);
            g_test_add_data_func_full(test, g_build_filename(argv[i], name, NULL), test_capture, g_free);
        }
    }
    int status = g_test_run();
    g_autofree char *copy = g_build_filename(scratch, "copy.pcapng", NULL);
    g_unlink(copy);
    g_unlink(key_file);
    g_rmdir(scratch);
    return status;
}
