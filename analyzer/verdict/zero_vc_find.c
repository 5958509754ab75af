/* Which prediction of the zero-VC rule an end comes true of, if any.
 *
 * The rule is causal: on servers that act before they answer, the end lies between the request and its
 * answer. Only for servers whose victims end by themselves is there a window of time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#define SIBLINGS_LOOKED_AT 256
/* So many times more survivors than victims, and the rule was hardly at work. */
#define OUTLIVED 3
/* Ends this close to each other are one event. */
#define TOGETHER (100 * SMBT_MS)
/* So many victims of one request that all ended late corroborate each other: the server was busy. */
#define LATE_TOGETHER 2
/* A victim that could not act on being told to end (a message half received, a reader that stalled) was seen
 * to live 2 s more. */
#define BLOCKED_AT_MOST (30 * SMBT_SEC)

/* Profiles of a mask that also say that a victim is closed the way this one was. */
static smbt_profile_mask fits_close(const smbt_case *c, smbt_profile_mask mask)
{
    if (c->subject.track->end.kind == SMBT_END_RST) return mask;
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++)
        if (smbt_profile_is(smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i), SMBT_KEY_ZERO_VC_CLOSE,
                            SMBT_CLOSE_RST))
            mask &= ~(UINT64_C(1) << i);
    return mask;
}

static smbt_profile_mask allowed(const smbt_case *c)
{
    return c->subject.conn->server->possible & ~c->belief->excluded;
}

static const smbt_track *track_of(const smbt_case *c, const smbt_conn *conn)
{
    return conn && c->lookup.track ? c->lookup.track(conn, c->lookup.user) : NULL;
}

/* The server ended the connection that carries the request, together with the victim. */
static bool fell(const smbt_case *c, const smbt_trigger *t)
{
    const smbt_track *track = track_of(c, t->conn);
    return track && track->end.set && track->end.by == SMBT_SIDE_SERVER &&
           smbt_time_distance(track->end.time, c->subject.track->end.time) < TOGETHER;
}

static bool waited_at(const smbt_trigger *t, const smbt_end_event *end)
{
    return t->frame < end->frame && !(t->answered && t->answer_frame < end->frame);
}

/* Another request was waiting when the server ended the connection that carries this one: by the rule, that
 * one ended it. NULL: none was. `spared`: its own connection must have lived on. */
static const smbt_trigger *ended_by(const smbt_case *c, const smbt_trigger *t, bool spared)
{
    const GPtrArray *predictions = t->conn->predictions;
    const smbt_end_event *end = &track_of(c, t->conn)->end;
    for (guint i = 0; predictions && i < predictions->len; i++) {
        const smbt_prediction *p = predictions->pdata[i];
        if ((p->before_answer & allowed(c)) && waited_at(p->trigger, end) &&
            end->time <= smbt_prediction_before_answer_until(p) && !(spared && fell(c, p->trigger)))
            return p->trigger;
    }
    return NULL;
}

/* It was answered before its connection fell to another request. */
static bool outlived_its_own(const smbt_case *c, const smbt_trigger *t)
{
    const smbt_end_event *end = &c->subject.track->end;
    return t->answered && !t->answer_implied && end->frame < t->answer_frame &&
           t->answer_frame < track_of(c, t->conn)->end.frame && ended_by(c, t, true);
}

/* The connection that carries the request survives. Where the server ended it together with the victim,
 * something else happened, or another request ended both. Where victims end by themselves the culprit may be
 * told to end a moment later by somebody else's request: only one that fell first tells. */
static bool culprit_fell_too(const smbt_case *c, const smbt_trigger *t, bool at_once)
{
    return fell(c, t) && (at_once || track_of(c, t->conn)->end.frame < c->subject.track->end.frame);
}

/* Nobody waited for the answer any more: the connection that carried the request had ended, or the server
 * ended it with the victim and never answered, and the rule spares that one. */
static bool culprit_left(const smbt_case *c, const smbt_trigger *t)
{
    const smbt_end_event *end = &c->subject.track->end;
    const smbt_track *track = track_of(c, t->conn);
    if (!track || !track->end.set || t->answered) return false;
    return track->end.frame < end->frame || culprit_fell_too(c, t, true);
}

static smbt_profile_mask before_answer(const smbt_case *c, const smbt_prediction *p)
{
    const smbt_end_event *end = &c->subject.track->end;
    smbt_profile_mask mask = p->before_answer & allowed(c);
    if (p->trigger->answered && !p->trigger->logged_on) mask &= ~p->needs_logon;
    /* Clocks are coarse: what came first is told by the frames. */
    if (p->trigger->answered && p->trigger->answer_frame < end->frame) return 0;
    if (culprit_left(c, p->trigger)) return 0;
    if (end->time > smbt_prediction_before_answer_until(p)) return 0;
    return fits_close(c, mask);
}

/* Whether the victim shows why it might have ended late. */
static bool was_blocked(const smbt_case *c, const smbt_prediction *p)
{
    const smbt_track *t = c->subject.track;
    if (!t->end.mid_message && !t->end.stalled) return false;
    smbt_time sent = t->sender[1].last_payload;
    return sent == SMBT_TIME_NONE || sent <= smbt_prediction_separate_until(p);
}

/* Whether something beyond this end says that the server applies the rule: an earlier kill, or another victim
 * of the same request. A match that was in time by itself has been counted already. */
static bool corroborated(const smbt_case *c, const smbt_prediction *p, bool in_time)
{
    return c->enforced_elsewhere > 0 || p->trigger->matched > (in_time ? 1 : 0);
}

/* The user says that this server applies the rule: by a profile that has it, or by the switch. */
static bool said_to_enforce(const smbt_case *c)
{
    const smbt_server *s = c->subject.conn->server;
    smbt_profile_mask left = allowed(c);
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(c->profiles, SMBT_SIDE_SERVER, i);
        if (!(left & (UINT64_C(1) << i))) continue;
        if (!smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON)) return false;
        if (!s->chosen_by_user && !p->value[SMBT_KEY_ZERO_VC].set_by_user) return false;
    }
    return left != 0;
}

static bool same_logon(const smbt_trigger *earlier, const smbt_trigger *later)
{
    return earlier != later && smbt_endpoint_equal(&earlier->client_end, &later->client_end) &&
           smbt_endpoint_equal(&earlier->server_end, &later->server_end) && earlier->answered &&
           !earlier->logged_on && !earlier->failed && earlier->answer_frame < later->frame &&
           smbt_time_since(later->time, earlier->answer_time) <= SMBT_ANSWER_WAIT;
}

/* Victims in processes of their own act on the first leg of a logon that reached them: the later ones tell
 * them nothing new. */
static smbt_trigger *first_leg(const smbt_case *c, const smbt_prediction *of)
{
    const GPtrArray *predictions = c->subject.conn->predictions;
    smbt_trigger *first = of->trigger;
    for (guint i = predictions->len; i-- > 0;) {
        const smbt_prediction *p = predictions->pdata[i];
        if ((p->separate & of->separate) && same_logon(p->trigger, first)) first = p->trigger;
    }
    return first;
}

static smbt_profile_mask separate(const smbt_case *c, const smbt_prediction *p, smbt_zero_vc_match *m)
{
    smbt_profile_mask mask = fits_close(c, p->separate & allowed(c));
    if (!mask) return 0;
    smbt_duration delay = smbt_time_since(c->subject.track->end.time, p->trigger->time);
    m->loose = m->blocked = m->late_together = false;
    if (c->subject.track->end.time > smbt_prediction_separate_until(p)) {
        if (delay > BLOCKED_AT_MOST || !was_blocked(c, p)) return 0;
        m->blocked = true;
        m->loose = !corroborated(c, p, false);
    } else if (delay > SMBT_SEPARATE_USUAL && !corroborated(c, p, false) && !said_to_enforce(c)) {
        m->late_together = first_leg(c, p)->late >= LATE_TOGETHER;
        m->loose = !m->late_together;
    }
    return mask;
}

/* Predictions come oldest first. The first request that reached a victim is the one that ended it; only where
 * that one is doubtful may a later one be the better reading. */
static bool better(const smbt_zero_vc_match *candidate, const smbt_zero_vc_match *best)
{
    if (!best->prediction) return true;
    if (best->before_answer && candidate->before_answer && best->culprit_fell != candidate->culprit_fell)
        return best->culprit_fell;
    if (best->blocked != candidate->blocked) return best->blocked;
    if (best->loose && candidate->before_answer) return true;
    if (best->before_answer && candidate->before_answer && !best->prediction->trigger->answered)
        return candidate->prediction->trigger->answered;
    return candidate->before_answer && !best->before_answer && best->delay > SMBT_SEPARATE_USUAL;
}

static smbt_zero_vc_match match(const smbt_case *c, const smbt_prediction *p)
{
    smbt_zero_vc_match m = {.prediction = p,
                            .delay = smbt_time_since(c->subject.track->end.time, p->trigger->time)};
    smbt_profile_mask now = before_answer(c, p);
    m.profiles = now | separate(c, p, &m);
    m.before_answer = now != 0;
    if (now) m.loose = m.blocked = m.late_together = false;
    bool in_time = m.before_answer || m.delay <= SMBT_SEPARATE_USUAL || said_to_enforce(c);
    m.others = corroborated(c, p, in_time);
    m.culprit_fell = culprit_fell_too(c, p->trigger, m.before_answer);
    bool outlived = m.before_answer && m.culprit_fell && outlived_its_own(c, p->trigger);
    if (m.culprit_fell && !c->enforced_elsewhere && !outlived) m.loose = true;
    return m;
}

/* Of the connections that the same request should have ended, those that did and those that lived on. */
static void count_siblings(const smbt_case *c, smbt_zero_vc_match *m)
{
    const GPtrArray *conns = c->subject.conn->client->conns;
    for (guint i = 0; i < conns->len && i < SIBLINGS_LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        for (guint k = 0; other->predictions && k < other->predictions->len; k++) {
            const smbt_prediction *p = other->predictions->pdata[k];
            if (p->trigger != m->prediction->trigger || !((p->before_answer | p->separate) & m->profiles))
                continue;
            if (other->gone)
                m->siblings_ended++;
            else
                m->siblings_alive++;
        }
    }
}

const smbt_trigger *smbt_zero_vc_mutual(const smbt_case *c, const smbt_trigger **ret_other)
{
    const GPtrArray *predictions = c->subject.conn->predictions;
    for (guint i = 0; predictions && i < predictions->len; i++) {
        const smbt_prediction *p = predictions->pdata[i];
        if (!(p->before_answer & allowed(c)) || !waited_at(p->trigger, &c->subject.track->end) ||
            p->trigger->answered || !fell(c, p->trigger))
            continue;
        if ((*ret_other = ended_by(c, p->trigger, false))) return p->trigger;
    }
    return NULL;
}

bool smbt_zero_vc_outlived(const smbt_zero_vc_match *m)
{
    return m->siblings_alive > OUTLIVED * MAX(m->siblings_ended, 1);
}

smbt_zero_vc_match smbt_zero_vc_find(const smbt_case *c)
{
    smbt_zero_vc_match best = {0};
    const GPtrArray *predictions = c->subject.conn->predictions;
    const smbt_end_event *end = &c->subject.track->end;
    if (!predictions || !end->set || end->by != SMBT_SIDE_SERVER) return best;
    for (guint i = 0; i < predictions->len; i++) {
        const smbt_prediction *p = predictions->pdata[i];
        if (p->trigger->frame > end->frame) break;
        smbt_zero_vc_match m = match(c, p);
        if (m.profiles && better(&m, &best)) best = m;
    }
    if (best.prediction) {
        count_siblings(c, &best);
        best.culprit = best.before_answer ? best.prediction->trigger : first_leg(c, best.prediction);
        best.delay = smbt_time_since(end->time, best.culprit->time);
    }
    if (smbt_zero_vc_outlived(&best) && !best.others) best.loose = true;
    if (best.late_together && best.siblings_alive > best.siblings_ended) best.loose = true;
    return best;
}

smbt_duration smbt_zero_vc_window(const smbt_profiles *all, smbt_profile_mask profiles, const smbt_trigger *t)
{
    smbt_time latest = smbt_time_add(MAX(t->time, t->resent), SMBT_ANSWER_WAIT);
    smbt_duration until_answer = smbt_time_since(t->answered ? MIN(t->answer_time, latest) : latest, t->time);
    smbt_duration window = 0;
    for (unsigned i = 0; i < smbt_profiles_count(all, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(all, SMBT_SIDE_SERVER, i);
        if (!(profiles & UINT64_C(1) << i) || !smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON))
            continue;
        if (smbt_profile_is(p, SMBT_KEY_ZERO_VC_EXECUTION, SMBT_EXECUTION_SEPARATE)) {
            const smbt_value *delay = &p->value[SMBT_KEY_ZERO_VC_DELAY];
            if (delay->known) window = MAX(window, (smbt_duration)delay->value);
            if (delay->known && t->answered) window = MAX(window, until_answer + SMBT_SEPARATE_USUAL);
        } else if (p->value[SMBT_KEY_ZERO_VC_EXECUTION].known) {
            window = MAX(window, until_answer);
        }
    }
    return window;
}

bool smbt_zero_vc_near(const smbt_case *c)
{
    return smbt_zero_vc_find(c).prediction || smbt_zero_vc_near_inside(c);
}
