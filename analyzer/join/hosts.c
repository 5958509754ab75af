/* Hosts behind a NAT, which a capture from inside it tells apart.
 *
 * Where a client's packets are seen as it sent them, its address there and its Ethernet address say who it
 * is: two of each are two hosts, one of each is one, whatever names the two go by. What looks like that and
 * is not: behind one more NAT, many hosts have one address, and a router's Ethernet address is nobody's; a
 * host may come back with another address; virtual machines may share the card of the machine they run on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/internal.h"

#include <string.h>

/* No host gets another address, by another network card, so soon. */
#define MOVES_WITHIN SMBT_SEC

/* The client by its addresses on both sides; none: it has one address in all captures. */
smbt_nat_ends smbt_nat_of(const smbt_seen *seen)
{
    if (!seen || !seen->group) return (smbt_nat_ends){0};
    const smbt_endpoint *inside = &smbt_group_view(seen->group, 0)->s.client,
                        *outside = &smbt_group_view(seen->group, seen->group->len - 1)->s.client;
    if (smbt_addr_equal(&inside->addr, &outside->addr)) return (smbt_nat_ends){0};
    return (smbt_nat_ends){.inside = *inside, .outside = *outside};
}

const smbt_sighting *smbt_own_view(const smbt_join *j, const smbt_seen *seen)
{
    const smbt_seen *first = seen->group ? smbt_group_view(seen->group, 0) : seen;
    bool is_near = j->captures[first->capture].viewpoint == SMBT_VIEWPOINT_NEAR_CLIENT;
    return is_near ? &first->s : NULL;
}

/* ---- Two connections before the NAT
 * ------------------------------------------------------------------------------ */

enum cards { CARDS_NOT_KNOWN, ONE_CARD, TWO_CARDS };

enum finding { AS_TOLD, ONE_HOST, TWO_HOSTS, NOT_KNOWN };

struct two {
    const smbt_sighting *a, *b;
    enum cards cards;
    bool of_recorder;    /* both were sent by the machine that recorded */
    bool two_stacks;     /* their SYNs were made by different ones */
    bool at_once;        /* both addresses were in use at the same time */
    bool nearly_at_once; /* or so soon after each other that none can have become the other */
    char first[SMBT_ADDR_STRLEN], second[SMBT_ADDR_STRLEN];
};

static enum cards cards_of(const smbt_sighting *a, const smbt_sighting *b)
{
    if (!a->is_direct || !b->is_direct || !a->has_mac || !b->has_mac) return CARDS_NOT_KNOWN;
    return memcmp(a->mac, b->mac, sizeof a->mac) == 0 ? ONE_CARD : TWO_CARDS;
}

static bool in_one_capture(const smbt_seen *a, const smbt_seen *b)
{
    const smbt_seen *x = a->group ? smbt_group_view(a->group, 0) : a,
                    *y = b->group ? smbt_group_view(b->group, 0) : b;
    return x->capture == y->capture;
}

static struct two look_at(const smbt_join *j, const smbt_seen *victim, const smbt_seen *culprit,
                          const smbt_sighting *a, const smbt_sighting *b)
{
    struct two t = {.a = a, .b = b, .cards = cards_of(a, b)};
    t.of_recorder = a->is_direct && b->is_direct && a->is_own && b->is_own && in_one_capture(victim, culprit);
    t.two_stacks = a->has_layout && b->has_layout && a->layout != b->layout;
    smbt_join_presence(j, victim->capture, &a->client.addr, &b->client.addr, MOVES_WITHIN, &t.at_once,
                       &t.nearly_at_once);
    smbt_addr_format(&a->client.addr, t.first);
    smbt_addr_format(&b->client.addr, t.second);
    return t;
}

static bool is_told_as_one(const smbt_verdict *v)
{
    return g_strcmp0(v->end.variant, "same-host") == 0 || g_strcmp0(v->end.variant, "client-restart") == 0;
}

static bool is_told_apart(const smbt_verdict *v)
{
    return g_strcmp0(v->end.variant, "nat-collision") == 0;
}

/* ---- Of one address
 * ---------------------------------------------------------------------------------------------- */

/* What speaks against one host where address and network card are one. */
static enum finding one_card(const smbt_verdict *v, const struct two *t, const char **ret_but,
                             const char **ret_missing)
{
    unsigned signs = v->end.culprit.hosts;
    bool two_names = is_told_apart(v) && signs & SMBT_HOSTS_BY_NAME;
    *ret_but = *ret_missing = NULL;
    if (t->two_stacks) {
        *ret_but = ", made by two TCP stacks: another NAT lies there";
        return AS_TOLD;
    }
    if (!two_names || signs & SMBT_HOSTS_OF_PROGRAMS) return ONE_HOST;
    if (signs & SMBT_HOSTS_OF_SYSTEMS) {
        *ret_but = ", of two Windows systems: another NAT lies there, for virtual machines, say";
        return AS_TOLD;
    }
    *ret_missing = "is one host with two names, or the NAT of others, virtual machines, say";
    return NOT_KNOWN;
}

static enum finding weigh_one_address(smbt_verdict *v, const struct two *t, bool has_nat,
                                      const char **ret_missing)
{
    const char *before = has_nat ? " before the NAT" : "", *but, *what;
    if (t->cards == TWO_CARDS || (t->cards == CARDS_NOT_KNOWN && !t->of_recorder)) {
        bool is_routed = !t->a->is_direct || !t->b->is_direct;
        if (has_nat)
            smbt_verdict_evidence(v, 0, "hosts: both come from %s%s%s", t->first, before,
                                  is_routed               ? ", which is not next to that capture"
                                  : t->cards == TWO_CARDS ? ", by two network cards"
                                                          : "");
        return AS_TOLD;
    }
    enum finding finding = one_card(v, t, &but, &what);
    smbt_verdict_evidence(v, 0, "hosts: both come from %s%s, by one network card%s", t->first, before,
                          but ? but : "");
    if (what) *ret_missing = smbt_verdict_text(v, "whether %s %s", t->first, what);
    return finding;
}

/* ---- Of two addresses
 * -------------------------------------------------------------------------------------------- */

static enum finding weigh_as_one(smbt_verdict *v, const struct two *t, const char **ret_missing)
{
    if (t->cards == ONE_CARD || t->of_recorder) return AS_TOLD;
    if (t->cards == TWO_CARDS && t->nearly_at_once) return TWO_HOSTS;
    if (t->cards == CARDS_NOT_KNOWN && !t->at_once) return AS_TOLD;
    *ret_missing = smbt_verdict_text(
        v, "whether %s and %s are two hosts that look alike, or one that has two addresses%s", t->first,
        t->second, t->at_once ? "" : ": they were not seen at the same time");
    return NOT_KNOWN;
}

static enum finding weigh_undetermined(smbt_verdict *v, const struct two *t, const char **ret_missing)
{
    if (t->cards == TWO_CARDS) return TWO_HOSTS;
    if (t->of_recorder || (t->cards == ONE_CARD && !t->at_once && !t->two_stacks)) return ONE_HOST;
    if (t->cards == ONE_CARD) {
        *ret_missing = smbt_verdict_text(v,
                                         "whether %s and %s are two addresses of one host, or two hosts that "
                                         "share a network card, virtual machines, say",
                                         t->first, t->second);
        return NOT_KNOWN;
    }
    /* It may have lost its connection with its address, a VPN's, say, and come back with another. */
    bool may_be_back = v->end.culprit.hosts & SMBT_HOSTS_LEFT_BEHIND && !t->nearly_at_once;
    return may_be_back ? AS_TOLD : TWO_HOSTS;
}

static enum finding weigh_two_addresses(smbt_verdict *v, const struct two *t, const char **ret_missing)
{
    const char *cards = t->cards == TWO_CARDS  ? ", each with a network card of its own"
                        : t->cards == ONE_CARD ? ", by one network card"
                                               : "";
    smbt_verdict_evidence(v, 0, "hosts: %s and %s before the NAT%s", t->first, t->second, cards);
    if (is_told_apart(v)) return AS_TOLD;
    return is_told_as_one(v) ? weigh_as_one(v, t, ret_missing) : weigh_undetermined(v, t, ret_missing);
}

/* ---- Who set it off
 * ---------------------------------------------------------------------------------------------- */

static void retell(smbt_told *told, enum finding finding, const char *missing)
{
    smbt_verdict *v = told->verdict;
    const char *variant = v->end.variant;
    switch (finding) {
    case TWO_HOSTS: variant = "nat-collision"; break;
    case NOT_KNOWN: variant = "undetermined"; break;
    case ONE_HOST:
        if (is_told_as_one(v)) return;
        variant = v->end.culprit.hosts & SMBT_HOSTS_LEFT_BEHIND ? "client-restart" : "same-host";
        break;
    default: return;
    }
    told->was_apart = is_told_apart(v) && finding != TWO_HOSTS;
    if (g_strcmp0(variant, v->end.variant) != 0 || missing) smbt_zero_vc_retell(v, variant, missing);
}

static void weigh(const smbt_join *j, const smbt_seen *victim, const smbt_seen *culprit)
{
    smbt_verdict *v = victim->end->verdict;
    bool has_nat = v->end.connection.nat.inside.addr.family && v->end.culprit.nat.inside.addr.family;
    const smbt_sighting *a = smbt_own_view(j, victim), *b = smbt_own_view(j, culprit);
    if (v->cause != SMBT_CAUSE_ZERO_VC || !a || !b) return;
    struct two t = look_at(j, victim, culprit, a, b);
    const char *missing = NULL;
    enum finding finding = AS_TOLD;
    if (!smbt_addr_equal(&a->client.addr, &b->client.addr))
        finding = has_nat ? weigh_two_addresses(v, &t, &missing) : AS_TOLD;
    else if (v->end.culprit.hosts & SMBT_HOSTS_COMPARED)
        finding = weigh_one_address(v, &t, has_nat, &missing);
    retell(victim->end, finding, missing);
}

/* ---- The public side
 * --------------------------------------------------------------------------------------------- */

void smbt_join_tell_hosts(smbt_join *j, const smbt_seen *seen)
{
    smbt_verdict *v = seen->end->verdict;
    const smbt_seen *culprit = smbt_find_culprit(j, seen, &v->end);
    v->end.connection.nat = smbt_nat_of(seen);
    v->end.culprit.nat = smbt_nat_of(culprit);
    if (culprit) weigh(j, seen, culprit);
    if (!v->end.connection.nat.inside.addr.family) return;
    smbt_join_tell_return(j, v, seen);
}
