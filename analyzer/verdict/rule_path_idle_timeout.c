/* A device on the path forgot the connection while nothing was said on it (facts 7.7): the first segment
 * after the pause is dropped, or the device answers it by an RST of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Fewer repeats, or within less time, are an ordinary loss. */
#define REPEATS  3
#define AT_LEAST SMBT_SEC
/* A device answers by itself. */
#define AT_ONCE (500 * SMBT_MS)
/* Fewer segments of a side don't show which TTL is its own. */
#define TTL_KNOWN 3
/* A new connection that is answered this soon after the old one was given up. Below the time for which a live
 * verdict waits. */
#define RECONNECT (400 * SMBT_MS)

static smbt_duration pause_of(const smbt_case *c)
{
    const smbt_resumption *r = &c->subject.track->resumed;
    return r->set ? smbt_time_since(r->time, r->since) : 0;
}

/* The first segment after a pause had got no answer when the connection ended. */
static bool unanswered_after_pause(const smbt_case *c)
{
    const smbt_track *t = c->subject.track;
    const smbt_resumption *r = &t->resumed;
    const smbt_end_event *e = &t->end;
    if (!e->set || e->refused || c->one_sided || c->acks_filtered || !r->set) return false;
    if (r->frame == e->frame) return false;
    smbt_time peer = t->sender[1 - r->side].last;
    if (e->kind != SMBT_END_SILENCE)
        peer = (e->by == SMBT_SIDE_SERVER) == (r->side == 1) ? e->answered : e->heard;
    return peer != SMBT_TIME_NONE && peer < r->time;
}

/* The side that is said to have ended it has a reason of its own. */
static bool clock_fits(const smbt_case *c)
{
    enum smbt_timer timer =
        c->subject.track->end.by == SMBT_SIDE_SERVER ? SMBT_TIMER_AUTODISCONNECT : SMBT_TIMER_KEEP_CONN;
    return smbt_clock_find(c, timer, SMBT_SEC).clock != NULL;
}

static bool was_reset(const smbt_case *c)
{
    const smbt_track *t = c->subject.track;
    const smbt_end_event *e = &t->end;
    const smbt_sender *named = &t->sender[e->by == SMBT_SIDE_SERVER];
    return e->kind == SMBT_END_RST && (e->by == SMBT_SIDE_SERVER) != (t->resumed.side == 1) &&
           e->foreign_ttl && named->segments > TTL_KNOWN && smbt_time_since(e->time, e->answered) <= AT_ONCE;
}

/* After a short pause, only the plain answer of a stack that has no such connection, and no sign that the
 * host itself still had it. */
static bool pause_tells(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    return pause_of(c) >= SMBT_PATH_PAUSE || (e->answers && !e->continued && !e->going_on_frame);
}

bool smbt_path_idle_reset(const smbt_case *c)
{
    return unanswered_after_pause(c) && was_reset(c) && pause_tells(c) && !clock_fits(c);
}

/* The side that spoke first after the pause gave up. */
static bool was_dropped(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (e->tried_by != c->subject.track->resumed.side) return false;
    return (e->unanswered_repeats >= REPEATS && smbt_time_since(e->time, e->first_repeat) >= AT_LEAST) ||
           (e->unanswered_probes >= REPEATS && smbt_time_since(e->time, e->first_probe) >= AT_LEAST);
}

/* The client's next connection, which the server answered just after this one was given up. NULL: none. */
static const smbt_track *reconnect(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    const GPtrArray *conns = c->subject.conn->client->conns;
    if (e->kind == SMBT_END_SILENCE || e->by != SMBT_SIDE_CLIENT) return NULL;
    for (guint i = 0; i < conns->len && i < SMBT_ELSEWHERE_LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = other->server == c->subject.conn->server ? smbt_case_track(c, other) : NULL;
        if (t && t->syn_time != SMBT_TIME_NONE && t->syn_ack_seen && t->syn_time >= e->time &&
            smbt_time_since(t->syn_ack_time, e->time) <= RECONNECT)
            return t;
    }
    return NULL;
}

void smbt_verdict_idle_remedies(smbt_verdict *v)
{
    smbt_verdict_remedy(v, "Look for the timeout of idle TCP connections on the firewalls, NATs and load "
                           "balancers between the two, and raise it above the longest pause.");
    smbt_verdict_remedy(v, "Or have one side send keep-alives more often than that: KeepAliveTime on Windows "
                           "(2 hours by default), `socket options` or `keepalive` on Samba.");
    smbt_verdict_reference(v, "RFC 5382 5");
}

static void tell_pause(const smbt_case *c, smbt_verdict *v)
{
    const smbt_resumption *r = &c->subject.track->resumed;
    smbt_verdict_evidence(v, r->last_frame, "the last segment before the pause");
    smbt_verdict_evidence(v, r->frame, "the first one after %s: the %s had nothing to say for so long",
                          smbt_verdict_span(v, smbt_time_since(r->time, r->since)),
                          r->side ? "server" : "client");
    smbt_verdict_idle_remedies(v);
}

#define SHORT_PAUSE                                                                                          \
    "the timeout of the devices between the two: a pause of %s is shorter than they usually allow"

static void tell_reset(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_resumption *r = &c->subject.track->resumed;
    const smbt_sender *named = &c->subject.track->sender[e->by == SMBT_SIDE_SERVER];
    const char *side = smbt_side_name(e->by);
    bool long_enough = pause_of(c) >= SMBT_PATH_PAUSE;
    smbt_verdict_conclude(v, SMBT_CAUSE_PATH_IDLE_TIMEOUT, NULL,
                          !long_enough   ? SMBT_STRENGTH_POSSIBLE
                          : e->continued ? SMBT_STRENGTH_CONFIRMED
                                         : SMBT_STRENGTH_LIKELY);
    v->end.summary = smbt_verdict_text(
        v,
        "After a pause of %s the next segment was answered by a reset that names the %s, but came another "
        "way (TTL %u, not %u): a device on the path had forgotten the connection.",
        smbt_verdict_span(v, smbt_time_since(r->time, r->since)), side, e->ttl, named->ttl);
    tell_pause(c, v);
    smbt_verdict_evidence(v, e->frame, "the RST has TTL %u; the %s's other segments have %u", e->ttl, side,
                          named->ttl);
    if (!e->continued)
        smbt_verdict_missing(v, "a sign of the %s that it still had the connection: capture on its side",
                             side);
    if (!long_enough) smbt_verdict_missing(v, SHORT_PAUSE, smbt_verdict_span(v, pause_of(c)));
}

static void tell_dropped(const smbt_case *c, smbt_verdict *v, const smbt_track *next)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_resumption *r = &c->subject.track->resumed;
    bool elsewhere = c->elsewhere.frame != 0, long_enough = pause_of(c) >= SMBT_PATH_PAUSE;
    smbt_verdict_conclude(v, SMBT_CAUSE_PATH_IDLE_TIMEOUT, NULL,
                          elsewhere && !c->gap_before_end && long_enough && !clock_fits(c)
                              ? SMBT_STRENGTH_LIKELY
                              : SMBT_STRENGTH_POSSIBLE);
    v->end.summary = smbt_verdict_text(
        v,
        "After a pause of %s the %s sent again, and nothing got through on this connection any more, while "
        "%s: a device on the path had forgotten it.",
        smbt_verdict_span(v, smbt_time_since(r->time, r->since)), r->side ? "server" : "client",
        elsewhere ? "another one between the two was answered" : "a new one was answered at once");
    tell_pause(c, v);
    if (e->unanswered_repeats >= REPEATS)
        smbt_verdict_evidence(v, e->first_repeat_frame, "first of %u retransmissions without an answer",
                              e->unanswered_repeats);
    else
        smbt_verdict_evidence(v, e->first_probe_frame, "first of %u keep-alive probes without an answer",
                              e->unanswered_probes);
    if (elsewhere)
        smbt_verdict_evidence(v, c->elsewhere.frame, "meanwhile the %s is heard on the connection of %s",
                              r->side ? "client" : "server", smbt_verdict_endpoint(v, &c->elsewhere.client));
    else
        smbt_verdict_evidence(v, next->syn_frame, "the client's next connection, answered at once");
    smbt_verdict_evidence(v, e->frame, "the last segment of the connection");
    if (!elsewhere)
        smbt_verdict_missing(v, "whether anything else passed between the two while the retransmissions did "
                                "not: the path may just have come back");
    else if (c->gap_before_end)
        smbt_verdict_missing(v, "bytes of this connection just before its end: the capture has a gap there");
    if (!long_enough) smbt_verdict_missing(v, SHORT_PAUSE, smbt_verdict_span(v, pause_of(c)));
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    if (!unanswered_after_pause(c)) return false;
    if (smbt_path_idle_reset(c)) {
        tell_reset(c, v);
        return true;
    }
    if (!was_dropped(c)) return false;
    const smbt_track *next = c->elsewhere.frame ? NULL : reconnect(c);
    if (!c->elsewhere.frame && (!next || pause_of(c) < SMBT_PATH_PAUSE || clock_fits(c))) return false;
    tell_dropped(c, v, next);
    return true;
}

const smbt_rule smbt_rule_path_idle_timeout = {.id = "path-idle-timeout", .explain = explain};
