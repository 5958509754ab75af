/* Ends as samples of clocks, and what they say of a server or client together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"

/* What must hold for an end to be a sample, beside the clock running without doubt. */
static bool ended_like(const smbt_link *link, enum smbt_timer timer, const smbt_armed *clock)
{
    const smbt_conn *conn = link->conn;
    switch (timer) {
    case SMBT_TIMER_SESSION_TIMEOUT: /* no answer since the request, but to an ECHO */
        return conn->last_answer == SMBT_TIME_NONE || conn->last_answer <= clock->time;
    case SMBT_TIMER_KEEP_CONN: /* only where it is known to exist: scripts pause between two connections too
                                */
        return clock->value != SMBT_DURATION_UNKNOWN && !(clock->doubt & SMBT_DOUBT_PROFILE);
    default: return true;
    }
}

static bool is_sample(const smbt_link *link, const smbt_armed *clock)
{
    const smbt_end_event *end = &link->track.end;
    const smbt_timer_info *info = smbt_timer_get(clock->timer);
    unsigned doubt = clock->doubt & ~(unsigned)SMBT_DOUBT_PROFILE;
    if (!info->closes || clock->timer == SMBT_TIMER_FORCED_LOGOFF || end->by != info->side || doubt)
        return false;
    if (end->kind == SMBT_END_SILENCE || end->refused || end->foreign_ttl) return false;
    if (smbt_aftermath_is_wary(&link->track) || !smbt_clock_may_act_at(link->conn, clock, end->time))
        return false;
    return smbt_time_since(end->time, clock->time) >= SMBT_SHORTEST_CLOCK &&
           ended_like(link, clock->timer, clock);
}

/* Clocks that differ in their values alone are one sample. */
static bool is_first_of_its_start(const GArray *clocks, guint at)
{
    const smbt_armed *c = &g_array_index(clocks, smbt_armed, at);
    for (guint i = 0; i < at; i++) {
        const smbt_armed *other = &g_array_index(clocks, smbt_armed, i);
        if (other->timer == c->timer && other->time == c->time) return false;
    }
    return true;
}

/* The second and the third that agree make a verdict, and make it sure. */
static bool tells_more(const smbt_measured *before, const smbt_measures *m, enum smbt_timer timer)
{
    smbt_measured now = smbt_measures_value(m, timer);
    return now.known &&
           (!before->known || now.value != before->value || (now.agreeing == 3 && before->agreeing == 2));
}

bool smbt_engine_sample_end(smbt_link *link)
{
    smbt_measures *server = &smbt_engine_belief(link->conn->server)->measures;
    bool agrees = false;
    for (guint i = 0; link->clocks && i < link->clocks->len; i++) {
        const smbt_armed *c = &g_array_index(link->clocks, smbt_armed, i);
        if (!is_sample(link, c) || !is_first_of_its_start(link->clocks, i)) continue;
        /* The extended timeout starts with the session timeout, and is measured as that. */
        if (c->timer == SMBT_TIMER_EXTENDED_SESSION_TIMEOUT) continue;
        smbt_measures *m = smbt_timer_get(c->timer)->side == SMBT_SIDE_SERVER
                               ? server
                               : smbt_engine_host_measures(link->conn);
        if (c->no_tree) continue; /* as long as its interval and no longer: no measure of the clock */
        smbt_duration age = smbt_time_since(link->track.end.time, c->time);
        smbt_measured before = smbt_measures_value(m, c->timer);
        smbt_measures_add(m, c->timer, age);
        agrees |= tells_more(&before, m, c->timer);
        link->sampled = true;
    }
    return agrees;
}

bool smbt_engine_sample_silence(smbt_engine *e, smbt_link *link)
{
    if (link->track.end.by != SMBT_SIDE_SERVER || smbt_aftermath_is_wary(&link->track)) return false;
    smbt_case c = smbt_engine_case(e, link);
    smbt_silence silence = {.server = link->conn->server_end.addr,
                            .end = link->track.end.time,
                            .logged_on = link->conn->logged_on,
                            .has_guid = link->conn->has_server_guid};
    memcpy(silence.guid, link->conn->server_guid, sizeof silence.guid);
    if (!smbt_closed_in_silence(&c, &silence.length)) return false;
    link->sampled = true;
    bool before = e->config->live && smbt_silences_find(&e->silences, silence.length).known;
    smbt_silences_add(&e->silences, &silence);
    return e->config->live && !before && smbt_silences_find(&e->silences, silence.length).known;
}

/* ---- Reports
 * ---------------------------------------------------------------------------------------------------- */

/* The value on which the possible profiles agree. */
static smbt_duration usual_value(const smbt_profiles *profiles, const smbt_timer_info *info,
                                 smbt_profile_mask possible)
{
    smbt_duration found = SMBT_DURATION_UNKNOWN;
    for (unsigned i = 0; i < smbt_profiles_count(profiles, info->side); i++) {
        const smbt_profile *p = smbt_profiles_get(profiles, info->side, i);
        const smbt_value *v = &p->value[info->value];
        if (!(possible & (UINT64_C(1) << i)) || !v->known || p->doubtful) continue;
        smbt_duration value = v->value == SMBT_NEVER ? SMBT_DURATION_OFF : (smbt_duration)v->value;
        if (found != SMBT_DURATION_UNKNOWN && found != value) return SMBT_DURATION_UNKNOWN;
        found = value;
    }
    return found;
}

static smbt_duration usual_scan(const smbt_profiles *profiles, const smbt_timer_info *info,
                                smbt_profile_mask possible)
{
    smbt_duration most = 0;
    for (unsigned i = 0; i < smbt_profiles_count(profiles, info->side); i++) {
        const smbt_value *v = &smbt_profiles_get(profiles, info->side, i)->value[info->scan];
        if (possible & (UINT64_C(1) << i) && v->known && info->scan != info->value)
            most = MAX(most, (smbt_duration)v->value);
    }
    return most;
}

static bool differs(const smbt_timer_measure *t, smbt_duration scan)
{
    if (t->usual == SMBT_DURATION_UNKNOWN) return false;
    if (t->usual == SMBT_DURATION_OFF) return t->value != SMBT_DURATION_UNKNOWN;
    smbt_duration latest = t->usual + scan + SMBT_SEC;
    if (t->outlived > latest) return true;
    return t->value != SMBT_DURATION_UNKNOWN && (t->value + SMBT_SEC < t->usual || t->value > latest);
}

void smbt_engine_report_timers(const smbt_engine *e, enum smbt_side side, smbt_profile_mask possible,
                               const smbt_measures *measures, const char *host, GArray *ret_timers)
{
    const smbt_profiles *profiles = e->config->profiles;
    for (int i = 0; i < SMBT_TIMER_MAX; i++) {
        const smbt_timer_info *info = smbt_timer_get((enum smbt_timer)i);
        const smbt_measure *m = measures->of[i];
        if (info->side != side || !m) continue;
        smbt_measured value = smbt_measures_value(measures, (enum smbt_timer)i);
        smbt_timer_measure t = {.timer = info->id,
                                .host = host,
                                .value = value.known ? value.value : SMBT_DURATION_UNKNOWN,
                                .agreeing = value.agreeing,
                                .spread = value.spread,
                                .samples = m->count,
                                .outlived = m->outlived,
                                .outlived_frame = m->outlived_frame,
                                .usual = usual_value(profiles, info, possible)};
        t.differs = differs(&t, usual_scan(profiles, info, possible));
        g_array_append_val(ret_timers, t);
    }
}
