/* Shared by the files of this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_INTERNAL_H
#define SMBT_MODEL_INTERNAL_H

#include "model/model.h"
#include "smb/cmd_locking.h"
#include "smb/smb1_header.h"

/* What the names of a client allow. */
typedef struct smbt_kind {
    char *native_os, *native_lan_man; /* g_ref_string or NULL */
    bool used;
    smbt_profile_mask profiles;
} smbt_kind;

struct smbt_model {
    const smbt_profiles *profiles;
    smbt_choice chosen;
    smbt_limits limits;
    smbt_model_events events;
    uint64_t siblings_passed_over; /* for the cap on what one trigger is armed against */
    smbt_kind kinds[8];            /* of clients, by their names: the latest ones */
    unsigned next_kind;
    uint8_t effects[256]; /* by SMB1 command: 1 << enum smbt_moment when effects.def has a row */
    /* Shorter times than these can't have outlived a clock, or tried a client's patience. */
    smbt_duration idle_watch, unused_watch, youngest_watch, patience_watch;
    GHashTable *servers, *clients; /* smbt_addr within the value -> smbt_server, smbt_client */
};

/* Where and when a message was seen. */
typedef struct smbt_at {
    uint64_t frame, done_frame;
    bool has_id; /* of the message in the pairing table */
    uint64_t id;
    uint16_t tid; /* SMB1 */
    smbt_time time, done_time;
} smbt_at;

/* Replaces a g_ref_string by a name's text; an empty name leaves it as it is. */
void smbt_ref_set(char **ref, const char *text);
void smbt_ref_clear(char **ref);

void smbt_model_server_named(smbt_model *model, smbt_server *server, const char *native_os,
                             const char *native_lan_man);

/* smb1.c, smb2.c */
/* A request that is taken out of the table got its last answer. */
void smbt_request_answered(smbt_model *model, smbt_conn *conn, smbt_request *request, const smbt_at *at);
/* Sets the id of `at`. */
void smbt_model_smb1(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body, smbt_at *at);
void smbt_model_smb2(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body,
                     const smbt_at *at);
void smbt_model_smb2_part(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body,
                          const smbt_at *at);

/* An answer to `request` was seen: may make predictions lapse. */
void smbt_zero_vc_lifesign(smbt_model *model, smbt_conn *conn, const smbt_request *request,
                           const smbt_at *at);
/* A session setup request: arms predictions when its VcNumber is 0 or was not captured. */
void smbt_zero_vc_request(smbt_model *model, smbt_conn *conn, bool vc_known, uint16_t vc_number,
                          bool extended_security, const smbt_at *at);
/* A connection whose start is missing appeared: it may be a victim of a request seen just before. */
void smbt_zero_vc_late_start(smbt_model *model, smbt_conn *conn, smbt_time now);
/* A connection has its first session: requests that still wait may find it. */
void smbt_zero_vc_session_begun(smbt_model *model, smbt_conn *conn, const smbt_at *at);
/* A connection was taken for gone: requests from `since` on were not armed against it. */
void smbt_zero_vc_missed(smbt_model *model, smbt_conn *conn, smbt_time since);
/* The answer to a session setup; whether that one carried VcNumber 0. */
bool smbt_zero_vc_answer(smbt_conn *conn, bool logged_on, bool failed, const smbt_at *at);
/* The client uses the session: its setup was answered, though the capture lacks that. */
void smbt_zero_vc_went_on(smbt_conn *conn, const smbt_at *at);
void smbt_zero_vc_conn_freed(smbt_conn *conn);
void smbt_client_drop_old_triggers(smbt_client *client, smbt_time now);

/* oplock.c */
void smbt_oplock_break(smbt_conn *conn, const smbt_locking *locking, const smbt_at *at);
void smbt_oplock_acknowledged(smbt_conn *conn, smbt_open *open, const smbt_locking *locking,
                              const smbt_at *at);
/* The server answered an acknowledgment with an error: it does not count. */
void smbt_oplock_ack_refused(smbt_conn *conn, uint64_t request_frame);
void smbt_oplock_released(smbt_conn *conn, smbt_open *open);
void smbt_oplock_conn_gone(smbt_conn *conn);
void smbt_oplock_conn_back(smbt_conn *conn);
/* An open that named `path` (or NULL) was answered. */
void smbt_oplock_open_answered(smbt_model *model, smbt_conn *waiter, const smbt_request *request,
                               const char *path, const smbt_at *at);
/* The client is heard of, or its connection is over: breaks that it let pass are told. */
void smbt_oplock_overdue(smbt_model *model, smbt_conn *conn, const smbt_at *at);

/* expiry.c; `request` that was refused, or NULL when it was not seen */
void smbt_expiry_seen(smbt_conn *conn, uint64_t session, const smbt_request *request, const smbt_at *at);
void smbt_expiry_reauth(smbt_conn *conn, uint64_t session, const smbt_at *at);
void smbt_expiry_renewed(smbt_model *model, smbt_conn *conn, smbt_session *session, const smbt_at *at);
void smbt_expiry_over(smbt_model *model, smbt_conn *conn, smbt_session *session);

/* violation.c */
void smbt_violation_note(smbt_model *model, smbt_conn *conn, enum smbt_violation_kind kind,
                         const char *command, const smbt_at *at);
/* Whether a request needs the check though somebody is logged on. */
bool smbt_violation_is_likely(const smbt_smb1_header *header, size_t len);
void smbt_violation_check(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *header, size_t len,
                          const smbt_at *at);
void smbt_violation_answered(smbt_conn *conn, const smbt_at *at);

/* refusal.c */
/* An answer with its status was seen, to `request` (NULL: not seen). `first` block of an SMB1 message. */
void smbt_refusal_smb1(smbt_model *model, smbt_conn *conn, const smbt_smb1_header *header,
                       const smbt_andx_block *first, const smbt_request *request, const smbt_at *at);
void smbt_refusal_smb2(smbt_model *model, smbt_conn *conn, uint16_t command, uint32_t status,
                       const smbt_request *request, const smbt_at *at);
void smbt_signing_answer(smbt_conn *conn, const smbt_smb1_header *header, const smbt_at *at);

/* clock_arm.c: `clock` without its value, window and profiles, split by those that profiles give it */
void smbt_clock_arm(const smbt_model *model, const smbt_conn *conn, const smbt_armed *clock,
                    GArray *ret_clocks);

void smbt_clock_set_window(smbt_armed *clock); /* from its time, value, scan and extra */

/* clocks.c: of smbt_model_clocks those that end a connection */
void smbt_clocks_that_close(const smbt_model *model, const smbt_conn *conn, smbt_time now,
                            GArray *ret_clocks);

/* outlived.c */
void smbt_clocks_set_watches(smbt_model *model);
/* Before a message of the client's restarts clocks: tells those that it outlived. */
void smbt_clocks_outlived(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now);
/* The server answers: what the client's messages outlived (conn->outlived, not NULL) the server did. */
void smbt_clocks_answered(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time now);

#endif
