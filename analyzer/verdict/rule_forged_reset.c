/* The RST did not come from the host that it names (facts 7.6).
 *
 * One odd thing about an RST is no proof: routes change, and some systems make RSTs by hand. Two kinds of
 * marks are kept apart: the way that the RST came (TTL, Ethernet address), of which one change of the route
 * explains all, and what its sender knew and does (numbers, IP ID, options), which no route changes.
 *
 *   confirmed  the host goes on with the connection, and the way or the numbers of the RST are not its own;
 *              or the resets guess sequence numbers, and came another way
 *   likely     the host goes on; or one mark of each kind; or guesses with another mark of their sender;
 *              never more when the RST is the first that is seen after a pause: what it answers may be
 * missing nothing    marks of one kind only; windows and missing timestamps count for nothing by themselves,
 * since Windows and Linux make such resets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "observe/reset.h"

/* So many connections of the client are looked through for the host's other segments. */
#define COMPARED_MAX 128

static const smbt_sender *named_by(const smbt_track *t, enum smbt_side side)
{
    return &t->sender[side == SMBT_SIDE_SERVER];
}

/* The host has this TTL on another connection. */
static bool has_ttl_elsewhere(const smbt_case *c)
{
    const smbt_conn *me = c->subject.conn;
    const smbt_end_event *e = &c->subject.track->end;
    const GPtrArray *conns = me->client->conns;
    for (guint i = 0; i < conns->len && i < COMPARED_MAX; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other == me || (e->by == SMBT_SIDE_SERVER && other->server != me->server)) continue;
        const smbt_track *t = smbt_case_track(c, other);
        const smbt_sender *s = t ? named_by(t, e->by) : NULL;
        if (s && s->learned && e->ttl >= s->ttl_low && e->ttl <= s->ttl_high) return true;
    }
    return false;
}

static unsigned marks_of(const smbt_case *c)
{
    unsigned marks = c->subject.track->end.marks;
    if (marks & (SMBT_RESET_HOPS | SMBT_RESET_TTL) && has_ttl_elsewhere(c))
        marks &= ~(unsigned)(SMBT_RESET_HOPS | SMBT_RESET_TTL | SMBT_RESET_OWN);
    return marks;
}

bool smbt_reset_is_doubtful(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (e->kind != SMBT_END_RST || e->marks & SMBT_RESET_IS_OWN) return false;
    unsigned numbers = SMBT_RESET_OLD_ACK | SMBT_RESET_OLD_SEQ;
    return e->foreign_ttl || e->marks & SMBT_RESET_GUESSES || (e->marks & numbers) == numbers;
}

/* A receiver may ignore an RST at another number than it expects (RFC 5961 3.2), and then nothing ended: that
 * it obeyed shows when it answers the host by a reset of its own, or no more at all. */
static bool may_be_ignored(const smbt_case *c)
{
    const smbt_track *t = c->subject.track;
    return t->end.unexpected && !t->after.peer_reset && named_by(t, t->end.by)->unanswered_repeats < 2;
}

static enum smbt_strength weigh(const smbt_case *c, unsigned marks)
{
    const smbt_end_event *e = &c->subject.track->end;
    bool another_way = marks & SMBT_RESET_PATH;
    unsigned numbers = marks & (SMBT_RESET_OLD_ACK | SMBT_RESET_OLD_SEQ);
    bool guesses = marks & SMBT_RESET_GUESSES;
    const smbt_resumption *resumed = &c->subject.track->resumed;
    bool after_pause = resumed->set && resumed->frame == e->frame;
    if (e->going_on_frame)
        return (another_way || numbers || guesses) && !after_pause ? SMBT_STRENGTH_CONFIRMED
                                                                   : SMBT_STRENGTH_LIKELY;
    if (marks & SMBT_RESET_IS_OWN) return SMBT_STRENGTH_NONE;
    if (guesses && another_way && !after_pause) return SMBT_STRENGTH_CONFIRMED;
    bool likely = (another_way && (marks & SMBT_RESET_STACK || e->continued)) ||
                  (guesses && (numbers || marks & (SMBT_RESET_IP_ID | SMBT_RESET_DF | SMBT_RESET_BOTH)));
    if (!likely) return SMBT_STRENGTH_NONE;
    return c->gap_before_end && !e->continued ? SMBT_STRENGTH_POSSIBLE : SMBT_STRENGTH_LIKELY;
}

static void tell_way(const smbt_case *c, smbt_verdict *v, unsigned marks, const char *side)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_sender *named = named_by(c->subject.track, e->by);
    if (marks & (SMBT_RESET_HOPS | SMBT_RESET_TTL)) {
        if (named->ttl_low == named->ttl_high)
            smbt_verdict_evidence(v, e->frame, "the RST has TTL %u; the %s's other segments have %u", e->ttl,
                                  side, named->ttl_low);
        else
            smbt_verdict_evidence(v, e->frame, "the RST has TTL %u; the %s's other segments have %u to %u",
                                  e->ttl, side, named->ttl_low, named->ttl_high);
    }
    if (marks & SMBT_RESET_MAC)
        smbt_verdict_evidence(v, e->frame, "another Ethernet address handed it over than the %s's segments",
                              side);
}

static void tell_numbers(const smbt_end_event *e, smbt_verdict *v, unsigned marks, const char *side)
{
    if (marks & SMBT_RESET_OLD_ACK)
        smbt_verdict_evidence(v, e->frame,
                              "it acknowledges less than the %s had acknowledged before: its sender had not "
                              "seen all that the %s had",
                              side, side);
    if (marks & SMBT_RESET_OLD_SEQ)
        smbt_verdict_evidence(v, e->frame, "its sequence number lies %u bytes behind what the %s had sent",
                              e->sent_to - e->seq, side);
    if (marks & SMBT_RESET_GUESSES)
        smbt_verdict_evidence(v, e->frame,
                              "first of %u resets, each with a higher sequence number: the %s knows its own",
                              e->guesses + 1, side);
}

static void tell_habits(const smbt_case *c, smbt_verdict *v, unsigned marks, const char *side)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_sender *named = named_by(c->subject.track, e->by);
    if (marks & SMBT_RESET_IP_ID)
        smbt_verdict_evidence(v, e->frame, "its IP ID is 0x%04x; the %s counts, and had come to 0x%04x",
                              e->ip_id, side, e->own_ip_id);
    if (marks & SMBT_RESET_DF)
        smbt_verdict_evidence(v, e->frame,
                              named->sets_df ? "it lacks the DF bit that all else of the %s has"
                                             : "it has the DF bit, which nothing else of the %s has",
                              side);
    if (marks & SMBT_RESET_WINDOW)
        smbt_verdict_evidence(v, e->frame, "its window is %u; the %s's was %u", e->window, side,
                              e->own_window);
    if (marks & SMBT_RESET_STAMPS)
        smbt_verdict_evidence(v, e->frame, "it has no TCP timestamp; all else of the %s has one", side);
}

static void tell_after(const smbt_end_event *e, smbt_verdict *v, unsigned marks, const char *side)
{
    const char *other = e->by == SMBT_SIDE_SERVER ? "client" : "server";
    if (marks & SMBT_RESET_BOTH)
        smbt_verdict_evidence(v, e->both_frame, "a reset in the name of the %s, which came another way too",
                              other);
    if (marks & SMBT_RESET_OWN)
        smbt_verdict_evidence(v, e->own_reset_frame, "the %s's own kind of reset, with its usual TTL", side);
    if (e->going_on_frame)
        smbt_verdict_evidence(v, e->going_on_frame, "the %s goes on with the connection", side);
}

static const char *summary_of(const smbt_end_event *e, smbt_verdict *v, const smbt_sender *named,
                              unsigned marks, const char *side)
{
    bool went_on = e->going_on_frame || e->continued;
    if (marks & SMBT_RESET_HOPS)
        return smbt_verdict_text(
            v, "The reset names the %s as its sender, but it came another way (TTL %u, not %u)%s", side,
            e->ttl, e->ttl < named->ttl_low ? named->ttl_low : named->ttl_high,
            went_on ? smbt_verdict_text(v, ", and the %s went on sending.", side)
                    : " and was made by another machine.");
    return smbt_verdict_text(v, "The reset names the %s as its sender, but %s.", side,
                             went_on ? smbt_verdict_text(v, "the %s went on with the connection", side)
                                     : "another machine made it");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_track *t = c->subject.track;
    const smbt_end_event *e = &t->end;
    if (!e->set || e->kind != SMBT_END_RST || e->refused || smbt_path_idle_reset(c)) return false;
    unsigned marks = marks_of(c);
    enum smbt_strength strength = weigh(c, marks);
    if (strength == SMBT_STRENGTH_NONE) return false;
    if (c->acks_filtered) strength = MIN(strength, SMBT_STRENGTH_LIKELY); /* it may be a router's own */
    if (may_be_ignored(c)) strength = MIN(strength, SMBT_STRENGTH_LIKELY);
    const char *side = smbt_side_name(e->by);
    smbt_verdict_conclude(v, SMBT_CAUSE_FORGED_RESET, NULL, strength);
    v->end.summary = summary_of(e, v, named_by(t, e->by), marks, side);
    tell_way(c, v, marks, side);
    tell_numbers(e, v, marks, side);
    tell_habits(c, v, marks, side);
    tell_after(e, v, marks, side);
    if (strength == SMBT_STRENGTH_POSSIBLE)
        smbt_verdict_missing(v, "bytes of this connection just before its end: the capture has a gap there");
    else if (strength == SMBT_STRENGTH_LIKELY && !e->going_on_frame && !e->continued)
        smbt_verdict_missing(v, "a sign of the %s that it still had the connection: capture on its side",
                             side);
    if (may_be_ignored(c))
        smbt_verdict_missing(
            v, "a sign that the %s obeyed: the number of the RST is not the one that it expected",
            e->by == SMBT_SIDE_SERVER ? "client" : "server");
    smbt_verdict_remedy(
        v, "Look for a firewall, intrusion prevention system or load balancer on the path that resets "
           "connections, and at its log for this time.");
    smbt_verdict_reference(v, "RFC 3360");
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_sender *named = named_by(c->subject.track, e->by);
    const char *side = smbt_side_name(e->by);
    if (e->kind != SMBT_END_RST || e->foreign_ttl || named->learned < 3) return;
    if (e->marks & SMBT_RESET_IS_OWN)
        smbt_verdict_rule_out(v, SMBT_CAUSE_FORGED_RESET, "it has the %s's TCP timestamp", side);
    else if (e->ttl == named->ttl_low && e->ttl == named->ttl_high)
        smbt_verdict_rule_out(v, SMBT_CAUSE_FORGED_RESET, "its TTL is %u, as in the %s's other segments",
                              e->ttl, side);
}

const smbt_rule smbt_rule_forged_reset = {.id = "forged-reset", .explain = explain, .rule_out = rule_out};
