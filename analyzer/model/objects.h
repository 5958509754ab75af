/* What makes, uses and releases the objects of a connection. Within this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_OBJECTS_H
#define SMBT_MODEL_OBJECTS_H

#include "model/internal.h"

/* Nothing that the server holds for this connection can be missing here. */
bool smbt_conn_is_whole(const smbt_conn *conn);

smbt_session *smbt_conn_session(smbt_conn *conn, uint64_t id);
smbt_tree *smbt_conn_tree(const smbt_conn *conn, uint64_t tid);
smbt_open *smbt_conn_open(const smbt_conn *conn, uint64_t fid);
smbt_search *smbt_conn_search(const smbt_conn *conn, uint64_t sid);

/* A session setup was answered, with success or for the next leg. */
void smbt_conn_session_setup_done(smbt_model *model, smbt_conn *conn, uint64_t id, const char *user,
                                  bool vc_zero, bool more_to_come, uint64_t request_frame, const smbt_at *at);
/* The next three take a path over. */
void smbt_conn_tree_connected(smbt_conn *conn, const smbt_tree *tree);
void smbt_conn_opened(smbt_conn *conn, const smbt_open *open);
void smbt_conn_searched(smbt_conn *conn, const smbt_search *search);

void smbt_conn_closed(smbt_conn *conn, uint64_t fid);
void smbt_conn_search_closed(smbt_conn *conn, uint64_t sid);
void smbt_conn_tree_disconnected(smbt_conn *conn, uint64_t tid);
void smbt_conn_process_exited(smbt_conn *conn, uint32_t pid);
void smbt_conn_logoff(smbt_model *model, smbt_conn *conn, uint64_t session);

/* A request on these succeeded: what is missing of them was there before (capture started late, or lost
 * frames). */
void smbt_conn_used(smbt_conn *conn, const smbt_request *request);

void smbt_conn_free_objects(smbt_conn *conn);

#endif
