/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/reset.h"

#include "stream/seq.h"

#include <stdlib.h>
#include <string.h>

/* Segments captured closer together may have changed places. */
#define IN_ORDER_AFTER SMBT_MS
/* What comes so long after an RST was not sent before it. */
#define NOT_REORDERED (10 * SMBT_MS)
/* TTLs of one host that are further apart are those of several machines. */
#define TTL_RANGE_MAX 2
/* Counters: a step forward by so much is the next, or a few that went elsewhere. */
#define ID_NEAR        64
#define ID_STEPS_KNOWN 8
/* A counter that was at rest for longer may have gone anywhere. */
#define ID_FRESH (2 * SMBT_SEC)
#define ID_BACK  64
#define ID_AHEAD 4096
/* The fastest timestamp clock (RFC 7323 5.4), and some of it for a busy sender. */
#define STAMP_TICK  (SMBT_MS)
#define STAMP_SLACK 1000
#define BOTH_WITHIN (50 * SMBT_MS)
/* Further off, it is of another connection. */
#define TOO_FAR (1 << 24)

/* ---- What a host does
 * -------------------------------------------------------------------------------------------------- */

static uint16_t swapped(uint16_t id)
{
    return (uint16_t)(id << 8 | id >> 8);
}

/* Old Windows counts in its own byte order. */
static void learn_ip_id(smbt_id_series *ids, const smbt_segment *s, smbt_time time)
{
    if (!s->has_ip_id) return;
    if (ids->time != SMBT_TIME_NONE && ids->steps < UINT16_MAX && s->ip_id != ids->last) {
        ids->steps++;
        if ((uint16_t)(s->ip_id - ids->last) <= ID_NEAR) ids->near++;
        if ((uint16_t)(swapped(s->ip_id) - swapped(ids->last)) <= ID_NEAR) ids->near_swapped++;
    }
    ids->last = s->ip_id;
    ids->time = time;
}

void smbt_reset_learn(smbt_sender *me, const smbt_segment *s, smbt_time time)
{
    if (me->learned == 0) {
        me->ttl_low = me->ttl_high = s->ttl;
        me->ids.time = SMBT_TIME_NONE;
    }
    if (s->ttl < me->ttl_low) me->ttl_low = s->ttl;
    if (s->ttl > me->ttl_high) me->ttl_high = s->ttl;
    if (me->has_mac && me->learned && memcmp(me->mac, s->src_mac, sizeof me->mac) != 0) me->mac_varies = true;
    if (s->dont_fragment)
        me->sets_df = true;
    else
        me->omits_df = true;
    if (!s->has_timestamp && !s->options_cut) me->omits_stamps = true;
    learn_ip_id(&me->ids, s, time);
    me->learned++;
}

/* ---- The way
 * ------------------------------------------------------------------------------------------------------ */

static int hops(uint8_t ttl)
{
    return (ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl;
}

static bool same_initial_ttl(uint8_t a, uint8_t b)
{
    return a + hops(a) == b + hops(b);
}

bool smbt_reset_is_foreign_ttl(const smbt_sender *me, uint8_t ttl)
{
    int range = me->ttl_high - me->ttl_low;
    if (me->learned < 2 || range > TTL_RANGE_MAX) return false;
    int slack = range ? TTL_RANGE_MAX : 0;
    return ttl + slack < me->ttl_low || ttl > me->ttl_high + slack;
}

/* Some systems (Linux 2.4) give the RSTs that no socket sends an initial TTL of their own: the hops tell. */
static unsigned ttl_marks(const smbt_sender *me, uint8_t ttl)
{
    if (me->learned < SMBT_RESET_KNOWN_FROM || !smbt_reset_is_foreign_ttl(me, ttl)) return 0;
    uint8_t nearest = ttl < me->ttl_low ? me->ttl_low : me->ttl_high;
    bool same = same_initial_ttl(ttl, nearest);
    int off = abs(hops(ttl) - hops(nearest));
    return off > (same ? 1 : 0) ? SMBT_RESET_HOPS : SMBT_RESET_TTL;
}

static bool other_mac(const smbt_sender *me, const smbt_segment *s)
{
    return me->learned >= SMBT_RESET_KNOWN_FROM && me->has_mac && s->has_mac && !me->mac_varies &&
           memcmp(me->mac, s->src_mac, sizeof me->mac) != 0;
}

/* ---- The stack
 * ---------------------------------------------------------------------------------------------------- */

/* An active reset is sent by the connection's own socket: its numbers and habits are those of all else. One
 * without ACK answers a segment, and nothing of the connection shows in it. */
static bool is_active(const smbt_segment *s)
{
    return (s->flags & SMBT_TCP_ACK) != 0;
}

static bool out_of_series(const smbt_sender *me, const smbt_segment *s, smbt_time time)
{
    const smbt_id_series *ids = &me->ids;
    if (!s->has_ip_id || s->ip_id == 0 || ids->steps < ID_STEPS_KNOWN) return false;
    if (smbt_time_since(time, ids->time) > ID_FRESH) return false;
    bool counts = ids->near * 10 >= ids->steps * 9, counts_swapped = ids->near_swapped * 10 >= ids->steps * 9;
    if (!counts && !counts_swapped) return false;
    uint16_t ahead = counts ? s->ip_id - ids->last : swapped(s->ip_id) - swapped(ids->last);
    return ahead > ID_AHEAD && ahead <= UINT16_MAX - ID_BACK;
}

static unsigned number_marks(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half *mine,
                             smbt_time time)
{
    const smbt_sender *me = &t->sender[side], *peer = &t->sender[1 - side];
    unsigned marks = 0;
    if (peer->has_acked && smbt_seq_before(s->ack, peer->acked_to) &&
        smbt_time_since(time, peer->acked_at) >= IN_ORDER_AFTER)
        marks |= SMBT_RESET_OLD_ACK;
    bool again = me->unanswered_repeats > 0; /* some stacks step back to what they repeat */
    bool acknowledged = me->has_acked && s->seq == me->acked_to;
    if (mine->started && mine->bytes && smbt_seq_before(s->seq, mine->next) && !again && !acknowledged &&
        smbt_time_since(time, me->last_payload) >= IN_ORDER_AFTER)
        marks |= SMBT_RESET_OLD_SEQ;
    return marks;
}

static unsigned habit_marks(const smbt_sender *me, const smbt_segment *s, smbt_time time)
{
    unsigned marks = 0;
    if (me->learned < SMBT_RESET_KNOWN_FROM) return 0;
    if (!is_active(s)) return s->window ? SMBT_RESET_WINDOW : 0; /* RFC 9293 3.10.7.1 */
    if (out_of_series(me, s, time)) marks |= SMBT_RESET_IP_ID;
    if (s->has_ip_id && (s->dont_fragment ? !me->sets_df : !me->omits_df)) marks |= SMBT_RESET_DF;
    if (s->window && (s->window > 2u * me->window || s->window < me->window / 2u)) marks |= SMBT_RESET_WINDOW;
    if (me->has_stamps && !me->omits_stamps && !s->has_timestamp && !s->options_cut)
        marks |= SMBT_RESET_STAMPS;
    return marks;
}

static bool has_own_stamp(const smbt_sender *me, const smbt_segment *s, smbt_time time)
{
    if (!s->has_timestamp || !me->has_stamps) return false;
    smbt_duration passed = smbt_time_since(time, me->last_stamp.time);
    uint32_t ticks = s->tsval - me->last_stamp.value;
    return ticks <= passed / STAMP_TICK + STAMP_SLACK;
}

unsigned smbt_reset_marks(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                          smbt_time time)
{
    const smbt_sender *me = &t->sender[side];
    unsigned marks = ttl_marks(me, s->ttl) | habit_marks(me, s, time);
    if (other_mac(me, s)) marks |= SMBT_RESET_MAC;
    if (is_active(s)) marks |= number_marks(t, side, s, &half[side], time);
    if (has_own_stamp(me, s, time)) marks |= SMBT_RESET_IS_OWN;
    return marks;
}

/* ---- What comes after
 * -------------------------------------------------------------------------------------------- */

/* More resets in the same name, each further ahead: a host knows its own sequence number. */
static void note_guess(smbt_end_event *e, const smbt_sender *peer, const smbt_segment *s)
{
    if (!is_active(s) || s->ttl != e->ttl || !smbt_seq_before(e->guess, s->seq)) return;
    if (peer->last_has_ack && s->seq == peer->last_ack) return;
    e->guess = s->seq;
    if (++e->guesses >= 2) e->marks |= SMBT_RESET_GUESSES;
}

static void note_other_reset(smbt_track *t, unsigned side, bool named, const smbt_segment *s, uint64_t frame,
                             smbt_time time)
{
    smbt_end_event *e = &t->end;
    const smbt_sender *me = &t->sender[side];
    bool usual = s->ttl >= me->ttl_low && s->ttl <= me->ttl_high;
    if (named) {
        note_guess(e, &t->sender[1 - side], s);
        if (usual && e->foreign_ttl && !e->own_reset_frame) {
            e->own_reset_frame = frame;
            e->marks |= SMBT_RESET_OWN;
        }
    } else if (ttl_marks(me, s->ttl) && smbt_time_since(time, e->time) <= BOTH_WITHIN) {
        e->marks |= SMBT_RESET_BOTH;
        if (!e->both_frame) e->both_frame = frame;
    }
}

/* Bytes behind the RST and behind all that was sent before it, or an answer to bytes that the other side sent
 * after it: the host still had the connection. */
static void note_going_on(smbt_end_event *e, const smbt_segment *s, enum smbt_half_result result,
                          const smbt_half *theirs, uint64_t frame, smbt_time time)
{
    uint32_t end = s->seq + s->payload_len;
    uint32_t ended_at = smbt_seq_before(e->sent_to, e->seq) ? e->seq : e->sent_to;
    int32_t further = smbt_seq_diff(end, ended_at), acks = smbt_seq_diff(s->ack, e->peer_sent_to);
    bool sends = s->payload_len && (result == SMBT_HALF_NEW || result == SMBT_HALF_HELD) && further > 0 &&
                 further < TOO_FAR && smbt_time_since(time, e->time) >= NOT_REORDERED;
    /* A reset that acknowledges as much was not sent before. */
    bool sooner = e->has_ack && !smbt_seq_before(e->ack, s->ack);
    bool acknowledges = s->flags & SMBT_TCP_ACK && e->peer_started && acks > 0 && acks < TOO_FAR && !sooner &&
                        smbt_seq_diff(theirs->next, s->ack) >= 0;
    if ((sends || acknowledges) && !e->going_on_frame) e->going_on_frame = frame;
}

void smbt_reset_after(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                      const smbt_half half[2], uint64_t frame, smbt_time time)
{
    bool named = (side == 1) == (t->end.by == SMBT_SIDE_SERVER);
    if (s->flags & SMBT_TCP_RST)
        note_other_reset(t, side, named, s, frame, time);
    else if (named && !(s->flags & (SMBT_TCP_FIN | SMBT_TCP_SYN)))
        note_going_on(&t->end, s, result, &half[1 - side], frame, time);
}
