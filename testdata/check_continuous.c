/* check_continuous PROGRAM [--copies] FOLDER...: whether a capture that was cut into files, read with
 * --continuous, says what it says whole: the same ends, observations, servers and clients, with their frames
 * in the files. --copies: and the files that --annotate made one again, with the frames of the whole.
 *
 * Each FOLDER/X.pcap is cut every 50 frames, every 10 s, and every 17 frames with the last 5 of the file
 * before repeated. Files are named against the order of time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Longer captures take longer to cut than they tell. */
#define FRAMES_MAX 3000

static const char *program;
static gboolean with_copies;

struct way {
    const char *name;
    guint frames;  /* a file; 0: any number */
    guint seconds; /* 0: any time */
    guint repeated;
};

static const struct way ways[] = {
    {"50-frames", 50, 0, 0}, {"10-seconds", 0, 10, 0}, {"overlapping", 17, 0, 5}};

/* ---- Cutting: pcap, of this machine's byte order
 * ------------------------------------------------------------------ */

#define FILE_HEADER  24
#define FRAME_HEADER 16

struct cut {
    GPtrArray *files; /* names */
    GArray *firsts;   /* of guint: the frame of the whole that is the first of each */
};

static guint32 word(const char *bytes)
{
    guint32 value;
    memcpy(&value, bytes, 4);
    return value;
}

/* Where each frame begins, and the end of the last; NULL: no pcap that this can read. */
static GArray *find_frames(const char *data, gsize size)
{
    if (size < FILE_HEADER || word(data) != 0xa1b2c3d4) return NULL;
    GArray *offsets = g_array_new(FALSE, FALSE, sizeof(gsize));
    gsize at = FILE_HEADER;
    while (at + FRAME_HEADER <= size && at + FRAME_HEADER + word(data + at + 8) <= size) {
        g_array_append_val(offsets, at);
        at += FRAME_HEADER + word(data + at + 8);
    }
    g_array_append_val(offsets, at);
    if (at == size && offsets->len > 1) return offsets;
    g_array_unref(offsets);
    return NULL;
}

/* Files whose times tell another order than the whole has, or are hours apart, are other captures. */
static gboolean is_of_one_piece(const char *data, const gsize *offsets, guint count)
{
    for (guint i = 1; i < count; i++) {
        guint32 before = word(data + offsets[i - 1]), after = word(data + offsets[i]);
        gboolean is_older = after < before || (after == before &&
                                               word(data + offsets[i] + 4) < word(data + offsets[i - 1] + 4));
        if (is_older || after - before >= 3600) return FALSE;
    }
    return TRUE;
}

static gboolean begins_file(const struct way *way, const char *data, const gsize *offsets, guint frame,
                            guint first)
{
    if (way->frames && frame - first >= way->frames) return TRUE;
    if (!way->seconds) return FALSE;
    guint32 start = word(data + offsets[0]);
    return (word(data + offsets[frame]) - start) / way->seconds !=
           (word(data + offsets[frame - 1]) - start) / way->seconds;
}

static void write_file(struct cut *cut, const char *folder, const char *data, const gsize *offsets,
                       guint from, guint to)
{
    GString *bytes = g_string_new_len(data, FILE_HEADER);
    g_string_append_len(bytes, data + offsets[from], (gssize)(offsets[to] - offsets[from]));
    char *path = g_strdup_printf("%s/%05u.pcap", folder, 99999 - cut->files->len);
    g_assert_true(g_file_set_contents(path, bytes->str, (gssize)bytes->len, NULL));
    g_string_free(bytes, TRUE);
    guint first = from + 1;
    g_ptr_array_add(cut->files, path);
    g_array_append_val(cut->firsts, first);
}

static gboolean cut_capture(struct cut *cut, const char *path, const struct way *way, const char *folder)
{
    g_autofree char *data = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    g_autoptr(GArray) offsets = find_frames(data, size);
    if (!offsets) return FALSE;
    const gsize *at = (const gsize *)(gpointer)offsets->data;
    if (offsets->len > FRAMES_MAX || !is_of_one_piece(data, at, offsets->len - 1)) return FALSE;
    guint first = 0;
    for (guint i = 1; i < offsets->len; i++) {
        gboolean is_end = i == offsets->len - 1;
        if (!is_end && !begins_file(way, data, at, i, first)) continue;
        write_file(cut, folder, data, at, first > way->repeated ? first - way->repeated : 0, i);
        first = i;
    }
    return TRUE;
}

/* ---- The report, with frames of the whole
 * -------------------------------------------------------------------------- */

static JsonNode *report(const char *option, const char *input)
{
    const char *const argv[] = {program, "-f", "json", input, option, NULL};
    g_autofree char *out = NULL, *err = NULL;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(err, ==, "");
    g_autoptr(JsonParser) parser = json_parser_new();
    json_parser_load_from_data(parser, out, -1, &error);
    g_assert_no_error(error);
    return json_parser_steal_root(parser);
}

static gint64 in_whole(const struct cut *cut, const char *file, gint64 frame)
{
    for (guint i = 0; i < cut->files->len; i++)
        if (g_str_has_suffix(cut->files->pdata[i], file))
            return g_array_index(cut->firsts, guint, i) + frame - 1;
    g_error("%s: not among the files", file);
}

struct naming {
    const struct cut *cut;
    const char *home; /* the record's file */
};

static gboolean name_frame(const GMatchInfo *match, GString *out, gpointer data)
{
    const struct naming *naming = data;
    g_autofree char *word = g_match_info_fetch(match, 1), *digits = g_match_info_fetch(match, 2);
    g_autofree char *file = g_match_info_fetch(match, 4);
    const char *of = file && *file ? file : naming->home;
    gint64 frame = g_ascii_strtoll(digits, NULL, 10);
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT, word, of ? in_whole(naming->cut, of, frame) : frame);
    return FALSE;
}

static void put_node(GString *out, const struct naming *naming, JsonNode *node);

static void put_object(GString *out, struct naming naming, JsonObject *object)
{
    if (json_object_has_member(object, "type") && json_object_has_member(object, "file"))
        naming.home = json_object_get_null_member(object, "file")
                          ? NULL
                          : json_object_get_string_member(object, "file");
    g_autoptr(GList) members = json_object_get_members(object);
    g_string_append_c(out, '{');
    for (GList *l = members; l; l = l->next) {
        const char *name = l->data, *at = strstr(name, "frame");
        JsonNode *value = json_object_get_member(object, name);
        if (strstr(name, "file")) continue;
        g_string_append_printf(out, "%s:", name);
        if (at && naming.cut && !json_node_is_null(value)) {
            g_autofree char *other =
                g_strdup_printf("%.*sfile%s", (int)(at - name), name, at + strlen("frame"));
            const char *file = json_object_has_member(object, other)
                                   ? json_object_get_string_member(object, other)
                                   : naming.home;
            g_string_append_printf(out, "%" G_GINT64_FORMAT,
                                   in_whole(naming.cut, file, json_node_get_int(value)));
        } else {
            put_node(out, &naming, value);
        }
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '}');
}

static void put_text(GString *out, const struct naming *naming, const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("([Ff]rame )([0-9]+)( of ([0-9]+\\.pcap))?", 0, 0, NULL);
    g_autofree char *named =
        naming->cut ? g_regex_replace_eval(regex, text, -1, 0, 0, name_frame, (gpointer)naming, NULL)
                    : g_strdup(text);
    g_string_append(out, named);
}

static void put_node(GString *out, const struct naming *naming, JsonNode *node)
{
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        put_object(out, *naming, json_node_get_object(node));
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(array); i++) {
            put_node(out, naming, json_array_get_element(array, i));
            g_string_append_c(out, ' ');
        }
    } else if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING) {
        put_text(out, naming, json_node_get_string(node));
    } else {
        g_autofree char *text = json_to_string(node, FALSE);
        g_string_append(out, text);
    }
}

/* What is compared, in words; of pieces when `cut`. */
static char *findings(JsonNode *document, const struct cut *cut)
{
    static const char *const sections[] = {"ends", "observations", "servers", "clients", "summary"};
    const struct naming naming = {.cut = cut};
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
        put_node(out, &naming, json_object_get_member(json_node_get_object(document), sections[i]));
    return g_string_free(out, FALSE);
}

/* ---- Tests
 * ------------------------------------------------------------------------------------------------------ */

static void remove_files(struct cut *cut, const char *folder)
{
    for (guint i = 0; i < cut->files->len; i++)
        g_unlink(cut->files->pdata[i]);
    g_rmdir(folder);
    g_ptr_array_unref(cut->files);
    g_array_unref(cut->firsts);
}

static struct cut new_cut(void)
{
    return (struct cut){.files = g_ptr_array_new_with_free_func(g_free),
                        .firsts = g_array_new(FALSE, FALSE, sizeof(guint))};
}

static char *annotate(const char *folder)
{
    char *copy = g_strdup_printf("%s/one.pcapng", folder);
    const char *const argv[] = {program, "-q", "--continuous", folder, "--annotate", copy, NULL};
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    return copy;
}

static void compare_copy(const char *want, const struct way *way, const char *folder)
{
    g_autofree char *copy = annotate(folder);
    g_autoptr(JsonNode) document = report(NULL, copy);
    g_autofree char *got = findings(document, NULL);
    if (strcmp(want, got) != 0) {
        g_test_message("%s, copy of the files:\n%s\nwhole:\n%s", way->name, got, want);
        g_test_fail();
    }
    g_unlink(copy);
}

static void compare(const char *path, const struct way *way)
{
    g_autofree char *folder = g_dir_make_tmp("continuous-XXXXXX", NULL);
    struct cut cut = new_cut();
    if (cut_capture(&cut, path, way, folder)) {
        g_autoptr(JsonNode) whole = report(NULL, path);
        g_autoptr(JsonNode) joint = report("--continuous", folder);
        g_autofree char *want = findings(whole, NULL), *got = findings(joint, &cut);
        if (strcmp(want, got) != 0) {
            g_test_message("%s, %s:\n%s\nwhole:\n%s", path, way->name, got, want);
            g_test_fail();
        }
        if (with_copies && way->repeated) compare_copy(want, way, folder);
    }
    remove_files(&cut, folder);
}

static void test_capture(gconstpointer path)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
        compare(path, &ways[i]);
}

/* Without --continuous each file stands alone: a culprit in the file before is not known. */
static void test_apart(gconstpointer path)
{
    g_autofree char *folder = g_dir_make_tmp("continuous-XXXXXX", NULL);
    struct cut cut = new_cut();
    g_assert_true(cut_capture(&cut, path, &(struct way){"one frame", 1, 0, 0}, folder));
    g_autoptr(JsonNode) joint = report("--continuous", folder);
    g_autoptr(JsonNode) apart = report(NULL, folder);
    g_autofree char *joint_text = json_to_string(joint, FALSE), *apart_text = json_to_string(apart, FALSE);
    g_assert_nonnull(strstr(joint_text, "\"cause\":\"zero-vc\""));
    g_assert_null(strstr(apart_text, "\"cause\":\"zero-vc\""));
    remove_files(&cut, folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3) g_error("usage: check_continuous PROGRAM FOLDER...");
    program = argv[1];
    with_copies = strcmp(argv[2], "--copies") == 0;
    int first = with_copies ? 3 : 2;
    for (int i = first; i < argc; i++) {
        g_autoptr(GDir) files = g_dir_open(argv[i], 0, NULL);
        g_assert_nonnull(files);
        for (const char *name; (name = g_dir_read_name(files));) {
            if (!g_str_has_suffix(name, ".pcap")) continue;
            g_autofree char *test = g_strdup_printf("/continuous/%d/%s", i - first + 1, name);
            g_test_add_data_func_full(test, g_build_filename(argv[i], name, NULL), test_capture, g_free);
            if (strcmp(name, "a1_nat_zero_vc.pcap") == 0 && i == first)
                g_test_add_data_func_full("/continuous/apart", g_build_filename(argv[i], name, NULL),
                                          test_apart, g_free);
        }
    }
    return g_test_run();
}
