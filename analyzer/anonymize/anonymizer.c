/* From frame to frame: headers are written anew at once; payload goes through the streams as in the engine,
 * and what its messages become is put where their bytes lie, in this frame or in one that went before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/blank.h"
#include "anonymize/checksum.h"
#include "anonymize/direction.h"
#include "anonymize/empty.h"
#include "anonymize/headers.h"
#include "anonymize/pieces.h"
#include "stream/flow.h"
#include "wire/decode.h"

#include <string.h>

#define CONNECTIONS_MAX 65536
#define REORDER_BYTES   (1u << 20)
#define REORDER_TOTAL   (64u << 20)
#define FRAGMENT_BYTES  (16u << 20)
#define TCP_PROTOCOL    6

struct link {
    smbt_blank_memory memory;
    smbt_anon_direction direction[2];
    bool syn_seen, answered;
    uint32_t syn_seq;
    uint64_t known_to[2]; /* by direction: behind the last byte that was made known, as smbt_message.at */
};

/* The segment in hand. */
struct current {
    const smbt_frame *frame;
    const smbt_segment *segment;
    smbt_headers headers;
    uint8_t *packet; /* what becomes of the TCP header and behind: within the frame, or the datagram */
    uint32_t captured, len;
    const uint8_t *old_packet;
    smbt_anon_spot spot;
};

struct smbt_anonymizer {
    smbt_anon_key *key;
    smbt_anon_shared shared;
    smbt_wire *wire;
    smbt_flow_table *flows;
    smbt_pieces pieces;
    smbt_wire_trace trace;
    GByteArray *frame, *datagram, *message; /* in the making */
    uint64_t last_number, frames, emptied;
    uint8_t ports[65536 / 8]; /* a bit for each on which SMB is spoken */

    smbt_flow *flow;            /* whose messages come in */
    unsigned side;              /* and in which direction */
    const smbt_anon_spot *spot; /* of the segment in hand; NULL while the other direction is served */
};

smbt_anonymizer *smbt_anonymizer_new(const smbt_anonymize_cipher *cipher, const smbt_anonymize_output *output)
{
    smbt_anonymizer *a = g_new0(smbt_anonymizer, 1);
    smbt_reorder_budget budget = {.per_half = REORDER_BYTES, .total = REORDER_TOTAL};
    a->key = smbt_anon_key_new(cipher);
    a->shared.output = *output;
    a->wire = smbt_wire_new(FRAGMENT_BYTES);
    a->flows = smbt_flow_table_new(&budget);
    smbt_pieces_init(&a->pieces);
    a->frame = g_byte_array_new();
    a->datagram = g_byte_array_new();
    a->message = g_byte_array_new();
    smbt_anonymizer_add_port(a, 445);
    smbt_anonymizer_add_port(a, 139);
    return a;
}

void smbt_anonymizer_add_port(smbt_anonymizer *anonymizer, uint16_t port)
{
    anonymizer->ports[port / 8] |= (uint8_t)(1 << port % 8);
}

/* ---- Messages -------------------------------------------------------------------------------------------*/

/* Bytes at a place of the stream in hand become known; each does so once. */
static void patch(smbt_anonymizer *a, uint64_t at, const uint8_t *bytes, uint32_t n)
{
    struct link *link = a->flow->user;
    uint64_t known_to = link->known_to[a->side];
    uint32_t known = known_to > at ? (uint32_t)MIN(known_to - at, n) : 0;
    at += known;
    bytes += known;
    n -= known;
    uint32_t seq = a->flow->half[a->side].origin + (uint32_t)at;
    smbt_anon_direction_patch(&link->direction[a->side], &a->shared, seq, bytes, n);
    if (a->spot) smbt_anon_spot_write(a->spot, &a->shared, seq, bytes, n);
    link->known_to[a->side] = at + n;
}

static void take_message(const smbt_message *m, void *user)
{
    smbt_anonymizer *a = user;
    struct link *link = a->flow->user;
    const uint8_t header[4] = {m->type, (uint8_t)(m->len >> 16), (uint8_t)(m->len >> 8), (uint8_t)m->len};
    uint32_t before = m->part ? 0 : (uint32_t)sizeof header;
    g_byte_array_set_size(a->message, m->captured + before);
    if (before) memcpy(a->message->data, header, before);
    smbt_blank b = {.key = a->key,
                    .message = smbt_cur_init(m->data, m->captured, m->len),
                    .out = a->message->data + before};
    smbt_blank_message(&b, m->type, &link->memory);
    /* Blank is 0 within a message, as far as decoders read it. */
    uint32_t body = MAX((uint32_t)b.used, MIN(m->captured, SMBT_MESSAGE_PREFIX_MAX));
    patch(a, m->at, a->message->data, body + before);
}

/* ---- Connections ----------------------------------------------------------------------------------------*/

/* No more will come of the message that began. */
static void flush_half(smbt_anonymizer *a, smbt_flow *flow, unsigned side)
{
    smbt_framer *f = &flow->half[side].framer;
    a->flow = flow;
    a->side = side;
    a->spot = NULL;
    if (f->state != SMBT_FRAMER_IN_PREFIX) return;
    if (f->held < 4)
        patch(a, f->start, f->buffer, f->held);
    else
        smbt_framer_gap(f, 1, 0, 0, take_message, a);
}

static void close_flow(smbt_anonymizer *a, smbt_flow *flow)
{
    struct link *link = flow->user;
    for (unsigned side = 0; side < 2; side++) {
        flush_half(a, flow, side);
        smbt_anon_direction_clear(&link->direction[side], &a->shared);
    }
    smbt_blank_memory_clear(&link->memory);
    g_free(link);
    smbt_flow_table_remove(a->flows, flow);
}

static bool is_smb_port(const smbt_anonymizer *a, uint16_t port)
{
    return a->ports[port / 8] >> port % 8 & 1;
}

/* The same that engines follow. */
static smbt_flow_match open_flow(smbt_anonymizer *a, const smbt_segment *s)
{
    if (!is_smb_port(a, s->sport) && !is_smb_port(a, s->dport) &&
        !smbt_framer_looks_like_smb(s->payload, s->payload_captured))
        return (smbt_flow_match){0};
    if (smbt_flow_table_size(a->flows) >= CONNECTIONS_MAX) close_flow(a, smbt_flow_table_oldest(a->flows));
    smbt_flow_match m = smbt_flow_table_add(a->flows, s, true);
    m.flow->user = g_new0(struct link, 1);
    return m;
}

/* Whether the segment opens a connection anew on the ports of an old one. */
static bool is_new_syn(const struct link *link, const smbt_segment *s)
{
    if ((s->flags & (SMBT_TCP_SYN | SMBT_TCP_ACK | SMBT_TCP_RST)) != SMBT_TCP_SYN) return false;
    return link->syn_seen ? link->syn_seq != s->seq : !link->answered;
}

static smbt_flow_match find_flow(smbt_anonymizer *a, const smbt_segment *s)
{
    smbt_flow_match m = smbt_flow_table_find(a->flows, s);
    if (m.flow && is_new_syn(m.flow->user, s)) {
        close_flow(a, m.flow);
        m.flow = NULL;
    }
    if (!m.flow) m = open_flow(a, s);
    if (!m.flow || !(s->flags & SMBT_TCP_SYN)) return m;
    struct link *link = m.flow->user;
    if (s->flags & SMBT_TCP_ACK) {
        link->answered = !link->syn_seen; /* merged captures may show the answer before its SYN */
    } else {
        link->syn_seen = true;
        link->syn_seq = s->seq;
    }
    return m;
}

/* ---- Segments -------------------------------------------------------------------------------------------*/

/* How many of the bytes that came last wait for what belongs to them. */
static uint32_t waiting(const smbt_framer *f)
{
    if (f->state == SMBT_FRAMER_IN_PREFIX) return f->arrived;
    return f->part ? f->part->arrived : 0;
}

static void settle(smbt_flow *flow, unsigned side)
{
    struct link *link = flow->user;
    const smbt_half *h = &flow->half[side];
    smbt_anon_direction_settle(&link->direction[side], h->next - waiting(&h->framer));
}

/* Whether more may become known of the spot. */
static bool is_open(const smbt_flow *flow, unsigned side, const smbt_anon_spot *spot)
{
    const smbt_half *h = &flow->half[side];
    return spot->len && (int32_t)(spot->seq + spot->len - (h->next - waiting(&h->framer))) > 0;
}

/* The segment through its connection, as in the engine. */
static void take_bytes(smbt_anonymizer *a, smbt_flow_match m, const struct current *c)
{
    const smbt_segment *s = c->segment;
    smbt_half *mine = &m.flow->half[m.side], *theirs = &m.flow->half[1 - m.side];
    smbt_reorder_budget *budget = smbt_flow_table_budget(a->flows);
    uint64_t frame = c->frame->number;
    if (s->flags & SMBT_TCP_SYN && !mine->started) smbt_half_syn(mine, s->seq);
    a->flow = m.flow;
    if (s->flags & SMBT_TCP_ACK && theirs->started && !(s->flags & SMBT_TCP_RST)) {
        a->side = 1 - m.side;
        a->spot = NULL;
        smbt_half_ack(theirs, budget, s->ack, frame, c->frame->time, take_message, a);
    }
    if (s->payload_len) {
        a->side = m.side;
        a->spot = &c->spot;
        smbt_half_segment(mine, budget, c->spot.seq, s->payload, s->payload_captured, s->payload_len, frame,
                          c->frame->time, take_message, a);
    }
    settle(m.flow, 0);
    settle(m.flow, 1);
}

#define TCP_CHECKSUM 16

/* Of segments that were not captured whole the checksum can't be told. */
static void write_checksum(const struct current *c, smbt_anon_packet *packet)
{
    const smbt_headers *h = &c->headers;
    if (c->captured < c->len || c->captured < TCP_CHECKSUM + 2) return;
    uint32_t old_pseudo = smbt_checksum_pseudo(h->old_addresses, h->family, TCP_PROTOCOL, c->len);
    uint32_t new_pseudo = smbt_checksum_pseudo(h->new_addresses, h->family, TCP_PROTOCOL, c->len);
    packet->has_checksum = smbt_checksum_finish(smbt_checksum_add(old_pseudo, c->old_packet, c->len)) == 0;
    uint16_t right = smbt_checksum_finish(smbt_checksum_add(new_pseudo, c->packet, c->len));
    packet->checksum = packet->has_checksum ? right : (uint16_t)~right;
    c->packet[TCP_CHECKSUM] = (uint8_t)(packet->checksum >> 8);
    c->packet[TCP_CHECKSUM + 1] = (uint8_t)packet->checksum;
}

static uint64_t hand_out(smbt_anonymizer *a, const smbt_frame *frame)
{
    a->frames++;
    a->last_number = frame->number;
    return a->shared.output.frame(frame, a->shared.output.user);
}

static void hand_out_empty(smbt_anonymizer *a, const smbt_frame *frame, bool undecoded)
{
    smbt_empty empty;
    smbt_empty_make(frame->linktype, undecoded ? &a->trace : NULL, &empty);
    smbt_frame out = {.number = frame->number,
                      .time = frame->time,
                      .linktype = empty.linktype,
                      .caplen = empty.len,
                      .len = empty.len,
                      .data = empty.data};
    a->emptied++;
    hand_out(a, &out);
}

static uint64_t hand_out_written(smbt_anonymizer *a, const smbt_frame *frame)
{
    smbt_frame out = *frame;
    out.data = a->frame->data;
    return hand_out(a, &out);
}

/* ---- Frames ---------------------------------------------------------------------------------------------*/

static smbt_blank begin(smbt_anonymizer *a, GByteArray *to, const uint8_t *bytes, uint32_t captured,
                        uint32_t len)
{
    g_byte_array_set_size(to, captured);
    if (captured) memset(to->data, 0, captured);
    return (smbt_blank){.key = a->key, .message = smbt_cur_init(bytes, captured, len), .out = to->data};
}

/* Behind smbt_headers_write: the segment within what was written. */
static void find_packet(struct current *c, const smbt_blank *b, const smbt_segment *s)
{
    const smbt_headers *h = &c->headers;
    uint8_t *payload = b->out + MIN(h->payload_at, b->message.captured);
    c->segment = s;
    c->packet = b->out + h->tcp_at;
    c->old_packet = b->message.data + h->tcp_at;
    c->len = h->payload_at - h->tcp_at + s->payload_len;
    c->captured = s->payload_captured ? h->payload_at - h->tcp_at + s->payload_captured : 0;
    if (!s->payload_len && b->message.captured >= h->payload_at) c->captured = c->len;
    if (s->payload_captured) memset(payload, SMBT_ANON_FILL, s->payload_captured);
    c->spot = (smbt_anon_spot){
        .seq = s->seq + (s->flags & SMBT_TCP_SYN ? 1 : 0), .len = s->payload_captured, .memory = payload};
}

static void follow(smbt_anonymizer *a, smbt_flow_match m, struct current *c)
{
    struct link *link = m.flow->user;
    smbt_anon_direction_fill(&link->direction[m.side], &c->spot);
    take_bytes(a, m, c);
}

static void take_whole_segment(smbt_anonymizer *a, const smbt_frame *frame, const smbt_segment *s,
                               smbt_flow_match m)
{
    struct current c = {.frame = frame};
    smbt_blank b = begin(a, a->frame, frame->data, frame->caplen, MAX(frame->len, frame->caplen));
    smbt_headers_write(&b, frame->linktype, &a->trace, 0, a->trace.steps, &c.headers);
    find_packet(&c, &b, s);
    follow(a, m, &c);
    smbt_anon_packet *packet = g_new0(smbt_anon_packet, 1);
    write_checksum(&c, packet);
    packet->refs = 1;
    packet->place = hand_out_written(a, frame);
    packet->checksum_at = c.headers.tcp_at + TCP_CHECKSUM;
    if (is_open(m.flow, m.side, &c.spot)) {
        smbt_anon_spot spot = c.spot;
        struct link *link = m.flow->user;
        spot.memory = NULL;
        spot.packet = packet;
        spot.place = packet->place;
        spot.at = c.headers.payload_at;
        smbt_anon_direction_wait(&link->direction[m.side], &a->shared, &spot);
    }
    if (--packet->refs == 0) g_free(packet);
}

/* A frame with a fragment: its own headers, its share of the datagram blank. */
static void write_fragment(smbt_anonymizer *a, const smbt_frame *frame, smbt_headers *ret_headers)
{
    const smbt_wire_trace *t = &a->trace;
    smbt_blank b = begin(a, a->frame, frame->data, frame->caplen, MAX(frame->len, frame->caplen));
    unsigned to = t->is_whole ? t->datagram_step : t->steps;
    smbt_headers_write(&b, frame->linktype, t, 0, to, ret_headers);
    if (t->fragment_captured) memset(b.out + t->fragment_at, SMBT_ANON_FILL, t->fragment_captured);
}

static void take_fragment(smbt_anonymizer *a, const smbt_frame *frame)
{
    smbt_headers headers = {0};
    write_fragment(a, frame, &headers);
    uint64_t place = hand_out_written(a, frame);
    smbt_pieces_add(&a->pieces, frame->time, &a->trace, place);
}

/* The spots of a segment that lies in several frames. */
static void wait_for_pieces(smbt_anonymizer *a, smbt_flow_match m, const struct current *c,
                            const GArray *pieces, smbt_anon_packet *packet)
{
    struct link *link = m.flow->user;
    uint32_t payload_at = c->headers.payload_at, end = payload_at + c->spot.len;
    for (guint i = 0; i < pieces->len; i++) {
        const smbt_piece *p = &g_array_index(pieces, smbt_piece, i);
        uint32_t from = MAX(p->offset, payload_at), to = MIN(p->offset + p->len, end);
        if (from >= to) continue;
        smbt_anon_spot spot = {.seq = c->spot.seq + (from - payload_at),
                               .len = to - from,
                               .offset = from - payload_at,
                               .place = p->place,
                               .at = p->at + (from - p->offset),
                               .packet = packet};
        smbt_anon_direction_wait(&link->direction[m.side], &a->shared, &spot);
    }
}

static void scatter(smbt_anonymizer *a, const GArray *pieces)
{
    for (guint i = 0; i < pieces->len; i++) {
        const smbt_piece *p = &g_array_index(pieces, smbt_piece, i);
        if (p->offset >= a->datagram->len) continue;
        uint32_t n = MIN(p->len, a->datagram->len - p->offset);
        a->shared.output.amend(p->place, p->at, a->datagram->data + p->offset, n, a->shared.output.user);
    }
}

static smbt_anon_packet *packet_in_pieces(const struct current *c, const GArray *pieces)
{
    smbt_anon_packet *packet = g_new0(smbt_anon_packet, 1);
    packet->refs = 1;
    write_checksum(c, packet);
    uint32_t at = c->headers.tcp_at + TCP_CHECKSUM;
    bool is_found = false;
    for (guint i = 0; i < pieces->len && !is_found; i++) {
        const smbt_piece *p = &g_array_index(pieces, smbt_piece, i);
        is_found = at >= p->offset && at + 2 <= p->offset + p->len;
        if (!is_found) continue;
        packet->place = p->place;
        packet->checksum_at = p->at + (at - p->offset);
    }
    packet->has_checksum &= is_found;
    return packet;
}

/* The frame that made a datagram whole: its segment goes to all frames that hold a part of it. `m.flow` is
 * NULL when nobody follows it: its headers then stay, as those of its fragments did. */
static void take_segment_in_pieces(smbt_anonymizer *a, const smbt_frame *frame, const smbt_segment *s,
                                   smbt_flow_match m)
{
    const smbt_wire_trace *t = &a->trace;
    struct current c = {.frame = frame};
    write_fragment(a, frame, &c.headers);
    smbt_blank b = begin(a, a->datagram, t->datagram, t->datagram_captured, t->datagram_len);
    smbt_headers_write(&b, frame->linktype, t, t->datagram_step, t->steps, &c.headers);
    find_packet(&c, &b, s);
    if (m.flow) follow(a, m, &c);
    uint64_t place = hand_out_written(a, frame);
    smbt_pieces_add(&a->pieces, frame->time, t, place);
    GArray *pieces = smbt_pieces_take(&a->pieces, t);
    smbt_anon_packet *packet = packet_in_pieces(&c, pieces);
    scatter(a, pieces);
    if (m.flow && is_open(m.flow, m.side, &c.spot)) wait_for_pieces(a, m, &c, pieces, packet);
    if (--packet->refs == 0) g_free(packet);
    g_array_unref(pieces);
}

static void fill_numbers(smbt_anonymizer *a, const smbt_frame *frame)
{
    smbt_frame missing = *frame;
    for (uint64_t number = a->last_number + 1; number < frame->number; number++) {
        missing.number = number;
        hand_out_empty(a, &missing, false);
    }
}

void smbt_anonymizer_push(smbt_anonymizer *anonymizer, const smbt_frame *frame)
{
    smbt_anonymizer *a = anonymizer;
    smbt_segment s;
    fill_numbers(a, frame);
    enum smbt_wire_result result = smbt_wire_decode_traced(a->wire, frame, &s, &a->trace);
    bool can_write = !a->trace.too_many && a->trace.fragments <= 1;
    if (result == SMBT_WIRE_FRAGMENT && can_write) {
        take_fragment(a, frame);
        return;
    }
    smbt_flow_match m = {0};
    if (result == SMBT_WIRE_SEGMENT && can_write) m = find_flow(a, &s);
    if (result == SMBT_WIRE_SEGMENT && can_write && a->trace.is_whole)
        take_segment_in_pieces(a, frame, &s, m);
    else if (m.flow)
        take_whole_segment(a, frame, &s, m);
    else
        hand_out_empty(a, frame, result == SMBT_WIRE_UNDECODED);
}

/* ---- The end --------------------------------------------------------------------------------------------*/

void smbt_anonymizer_finish(smbt_anonymizer *anonymizer)
{
    for (smbt_flow *flow; (flow = smbt_flow_table_oldest(anonymizer->flows));)
        close_flow(anonymizer, flow);
}

void smbt_anonymizer_free(smbt_anonymizer *anonymizer)
{
    smbt_anonymizer *a = anonymizer;
    if (!a) return;
    smbt_anonymizer_finish(a);
    smbt_flow_table_free(a->flows);
    smbt_wire_free(a->wire);
    smbt_pieces_clear(&a->pieces);
    smbt_anon_key_free(a->key);
    g_byte_array_unref(a->frame);
    g_byte_array_unref(a->datagram);
    g_byte_array_unref(a->message);
    g_free(a);
}

void smbt_anonymizer_get_counts(const smbt_anonymizer *anonymizer, smbt_anonymize_counts *ret_counts)
{
    *ret_counts = (smbt_anonymize_counts){
        .frames = anonymizer->frames, .emptied = anonymizer->emptied, .blanked = anonymizer->shared.blanked};
}
