/* Why a session setup with VcNumber 0 did not end a connection, or what keeps us from knowing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* The request by which the rule came closest: the last one from this address before the end. */
static const smbt_trigger *last_trigger(const smbt_case *c)
{
    const smbt_trigger *last = NULL;
    for (guint i = 0; i < c->subject.conn->client->triggers->len; i++) {
        const smbt_trigger *t = c->subject.conn->client->triggers->pdata[i];
        if (t->time > c->subject.track->end.time) break;
        if (t->conn != c->subject.conn &&
            smbt_addr_equal(&t->server_end.addr, &c->subject.conn->server_end.addr))
            last = t;
    }
    return last;
}

/* Packets that this capture can't show may have set the rule off. */
static bool is_blind(const smbt_case *c)
{
    const smbt_client *client = c->subject.conn->client;
    if (c->one_sided || c->alone || c->mute || c->viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT) return true;
    for (int i = 0; i < 2; i++)
        if (client->unreadable[i].time != SMBT_TIME_NONE && client->unreadable[i].conn != c->subject.conn &&
            smbt_time_since(c->subject.track->end.time, client->unreadable[i].time) < SMBT_ANSWER_WAIT)
            return true;
    return false;
}

static bool enforcement_excluded(const smbt_case *c)
{
    return c->belief->excluded && (c->subject.conn->server->possible & ~c->belief->excluded) == 0;
}

/* The first profile that the server may have, by name; whether any of them has the rule on. */
static bool some_profile_enforces(const smbt_case *c, const char **ret_name)
{
    *ret_name = NULL;
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i);
        if (!(c->subject.conn->server->possible & (UINT64_C(1) << i))) continue;
        if (!*ret_name) *ret_name = p->name;
        if (smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON)) return true;
    }
    return false;
}

/* No profile that the server may have applies the rule: by which word. */
static void rule_out_by_profile(const smbt_case *c, smbt_verdict *v, const char *name)
{
    int at = name ? smbt_profiles_find(c->profiles, SMBT_SIDE_SERVER, name) : -1;
    const smbt_value *value =
        at < 0 ? NULL
               : &smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, (unsigned)at)->value[SMBT_KEY_ZERO_VC];
    if (value && value->known)
        smbt_verdict_rule_out(v, SMBT_CAUSE_ZERO_VC, "zero_vc is off in the server's profile, %s (%s)", name,
                              value->source);
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_ZERO_VC,
                              "the server's profile, %s, does not say that it applies the rule",
                              name ? name : "unknown");
}

/* Whether the request was held against this connection at all. */
static bool concerned(const smbt_case *c, const smbt_trigger *t)
{
    const GPtrArray *predictions = c->subject.conn->predictions;
    for (guint i = 0; predictions && i < predictions->len; i++)
        if (((const smbt_prediction *)predictions->pdata[i])->trigger == t) return true;
    return false;
}

void smbt_zero_vc_rule_out(const smbt_case *c, smbt_verdict *v)
{
    if (c->subject.track->end.by != SMBT_SIDE_SERVER || v->cause == SMBT_CAUSE_UNKNOWN ||
        v->cause == SMBT_CAUSE_ZERO_VC)
        return;
    const smbt_trigger *t = last_trigger(c);
    const smbt_belief *b = c->belief;
    char addr[SMBT_ADDR_STRLEN];
    smbt_addr_format(&c->subject.conn->client_end.addr, addr);
    const char *profile;
    bool enforces = some_profile_enforces(c, &profile);
    if (!t && is_blind(c) && enforces) return; /* there may have been one */
    if (!t) {
        smbt_verdict_rule_out(
            v, SMBT_CAUSE_ZERO_VC,
            "no session setup with VcNumber 0 on another connection of %s in the 30 s before it", addr);
        return;
    }
    const char *before = smbt_verdict_duration(v, smbt_time_since(v->end.time, t->time));
    if (!enforces)
        rule_out_by_profile(c, v, profile);
    else if (b->not_enforced)
        smbt_verdict_rule_out(v, SMBT_CAUSE_ZERO_VC,
                              "this server let %s live on through the VcNumber 0 of frame %" G_GUINT64_FORMAT
                              " (answer in frame %" G_GUINT64_FORMAT ")",
                              smbt_verdict_endpoint(v, &b->lapse_client), b->lapse_trigger_frame,
                              b->lapse_frame);
    else if (t->answered && t->answer_frame < v->end.frame)
        smbt_verdict_rule_out(v, SMBT_CAUSE_ZERO_VC,
                              "the last VcNumber 0 of %s, frame %" G_GUINT64_FORMAT
                              ", was %s before and already answered in frame %" G_GUINT64_FORMAT,
                              addr, t->frame, before, t->answer_frame);
    else
        smbt_verdict_rule_out(
            v, SMBT_CAUSE_ZERO_VC, "the last VcNumber 0 of %s, frame %" G_GUINT64_FORMAT ", was %s before%s",
            addr, t->frame, before,
            concerned(c, t) ? ", which is not when such a server acts on it"
                            : " and does not concern this connection on a server of this kind");
}

bool smbt_zero_vc_doubt(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (e->by != SMBT_SIDE_SERVER || e->refused || enforcement_excluded(c)) return false;
    smbt_zero_vc_match m = smbt_zero_vc_find(c);
    const smbt_trigger *t = m.culprit;
    if (t && m.loose) {
        const char *but = smbt_verdict_text(
            v, "servers that apply it usually need less than %s, and no other connection was dropped",
            smbt_verdict_span(v, SMBT_SEPARATE_USUAL));
        if (m.culprit_fell) but = "the server ended that connection too";
        if (smbt_zero_vc_outlived(&m))
            but = smbt_verdict_text(v, "%u other connection%s of that address lived on", m.siblings_alive,
                                    m.siblings_alive == 1 ? "" : "s");
        smbt_verdict_missing(
            v,
            "a sign that this server applies the zero-VC rule: %s set up a session with VcNumber 0 in frame "
            "%" G_GUINT64_FORMAT ", %s before, but %s",
            smbt_verdict_endpoint(v, &t->client_end), t->frame, smbt_verdict_duration(v, m.delay), but);
        return true;
    }
    const smbt_trigger *other, *one = smbt_zero_vc_mutual(c, &other);
    if (one) {
        smbt_verdict_missing(
            v,
            "what ended them all: the session setups with VcNumber 0 in frames %" G_GUINT64_FORMAT
            " and %" G_GUINT64_FORMAT " were both waiting. Each may have ended the other's connection "
            "(zero-vc), or the server all of them",
            MIN(one->frame, other->frame), MAX(one->frame, other->frame));
        return true;
    }
    const char *profile;
    if (!is_blind(c) || !some_profile_enforces(c, &profile)) return false;
    if (c->one_sided) return true; /* said already */
    if (c->viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT && c->subject.conn->smb_version == 2)
        smbt_verdict_missing(
            v,
            "what the server saw from other clients: this capture was taken near the client. Some servers "
            "(Samba with \"reset on zero vc\") drop SMB2 connections, too, when another host that shares the "
            "address sets up an SMB1 session (zero-vc). Capture at the server, ports 445 and 139, all "
            "clients");
    else if (c->viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT)
        smbt_verdict_missing(
            v, "what the server saw from other clients: this capture was taken near the client, where a "
               "session setup by another host that shares its address (zero-vc) does not pass. Capture at "
               "the server, ports 445 and 139, all clients");
    else if (c->mute)
        smbt_verdict_missing(
            v, "the SMB messages: only TCP's own segments are in this capture, so a session setup with "
               "VcNumber 0 (zero-vc) can't be excluded. Capture whole connections");
    else if (c->alone)
        smbt_verdict_missing(
            v, "the other connections: this capture holds one only, so a session setup with VcNumber 0 on "
               "another of that address (zero-vc) can't be excluded. Use the whole capture, taken at the "
               "server, ports 445 and 139, all clients");
    else
        smbt_verdict_missing(
            v, "SMB messages of this client address just before the end, cut off or lost while capturing, "
               "so that a session setup with VcNumber 0 (zero-vc) can't be excluded. Capture at least "
               "256 bytes of each frame");
    return true;
}
