/* A capture being written: pcapng, times in nanoseconds, an interface for each link type, and nothing that
 * says where it comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_CAPTURE_FILE_H
#define SMBT_CLI_CAPTURE_FILE_H

#include <smbtrace/types.h>

struct capture_file;

/* Writes to `fd`, an empty regular file that stays the caller's. */
struct capture_file *capture_file_new(int fd);

/* Appends a frame. Returns where its bytes are. */
uint64_t capture_file_frame(struct capture_file *file, const smbt_frame *frame);

/* Writes n bytes over those at `place`, which capture_file_frame returned or which lies behind that within
 * the frame. */
void capture_file_amend(struct capture_file *file, uint64_t place, const uint8_t *bytes, size_t n);

/* Ends and frees. Returns 0, or the errno of what went wrong first. */
int capture_file_finish(struct capture_file *file);

#endif
