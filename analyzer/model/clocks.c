/* Which clocks run on a connection, from when and until when; and which ones it outlived.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/cmd_file.h"

#include <string.h>

/* No client gives up on a request before the shortest timeout; an answer is late from this share of it on. */
#define LATE_NUMERATOR   3
#define LATE_DENOMINATOR 4
/* Round numbers: an hour in the morning is when logon hours end. */
#define HOUR        (60 * SMBT_MIN)
#define JUST_STRUCK (5 * SMBT_MIN)

/* ---- One clock, split by the values that profiles give it
 * ------------------------------------------------------- */

static bool same_value(const smbt_armed *a, const smbt_armed *b)
{
    return a->timer == b->timer && a->object == b->object && a->frame == b->frame && a->value == b->value &&
           a->scan == b->scan;
}

static void add(GArray *clocks, const smbt_armed *clock)
{
    for (guint i = clocks->len; i-- > 0;) {
        smbt_armed *other = &g_array_index(clocks, smbt_armed, i);
        if (!same_value(other, clock)) continue;
        other->profiles |= clock->profiles;
        return;
    }
    g_array_append_val(clocks, *clock);
}

/* Which profiles may give the values, and whether something speaks for them. */
static smbt_profile_mask candidates(const smbt_model *m, const smbt_conn *conn, enum smbt_side side,
                                    bool *ret_sure)
{
    if (side == SMBT_SIDE_SERVER) {
        *ret_sure = conn->server->identified;
        return conn->server->possible;
    }
    *ret_sure = conn->client_identified;
    if (conn->client_profiles || conn->claims.names_seen) return conn->client_profiles;
    unsigned n = smbt_profiles_count(m->profiles, SMBT_SIDE_CLIENT);
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static void set_window(smbt_armed *c)
{
    c->from = c->to = SMBT_TIME_NONE;
    if (c->value == SMBT_DURATION_UNKNOWN || c->value >= (smbt_duration)SMBT_NEVER) return;
    /* The end of logon hours is no length of time: the value is how much later it may be carried out. */
    bool at_a_time = c->timer == SMBT_TIMER_FORCED_LOGOFF;
    c->from = at_a_time ? c->time : smbt_time_add(c->time, c->value);
    c->to = smbt_time_add(c->from, at_a_time ? c->value : c->scan + c->extra);
}

/* What restarts the idle clock: any message, says the specification; on some servers requests on a share
 * only. */
static void set_idle_start(const smbt_conn *conn, const smbt_profile *p, smbt_armed *c)
{
    bool by_tree = p && smbt_profile_is(p, SMBT_KEY_IDLE_ACTIVITY, SMBT_ACTIVITY_TREE);
    smbt_time last = by_tree ? conn->last_tree_request : conn->last_request;
    c->restarts = by_tree ? conn->tree_requests : conn->messages[0];
    c->frame = last == SMBT_TIME_NONE ? conn->opened_frame
               : by_tree              ? conn->last_tree_request_frame
                                      : conn->last_request_frame;
    c->time = last == SMBT_TIME_NONE ? conn->opened : last;
}

static void set_values(const smbt_timer_info *info, const smbt_profile *p, smbt_armed *c)
{
    const smbt_value *scan = &p->value[info->scan];
    c->value = (smbt_duration)p->value[info->value].value;
    c->scan = info->scan != info->value && scan->known ? (smbt_duration)scan->value : 0;
    c->set_by_user = p->value[info->value].set_by_user;
}

/* `clock` without its value, window and profiles. */
static void arm(const smbt_model *m, const smbt_conn *conn, const smbt_armed *clock, GArray *ret_clocks)
{
    const smbt_timer_info *info = smbt_timer_get(clock->timer);
    bool sure, any = false, idle = clock->timer == SMBT_TIMER_AUTODISCONNECT;
    smbt_profile_mask mask = candidates(m, conn, info->side, &sure);
    unsigned n = smbt_profiles_count(m->profiles, info->side);
    /* A value of the user's counts whoever the peer is. */
    bool by_user = n && smbt_profiles_get(m->profiles, info->side, 0)->value[info->value].set_by_user;
    if (by_user && !mask) mask = UINT64_MAX;
    for (unsigned i = 0; i < n; i++) {
        if (!(mask & UINT64_C(1) << i)) continue;
        const smbt_profile *p = smbt_profiles_get(m->profiles, info->side, i);
        if (!p->value[info->value].known) continue;
        if (info->on != info->value && !smbt_profile_is(p, info->on, SMBT_ON)) continue;
        smbt_armed c = *clock;
        c.profiles = UINT64_C(1) << i;
        set_values(info, p, &c);
        if (idle) set_idle_start(conn, p, &c);
        if ((!sure || p->doubtful) && !c.set_by_user) c.doubt |= SMBT_DOUBT_PROFILE;
        set_window(&c);
        add(ret_clocks, &c);
        any = true;
    }
    if (any) return;
    smbt_armed c = *clock;
    c.value = SMBT_DURATION_UNKNOWN;
    if (idle) set_idle_start(conn, NULL, &c);
    set_window(&c);
    g_array_append_val(ret_clocks, c);
}

/* ---- The server's clocks
 * ---------------------------------------------------------------------------------------- */

static unsigned open_doubt(const smbt_conn *conn)
{
    return smbt_conn_is_whole(conn) ? 0 : SMBT_DOUBT_OPENS;
}

bool smbt_conn_holds_nothing(const smbt_conn *conn)
{
    return !(conn->opens && conn->opens->len) && !(conn->searches && conn->searches->len) &&
           conn->smb2_opens == 0;
}

static bool has_session(const smbt_conn *conn)
{
    return conn->logged_on || (conn->sessions && conn->sessions->len);
}

static void autodisconnect(const smbt_model *m, const smbt_conn *conn, GArray *ret)
{
    if (!has_session(conn) || conn->pairing.count || !smbt_conn_holds_nothing(conn)) return;
    smbt_armed c = {.timer = SMBT_TIMER_AUTODISCONNECT,
                    .armed_frame = conn->from_start ? conn->opened_frame : 0,
                    .doubt = open_doubt(conn)};
    arm(m, conn, &c, ret);
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
    arm(m, conn, &c, ret);
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
        arm(m, conn, &c, ret);
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
        arm(m, conn, &c, ret);
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
        arm(m, conn, &c, ret);
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
    arm(m, conn, &c, ret);
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
                             (conn->from_start ? 0 : SMBT_DOUBT_START)};
    arm(m, conn, &c, ret);
    for (guint i = before; i < ret->len; i++) {
        smbt_armed *a = &g_array_index(ret, smbt_armed, i);
        if (!adds_transfer_time(m, a->profiles)) continue;
        a->extra = transfer_time(conn, r);
        set_window(a);
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
        const smbt_open *open = r->fid == SMBT_FID_NONE ? NULL : smbt_conn_open(conn, r->fid);
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
    if (!has_session(conn) || conn->smb_version != 1 || conn->pairing.count || !smbt_conn_holds_nothing(conn))
        return;
    if (conn->last_use == SMBT_TIME_NONE) return;
    bool echo_last = smbt_time_since(conn->last_echo, conn->last_use) > 0;
    smbt_armed c = {.timer = SMBT_TIMER_KEEP_CONN,
                    .armed_frame = conn->from_start ? conn->opened_frame : 0,
                    .frame = echo_last ? conn->last_echo_frame : conn->last_use_frame,
                    .time = echo_last ? conn->last_echo : conn->last_use,
                    .restarts = conn->messages[0],
                    .doubt = open_doubt(conn)};
    arm(m, conn, &c, ret);
}

void smbt_model_clocks(const smbt_model *model, const smbt_conn *conn, smbt_time now, GArray *ret_clocks)
{
    autodisconnect(model, conn, ret_clocks);
    unused(model, conn, ret_clocks);
    oldest_request(model, conn, ret_clocks);
    keep_conn(model, conn, ret_clocks);
    oplock_breaks(model, conn, ret_clocks);
    searches(model, conn, ret_clocks);
    tickets(model, conn, ret_clocks);
    logon_hours(model, conn, now, ret_clocks);
}

/* ---- Outlived
 * --------------------------------------------------------------------------------------------------- */

/* The least value above nothing that a profile gives; UNKNOWN when none does. */
static smbt_duration least(const smbt_profiles *profiles, enum smbt_key key, enum smbt_side side)
{
    smbt_duration found = SMBT_DURATION_UNKNOWN;
    for (unsigned i = 0; i < smbt_profiles_count(profiles, side); i++) {
        const smbt_value *v = &smbt_profiles_get(profiles, side, i)->value[key];
        if (v->known && v->value != SMBT_NEVER) found = MIN(found, (smbt_duration)v->value);
    }
    return found;
}

void smbt_clocks_set_watches(smbt_model *model)
{
    const smbt_profiles *p = model->profiles;
    model->idle_watch = MIN(least(p, SMBT_KEY_AUTODISCONNECT, SMBT_SIDE_SERVER),
                            least(p, SMBT_KEY_KEEP_CONN, SMBT_SIDE_CLIENT));
    model->unused_watch = MIN(least(p, SMBT_KEY_UNUSED_NO_DIALECT, SMBT_SIDE_SERVER),
                              least(p, SMBT_KEY_UNUSED_NO_SESSION, SMBT_SIDE_SERVER));
    model->youngest_watch = MIN(model->idle_watch, model->unused_watch);
    model->patience_watch = least(p, SMBT_KEY_SESSION_TIMEOUT, SMBT_SIDE_CLIENT);
    if (model->patience_watch != SMBT_DURATION_UNKNOWN)
        model->patience_watch = model->patience_watch / LATE_DENOMINATOR * LATE_NUMERATOR;
}

static void tell(smbt_model *model, smbt_conn *conn, const smbt_armed *clock, bool proven, uint64_t frame,
                 smbt_time now)
{
    if (model->events.outlived) model->events.outlived(conn, clock, proven, frame, now, model->events.user);
}

/* Those that ran out before now and did not end the connection. What ran out within the last second may be
 * just about to. */
static void find_outlived(smbt_model *model, smbt_conn *conn, smbt_time now, GArray *clocks)
{
    smbt_model_clocks(model, conn, now, clocks);
    for (guint i = clocks->len; i-- > 0;) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        bool over = c->to != SMBT_TIME_NONE && smbt_time_since(now, c->to) >= SMBT_SEC;
        /* Not every user has logon hours. */
        if (c->timer == SMBT_TIMER_FORCED_LOGOFF || !over || !smbt_timer_get(c->timer)->closes ||
            c->doubt & (SMBT_DOUBT_OPENS | SMBT_DOUBT_EXEMPT))
            g_array_remove_index_fast(clocks, i);
    }
}

/* A message proves that its sender still has the connection. The server's proof is its next answer. */
void smbt_clocks_outlived(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now)
{
    smbt_duration idle = smbt_time_since(now, conn->last_request);
    smbt_duration idle_on_tree = smbt_time_since(now, conn->last_tree_request);
    bool unused_long = !conn->logged_on && smbt_time_since(now, conn->opened) >= model->unused_watch;
    if (conn->gone || (idle < model->idle_watch && idle_on_tree < model->idle_watch && !unused_long)) return;
    GArray *clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    find_outlived(model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        tell(model, conn, c, smbt_timer_get(c->timer)->side == SMBT_SIDE_CLIENT, frame, now);
    }
    g_clear_pointer(&conn->outlived, g_array_unref);
    if (clocks->len)
        conn->outlived = clocks;
    else
        g_array_unref(clocks);
}

void smbt_clocks_answered(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now)
{
    for (guint i = 0; i < conn->outlived->len; i++) {
        const smbt_armed *c = &g_array_index(conn->outlived, smbt_armed, i);
        if (smbt_timer_get(c->timer)->side == SMBT_SIDE_SERVER) tell(model, conn, c, true, frame, now);
    }
    g_clear_pointer(&conn->outlived, g_array_unref);
}

void smbt_model_conclude(smbt_model *model, smbt_conn *conn, enum smbt_side heard, uint64_t frame,
                         smbt_time now)
{
    smbt_at at = {.frame = frame, .time = now, .done_frame = frame, .done_time = now};
    if (conn->is_breaking) smbt_oplock_overdue(model, conn, &at);
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++)
        smbt_expiry_over(model, conn, &g_array_index(conn->sessions, smbt_session, i));
    smbt_duration age = smbt_time_since(now, conn->opened);
    if (age < model->youngest_watch && age < model->patience_watch) return; /* too young for any clock */
    GArray *clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    find_outlived(model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        tell(model, conn, c, smbt_timer_get(c->timer)->side == heard, frame, now);
    }
    g_array_unref(clocks);
}
