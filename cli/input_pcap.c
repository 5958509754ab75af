/* pcap by libpcap (and pcapng, in builds without libwiretap).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Read ahead at a time: few calls, and yet what was read is still in the cache when it is looked at. */
#define BUFFER ((size_t)1 << 16)
#define NS     UINT64_C(1000000000)

/* What was peeked at comes first, then the rest of the pipe. */
struct pipe_cookie {
    struct input *input;
    unsigned peeked;
};

static ssize_t pipe_read(void *data, char *to, size_t n)
{
    struct pipe_cookie *cookie = data;
    unsigned left = cookie->input->magic_size - cookie->peeked;
    if (left) {
        n = MIN(n, left);
        memcpy(to, cookie->input->magic + cookie->peeked, n);
        cookie->peeked += (unsigned)n;
        return (ssize_t)n;
    }
    ssize_t got;
    do
        got = read(cookie->input->fd, to, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static int pipe_close(void *data)
{
    g_free(data);
    return 0;
}

static FILE *open_stream(struct input *input)
{
    if (input->is_regular) {
        posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
        int fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 3);
        return fd < 0 ? NULL : fdopen(fd, "r");
    }
    struct pipe_cookie *cookie = g_new0(struct pipe_cookie, 1);
    cookie->input = input;
    return fopencookie(cookie, "r", (cookie_io_functions_t){.read = pipe_read, .close = pipe_close});
}

/* libpcap turns the file's LINKTYPE_ into the system's DLT_; where those differ, back. */
static int linktype_of(int dlt)
{
    static const struct {
        int dlt, linktype;
    } differing[] = {
        {DLT_RAW, 101},
        {12, 101},
        {14, 101},
        {DLT_ATM_RFC1483, 100},
        {DLT_SLIP_BSDOS, 102},
        {DLT_PPP_BSDOS, 103},
        {DLT_ATM_CLIP, 106},
        {DLT_PFSYNC, 246},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(differing); i++)
        if (differing[i].dlt == dlt) return differing[i].linktype;
    return dlt;
}

struct reading {
    pcap_t *pcap; /* and with it the stream */
    FILE *stream;
    char *buffer; /* the stream's */
    int linktype;
    uint64_t record_header; /* bytes before each record's data */
};

static uint64_t record_header_size(const struct input *input)
{
    bool is_modified =
        !memcmp(input->magic, "\xa1\xb2\xcd\x34", 4) || !memcmp(input->magic, "\x34\xcd\xb2\xa1", 4);
    return is_modified ? 24 : 16;
}

static enum input_result explain_failure(struct input *input, FILE *stream, const char *error)
{
    if (ferror(stream))
        return input_broken(input,
                            "cannot be read after byte offset %" G_GUINT64_FORMAT ": %s; take a fresh copy",
                            input->position, g_strerror(errno));
    if (strstr(error, "truncated dump file")) return input_cut_off(input, input->position, false);
    if (strstr(error, "different from the type") || strstr(error, "snapshot length"))
        return input_broken(input,
                            "frame %" G_GUINT64_FORMAT
                            ": its interfaces differ in link type or snap length, which "
                            "this build (without libwiretap) can't read; split the file by interface",
                            input->frames + 1);
    return input_broken(input,
                        "damaged at frame %" G_GUINT64_FORMAT " (byte offset %" G_GUINT64_FORMAT
                        "): %s; take a "
                        "fresh copy, or go by the frames before it",
                        input->frames + 1, input->position, error);
}

static bool pcap_reader_next(struct input *input, smbt_frame *ret_frame)
{
    struct reading *reading = input->reader;
    struct pcap_pkthdr *header;
    const u_char *data;
    int n = pcap_next_ex(reading->pcap, &header, &data);
    if (n != 1) {
        input->result = n == PCAP_ERROR_BREAK
                            ? INPUT_WHOLE
                            : explain_failure(input, reading->stream, pcap_geterr(reading->pcap));
        return false;
    }
    *ret_frame = (smbt_frame){.number = ++input->frames,
                              .time = (uint32_t)header->ts.tv_sec * NS + (uint64_t)header->ts.tv_usec,
                              .linktype = reading->linktype,
                              .caplen = header->caplen,
                              .len = header->len,
                              .data = data};
    input->position += reading->record_header + header->caplen;
    return true;
}

static const char *format_of(const struct input *input)
{
    if (input->kind == INPUT_PCAPNG) return "pcapng";
    bool is_ns = !memcmp(input->magic, "\xa1\xb2\x3c\x4d", 4) || !memcmp(input->magic, "\x4d\x3c\xb2\xa1", 4);
    return is_ns ? "nsecpcap" : "pcap";
}

static void pcap_reader_end(void *data)
{
    struct reading *reading = data;
    pcap_close(reading->pcap);
    g_free(reading->buffer);
    g_free(reading);
}

static enum input_result pcap_reader_begin(struct input *input)
{
    input->format = format_of(input);
    FILE *stream = open_stream(input);
    if (!stream) return input_broken(input, "cannot be opened: %s; check the file", g_strerror(errno));
    char *buffer = g_malloc(BUFFER);
    setvbuf(stream, buffer, _IOFBF, BUFFER);
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!pcap) {
        fclose(stream);
        g_free(buffer);
        if (strstr(error, "truncated dump file"))
            return input_broken(input,
                                "ends inside the file header: the capture was cut off; take a fresh copy");
        return input_broken(input, "damaged file header: %s; take a fresh copy", error);
    }
    struct reading *reading = g_new(struct reading, 1);
    *reading = (struct reading){.pcap = pcap,
                                .stream = stream,
                                .buffer = buffer,
                                .linktype = linktype_of(pcap_datalink(pcap)),
                                .record_header = record_header_size(input)};
    input->reader = reading;
    input->position = 24;
    return INPUT_WHOLE;
}

const struct input_reader input_pcap_reader = {
    .begin = pcap_reader_begin, .next = pcap_reader_next, .end = pcap_reader_end};
