/* From an end and the predictions about it to a verdict.
 *
 * A case is one connection that ended, with everything that the model and the observer know of it. Each rule
 * looks at a case and either explains the end or says why it does not. The first rule that explains wins;
 * what the others said is part of the verdict. The judge is a pure function of the case.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_VERDICT_VERDICT_H
#define SMBT_VERDICT_VERDICT_H

#include "base/span.h"
#include "model/model.h"
#include "observe/hosts.h"
#include "observe/track.h"
#include "observe/viewpoint.h"
#include "verdict/measure.h"
#include "verdict/silence.h"
#include "verdict/topic.h"

/* So many kills prove that a server has the rule. */
#define SMBT_ENFORCED_PROVEN 2

/* What a server ends so shortly after another one of the host's, the host loses along with that. */
#define SMBT_RETURN_TOGETHER SMBT_SEC

/* What a server has shown by its deeds; kept per server. */
typedef struct smbt_belief {
    smbt_profile_mask excluded;                /* profiles whose predictions did not come true */
    unsigned enforced;                         /* kills that fit nothing else */
    unsigned held;                             /* verdicts that wait for more to be known of the server */
    unsigned not_enforced;                     /* predictions that lapsed */
    uint64_t lapse_trigger_frame, lapse_frame; /* of the first that lapsed: the request, the sign of life */
    smbt_endpoint lapse_client;                /* the connection that lived on */
    GArray *ends;                              /* of smbt_recent_end: the latest, oldest first */
    smbt_time refused;          /* when it last refused one on a port that it had accepted; NONE: never */
    GArray *refused_hours;      /* of smbt_refused_hours: the latest, oldest first */
    smbt_measures measures;     /* of the server's clocks */
    smbt_viewpoint_votes votes; /* of its connections */
    smbt_time heard;            /* its last message, on any connection; NONE: none yet */
    uint64_t heard_frame;
    GArray *gone; /* engine/stall.c: who waited since then on a connection that is over; NULL: nobody */
    unsigned stalls_told;
} smbt_belief;

/* A logon that the server refused since the user's logon hours are over. */
typedef struct smbt_refused_hours {
    char *user;     /* as smbt_claims.user; a g_ref_string */
    uint64_t frame; /* of the answer */
    smbt_time time;
} smbt_refused_hours;

typedef struct smbt_recent_end {
    smbt_time time;
    smbt_addr client;
    enum smbt_side by;
    bool idle;        /* an idle clock fits it */
    bool struck;      /* a session setup with VcNumber 0 explains it */
    smbt_time opened; /* when its connection began */
    smbt_time heard;  /* the server's last message on it; NONE: none */
} smbt_recent_end;

smbt_belief *smbt_belief_new(void);
void smbt_belief_free(smbt_belief *belief);
/* Records an end; forgets those older than a few seconds. */
void smbt_belief_note_end(smbt_belief *belief, const smbt_recent_end *end);
/* It was none: forgets the latest of `client` at that time. */
void smbt_belief_forget_end(smbt_belief *belief, smbt_time time, const smbt_addr *client);
/* A logon of `user` (not NULL) drew STATUS_INVALID_LOGON_HOURS. */
void smbt_belief_note_refused_hours(smbt_belief *belief, const char *user, uint64_t frame, smbt_time time);
/* A prediction lapsed. True when that is the first time for this server. */
bool smbt_belief_note_lapse(smbt_belief *belief, const smbt_conn *conn, const smbt_prediction *prediction,
                            uint64_t frame);

/* One connection as the rules see it: what the model and what the observer know. */
typedef struct smbt_subject {
    const smbt_conn *conn;
    const smbt_track *track;
} smbt_subject;

/* How the rules get at the observer's side of a connection that the model names. */
typedef struct smbt_lookup {
    const smbt_track *(*track)(const smbt_conn *conn, void *user);
    void *user;
} smbt_lookup;

/* Where a side that did not answer on one connection was heard meanwhile. */
typedef struct smbt_elsewhere {
    uint64_t frame; /* 0: nowhere */
    smbt_time time;
    smbt_endpoint client; /* of that connection */
} smbt_elsewhere;

/* How much of the time session setups with VcNumber 0 of one client address, on other connections than one,
 * would have excused an end of that one (zero_vc_find.c: smbt_zero_vc_window). */
typedef struct smbt_coincidence {
    unsigned setups;
    double share;          /* of the time captured so far that their windows cover, 0 to 1 */
    uint64_t ends, struck; /* other ends of that address by the server; of them, those that one explains */
} smbt_coincidence;

typedef struct smbt_case {
    smbt_subject subject;
    smbt_lookup lookup;
    unsigned enforced_elsewhere;          /* kills by this server, this end not counted */
    const smbt_belief *belief;            /* of the server */
    const smbt_measures *client_measures; /* of this client address */
    const smbt_silences *silences;        /* of all servers; NULL: none */
    const GArray *clocks;                 /* of smbt_armed: those that ran when it ended */
    const smbt_profiles *profiles;
    enum smbt_viewpoint viewpoint; /* of this connection, or of those around it */
    smbt_view view;                /* what this connection itself says of that */
    bool one_sided;                /* one direction of this connection is missing altogether */
    bool alone; /* the capture holds this connection and nothing else: it may have been cut out of a larger
                   one */
    bool mute;  /* no payload at all is in the capture */
    bool acks_filtered;  /* TCP's own acknowledgments were left out: that nobody answered can't be said */
    bool broke_off;      /* the capture breaks off right after the end */
    bool gap_before_end; /* bytes of this connection are missing shortly before its end */
    smbt_elsewhere elsewhere;      /* as found when it ended */
    uint64_t reopened_frame;       /* silence: the SYN that used the ports again */
    const smbt_request *in_flight; /* pending when it ended, oldest first */
    unsigned in_flight_count;
    smbt_coincidence coincidence;
    smbt_time now; /* of the capture, when it is judged; 0: not told */
} smbt_case;

/* What the zero-VC rule has to say of an end. */
typedef struct smbt_zero_vc_match {
    const smbt_prediction *prediction; /* NULL: none fits */
    smbt_trigger *culprit;             /* its trigger, or an earlier leg of the same logon */
    smbt_profile_mask profiles;        /* those that predict it */
    bool before_answer; /* it fits servers that close before they answer; else only separate ones */
    bool loose;         /* later than such servers usually take, and nothing corroborates it */
    bool late_together; /* as late, but another victim of the same request was, too */
    bool blocked;       /* a victim that was told to end and could not act on it until later */
    bool others;        /* an earlier kill, or another victim of the same request, says the same */
    unsigned siblings_ended, siblings_alive; /* of those that the same request should have ended */
    bool culprit_fell;                       /* the server ended the culprit's connection together with it */
    smbt_duration delay;                     /* since the culprit */
} smbt_zero_vc_match;

smbt_zero_vc_match smbt_zero_vc_find(const smbt_case *c);
/* Whether so many siblings lived on that the rule was hardly at work. */
bool smbt_zero_vc_outlived(const smbt_zero_vc_match *m);
/* Two requests that waited for their answers on connections that ended along with this one, before any was
 * answered: each may have ended the other's, and so may something that ended all of them. NULL: there are no
 * such two. */
const smbt_trigger *smbt_zero_vc_mutual(const smbt_case *c, const smbt_trigger **ret_other);

/* How long after a session setup with VcNumber 0 the rule can end a connection, for a server that is one of
 * `profiles`; 0: never. */
smbt_duration smbt_zero_vc_window(const smbt_profiles *all, smbt_profile_mask profiles,
                                  const smbt_trigger *t);

/* A verdict under construction and, when done, the public record with the memory that it needs. Its owners
 * share it: free gives up one reference. */
typedef struct smbt_verdict {
    int refs;
    smbt_end end;
    enum smbt_cause cause;
    GStringChunk *text;
} smbt_verdict;

smbt_verdict *smbt_verdict_new(void);
smbt_verdict *smbt_verdict_ref(smbt_verdict *verdict);
void smbt_verdict_free(smbt_verdict *verdict);
/* With memory of its own; the state stays the other's. */
smbt_verdict *smbt_verdict_copy(const smbt_end *end);
const char *smbt_verdict_text(smbt_verdict *v, const char *format, ...) G_GNUC_PRINTF(2, 3);
void smbt_verdict_conclude(smbt_verdict *v, enum smbt_cause cause, const char *variant,
                           enum smbt_strength strength);
void smbt_verdict_evidence(smbt_verdict *v, uint64_t frame, const char *format, ...) G_GNUC_PRINTF(3, 4);
void smbt_verdict_rule_out(smbt_verdict *v, enum smbt_cause cause, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void smbt_verdict_missing(smbt_verdict *v, const char *format, ...) G_GNUC_PRINTF(2, 3);
void smbt_verdict_remedy(smbt_verdict *v, const char *remedy);       /* static text */
void smbt_verdict_reference(smbt_verdict *v, const char *reference); /* static text */

/* A rule. `explain` fills the verdict when the cause is this rule's, and touches nothing otherwise.
 * `rule_out` says, in a verdict that another rule reached, why it is not this one; NULL where nobody would
 * wonder. */
typedef struct smbt_rule {
    const char *id;
    bool (*explain)(const smbt_case *c, smbt_verdict *v);
    void (*rule_out)(const smbt_case *c, smbt_verdict *v);
} smbt_rule;

/* Says why it was not the zero-VC rule, where that can be said: zero_vc_why_not.c */
void smbt_zero_vc_rule_out(const smbt_case *c, smbt_verdict *v);
/* Whether the zero-VC rule can neither be blamed nor excluded; says what is missing. */
bool smbt_zero_vc_doubt(const smbt_case *c, smbt_verdict *v);
/* Whether a session setup on another connection came so close before this end that it may be the reason. What
 * looks like a clock may then be how often such setups come. */
bool smbt_zero_vc_near(const smbt_case *c);
/* The same, seen from among the clients: of another host there. */
bool smbt_zero_vc_near_inside(const smbt_case *c);
/* Whether the rule may have made this end by a request that can't be in the capture, which was taken among
 * the clients. */
bool smbt_zero_vc_unseen(const smbt_case *c);

/* It turned out what culprit and victim of a zero-vc verdict are to each other: tells it as that variant.
 * `missing`: what else has to be known, NULL: nothing. Verdicts that did not compare the two stay as they
 * are. */
void smbt_zero_vc_retell(smbt_verdict *v, const char *variant, const char *missing);

/* The VcNumber of the culprit's request, which was not captured, was 0 indeed. */
void smbt_zero_vc_confirm_number(smbt_verdict *v);

/* Blames the request that is entered as culprit, whose VcNumber is 0, and of which no more is known. */
void smbt_zero_vc_blame(smbt_verdict *v);

/* ---- Clocks: clock_match.c */

/* A capture's clock and a machine's own differ; what lies this close to a window lies in it. */
#define SMBT_CLOCK_SLACK (50 * SMBT_MS)
/* Behind a window that is a point: nobody acts at once. */
#define SMBT_CLOCK_SLACK_AFTER (500 * SMBT_MS)

/* What a clock has to say of an end. */
typedef struct smbt_clock_match {
    const smbt_armed *clock; /* NULL: none ran that fits */
    bool measured;       /* it fits what was measured; the profiles' values do not fit, or are not known */
    smbt_measured value; /* measured */
    smbt_duration age;   /* from the clock's start to the end */
} smbt_clock_match;

/* The clock of this kind within whose window the end lies: with the user's value, with a profile's that the
 * server's deeds do not exclude, or with what was measured of this peer. `slack` is allowed before the
 * window. */
smbt_clock_match smbt_clock_find(const smbt_case *c, enum smbt_timer timer, smbt_duration slack);
/* The clock of this kind that ran, whatever its window; NULL: none did. */
const smbt_armed *smbt_clock_running(const smbt_case *c, enum smbt_timer timer);
/* How sure it can be: one step down for each kind of doubt. */
enum smbt_strength smbt_clock_strength(const smbt_case *c, const smbt_clock_match *m,
                                       enum smbt_strength best);
/* Names the request that a clock ran from as the culprit. */
void smbt_clock_blame(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m, uint64_t frame);
/* Fills the verdict's prediction and the evidence that every timer verdict has: the arming frame,
 * what restarted it, the window and the time. `what` names the frame that it runs from. */
void smbt_clock_tell(const smbt_case *c, smbt_verdict *v, const smbt_clock_match *m, const char *what);
/* Says of a running clock why it was not this one. */
void smbt_clock_rule_out(const smbt_case *c, smbt_verdict *v, enum smbt_cause cause, enum smbt_timer timer);

/* All connections of several clients ended with this one: the server may have stopped. */
bool smbt_server_stop_is_possible(const smbt_case *c);

/* The server closed an idle connection, by a clock that it has. */
bool smbt_server_idle_fits(const smbt_case *c);

/* The server closed it after a silence; `ret_length`: how long both sides had said nothing. Nothing was open
 * or pending, nobody had just set up another connection, and both sides were captured. */
bool smbt_closed_in_silence(const smbt_case *c, smbt_duration *ret_length);

/* ---- Refusals: refused_request.c */

enum smbt_refused_what {
    SMBT_REFUSED_NOTHING,
    SMBT_REFUSED_NEGOTIATE,
    SMBT_REFUSED_LOGON,
    SMBT_REFUSED_TREE
};
/* What the server refused when it was last asked for one of these, on a connection that was of no use since:
 * no other request was answered after the refusal, but farewells. */
enum smbt_refused_what smbt_refused_last(const smbt_case *c);
/* "SESSION_SETUP_ANDX"; of conn->refusal. Static. */
const char *smbt_refused_command(const smbt_conn *conn);
/* "STATUS_LOGON_FAILURE", or the number. */
const char *smbt_refused_status(smbt_verdict *v, const smbt_conn *conn);
/* Whether the status says that a limit is reached. */
bool smbt_refused_for_limit(const smbt_conn *conn);
/* Adds the refused request and its answer to the evidence. */
void smbt_refused_tell(const smbt_case *c, smbt_verdict *v);

/* ---- Paths: elsewhere.c, rule_path_idle_timeout.c */

/* So many connections of a client are looked through, the youngest first. */
#define SMBT_ELSEWHERE_LOOKED_AT 512

/* Asked when the connection ends: later, the others have moved on. */
smbt_elsewhere smbt_elsewhere_find(const smbt_case *c);
/* NULL: nothing is known of it. */
const smbt_track *smbt_case_track(const smbt_case *c, const smbt_conn *conn);
/* A device reset the connection when it was used again after a long pause. */
bool smbt_path_idle_reset(const smbt_case *c);
/* No device in use forgets an established connection sooner. */
#define SMBT_PATH_PAUSE (2 * SMBT_MIN)
/* What to do about one that does, and where it is written. */
void smbt_verdict_idle_remedies(smbt_verdict *v);

/* Whether the RST that ended it may be another's than the side's that it names: rule_forged_reset.c */
bool smbt_reset_is_doubtful(const smbt_case *c);

/* The connection was never used, and the client has one to the server's other port, of which it can't be seen
 * how old it is. */
bool smbt_race_unseen(const smbt_case *c);

/* A side of this connection ended it by FIN or RST, and both sides were captured. */
bool smbt_ended_by_side(const smbt_case *c);

/* The server ended it when the user's logon hours were over: the user's next logon was refused for that. */
bool smbt_forced_logoff_proven(const smbt_case *c);

/* One file each; the order in which they are asked is the table in judge.c. */
extern const smbt_rule smbt_rule_refused;
extern const smbt_rule smbt_rule_forged_reset;
extern const smbt_rule smbt_rule_session_replaced;
extern const smbt_rule smbt_rule_path_idle_timeout;
extern const smbt_rule smbt_rule_path_loss;
extern const smbt_rule smbt_rule_transport_race;
extern const smbt_rule smbt_rule_stale_connection;
extern const smbt_rule smbt_rule_client_close;
extern const smbt_rule smbt_rule_zero_vc;
extern const smbt_rule smbt_rule_zero_vc_inside; /* the same cause, from the clients' side of a NAT */
extern const smbt_rule smbt_rule_server_stop;
extern const smbt_rule smbt_rule_protocol_violation;
extern const smbt_rule smbt_rule_limit_reached;
extern const smbt_rule smbt_rule_signing_failure;
extern const smbt_rule smbt_rule_negotiate_failed;
extern const smbt_rule smbt_rule_auth_failed;
extern const smbt_rule smbt_rule_request_timeout;
extern const smbt_rule smbt_rule_client_idle;
extern const smbt_rule smbt_rule_forced_logoff;
extern const smbt_rule smbt_rule_unused_connection;
extern const smbt_rule smbt_rule_idle_alike; /* the same cause, by a clock that several servers share */
extern const smbt_rule smbt_rule_server_idle;
extern const smbt_rule smbt_rule_server_close;

/* The verdict on a case. The caller owns it. */
smbt_verdict *smbt_judge(const smbt_case *c);

/* The client of a connection as the host comparison wants it. */
smbt_host_view smbt_case_host(const smbt_conn *conn, const smbt_track *track);

/* "10.0.0.5:1042" */
const char *smbt_verdict_endpoint(smbt_verdict *v, const smbt_endpoint *endpoint);
/* The workstation, or what NetBIOS calls it; NULL when neither was seen. */
const char *smbt_verdict_host_name(smbt_verdict *v, const smbt_conn *conn);
/* "0.6 ms", "3 s", "2 min" */
const char *smbt_verdict_duration(smbt_verdict *v, smbt_duration duration);
/* As smbt_span_format. */
const char *smbt_verdict_span(smbt_verdict *v, smbt_duration span);
/* "windows-xp, windows-2003" */
const char *smbt_verdict_profiles(const smbt_case *c, smbt_verdict *v, enum smbt_side side,
                                  smbt_profile_mask mask);
/* "answered 1.0 s after the end, frame 172" or "not answered by then", of what was pending when it ended. */
const char *smbt_verdict_unanswered(const smbt_case *c, smbt_verdict *v, const smbt_request *request);
/* "READ_ANDX", "TRANS2_FIND_FIRST2". Static. */
const char *smbt_verdict_command(const smbt_conn *conn, const smbt_request *request);

#endif
