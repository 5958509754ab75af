/* Hosts, connections and the wire while a scenario is being made into frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_SCENARIO_WORLD_H
#define SMBT_TESTS_SCENARIO_WORLD_H

#include "scenario/line.h"
#include "scenario/scenario.h"
#include "support/smb_build.h"

enum scn_side { SCN_CLIENT, SCN_SERVER };

/* Where the IP IDs of a host come from. */
enum scn_series { SCN_ID_HOST, SCN_ID_CONNECTION, SCN_ID_ZERO };

typedef struct scn_host {
    char *id;
    bool is_server;
    smbt_addr addr;
    guint8 mac[6];
    guint8 ttl;
    enum scn_series series;
    guint16 ip_id;
    bool has_clock; /* sends TCP timestamps: offset + rate * time */
    double clock_rate;
    guint32 clock_offset;
    char *syn; /* options of its SYN: "mss1460,nop,nop,sackok" */
    guint16 window;
    char *name, *user, *domain, *os, *lan_man;
    guint16 max_buffer, max_mpx;
    guint32 capabilities;
    guint8 guid[16];
    bool unix_extensions, extended_security;
    gint16 zone;    /* minutes west of Greenwich */
    gint64 clock;   /* ns by which its clock is ahead of the capture's */
    guint8 signing; /* SCN_SIGNING_ bits */
} scn_host;

#define SCN_SIGNING_ENABLED  0x04
#define SCN_SIGNING_REQUIRED 0x08

/* One direction of a connection, by who sends. */
typedef struct scn_end {
    scn_host *host;
    guint16 port;
    guint32 next;     /* sequence number of the next byte */
    guint32 received; /* of the other side: what it acknowledges */
    guint16 ip_id;    /* SCN_ID_CONNECTION */
    scn_frame *last_frame;
    guint32 last_seq; /* of the last segment with payload */
    GByteArray *last_payload;
} scn_end;

/* A request as it was sent: what its answer must know of it. */
typedef struct scn_request {
    unsigned op;
    const char *name; /* the label of its line, interned; NULL: none */
    guint8 command;   /* SMB1 */
    guint16 subcommand;
    guint64 mid, session;
    guint32 pid;
    guint16 tid, fid, sid;
    guint32 cookie;        /* of an old search */
    unsigned count, given; /* answers of ECHO; entries of a search */
    unsigned parts, sent;  /* of a transaction */
    unsigned flags, locks, unlocks, level;
    guint32 timeout;
    gsize len;
    const char *path, *service; /* interned */
    int oplock;                 /* asked for, and granted by default; -1: asks, gets none */
    guint16 resource;           /* what is opened: 0 file, 1 pipe, 3 printer */
    guint32 attributes;
    bool has_tree, cancels, behind, ends; /* a chained TREE_CONNECT; LOCK; WRITE_RAW; a search */
} scn_request;

typedef struct scn_conn {
    char *id;
    scn_end end[2];
    bool netbios, smb2;
    bool extended_security;
    guint16 dialect; /* SMB2 */
    guint64 mid;
    unsigned leg; /* session setup requests sent in this exchange */
    unsigned words;
    guint64 sessions;      /* set up so far */
    guint64 session;       /* in use: its number, from 1; 0: none */
    guint64 exchange;      /* being set up; 0: none */
    guint16 tid, fid, sid; /* how many there were so far: the last one */
    guint32 cookie;        /* of old searches: the same */
    bool is_signed, reauth, kerberos;
    const char *workstation, *user; /* of the logon in progress; interned */
    const char *dialects;           /* of the last NEGOTIATE, interned */
    GArray *pending;                /* of scn_request, oldest first */
} scn_conn;

typedef struct scn_world {
    scn_scenario *out;
    smbt_time start;
    gint64 now; /* ns since start; may go backwards */
    gint64 gap; /* between the frames of one line */
    guint32 snap;
    int vlan;          /* -1: none */
    int only;          /* enum scn_side that is captured, or -1: both */
    bool payload_only; /* segments without payload are not captured */
    int copies;        /* every frame is captured twice, with so many routers between; -1: once */
    GHashTable *nats;  /* name -> smbt_addr: addresses that several hosts share */
    GPtrArray *hosts;  /* of scn_host */
    GPtrArray *conns;  /* of scn_conn */
    GPtrArray *held;   /* of scn_frame: made, waiting for `release`; not owned */

    scn_line *line;        /* being carried out */
    GPtrArray *line_frame; /* of scn_frame: what it made so far; not owned */
    guint64 about;         /* MID of the request that the answers of this line are about; 0: the oldest one */
    bool ended;            /* nothing may follow */
} scn_world;

scn_world *scn_world_new(scn_scenario *out);
void scn_world_free(scn_world *w);

/* world.c: declarations. True when the line was one (or a wrong one: its error is set). */
bool scn_world_declare(scn_world *w, scn_line *line);
scn_conn *scn_world_conn(const scn_world *w, const char *id);
/* signing=required, as SCN_SIGNING_ bits. */
unsigned scn_signing_parse(scn_line *line, unsigned otherwise);

/* presets.c: NativeOS, NativeLanMan, capabilities of `windows=xp`, `samba` ... */
void scn_preset_apply(scn_line *line, scn_host *h);

/* frames.c */

#define SCN_FIN 0x01
#define SCN_SYN 0x02
#define SCN_RST 0x04
#define SCN_PSH 0x08
#define SCN_ACK 0x10

/* How a segment differs from what its sender would have sent; from the words of the line. */
typedef struct scn_manner {
    bool lost;     /* sent and received, not captured */
    bool dropped;  /* captured, but it never arrives */
    unsigned hold; /* frames of the line from this one on are captured later, by `release`; 0: none */
    guint32 snap;
    int ttl, window, ip_id; /* -1: as usual */
    gint32 seq_shift, ack_shift;
    bool without_df;
    bool stamped;   /* an RST that has a timestamp like all else */
    bool other_mac; /* handed over by another Ethernet address */
    gsize split;    /* payload per segment; 0: all in one */
} scn_manner;

scn_manner scn_manner_of(scn_world *w, scn_line *line);
/* Sends a segment; SYN and FIN count one byte. `seq` NULL: the next. */
void scn_segment(scn_world *w, scn_conn *c, enum scn_side from, unsigned flags, const GByteArray *payload,
                 const scn_manner *m);
/* The last payload of that side again. */
void scn_segment_again(scn_world *w, scn_conn *c, enum scn_side from, const scn_manner *m);
/* One byte before the next, as TCP probes an idle connection. */
void scn_segment_keepalive(scn_world *w, scn_conn *c, enum scn_side from, const scn_manner *m);
/* The last frame of that side, captured once more. */
void scn_frame_twice(scn_world *w, scn_conn *c, enum scn_side from);
/* A frame that is no TCP segment. */
void scn_frame_of_type(scn_world *w, unsigned ethertype, gsize len);
/* An ARP request of hosts that have nothing to do with the scenario. */
void scn_frame_arp(scn_world *w);
void scn_frame_capture(scn_world *w, scn_frame *frame);

/* messages.c */

/* What a name of a message means. */
typedef struct scn_kind {
    const char *name;
    unsigned op;        /* enum scn_op */
    guint8 command;     /* SMB1 */
    guint16 subcommand; /* of a transaction */
} scn_kind;

/* NULL: the name means nothing. */
const scn_kind *scn_kind_parse(const char *name);
bool scn_request_send(scn_world *w, scn_conn *c, const scn_kind *kind);
bool scn_answer_send(scn_world *w, scn_conn *c, const scn_kind *kind, const char *status);
/* The request and all that follows from it, down to its last answer. */
bool scn_exchange_send(scn_world *w, scn_conn *c, const scn_kind *kind);
/* The number of a status by its name ("STATUS_LOGON_FAILURE", "LOGON_FAILURE", "more", "ok", 0x...). */
bool scn_status_parse(const char *name, guint32 *ret_status);

/* steps.c: a line that begins with a time. */
bool scn_step(scn_world *w, scn_line *line);

#endif
