/* The objects of a connection (MS-CIFS 3.3.1): Session, TreeConnect, Open, SearchOpen.
 *
 * Each begins with its id, so that one kind of table serves them all. An object that was in use when the
 * capture began, or whose making was lost to it, is made at its first use that succeeds and marked
 * `preexisting`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_STATE_H
#define SMBT_MODEL_STATE_H

#include "base/time.h"
#include "smb/cmd_open.h"
#include "smb/ntlmssp.h"

#include <glib.h>

/* MS-SMB 3.3.1.3. */
enum smbt_session_state {
    SMBT_SESSION_IN_PROGRESS,
    SMBT_SESSION_VALID,
    SMBT_SESSION_EXPIRED,
    SMBT_SESSION_REAUTH, /* expired, and a new logon with its UID is under way */
};
const char *smbt_session_state_name(enum smbt_session_state state);

/* What was seen of the end of a session's ticket (facts 4). */
typedef struct smbt_expiry {
    uint64_t frame; /* of the first answer with STATUS_NETWORK_SESSION_EXPIRED; 0: it did not expire */
    smbt_time time;
    uint64_t request_frame; /* what it answered */
    uint16_t command;       /* of that request */
    bool was_oplock_ack;    /* that request acknowledged an oplock break: the pattern of KB 943459 */
    uint64_t reauth_frame;  /* the new logon; 0: none */
    uint64_t reauth_answer_frame;
    bool renewed; /* it succeeded */
} smbt_expiry;

/* One UID (SMB1) or SessionId (SMB2). */
typedef struct smbt_session {
    uint64_t id;
    enum smbt_session_state state;
    bool preexisting;
    bool closed_by_vc; /* rule (a) of MS-CIFS 3.3.5.43 closed it: later use draws BAD_UID */
    bool bad_uid_seen;
    bool dynamic_reauth;      /* the client set CAP_DYNAMIC_REAUTH */
    enum smbt_auth_mech mech; /* NONE: not seen */
    uint64_t frame;           /* of the request that set it up */
    uint64_t closed_frame;    /* closed_by_vc: of the newer setup */
    char *user;               /* DOMAIN\user, or NULL; a g_ref_string */
    smbt_expiry expiry;
} smbt_session;

typedef struct smbt_tree {
    uint64_t tid;
    uint64_t session;
    bool is_pipe;
    bool kind_known; /* false: preexisting, and nothing showed its kind */
    bool preexisting;
    uint64_t frame;
    char *path; /* UNC, or NULL */
} smbt_tree;

enum smbt_oplock_state { SMBT_OPLOCK_NONE, SMBT_OPLOCK_HELD, SMBT_OPLOCK_BREAKING };

typedef struct smbt_open {
    uint64_t fid;
    uint16_t tid;
    uint32_t pid;
    uint64_t session;
    enum smbt_open_kind kind;
    bool kind_known;
    bool preexisting;
    bool offline;   /* SMBT_FILE_ATTRIBUTE_OFFLINE */
    uint16_t locks; /* byte ranges that are locked; saturates */
    uint64_t frame;
    char *path; /* as the client wrote it, or NULL */
    enum smbt_oplock_state oplock;
    uint8_t oplock_level; /* 1 exclusive, 2 batch, 3 level II; 0 none */
    uint64_t break_frame; /* of the latest break notification; 0: none */
    smbt_time break_time;
    uint64_t ack_frame;         /* its acknowledgment; 0: none */
    uint64_t refused_ack_frame; /* an acknowledgment that the server did not take: the session had expired */
    bool break_told;            /* its timeout was reported */
} smbt_open;

typedef struct smbt_search {
    uint64_t sid; /* SMBT_SEARCH_OLD | key for searches without one */
    uint16_t tid;
    uint32_t pid;
    uint64_t session;
    bool preexisting;
    uint64_t frame, last_frame; /* that opened it; of its latest use */
    smbt_time last_used;
    char *path; /* pattern, or NULL */
} smbt_search;

/* SEARCH and FIND have no SID: they are known by the MID of the request that began them. */
#define SMBT_SEARCH_OLD UINT64_C(0x100000000)

/* ---- Tables: arrays of rows sorted by their first member, a uint64_t. NULL is an empty table. */

void *smbt_table_find(GArray *table, uint64_t id);
/* Adds a row, or replaces the one with its id after `clear`ing it. NULL when the table is full. */
void *smbt_table_put(GArray **table, guint row_size, const void *row, GDestroyNotify clear);
void smbt_table_remove_at(GArray *table, guint at, GDestroyNotify clear);
bool smbt_table_remove(GArray *table, uint64_t id, GDestroyNotify clear);
void smbt_table_free(GArray **table, GDestroyNotify clear);

/* What one connection may hold of each kind. */
#define SMBT_CONN_TABLE_MAX 4096

#endif
