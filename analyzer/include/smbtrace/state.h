/* What servers and clients hold at one moment of a capture, connection by connection: the state that verdicts
 * rest on, as records to be shown.
 *
 * Included by smbtrace.h. Strings live as long as the smbt_state; NULL is "not seen" unless said otherwise,
 * and frame 0 is "none", or "before the capture".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_STATE_H
#define SMBTRACE_STATE_H

#include <smbtrace/smbtrace.h>

/* One UID (SMB1) or SessionId (SMB2). */
typedef struct smbt_state_session {
    uint64_t id;
    const char *user;      /* "DOMAIN\user" */
    const char *state;     /* "in progress", "valid", "expired", "logging on anew" */
    const char *mechanism; /* "NTLM", "Kerberos" */
    bool preexisting;      /* it was there before the capture, or its setup was lost to it */
    uint64_t frame;        /* the answer that gave it its id; preexisting: its first use */
    uint64_t vc_frame;     /* the session setup with VcNumber 0 of the same user that closed it; 0: none */
    uint64_t expired_frame;
} smbt_state_session;

typedef struct smbt_state_tree {
    uint64_t tid, session;
    const char *path; /* UNC */
    const char *kind; /* "disk", "pipe" */
    bool preexisting;
    uint64_t frame;
} smbt_state_tree;

typedef struct smbt_state_open {
    uint64_t fid, session;
    uint16_t tid;
    const char *path; /* as the client wrote it */
    const char *kind; /* "file", "pipe", "printer", "other" */
    bool preexisting, offline;
    unsigned locks; /* byte ranges */
    uint64_t frame;
    const char *oplock; /* "exclusive", "batch", "level II", "some level"; NULL: none */
    bool breaking;      /* the break notification waits for its acknowledgment */
    uint64_t break_frame, ack_frame;
} smbt_state_open;

typedef struct smbt_state_search {
    uint64_t sid; /* of one without a SID: the MID of the request that began it */
    bool has_sid; /* false: SEARCH, FIND */
    uint16_t tid;
    const char *pattern;
    bool preexisting;
    uint64_t frame, last_frame; /* that opened it, that used it last */
    smbt_time last_used;
} smbt_state_search;

/* Whether the client's timers run for a request. UNSURE: `why` says what the capture does not tell. */
enum smbt_state_patience { SMBT_STATE_TIMED, SMBT_STATE_EXEMPT, SMBT_STATE_UNSURE };
const char *smbt_state_patience_name(enum smbt_state_patience patience); /* "timed", "exempt", "unsure" */

typedef struct smbt_state_request {
    uint64_t frame;
    smbt_time time;
    smbt_duration age;
    const char *command; /* "READ_ANDX" */
    const char *path;    /* of what it opens or searches */
    bool has_fid;
    uint16_t fid;
    enum smbt_state_patience patience;
    const char *why; /* EXEMPT, UNSURE */
    bool interim;    /* an interim answer was seen */
    bool cancelled;  /* the client asked for its end */
    uint64_t probe_frame;
} smbt_state_request;

/* A clock with one value; one whose value differs by profile is several of them. */
typedef struct smbt_state_clock {
    const char *timer; /* id of --list timers */
    enum smbt_side side;
    const char *action; /* what its side does when it runs out */
    bool closes;        /* that ends the connection */
    const char *object; /* "FID 0x4001", "frame 270"; NULL: the connection as a whole */
    uint64_t armed_frame;
    uint64_t frame; /* it runs from: the last restart, or what armed it */
    smbt_time time; /* of that; NONE: not known */
    uint64_t restarts;
    smbt_duration value; /* UNKNOWN: see known, off */
    bool known;          /* false: no profile that is possible gives a value */
    bool off;            /* it never runs out */
    const char *source;  /* whose value: "windows-2003, windows-xp", "set by the user"; NULL when not known */
    smbt_time from, to;  /* when it is carried out; NONE: never, or not known */
    GPtrArray *doubts;   /* of const char *: what weakens this, in words */
} smbt_state_clock;

typedef struct smbt_state_connection {
    smbt_endpoint client, server;
    const char *transport; /* "direct-tcp", "netbios" */
    const char *dialect;
    bool from_start; /* its first segment is in the capture; else state from before it may be missing */
    uint64_t first_frame;
    smbt_time first_time;
    uint64_t ended_frame; /* 0: it has not ended */
    GArray *sessions;     /* of smbt_state_session, by rising id */
    GArray *trees;        /* of smbt_state_tree */
    GArray *opens;        /* of smbt_state_open */
    unsigned smb2_opens;  /* SMB2: how many files are open; which ones is not followed */
    GArray *searches;     /* of smbt_state_search */
    GArray *requests;     /* of smbt_state_request, oldest first */
    GArray *clocks; /* of smbt_state_clock; those that can end the connection first, the next one first */
} smbt_state_connection;

/* Another connection of the same client address to the same server. */
typedef struct smbt_state_neighbour {
    smbt_endpoint client, server;
    const char *name; /* of its host; else the user that is logged on */
    bool from_start;
    uint64_t first_frame;
    uint64_t logon_frame; /* of its latest session; 0: none, or before the capture */
} smbt_state_neighbour;

#define SMBT_STATE_NEIGHBOURS_MAX 8

struct smbt_state {
    uint64_t frame;      /* the last one that was processed; 0: none yet */
    smbt_time time;      /* of the capture, at that moment */
    GArray *connections; /* of smbt_state_connection, by first frame */
    GArray *neighbours; /* in the state of an end: of smbt_state_neighbour, those that had not ended, by first
                           frame; else empty */
    unsigned neighbours_more; /* how many more there were than the array holds */
    GStringChunk *text;       /* owns the strings */
    int refs;                 /* for smbt_state_ref */
    const smbt_places *places; /* as in smbt_record */
};

/* Which connection: its two ends. */
typedef struct smbt_state_filter {
    smbt_endpoint client, server;
} smbt_state_filter;

/* What stands after the latest frame: of all connections that were established and have not ended (`filter`
 * NULL), or of one. Never NULL; the caller frees. Costs nothing until it is called. */
smbt_state *smbt_engine_state(smbt_engine *engine, const smbt_state_filter *filter);

/* Another owner of the same state: each frees it once. NULL stays NULL. */
smbt_state *smbt_state_ref(const smbt_state *state);
void smbt_state_free(smbt_state *state);

/* Several lines: a heading with the moment, then the connections. */
void smbt_text_state(GString *out, const smbt_text_style *style, const smbt_state *state);

/* One JSON object {"type": "state", "file": ..., "frame": ..., ...} on one line, without a newline. */
void smbt_json_state(GString *out, const char *file, const smbt_state *state);

#endif
