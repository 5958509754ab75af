/* Captures of the same minutes from several places, told as one story.
 *
 * An engine that keeps sightings yields, beside its other records, what each connection looked like from
 * where its capture was taken. A join takes the records of several engines, finds the connections that they
 * saw together, whatever addresses these had there, aligns the clocks, and gives back the records with each
 * end told once: what every place saw of it, and what follows from seeing both.
 *
 * Pure, as the engine is. Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_JOIN_H
#define SMBTRACE_JOIN_H

#include <smbtrace/smbtrace.h>

/* ---- What one place saw of a connection
 * ---------------------------------------------------------------------- */

/* A segment that begins with an SMB message. */
typedef struct smbt_stream_mark {
    smbt_time time;
    uint64_t frame;
    uint64_t head; /* hash of the message's length and first bytes: even short snap lengths have them */
    uint64_t body; /* hash of more of the message; 0: not all of that was captured */
    uint32_t seq, ack;
    uint8_t side;   /* sender: 0 client, 1 server */
    bool has_vc;    /* a SESSION_SETUP_ANDX whose VcNumber was captured */
    uint16_t vc;    /* that */
    bool is_unique; /* the body holds a challenge, the answer to one, or a signature */
} smbt_stream_mark;

/* A FIN or RST. */
typedef struct smbt_farewell {
    smbt_time time;
    uint64_t frame;
    uint32_t seq;
    enum smbt_end_kind kind; /* RST or FIN */
    uint8_t side, ttl;
} smbt_farewell;

struct smbt_sighting {
    smbt_endpoint client, server;
    uint64_t first_frame, last_frame;
    smbt_time first, last;
    uint64_t end_frame;   /* of the record of its end; 0: it did not end, or that was not told */
    bool logged_on;       /* somebody did, on it */
    uint64_t logon_frame; /* that let the first one in; 0: none was, or it was not captured */
    smbt_time logon_time;
    bool has_isn[2];
    uint32_t isn[2]; /* of SYN, and of SYN and ACK */
    smbt_time isn_time[2];
    uint64_t segments[2]; /* by sender, as the arrays below */
    uint64_t missing[2];  /* bytes that were sent and are not in the capture */
    bool has_next[2];
    uint32_t next[2]; /* sequence number behind all that was seen */
    /* The last pause of 10 s or more before the end, after which `resumed_side` spoke first. */
    smbt_duration pause; /* 0: none */
    smbt_time resumed;
    uint64_t before_pause_frame, resumed_frame;
    uint8_t resumed_side;
    uint8_t ttl[2];
    bool ttl_varies[2];
    /* The client by its own packets, as they came by here. */
    smbt_time client_first, client_last; /* SMBT_TIME_NONE: none did */
    bool has_mac;                        /* all came from one Ethernet address */
    uint8_t mac[6];
    bool is_direct;    /* no router between it and here has lowered their hop count */
    bool is_own;       /* the machine that recorded sent them (cooked captures say so) */
    bool has_layout;   /* its SYN was captured whole */
    uint32_t layout;   /* the order of the options in it: equal for equal stacks */
    GArray *marks;     /* of smbt_stream_mark, by side and seq: a sample of the whole and all of the latest */
    GArray *farewells; /* of smbt_farewell, in the order of the capture */
    bool farewells_more, marks_more; /* there were more than could be kept */
};

/* ---- What was seen of an end from elsewhere
 * ------------------------------------------------------------------- */

enum smbt_saw {
    SMBT_SAW_IT,         /* the segment that ended the connection is in this capture */
    SMBT_SAW_NOT,        /* it would be, had it come by here */
    SMBT_SAW_TOO_LITTLE, /* it may have come by: the capture does not cover that moment, or lacks packets */
    SMBT_SAW_MORE        /* of an end in silence: the connection goes on here */
};
const char *smbt_saw_name(enum smbt_saw saw); /* "seen", "absent", "not-covered", "goes-on" */

/* Where another capture has the same packet. */
typedef struct smbt_other_frame {
    const char *file, *label; /* label: its name without folders, where that is enough to tell it */
    uint64_t frame;
    smbt_endpoint client, server; /* as they are there */
} smbt_other_frame;

/* The view of another capture on an end. */
typedef struct smbt_end_view {
    const char *file, *label;
    smbt_endpoint client, server; /* as they are there */
    enum smbt_viewpoint place;    /* of that capture */
    enum smbt_saw saw;
    uint64_t frame; /* of that segment, or 0 */
    smbt_time time; /* by that capture's own clock */
    bool has_clock;
    int64_t clock_ahead, clock_error; /* ns: that clock against this one at that moment, give or take */
    /* What that capture alone says. cause NULL: the connection has no end there. */
    uint64_t end_frame;
    enum smbt_end_kind end_kind;
    enum smbt_side end_by;
    const char *cause, *variant;
    enum smbt_strength strength;
} smbt_end_view;

/* How a capture goes with another one. */
typedef struct smbt_companion {
    const char *file, *label;
    uint64_t connections; /* in both */
    uint64_t ambiguous;   /* that could be several there: left apart */
    bool has_clock;
    int64_t clock_ahead, clock_error; /* ns, in the middle of what they share */
    bool is_told;                     /* the other capture comes first, and the clocks are told there */
    bool has_drift;
    int64_t drift_ppb; /* ns by which that clock gains in a second; has_drift: more than the error explains */
} smbt_companion;

/* ---- Joining
 * -------------------------------------------------------------------------------------------------- */

typedef struct smbt_join smbt_join;

/* Captures that are compared; of more, the rest are told by themselves. */
#define SMBT_JOIN_CAPTURES_MAX 1024

/* What a join may hold; what is beyond is told as each capture has it, and counted. 0 is no valid cap. */
typedef struct smbt_join_limits {
    unsigned sightings, marks, records;
} smbt_join_limits;

/* `limits` NULL: the usual ones. `files` are the names of the captures, in the order of the report. */
smbt_join *smbt_join_new(const smbt_join_limits *limits, const char *const *files, unsigned count);
void smbt_join_free(smbt_join *join);

/* Takes a record of the capture numbered `capture`, from 0, and copies it if it is one that joining may
 * change: an end, an observation, a sighting. False: it is none of these, or there is no more room; it goes
 * out as it is. Captures may be fed from different threads, each from one at a time. */
bool smbt_join_take(smbt_join *join, unsigned capture, const smbt_record *record);
/* The capture has been read. */
void smbt_join_capture(smbt_join *join, unsigned capture, const smbt_capture_info *info);

/* All are read. From now on the functions below may be called. */
void smbt_join_finish(smbt_join *join);
/* The next record of a capture, or NULL when there are no more. Borrowed until the join is freed. */
const smbt_record *smbt_join_next(smbt_join *join, unsigned capture);
/* Of smbt_companion: the other captures that saw some of its connections. Borrowed. */
const GArray *smbt_join_companions(const smbt_join *join, unsigned capture);
/* Ends that this capture has and that are told with another one. */
uint64_t smbt_join_told_elsewhere(const smbt_join *join, unsigned capture);
/* Whether two of the captures saw the same connection, and are no copies of each other. */
bool smbt_join_found(const smbt_join *join);

#endif
