/* A verdict, and what becomes of it.
 *
 * An accusation that rests on the first signs of a server's behaviour is held back until that server is
 * known, since later frames may show that it does not apply the rule at all; a live engine says it at once
 * and revises it if need be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"

static smbt_verdict *judge(smbt_engine *e, const smbt_link *link)
{
    smbt_case c = smbt_engine_case(e, link);
    return smbt_judge(&c);
}

/* Whether the capture shows an SMB connection at all: its handshake or a byte of it, or a verdict that names
 * it. An answer to a SYN that is not there may be one that somebody sent in this client's name. */
static bool is_reportable(const smbt_link *link, const smbt_verdict *v)
{
    if (link->conn->messages[0] + link->conn->messages[1] > 0) return true;
    if (v->cause == SMBT_CAUSE_ZERO_VC) return true;
    return link->conn->from_start && (link->track.end.refused || link->track.established ||
                                      (link->track.syn_ack_seen && link->track.sender[0].segments));
}

/* The rule was seen at work: what it foretold came true. From the clients' side of a NAT it is only guessed.
 */
static bool is_kill(const smbt_verdict *v)
{
    return v->cause == SMBT_CAUSE_ZERO_VC && v->end.predicted.rule;
}

static void emit(smbt_engine *e, smbt_link *link, smbt_verdict *v, bool revises)
{
    if (!is_reportable(link, v)) {
        smbt_absence_judged(e, link->absence, NULL, NULL);
        smbt_verdict_free(v);
        return;
    }
    link->told_frame = v->end.frame;
    if (revises) v->end.revises = v->end.frame;
    v->end.state = smbt_state_ref(link->state);
    if (v->end.by == SMBT_SIDE_SERVER && !revises && !link->track.end.refused) e->ends_by_server++;
    if (is_kill(v) && !revises) smbt_engine_note_kill(e, link, &v->end);
    bool collision = is_kill(v) && g_strcmp0(v->end.variant, "nat-collision") == 0;
    smbt_engine_name_verdict(e, v);
    smbt_absence_judged(e, link->absence, v, link->state);
    smbt_queued *q = smbt_engine_queue(e, SMBT_RECORD_END, &v->end, v, (GDestroyNotify)smbt_verdict_free);
    q->absence = smbt_absence_ref(link->absence);
    if (collision)
        smbt_engine_note_exposed(e, link->conn,
                                 &(smbt_setup_sent){.client = v->end.culprit.client,
                                                    .server = v->end.culprit.server,
                                                    .frame = v->end.culprit.frame,
                                                    .time = smbt_time_sub(v->end.time, v->end.culprit.delay)},
                                 "the server dropped one of them at that");
}

smbt_verdict *smbt_engine_judge_latest(smbt_engine *e)
{
    const smbt_link *link = e->due.first ? e->due.last : NULL;
    if (!link || link->track.end.frame != e->last_frame) return NULL;
    smbt_verdict *v = judge(e, link);
    if (is_reportable(link, v)) {
        v->end.state = smbt_state_ref(link->state);
        smbt_engine_name_verdict(e, v);
        return v;
    }
    smbt_verdict_free(v);
    return NULL;
}

static bool proven(const smbt_link *link)
{
    return smbt_engine_belief(link->conn->server)->enforced >= SMBT_ENFORCED_PROVEN;
}

static void linger(smbt_engine *e, smbt_link *link)
{
    smbt_backlog_free(e, link);
    smbt_link_list_add(&e->lingering, link, e->now);
}

/* So many verdicts wait at a time for other ends that may agree with them on a clock. */
#define HELD_FOR_CLOCKS_MAX 512

/* Whether the server ended it just after a full hour: the user's next logon may tell that logon hours were
 * over. */
static bool ended_at_the_hour(const smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    for (guint i = 0; link->clocks && end->by == SMBT_SIDE_SERVER && i < link->clocks->len; i++) {
        const smbt_armed *c = &g_array_index(link->clocks, smbt_armed, i);
        if (c->timer == SMBT_TIMER_FORCED_LOGOFF && smbt_time_add(end->time, SMBT_SEC) >= c->from &&
            end->time <= c->to)
            return true;
    }
    return false;
}

/* An end that may be a clock's whose length is not known yet: later ends may tell. */
static bool waits_for_clock(smbt_engine *e, const smbt_link *link, const smbt_verdict *v)
{
    bool at_the_hour = ended_at_the_hour(link);
    if (!(link->sampled || at_the_hour)) return false;
    if (e->held_for_clocks >= HELD_FOR_CLOCKS_MAX) {
        e->not_held++;
        return false;
    }
    switch (v->cause) {
    case SMBT_CAUSE_SERVER_STOP: return at_the_hour;
    case SMBT_CAUSE_FORCED_LOGOFF: return v->end.strength < SMBT_STRENGTH_CONFIRMED;
    case SMBT_CAUSE_SERVER_CLOSE:
    case SMBT_CAUSE_CLIENT_CLOSE:
    case SMBT_CAUSE_UNKNOWN: return true;
    case SMBT_CAUSE_SERVER_IDLE:
    case SMBT_CAUSE_UNUSED_CONNECTION:
    case SMBT_CAUSE_CLIENT_IDLE:
    case SMBT_CAUSE_REQUEST_TIMEOUT:
        /* A later connection may outlive what was measured so far. */
        return v->end.strength == SMBT_STRENGTH_POSSIBLE ||
               g_strcmp0(v->end.predicted.profile, "measured") == 0;
    default: return false;
    }
}

static void hold_for_clock(smbt_engine *e, smbt_link *link, smbt_verdict *v)
{
    link->held_for_clock = true;
    e->held_for_clocks++;
    g_ptr_array_add(e->held, link);
    if (e->config->live) {
        emit(e, link, v, false);
        v = judge(e, link);
    }
    link->held = v;
}

/* So many verdicts wait at a time for a proof that their server applies the zero-VC rule. */
#define HELD_FOR_PROOF_MAX 512

static void hold_for_proof(smbt_engine *e, smbt_link *link, smbt_verdict *v)
{
    g_ptr_array_add(e->held, link);
    smbt_engine_belief(link->conn->server)->held++;
    if (e->config->live) {
        emit(e, link, v, false);
        v = judge(e, link);
    }
    link->held = v;
}

/* An end by the zero-VC rule, were it known that the server applies it. */
static bool waits_for_proof(smbt_engine *e, const smbt_link *link, const smbt_verdict *v)
{
    if (v->cause != SMBT_CAUSE_UNKNOWN || link->track.end.by != SMBT_SIDE_SERVER || proven(link))
        return false;
    smbt_case c = smbt_engine_case(e, link);
    smbt_zero_vc_match m = smbt_zero_vc_find(&c);
    if (!m.prediction || !m.loose || m.culprit_fell || smbt_zero_vc_outlived(&m)) return false;
    if (smbt_engine_belief(link->conn->server)->held < HELD_FOR_PROOF_MAX) return true;
    e->not_held++;
    return false;
}

/* Whether a kill says by itself that its server applies the rule. */
static bool is_proof(smbt_engine *e, const smbt_link *link)
{
    smbt_case c = smbt_engine_case(e, link);
    smbt_zero_vc_match m = smbt_zero_vc_find(&c);
    return !m.late_together;
}

static void note_timeout(const smbt_link *link, const smbt_verdict *v)
{
    if (v->cause != SMBT_CAUSE_REQUEST_TIMEOUT || v->end.strength < SMBT_STRENGTH_LIKELY) return;
    smbt_measures *m = smbt_engine_host_measures(link->conn);
    m->last_timeout = v->end.time;
    m->last_timeout_frame = v->end.frame;
}

void smbt_engine_decide(smbt_engine *e, smbt_link *link)
{
    if (smbt_aftermath_is_undenied(&link->track, e->now) && smbt_link_may_revive(link)) {
        smbt_link_list_add(&e->due, link, e->now);
        smbt_link_revive(e, link);
        return;
    }
    link->judged = true;
    smbt_link_compare_ttl(link);
    if (link->conn->predictions) smbt_link_draw_lines(link);
    smbt_verdict *v = judge(e, link);
    note_timeout(link, v);
    if (waits_for_clock(e, link, v)) {
        hold_for_clock(e, link, v);
        return;
    }
    if (waits_for_proof(e, link, v)) {
        hold_for_proof(e, link, v);
        return;
    }
    if (!is_kill(v)) {
        emit(e, link, v, false);
        linger(e, link);
        return;
    }
    if (is_proof(e, link)) {
        smbt_engine_belief(link->conn->server)->enforced++;
        link->kill_counted = true;
    }
    if (proven(link)) {
        smbt_engine_reconsider(e, link->conn->server); /* what was held came first */
        emit(e, link, v, false);
        linger(e, link);
        return;
    }
    hold_for_proof(e, link, v);
}

/* Whether the culprit of a held verdict is still known well enough to judge the case anew. */
static bool culprit_known(const smbt_link *link)
{
    const GPtrArray *predictions = link->conn->predictions;
    for (guint i = 0; i < predictions->len; i++) {
        const smbt_prediction *p = predictions->pdata[i];
        if (p->trigger->frame == link->held->end.culprit.frame) return p->trigger->conn != NULL;
    }
    return false;
}

/* Says what was held; in a live engine only when it is another cause, or surer or less sure, now. */
static void settle(smbt_engine *e, smbt_link *link)
{
    smbt_verdict *held = link->held, *v = judge(e, link);
    enum smbt_cause was = held->cause;
    enum smbt_strength was_sure = held->end.strength;
    smbt_case c = smbt_engine_case(e, link);
    smbt_zero_vc_match m = smbt_zero_vc_find(&c);
    /* What others did since is no reason to change it: only the match itself may fall. */
    bool stands = m.prediction && !m.loose && is_kill(held);
    if (stands && (!is_kill(v) || !culprit_known(link))) {
        smbt_verdict_free(v);
        v = held;
    } else {
        smbt_verdict_free(held);
    }
    link->held = NULL;
    if (e->config->live && v->cause == was && v->end.strength == was_sure)
        smbt_verdict_free(v);
    else
        emit(e, link, v, e->config->live);
    linger(e, link);
}

/* Says what was held for a clock; in a live engine only when it is another cause, or surer, now. */
static void settle_clock(smbt_engine *e, smbt_link *link)
{
    smbt_verdict *held = link->held, *v = judge(e, link);
    link->held = NULL;
    link->held_for_clock = false;
    e->held_for_clocks--;
    note_timeout(link, v);
    if (e->config->live && v->cause == held->cause && v->end.strength == held->end.strength)
        smbt_verdict_free(v);
    else
        emit(e, link, v, e->config->live);
    smbt_verdict_free(held);
    linger(e, link);
}

void smbt_engine_reconsider_clocks(smbt_engine *e, const smbt_conn *conn, bool all)
{
    if (!e->config->live) return; /* what is to come may tell more: nobody waits */
    for (guint i = 0; e->held_for_clocks && i < e->held->len;) {
        smbt_link *link = e->held->pdata[i];
        bool concerned = all || link->conn->server == conn->server || link->conn->client == conn->client;
        if (!link->held_for_clock || !concerned) {
            i++;
            continue;
        }
        /* It may be another clock of these peers that agrees now: then it goes on waiting. */
        smbt_verdict *v = judge(e, link);
        bool tells = v->cause != link->held->cause || v->end.strength != link->held->end.strength;
        smbt_verdict_free(v);
        if (!tells) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(e->held, i);
        settle_clock(e, link);
    }
}

void smbt_engine_reconsider(smbt_engine *e, const smbt_server *server)
{
    if (server && (!server->user || ((const smbt_belief *)server->user)->held == 0)) return;
    for (guint i = 0; i < e->held->len;) {
        smbt_link *link = e->held->pdata[i];
        if (server && (link->held_for_clock || link->conn->server != server)) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(e->held, i);
        if (link->held_for_clock) {
            settle_clock(e, link);
            continue;
        }
        smbt_engine_belief(link->conn->server)->held--;
        settle(e, link);
    }
}
