/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/half.h"

#include "stream/seq.h"

#include <string.h>

/* Further off than any window in use: the numbers belong to something else, or the capture paused. */
#define TOO_FAR (1 << 28)

struct held {
    uint32_t seq, len, captured;
    uint64_t frame;
    smbt_time time;
    uint8_t *data;
};

void smbt_half_clear(smbt_half *h, smbt_reorder_budget *budget)
{
    if (h->held) {
        for (guint i = 0; i < h->held->len; i++)
            g_free(g_array_index(h->held, struct held, i).data);
        g_array_unref(h->held);
        h->held = NULL;
    }
    budget->used -= h->held_bytes;
    h->held_bytes = 0;
    smbt_framer_clear(&h->framer);
}

void smbt_half_syn(smbt_half *h, uint32_t seq)
{
    h->started = true;
    h->next = h->origin = seq + 1;
    smbt_framer_init(&h->framer, true);
}

static void start_anywhere(smbt_half *h, uint32_t seq)
{
    h->started = true;
    h->next = h->origin = seq;
    smbt_framer_init(&h->framer, false);
}

/* Feeds a segment that begins at or before `next` and ends behind it. */
static void feed(smbt_half *h, uint32_t seq, const uint8_t *data, uint32_t captured, uint32_t len,
                 uint64_t frame, smbt_time time, smbt_message_fn fn, void *user)
{
    uint32_t old = h->next - seq;
    uint32_t old_captured = MIN(old, captured);
    h->next = seq + len;
    h->bytes += len - old;
    const uint8_t *rest = old_captured ? data + old_captured : data; /* data may be NULL */
    smbt_framer_feed(&h->framer, rest, captured - old_captured, len - old, frame, time, fn, user);
}

static void note_gap(smbt_half *h, uint64_t frame, smbt_time time)
{
    if (h->gaps++ == 0) {
        h->first_gap_frame = frame;
        h->first_gap = time;
    }
    h->last_gap = time;
}

static void pass_gap(smbt_half *h, uint32_t to, bool certain, uint64_t frame, smbt_time time,
                     smbt_message_fn fn, void *user)
{
    uint32_t len = to - h->next;
    h->next = to;
    if (certain) {
        h->gap_bytes += len;
        note_gap(h, frame, time);
    } else {
        h->passed_bytes += len;
    }
    smbt_framer_gap(&h->framer, len, frame, time, fn, user);
}

static void drop_first_held(smbt_half *h, smbt_reorder_budget *budget)
{
    struct held *s = &g_array_index(h->held, struct held, 0);
    h->held_bytes -= s->captured;
    budget->used -= s->captured;
    g_free(s->data);
    g_array_remove_index(h->held, 0);
}

/* Delivers held segments for as long as they follow; `give_up` passes over the hole before the first of them.
 */
static void drain(smbt_half *h, smbt_reorder_budget *budget, bool give_up, uint64_t frame, smbt_time time,
                  smbt_message_fn fn, void *user)
{
    while (h->held && h->held->len > 0) {
        struct held s = g_array_index(h->held, struct held, 0);
        bool behind_hole = smbt_seq_before(h->next, s.seq);
        if (behind_hole) {
            bool harmless = h->framer.state == SMBT_FRAMER_LOST || s.seq - h->next <= h->framer.skip;
            bool acked = h->has_acked && !smbt_seq_before(h->acked, s.seq);
            if (!give_up && !harmless && !acked) return;
            pass_gap(h, s.seq, give_up || acked, frame, time, fn, user);
            give_up = false;
        }
        if (smbt_seq_before(h->next, s.seq + s.len))
            feed(h, s.seq, s.data, s.captured, s.len, s.frame, s.time, fn, user);
        drop_first_held(h, budget);
    }
}

/* Keeps a segment for later. False when a cap forbids it. */
static bool hold(smbt_half *h, smbt_reorder_budget *budget, const struct held *segment, const uint8_t *data)
{
    if (h->held_bytes + segment->captured > budget->per_half ||
        budget->used + segment->captured > budget->total || (h->held && h->held->len >= SMBT_HALF_MAX_HELD)) {
        budget->refused++;
        return false;
    }
    if (!h->held) h->held = g_array_new(FALSE, FALSE, sizeof(struct held));
    guint at = h->held->len;
    for (; at > 0; at--) {
        const struct held *other = &g_array_index(h->held, struct held, at - 1);
        if (other->seq == segment->seq && other->len >= segment->len) return true;
        if (smbt_seq_before(other->seq, segment->seq)) break;
    }
    struct held s = *segment;
    s.data = g_memdup2(data, s.captured);
    g_array_insert_val(h->held, at, s);
    h->held_bytes += s.captured;
    budget->used += s.captured;
    return true;
}

/* Two segments in a row at a far place: the stream goes on there. */
static bool is_new_place(smbt_half *h, uint32_t seq, uint32_t len)
{
    bool follows = h->stray && seq == h->stray_next;
    h->stray = true;
    h->stray_next = seq + len;
    return follows;
}

static void restart(smbt_half *h, smbt_reorder_budget *budget, uint32_t seq, uint64_t frame, smbt_time time)
{
    smbt_half_clear(h, budget);
    h->has_acked = false;
    h->passed_bytes = 0;
    note_gap(h, frame, time);
    start_anywhere(h, seq);
}

enum smbt_half_result smbt_half_segment(smbt_half *h, smbt_reorder_budget *budget, uint32_t seq,
                                        const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                                        smbt_time time, smbt_message_fn fn, void *user)
{
    if (!h->started) start_anywhere(h, seq);
    int32_t ahead = smbt_seq_diff(seq, h->next);
    if (len <= 1 && ahead == -1) return SMBT_HALF_KEEPALIVE;
    if (len == 0) return SMBT_HALF_EMPTY;
    if (ahead > TOO_FAR || ahead < -TOO_FAR) {
        if (!is_new_place(h, seq, len)) return SMBT_HALF_STRAY;
        restart(h, budget, seq, frame, time);
        ahead = 0;
    }
    h->stray = false;
    if (ahead <= 0) {
        if (!smbt_seq_before(h->next, seq + len)) {
            if (h->passed_bytes >= len) {
                h->passed_bytes -= len;
                return SMBT_HALF_LATE;
            }
            h->retransmissions++;
            return SMBT_HALF_OLD;
        }
        feed(h, seq, data, captured, len, frame, time, fn, user);
        if (h->held && h->held->len > 0) drain(h, budget, false, frame, time, fn, user);
        return SMBT_HALF_NEW;
    }
    struct held segment = {.seq = seq, .len = len, .captured = captured, .frame = frame, .time = time};
    if (!hold(h, budget, &segment, data)) {
        if (h->held && h->held->len > 0 && smbt_seq_before(g_array_index(h->held, struct held, 0).seq, seq)) {
            /* The first hole is given up; then there is room, or there are fewer holes before this one. */
            drain(h, budget, true, frame, time, fn, user);
            return smbt_half_segment(h, budget, seq, data, captured, len, frame, time, fn, user);
        }
        pass_gap(h, seq, true, frame, time, fn, user);
        feed(h, seq, data, captured, len, frame, time, fn, user);
        drain(h, budget, false, frame, time, fn, user);
        return SMBT_HALF_NEW;
    }
    drain(h, budget, false, frame, time, fn, user);
    return smbt_seq_before(h->next, seq + len) ? SMBT_HALF_HELD : SMBT_HALF_NEW;
}

void smbt_half_ack(smbt_half *h, smbt_reorder_budget *budget, uint32_t ack, uint64_t frame, smbt_time time,
                   smbt_message_fn fn, void *user)
{
    if (h->has_acked && !smbt_seq_before(h->acked, ack)) return;
    h->has_acked = true;
    h->acked = ack;
    if (h->held && h->held->len > 0) drain(h, budget, false, frame, time, fn, user);
}
