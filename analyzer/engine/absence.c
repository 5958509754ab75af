/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

/* So many hosts are waited for at a time, in all and behind one address. */
#define ABSENCES_MAX  1024
#define OF_CLIENT_MAX 256
#define DOUBTS_MAX    16
/* How many connections of a client are looked through for another one of the host, the youngest first. */
#define LOOKED_AT 64

void smbt_absence_unref(smbt_absence *a)
{
    if (!a || --a->refs) return;
    smbt_host_copy_clear(&a->host);
    if (a->doubts) g_array_unref(a->doubts);
    smbt_verdict_free(a->verdict);
    if (a->state) smbt_state_free(a->state);
    g_free(a);
}

smbt_absence *smbt_absence_ref(smbt_absence *a)
{
    if (a) a->refs++;
    return a;
}

static void unref(gpointer a)
{
    smbt_absence_unref(a);
}

void smbt_absences_clear(smbt_absences *all)
{
    if (all->by_client) g_hash_table_destroy(all->by_client);
    g_queue_clear_full(&all->in_order, unref);
}

/* ---- The table
 * -------------------------------------------------------------------------------------------------- */

static guint addr_hash(gconstpointer addr)
{
    return smbt_addr_hash(addr);
}

static gboolean addr_equal(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

static void array_free(gpointer array)
{
    g_ptr_array_unref(array);
}

static GPtrArray *of_client(const smbt_absences *all, const smbt_addr *client)
{
    return all->by_client ? g_hash_table_lookup(all->by_client, client) : NULL;
}

static void put(smbt_absences *all, smbt_absence *a)
{
    if (!all->by_client) all->by_client = g_hash_table_new_full(addr_hash, addr_equal, g_free, array_free);
    GPtrArray *list = of_client(all, &a->client);
    if (!list) {
        list = g_ptr_array_new_with_free_func(unref);
        g_hash_table_insert(all->by_client, g_memdup2(&a->client, sizeof a->client), list);
    }
    g_ptr_array_add(list, smbt_absence_ref(a));
    g_queue_push_tail(&all->in_order, smbt_absence_ref(a));
    a->node = all->in_order.tail;
}

/* The caller holds a reference of its own. */
static void take_out(smbt_absences *all, smbt_absence *a)
{
    if (a->over) return;
    a->over = true;
    GPtrArray *list = of_client(all, &a->client);
    if (list->len == 1)
        g_hash_table_remove(all->by_client, &a->client);
    else
        g_ptr_array_remove(list, a);
    g_queue_delete_link(&all->in_order, a->node);
    smbt_absence_unref(a);
}

/* ---- The outcome
 * ------------------------------------------------------------------------------------------------ */

static void say_none(const smbt_absence *a, smbt_verdict *v, const char *until, smbt_time now)
{
    smbt_reconnect *r = &v->end.reconnect;
    if (a->at_once.addr.family) {
        r->why_none = SMBT_RETURN_NEEDLESS;
        r->none = smbt_verdict_text(v, "the host had another connection to the server, %s",
                                    smbt_verdict_endpoint(v, &a->at_once));
        return;
    }
    const smbt_return *doubt = a->doubts && a->doubts->len ? &g_array_index(a->doubts, smbt_return, 0) : NULL;
    if (doubt) {
        r->why_none = SMBT_RETURN_UNTOLD;
        r->none = smbt_verdict_text(v, "%s followed after %s; whether that was the same host can't be told",
                                    smbt_verdict_endpoint(v, &doubt->client),
                                    smbt_verdict_duration(v, smbt_time_since(doubt->time, a->time)));
        return;
    }
    if (a->midstream.addr.family) {
        r->why_none = SMBT_RETURN_MIDSTREAM;
        r->none = smbt_verdict_text(v, "seen again on %s, whose beginning is not in the capture",
                                    smbt_verdict_endpoint(v, &a->midstream));
        return;
    }
    const char *again = a->attempted ? "to log on again" : "again";
    smbt_duration later = smbt_time_since(now, a->time);
    r->why_none = a->attempted ? SMBT_RETURN_NO_LOGON : SMBT_RETURN_UNSEEN;
    r->none = later < SMBT_MS ? smbt_verdict_text(v, "not seen %s %s", again, until)
                              : smbt_verdict_text(v, "not seen %s %s, %s later", again, until,
                                                  smbt_verdict_duration(v, later));
}

static void tell(smbt_engine *e, smbt_absence *a)
{
    smbt_reconnect *r = &a->verdict->end.reconnect;
    *r = (smbt_reconnect){.frame = a->best.frame,
                          .client = a->best.client,
                          .server = a->best.server,
                          .after = smbt_time_since(a->best.time, a->time),
                          .logon_frame = a->best.logon_frame,
                          .logon_after = a->best.logon_frame ? smbt_time_since(a->best.logon_time, a->time)
                                                             : SMBT_DURATION_UNKNOWN};
    if (!e->config->live || a->is_queued) return;
    /* It was read without: once more. */
    smbt_end *end = &a->verdict->end;
    end->revises = end->frame;
    end->state = smbt_state_ref(a->state);
    smbt_engine_queue(e, SMBT_RECORD_END, end, smbt_verdict_ref(a->verdict),
                      (GDestroyNotify)smbt_verdict_free);
}

static bool doubts_before(const smbt_absence *a, uint64_t frame)
{
    for (guint i = 0; a->doubts && i < a->doubts->len; i++)
        if (g_array_index(a->doubts, smbt_return, i).frame < frame) return true;
    return a->more_doubts;
}

/* The host is back, and nothing that came before may have been it. */
static bool is_back(const smbt_absence *a)
{
    return a->best.frame && !doubts_before(a, a->best.frame);
}

void smbt_absence_give_up(smbt_engine *e, smbt_absence *a, const char *until)
{
    if (a->over) return;
    a->best.frame = 0;
    if (a->verdict) say_none(a, a->verdict, until, e->now);
    take_out(&e->absences, a);
}

void smbt_absences_give_up(smbt_engine *e, const char *until)
{
    while (!g_queue_is_empty(&e->absences.in_order)) {
        smbt_absence *a = smbt_absence_ref(g_queue_peek_head(&e->absences.in_order));
        smbt_absence_give_up(e, a, until);
        smbt_absence_unref(a);
    }
}

/* ---- Beginnings
 * ------------------------------------------------------------------------------------------------- */

/* Whether its client closed it in order, with nothing left to wait for: no outage, whatever the cause. */
static bool chose_to_close(const smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    return end->refused ||
           (end->by == SMBT_SIDE_CLIENT && end->kind == SMBT_END_FIN && link->conn->pairing.count == 0);
}

static smbt_host_view host_of(const smbt_link *link)
{
    return smbt_case_host(link->conn, &link->track);
}

static bool has_logon(const smbt_link *link)
{
    return link->logon_frame || link->conn->logged_on;
}

static void make_room(smbt_engine *e, const smbt_addr *client)
{
    smbt_absences *all = &e->absences;
    const GPtrArray *list = of_client(all, client);
    smbt_absence *oldest = list && list->len >= OF_CLIENT_MAX     ? list->pdata[0]
                           : all->in_order.length >= ABSENCES_MAX ? g_queue_peek_head(&all->in_order)
                                                                  : NULL;
    if (!oldest) return;
    smbt_absence_ref(oldest);
    smbt_absence_give_up(e, oldest, SMBT_TOO_MANY_OUT);
    smbt_absence_unref(oldest);
}

static void consider(smbt_absence *a, const smbt_link *link, const smbt_host_view *view, bool final);

/* What came before anybody knew that it ended, and what was there beside it. */
static void look_back(smbt_absence *a, const smbt_link *link)
{
    const GPtrArray *conns = link->conn->client->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *conn = conns->pdata[conns->len - 1 - i];
        if (conn == link->conn || conn->server != link->conn->server) continue;
        smbt_host_view view = host_of(conn->user);
        consider(a, conn->user, &view, conn->gone);
    }
}

smbt_absence *smbt_absence_begin(smbt_engine *e, const smbt_link *link)
{
    if (e->is_altered || chose_to_close(link)) return NULL;
    const smbt_conn *conn = link->conn;
    make_room(e, &conn->client->addr);
    smbt_absence *a = g_new0(smbt_absence, 1);
    a->refs = 1;
    a->client = conn->client->addr;
    a->server = conn->server->addr;
    a->frame = link->track.end.frame;
    a->time = link->track.end.time;
    smbt_host_view view = host_of(link);
    smbt_host_copy_init(&a->host, &view);
    look_back(a, link);
    a->over = is_back(a);
    if (!a->over) put(&e->absences, a);
    return a;
}

/* Causes by which a client ends a connection because it wants to. */
static bool is_clients_choice(enum smbt_cause cause)
{
    switch (cause) {
    case SMBT_CAUSE_CLIENT_CLOSE:
    case SMBT_CAUSE_CLIENT_IDLE:
    case SMBT_CAUSE_TRANSPORT_RACE:
    case SMBT_CAUSE_AUTH_FAILED:
    case SMBT_CAUSE_REFUSED: return true;
    default: return false;
    }
}

void smbt_absence_judged(smbt_engine *e, smbt_absence *a, smbt_verdict *v, smbt_state *state)
{
    if (!a) return;
    if (!v || is_clients_choice(v->cause)) {
        take_out(&e->absences, a);
        return;
    }
    smbt_verdict_free(a->verdict);
    a->verdict = smbt_verdict_ref(v);
    if (a->state) smbt_state_free(a->state);
    a->state = state ? smbt_state_ref(state) : NULL;
    a->is_queued = true;
    if (a->over && a->best.frame)
        tell(e, a);
    else if (a->over)
        say_none(a, v, SMBT_TOO_MANY_OUT, e->now);
    else if (e->config->live)
        v->end.reconnect.none = "not seen again yet";
}

/* ---- Returns
 * ---------------------------------------------------------------------------------------------------- */

static void drop_doubt(smbt_absence *a, uint64_t frame)
{
    for (guint i = 0; a->doubts && i < a->doubts->len; i++)
        if (g_array_index(a->doubts, smbt_return, i).frame == frame) g_array_remove_index(a->doubts, i--);
}

static void add_doubt(smbt_absence *a, const smbt_return *r)
{
    drop_doubt(a, r->frame);
    if (!a->doubts) a->doubts = g_array_new(FALSE, FALSE, sizeof(smbt_return));
    if (a->doubts->len < DOUBTS_MAX)
        g_array_append_val(a->doubts, *r);
    else
        a->more_doubts = true;
}

/* The server took it away from the host along with the one that ended. */
static bool went_along(const smbt_absence *a, const smbt_end_event *end)
{
    return end->set && end->by == SMBT_SIDE_SERVER && end->frame > a->frame &&
           smbt_time_since(end->time, a->time) < SMBT_RETURN_TOGETHER;
}

/* Another connection of the host that was there before the end, and outlived it. */
static void note_other(smbt_absence *a, const smbt_link *link, enum smbt_same_host same)
{
    const smbt_end_event *end = &link->track.end;
    if (went_along(a, end)) {
        if (smbt_endpoint_equal(&a->at_once, &link->conn->client_end)) a->at_once = (smbt_endpoint){0};
        return;
    }
    if (same == SMBT_HOST_SAME && has_logon(link) && (!end->set || end->frame > a->frame))
        a->at_once = link->conn->client_end;
}

/* `final`: what is known of it by now is all that will be. */
static void consider(smbt_absence *a, const smbt_link *link, const smbt_host_view *view, bool final)
{
    const smbt_conn *conn = link->conn;
    enum smbt_same_host same = smbt_hosts_relation(&a->host.view, view);
    if (conn->opened_frame <= a->frame) {
        note_other(a, link, same);
        return;
    }
    drop_doubt(a, conn->opened_frame);
    if (same == SMBT_HOST_DIFFERENT) return;
    if (!conn->from_start) { /* it may have been there all the time */
        if (same == SMBT_HOST_SAME) a->midstream = conn->client_end;
        return;
    }
    if (!has_logon(link)) {
        a->attempted |= final;
        return;
    }
    smbt_return r = {.client = conn->client_end,
                     .server = conn->server_end,
                     .frame = conn->opened_frame,
                     .time = conn->opened,
                     .logon_frame = link->logon_frame,
                     .logon_time = link->logon_time};
    if (same == SMBT_HOST_UNDETERMINED)
        add_doubt(a, &r);
    else if (!a->best.frame || r.frame <= a->best.frame)
        a->best = r;
}

void smbt_absences_offer(smbt_engine *e, const smbt_link *link)
{
    GPtrArray *list = of_client(&e->absences, &link->conn->client->addr);
    if (!list) return;
    smbt_host_view view = host_of(link);
    g_ptr_array_ref(list);
    for (guint i = 0; i < list->len;) {
        smbt_absence *a = list->pdata[i];
        if (smbt_addr_equal(&a->server, &link->conn->server->addr)) consider(a, link, &view, true);
        if (!is_back(a)) {
            i++;
            continue;
        }
        smbt_absence_ref(a);
        take_out(&e->absences, a);
        if (a->verdict) tell(e, a);
        smbt_absence_unref(a);
        /* The last one of a client takes its list along. */
        if (i < list->len && list->pdata[i] == a) break;
    }
    g_ptr_array_unref(list);
}
