/* Sessions, TreeConnects and Opens of a connection: what makes and what releases them (facts 3.3, 3.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/internal.h"

#include <string.h>

smbt_session *smbt_conn_session(smbt_conn *conn, uint64_t id)
{
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        smbt_session *s = &g_array_index(conn->sessions, smbt_session, i);
        if (s->id == id) return s;
    }
    return NULL;
}

/* Rule (a) of MS-CIFS 3.3.5.43: a setup with VcNumber 0 closes the user's older sessions on the same
 * connection. */
static void close_older_sessions(smbt_conn *conn, const smbt_session *newer)
{
    for (guint i = 0; i < conn->sessions->len; i++) {
        smbt_session *s = &g_array_index(conn->sessions, smbt_session, i);
        if (s->id == newer->id || s->closed_by_vc || !s->user || !newer->user) continue;
        if (strcmp(s->user, newer->user) != 0) continue;
        s->closed_by_vc = true;
        s->closed_frame = newer->frame;
    }
}

void smbt_conn_session_setup_done(smbt_conn *conn, uint64_t id, const char *user, bool vc_zero,
                                  bool more_to_come, const smbt_at *at)
{
    if (!conn->sessions) conn->sessions = g_array_new(FALSE, TRUE, sizeof(smbt_session));
    smbt_session *s = smbt_conn_session(conn, id);
    if (!s) {
        if (conn->sessions->len >= SMBT_CONN_TABLE_MAX) return;
        smbt_session fresh = {.id = id, .frame = at->frame};
        g_array_append_val(conn->sessions, fresh);
        s = &g_array_index(conn->sessions, smbt_session, conn->sessions->len - 1);
    } else if (s->closed_by_vc) {
        s->closed_by_vc = false;
    }
    smbt_ref_set(&s->user, user);
    s->state = more_to_come ? SMBT_SESSION_IN_PROGRESS : SMBT_SESSION_VALID;
    if (vc_zero && !more_to_come) close_older_sessions(conn, s);
}

void smbt_conn_tree_connected(smbt_conn *conn, uint16_t tid, uint64_t session, bool is_pipe)
{
    if (!conn->trees) conn->trees = g_array_new(FALSE, TRUE, sizeof(smbt_tree));
    if (conn->trees->len >= SMBT_CONN_TABLE_MAX) return;
    smbt_tree t = {.tid = tid, .session = session, .is_pipe = is_pipe};
    g_array_append_val(conn->trees, t);
}

void smbt_conn_opened(smbt_conn *conn, uint16_t fid, uint16_t tid, uint64_t session)
{
    if (!conn->opens) conn->opens = g_array_new(FALSE, TRUE, sizeof(smbt_open));
    if (conn->opens->len >= SMBT_CONN_TABLE_MAX) return;
    smbt_open o = {.fid = fid, .tid = tid, .session = session};
    g_array_append_val(conn->opens, o);
}

void smbt_conn_closed(smbt_conn *conn, uint16_t fid)
{
    for (guint i = 0; conn->opens && i < conn->opens->len; i++) {
        if (g_array_index(conn->opens, smbt_open, i).fid != fid) continue;
        g_array_remove_index_fast(conn->opens, i);
        return;
    }
}

void smbt_conn_tree_disconnected(smbt_conn *conn, uint16_t tid)
{
    for (guint i = 0; conn->opens && i < conn->opens->len;) {
        if (g_array_index(conn->opens, smbt_open, i).tid == tid)
            g_array_remove_index_fast(conn->opens, i);
        else
            i++;
    }
    for (guint i = 0; conn->trees && i < conn->trees->len; i++) {
        if (g_array_index(conn->trees, smbt_tree, i).tid != tid) continue;
        g_array_remove_index_fast(conn->trees, i);
        return;
    }
}

void smbt_conn_logoff(smbt_conn *conn, uint64_t session)
{
    for (guint i = 0; conn->trees && i < conn->trees->len;) {
        smbt_tree t = g_array_index(conn->trees, smbt_tree, i);
        if (t.session == session)
            smbt_conn_tree_disconnected(conn, t.tid);
        else
            i++;
    }
    for (guint i = 0; conn->sessions && i < conn->sessions->len; i++) {
        smbt_session *s = &g_array_index(conn->sessions, smbt_session, i);
        if (s->id != session) continue;
        smbt_ref_clear(&s->user);
        g_array_remove_index_fast(conn->sessions, i);
        return;
    }
}
