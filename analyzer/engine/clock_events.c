/* What the model tells of clocks, turned into observations and into what peers have shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/internal.h"

#include "smb/smb1_header.h"

/* Observations about the clocks of one connection; what a slow server makes of more is told by then. */
#define NOTES_MAX 16
/* Without a value that is known, a search that was unused for less is not put down to a clock. */
#define UNUSED_SEARCH (60 * SMBT_SEC)

static bool may_note(const smbt_conn *conn)
{
    return conn->user && ((smbt_link *)conn->user)->notes++ < NOTES_MAX;
}

static const char *command_of(const smbt_conn *conn, const smbt_request *r)
{
    return smbt_verdict_command(conn, r);
}

/* "31.6 s" */
static char *span(smbt_duration d)
{
    return smbt_span_format(d);
}

void smbt_engine_on_outlived(smbt_conn *conn, const smbt_armed *clock, bool proven, uint64_t frame,
                             smbt_time time, void *user)
{
    (void)user;
    bool server = smbt_timer_get(clock->timer)->side == SMBT_SIDE_SERVER;
    if (!proven || clock->set_by_user || clock->timer == SMBT_TIMER_FORCED_LOGOFF ||
        clock->timer == SMBT_TIMER_EXTENDED_SESSION_TIMEOUT)
        return;
    smbt_measures *m = server ? &smbt_engine_belief(conn->server)->measures : smbt_engine_host_measures(conn);
    smbt_measures_outlived(m, clock->timer, smbt_time_since(time, clock->time), frame);
}

void smbt_engine_on_survived(smbt_conn *conn, const smbt_armed *clock, uint64_t frame, smbt_time time,
                             void *user)
{
    smbt_engine_on_outlived(conn, clock, true, frame, time, user);
}

/* ---- Near timeouts
 * ---------------------------------------------------------------------------------------------- */

struct patience {
    bool known, by_user;
    smbt_duration timeout, scan; /* the longest of those that are possible */
};

/* How long this client waits for an answer to `r`, by its names or the user's word. */
static struct patience patience_of(const smbt_engine *e, const smbt_conn *conn, enum smbt_key key)
{
    struct patience p = {0};
    for (unsigned i = 0; i < smbt_profiles_count(e->config->profiles, SMBT_SIDE_CLIENT); i++) {
        const smbt_profile *profile = smbt_profiles_get(e->config->profiles, SMBT_SIDE_CLIENT, i);
        const smbt_value *v = &profile->value[key], *scan = &profile->value[SMBT_KEY_REQUEST_SCAN];
        bool mine = conn->client_identified && conn->client_profiles & (UINT64_C(1) << i);
        if (!v->known || v->value == SMBT_NEVER || !(mine || v->set_by_user)) continue;
        p.known = true;
        p.by_user |= v->set_by_user;
        p.timeout = MAX(p.timeout, (smbt_duration)v->value);
        if (scan->known) p.scan = MAX(p.scan, (smbt_duration)scan->value);
    }
    return p;
}

static bool is_offline(const smbt_conn *conn, const smbt_request *r)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        const smbt_open *o = &g_array_index(conn->opens, smbt_open, i);
        if (o->fid == r->fid) return o->offline;
    }
    return false;
}

void smbt_engine_on_late_answer(smbt_conn *conn, const smbt_request *r, uint64_t frame, smbt_time time,
                                void *user)
{
    smbt_engine *e = user;
    bool offline = is_offline(conn, r);
    enum smbt_timer timer = offline ? SMBT_TIMER_OFFLINE_TIMEOUT : SMBT_TIMER_SESSION_TIMEOUT;
    struct patience p = patience_of(e, conn, smbt_timer_get(timer)->value);
    smbt_duration age = smbt_time_since(time, r->part_time);
    smbt_measures_outlived(smbt_engine_host_measures(conn), timer, age, frame);
    if (!p.known || age < p.timeout / 4 * 3) return;
    if (age > p.timeout + p.scan || !may_note(conn)) return;
    g_autofree char *waited = span(age), *limit = span(p.timeout);
    smbt_note *note =
        smbt_note_new(SMBT_OBS_NEAR_TIMEOUT, frame, time,
                      "The answer to %s, frame %" G_GUINT64_FORMAT
                      ", took %s; this client gives a connection up at its first look after %s.",
                      command_of(conn, r), r->frame, waited, limit);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    smbt_note_evidence(note, r->frame, "%s", command_of(conn, r));
    if (r->probe_frame) smbt_note_evidence(note, r->probe_frame, "ECHO: the client began to wonder");
    smbt_note_evidence(note, frame, "its answer, %s later", waited);
    smbt_engine_queue_observation(e, note);
}

void smbt_engine_on_echo_probe(smbt_conn *conn, const smbt_request *r, uint64_t frame, smbt_time time,
                               void *user)
{
    if (!may_note(conn)) return;
    g_autofree char *waited = span(smbt_time_since(time, r->part_time));
    smbt_note *note = smbt_note_new(SMBT_OBS_ECHO_PROBE, frame, time,
                                    "After %s without an answer to %s, frame %" G_GUINT64_FORMAT
                                    ", the client asked with an ECHO whether the server is still there.",
                                    waited, command_of(conn, r), r->frame);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    smbt_note_evidence(note, r->frame, "%s, waiting for its answer", command_of(conn, r));
    smbt_note_evidence(note, frame, "ECHO");
    smbt_engine_queue_observation(user, note);
}

/* Logon hours that are over explain why the same user was cut off shortly before. */
void smbt_engine_on_logon_refused(smbt_conn *conn, void *user)
{
    if (conn->refusal.status != SMBT_STATUS_INVALID_LOGON_HOURS || !conn->claims.user) return;
    smbt_belief_note_refused_hours(smbt_engine_belief(conn->server), conn->claims.user, conn->refusal.frame,
                                   conn->refusal.time);
    smbt_engine_reconsider_clocks(user, conn, false);
}

/* ---- Sessions, searches, oplocks
 * -------------------------------------------------------------------------------- */

void smbt_engine_on_session_expired(smbt_conn *conn, const smbt_session *s, void *user)
{
    const smbt_expiry *x = &s->expiry;
    if (!may_note(conn)) return;
    const char *after = x->renewed ? "The client logged on anew and went on."
                        : x->reauth_frame
                            ? "The client tried to log on anew, and that was not seen to succeed."
                            : "The client did not log on anew.";
    smbt_note *note = smbt_note_new(
        SMBT_OBS_SESSION_EXPIRED, x->frame, x->time,
        "The session of %s expired (STATUS_NETWORK_SESSION_EXPIRED). %s%s", s->user ? s->user : "this user",
        after,
        x->was_oplock_ack
            ? " An oplock acknowledgment was refused for it, so that another client's open had to wait "
              "(KB 943459)."
            : "");
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    if (x->request_frame) smbt_note_evidence(note, x->request_frame, "the request that was refused");
    smbt_note_evidence(note, x->frame, "STATUS_NETWORK_SESSION_EXPIRED");
    if (x->reauth_frame) smbt_note_evidence(note, x->reauth_frame, "new logon with the same UID");
    if (x->reauth_answer_frame) smbt_note_evidence(note, x->reauth_answer_frame, "which succeeded");
    smbt_engine_queue_observation(user, note);
}

/* Whether a search that was unused for so long may have been closed by the server's clock; `ret_value`: the
 * clock that fits, UNKNOWN when none is known. */
static bool search_clock_fits(const smbt_engine *e, const smbt_conn *conn, smbt_duration unused,
                              smbt_duration *ret_value)
{
    bool any_known = false;
    *ret_value = SMBT_DURATION_UNKNOWN;
    for (unsigned i = 0; i < smbt_profiles_count(e->config->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_value *v =
            &smbt_profiles_get(e->config->profiles, SMBT_SIDE_SERVER, i)->value[SMBT_KEY_MAX_KEEP_SEARCH];
        if (!v->known || !(conn->server->possible & (UINT64_C(1) << i) || v->set_by_user)) continue;
        any_known = true;
        if (unused + SMBT_SEC >= (smbt_duration)v->value)
            *ret_value = MIN(*ret_value, (smbt_duration)v->value);
    }
    return *ret_value != SMBT_DURATION_UNKNOWN || (!any_known && unused >= UNUSED_SEARCH);
}

void smbt_engine_on_search_gone(smbt_conn *conn, const smbt_search *s, uint64_t frame, smbt_time time,
                                void *user)
{
    smbt_duration unused = smbt_time_since(time, s->last_used), value;
    if (!search_clock_fits(user, conn, unused, &value) || !may_note(conn)) return;
    g_autofree char *time_unused = span(unused), *limit = span(value);
    smbt_note *note =
        smbt_note_new(SMBT_OBS_SEARCH_EXPIRED, frame, time,
                      "A search that was not used for %s is unknown to the server now: it closes unused "
                      "searches%s%s.",
                      time_unused, value == SMBT_DURATION_UNKNOWN ? "" : " after ",
                      value == SMBT_DURATION_UNKNOWN ? "" : limit);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    smbt_note_evidence(note, s->frame, "FIND_FIRST2 opened search %" G_GUINT64_FORMAT, s->sid);
    if (s->last_frame != s->frame) smbt_note_evidence(note, s->last_frame, "its last use");
    smbt_note_evidence(note, frame, "FIND_NEXT2 fails");
    smbt_engine_queue_observation(user, note);
}

void smbt_engine_on_oplock_timeout(smbt_conn *conn, const smbt_open *open, const smbt_conn *waiter,
                                   const smbt_request *waited, uint64_t frame, smbt_time time, void *user)
{
    smbt_engine *e = user;
    smbt_duration took = smbt_time_since(time, open->break_time);
    if (waiter) smbt_measures_add(&smbt_engine_belief(conn->server)->measures, SMBT_TIMER_OPLOCK_BREAK, took);
    if (!may_note(conn)) return;
    g_autofree char *time_took = span(took);
    const char *file = open->path ? open->path : "a file";
    const char *why = open->refused_ack_frame ? "its acknowledgment was refused, the session had expired"
                                              : "it did not answer the oplock break";
    smbt_note *note;
    if (waiter)
        note = smbt_note_new(
            SMBT_OBS_OPLOCK_BREAK_TIMEOUT, open->break_frame, open->break_time,
            "This client kept others waiting for %s: %s, and an open of the same file was answered "
            "only when the server had waited %s.",
            file, why, time_took);
    else
        note = smbt_note_new(
            SMBT_OBS_OPLOCK_BREAK_TIMEOUT, open->break_frame, open->break_time,
            "This client kept the server waiting for %s: %s within %s. Who had to wait is not in the "
            "capture.",
            file, why, time_took);
    smbt_note_connection(note, &conn->client_end, &conn->server_end);
    if (waited) smbt_note_evidence(note, waited->frame, "another open of that file, which has to wait");
    smbt_note_evidence(note, open->break_frame, "oplock break notification for FID 0x%04x",
                       (unsigned)open->fid);
    if (open->refused_ack_frame)
        smbt_note_evidence(note, open->refused_ack_frame, "the acknowledgment that was refused");
    if (waiter) {
        char client[SMBT_ADDR_STRLEN];
        smbt_note_evidence(note, frame, "the open of %s, port %u, is answered at last, %s after the break",
                           smbt_addr_format(&waiter->client_end.addr, client), waiter->client_end.port,
                           time_took);
    }
    smbt_engine_queue_observation(e, note);
}
