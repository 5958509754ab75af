/* Shared by the files of this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_INTERNAL_H
#define SMBT_MODEL_INTERNAL_H

#include "model/model.h"

struct smbt_model {
    const smbt_profiles *profiles;
    smbt_profile_mask chosen; /* by the user; 0: auto */
    smbt_limits limits;
    smbt_model_events events;
    uint64_t siblings_passed_over; /* for the cap on what one trigger is armed against */
    GHashTable *servers, *clients; /* smbt_addr within the value -> smbt_server, smbt_client */
};

/* Where and when a message was seen. */
typedef struct smbt_at {
    uint64_t frame, done_frame;
    bool has_id; /* of the message in the pairing table */
    uint64_t id;
    smbt_time time, done_time;
} smbt_at;

/* Replaces a g_ref_string by a name's text; an empty name leaves it as it is. */
void smbt_ref_set(char **ref, const char *text);
void smbt_ref_clear(char **ref);

void smbt_model_server_named(smbt_model *model, smbt_server *server, const char *native_os,
                             const char *native_lan_man);

/* smb1.c, smb2.c */
void smbt_model_smb1(smbt_model *model, smbt_conn *conn, unsigned side, smbt_cur body, const smbt_at *at);
void smbt_model_smb2(smbt_model *model, smbt_conn *conn, unsigned side, smbt_cur body, const smbt_at *at);

/* An answer to `request` was seen: may make predictions lapse. */
void smbt_zero_vc_lifesign(smbt_model *model, smbt_conn *conn, const smbt_request *request,
                           const smbt_at *at);
/* A session setup request: arms predictions when its VcNumber is 0 or was not captured. */
void smbt_zero_vc_request(smbt_model *model, smbt_conn *conn, bool vc_known, uint16_t vc_number,
                          bool extended_security, const smbt_at *at);
/* A connection whose start is missing appeared: it may be a victim of a request seen just before. */
void smbt_zero_vc_late_start(smbt_model *model, smbt_conn *conn, smbt_time now);
/* The answer to a session setup; whether that one carried VcNumber 0. */
bool smbt_zero_vc_answer(smbt_conn *conn, bool logged_on, bool failed, const smbt_at *at);
/* The client uses the session: its setup was answered, though the capture lacks that. */
void smbt_zero_vc_went_on(smbt_conn *conn, const smbt_at *at);
void smbt_zero_vc_conn_freed(smbt_conn *conn);
void smbt_client_drop_old_triggers(smbt_client *client, smbt_time now);

/* session.c */
void smbt_conn_session_setup_done(smbt_conn *conn, uint64_t id, const char *user, bool vc_zero,
                                  bool more_to_come, const smbt_at *at);
void smbt_conn_logoff(smbt_conn *conn, uint64_t session);
void smbt_conn_tree_connected(smbt_conn *conn, uint16_t tid, uint64_t session, bool is_pipe);
void smbt_conn_tree_disconnected(smbt_conn *conn, uint16_t tid);
void smbt_conn_opened(smbt_conn *conn, uint16_t fid, uint16_t tid, uint64_t session);
void smbt_conn_closed(smbt_conn *conn, uint16_t fid);
smbt_session *smbt_conn_session(smbt_conn *conn, uint64_t id);

/* What one connection may hold of sessions, trees and opens each. */
#define SMBT_CONN_TABLE_MAX 4096

#endif
