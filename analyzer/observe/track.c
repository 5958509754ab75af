/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/track.h"

#include "stream/seq.h"

#include <string.h>

/* The same bytes seen twice within this time by the same IP ID are one segment captured twice. */
#define CAPTURED_TWICE (1 * SMBT_MS)
/* An RST whose sequence number is further off than any window is of another connection (RFC 5961 3). */
#define RST_TOO_FAR (1 << 26)

void smbt_track_init(smbt_track *t)
{
    *t = (smbt_track){.syn_time = SMBT_TIME_NONE,
                      .syn_ack_time = SMBT_TIME_NONE,
                      .handshake_time = SMBT_TIME_NONE,
                      .first = SMBT_TIME_NONE,
                      .last = SMBT_TIME_NONE};
    for (int i = 0; i < 2; i++)
        t->sender[i].first = t->sender[i].last = t->sender[i].last_payload = SMBT_TIME_NONE;
}

bool smbt_track_is_new_syn(const smbt_track *t, const smbt_segment *s)
{
    if ((s->flags & (SMBT_TCP_SYN | SMBT_TCP_ACK | SMBT_TCP_RST)) != SMBT_TCP_SYN) return false;
    return !t->syn_seen || t->syn_seq != s->seq;
}

static void note_syn(smbt_track *t, unsigned side, const smbt_segment *s, uint64_t frame, smbt_time time)
{
    if (side == 0 && !(s->flags & SMBT_TCP_ACK)) {
        if (t->syn_seen) return;
        t->syn_seen = true;
        t->syn_seq = s->seq;
        t->syn_frame = frame;
        t->syn_time = time;
        t->syn = (smbt_syn_print){.seen = true,
                                  .cut = s->options_cut,
                                  .ttl = s->ttl,
                                  .dont_fragment = s->dont_fragment,
                                  .window = s->window,
                                  .mss = s->mss,
                                  .window_scale = s->window_scale,
                                  .sack_permitted = s->sack_permitted,
                                  .option_layout = s->option_layout};
    } else if (side == 1 && !t->syn_ack_seen) {
        t->syn_ack_seen = true;
        t->syn_ack_time = time;
    }
}

static void note_sender(smbt_sender *me, const smbt_segment *s, uint64_t frame, smbt_time time)
{
    if (me->segments == 0) {
        me->first = time;
        me->first_frame = frame;
        me->ttl = s->ttl;
        me->has_ip_id = s->has_ip_id;
        me->first_ip_id = s->ip_id;
        me->has_mac = s->has_mac;
        memcpy(me->mac, s->src_mac, sizeof me->mac);
    } else if (s->ttl != me->ttl && !(s->flags & SMBT_TCP_RST)) {
        me->ttl_varies = true;
    }
    if (s->has_timestamp && !(s->flags & SMBT_TCP_RST)) {
        smbt_stamp stamp = {.time = time, .value = s->tsval};
        if (!me->has_stamps) me->first_stamp = stamp;
        me->has_stamps = true;
        me->last_stamp = stamp;
    }
    me->segments++;
    me->last = time;
    me->last_frame = frame;
    me->last_ip_id = s->ip_id;
    if (!(s->flags & SMBT_TCP_RST)) me->window = s->window;
}

static void note_acknowledgment(smbt_sender *peer, const smbt_segment *s)
{
    if (!(s->flags & SMBT_TCP_ACK) || (s->flags & SMBT_TCP_RST)) return;
    if (peer->has_acked && !smbt_seq_before(peer->acked_to, s->ack)) return;
    peer->has_acked = true;
    peer->acked_to = s->ack;
    peer->unanswered_repeats = 0;
}

static void note_payload(smbt_sender *me, const smbt_segment *s, enum smbt_half_result result,
                         bool captured_twice, uint64_t frame, smbt_time time)
{
    if (result == SMBT_HALF_NEW || result == SMBT_HALF_HELD || result == SMBT_HALF_LATE) {
        me->payload_segments++;
        me->last_payload = time;
        me->sent_to = s->seq + s->payload_len;
    } else if (result == SMBT_HALF_OLD && !captured_twice) {
        if (me->unanswered_repeats++ == 0) {
            me->first_repeat = time;
            me->first_repeat_frame = frame;
        }
    }
}

static bool rst_belongs(const smbt_half *half, const smbt_segment *s)
{
    if (!half->started) return true;
    int32_t off = smbt_seq_diff(s->seq, half->next);
    return off > -RST_TOO_FAR && off < RST_TOO_FAR;
}

/* Whether the segment ends the connection, and how. */
static bool ends(smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2])
{
    if (!(s->flags & (SMBT_TCP_RST | SMBT_TCP_FIN))) return false;
    if (s->flags & SMBT_TCP_RST) {
        bool to_syn = side == 1 && t->syn_seen && !t->syn_ack_seen && !t->established;
        if (!to_syn && !rst_belongs(&half[side], s)) return false;
        t->end.kind = SMBT_END_RST;
        t->end.refused = to_syn;
        t->end.bare_rst = !(s->flags & SMBT_TCP_ACK);
    } else {
        t->end.kind = SMBT_END_FIN;
    }
    return true;
}

static void fill_end(smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                     uint64_t frame, smbt_time time)
{
    const smbt_sender *me = &t->sender[side], *client = &t->sender[0];
    smbt_end_event *e = &t->end;
    e->set = true;
    e->by = side == 0 ? SMBT_SIDE_CLIENT : SMBT_SIDE_SERVER;
    e->frame = frame;
    e->time = time;
    e->ttl = s->ttl;
    /* A scanner makes its SYN by hand and lets its kernel send the RST: not foreign. */
    e->foreign_ttl = t->established && me->segments > 2 && !me->ttl_varies && s->ttl != me->ttl;
    e->mid_message = smbt_framer_mid_message(&half[0].framer);
    e->stalled = client->segments > 0 && client->window == 0;
    e->silent_before = me->segments <= 1;
    e->unanswered_repeats = me->unanswered_repeats;
    e->first_repeat = me->first_repeat;
    e->first_repeat_frame = me->first_repeat_frame;
}

bool smbt_track_segment(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                        const smbt_half half[2], uint64_t frame, smbt_time time)
{
    smbt_sender *me = &t->sender[side];
    if (t->first == SMBT_TIME_NONE) {
        t->first = time;
        t->first_frame = frame;
    }
    t->last = time;
    t->last_frame = frame;
    bool twice = me->segments > 0 && me->has_ip_id && s->has_ip_id && me->last_ip_id == s->ip_id &&
                 s->ip_id != 0 && smbt_time_since(time, me->last) < CAPTURED_TWICE;
    if (s->flags & SMBT_TCP_SYN) note_syn(t, side, s, frame, time);
    note_sender(me, s, frame, time);
    note_acknowledgment(&t->sender[1 - side], s);
    if (s->payload_len) note_payload(me, s, result, twice, frame, time);
    if (!t->established && (s->payload_len || (side == 0 && t->syn_ack_seen && (s->flags & SMBT_TCP_ACK) &&
                                               !(s->flags & (SMBT_TCP_SYN | SMBT_TCP_RST))))) {
        t->established = true;
        t->handshake_time = time;
    }
    if (t->end.set) {
        bool closes = s->flags & (SMBT_TCP_FIN | SMBT_TCP_RST);
        if (closes && !t->end.more_frame && !twice) t->end.more_frame = frame;
        if (!closes && (side == 1) == (t->end.by == SMBT_SIDE_SERVER) && s->ttl != t->end.ttl)
            t->end.continued = true;
        return false;
    }
    if (!ends(t, side, s, half)) return false;
    fill_end(t, side, s, half, frame, time);
    return true;
}
