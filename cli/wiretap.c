/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wiretap.h"

#include "linktype.h"
#include "packed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

/* libwiretap keeps a pool of buffers that isn't safe in threads, and some of its formats use it for each
 * record: one thread at a time where that may be. */
static GMutex wiretap_lock;

/* libwiretap also opens pictures, key files and logs as captures of one record. */
static bool is_no_packet_encap(int encap)
{
    static const int encaps[] = {WTAP_ENCAP_MIME,           WTAP_ENCAP_JSON,    WTAP_ENCAP_MPEG,
                                 WTAP_ENCAP_MPEG_2_TS,      WTAP_ENCAP_TNEF,    WTAP_ENCAP_BER,
                                 WTAP_ENCAP_RUBY_MARSHAL,   WTAP_ENCAP_RFC7468, WTAP_ENCAP_MP4,
                                 WTAP_ENCAP_SYSTEMD_JOURNAL};
    for (unsigned i = 0; i < G_N_ELEMENTS(encaps); i++)
        if (encaps[i] == encap) return true;
    return false;
}

void wiretap_enter(void)
{
    g_mutex_lock(&wiretap_lock);
}

void wiretap_leave(void)
{
    g_mutex_unlock(&wiretap_lock);
}

char *wiretap_error(int err, char *info)
{
    if (info) return info;
    return g_strdup(err > 0 ? g_strerror(err) : wtap_strerror(err));
}

static void prepare_library(void)
{
    static gsize done;
    if (!g_once_init_enter(&done)) return;
    ws_log_set_level(LOG_LEVEL_ERROR); /* what is wrong with a file comes back as an error too */
    wtap_init(FALSE);
    g_once_init_leave(&done, 1);
}

/* A pipe whose first bytes were read already is put together again in a second pipe, which libwiretap opens.
 */
struct pump {
    int from, to;
    uint8_t start[INPUT_MAGIC_SIZE];
    unsigned start_size;
};

static bool write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        n -= (size_t)put;
    }
    return true;
}

static gpointer pump_run(gpointer data)
{
    struct pump *pump = data;
    bool open = write_all(pump->to, pump->start, pump->start_size);
    uint8_t piece[16384];
    while (open) {
        ssize_t n = read(pump->from, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        open = n > 0 && write_all(pump->to, piece, (size_t)n);
    }
    close(pump->to);
    if (pump->from > STDIN_FILENO) close(pump->from);
    g_free(pump);
    return NULL;
}

/* Returns the end to read from, or -1. Takes over the input's descriptor: the thread may outlive the input,
 * when whoever writes into the pipe never ends. */
static int pump_start(struct input *input)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    struct pump *pump = g_new0(struct pump, 1);
    pump->from = input->fd;
    pump->to = ends[1];
    pump->start_size = input->magic_size;
    memcpy(pump->start, input->magic, input->magic_size);
    input->fd = -1;
    g_thread_unref(g_thread_new("pump", pump_run, pump));
    return ends[0];
}

static enum input_result explain_open_failure(struct input *input, int err, const char *info)
{
    bool is_guess =
        input->is_found && input->kind == INPUT_COMPRESSED && !(info && g_str_has_prefix(info, "pcap"));
    if (is_guess) err = WTAP_ERR_FILE_UNKNOWN_FORMAT; /* libwiretap tries everything on it */
    if (err == WTAP_ERR_FILE_UNKNOWN_FORMAT && input->kind != INPUT_PCAPNG && input->kind != INPUT_OTHER) {
        input_broken(input,
                     input->kind == INPUT_COMPRESSED
                         ? "not a capture: compressed, but what it holds is no known capture format; name a "
                           "capture"
                         : "not a capture: its first bytes are those of no known capture format; name a "
                           "capture");
        return INPUT_NOT_A_CAPTURE;
    }
    if (err == WTAP_ERR_SHORT_READ || err == WTAP_ERR_FILE_UNKNOWN_FORMAT)
        return input_broken(input, "the file header is cut off or damaged; take a fresh copy");
    return input_broken(input, "damaged file header: %s; take a fresh copy",
                        info      ? info
                        : err > 0 ? g_strerror(err)
                                  : wtap_strerror(err));
}

static enum input_result explain_read_failure(struct input *input, int err, const char *info, gint64 offset)
{
    bool is_packed = input->kind == INPUT_COMPRESSED;
    uint64_t at = offset >= 0 ? (uint64_t)offset : input->position;
    if (err == WTAP_ERR_SHORT_READ) return input_cut_off(input, at, is_packed && offset >= 0);
    const char *what = err == WTAP_ERR_DECOMPRESS ? "the compressed data is damaged"
                       : info                     ? info
                       : err > 0                  ? g_strerror(err)
                                                  : wtap_strerror(err);
    return input_broken(input,
                        "damaged at frame %" G_GUINT64_FORMAT " (byte offset %" G_GUINT64_FORMAT
                        "%s): %s; take a "
                        "fresh copy, or go by the frames before it",
                        input->frames + 1, at, is_packed && offset >= 0 ? " when unpacked" : "", what);
}

static enum input_result explain_end(struct input *input)
{
    if (input->kind != INPUT_COMPRESSED || !input->is_regular || packed_is_whole(input->fd, input->size))
        return INPUT_WHOLE;
    return input_broken(input,
                        "ends inside its compressed data, after frame %" G_GUINT64_FORMAT
                        " (byte offset %" G_GUINT64_FORMAT
                        "): the file was cut off; take a fresh copy, or go by "
                        "the frames before it",
                        input->frames, input->size);
}

/* Formats that libwiretap reads without its shared buffers. */
static bool may_read_in_parallel(wtap *wth)
{
    int type = wtap_file_type_subtype(wth);
    return type == wtap_pcapng_file_type_subtype() || type == wtap_pcap_file_type_subtype() ||
           type == wtap_pcap_nsec_file_type_subtype();
}

static wtap *open_capture(struct input *input, int *err, char **info)
{
    if (input->is_regular) return wtap_open_offline(input->path, WTAP_TYPE_AUTO, err, info, FALSE);
    int end = pump_start(input);
    if (end < 0) {
        *err = errno;
        return NULL;
    }
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", end);
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, err, info, FALSE);
    close(end);
    return wth;
}

/* Some formats have no magic: they are found by what could be one of their records, or a line of their text.
 */
static bool is_guessed(wtap *wth)
{
    static const char *const sure[] = {
        "pcap",      "nsecpcap",       "modpcap",        "aixpcap",    "nokiapcap", "pcapng",
        "rh6_1pcap", "suse6_3pcap",    "netmon1",        "netmon2",    "snoop",     "shomiti",
        "ngsniffer", "ngwsniffer_1_1", "ngwsniffer_2_0", "niobserver", "visual",    "nettl"};
    const char *name = wtap_file_type_subtype_name(wtap_file_type_subtype(wth));
    for (unsigned i = 0; i < G_N_ELEMENTS(sure); i++)
        if (g_strcmp0(name, sure[i]) == 0) return false;
    return true;
}

enum input_result wiretap_open(struct wiretap *ret_reader, struct input *input)
{
    prepare_library();
    int err = 0;
    g_autofree char *info = NULL;
    wiretap_enter();
    wtap *wth = open_capture(input, &err, &info);
    if (wth && (is_no_packet_encap(wtap_file_encap(wth)) || (input->is_found && is_guessed(wth)))) {
        wtap_close(wth);
        wth = NULL;
        err = WTAP_ERR_FILE_UNKNOWN_FORMAT;
    }
    *ret_reader = (struct wiretap){.input = input, .wth = wth};
    if (wth) {
        wtap_rec_init(&ret_reader->rec);
        ws_buffer_init(&ret_reader->buffer, 4096);
    }
    wiretap_leave();
    if (!wth) return explain_open_failure(input, err, info);
    ret_reader->needs_lock = !may_read_in_parallel(wth);
    input->format = wtap_file_type_subtype_name(wtap_file_type_subtype(wth));
    return INPUT_WHOLE;
}

void wiretap_close(struct wiretap *reader)
{
    wiretap_enter();
    wtap_rec_cleanup(&reader->rec);
    ws_buffer_free(&reader->buffer);
    wtap_close(reader->wth);
    wiretap_leave();
}

bool wiretap_next(struct wiretap *reader, enum input_result *ret_result)
{
    struct input *input = reader->input;
    int err = 0;
    char *info = NULL;
    gint64 offset = -1;
    if (input->frames) wtap_rec_reset(&reader->rec);
    if (reader->needs_lock) wiretap_enter();
    bool got = wtap_read(reader->wth, &reader->rec, &reader->buffer, &err, &info, &offset);
    if (reader->needs_lock) wiretap_leave();
    if (!got || input->frames % INPUT_BATCH == 0)
        input->position = (uint64_t)MAX(wtap_read_so_far(reader->wth), 0);
    if (!got) {
        *ret_result = err ? explain_read_failure(input, err, info, offset) : explain_end(input);
        g_free(info);
        return false;
    }
    /* Wireshark numbers all records; only packets have frames. */
    input->frames++;
    const wtap_rec *rec = &reader->rec;
    if (rec->presence_flags & WTAP_HAS_TS && rec->ts.secs >= 0 && rec->rec_type == REC_TYPE_PACKET)
        reader->last = (uint64_t)rec->ts.secs * NS + (uint64_t)rec->ts.nsecs;
    return true;
}

bool wiretap_frame(struct wiretap *reader, smbt_frame *ret_frame)
{
    const wtap_rec *rec = &reader->rec;
    if (rec->rec_type != REC_TYPE_PACKET) return false;
    const wtap_packet_header *packet = &rec->rec_header.packet_header;
    *ret_frame = (smbt_frame){.number = reader->input->frames,
                              .time = reader->last,
                              .linktype = smbt_linktype_of_encap(packet->pkt_encap),
                              .caplen = packet->caplen,
                              .len = rec->presence_flags & WTAP_HAS_CAP_LEN ? packet->len : packet->caplen,
                              .data = ws_buffer_start_ptr(&reader->buffer)};
    return true;
}
