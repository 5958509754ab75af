/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "comments.h"

#include <string.h>

#define SECTION  0x0a0d0d0a
#define ENHANCED 6
#define COMMENT  1

static uint32_t word(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void each_option(unsigned packet, const uint8_t *p, const uint8_t *end, comments_fn fn, void *user)
{
    while (end - p >= 4) {
        unsigned code = p[0] | (unsigned)p[1] << 8, len = p[2] | (unsigned)p[3] << 8;
        if (code == 0 || len > (size_t)(end - p - 4)) return;
        if (code == COMMENT) fn(packet, (const char *)p + 4, len, user);
        p += 4 + (len + 3) / 4 * 4;
    }
}

long comments_each(const uint8_t *bytes, size_t size, comments_fn fn, void *user)
{
    long packets = 0;
    if (size < 12 || word(bytes) != SECTION || word(bytes + 8) != 0x1a2b3c4d) return -1;
    for (size_t at = 0; at < size;) {
        if (size - at < 12) return -1;
        uint32_t type = word(bytes + at), len = word(bytes + at + 4);
        if (len < 12 || len % 4 || len > size - at) return -1;
        if (type == ENHANCED && len >= 32) {
            uint32_t captured = (word(bytes + at + 20) + 3) / 4 * 4;
            if (captured > len - 32) return -1;
            packets++;
            each_option((unsigned)packets, bytes + at + 28 + captured, bytes + at + len - 4, fn, user);
        }
        at += len;
    }
    return packets;
}
