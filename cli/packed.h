/* Whether a compressed file ends where its last block does.
 *
 * libwiretap takes a zstd or lz4 file that was cut off for one that ends there. This walks from block to
 * block without unpacking any. gzip needs no such care: there a missing end is an error.
 *
 * RFC 8878 section 3.1 (zstd); the LZ4 Frame Format, version 1.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_PACKED_H
#define SMBT_CLI_PACKED_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the regular file `fd` of `size` bytes with pread. false: it is zstd or lz4, and breaks off. true for
 * every other file, and where the structure is not understood. */
bool packed_is_whole(int fd, uint64_t size);

#endif
