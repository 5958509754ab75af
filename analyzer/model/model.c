/* Tables of servers, clients and connections; NetBIOS session service; dispatch by protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/effects.h"
#include "model/objects.h"

#include "smb/nbss.h"
#include "smb/smb1_header.h"

#include <string.h>

static guint addr_hash(gconstpointer a)
{
    return smbt_addr_hash(a);
}
static gboolean addr_equal(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

void smbt_ref_set(char **ref, const char *text)
{
    if (!text || !*text || (*ref && strcmp(*ref, text) == 0)) return;
    /* The new one first: callers tell by the pointer whether the text changed. Not interned: that table is
     * global, and a thread may take from it what another one is about to free. */
    char *fresh = g_ref_string_new(text);
    if (*ref) g_ref_string_release(*ref);
    *ref = fresh;
}

void smbt_ref_clear(char **ref)
{
    if (*ref) g_ref_string_release(*ref);
    *ref = NULL;
}

static void server_free(gpointer p)
{
    smbt_server *s = p;
    smbt_ref_clear(&s->native_os);
    smbt_ref_clear(&s->native_lan_man);
    smbt_ref_clear(&s->name);
    g_ptr_array_unref(s->conns);
    if (s->breaking) g_ptr_array_unref(s->breaking);
    if (s->free_user) s->free_user(s->user);
    g_free(s);
}

static void client_free(gpointer p)
{
    smbt_client *c = p;
    g_ptr_array_unref(c->conns);
    g_ptr_array_unref(c->triggers);
    if (c->free_user) c->free_user(c->user);
    g_free(c);
}

smbt_model *smbt_model_new(const smbt_profiles *profiles, const smbt_choice *chosen,
                           const smbt_limits *limits, const smbt_model_events *events)
{
    smbt_model *m = g_new0(smbt_model, 1);
    m->profiles = profiles;
    m->chosen = *chosen;
    m->limits = *limits;
    m->events = *events;
    smbt_effects_index(m->effects);
    smbt_clocks_set_watches(m);
    m->servers = g_hash_table_new_full(addr_hash, addr_equal, NULL, server_free);
    m->clients = g_hash_table_new_full(addr_hash, addr_equal, NULL, client_free);
    return m;
}

void smbt_model_free(smbt_model *model)
{
    if (!model) return;
    for (gsize i = 0; i < G_N_ELEMENTS(model->kinds); i++) {
        smbt_ref_clear(&model->kinds[i].native_os);
        smbt_ref_clear(&model->kinds[i].native_lan_man);
    }
    g_hash_table_unref(model->servers);
    g_hash_table_unref(model->clients);
    g_free(model);
}

const smbt_profiles *smbt_model_profiles(const smbt_model *model)
{
    return model->profiles;
}

smbt_server *smbt_model_find_server(smbt_model *model, const smbt_addr *addr)
{
    return g_hash_table_lookup(model->servers, addr);
}

smbt_client *smbt_model_find_client(smbt_model *model, const smbt_addr *addr)
{
    return g_hash_table_lookup(model->clients, addr);
}

void smbt_model_each_server(smbt_model *model, void (*fn)(smbt_server *server, void *user), void *user)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, model->servers);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        fn(value, user);
}

void smbt_model_each_client(smbt_model *model, void (*fn)(smbt_client *client, void *user), void *user)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, model->clients);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        fn(value, user);
}

void smbt_model_forget_server(smbt_model *model, smbt_server *server)
{
    if (server->conns->len == 0) g_hash_table_remove(model->servers, &server->addr);
}

uint64_t smbt_model_passed_over(const smbt_model *model)
{
    return model->siblings_passed_over;
}

void smbt_model_forget_client(smbt_model *model, smbt_client *client)
{
    if (client->conns->len == 0) g_hash_table_remove(model->clients, &client->addr);
}

static void allow_profiles(smbt_model *m, smbt_server *s)
{
    if (m->chosen.server) {
        s->possible = m->chosen.server;
        s->chosen_by_user = s->identified = true;
        return;
    }
    /* CAP_UNIX is Samba's own: it tells when its name was not captured. */
    const char *lan_man = s->native_lan_man ? s->native_lan_man : s->unix_extensions ? "Samba" : NULL;
    s->possible = smbt_profiles_by_name(m->profiles, SMBT_SIDE_SERVER, s->native_os, lan_man);
    s->identified = s->possible != smbt_profiles_by_name(m->profiles, SMBT_SIDE_SERVER, NULL, NULL);
}

void smbt_model_server_named(smbt_model *model, smbt_server *server, const char *native_os,
                             const char *native_lan_man)
{
    const char *os = server->native_os, *lan_man = server->native_lan_man;
    smbt_ref_set(&server->native_os, native_os);
    smbt_ref_set(&server->native_lan_man, native_lan_man);
    if (server->native_os != os || server->native_lan_man != lan_man || !native_os)
        allow_profiles(model, server);
}

static smbt_server *server_of(smbt_model *m, const smbt_addr *addr)
{
    smbt_server *s = g_hash_table_lookup(m->servers, addr);
    if (!s) {
        s = g_new0(smbt_server, 1);
        s->addr = *addr;
        s->conns = g_ptr_array_new();
        allow_profiles(m, s);
        g_hash_table_insert(m->servers, &s->addr, s);
    }
    return s;
}

static smbt_client *client_of(smbt_model *m, const smbt_addr *addr)
{
    smbt_client *c = g_hash_table_lookup(m->clients, addr);
    if (!c) {
        c = g_new0(smbt_client, 1);
        c->addr = *addr;
        c->unreadable[0].time = c->unreadable[1].time = SMBT_TIME_NONE;
        c->conns = g_ptr_array_new();
        c->triggers = g_ptr_array_new_with_free_func((GDestroyNotify)smbt_trigger_unref);
        g_hash_table_insert(m->clients, &c->addr, c);
    }
    return c;
}

smbt_conn *smbt_model_open(smbt_model *model, const smbt_endpoint *client, const smbt_endpoint *server,
                           bool from_start, uint64_t frame, smbt_time time)
{
    smbt_conn *c = g_new0(smbt_conn, 1);
    c->client_end = *client;
    c->server_end = *server;
    c->server = server_of(model, &server->addr);
    c->client = client_of(model, &client->addr);
    c->opened_frame = frame;
    c->opened = time;
    c->from_start = from_start;
    c->accepted = !from_start;
    c->netbios = server->port == 139;
    c->last_request = c->last_response = c->last_answer = c->last_tree_request = SMBT_TIME_NONE;
    c->last_use = c->last_farewell = c->last_echo = SMBT_TIME_NONE;
    if (model->chosen.client) {
        c->client_profiles = model->chosen.client;
        c->client_identified = true;
    }
    c->server->connections++;
    c->client->connections++;
    c->server_at = c->server->conns->len;
    c->client_at = c->client->conns->len;
    g_ptr_array_add(c->server->conns, c);
    g_ptr_array_add(c->client->conns, c);
    if (!from_start) smbt_zero_vc_late_start(model, c, time);
    return c;
}

/* A connection that is really there: its handshake was seen, or a message on it. */
static void count_in(smbt_conn *conn)
{
    if (conn->in_use || conn->gone) return;
    conn->in_use = true;
    conn->server->established++;
    conn->server->was_spoken_to = true;
}

void smbt_model_accepted(smbt_conn *conn)
{
    conn->accepted = true;
    if (conn->from_start) count_in(conn);
}

static void claims_clear(smbt_claims *c)
{
    char **refs[] = {&c->workstation,    &c->calling_name, &c->native_os,
                     &c->native_lan_man, &c->user,         &c->server_path};
    for (gsize i = 0; i < G_N_ELEMENTS(refs); i++)
        smbt_ref_clear(refs[i]);
}

void smbt_model_gone(smbt_conn *conn)
{
    smbt_oplock_conn_gone(conn);
    if (conn->in_use) conn->server->established--;
    conn->in_use = false;
    conn->gone = true;
}

void smbt_model_revive(smbt_model *model, smbt_conn *conn, smbt_time since)
{
    conn->gone = false;
    if ((conn->accepted && conn->from_start) || conn->messages[0] + conn->messages[1]) count_in(conn);
    smbt_oplock_conn_back(conn);
    smbt_zero_vc_missed(model, conn, since);
}

static void leave_tables(smbt_conn *conn)
{
    GPtrArray *at_server = conn->server->conns, *at_client = conn->client->conns;
    smbt_conn *last = at_server->pdata[at_server->len - 1];
    last->server_at = conn->server_at;
    g_ptr_array_remove_index_fast(at_server, conn->server_at);
    last = at_client->pdata[at_client->len - 1];
    last->client_at = conn->client_at;
    g_ptr_array_remove_index_fast(at_client, conn->client_at);
}

void smbt_model_free_conn(smbt_conn *conn)
{
    smbt_model_gone(conn);
    leave_tables(conn);
    for (int i = 0; i < 2; i++)
        if (conn->client->unreadable[i].conn == conn) conn->client->unreadable[i].conn = NULL;
    smbt_zero_vc_conn_freed(conn);
    claims_clear(&conn->claims);
    smbt_ref_clear(&conn->setup_user);
    smbt_ref_clear(&conn->dialect_ref);
    g_free(conn->offered);
    smbt_conn_free_objects(conn);
    g_clear_pointer(&conn->outlived, g_array_unref);
    smbt_pairing_clear(&conn->pairing);
    g_free(conn);
}

/* Times of before say nothing about what is to come: clocks run from now, on what is known to be less sure.
 */
static void set_clocks_back(smbt_conn *conn, smbt_time now)
{
    conn->last_request = conn->last_response = conn->last_answer = SMBT_TIME_NONE;
    conn->last_tree_request = conn->last_use = conn->last_farewell = conn->last_echo = SMBT_TIME_NONE;
    conn->requests_lost = conn->answers_lost = true;
    conn->opened = MIN(conn->opened, now);
    smbt_pairing_forget(&conn->pairing);
    for (guint i = 0; conn->searches && i < conn->searches->len; i++)
        g_array_index(conn->searches, smbt_search, i).last_used = now;
    for (guint i = 0; conn->opens && i < conn->opens->len; i++)
        g_array_index(conn->opens, smbt_open, i).break_time = now;
}

static bool spare_none(const smbt_conn *conn, void *user)
{
    (void)conn, (void)user;
    return false;
}

void smbt_model_clock_set_back(smbt_model *model, smbt_time now)
{
    smbt_model_forget_times(model, now, spare_none, NULL);
}

void smbt_model_forget_times(smbt_model *model, smbt_time now,
                             bool (*spares)(const smbt_conn *conn, void *user), void *user)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, model->clients);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        smbt_client *client = value;
        g_ptr_array_set_size(client->triggers, 0);
        client->unreadable[0].time = now; /* what was forgotten here may have been a cause */
        client->unreadable[0].conn = NULL;
        client->unreadable[1] = client->unreadable[0];
        for (guint i = 0; i < client->conns->len; i++) {
            smbt_conn *conn = client->conns->pdata[i];
            if (spares(conn, user)) continue;
            if (conn->predictions) g_ptr_array_set_size(conn->predictions, 0);
            set_clocks_back(conn, now);
        }
    }
}

void smbt_model_unreadable(smbt_conn *conn, smbt_time time)
{
    smbt_client *client = conn->client;
    if (client->unreadable[0].conn != conn) {
        client->unreadable[1] = client->unreadable[0];
        client->unreadable[0].conn = conn;
    }
    client->unreadable[0].time = time;
    conn->requests_lost = true;
}

void smbt_model_lost_answers(smbt_conn *conn)
{
    conn->answers_lost = true;
    smbt_pairing_forget(&conn->pairing);
}

/* ---- Messages
 * ------------------------------------------------------------------------------------------------- */

static void netbios_message(smbt_conn *conn, unsigned side, uint8_t type, smbt_cur body)
{
    smbt_nbss_request request;
    switch (type) {
    case SMBT_NBSS_REQUEST:
        if (side != 0) break;
        conn->netbios = true;
        conn->netbios_state = SMBT_NETBIOS_REQUESTED;
        if (smbt_nbss_request_decode(body, &request))
            smbt_ref_set(&conn->claims.calling_name, request.calling.s);
        break;
    case SMBT_NBSS_POSITIVE:
        if (side == 1) conn->netbios_state = SMBT_NETBIOS_ACCEPTED;
        break;
    case SMBT_NBSS_NEGATIVE:
    case SMBT_NBSS_RETARGET:
        if (side == 1) conn->netbios_state = SMBT_NETBIOS_REFUSED;
        break;
    default: break;
    }
}

/* READ_RAW is answered, and WRITE_RAW followed, by bytes without a header (facts 3.10). */
static bool raw_message(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_at *at)
{
    if (side != 1) return false;
    for (unsigned i = 0; i < conn->pairing.count; i++) {
        smbt_request *r = &conn->pairing.pending[i];
        if (conn->smb_version != 1 || r->command != SMBT_SMB1_READ_RAW) continue;
        if (conn->violation.frame) smbt_violation_answered(conn, at);
        smbt_request_answered(model, conn, r, at);
        smbt_pairing_remove(&conn->pairing, r);
        return true;
    }
    return false;
}

/* The data of a WRITE_RAW: the last part of it, and the end of one that is written behind (facts 3.10). */
static void raw_data_came(smbt_conn *conn, uint64_t frame, smbt_time time)
{
    smbt_request *r = smbt_pairing_find(&conn->pairing, false, 0, SMBT_SMB1_WRITE_RAW);
    if (!r) return;
    r->part_frame = frame;
    r->part_time = time;
    if (r->behind) smbt_pairing_remove(&conn->pairing, r);
}

void smbt_model_message(smbt_model *model, smbt_conn *conn, unsigned side, uint8_t type, const smbt_cur *body,
                        uint64_t frame, smbt_time time, uint64_t done_frame, smbt_time done_time)
{
    smbt_at at = {.frame = frame, .time = time, .done_frame = done_frame, .done_time = done_time};
    if (type != SMBT_NBSS_MESSAGE) {
        netbios_message(conn, side, type, *body);
        return;
    }
    /* What the client still had on its way when the server dropped the connection never reaches it. */
    if (conn->gone && side == 0) return;
    if (side == 0 && smbt_time_since(time, conn->opened) >= model->youngest_watch)
        smbt_clocks_outlived(model, conn, frame, time);
    if (conn->raw_write && side == 0) {
        conn->raw_write = false;
        conn->last_request = conn->last_tree_request = conn->last_use = done_time;
        raw_data_came(conn, frame, done_time);
        return;
    }
    smbt_cur peek = *body;
    const uint8_t *magic = smbt_cur_bytes(&peek, 4);
    if (!magic && side == 0 && smbt_cur_left(body) >= SMBT_SMB1_HEADER_LEN) smbt_model_unreadable(conn, time);
    if (!magic || magic[1] != 'S' || magic[2] != 'M' || magic[3] != 'B') {
        bool taken = raw_message(model, conn, side, &at);
        if (!magic && !taken && side == 1 && body->declared) /* cut off */
            conn->answers_lost = conn->answers_unseen = true;
        if (magic && side == 0 && conn->from_start)
            smbt_violation_note(model, conn, SMBT_VIOLATION_NOT_SMB, NULL, &at);
        return;
    }
    conn->messages[side]++;
    count_in(conn);
    if (side == 0) {
        conn->last_request = done_time;
        conn->last_request_frame = frame;
    } else if (!conn->gone) { /* what was on its way when the connection ended tells nothing of the time
                                 before */
        if (conn->outlived) smbt_clocks_answered(model, conn, frame, time);
        conn->last_response = time;
        conn->last_response_frame = frame;
    }
    if (conn->netbios && conn->netbios_state != SMBT_NETBIOS_ACCEPTED)
        conn->netbios_state = SMBT_NETBIOS_ACCEPTED;
    switch (magic[0]) {
    case 0xff: smbt_model_smb1(model, conn, side, body, &at); break;
    case 0xfe: smbt_model_smb2(model, conn, side, body, &at); break;
    default: /* SMB3: transform and compression headers; what is inside stays hidden */
        conn->smb_version = 2;
        break;
    }
}

void smbt_model_part(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body, uint64_t frame,
                     smbt_time time, uint64_t done_frame, smbt_time done_time)
{
    smbt_at at = {.frame = frame, .time = time, .done_frame = done_frame, .done_time = done_time};
    if (conn->gone && side == 0) return;
    smbt_model_smb2_part(model, conn, side, body, &at);
}
