/* Ends that are nobody's decision: a stale connection, a path that forgot it, a path that was down.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judging.h"

/* The victim's last words lie an hour back; then the client sends in frame 90, and the end is in frame 91, so
 * much later. */
#define SENT 90

static smbt_end_event *begin(t_world *w, smbt_duration later)
{
    t_world_init(w, NULL, T_XP, NULL);
    smbt_track *t = &w->victim_track;
    smbt_time heard = w->bench.now, sent = heard + 3600 * SMBT_SEC;
    t->sender[1].last = heard;
    t->sender[1].last_frame = w->bench.frame;
    t->sender[0].last = sent;
    t->sender[0].last_frame = SENT;
    t->resumed = (smbt_resumption){
        .set = true, .side = 0, .since = heard, .last_frame = w->bench.frame, .time = sent, .frame = SENT};
    t->end = (smbt_end_event){.set = true,
                              .kind = SMBT_END_RST,
                              .by = SMBT_SIDE_SERVER,
                              .frame = SENT + 1,
                              .time = sent + later,
                              .ttl = 64,
                              .tried_by = 1,
                              .answers = true,
                              .answered_frame = SENT,
                              .answered = sent,
                              .heard = heard,
                              .heard_frame = w->bench.frame};
    w->victim->from_start = true;
    return &t->end;
}

static const char *cause_of(t_world *w, enum smbt_strength *ret_strength)
{
    smbt_verdict *v = smbt_judge(&w->the_case);
    const char *cause = g_intern_string(v->end.cause);
    *ret_strength = v->end.strength;
    smbt_verdict_free(v);
    return cause;
}

static void assert_not(t_world *w, const char *cause)
{
    enum smbt_strength strength;
    g_assert_cmpstr(cause_of(w, &strength), !=, cause);
    t_world_clear(w);
}

static void assert_is(t_world *w, const char *cause, enum smbt_strength strength)
{
    enum smbt_strength found;
    g_assert_cmpstr(cause_of(w, &found), ==, cause);
    g_assert_cmpint(found, ==, strength);
    t_world_clear(w);
}

static void test_stale(void)
{
    t_world w;
    begin(&w, 500 * SMBT_MS);
    assert_is(&w, "stale-connection", SMBT_STRENGTH_LIKELY);
    begin(&w, 500 * SMBT_MS + 1);
    assert_not(&w, "stale-connection");
    begin(&w, SMBT_MS)->answers = false;
    assert_not(&w, "stale-connection");
    begin(&w, SMBT_MS)->kind = SMBT_END_FIN;
    assert_not(&w, "stale-connection");
    begin(&w, SMBT_MS)->foreign_ttl = true;
    assert_not(&w, "stale-connection");
    begin(&w, SMBT_MS);
    w.the_case.one_sided = true;
    assert_not(&w, "stale-connection");
}

static void test_stale_doubts(void)
{
    t_world w;
    begin(&w, SMBT_MS);
    w.the_case.gap_before_end = true;
    assert_is(&w, "stale-connection", SMBT_STRENGTH_POSSIBLE);
    begin(&w, SMBT_MS);
    w.victim_track.sender[1].ttl_varies = true;
    assert_is(&w, "stale-connection", SMBT_STRENGTH_POSSIBLE);
    begin(&w, SMBT_MS);
    w.victim_track.sender[1].segments = 3; /* the RST and two more */
    assert_is(&w, "stale-connection", SMBT_STRENGTH_POSSIBLE);
    begin(&w, SMBT_MS)->challenge_frame = SENT;
    assert_is(&w, "stale-connection", SMBT_STRENGTH_CONFIRMED);
}

/* How long the side that answers must have been silent, and what it means if it was never heard. */
static void test_stale_silence(void)
{
    t_world w;
    smbt_end_event *e = begin(&w, SMBT_MS);
    e->heard = e->time - SMBT_PAUSE;
    assert_is(&w, "stale-connection", SMBT_STRENGTH_LIKELY);
    e = begin(&w, SMBT_MS);
    e->heard = e->time - SMBT_PAUSE + 1;
    assert_not(&w, "stale-connection");
    begin(&w, SMBT_MS)->heard = SMBT_TIME_NONE;
    assert_not(&w, "stale-connection"); /* its handshake was seen */
    begin(&w, SMBT_MS)->heard = SMBT_TIME_NONE;
    w.victim->from_start = w.victim_track.syn_ack_seen = false;
    assert_is(&w, "stale-connection", SMBT_STRENGTH_POSSIBLE);
}

/* A device resets it: an RST with another TTL. */
static smbt_end_event *begin_reset(t_world *w)
{
    smbt_end_event *e = begin(w, SMBT_MS);
    e->ttl = 253;
    e->foreign_ttl = true;
    return e;
}

static void test_idle_reset(void)
{
    t_world w;
    begin_reset(&w);
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_LIKELY);
    begin_reset(&w)->continued = true;
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_CONFIRMED);
    begin_reset(&w);
    w.victim_track.resumed.since = w.victim_track.resumed.time - 2 * SMBT_MIN;
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_LIKELY);
    begin_reset(&w);
    w.victim_track.resumed.since = w.victim_track.resumed.time - 2 * SMBT_MIN + 1;
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_POSSIBLE);
    begin_reset(&w)->answers = false; /* no stack's answer: what it is, a short pause does not tell */
    w.victim_track.resumed.since = w.victim_track.resumed.time - 2 * SMBT_MIN + 1;
    assert_not(&w, "path-idle-timeout");
    begin_reset(&w)->continued = true;
    w.victim_track.resumed.since = w.victim_track.resumed.time - 2 * SMBT_MIN + 1;
    assert_not(&w, "path-idle-timeout");
    begin_reset(&w)->time += SMBT_SEC;
    assert_not(&w, "path-idle-timeout");
    begin_reset(&w);
    w.victim_track.end.heard = w.victim_track.resumed.time; /* answered */
    assert_not(&w, "path-idle-timeout");
    begin_reset(&w);
    w.victim_track.resumed.frame = SENT + 1; /* nothing was sent but the RST itself */
    assert_not(&w, "path-idle-timeout");
    begin_reset(&w);
    w.victim_track.sender[1].segments = 3;
    assert_not(&w, "path-idle-timeout");
}

/* The client's own RST, after it had repeated itself so often within this time. */
static smbt_end_event *begin_dropped(t_world *w, unsigned repeats, smbt_duration tried)
{
    smbt_end_event *e = begin(w, 10 * SMBT_SEC);
    e->by = SMBT_SIDE_CLIENT;
    e->tried_by = 0;
    e->answers = false;
    e->answered = w->victim_track.sender[1].last;
    e->answered_frame = w->victim_track.sender[1].last_frame;
    e->heard = w->victim_track.sender[0].last;
    e->unanswered_repeats = repeats;
    e->first_repeat = e->time - tried;
    e->first_repeat_frame = SENT;
    w->culprit_track.syn_seen = false;
    w->the_case.elsewhere = (smbt_elsewhere){.frame = SENT, .time = e->first_repeat};
    return e;
}

static void test_idle_dropped(void)
{
    t_world w;
    begin_dropped(&w, 3, SMBT_SEC);
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_LIKELY);
    begin_dropped(&w, 2, SMBT_SEC);
    assert_not(&w, "path-idle-timeout");
    begin_dropped(&w, 3, SMBT_SEC - 1);
    assert_not(&w, "path-idle-timeout");
    begin_dropped(&w, 3, SMBT_SEC);
    w.the_case.gap_before_end = true;
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_POSSIBLE);
    begin_dropped(&w, 3, SMBT_SEC);
    w.victim_track.resumed.since = w.victim_track.resumed.time - 2 * SMBT_MIN + 1;
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_POSSIBLE);
    begin_dropped(&w, 3, SMBT_SEC);
    w.victim_track.resumed.set = false;
    assert_is(&w, "path-loss", SMBT_STRENGTH_LIKELY);
    begin_dropped(&w, 3, SMBT_SEC)->tried_by = 1; /* not the side that spoke after the pause */
    assert_is(&w, "path-loss", SMBT_STRENGTH_LIKELY);
}

/* Nothing else was answered meanwhile; the next connection is, so long after the end. */
static void begin_reconnect(t_world *w, smbt_duration later)
{
    smbt_end_event *e = begin_dropped(w, 3, SMBT_SEC);
    w->the_case.elsewhere.frame = 0;
    w->culprit_track.syn_seen = true;
    w->culprit_track.syn_time = e->time;
    w->culprit_track.syn_ack_time = e->time + later;
}

static void test_idle_reconnect(void)
{
    t_world w;
    begin_reconnect(&w, 400 * SMBT_MS);
    assert_is(&w, "path-idle-timeout", SMBT_STRENGTH_POSSIBLE);
    begin_reconnect(&w, 400 * SMBT_MS + 1);
    assert_is(&w, "path-loss", SMBT_STRENGTH_LIKELY);
    begin_reconnect(&w, SMBT_MS);
    w.culprit_track.syn_ack_seen = false;
    assert_is(&w, "path-loss", SMBT_STRENGTH_LIKELY);
    begin_reconnect(&w, SMBT_MS);
    w.culprit_track.syn_time--; /* before the end, and answered after it */
    assert_is(&w, "path-loss", SMBT_STRENGTH_LIKELY);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/path-rules/stale", test_stale);
    g_test_add_func("/path-rules/stale-doubts", test_stale_doubts);
    g_test_add_func("/path-rules/stale-silence", test_stale_silence);
    g_test_add_func("/path-rules/idle-reset", test_idle_reset);
    g_test_add_func("/path-rules/idle-dropped", test_idle_dropped);
    g_test_add_func("/path-rules/idle-reconnect", test_idle_reconnect);
    return g_test_run();
}
