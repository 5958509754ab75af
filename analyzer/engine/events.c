/* What the model tells while it takes messages, turned into observations and into what servers have shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "observe/host_name.h"

#include <string.h>

/* How many connections of a client are searched for another host, the youngest first. */
#define LOOKED_AT 512

static void lapsed(smbt_conn *conn, const smbt_prediction *p, uint64_t frame, smbt_time time, void *user)
{
    smbt_engine *e = user;
    if (!smbt_belief_note_lapse(smbt_engine_belief(conn->server), conn, p, frame)) return;
    char server[SMBT_ADDR_STRLEN];
    smbt_addr_format(&conn->server->addr, server);
    smbt_note *note = smbt_note_new(
        SMBT_OBS_ZERO_VC_NOT_ENFORCED, p->trigger->frame, p->trigger->time,
        "Server %s does not drop a client's other connections on VcNumber 0: one lived on.", server);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    smbt_note_evidence(note, p->trigger->frame,
                       "SESSION_SETUP_ANDX with VcNumber 0 on port %u of the same client",
                       p->trigger->client_end.port);
    smbt_note_evidence(note, frame, "the connection from port %u still gets answers", conn->client_end.port);
    smbt_engine_queue_observation(e, note);
    (void)time;
    smbt_engine_reconsider(e, conn->server);
}

static bool already_said(smbt_client_notes *notes, const smbt_addr *server)
{
    for (guint i = 0; i < notes->exposed->len; i++)
        if (smbt_addr_equal(&g_array_index(notes->exposed, smbt_addr, i), server)) return true;
    return false;
}

void smbt_engine_note_exposed(smbt_engine *e, const smbt_conn *conn, const smbt_setup_sent *setup,
                              const char *why)
{
    smbt_client_notes *notes = smbt_engine_client_notes(conn->client);
    if (already_said(notes, &conn->server->addr) || notes->exposed->len >= SMBT_HOSTS_MAX) return;
    g_array_append_val(notes->exposed, conn->server->addr);
    char client[SMBT_ADDR_STRLEN], server[SMBT_ADDR_STRLEN];
    smbt_addr_format(&conn->client->addr, client);
    smbt_addr_format(&conn->server->addr, server);
    smbt_note *note =
        smbt_note_new(SMBT_OBS_ZERO_VC_EXPOSED, setup->frame, setup->time,
                      "Several hosts share the address %s and server %s applies the zero-VC rule: each new "
                      "session setup with VcNumber 0 cuts off the others.",
                      client, server);
    smbt_note_connection(note, &setup->client, &setup->server);
    smbt_note_evidence(note, setup->frame, "SESSION_SETUP_ANDX with VcNumber 0; %s", why);
    smbt_engine_queue_observation(e, note);
}

/* A server of this kind takes hosts of one address with names of their own for one client. */
static bool confuses_hosts(const smbt_profile *p, const smbt_conn *conn)
{
    return smbt_profile_is(p, SMBT_KEY_ZERO_VC_MATCH, SMBT_MATCH_ADDRESS) ||
           (smbt_profile_is(p, SMBT_KEY_ZERO_VC_MATCH, SMBT_MATCH_NETBIOS_NAME) && !conn->netbios);
}

/* A server that, by what it says or the user says of it, can only be one that applies the rule to them. */
static bool surely_enforces(const smbt_engine *e, const smbt_conn *conn)
{
    const smbt_server *s = conn->server;
    const smbt_belief *b = s->user;
    if (!(s->native_os || s->chosen_by_user) || !s->possible || (b && b->not_enforced)) return false;
    for (unsigned i = 0; i < smbt_profiles_count(e->config->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_profile *p = smbt_profiles_get(e->config->profiles, SMBT_SIDE_SERVER, i);
        if (!(s->possible & (UINT64_C(1) << i))) continue;
        if (!smbt_profile_is(p, SMBT_KEY_ZERO_VC, SMBT_ZERO_VC_ON) || !confuses_hosts(p, conn)) return false;
    }
    return true;
}

/* Another host on this address that has a name of its own. */
static bool has_other_host(smbt_conn *conn)
{
    const char *name = conn->claims.workstation;
    if (!name) return false;
    const GPtrArray *conns = conn->client->conns;
    for (guint i = 0; i < conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *other = conns->pdata[conns->len - 1 - i];
        if (other->server == conn->server && other->claims.workstation &&
            smbt_host_names_compare(other->claims.workstation, name) == SMBT_HOST_DIFFERENT)
            return true;
    }
    return false;
}

static void triggered(smbt_conn *conn, smbt_trigger *t, void *user)
{
    smbt_engine *e = user;
    if (t->vc_known) smbt_chance_on_setup(e, conn, t);
    if (!t->vc_known || already_said(smbt_engine_client_notes(conn->client), &conn->server->addr)) return;
    if (!surely_enforces(e, conn) || !has_other_host(conn)) return;
    smbt_engine_note_exposed(
        e, conn,
        &(smbt_setup_sent){
            .client = t->client_end, .server = t->server_end, .frame = t->frame, .time = t->time},
        "another workstation was seen on this address");
}

static void session_gone(smbt_conn *conn, const smbt_session *s, uint64_t frame, smbt_time time, void *user)
{
    smbt_note *note =
        smbt_note_new(SMBT_OBS_VC_SESSION_CLEANUP, frame, time,
                      "The server refuses UID %u: the same user's session setup with VcNumber 0 on this "
                      "connection, frame %" G_GUINT64_FORMAT ", had closed that session.",
                      (unsigned)s->id, s->closed_frame);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    smbt_note_evidence(note, s->frame, "session set up");
    smbt_note_evidence(note, s->closed_frame, "newer session of the same user, VcNumber 0");
    smbt_note_evidence(note, frame, "first answer with BAD_UID");
    smbt_engine_queue_observation(user, note);
}

static void logged_on(smbt_conn *conn, uint64_t frame, smbt_time time, void *user)
{
    smbt_link *link = conn->user;
    if (link->logon_frame) return;
    link->logon_frame = frame;
    link->logon_time = time;
    smbt_absences_offer(user, link);
}

/* A verdict that is yet to be given, or waits to be told, will know. */
static void answered_after_end(smbt_conn *conn, const smbt_request *r, uint64_t frame, smbt_time time,
                               void *user)
{
    (void)user;
    smbt_link *link = conn->user;
    if (time <= link->track.end.time) return; /* captured out of order */
    for (unsigned i = 0; i < link->in_flight_count; i++) {
        if (link->in_flight[i].frame != r->frame) continue;
        link->in_flight[i].after_frame = frame;
        link->in_flight[i].after_time = time;
    }
}

const smbt_model_events smbt_engine_model_events = {
    .lapsed = lapsed,
    .triggered = triggered,
    .session_gone = session_gone,
    .logged_on = logged_on,
    .logon_refused = smbt_engine_on_logon_refused,
    .outlived = smbt_engine_on_outlived,
    .survived = smbt_engine_on_survived,
    .late_answer = smbt_engine_on_late_answer,
    .answered_after_end = answered_after_end,
    .echo_probe = smbt_engine_on_echo_probe,
    .session_expired = smbt_engine_on_session_expired,
    .search_gone = smbt_engine_on_search_gone,
    .oplock_timeout = smbt_engine_on_oplock_timeout,
};
