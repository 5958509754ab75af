/* Ends held against the clocks that ran.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include <string.h>

static const smbt_measures *measures_of(const smbt_case *c, enum smbt_timer timer)
{
    return smbt_timer_get(timer)->side == SMBT_SIDE_SERVER ? &c->belief->measures : c->client_measures;
}

static const smbt_armed *clock_at(const smbt_case *c, guint at)
{
    return &g_array_index(c->clocks, smbt_armed, at);
}

static guint clock_count(const smbt_case *c)
{
    return c->clocks ? c->clocks->len : 0;
}

const smbt_armed *smbt_clock_running(const smbt_case *c, enum smbt_timer timer)
{
    for (guint i = 0; i < clock_count(c); i++)
        if (clock_at(c, i)->timer == timer) return clock_at(c, i);
    return NULL;
}

static bool set_by_user(const smbt_case *c, enum smbt_timer timer)
{
    for (guint i = 0; i < clock_count(c); i++)
        if (clock_at(c, i)->timer == timer && clock_at(c, i)->set_by_user) return true;
    return false;
}

/* A value that this peer was seen to outlive is not its value. */
static bool was_outlived(const smbt_case *c, const smbt_armed *clock)
{
    smbt_duration longest = smbt_measures_longest_outlived(measures_of(c, clock->timer), clock->timer);
    return !clock->set_by_user && longest > clock->value + clock->scan + clock->extra + SMBT_SEC;
}

static bool is_possible(const smbt_case *c, const smbt_armed *clock)
{
    if (clock->set_by_user) return true;
    bool server = smbt_timer_get(clock->timer)->side == SMBT_SIDE_SERVER;
    smbt_profile_mask left = server ? clock->profiles & ~c->belief->excluded : clock->profiles;
    return left != 0 && !was_outlived(c, clock);
}

static unsigned doubts(const smbt_armed *clock)
{
    return (unsigned)__builtin_popcount(clock->doubt);
}

static smbt_clock_match find_by_value(const smbt_case *c, enum smbt_timer timer, smbt_duration slack)
{
    smbt_time end = c->subject.track->end.time;
    bool users_only = set_by_user(c, timer);
    smbt_clock_match m = {0};
    for (guint i = 0; i < clock_count(c); i++) {
        const smbt_armed *k = clock_at(c, i);
        if (k->timer != timer || k->to == SMBT_TIME_NONE || (users_only && !k->set_by_user)) continue;
        if (smbt_time_add(end, slack) < k->from ||
            end > smbt_time_add(k->to, k->scan ? SMBT_CLOCK_SLACK : SMBT_CLOCK_SLACK_AFTER))
            continue;
        if (!is_possible(c, k)) continue;
        if (m.clock && doubts(m.clock) <= doubts(k)) continue;
        m.clock = k;
        m.age = smbt_time_since(end, k->time);
    }
    return m;
}

static smbt_clock_match find_by_measure(const smbt_case *c, enum smbt_timer timer)
{
    smbt_measured value = smbt_measures_value(measures_of(c, timer), timer);
    if (!value.known || set_by_user(c, timer)) return (smbt_clock_match){0};
    for (guint i = 0; i < clock_count(c); i++) {
        const smbt_armed *k = clock_at(c, i);
        smbt_duration age = smbt_time_since(c->subject.track->end.time, k->time);
        if (k->timer != timer || smbt_time_distance(age, value.value) > SMBT_MEASURE_AGREE) continue;
        return (smbt_clock_match){.clock = k, .measured = true, .value = value, .age = age};
    }
    return (smbt_clock_match){0};
}

smbt_clock_match smbt_clock_find(const smbt_case *c, enum smbt_timer timer, smbt_duration slack)
{
    smbt_clock_match m = find_by_value(c, timer, slack);
    return m.clock ? m : find_by_measure(c, timer);
}

enum smbt_strength smbt_clock_strength(const smbt_case *c, const smbt_clock_match *m, enum smbt_strength best)
{
    unsigned doubt = m->clock->doubt;
    if (m->measured) doubt &= ~(unsigned)SMBT_DOUBT_PROFILE;
    int strength = (int)best - __builtin_popcount(doubt) - (c->gap_before_end ? 1 : 0);
    if (doubt & (SMBT_DOUBT_EXEMPT | SMBT_DOUBT_UNSEEN)) strength--; /* these weigh twice */
    return (enum smbt_strength)MAX(strength, (int)SMBT_STRENGTH_POSSIBLE);
}

static const char *source_of(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m)
{
    if (m->measured) return "measured";
    if (m->clock->set_by_user) return "set by the user";
    return smbt_verdict_profiles(c, v, smbt_timer_get(m->clock->timer)->side, m->clock->profiles);
}

void smbt_clock_blame(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m, uint64_t frame)
{
    v->end.culprit.frame = frame;
    v->end.culprit.has_connection = true;
    v->end.culprit.client = c->subject.conn->client_end;
    v->end.culprit.server = c->subject.conn->server_end;
    v->end.culprit.delay = m->age;
}

void smbt_clock_tell(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m, const char *what)
{
    const smbt_armed *k = m->clock;
    const smbt_conn *conn = c->subject.conn;
    const smbt_timer_info *info = smbt_timer_get(k->timer);
    v->end.predicted.rule = info->id;
    v->end.predicted.profile = source_of(c, v, m);
    v->end.predicted.from = m->measured ? smbt_time_add(k->time, m->value.value) : k->from;
    v->end.predicted.to =
        m->measured ? smbt_time_add(v->end.predicted.from, m->value.spread + SMBT_MEASURE_AGREE) : k->to;
    const char *restarts =
        k->restarts > 1
            ? smbt_verdict_text(v, "; it had been restarted %" G_GUINT64_FORMAT " times", k->restarts - 1)
            : "";
    const char *noted = k->noted ? smbt_verdict_text(v, "; the server noted it %s later, at its next look",
                                                     smbt_verdict_span(v, k->noted))
                                 : "";
    smbt_verdict_evidence(v, k->frame, "%s: the %s clock ran from here%s%s", what, info->id, restarts, noted);
    smbt_duration from = smbt_time_since(v->end.predicted.from, k->time),
                  to = smbt_time_since(v->end.predicted.to, k->time);
    smbt_verdict_evidence(v, v->end.frame, "%s after that; the window was %s to %s",
                          smbt_verdict_span(v, m->age), smbt_verdict_span(v, from), smbt_verdict_span(v, to));
    if (k->doubt & (SMBT_DOUBT_ANSWERS | SMBT_DOUBT_UNSEEN))
        smbt_verdict_missing(v, "part of what the server sent: an answer may be among it");
    if (m->measured && m->value.agreeing > 1)
        smbt_verdict_evidence(v, v->end.frame, "%u ends of this %s agree on %s", m->value.agreeing,
                              smbt_side_name(info->side), smbt_verdict_span(v, m->value.value));
    if (k->doubt & SMBT_DOUBT_OPENS)
        smbt_verdict_missing(v, "%s: something may have been open that is not in the capture",
                             conn->from_start ? "part of this connection" : "the start of this connection");
    if (k->doubt & SMBT_DOUBT_EXEMPT)
        smbt_verdict_missing(v, "whether the request was on a named pipe, which may be silent for ever");
    bool identified = info->side == SMBT_SIDE_SERVER ? conn->server->identified : conn->client_identified;
    if (k->doubt & SMBT_DOUBT_PROFILE && !m->measured && identified)
        smbt_verdict_missing(v, "a value to rely on: sources contradict that of this %s, or saw it once",
                             smbt_side_name(info->side));
    else if (k->doubt & SMBT_DOUBT_PROFILE && !m->measured)
        smbt_verdict_missing(v, "what kind of %s this is: it gave no name that was captured",
                             smbt_side_name(info->side));
    smbt_verdict_reference(v, info->source);
}

void smbt_clock_rule_out(const smbt_case *c, smbt_verdict *v, enum smbt_cause cause, enum smbt_timer timer)
{
    const smbt_armed *k = smbt_clock_running(c, timer);
    if (!k) return;
    smbt_duration age = smbt_time_since(c->subject.track->end.time, k->time);
    const char *what =
        timer == SMBT_TIMER_AUTODISCONNECT || timer == SMBT_TIMER_KEEP_CONN ? "the last request"
        : smbt_timer_get(timer)->side == SMBT_SIDE_CLIENT ? "the oldest request with a time limit"
                                                          : "the connection";
    if (k->value == SMBT_DURATION_UNKNOWN)
        smbt_verdict_rule_out(v, cause,
                              "%s was %s old; this %s's %s is not known, and no other end agrees with that",
                              what, smbt_verdict_span(v, age), smbt_side_name(smbt_timer_get(timer)->side),
                              smbt_timer_get(timer)->id);
    else if (k->value >= (smbt_duration)SMBT_NEVER)
        smbt_verdict_rule_out(v, cause, "it is turned off");
    else
        smbt_verdict_rule_out(v, cause, "%s was %s old, and %s would have ended it between %s and %s", what,
                              smbt_verdict_span(v, age), smbt_timer_get(timer)->id,
                              smbt_verdict_span(v, smbt_time_since(k->from, k->time)),
                              smbt_verdict_span(v, smbt_time_since(k->to, k->time)));
}
