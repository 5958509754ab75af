/* Several servers close their connections after the same silence (facts 2.5).
 *
 * One server that closes an idle connection proves nothing about its clock, and of many a product no clock is
 * known. When servers that have nothing else in common do it after the same time, they have that clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_copy.h"
#include "stream/seq.h"
#include "verdict/verdict.h"

/* What a client sends so shortly before may cross the server's close on its way. */
#define ON_ITS_WAY SMBT_SEC

/* Requests are in flight that the server had not received when it closed: its last acknowledgment says so. */
static bool crossed(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    return c->in_flight_count && e->has_ack && e->peer_started && smbt_seq_before(e->ack, e->peer_sent_to) &&
           smbt_time_since(e->time, c->in_flight[0].time) <= ON_ITS_WAY;
}

/* What ran out within the last moment may be just about to end. */
#define OUTLIVED_BY (2 * SMBT_SEC)
/* Connections that are looked through, the youngest first. */
#define LOOKED_AT 256
/* A server that drops a connection for a new one of the same client does so at once. */
#define JUST_OPENED (2 * SMBT_SEC)

/* The same host, as far as can be told, had just come anew: the server may have dropped this connection for
 * that one, and the silence is how often such a client comes. */
static bool came_anew(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    const GPtrArray *conns = conn->client->conns;
    smbt_time end = c->subject.track->end.time;
    smbt_host_view mine = smbt_case_host(conn, c->subject.track);
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = smbt_case_track(c, other);
        if (!t || other == conn || other->server != conn->server || !other->from_start ||
            other->opened > end || smbt_time_since(end, other->opened) > JUST_OPENED)
            continue;
        smbt_host_view theirs = smbt_case_host(other, t);
        if (smbt_hosts_relation(&mine, &theirs) != SMBT_HOST_DIFFERENT) return true;
    }
    return false;
}

static smbt_time last_word(const smbt_case *c)
{
    const smbt_sender *s = c->subject.track->sender;
    return c->in_flight_count ? s[1].last_payload : MAX(s[0].last_payload, s[1].last_payload);
}

bool smbt_closed_in_silence(const smbt_case *c, smbt_duration *ret_length)
{
    const smbt_track *t = c->subject.track;
    const smbt_conn *conn = c->subject.conn;
    if (t->end.by != SMBT_SIDE_SERVER || !smbt_ended_by_side(c) || c->gap_before_end) return false;
    if (!smbt_conn_holds_nothing(conn) || conn->opens_unsure || (c->in_flight_count && !crossed(c)))
        return false;
    /* Each side has said something. */
    if (t->sender[0].last_payload == SMBT_TIME_NONE || t->sender[1].last_payload == SMBT_TIME_NONE)
        return false;
    *ret_length = smbt_time_since(t->end.time, last_word(c));
    return *ret_length >= SMBT_SILENCE_LEAST && !came_anew(c) && !smbt_zero_vc_near(c);
}

/* A clock that the profile or the user names is better known. */
static bool has_clock_of_its_own(const smbt_case *c)
{
    smbt_clock_match m = smbt_clock_find(c, SMBT_TIMER_AUTODISCONNECT, SMBT_SEC);
    return m.clock && !m.measured;
}

/* A connection of this server on which nothing happens either, for longer, and which it keeps. */
static bool keeps_another(const smbt_case *c, smbt_duration value)
{
    const GPtrArray *conns = c->subject.conn->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = smbt_case_track(c, other);
        if (!t || t->end.set || !t->established || !other->from_start || other->pairing.count ||
            other->opens_unsure || !smbt_conn_holds_nothing(other))
            continue;
        smbt_time a = t->sender[0].last_payload, b = t->sender[1].last_payload;
        if (a != SMBT_TIME_NONE && b != SMBT_TIME_NONE &&
            smbt_time_since(c->now, MAX(a, b)) > value + OUTLIVED_BY)
            return true;
    }
    return false;
}

static bool was_outlived(const smbt_case *c, smbt_duration value)
{
    if (keeps_another(c, value)) return true;
    return smbt_measures_longest_outlived(&c->belief->measures, SMBT_TIMER_AUTODISCONNECT) > value + SMBT_SEC;
}

/* From among the clients another host's session setups may come as regularly, by a loop over these servers.
 */
static enum smbt_strength strength_of(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    bool whole = conn->from_start && conn->last_request != SMBT_TIME_NONE;
    return whole && !smbt_zero_vc_unseen(c) ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_POSSIBLE;
}

/* How many of those that agree had nobody logged on: they tell what the connections were for. */
static const char *nobody_on(smbt_verdict *v, const smbt_silence_clock *clock)
{
    unsigned nobody = clock->ends - clock->logged_on;
    if (nobody == 0) return "";
    if (clock->logged_on == 0) return " Nobody had logged on to any of them.";
    return smbt_verdict_text(v, " Nobody had logged on to %u of the %u connections.", nobody, clock->ends);
}

static void conclude(const smbt_case *c, smbt_verdict *v, const smbt_silence_clock *clock)
{
    const smbt_conn *conn = c->subject.conn;
    const char *value = smbt_verdict_span(v, clock->value);
    bool dialect = conn->dialect != NULL;
    if (conn->logged_on)
        smbt_verdict_conclude(v, SMBT_CAUSE_SERVER_IDLE, NULL, strength_of(c));
    else
        smbt_verdict_conclude(v, SMBT_CAUSE_UNUSED_CONNECTION, dialect ? "no-session" : "no-dialect",
                              strength_of(c));
    v->end.summary = smbt_verdict_text(
        v,
        "Nothing was said on this connection for %s, so the server closed it: %u servers here did so, "
        "%u times, always after %s.%s%s",
        value, clock->servers, clock->ends, value,
        clock->one_guid
            ? " All of them gave the same ServerGuid: one machine, or copies of one, answers for them."
            : "",
        nobody_on(v, clock));
    const smbt_timer_info *timer = smbt_timer_get(conn->logged_on ? SMBT_TIMER_AUTODISCONNECT
                                                  : dialect       ? SMBT_TIMER_UNUSED_NO_SESSION
                                                                  : SMBT_TIMER_UNUSED_NO_DIALECT);
    v->end.predicted.rule = timer->id;
    v->end.predicted.profile = "measured";
    v->end.predicted.from = smbt_time_add(last_word(c), clock->value);
    v->end.predicted.to = smbt_time_add(v->end.predicted.from, clock->spread + SMBT_MEASURE_AGREE);
    if (conn->logged_on)
        smbt_verdict_remedy(
            v, "Little is lost: the client connects anew when it needs the server again, and at most sends a "
               "request again that crossed the close. If a program can't take that, let it ask for something "
               "more often.");
    else
        smbt_verdict_remedy(v, "Harmless: a port scanner, a monitoring check, or a client that never came to "
                               "log on. Find out who opens such connections if there are many.");
    smbt_verdict_remedy(
        v, "To change the time, find what these servers have in common: one product with its setting, one "
           "policy, or a firewall, proxy or load balancer on the way to all of them.");
    smbt_verdict_reference(v, timer->source);
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    smbt_duration length;
    if (!c->silences || !smbt_closed_in_silence(c, &length) || has_clock_of_its_own(c)) return false;
    smbt_silence_clock clock = smbt_silences_find(c->silences, length);
    if (!clock.known || was_outlived(c, clock.value)) return false;
    const smbt_conn *conn = c->subject.conn;
    conclude(c, v, &clock);
    if (c->in_flight_count) {
        smbt_verdict_evidence(v, c->in_flight[0].frame,
                              "a new request, which crossed the server's close: it does not acknowledge it");
    } else if (conn->last_request != SMBT_TIME_NONE) {
        smbt_clock_match m = {.age = smbt_time_since(v->end.time, conn->last_request)};
        if (v->cause == SMBT_CAUSE_SERVER_IDLE) smbt_clock_blame(c, v, &m, conn->last_request_frame);
        smbt_verdict_evidence(v, conn->last_request_frame, "the last request");
    }
    smbt_verdict_evidence(v, v->end.frame, "%s from the server, %s after the last word of either side",
                          v->end.kind == SMBT_END_RST ? "RST" : "FIN", smbt_verdict_span(v, length));
    smbt_verdict_evidence(v, v->end.frame, "%u ends of %u servers, over %s, agree on %s", clock.ends,
                          clock.servers, smbt_verdict_span(v, clock.over), smbt_verdict_span(v, clock.value));
    if (smbt_zero_vc_unseen(c)) smbt_zero_vc_doubt(c, v);
    return true;
}

const smbt_rule smbt_rule_idle_alike = {.id = "idle-alike", .explain = explain};
