/* Sessions, TreeConnects, Opens and SearchOpens of a connection (facts 3.3, 3.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/objects.h"

#include "smb/cmd_file.h"
#include "smb/cmd_search.h"
#include "smb/cmd_session_setup.h"

#include <string.h>

bool smbt_conn_is_whole(const smbt_conn *conn)
{
    return conn->from_start && !conn->requests_lost && !conn->answers_lost && !conn->opens_unsure &&
           conn->pairing.dropped == 0;
}

/* ---- What frees a row
 * ------------------------------------------------------------------------------------------- */

static void clear_session(gpointer row)
{
    smbt_ref_clear(&((smbt_session *)row)->user);
}
static void clear_tree(gpointer row)
{
    g_free(((smbt_tree *)row)->path);
}
static void clear_open(gpointer row)
{
    g_free(((smbt_open *)row)->path);
}
static void clear_search(gpointer row)
{
    g_free(((smbt_search *)row)->path);
}

void smbt_conn_free_objects(smbt_conn *conn)
{
    smbt_table_free(&conn->sessions, clear_session);
    smbt_table_free(&conn->trees, clear_tree);
    smbt_table_free(&conn->opens, clear_open);
    smbt_table_free(&conn->searches, clear_search);
}

smbt_session *smbt_conn_session(smbt_conn *conn, uint64_t id)
{
    return smbt_table_find(conn->sessions, id);
}
smbt_tree *smbt_conn_tree(const smbt_conn *conn, uint64_t tid)
{
    return smbt_table_find(conn->trees, tid);
}
smbt_open *smbt_conn_open(const smbt_conn *conn, uint64_t fid)
{
    return smbt_table_find(conn->opens, fid);
}
smbt_search *smbt_conn_search(const smbt_conn *conn, uint64_t sid)
{
    return smbt_table_find(conn->searches, sid);
}

/* ---- Made
 * ------------------------------------------------------------------------------------------------------- */

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

void smbt_conn_session_setup_done(smbt_model *model, smbt_conn *conn, uint64_t id, const char *user,
                                  bool vc_zero, bool more_to_come, uint64_t request_frame, const smbt_at *at)
{
    smbt_zero_vc_session_begun(model, conn, at);
    smbt_session *s = smbt_conn_session(conn, id);
    if (!s) {
        smbt_session fresh = {.id = id, .frame = request_frame};
        s = smbt_table_put(&conn->sessions, sizeof fresh, &fresh, clear_session);
        if (!s) return;
    }
    s->closed_by_vc = false;
    smbt_ref_set(&s->user, user);
    s->mech = conn->claims.mech;
    s->dynamic_reauth =
        conn->claims.has_capabilities && conn->claims.capabilities & SMBT_SMB1_CAP_DYNAMIC_REAUTH;
    bool was_expired = s->state == SMBT_SESSION_EXPIRED || s->state == SMBT_SESSION_REAUTH;
    if (more_to_come)
        s->state = was_expired ? SMBT_SESSION_REAUTH : SMBT_SESSION_IN_PROGRESS;
    else
        s->state = SMBT_SESSION_VALID;
    if (!more_to_come && was_expired) smbt_expiry_renewed(model, conn, s, at);
    if (vc_zero && !more_to_come) close_older_sessions(conn, s);
    if (!more_to_come) conn->logged_on = true;
    if (!more_to_come && model->events.logged_on)
        model->events.logged_on(conn, at->frame, at->time, model->events.user);
}

void smbt_conn_tree_connected(smbt_conn *conn, const smbt_tree *tree)
{
    if (!smbt_table_put(&conn->trees, sizeof *tree, tree, clear_tree)) g_free(tree->path);
}

void smbt_conn_opened(smbt_conn *conn, const smbt_open *open)
{
    if (smbt_table_put(&conn->opens, sizeof *open, open, clear_open)) return;
    conn->opens_unsure = true;
    conn->objects_dropped++;
    g_free(open->path);
}

void smbt_conn_searched(smbt_conn *conn, const smbt_search *search)
{
    if (smbt_table_put(&conn->searches, sizeof *search, search, clear_search)) return;
    conn->opens_unsure = true;
    conn->objects_dropped++;
    g_free(search->path);
}

void smbt_conn_used(smbt_conn *conn, const smbt_request *r)
{
    if (r->session && !smbt_conn_session(conn, r->session)) {
        smbt_session s = {
            .id = r->session, .state = SMBT_SESSION_VALID, .preexisting = true, .frame = r->frame};
        smbt_table_put(&conn->sessions, sizeof s, &s, clear_session);
    }
    if (r->tid != 0xffff && r->tid != 0 && !smbt_conn_tree(conn, r->tid)) {
        smbt_tree t = {.tid = r->tid, .session = r->session, .preexisting = true, .frame = r->frame};
        smbt_table_put(&conn->trees, sizeof t, &t, clear_tree);
    }
    /* Searches keep their SID in the place of the FID. */
    bool is_search = smbt_command_is_search((uint8_t)r->command, r->subcommand);
    if (!is_search && r->fid != SMBT_FID_NONE && !smbt_conn_open(conn, r->fid)) {
        const smbt_tree *tree = smbt_conn_tree(conn, r->tid);
        bool pipe = tree && tree->is_pipe;
        smbt_open o = {.fid = r->fid,
                       .tid = r->tid,
                       .pid = (uint32_t)(r->id >> 16),
                       .session = r->session,
                       .kind = pipe ? SMBT_OPEN_PIPE : SMBT_OPEN_OTHER,
                       .kind_known = tree && tree->kind_known,
                       .preexisting = true,
                       .frame = r->frame};
        smbt_table_put(&conn->opens, sizeof o, &o, clear_open);
    }
}

/* ---- Released
 * --------------------------------------------------------------------------------------------------- */

void smbt_conn_closed(smbt_conn *conn, uint64_t fid)
{
    smbt_open *open = smbt_conn_open(conn, fid);
    if (!open) return;
    smbt_oplock_released(conn, open);
    smbt_table_remove(conn->opens, fid, clear_open);
}

void smbt_conn_search_closed(smbt_conn *conn, uint64_t sid)
{
    smbt_table_remove(conn->searches, sid, clear_search);
}

/* Releases the opens and searches that `belongs` names. */
static void release(smbt_conn *conn, bool (*opens)(const smbt_open *o, uint64_t which),
                    bool (*searches)(const smbt_search *s, uint64_t which), uint64_t which)
{
    for (guint i = conn->opens ? conn->opens->len : 0; i-- > 0;) {
        smbt_open *o = &g_array_index(conn->opens, smbt_open, i);
        if (!opens(o, which)) continue;
        smbt_oplock_released(conn, o);
        smbt_table_remove_at(conn->opens, i, clear_open);
    }
    for (guint i = conn->searches ? conn->searches->len : 0; i-- > 0;)
        if (searches(&g_array_index(conn->searches, smbt_search, i), which))
            smbt_table_remove_at(conn->searches, i, clear_search);
}

static bool open_of_tree(const smbt_open *o, uint64_t tid)
{
    return o->tid == tid;
}
static bool search_of_tree(const smbt_search *s, uint64_t tid)
{
    return s->tid == tid;
}
static bool open_of_process(const smbt_open *o, uint64_t pid)
{
    return o->pid == pid;
}
static bool search_of_process(const smbt_search *s, uint64_t pid)
{
    return s->pid == pid;
}
static bool open_of_session(const smbt_open *o, uint64_t id)
{
    return o->session == id;
}
static bool search_of_session(const smbt_search *s, uint64_t id)
{
    return s->session == id;
}

void smbt_conn_tree_disconnected(smbt_conn *conn, uint64_t tid)
{
    release(conn, open_of_tree, search_of_tree, tid);
    smbt_table_remove(conn->trees, tid, clear_tree);
}

void smbt_conn_process_exited(smbt_conn *conn, uint32_t pid)
{
    release(conn, open_of_process, search_of_process, pid);
}

void smbt_conn_logoff(smbt_model *model, smbt_conn *conn, uint64_t session)
{
    smbt_session *s = smbt_conn_session(conn, session);
    if (s) smbt_expiry_over(model, conn, s);
    release(conn, open_of_session, search_of_session, session);
    for (guint i = conn->trees ? conn->trees->len : 0; i-- > 0;)
        if (g_array_index(conn->trees, smbt_tree, i).session == session)
            smbt_table_remove_at(conn->trees, i, clear_tree);
    smbt_table_remove(conn->sessions, session, clear_session);
}
