/* The state of connections as a record: what the model holds, copied and put into words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "smb/cmd_file.h"

#include <string.h>

/* ---- The record
 * ------------------------------------------------------------------------------------------------- */

static const char *keep(smbt_state *s, const char *text)
{
    return text ? g_string_chunk_insert(s->text, text) : NULL;
}

static void connection_clear(gpointer p)
{
    smbt_state_connection *c = p;
    for (guint i = 0; i < c->clocks->len; i++)
        g_ptr_array_unref(g_array_index(c->clocks, smbt_state_clock, i).doubts);
    GArray *tables[] = {c->sessions, c->trees, c->opens, c->searches, c->requests, c->clocks};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
        g_array_unref(tables[i]);
}

static smbt_state *state_new(const smbt_engine *e, uint64_t frame, smbt_time time)
{
    smbt_state *s = g_new0(smbt_state, 1);
    *s = (smbt_state){.frame = frame, .time = time, .refs = 1, .places = e->config->places};
    s->connections = g_array_new(FALSE, TRUE, sizeof(smbt_state_connection));
    g_array_set_clear_func(s->connections, connection_clear);
    s->neighbours = g_array_new(FALSE, TRUE, sizeof(smbt_state_neighbour));
    s->text = g_string_chunk_new(256);
    return s;
}

smbt_state *smbt_state_ref(const smbt_state *state)
{
    smbt_state *s = (smbt_state *)state;
    if (s) s->refs++;
    return s;
}

void smbt_state_free(smbt_state *s)
{
    if (!s || --s->refs > 0) return;
    g_array_unref(s->connections);
    g_array_unref(s->neighbours);
    g_string_chunk_free(s->text);
    g_free(s);
}

/* ---- Objects
 * ---------------------------------------------------------------------------------------------------- */

static void add_sessions(smbt_state *s, smbt_state_connection *c, const smbt_conn *conn)
{
    static const char *const mechanisms[] = {
        [SMBT_AUTH_NONE] = NULL, [SMBT_AUTH_NTLM] = "NTLM", [SMBT_AUTH_KERBEROS] = "Kerberos"};
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        const smbt_session *from = &g_array_index(conn->sessions, smbt_session, i);
        smbt_state_session to = {.id = from->id,
                                 .user = keep(s, from->user),
                                 .state = smbt_session_state_name(from->state),
                                 .mechanism = mechanisms[from->mech],
                                 .preexisting = from->preexisting,
                                 .frame = from->frame,
                                 .vc_frame = from->closed_by_vc ? from->closed_frame : 0,
                                 .expired_frame = from->expiry.frame};
        g_array_append_val(c->sessions, to);
    }
}

static void add_trees(smbt_state *s, smbt_state_connection *c, const smbt_conn *conn)
{
    for (guint i = 0; conn->trees && i < conn->trees->len; i++) {
        const smbt_tree *from = &g_array_index(conn->trees, smbt_tree, i);
        smbt_state_tree to = {.tid = from->tid,
                              .session = from->session,
                              .path = keep(s, from->path),
                              .kind = !from->kind_known ? NULL
                                      : from->is_pipe   ? "pipe"
                                                        : "disk",
                              .preexisting = from->preexisting,
                              .frame = from->frame};
        g_array_append_val(c->trees, to);
    }
}

static const char *oplock_of(const smbt_open *o)
{
    static const char *const levels[] = {"some level", "exclusive", "batch", "level II"};
    if (o->oplock == SMBT_OPLOCK_NONE) return NULL;
    return levels[o->oplock_level < G_N_ELEMENTS(levels) ? o->oplock_level : 0];
}

static void add_opens(smbt_state *s, smbt_state_connection *c, const smbt_conn *conn)
{
    static const char *const kinds[] = {[SMBT_OPEN_DISK] = "file",
                                        [SMBT_OPEN_PIPE] = "pipe",
                                        [SMBT_OPEN_PRINTER] = "printer",
                                        [SMBT_OPEN_OTHER] = "other"};
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        const smbt_open *from = &g_array_index(conn->opens, smbt_open, i);
        smbt_state_open to = {.fid = from->fid,
                              .session = from->session,
                              .tid = from->tid,
                              .path = keep(s, from->path),
                              .kind = from->kind_known ? kinds[from->kind] : NULL,
                              .preexisting = from->preexisting,
                              .offline = from->offline,
                              .locks = from->locks,
                              .frame = from->frame,
                              .oplock = oplock_of(from),
                              .breaking = from->oplock == SMBT_OPLOCK_BREAKING,
                              .break_frame = from->break_frame,
                              .ack_frame = from->ack_frame};
        g_array_append_val(c->opens, to);
    }
    c->smb2_opens = conn->smb2_opens;
}

static void add_searches(smbt_state *s, smbt_state_connection *c, const smbt_conn *conn)
{
    for (guint i = 0; conn->searches && i < conn->searches->len; i++) {
        const smbt_search *from = &g_array_index(conn->searches, smbt_search, i);
        smbt_state_search to = {.sid = from->sid & (SMBT_SEARCH_OLD - 1),
                                .has_sid = !(from->sid & SMBT_SEARCH_OLD),
                                .tid = from->tid,
                                .pattern = keep(s, from->path),
                                .preexisting = from->preexisting,
                                .frame = from->frame,
                                .last_frame = from->last_frame,
                                .last_used = from->last_used};
        g_array_append_val(c->searches, to);
    }
}

/* ---- Requests
 * --------------------------------------------------------------------------------------------------- */

static const char *why_of(const smbt_conn *conn, const smbt_request *r, enum smbt_patience patience)
{
    if (patience == SMBT_EXEMPT) return smbt_request_exemption(conn, r);
    if (patience == SMBT_TIMED) return NULL;
    if (conn->smb_version != 1) return "the client's timers are known for SMB1 only";
    return r->fid != SMBT_FID_NONE ? "it may be on a named pipe" : "what it asks for was not captured";
}

static void add_requests(smbt_state *s, smbt_state_connection *c, const smbt_conn *conn, smbt_time now)
{
    static const enum smbt_state_patience words[] = {[SMBT_TIMED] = SMBT_STATE_TIMED,
                                                     [SMBT_EXEMPT] = SMBT_STATE_EXEMPT,
                                                     [SMBT_UNSURE] = SMBT_STATE_UNSURE};
    for (unsigned i = 0; i < conn->pairing.count; i++) {
        const smbt_request *r = &conn->pairing.pending[i];
        enum smbt_patience patience = smbt_request_patience(conn, r);
        smbt_state_request to = {.frame = r->frame,
                                 .time = r->time,
                                 .age = smbt_time_since(now, r->time),
                                 .command = smbt_verdict_command(conn, r),
                                 .path = keep(s, r->path),
                                 .has_fid = conn->smb_version == 1 && r->fid != SMBT_FID_NONE,
                                 .fid = r->fid,
                                 .patience = words[patience],
                                 .why = why_of(conn, r, patience),
                                 .interim = r->interim || r->async,
                                 .cancelled = r->cancelled,
                                 .probe_frame = r->probe_frame};
        g_array_append_val(c->requests, to);
    }
}

/* ---- Clocks
 * ----------------------------------------------------------------------------------------------------- */

static const char *source_of(smbt_engine *e, smbt_state *s, const smbt_armed *k)
{
    if (k->value == SMBT_DURATION_UNKNOWN) return NULL;
    if (k->set_by_user) return "set by the user";
    enum smbt_side side = smbt_timer_get(k->timer)->side;
    const smbt_profiles *profiles = e->config->profiles;
    g_autoptr(GString) names = g_string_new(NULL);
    for (unsigned i = 0; i < smbt_profiles_count(profiles, side); i++)
        if (k->profiles & (UINT64_C(1) << i))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                                   smbt_profiles_get(profiles, side, i)->name);
    return keep(s, names->str);
}

static GPtrArray *doubts_of(const smbt_armed *k, bool identified)
{
    static const struct {
        unsigned bit;
        const char *words;
    } doubts[] = {
        {SMBT_DOUBT_OPENS, "something may be open that is not in the capture"},
        {SMBT_DOUBT_EXEMPT, "the request may be on a named pipe and wait for ever"},
        {SMBT_DOUBT_ANSWERS, "answers may be missing from the capture"},
        {SMBT_DOUBT_START, "what armed it was before the capture"},
        {SMBT_DOUBT_UNSEEN, "the server's latest bytes were not captured"},
    };
    GPtrArray *words = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(doubts); i++)
        if (k->doubt & doubts[i].bit) g_ptr_array_add(words, (gpointer)doubts[i].words);
    if (k->doubt & SMBT_DOUBT_PROFILE)
        g_ptr_array_add(words, (gpointer)(identified ? "sources contradict this value, or saw it once"
                                                     : "nothing says that it is this kind of machine"));
    return words;
}

static const char *object_of(smbt_state *s, const smbt_armed *k)
{
    char text[32];
    switch (k->timer) {
    case SMBT_TIMER_OPLOCK_BREAK: g_snprintf(text, sizeof text, "FID 0x%04x", (unsigned)k->object); break;
    case SMBT_TIMER_SEARCH:
        g_snprintf(text, sizeof text, k->object & SMBT_SEARCH_OLD ? "MID %u" : "SID 0x%04x",
                   (unsigned)(k->object & (SMBT_SEARCH_OLD - 1)));
        break;
    case SMBT_TIMER_AUTH_EXPIRY: g_snprintf(text, sizeof text, "UID %" G_GUINT64_FORMAT, k->object); break;
    case SMBT_TIMER_SESSION_TIMEOUT:
    case SMBT_TIMER_EXTENDED_SESSION_TIMEOUT:
    case SMBT_TIMER_OFFLINE_TIMEOUT:
        g_snprintf(text, sizeof text, "frame %" G_GUINT64_FORMAT, k->object);
        break;
    default: return NULL;
    }
    return keep(s, text);
}

/* Those that end the connection before the others, what runs out next before what runs out later. */
static gint by_deadline(gconstpointer a, gconstpointer b)
{
    const smbt_state_clock *x = a, *y = b;
    if (x->closes != y->closes) return x->closes ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1; /* NONE is the greatest */
    if (x->off != y->off) return x->off ? 1 : -1;
    int names = strcmp(x->timer, y->timer);
    return names ? names : (x->armed_frame > y->armed_frame) - (x->armed_frame < y->armed_frame);
}

static void add_clocks(smbt_engine *e, smbt_state *s, smbt_state_connection *c, const smbt_conn *conn,
                       smbt_time now)
{
    g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    smbt_model_clocks(e->model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *k = &g_array_index(clocks, smbt_armed, i);
        const smbt_timer_info *info = smbt_timer_get(k->timer);
        bool known = k->value != SMBT_DURATION_UNKNOWN, off = known && k->value >= (smbt_duration)SMBT_NEVER;
        smbt_state_clock to = {.timer = info->id,
                               .side = info->side,
                               .action = info->brief,
                               .closes = info->closes,
                               .object = smbt_engine_name_text(e, s->text, object_of(s, k), s->frame),
                               .armed_frame = k->armed_frame,
                               .frame = k->frame,
                               .time = k->time,
                               .restarts = k->restarts,
                               .value = known && !off ? k->value : SMBT_DURATION_UNKNOWN,
                               .known = known,
                               .off = off,
                               .source = source_of(e, s, k),
                               .from = k->from,
                               .to = k->to,
                               .doubts =
                                   doubts_of(k, info->side == SMBT_SIDE_SERVER ? conn->server->identified
                                                                               : conn->client_identified)};
        g_array_append_val(c->clocks, to);
    }
    g_array_sort(c->clocks, by_deadline);
}

/* ---- Connections
 * ------------------------------------------------------------------------------------------------ */

static void add_connection(smbt_engine *e, smbt_state *s, const smbt_link *link)
{
    const smbt_conn *conn = link->conn;
    smbt_state_connection c = {.client = conn->client_end,
                               .server = conn->server_end,
                               .transport = conn->netbios ? "netbios" : "direct-tcp",
                               .dialect = keep(s, conn->dialect),
                               .from_start = conn->from_start,
                               .first_frame = conn->opened_frame,
                               .first_time = conn->opened,
                               .ended_frame = link->track.end.set ? link->track.end.frame : 0,
                               .sessions = g_array_new(FALSE, TRUE, sizeof(smbt_state_session)),
                               .trees = g_array_new(FALSE, TRUE, sizeof(smbt_state_tree)),
                               .opens = g_array_new(FALSE, TRUE, sizeof(smbt_state_open)),
                               .searches = g_array_new(FALSE, TRUE, sizeof(smbt_state_search)),
                               .requests = g_array_new(FALSE, TRUE, sizeof(smbt_state_request)),
                               .clocks = g_array_new(FALSE, TRUE, sizeof(smbt_state_clock))};
    add_sessions(s, &c, conn);
    add_trees(s, &c, conn);
    add_opens(s, &c, conn);
    add_searches(s, &c, conn);
    add_requests(s, &c, conn, s->time);
    add_clocks(e, s, &c, conn, s->time);
    g_array_append_val(s->connections, c);
}

static void add_neighbour(smbt_state *s, const smbt_conn *conn)
{
    const smbt_session *latest = NULL;
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        const smbt_session *session = &g_array_index(conn->sessions, smbt_session, i);
        if (!latest || session->frame > latest->frame) latest = session;
    }
    const char *host = smbt_link_host_name(conn);
    smbt_state_neighbour n = {.client = conn->client_end,
                              .server = conn->server_end,
                              .name = keep(s, host ? host : conn->claims.user),
                              .from_start = conn->from_start,
                              .first_frame = conn->opened_frame,
                              .logon_frame = latest && !latest->preexisting ? latest->frame : 0};
    g_array_append_val(s->neighbours, n);
}

static gint neighbours_by_first_frame(gconstpointer a, gconstpointer b)
{
    const smbt_state_neighbour *x = a, *y = b;
    return (x->first_frame > y->first_frame) - (x->first_frame < y->first_frame);
}

static void add_neighbours(smbt_state *s, const smbt_conn *of)
{
    for (guint i = 0; i < of->client->conns->len; i++) {
        const smbt_conn *conn = of->client->conns->pdata[i];
        const smbt_link *link = conn->user;
        if (conn == of || conn->gone || !link->counted || conn->server != of->server) continue;
        if (s->neighbours->len < SMBT_STATE_NEIGHBOURS_MAX)
            add_neighbour(s, conn);
        else
            s->neighbours_more++;
    }
    g_array_sort(s->neighbours, neighbours_by_first_frame);
}

smbt_state *smbt_engine_state_of(smbt_engine *e, const smbt_link *link, uint64_t frame, smbt_time now)
{
    smbt_state *s = state_new(e, frame, now);
    add_connection(e, s, link);
    add_neighbours(s, link->conn);
    return s;
}

static bool passes(const smbt_state_filter *filter, const smbt_conn *conn)
{
    return !filter ||
           (filter->client.port == conn->client_end.port && filter->server.port == conn->server_end.port &&
            smbt_addr_equal(&filter->client.addr, &conn->client_end.addr) &&
            smbt_addr_equal(&filter->server.addr, &conn->server_end.addr));
}

struct collection {
    smbt_engine *engine;
    smbt_state *state;
    const smbt_state_filter *filter;
};

static void collect(smbt_client *client, void *user)
{
    struct collection *c = user;
    for (guint i = 0; i < client->conns->len; i++) {
        const smbt_conn *conn = client->conns->pdata[i];
        const smbt_link *link = conn->user;
        if (!conn->gone && link->counted && passes(c->filter, conn))
            add_connection(c->engine, c->state, link);
    }
}

static gint by_first_frame(gconstpointer a, gconstpointer b)
{
    const smbt_state_connection *x = a, *y = b;
    return (x->first_frame > y->first_frame) - (x->first_frame < y->first_frame);
}

smbt_state *smbt_engine_state(smbt_engine *engine, const smbt_state_filter *filter)
{
    smbt_engine *e = engine;
    smbt_state *s = state_new(e, e->last_frame, e->frames ? e->now : SMBT_TIME_NONE);
    struct collection c = {.engine = e, .state = s, .filter = filter};
    if (filter) {
        smbt_client *client = smbt_model_find_client(e->model, &filter->client.addr);
        if (client) collect(client, &c);
    } else {
        smbt_model_each_client(e->model, collect, &c);
    }
    g_array_sort(s->connections, by_first_frame);
    return s;
}
