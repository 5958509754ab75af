/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture_writer.h"

#include "names.h"

#include <errno.h>
#include <fcntl.h>
#include <smbtrace/smbtrace.h>
#include <string.h>
#include <unistd.h>
#include <ws_version.h>

/* Interfaces are numbered by section in records and by file in a copy. From 4.4 on the writer translates. */
#define TRANSLATES                                                                                           \
    (WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 3))

struct capture_writer {
    struct input input; /* read to its end: all interfaces, names and secrets are known */
    struct wiretap source;
    wtap_dump_params params;
    bool has_params;
    wtap_dumper *dumper;
    struct names *names;
    GArray *bases; /* of guint: by section, how many interfaces the sections before it have */
    guint interfaces;
};

static bool fail(char **ret_problem, const char *what, int err, char *info)
{
    g_autofree char *why = wiretap_error(err, info);
    *ret_problem = g_strdup_printf("%s: %s", what, why);
    return false;
}

/* ---- What the input says of itself */

static guint count_interfaces(wtap *wth)
{
    wtapng_iface_descriptions_t *info = wtap_file_get_idb_info(wth);
    guint n = info->interface_data->len;
    g_free(info);
    return n;
}

static void note_section(struct capture_writer *w, const wtap_rec *rec, guint known)
{
    guint section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0;
    while (w->bases->len <= section)
        g_array_append_val(w->bases, known);
}

static bool survey(struct capture_writer *w, char **ret_problem)
{
    if (wiretap_open(&w->source, &w->input) != INPUT_WHOLE) {
        *ret_problem = g_strdup(w->input.problem ? w->input.problem : "cannot be read again");
        return false;
    }
    w->names = names_collect(w->source.wth);
    /* Interfaces and names may come late in a pcapng, nowhere else. */
    bool may_have_more = wtap_file_type_subtype(w->source.wth) == wtap_pcapng_file_type_subtype();
    guint known = 0;
    enum input_result result;
    g_array_append_val(w->bases, known);
    while (may_have_more && wiretap_next(&w->source, &result)) {
        note_section(w, &w->source.rec, known);
        known = count_interfaces(w->source.wth);
    }
    w->interfaces = count_interfaces(w->source.wth);
    names_collected(w->names);
    return true;
}

static bool open_dumper(struct capture_writer *w, int fd, char **ret_problem)
{
    wtap_dump_params_init(&w->params, w->source.wth);
    w->has_params = true;
    if (w->params.encap == WTAP_ENCAP_UNKNOWN) w->params.encap = WTAP_ENCAP_PER_PACKET;
    int err = 0, copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    char *info = NULL;
    if (copy < 0) return fail(ret_problem, "can't be written", errno, NULL);
    w->dumper =
        wtap_dump_fdopen(copy, wtap_pcapng_file_type_subtype(), WTAP_UNCOMPRESSED, &w->params, &err, &info);
    if (w->dumper) return true;
    close(copy);
    return fail(ret_problem, "can't be written", err, info);
}

struct capture_writer *capture_writer_new(const struct input *input, int fd, char **ret_problem)
{
    struct capture_writer *w = g_new0(struct capture_writer, 1);
    w->bases = g_array_new(FALSE, FALSE, sizeof(guint));
    bool fine = input_again(&w->input, input, ret_problem) && survey(w, ret_problem);
    wiretap_enter();
    fine = fine && open_dumper(w, fd, ret_problem);
    wiretap_leave();
    if (fine) return w;
    capture_writer_free(w);
    return NULL;
}

void capture_writer_free(struct capture_writer *writer)
{
    struct capture_writer *w = writer;
    if (!w) return;
    char *problem = NULL;
    capture_writer_finish(w, &problem);
    g_free(problem);
    wiretap_enter();
    if (w->has_params) {
        g_clear_pointer(&w->params.idb_inf, g_free); /* the array in it is the reader's */
        wtap_dump_params_cleanup(&w->params);
    }
    names_free(w->names);
    wiretap_leave();
    if (w->source.wth) wiretap_close(&w->source);
    input_close(&w->input);
    g_array_unref(w->bases);
    g_free(w);
}

/* ---- Records */

/* Takes out what an earlier run left. */
static void remove_own_comments(wtap_rec *rec)
{
    char *comment;
    for (guint i = wtap_block_count_option(rec->block, OPT_COMMENT); i-- > 0;)
        if (wtap_block_get_nth_string_option_value(rec->block, OPT_COMMENT, i, &comment) ==
                WTAP_OPTTYPE_SUCCESS &&
            smbt_comment_is_ours(comment))
            wtap_block_remove_nth_option_instance(rec->block, OPT_COMMENT, i);
}

static void set_comments(wtap_rec *rec, const GPtrArray *comments)
{
    if (rec->block) remove_own_comments(rec);
    if (!rec->block && comments) rec->block = wtap_block_create(WTAP_BLOCK_PACKET);
    for (guint i = 0; comments && i < comments->len; i++)
        wtap_block_add_string_option(rec->block, OPT_COMMENT, comments->pdata[i], strlen(comments->pdata[i]));
    rec->block_was_modified = TRUE;
}

static void renumber_interface(const struct capture_writer *w, wtap_rec *rec)
{
    bool has_both =
        rec->presence_flags & WTAP_HAS_SECTION_NUMBER && rec->presence_flags & WTAP_HAS_INTERFACE_ID;
    if (TRANSLATES || !has_both || rec->section_number >= w->bases->len) return;
    guint id =
        rec->rec_header.packet_header.interface_id + g_array_index(w->bases, guint, rec->section_number);
    if (id < w->interfaces) rec->rec_header.packet_header.interface_id = id;
}

bool capture_writer_put(struct capture_writer *writer, struct wiretap *reader, uint32_t caplen,
                        const GPtrArray *comments, char **ret_problem)
{
    wtap_rec *rec = &reader->rec;
    if (rec->rec_type == REC_TYPE_PACKET) {
        wtap_packet_header *packet = &rec->rec_header.packet_header;
        if (!(rec->presence_flags & WTAP_HAS_CAP_LEN)) packet->len = packet->caplen;
        rec->presence_flags |= WTAP_HAS_CAP_LEN;
        packet->caplen = MIN(packet->caplen, caplen);
        renumber_interface(writer, rec);
        set_comments(rec, comments);
    }
    int err = 0;
    char *info = NULL;
    wiretap_enter();
    bool fine = wtap_dump(writer->dumper, rec, ws_buffer_start_ptr(&reader->buffer), &err, &info);
    wiretap_leave();
    if (fine) return true;
    g_autofree char *what =
        g_strdup_printf("frame %" G_GUINT64_FORMAT " can't be written", reader->input->frames);
    return fail(ret_problem, what, err, info);
}

bool capture_writer_finish(struct capture_writer *writer, char **ret_problem)
{
    if (!writer->dumper) return true;
    int err = 0;
    char *info = NULL;
    wiretap_enter();
    names_write(writer->names, writer->dumper);
    bool fine = wtap_dump_close(writer->dumper, NULL, &err, &info);
    wiretap_leave();
    writer->dumper = NULL;
    return fine || fail(ret_problem, "can't be written", err, info);
}
