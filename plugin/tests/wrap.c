/* wrap LAYER: a pcap file of Ethernet frames (this machine's byte order) on standard input; on standard
 * output the same frames at the same times, with what they carry in other layers.
 *
 * LAYER: gtp (IP over GTP over UDP), erspan (ERSPAN II over GRE), wifi (IEEE 802.11), radiotap (that behind a
 * radiotap header), icmp, icmpv6 (IP that an ICMP error quotes), halves (IPv4 in two fragments, so that frame
 * n becomes 2n - 1 and 2n). Frames that do not fit stay as they are; in halves there are two of them. A VLAN
 * tag is taken off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FRAME_MAX 262144
#define ETHERNET  14
#define TAG       4
#define IP        20
#define IPV6      40

#define OUTER(protocol)                                                                                      \
    2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1,   \
        192, 0, 2, 2

#define WIFI 8, 1, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0x10, 0, 0xaa, 0xaa, 3, 0, 0, 0

static const uint8_t gtp[] = {OUTER(17), 8, 104, 8, 104, 0, 0, 0, 0, 0x30, 0xff, 0, 0, 0, 0, 0x12, 0x34};
static const uint8_t erspan[] = {OUTER(47), 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0};
static const uint8_t icmp[] = {OUTER(1), 3, 1, 0, 0, 0, 0, 0, 0};
static const uint8_t icmpv6[] = {2, 0, 0, 0, 0,  1,  2,    0,    0,    0,    0, 2, 0x86, 0xdd, 0x60, 0,
                                 0, 0, 0, 0, 58, 64, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0,    0,    0,    0,
                                 0, 0, 0, 0, 0,  1,  0x20, 0x01, 0x0d, 0xb8, 0, 0, 0,    0,    0,    0,
                                 0, 0, 0, 0, 0,  2,  1,    4,    0,    0,    0, 0, 0,    0};
static const uint8_t wifi[] = {WIFI};
static const uint8_t radiotap[] = {0, 0, 8, 0, 0, 0, 0, 0, WIFI};

/* What goes in front, and in place of how many bytes. */
struct layer {
    const char *name;
    const uint8_t *header;
    uint32_t length, skipped, linktype; /* 0: stays as it is */
};

static const struct layer layers[] = {
    {"gtp", gtp, sizeof gtp, ETHERNET, 0},
    {"erspan", erspan, sizeof erspan, 0, 0},
    {"icmp", icmp, sizeof icmp, ETHERNET, 0},
    {"icmpv6", icmpv6, sizeof icmpv6, ETHERNET, 0},
    {"wifi", wifi, sizeof wifi, ETHERNET - 2, 105},
    {"radiotap", radiotap, sizeof radiotap, ETHERNET - 2, 127},
    {"halves", NULL, 0, 0, 0},
};

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* `time` is that of the frame: seconds and their fraction. */
static void packet(const uint32_t *time, const uint8_t *bytes, uint32_t size)
{
    fwrite(time, sizeof *time, 2, stdout);
    fwrite(&size, sizeof size, 1, stdout);
    fwrite(&size, sizeof size, 1, stdout);
    fwrite(bytes, size, 1, stdout);
}

static bool is_type(const uint8_t *frame, unsigned type)
{
    return frame[12] == type >> 8 && frame[13] == (type & 0xff);
}

static void halve(const uint32_t *time, uint8_t *frame, uint32_t size)
{
    enum { MORE = 0x2000, UNIT = 8 };
    static uint32_t id;
    uint32_t headers = ETHERNET + IP, first = (size - headers) / 2 / UNIT * UNIT;
    if (!is_type(frame, 0x0800)) {
        packet(time, frame, size);
        packet(time, frame, size);
        return;
    }
    uint8_t *ip = frame + ETHERNET;
    if (ip[4] == 0 && ip[5] == 0) put16(ip + 4, ++id);
    put16(ip + 2, IP + first);
    put16(ip + 6, MORE);
    packet(time, frame, headers + first);
    put16(ip + 2, size - ETHERNET - first);
    put16(ip + 6, first / UNIT);
    memmove(frame + headers, frame + headers + first, size - headers - first);
    packet(time, frame, size - first);
}

static uint32_t wrap(const struct layer *layer, const uint8_t *frame, uint32_t size, uint8_t *ret_bytes)
{
    uint32_t length = layer->length, carried = size - layer->skipped;
    memcpy(ret_bytes, layer->header, length);
    memcpy(ret_bytes + length, frame + layer->skipped, carried);
    if (layer->header == icmpv6)
        put16(ret_bytes + ETHERNET + 4, length - ETHERNET - IPV6 + carried);
    else if (!layer->linktype)
        put16(ret_bytes + ETHERNET + 2, length - ETHERNET + carried);
    if (layer->header == gtp) {
        put16(ret_bytes + ETHERNET + IP + 4, length - ETHERNET - IP + carried);
        put16(ret_bytes + length - 6, carried);
    }
    return length + carried;
}

static uint32_t untag(uint8_t *frame, uint32_t size)
{
    if (!is_type(frame, 0x8100)) return size;
    memmove(frame + ETHERNET - 2, frame + ETHERNET - 2 + TAG, size - TAG - ETHERNET + 2);
    return size - TAG;
}

static const struct layer *layer_of(const char *name)
{
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (strcmp(layers[i].name, name) == 0) return &layers[i];
    return NULL;
}

int main(int argc, char **argv)
{
    uint32_t header[6], record[4];
    static uint8_t frame[FRAME_MAX], bytes[FRAME_MAX + 128];
    const struct layer *layer = argc == 2 ? layer_of(argv[1]) : NULL;
    if (!layer || fread(header, sizeof header, 1, stdin) != 1 ||
        (header[0] != 0xa1b2c3d4 && header[0] != 0xa1b23c4d))
        return 1;
    if (layer->linktype) header[5] = layer->linktype;
    fwrite(header, sizeof header, 1, stdout);
    while (fread(record, sizeof record, 1, stdin) == 1) {
        uint32_t size = record[2];
        if (size < ETHERNET + TAG || size > FRAME_MAX || fread(frame, size, 1, stdin) != 1) return 1;
        size = untag(frame, size);
        if (!layer->header)
            halve(record, frame, size);
        else if (layer->linktype || is_type(frame, 0x0800) || is_type(frame, 0x86dd))
            packet(record, bytes, wrap(layer, frame, size, bytes));
        else
            packet(record, frame, size);
    }
    return fflush(stdout) || ferror(stdout);
}
