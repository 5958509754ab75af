/* TCP segments as Ethernet frames in a pcap file, with right checksums.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include <glib.h>
#include <stdio.h>

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10

/* What distinguishes the two sides of a connection. */
struct side {
    guint32 addr; /* host order */
    guint16 port;
    guint8 ttl;
    guint16 *ip_id; /* the host's counter */
    guint32 next;   /* next sequence number to send */
};

struct capture {
    FILE *file;
    guint64 frames; /* written so far: the last one's number */
};

/* Writes the file header. */
void capture_begin(struct capture *capture, FILE *file);

/* Writes a segment at `time` (microseconds since the epoch) and moves `from->next` on. A SYN carries the
 * usual options. */
void capture_segment(struct capture *capture, guint64 time, struct side *from, const struct side *to,
                     int flags, const guint8 *data, gsize len);

#endif
