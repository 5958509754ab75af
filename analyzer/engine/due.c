/* What happens once some time has passed.
 *
 * An end is judged a moment after it happened: its neighbours may end with it. Connections that ended are
 * kept a little longer, handshakes that came to nothing and clients without connections are forgotten.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/aftermath.h"

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
        if (!watch(e, link)) smbt_engine_decide(e, link);
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
        smbt_engine_decide(e, smbt_link_list_take(&e->due));
}

void smbt_engine_decide_all(smbt_engine *e)
{
    smbt_engine_decide_due(e);
    smbt_engine_reconsider(e, NULL);
}
