/* Hosts behind a NAT that look alike from the server, and that a capture before the NAT tells apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)

/* Two hosts that say nothing of themselves; `c` is the next connection of A, `d` of B. */
#define ALIKE                                                                                                \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT\n"                                                                                        \
    "host B on NAT\n"                                                                                        \
    "a = A:1025 > S:445 seq=77001\n"                                                                         \
    "b = B:1026 > S:445 seq=99002\n"                                                                         \
    "c = A:1030 > S:445 seq=55003\n"                                                                         \
    "d = B:1031 > S:445 seq=33004\n"
#define WORK(c)                                                                                              \
    LOGON(c) "+1ms " c " OPEN path=\\file.txt\n+1ms " c " READ\n+1ms " c " READ\n+1ms " c " READ\n"
#define COLLISION                                                                                            \
    ALIKE WORK("a") "+5s a > READ\n"                                                                         \
                    "+1ms b connect\n+1ms b negotiate\n"                                                     \
                    "+1ms b > SESSION_SETUP vc=0 [culprit]\n"                                                \
                    "+0.3ms a < RST [kill]\n"                                                                \
                    "+0.2ms b < SESSION_SETUP\n"                                                             \
                    "+1ms b SESSION_SETUP vc=0\n+1ms b tree\n"

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/join/hosts/told-apart", test_told_apart);
    g_test_add_func("/join/hosts/one-side-only", test_one_side_only);
    g_test_add_func("/join/hosts/no-nat", test_no_nat);
    g_test_add_func("/join/hosts/back", test_back);
    return g_test_run();
}
