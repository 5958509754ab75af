/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/track.h"

#include "observe/aftermath.h"
#include "observe/reset.h"
#include "stream/seq.h"

#include <string.h>

/* The same bytes seen twice within this time by the same IP ID are one segment captured twice. */
#define CAPTURED_TWICE (1 * SMBT_MS)
/* An RST or FIN whose sequence number is further off than any window in use is of another connection (RFC
 * 5961 3). */
#define TOO_FAR (1 << 24)
/* Stacks try again more often than this before they give a connection up, each time after the time spent so
 * far or less. */
#define GIVES_UP_AFTER 3
/* No clock of TCP's sends anything again sooner. */
#define BY_THE_CLOCK (200 * SMBT_MS)
/* A segment this long after an RST is no late one from before it. */
#define REORDERED_WITHIN (200 * SMBT_MS)

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
    /* Merged captures may show the answer before its SYN. */
    if (!t->syn_seen) return t->established || !t->syn_ack_seen;
    return t->syn_seq != s->seq;
}

static void note_syn(smbt_track *t, unsigned side, const smbt_segment *s, uint64_t frame, smbt_time time)
{
    if (side == 0 && !(s->flags & SMBT_TCP_ACK)) {
        t->syns++;
        t->handshake_repeated |= t->syn_seen;
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
    } else if (side == 1 && t->syn_ack_seen) {
        t->handshake_repeated = true;
    } else if (side == 1) {
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
    me->marks |= s->marks;
    me->last = time;
    me->last_frame = frame;
    me->last_ip_id = s->ip_id;
    me->last_has_ack = (s->flags & SMBT_TCP_ACK) != 0;
    me->last_ack = s->ack;
    if (s->flags & SMBT_TCP_RST) return;
    me->usual_ack = s->ack;
    me->has_usual_ack = me->last_has_ack;
    me->window = s->window;
    smbt_reset_learn(me, s, time);
}

/* The other side was heard: its probes are answered, and so is what it acknowledged. */
static void note_heard(smbt_sender *peer, const smbt_segment *s, smbt_time time)
{
    peer->unanswered_probes = 0;
    if (!(s->flags & SMBT_TCP_ACK) || (s->flags & SMBT_TCP_RST)) return;
    if (peer->has_acked && !smbt_seq_before(peer->acked_to, s->ack)) return;
    peer->has_acked = true;
    peer->acked_to = s->ack;
    peer->acked_at = time;
    peer->unanswered_repeats = 0;
}

/* Retransmissions pause, too: what nobody has answered yet stays the first one. */
static void note_pause(smbt_track *t, unsigned side, uint64_t frame, smbt_time time)
{
    smbt_resumption *r = &t->resumed;
    if (smbt_time_since(time, t->last) < SMBT_PAUSE) return;
    if (r->set && t->sender[1 - r->side].last < r->time) return;
    *r = (smbt_resumption){.set = true,
                           .side = side,
                           .since = t->last,
                           .last_frame = t->last_frame,
                           .time = time,
                           .frame = frame};
}

/* What went before the segment that may end it. */
struct before {
    smbt_time heard;
    uint64_t heard_frame;
};

static void note_answered(smbt_end_event *e, const smbt_sender *peer, const smbt_segment *s,
                          const struct before *before)
{
    e->heard = before->heard;
    e->heard_frame = before->heard_frame;
    e->answered = peer->last;
    e->answered_frame = peer->segments ? peer->last_frame : 0;
    e->answers = e->kind == SMBT_END_RST && !e->refused && !(s->flags & SMBT_TCP_ACK) && peer->last_has_ack &&
                 s->seq == peer->last_ack && (before->heard == SMBT_TIME_NONE || peer->last >= before->heard);
}

/* It does not hear the acknowledgment that the capture has. Copies of a packet come sooner. */
static void note_deaf(smbt_sender *me, const smbt_segment *s, uint64_t frame, smbt_time time)
{
    if (me->deaf_repeats && me->deaf_seq != s->seq) me->deaf_repeats = 0;
    if (me->deaf_repeats && smbt_time_since(time, me->last_deaf) < BY_THE_CLOCK) return;
    if (me->deaf_repeats++ == 0) {
        me->deaf_seq = s->seq;
        me->first_deaf = time;
        me->first_deaf_frame = frame;
    }
    me->last_deaf = time;
}

/* The same bytes once more, though nobody acknowledged them yet. A capture from two points shows acknowledged
 * ones again, too. */
static void note_repeat(smbt_sender *me, const smbt_segment *s, uint64_t frame, smbt_time time)
{
    if (me->has_acked && !smbt_seq_before(me->acked_to, s->seq + s->payload_len)) {
        note_deaf(me, s, frame, time);
        return;
    }
    if (me->unanswered_repeats && me->repeat_seq != s->seq) {
        if (!smbt_seq_before(s->seq, me->repeat_seq)) return;
        me->unanswered_repeats = 0;
    }
    me->last_repeat = time;
    if (me->unanswered_repeats++ > 0) return;
    me->repeat_seq = s->seq;
    me->first_repeat = time;
    me->first_repeat_frame = frame;
}

static void note_payload(smbt_sender *me, const smbt_segment *s, enum smbt_half_result result,
                         bool captured_twice, uint64_t frame, smbt_time time)
{
    if (result == SMBT_HALF_NEW || result == SMBT_HALF_HELD || result == SMBT_HALF_LATE) {
        me->payload_segments++;
        me->last_payload = time;
        me->deaf_repeats = 0;
    } else if (result == SMBT_HALF_OLD && !captured_twice) {
        note_repeat(me, s, frame, time);
    }
}

static void note_probe(smbt_sender *me, const smbt_half *half, const smbt_segment *s, uint64_t frame,
                       smbt_time time)
{
    bool probe = half->started && s->payload_len <= 1 && s->seq == half->next - 1 &&
                 !(s->flags & (SMBT_TCP_SYN | SMBT_TCP_FIN | SMBT_TCP_RST));
    if (!probe || me->unanswered_probes++ > 0) return;
    me->first_probe = time;
    me->first_probe_frame = frame;
}

static bool belongs(const smbt_half *half, const smbt_segment *s)
{
    if (!half->started || half->bytes == 0) return true; /* no payload: nothing says where it stands */
    int32_t off = smbt_seq_diff(s->seq, half->next);
    return off > -TOO_FAR && off < TOO_FAR;
}

static bool answers_syn(const smbt_track *t, unsigned side, const smbt_segment *s)
{
    if (side == 0 || !t->syn_seen || t->syn_ack_seen || t->established) return false;
    return !(s->flags & SMBT_TCP_ACK) || s->ack == t->syn_seq + 1;
}

/* Whether the segment ends the connection; fills in how. */
static bool ends(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                 smbt_end_event *ret_end)
{
    if (!(s->flags & (SMBT_TCP_RST | SMBT_TCP_FIN))) return false;
    /* The server answered the SYN for an older connection on the same ports; the client resets that one and
     * tries again (facts 7.4). */
    if (side == 0 && t->syn_seen && !t->syn_ack_seen && !t->established) return false;
    bool refuses = s->flags & SMBT_TCP_RST && answers_syn(t, side, s);
    if (!refuses && !belongs(&half[side], s)) return false;
    ret_end->kind = s->flags & SMBT_TCP_RST ? SMBT_END_RST : SMBT_END_FIN;
    ret_end->refused = refuses;
    return true;
}

static void fill_attempts(smbt_end_event *e, const smbt_sender *me, unsigned side)
{
    e->tried_by = side;
    e->unanswered_probes = me->unanswered_probes;
    e->first_probe = me->first_probe;
    e->first_probe_frame = me->first_probe_frame;
    e->unanswered_repeats = me->unanswered_repeats;
    e->first_repeat = me->first_repeat;
    e->first_repeat_frame = me->first_repeat_frame;
}

/* Not the number that the receiver expects next: not where this side's bytes came to, nor what the other one
 * acknowledged. */
static bool is_unexpected(const smbt_sender *me, const smbt_sender *peer, const smbt_half *mine,
                          const smbt_segment *s)
{
    if (!mine->started || mine->bytes == 0 || s->seq == mine->next) return false;
    if (me->has_acked && s->seq == me->acked_to) return false;
    return !(peer->has_usual_ack && s->seq == peer->usual_ack);
}

/* What was in vain from the other side to this one. */
static void fill_one_way(smbt_end_event *e, const smbt_sender *me, const smbt_sender *peer)
{
    bool got_it = e->has_ack && smbt_seq_before(peer->repeat_seq, e->ack);
    e->peer_repeats = got_it ? 0 : peer->unanswered_repeats;
    e->first_peer_repeat = peer->first_repeat;
    e->last_peer_repeat = peer->last_repeat;
    e->first_peer_repeat_frame = peer->first_repeat_frame;
    e->deaf_repeats = me->deaf_repeats;
    e->first_deaf = me->first_deaf;
    e->last_deaf = me->last_deaf;
    e->first_deaf_frame = me->first_deaf_frame;
}

static void fill_end(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                     uint64_t frame, smbt_time time, smbt_end_event *e)
{
    const smbt_sender *me = &t->sender[side], *client = &t->sender[0];
    e->set = true;
    e->by = side == 0 ? SMBT_SIDE_CLIENT : SMBT_SIDE_SERVER;
    e->frame = frame;
    e->time = time;
    e->ttl = s->ttl;
    /* A scanner makes its SYN by hand and lets its kernel send the RST: not foreign. */
    e->foreign_ttl = t->established && smbt_reset_is_foreign_ttl(me, s->ttl);
    e->mid_message = smbt_framer_mid_message(&half[0].framer);
    e->stalled = client->segments > 0 && client->window == 0;
    e->seq = e->guess = s->seq;
    e->ack = s->ack;
    e->has_ack = (s->flags & SMBT_TCP_ACK) != 0;
    /* One more than all its bytes. */
    e->after_fin = e->has_ack && half[1 - side].bytes && s->ack == half[1 - side].next + 1;
    e->window = s->window;
    e->ip_id = s->ip_id;
    e->own_window = me->window;
    e->own_ip_id = me->ids.last;
    e->sent_to = half[side].next;
    e->peer_sent_to = half[1 - side].next;
    e->started = half[side].started;
    e->peer_started = half[1 - side].started;
    if (e->kind == SMBT_END_RST && t->established) {
        e->marks = smbt_reset_marks(t, side, s, half, time);
        e->unexpected = is_unexpected(me, &t->sender[1 - side], &half[side], s);
    }
    fill_attempts(e, me, side);
    fill_one_way(e, me, &t->sender[1 - side]);
}

/* What comes after the end: the other side's close, or proof that the side named did not end it. */
static void note_after_end(smbt_end_event *e, unsigned side, const smbt_segment *s, bool captured_twice,
                           uint64_t frame, smbt_time time)
{
    if (s->flags & (SMBT_TCP_FIN | SMBT_TCP_RST)) {
        if (!e->more_frame && !captured_twice) e->more_frame = frame;
        return;
    }
    if ((side == 1) != (e->by == SMBT_SIDE_SERVER) || s->ttl == e->ttl) return;
    bool goes_on = s->payload_len && !smbt_seq_before(s->seq, e->seq);
    if (goes_on || smbt_time_since(time, e->time) > REORDERED_WITHIN) e->continued = true;
}

static unsigned attempts(const smbt_sender *s)
{
    return MAX(s->unanswered_repeats, s->unanswered_probes);
}

void smbt_track_vanish(smbt_track *t)
{
    t->end = (smbt_end_event){.set = true,
                              .kind = SMBT_END_SILENCE,
                              .by = SMBT_SIDE_UNKNOWN,
                              .frame = t->last_frame,
                              .time = t->last,
                              .heard = SMBT_TIME_NONE,
                              .answered = SMBT_TIME_NONE};
    unsigned side = attempts(&t->sender[1]) > attempts(&t->sender[0]);
    fill_attempts(&t->end, &t->sender[side], side);
}

bool smbt_track_fell_silent(const smbt_track *t, smbt_time now)
{
    if (t->end.set || !t->established) return false;
    const smbt_sender *me = &t->sender[attempts(&t->sender[1]) > attempts(&t->sender[0])];
    if (attempts(me) < GIVES_UP_AFTER) return false;
    smbt_time began = me->unanswered_repeats ? me->first_repeat : me->first_probe;
    smbt_duration tried = smbt_time_since(t->last, began);
    return tried >= SMBT_SEC && smbt_time_since(now, t->last) > 2 * tried;
}

void smbt_track_disown(smbt_track *old, const smbt_track *t)
{
    const smbt_sender *client = &t->sender[0];
    old->end = (smbt_end_event){.set = true,
                                .kind = SMBT_END_RST,
                                .by = SMBT_SIDE_CLIENT,
                                .frame = t->disowned_frame,
                                .time = client->last,
                                .ttl = client->ttl,
                                .heard = old->sender[0].last,
                                .heard_frame = old->sender[0].last_frame,
                                .answered = t->sender[1].last,
                                .answered_frame = t->challenge_frame,
                                .answers = true,
                                .challenge_frame = t->challenge_frame};
}

/* RFC 5961 4: a SYN on a connection that the server still has is answered by an acknowledgment; a client that
 * does not have it resets that. */
static void note_challenge(smbt_track *t, unsigned side, const smbt_segment *s, uint64_t frame)
{
    uint8_t flags = s->flags & (SMBT_TCP_SYN | SMBT_TCP_ACK | SMBT_TCP_RST | SMBT_TCP_FIN);
    if (side == 1 && flags == SMBT_TCP_ACK && s->payload_len == 0 && s->ack != t->syn_seq + 1) {
        t->challenge_frame = frame;
        t->challenge_ack = s->ack;
    } else if (side == 0 && flags == SMBT_TCP_RST && t->challenge_frame && s->seq == t->challenge_ack) {
        t->disowned_frame = frame;
    }
}

/* The client completes the handshake with its first plain ACK; payload proves it too. */
static bool completes_handshake(unsigned side, const smbt_segment *s)
{
    if (s->payload_len) return true;
    return side == 0 && (s->flags & (SMBT_TCP_ACK | SMBT_TCP_SYN | SMBT_TCP_RST)) == SMBT_TCP_ACK;
}

/* The RST may have ended nothing: what ends the connection after it is kept. */
static void after_reset(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                        const smbt_half half[2], uint64_t frame, smbt_time time, const struct before *before)
{
    smbt_end_event *later = &t->after.later;
    smbt_reset_after(t, side, s, result, half, frame, time);
    bool was_ignored = smbt_aftermath_is_ignored(t);
    smbt_aftermath_segment(t, side, s, result, half, frame, t->sent ? t->sent : time);
    bool closes = s->flags & SMBT_TCP_FIN || (!was_ignored && smbt_aftermath_is_ignored(t));
    if (later->set || !closes || !ends(t, side, s, half, later)) return;
    fill_end(t, side, s, half, frame, time, later);
    note_answered(later, &t->sender[1 - side], s, before);
}

bool smbt_track_segment(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                        const smbt_half half[2], uint64_t frame, smbt_time time)
{
    smbt_sender *me = &t->sender[side];
    if (t->first == SMBT_TIME_NONE) {
        t->first = time;
        t->first_frame = frame;
        t->last = time;
    }
    if (!t->end.set) note_pause(t, side, frame, time);
    t->last = time;
    t->last_frame = frame;
    struct before before = {.heard = me->last, .heard_frame = me->last_frame};
    bool twice = me->segments > 0 && me->has_ip_id && s->has_ip_id && me->last_ip_id == s->ip_id &&
                 s->ip_id != 0 && smbt_time_since(time, me->last) < CAPTURED_TWICE;
    if (s->flags & SMBT_TCP_SYN) note_syn(t, side, s, frame, time);
    note_sender(me, s, frame, time);
    if (belongs(&half[side], s)) note_heard(&t->sender[1 - side], s, time);
    if (s->payload_len) note_payload(me, s, result, twice, frame, time);
    note_probe(me, &half[side], s, frame, time);
    if (!t->established && t->syn_seen && !t->syn_ack_seen) note_challenge(t, side, s, frame);
    if (!t->established && completes_handshake(side, s)) {
        t->established = true;
        t->handshake_time = time;
    }
    if (t->end.set) {
        note_after_end(&t->end, side, s, twice, frame, time);
        if (t->end.kind == SMBT_END_RST && !twice)
            after_reset(t, side, s, result, half, frame, time, &before);
        return false;
    }
    if (!ends(t, side, s, half, &t->end)) return false;
    fill_end(t, side, s, half, frame, time, &t->end);
    note_answered(&t->end, &t->sender[1 - side], s, &before);
    if (t->end.kind == SMBT_END_RST) smbt_aftermath_begin(t, side);
    return true;
}
