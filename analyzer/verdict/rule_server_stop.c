/* The server dropped every client at once: its service or the machine stopped (facts 7.12).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* The connections of one stop end within this time of each other. */
#define BURST     (2 * SMBT_SEC)
#define LOOKED_AT 64
/* A server that says something on an older connection so long after it ended another has not stopped. */
#define GOES_ON (100 * SMBT_MS)

struct burst {
    unsigned ended, clients; /* in the burst; distinct client addresses, up to 2 */
    smbt_addr first_client;
    unsigned alive;   /* that lived on */
    bool others_busy; /* one that ended was not idle */
};

/* Whether the server was heard on an older connection, which has ended since. */
static bool went_on_after(const smbt_case *c, smbt_time end)
{
    const GArray *ends = c->belief->ends;
    for (guint i = 0; i < ends->len && i < LOOKED_AT; i++) {
        const smbt_recent_end *e = &g_array_index(ends, smbt_recent_end, ends->len - 1 - i);
        if (e->opened < end && e->heard != SMBT_TIME_NONE && e->heard > smbt_time_add(end, GOES_ON))
            return true;
    }
    return false;
}

static void count_ended(const smbt_case *c, struct burst *b)
{
    const GArray *ends = c->belief->ends;
    for (guint i = 0; i < ends->len; i++) {
        const smbt_recent_end *e = &g_array_index(ends, smbt_recent_end, i);
        if (e->by != SMBT_SIDE_SERVER || smbt_time_distance(e->time, c->subject.track->end.time) > BURST)
            continue;
        if (went_on_after(c, e->time)) continue;
        b->ended++;
        b->others_busy |= !e->idle;
        if (b->clients == 0) {
            b->first_client = e->client;
            b->clients = 1;
        } else if (!smbt_addr_equal(&b->first_client, &e->client)) {
            b->clients = 2;
        }
    }
}

/* Connections that were open when the burst began and have not ended by now. Many open ones are told by their
 * number; among few, those that came after the burst don't count. */
static void count_alive(const smbt_case *c, struct burst *b)
{
    const smbt_server *server = c->subject.conn->server;
    b->alive = server->established;
    if (b->alive == 0 || b->alive > LOOKED_AT) return;
    unsigned younger = 0;
    for (guint i = 0; i < server->conns->len && i < 16 * LOOKED_AT; i++) {
        const smbt_conn *other = server->conns->pdata[server->conns->len - 1 - i];
        if (other->in_use && other->from_start && other->opened_frame > c->subject.track->end.frame)
            younger++;
    }
    b->alive -= MIN(younger, b->alive);
}

/* A server that went on to answer the session setup which explains this end had not stopped by then. */
static bool answered_culprit(const smbt_case *c)
{
    smbt_zero_vc_match m = smbt_zero_vc_find(c);
    const smbt_trigger *t = m.prediction && !m.loose ? m.prediction->trigger : NULL;
    return t && t->answered && t->answer_frame > c->subject.track->end.frame;
}

/* Nor had one that answered what any client had asked before. */
static bool answered_anybody(const smbt_case *c)
{
    const smbt_server *server = c->subject.conn->server;
    const smbt_end_event *end = &c->subject.track->end;
    for (guint i = 0; i < server->conns->len && i < 16 * LOOKED_AT; i++) {
        const smbt_conn *other = server->conns->pdata[server->conns->len - 1 - i];
        const GPtrArray *triggers = other->client->triggers;
        for (guint k = 0; k < triggers->len; k++) {
            const smbt_trigger *t = triggers->pdata[k];
            if (t->answered && t->frame < end->frame && t->answer_frame > end->frame &&
                smbt_addr_equal(&t->server_end.addr, &c->subject.conn->server_end.addr))
                return true;
        }
    }
    return false;
}

bool smbt_server_stop_is_possible(const smbt_case *c)
{
    struct burst b = {0};
    count_ended(c, &b);
    count_alive(c, &b);
    return b.clients >= 2 && b.alive == 0;
}

/* Clients behind one NAT all fall together to the zero-VC rule, too. A server that then refuses a connection
 * has stopped. */
static bool may_be_one_address(const smbt_case *c)
{
    smbt_time refused = c->belief->refused;
    bool refuses = refused != SMBT_TIME_NONE && refused >= c->subject.track->end.time;
    return smbt_zero_vc_unseen(c) && !refuses;
}

static bool explain(const smbt_case *c, smbt_verdict *v)
{
    const smbt_end_event *e = &c->subject.track->end;
    if (!e->set || e->by != SMBT_SIDE_SERVER || e->foreign_ttl || e->refused) return false;
    if (may_be_one_address(c)) return false;
    if (smbt_forced_logoff_proven(c)) return false; /* which closes several at once */
    struct burst b = {0};
    count_ended(c, &b);
    count_alive(c, &b);
    /* A look for idle connections closes several at once, but none that is in use. */
    if (!b.others_busy) return false;
    if (b.clients < 2 || b.alive > 0 || answered_culprit(c) || answered_anybody(c)) return false;
    smbt_verdict_conclude(v, SMBT_CAUSE_SERVER_STOP, NULL,
                          b.ended > 2 ? SMBT_STRENGTH_LIKELY : SMBT_STRENGTH_POSSIBLE);
    v->end.summary = smbt_verdict_text(v,
                                       "The server ended all its %u connections, of several clients, within "
                                       "%s of each other: its service stopped or "
                                       "the machine went down.",
                                       b.ended, smbt_verdict_duration(v, BURST));
    smbt_verdict_evidence(v, e->frame,
                          "one of %u connections that the server ended together; none stayed open", b.ended);
    smbt_verdict_remedy(
        v, "Look at the server's event log for this time: a restart of the service, a crash, a failover.");
    smbt_verdict_reference(v, "MS-CIFS 3.3.4.19");
    return true;
}

static bool has_other_clients(const smbt_case *c)
{
    const GPtrArray *conns = c->subject.conn->server->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++)
        if (((const smbt_conn *)conns->pdata[i])->client != c->subject.conn->client) return true;
    return false;
}

static void rule_out(const smbt_case *c, smbt_verdict *v)
{
    /* Near a client the others can't be seen. */
    if (c->subject.track->end.by != SMBT_SIDE_SERVER || c->viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT) return;
    struct burst b = {0};
    count_ended(c, &b);
    count_alive(c, &b);
    if (b.alive)
        smbt_verdict_rule_out(v, SMBT_CAUSE_SERVER_STOP, "%u other connection%s of this server stayed open",
                              b.alive, b.alive == 1 ? "" : "s");
    else if (b.clients < 2 && has_other_clients(c))
        smbt_verdict_rule_out(v, SMBT_CAUSE_SERVER_STOP,
                              "no other client of this server lost its connection then");
}

const smbt_rule smbt_rule_server_stop = {.id = "server-stop", .explain = explain, .rule_out = rule_out};
