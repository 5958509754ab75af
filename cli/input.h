/* A capture, from a file or a pipe: what it is, told by its first bytes, and its frames through the reader
 * that knows the format: libpcap for pcap, libwiretap for everything else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_INPUT_H
#define SMBT_CLI_INPUT_H

#include <smbtrace/types.h>

enum input_result {
    INPUT_WHOLE,         /* read to its end */
    INPUT_STOPPED,       /* the receiver wanted no more */
    INPUT_NOT_A_CAPTURE, /* no known format, empty, or can't be opened */
    INPUT_BROKEN         /* a capture, but what follows the frames handed out can't be read */
};

enum input_kind { INPUT_UNKNOWN, INPUT_PCAP, INPUT_PCAPNG, INPUT_COMPRESSED, INPUT_OTHER };

/* Enough for every magic. No more: it is read from a pipe before anything else is, and a live capture has
 * sent no more than its header by then. */
#define INPUT_MAGIC_SIZE 12

struct input {
    const char *path; /* borrowed; "-" is standard input */
    char *own_path;   /* owned: `path`, where it is not the caller's; NULL otherwise */
    int fd;           /* of a regular file only read with pread, until a reader takes it */
    bool is_regular;
    bool can_not_open;
    uint64_t size; /* of a regular file */
    uint8_t magic[INPUT_MAGIC_SIZE];
    unsigned magic_size;
    enum input_kind kind;
    bool is_found;            /* in a folder, and its name does not say that it is a capture */
    bool as_records;          /* read by libwiretap, whatever it is: what is read is to be written */
    const char *format;       /* static; "pcap", "pcapng" ... NULL while it is not known */
    uint64_t frames;          /* numbered so far, as Wireshark counts */
    uint64_t position;        /* bytes read so far, roughly */
    char *problem;            /* owned; what is wrong, where; what to do. NULL: nothing */
    enum input_result result; /* once input_next said that there are no more */
    void *reader;             /* between input_begin and input_close; its own */
    const struct input_reader *reads;
};

/* What reads a format. */
struct input_reader {
    enum input_result (*begin)(struct input *input); /* sets input->reader */
    bool (*next)(struct input *input, smbt_frame *ret_frame);
    void (*end)(void *reader);
};
extern const struct input_reader input_pcap_reader, input_wiretap_reader; /* for input_begin only */

struct input_receiver {
    void (*frame)(const smbt_frame *frame, void *user);
    /* Called every INPUT_BATCH frames, and seldom otherwise. false: no more. */
    bool (*batch)(void *user);
    void *user;
};
#define INPUT_BATCH 512

/* Opens and detects. Anything but WHOLE is final and comes with a problem. input_close in every case. */
enum input_result input_open(struct input *ret_input, const char *path);

/* Frames one by one. Anything but WHOLE is final, as is `false`: see input->result. A frame's bytes are good
 * until the next call on the same input. */
enum input_result input_begin(struct input *input);
bool input_next(struct input *input, smbt_frame *ret_frame);

/* Hands all frames to the receiver, one after the other. */
enum input_result input_read(struct input *input, const struct input_receiver *receiver);
void input_close(struct input *input);

/* Keeps what comes through a pipe in a temporary file without a name, to the end of it, so that it can be
 * read more than once. Nothing to do for a regular file. BROKEN when it can't be kept. After input_open. */
enum input_result input_settle(struct input *input);

/* The same regular file once more, whatever its name stands for by now. false with a problem, which the
 * caller frees. input_close in either case. */
bool input_again(struct input *ret_input, const struct input *input, char **ret_problem);

/* Records the first problem and returns INPUT_BROKEN. */
enum input_result input_broken(struct input *input, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The capture ends inside the frame after the last one: at `offset`, of the data unpacked when `is_packed`.
 */
enum input_result input_cut_off(struct input *input, uint64_t offset, bool is_packed);

#endif
