/* What servers and clients must believe of their connections, by their own rules.
 *
 * The model is told of transport connections that open and go, and of messages; it is never told how or by
 * whom a connection was ended. From what it knows it makes predictions: by which rule, set off by which
 * frame, a side has to end a connection, from when and until when, and under which profiles. Comparing them
 * with what happened is the verdict's work.
 *
 * Names follow MS-CIFS 3.3.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_MODEL_MODEL_H
#define SMBT_MODEL_MODEL_H

#include "base/addr.h"
#include "base/text.h"
#include "base/time.h"
#include "profile/profile.h"
#include "smb/pairing.h"

#include <glib.h>

typedef struct smbt_model smbt_model;
typedef struct smbt_server smbt_server;
typedef struct smbt_client smbt_client;
typedef struct smbt_conn smbt_conn;
typedef struct smbt_trigger smbt_trigger;

enum smbt_session_state { SMBT_SESSION_IN_PROGRESS, SMBT_SESSION_VALID };

/* A Session: one UID (SMB1) or SessionId (SMB2) of a connection. */
typedef struct smbt_session {
    uint64_t id;
    enum smbt_session_state state;
    bool closed_by_vc; /* rule (a) of MS-CIFS 3.3.5.43 closed it: later use draws BAD_UID */
    bool bad_uid_seen;
    uint64_t frame;        /* of the request that set it up */
    uint64_t closed_frame; /* closed_by_vc: of the newer setup */
    char *user;            /* DOMAIN\user, or NULL; a g_ref_string */
} smbt_session;

/* A TreeConnect; an Open. */
typedef struct smbt_tree {
    uint16_t tid;
    uint64_t session;
    bool is_pipe;
} smbt_tree;

typedef struct smbt_open {
    uint16_t fid, tid;
    uint64_t session;
} smbt_open;

enum smbt_netbios_state {
    SMBT_NETBIOS_NONE,
    SMBT_NETBIOS_REQUESTED,
    SMBT_NETBIOS_ACCEPTED,
    SMBT_NETBIOS_REFUSED
};

/* What a client says of itself on a connection. Each string is a g_ref_string or NULL. */
typedef struct smbt_claims {
    char *workstation;  /* NTLMSSP */
    char *calling_name; /* NetBIOS session request */
    char *native_os, *native_lan_man;
    char *user;        /* DOMAIN\user */
    char *server_path; /* the server's name in the first TREE_CONNECT, lower case */
    bool has_values;   /* the next two are set */
    uint16_t max_buffer, max_mpx;
    bool has_capabilities;
    uint32_t capabilities;
    bool has_client_guid; /* SMB2 */
    uint8_t client_guid[16];
} smbt_claims;

/* A Connection, as the server holds it. */
struct smbt_conn {
    smbt_endpoint client_end, server_end;
    smbt_server *server;
    smbt_client *client;
    uint64_t opened_frame;
    smbt_time opened; /* SYN, or the first frame of a mid-stream start */
    bool from_start;  /* the SYN is in the capture: no earlier state can be missing */
    bool gone;        /* the transport connection has ended */
    bool in_use;      /* counted in server->established */
    bool accepted;    /* the transport handshake was completed */
    bool netbios;     /* NetBIOS session service, by port or by a session request */
    enum smbt_netbios_state netbios_state;
    uint8_t smb_version; /* 0: not known; 1, 2 */
    const char *dialect; /* static, or the g_ref_string below */
    char *dialect_ref;
    bool extended_security; /* agreed in NEGOTIATE */
    bool logged_on;         /* a session setup on it succeeded */
    bool raw_write;         /* the next client message is bare data (WRITE_RAW) */
    bool setup_seen;        /* at least one session setup request */
    char *offered;          /* the client's dialects, one a line; until the negotiate response */
    smbt_claims claims;
    GArray *sessions;      /* of smbt_session */
    GArray *trees, *opens; /* of smbt_tree, smbt_open */
    smbt_pairing pairing;
    uint64_t messages[2]; /* SMB messages from client, from server */
    smbt_time last_request, last_response;
    uint64_t last_request_frame;
    smbt_trigger *setup; /* zero-VC (or undecided) session setup that waits for its answer; a reference */
    unsigned server_at, client_at; /* where it stands in the conns of server and client */
    GPtrArray *triggers;           /* of smbt_trigger: those of its own session setups; NULL: none */
    GPtrArray *predictions;        /* of smbt_prediction: armed against this connection; NULL: none */
    void *user;                    /* the engine's */
};

/* A SESSION_SETUP_ANDX request with VcNumber 0, or one whose VcNumber was not captured. */
struct smbt_trigger {
    int refs;
    smbt_endpoint client_end, server_end;
    smbt_conn *conn; /* NULL once that connection is gone */
    uint64_t frame;  /* that completed the request */
    smbt_time time;
    bool vc_known;
    bool extended_security;
    smbt_time resent; /* when TCP sent it again without an answer; 0: never */
    bool repeated;    /* somebody had logged on over this connection before: it declares nothing abandoned */
    bool has_id;
    uint64_t id; /* pairs it with its answer */
    bool answered, logged_on, failed;
    bool answer_implied; /* the answer was not captured, but the client went on */
    uint64_t answer_frame;
    smbt_time answer_time;
    unsigned candidates; /* connections it was armed against */
    unsigned matched;    /* for the verdict: connections that ended within its windows */
};

/* By `rule`, set off by `trigger`, the server ends a connection between `from` and `to`, if it is one of
 * `profiles`. The profiles are split by how they carry it out. */
typedef struct smbt_prediction {
    const char *rule;
    smbt_trigger *trigger;           /* a reference */
    smbt_profile_mask before_answer; /* profiles that close before the request is answered */
    smbt_profile_mask separate; /* profiles whose victims end by themselves, up to `separate_delay` later */
    smbt_profile_mask needs_logon;    /* of before_answer: only when the setup completes a logon */
    smbt_profile_mask prefers_extsec; /* of both: the trigger lacks what the profile prefers */
    smbt_duration separate_delay;
} smbt_prediction;

/* The window of a prediction for the profiles that act before the answer: until the answer, or for as long as
 * an answer may take when the capture lacks it. */
#define SMBT_ANSWER_WAIT (2 * SMBT_SEC)
smbt_time smbt_prediction_before_answer_until(const smbt_prediction *p);
smbt_time smbt_prediction_until(const smbt_prediction *p);

smbt_trigger *smbt_trigger_ref(smbt_trigger *trigger);
void smbt_trigger_unref(smbt_trigger *trigger);

struct smbt_server {
    smbt_addr addr;
    char *native_os, *native_lan_man; /* g_ref_string */
    char *name;                       /* NetBIOS name out of NTLM type 2; g_ref_string */
    bool was_spoken_to;               /* a connection to it was established once */
    bool identified;                  /* a name it gave, or the user, decided on its profiles */
    smbt_profile_mask possible; /* what its own words and the user allow; the verdict narrows it further */
    bool chosen_by_user;
    bool unix_extensions; /* CAP_UNIX in its negotiate response */
    unsigned connections; /* ever */
    GPtrArray *conns;     /* of smbt_conn, in no order; those that are gone but not yet freed too */
    unsigned established; /* of them: the handshake is done and they are not gone */
    void *user;           /* the verdict's */
    void (*free_user)(void *user);
};

struct smbt_client {
    smbt_addr addr;
    GPtrArray *conns;       /* of smbt_conn, in no order; those that are gone but not yet freed too */
    GPtrArray *triggers;    /* of smbt_trigger: recent ones, oldest first */
    guint16 vc_numbers[16]; /* that it sent, sorted */
    unsigned vc_number_count;
    bool vc_numbers_more;
    /* Messages of which too little is known to tell what they were, on the latest two connections with such;
     * the connections are only to be compared, and NULL when gone. */
    struct {
        smbt_time time; /* NONE: never */
        const smbt_conn *conn;
    } unreadable[2];
    unsigned connections; /* ever */
    void *user;           /* the observer's */
    void (*free_user)(void *user);
};

/* What the model tells its caller about while it takes a message. Each may be NULL. */
typedef struct smbt_model_events {
    /* A connection answered a request that was sent after the prediction's window: the prediction did not
     * come true. */
    void (*lapsed)(smbt_conn *conn, const smbt_prediction *prediction, uint64_t frame, smbt_time time,
                   void *user);
    /* A SESSION_SETUP_ANDX with VcNumber 0 was seen; predictions are armed. */
    void (*triggered)(smbt_conn *conn, smbt_trigger *trigger, void *user);
    /* A session that rule (a) closed was used and the server said BAD_UID, for the first time. */
    void (*session_gone)(smbt_conn *conn, const smbt_session *session, uint64_t frame, smbt_time time,
                         void *user);
    void *user;
} smbt_model_events;

/* The model borrows the profiles. All connections must be freed before it. */
smbt_model *smbt_model_new(const smbt_profiles *profiles, smbt_profile_mask chosen, const smbt_limits *limits,
                           const smbt_model_events *events);
void smbt_model_free(smbt_model *model);

/* A transport connection appeared. `from_start`: with its SYN. */
smbt_conn *smbt_model_open(smbt_model *model, const smbt_endpoint *client, const smbt_endpoint *server,
                           bool from_start, uint64_t frame, smbt_time time);
void smbt_model_accepted(smbt_conn *conn);
/* A transport connection is gone: the server drops it from its tables. What is known of it stays until it is
 * freed. */
void smbt_model_gone(smbt_conn *conn);
void smbt_model_free_conn(smbt_conn *conn);

/* One message, `side` 0 from the client, 1 from the server. `body` spans it behind the four-byte header. */
void smbt_model_message(smbt_model *model, smbt_conn *conn, unsigned side, uint8_t type, smbt_cur body,
                        uint64_t frame, smbt_time time, uint64_t done_frame, smbt_time done_time);

/* The capture's clock was set back: what was to come by the old one is void. */
void smbt_model_clock_set_back(smbt_model *model, smbt_time now);

/* A client message was seen of which too little is known: it may have been a session setup. */
void smbt_model_unreadable(smbt_conn *conn, smbt_time time);

/* Messages from the server were lost to the capture: what was pending may have been answered. */
void smbt_model_lost_answers(smbt_conn *conn);

/* Tables; NULL when the address was never seen (or is beyond limits->peers). */
smbt_server *smbt_model_find_server(smbt_model *model, const smbt_addr *addr);
smbt_client *smbt_model_find_client(smbt_model *model, const smbt_addr *addr);
void smbt_model_each_server(smbt_model *model, void (*fn)(smbt_server *server, void *user), void *user);
void smbt_model_each_client(smbt_model *model, void (*fn)(smbt_client *client, void *user), void *user);
/* Forget a peer of which no connection is kept. */
void smbt_model_forget_server(smbt_model *model, smbt_server *server);
void smbt_model_forget_client(smbt_model *model, smbt_client *client);

/* How often a trigger was not armed against a connection because its client has too many. */
uint64_t smbt_model_passed_over(const smbt_model *model);

const smbt_profiles *smbt_model_profiles(const smbt_model *model);

#endif
