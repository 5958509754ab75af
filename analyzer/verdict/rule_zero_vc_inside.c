/* The zero-VC rule as it looks from the clients' side of a NAT (facts 1.9; 9.30).
 *
 * There each host has an address of its own, and what they share towards the server can't be seen. Where the
 * capture holds the other hosts too, one of them asked for a session with VcNumber 0 while the server ended
 * this connection. Where it holds this host alone, a connection in full use that the server ended for no
 * reason of its own is all there is: possible, and no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include <string.h>

/* Connections of the server that are looked through, the youngest first. */
#define LOOKED_AT 256
/* As seen at the server; from here the way there and back is added. */
#define USUAL_SEPARATE_DELAY (5 * SMBT_MS)
#define LONGEST_WAY          (500 * SMBT_MS)
/* A connection was in use when its last request came within this time; no clock is as short. */
#define IN_USE (5 * SMBT_SEC)
/* Ends this close to each other are one event. */
#define TOGETHER (100 * SMBT_MS)

static const char capture_there[] =
    "Capture on the server, or between the NAT and the server, ports 445 and 139, all clients: only there "
    "is it seen who shares an address with whom.";

/* Profiles that the server may have, by which it ends connections of one address, and the way it did. */
static smbt_profile_mask enforcing(const smbt_case *c)
{
    smbt_profile_mask left = c->subject.conn->server->possible & ~c->belief->excluded, mask = 0;
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i);
        bool by_address = smbt_profile_is(p, SMBT_KEY_ZERO_VC_MATCH, SMBT_MATCH_ADDRESS) ||
                          (smbt_profile_is(p, SMBT_KEY_ZERO_VC_MATCH, SMBT_MATCH_NETBIOS_NAME) &&
                           !c->subject.conn->netbios);
        bool closes_so = c->subject.track->end.kind == SMBT_END_RST ||
                         !smbt_profile_is(p, SMBT_KEY_ZERO_VC_CLOSE, SMBT_CLOSE_RST);
        if (by_address && closes_so && smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON))
            mask |= UINT64_C(1) << i;
    }
    return mask & left;
}

static smbt_profile_mask separate(const smbt_case *c, smbt_profile_mask mask)
{
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++)
        if (!smbt_profile_is(smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i), SMBT_KEY_ZERO_VC_EXECUTION,
                             SMBT_EXECUTION_SEPARATE))
            mask &= ~(UINT64_C(1) << i);
    return mask;
}

bool smbt_zero_vc_unseen(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_conn *conn = c->subject.conn;
    return e->set && e->by == SMBT_SIDE_SERVER && e->kind != SMBT_END_SILENCE && !e->refused &&
           !e->foreign_ttl && e->unanswered_repeats <= 2 && !c->one_sided && !c->gap_before_end &&
           conn->smb_version == 1 && smbt_view_is_inside(&c->view, &conn->client_end.addr) && enforcing(c);
}

/* ---- The culprit is in the capture
 * --------------------------------------------------------------------------------------------------- */

struct found {
    const smbt_trigger *trigger;
    const smbt_conn *culprit;
    bool before_answer;
    unsigned alive; /* connections that the same request should have ended */
    smbt_profile_mask profiles;
};

/* Both reach the server through the same router: what is behind it may be one address. */
static bool same_way(const smbt_case *c, const smbt_conn *other, const smbt_track *t)
{
    smbt_view view = smbt_view_of(t);
    const smbt_sender *mine = &c->subject.track->sender[1], *theirs = &t->sender[1];
    if (!smbt_view_is_inside(&view, &other->client_end.addr) || view.hops[1] != c->view.hops[1]) return false;
    return !mine->has_mac || !theirs->has_mac || memcmp(mine->mac, theirs->mac, sizeof mine->mac) == 0;
}

static smbt_duration way_and_back(const smbt_track *t)
{
    if (t->syn_time == SMBT_TIME_NONE || t->syn_ack_time == SMBT_TIME_NONE || t->handshake_repeated) return 0;
    return MIN(smbt_time_since(t->syn_ack_time, t->syn_time), LONGEST_WAY);
}

/* The profiles by which this request made the server end the connection at that moment. */
static smbt_profile_mask fits(const smbt_case *c, const smbt_trigger *t, bool *ret_before_answer)
{
    const smbt_end_event *e = &c->subject.track->end;
    smbt_profile_mask on = enforcing(c), apart = separate(c, on);
    *ret_before_answer = false;
    if (!t->vc_known || !t->answered || t->answer_implied || t->time > e->time || t->frame > e->frame)
        return 0;
    if (!smbt_addr_equal(&t->server_end.addr, &c->subject.conn->server_end.addr)) return 0;
    if (!t->repeated && t->answer_frame > e->frame && on & ~apart) {
        *ret_before_answer = true;
        return on & ~apart;
    }
    smbt_duration window = USUAL_SEPARATE_DELAY + way_and_back(c->subject.track);
    return smbt_time_since(e->time, t->time) <= window ? apart : 0;
}

static void look_at(const smbt_case *c, const smbt_conn *other, struct found *f)
{
    const smbt_track *track = smbt_case_track(c, other);
    if (!track || !same_way(c, other, track)) return;
    for (guint i = 0; i < other->client->triggers->len; i++) {
        const smbt_trigger *t = other->client->triggers->pdata[i];
        bool before_answer;
        smbt_profile_mask profiles;
        if (t->conn != other || (f->trigger && f->trigger->frame <= t->frame)) continue;
        if (!(profiles = fits(c, t, &before_answer))) continue;
        *f = (struct found){
            .trigger = t, .culprit = other, .before_answer = before_answer, .profiles = profiles};
    }
}

/* Whether the server ended it, at that moment, or somebody before. */
static bool is_over(const smbt_case *c, const smbt_track *t)
{
    return t->end.set && (t->end.time <= smbt_time_add(c->subject.track->end.time, TOGETHER));
}

/* Of the connections that share the way, those that the request should have ended too. */
static void count_alive(const smbt_case *c, struct found *f)
{
    const GPtrArray *conns = c->subject.conn->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = smbt_case_track(c, other);
        if (other == c->subject.conn || other == f->culprit || !t || !t->established ||
            other->opened_frame > f->trigger->frame || other->smb_version == 2 || !same_way(c, other, t))
            continue;
        if (!is_over(c, t)) f->alive++;
    }
}

static bool culprit_fell(const smbt_case *c, const struct found *f)
{
    const smbt_track *t = smbt_case_track(c, f->culprit);
    return t->end.set && t->end.by == SMBT_SIDE_SERVER &&
           smbt_time_distance(t->end.time, c->subject.track->end.time) < TOGETHER;
}

static struct found find(const smbt_case *c)
{
    struct found f = {0};
    const GPtrArray *conns = c->subject.conn->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other->client != c->subject.conn->client) look_at(c, other, &f);
    }
    if (!f.trigger) return f;
    count_alive(c, &f);
    return f.alive || culprit_fell(c, &f) ? (struct found){0} : f;
}

static void tell_found(const smbt_case *c, smbt_verdict *v, const struct found *f)
{
    const smbt_trigger *t = f->trigger;
    const smbt_end_event *e = &c->subject.track->end;
    smbt_verdict_conclude(v, SMBT_CAUSE_ZERO_VC, "nat-collision",
                          f->before_answer ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_POSSIBLE);
    v->end.culprit.frame = t->frame;
    v->end.culprit.has_connection = true;
    v->end.culprit.client = t->client_end;
    v->end.culprit.server = t->server_end;
    v->end.culprit.delay = smbt_time_since(e->time, t->time);
    v->end.summary = smbt_verdict_text(
        v,
        "Frame %" G_GUINT64_FORMAT
        ": %s asked for a new session with VcNumber 0. The server ended this connection, of another host on "
        "the same side of the router, %s later, %s: as it does when a NAT gives both hosts one address.",
        t->frame, smbt_verdict_endpoint(v, &t->client_end), smbt_verdict_duration(v, v->end.culprit.delay),
        f->before_answer ? "before it answered" : "just after");
    smbt_verdict_evidence(v, t->frame, "SESSION_SETUP_ANDX, VcNumber 0, %s extended security, from %s",
                          t->extended_security ? "with" : "without",
                          smbt_verdict_endpoint(v, &t->client_end));
    smbt_verdict_evidence(v, e->frame, "%s from the server", e->kind == SMBT_END_RST ? "RST" : "FIN");
    smbt_verdict_evidence(v, t->answer_frame, "answer to the session setup");
    smbt_verdict_missing(v, "the addresses that the server sees: whether a NAT gives %s and %s the same one",
                         smbt_verdict_endpoint(v, &c->subject.conn->client_end),
                         smbt_verdict_endpoint(v, &t->client_end));
}

/* ---- The capture holds this host alone
 * --------------------------------------------------------------------------------------------------- */

/* Whether the server kept, or refused, another connection of this host: neither goes with the rule. */
static bool others_speak_against(const smbt_case *c)
{
    const GPtrArray *conns = c->subject.conn->server->conns;
    const smbt_end_event *e = &c->subject.track->end;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_track *t = smbt_case_track(c, other);
        if (other == c->subject.conn || !t) continue;
        if (other->client != c->subject.conn->client) return true; /* others are here: and did nothing */
        if (t->end.set && t->end.refused && t->end.time >= e->time) return true;
        bool older = other->opened_frame < e->frame;
        if (older && t->established && other->smb_version != 2 && !is_over(c, t)) return true;
    }
    return false;
}

static bool was_cut_off(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    return conn->logged_on && conn->last_use != SMBT_TIME_NONE &&
           smbt_time_since(c->subject.track->end.time, conn->last_use) < IN_USE && conn->tree_requests > 0 &&
           !smbt_zero_vc_find(c).prediction && !others_speak_against(c);
}

static void tell_alone(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_conn *conn = c->subject.conn;
    smbt_verdict_conclude(v, SMBT_CAUSE_ZERO_VC, "undetermined", SMBT_STRENGTH_POSSIBLE);
    v->end.severity = SMBT_SEVERITY_WARNING; /* it accuses nobody */
    v->end.summary = smbt_verdict_text(
        v,
        "The server %s a connection in full use for no reason that this capture shows. If a NAT gives this "
        "host and others one address, a session setup with VcNumber 0 by another of them does that.",
        e->kind == SMBT_END_RST ? "reset" : "closed");
    smbt_verdict_evidence(v, e->frame, "%s from the server", e->kind == SMBT_END_RST ? "RST" : "FIN");
    smbt_verdict_evidence(v, conn->last_use_frame, "the last request, %s before",
                          smbt_verdict_span(v, smbt_time_since(e->time, conn->last_use)));
    smbt_verdict_missing(v, "what the server saw from other clients: this capture was taken near the client, "
                            "where a session setup by another host that shares its address does not pass");
}

bool smbt_zero_vc_near_inside(const smbt_case *c)
{
    return smbt_zero_vc_unseen(c) && find(c).trigger;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    if (!smbt_zero_vc_unseen(c)) return false;
    struct found f = find(c);
    if (f.trigger)
        tell_found(c, v, &f);
    else if (was_cut_off(c))
        tell_alone(c, v);
    else
        return false;
    smbt_verdict_remedy(v, capture_there);
    smbt_verdict_remedy(v, "If it is so: give each client its own address towards the server, or use SMB2 or "
                           "later, which has no such rule.");
    smbt_verdict_reference(v, "MS-CIFS 3.3.5.43");
    smbt_verdict_reference(v, "MS-CIFS 2.1.3");
    return true;
}

const smbt_rule smbt_rule_zero_vc_inside = {.id = "zero-vc-inside", .explain = explain};
