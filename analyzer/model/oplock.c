/* Oplock breaks: who was asked, who answered, who had to wait (MS-CIFS 3.3.4.2, 3.3.6.1; facts 2.7).
 *
 * The break and the open that waits for it are on two connections of one server. They are matched by path, or
 * where a path was not captured by the break following the open at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/cmd_locking.h"

#include <string.h>

/* The least that OplockBreakWait can be set to: an open that waited less did not wait for a clock. */
#define LEAST_WAIT (9 * SMBT_SEC)
/* A break follows the open that causes it this soon. */
#define CAUSED_WITHIN SMBT_SEC
/* Connections of one server with unanswered breaks that are remembered. */
#define BREAKING_MAX 1024
/* A client that is heard of this long after the clock ran out had its chance. */
#define SLACK (5 * SMBT_SEC)

static bool has_breaking(const smbt_conn *conn)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++)
        if (g_array_index(conn->opens, smbt_open, i).oplock == SMBT_OPLOCK_BREAKING) return true;
    return false;
}

static void enter_list(smbt_conn *conn)
{
    if (conn->is_breaking || conn->gone) return;
    if (!conn->server->breaking) conn->server->breaking = g_ptr_array_new();
    if (conn->server->breaking->len >= BREAKING_MAX) return;
    g_ptr_array_add(conn->server->breaking, conn);
    conn->is_breaking = true;
}

static void leave_list(smbt_conn *conn)
{
    GPtrArray *list = conn->server->breaking;
    if (list && conn->is_breaking && !has_breaking(conn)) {
        g_ptr_array_remove_fast(list, conn);
        conn->is_breaking = false;
    }
}

void smbt_oplock_released(smbt_conn *conn, smbt_open *open)
{
    if (open->oplock == SMBT_OPLOCK_NONE) return;
    open->oplock = SMBT_OPLOCK_NONE;
    leave_list(conn);
}

void smbt_oplock_conn_gone(smbt_conn *conn)
{
    if (!conn->is_breaking) return;
    g_ptr_array_remove_fast(conn->server->breaking, conn);
    conn->is_breaking = false;
}

void smbt_oplock_conn_back(smbt_conn *conn)
{
    if (has_breaking(conn)) enter_list(conn);
}

void smbt_oplock_break(smbt_conn *conn, const smbt_locking *l, const smbt_at *at)
{
    smbt_open *open = smbt_conn_open(conn, l->fid);
    /* It crossed the CLOSE on the wire: nobody will answer it, nobody waits. */
    if (!open && smbt_conn_is_whole(conn)) return;
    if (!open) {
        smbt_open fresh = {.fid = l->fid, .tid = at->tid, .preexisting = true, .frame = at->frame};
        smbt_conn_opened(conn, &fresh);
        open = smbt_conn_open(conn, l->fid);
        if (!open) return;
        open->oplock_level = 2;
    }
    /* Level II to none needs no acknowledgment (KB 129202). */
    bool silent = open->oplock_level == 3;
    open->break_frame = at->frame;
    open->break_time = at->time;
    open->break_told = false;
    open->refused_ack_frame = 0;
    open->oplock = silent ? SMBT_OPLOCK_NONE : SMBT_OPLOCK_BREAKING;
    if (!silent) enter_list(conn);
}

void smbt_oplock_acknowledged(smbt_conn *conn, smbt_open *open, const smbt_locking *l, const smbt_at *at)
{
    if (open->oplock != SMBT_OPLOCK_BREAKING) return;
    open->oplock_level = l->oplock_level ? 3 : 0;
    open->oplock = open->oplock_level ? SMBT_OPLOCK_HELD : SMBT_OPLOCK_NONE;
    open->ack_frame = at->frame;
    leave_list(conn);
}

void smbt_oplock_ack_refused(smbt_conn *conn, uint64_t request_frame)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        smbt_open *open = &g_array_index(conn->opens, smbt_open, i);
        if (open->ack_frame != request_frame || !request_frame || !open->break_frame) continue;
        open->oplock = SMBT_OPLOCK_BREAKING;
        open->refused_ack_frame = request_frame;
        enter_list(conn);
    }
}

/* Paths as two clients write them: a leading backslash more or less, upper or lower case. */
static bool same_path(const char *a, const char *b)
{
    while (*a == '\\')
        a++;
    while (*b == '\\')
        b++;
    return g_ascii_strcasecmp(a, b) == 0;
}

static const char *share_of(const smbt_conn *conn, uint64_t tid)
{
    const smbt_tree *tree = smbt_conn_tree(conn, tid);
    const char *slash = tree && tree->path ? strrchr(tree->path, '\\') : NULL;
    return slash ? slash + 1 : NULL;
}

/* Whether the open that `r` asked for had to wait for this break. */
static bool waited_for(const smbt_conn *waiter, const smbt_request *r, const char *path,
                       const smbt_conn *holder, const smbt_open *open)
{
    if (open->break_time < r->time) return false; /* broken before it was asked for */
    if (path && open->path) {
        const char *a = share_of(waiter, r->tid), *b = share_of(holder, open->tid);
        return same_path(path, open->path) && (!a || !b || g_ascii_strcasecmp(a, b) == 0);
    }
    return smbt_time_since(open->break_time, r->time) < CAUSED_WITHIN;
}

static void tell(smbt_model *model, smbt_conn *holder, smbt_open *open, const smbt_conn *waiter,
                 const smbt_request *waited, const smbt_at *at)
{
    open->break_told = true;
    if (model->events.oplock_timeout)
        model->events.oplock_timeout(holder, open, waiter, waited, at->frame, at->time, model->events.user);
}

void smbt_oplock_open_answered(smbt_model *model, smbt_conn *waiter, const smbt_request *r, const char *path,
                               const smbt_at *at)
{
    GPtrArray *breaking = waiter->server->breaking;
    if (!breaking || smbt_time_since(at->time, r->time) < LEAST_WAIT) return;
    for (guint i = 0; i < breaking->len; i++) {
        smbt_conn *holder = breaking->pdata[i];
        for (guint k = 0; k < holder->opens->len; k++) {
            smbt_open *open = &g_array_index(holder->opens, smbt_open, k);
            if (open->oplock != SMBT_OPLOCK_BREAKING || open->break_told) continue;
            if (smbt_time_since(at->time, open->break_time) < LEAST_WAIT) continue;
            if (!waited_for(waiter, r, path, holder, open)) continue;
            tell(model, holder, open, waiter, r, at);
            open->oplock = SMBT_OPLOCK_NONE; /* the server did without */
            leave_list(holder);
            return;
        }
    }
}

/* How long the server waits at the longest, of the profiles it can be; NEVER when none says. */
static smbt_duration longest_wait(const smbt_model *model, const smbt_server *server)
{
    int64_t longest = -1;
    for (unsigned i = 0; i < smbt_profiles_count(model->profiles, SMBT_SIDE_SERVER); i++) {
        const smbt_value *v =
            &smbt_profiles_get(model->profiles, SMBT_SIDE_SERVER, i)->value[SMBT_KEY_OPLOCK_BREAK_WAIT];
        if (server->possible & (UINT64_C(1) << i) && v->known) longest = MAX(longest, v->value);
    }
    return longest < 0 ? SMBT_DURATION_UNKNOWN : (smbt_duration)longest;
}

void smbt_oplock_overdue(smbt_model *model, smbt_conn *conn, const smbt_at *at)
{
    /* The acknowledgment may be among what was lost. */
    smbt_duration wait = conn->requests_lost ? SMBT_DURATION_UNKNOWN : longest_wait(model, conn->server);
    if (wait == SMBT_DURATION_UNKNOWN) return;
    for (guint i = 0; i < conn->opens->len; i++) {
        smbt_open *open = &g_array_index(conn->opens, smbt_open, i);
        if (open->oplock != SMBT_OPLOCK_BREAKING || open->break_told) continue;
        if (smbt_time_since(at->time, open->break_time) < wait + SLACK) continue;
        tell(model, conn, open, NULL, NULL, at);
    }
}
