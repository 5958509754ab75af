/* When a verdict is due, and what becomes of it.
 *
 * An end is judged a moment after it happened: its neighbours may end with it. An accusation that rests on
 * the first signs of a server's behaviour is held back until that server is known, since later frames may
 * show that it does not apply the rule at all; a live engine says it at once and revises it if need be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"
#include "stream/seq.h"

/* Between an end and its verdict. Below a second, so that a live capture is answered within one. */
#define SETTLE (500 * SMBT_MS)
/* Likewise where nobody waits: as long as the connections of a server that stops may end after each other. */
#define SETTLE_OFFLINE (2 * SMBT_SEC)
/* An RST that both sides may have ignored: so long they have to show that they did. Longer than the
 * keep-alive time that systems have by default. In a live capture nobody waits for that. */
#define WATCH      (150 * SMBT_MIN)
#define WATCH_LIVE (5 * SMBT_SEC)
/* So many at a time. */
#define WATCHED_MAX 512
/* How long an ended connection is known, for segments that come late. */
#define LINGER         (60 * SMBT_SEC)
#define LINGER_REFUSED (5 * SMBT_SEC)
/* A connection that was not established by then never will be. Less than LINGER. */
#define EMBRYO (30 * SMBT_SEC)
/* A client without connections for this long is reported and forgotten. */
#define CLIENT_IDLE (600 * SMBT_SEC)
/* A gap that was found within this time of an end may hide what caused it. */
#define GAP_MATTERS SMBT_SEC

/* No window in use is as wide: a number further off is of another connection, or made up. */
#define TOO_FAR (1 << 24)

static bool lacks(uint32_t captured_to, uint32_t sent_to)
{
    int32_t missing = smbt_seq_diff(sent_to, captured_to);
    return missing > 0 && missing < TOO_FAR;
}

/* The segment that ended it says that more was sent than was captured. One that may be somebody else's says
 * nothing. */
static bool tells_of_a_gap(const smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    if (!end->set || end->kind == SMBT_END_SILENCE || end->refused || end->marks || end->foreign_ttl)
        return false;
    if (!end->has_ack) return false;
    unsigned side = end->by == SMBT_SIDE_SERVER;
    /* What came late fills it. */
    uint32_t mine = link->flow ? link->flow->half[side].next : end->sent_to,
             peers = link->flow ? link->flow->half[1 - side].next : end->peer_sent_to;
    return (end->started && lacks(mine, end->seq)) ||
           (end->peer_started && !end->after_fin && lacks(peers, end->ack));
}

static bool gap_before_end(const smbt_link *link)
{
    if (tells_of_a_gap(link)) return true;
    for (int side = 0; link->flow && side < 2; side++) {
        const smbt_half *h = &link->flow->half[side];
        if (h->gaps && smbt_time_distance(h->last_gap, link->track.end.time) < GAP_MATTERS) return true;
    }
    return false;
}

/* What a connection does not say itself, the others of its server do, or all of them. */
static enum smbt_viewpoint viewpoint_of(const smbt_engine *e, const smbt_belief *belief,
                                        const smbt_view *view)
{
    if (view->at != SMBT_VIEWPOINT_UNKNOWN) return view->at;
    enum smbt_viewpoint of_server = smbt_viewpoint_result(&belief->votes);
    return of_server != SMBT_VIEWPOINT_UNKNOWN ? of_server : smbt_viewpoint_result(&e->votes);
}

smbt_case smbt_engine_case(smbt_engine *e, const smbt_link *link)
{
    const smbt_track *t = &link->track;
    const smbt_belief *belief = smbt_engine_belief(link->conn->server);
    smbt_view view = smbt_view_of(t);
    return (smbt_case){
        .subject = {.conn = link->conn, .track = t},
        .lookup = {.track = smbt_engine_track},
        .belief = belief,
        .enforced_elsewhere = belief->enforced - (link->kill_counted ? 1 : 0),
        .client_measures = smbt_engine_find_host_measures(link->conn),
        .silences = &e->silences,
        .clocks = link->clocks,
        .profiles = e->config->profiles,
        .viewpoint = viewpoint_of(e, belief, &view),
        .view = view,
        .one_sided = !t->end.refused && (t->sender[0].segments == 0 || t->sender[1].segments == 0),
        .gap_before_end = gap_before_end(link),
        .broke_off = e->broke_off,
        .alone =
            e->opened == 1 && t->sender[0].segments + t->sender[1].segments + e->copied_frames == e->frames,
        .acks_filtered = smbt_engine_acks_filtered(e),
        .mute = e->payloads[0] + e->payloads[1] == 0,
        .elsewhere = link->elsewhere,
        .reopened_frame = link->reopened_frame,
        .in_flight = link->in_flight,
        .in_flight_count = link->in_flight_count,
        .coincidence = smbt_chance_for(e, link->conn),
        .now = e->now,
    };
}

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

void smbt_engine_stop_watching(smbt_engine *e, smbt_link *link)
{
    smbt_link_list_remove(&e->watched, link);
    e->watched_count--;
    link->watched = false;
    smbt_link_list_add(&e->due, link, e->now);
}

/* Whether it is to be known first that the RST ended anything. */
static bool watch(smbt_engine *e, smbt_link *link)
{
    if (!smbt_aftermath_is_wary(&link->track) || !smbt_link_may_revive(link)) return false;
    smbt_duration left = e->config->live ? WATCH_LIVE : WATCH;
    if (smbt_time_since(e->now, link->track.end.time) >= left || e->watched_count >= WATCHED_MAX)
        return false;
    link->watched = true;
    e->watched_count++;
    smbt_link_list_add(&e->watched, link, e->now);
    return true;
}

static void decide(smbt_engine *e, smbt_link *link)
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

/* An ended connection is known for as long as segments keep coming, refused ones a little while only. */
static void run_lingering(smbt_engine *e)
{
    smbt_link *link;
    while ((link = e->lingering.first)) {
        smbt_duration time = link->track.end.refused ? LINGER_REFUSED : LINGER;
        if (smbt_time_since(e->now, link->since) < time) return;
        smbt_link_list_take(&e->lingering);
        if (smbt_time_since(e->now, link->track.last) < time)
            smbt_link_list_add(&e->lingering, link, e->now);
        else
            smbt_link_free(e, link);
    }
}

/* The client sends its SYN again, for as long as two minutes. */
static bool still_asks(const smbt_engine *e, const smbt_link *link)
{
    const smbt_track *t = &link->track;
    return t->syns > 1 && t->sender[1].segments == 0 && smbt_time_since(e->now, t->last) < EMBRYO;
}

static void run_embryos(smbt_engine *e)
{
    smbt_link *link;
    while ((link = g_queue_peek_head(&e->embryos)) &&
           (link->dead || smbt_time_since(e->now, link->since_first) >= EMBRYO)) {
        g_queue_pop_head(&e->embryos);
        link->in_embryos = false;
        if (link->dead) {
            g_free(link);
        } else if (still_asks(e, link)) {
            link->since_first = e->now;
            link->in_embryos = true;
            g_queue_push_tail(&e->embryos, link);
        } else if (!link->counted && !link->track.syn_ack_seen && !link->track.end.set) {
            smbt_link_free(e, link);
        }
    }
}

static void restart_idle(gpointer addr, gpointer engine)
{
    smbt_engine *e = engine;
    smbt_client *client = smbt_model_find_client(e->model, addr);
    if (client) smbt_engine_client_notes(client)->idle_since = e->now;
}

void smbt_engine_restart_clocks(smbt_engine *e)
{
    for (smbt_link *link = e->lingering.first; link; link = link->next_in_list)
        link->since = link->track.last = e->now;
    for (GList *l = e->embryos.head; l; l = l->next)
        ((smbt_link *)l->data)->since_first = e->now;
    g_queue_foreach(&e->idle_clients, restart_idle, e);
}

static void run_idle_clients(smbt_engine *e)
{
    const smbt_addr *addr;
    while ((addr = g_queue_peek_head(&e->idle_clients))) {
        smbt_client *client = smbt_model_find_client(e->model, addr);
        smbt_time idle_since = client ? smbt_engine_client_notes(client)->idle_since : SMBT_TIME_NONE;
        bool idle = client && client->conns->len == 0;
        bool crowded = g_queue_get_length(&e->idle_clients) > e->config->limits.peers;
        if (idle && !crowded && smbt_time_since(e->now, idle_since) < CLIENT_IDLE) return;
        if (idle && (crowded || smbt_time_since(e->now, idle_since) >= CLIENT_IDLE)) {
            smbt_engine_emit_client(e, client);
            smbt_chance_fold(e, client);
            smbt_model_forget_client(e->model, client);
        }
        g_free(g_queue_pop_head(&e->idle_clients));
    }
}

void smbt_engine_run_due(smbt_engine *e)
{
    smbt_duration settle = e->config->live ? SETTLE : SETTLE_OFFLINE;
    smbt_duration watch_for = e->config->live ? WATCH_LIVE : WATCH;
    while (e->watched.first && smbt_time_since(e->now, e->watched.first->since) >= watch_for)
        smbt_engine_stop_watching(e, e->watched.first);
    while (e->due.first && smbt_time_since(e->now, e->due.first->since) >= settle) {
        smbt_link *link = smbt_link_list_take(&e->due);
        if (!watch(e, link)) decide(e, link);
    }
    run_lingering(e);
    run_embryos(e);
    smbt_engine_run_feuds(e);
    smbt_stall_run(e);
    if (!g_queue_is_empty(&e->idle_clients)) run_idle_clients(e);
}

void smbt_engine_decide_due(smbt_engine *e)
{
    while (e->watched.first)
        smbt_engine_stop_watching(e, e->watched.first);
    while (e->due.first)
        decide(e, smbt_link_list_take(&e->due));
}

void smbt_engine_decide_all(smbt_engine *e)
{
    smbt_engine_decide_due(e);
    smbt_engine_reconsider(e, NULL);
}
