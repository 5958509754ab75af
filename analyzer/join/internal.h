/* Shared by the files of the join only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_JOIN_INTERNAL_H
#define SMBT_JOIN_INTERNAL_H

#include "join/clock.h"
#include "verdict/observation.h"
#include "verdict/verdict.h"

struct smbt_seen;

/* A connection in another capture that has the same bytes at the same places, shifted by a constant. */
typedef struct smbt_partner {
    struct smbt_seen *seen;
    uint32_t shift[2]; /* sequence numbers there, less those here */
} smbt_partner;

/* A record that waits for the join. */
typedef struct smbt_told {
    enum smbt_record_type type; /* END or OBSERVATION */
    smbt_verdict *verdict;
    smbt_note *note;
    bool is_told_elsewhere;
    bool
        was_apart; /* an end that its capture alone takes for a collision of hosts, which are or may be one */
} smbt_told;

/* A connection as one capture has it. */
typedef struct smbt_seen {
    smbt_sighting s;
    unsigned capture;
    smbt_told *end;    /* its end there, or NULL */
    GArray *partners;  /* of smbt_partner; NULL: none */
    bool is_ambiguous; /* several connections of another capture could be it */
    GPtrArray *group;  /* of smbt_seen: it in all captures, the client's first; shared; NULL: here only */
    uint32_t shift[2]; /* sequence numbers here, less those of the group's first found */
} smbt_seen;

/* returns.c: hosts by their address before the NAT. */
typedef struct smbt_host_index smbt_host_index;

typedef struct smbt_joined_capture {
    const char *file, *label;
    smbt_time first, last;
    enum smbt_viewpoint viewpoint;
    uint64_t controls;
    GPtrArray *seen;     /* of smbt_seen, in the order they came */
    GPtrArray *told;     /* of smbt_told, in the order they came */
    GHashTable *by_ends; /* of GPtrArray of smbt_seen, by their endpoints */
    GArray *companions;
    uint64_t told_elsewhere;
    smbt_host_index *hosts;
    GArray *zeros; /* number.c; NULL: not looked for yet */
    bool loses;    /* it lacks packets that were sent */
    guint next;
} smbt_joined_capture;

struct smbt_join {
    smbt_join_limits limits;
    gint sightings, marks, records; /* held; atomic */
    gint not_held;                  /* beyond the limits; atomic */
    uint64_t not_searched;          /* ends whose host has more connections than were looked at */
    smbt_joined_capture *captures;
    unsigned count;
    GPtrArray *groups;   /* of GPtrArray of smbt_seen: see smbt_seen.group */
    smbt_clock **clocks; /* [a * count + b], a < b: b's against a's; NULL: nothing in common */
    uint64_t *ambiguous; /* likewise: connections left apart */
    GPtrArray *views;    /* of GArray: those of records */
    GStringChunk *text;
    smbt_record record;
    bool is_found;
};

/* How many elements clocks and ambiguous have. */
static inline gsize smbt_join_pairs(const smbt_join *join)
{
    return (gsize)MIN(join->count, SMBT_JOIN_CAPTURES_MAX) * join->count;
}

/* match.c: fills partners, groups, and the clocks between captures. */
void smbt_join_match(smbt_join *join);
/* Whether two marks are of one message. */
bool smbt_join_same(const smbt_stream_mark *a, const smbt_stream_mark *b);
/* The mark of that side at that place, or NULL. */
const smbt_stream_mark *smbt_join_mark_at(const smbt_sighting *s, unsigned side, uint32_t seq);

/* between.c */
void smbt_join_settle_clocks(smbt_join *join);
/* The clock of capture b against a's at a's time. False: not known. */
bool smbt_join_ahead(const smbt_join *join, unsigned a, unsigned b, smbt_time time, int64_t *ret_low,
                     int64_t *ret_high);
/* 1: b is nearer to the clients than a; -1: farther; 0: not known. */
int smbt_join_order(const smbt_join *join, unsigned a, unsigned b);

static inline smbt_seen *smbt_group_view(const GPtrArray *group, guint view)
{
    return group->pdata[view];
}
static inline const char *smbt_file_of(const smbt_join *join, const smbt_seen *seen)
{
    return join->captures[seen->capture].file;
}
static inline const char *smbt_label_of(const smbt_join *join, const smbt_seen *seen)
{
    return join->captures[seen->capture].label;
}

/* story.c: what became of a group's connection, told in one of its captures; the others' ends are marked as
 * told elsewhere. */
void smbt_join_tell(smbt_join *join, GPtrArray *group);
/* The connection of a capture by its endpoints at a time, or NULL. */
smbt_seen *smbt_join_find(const smbt_join *join, unsigned capture, const smbt_endpoint *client,
                          const smbt_endpoint *server, smbt_time time);

/* views.c */
struct smbt_event;
/* Of smbt_end_view, by all but the capture that tells; `event` NULL: it ended in silence. The join owns it.
 */
GArray *smbt_make_views(smbt_join *join, const GPtrArray *group, guint teller, const struct smbt_event *event,
                        const smbt_end *end);
/* Where other captures have what set the end off: of ends of connections that only one capture has, too. */
void smbt_join_tell_culprit(smbt_join *join, const smbt_seen *seen);
/* The connection of the request that set the end off, in that capture; or NULL. */
const smbt_seen *smbt_find_culprit(const smbt_join *join, const smbt_seen *teller, const smbt_end *end);

/* The mark of a message by its first frame, or NULL. */
const smbt_stream_mark *smbt_find_mark(const smbt_seen *seen, uint64_t frame);

/* story.c: takes all out of a verdict that led to its cause. */
void smbt_clear_findings(smbt_verdict *v);

/* number.c: whether a VcNumber that was cut off where a request set the end off was 0. */
void smbt_join_tell_number(smbt_join *join, const smbt_seen *seen);

/* hosts.c: who the host behind a NAT was that had the connection which ended, who set the end off, and when
 * that host came back. */
void smbt_join_tell_hosts(smbt_join *join, const smbt_seen *seen);
/* The client by its addresses on both sides of a NAT; none: it has one address in all captures. */
smbt_nat_ends smbt_nat_of(const smbt_seen *seen);
/* The connection where the client has its own address, as no other NAT is known before that capture; or NULL.
 */
const smbt_sighting *smbt_own_view(const smbt_join *join, const smbt_seen *seen);

/* returns.c: once the groups are known. */
void smbt_join_index_hosts(smbt_join *join, unsigned capture);
void smbt_host_index_free(smbt_host_index *index);
/* Whether two hosts, by their own addresses, sent at the same time, as this capture saw them; or so soon
 * after each other. */
void smbt_join_presence(const smbt_join *join, unsigned capture, const smbt_addr *a, const smbt_addr *b,
                        smbt_duration slack, bool *ret_at_once, bool *ret_nearly);
/* When the host came back, in doubt so far because all hosts of the address look alike. */
void smbt_join_tell_return(smbt_join *join, smbt_verdict *v, const smbt_seen *seen);

/* events.c */

/* A FIN or RST as the captures of a group have it. */
typedef struct smbt_event {
    unsigned side;
    enum smbt_end_kind kind;
    uint32_t seq;             /* as of the group's first found */
    smbt_time time;           /* nearest to its sender; by the clock of the capture nearest to the server */
    const smbt_farewell **at; /* by view; NULL: it is not there */
    bool is_told;             /* some capture takes it for the end */
} smbt_event;

/* All of them, by time. Free with smbt_events_free. */
GArray *smbt_events_find(const smbt_join *join, const GPtrArray *group);
void smbt_events_free(GArray *events);
/* A time of a view by the clock of the view nearest to the server. */
smbt_time smbt_group_time(const smbt_join *join, const GPtrArray *group, guint view, smbt_time time);
/* The view nearest to its sender among those that have it. */
guint smbt_nearest_to_sender(const GPtrArray *group, const smbt_event *event);
/* Messages of one side that two views both have. */
unsigned smbt_common_messages(const smbt_seen *a, const smbt_seen *b, unsigned side);
/* Whether a view has all that a side sent, as far as another one has it. */
bool smbt_has_all(const smbt_seen *view, const smbt_seen *other, unsigned side);
/* Why a segment that passed `at_view` must be in `view`, were it sent through there; how surely. */
enum smbt_saw smbt_group_covers(const smbt_join *join, const GPtrArray *group, guint view,
                                const smbt_event *event, guint at_view);

#endif
