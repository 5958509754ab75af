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
#include "model/clock.h"
#include "model/state.h"
#include "profile/profile.h"
#include "smb/pairing.h"

#include <glib.h>

typedef struct smbt_model smbt_model;
typedef struct smbt_server smbt_server;
typedef struct smbt_client smbt_client;
typedef struct smbt_conn smbt_conn;
typedef struct smbt_trigger smbt_trigger;

enum smbt_netbios_state {
    SMBT_NETBIOS_NONE,
    SMBT_NETBIOS_REQUESTED,
    SMBT_NETBIOS_ACCEPTED,
    SMBT_NETBIOS_REFUSED
};

/* What a client says of itself on a connection. Each string is a g_ref_string or NULL. */
typedef struct smbt_claims {
    char *workstation;          /* NTLMSSP */
    unsigned workstation_chars; /* in its name, also where that was cut off; 0: not known */
    char *calling_name;         /* NetBIOS session request */
    char *native_os, *native_lan_man;
    char *user;        /* DOMAIN\user */
    char *server_path; /* the server's name in the first TREE_CONNECT, lower case */
    bool has_values;   /* the next two are set */
    uint16_t max_buffer, max_mpx;
    bool names_seen; /* a session setup request was captured as far as its names */
    bool has_capabilities;
    uint32_t capabilities;
    enum smbt_auth_mech mech; /* of the latest setup */
    bool has_client_guid;     /* SMB2 */
    uint8_t client_guid[16];
} smbt_claims;

enum smbt_violation_kind {
#define SMBT_VIOLATION(id, ...) SMBT_VIOLATION_##id,
#include "model/violations.def"
#undef SMBT_VIOLATION
    SMBT_VIOLATION_MAX,
};

/* A row of violations.def. Static. */
typedef struct smbt_violation_info {
    enum smbt_key key;
    const char *what, *section;
} smbt_violation_info;
const smbt_violation_info *smbt_violation_get(enum smbt_violation_kind kind);

/* The client sent something that obliges some servers to close. */
typedef struct smbt_violation {
    uint64_t frame; /* 0: none */
    smbt_time time;
    enum smbt_violation_kind kind;
    smbt_profile_mask profiles; /* that close at it */
    bool has_id;
    uint64_t id;         /* of the request, to know its answer by */
    const char *command; /* of the request, or NULL. Static */
} smbt_violation;

/* The latest answer with an error, to a request that decides whether the client can go on: NEGOTIATE,
 * SESSION_SETUP, TREE_CONNECT. Cleared by a success of the same command. Where the first of two chained
 * requests succeeded and the second failed, `command` is the second's. */
typedef struct smbt_refusal {
    uint64_t frame; /* of the answer; 0: none */
    smbt_time time;
    uint64_t request_frame;
    uint16_t command;        /* of the connection's SMB version */
    uint32_t status;         /* as NTSTATUS where a DOS code stands for one that matters */
    const char *status_name; /* "STATUS_LOGON_FAILURE", or NULL. Static */
} smbt_refusal;

/* What NEGOTIATE agreed on. */
typedef struct smbt_negotiated {
    uint64_t request_frame, frame; /* 0: not seen */
    smbt_time time;                /* of the response */
    bool no_dialect;               /* DialectIndex 0xffff */
    bool request_extsec;           /* SMB1: the client asked for extended security, in Flags2 */
    unsigned request_dialects;     /* SMB1: how many it offered; 0: not captured */
    uint8_t security_mode;         /* SMB1 */
    uint32_t capabilities;
    bool has_clock;          /* the next two are set */
    int64_t clock_offset_ns; /* the server's clock (UTC) less the capture's */
    int16_t zone_minutes;    /* west of UTC */
} smbt_negotiated;

/* Signing, as far as headers tell (MS-CIFS 2.2.3.1, Flags2 0x0004). */
typedef struct smbt_signing {
    bool request_signed, response_signed; /* seen on the wire */
    uint64_t first_signed_response;       /* frame */
    unsigned denied;                      /* answers in a row with ACCESS_DENIED, while there was a session */
    uint64_t denied_frame;                /* the first such answer */
    bool denied_harmless; /* one of them to a request that no permission stands against (CLOSE, ECHO) */
    bool worked;          /* a signed request had succeeded */
} smbt_signing;

/* SMB2: the session that a session setup on this connection replaces (PreviousSessionId, MS-SMB2 2.2.5). */
typedef struct smbt_replacement {
    uint64_t session; /* 0: none */
    uint64_t frame;   /* of the latest request that names it */
    smbt_time time;
    uint64_t answer_frame; /* that let the client in; 0: none yet */
    smbt_time answer_time;
} smbt_replacement;

/* A Connection, as the server holds it. */
struct smbt_conn {
    /* Touched by every message, so kept together. */
    smbt_server *server;
    smbt_client *client;
    smbt_time opened; /* SYN, or the first frame of a mid-stream start */
    smbt_pairing pairing;
    bool from_start;                  /* the SYN is in the capture: no earlier state can be missing */
    bool gone;                        /* the transport connection has ended */
    bool in_use;                      /* counted in server->established */
    bool accepted;                    /* the transport handshake was completed */
    bool netbios;                     /* NetBIOS session service, by port or by a session request */
    bool logged_on;                   /* a session setup on it succeeded */
    bool raw_write;                   /* the next client message is bare data (WRITE_RAW) */
    bool is_breaking;                 /* stands in server->breaking */
    bool signs;                       /* signing.request_signed */
    bool requests_lost, answers_lost; /* to the capture, at any time: state may be missing */
    bool answers_unseen;              /* the server's latest bytes were not captured, or could not be read */
    bool
        opens_unsure; /* an answer that may have opened something could not be read, or a close was refused */
    uint8_t smb_version;  /* 0: not known; 1, 2 */
    uint64_t messages[2]; /* SMB messages from client, from server */
    smbt_time last_request;
    uint64_t last_request_frame;
    smbt_time last_use; /* the last request but ECHO and farewells; NONE before the first */
    uint64_t last_use_frame;
    smbt_time last_tree_request; /* the last one on a share; NONE before the first */
    uint64_t last_tree_request_frame;
    uint64_t tree_requests;
    bool tree_connect_last; /* the last one on a share was what connected it */
    smbt_time last_response;
    uint64_t last_response_frame;
    smbt_time last_answer; /* to anything but an ECHO; NONE before the first */
    GArray *outlived; /* of smbt_armed: by the client's messages; proven by the next answer. NULL: none */
    smbt_time outlived_at;  /* when */
    smbt_trigger *setup;    /* zero-VC (or undecided) session setup that waits for its answer; a reference */
    GPtrArray *predictions; /* of smbt_prediction: armed against this connection; NULL: none */
    smbt_violation violation;

    smbt_time last_farewell; /* TREE_DISCONNECT, LOGOFF; NONE before the first */
    smbt_time last_echo;
    uint64_t last_echo_frame;
    smbt_signing signing;
    GArray *sessions, *trees, *opens, *searches; /* tables of state.h; NULL: empty */
    smbt_duration moved_time; /* data transfers that were answered: how long they took, how much they moved */
    uint64_t moved_bytes;
    smbt_endpoint client_end, server_end;
    uint64_t opened_frame;
    enum smbt_netbios_state netbios_state;
    const char *dialect; /* static, or the g_ref_string below */
    char *dialect_ref;
    bool extended_security; /* agreed in NEGOTIATE */
    bool setup_seen;        /* at least one session setup request */
    uint64_t session_frame; /* the first answer by which the server has a session of it; 0: none seen */
    bool client_identified; /* names, or the user, decided on client_profiles */
    char *offered;          /* the client's dialects, one a line; until the negotiate response */
    char *setup_user;       /* whom the session setup under way names; a g_ref_string or NULL */
    smbt_claims claims;
    smbt_replacement replaces;
    bool has_server_guid; /* SMB2 */
    uint8_t server_guid[16];
    uint64_t echoes;                   /* from the client */
    uint64_t objects_dropped;          /* for the cap on a table */
    unsigned smb2_opens;               /* SMB2: CREATEs less CLOSEs that succeeded */
    smbt_profile_mask client_profiles; /* what the client's names allow; 0: not known */
    smbt_negotiated negotiated;
    smbt_refusal refusal;
    unsigned server_at, client_at; /* where it stands in the conns of server and client */
    GPtrArray *triggers;           /* of smbt_trigger: those of its own session setups; NULL: none */
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
    unsigned late;       /* and those that ended late within them, for nothing else that is known */
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
    smbt_profile_mask
        perhaps; /* of both: the request may have been too early for it; living on tells nothing */
    smbt_profile_mask by_user; /* of both: the user said that the rule is on; no deed proves otherwise */
    smbt_duration separate_delay;
} smbt_prediction;

/* The window of a prediction for the profiles that act before the answer: until the answer, or for as long as
 * an answer may take when the capture lacks it. */
#define SMBT_ANSWER_WAIT (2 * SMBT_SEC)
smbt_time smbt_prediction_before_answer_until(const smbt_prediction *p);
/* The window for those whose victims are processes of their own. They ended within SMBT_SEPARATE_USUAL of the
 * request on a server that had nothing else to do; a server that is slow to answer is slow to tell them. */
#define SMBT_SEPARATE_USUAL (5 * SMBT_MS)
smbt_time smbt_prediction_separate_until(const smbt_prediction *p);
/* Until when ends may still come true of it. */
smbt_time smbt_prediction_until(const smbt_prediction *p);

smbt_trigger *smbt_trigger_ref(smbt_trigger *trigger);
void smbt_trigger_unref(smbt_trigger *trigger);

struct smbt_server {
    smbt_addr addr;
    char *native_os, *native_lan_man; /* g_ref_string */
    char *name;                       /* NetBIOS name out of NTLM type 2; g_ref_string */
    GPtrArray
        *breaking;      /* of smbt_conn: with an open whose oplock break waits for its acknowledgment; NULL */
    bool was_spoken_to; /* a connection to it was established once */
    bool identified;    /* a name it gave, or the user, decided on its profiles */
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
    /* A clock that should have ended the connection ran out without doing so, by what was seen until `frame`.
     * `proven`: the side whose clock it is was heard of afterwards. Otherwise it may have ended unseen. A
     * clock may be told twice, the second time proven. */
    void (*outlived)(smbt_conn *conn, const smbt_armed *clock, bool proven, uint64_t frame, smbt_time time,
                     void *user);
    /* A clock ran for this long and its side still has the connection, whatever its length. */
    void (*survived)(smbt_conn *conn, const smbt_armed *clock, uint64_t frame, smbt_time time, void *user);
    /* An answer that took longer than any client's patience begins to be tried (smbt_model_patience). */
    void (*late_answer)(smbt_conn *conn, const smbt_request *request, uint64_t frame, smbt_time time,
                        void *user);
    /* An answer to what was pending when the connection ended. */
    void (*answered_after_end)(smbt_conn *conn, const smbt_request *request, uint64_t frame, smbt_time time,
                               void *user);
    /* An ECHO while a request has been waiting for a while. */
    void (*echo_probe)(smbt_conn *conn, const smbt_request *request, uint64_t frame, smbt_time time,
                       void *user);
    /* The story of a session whose ticket ran out is complete: it was renewed, or the connection is over. */
    void (*session_expired)(smbt_conn *conn, const smbt_session *session, void *user);
    /* A session setup succeeded: somebody is logged on. */
    void (*logged_on)(smbt_conn *conn, uint64_t frame, smbt_time time, void *user);
    /* A logon was refused: conn->refusal says how. */
    void (*logon_refused)(smbt_conn *conn, void *user);
    /* FIND_NEXT2 on a search that the client had left open failed. */
    void (*search_gone)(smbt_conn *conn, const smbt_search *search, uint64_t frame, smbt_time time,
                        void *user);
    /* An oplock break stayed without acknowledgment until the server went on without it. `waiter` is the open
     * that had to wait, answered in `frame`; its connection is NULL when none was seen. */
    void (*oplock_timeout)(smbt_conn *conn, const smbt_open *open, const smbt_conn *waiter,
                           const smbt_request *waited, uint64_t frame, smbt_time time, void *user);
    void *user;
} smbt_model_events;

/* What the user chose, per side; 0: by what the peers say. */
typedef struct smbt_choice {
    smbt_profile_mask server, client;
} smbt_choice;

/* The model borrows the profiles. All connections must be freed before it. */
smbt_model *smbt_model_new(const smbt_profiles *profiles, const smbt_choice *chosen,
                           const smbt_limits *limits, const smbt_model_events *events);
void smbt_model_free(smbt_model *model);

/* A transport connection appeared. `from_start`: with its SYN. */
smbt_conn *smbt_model_open(smbt_model *model, const smbt_endpoint *client, const smbt_endpoint *server,
                           bool from_start, uint64_t frame, smbt_time time);
void smbt_model_accepted(smbt_conn *conn);
/* A transport connection is gone: the server drops it from its tables. What is known of it stays until it is
 * freed. */
void smbt_model_gone(smbt_conn *conn);
/* It is not: what ended it, at `since`, ended nothing. */
void smbt_model_revive(smbt_model *model, smbt_conn *conn, smbt_time since);
void smbt_model_free_conn(smbt_conn *conn);

/* One message, `side` 0 from the client, 1 from the server. `body` spans it behind the four-byte header,
 * from position 0 on. */
void smbt_model_message(smbt_model *model, smbt_conn *conn, unsigned side, uint8_t type, const smbt_cur *body,
                        uint64_t frame, smbt_time time, uint64_t done_frame, smbt_time done_time);

/* The header of a later part of an SMB2 compound that smbt_model_message was not given (smbt_message.part).
 */
void smbt_model_part(smbt_model *model, smbt_conn *conn, unsigned side, const smbt_cur *body, uint64_t frame,
                     smbt_time time, uint64_t done_frame, smbt_time done_time);

/* The clocks that run on a connection at `now`, appended to an array of smbt_armed. */
void smbt_model_clocks(const smbt_model *model, const smbt_conn *conn, smbt_time now, GArray *ret_clocks);
/* Whether the server may act on such a clock at `time`: one that looks every so often does so at its looks.
 */
bool smbt_clock_may_act_at(const smbt_conn *conn, const smbt_armed *clock, smbt_time time);

/* Neither opens nor searches, as far as was seen. */
bool smbt_conn_holds_nothing(const smbt_conn *conn);

/* The tables as text: what SMB1 messages do to the objects of a connection, which requests may wait for ever,
 * what obliges servers to close. g_free. */
char *smbt_effects_list(void);
char *smbt_exempt_list(void);
char *smbt_violations_list(void);

/* The capture is over at `now`, or the connection: tells the clocks that it outlived and the stories that
 * have no end. `heard`: the side that was heard of in `frame`; UNKNOWN: none. Before smbt_model_gone. */
void smbt_model_conclude(smbt_model *model, smbt_conn *conn, enum smbt_side heard, uint64_t frame,
                         smbt_time now);

/* Whether the client's timers run for a pending request (exempt.def). UNSURE: it hangs on whether its FID is
 * a pipe, and the capture does not tell. */
enum smbt_patience { SMBT_TIMED, SMBT_EXEMPT, SMBT_UNSURE };
enum smbt_patience smbt_request_patience(const smbt_conn *conn, const smbt_request *request);
/* Why, of one that is EXEMPT: "on a named pipe"; NULL otherwise. Static. */
const char *smbt_request_exemption(const smbt_conn *conn, const smbt_request *request);

/* A message of the client's that the framer could make nothing of: neither length nor type can be. */
void smbt_model_malformed(smbt_model *model, smbt_conn *conn, uint64_t frame, smbt_time time);

/* The capture's clock was set back: what was to come by the old one is void. */
void smbt_model_clock_set_back(smbt_model *model, smbt_time now);

/* The capture has a hole up to `now`, in which anything may have been sent: likewise, but for the connections
 * that `spares` knows to be whole. */
void smbt_model_forget_times(smbt_model *model, smbt_time now,
                             bool (*spares)(const smbt_conn *conn, void *user), void *user);

/* A client message was seen of which too little is known: it may have been a session setup. */
void smbt_model_unreadable(smbt_conn *conn, smbt_time time);

/* The server sent something, readable or not: it did not close at a violation. */
void smbt_model_heard_server(smbt_conn *conn);

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
