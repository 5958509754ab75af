/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/aftermath.h"

#include "observe/reset.h"
#include "stream/seq.h"

/* What comes so long after an RST was not sent before it. */
#define NOT_REORDERED (10 * SMBT_MS)
/* Nor was it on its way, on any path in use. */
#define LONG_AFTER (1 * SMBT_SEC)
/* An acknowledgment of nothing new, so soon after an RST, answers it. */
#define ANSWERS_WITHIN (1 * SMBT_SEC)
/* A host that has no connection answers that in turn, within this time. */
#define DENIES_WITHIN (500 * SMBT_MS)
/* One that did not by then has it. */
#define UNDENIED_AFTER (2 * SMBT_SEC)
/* Further off, a number is of another connection. */
#define TOO_FAR (1 << 24)

static unsigned named_side(const smbt_end_event *e)
{
    return e->by == SMBT_SIDE_SERVER;
}

void smbt_aftermath_begin(smbt_track *t, unsigned side)
{
    const smbt_end_event *e = &t->end;
    t->after = (smbt_aftermath){
        .reach = {
            [0] = side == 0 ? e->sent_to : e->peer_sent_to, [1] = side == 1 ? e->sent_to : e->peer_sent_to}};
    for (int i = 0; i < 2; i++) {
        const smbt_sender *s = &t->sender[i];
        t->after.ip_id[i] = s->ids.last;
        t->after.window[i] = s->window;
        t->after.ack[i] = s->usual_ack;
        t->after.has_ack[i] = s->has_usual_ack;
    }
}

static bool is_near(const smbt_half *h, uint32_t seq)
{
    if (!h->started || h->bytes == 0) return true;
    int32_t off = smbt_seq_diff(seq, h->next);
    return off > -TOO_FAR && off < TOO_FAR;
}

/* ---- What one segment says of its own sender
 * ---------------------------------------------------------------------- */

/* Bytes that were not sent before the RST. One that stands further ahead than they do, and is the host's, may
 * have been sent behind them and captured before. */
static bool sends_more(const smbt_track *t, unsigned side, const smbt_segment *s,
                       enum smbt_half_result result, smbt_duration since)
{
    const smbt_end_event *e = &t->end;
    bool is_new =
        s->payload_len ? result == SMBT_HALF_NEW || result == SMBT_HALF_HELD : (s->flags & SMBT_TCP_FIN) != 0;
    uint32_t to = s->seq + s->payload_len + (s->flags & SMBT_TCP_FIN ? 1 : 0);
    int32_t further = smbt_seq_diff(to, t->after.reach[side]);
    if (!is_new || further <= 0 || further >= TOO_FAR) return false;
    if (side != named_side(e)) return since >= LONG_AFTER; /* it may have been on its way */
    return since >= LONG_AFTER || (since >= NOT_REORDERED && smbt_seq_before(e->seq, to));
}

/* The RST that ended it is not as its receiver expects it, or not as its sender's others. */
static bool is_odd(const smbt_end_event *e)
{
    unsigned odd = e->marks & (SMBT_RESET_PATH | SMBT_RESET_TTL | SMBT_RESET_STACK);
    return e->unexpected || (!(e->marks & SMBT_RESET_IS_OWN) && (e->foreign_ttl || odd));
}

/* An RST whose numbers are those of the segment that it answers: some systems and load balancers send such
 * ones for what they have no connection for. After an RST that its receiver would have obeyed, had it not got
 * lost, it is no sign of one. */
static bool echoes(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half *theirs)
{
    const smbt_sender *peer = &t->sender[1 - side];
    bool of_all = s->ack == theirs->next || s->ack == theirs->next + 1; /* a FIN */
    return s->flags & SMBT_TCP_RST && peer->has_usual_ack && s->seq == peer->usual_ack && of_all &&
           !is_odd(&t->end);
}

/* Of bytes that the other side sent after the RST. */
static bool acknowledges_more(const smbt_track *t, unsigned side, const smbt_segment *s,
                              const smbt_half *theirs, smbt_duration since)
{
    if (!(s->flags & SMBT_TCP_ACK) || !theirs->started || since < NOT_REORDERED) return false;
    if (echoes(t, side, s, theirs)) return false;
    /* One more: a FIN. */
    int32_t more = smbt_seq_diff(s->ack, t->after.reach[1 - side]);
    return more > 0 && more < TOO_FAR && smbt_seq_diff(s->ack, theirs->next) <= 1;
}

/* A probe or an acknowledgment, where the side stands. Without IP IDs one such segment may be of before the
 * RST, captured once more. */
static bool stands_there(smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                         smbt_duration since)
{
    const smbt_half *mine = &half[side], *theirs = &half[1 - side];
    if (!mine->started || !theirs->started || since < LONG_AFTER || s->flags & SMBT_TCP_FIN) return false;
    bool probe = s->payload_len <= 1 && s->seq == mine->next - 1;
    bool bare = s->payload_len == 0 && s->seq == mine->next && s->flags & SMBT_TCP_ACK;
    if (!(probe || bare) || smbt_seq_before(s->ack, theirs->next)) return false;
    unsigned needed = s->has_ip_id && s->ip_id != 0 && s->ip_id != t->after.ip_id[side] ? 1 : 2;
    return ++t->after.signs[side] >= needed;
}

/* Of a side whose segments are not in the capture: the other one acknowledges more and more of it. */
static bool tells_of_peer(const smbt_track *t, unsigned side, const smbt_segment *s, smbt_duration since)
{
    const smbt_aftermath *a = &t->after;
    return t->sender[1 - side].segments == 0 && s->flags & SMBT_TCP_ACK && since >= LONG_AFTER &&
           a->has_ack[side] && smbt_seq_before(a->ack[side], s->ack) &&
           smbt_seq_diff(s->ack, a->ack[side]) < TOO_FAR;
}

/* ---- The answer to an RST at a number that is not expected
 * -------------------------------------------------------- */

static void note_challenge(smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                           uint64_t frame, smbt_time sent, smbt_duration since)
{
    const smbt_end_event *e = &t->end;
    smbt_aftermath *a = &t->after;
    bool again = s->flags == SMBT_TCP_ACK && s->payload_len == 0 && a->has_ack[side] &&
                 s->ack == a->ack[side] && half[side].started && s->seq == half[side].next;
    if (side == named_side(e) || a->challenge_frame || !again || since > ANSWERS_WITHIN) return;
    /* It would have obeyed; or it just makes more room. */
    if (!e->unexpected || e->seq == s->ack || s->window != a->window[side]) return;
    a->challenge_frame = frame;
    a->challenge_time = sent;
    a->challenge_ack = s->ack;
}

/* Whether a later close, of a side that has it as its own, shows that the RST had ended nothing: its receiver
 * had said that it does not take it, and nobody had denied that. */
static bool closes_later(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                         smbt_duration since, smbt_time sent)
{
    const smbt_aftermath *a = &t->after;
    if (!a->challenge_frame || since < LONG_AFTER || smbt_time_since(sent, a->challenge_time) < DENIES_WITHIN)
        return false;
    if (!(s->flags & SMBT_TCP_ACK) || !half[side].started || s->seq != half[side].next) return false;
    return !smbt_reset_is_foreign_ttl(&t->sender[side], s->ttl);
}

/* ---- All of it
 * ---------------------------------------------------------------------------------------------------- */

static void note_alive(smbt_aftermath *a, unsigned side, uint64_t frame)
{
    if (!a->alive_frame[side]) a->alive_frame[side] = frame;
}

static void take_reset(smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                       uint64_t frame, smbt_time sent)
{
    smbt_aftermath *a = &t->after;
    unsigned named = named_side(&t->end);
    if (closes_later(t, side, s, half, smbt_time_since(sent, t->end.time), sent)) {
        note_alive(a, named, frame);
        note_alive(a, 1 - named, a->challenge_frame);
        return;
    }
    bool foreign = smbt_reset_is_foreign_ttl(&t->sender[side], s->ttl);
    /* A connection that is there is reset by its own numbers. */
    if (!foreign && acknowledges_more(t, side, s, &half[1 - side], smbt_time_since(sent, t->end.time)))
        note_alive(a, side, frame);
    else if (side == named)
        a->more_resets++;
    else if (!foreign)
        a->peer_reset = true;
    /* A system's answer to what it has no connection for. */
    if (side == named && !foreign && !(s->flags & SMBT_TCP_ACK)) a->denied = true;
}

void smbt_aftermath_segment(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                            const smbt_half half[2], uint64_t frame, smbt_time sent)
{
    smbt_aftermath *a = &t->after;
    smbt_duration since = smbt_time_since(sent, t->end.time);
    if (s->flags & SMBT_TCP_SYN || t->end.refused || !is_near(&half[side], s->seq)) return;
    if (s->flags & SMBT_TCP_RST) {
        take_reset(t, side, s, half, frame, sent);
        return;
    }
    note_challenge(t, side, s, half, frame, sent, since);
    if (sends_more(t, side, s, result, since) || acknowledges_more(t, side, s, &half[1 - side], since) ||
        stands_there(t, side, s, half, since))
        note_alive(a, side, frame);
    if (tells_of_peer(t, side, s, since)) note_alive(a, 1 - side, frame);
    if (since < LONG_AFTER && s->flags & SMBT_TCP_ACK && smbt_seq_before(a->ack[side], s->ack))
        a->ack[side] = s->ack;
    if (since < NOT_REORDERED && half[side].started && smbt_seq_before(a->reach[side], half[side].next))
        a->reach[side] = half[side].next;
}

bool smbt_aftermath_is_ignored(const smbt_track *t)
{
    const smbt_aftermath *a = &t->after;
    return t->end.set && t->end.kind == SMBT_END_RST && !t->end.refused && t->established && !a->denied &&
           !a->peer_reset && a->alive_frame[0] && a->alive_frame[1];
}

bool smbt_aftermath_is_undenied(const smbt_track *t, smbt_time now)
{
    const smbt_aftermath *a = &t->after;
    const smbt_end_event *e = &t->end;
    return e->set && e->kind == SMBT_END_RST && t->established && a->challenge_frame && !a->peer_reset &&
           a->more_resets == 0 && !a->later.set && t->sender[named_side(e)].learned > 0 &&
           smbt_time_since(now, a->challenge_time) >= UNDENIED_AFTER;
}

bool smbt_aftermath_is_wary(const smbt_track *t)
{
    const smbt_end_event *e = &t->end;
    if (!e->set || e->kind != SMBT_END_RST || e->refused || !t->established || t->after.peer_reset)
        return false;
    return t->after.challenge_frame || is_odd(e);
}

bool smbt_aftermath_undo(smbt_track *t)
{
    smbt_aftermath *a = &t->after;
    t->end = a->later;
    *a = (smbt_aftermath){0};
    return t->end.set;
}
