/* Segments to frames: TCP, IP, Ethernet, with right lengths and checksums.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/world.h"

#include <string.h>

/* ---- Capturing ---- */

void scn_frame_capture(scn_world *w, scn_frame *frame)
{
    frame->time = w->start + (smbt_time)w->now;
    g_ptr_array_add(w->out->capture, frame);
    frame->number = w->out->capture->len;
}

static scn_frame *frame_new(scn_world *w, GByteArray *bytes, guint32 snap)
{
    scn_frame *f = g_new0(scn_frame, 1);
    f->bytes = bytes;
    f->caplen = MIN(snap, bytes->len);
    /* Frames of one line follow each other by the gap. */
    if (w->line_frame->len > 0) w->now += w->gap;
    g_ptr_array_add(w->out->made, f);
    g_ptr_array_add(w->line_frame, f);
    return f;
}

/* ---- Checksums ---- */

static guint32 sum16(guint32 sum, const guint8 *p, gsize n)
{
    for (gsize i = 0; i < n; i++)
        sum += i % 2 ? p[i] : (guint32)p[i] << 8;
    return sum;
}

static void set_checksum(GByteArray *b, gsize at, guint32 sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    sum = ~sum & 0xffff;
    b->data[at] = (guint8)(sum >> 8);
    b->data[at + 1] = (guint8)sum;
}

/* ---- TCP ---- */

static guint32 clock_value(const scn_world *w, const scn_host *h)
{
    return h->clock_offset + (guint32)(gint64)(h->clock_rate * (double)w->now / 1e9);
}

static void put_timestamp(GByteArray *out, const scn_world *w, const scn_end *me, const scn_end *peer)
{
    sb_u8(out, 8);
    sb_u8(out, 10);
    sb_be32(out, clock_value(w, me->host));
    sb_be32(out, peer->host->has_clock ? clock_value(w, peer->host) : 0);
}

/* "mss1460,nop,nop,sackok,ts,ws7" */
static void put_syn_options(GByteArray *out, scn_world *w, const scn_end *me, const scn_end *peer)
{
    g_auto(GStrv) words = g_strsplit(me->host->syn, ",", -1);
    for (int i = 0; words[i]; i++) {
        const char *word = words[i];
        if (g_str_has_prefix(word, "mss")) {
            sb_be16(out, 0x0204);
            sb_be16(out, (unsigned)g_ascii_strtoull(word + 3, NULL, 10));
        } else if (g_str_has_prefix(word, "ws")) {
            sb_be16(out, 0x0303);
            sb_u8(out, (unsigned)g_ascii_strtoull(word + 2, NULL, 10));
        } else if (strcmp(word, "sackok") == 0) {
            sb_be16(out, 0x0402);
        } else if (strcmp(word, "ts") == 0) {
            put_timestamp(out, w, me, peer);
        } else if (strcmp(word, "nop") == 0) {
            sb_u8(out, 1);
        } else if (*word) {
            scn_line_fail(w->line, "unknown SYN option %s", word);
        }
    }
    while (out->len % 4)
        sb_u8(out, 0);
}

static GByteArray *make_options(scn_world *w, unsigned flags, const scn_end *me, const scn_end *peer,
                                bool stamped)
{
    GByteArray *options = g_byte_array_new();
    if (flags & SCN_SYN) {
        put_syn_options(options, w, me, peer);
    } else if (me->host->has_clock && (stamped || !(flags & SCN_RST))) {
        sb_be16(options, 0x0101);
        put_timestamp(options, w, me, peer);
    }
    return options;
}

static GByteArray *make_tcp(scn_world *w, const scn_end *me, const scn_end *peer, unsigned flags, guint32 seq,
                            const GByteArray *payload, const scn_manner *m)
{
    g_autoptr(GByteArray) options = make_options(w, flags, me, peer, m->stamped);
    bool reset = flags & SCN_RST;
    GByteArray *b = g_byte_array_new();
    sb_be16(b, me->port);
    sb_be16(b, peer->port);
    sb_be32(b, seq);
    sb_be32(b, flags & SCN_ACK ? me->received + (guint32)m->ack_shift : 0);
    sb_u8(b, (20 + options->len) / 4 << 4);
    sb_u8(b, flags);
    sb_be16(b, m->window >= 0 ? (unsigned)m->window : reset ? 0 : me->host->window);
    sb_be32(b, 0);
    sb_append(b, options);
    sb_append(b, payload);

    guint32 sum = 6 + b->len;
    gsize len = me->host->addr.family == 6 ? 16 : 4;
    sum = sum16(sum, me->host->addr.bytes, len);
    sum = sum16(sum, peer->host->addr.bytes, len);
    set_checksum(b, 16, sum16(sum, b->data, b->len));
    return b;
}

/* ---- IP, Ethernet ---- */

static guint16 next_ip_id(scn_end *me)
{
    switch (me->host->series) {
    case SCN_ID_ZERO: return 0;
    case SCN_ID_CONNECTION: return me->ip_id++;
    default: return me->host->ip_id++;
    }
}

static void put_ip(GByteArray *b, scn_end *me, const scn_end *peer, gsize len, const scn_manner *m)
{
    unsigned ttl = m->ttl >= 0 ? (unsigned)m->ttl : me->host->ttl;
    if (me->host->addr.family == 6) {
        sb_be32(b, 0x60000000);
        sb_be16(b, (unsigned)len);
        sb_u8(b, 6);
        sb_u8(b, ttl);
        g_byte_array_append(b, me->host->addr.bytes, 16);
        g_byte_array_append(b, peer->host->addr.bytes, 16);
        return;
    }
    gsize at = b->len;
    guint16 id = next_ip_id(me);
    sb_be16(b, 0x4500);
    sb_be16(b, (unsigned)(20 + len));
    sb_be16(b, m->ip_id >= 0 ? (unsigned)m->ip_id : id);
    sb_be16(b, m->without_df ? 0 : 0x4000);
    sb_u8(b, ttl);
    sb_u8(b, 6);
    sb_be16(b, 0);
    g_byte_array_append(b, me->host->addr.bytes, 4);
    g_byte_array_append(b, peer->host->addr.bytes, 4);
    set_checksum(b, at + 10, sum16(0, b->data + at, 20));
}

static void put_ethernet(GByteArray *b, const scn_world *w, const guint8 *to, const guint8 *from,
                         unsigned type)
{
    g_byte_array_append(b, to, 6);
    g_byte_array_append(b, from, 6);
    if (w->vlan >= 0) {
        sb_be16(b, 0x8100);
        sb_be16(b, (unsigned)w->vlan);
    }
    sb_be16(b, type);
}

/* ---- Sending ---- */

#define COPIED_AFTER (20 * 1000)

/* The frame as it was seen at another place of the same capture: what routers between do to it, too. */
static void capture_copy(scn_world *w, const scn_frame *f)
{
    gsize ip = 14 + (w->vlan >= 0 ? 4 : 0);
    scn_frame *copy = g_new0(scn_frame, 1);
    copy->bytes = g_byte_array_new();
    sb_append(copy->bytes, f->bytes);
    copy->caplen = f->caplen;
    g_ptr_array_add(w->out->made, copy);
    if (w->copies > 0) {
        guint8 *b = copy->bytes->data;
        memset(b, 6, 12); /* other Ethernet addresses */
        bool six = b[ip] >> 4 == 6;
        b[ip + (six ? 7 : 8)] = (guint8)(b[ip + (six ? 7 : 8)] - w->copies);
        if (!six) {
            memset(b + ip + 10, 0, 2);
            set_checksum(copy->bytes, ip + 10, sum16(0, b + ip, 20));
        }
    }
    w->now += COPIED_AFTER;
    scn_frame_capture(w, copy);
    w->now -= COPIED_AFTER;
}

scn_manner scn_manner_of(scn_world *w, scn_line *line)
{
    scn_manner m = {.lost = scn_line_has(line, "lost"),
                    .dropped = scn_line_has(line, "dropped"),
                    .hold = scn_line_has(line, "hold") ? 1 : (unsigned)scn_line_number(line, "hold", 0),
                    .snap = (guint32)scn_line_number(line, "snap", w->snap),
                    .ttl = (int)scn_line_number(line, "ttl", -1),
                    .window = (int)scn_line_number(line, "window", -1),
                    .ip_id = (int)scn_line_number(line, "id", -1),
                    .seq_shift = (gint32)scn_line_number(line, "seq", 0),
                    .ack_shift = (gint32)scn_line_number(line, "ack", 0),
                    .without_df = scn_line_has(line, "nodf"),
                    .stamped = scn_line_has(line, "stamped"),
                    .other_mac = scn_line_has(line, "othermac"),
                    .split = (gsize)scn_line_number(line, "split", 0)};
    return m;
}

static void send_one(scn_world *w, scn_conn *c, enum scn_side from, unsigned flags, guint32 seq,
                     const GByteArray *payload, const scn_manner *m)
{
    scn_end *me = &c->end[from], *peer = &c->end[1 - from];
    scn_frame *f = frame_new(w, g_byte_array_new(), m->snap);
    g_autoptr(GByteArray) tcp = make_tcp(w, me, peer, flags, seq, payload, m);
    guint8 from_mac[6];
    memcpy(from_mac, me->host->mac, sizeof from_mac);
    if (m->other_mac) from_mac[5] ^= 0x80;
    put_ethernet(f->bytes, w, peer->host->mac, from_mac, me->host->addr.family == 6 ? 0x86dd : 0x0800);
    put_ip(f->bytes, me, peer, tcp->len, m);
    sb_append(f->bytes, tcp);
    f->caplen = MIN(m->snap, f->bytes->len);
    me->last_frame = f;
    if (m->lost || (w->only >= 0 && w->only != (int)from)) return;
    if (w->payload_only && !payload) return;
    if (m->hold && w->line_frame->len >= m->hold)
        g_ptr_array_add(w->held, f);
    else
        scn_frame_capture(w, f);
    if (w->copies >= 0 && f->number) capture_copy(w, f);
}

static void remember_payload(scn_end *me, guint32 seq, const GByteArray *payload)
{
    if (me->last_payload) g_byte_array_unref(me->last_payload);
    me->last_payload = g_byte_array_new();
    sb_append(me->last_payload, payload);
    me->last_seq = seq;
}

static void send_next(scn_world *w, scn_conn *c, enum scn_side from, unsigned flags,
                      const GByteArray *payload, const scn_manner *m)
{
    scn_end *me = &c->end[from], *peer = &c->end[1 - from];
    guint32 seq = me->next, len = payload ? payload->len : 0;
    send_one(w, c, from, flags, seq + (guint32)m->seq_shift, payload, m);
    if (len) remember_payload(me, seq, payload);
    me->next += len + (flags & (SCN_SYN | SCN_FIN) ? 1 : 0);
    if (!m->dropped) peer->received = me->next;
}

void scn_segment(scn_world *w, scn_conn *c, enum scn_side from, unsigned flags, const GByteArray *payload,
                 const scn_manner *m)
{
    gsize len = payload ? payload->len : 0, at = 0;
    while (m->split && len - at > m->split) {
        g_autoptr(GByteArray) part = g_byte_array_new();
        g_byte_array_append(part, payload->data + at, (guint)m->split);
        send_next(w, c, from, SCN_ACK, part, m);
        at += m->split;
    }
    if (at == 0) {
        send_next(w, c, from, flags, payload, m);
        return;
    }
    g_autoptr(GByteArray) rest = g_byte_array_new();
    g_byte_array_append(rest, payload->data + at, (guint)(len - at));
    send_next(w, c, from, flags, rest, m);
}

void scn_segment_again(scn_world *w, scn_conn *c, enum scn_side from, const scn_manner *m)
{
    const scn_end *me = &c->end[from];
    if (me->last_payload)
        send_one(w, c, from, SCN_PSH | SCN_ACK, me->last_seq, me->last_payload, m);
    else
        scn_line_fail(w->line, "%s sent nothing that could be sent again", me->host->id);
}

void scn_segment_keepalive(scn_world *w, scn_conn *c, enum scn_side from, const scn_manner *m)
{
    g_autoptr(GByteArray) byte = g_byte_array_new();
    sb_u8(byte, 0);
    send_one(w, c, from, SCN_ACK, c->end[from].next - 1, byte, m);
}

void scn_frame_twice(scn_world *w, scn_conn *c, enum scn_side from)
{
    const scn_frame *last = c->end[from].last_frame;
    if (!last) {
        scn_line_fail(w->line, "there is no frame to be captured twice");
        return;
    }
    GByteArray *copy = g_byte_array_new();
    sb_append(copy, last->bytes);
    scn_frame_capture(w, frame_new(w, copy, last->caplen));
}

void scn_frame_of_type(scn_world *w, unsigned ethertype, gsize len)
{
    static const guint8 to[6] = {2, 0, 0, 0, 0, 0x77}, from[6] = {2, 0, 0, 0, 0, 0x78};
    GByteArray *b = g_byte_array_new();
    put_ethernet(b, w, to, from, ethertype);
    sb_fill(b, 0xaa, len);
    scn_frame_capture(w, frame_new(w, b, w->snap));
}

void scn_frame_arp(scn_world *w)
{
    static const guint8 all[6] = {255, 255, 255, 255, 255, 255}, from[6] = {2, 0, 0, 0, 0, 0x78};
    GByteArray *b = g_byte_array_new();
    put_ethernet(b, w, all, from, 0x0806);
    sb_be16(b, 1);
    sb_be16(b, 0x0800);
    sb_be16(b, 0x0604);
    sb_be16(b, 1); /* who has 198.51.100.2? */
    g_byte_array_append(b, from, sizeof from);
    sb_be32(b, 0xc6336401);
    sb_fill(b, 0, 6);
    sb_be32(b, 0xc6336402);
    scn_frame_capture(w, frame_new(w, b, w->snap));
}
