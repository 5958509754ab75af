/* Packet comments of a little-endian pcapng, read without any library: what the program writes is held
 * against this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTDATA_COMMENTS_H
#define SMBT_TESTDATA_COMMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Calls `fn` for each comment of each packet; they count from 1. Returns how many packets there are, or -1
 * when the bytes are no pcapng. `text` is not ended by NUL. */
typedef void (*comments_fn)(unsigned packet, const char *text, unsigned len, void *user);
long comments_each(const uint8_t *bytes, size_t size, comments_fn fn, void *user);

#endif
