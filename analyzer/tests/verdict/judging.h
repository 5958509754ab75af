/* Verdicts on the victim of a world, and what every one of them must have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_VERDICT_JUDGING_H
#define SMBT_TESTS_VERDICT_JUDGING_H

#include "verdict/world.h"

#define T_XP "Windows 5.1"

static inline smbt_verdict *t_judge(t_world *w, const char *cause)
{
    smbt_verdict *v = smbt_judge(&w->the_case);
    g_assert_cmpstr(v->end.cause, ==, cause);
    g_assert_true(v->end.summary && *v->end.summary);
    g_assert_cmpuint(v->end.frame, ==, w->victim_track.end.frame);
    for (guint i = 1; i < v->end.evidence->len; i++) /* in frame order */
        g_assert_cmpuint(g_array_index(v->end.evidence, smbt_evidence, i - 1).frame, <=,
                         g_array_index(v->end.evidence, smbt_evidence, i).frame);
    for (guint i = 0; i < v->end.ruled_out->len; i++) /* what it is was not ruled out */
        g_assert_cmpstr(g_array_index(v->end.ruled_out, smbt_ruled_out, i).cause, !=, cause);
    return v;
}

static inline void t_assert_cause(t_world *w, const char *cause, const char *variant,
                                  enum smbt_strength strength)
{
    smbt_verdict *v = t_judge(w, cause);
    g_assert_cmpstr(v->end.variant, ==, variant);
    g_assert_cmpint(v->end.strength, ==, strength);
    smbt_verdict_free(v);
}

static inline const char *t_why_not(const smbt_verdict *v, const char *cause)
{
    for (guint i = 0; i < v->end.ruled_out->len; i++) {
        const smbt_ruled_out *r = &g_array_index(v->end.ruled_out, smbt_ruled_out, i);
        if (strcmp(r->cause, cause) == 0) return r->why;
    }
    return NULL;
}

/* A connection of its own for the case: established, with nothing said on it yet. The victim's track is its.
 */
static inline smbt_conn *t_fresh(t_world *w)
{
    smbt_conn *c = t_open(&w->bench, 2000, 445);
    c->user = &w->victim_track;
    w->the_case.subject.conn = c;
    return c;
}

/* It ends so much later than the last message; what is pending and which clocks run then is the case's. */
static inline void t_fresh_end(t_world *w, enum smbt_side by, smbt_duration later)
{
    smbt_conn *c = (smbt_conn *)w->the_case.subject.conn;
    w->victim_track.end = (smbt_end_event){.set = true,
                                           .kind = SMBT_END_FIN,
                                           .by = by,
                                           .frame = w->bench.frame + 1,
                                           .time = w->bench.now + later,
                                           .ttl = 64};
    w->the_case.in_flight = c->pairing.pending;
    w->the_case.in_flight_count = c->pairing.count;
    GArray *clocks = g_array_new(FALSE, FALSE, sizeof(smbt_armed));
    smbt_model_clocks(w->bench.model, c, w->victim_track.end.time, clocks);
    if (w->the_case.clocks) g_array_unref((GArray *)w->the_case.clocks);
    w->the_case.clocks = clocks;
}

static inline void t_fresh_clear(t_world *w)
{
    if (w->the_case.clocks) g_array_unref((GArray *)w->the_case.clocks);
    smbt_model_free_conn((smbt_conn *)w->the_case.subject.conn);
    t_world_clear(w);
}

typedef struct t_hello {
    gboolean plain;       /* the request does not ask for extended security */
    guint16 index;        /* DialectIndex */
    guint8 security_mode; /* 0: user level */
    gboolean extsec;      /* of the answer */
    guint64 system_time;  /* FILETIME */
    gint16 time_zone;
    gboolean one_dialect;
} t_hello;

static inline void t_fill_hello(sb_msg *m, const void *hello)
{
    static const char *const all[] = {"PC NETWORK PROGRAM 1.0",
                                      "LANMAN1.0",
                                      "Windows for Workgroups 3.1a",
                                      "LM1.2X002",
                                      "LANMAN2.1",
                                      "NT LM 0.12",
                                      NULL};
    sb_negotiate_request(m, ((const t_hello *)hello)->one_dialect ? all + 5 : all);
}

static inline void t_fill_hello_response(sb_msg *m, const void *hello)
{
    const t_hello *h = hello;
    sb_negotiate_response(m, &(sb_negotiate){.word_count = h->index == 0xffff ? 1 : 17,
                                             .dialect_index = h->index,
                                             .security_mode = h->security_mode ? h->security_mode : 3,
                                             .max_mpx = 50,
                                             .capabilities = h->extsec ? 0x8000f3fdu : 0xf3fdu,
                                             .system_time = h->system_time,
                                             .time_zone = h->time_zone});
}

/* NEGOTIATE and its answer. */
static inline void t_negotiate(t_world *w, const t_hello *hello)
{
    smbt_conn *c = (smbt_conn *)w->the_case.subject.conn;
    sb_header h = {.flags2 = hello->plain ? SB_FLAGS2_NT : SB_FLAGS2_NT_EXT, .pid = 0xfeff, .mid = 1};
    g_autoptr(GByteArray) request = t_message(&h, t_fill_hello, hello);
    t_give(&w->bench, c, 0, request);
    h.flags = SB_FLAGS_REPLY;
    g_autoptr(GByteArray) answer = t_message(&h, t_fill_hello_response, hello);
    t_give(&w->bench, c, 1, answer);
}

/* A logon with VcNumber 1, and an answer with this status. */
static inline void t_logon(t_world *w, const char *user, guint32 status)
{
    smbt_conn *c = (smbt_conn *)w->the_case.subject.conn;
    t_setup_request(&w->bench, c, &(t_setup){.vc = 1, .mid = 2, .workstation = "PC", .user = user});
    if (status)
        t_plain_as(&w->bench, c, 1, 0x73, 2, 0, status);
    else
        t_setup_response(&w->bench, c, 2, 100, 0, NULL, NULL);
}

#endif
