/* Hosts behind a NAT, which a capture from inside it tells apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <string.h>

/* The client by its addresses on both sides; none: it has one address in all captures. */
static smbt_nat_ends nat_of(const smbt_seen *seen)
{
    if (!seen || !seen->group) return (smbt_nat_ends){0};
    const smbt_endpoint *inside = &smbt_group_view(seen->group, 0)->s.client,
                        *outside = &smbt_group_view(seen->group, seen->group->len - 1)->s.client;
    if (smbt_addr_equal(&inside->addr, &outside->addr)) return (smbt_nat_ends){0};
    return (smbt_nat_ends){.inside = *inside, .outside = *outside};
}

/* Its own address: beside the client there is no other NAT before the capture. NULL: not known. */
static const smbt_addr *own_address(const smbt_join *j, const smbt_seen *seen)
{
    const smbt_seen *first = seen->group ? smbt_group_view(seen->group, 0) : seen;
    bool is_near = j->captures[first->capture].viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT;
    return is_near ? &first->s.client.addr : NULL;
}

/* ---- Who set it off
 * ---------------------------------------------------------------------------------------------- */

/* Two addresses before the NAT are two hosts. */
static void tell_apart(const smbt_join *j, smbt_verdict *v, const smbt_seen *victim, const smbt_seen *culprit)
{
    if (v->cause != SMBT_CAUSE_ZERO_VC || !v->end.connection.nat.inside.addr.family ||
        !v->end.culprit.nat.inside.addr.family)
        return;
    const smbt_addr *a = own_address(j, victim), *b = own_address(j, culprit);
    if (!a || !b || smbt_addr_equal(a, b)) return;
    char first[SMBT_ADDR_STRLEN], second[SMBT_ADDR_STRLEN];
    smbt_verdict_evidence(v, 0, "hosts: %s and %s before the NAT", smbt_addr_format(a, first),
                          smbt_addr_format(b, second));
    smbt_zero_vc_tell_apart(v);
}

/* ---- When it came back
 * ------------------------------------------------------------------------------------------- */

struct search {
    const smbt_seen *victim;
    const smbt_addr *host;
    smbt_time ended;
    const smbt_seen *back;   /* the first one, on which it logged on */
    const smbt_seen *beside; /* that was there before and outlived the end */
    const smbt_seen *doubt;  /* the first one that may be the host's */
};

static void keep_first(const smbt_seen **first, const smbt_seen *seen)
{
    if (!*first || seen->s.first < (*first)->s.first) *first = seen;
}

static void consider(const smbt_join *j, struct search *s, const smbt_seen *other)
{
    if (other == s->victim || !smbt_addr_equal(&other->s.server.addr, &s->victim->s.server.addr) ||
        !smbt_addr_equal(&other->s.client.addr, &s->victim->s.client.addr) || other->s.last <= s->ended ||
        !other->s.logged_on)
        return;
    const smbt_addr *host = own_address(j, other);
    bool is_later = other->s.first > s->ended;
    if (host && !smbt_addr_equal(host, s->host)) return;
    if (!host || (is_later && !other->s.has_isn[0])) /* it may have been there all the time */
        keep_first(&s->doubt, other);
    else
        keep_first(is_later ? &s->back : &s->beside, other);
}

static smbt_reconnect reconnect_on(const smbt_seen *back, smbt_time ended)
{
    const smbt_sighting *s = &back->s;
    bool has_logon = s->logon_frame && s->logon_time != SMBT_TIME_NONE;
    return (smbt_reconnect){.frame = s->first_frame,
                            .client = s->client,
                            .server = s->server,
                            .after = smbt_time_since(s->first, ended),
                            .logon_frame = has_logon ? s->logon_frame : 0,
                            .logon_after =
                                has_logon ? smbt_time_since(s->logon_time, ended) : SMBT_DURATION_UNKNOWN};
}

/* What was in doubt where all hosts look alike. */
static void tell_return(const smbt_join *j, smbt_verdict *v, const smbt_seen *seen)
{
    smbt_reconnect *r = &v->end.reconnect;
    struct search s = {.victim = seen, .host = own_address(j, seen), .ended = v->end.time};
    if (r->frame || !r->none || !s.host || s.ended == SMBT_TIME_NONE) return;
    const smbt_joined_capture *c = &j->captures[seen->capture];
    for (guint i = 0; i < c->seen->len; i++)
        consider(j, &s, c->seen->pdata[i]);
    if (s.doubt && (!s.back || s.doubt->s.first < s.back->s.first)) return;
    if (s.back) {
        *r = reconnect_on(s.back, s.ended);
    } else if (s.beside) {
        r->why_none = SMBT_RETURN_NEEDLESS;
        r->none = smbt_verdict_text(v, "the host had another connection to the server, %s",
                                    smbt_verdict_endpoint(v, &s.beside->s.client));
    } else if (c->last != SMBT_TIME_NONE && c->last > s.ended) {
        r->why_none = SMBT_RETURN_UNSEEN;
        r->none = smbt_verdict_text(v, "not seen again before the capture ended, %s later",
                                    smbt_verdict_duration(v, smbt_time_since(c->last, s.ended)));
    }
}

/* ---- The public side
 * --------------------------------------------------------------------------------------------- */

void smbt_join_tell_hosts(smbt_join *j, const smbt_seen *seen)
{
    smbt_verdict *v = seen->end->verdict;
    const smbt_seen *culprit = smbt_find_culprit(j, seen, &v->end);
    v->end.connection.nat = nat_of(seen);
    v->end.culprit.nat = nat_of(culprit);
    if (culprit) tell_apart(j, v, seen, culprit);
    if (!v->end.connection.nat.inside.addr.family) return;
    tell_return(j, v, seen);
    smbt_reconnect *r = &v->end.reconnect;
    if (!r->frame) return;
    smbt_time time = smbt_time_add(v->end.time, r->after);
    r->nat = nat_of(smbt_join_find(j, seen->capture, &r->client, &r->server, time));
}
