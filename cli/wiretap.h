/* A capture through libwiretap, Wireshark's reader: record by record, with all that the format keeps of each.
 * Only for files that see libwiretap's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_WIRETAP_H
#define SMBT_CLI_WIRETAP_H

#include "input.h"

#include <wireshark.h>
#include <wiretap/wtap.h>

struct wiretap {
    struct input *input; /* borrowed; frames, position, format, problem are kept up to date */
    wtap *wth;
    wtap_rec rec; /* the latest record, and its bytes */
    Buffer buffer;
    bool needs_lock;
    smbt_time last; /* time of the latest record that had one */
};

/* Anything but WHOLE is final and comes with a problem; wiretap_close only after WHOLE. */
enum input_result wiretap_open(struct wiretap *ret_reader, struct input *input);
void wiretap_close(struct wiretap *reader);

/* Reads the next record, and numbers it as Wireshark does. false at the end: *ret_result says which. */
bool wiretap_next(struct wiretap *reader, enum input_result *ret_result);

/* The latest record as a frame, borrowed until the next one; false when it is no packet. */
bool wiretap_frame(struct wiretap *reader, smbt_frame *ret_frame);

/* libwiretap keeps a pool of buffers that isn't safe in threads: one thread at a time opens and closes. */
void wiretap_enter(void);
void wiretap_leave(void);

/* The error that a call left in words; the caller frees. Takes `info`. */
char *wiretap_error(int err, char *info);

#endif
