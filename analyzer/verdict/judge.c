/* Asks the rules in their order, and fills in what every verdict has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

/* The plain facts first, then rules that name another event, then what is left when none does. A server that
 * dropped all its clients stopped, whatever one of them had just asked for. The zero-VC rule acts within
 * milliseconds, so that its windows hardly meet another's by chance; the last words of a connection are
 * looked at for seconds, and clocks for minutes: the narrower comes first. */
static const smbt_rule *const rules[] = {
    &smbt_rule_refused,
    &smbt_rule_forged_reset,
    &smbt_rule_server_stop,
    &smbt_rule_zero_vc,
    &smbt_rule_session_replaced,
    &smbt_rule_path_idle_timeout,
    &smbt_rule_path_loss,
    &smbt_rule_transport_race,
    /* the last words */
    &smbt_rule_protocol_violation,
    &smbt_rule_limit_reached,
    &smbt_rule_signing_failure,
    &smbt_rule_negotiate_failed,
    &smbt_rule_auth_failed,
    /* nobody's decision */
    &smbt_rule_stale_connection,
    /* clocks */
    &smbt_rule_request_timeout,
    &smbt_rule_client_idle,
    &smbt_rule_forced_logoff,
    &smbt_rule_unused_connection,
    &smbt_rule_idle_alike,
    &smbt_rule_server_idle,
    /* what is left */
    &smbt_rule_zero_vc_inside,
    &smbt_rule_client_close,
    &smbt_rule_server_close,
};

/* How many requests in flight are named. */
#define IN_FLIGHT_SHOWN 8

static void fill_in_flight(const smbt_case *c, smbt_verdict *v)
{
    unsigned shown = MIN(c->in_flight_count, IN_FLIGHT_SHOWN);
    for (unsigned i = 0; i < shown; i++) {
        const smbt_request *r = &c->in_flight[i];
        smbt_in_flight f = {.frame = r->frame,
                            .command = smbt_verdict_command(c->subject.conn, r),
                            .age = smbt_time_since(v->end.time, r->time)};
        g_array_append_val(v->end.in_flight, f);
    }
    v->end.in_flight_more = c->in_flight_count - shown;
}

static const char *keep(smbt_verdict *v, const char *text)
{
    return text ? g_string_chunk_insert(v->text, text) : NULL;
}

static void fill_connection(const smbt_case *c, smbt_verdict *v)
{
    const smbt_conn *conn = c->subject.conn;
    const smbt_track *t = c->subject.track;
    v->end.connection = (smbt_connection_info){.client = conn->client_end,
                                               .server = conn->server_end,
                                               .transport = conn->netbios ? "netbios" : "direct-tcp",
                                               .dialect = keep(v, conn->dialect),
                                               .first_frame = conn->opened_frame,
                                               .viewpoint = c->view.at,
                                               .user = keep(v, conn->claims.user),
                                               .workstation = smbt_verdict_host_name(v, conn)};
    v->end.kind = t->end.kind;
    /* Of two FINs the first counts; with one side's packets alone nobody knows which that was. */
    v->end.by = c->one_sided && t->end.kind == SMBT_END_FIN ? SMBT_SIDE_UNKNOWN : t->end.by;
    v->end.frame = t->end.frame;
    v->end.time = t->end.time;
}

/* Only where a reader would wonder: a client that closes in order needs no alibi. */
static bool needs_alternatives(const smbt_verdict *v)
{
    if (v->end.kind == SMBT_END_SILENCE || v->cause == SMBT_CAUSE_REFUSED) return false;
    return v->end.by == SMBT_SIDE_SERVER || v->end.severity > SMBT_SEVERITY_INFO;
}

smbt_verdict *smbt_judge(const smbt_case *c)
{
    smbt_verdict *v = smbt_verdict_new();
    fill_connection(c, v);
    fill_in_flight(c, v);
    gsize winner = 0;
    while (!rules[winner]->explain(c, v))
        winner++; /* the last one explains everything */
    if (!needs_alternatives(v)) return v;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (i != winner && rules[i]->rule_out) rules[i]->rule_out(c, v);
    return v;
}
