/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "joint_copy.h"

#include "names.h"
#include "spool.h"
#include "wiretap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <ws_version.h>

/* From 4.4 on the writer is handed names as blocks, and numbers interfaces itself unless told not to. */
#define NAMES_ARE_BLOCKS                                                                                     \
    (WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 3))

/* So many names the comment on the section has. */
#define LABELS_MAX 100
/* Comments of the captures themselves, in all. */
#define COMMENTS_MAX 100

/* A capture: how its interfaces are numbered in the copy. */
struct source {
    GArray *interfaces; /* of guint, by number in the file */
    GArray *bases;      /* of guint: by section, how many interfaces the sections before it have */
};

struct joint_copy {
    int fd;
    char *path;
    struct input input;
    bool is_open;
    uint64_t packets;
    GPtrArray *sources;
    GString *labels;
    wtap_block_t section;
    GHashTable *comments; /* of the section, each once */
    wtapng_iface_descriptions_t interfaces;
    GArray *secrets, *name_blocks; /* of wtap_block_t */
    struct names *names;
    wtap_dump_params params;
    wtap_dumper *dumper;
};

static void source_free(gpointer data)
{
    struct source *source = data;
    g_array_unref(source->interfaces);
    g_array_unref(source->bases);
    g_free(source);
}

struct joint_copy *joint_copy_new(void)
{
    struct joint_copy *c = g_new0(struct joint_copy, 1);
    c->fd = -1;
    c->input.fd = -1;
    c->sources = g_ptr_array_new_with_free_func(source_free);
    c->labels = g_string_new(NULL);
    c->comments = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    c->interfaces.interface_data = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    c->secrets = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    c->name_blocks = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    return c;
}

static bool fail(char **ret_problem, int err, char *info)
{
    g_autofree char *why = wiretap_error(err, info);
    *ret_problem = g_strdup_printf(
        "%s: the files can't be joined there: %s; set TMPDIR to a folder with space", g_get_tmp_dir(), why);
    return false;
}

/* ---- What captures say of themselves */

static const char *text_of(wtap_block_t block, guint option)
{
    char *text;
    return wtap_block_get_string_option_value(block, option, &text) == WTAP_OPTTYPE_SUCCESS ? text : NULL;
}

static bool is_same_interface(wtap_block_t a, wtap_block_t b)
{
    const wtapng_if_descr_mandatory_t *x = wtap_block_get_mandatory_data(a);
    const wtapng_if_descr_mandatory_t *y = wtap_block_get_mandatory_data(b);
    return x->wtap_encap == y->wtap_encap && x->time_units_per_second == y->time_units_per_second &&
           x->tsprecision == y->tsprecision && x->snap_len == y->snap_len &&
           g_strcmp0(text_of(a, OPT_IDB_NAME), text_of(b, OPT_IDB_NAME)) == 0 &&
           g_strcmp0(text_of(a, OPT_IDB_DESCRIPTION), text_of(b, OPT_IDB_DESCRIPTION)) == 0;
}

/* Without what was counted on it: that was of one file. */
static wtap_block_t copy_of_interface(wtap_block_t block)
{
    wtap_block_t copy = wtap_block_make_copy(block);
    wtapng_if_descr_mandatory_t *about = wtap_block_get_mandatory_data(copy);
    if (about->interface_statistics) wtap_block_array_free(about->interface_statistics);
    about->interface_statistics = NULL;
    about->num_stat_entries = 0;
    return copy;
}

/* Its number in the copy. */
static guint take_interface(struct joint_copy *c, wtap_block_t block)
{
    GArray *known = c->interfaces.interface_data;
    for (guint i = 0; i < known->len; i++)
        if (is_same_interface(g_array_index(known, wtap_block_t, i), block)) return i;
    wtap_block_t copy = copy_of_interface(block);
    g_array_append_val(known, copy);
    return known->len - 1;
}

static guint count_interfaces(wtap *wth)
{
    wtapng_iface_descriptions_t *info = wtap_file_get_idb_info(wth);
    guint n = info->interface_data->len;
    g_free(info);
    return n;
}

static void take_blocks(GArray *to, const GArray *from)
{
    for (guint i = 0; from && i < from->len; i++) {
        wtap_block_t block = wtap_block_ref(g_array_index(from, wtap_block_t, i));
        g_array_append_val(to, block);
    }
}

static void take_section(struct joint_copy *c, const GArray *sections)
{
    if (!sections || sections->len == 0) return;
    wtap_block_t section = g_array_index(sections, wtap_block_t, 0);
    bool is_first = !c->section;
    if (is_first) c->section = wtap_block_make_copy(section);
    char *comment;
    for (guint i = 0;
         wtap_block_get_nth_string_option_value(section, OPT_COMMENT, i, &comment) == WTAP_OPTTYPE_SUCCESS;
         i++) {
        bool is_new = !g_hash_table_contains(c->comments, comment) &&
                      g_hash_table_size(c->comments) < COMMENTS_MAX &&
                      g_hash_table_add(c->comments, g_strdup(comment));
        if (is_new && !is_first)
            wtap_block_add_string_option(c->section, OPT_COMMENT, comment, strlen(comment));
    }
}

static void take_encap(struct joint_copy *c, const wtap_dump_params *params)
{
    bool is_first = c->sources->len == 1;
    int encap = params->encap == WTAP_ENCAP_UNKNOWN ? WTAP_ENCAP_PER_PACKET : params->encap;
    c->params.encap = is_first || c->params.encap == encap ? encap : WTAP_ENCAP_PER_PACKET;
    c->params.tsprec =
        is_first || c->params.tsprec == params->tsprec ? params->tsprec : WTAP_TSPREC_PER_PACKET;
    c->params.snaplen = MAX(c->params.snaplen, params->snaplen);
}

static void take_capture(struct joint_copy *c, struct source *source, wtap *wth)
{
    wtap_dump_params params;
    wtap_dump_params_init(&params, wth);
    take_encap(c, &params);
    take_section(c, params.shb_hdrs);
    take_blocks(c->secrets, params.dsbs_growing);
#if NAMES_ARE_BLOCKS
    take_blocks(c->name_blocks, params.nrbs_growing);
#endif
    const GArray *interfaces = params.idb_inf->interface_data;
    for (guint i = 0; i < interfaces->len; i++) {
        guint number = take_interface(c, g_array_index(interfaces, wtap_block_t, i));
        g_array_append_val(source->interfaces, number);
    }
    g_clear_pointer(&params.idb_inf, g_free); /* the array in it is the reader's */
    wtap_dump_params_cleanup(&params);
}

/* Interfaces and names may come late in a pcapng, nowhere else. */
static void read_through(struct source *source, struct wiretap *reader)
{
    guint known = 0;
    g_array_append_val(source->bases, known);
    if (wtap_file_type_subtype(reader->wth) != wtap_pcapng_file_type_subtype()) return;
    enum input_result result;
    while (wiretap_next(reader, &result)) {
        const wtap_rec *rec = &reader->rec;
        guint section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0;
        while (source->bases->len <= section)
            g_array_append_val(source->bases, known);
        known = count_interfaces(reader->wth);
    }
}

void joint_copy_survey(struct joint_copy *c, const struct input *input, const char *label)
{
    struct source *source = g_new0(struct source, 1);
    source->interfaces = g_array_new(FALSE, FALSE, sizeof(guint));
    source->bases = g_array_new(FALSE, FALSE, sizeof(guint));
    g_ptr_array_add(c->sources, source);
    if (c->sources->len <= LABELS_MAX)
        g_string_append_printf(c->labels, "%s%s", c->sources->len > 1 ? ", " : "", label);
    struct input again;
    struct wiretap reader;
    char *problem = NULL;
    if (input_again(&again, input, &problem) && wiretap_open(&reader, &again) == INPUT_WHOLE) {
        c->names = names_collect_more(c->names, reader.wth);
        read_through(source, &reader);
        names_collected(c->names);
        wiretap_enter();
        take_capture(c, source, reader.wth);
        wiretap_leave();
        wiretap_close(&reader);
    }
    input_close(&again);
    g_free(problem);
}

/* ---- The copy */

static void describe_section(struct joint_copy *c)
{
    if (!c->section) c->section = wtap_block_create(WTAP_BLOCK_SECTION);
    guint n = c->sources->len;
    if (n > LABELS_MAX) g_string_append_printf(c->labels, " and %u more", n - LABELS_MAX);
    g_autofree char *comment = g_strdup_printf("One capture of %u file%s, joined by smbtrace-check: %s", n,
                                               n == 1 ? "" : "s", c->labels->str);
    wtap_block_add_string_option(c->section, OPT_COMMENT, comment, strlen(comment));
    c->params.shb_hdrs = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    g_array_append_val(c->params.shb_hdrs, c->section);
}

static bool open_dumper(struct joint_copy *c, int fd, char **ret_problem)
{
    int err = 0;
    char *info = NULL;
    describe_section(c);
    c->params.idb_inf = &c->interfaces;
    c->params.dsbs_growing = c->secrets;
#if NAMES_ARE_BLOCKS
    c->params.nrbs_growing = c->name_blocks;
    c->params.shb_iface_to_global = NULL;
#endif
    c->dumper =
        wtap_dump_fdopen(fd, wtap_pcapng_file_type_subtype(), WTAP_UNCOMPRESSED, &c->params, &err, &info);
    if (c->dumper) return true;
    close(fd);
    return fail(ret_problem, err, info);
}

bool joint_copy_begin(struct joint_copy *c, char **ret_problem)
{
    c->fd = spool_temporary_file(&c->path);
    if (c->fd < 0) return fail(ret_problem, errno, NULL);
    if (c->interfaces.interface_data->len == 0) return true; /* nor packets */
    int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0) return fail(ret_problem, errno, NULL);
    wiretap_enter();
    bool fine = open_dumper(c, fd, ret_problem);
    wiretap_leave();
    return fine;
}

static bool number_interface(const struct source *source, wtap_rec *rec)
{
    guint section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0;
    guint id = rec->presence_flags & WTAP_HAS_INTERFACE_ID ? rec->rec_header.packet_header.interface_id : 0;
    if (section < source->bases->len) id += g_array_index(source->bases, guint, section);
    if (id >= source->interfaces->len) return false;
    rec->rec_header.packet_header.interface_id = g_array_index(source->interfaces, guint, id);
    rec->presence_flags |= WTAP_HAS_INTERFACE_ID;
    if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) rec->section_number = 0;
    return true;
}

bool joint_copy_put(struct joint_copy *c, unsigned number, const struct input *input, char **ret_problem)
{
    struct wiretap *reader = input->reader;
    wtap_rec *rec = &reader->rec;
    wtap_packet_header *packet = &rec->rec_header.packet_header;
    if (!c->dumper || number >= c->sources->len || !number_interface(c->sources->pdata[number], rec)) {
        *ret_problem = g_strdup("the capture changed while it was read; leave it alone, and try again");
        return false;
    }
    if (!(rec->presence_flags & WTAP_HAS_CAP_LEN)) packet->len = packet->caplen;
    rec->presence_flags |= WTAP_HAS_CAP_LEN;
    if (!(rec->presence_flags & WTAP_HAS_TS)) { /* as the others take it */
        rec->ts.secs = (time_t)(reader->last / 1000000000);
        rec->ts.nsecs = (int)(reader->last % 1000000000);
        rec->presence_flags |= WTAP_HAS_TS;
    }
    int err = 0;
    char *info = NULL;
    wiretap_enter();
    bool fine = wtap_dump(c->dumper, rec, ws_buffer_start_ptr(&reader->buffer), &err, &info);
    wiretap_leave();
    c->packets += fine;
    return fine || fail(ret_problem, err, info);
}

static bool close_dumper(struct joint_copy *c, char **ret_problem)
{
    if (!c->dumper) return true;
    int err = 0;
    char *info = NULL;
    wiretap_enter();
    names_write(c->names, c->dumper);
    bool fine = wtap_dump_close(c->dumper, NULL, &err, &info);
    wiretap_leave();
    c->dumper = NULL;
    return fine || fail(ret_problem, err, info);
}

const struct input *joint_copy_finish(struct joint_copy *c, char **ret_problem)
{
    if (!close_dumper(c, ret_problem)) return NULL;
    enum input_result result = input_open(&c->input, c->path);
    c->is_open = true;
    c->input.frames = c->packets;
    if (result == INPUT_WHOLE) return &c->input;
    *ret_problem = g_strdup(c->packets ? c->input.problem : "there are no packets to write");
    return NULL;
}

void joint_copy_free(struct joint_copy *c)
{
    if (!c) return;
    char *problem = NULL;
    close_dumper(c, &problem);
    g_free(problem);
    if (c->is_open) input_close(&c->input);
    spool_temporary_close(c->fd, c->path);
    wiretap_enter();
    names_free(c->names);
    if (c->params.shb_hdrs) g_array_unref(c->params.shb_hdrs);
    if (c->section) wtap_block_unref(c->section);
    wtap_block_array_free(c->interfaces.interface_data);
    wtap_block_array_free(c->secrets);
    wtap_block_array_free(c->name_blocks);
    wiretap_leave();
    g_hash_table_unref(c->comments);
    g_ptr_array_unref(c->sources);
    g_string_free(c->labels, TRUE);
    g_free(c);
}
