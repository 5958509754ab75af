/* slice FROM COUNT [SECONDS]: of a pcap file (this machine's byte order) on standard input, COUNT frames from
 * the frame FROM on, as a pcap file on standard output; their times moved by SECONDS.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FRAME_MAX 262144

int main(int argc, char **argv)
{
    static unsigned char header[24], bytes[FRAME_MAX];
    if (argc < 3 || fread(header, sizeof header, 1, stdin) != 1) return 2;
    unsigned long from = strtoul(argv[1], NULL, 10), count = strtoul(argv[2], NULL, 10);
    uint32_t frame[4], moved = argc > 3 ? (uint32_t)strtol(argv[3], NULL, 10) : 0;
    fwrite(header, sizeof header, 1, stdout);
    for (unsigned long n = 1; n < from + count && fread(frame, sizeof frame, 1, stdin) == 1; n++) {
        if (frame[2] > FRAME_MAX || fread(bytes, 1, frame[2], stdin) != frame[2]) return 1;
        if (n < from) continue;
        frame[0] += moved;
        fwrite(frame, sizeof frame, 1, stdout);
        fwrite(bytes, 1, frame[2], stdout);
    }
    return 0;
}
