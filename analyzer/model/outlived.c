/* Which clocks a connection outlived, and which it merely survived for a while.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

/* No client gives up on a request before the shortest timeout; an answer is late from this share of it on. */
#define LATE_NUMERATOR   3
#define LATE_DENOMINATOR 4
/* No clock that closes is as short: to have survived it tells nothing. */
#define SHORTEST_CLOCK (10 * SMBT_SEC)

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
    model->youngest_watch = MIN(SHORTEST_CLOCK, MIN(model->idle_watch, model->unused_watch));
    model->patience_watch = least(p, SMBT_KEY_SESSION_TIMEOUT, SMBT_SIDE_CLIENT);
    if (model->patience_watch != SMBT_DURATION_UNKNOWN)
        model->patience_watch = model->patience_watch / LATE_DENOMINATOR * LATE_NUMERATOR;
    model->patience_watch = MIN(model->patience_watch, SHORTEST_CLOCK);
}

static void tell(smbt_model *model, smbt_conn *conn, const smbt_armed *clock, bool proven, uint64_t frame,
                 smbt_time now)
{
    if (model->events.outlived) model->events.outlived(conn, clock, proven, frame, now, model->events.user);
}

/* Clocks that could have ended the connection, and that nothing speaks against. */
static void find_running(smbt_model *model, const smbt_conn *conn, smbt_time now, GArray *clocks)
{
    smbt_clocks_that_close(model, conn, now, clocks);
    for (guint i = clocks->len; i-- > 0;) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        /* Not every user has logon hours. */
        if (c->timer == SMBT_TIMER_FORCED_LOGOFF || c->doubt & (SMBT_DOUBT_OPENS | SMBT_DOUBT_EXEMPT))
            g_array_remove_index_fast(clocks, i);
    }
}

/* It ran out and did not end the connection. What ran out within the last second may be just about to. */
static bool is_over(const smbt_armed *c, smbt_time now)
{
    return c->to != SMBT_TIME_NONE && smbt_time_since(now, c->to) >= SMBT_SEC;
}

static void tell_survived(smbt_model *model, smbt_conn *conn, const smbt_armed *c, uint64_t frame,
                          smbt_time now)
{
    if (model->events.survived && smbt_time_since(now, c->time) >= SHORTEST_CLOCK)
        model->events.survived(conn, c, frame, now, model->events.user);
}

/* A message proves that its sender still has the connection. The server's proof is its next answer. */
void smbt_clocks_outlived(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now)
{
    smbt_duration idle = smbt_time_since(now, conn->last_request);
    smbt_duration idle_on_tree = smbt_time_since(now, conn->last_tree_request);
    bool unused_long = !conn->logged_on && smbt_time_since(now, conn->opened) >= model->unused_watch;
    if (conn->gone || (idle < SHORTEST_CLOCK && idle_on_tree < SHORTEST_CLOCK && !unused_long)) return;
    GArray *clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    find_running(model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        bool clients = smbt_timer_get(c->timer)->side == SMBT_SIDE_CLIENT;
        if (is_over(c, now)) tell(model, conn, c, clients, frame, now);
        if (clients) tell_survived(model, conn, c, frame, now);
    }
    g_clear_pointer(&conn->outlived, g_array_unref);
    conn->outlived = clocks;
    conn->outlived_at = now;
}

void smbt_clocks_answered(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now)
{
    for (guint i = 0; i < conn->outlived->len; i++) {
        const smbt_armed *c = &g_array_index(conn->outlived, smbt_armed, i);
        if (smbt_timer_get(c->timer)->side != SMBT_SIDE_SERVER) continue;
        if (is_over(c, conn->outlived_at)) tell(model, conn, c, true, frame, now);
        tell_survived(model, conn, c, frame, conn->outlived_at);
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
    find_running(model, conn, now, clocks);
    for (guint i = 0; i < clocks->len; i++) {
        const smbt_armed *c = &g_array_index(clocks, smbt_armed, i);
        if (is_over(c, now)) tell(model, conn, c, smbt_timer_get(c->timer)->side == heard, frame, now);
    }
    g_array_unref(clocks);
}
