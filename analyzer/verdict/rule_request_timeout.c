/* The client gave the connection up since a request stayed unanswered (MS-CIFS 3.2.6.1; facts 2.2-2.4).
 *
 * The oldest pending request that is not exempt is as old as the client's timeout, and at most one scan
 * older. Where the timeout is not known, other ends of this client may agree on it; a lone end at a whole
 * number of seconds is possible and no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

#include "smb/smb1_header.h"

#include <string.h>

/* Nobody who says goodbye has given up. */
#define FAREWELL (2 * SMBT_SEC)
/* The shortest timeout there is. */
#define LEAST (10 * SMBT_SEC)
/* A program's own timeout is a whole number of seconds, kept to within this share of it and a little. */
#define ROUND_SHARE 500
#define ROUND_PLUS  (20 * SMBT_MS)
#define ROUND_MOST  (200 * SMBT_MS)
/* Two ends of one client lie on the same grid of scans when they are off it by less. */
#define GRID_WITHIN SMBT_SEC

static const struct {
    enum smbt_timer timer;
    const char *variant, *name;
} variants[] = {{SMBT_TIMER_SESSION_TIMEOUT, "session", "session timeout"},
                {SMBT_TIMER_OFFLINE_TIMEOUT, "offline", "timeout for offline files"},
                {SMBT_TIMER_EXTENDED_SESSION_TIMEOUT, "extended", "extended session timeout"}};

struct found {
    smbt_clock_match match;
    unsigned variant;
    bool lone; /* fits nothing known, but a whole number of seconds */
};

static const smbt_request *request_of(const smbt_case *c, const smbt_armed *clock)
{
    for (unsigned i = 0; i < c->in_flight_count; i++)
        if (c->in_flight[i].frame == clock->object) return &c->in_flight[i];
    return NULL;
}

/* Whether the client just waited: no answer came since it asked, and all it did was to ask whether the server
 * is still there. */
static bool only_waited(const smbt_case *c, const smbt_armed *clock)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_request *r = request_of(c, clock);
    if (!r || (conn->last_answer != SMBT_TIME_NONE && conn->last_answer > clock->time)) return false;
    return conn->last_use_frame <= clock->frame;
}

static bool is_round(smbt_duration age)
{
    smbt_duration whole = (age + SMBT_SEC / 2) / SMBT_SEC * SMBT_SEC;
    return age >= LEAST && smbt_time_distance(age, whole) <= MIN(age / ROUND_SHARE + ROUND_PLUS, ROUND_MOST);
}

/* A client that scans closes at any time from its timeout on: of it, only an end before that time can be
 * another timeout. */
static bool is_too_early(const smbt_case *c, smbt_duration age)
{
    for (guint i = 0; c->clocks && i < c->clocks->len; i++) {
        const smbt_armed *k = &g_array_index(c->clocks, smbt_armed, i);
        if (smbt_timer_get(k->timer)->side == SMBT_SIDE_CLIENT && k->timer == SMBT_TIMER_SESSION_TIMEOUT &&
            k->value != SMBT_DURATION_UNKNOWN && age >= k->value)
            return false;
    }
    return true;
}

static struct found find_lone(const smbt_case *c)
{
    const smbt_armed *k = smbt_clock_running(c, SMBT_TIMER_SESSION_TIMEOUT);
    if (!k || k->set_by_user || k->doubt & SMBT_DOUBT_EXEMPT) return (struct found){0};
    smbt_duration age = smbt_time_since(c->subject.track->end.time, k->time);
    if (!only_waited(c, k) || !is_round(age) || !is_too_early(c, age)) return (struct found){0};
    smbt_duration whole = (age + SMBT_SEC / 2) / SMBT_SEC * SMBT_SEC;
    return (struct found){.match = {.clock = k,
                                    .measured = true,
                                    .value = {.known = true, .value = whole, .agreeing = 1},
                                    .age = age},
                          .lone = true};
}

static struct found find(const smbt_case *c)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(variants); i++) {
        smbt_clock_match m = smbt_clock_find(c, variants[i].timer, SMBT_CLOCK_SLACK);
        if (m.clock && request_of(c, m.clock)) return (struct found){.match = m, .variant = i};
    }
    return find_lone(c);
}

/* The scans of one client come at a fixed interval: another timeout of its lies a multiple of that away. */
static bool on_same_grid(const smbt_case *c, const smbt_armed *clock)
{
    smbt_time other = c->client_measures->last_timeout;
    if (!other || !clock->scan || c->client_measures->last_timeout_frame == c->subject.track->end.frame)
        return false;
    smbt_duration apart = smbt_time_distance(c->subject.track->end.time, other) % clock->scan;
    return MIN(apart, clock->scan - apart) <= GRID_WITHIN;
}

static enum smbt_strength strength_of(const smbt_case *c, const struct found *f, const smbt_request *r)
{
    if (f->lone) return SMBT_STRENGTH_POSSIBLE;
    bool probed = r->probe_frame != 0, agreed = f->match.measured && f->match.value.agreeing > 2;
    /* That another one lies on the grid of scans is a hint: one in fifteen does by chance. */
    bool sure = (probed && !f->match.measured && only_waited(c, f->match.clock)) || agreed;
    /* Whether a server is on the client's list of slow ones, and what an offline file takes, is not on the
     * wire. */
    sure &= variants[f->variant].timer == SMBT_TIMER_SESSION_TIMEOUT;
    return smbt_clock_strength(c, &f->match, sure ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY);
}

/* "is", where it is the user's word or nothing speaks against the profile. */
static const char *is_or_may(const smbt_armed *k)
{
    return k->set_by_user || !(k->doubt & SMBT_DOUBT_PROFILE) ? "is"
                                                              : "may be, by what is known of such clients,";
}

static void summarize(smbt_verdict *v, const struct found *f, const smbt_request *r, const char *command)
{
    const smbt_armed *k = f->match.clock;
    const char *age = smbt_verdict_span(v, f->match.age);
    if (f->lone)
        v->end.summary = smbt_verdict_text(
            v,
            "The client waited %s for the answer to %s, frame %" G_GUINT64_FORMAT
            ", did nothing else, and gave the connection up. What its timeout is, is not known; "
            "that it waited a whole number of seconds looks like one.",
            age, command, r->frame);
    else if (f->match.measured)
        v->end.summary = smbt_verdict_text(
            v,
            "The client waited %s for the answer to %s, frame %" G_GUINT64_FORMAT
            ", and gave the connection up. %u of its connections ended so: its timeout is %s here.",
            age, command, r->frame, f->match.value.agreeing, smbt_verdict_span(v, f->match.value.value));
    else if (k->scan)
        v->end.summary = smbt_verdict_text(
            v,
            "The client waited %s for the answer to %s, frame %" G_GUINT64_FORMAT
            ", and gave the connection up. Its %s %s %s; it looks for overdue requests every %s, so that it "
            "would "
            "close %s to %s after asking.",
            age, command, r->frame, variants[f->variant].name, is_or_may(k), smbt_verdict_span(v, k->value),
            smbt_verdict_span(v, k->scan), smbt_verdict_span(v, k->value),
            smbt_verdict_span(v, k->value + k->scan + k->extra));
    else
        v->end.summary = smbt_verdict_text(
            v,
            "The client waited %s for the answer to %s, frame %" G_GUINT64_FORMAT
            ", and gave the connection up. Its %s %s %s.",
            age, command, r->frame, variants[f->variant].name, is_or_may(k), smbt_verdict_span(v, k->value));
}

/* A server that is slow, and one that is dead, are different troubles. */
static void tell_late(const smbt_case *c, smbt_verdict *v, const smbt_request *r)
{
    v->end.summary = smbt_verdict_text(
        v,
        "%s The answer came %s after the end, frame %" G_GUINT64_FORMAT
        ": the server was slow and took %s, it was not dead.",
        v->end.summary, smbt_verdict_span(v, smbt_time_since(r->after_time, c->subject.track->end.time)),
        r->after_frame, smbt_verdict_span(v, smbt_time_since(r->after_time, r->time)));
    smbt_verdict_evidence(v, r->after_frame, "the answer, too late");
}

/* The setting that all profiles which the client can be have in common; NULL: none. */
static const char *common_setting(const smbt_case *c)
{
    const char *setting = NULL;
    smbt_profile_mask mask = c->subject.conn->client_profiles;
    for (unsigned i = 0; i < smbt_profiles_count(c->profiles, SMBT_SIDE_CLIENT); i++) {
        const smbt_profile *p = smbt_profiles_get(c->profiles, SMBT_SIDE_CLIENT, i);
        if (!(mask & (UINT64_C(1) << i))) continue;
        if (!p->timeout_setting || (setting && strcmp(setting, p->timeout_setting) != 0)) return NULL;
        setting = p->timeout_setting;
    }
    return setting;
}

/* Characters of a name that a client gives itself. */
#define NAME_LENGTH 40

/* What the client calls itself; NULL: nothing. */
static const char *name_of(const smbt_case *c, smbt_verdict *v)
{
    const smbt_claims *says = &c->subject.conn->claims;
    const char *name = says->native_lan_man && *says->native_lan_man ? says->native_lan_man : says->native_os;
    if (!says->names_seen || !name || !*name) return NULL;
    const char *end = name;
    for (int i = 0; *end && i < NAME_LENGTH; i++)
        end = g_utf8_next_char(end);
    return smbt_verdict_text(v, "%.*s%s", (int)(end - name), name, *end ? "…" : "");
}

/* What it is called there; a client without a name may be anything. */
static const char *setting_of(const smbt_case *c, smbt_verdict *v, const struct found *f)
{
    const char *setting = common_setting(c), *name = name_of(c, v);
    enum smbt_timer timer = variants[f->variant].timer;
    if (timer != SMBT_TIMER_SESSION_TIMEOUT) return smbt_timer_get(timer)->registry;
    bool is_lowered = f->lone && f->match.clock->value != SMBT_DURATION_UNKNOWN;
    if (setting && name && is_lowered)
        return smbt_verdict_text(v, "%s, if it was lowered, or a setting of the program that asked", setting);
    if (setting && name) return setting;
    if (name)
        return smbt_verdict_text(v, "it calls itself \"%s\", and the name of the setting is in its manual",
                                 name);
    return "SessTimeout in LanmanWorkstation\\Parameters, seconds, if it is a Windows; others have settings "
           "of "
           "their own";
}

static void advise_client(const smbt_case *c, smbt_verdict *v, const struct found *f)
{
    smbt_verdict_remedy(v,
                        smbt_verdict_text(v, "Where such delays are normal, raise the client's timeout: %s.",
                                          setting_of(c, v, f)));
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    const smbt_conn *conn = c->subject.conn;
    if (!e->set || e->by != SMBT_SIDE_CLIENT || e->kind == SMBT_END_SILENCE || e->foreign_ttl || c->one_sided)
        return false;
    bool said_goodbye =
        conn->last_farewell != SMBT_TIME_NONE && smbt_time_since(e->time, conn->last_farewell) < FAREWELL;
    struct found f = find(c);
    if (!f.match.clock || said_goodbye) return false;
    const smbt_request *r = request_of(c, f.match.clock);
    const char *command = smbt_verdict_command(conn, r);
    smbt_verdict_conclude(v, SMBT_CAUSE_REQUEST_TIMEOUT, variants[f.variant].variant, strength_of(c, &f, r));
    summarize(v, &f, r, command);
    smbt_clock_tell(c, v, &f.match,
                    smbt_verdict_text(v, "%s, %s", command, smbt_verdict_unanswered(c, v, r)));
    smbt_clock_blame(c, v, &f.match, r->frame);
    if (r->after_frame) tell_late(c, v, r);
    if (r->probe_frame)
        smbt_verdict_evidence(
            v, r->probe_frame,
            "ECHO: the client asks whether the server is still there; an answer to that does not "
            "save the connection");
    if (on_same_grid(c, f.match.clock))
        smbt_verdict_evidence(v, c->client_measures->last_timeout_frame,
                              "another timeout of this client, a multiple of its scan interval away");
    smbt_verdict_remedy(
        v, r->after_frame
               ? "Find out why the server took so long: look at its storage, its load and its event log at "
                 "the time of the request."
               : "Find out why the server did not answer: look at its storage, its load and its event log at "
                 "the time of the request.");
    advise_client(c, v, &f);
    return true;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    if (v->end.by != SMBT_SIDE_CLIENT || v->end.kind == SMBT_END_SILENCE || c->in_flight_count == 0) return;
    const smbt_armed *k = smbt_clock_running(c, SMBT_TIMER_SESSION_TIMEOUT);
    if (k)
        smbt_clock_rule_out(c, v, SMBT_CAUSE_REQUEST_TIMEOUT, SMBT_TIMER_SESSION_TIMEOUT);
    else if (smbt_clock_running(c, SMBT_TIMER_OFFLINE_TIMEOUT))
        smbt_clock_rule_out(c, v, SMBT_CAUSE_REQUEST_TIMEOUT, SMBT_TIMER_OFFLINE_TIMEOUT);
    else if (c->subject.conn->smb_version == 1)
        smbt_verdict_rule_out(v, SMBT_CAUSE_REQUEST_TIMEOUT, "what was pending may wait for ever");
}

const smbt_rule smbt_rule_request_timeout = {
    .id = "request-timeout", .explain = explain, .rule_out = rule_out};
