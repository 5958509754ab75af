/* The server closed a connection that nobody used: Autodisconnect, Samba's deadtime (facts 2.5).
 *
 * Nothing open, nothing pending, and the last request as old as the clock's length. The length is a
 * profile's, the user's, or one that several idle connections of this server agree on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* Times are noted to the second by some servers. */
#define SLACK SMBT_SEC
/* Nobody calls it idle before. */
#define NOT_IDLE (10 * SMBT_SEC)
/* So many that agree leave no doubt. */
#define AGREEING_SURELY 3
/* Administrators choose whole minutes; a lone idle connection that ends at one may be such a choice. */
#define ROUND_TO     SMBT_MIN
#define ROUND_WITHIN SMBT_SEC

static bool ended_by_server(const smbt_case *c)
{
    const smbt_end_event *e = &c->subject.track->end;
    return e->set && e->by == SMBT_SIDE_SERVER && e->kind != SMBT_END_SILENCE && !e->refused &&
           !e->foreign_ttl && !c->one_sided;
}

static smbt_duration off_whole_minutes(smbt_duration age)
{
    return smbt_time_distance(age, (age + ROUND_TO / 2) / ROUND_TO * ROUND_TO);
}

/* A lone end whose idle time is a whole number of minutes. */
static smbt_clock_match find_round(const smbt_case *c)
{
    for (guint i = 0; c->clocks && i < c->clocks->len; i++) {
        const smbt_armed *k = &g_array_index(c->clocks, smbt_armed, i);
        if (k->timer != SMBT_TIMER_AUTODISCONNECT || k->set_by_user || k->no_tree) continue;
        smbt_duration age = smbt_time_since(c->subject.track->end.time, k->time);
        smbt_duration minutes = (age + ROUND_TO / 2) / ROUND_TO * ROUND_TO;
        smbt_duration longest =
            smbt_measures_longest_outlived(&c->belief->measures, SMBT_TIMER_AUTODISCONNECT);
        if (minutes == 0 || off_whole_minutes(age) > ROUND_WITHIN || longest > age + SLACK) continue;
        return (smbt_clock_match){.clock = k,
                                  .measured = true,
                                  .value = {.known = true, .value = minutes, .agreeing = 1},
                                  .age = age};
    }
    return (smbt_clock_match){0};
}

bool smbt_server_idle_fits(const smbt_case *c)
{
    return ended_by_server(c) && c->in_flight_count == 0 &&
           smbt_clock_find(c, SMBT_TIMER_AUTODISCONNECT, SLACK).clock;
}

/* Another host's session setups, which come as often, may be the clock that was measured. */
static bool may_be_another_hosts(const smbt_case *c, const smbt_clock_match *m)
{
    return m->measured && smbt_zero_vc_unseen(c);
}

static enum smbt_strength strength_of(const smbt_case *c, const smbt_clock_match *m)
{
    if (m->measured && m->value.agreeing == 1) return SMBT_STRENGTH_POSSIBLE;
    if (may_be_another_hosts(c, m))
        return off_whole_minutes(m->value.value) > ROUND_WITHIN
                   ? SMBT_STRENGTH_POSSIBLE
                   : smbt_clock_strength(c, m, SMBT_STRENGTH_LIKELY);
    /* When nothing is left of a server, it may have stopped; some also close at a look what has no share. */
    bool alone = smbt_server_stop_is_possible(c);
    bool sure = !alone && !m->clock->no_tree && (!m->measured || m->value.agreeing >= AGREEING_SURELY);
    return smbt_clock_strength(c, m, sure ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY);
}

static bool is_samba(const smbt_case *c)
{
    const char *lan_man = c->subject.conn->server->native_lan_man;
    return lan_man && g_str_has_prefix(lan_man, "Samba");
}

/* Nobody knows which system has this clock. */
static bool is_nameless(const smbt_case *c)
{
    const smbt_server *s = c->subject.conn->server;
    return !s->native_lan_man && !s->native_os && !s->identified;
}

static const char *clock_name(const smbt_case *c)
{
    if (is_samba(c)) return "deadtime";
    return is_nameless(c) ? "Windows: Autodisconnect, Samba: deadtime" : "Autodisconnect";
}

/* What the age of an idle connection is counted from. */
static const char *last_request(const smbt_case *c, const smbt_clock_match *m)
{
    return c->subject.conn->last_request > m->clock->time ? "the last request on a share"
                                                          : "the last request";
}

static void summarize(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m)
{
    const char *name = clock_name(c), *age = smbt_verdict_span(v, m->age + m->clock->noted);
    if (m->clock->no_tree)
        v->end.summary = smbt_verdict_text(v,
                                           "No share was connected, so the server closed the connection when "
                                           "it next looked for idle ones, %s later.",
                                           smbt_verdict_span(v, m->age));
    else if (m->measured && m->value.agreeing == 1)
        v->end.summary = smbt_verdict_text(v,
                                           "The server closed the connection when nothing was open or "
                                           "pending and it had been idle for %s. That "
                                           "is a whole number of minutes, as such clocks are set in (%s); no "
                                           "second end is there to compare.",
                                           age, name);
    else if (m->measured)
        v->end.summary = smbt_verdict_text(
            v,
            "The server closes idle connections after %s (%s): %u of its connections ended "
            "so. Nothing was open or pending here, and %s was %s old.",
            smbt_verdict_span(v, m->value.value), name, m->value.agreeing, last_request(c, m), age);
    else
        v->end.summary = smbt_verdict_text(v,
                                           "The server closed an idle connection: nothing was open or "
                                           "pending, and %s was %s old. Its %s is %s.",
                                           last_request(c, m), age, is_nameless(c) ? "idle time" : name,
                                           smbt_verdict_span(v, m->clock->value));
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    if (!ended_by_server(c) || c->in_flight_count) return false;
    smbt_clock_match m = smbt_clock_find(c, SMBT_TIMER_AUTODISCONNECT, SLACK);
    if (!m.clock) m = find_round(c);
    if (!m.clock || (m.measured && smbt_zero_vc_near(c))) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_SERVER_IDLE, NULL, strength_of(c, &m));
    summarize(c, v, &m);
    smbt_clock_tell(c, v, &m, m.clock->no_tree ? "the share went, or never came" : "last request");
    smbt_clock_blame(c, v, &m, m.clock->frame);
    if (may_be_another_hosts(c, &m)) smbt_zero_vc_doubt(c, v);
    if (c->subject.conn->last_request > m.clock->time)
        smbt_verdict_evidence(v, c->subject.conn->last_request_frame,
                              "a later request, but none on a share (an ECHO, for one): it does not restart "
                              "this server's clock");
    smbt_verdict_remedy(
        v, "Nothing is lost: the client reconnects when it needs the server again. If a program can't "
           "take that, let it keep a file open.");
    smbt_verdict_remedy(
        v, is_samba(c) ? "To change the time: \"deadtime\" in smb.conf, in minutes; 0 turns it off."
           : is_nameless(c)
               ? "To change the time, Windows: \"net config server /autodisconnect:MINUTES\", -1 turns it "
                 "off; Samba: \"deadtime\" in smb.conf, in minutes, 0 turns it off."
               : "To change the time: \"net config server /autodisconnect:MINUTES\"; -1 turns it off.");
    return true;
}

static const char *what_was_open(const smbt_conn *conn, smbt_verdict *v)
{
    if (conn->opens && conn->opens->len)
        return smbt_verdict_text(v, "%u file%s open", conn->opens->len,
                                 conn->opens->len == 1 ? " was" : "s were");
    if (conn->searches && conn->searches->len) return "a search was open";
    return conn->smb2_opens ? "a file was open" : NULL;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    if (v->end.by != SMBT_SIDE_SERVER || v->end.kind == SMBT_END_SILENCE || !conn->logged_on ||
        v->cause == SMBT_CAUSE_SERVER_IDLE)
        return;
    smbt_duration idle = smbt_time_since(v->end.time, conn->last_request);
    const char *open = what_was_open(conn, v);
    if (conn->last_request != SMBT_TIME_NONE && idle < NOT_IDLE)
        smbt_verdict_rule_out(v, SMBT_CAUSE_SERVER_IDLE,
                              "the last request, frame %" G_GUINT64_FORMAT ", came only %s before",
                              conn->last_request_frame, smbt_verdict_duration(v, idle));
    else if (c->in_flight_count)
        smbt_verdict_rule_out(v, SMBT_CAUSE_SERVER_IDLE, "%u request%s waiting for an answer",
                              c->in_flight_count, c->in_flight_count == 1 ? " was" : "s were");
    else if (open)
        smbt_verdict_rule_out(v, SMBT_CAUSE_SERVER_IDLE, "%s", open);
    else
        smbt_clock_rule_out(c, v, SMBT_CAUSE_SERVER_IDLE, SMBT_TIMER_AUTODISCONNECT);
}

const smbt_rule smbt_rule_server_idle = {.id = "server-idle", .explain = explain, .rule_out = rule_out};
