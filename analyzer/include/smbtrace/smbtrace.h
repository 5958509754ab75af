/* smbtrace: why did this SMB connection end?
 *
 * The only header that callers (cli/, plugin/) include. An engine eats frames in capture order and yields
 * records: ends of connections with their verdict, observations, and, once finished, what it learnt of
 * servers and clients. Render functions turn a record into JSON or text. The library opens no file, reads no
 * clock and keeps no globals; an engine may be used from one thread at a time, several engines run side by
 * side.
 *
 * Memory comes from GLib, which ends the program when it is exhausted. What a capture can make the engine
 * allocate is capped (see smbt_limits); reaching a cap is an observation, `limit-hit`.
 *
 * Strings in records come from packets only after they were made valid UTF-8 without control characters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_SMBTRACE_H
#define SMBTRACE_SMBTRACE_H

#include <glib.h>
#include <smbtrace/types.h>

#define SMBT_SCHEMA "smbtrace/1"

/* ---- Names that scripts depend on
 * ---------------------------------------------------------------------------- */

enum smbt_severity {
    SMBT_SEVERITY_INFO,
    SMBT_SEVERITY_NOTE,
    SMBT_SEVERITY_WARNING,
    SMBT_SEVERITY_ERROR,
    SMBT_SEVERITY_MAX
};
enum smbt_strength {
    SMBT_STRENGTH_NONE,
    SMBT_STRENGTH_POSSIBLE,
    SMBT_STRENGTH_LIKELY,
    SMBT_STRENGTH_CONFIRMED,
    SMBT_STRENGTH_MAX
};
enum smbt_side { SMBT_SIDE_CLIENT, SMBT_SIDE_SERVER, SMBT_SIDE_UNKNOWN };
enum smbt_end_kind { SMBT_END_RST, SMBT_END_FIN, SMBT_END_SILENCE };

const char *smbt_severity_name(enum smbt_severity severity); /* "info", "note", "warning", "error" */
bool smbt_severity_parse(const char *name, enum smbt_severity *ret_severity);
const char *smbt_strength_name(enum smbt_strength strength); /* NULL for NONE */
const char *smbt_side_name(enum smbt_side side);             /* "client", "server", NULL */
const char *smbt_end_kind_name(enum smbt_end_kind kind);     /* "rst", "fin", "silence" */

/* A row of `--list causes` / `--list observations`. Static. */
typedef struct smbt_topic {
    const char *id;       /* "zero-vc" */
    const char *who;      /* "server", "client", "network", "either"; NULL for an observation */
    const char *variants; /* "nat-collision, same-host", or NULL */
    enum smbt_severity severity;
    const char *meaning; /* one line */
} smbt_topic;

/* The rows of the table, ended by one whose id is NULL. */
const smbt_topic *smbt_causes(void);
const smbt_topic *smbt_observation_kinds(void);

/* The long text of `--explain ID` for a cause, an observation or a pattern, or NULL when there is no such id.
 * Static. */
const char *smbt_explain(const char *id);
/* The cause that has this variant ("nat-collision"), or NULL. Static. */
const smbt_topic *smbt_cause_of_variant(const char *variant);

/* The one of `words` (NULL-terminated) that whoever typed `word` may have meant: equal but for case, blanks
 * and underscores, a few letters apart, or begun with it. The first of equals; NULL where none is near. */
const char *smbt_nearest(const char *word, const char *const *words);

/* ---- Configuration
 * ------------------------------------------------------------------------------------------- */

#define SMBT_CONFIG_ERROR (smbt_config_error_quark())
GQuark smbt_config_error_quark(void);
enum smbt_config_error { SMBT_CONFIG_ERROR_SYNTAX, SMBT_CONFIG_ERROR_UNKNOWN, SMBT_CONFIG_ERROR_RANGE };

/* What the engine may hold. 0 is no valid cap. */
typedef struct smbt_limits {
    unsigned connections;      /* open at one time */
    unsigned peers;            /* client and server addresses remembered */
    unsigned reorder_bytes;    /* of one direction, waiting for a missing segment */
    unsigned reorder_total;    /* of all connections together */
    unsigned fragment_bytes;   /* of IP datagrams waiting for a fragment */
    unsigned pending_requests; /* of one connection */
    unsigned marks;            /* of all connections together, where sightings are kept */
} smbt_limits;

/* Profiles, the choice among them, single values. Owned by the caller; an engine copies what it needs. */
typedef struct smbt_config smbt_config;

smbt_config *smbt_config_new(void); /* built-in profiles, auto, default limits */
void smbt_config_free(smbt_config *config);

/* Adds the profiles of a key file; later ones replace earlier ones of the same name. `origin` names the file
 * in errors. On failure nothing was added. */
bool smbt_config_add_profiles(smbt_config *config, const char *origin, const char *data, size_t len,
                              GError **error);

/* "server=windows-2003", "client=auto". */
bool smbt_config_choose(smbt_config *config, const char *assignment, GError **error);

/* "server.zero_vc=off": one value over whatever profile is chosen. The error names key, value and range. */
bool smbt_config_set(smbt_config *config, const char *assignment, GError **error);

/* "4450", "4450-4460,10445": TCP ports besides 445 and 139 on which SMB is spoken, with or without NetBIOS. A
 * connection to one of them is SMB's from its first packet on, whether or not it ever carries a message; one
 * on any other port from the first segment that begins with an SMB message, so what went before is not known.
 */
bool smbt_config_add_ports(smbt_config *config, const char *ports, GError **error);
bool smbt_config_is_smb_port(const smbt_config *config, uint16_t port);

void smbt_config_set_limits(smbt_config *config, const smbt_limits *limits);
void smbt_config_get_limits(const smbt_config *config, smbt_limits *ret_limits);

/* Live: a verdict is given as soon as it can be given. Otherwise a verdict that later frames of the same
 * capture could still overthrow is held until they came. */
void smbt_config_set_live(smbt_config *config, bool live);

/* Whether records of ends come with the state of their connection at that moment (smbt_end.state). Off. */
void smbt_config_set_keep_state(smbt_config *config, bool keep_state);

/* Of how many connections, the first ones, it is yielded too what they looked like (SMBT_RECORD_SIGHTING):
 * what a join needs. 0, the default: none; UINT_MAX: all. */
void smbt_config_set_keep_sightings(smbt_config *config, unsigned most);

/* Several files are pushed as one capture, their frames numbered from SMBT_FRAME_PLACED on: where these lie.
 * Texts then name the file of a frame that is not in the same file as what they are about, records carry
 * `places` for their renderers. Borrowed; must outlive the engine and its records. */
void smbt_config_set_places(smbt_config *config, const smbt_places *places);

/* "server.zero_vc=off": an assignment as of smbt_config_set, not to be judged by but to ask what would have
 * happened with it. All of them together are one alternative; a record SMBT_RECORD_WHAT_IF answers at the end
 * of the capture. Every frame is analysed twice then. The error names key, value and range. */
bool smbt_config_what_if(smbt_config *config, const char *assignment, GError **error);

/* Text for `--list profiles`, and for `--explain PROFILE` (every value with its source). NULL when there is
 * no such profile. The caller frees with g_free. */
char *smbt_config_list_profiles(const smbt_config *config);
char *smbt_config_explain_profile(const smbt_config *config, const char *name);

/* Text for `--list timers`, and for `--explain TIMER`: by its id, its key or the name of its registry value
 * or smb.conf option, upper or lower case. NULL when there is no such timer. The caller frees with g_free. */
char *smbt_config_list_timers(const smbt_config *config);
char *smbt_config_explain_timer(const smbt_config *config, const char *name);

/* All ids that can be explained: of causes and their variants, observations, patterns, timers, profiles.
 * NULL-terminated; the caller frees with g_strfreev. */
char **smbt_config_explained(const smbt_config *config);

/* Text for `--list transitions`: what SMB1 messages make and release, which requests may wait for ever, what
 * obliges a server to close. The caller frees with g_free. */
char *smbt_list_transitions(void);

/* ---- Engine
 * -------------------------------------------------------------------------------------------------- */

typedef struct smbt_engine smbt_engine;

smbt_engine *smbt_engine_new(const smbt_config *config);
void smbt_engine_free(smbt_engine *engine);

/* Takes the next frame. Numbers must rise. A time before the last frame's is taken as the last frame's, and
 * counted. */
void smbt_engine_push(smbt_engine *engine, const smbt_frame *frame);

/* Whether an engine would find TCP in the frame, or an IP fragment that may be TCP's. Pure. For callers that
 * may know more of outer layers: where there is none they can push the IP packet within the frame instead, as
 * LINKTYPE_RAW (101) with the frame's number and time. */
bool smbt_frame_has_tcp(const smbt_frame *frame);

/* What became of the frame that was pushed last. */
enum smbt_frame_kind {
    SMBT_FRAME_OTHER,    /* no TCP, or nothing that could be decoded */
    SMBT_FRAME_FRAGMENT, /* of an IP datagram that is not whole yet, or was given up; may be TCP's */
    SMBT_FRAME_SEGMENT
};

typedef struct smbt_frame_use {
    enum smbt_frame_kind kind;
    bool followed;          /* SEGMENT: of a connection that is taken for SMB */
    smbt_endpoint src, dst; /* of a FRAGMENT without ports; unset of OTHER */
    uint32_t needed;        /* bytes of the frame from its start on: with those behind them cut off, an engine
                               would find the same. Data of files, mostly. At most caplen. */
} smbt_frame_use;

void smbt_engine_get_frame_use(const smbt_engine *engine, smbt_frame_use *ret_use);

/* Says that the capture's clock has reached `now` without a frame: a live source fell silent. */
void smbt_engine_advance(smbt_engine *engine, smbt_time now);

/* Several files as one capture: the next frame is the first of another file, and nothing since the last one
 * was pushed is in any. `hole`: it is known that packets are missing between them. Otherwise they are thought
 * to follow each other, until connections that were seen on both sides say that bytes of them are missing. A
 * hole is the observation `gaps`; what it may hide is not concluded from: clocks run from behind it, and a
 * connection that is not seen again has no end. */
void smbt_engine_seam(smbt_engine *engine, bool hole);

/* Says that the capture is over: decides what can be decided, then yields server, client records. No push
 * after it. `whole` is false when the file broke off: the last frames may be missing. */
void smbt_engine_finish(smbt_engine *engine, bool whole);

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

/* The next record, or NULL when there is none now. Borrowed until the next call of any function on the
 * engine. */
const smbt_record *smbt_engine_next(smbt_engine *engine);

/* The end of the connection that the latest frame ended, by what is known at that frame; NULL when it ended
 * none. The record that smbt_engine_next yields for it later may differ, or not come. Changes nothing; the
 * record is borrowed as one of smbt_engine_next. */
const smbt_record *smbt_engine_preview(smbt_engine *engine);

typedef struct smbt_undecoded {
    const char *reason; /* "link type 147", "ethertype 0x88f7" ... */
    uint64_t frames;
    uint64_t first_frame;
    smbt_time first_time; /* of that frame */
} smbt_undecoded;

/* What the engine knows of the capture as a whole. Valid at any time, final after finish. Strings and arrays
 * are owned by the engine. */
typedef struct smbt_capture_info {
    uint64_t frames;
    smbt_time first, last;
    uint64_t smb_connections;
    uint64_t begun_before;         /* of those: their start is not in the capture */
    uint64_t undecoded_frames;     /* of kinds that may carry SMB: see smbt_undecoded */
    const GArray *undecoded;       /* of smbt_undecoded, most frames first */
    enum smbt_viewpoint viewpoint; /* of most connections */
    bool viewpoint_is_mixed;       /* the recording machine was a client of some and the server of others */
    unsigned viewpoint_signs;      /* SMBT_SIGN_: what that is known by */
    enum smbt_nat nat;
    uint64_t backward_frames; /* whose time lay before the frame before them */
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

void smbt_engine_get_capture_info(const smbt_engine *engine, smbt_capture_info *ret_info);

/* ---- Rendering
 * ----------------------------------------------------------------------------------------------- */

/* A file among several that are read as one capture. */
typedef struct smbt_part_info {
    unsigned index;      /* in the order of time, from 1 */
    uint64_t repeated;   /* frames left out, since another of the files has them too */
    smbt_duration pause; /* without a packet before its first; UNKNOWN: it is the first, or overlaps */
    bool hole; /* that pause is none: packets are missing, as far as is known without looking into them */
} smbt_part_info;

/* All of them together. */
typedef struct smbt_joint_info {
    unsigned files;    /* that were read */
    unsigned overlaps; /* that have frames of others */
    unsigned holes;    /* between them */
    uint64_t repeated; /* frames left out */
} smbt_joint_info;

/* One input, as the caller knows it. */
typedef struct smbt_input_info {
    const char *file;   /* as the user named it */
    const char *sha256; /* NULL when not known */
    const char *format; /* "pcap", "pcapng" ... or NULL */
    uint64_t bytes;
    bool has_bytes;
    bool complete;                /* false: could not be read whole */
    const GPtrArray *problems;    /* of const char * */
    const smbt_part_info *part;   /* it is part of a capture, and has no findings of its own; or NULL */
    const smbt_joint_info *joint; /* it is no file but a capture of several; or NULL */
} smbt_input_info;

/* The JSON Schema (2020-12) of what the functions below append, and of the documents made of it. Static. */
const char *smbt_schema(void);

/* JSON objects of the contract, section 2, on one line, without a newline, appended to `out`. */
void smbt_json_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info);
void smbt_json_record(GString *out, const char *file, const smbt_record *record);

/* Counts for the summary over any number of captures. Start from zero: `smbt_tally t = {0}`. */
typedef struct smbt_tally {
    uint64_t ends;
    uint64_t by_cause[64]; /* by index in smbt_causes() */
    uint64_t observations;
    uint64_t by_severity[SMBT_SEVERITY_MAX]; /* ends and observations */
    int worst;                               /* severity + 1; 0 when nothing was found */
    GPtrArray *patterns;                     /* of smbt_pattern *, each with its file; NULL: none */
    uint64_t patterns_more;                  /* than that holds */
    uint64_t by_chance;                      /* ends whose verdict is weaker for what may be coincidence */
} smbt_tally;

void smbt_tally_add(smbt_tally *tally, const smbt_record *record);
/* Keeps a copy of the record's pattern, with the file it is of. */
void smbt_tally_add_pattern(smbt_tally *tally, const char *file, const smbt_record *record);
void smbt_tally_merge(smbt_tally *tally, const smbt_tally *other);
/* Back to zero, freed. */
void smbt_tally_clear(smbt_tally *tally);

/* The findings of one capture by cause, server, host and time, for a reader who has no time for each of them.
 * What it takes is bounded. */
typedef struct smbt_digest smbt_digest;

smbt_digest *smbt_digest_new(void);
void smbt_digest_free(smbt_digest *digest);
/* Records that are no findings change nothing. `shown`: it is among those that the reader wants; else it is
 * counted as left out. */
void smbt_digest_add(smbt_digest *digest, const smbt_record *record, bool shown);
/* Adds what another one holds, of another capture, whose name that is; NULL: standard input. */
void smbt_digest_merge(smbt_digest *digest, const smbt_digest *other, const char *file);
/* Whether there are so many that a summary is read instead. */
bool smbt_digest_is_long(const smbt_digest *digest);

/* The JSON object of all inputs together; `not_read` of them were not begun. */
void smbt_json_summary(GString *out, const smbt_tally *tally, const smbt_digest *digest, bool complete,
                       unsigned not_read);

/* CSV (RFC 4180): the row of column names, and one row for an end or observation. Other records have none,
 * and append nothing. */
void smbt_csv_header(GString *out);
void smbt_csv_record(GString *out, const char *file, const smbt_record *record);

/* SARIF 2.1.0: what comes before the members "artifacts", "results" and "invocations" of the only run, and
 * the elements of those: of results for an end or observation (other records have none, and append nothing),
 * of invocations[0].toolExecutionNotifications for a problem. `version` is the program's. */
void smbt_sarif_begin(GString *out, const char *version);
void smbt_sarif_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info);
void smbt_sarif_record(GString *out, const char *file, const smbt_record *record);
void smbt_sarif_problem(GString *out, const char *file, const char *problem);

/* JUnit's XML: a test case per capture, with one failure that holds the findings at warning or above, and one
 * error when it could not be read whole. Records that do not fail append nothing. */
typedef struct smbt_junit_counts {
    unsigned tests, failures, errors; /* test cases: all, with a failure, with an error */
} smbt_junit_counts;

void smbt_junit_begin(GString *out, const smbt_junit_counts *counts);
void smbt_junit_begin_capture(GString *out, const smbt_input_info *input, const smbt_tally *tally);
void smbt_junit_record(GString *out, const smbt_record *record);
void smbt_junit_end_capture(GString *out, const smbt_tally *tally);
/* A whole test case: an input of which nothing could be read. */
void smbt_junit_problem(GString *out, const char *file, const char *problem);
void smbt_junit_end(GString *out);

/* What the top of a document tells: all captures together. */
typedef struct smbt_overview {
    unsigned captures;
    unsigned unwhole;          /* inputs that could not be read whole */
    unsigned not_read, inputs; /* of so many inputs, for the user had the run stopped before */
    bool several_files;        /* frames are counted in each */
    const smbt_tally *tally;
    const smbt_digest *digest; /* of all of them */
} smbt_overview;

/* Markdown: what was found in all captures, and what to do; the heading of a capture, with what was found in
 * it, and what follows it, one by one or in short; an input of which nothing could be read. */
void smbt_markdown_begin(GString *out, const smbt_overview *overview);
void smbt_markdown_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info,
                           const smbt_tally *tally);
void smbt_markdown_record(GString *out, const smbt_record *record);
void smbt_markdown_digest(GString *out, const smbt_digest *digest);
void smbt_markdown_problem(GString *out, const char *file, const char *problem);

/* What rows of an index have in common: a severity, and a cause with its variant or a kind of observation. */
typedef struct smbt_index_group {
    enum smbt_severity severity;
    bool is_end;
    const char *id;      /* static */
    const char *variant; /* NULL: none */
    uint64_t rows;
    smbt_time first, last; /* SMBT_TIME_NONE: of none is it known */
} smbt_index_group;

/* The group that a record's row belongs to, as if it were the only one of it; borrowed from the record.
 * false: it has no row. */
bool smbt_index_group_of(const smbt_record *record, smbt_index_group *ret_group);
/* Groups as an index has them, the worst first: by severity, ends before observations, by number, by time. */
int smbt_index_group_compare(const smbt_index_group *a, const smbt_index_group *b);

/* HTML: what comes first, with what was found in all captures, and what to do; around the index, around the
 * rows of a group in it, a row for an end or observation; the heading of a
 * capture, and what follows it; an input of which nothing could be read. An end draws on its state, where it
 * has one. */
void smbt_html_begin(GString *out, const smbt_overview *overview);
void smbt_html_begin_index(GString *out, const smbt_overview *overview);
void smbt_html_begin_group(GString *out, const smbt_overview *overview, const smbt_index_group *group);
void smbt_html_index(GString *out, const char *file, const smbt_record *record);
void smbt_html_end_group(GString *out);
void smbt_html_end_index(GString *out, const smbt_overview *overview);
void smbt_html_capture(GString *out, const smbt_input_info *input, const smbt_capture_info *info);
void smbt_html_record(GString *out, const char *file, const smbt_record *record, bool unfolded);
void smbt_html_problem(GString *out, const char *file, const char *problem);
void smbt_html_end(GString *out);

/* Packet comments: calls `add` once for each frame that has a part in an end (victim, culprit, evidence) or
 * observation; other records have none. A comment is one line of valid UTF-8 without control characters, of
 * at most SMBT_COMMENT_MAX bytes, borrowed for the call. */
#define SMBT_COMMENT_MAX 1024
typedef void (*smbt_comment_fn)(uint64_t frame, const char *comment, void *user);
void smbt_comment_record(const smbt_record *record, smbt_comment_fn add, void *user);
/* Whether such a comment, of this or another version, may have been made by smbt_comment_record. */
bool smbt_comment_is_ours(const char *comment);

/* Terminal text. */
typedef struct smbt_text_style {
    bool color;
    bool ascii;       /* no characters but those: for terminals of other encodings than UTF-8 */
    bool verbose;     /* evidence and references too */
    bool names_files; /* several files are told together: a frame is named with its file */
    unsigned width;   /* columns to wrap at; 0: 110 */
} smbt_text_style;

/* `tally` is of the capture's findings. */
void smbt_text_capture(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                       const smbt_capture_info *info, const smbt_tally *tally);
/* A file of the capture; only what is not as it should be unless the style is verbose. */
void smbt_text_member(GString *out, const smbt_text_style *style, const smbt_input_info *input,
                      const smbt_capture_info *info);
void smbt_text_record(GString *out, const smbt_text_style *style, const smbt_record *record);
/* The summary of a capture with many findings: the worst first, equal ones folded, no error left out. */
void smbt_text_digest(GString *out, const smbt_text_style *style, const smbt_digest *digest);
/* What was found, in a sentence, before the findings of a capture that has a few; nothing before a single
 * one. */
void smbt_text_lead(GString *out, const smbt_text_style *style, const smbt_digest *digest);
/* The line below the findings: what was left out, and how to see it; nothing when nothing was. */
void smbt_text_left_out(GString *out, const smbt_text_style *style, const smbt_digest *digest);
void smbt_text_summary(GString *out, const smbt_text_style *style, unsigned captures,
                       const smbt_tally *tally);
/* What the report lacks: so many inputs that could not be read whole, so many of all that nobody began with.
 */
void smbt_text_rest(GString *out, const smbt_text_style *style, unsigned unwhole, unsigned not_read,
                    unsigned inputs);

#include <smbtrace/anonymize.h>
#include <smbtrace/join.h>
#include <smbtrace/pattern.h>
#include <smbtrace/state.h>
#include <smbtrace/what_if.h>

#endif
