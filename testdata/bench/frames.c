/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frames.h"

#include <string.h>

#define ETHERNET 14
#define IP       20
#define TCP      20
#define HEADERS  (ETHERNET + IP + TCP)

static void be16(guint8 *at, guint32 v)
{
    at[0] = (guint8)(v >> 8);
    at[1] = (guint8)v;
}

static void be32(guint8 *at, guint32 v)
{
    be16(at, v >> 16);
    be16(at + 2, v & 0xffff);
}

/* One's complement sum of big-endian 16-bit words; an odd last byte is padded with 0. */
static guint64 sum(guint64 sum, const guint8 *bytes, gsize len)
{
    for (; len >= 4; bytes += 4, len -= 4) {
        guint32 word;
        memcpy(&word, bytes, sizeof word);
        sum += GUINT32_FROM_BE(word);
    }
    if (len >= 2) sum += (guint32)bytes[0] << 8 | bytes[1];
    if (len & 1) sum += (guint32)bytes[len - 1] << 8;
    return sum;
}

static guint32 fold(guint64 sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~(guint32)sum & 0xffff;
}

void capture_begin(struct capture *capture, FILE *file)
{
    const guint32 header[] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1};
    *capture = (struct capture){.file = file};
    fwrite(header, sizeof header, 1, file);
}

static void ethernet(guint8 *at, guint32 from, guint32 to)
{
    be16(at, 0x0200);
    be32(at + 2, to);
    be16(at + 6, 0x0200);
    be32(at + 8, from);
    be16(at + 12, 0x0800);
}

static void ip(guint8 *at, const struct side *from, const struct side *to, gsize tcp_len)
{
    be16(at, 0x4500);
    be16(at + 2, (guint32)(IP + tcp_len));
    be16(at + 4, ++*from->ip_id);
    be16(at + 6, 0x4000);
    be16(at + 8, (guint32)from->ttl << 8 | 6);
    be16(at + 10, 0);
    be32(at + 12, from->addr);
    be32(at + 16, to->addr);
    be16(at + 10, fold(sum(0, at, IP)));
}

static void tcp(guint8 *at, const struct side *from, const struct side *to, int flags, gsize options,
                const guint8 *data, gsize len)
{
    gsize header = TCP + options;
    be16(at, from->port);
    be16(at + 2, to->port);
    be32(at + 4, from->next);
    be32(at + 8, flags & ACK ? to->next : 0);
    be16(at + 12, (guint32)(header / 4 << 12) | (guint32)flags);
    be16(at + 14, flags & RST ? 0 : 64240);
    be32(at + 16, 0);
    guint8 pseudo[12];
    be32(pseudo, from->addr);
    be32(pseudo + 4, to->addr);
    be16(pseudo + 8, 6);
    be16(pseudo + 10, (guint32)(header + len));
    be16(at + 16, fold(sum(sum(sum(0, pseudo, sizeof pseudo), at, header), data, len)));
}

void capture_segment(struct capture *capture, guint64 time, struct side *from, const struct side *to,
                     int flags, const guint8 *data, gsize len)
{
    static const guint8 syn_options[] = {2, 4, 5, 0xb4, 1, 3, 3, 2, 1, 1, 4, 2}; /* MSS 1460, scale, SACK */
    guint8 frame[HEADERS + sizeof syn_options];
    gsize options = flags & SYN ? sizeof syn_options : 0;
    gsize headers = HEADERS + options;
    ethernet(frame, from->addr, to->addr);
    ip(frame + ETHERNET, from, to, TCP + options + len);
    memcpy(frame + HEADERS, syn_options, options);
    tcp(frame + ETHERNET + IP, from, to, flags, options, data, len);

    guint32 size = (guint32)(headers + len);
    const guint32 record[] = {(guint32)(time / 1000000), (guint32)(time % 1000000), size, size};
    fwrite(record, sizeof record, 1, capture->file);
    fwrite(frame, headers, 1, capture->file);
    if (len) fwrite(data, len, 1, capture->file);
    from->next += (guint32)len + (flags & (SYN | FIN) ? 1 : 0);
    capture->frames++;
}
