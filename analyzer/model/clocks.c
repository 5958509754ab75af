/* Which clocks run on a connection, from when and until when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/cmd_file.h"
#include "smb/cmd_search.h"

/* Round numbers: an hour in the morning is when logon hours end. */
#define HOUR        (60 * SMBT_MIN)
#define JUST_STRUCK (5 * SMBT_MIN)

/* ---- The server's clocks
 * ---------------------------------------------------------------------------------------- */

static unsigned open_doubt(const smbt_conn *conn)
{
    if (smbt_conn_is_whole(conn)) return 0;
    bool lost = conn->requests_lost || conn->answers_lost || conn->opens_unsure;
    return SMBT_DOUBT_OPENS | (lost ? SMBT_DOUBT_ANSWERS : 0);
}

bool smbt_conn_holds_nothing(const smbt_conn *conn)
{
    return !(conn->opens && conn->opens->len) && !(conn->searches && conn->searches->len) &&
           conn->smb2_opens == 0;
}

/* Somebody is logged on, or may be. */
static bool has_session(const smbt_conn *conn)
{
    return (conn->sessions && conn->sessions->len) || (conn->logged_on && !smbt_conn_is_whole(conn)) ||
           (conn->logged_on && conn->smb_version == 2);
}

static void autodisconnect(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    bool used = conn->logged_on || has_session(conn);
    if (!used || conn->pairing.count || !smbt_conn_holds_nothing(conn)) return;
    smbt_armed c = {.timer = SMBT_TIMER_AUTODISCONNECT,
                    .armed_frame = conn->from_start ? conn->opened_frame : 0,
                    .doubt = open_doubt(conn)};
    smbt_clock_arm(m, conn, &c, ret);
}

static void unused(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    if (!conn->from_start || !conn->accepted || conn->smb_version == 2 || has_session(conn)) return;
    /* Before its NetBIOS session is accepted it is no SMB connection to the server. */
    if (conn->netbios && conn->netbios_state != SMBT_NETBIOS_ACCEPTED) return;
    bool dialect = conn->negotiated.frame && !conn->negotiated.no_dialect;
    smbt_armed c = {.timer = dialect ? SMBT_TIMER_UNUSED_NO_SESSION : SMBT_TIMER_UNUSED_NO_DIALECT,
                    .armed_frame = conn->opened_frame,
                    .frame = conn->opened_frame,
                    .time = conn->opened};
    guint before = ret->len;
    smbt_clock_arm(m, conn, &c, ret);
    /* Whoever logged off late makes it unused then. */
    for (guint i = before; i < ret->len; i++) {
        smbt_armed *a = &g_array_index(ret, smbt_armed, i);
        if (a->to == SMBT_TIME_NONE || conn->last_farewell == SMBT_TIME_NONE ||
            conn->last_farewell <= a->from)
            continue;
        a->from = conn->last_farewell;
        a->to = smbt_time_add(a->from, a->scan);
    }
}

static void oplock_breaks(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        const smbt_open *o = &g_array_index(conn->opens, smbt_open, i);
        if (o->oplock != SMBT_OPLOCK_BREAKING) continue;
        smbt_armed c = {.timer = SMBT_TIMER_OPLOCK_BREAK,
                        .armed_frame = o->break_frame,
                        .frame = o->break_frame,
                        .time = o->break_time,
                        .object = o->fid};
        smbt_clock_arm(m, conn, &c, ret);
    }
}

static void searches(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    for (guint i = 0; conn->searches && i < conn->searches->len; i++) {
        const smbt_search *s = &g_array_index(conn->searches, smbt_search, i);
        smbt_armed c = {.timer = SMBT_TIMER_SEARCH,
                        .armed_frame = s->preexisting ? 0 : s->frame,
                        .frame = s->last_frame,
                        .time = s->last_used,
                        .object = s->sid};
        smbt_clock_arm(m, conn, &c, ret);
    }
}

static void tickets(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        const smbt_session *s = &g_array_index(conn->sessions, smbt_session, i);
        if (s->mech != SMBT_AUTH_KERBEROS || !s->dynamic_reauth || s->state != SMBT_SESSION_VALID) continue;
        /* The end of the ticket is not on the wire: the clock runs, and nobody here knows until when. */
        smbt_armed c = {.timer = SMBT_TIMER_AUTH_EXPIRY,
                        .armed_frame = s->frame,
                        .frame = s->frame,
                        .time = SMBT_TIME_NONE,
                        .object = s->id};
        smbt_clock_arm(m, conn, &c, ret);
    }
}

/* The full hour on the server's clock. */
static void logon_hours(const smbt_model *m, const smbt_conn *conn, smbt_time now, GArray *ret)
{
    const smbt_negotiated *n = &conn->negotiated;
    if (!n->has_clock || !conn->claims.user || !conn->logged_on) return;
    int64_t server_now = (int64_t)now + n->clock_offset_ns;
    if (server_now < 0) return;
    smbt_duration into_hour = (smbt_duration)server_now % HOUR;
    /* One that has just struck is the one that may be carried out now. */
    smbt_time hour =
        into_hour <= JUST_STRUCK ? smbt_time_sub(now, into_hour) : smbt_time_add(now, HOUR - into_hour);
    smbt_armed c = {
        .timer = SMBT_TIMER_FORCED_LOGOFF, .armed_frame = n->frame, .frame = n->frame, .time = hour};
    guint before = ret->len;
    smbt_clock_arm(m, conn, &c, ret);
    /* Where nobody knows of logon hours no clock runs. */
    if (ret->len > before && g_array_index(ret, smbt_armed, before).value == SMBT_DURATION_UNKNOWN)
        g_array_set_size(ret, before);
}

/* ---- The client's clocks
 * ---------------------------------------------------------------------------------------- */

/* How long the data of a request takes at the pace that was seen on this connection. */
static smbt_duration transfer_time(const smbt_conn *conn, const smbt_request *r)
{
    if (conn->moved_bytes == 0 || r->data_bytes == 0) return 0;
    double pace = (double)conn->moved_time / (double)conn->moved_bytes;
    return (smbt_duration)(pace * (double)r->data_bytes);
}

static bool adds_transfer_time(const smbt_model *m, smbt_profile_mask profiles)
{
    for (unsigned i = 0; i < smbt_profiles_count(m->profiles, SMBT_SIDE_CLIENT); i++)
        if (profiles & UINT64_C(1) << i &&
            smbt_profile_is(smbt_profiles_get(m->profiles, SMBT_SIDE_CLIENT, i), SMBT_KEY_TRANSFER_TIME,
                            SMBT_ON))
            return true;
    return false;
}

static void arm_request(const smbt_model *m, const smbt_conn *conn, const smbt_request *r,
                        enum smbt_timer timer, unsigned doubt, GArray *ret)
{
    guint before = ret->len;
    smbt_armed c = {.timer = timer,
                    .armed_frame = r->frame,
                    .frame = r->part_frame,
                    .time = r->part_time,
                    .restarts = r->part_frame != r->frame,
                    .object = r->frame,
                    .doubt = doubt | (conn->answers_lost ? SMBT_DOUBT_ANSWERS : 0) |
                             (conn->answers_unseen ? SMBT_DOUBT_UNSEEN : 0) |
                             (conn->from_start ? 0 : SMBT_DOUBT_START)};
    smbt_clock_arm(m, conn, &c, ret);
    for (guint i = before; i < ret->len; i++) {
        smbt_armed *a = &g_array_index(ret, smbt_armed, i);
        if (!adds_transfer_time(m, a->profiles)) continue;
        a->extra = transfer_time(conn, r);
        smbt_clock_set_window(a);
    }
}

/* The clock of the oldest request runs out first. */
static void oldest_request(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    bool unsure_done = false;
    for (unsigned i = 0; i < conn->pairing.count; i++) {
        const smbt_request *r = &conn->pairing.pending[i];
        enum smbt_patience patience = smbt_request_patience(conn, r);
        if (patience == SMBT_EXEMPT || (patience == SMBT_UNSURE && (unsure_done || conn->smb_version != 1)))
            continue;
        unsigned doubt = patience == SMBT_UNSURE ? SMBT_DOUBT_EXEMPT : 0;
        bool is_search = smbt_command_is_search((uint8_t)r->command, r->subcommand);
        const smbt_open *open = is_search || r->fid == SMBT_FID_NONE ? NULL : smbt_conn_open(conn, r->fid);
        if (open && open->offline) {
            arm_request(m, conn, r, SMBT_TIMER_OFFLINE_TIMEOUT, doubt, ret);
        } else {
            arm_request(m, conn, r, SMBT_TIMER_SESSION_TIMEOUT, doubt, ret);
            arm_request(m, conn, r, SMBT_TIMER_EXTENDED_SESSION_TIMEOUT, doubt, ret);
        }
        if (patience == SMBT_TIMED) return;
        unsure_done = true;
    }
}

static void keep_conn(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    if (!conn->logged_on || conn->smb_version != 1 || conn->pairing.count || !smbt_conn_holds_nothing(conn))
        return;
    if (conn->last_use == SMBT_TIME_NONE) return;
    bool echo_last = smbt_time_since(conn->last_echo, conn->last_use) > 0;
    smbt_armed c = {.timer = SMBT_TIMER_KEEP_CONN,
                    .armed_frame = conn->from_start ? conn->opened_frame : 0,
                    .frame = echo_last ? conn->last_echo_frame : conn->last_use_frame,
                    .time = echo_last ? conn->last_echo : conn->last_use,
                    .restarts = conn->messages[0],
                    .doubt = open_doubt(conn)};
    smbt_clock_arm(m, conn, &c, ret);
}

void smbt_clocks_that_close(const smbt_model *model, const smbt_conn *conn, smbt_time now, GArray *ret_clocks)
{
    autodisconnect(model, conn, ret_clocks);
    unused(model, conn, ret_clocks);
    oldest_request(model, conn, ret_clocks);
    keep_conn(model, conn, ret_clocks);
    logon_hours(model, conn, now, ret_clocks);
}

void smbt_model_clocks(const smbt_model *model, const smbt_conn *conn, smbt_time now, GArray *ret_clocks)
{
    smbt_clocks_that_close(model, conn, now, ret_clocks);
    oplock_breaks(model, conn, ret_clocks);
    searches(model, conn, ret_clocks);
    tickets(model, conn, ret_clocks);
}
