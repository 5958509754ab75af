/* Hosts behind a NAT that look alike from the server, and that a capture before the NAT tells apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)

/* Two hosts; `c` is the next connection of A, `d` of B. */
#define HOSTS(a, b)                                                                                          \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT" a "\n"                                                                                   \
    "host B on NAT" b "\n"                                                                                   \
    "a = A:1025 > S:445 seq=77001\n"                                                                         \
    "b = B:1026 > S:445 seq=99002\n"                                                                         \
    "c = A:1030 > S:445 seq=55003\n"                                                                         \
    "d = B:1031 > S:445 seq=33004\n"
/* That say nothing of themselves. */
#define ALIKE HOSTS("", "")
#define WORK(c)                                                                                              \
    LOGON(c) "+1ms " c " OPEN path=\\file.txt\n+1ms " c " READ\n+1ms " c " READ\n+1ms " c " READ\n"
/* `silent` after its last request, A loses its connection to B. */
#define COLLIDE(silent)                                                                                      \
    WORK("a")                                                                                                \
    "+5s a > READ\n"                                                                                         \
    "+" silent " b connect\n+1ms b negotiate\n"                                                              \
    "+1ms b > SESSION_SETUP vc=0 [culprit]\n"                                                                \
    "+0.3ms a < RST [kill]\n"                                                                                \
    "+0.2ms b < SESSION_SETUP\n"                                                                             \
    "+1ms b SESSION_SETUP vc=0\n+1ms b tree\n"
#define COLLISION ALIKE COLLIDE("1ms")

static const struct place at_server = {.name = "S"};
static const struct place at_a = {
    .name = "A", .away = 400 * US, .host = 11, .port = 1025, .other = 1030, .hops = 1};
static const struct place at_b = {
    .name = "B", .away = 500 * US, .host = 12, .port = 1026, .other = 1031, .hops = 1};

static void add_host(GString *out, const char *what, const smbt_nat_ends *nat)
{
    char inside[SMBT_ADDR_STRLEN], outside[SMBT_ADDR_STRLEN];
    if (!nat->inside.addr.family) return;
    g_string_append_printf(out, "%s %s:%u behind %s:%u\n", what, smbt_addr_format(&nat->inside.addr, inside),
                           nat->inside.port, smbt_addr_format(&nat->outside.addr, outside),
                           nat->outside.port);
}

/* As the overviews count it, which don't read the words. */
static const char *why_none(const smbt_reconnect *r)
{
    static const char *const names[SMBT_RETURN_MAX] = {[SMBT_RETURN_UNSEEN] = "unseen",
                                                       [SMBT_RETURN_UNTOLD] = "untold",
                                                       [SMBT_RETURN_NEEDLESS] = "needless",
                                                       [SMBT_RETURN_MIDSTREAM] = "midstream"};
    return names[r->why_none];
}

/* The reset of `a`, with all that is said of hosts. */
static char *tell_hosts(const char *story, const struct place *places, unsigned count)
{
    scn_scenario *s = parse(story);
    const scn_scenario *of[PLACES_MAX] = {s, s, s, s};
    struct run run = run_places(of, places, count, NULL);
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++)
        for (const smbt_record *r; (r = smbt_join_next(run.join, i));) {
            if (r->type != SMBT_RECORD_END || r->end->kind != SMBT_END_RST) continue;
            const smbt_end *e = r->end;
            g_string_append_printf(out, "%s\n", e->variant);
            add_host(out, "host", &e->connection.nat);
            add_host(out, "culprit", &e->culprit.nat);
            add_host(out, "back", &e->reconnect.nat);
            if (e->reconnect.none)
                g_string_append_printf(out, "%s: %s\n", why_none(&e->reconnect), e->reconnect.none);
            for (guint k = 0; k < e->missing->len; k++)
                g_string_append_printf(out, "missing: %s\n", (const char *)e->missing->pdata[k]);
            for (guint k = 0; k < e->remedies->len; k++)
                if (strstr(e->remedies->pdata[k], "one host")) g_string_append(out, "fix: one host\n");
        }
    run_clear(&run);
    scn_free(s);
    return g_string_free(out, FALSE);
}

static void expect_hosts(const char *story, const struct place *places, unsigned count, const char *expected)
{
    g_autofree char *told = tell_hosts(story, places, count);
    g_assert_cmpstr(told, ==, expected);
}

#define A_AND_B                                                                                              \
    "nat-collision\n"                                                                                        \
    "host 192.168.77.11:1025 behind 192.0.2.1:1025\n"                                                        \
    "culprit 192.168.77.12:1026 behind 192.0.2.1:1026\n"

/* Different addresses before the NAT are different hosts: nothing is left of the doubt. */
static void test_told_apart(void)
{
    const struct place all[] = {at_server, at_a, at_b}, turned[] = {at_b, at_a, at_server};
    static const char expected[] = A_AND_B "unseen: not seen again before the capture ended, 1.0 s later\n";
    expect_hosts(COLLISION "+1s end\n", all, 3, expected);
    expect_hosts(COLLISION "+1s end\n", turned, 3, expected);
}

/* Near miss: only the victim's capture is there, so the culprit may be the same host. */
static void test_one_side_only(void)
{
    const struct place both[] = {at_server, at_a};
    g_autofree char *told = tell_hosts(COLLISION "+1s end\n", both, 2);
    g_assert_nonnull(strstr(told, "host 192.168.77.11:1025 behind 192.0.2.1:1025\n"));
    g_assert_null(strstr(told, "culprit"));
    g_assert_false(g_str_has_prefix(told, "nat-collision"));
}

/* Near miss: without a NAT there is nothing to add. */
static void test_no_nat(void)
{
    struct place a = at_a, b = at_b;
    a.host = b.host = 0;
    const struct place all[] = {at_server, a, b};
    g_autofree char *told = tell_hosts(COLLISION "+1s end\n", all, 3);
    g_assert_null(strstr(told, "behind"));
}

/* B reconnects first: it is not A that is back. */
static void test_back(void)
{
    const struct place all[] = {at_server, at_a, at_b};
    static const char back[] = A_AND_B "back 192.168.77.11:1030 behind 192.0.2.1:1030\n";
    expect_hosts(COLLISION LOGON("d") LOGON("c") "+1s end\n", all, 3, back);
    expect_hosts(COLLISION LOGON("d") "+1s end\n", all, 3,
                 A_AND_B "unseen: not seen again before the capture ended, 1.0 s later\n");
}

/* ---- What the addresses and network cards before the NAT say
 * ----------------------------------------------------- */

#define ONE_NAME HOSTS(" name=PC", " name=PC")
/* Programs of their own name on Linux, Windows systems, and who knows. */
#define PROGRAMS HOSTS(" jcifs name=ONE", " jcifs name=OTHER")
#define SYSTEMS  HOSTS(" windows=xp name=ONE", " windows=xp name=OTHER")

/* The variant, what is said of hosts before the NAT, and what is missing of them; A and B as those places saw
 * them. */
static void expect_variant(const char *story, struct place a, struct place b, const char *variant,
                           const char *evidence, const char *missing)
{
    const struct place all[] = {at_server, a, b};
    scn_scenario *s = parse(story);
    const scn_scenario *of[PLACES_MAX] = {s, s, s, s};
    struct run run = run_places(of, all, 3, NULL);
    unsigned ends = 0;
    bool is_exposed = false;
    for (unsigned i = 0; i < 3; i++)
        for (const smbt_record *r; (r = smbt_join_next(run.join, i));) {
            if (r->type == SMBT_RECORD_OBSERVATION)
                is_exposed |= strcmp(r->observation->kind, "zero-vc-exposed") == 0;
            if (r->type != SMBT_RECORD_END || r->end->kind != SMBT_END_RST) continue;
            ends++;
            g_assert_cmpstr(r->end->cause, ==, "zero-vc");
            g_assert_cmpstr(r->end->variant, ==, variant);
            g_autoptr(GString) said = g_string_new(NULL);
            for (guint k = 0; k < r->end->evidence->len; k++)
                g_string_append_printf(said, "%s\n", g_array_index(r->end->evidence, smbt_evidence, k).what);
            for (guint k = 0; k < r->end->missing->len; k++)
                g_string_append_printf(said, "%s\n", (const char *)r->end->missing->pdata[k]);
            if (evidence && !strstr(said->str, evidence)) g_error("no \"%s\" in\n%s", evidence, said->str);
            if (missing && !strstr(said->str, missing)) g_error("no \"%s\" in\n%s", missing, said->str);
            if (!missing) g_assert_null(strstr(said->str, "whether 192.168"));
        }
    g_assert_cmpuint(ends, ==, 1);
    /* Several hosts have the address only where there are several. */
    if (strcmp(variant, "nat-collision") != 0) g_assert_false(is_exposed);
    if (strstr(story, "name=ONE") && strcmp(variant, "nat-collision") == 0) g_assert_true(is_exposed);
    run_clear(&run);
    scn_free(s);
}

static struct place place_b(uint8_t host, uint8_t mac)
{
    struct place b = at_b;
    b.host = host;
    b.mac = mac;
    return b;
}

#define OWN_CARDS "192.168.77.11 and 192.168.77.12 before the NAT, each with a network card of its own"
#define ONE_CARD  "192.168.77.11 and 192.168.77.12 before the NAT, by one network card"

/* Machines made from one image have one name; it does not make them one. */
static void test_one_name(void)
{
    expect_variant(ONE_NAME COLLIDE("1ms") "+1s end\n", at_a, at_b, "nat-collision", OWN_CARDS, NULL);
    /* A is heard again after B came: they are there at the same time. */
    expect_variant(ONE_NAME COLLIDE("20s") LOGON("c") "+1s end\n", at_a, at_b, "nat-collision", OWN_CARDS,
                   NULL);
}

/* Near miss: it may have been moved from one network to another. */
static void test_moved(void)
{
    expect_variant(ONE_NAME COLLIDE("20s") "+1s end\n", at_a, at_b, "undetermined", OWN_CARDS,
                   "they were not seen at the same time");
}

/* DHCP gave the host another address: its network card is the same. */
static void test_new_address(void)
{
    struct place b = place_b(12, 11);
    expect_variant(ALIKE COLLIDE("20s") "+1s end\n", at_a, b, "client-restart", ONE_CARD, NULL);
    expect_variant(ONE_NAME COLLIDE("20s") "+1s end\n", at_a, b, "client-restart", ONE_CARD, NULL);
}

/* Two addresses of one card at the same time: one host that has one name has both; without a name they may
 * be virtual machines. */
static void test_two_addresses(void)
{
    struct place b = place_b(12, 11);
    expect_variant(ONE_NAME COLLIDE("1ms") LOGON("c") "+1s end\n", at_a, b, "same-host", ONE_CARD, NULL);
    expect_variant(ALIKE COLLIDE("1ms") LOGON("c") "+1s end\n", at_a, b, "undetermined", ONE_CARD,
                   "share a network card");
    expect_variant(SYSTEMS COLLIDE("1ms") LOGON("c") "+1s end\n", at_a, b, "nat-collision", ONE_CARD, NULL);
}

/* One address and one card are one host. */
static void test_one_address(void)
{
    struct place b = place_b(11, 11);
    static const char one[] = "both come from 192.168.77.11 before the NAT, by one network card";
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", at_a, b, "same-host", one, NULL);
    expect_variant(ALIKE COLLIDE("20s") "+1s end\n", at_a, b, "client-restart", one, NULL);
    expect_variant(PROGRAMS COLLIDE("1ms") "+1s end\n", at_a, b, "same-host", one, NULL);
}

/* Near misses: virtual machines behind a NAT of their own. */
static void test_nat_within(void)
{
    struct place b = place_b(11, 11);
    expect_variant(SYSTEMS COLLIDE("1ms") "+1s end\n", at_a, b, "nat-collision", "another NAT lies there",
                   NULL);
    expect_variant(HOSTS(" name=ONE os= lanman=", " name=OTHER os= lanman=") COLLIDE("1ms") "+1s end\n", at_a,
                   b, "undetermined", "by one network card", "is one host with two names");
    expect_variant(HOSTS(" syn=mss1460,nop,nop,sackok", " syn=mss1460,sackok,ts,nop,ws7")
                       COLLIDE("1ms") "+1s end\n",
                   at_a, b, "undetermined", "made by two TCP stacks", NULL);
}

/* Near miss: the address before this NAT is that of another one, by the router that it is. */
static void test_nat_before(void)
{
    struct place a = at_a, b = place_b(11, 11);
    a.away = b.away = 100 * US;
    expect_variant(HOSTS(" ttl=120", " ttl=120") COLLIDE("1ms") "+1s end\n", a, b, "undetermined", NULL,
                   NULL);
    expect_variant(HOSTS(" ttl=120 name=ONE", " ttl=120 name=OTHER") COLLIDE("1ms") "+1s end\n", a, b,
                   "nat-collision", NULL, NULL);
}

/* Likewise where the capture is next to most clients, and these two are behind a router there: its Ethernet
 * address is theirs. */
static void test_router_before(void)
{
#define OTHERS                                                                                               \
    "host C on NAT\ne = C:1040 > S:445 seq=1001\nf = C:1041 > S:445 seq=2002\ng = C:1042 > S:445 seq=3003\n"
    struct place a = at_a, unused = at_b;
    a.port = 0;
    unused.port = 9;
    static const char routed[] =
        HOSTS(" ttl=120", " ttl=120") OTHERS LOGON("e") LOGON("f") LOGON("g") COLLIDE("1ms") "+1s end\n";
    expect_variant(routed, a, unused, "undetermined", "which is not next to that capture", NULL);
    static const char next[] =
        HOSTS("", "") OTHERS LOGON("e") LOGON("f") LOGON("g") COLLIDE("1ms") "+1s end\n";
    expect_variant(next, a, unused, "same-host", "by one network card", NULL);
}

/* Near miss: one address in two networks, both of which are behind the NAT. */
static void test_two_networks(void)
{
    struct place b = place_b(11, 77);
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", at_a, b, "undetermined", "by two network cards", NULL);
    g_autofree char *told = NULL;
    const struct place all[] = {at_server, at_a, b};
    told = tell_hosts(COLLISION LOGON("d") "+1s end\n", all, 3); /* d is B's */
    g_assert_null(strstr(told, "back "));
}

/* Nor does an Ethernet address that somebody wrote over all of them say anything. */
static void test_cards_hidden(void)
{
    struct place a = at_a, b = place_b(11, ONE_MAC);
    a.mac = ONE_MAC;
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", a, b, "undetermined", NULL, NULL);
}

/* Where no Ethernet address is seen, as on a VPN, one host may have two addresses, one after the other. */
static void test_no_cards(void)
{
    struct place a = at_a, b = place_b(12, NO_MAC);
    a.mac = NO_MAC;
    expect_variant(ONE_NAME COLLIDE("20s") "+1s end\n", a, b, "client-restart", NULL, NULL);
    expect_variant(ONE_NAME COLLIDE("20s") LOGON("c") "+1s end\n", a, b, "undetermined", NULL,
                   "one that has two addresses");
    expect_variant(ALIKE COLLIDE("20s") "+1s end\n", a, b, "undetermined", NULL, NULL);
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", a, b, "nat-collision", NULL, NULL);
}

/* What the recording machine sent itself is of one host, though it used its VPN's address for one of them. */
static void test_recorder(void)
{
    struct place a = at_a;
    a.port = 0;
    a.cooked = true;
    a.mac = NO_MAC;
    scn_scenario *s = parse(COLLISION "+1s end\n");
    for (int cooked = 1; cooked >= 0; cooked--) {
        a.cooked = cooked;
        const struct place both[] = {at_server, a};
        const scn_scenario *of[] = {s, s};
        struct run run = {.count = 2, .join = smbt_join_new(NULL, (const char *const[]){"S", "A"}, 2)};
        for (unsigned i = 0; i < 2; i++) {
            run.recorded[i] = record_at(of[i], &both[i]);
            for (guint k = 0; i == 1 && k < run.recorded[i]->len; k++) { /* B's address ends in 12 */
                guint8 *ip = g_array_index(run.recorded[i], struct passing, k).bytes + (cooked ? 16 : IP);
                if (ip[0] != 0x45) continue;
                guint8 *tcp = ip + 20;
                if (tcp[1] == 2 && tcp[0] == 4) ip[15] = 12;
                if (tcp[3] == 2 && tcp[2] == 4) ip[19] = 12;
            }
            feed(&run, i);
        }
        smbt_join_finish(run.join);
        for (const smbt_record *r; (r = smbt_join_next(run.join, 0));)
            if (r->type == SMBT_RECORD_END && r->end->kind == SMBT_END_RST)
                g_assert_cmpstr(r->end->variant, ==, cooked ? "same-host" : "nat-collision");
        run_clear(&run);
    }
    scn_free(s);
}

/* Beginnings and ends are not in the captures before the NAT: addresses and cards are all the same. */
static void test_partial(void)
{
    struct place a = at_a, b = at_b;
    a.from = 8 * 1000 * US;
    b.to = 5020 * 1000 * US;
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", a, b, "nat-collision", OWN_CARDS, NULL);
    b.to = 1000 * 1000 * US; /* stopped before */
    expect_variant(ALIKE COLLIDE("1ms") "+1s end\n", a, b, "undetermined", NULL, NULL);
}

/* A silent connection of the host that nobody ended is one that it has. */
static void test_silent_beside(void)
{
    static const char story[] = ALIKE LOGON("c") WORK("a") WORK("b") "+1s a READ\n+10ms a < RST\n+2s b READ\n"
                                                                     "+1s end\n";
    const struct place all[] = {at_server, at_a, at_b};
    g_autofree char *told = tell_hosts(story, all, 3);
    g_assert_nonnull(strstr(told, "needless: the host had another connection to the server, 192.0.2.1:1030"));
    /* near misses: it is B's; or it was closed before */
    g_autofree char *other = tell_hosts(ALIKE LOGON("d") WORK("a") WORK("b") "+1s a READ\n+10ms a < RST\n"
                                                                             "+2s b READ\n+1s end\n",
                                        all, 3);
    g_assert_nonnull(strstr(other, "unseen: "));
    g_autofree char *closed =
        tell_hosts(ALIKE LOGON("c") "+1ms c close\n" WORK("a") WORK("b") "+1s a READ\n+10ms a < RST\n"
                                                                         "+2s b READ\n+1s end\n",
                   all, 3);
    g_assert_nonnull(strstr(closed, "unseen: "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/join/hosts/told-apart", test_told_apart);
    g_test_add_func("/join/hosts/one-side-only", test_one_side_only);
    g_test_add_func("/join/hosts/no-nat", test_no_nat);
    g_test_add_func("/join/hosts/back", test_back);
    g_test_add_func("/join/hosts/one-name", test_one_name);
    g_test_add_func("/join/hosts/moved", test_moved);
    g_test_add_func("/join/hosts/new-address", test_new_address);
    g_test_add_func("/join/hosts/two-addresses", test_two_addresses);
    g_test_add_func("/join/hosts/one-address", test_one_address);
    g_test_add_func("/join/hosts/nat-within", test_nat_within);
    g_test_add_func("/join/hosts/nat-before", test_nat_before);
    g_test_add_func("/join/hosts/router-before", test_router_before);
    g_test_add_func("/join/hosts/two-networks", test_two_networks);
    g_test_add_func("/join/hosts/cards-hidden", test_cards_hidden);
    g_test_add_func("/join/hosts/no-cards", test_no_cards);
    g_test_add_func("/join/hosts/recorder", test_recorder);
    g_test_add_func("/join/hosts/partial", test_partial);
    g_test_add_func("/join/hosts/silent-beside", test_silent_beside);
    return g_test_run();
}
