/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/stall.h"

#include "base/span.h"
#include "engine/internal.h"
#include "observe/host_name.h"
#include "smb/smb1_header.h"
#include "smb/smb2.h"
#include "stream/seq.h"

#include <string.h>

/* Nobody's patience is shorter; what takes less is slow, no stall. Clients must have waited as long together.
 */
#define LEAST (10 * SMBT_SEC)
/* A request this long before the server's last word on another connection had been passed over by then. */
#define JUST_BEFORE SMBT_SEC
/* What is missing from the capture shows when the connections go on; and a server that is back answers what
 * waits. */
#define SETTLES (5 * SMBT_SEC)
/* So many connections of a server are looked through; so many that wait are kept; so many are shown; so many
 * stalls of one server are told. */
#define LOOKED_AT 4096
#define WAITS_MAX 256
#define SHOWN_MAX 8
#define TOLD_MAX  8

/* One connection that waited. */
typedef struct smbt_wait {
    const smbt_conn *conn; /* NULL: forgotten */
    smbt_endpoint client;
    char *host; /* what the client calls itself, a g_ref_string; NULL: nothing */
    char *file; /* that it opens, "" if its name is not known, g_free; NULL: it asks for something else */
    const char *command;
    uint64_t frame; /* of the request */
    smbt_time from, until;
    uint64_t end_frame; /* of the end of its connection; 0: it is still there */
    bool gave_up;       /* that end was not the server's */
    bool repeated;      /* TCP sent it again, in vain */
    bool acknowledged;  /* a segment of the server's came since */
    bool fresh;         /* asked since the server's last word */
    bool doubtful;      /* an answer may have got lost */
} smbt_wait;

struct smbt_stall {
    smbt_addr server;
    GArray *waits;                      /* of smbt_wait */
    uint64_t before_frame, after_frame; /* the server's last word before it, its first behind it; 0: none */
    smbt_time to;
};

static void wait_clear(gpointer p)
{
    smbt_wait *w = p;
    if (w->host) g_ref_string_release(w->host);
    g_free(w->file);
}

static GArray *waits_new(void)
{
    GArray *waits = g_array_new(FALSE, FALSE, sizeof(smbt_wait));
    g_array_set_clear_func(waits, wait_clear);
    return waits;
}

static void stall_free(gpointer p)
{
    smbt_stall *s = p;
    g_array_unref(s->waits);
    g_free(s);
}

void smbt_stalls_clear(smbt_stalls *stalls)
{
    g_clear_pointer(&stalls->over, g_ptr_array_unref);
}

/* ---- Who waits
 * -------------------------------------------------------------------------------------------------- */

static bool opens(const smbt_conn *conn, const smbt_request *r)
{
    if (conn->smb_version == 2) return false;
    return r->command == SMBT_SMB1_NT_CREATE_ANDX || r->command == SMBT_SMB1_OPEN_ANDX ||
           r->command == SMBT_SMB1_OPEN;
}

/* What a server may take its time for: others decide when it is answered. */
static bool may_take_long(const smbt_conn *conn, const smbt_request *r)
{
    if (r->cancelled || r->behind || r->async || r->interim) return true;
    if (conn->smb_version == 2) {
        switch (r->command) {
        case SMBT_SMB2_CHANGE_NOTIFY:
        case SMBT_SMB2_LOCK:
        case SMBT_SMB2_IOCTL:
        case SMBT_SMB2_OPLOCK_BREAK: return true;
        default: return false;
        }
    }
    bool breaks = conn->server->breaking && conn->server->breaking->len;
    return smbt_request_patience(conn, r) != SMBT_TIMED || ((opens(conn, r) || r->path) && breaks);
}

static const smbt_request *oldest_due(const smbt_conn *conn)
{
    for (unsigned i = 0; i < conn->pairing.count; i++)
        if (!may_take_long(conn, &conn->pairing.pending[i])) return &conn->pairing.pending[i];
    return NULL;
}

/* An answer since `from` may be missing. */
static bool is_doubtful(const smbt_conn *conn, smbt_time from)
{
    const smbt_link *link = conn->user;
    const smbt_sender *server = &link->track.sender[1];
    const smbt_half *answers = link->flow ? &link->flow->half[1] : NULL;
    bool unseen = answers && answers->started && server->has_acked &&
                  smbt_seq_diff(server->acked_to, answers->next) > 1;
    bool gap = answers && answers->gaps && answers->last_gap >= from;
    return conn->answers_unseen || unseen || gap || link->behind_hole || !link->counted ||
           server->segments == 0;
}

/* Acknowledged before it was captured: its answer was captured before it, too, and found nothing to answer.
 */
static bool is_out_of_order(const smbt_link *link, const smbt_request *r)
{
    const smbt_sender *client = &link->track.sender[0];
    const smbt_half *requests = link->flow ? &link->flow->half[0] : NULL;
    return requests && requests->started && client->has_acked &&
           !smbt_seq_before(client->acked_to, requests->next) && client->acked_at <= r->time;
}

static void add_wait(GArray *waits, const smbt_conn *conn, smbt_time heard, smbt_time until)
{
    const smbt_link *link = conn->user;
    const smbt_request *r = oldest_due(conn);
    if (!r || waits->len >= WAITS_MAX) return;
    smbt_time from = heard == SMBT_TIME_NONE ? r->time : MAX(r->time, heard);
    if (smbt_time_since(until, from) < LEAST) return;
    const char *host = smbt_link_host_name(conn);
    smbt_wait w = {.conn = conn,
                   .client = conn->client_end,
                   .host = host ? g_ref_string_acquire((char *)host) : NULL,
                   .file = opens(conn, r) ? g_strdup(r->path ? r->path : "") : NULL,
                   .command = smbt_verdict_command(conn, r),
                   .frame = r->frame,
                   .from = from,
                   .until = until,
                   .acknowledged = link->track.sender[1].last > r->time &&
                                   link->track.sender[1].last_frame > r->frame &&
                                   link->track.sender[0].unanswered_repeats == 0,
                   .repeated = link->track.sender[0].unanswered_repeats > 0,
                   .fresh = heard == SMBT_TIME_NONE || smbt_time_add(r->time, JUST_BEFORE) >= heard,
                   .doubtful = is_doubtful(conn, from) || is_out_of_order(link, r)};
    g_array_append_val(waits, w);
}

static bool is_pending(const smbt_wait *w)
{
    for (unsigned i = 0; w->conn && i < w->conn->pairing.count; i++)
        if (w->conn->pairing.pending[i].frame == w->frame) return true;
    return false;
}

/* ---- One stall
 * --------------------------------------------------------------------------------------------------- */

static bool same_client(const smbt_wait *a, const smbt_wait *b)
{
    bool names = a->host && b->host;
    if (!smbt_addr_equal(&a->client.addr, &b->client.addr)) /* or one that has two */
        return names && smbt_host_names_compare(a->host, b->host) == SMBT_HOST_SAME;
    return !names || smbt_host_names_compare(a->host, b->host) != SMBT_HOST_DIFFERENT;
}

/* Who holds it, perhaps unseen, has an oplock to give up first. */
static bool same_file(const smbt_wait *a, const smbt_wait *b)
{
    return a->file && b->file && (!*a->file || !*b->file || g_ascii_strcasecmp(a->file, b->file) == 0);
}

static smbt_duration together(const smbt_wait *a, const smbt_wait *b)
{
    return smbt_time_since(MIN(a->until, b->until), MAX(a->from, b->from));
}

/* Drops what does not count, and says whether the rest waited together. */
static bool sort_out(GArray *waits, bool is_back)
{
    for (guint i = waits->len; i-- > 0;) {
        smbt_wait *w = &g_array_index(waits, smbt_wait, i);
        if (w->conn) w->doubtful |= is_doubtful(w->conn, w->from);
        /* Nobody waits for it: its answer came unseen. */
        bool orphan = (!w->fresh || is_back) && !w->end_frame && (w->conn ? is_pending(w) : !w->fresh);
        if (w->doubtful || orphan) g_array_remove_index(waits, i);
    }
    for (guint i = 0; i < waits->len; i++)
        for (guint k = i + 1; k < waits->len; k++) {
            const smbt_wait *a = &g_array_index(waits, smbt_wait, i),
                            *b = &g_array_index(waits, smbt_wait, k);
            if (!same_client(a, b) && !same_file(a, b) && together(a, b) >= LEAST) return true;
        }
    return false;
}

static unsigned count_clients(const GArray *waits)
{
    unsigned n = 0;
    for (guint i = 0; i < waits->len; i++) {
        bool known = false;
        for (guint k = 0; k < i && !known; k++)
            known = same_client(&g_array_index(waits, smbt_wait, i), &g_array_index(waits, smbt_wait, k));
        n += !known;
    }
    return n;
}

static char *clock_text(smbt_time time)
{
    g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc((gint64)(time / SMBT_SEC));
    return t ? g_date_time_format(t, "%H:%M:%S") : g_strdup("?");
}

static const char *advise(const smbt_engine *e, const GArray *waits)
{
    unsigned acknowledged = 0, repeated = 0;
    for (guint i = 0; i < waits->len; i++) {
        acknowledged += g_array_index(waits, smbt_wait, i).acknowledged;
        repeated += g_array_index(waits, smbt_wait, i).repeated;
    }
    /* What nobody acknowledges is sent again. */
    if (smbt_engine_acks_filtered(e) || acknowledged + repeated == 0)
        return "Whether its TCP went on acknowledging is not in this capture.";
    if (acknowledged == 0)
        return "Not even its TCP acknowledged what they sent: the whole machine was away, or the path to it.";
    if (acknowledged == waits->len)
        return "Its TCP acknowledged what they sent: the machine was there, its file service did not get on. "
               "Look at its storage, its load and its event log at that time.";
    return "Its TCP acknowledged what some of them sent: the machine was there. Look at its "
           "storage, its load and its event log at that time, and at the path to the others.";
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const smbt_wait *x = a, *y = b;
    return (x->frame > y->frame) - (x->frame < y->frame);
}

static void tell_waits(smbt_note *note, const GArray *waits)
{
    for (guint i = 0; i < waits->len && i < SHOWN_MAX; i++) {
        const smbt_wait *w = &g_array_index(waits, smbt_wait, i);
        char client[SMBT_ADDR_STRLEN];
        smbt_addr_format(&w->client.addr, client);
        g_autofree char *span = smbt_span_format(smbt_time_since(w->until, w->from));
        const char *v6 = w->client.addr.family == 6 ? "[" : "", *v6_end = v6[0] ? "]" : "";
        smbt_note_evidence(note, w->frame, "%s from %s%s%s:%u, not answered in %s%s", w->command, v6, client,
                           v6_end, w->client.port, span, w->gave_up ? "; it gave up" : "");
    }
    for (guint i = 0; i < waits->len && i < SHOWN_MAX; i++) {
        const smbt_wait *w = &g_array_index(waits, smbt_wait, i);
        if (w->gave_up) smbt_note_evidence(note, w->end_frame, "port %u gives up", w->client.port);
    }
}

static void tell(smbt_engine *e, smbt_stall *s)
{
    smbt_server *of = smbt_model_find_server(e->model, &s->server);
    if (!of || !sort_out(s->waits, s->after_frame != 0) || smbt_engine_belief(of)->stalls_told >= TOLD_MAX)
        return;
    smbt_engine_belief(of)->stalls_told++;
    g_array_sort(s->waits, by_frame);
    const smbt_wait *first = &g_array_index(s->waits, smbt_wait, 0);
    smbt_time from = first->from;
    unsigned gave_up = 0;
    for (guint i = 0; i < s->waits->len; i++) {
        const smbt_wait *w = &g_array_index(s->waits, smbt_wait, i);
        from = MIN(from, w->from);
        gave_up += w->gave_up;
    }
    char server[SMBT_ADDR_STRLEN];
    smbt_addr_format(&s->server, server);
    g_autofree char *t1 = clock_text(from), *t2 = clock_text(s->to);
    g_autofree char *span = smbt_span_format(smbt_time_since(s->to, from));
    g_autofree char *until = s->after_frame ? g_strdup(t2) : g_strdup("the end of the capture");
    g_autofree char *left = gave_up ? g_strdup_printf("%u gave up", gave_up) : g_strdup("none gave up");
    smbt_note *note = smbt_note_new(
        SMBT_OBS_SERVER_STALLED, first->frame, from,
        "Server %s answered nobody for %s, from %s to %s (UTC): %u connections of %u clients waited, %s. %s",
        server, span, t1, until, s->waits->len, count_clients(s->waits), left, advise(e, s->waits));
    if (s->before_frame) smbt_note_evidence(note, s->before_frame, "the last that it said before");
    tell_waits(note, s->waits);
    if (s->after_frame) smbt_note_evidence(note, s->after_frame, "the first that it said after");
    smbt_engine_queue_observation(e, note);
}

/* ---- When there is one
 * ------------------------------------------------------------------------------------------ */

static smbt_stall *collect(smbt_server *server, smbt_belief *belief, uint64_t frame, smbt_time now)
{
    smbt_stall *s = g_new0(smbt_stall, 1);
    s->server = server->addr;
    s->waits = belief->gone ? g_steal_pointer(&belief->gone) : waits_new();
    s->before_frame = belief->heard_frame;
    s->after_frame = frame;
    s->to = now;
    for (guint i = 0; i < server->conns->len && i < LOOKED_AT; i++) {
        const smbt_conn *conn = server->conns->pdata[i];
        if (!conn->gone && conn->pairing.count) add_wait(s->waits, conn, belief->heard, now);
    }
    return s;
}

void smbt_stall_on_answer(smbt_engine *e, smbt_link *link, uint64_t frame)
{
    smbt_belief *belief = smbt_engine_belief(link->conn->server);
    smbt_duration silent =
        belief->heard == SMBT_TIME_NONE ? SMBT_DURATION_UNKNOWN : smbt_time_since(e->now, belief->heard);
    if (silent >= LEAST && !e->is_altered) {
        smbt_stall *s = collect(link->conn->server, belief, frame, e->now);
        if (s->waits->len < 2) {
            stall_free(s);
        } else {
            if (!e->stalls.over) e->stalls.over = g_ptr_array_new_with_free_func(stall_free);
            g_ptr_array_add(e->stalls.over, s);
        }
    }
    g_clear_pointer(&belief->gone, g_array_unref);
    belief->heard = e->now;
    belief->heard_frame = frame;
}

void smbt_stall_on_end(smbt_engine *e, smbt_link *link)
{
    const smbt_end_event *end = &link->track.end;
    smbt_belief *belief = smbt_engine_belief(link->conn->server);
    if (e->is_altered || end->refused || !link->conn->pairing.count) return;
    if (!belief->gone) belief->gone = waits_new();
    guint before = belief->gone->len;
    add_wait(belief->gone, link->conn, belief->heard, end->time);
    if (belief->gone->len == before) return;
    smbt_wait *w = &g_array_index(belief->gone, smbt_wait, before);
    w->conn = NULL;
    w->end_frame = end->frame;
    w->gave_up = end->by != SMBT_SIDE_SERVER;
}

void smbt_stall_on_revival(smbt_link *link)
{
    const GArray *gone = smbt_engine_belief(link->conn->server)->gone;
    for (guint i = gone ? gone->len : 0; i-- > 0;)
        if (g_array_index(gone, smbt_wait, i).end_frame == link->track.end.frame)
            g_array_remove_index((GArray *)gone, i);
}

static void forget_one(smbt_server *server, void *user)
{
    const smbt_engine *e = user;
    smbt_belief *belief = server->user;
    if (!belief) return;
    g_clear_pointer(&belief->gone, g_array_unref);
    belief->heard = e->now;
    belief->heard_frame = 0;
}

void smbt_stall_forget(smbt_engine *e)
{
    smbt_model_each_server(e->model, forget_one, e);
}

static void tell_those_before(smbt_engine *e, smbt_time time)
{
    GPtrArray *over = e->stalls.over;
    while (over && over->len && ((const smbt_stall *)over->pdata[0])->to <= time) {
        tell(e, over->pdata[0]);
        g_ptr_array_remove_index(over, 0);
    }
}

void smbt_stall_run(smbt_engine *e)
{
    if (e->stalls.over && e->stalls.over->len) tell_those_before(e, smbt_time_sub(e->now, SETTLES));
}

static void finish_one(smbt_server *server, void *user)
{
    smbt_engine *e = user;
    smbt_belief *belief = server->user;
    if (!belief) return;
    smbt_stall *s = collect(server, belief, 0, e->now);
    if (s->waits->len >= 2) tell(e, s);
    stall_free(s);
}

void smbt_stall_finish(smbt_engine *e)
{
    if (e->is_altered) return;
    tell_those_before(e, SMBT_TIME_NONE);
    smbt_model_each_server(e->model, finish_one, e);
}

void smbt_stall_on_free(smbt_engine *e, const smbt_link *link)
{
    for (guint i = 0; e->stalls.over && i < e->stalls.over->len; i++) {
        GArray *waits = ((smbt_stall *)e->stalls.over->pdata[i])->waits;
        for (guint k = 0; k < waits->len; k++) {
            smbt_wait *w = &g_array_index(waits, smbt_wait, k);
            if (w->conn != link->conn) continue;
            w->doubtful |= is_doubtful(w->conn, w->from);
            w->fresh |= !is_pending(w);
            w->conn = NULL;
        }
    }
}
