/* Shared by the files of the engine only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ENGINE_INTERNAL_H
#define SMBT_ENGINE_INTERNAL_H

#include "engine/absence.h"
#include "engine/stall.h"
#include "engine/unanswered.h"
#include "model/model.h"
#include "observe/copies.h"
#include "observe/hosts.h"
#include "observe/lines.h"
#include "observe/sighting.h"
#include "observe/track.h"
#include "stream/flow.h"
#include "verdict/feud.h"
#include "verdict/observation.h"
#include "verdict/pattern.h"
#include "verdict/verdict.h"
#include "wire/decode.h"

struct smbt_config {
    smbt_profiles *profiles;
    char *chosen_server; /* profile name, or NULL: auto */
    char *chosen_client; /* likewise */
    smbt_limits limits;
    bool live, keep_state;
    unsigned keep_sightings;
    char **what_if;                       /* assignments, or NULL */
    uint8_t ports[(G_MAXUINT16 + 1) / 8]; /* on which SMB is expected: ports.c */
    const smbt_places *places;
};
smbt_config *smbt_config_copy(const smbt_config *config);

/* ports.c */
void smbt_config_add_usual_ports(smbt_config *config); /* 445 and 139 */

typedef struct smbt_alternative smbt_alternative;
typedef struct smbt_backlog smbt_backlog; /* revive.c */

/* One connection through all layers. The model's `conn->user` points here. */
struct smbt_link {
    smbt_flow *flow; /* NULL once its ports belong to another connection */
    smbt_conn *conn;
    smbt_track track;
    bool counted; /* as an SMB connection */
    bool host_counted;
    bool kill_counted;   /* in the belief about its server */
    smbt_verdict *held;  /* waits in engine->held; NULL: none does */
    bool held_for_clock; /* it waits for other ends that agree, or disagree, on a clock */
    bool judged;         /* its verdict has been asked for */
    bool sampled;        /* its end may be a clock's */
    bool in_embryos;     /* stands in engine->embryos, which frees it if it is dead by then */
    bool dead;
    uint64_t reopened_frame;
    smbt_sighting_notes *sighting; /* NULL unless the configuration asks for it */
    uint64_t told_frame;           /* of the record of its end; 0: none yet */
    unsigned seam;                 /* the latest seam before its latest segment */
    bool seam_is_met;              /* it was seen in the file just before it too */
    uint32_t seam_next[2];         /* what each direction expected there then */
    bool chance_counted;           /* its end, among those that chance.c counts */
    bool struck;                   /* its end is counted in smbt_setups.struck */
    smbt_duration own_cover;       /* of the time: by its own session setups and no others; chance.c */
    bool answer_noted;             /* by unanswered.c */
    bool behind_hole;              /* not heard of since a hole of the capture: it may have ended there */
    smbt_elsewhere elsewhere;      /* as found when it ended */
    smbt_request *in_flight;       /* copied when it ended */
    unsigned in_flight_count;
    GArray *clocks;        /* of smbt_armed: those that ran when it ended; NULL before */
    smbt_state *state;     /* when it ended, if the configuration asks for it; or NULL */
    smbt_time since_first; /* when its first segment was seen, or its SYN again after a while */
    smbt_time since;       /* when it entered the list it stands in */
    unsigned notes;        /* observations about this connection's clocks */
    struct smbt_link *prev_in_list, *next_in_list;
    bool watched;                 /* stands in engine->watched */
    unsigned ignored_resets;      /* that ended nothing */
    smbt_backlog *backlog;        /* messages since the RST that may have ended it; NULL: none */
    smbt_trigger *matched, *late; /* whose counts of that name its end is among; references, or NULL */
    smbt_absence *absence;        /* of its host, once it ended; a reference, or NULL */
    uint64_t logon_frame;         /* the first answer that let somebody in; 0: none seen */
    smbt_time logon_time;
};

/* Links in the order in which something is due for them. */
typedef struct smbt_link_list {
    smbt_link *first, *last;
} smbt_link_list;

/* Clocks of one host behind a client address: hosts of different names have timeouts of their own. */
typedef struct smbt_host_measures {
    char *host; /* its name, a g_ref_string; NULL: those that gave none */
    smbt_measures *measures;
} smbt_host_measures;

/* The session setups with VcNumber 0 of one client address to one server, and what they would have excused.
 */
typedef struct smbt_setups {
    const smbt_server *server;
    unsigned count;
    smbt_duration covered; /* by their windows, those that overlap counted once */
    smbt_time covered_until;
    smbt_trigger *latest; /* whose window lasts until then; a reference, or NULL */
    GPtrArray *open;      /* of smbt_trigger, references: their windows are not known yet */
    uint64_t ends;        /* of the client's connections, by the server */
    uint64_t struck;      /* of them, those that such a setup explains */
    smbt_duration own;    /* covered by setups on those connections themselves, which excuse nothing */
} smbt_setups;

/* What the engine keeps per client beside the model: smbt_client.user. */
typedef struct smbt_client_notes {
    smbt_hosts *hosts;
    smbt_lines *lines;
    GArray *exposed;            /* of smbt_addr: servers towards which zero-vc-exposed was said */
    GArray *host_measures;      /* of smbt_host_measures */
    GArray *setups;             /* of smbt_setups, by server; chance.c */
    GArray *answered;           /* of smbt_endpoint: servers that answered it; NULL: none; unanswered.c */
    smbt_profile_mask profiles; /* of all its connections that told */
    smbt_time idle_since;
    smbt_viewpoint_votes votes; /* of its connections */
} smbt_client_notes;

/* Where the files of a capture meet. */
typedef struct smbt_seam {
    unsigned number;  /* 0: none yet */
    bool at_hand;     /* the next frame is the first one behind it */
    bool is_hole;     /* packets between the files are missing, as was said */
    unsigned losers;  /* connections of which bytes are missing just there */
    smbt_time before; /* of the last frame before it */
    uint64_t before_frame;
    smbt_time after; /* of the first frame behind it */
    uint64_t after_frame;
} smbt_seam;

struct smbt_engine {
    smbt_config *config;
    smbt_wire *wire;
    smbt_flow_table *flows;
    smbt_model *model;

    uint64_t frames, backward_frames, opened, connections, ends_by_server;
    smbt_time first, now, last_run;
    unsigned frames_behind,
        set_backs; /* in a row behind the clock by more than any skew; how often it was set back */
    uint64_t cut_frames;
    uint32_t cut_least, cut_most; /* of these: captured */
    uint64_t first_frame, last_frame;
    uint64_t payloads[2], segments[2], closes, syns; /* segments: with payload by side; FIN or RST; SYN */
    uint64_t bare;                                   /* acknowledgments and nothing else */
    uint64_t one_sided, first_one_sided_frame, begun_before; /* connections */
    uint64_t open_at_end;                                    /* likewise; once it is finished */
    smbt_time first_one_sided;
    uint64_t gaps, gap_bytes, first_gap_frame, connections_evicted, first_eviction_frame, requests_dropped;
    smbt_time first_eviction;
    smbt_time first_gap_time;
    smbt_viewpoint_votes votes;
    bool outside_nat; /* several hosts shared a client address */
    smbt_copies *copies;
    uint64_t copied_frames, routed_frames, first_copy_frame; /* frames that are copies of others */
    bool finished, broke_off;
    smbt_seam seam;               /* the latest */
    uint64_t setups, server_ends; /* of clients that were forgotten; chance.c */
    double chance_ns;             /* the ends of these, each times what would have excused it */
    uint64_t holes;
    unsigned links; /* connections kept, those that ended included */

    GQueue embryos;         /* of smbt_link: young ones, in the order of their first segment */
    smbt_link_list due;     /* ended, not judged */
    smbt_link_list watched; /* likewise, by an RST that both sides may have ignored */
    unsigned watched_count;
    unsigned backlog;         /* messages that are kept of connections that may not have ended */
    smbt_link_list lingering; /* judged; kept for late segments */
    unsigned held_for_clocks; /* of held */
    uint64_t not_held;        /* judged at once because too many waited */
    uint64_t objects_dropped; /* by the tables of connections that are over */
    uint64_t marks,
        marks_dropped;   /* in the sightings of connections that are not over; for the cap on those */
    GPtrArray *held;     /* of smbt_link: judged, but a later frame may overthrow it */
    GQueue idle_clients; /* of smbt_addr *: had no connection left, oldest first */

    smbt_absences absences;
    smbt_unanswered unanswered;
    smbt_stalls stalls;
    smbt_silences silences;
    GPtrArray *feuds; /* of smbt_feud; NULL: none yet */
    GQueue records;   /* of struct smbt_queued */
    struct smbt_queued *current;
    smbt_record record;
    GArray *undecoded;

    /* The frame being processed, or processed last. */
    smbt_link *link;
    unsigned side;
    smbt_segment segment;
    enum smbt_wire_result decoded;
    bool followed;
    smbt_time sent;            /* its own time */
    uint32_t captured, needed; /* bytes of the frame */

    smbt_alternative *alternative; /* the what-if that this engine is one half of; NULL: none */
    bool is_altered;               /* the half with the other settings, owned by the alternative */
};

/* A record that waits to be read, with what frees it. */
typedef struct smbt_queued {
    enum smbt_record_type type;
    const void *record;
    gpointer owner;
    GDestroyNotify free_owner;
    smbt_absence *absence; /* that may yet be told in it; a reference, or NULL */
} smbt_queued;

/* queue.c */
void smbt_queued_free(gpointer queued);
smbt_queued *smbt_engine_queue(smbt_engine *e, enum smbt_record_type type, const void *record, gpointer owner,
                               GDestroyNotify free_owner);
void smbt_engine_queue_observation(smbt_engine *e, smbt_note *note);

void smbt_link_list_add(smbt_link_list *list, smbt_link *link, smbt_time since);
smbt_link *smbt_link_list_take(smbt_link_list *list);
void smbt_link_list_remove(smbt_link_list *list, smbt_link *link);

/* frame_use.c: how much of a segment's payload mattered, by what became of it; then from there, in e->needed,
 * to bytes of the frame. */
uint32_t smbt_engine_payload_needed(const smbt_framer *framer, const smbt_segment *s,
                                    enum smbt_half_result result);
void smbt_engine_note_needed(smbt_engine *e, const smbt_frame *frame);

/* link.c */
smbt_link *smbt_link_new(smbt_engine *e, smbt_flow *flow, bool from_start, uint64_t frame);
void smbt_link_free(smbt_engine *e, smbt_link *link);
/* The connection ended now: leaves the model's tables and waits to be judged. */
void smbt_link_end(smbt_engine *e, smbt_link *link);
/* Whether the RST that ended it has the TTL of its server, as far as only other connections know that. */
void smbt_link_compare_ttl(smbt_link *link);
/* Notes what the timestamps of its client show so far: lines.h. */
void smbt_link_draw_lines(const smbt_link *link);
/* Its ports were used again, by the SYN in `frame`. */
void smbt_link_replaced(smbt_engine *e, smbt_link *link, uint64_t frame);
/* A side gave it up without a word. */
void smbt_link_fell_silent(smbt_engine *e, smbt_link *link);
/* The client reset what the server held of the connection whose ports this one uses: that is its end. */
void smbt_link_disowned(smbt_link *link);
/* revive.c: what the framer handed out goes to the model. */
void smbt_link_tell_model(smbt_engine *e, smbt_link *link, unsigned side, const smbt_message *message);
/* The RST that ended it may prove to be none, as long as its verdict is not told. */
bool smbt_link_may_revive(const smbt_link *link);
/* It did: the connection goes on, or ended later. */
void smbt_link_revive(smbt_engine *e, smbt_link *link);
/* Keeps a message for that case. */
void smbt_backlog_keep(smbt_engine *e, smbt_link *link, unsigned side, const smbt_message *message);
void smbt_backlog_free(smbt_engine *e, smbt_link *link);
/* What the host calls itself; NULL: nothing. The connection's own g_ref_string. */
char *smbt_link_host_name(const smbt_conn *conn);
smbt_client_notes *smbt_engine_client_notes(smbt_client *client);
smbt_belief *smbt_engine_belief(smbt_server *server);
/* Of the host that has this connection; the second makes them when there are none yet. */
const smbt_measures *smbt_engine_find_host_measures(const smbt_conn *conn);
smbt_measures *smbt_engine_host_measures(const smbt_conn *conn);
const smbt_track *smbt_engine_track(const smbt_conn *conn, void *user);

/* due.c: everything that is due by engine->now. */
void smbt_engine_run_due(smbt_engine *e);
/* Judges all that ended, whatever the time; decide_all also what was held. */
void smbt_engine_decide_due(smbt_engine *e);
void smbt_engine_decide_all(smbt_engine *e);
/* Nobody will go on with a connection whose end was watched: it is due. */
void smbt_engine_stop_watching(smbt_engine *e, smbt_link *link);
/* The clock was set back to engine->now: whatever waits, waits from now. */
void smbt_engine_restart_clocks(smbt_engine *e);

/* case.c: an end as the rules see it now. */
smbt_case smbt_engine_case(smbt_engine *e, const smbt_link *link);

/* decide.c: judges an end, and tells or holds the verdict. */
void smbt_engine_decide(smbt_engine *e, smbt_link *link);
/* The verdict as of now on the connection that the latest frame ended; NULL when there is none to report. */
smbt_verdict *smbt_engine_judge_latest(smbt_engine *e);
/* A server showed something that may change verdicts that are held. */
void smbt_engine_reconsider(smbt_engine *e, const smbt_server *server);
/* Something was seen that may change verdicts held for a clock: of the same server or client, or of `all`. */
void smbt_engine_reconsider_clocks(smbt_engine *e, const smbt_conn *conn, bool all);

/* feuds.c: a verdict that a host's session setup ended another host's connection */
void smbt_engine_note_kill(smbt_engine *e, const smbt_link *link, const smbt_end *end);
/* Reports those that are over by engine->now, or all. */
void smbt_engine_run_feuds(smbt_engine *e);
void smbt_engine_end_feuds(smbt_engine *e);

/* events.c */
extern const smbt_model_events smbt_engine_model_events;
typedef struct smbt_setup_sent {
    smbt_endpoint client, server;
    uint64_t frame;
    smbt_time time;
} smbt_setup_sent;

/* `setup` is the session setup that shows it. `conn` is of the same addresses, perhaps of other ports. */
void smbt_engine_note_exposed(smbt_engine *e, const smbt_conn *conn, const smbt_setup_sent *setup,
                              const char *why);

/* sighting.c */
void smbt_engine_sight(smbt_engine *e, smbt_link *link, unsigned side, const smbt_segment *segment,
                       enum smbt_half_result result, uint64_t frame);
/* The connection is forgotten: yields its sighting, where there is one worth it. */
void smbt_engine_end_sighting(smbt_engine *e, smbt_link *link);

/* chance.c */
void smbt_chance_on_setup(smbt_engine *e, const smbt_conn *conn, smbt_trigger *trigger);
void smbt_chance_on_end(smbt_engine *e, smbt_link *link);
/* That end was foretold by another connection's setup. */
void smbt_chance_on_struck(smbt_link *link);
/* It ended nothing. */
void smbt_chance_forget_end(smbt_link *link);
smbt_coincidence smbt_chance_for(smbt_engine *e, const smbt_conn *conn);
/* The client is forgotten: what is known of it goes into the engine's sums. */
void smbt_chance_fold(smbt_engine *e, smbt_client *client);
void smbt_chance_clear(smbt_client_notes *notes);
/* How often an end by a server would have fallen by chance where the rule ends connections. false: there was
 * no such end, or no such setup. */
bool smbt_chance_rate(const smbt_engine *e, double *ret_rate);

/* seam.c: the first frame behind a seam; a segment of a connection, before its bytes are taken and after. */
void smbt_seam_cross(smbt_engine *e, const smbt_frame *frame);
void smbt_seam_meet(smbt_engine *e, smbt_link *link);
void smbt_seam_check(smbt_engine *e, smbt_link *link, const uint32_t next[2], const uint64_t gaps[2]);
void smbt_engine_end_silent(smbt_engine *e);

/* naming.c: once a record's texts are whole, before it is queued; nothing where there is one file. */
void smbt_engine_name_verdict(const smbt_engine *e, smbt_verdict *v);
void smbt_engine_name_note(const smbt_engine *e, smbt_note *note);
const char *smbt_engine_name_text(const smbt_engine *e, GStringChunk *chunk, const char *text, uint64_t home);

/* state.c: one connection as of `now`, its frame `frame`. */
smbt_state *smbt_engine_state_of(smbt_engine *e, const smbt_link *link, uint64_t frame, smbt_time now);

/* An engine; `alternative` when it is the half of one with the other settings, NULL otherwise. */
smbt_engine *smbt_engine_make(const smbt_config *config, smbt_alternative *alternative);

/* what_if.c: the engine's alternative, when its configuration has one, takes part in its life. */
void smbt_alternative_begin(smbt_engine *e);
/* What the altered half listens to, in front of smbt_engine_model_events. */
void smbt_alternative_listen(smbt_model_events *events);
void smbt_alternative_push(smbt_engine *e, const smbt_frame *frame);
void smbt_alternative_seam(smbt_engine *e, bool hole);
void smbt_alternative_advance(smbt_engine *e, smbt_time now);
void smbt_alternative_note_end(smbt_engine *e, const smbt_end *end);
/* The connection ended, in both halves; before it leaves the model's tables. */
void smbt_alternative_conn_over(smbt_engine *e, const smbt_link *link);
/* The capture is over: queues the record in the engine. */
void smbt_alternative_finish(smbt_engine *e, bool whole);
void smbt_alternative_free(smbt_alternative *alternative);

/* clock_events.c: what the model tells of clocks */
void smbt_engine_on_logon_refused(smbt_conn *conn, void *user);
void smbt_engine_on_outlived(smbt_conn *conn, const smbt_armed *clock, bool proven, uint64_t frame,
                             smbt_time time, void *user);
void smbt_engine_on_survived(smbt_conn *conn, const smbt_armed *clock, uint64_t frame, smbt_time time,
                             void *user);
void smbt_engine_on_late_answer(smbt_conn *conn, const smbt_request *request, uint64_t frame, smbt_time time,
                                void *user);
void smbt_engine_on_echo_probe(smbt_conn *conn, const smbt_request *request, uint64_t frame, smbt_time time,
                               void *user);
void smbt_engine_on_session_expired(smbt_conn *conn, const smbt_session *session, void *user);
void smbt_engine_on_search_gone(smbt_conn *conn, const smbt_search *search, uint64_t frame, smbt_time time,
                                void *user);
void smbt_engine_on_oplock_timeout(smbt_conn *conn, const smbt_open *open, const smbt_conn *waiter,
                                   const smbt_request *waited, uint64_t frame, smbt_time time, void *user);

/* sample.c */
/* The shortest length that a clock which closes can be set to; idle clocks at 0 can't be told from a close.
 */
#define SMBT_SHORTEST_CLOCK (10 * SMBT_SEC)

/* An end that may be a clock's is a sample of its length. True when with it more is known of a clock of this
 * peer. */
bool smbt_engine_sample_end(smbt_link *link);
/* Likewise of the clock that several servers share; nobody asks but who has told verdicts already. */
bool smbt_engine_sample_silence(smbt_engine *e, smbt_link *link);
/* Appends what was seen of a peer's clocks to an array of smbt_timer_measure; `profiles` that are possible.
 */
void smbt_engine_report_timers(const smbt_engine *e, enum smbt_side side, smbt_profile_mask profiles,
                               const smbt_measures *measures, const char *host, GArray *ret_timers);

/* Acknowledgments were left out of the capture: that none is seen says nothing. */
bool smbt_engine_acks_filtered(const smbt_engine *e);

/* summary.c */
/* Both: a capture on both sides of it. */
enum smbt_nat smbt_engine_nat(bool outside, bool inside);
void smbt_engine_summarize(smbt_engine *e);
void smbt_engine_emit_client(smbt_engine *e, smbt_client *client);

#endif
