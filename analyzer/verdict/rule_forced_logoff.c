/* The server dropped a user whose logon hours were over (enableforcedlogoff, MS-SRVS 2.2.4.46; facts 4).
 *
 * Logon hours end at a full hour by the server's clock, which NEGOTIATE tells. The hour alone proves nothing:
 * what does is the user's next logon, refused for the hours. Second to that, all connections of this user
 * ended with it while those of others stayed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#define HOUR (60 * SMBT_MIN)
/* The server's clock is known to within the time that NEGOTIATE's answer took, and drifts. */
#define SLACK SMBT_SEC
/* Clients connect anew at once; a person may take longer to try. */
#define RELOGON_SURE   (10 * SMBT_MIN)
#define RELOGON_LIKELY HOUR
/* A connection that was used so lately was not closed for being idle. */
#define IN_USE    (2 * SMBT_MIN)
#define LOOKED_AT 4096

struct hour {
    const smbt_armed *clock; /* NULL: no such clock, or not near the hour */
    smbt_time time;          /* the full hour, on the capture's clock */
    smbt_duration after;     /* from it to the end */
};

struct company {
    unsigned own;      /* connections of the user that the server ended with this one, itself counted */
    unsigned own_left; /* that stayed */
    unsigned others_ended, others_left;
    uint64_t other_frame; /* where one of those that stayed began */
};

static bool logs_off(const smbt_case *c, const smbt_armed *k)
{
    if (k->set_by_user) return true;
    smbt_profile_mask mask = k->profiles & ~c->belief->excluded;
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++)
        if (mask & UINT64_C(1) << i && smbt_profile_is(smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i),
                                                       SMBT_KEY_FORCED_LOGOFF, SMBT_ON))
            return true;
    return false;
}

static struct hour find_hour(const smbt_case *c)
{
    smbt_time end = c->subject.track->end.time;
    for (guint i = 0; c->clocks && i < c->clocks->len; i++) {
        const smbt_armed *k = &g_array_index(c->clocks, smbt_armed, i);
        if (k->timer != SMBT_TIMER_FORCED_LOGOFF || k->value == SMBT_DURATION_UNKNOWN || !logs_off(c, k))
            continue;
        if (smbt_time_add(end, SLACK) < k->time || smbt_time_since(end, k->time) > k->value) continue;
        return (struct hour){.clock = k, .time = k->time, .after = smbt_time_since(end, k->time)};
    }
    return (struct hour){0};
}

static bool is_user(const smbt_conn *conn, const char *user)
{
    return conn->claims.user && g_ascii_strcasecmp(conn->claims.user, user) == 0;
}

/* Nobody else logged on over it: a server that drops one of several users keeps the connection. */
static bool is_of_one_user(const smbt_conn *conn)
{
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        const smbt_session *s = &g_array_index(conn->sessions, smbt_session, i);
        if (s->user && g_ascii_strcasecmp(s->user, conn->claims.user) != 0) return false;
    }
    return true;
}

static bool may_be(const smbt_case *c)
{
    const smbt_conn *conn = c->subject.conn;
    return smbt_ended_by_side(c) && c->subject.track->end.by == SMBT_SIDE_SERVER && conn->logged_on &&
           conn->claims.user && is_of_one_user(conn);
}

static bool logged_on_between(const smbt_case *c, const smbt_refused_hours *r)
{
    const smbt_conn *me = c->subject.conn;
    const GPtrArray *conns = me->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[i];
        if (other != me && other->logged_on && other->opened_frame > c->subject.track->end.frame &&
            other->opened_frame < r->frame && is_user(other, me->claims.user))
            return true;
    }
    return false;
}

/* The user's next logon, refused for the hours; NULL: none was seen. */
static const smbt_refused_hours *find_refused(const smbt_case *c, const struct hour *h)
{
    const GArray *all = c->belief->refused_hours;
    smbt_time end = c->subject.track->end.time;
    for (guint i = 0; i < all->len; i++) {
        const smbt_refused_hours *r = &g_array_index(all, smbt_refused_hours, i);
        if (g_ascii_strcasecmp(r->user, c->subject.conn->claims.user) != 0) continue;
        if (smbt_time_add(r->time, SLACK) < h->time || smbt_time_since(r->time, end) > RELOGON_LIKELY)
            continue;
        return logged_on_between(c, r) ? NULL : r;
    }
    return NULL;
}

bool smbt_forced_logoff_proven(const smbt_case *c)
{
    if (!may_be(c)) return false;
    struct hour h = find_hour(c);
    return h.clock && find_refused(c, &h);
}

static bool ended_then(const smbt_track *t, const struct hour *h)
{
    return t->end.set && t->end.by == SMBT_SIDE_SERVER && t->end.kind != SMBT_END_SILENCE &&
           smbt_time_add(t->end.time, SLACK) >= h->time &&
           t->end.time <= smbt_time_add(h->time, h->clock->value);
}

static struct company count(const smbt_case *c, const struct hour *h)
{
    struct company n = {0};
    const smbt_conn *me = c->subject.conn;
    const GPtrArray *conns = me->server->conns;
    smbt_time end = c->subject.track->end.time;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[i];
        const smbt_track *t = other == me ? c->subject.track : c->lookup.track(other, c->lookup.user);
        if (!t || !other->logged_on || !other->claims.user || other->opened >= h->time) continue;
        if (t->end.set && t->end.time < h->time && !ended_then(t, h)) continue; /* gone by then */
        bool ended = ended_then(t, h), left = !t->end.set || t->end.time > smbt_time_add(end, SLACK);
        if (is_user(other, me->claims.user)) {
            n.own += ended;
            n.own_left += !ended && left;
        } else {
            n.others_ended += ended;
            n.others_left += !ended && left;
            if (!ended && left) n.other_frame = other->opened_frame;
        }
    }
    return n;
}

/* Somebody whose hours are over can't log on anew. */
static bool logged_on_since(const smbt_case *c)
{
    const smbt_conn *me = c->subject.conn;
    const GPtrArray *conns = me->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[i];
        if (other != me && other->logged_on && other->opened_frame > c->subject.track->end.frame &&
            is_user(other, me->claims.user))
            return true;
    }
    return false;
}

/* Of an end for which no refused logon speaks. */
static enum smbt_strength weigh_company(const smbt_case *c, const struct company *n)
{
    const smbt_conn *conn = c->subject.conn;
    bool in_use = c->in_flight_count || !smbt_conn_holds_nothing(conn) ||
                  (conn->last_request != SMBT_TIME_NONE &&
                   smbt_time_since(c->subject.track->end.time, conn->last_request) < IN_USE);
    if (!in_use || smbt_server_idle_fits(c) || logged_on_since(c)) return SMBT_STRENGTH_NONE;
    if (n->own_left || n->others_ended || !n->others_left) return SMBT_STRENGTH_NONE;
    bool likely = n->own > 1 && !c->gap_before_end && conn->server->identified;
    return likely ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_POSSIBLE;
}

static enum smbt_strength weigh_refused(const smbt_case *c, const smbt_refused_hours *r)
{
    int strength = SMBT_STRENGTH_CONFIRMED;
    if (smbt_time_since(r->time, c->subject.track->end.time) > RELOGON_SURE) strength--;
    if (c->gap_before_end || !c->subject.conn->server->identified) strength--;
    return (enum smbt_strength)strength;
}

/* "18:00:04 (UTC+1)" by the server's clock. */
static const char *time_of_day(const smbt_case *c, smbt_verdict *v, smbt_time time)
{
    const smbt_negotiated *n = &c->subject.conn->negotiated;
    int64_t west = n->zone_minutes, day = 24 * 3600;
    int64_t s = ((int64_t)time + n->clock_offset_ns) / (int64_t)SMBT_SEC - west * 60;
    s = (s % day + day) % day;
    int east = -(int)west, minutes = ABS(east) % 60;
    const char *zone = "UTC";
    if (east && minutes)
        zone = smbt_verdict_text(v, "UTC%c%d:%02d", east < 0 ? '-' : '+', ABS(east) / 60, minutes);
    else if (east)
        zone = smbt_verdict_text(v, "UTC%+d", east / 60);
    return smbt_verdict_text(v, "%02d:%02d:%02d (%s)", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60),
                             zone);
}

static void tell(const smbt_case *c, smbt_verdict *v, const struct hour *h, const smbt_refused_hours *r,
                 const struct company *n)
{
    const smbt_conn *conn = c->subject.conn;
    const char *at = time_of_day(c, v, v->end.time);
    if (r)
        v->end.summary = smbt_verdict_text(
            v,
            "The server dropped %s at %s by its clock, and refused the next logon in frame %" G_GUINT64_FORMAT
            " with STATUS_INVALID_LOGON_HOURS: the user's logon hours were over.",
            conn->claims.user, at, r->frame);
    else
        v->end.summary = smbt_verdict_text(
            v,
            "The server dropped %s at %s by its clock, just after the full hour, and with it %s; other users "
            "stayed. That is how it ends logon hours.",
            conn->claims.user, at,
            n->own > 1 ? smbt_verdict_text(v, "all %u connections of this user", n->own)
                       : "the only connection of this user");
    v->end.predicted.rule = "forced-logoff";
    v->end.predicted.profile = h->clock->set_by_user
                                   ? "set by the user"
                                   : smbt_verdict_profiles(c, v, SMBT_SIDE_SERVER, h->clock->profiles);
    v->end.predicted.from = h->time;
    v->end.predicted.to = smbt_time_add(h->time, h->clock->value);
    smbt_verdict_evidence(v, conn->negotiated.frame, "NEGOTIATE response: the server's clock and time zone");
    smbt_verdict_evidence(v, v->end.frame, "%s by the server's clock, %s after the full hour; %s are allowed",
                          at, smbt_verdict_span(v, h->after), smbt_verdict_span(v, h->clock->value));
    if (r)
        smbt_verdict_evidence(v, r->frame, "STATUS_INVALID_LOGON_HOURS in answer to the user's next logon");
    if (!r && n->other_frame)
        smbt_verdict_evidence(v, n->other_frame, "another user's connection, which stayed (%u such)",
                              n->others_left);
    if (!r)
        smbt_verdict_missing(v, "a logon of this user after that: refused with STATUS_INVALID_LOGON_HOURS it "
                                "would prove it");
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    if (!may_be(c)) return false;
    struct hour h = find_hour(c);
    if (!h.clock) return false;
    const smbt_refused_hours *r = find_refused(c, &h);
    struct company n = count(c, &h);
    enum smbt_strength strength = r ? weigh_refused(c, r) : weigh_company(c, &n);
    if (strength == SMBT_STRENGTH_NONE) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_FORCED_LOGOFF, NULL, strength);
    tell(c, v, &h, r, &n);
    smbt_verdict_remedy(v, "Change the account's logon hours if the user is meant to work then.");
    smbt_verdict_remedy(v, "To let users finish, turn off \"Disconnect clients when logon hours expire\" "
                           "(LanmanServer\\Parameters\\enableforcedlogoff = 0).");
    smbt_verdict_reference(v, "MS-SRVS 2.2.4.46");
    return true;
}

/* Only where the end came just after a full hour does anybody think of it. */
static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    if (!may_be(c)) return;
    struct hour h = find_hour(c);
    if (!h.clock) return;
    struct company n = count(c, &h);
    if (n.own_left)
        smbt_verdict_rule_out(v, SMBT_CAUSE_FORCED_LOGOFF, "%u other connection%s of this user stayed open",
                              n.own_left, n.own_left == 1 ? "" : "s");
    else
        smbt_verdict_rule_out(v, SMBT_CAUSE_FORCED_LOGOFF,
                              "it was %s, but no later logon was refused for the hours",
                              time_of_day(c, v, v->end.time));
}

const smbt_rule smbt_rule_forced_logoff = {.id = "forced-logoff", .explain = explain, .rule_out = rule_out};
