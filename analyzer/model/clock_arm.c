/* Clocks split by the values that profiles give them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

/* Looks of real servers came a fifteen-hundredth late. */
#define LOOK_DRIFT 500

static bool same_value(const smbt_armed *a, const smbt_armed *b)
{
    return a->timer == b->timer && a->object == b->object && a->frame == b->frame && a->time == b->time &&
           a->value == b->value && a->scan == b->scan && a->grid == b->grid;
}

/* `first`: where those of the same clock begin. */
static void add(GArray *clocks, guint first, const smbt_armed *clock)
{
    for (guint i = clocks->len; i-- > first;) {
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

void smbt_clock_set_window(smbt_armed *c)
{
    c->from = c->to = SMBT_TIME_NONE;
    if (c->value == SMBT_DURATION_UNKNOWN || c->value >= (smbt_duration)SMBT_NEVER) return;
    /* The end of logon hours is no length of time: the value is how much later it may be carried out. */
    bool at_a_time = c->timer == SMBT_TIMER_FORCED_LOGOFF;
    c->from = at_a_time ? c->time : smbt_time_add(c->time, c->value);
    c->to = smbt_time_add(c->from, at_a_time ? c->value : c->scan + c->extra);
}

/* The first look at `time` or later of a server that looks every so often from the start of each connection.
 * Each look comes a little later than the last one promised. */
static smbt_time next_look(const smbt_conn *conn, const smbt_profile *p, smbt_time time)
{
    smbt_duration grid = (smbt_duration)p->value[SMBT_KEY_IDLE_GRID].value;
    smbt_duration age = smbt_time_since(time, conn->opened);
    return smbt_time_add(conn->opened, (age + grid - 1) / grid * grid);
}

static bool may_have_tree(const smbt_conn *conn)
{
    return conn->smb_version != 1 || !smbt_conn_is_whole(conn) || (conn->trees && conn->trees->len);
}

/* Servers that look from time to time close at their next look a connection that has no share, however long
 * it may be idle otherwise. */
static void set_no_tree(const smbt_conn *conn, smbt_armed *c)
{
    c->no_tree = true;
    c->value = 0;
    c->frame = conn->last_farewell == SMBT_TIME_NONE ? conn->opened_frame : conn->last_request_frame;
    c->time = conn->last_farewell == SMBT_TIME_NONE ? conn->opened : conn->last_farewell;
}

/* What restarts the idle clock: any message, says the specification; on some servers requests on a share
 * only. */
static void set_idle_start(const smbt_conn *conn, const smbt_profile *p, smbt_armed *c)
{
    if (p && p->value[SMBT_KEY_IDLE_GRID].known && !may_have_tree(conn)) {
        set_no_tree(conn, c);
        return;
    }
    bool by_tree = p && smbt_profile_is(p, SMBT_KEY_IDLE_ACTIVITY, SMBT_ACTIVITY_TREE);
    smbt_time last = by_tree ? conn->last_tree_request : conn->last_request;
    c->restarts = by_tree ? conn->tree_requests : conn->messages[0];
    c->frame = last == SMBT_TIME_NONE ? conn->opened_frame
               : by_tree              ? conn->last_tree_request_frame
                                      : conn->last_request_frame;
    c->time = last == SMBT_TIME_NONE ? conn->opened : last;
    c->noted = 0;
    /* That a share was connected is noted at once. */
    if (!p || !p->value[SMBT_KEY_IDLE_GRID].known || conn->tree_connect_last || last == SMBT_TIME_NONE)
        return;
    smbt_time look = next_look(conn, p, c->time);
    c->noted = smbt_time_since(look, c->time);
    c->time = look;
}

/* How late a look may come that is due so long after the connection's start. */
static smbt_duration lateness(smbt_duration age)
{
    return SMBT_SEC + age / LOOK_DRIFT;
}

/* Servers that look from time to time act at their first look behind the end, and note times to the second.
 */
static void set_window_to_look(const smbt_conn *conn, const smbt_profile *p, smbt_armed *c)
{
    if (!p->value[SMBT_KEY_IDLE_GRID].known || c->from == SMBT_TIME_NONE) return;
    bool at_start = c->from == conn->opened; /* the first look comes one interval later */
    c->from = next_look(
        conn, p, at_start ? smbt_time_add(c->from, 1) : smbt_time_sub(c->from, c->no_tree ? 0 : SMBT_SEC));
    c->to = smbt_time_add(c->from, lateness(smbt_time_since(c->from, conn->opened)));
}

bool smbt_clock_may_act_at(const smbt_conn *conn, const smbt_armed *clock, smbt_time time)
{
    if (!clock->grid || !conn->from_start) return true;
    smbt_duration age = smbt_time_since(time, conn->opened);
    return age >= clock->grid && age % clock->grid <= lateness(age);
}

static void set_values(const smbt_timer_info *info, const smbt_profile *p, smbt_armed *c)
{
    const smbt_value *scan = &p->value[info->scan];
    c->value = (smbt_duration)p->value[info->value].value;
    c->scan = info->scan != info->value && scan->known ? (smbt_duration)scan->value : 0;
    c->set_by_user = p->value[info->value].set_by_user;
}

/* `clock` without its value, window and profiles. */
void smbt_clock_arm(const smbt_model *m, const smbt_conn *conn, const smbt_armed *clock, GArray *ret_clocks)
{
    const smbt_timer_info *info = smbt_timer_get(clock->timer);
    guint first = ret_clocks->len;
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
        if (idle && p->value[SMBT_KEY_IDLE_GRID].known)
            c.grid = (smbt_duration)p->value[SMBT_KEY_IDLE_GRID].value;
        if ((!sure || p->doubtful) && !c.set_by_user) c.doubt |= SMBT_DOUBT_PROFILE;
        smbt_clock_set_window(&c);
        if (idle) set_window_to_look(conn, p, &c);
        add(ret_clocks, first, &c);
        any = true;
    }
    if (any) return;
    smbt_armed c = *clock;
    c.value = SMBT_DURATION_UNKNOWN;
    if (idle) set_idle_start(conn, NULL, &c);
    smbt_clock_set_window(&c);
    g_array_append_val(ret_clocks, c);
}
