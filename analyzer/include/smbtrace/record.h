/* What an engine yields: ends, observations, servers, clients, and the capture as a whole.
 *
 * Included by smbtrace.h. SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_RECORD_H
#define SMBTRACE_RECORD_H

#include <glib.h>
#include <smbtrace/names.h>
#include <smbtrace/types.h>

/* ---- Viewpoint
 * ----------------------------------------------------------------------------------------------- */

/* Where the capture was taken, as far as the packets tell. */
enum smbt_viewpoint {
    SMBT_VIEWPOINT_UNKNOWN,
    SMBT_VIEWPOINT_NEAR_SERVER,
    SMBT_VIEWPOINT_NEAR_CLIENT,
    SMBT_VIEWPOINT_BETWEEN,
    SMBT_VIEWPOINT_MAX
};
const char *smbt_viewpoint_name(enum smbt_viewpoint viewpoint); /* NULL for UNKNOWN */

/* What a viewpoint is known by. */
enum smbt_sign {
    SMBT_SIGN_DIRECTION = 1 << 0, /* which packets the recording machine sent itself */
    SMBT_SIGN_TTL = 1 << 1,       /* hop counts */
    SMBT_SIGN_LENGTH = 1 << 2,    /* frames too short to have been on a wire */
    SMBT_SIGN_COPIES = 1 << 3,    /* packets before and after a router */
    SMBT_SIGN_HANDSHAKE = 1 << 4, /* which side answers at once */
    SMBT_SIGN_END = 1 << 5
};
const char *smbt_sign_name(enum smbt_sign sign); /* "direction", "ttl", "length", "copies", "handshake" */

/* On which side of a NAT between clients and server. */
enum smbt_nat {
    SMBT_NAT_UNKNOWN,
    SMBT_NAT_OUTSIDE, /* several hosts used one address at the same time: a NAT is between them and here */
    SMBT_NAT_INSIDE, /* among the clients, with a router towards the server: if there is a NAT, beyond here */
    SMBT_NAT_MAX
};
const char *smbt_nat_name(enum smbt_nat nat); /* "outside", "inside", NULL */
/* ---- Records
 * ------------------------------------------------------------------------------------------------- */

/* A client behind a NAT, by what it is called on both sides of that. Known only where captures of both sides
 * were joined; inside.addr.family 0: not known. */
typedef struct smbt_nat_ends {
    smbt_endpoint inside, outside;
} smbt_nat_ends;

typedef struct smbt_connection_info {
    smbt_endpoint client, server;
    smbt_nat_ends nat;     /* of the client */
    const char *transport; /* "direct-tcp", "netbios" */
    const char *dialect;   /* "NT LM 0.12", "SMB 3.1.1", or NULL when not seen */
    uint64_t first_frame;
    const char *user;              /* NULL when not seen */
    const char *workstation;       /* NULL when not seen */
    enum smbt_viewpoint viewpoint; /* where this connection was recorded, by its own packets */
} smbt_connection_info;

typedef struct smbt_state smbt_state;       /* state.h */
typedef struct smbt_what_if smbt_what_if;   /* what_if.h */
typedef struct smbt_pattern smbt_pattern;   /* pattern.h */
typedef struct smbt_sighting smbt_sighting; /* join.h */

typedef struct smbt_evidence {
    uint64_t frame; /* 0: no single frame */
    const char *what;
} smbt_evidence;

typedef struct smbt_in_flight {
    uint64_t frame;
    const char *command; /* "READ_ANDX" */
    smbt_duration age;   /* when the connection ended */
} smbt_in_flight;

typedef struct smbt_ruled_out {
    const char *cause;
    const char *why;
} smbt_ruled_out;

/* What is known of a host's return where it was not seen for certain. */
enum smbt_no_return {
    SMBT_RETURN_UNSEEN,    /* nothing was */
    SMBT_RETURN_NO_LOGON,  /* it may have connected, and was not seen to log on */
    SMBT_RETURN_UNTOLD,    /* a connection of the address followed; whether of the same host can't be told */
    SMBT_RETURN_NEEDLESS,  /* the host had another connection to the server */
    SMBT_RETURN_MIDSTREAM, /* it was seen on a connection whose beginning is not in the capture */
    SMBT_RETURN_MAX
};
/* "unseen", "no-logon", "untold", "needless", "midstream" */
const char *smbt_no_return_name(enum smbt_no_return why);

/* The same host's next connection to the same server, on which it logged on again. */
typedef struct smbt_reconnect {
    uint64_t frame; /* the first one of that connection; 0: none is known, see `none` */
    smbt_endpoint client, server;
    smbt_nat_ends nat;         /* of that client */
    smbt_duration after;       /* from the end to that frame */
    uint64_t logon_frame;      /* that let it in; 0: not captured */
    smbt_duration logon_after; /* from the end to that */
    const char *none; /* why none is known, in words; NULL when one is, and where nobody looks: the client
                         ended the connection because it wanted to */
    enum smbt_no_return why_none; /* where `none` is set */
} smbt_reconnect;

/* What told victim and culprit of a zero-vc end apart, or one, where both were seen with one address. A join
 * that knows more of them weighs it anew. */
enum smbt_hosts_sign {
    SMBT_HOSTS_COMPARED = 1 << 0,
    SMBT_HOSTS_BY_NAME = 1 << 1,
    SMBT_HOSTS_OF_SYSTEMS = 1 << 2,  /* both names are those of Windows systems, each of which has one */
    SMBT_HOSTS_OF_PROGRAMS = 1 << 3, /* neither is: programs may call themselves what they like */
    SMBT_HOSTS_LEFT_BEHIND = 1 << 4, /* the victim had been silent, and meant what the culprit means */
    SMBT_HOSTS_SAMBA = 1 << 5        /* the server acted as Samba does */
};

typedef struct smbt_end {
    smbt_connection_info connection;
    uint64_t frame;
    smbt_time time;
    enum smbt_end_kind kind;
    enum smbt_side by;
    const char *cause;   /* id from smbt_causes() */
    const char *variant; /* NULL when the cause has none */
    enum smbt_severity severity;
    enum smbt_strength strength;
    const char *summary; /* one sentence or two, plain words */
    struct {
        uint64_t frame; /* 0: none */
        bool has_connection;
        smbt_endpoint client, server;
        smbt_nat_ends nat;       /* of that client */
        const char *workstation; /* of that connection; NULL when not seen */
        smbt_duration delay;     /* from the culprit frame to the end */
        /* Of a zero-vc whose VcNumber was not captured: how sure it would be, were it known to be 0. */
        enum smbt_strength if_zero;
        unsigned hosts; /* enum smbt_hosts_sign: of it and the connection that ended */
    } culprit;
    struct {
        const char *rule; /* NULL: no prediction */
        const char *profile;
        smbt_time from, to;
    } predicted;
    GArray *evidence;        /* of smbt_evidence, in frame order */
    GArray *in_flight;       /* of smbt_in_flight, oldest first */
    unsigned in_flight_more; /* how many more there were than the array holds */
    GArray *ruled_out;       /* of smbt_ruled_out */
    GPtrArray *missing;      /* of const char * */
    GPtrArray *remedies;
    GPtrArray *references;
    bool may_be_chance;       /* the verdict is weaker, as such an end may fall there by coincidence */
    smbt_reconnect reconnect; /* of ends that the client did not choose */
    uint64_t revises; /* live only: 0, or this record replaces an earlier one for the same end (same frame) */
    const smbt_state *state; /* of the connection when it ended, it alone; NULL unless it was asked for */
    const GArray *views; /* of smbt_end_view (join.h): other captures', client first; NULL unless joined */
    const GArray
        *culprit_elsewhere; /* of smbt_other_frame (join.h): the culprit's frame in other captures; or NULL */
} smbt_end;

typedef struct smbt_observation {
    const char *kind; /* id from smbt_observation_kinds() */
    uint64_t frame;   /* 0: the capture as a whole */
    smbt_time time;
    enum smbt_severity severity;
    const char *summary;
    GArray *evidence; /* of smbt_evidence */
    bool has_connection;
    smbt_endpoint client, server;
} smbt_observation;

/* What was seen of one clock of a server or client. */
typedef struct smbt_timer_measure {
    const char *host;     /* of several behind a client's address; NULL: a server, or a host without a name */
    const char *timer;    /* id, for --explain */
    smbt_duration value;  /* on which several ends agree; SMBT_DURATION_UNKNOWN: none do */
    unsigned agreeing;    /* how many */
    smbt_duration spread; /* among them */
    unsigned samples;     /* times that it may have run out */
    smbt_duration outlived; /* the longest time that a connection survived it; 0: none did */
    uint64_t outlived_frame;
    smbt_duration
        usual;    /* the value of its profile; UNKNOWN: none, or several that differ; UINT64_MAX - 1: off */
    bool differs; /* what was seen can't be the usual value */
} smbt_timer_measure;
#define SMBT_DURATION_OFF (UINT64_MAX - 1)

typedef struct smbt_server_info {
    smbt_addr addr;
    const char *native_os;           /* NULL when not seen */
    const char *native_lan_man;      /* NULL when not seen */
    const char *profile;             /* the one that fits, or "unknown" */
    const char *profile_source;      /* "auto", "user" */
    const char *profiles_possible;   /* comma-separated */
    unsigned enforced, not_enforced; /* chances of the zero-VC rule that were taken, and that were let pass */
    unsigned connections;
    GArray *timers;                /* of smbt_timer_measure: those of which something was seen */
    enum smbt_viewpoint viewpoint; /* of its connections */
    int hops;                      /* routers between it and here; -1: not known, or it varies */
} smbt_server_info;

typedef struct smbt_host_info {
    const char *name;    /* "ACCT-PC01", or NULL when no name was seen */
    GPtrArray *evidence; /* of const char *: "ntlm-workstation", "tcp-timestamp" ... */
    unsigned connections;
} smbt_host_info;

typedef struct smbt_client_info {
    smbt_addr addr;
    GArray *hosts;        /* of smbt_host_info */
    GArray *vc_numbers;   /* of guint16, those that this client sent, in rising order */
    bool vc_numbers_more; /* more than the array holds */
    unsigned connections;
    GArray *timers;                /* of smbt_timer_measure: those of which something was seen */
    enum smbt_viewpoint viewpoint; /* of its connections */
    int hops;                      /* as of smbt_server_info */
    enum smbt_nat nat;
} smbt_client_info;

enum smbt_record_type {
    SMBT_RECORD_END,
    SMBT_RECORD_OBSERVATION,
    SMBT_RECORD_SERVER,
    SMBT_RECORD_CLIENT,
    SMBT_RECORD_WHAT_IF,
    SMBT_RECORD_PATTERN,
    SMBT_RECORD_SIGHTING /* for joins; it is not rendered */
};

typedef struct smbt_record {
    enum smbt_record_type type;
    const smbt_places *places; /* of frames from SMBT_FRAME_PLACED on; NULL: there are none */
    union {
        const smbt_end *end;
        const smbt_observation *observation;
        const smbt_server_info *server;
        const smbt_client_info *client;
        const smbt_what_if *what_if;
        const smbt_pattern *pattern;
        const smbt_sighting *sighting;
    };
} smbt_record;

/* The frame that a record is about; 0: none, it is about the capture as a whole. */
uint64_t smbt_record_frame(const smbt_record *record);

typedef struct smbt_undecoded {
    const char *reason; /* "link type 147", "ethertype 0x88f7" ... */
    uint64_t frames;
    uint64_t first_frame;
    smbt_time first_time; /* of that frame */
} smbt_undecoded;

/* What the engine knows of the capture as a whole. Strings and arrays are owned by the engine. */
typedef struct smbt_capture_info {
    uint64_t frames;
    smbt_time first, last;
    uint64_t smb_connections;
    uint64_t begun_before;     /* of those: their start is not in the capture */
    uint64_t open_at_end;      /* of those: they had no end yet. Where `controls` is 0 no end could be seen */
    uint64_t undecoded_frames; /* of kinds that may carry SMB: see smbt_undecoded */
    const GArray *undecoded;   /* of smbt_undecoded, most frames first */
    enum smbt_viewpoint viewpoint; /* of most connections */
    bool viewpoint_is_mixed;       /* the recording machine was a client of some and the server of others */
    unsigned viewpoint_signs;      /* SMBT_SIGN_: what that is known by */
    enum smbt_nat nat;
    uint64_t backward_frames;     /* whose time lay before the frame before them */
    uint64_t cut_frames;          /* of which the capture lacks the end: caplen < len */
    uint32_t cut_least, cut_most; /* bytes that it has of them; the same: all were cut there */
    uint64_t ends_by_server;
    uint64_t controls;         /* segments with SYN, FIN or RST: none in a capture that was filtered to SMB */
    const GArray *companions;  /* of smbt_companion (join.h): captures that it was joined with; NULL: none */
    uint64_t told_elsewhere;   /* ends of this capture that are told with one of those */
    uint64_t copied_frames;    /* SMB packets that the capture holds already: counted here and nowhere else */
    uint64_t routed_frames;    /* of those: recorded on another side of a router than the first */
    uint64_t first_copy_frame; /* 0: none */
    /* How often an end by a server would look like the zero-VC rule's by chance alone, 0 to 1: had the
     * session setups with VcNumber 0 come at other times, as often and as long as they did, so many of the
     * ends would have fallen into the window after one on another connection of the same address. Not known
     * without such a setup, or without such an end. */
    bool has_zero_vc_chance;
    double zero_vc_chance;
    const smbt_places *places; /* as in smbt_record */
} smbt_capture_info;

#endif
