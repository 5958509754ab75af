/* window CAPTURE...: the plugin under libwireshark as Wireshark's window uses it, and tshark does not: frames
 * are dissected anew after a preference changed, shown again and again in any order, and while more of them
 * come in; one file is opened after another.
 *
 * The captures are pcap files of Ethernet frames, in this machine's byte order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "../ws_compat.h"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/ftypes/ftypes.h>
#include <epan/tvbuff.h>
#include <gmodule.h>
#include <stdatomic.h>
#include <string.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#if SMBT_WS_AT_LEAST(4, 1)
#define FIELD_VALUE(info) ((info)->value)
#else
#define FIELD_VALUE(info) (&(info)->value)
#endif

/* ---- Memory
 * -------------------------------------------------------------------------------------------------------- */

static atomic_llong blocks; /* in use, of everybody in this program */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

G_MODULE_EXPORT void *malloc(size_t size)
{
    blocks++;
    return __libc_malloc(size);
}

G_MODULE_EXPORT void *calloc(size_t count, size_t size)
{
    blocks++;
    return __libc_calloc(count, size);
}

G_MODULE_EXPORT void *realloc(void *block, size_t size)
{
    if (!block) blocks++;
    if (block && size == 0) blocks--;
    return __libc_realloc(block, size);
}

G_MODULE_EXPORT void free(void *block)
{
    if (block) blocks--;
    __libc_free(block);
}

/* ---- Opening and closing
 * ------------------------------------------------------------------------------------------- */

struct frame {
    frame_data data;
    wtap_rec rec;
    const guint8 *bytes;
};

/* An open file, as Wireshark's libraries ask for it. */
struct packet_provider_data {
    epan_t *epan;
    GArray *frames;
    char *contents;
    guint32 size; /* of all frames so far */
    nstime_t elapsed;
    const frame_data *reference, *previous;
};

typedef struct packet_provider_data window;

static const nstime_t *time_of(window *w, guint32 number)
{
    return &g_array_index(w->frames, struct frame, number - 1).data.abs_ts;
}

static const struct packet_provider_funcs provider = {.get_frame_ts = time_of};

static void begin_frame(window *w, guint32 number, const guint8 *at)
{
    guint32 header[4];
    memcpy(header, at, sizeof header);
    struct frame f = {.bytes = at + sizeof header};
    f.rec.rec_type = REC_TYPE_PACKET;
    f.rec.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    f.rec.ts = (nstime_t){.secs = header[0], .nsecs = (int)header[1] * 1000};
    f.rec.tsprec = WTAP_TSPREC_USEC;
    f.rec.rec_header.packet_header.caplen = header[2];
    f.rec.rec_header.packet_header.len = header[3];
    f.rec.rec_header.packet_header.pkt_encap = WTAP_ENCAP_ETHERNET;
    frame_data_init(&f.data, number, &f.rec, 0, w->size);
    g_array_append_val(w->frames, f);
}

static window *open_window(const char *capture)
{
    enum { FILE_HEADER = 24, FRAME_HEADER = 16 };
    window *w = g_new0(window, 1);
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(capture, &w->contents, &size, &error);
    g_assert_no_error(error);
    w->frames = g_array_new(FALSE, FALSE, sizeof(struct frame));
    for (gsize at = FILE_HEADER; at + FRAME_HEADER <= size;) {
        guint32 captured;
        memcpy(&captured, w->contents + at + 8, sizeof captured);
        begin_frame(w, w->frames->len + 1, (const guint8 *)w->contents + at);
        at += FRAME_HEADER + captured;
    }
    w->epan = epan_new(w, &provider);
    return w;
}

static void close_window(window *w)
{
    epan_free(w->epan);
    for (guint i = 0; i < w->frames->len; i++)
        frame_data_destroy(&g_array_index(w->frames, struct frame, i).data);
    g_array_unref(w->frames);
    g_free(w->contents);
    g_free(w);
}

/* ---- Dissecting
 * ---------------------------------------------------------------------------------------------------- */

static const char *const columns[] = {"smbtrace.role",        "smbtrace.cause",   "smbtrace.variant",
                                      "smbtrace.observation", "smbtrace.culprit", "smbtrace.provisional"};

static void add_fields(GString *line, proto_tree *tree)
{
    for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
        GPtrArray *found = proto_get_finfo_ptr_array(tree, proto_registrar_get_id_byname(columns[c]));
        for (guint i = 0; found && i < found->len; i++) {
            const field_info *info = found->pdata[i];
            char *value = fvalue_to_string_repr(NULL, FIELD_VALUE(info), FTREPR_DISPLAY, BASE_DEC);
            const char *name = strchr(columns[c], '.') + 1;
            if (strcmp(name, "provisional") == 0)
                g_string_append(line, " provisional");
            else
                g_string_append_printf(line, " %s=%s", name, value);
            wmem_free(NULL, value);
        }
    }
}

/* What the frame says, as "278 role=culprit ..."; "" when it says nothing. The first time that it is
 * dissected, only what postdissectors want of the tree is made. */
static char *dissect(window *w, guint32 number)
{
    struct frame *f = &g_array_index(w->frames, struct frame, number - 1);
    epan_dissect_t *edt = epan_dissect_new(w->epan, TRUE, FALSE);
    for (gsize c = 0; c < G_N_ELEMENTS(columns); c++)
        epan_dissect_prime_with_hfid(edt, proto_registrar_get_id_byname(columns[c]));
    if (!f->data.visited) prime_epan_dissect_with_postdissector_wanted_hfids(edt);
    guint32 captured = f->rec.rec_header.packet_header.caplen;
    tvbuff_t *tvb = tvb_new_real_data(f->bytes, captured, (gint)f->rec.rec_header.packet_header.len);
    frame_data_set_before_dissect(&f->data, &w->elapsed, &w->reference, w->previous);
    epan_dissect_run(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &f->rec, tvb, &f->data, NULL);
    frame_data_set_after_dissect(&f->data, &w->size);
    w->previous = &f->data;
    GString *line = g_string_new(NULL);
    add_fields(line, edt->tree);
    g_autofree char *head = g_strdup_printf("%u", number);
    if (line->len) g_string_prepend(line, head);
    epan_dissect_free(edt);
    return g_string_free(line, FALSE);
}

/* What frames from `first` to `last` say, the last one first when `backwards`; lines are in the frames'
 * order. */
static char *dissect_all(window *w, guint32 first, guint32 last, gboolean backwards)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint32 i = first; i <= last; i++) {
        char *line = dissect(w, backwards ? last - i + first : i);
        g_ptr_array_insert(lines, backwards ? 0 : -1, line);
    }
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        if (*(const char *)lines->pdata[i]) g_string_append_printf(all, "%s\n", (char *)lines->pdata[i]);
    return g_string_free(all, FALSE);
}

static char *read_whole(window *w)
{
    g_free(dissect_all(w, 1, w->frames->len, FALSE));
    postseq_cleanup_all_protocols();
    return dissect_all(w, 1, w->frames->len, FALSE);
}

/* As Wireshark does after a preference changed: nobody says when the last frame was dissected. */
static char *read_again(window *w)
{
    epan_free(w->epan);
    w->epan = epan_new(w, &provider);
    w->size = 0;
    w->reference = w->previous = NULL;
    for (guint i = 0; i < w->frames->len; i++)
        frame_data_reset(&g_array_index(w->frames, struct frame, i).data);
    g_free(dissect_all(w, 1, w->frames->len, FALSE));
    return dissect_all(w, 1, w->frames->len, FALSE);
}

static void set_preference(const char *assignment)
{
    g_autofree char *text = g_strdup(assignment);
    char *error = NULL;
    g_assert_cmpint(prefs_set_pref(text, &error), ==, PREFS_SET_OK);
    prefs_apply_all();
}

/* ---- Tests
 * ------------------------------------------------------------------------------------------------------ */

static char **captures;

static void test_redissection(void)
{
    for (char **capture = captures; *capture; capture++) {
        window *w = open_window(*capture), *other;
        g_autofree char *whole = read_whole(w), *again = read_again(w);
        g_assert_cmpstr(whole, !=, "");
        g_assert_cmpstr(again, ==, whole);
        set_preference("smbtrace.set:server.zero_vc=off server.autodisconnect=off");
        g_autofree char *changed = read_again(w);
        g_assert_cmpstr(changed, !=, whole);
        close_window(w);
        other = open_window(*capture);
        g_autofree char *fresh = read_whole(other);
        g_assert_cmpstr(changed, ==, fresh);
        set_preference("smbtrace.set:");
        g_autofree char *restored = read_again(other);
        g_assert_cmpstr(restored, ==, whole);
        close_window(other);
    }
}

/* A user who scrolls: any frame at any time says the same. */
static void test_any_order(void)
{
    for (char **capture = captures; *capture; capture++) {
        window *w = open_window(*capture);
        g_autofree char *whole = read_whole(w);
        g_autofree char *backwards = dissect_all(w, 1, w->frames->len, TRUE);
        g_assert_cmpstr(backwards, ==, whole);
        close_window(w);
    }
}

/* Of ends that were shown while frames still came: each says that it may change, or is the one that stays. */
static void assert_live(const char *shown, const char *whole)
{
    g_auto(GStrv) lines = g_strsplit(shown, "\n", -1), final = g_strsplit(whole, "\n", -1);
    for (char **line = lines; *line; line++)
        if (strstr(*line, " role=victim") && !strstr(*line, " provisional"))
            g_assert_true(g_strv_contains((const char *const *) final, *line));
}

/* The frame that ended a connection says so as soon as it is there. */
static void assert_at_once(const char *shown, const char *whole, guint32 first, guint32 last)
{
    g_auto(GStrv) lines = g_strsplit(shown, "\n", -1), final = g_strsplit(whole, "\n", -1);
    for (char **line = final; *line; line++) {
        guint64 frame = g_ascii_strtoull(*line, NULL, 10);
        if (!strstr(*line, " role=victim") || frame < first || frame > last) continue;
        g_autofree char *start = g_strdup_printf("%" G_GUINT64_FORMAT " role=victim", frame);
        gboolean found = FALSE;
        for (char **l = lines; *l; l++)
            found |= g_str_has_prefix(*l, start);
        g_assert_true(found);
    }
}

/* Live: what came so far is shown while more comes. */
static void test_live(void)
{
    enum { STEP = 7, SHOWN = 50 };
    for (char **capture = captures; *capture; capture++) {
        window *w = open_window(*capture);
        g_autofree char *whole = read_whole(w);
        close_window(w);
        w = open_window(*capture);
        for (guint32 at = 1; at <= w->frames->len; at += STEP) {
            guint32 last = MIN(at + STEP - 1, w->frames->len);
            g_free(dissect_all(w, at, last, FALSE));
            guint32 first = at > SHOWN ? at - SHOWN : 1;
            g_autofree char *shown = dissect_all(w, first, last, TRUE);
            assert_live(shown, whole);
            assert_at_once(shown, whole, first, last);
        }
        postseq_cleanup_all_protocols();
        g_autofree char *after = dissect_all(w, 1, w->frames->len, FALSE);
        g_assert_cmpstr(after, ==, whole);
        close_window(w);
    }
}

/* A preference is changed before the file was read to its end, and then a file is closed half read. */
static void test_halfway(void)
{
    window *w = open_window(captures[0]);
    g_autofree char *whole = read_whole(w);
    close_window(w);
    w = open_window(captures[0]);
    g_free(dissect_all(w, 1, w->frames->len / 2, FALSE));
    g_autofree char *again = read_again(w);
    g_assert_cmpstr(again, ==, whole);
    close_window(w);
    w = open_window(captures[0]);
    g_free(dissect_all(w, 1, w->frames->len / 2, FALSE));
    close_window(w);
    w = open_window(captures[0]);
    g_autofree char *fresh = read_whole(w);
    g_assert_cmpstr(fresh, ==, whole);
    close_window(w);
}

/* Blocks of memory in use after the first file was so many times opened, read, dissected anew and closed. */
static gint64 blocks_after(unsigned loads)
{
    for (unsigned i = 0; i < loads; i++) {
        window *w = open_window(captures[0]);
        g_free(read_whole(w));
        g_free(read_again(w));
        close_window(w);
    }
    return blocks;
}

/* What grows without the plugin is Wireshark's own. The first loads fill what is kept for the next ones. */
static gint64 growth(gboolean with_plugin)
{
    proto_set_decoding(proto_get_id_by_filter_name("smbtrace"), with_plugin);
    gint64 before = blocks_after(2), after = blocks_after(10);
    proto_set_decoding(proto_get_id_by_filter_name("smbtrace"), TRUE);
    return after - before;
}

static void test_memory(void)
{
    gint64 without = growth(FALSE), with = growth(TRUE);
    g_test_message("ten loads: %" G_GINT64_FORMAT " blocks with the plugin, %" G_GINT64_FORMAT " without",
                   with, without);
    g_assert_cmpint(with, ==, without);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    captures = argv + 1;
    ws_log_set_level(LOG_LEVEL_WARNING);
    init_process_policies();
    g_autofree char *error = configuration_init(argv[0], NULL);
    wtap_init(FALSE);
    if (error || !epan_init(NULL, NULL, TRUE)) g_error("libwireshark: %s", error ? error : "no start");
    epan_load_settings();
    if (proto_get_id_by_filter_name("smbtrace") < 0) g_error("the plugin was not loaded");
    g_test_add_func("/window/redissection", test_redissection);
    g_test_add_func("/window/any-order", test_any_order);
    g_test_add_func("/window/live", test_live);
    g_test_add_func("/window/halfway", test_halfway);
    g_test_add_func("/window/memory", test_memory);
    int status = g_test_run();
    epan_cleanup();
    return status;
}
