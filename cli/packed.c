/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packed.h"

#include <unistd.h>

#define ZSTD_MAGIC     0xfd2fb528
#define LZ4_MAGIC      0x184d2204
#define SKIPPABLE      0x184d2a50 /* to ...5f, in both formats */
#define SKIPPABLE_MASK 0xfffffff0

struct walk {
    int fd;
    uint64_t size, at;
    bool is_short; /* wanted more than there is */
};

/* Takes n <= 8 bytes, little-endian. 0 past the end. */
static uint64_t take(struct walk *walk, unsigned n)
{
    uint8_t bytes[8] = {0};
    if (walk->at + n > walk->size || pread(walk->fd, bytes, n, (off_t)walk->at) != (ssize_t)n)
        walk->is_short = true;
    walk->at += n;
    uint64_t value = 0;
    while (n--)
        value = value << 8 | bytes[n];
    return value;
}

static void skip(struct walk *walk, uint64_t n)
{
    walk->at += n;
    if (walk->at > walk->size) walk->is_short = true;
}

static void walk_zstd_frame(struct walk *walk)
{
    static const uint8_t content_size_bytes[] = {0, 2, 4, 8}, dictionary_bytes[] = {0, 1, 2, 4};
    unsigned descriptor = (unsigned)take(walk, 1);
    bool is_single_segment = descriptor & 0x20;
    unsigned content_size = content_size_bytes[descriptor >> 6];
    if (is_single_segment && content_size == 0) content_size = 1;
    skip(walk, (is_single_segment ? 0 : 1) + dictionary_bytes[descriptor & 3] + content_size);
    for (bool is_last = false; !is_last && !walk->is_short;) {
        unsigned header = (unsigned)take(walk, 3);
        is_last = header & 1;
        bool is_run = (header >> 1 & 3) == 1; /* one byte, repeated */
        skip(walk, is_run ? 1 : header >> 3);
    }
    if (descriptor & 4) skip(walk, 4);
}

static void walk_lz4_frame(struct walk *walk)
{
    unsigned flags = (unsigned)take(walk, 1);
    skip(walk, 1 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1);
    for (uint64_t block = 1; block && !walk->is_short;) {
        block = take(walk, 4) & 0x7fffffff;
        if (block) skip(walk, block + (flags & 0x10 ? 4 : 0));
    }
    if (flags & 4) skip(walk, 4);
}

bool packed_is_whole(int fd, uint64_t size)
{
    struct walk walk = {.fd = fd, .size = size};
    while (walk.at < size && !walk.is_short) {
        uint32_t magic = (uint32_t)take(&walk, 4);
        if (magic == ZSTD_MAGIC)
            walk_zstd_frame(&walk);
        else if (magic == LZ4_MAGIC)
            walk_lz4_frame(&walk);
        else if ((magic & SKIPPABLE_MASK) == SKIPPABLE)
            skip(&walk, take(&walk, 4));
        else
            return true;
    }
    return !walk.is_short;
}
