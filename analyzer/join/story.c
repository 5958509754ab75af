/* What became of a connection, from what several captures show of it.
 *
 * What ended it is the first FIN or RST that a capture takes for the end. If the capture nearest to its
 * sender has it, it was sent, and the verdict is that of the capture which knows most of the sender's
 * reasons. If that capture has everything else that the sender sent and not this, somebody on the way made
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <string.h>

/* Messages of one side in both captures before one of them is taken to have all that side sent. */
#define COMMON_LIKELY    3
#define COMMON_CONFIRMED 8
/* Other made-up resets that are named. */
#define OTHERS_NAMED 4
/* A device answers by itself. */
#define AT_ONCE (500 * SMBT_MS)

/* ---- Whose end it is
 * -------------------------------------------------------------------------------------------- */

static bool tells(const smbt_seen *seen, const smbt_event *e, guint view)
{
    return seen->end && e->at[view] && seen->end->verdict->end.frame == e->at[view]->frame;
}

/* What a client ends follows from what is on the connection, all of which must be known. */
static bool knows_enough(const smbt_seen *seen, const smbt_event *e)
{
    return e->side == 1 || (seen->s.has_isn[0] && !seen->s.missing[0] && !seen->s.missing[1]);
}

static bool knows_more(const smbt_seen *seen, const smbt_seen *than, const smbt_event *e)
{
    bool enough = knows_enough(seen, e), enough_before = knows_enough(than, e);
    if (enough != enough_before) return enough;
    enum smbt_strength strength = seen->end->verdict->end.strength, beaten = than->end->verdict->end.strength;
    return beaten < SMBT_STRENGTH_LIKELY && strength > beaten;
}

/* Nearest to the server first: it knows what the server saw of others. */
static int find_teller(const GPtrArray *group, const smbt_event *e)
{
    int best = -1;
    for (guint i = group->len; i-- > 0;) {
        const smbt_seen *seen = smbt_group_view(group, i);
        if (!tells(seen, e, i)) continue;
        if (best < 0 || knows_more(seen, smbt_group_view(group, (guint)best), e)) best = (int)i;
    }
    return best;
}

static int find_any_teller(const GPtrArray *group)
{
    int best = -1;
    for (guint i = group->len; i-- > 0;) {
        const smbt_seen *seen = smbt_group_view(group, i);
        if (!seen->end) continue;
        if (best < 0 || smbt_group_view(group, (guint)best)->end->verdict->end.strength == SMBT_STRENGTH_NONE)
            best = (int)i;
    }
    return best;
}

/* A side that gave up because nothing came back did so before anything that came later. */
static int find_loss_before(const smbt_join *j, const GPtrArray *group, const smbt_event *e)
{
    for (guint i = group->len; i-- > 0;) {
        const smbt_seen *seen = smbt_group_view(group, i);
        if (!seen->end || seen->end->verdict->cause != SMBT_CAUSE_PATH_LOSS) continue;
        const smbt_end *end = &seen->end->verdict->end;
        smbt_time time = smbt_group_time(j, group, i, end->time);
        if (end->kind == SMBT_END_SILENCE && time != SMBT_TIME_NONE && e && time < e->time) return (int)i;
    }
    return -1;
}

static enum smbt_strength strength_of(const GPtrArray *group, const smbt_event *e)
{
    int teller = find_teller(group, e);
    return teller < 0 ? SMBT_STRENGTH_NONE
                      : smbt_group_view(group, (guint)teller)->end->verdict->end.strength;
}

/* By how much times of different captures may be wrong against each other. */
static smbt_duration doubt_at(const smbt_join *j, const GPtrArray *group, smbt_time time)
{
    smbt_duration most = 0;
    unsigned last = smbt_group_view(group, group->len - 1)->capture;
    int64_t low, high;
    for (guint i = 0; i + 1 < group->len; i++)
        if (smbt_join_ahead(j, last, smbt_group_view(group, i)->capture, time, &low, &high))
            most = MAX(most, (smbt_duration)(high - low));
    return most;
}

/* Whether the other one may have come first after all: the clocks don't tell, or some capture has it before.
 */
static bool may_be_first(const smbt_join *j, const GPtrArray *group, const smbt_event *e,
                         const smbt_event *first)
{
    if (smbt_time_since(e->time, first->time) <= doubt_at(j, group, first->time)) return true;
    for (guint i = 0; i < group->len; i++)
        if (e->at[i] && first->at[i] && e->at[i]->frame < first->at[i]->frame) return true;
    return false;
}

/* Of two whose order is in doubt, one that is explained goes before one that is not. */
static const smbt_event *first_told(const smbt_join *j, const GPtrArray *group, const GArray *events)
{
    const smbt_event *first = NULL;
    for (guint i = 0; i < events->len; i++) {
        const smbt_event *e = &g_array_index(events, smbt_event, i);
        if (!e->is_told || e->time == SMBT_TIME_NONE) continue;
        if (!first && strength_of(group, e) != SMBT_STRENGTH_NONE) return e;
        if (!first)
            first = e;
        else if (may_be_first(j, group, e, first) && strength_of(group, e) >= SMBT_STRENGTH_LIKELY)
            return e;
    }
    return first;
}

/* ---- Whether its sender sent it
 * ---------------------------------------------------------------------------------- */

/* The capture next to that one, towards the sender; false: there is none. */
static bool next_to_sender(const GPtrArray *group, const smbt_event *e, guint at, guint *ret_view)
{
    if (e->side == 0 ? at == 0 : at + 1 == group->len) return false;
    *ret_view = e->side == 0 ? at - 1 : at + 1;
    return true;
}

struct origin {
    bool is_made_up;
    guint at, before; /* the captures between which it came into being */
    unsigned common;  /* messages of its sender that both have */
};

static struct origin find_origin(const smbt_join *j, const GPtrArray *group, const smbt_event *e)
{
    struct origin o = {.at = smbt_nearest_to_sender(group, e)};
    if (!next_to_sender(group, e, o.at, &o.before)) return o;
    o.common = smbt_common_messages(smbt_group_view(group, o.at), smbt_group_view(group, o.before), e->side);
    o.is_made_up =
        o.common >= COMMON_LIKELY && smbt_group_covers(j, group, o.before, e, o.at) == SMBT_SAW_NOT;
    return o;
}

/* ---- Telling it
 * -------------------------------------------------------------------------------------------------- */

static const char *segment_name(enum smbt_end_kind kind)
{
    return kind == SMBT_END_RST ? "RST" : "FIN";
}

static const char *side_name(unsigned side)
{
    return side == 0 ? "client" : "server";
}

/* The two captures that both have the segment leave no doubt that it was sent. */
static void rule_out_forged(const smbt_join *j, smbt_verdict *v, const GPtrArray *group, guint teller,
                            const smbt_event *e)
{
    guint first = e->side == 0 ? 0 : group->len - 1;
    if (first == teller || !e->at[first] || e->kind != SMBT_END_RST || v->cause == SMBT_CAUSE_FORGED_RESET)
        return;
    for (guint i = v->end.ruled_out->len; i-- > 0;)
        if (g_str_equal(g_array_index(v->end.ruled_out, smbt_ruled_out, i).cause, "forged-reset"))
            g_array_remove_index(v->end.ruled_out, i);
    smbt_verdict_rule_out(v, SMBT_CAUSE_FORGED_RESET, "%s has it, and what the %s sent with it",
                          smbt_label_of(j, smbt_group_view(group, first)), side_name(e->side));
}

static void tell_not_arrived(const smbt_join *j, smbt_verdict *v, const GPtrArray *group, const smbt_event *e)
{
    guint from = smbt_nearest_to_sender(group, e);
    for (guint i = 0; i < group->len; i++) {
        bool is_farther = e->side == 0 ? i > from : i < from;
        if (is_farther && !e->at[i] && smbt_group_covers(j, group, i, e, from) == SMBT_SAW_NOT)
            smbt_verdict_evidence(v, 0, "%s does not have the %s of the %s: it did not get there",
                                  smbt_label_of(j, smbt_group_view(group, i)), segment_name(e->kind),
                                  side_name(e->side));
    }
}

/* The other capture was recording when they gave up, and lacks bytes that were sent before. */
static bool shows_loss(const smbt_join *j, const smbt_seen *here, const smbt_seen *there, unsigned side,
                       smbt_time time)
{
    int64_t low, high;
    if (!here->s.has_next[side] || !there->s.has_next[side] || there->s.missing[side]) return false;
    return !smbt_has_all(there, here, side) &&
           smbt_join_ahead(j, here->capture, there->capture, time, &low, &high) &&
           j->captures[there->capture].last >= time + (smbt_time)high;
}

/* What is sent again and again, and is not in the capture farther from its sender, was lost on the way. */
static void tell_lost(const smbt_join *j, smbt_verdict *v, const GPtrArray *group, guint teller)
{
    const smbt_seen *here = smbt_group_view(group, teller);
    if (v->cause != SMBT_CAUSE_PATH_LOSS) return;
    for (guint i = 0; i < group->len; i++) {
        if (i == teller) continue;
        const smbt_seen *there = smbt_group_view(group, i);
        unsigned side = i < teller; /* whose segments pass here first */
        if (!shows_loss(j, here, there, side, v->end.time)) continue;
        smbt_verdict_evidence(
            v, 0, "%s goes on, and does not have what the %s sent last: it was lost on the way there",
            smbt_label_of(j, there), side_name(side));
        if (v->end.strength == SMBT_STRENGTH_LIKELY) v->end.strength = SMBT_STRENGTH_CONFIRMED;
    }
}

static void tell_sent(smbt_join *j, const GPtrArray *group, guint teller, const smbt_event *e)
{
    smbt_seen *seen = smbt_group_view(group, teller);
    smbt_verdict *v = seen->end->verdict;
    v->end.views = smbt_make_views(j, group, teller, e, &v->end);
    smbt_join_tell_number(j, seen);
    smbt_join_tell_culprit(j, seen);
    smbt_join_tell_hosts(j, seen);
    tell_lost(j, v, group, teller);
    if (!e) return;
    rule_out_forged(j, v, group, teller, e);
    tell_not_arrived(j, v, group, e);
}

/* Others that were made up on the way of the same connection. */
static void tell_other_forgeries(const smbt_join *j, smbt_verdict *v, const GPtrArray *group,
                                 const GArray *events, const smbt_event *e)
{
    unsigned named = 0;
    for (guint i = 0; i < events->len; i++) {
        const smbt_event *other = &g_array_index(events, smbt_event, i);
        if (other == e || !other->is_told) continue;
        struct origin o = find_origin(j, group, other);
        if (!o.is_made_up || named++ >= OTHERS_NAMED) continue;
        smbt_verdict_evidence(
            v, 0,
            "%s, frame %" G_GUINT64_FORMAT ": %s in the name of the %s, TTL %u, which %s does not "
            "have",
            smbt_label_of(j, smbt_group_view(group, o.at)), other->at[o.at]->frame, segment_name(other->kind),
            side_name(other->side), other->at[o.at]->ttl, smbt_label_of(j, smbt_group_view(group, o.before)));
    }
}

void smbt_clear_findings(smbt_verdict *v)
{
    g_array_set_size(v->end.evidence, 0);
    g_array_set_size(v->end.ruled_out, 0);
    g_ptr_array_set_size(v->end.missing, 0);
    g_ptr_array_set_size(v->end.remedies, 0);
    g_ptr_array_set_size(v->end.references, 0);
    memset(&v->end.culprit, 0, sizeof v->end.culprit);
    memset(&v->end.predicted, 0, sizeof v->end.predicted);
}

static enum smbt_strength weigh(const struct origin *o, const smbt_verdict *v)
{
    bool corroborated = v->cause == SMBT_CAUSE_FORGED_RESET || v->cause == SMBT_CAUSE_PATH_IDLE_TIMEOUT;
    return o->common >= COMMON_CONFIRMED || corroborated ? SMBT_STRENGTH_CONFIRMED : SMBT_STRENGTH_LIKELY;
}

/* The segment that the reset answers came after a long pause, and the other capture never got it. */
static bool is_idle_timeout(const smbt_seen *at, const smbt_seen *before, const smbt_event *e,
                            const smbt_farewell *f)
{
    unsigned other = 1 - e->side;
    return e->kind == SMBT_END_RST && at->s.pause >= SMBT_PATH_PAUSE && at->s.resumed_side == other &&
           at->s.resumed <= f->time && smbt_time_since(f->time, at->s.resumed) <= AT_ONCE &&
           !smbt_has_all(before, at, other);
}

static void tell_idle_timeout(const smbt_join *j, smbt_verdict *v, const smbt_seen *at,
                              const smbt_seen *before, enum smbt_strength strength)
{
    const char *pause = smbt_verdict_span(v, at->s.pause);
    smbt_verdict_conclude(v, SMBT_CAUSE_PATH_IDLE_TIMEOUT, NULL, strength);
    v->end.summary = smbt_verdict_text(
        v,
        "After a pause of %s the next segment was answered by a reset that names the %s, but comes from the "
        "way: "
        "a device between the places where %s and %s were taken had forgotten the connection.",
        pause, side_name(1 - at->s.resumed_side), smbt_label_of(j, before), smbt_label_of(j, at));
    smbt_verdict_evidence(v, at->s.before_pause_frame, "the last segment before the pause");
    smbt_verdict_evidence(v, at->s.resumed_frame, "the first one after %s; %s does not have it", pause,
                          smbt_label_of(j, before));
    smbt_verdict_idle_remedies(v);
}

static void tell_forged(const smbt_join *j, smbt_verdict *v, const smbt_seen *at, const smbt_seen *before,
                        const smbt_event *e, enum smbt_strength strength)
{
    const char *side = side_name(e->side), *what = segment_name(e->kind);
    smbt_verdict_conclude(v, SMBT_CAUSE_FORGED_RESET, NULL, strength);
    v->end.summary = smbt_verdict_text(v,
                                       "The %s names the %s as its sender, but the %s did not send it: it "
                                       "came into being on the way, between "
                                       "the places where %s and %s were taken.",
                                       what, side, side, smbt_label_of(j, before), smbt_label_of(j, at));
    smbt_verdict_remedy(v, "Look for a firewall, intrusion prevention system or load balancer between those "
                           "two places, and at its log for this time.");
    smbt_verdict_reference(v, "RFC 3360");
}

static void tell_made_up(smbt_join *j, const GPtrArray *group, const GArray *events, const smbt_event *e,
                         const struct origin *o)
{
    const smbt_seen *at = smbt_group_view(group, o->at), *before = smbt_group_view(group, o->before);
    const smbt_farewell *f = e->at[o->at];
    smbt_verdict *v = at->end->verdict;
    enum smbt_strength strength = weigh(o, v);
    const char *side = side_name(e->side), *what = segment_name(e->kind);
    v->end.views = smbt_make_views(j, group, o->at, e, &v->end);
    smbt_clear_findings(v);
    smbt_join_tell_hosts(j, at);
    if (is_idle_timeout(at, before, e, f))
        tell_idle_timeout(j, v, at, before, strength);
    else
        tell_forged(j, v, at, before, e, strength);
    smbt_verdict_evidence(v, f->frame, "%s in the name of the %s, TTL %u; the %s's messages have %u here",
                          what, side, f->ttl, side, at->s.ttl[e->side]);
    smbt_verdict_evidence(
        v, 0,
        "%s, nearer to the %s, has %u of the %s's messages that are here too, lacks none of "
        "its bytes, and does not have this %s",
        smbt_label_of(j, before), side, o->common, side, what);
    tell_other_forgeries(j, v, group, events, e);
}

/* ---- One group
 * ------------------------------------------------------------------------------------------------- */

static void tell_only_in(smbt_join *j, const GPtrArray *group, guint teller)
{
    for (guint i = 0; i < group->len; i++) {
        smbt_seen *seen = smbt_group_view(group, i);
        if (i == teller || !seen->end) continue;
        seen->end->is_told_elsewhere = true;
        j->captures[seen->capture].told_elsewhere++;
    }
}

void smbt_join_tell(smbt_join *j, GPtrArray *group)
{
    GArray *events = smbt_events_find(j, group);
    const smbt_event *e = first_told(j, group, events);
    int loss = find_loss_before(j, group, e);
    if (loss >= 0) e = NULL;
    struct origin o = e ? find_origin(j, group, e) : (struct origin){0};
    int teller = loss >= 0 ? loss : e ? find_teller(group, e) : find_any_teller(group);
    bool is_made_up = o.is_made_up && tells(smbt_group_view(group, o.at), e, o.at);
    if (teller >= 0 && is_made_up) {
        teller = (int)o.at;
        tell_made_up(j, group, events, e, &o);
    } else if (teller >= 0) {
        tell_sent(j, group, (guint)teller, e);
    }
    if (teller >= 0) tell_only_in(j, group, (guint)teller);
    smbt_events_free(events);
}
