/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)

static const struct magic {
    uint8_t bytes[INPUT_MAGIC_SIZE];
    unsigned size;
    enum input_kind kind;
} magics[] = {
    {{0xa1, 0xb2, 0xc3, 0xd4}, 4, INPUT_PCAP},
    {{0xd4, 0xc3, 0xb2, 0xa1}, 4, INPUT_PCAP},
    {{0xa1, 0xb2, 0x3c, 0x4d}, 4, INPUT_PCAP}, /* nanoseconds */
    {{0x4d, 0x3c, 0xb2, 0xa1}, 4, INPUT_PCAP},
    {{0xa1, 0xb2, 0xcd, 0x34}, 4, INPUT_PCAP}, /* records with an interface and a protocol */
    {{0x34, 0xcd, 0xb2, 0xa1}, 4, INPUT_PCAP},
    {{0x0a, 0x0d, 0x0d, 0x0a}, 4, INPUT_PCAPNG},
    {{0x1f, 0x8b}, 2, INPUT_COMPRESSED},             /* gzip */
    {{0x28, 0xb5, 0x2f, 0xfd}, 4, INPUT_COMPRESSED}, /* zstd */
    {{0x04, 0x22, 0x4d, 0x18}, 4, INPUT_COMPRESSED}, /* lz4 */
    {{0x1c, 0x00, 0x01, 0xac}, 4, INPUT_OTHER},      /* pcap of hardware capture cards */
    {{0xac, 0x01, 0x00, 0x1c}, 4, INPUT_OTHER},
    {{0x1c, 0x00, 0x05, 0xac}, 4, INPUT_OTHER},
    {{0xac, 0x05, 0x00, 0x1c}, 4, INPUT_OTHER},
    {"snoop\0\0\0", 8, INPUT_OTHER},
    {"RTSS", 4, INPUT_OTHER}, /* Microsoft Network Monitor 1 */
    {"GMBU", 4, INPUT_OTHER}, /* and 2 */
    {"TRSNIFF data", 12, INPUT_OTHER},
    {"XCP\0", 4, INPUT_OTHER}, /* NetXRay, Windows Sniffer */
    {"ObserverPktB", 12, INPUT_OTHER},
    {"\x05VNF", 4, INPUT_OTHER},
    {"\0\0\x02\0\x12\x05\x10\x04", 8, INPUT_OTHER}, /* nettl */
    {"\x54\0\x64\0", 4, INPUT_OTHER},
};

static enum input_kind kind_of(const uint8_t *bytes, unsigned size)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(magics); i++) {
        const struct magic *magic = &magics[i];
        if (size < magic->size || memcmp(bytes, magic->bytes, magic->size) != 0) continue;
        if (magic->kind != INPUT_PCAPNG) return magic->kind;
        /* The same four bytes open other files; the byte-order magic settles it. A cut file may lack it. */
        const uint8_t orders[2][4] = {{0x1a, 0x2b, 0x3c, 0x4d}, {0x4d, 0x3c, 0x2b, 0x1a}};
        if (size < 12 || !memcmp(bytes + 8, orders[0], 4) || !memcmp(bytes + 8, orders[1], 4))
            return INPUT_PCAPNG;
    }
    return INPUT_UNKNOWN;
}

enum input_result input_broken(struct input *input, const char *format, ...)
{
    if (input->problem) return INPUT_BROKEN;
    va_list args;
    va_start(args, format);
    input->problem = g_strdup_vprintf(format, args);
    va_end(args);
    return INPUT_BROKEN;
}

enum input_result input_cut_off(struct input *input, uint64_t offset, bool is_packed)
{
    return input_broken(input,
                        "ends inside frame %" G_GUINT64_FORMAT " (byte offset %" G_GUINT64_FORMAT "%s): the "
                        "capture was cut off; recover with a fresh copy, or go by the frames before it",
                        input->frames + 1, offset, is_packed ? " when unpacked" : "");
}

static enum input_result refuse(struct input *input, const char *problem)
{
    input_broken(input, "%s", problem);
    return INPUT_NOT_A_CAPTURE;
}

static bool read_magic(struct input *input)
{
    while (input->magic_size < INPUT_MAGIC_SIZE) {
        uint8_t *to = input->magic + input->magic_size;
        size_t room = INPUT_MAGIC_SIZE - input->magic_size;
        ssize_t n = input->is_regular ? pread(input->fd, to, room, (off_t)input->magic_size)
                                      : read(input->fd, to, room);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) break;
        input->magic_size += (unsigned)n;
    }
    return true;
}

static enum input_result can_not_open(struct input *input, const char *what, int error)
{
    input->can_not_open = true;
    g_autofree char *text = g_strdup_printf("%s: %s; %s", what, g_strerror(error),
                                            error == EACCES   ? "change its permissions"
                                            : error == ENOENT ? "check the name"
                                                              : "check the file");
    return refuse(input, text);
}

enum input_result input_open(struct input *ret_input, const char *path)
{
    struct input *input = ret_input;
    *input = (struct input){.path = path};
    input->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (input->fd < 0) return can_not_open(input, "cannot be opened", errno);
    struct stat st;
    if (fstat(input->fd, &st) != 0) return can_not_open(input, "cannot be opened", errno);
    input->is_regular = S_ISREG(st.st_mode);
    input->size = input->is_regular ? (uint64_t)st.st_size : 0;
    if (input->fd == STDIN_FILENO && isatty(STDIN_FILENO))
        return refuse(input, "standard input is a terminal; pipe a capture into it, or name a file");
    if (!read_magic(input)) return can_not_open(input, "cannot be read", errno);
    if (input->magic_size == 0)
        return refuse(input, input->is_regular ? "is empty; capture again, or take a fresh copy"
                                               : "nothing came; check the program that writes into the pipe");
    input->kind = kind_of(input->magic, input->magic_size);
    if (input->kind == INPUT_PCAPNG) input->format = "pcapng";
    return INPUT_WHOLE;
}

static const struct input_reader *reader_of(struct input *input)
{
#ifdef HAVE_WIRETAP
    return input->kind == INPUT_PCAP && !input->as_records ? &input_pcap_reader : &input_wiretap_reader;
#else
    if (input->kind == INPUT_PCAP || input->kind == INPUT_PCAPNG) return &input_pcap_reader;
    return NULL;
#endif
}

/* This program was built without what reads it. */
static enum input_result no_reader(struct input *input)
{
    if (input->kind == INPUT_UNKNOWN || (input->is_found && input->kind == INPUT_COMPRESSED))
        return refuse(input,
                      "not a capture: its first bytes are those of no known capture format; name a capture");
    return input_broken(input, "%s, and this program was built without libwiretap, which reads it; %s",
                        input->kind == INPUT_COMPRESSED ? "compressed" : "neither pcap nor pcapng",
                        input->kind == INPUT_COMPRESSED ? "unpack it first"
                                                        : "convert it with: editcap -F pcap IN OUT");
}

enum input_result input_begin(struct input *input)
{
    input->reads = reader_of(input);
    input->result = input->reads ? input->reads->begin(input) : no_reader(input);
    return input->result;
}

bool input_next(struct input *input, smbt_frame *ret_frame)
{
    return input->reads->next(input, ret_frame);
}

enum input_result input_read(struct input *input, const struct input_receiver *receiver)
{
    if (input_begin(input) != INPUT_WHOLE) return input->result;
    smbt_frame frame;
    for (unsigned n = 1; input_next(input, &frame); n++) {
        receiver->frame(&frame, receiver->user);
        if (n % INPUT_BATCH == 0 && !receiver->batch(receiver->user)) return INPUT_STOPPED;
    }
    receiver->batch(receiver->user); /* whatever it wants now, the end was reached */
    return input->result;
}

static bool write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* 0 or an errno. */
static int copy_rest(struct input *input, int to)
{
    if (!write_all(to, input->magic, input->magic_size)) return errno ? errno : EIO;
    g_autofree uint8_t *piece = g_malloc(PIECE);
    for (;;) {
        ssize_t n = read(input->fd, piece, PIECE);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) return 0;
        if (n < 0 || !write_all(to, piece, (size_t)n)) return errno ? errno : EIO;
    }
}

enum input_result input_settle(struct input *input)
{
    if (input->is_regular) return INPUT_WHOLE;
    int fd = spool_temporary();
    int error = fd < 0 ? errno : copy_rest(input, fd);
    struct stat st;
    if (!error && fstat(fd, &st) != 0) error = errno;
    if (error) {
        if (fd >= 0) close(fd);
        return input_broken(input, "%s: it can't be kept there: %s; set TMPDIR to a folder with space",
                            g_get_tmp_dir(), g_strerror(error));
    }
    if (input->fd > STDIN_FILENO) close(input->fd);
    input->fd = fd;
    input->size = (uint64_t)st.st_size;
    input->is_regular = true;
    input->path = input->own_path = g_strdup_printf("/dev/fd/%d", fd);
    lseek(fd, 0, SEEK_SET);
    return INPUT_WHOLE;
}

static bool is_file(const char *path, int fd)
{
    struct stat named, open;
    return stat(path, &named) == 0 && fstat(fd, &open) == 0 && named.st_dev == open.st_dev &&
           named.st_ino == open.st_ino;
}

bool input_again(struct input *ret_input, const struct input *input, char **ret_problem)
{
    *ret_input = *input;
    ret_input->problem = ret_input->own_path = NULL;
    ret_input->reader = NULL;
    ret_input->frames = ret_input->position = 0;
    g_autofree char *descriptor = g_strdup_printf("/dev/fd/%d", input->fd);
    const char *path = is_file(input->path, input->fd) ? input->path : descriptor;
    ret_input->path = ret_input->own_path = g_strdup(path);
    ret_input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (ret_input->fd < 0) *ret_problem = g_strdup_printf("cannot be read again: %s", g_strerror(errno));
    return ret_input->fd >= 0;
}

void input_close(struct input *input)
{
    if (input->reader) input->reads->end(input->reader);
    input->reader = NULL;
    if (input->fd > STDIN_FILENO) close(input->fd);
    input->fd = -1;
    g_clear_pointer(&input->own_path, g_free);
    g_free(input->problem);
    input->problem = NULL;
}
