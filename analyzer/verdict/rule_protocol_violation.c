/* The server closed at something that the client sent and that obliges it to (facts 3.10, 3.11, 6.3).
 *
 * The offending message stayed unanswered and the end followed at once. Which messages oblige a server to
 * close is its profile's; one that answers them, or of which nothing is known, is not accused by this rule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* A server that closes at a message does so when it reads it. */
#define AT_ONCE (2 * SMBT_SEC)

struct offence {
    const smbt_violation *violation;
    smbt_profile_mask profiles; /* that close at it and can be this server */
    smbt_profile_mask others;   /* that can be it and don't, or of which it is not known */
    smbt_duration delay;
};

static bool find(const smbt_case *c, struct offence *ret)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_server *server = c->subject.conn->server;
    const smbt_violation *v = &c->subject.conn->violation;
    if (!smbt_ended_by_side(c) || e->by != SMBT_SIDE_SERVER || !v->frame) return false;
    if (v->frame > e->frame || v->time > e->time || smbt_time_since(e->time, v->time) > AT_ONCE) return false;
    smbt_profile_mask possible = server->possible & ~c->belief->excluded;
    *ret = (struct offence){.violation = v,
                            .profiles = v->profiles & possible,
                            .others = possible & ~v->profiles,
                            .delay = smbt_time_since(e->time, v->time)};
    return ret->profiles != 0;
}

/* Whether the client sent more after it: the server may have closed at that. */
static bool sent_more(const smbt_case *c, const smbt_violation *v)
{
    const smbt_conn *conn = c->subject.conn;
    return conn->last_request != SMBT_TIME_NONE && conn->last_request_frame > v->frame;
}

static enum smbt_strength strength_of(const smbt_case *c, const struct offence *o)
{
    const smbt_server *server = c->subject.conn->server;
    bool known = server->identified || server->chosen_by_user;
    int strength = known && !o->others ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY;
    if (!known && o->others) strength = SMBT_STRENGTH_POSSIBLE;
    if (sent_more(c, o->violation)) strength--;
    if (c->gap_before_end) strength--;
    return (enum smbt_strength)MAX(strength, (int)SMBT_STRENGTH_POSSIBLE);
}

static void tell(const smbt_case *c, smbt_verdict *v, const struct offence *o)
{
    const smbt_violation_info *info = smbt_violation_get(o->violation->kind);
    const smbt_conn *conn = c->subject.conn;
    const char *command = o->violation->command;
    v->end.summary = smbt_verdict_text(
        v,
        "The client sent %s%s%s%s in frame %" G_GUINT64_FORMAT
        ". The server did not answer it and %s the connection %s later, as it must.",
        info->what, command ? " (" : "", command ? command : "", command ? ")" : "", o->violation->frame,
        v->end.kind == SMBT_END_RST ? "reset" : "closed", smbt_verdict_duration(v, o->delay));
    v->end.culprit.frame = o->violation->frame;
    v->end.culprit.has_connection = true;
    v->end.culprit.client = conn->client_end;
    v->end.culprit.server = conn->server_end;
    v->end.culprit.delay = o->delay;
    v->end.predicted.rule = "protocol-violation";
    v->end.predicted.profile = smbt_verdict_profiles(c, v, SMBT_SIDE_SERVER, o->profiles);
    v->end.predicted.from = o->violation->time;
    v->end.predicted.to = smbt_time_add(o->violation->time, AT_ONCE);
    smbt_verdict_evidence(v, o->violation->frame, "%s, never answered", info->what);
    smbt_verdict_evidence(v, v->end.frame, "%s from the server, %s later",
                          v->end.kind == SMBT_END_RST ? "RST" : "FIN", smbt_verdict_duration(v, o->delay));
    if (sent_more(c, o->violation))
        smbt_verdict_evidence(v, conn->last_request_frame, "the client's last request, after that");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    struct offence o;
    if (!find(c, &o)) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_PROTOCOL_VIOLATION, NULL, strength_of(c, &o));
    tell(c, v, &o);
    const smbt_server *server = c->subject.conn->server;
    if (!server->identified && !server->chosen_by_user)
        smbt_verdict_missing(v, "what kind of server this is: it gave no name that was captured");
    else if (o.others)
        smbt_verdict_missing(v,
                             "which version of this kind of server it is: not all are known to close at it");
    if (c->gap_before_end)
        smbt_verdict_missing(v, "bytes of this connection just before its end: the capture has a gap there");
    smbt_verdict_remedy(v, "Update or replace the client's software: what it sent is not allowed on this "
                           "connection. Where a device between the two rewrites SMB, bypass it and compare.");
    smbt_verdict_reference(v, smbt_violation_get(o.violation->kind)->section);
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_violation *w = &c->subject.conn->violation;
    if (v->end.by != SMBT_SIDE_SERVER || v->end.kind == SMBT_END_SILENCE || !w->frame) return;
    const char *what = smbt_violation_get(w->kind)->what;
    smbt_duration delay = smbt_time_since(v->end.time, w->time);
    if (delay > AT_ONCE)
        smbt_verdict_rule_out(v, SMBT_CAUSE_PROTOCOL_VIOLATION,
                              "frame %" G_GUINT64_FORMAT " was %s, but the end came %s later", w->frame, what,
                              smbt_verdict_span(v, delay));
    else if (!(w->profiles & c->subject.conn->server->possible & ~c->belief->excluded))
        smbt_verdict_rule_out(v, SMBT_CAUSE_PROTOCOL_VIOLATION,
                              "frame %" G_GUINT64_FORMAT
                              " was %s; servers of this kind are not known to close at that",
                              w->frame, what);
}

const smbt_rule smbt_rule_protocol_violation = {
    .id = "protocol-violation", .explain = explain, .rule_out = rule_out};
