/* A victim and a culprit of one client address, with the end of the victim told by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_VERDICT_WORLD_H
#define SMBT_TESTS_VERDICT_WORLD_H

#include "model/bench.h"
#include "verdict/verdict.h"

typedef struct t_world {
    t_bench bench;
    smbt_conn *victim, *culprit;
    smbt_track victim_track, culprit_track;
    smbt_belief *belief;
    smbt_measures client_measures;
    smbt_case the_case;
    smbt_time struck; /* when the culprit's request was sent */
    uint64_t struck_frame;
    smbt_time answered; /* and answered; NONE: not */
} t_world;

static inline const smbt_track *t_track_of(const smbt_conn *conn, void *user)
{
    (void)user;
    return conn->user;
}

static inline void t_track_begin(smbt_track *t)
{
    smbt_track_init(t);
    t->established = t->syn_seen = t->syn_ack_seen = true;
    for (int side = 0; side < 2; side++) {
        t->sender[side].segments = 10;
        t->sender[side].ttl = 64;
    }
}

/* `only`: the profile that the user chose, or NULL; `os` and `lan_man`: what the server says it is. The
 * culprit has not struck yet. */
static inline void t_world_init(t_world *w, const char *only, const char *os, const char *lan_man)
{
    memset(w, 0, sizeof *w);
    w->answered = SMBT_TIME_NONE;
    t_bench *b = &w->bench;
    t_bench_init(b, only);
    w->victim = t_open(b, 1000, 445);
    t_setup_request(b, w->victim, &(t_setup){.vc = 1, .mid = 1, .workstation = "VICTIM"});
    t_setup_response(b, w->victim, 1, 100, 0, os, lan_man);
    w->culprit = t_open(b, 1001, 445);
    t_track_begin(&w->victim_track);
    t_track_begin(&w->culprit_track);
    w->victim_track.sender[0].last = b->now;
    w->victim->user = &w->victim_track;
    w->culprit->user = &w->culprit_track;
    w->belief = smbt_belief_new();
    w->the_case = (smbt_case){.subject = {.conn = w->victim, .track = &w->victim_track},
                              .lookup = {.track = t_track_of},
                              .belief = w->belief,
                              .client_measures = &w->client_measures,
                              .profiles = b->profiles};
}

static inline void t_world_clear(t_world *w)
{
    smbt_belief_free(w->belief);
    smbt_measures_clear(&w->client_measures);
    smbt_model_free_conn(w->victim);
    smbt_model_free_conn(w->culprit);
    t_bench_clear(&w->bench);
}

static inline void t_strike(t_world *w, const char *workstation)
{
    t_setup_request(&w->bench, w->culprit, &(t_setup){.vc = 0, .mid = 1, .workstation = workstation});
    w->struck = w->bench.now;
    w->struck_frame = w->bench.frame;
}

/* The answer, so much later than the request. One frame is left free between the two. */
static inline void t_answer(t_world *w, smbt_duration later, guint32 status)
{
    w->bench.now = w->struck + later - SMBT_MS;
    w->bench.frame++;
    w->answered = w->struck + later;
    t_setup_response(&w->bench, w->culprit, 1, 101, status, NULL, NULL);
}

/* The end of the victim, so much later than the request: in the frame before the answer unless that came
 * earlier. */
static inline void t_end_at(t_world *w, enum smbt_end_kind kind, enum smbt_side by, smbt_duration later)
{
    bool before_answer = w->answered != SMBT_TIME_NONE && w->struck + later <= w->answered;
    w->victim_track.end = (smbt_end_event){.set = true,
                                           .kind = kind,
                                           .by = by,
                                           .frame = (before_answer ? w->struck_frame : w->bench.frame) + 1,
                                           .time = w->struck + later,
                                           .ttl = 64};
    smbt_model_gone(w->victim);
}

#endif
