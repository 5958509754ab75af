/* The life of a connection through the layers: from its first segment to the last late one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/reset.h"
#include "stream/seq.h"

void smbt_link_list_add(smbt_link_list *list, smbt_link *link, smbt_time since)
{
    link->since = since;
    link->next_in_list = NULL;
    link->prev_in_list = list->last;
    if (list->last)
        list->last->next_in_list = link;
    else
        list->first = link;
    list->last = link;
}

smbt_link *smbt_link_list_take(smbt_link_list *list)
{
    smbt_link *link = list->first;
    smbt_link_list_remove(list, link);
    return link;
}

void smbt_link_list_remove(smbt_link_list *list, smbt_link *link)
{
    if (link->prev_in_list)
        link->prev_in_list->next_in_list = link->next_in_list;
    else
        list->first = link->next_in_list;
    if (link->next_in_list)
        link->next_in_list->prev_in_list = link->prev_in_list;
    else
        list->last = link->prev_in_list;
    link->prev_in_list = link->next_in_list = NULL;
}

static void belief_free(void *belief)
{
    smbt_belief_free(belief);
}

smbt_belief *smbt_engine_belief(smbt_server *server)
{
    if (!server->user) {
        server->user = smbt_belief_new();
        server->free_user = belief_free;
    }
    return server->user;
}

static void client_notes_free(gpointer p)
{
    smbt_client_notes *n = p;
    smbt_hosts_free(n->hosts);
    smbt_lines_free(n->lines);
    for (guint i = 0; n->host_measures && i < n->host_measures->len; i++) {
        smbt_host_measures *h = &g_array_index(n->host_measures, smbt_host_measures, i);
        if (h->host) g_ref_string_release(h->host);
        smbt_measures_clear(h->measures);
        g_free(h->measures);
    }
    if (n->host_measures) g_array_unref(n->host_measures);
    smbt_chance_clear(n);
    if (n->answered) g_array_unref(n->answered);
    g_array_unref(n->exposed);
    g_free(n);
}

smbt_client_notes *smbt_engine_client_notes(smbt_client *client)
{
    if (!client->user) {
        smbt_client_notes *n = g_new0(smbt_client_notes, 1);
        n->hosts = smbt_hosts_new();
        n->lines = smbt_lines_new();
        n->exposed = g_array_new(FALSE, FALSE, sizeof(smbt_addr));
        n->idle_since = SMBT_TIME_NONE;
        client->user = n;
        client->free_user = client_notes_free;
    }
    return client->user;
}

char *smbt_link_host_name(const smbt_conn *conn)
{
    return conn->claims.workstation ? conn->claims.workstation : conn->claims.calling_name;
}

static smbt_measures *find_measures(const smbt_conn *conn)
{
    const GArray *all = smbt_engine_client_notes(conn->client)->host_measures;
    for (guint i = 0; all && i < all->len; i++) {
        const smbt_host_measures *h = &g_array_index(all, smbt_host_measures, i);
        if (g_strcmp0(h->host, smbt_link_host_name(conn)) == 0 || i == SMBT_HOSTS_MAX)
            return h->measures; /* the last is for the rest */
    }
    return NULL;
}

const smbt_measures *smbt_engine_find_host_measures(const smbt_conn *conn)
{
    static const smbt_measures none;
    const smbt_measures *found = find_measures(conn);
    return found ? found : &none;
}

smbt_measures *smbt_engine_host_measures(const smbt_conn *conn)
{
    smbt_measures *found = find_measures(conn);
    if (found) return found;
    smbt_client_notes *notes = smbt_engine_client_notes(conn->client);
    char *name = smbt_link_host_name(conn);
    if (!notes->host_measures) notes->host_measures = g_array_new(FALSE, FALSE, sizeof(smbt_host_measures));
    smbt_host_measures fresh = {.host = name ? g_ref_string_acquire(name) : NULL,
                                .measures = g_new0(smbt_measures, 1)};
    g_array_append_val(notes->host_measures, fresh);
    return fresh.measures;
}

const smbt_track *smbt_engine_track(const smbt_conn *conn, void *user)
{
    (void)user;
    return &((const smbt_link *)conn->user)->track;
}

smbt_link *smbt_link_new(smbt_engine *e, smbt_flow *flow, bool from_start, uint64_t frame)
{
    smbt_link *l = g_new0(smbt_link, 1);
    e->links++;
    e->opened++;
    smbt_track_init(&l->track);
    l->flow = flow;
    flow->user = l;
    l->conn = smbt_model_open(e->model, &flow->client, &flow->server, from_start, frame, e->now);
    l->conn->user = l;
    l->since_first = e->now;
    if (e->opened <= e->config->keep_sightings && !e->is_altered) l->sighting = smbt_sighting_notes_new();
    l->seam = e->seam.number;
    l->in_embryos = true;
    g_queue_push_tail(&e->embryos, l);
    return l;
}

/* What the two directions had to go without is counted once, when the connection is over. */
static void count_gaps(smbt_engine *e, smbt_link *link)
{
    if (!link->flow) return;
    for (int side = 0; side < 2; side++) {
        smbt_half *h = &link->flow->half[side];
        if (link->sighting) smbt_sighting_half(link->sighting, (unsigned)side, h);
        e->gaps += h->gaps;
        e->gap_bytes += h->gap_bytes;
        if (h->gaps && (!e->first_gap_frame || h->first_gap_frame < e->first_gap_frame))
            e->first_gap_frame = h->first_gap_frame, e->first_gap_time = h->first_gap;
        h->gaps = h->gap_bytes = 0;
    }
}

static void vote(smbt_engine *e, const smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    smbt_client_notes *notes = smbt_engine_client_notes(conn->client);
    smbt_view view = smbt_view_of(&link->track);
    bool inside = smbt_view_is_inside(&view, &conn->client_end.addr);
    if (!link->track.sender[0].segments != !link->track.sender[1].segments && e->one_sided++ == 0) {
        e->first_one_sided_frame = link->track.first_frame;
        e->first_one_sided = link->track.first;
    }
    smbt_viewpoint_vote(&e->votes, &view, -1);
    smbt_viewpoint_vote(&notes->votes, &view, 0);
    smbt_viewpoint_vote(&smbt_engine_belief(conn->server)->votes, &view, 1);
    e->votes.inside_nat |= inside;
    notes->votes.inside_nat |= inside;
    e->outside_nat |= notes->hosts->together;
}

static void count_host(smbt_engine *e, smbt_link *link)
{
    if (link->host_counted || !link->counted) return;
    link->host_counted = true;
    smbt_host_view view = smbt_case_host(link->conn, &link->track);
    smbt_client_notes *notes = smbt_engine_client_notes(link->conn->client);
    smbt_hosts_add(notes->hosts, &view);
    if (link->conn->client_identified) notes->profiles |= link->conn->client_profiles;
    vote(e, link);
}

/* A client without connections is reported after a while; peers that never had one worth counting leave no
 * trace. */
static void forget_peers(smbt_engine *e, smbt_server *server, smbt_client *client, bool counted)
{
    if (e->finished) return;
    if (client->conns->len == 0) {
        smbt_client_notes *notes = smbt_engine_client_notes(client);
        if (notes->hosts->hosts->len == 0) {
            smbt_chance_fold(e, client);
            smbt_model_forget_client(e->model, client);
        } else {
            notes->idle_since = e->now;
            g_queue_push_tail(&e->idle_clients, g_memdup2(&client->addr, sizeof client->addr));
        }
    }
    if (!counted && server->conns->len == 0 && !server->was_spoken_to)
        smbt_model_forget_server(e->model, server);
}

void smbt_link_free(smbt_engine *e, smbt_link *link)
{
    smbt_client *client = link->conn->client;
    smbt_server *server = link->conn->server;
    bool counted = link->counted;
    e->links--;
    smbt_unanswered_take(e, link);
    smbt_stall_on_free(e, link);
    count_gaps(e, link);
    count_host(e, link);
    if (link->sighting) smbt_engine_end_sighting(e, link);
    e->requests_dropped += link->conn->pairing.dropped;
    e->objects_dropped += link->conn->objects_dropped;
    if (link->flow) smbt_flow_table_remove(e->flows, link->flow);
    smbt_verdict_free(link->held);
    smbt_backlog_free(e, link);
    g_clear_pointer(&link->matched, smbt_trigger_unref);
    g_clear_pointer(&link->late, smbt_trigger_unref);
    smbt_model_free_conn(link->conn);
    smbt_line_unref(link->track.line);
    link->track.line = NULL;
    g_free(link->in_flight);
    link->in_flight = NULL;
    g_clear_pointer(&link->clocks, g_array_unref);
    g_clear_pointer(&link->state, smbt_state_free);
    g_clear_pointer(&link->absence, smbt_absence_unref);
    link->dead = true;
    if (!link->in_embryos) g_free(link);
    forget_peers(e, server, client, counted);
}

static void draw_line(smbt_lines *lines, smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    smbt_lines_add(lines, &(smbt_line_note){.track = &link->track,
                                            .server = &conn->server_end.addr,
                                            .client_port = conn->client_end.port,
                                            .workstation = conn->claims.workstation,
                                            .workstation_chars = conn->claims.workstation_chars,
                                            .is_over = conn->gone});
}

/* So many connections of a client are looked at for what their timestamps show, the youngest. */
#define LINES_LOOKED_AT 64

void smbt_link_draw_lines(const smbt_link *link)
{
    const smbt_client *client = link->conn->client;
    for (guint i = 0; i < client->conns->len && i < LINES_LOOKED_AT; i++) {
        const smbt_conn *conn = client->conns->pdata[client->conns->len - 1 - i];
        draw_line(smbt_engine_client_notes(link->conn->client)->lines, conn->user);
    }
}

/* The client acknowledged bytes of the server's that the capture does not have. */
static bool answers_unseen(const smbt_link *link)
{
    const smbt_sender *server = &link->track.sender[1];
    const smbt_half *half = link->flow ? &link->flow->half[1] : NULL;
    /* One more: the server's FIN. */
    return half && half->started && server->has_acked && smbt_seq_diff(server->acked_to, half->next) > 1;
}

/* Most connections end when their client is done with them: no clock of the client's is as short as that. */
static bool may_be_a_clocks(const smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    return link->track.end.by != SMBT_SIDE_CLIENT || conn->pairing.count ||
           conn->last_use == SMBT_TIME_NONE ||
           smbt_time_since(link->track.end.time, conn->last_use) >= SMBT_SHORTEST_CLOCK;
}

/* Whether an idle clock can have ended it: within its window, or after a whole number of looks. */
static bool idle_clock_fits(const smbt_link *link)
{
    smbt_time end = link->track.end.time;
    for (guint i = 0; link->clocks && i < link->clocks->len; i++) {
        const smbt_armed *c = &g_array_index(link->clocks, smbt_armed, i);
        if (c->timer != SMBT_TIMER_AUTODISCONNECT) continue;
        if (c->to != SMBT_TIME_NONE && smbt_time_add(end, SMBT_SEC) >= c->from &&
            end <= smbt_time_add(c->to, SMBT_SEC))
            return true;
        smbt_duration age = smbt_time_since(end, c->time),
                      minutes = (age + SMBT_MIN / 2) / SMBT_MIN * SMBT_MIN;
        if (minutes && smbt_time_distance(age, minutes) <= SMBT_SEC) return true;
    }
    return false;
}

/* So many connections of a client are compared with one of which too little was seen. */
#define COMPARED_MAX 64

/* Of a connection that shows nothing of its server but the RST, the client's others with the same server tell
 * whether that is the server's. */
void smbt_link_compare_ttl(smbt_link *link)
{
    smbt_end_event *end = &link->track.end;
    const GPtrArray *conns = link->conn->client->conns;
    if (end->kind != SMBT_END_RST || end->by != SMBT_SIDE_SERVER || end->refused ||
        link->track.sender[1].learned >= SMBT_RESET_KNOWN_FROM)
        return;
    bool known = false;
    for (guint i = 0; i < conns->len && i < COMPARED_MAX; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        const smbt_sender *s = &((const smbt_link *)other->user)->track.sender[1];
        if (other == link->conn || other->server != link->conn->server || s->learned < 2) continue;
        if (!smbt_reset_is_foreign_ttl(s, end->ttl)) return;
        known = true;
    }
    if (known) end->foreign_ttl = true;
}

/* So many connections of a server are looked through for one on the port that it refuses now. */
#define ACCEPTED_LOOKED_AT 256

/* Whether the server had accepted connections on this port. One on which it never listens is refused at any
 * time. */
static bool was_accepted(const smbt_conn *conn)
{
    const GPtrArray *conns = conn->server->conns;
    for (guint i = 0; i < conns->len && i < ACCEPTED_LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other != conn && other->server_end.port == conn->server_end.port &&
            ((const smbt_link *)other->user)->track.established)
            return true;
    }
    return false;
}

void smbt_link_end(smbt_engine *e, smbt_link *link)
{
    smbt_conn *conn = link->conn;
    smbt_belief *belief = smbt_engine_belief(conn->server);
    const smbt_end_event *end = &link->track.end;
    if (answers_unseen(link)) conn->answers_lost = conn->answers_unseen = true;
    smbt_stall_on_end(e, link);
    link->in_flight_count = conn->pairing.count;
    link->in_flight = g_memdup2(conn->pairing.pending, conn->pairing.count * sizeof(smbt_request));
    for (unsigned i = 0; i < link->in_flight_count; i++)
        link->in_flight[i].path = NULL; /* the table's own */
    if (may_be_a_clocks(link)) {
        link->clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
        smbt_model_clocks(e->model, conn, end->time, link->clocks);
    }
    if (e->config->keep_state) link->state = smbt_engine_state_of(e, link, end->frame, end->time);
    if (e->alternative) smbt_alternative_conn_over(e, link);
    smbt_model_conclude(e->model, conn, end->by, end->frame, end->time);
    if (end->refused && was_accepted(conn)) belief->refused = end->time;
    bool ended_by_server = end->by == SMBT_SIDE_SERVER && end->kind != SMBT_END_SILENCE && !end->refused;
    if (ended_by_server && link->counted) smbt_chance_on_end(e, link);
    smbt_model_gone(conn);
    draw_line(smbt_engine_client_notes(conn->client)->lines, link);
    count_host(e, link);
    smbt_case c = {.subject = {.conn = conn, .track = &link->track},
                   .belief = belief,
                   .enforced_elsewhere = belief->enforced,
                   .profiles = e->config->profiles};
    smbt_zero_vc_match m = smbt_zero_vc_find(&c);
    if (link->track.established && !end->refused)
        smbt_belief_note_end(belief, &(smbt_recent_end){.time = end->time,
                                                        .client = conn->client_end.addr,
                                                        .by = end->by,
                                                        .idle = idle_clock_fits(link),
                                                        .struck = m.prediction && !m.loose,
                                                        .opened = conn->opened,
                                                        .heard = link->track.sender[1].last_payload});
    bool late = m.loose || m.late_together;
    if (m.prediction && !late && !m.blocked) {
        link->matched = smbt_trigger_ref(m.prediction->trigger);
        link->matched->matched++;
    }
    if (m.prediction && !m.loose) smbt_chance_on_struck(link);
    if (m.prediction && late && !m.culprit_fell && !idle_clock_fits(link)) {
        link->late = smbt_trigger_ref(m.culprit);
        link->late->late++;
    }
    c.lookup.track = smbt_engine_track;
    link->elsewhere = smbt_elsewhere_find(&c);
    smbt_absences_offer(e, link);
    link->absence = smbt_absence_begin(e, link);
    bool alike = smbt_engine_sample_silence(e, link);
    /* What a session setup may have ended is no measure of a clock. */
    bool agrees = !m.prediction && smbt_engine_sample_end(link);
    if (agrees || alike) smbt_engine_reconsider_clocks(e, conn, alike);
    smbt_link_list_add(&e->due, link, e->now);
}

void smbt_link_replaced(smbt_engine *e, smbt_link *link, uint64_t frame)
{
    count_gaps(e, link);
    smbt_flow_table_remove(e->flows, link->flow);
    link->flow = NULL;
    link->reopened_frame = frame;
    if (link->watched) smbt_engine_stop_watching(e, link);
    if (link->track.end.set || !link->track.established) return;
    smbt_track_vanish(&link->track);
    smbt_link_end(e, link);
}

void smbt_link_fell_silent(smbt_engine *e, smbt_link *link)
{
    smbt_track_vanish(&link->track);
    smbt_link_end(e, link);
}

/* The connections of a client that are looked through for the one whose ports were used again. */
#define PREDECESSORS_MAX 512

void smbt_link_disowned(smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    const GPtrArray *conns = conn->client->conns;
    for (guint i = 0; i < conns->len && i < PREDECESSORS_MAX; i++) {
        smbt_link *old = ((const smbt_conn *)conns->pdata[conns->len - 1 - i])->user;
        if (old == link || old->judged || old->conn->server != conn->server ||
            old->reopened_frame != conn->opened_frame || old->track.end.kind != SMBT_END_SILENCE ||
            !old->track.end.set)
            continue;
        smbt_track_disown(&old->track, &link->track);
        return;
    }
}
