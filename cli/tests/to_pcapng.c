/* to_pcapng: a pcap file (microseconds, this machine's byte order) on standard input, the same frames as
 * pcapng on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FRAME_MAX 262144

static void put(uint32_t word)
{
    fwrite(&word, sizeof word, 1, stdout);
}

static void section(void)
{
    put(0x0a0d0d0a);
    put(28);
    put(0x1a2b3c4d);
    put(1); /* version 1.0 */
    put(UINT32_MAX);
    put(UINT32_MAX);
    put(28);
}

static void interface(uint32_t linktype, uint32_t snaplen)
{
    put(1);
    put(20);
    put(linktype);
    put(snaplen);
    put(20);
}

/* `frame` holds seconds, microseconds, captured and original length, then the bytes. */
static void packet(const uint32_t *frame)
{
    uint64_t time = frame[0] * UINT64_C(1000000) + frame[1];
    uint32_t words = (frame[2] + 3) / 4;
    put(6);
    put(32 + 4 * words);
    put(0);
    put((uint32_t)(time >> 32));
    put((uint32_t)time);
    put(frame[2]);
    put(frame[3]);
    fwrite(frame + 4, 4, words, stdout);
    put(32 + 4 * words);
}

int main(void)
{
    uint32_t header[6];
    static uint32_t frame[4 + FRAME_MAX / 4];
    if (fread(header, sizeof header, 1, stdin) != 1 || header[0] != 0xa1b2c3d4) return 1;
    section();
    interface(header[5], header[4]);
    while (fread(frame, 16, 1, stdin) == 1) {
        if (frame[2] > FRAME_MAX || fread(frame + 4, 1, frame[2], stdin) != frame[2]) return 1;
        packet(frame);
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
