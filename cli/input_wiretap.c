/* Everything but plain pcap by libwiretap, Wireshark's reader: pcapng with any mix of interfaces, compressed
 * captures, Network Monitor, snoop and the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include "linktype.h"
#include "packed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <wireshark.h>
#include <wiretap/wtap.h>

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

struct reading {
    wtap *wth;
    wtap_rec rec;
    Buffer buffer;
    bool needs_lock;
    smbt_time last;
};

static void fill_frame(struct reading *reading, const struct input *input, smbt_frame *ret_frame)
{
    const wtap_rec *rec = &reading->rec;
    const wtap_packet_header *packet = &rec->rec_header.packet_header;
    if (rec->presence_flags & WTAP_HAS_TS && rec->ts.secs >= 0)
        reading->last = (uint64_t)rec->ts.secs * NS + (uint64_t)rec->ts.nsecs;
    *ret_frame = (smbt_frame){.number = input->frames,
                              .time = reading->last,
                              .linktype = smbt_linktype_of_encap(packet->pkt_encap),
                              .caplen = packet->caplen,
                              .len = rec->presence_flags & WTAP_HAS_CAP_LEN ? packet->len : packet->caplen,
                              .data = ws_buffer_start_ptr(&reading->buffer)};
}

static bool wiretap_next(struct input *input, smbt_frame *ret_frame)
{
    struct reading *reading = input->reader;
    for (;;) {
        int err = 0;
        char *info = NULL;
        gint64 offset = -1;
        wtap_rec_reset(&reading->rec);
        if (reading->needs_lock) g_mutex_lock(&wiretap_lock);
        bool got = wtap_read(reading->wth, &reading->rec, &reading->buffer, &err, &info, &offset);
        if (reading->needs_lock) g_mutex_unlock(&wiretap_lock);
        if (!got || input->frames % INPUT_BATCH == 0)
            input->position = (uint64_t)MAX(wtap_read_so_far(reading->wth), 0);
        if (!got) {
            input->result = err ? explain_read_failure(input, err, info, offset) : explain_end(input);
            g_free(info);
            return false;
        }
        /* Wireshark numbers all records; only packets have frames. */
        input->frames++;
        if (reading->rec.rec_type != REC_TYPE_PACKET) continue;
        fill_frame(reading, input, ret_frame);
        return true;
    }
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

static void wiretap_end(void *data)
{
    struct reading *reading = data;
    g_mutex_lock(&wiretap_lock);
    wtap_rec_cleanup(&reading->rec);
    ws_buffer_free(&reading->buffer);
    wtap_close(reading->wth);
    g_mutex_unlock(&wiretap_lock);
    g_free(reading);
}

static enum input_result wiretap_begin(struct input *input)
{
    prepare_library();
    int err = 0;
    g_autofree char *info = NULL;
    g_mutex_lock(&wiretap_lock);
    wtap *wth = open_capture(input, &err, &info);
    g_mutex_unlock(&wiretap_lock);
    if (!wth) return explain_open_failure(input, err, info);
    struct reading *reading = g_new0(struct reading, 1);
    reading->wth = wth;
    g_mutex_lock(&wiretap_lock);
    wtap_rec_init(&reading->rec);
    ws_buffer_init(&reading->buffer, 4096);
    g_mutex_unlock(&wiretap_lock);
    reading->needs_lock = !may_read_in_parallel(wth);
    input->reader = reading;
    if (is_no_packet_encap(wtap_file_encap(wth)))
        return explain_open_failure(input, WTAP_ERR_FILE_UNKNOWN_FORMAT, NULL);
    input->format = wtap_file_type_subtype_name(wtap_file_type_subtype(wth));
    return INPUT_WHOLE;
}

const struct input_reader input_wiretap_reader = {
    .begin = wiretap_begin, .next = wiretap_next, .end = wiretap_end};
