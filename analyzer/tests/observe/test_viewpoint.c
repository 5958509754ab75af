/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/viewpoint.h"

#include <glib.h>

static smbt_track track(uint8_t client_ttl, uint8_t server_ttl, smbt_duration server, smbt_duration client)
{
    smbt_track t;
    smbt_track_init(&t);
    t.sender[0].segments = t.sender[1].segments = 1;
    t.sender[0].ttl = client_ttl;
    t.sender[1].ttl = server_ttl;
    t.syn_time = SMBT_SEC;
    t.syn_ack_time = t.syn_time + server;
    t.handshake_time = t.syn_ack_time + client;
    return t;
}

static void test_by_ttl(void)
{
    static const struct {
        uint8_t client, server;
        enum smbt_viewpoint at;
    } cases[] = {{125, 64, SMBT_VIEWPOINT_NEAR_SERVER}, {128, 61, SMBT_VIEWPOINT_NEAR_CLIENT},
                 {127, 63, SMBT_VIEWPOINT_BETWEEN},     {255, 254, SMBT_VIEWPOINT_NEAR_CLIENT},
                 {31, 32, SMBT_VIEWPOINT_NEAR_SERVER},  {0, 0, SMBT_VIEWPOINT_BETWEEN}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_track t = track(cases[i].client, cases[i].server, SMBT_SEC, SMBT_SEC);
        g_assert_cmpint(smbt_view_of(&t).at, ==, cases[i].at);
    }
}

static void test_by_handshake(void)
{
    static const struct {
        smbt_duration server, client;
        enum smbt_viewpoint at;
    } cases[] = {{10, SMBT_MS, SMBT_VIEWPOINT_NEAR_SERVER},
                 {SMBT_MS, 10, SMBT_VIEWPOINT_NEAR_CLIENT},
                 {SMBT_MS, SMBT_MS, SMBT_VIEWPOINT_BETWEEN},
                 {SMBT_MS, 4 * SMBT_MS, SMBT_VIEWPOINT_BETWEEN},
                 {SMBT_MS, 4 * SMBT_MS + 4, SMBT_VIEWPOINT_NEAR_SERVER},
                 {300 * SMBT_US, SMBT_MS, SMBT_VIEWPOINT_UNKNOWN}, /* perhaps a slow machine on the spot */
                 {300 * SMBT_US + 1, SMBT_MS, SMBT_VIEWPOINT_BETWEEN},
                 {50000, 49999, SMBT_VIEWPOINT_UNKNOWN},
                 {0, 0, SMBT_VIEWPOINT_UNKNOWN}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_track t = track(128, 64, cases[i].server, cases[i].client);
        g_assert_cmpint(smbt_view_of(&t).at, ==, cases[i].at);
    }
}

static void test_says_nothing(void)
{
    smbt_track t = track(128, 64, 10, SMBT_SEC);
    t.handshake_time = SMBT_TIME_NONE;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
    t = track(128, 64, 10, SMBT_SEC);
    t.handshake_repeated = true;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
    t = track(125, 64, 10, SMBT_SEC);
    t.sender[1].segments = 0;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
}

/* Signs that come before, and beside, one another. */
static void test_signs(void)
{
    /* Hop counts and times agree. */
    smbt_track t = track(125, 64, 10000, SMBT_MS);
    g_assert_cmpuint(smbt_view_of(&t).signs, ==, SMBT_SIGN_TTL | SMBT_SIGN_HANDSHAKE);
    /* The recording machine's own word is the surest. */
    t.sender[0].marks = SMBT_MARK_SENT;
    t.sender[1].marks = SMBT_MARK_RECEIVED;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_CLIENT);
    g_assert_cmpuint(smbt_view_of(&t).signs, ==, SMBT_SIGN_DIRECTION);
    t.sender[0].marks = SMBT_MARK_RECEIVED;
    t.sender[1].marks = SMBT_MARK_SENT;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_SERVER);
    /* A router receives from both, and says no more than the hop counts do. */
    t.sender[1].marks = SMBT_MARK_RECEIVED;
    g_assert_cmpuint(smbt_view_of(&t).signs & SMBT_SIGN_DIRECTION, ==, 0);
}

static void test_by_length(void)
{
    smbt_track t = track(128, 64, 10, 10);
    t.sender[0].marks = SMBT_MARK_PADDED;
    t.sender[1].marks = SMBT_MARK_SHORT;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_SERVER);
    g_assert_cmpuint(smbt_view_of(&t).signs, ==, SMBT_SIGN_LENGTH);
    t.sender[0].marks = SMBT_MARK_SHORT;
    t.sender[1].marks = SMBT_MARK_PADDED;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_CLIENT);
    t.sender[1].marks = SMBT_MARK_SHORT; /* no wire at all */
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
    t.sender[0].marks = t.sender[1].marks = SMBT_MARK_PADDED; /* a mirror port */
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
}

/* On both sides of a router, between two neighbours of it. */
static void test_by_copies(void)
{
    smbt_track t = track(128, 64, 10, 10);
    t.sender[0].routed = true;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
    t.sender[1].routed = true;
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_BETWEEN);
}

/* Hop counts of a neighbour, times of a host far away: a proxy answered. */
static void test_contradiction(void)
{
    smbt_track t = track(127, 64, 10 * SMBT_MS, SMBT_MS);
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_SERVER); /* a busy server */
    t = track(127, 64, 10 * SMBT_MS + 1, SMBT_MS);
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
    t.handshake_repeated = true; /* the SYN was lost behind here: no proxy */
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_NEAR_SERVER);
    t = track(128, 63, SMBT_MS, 10 * SMBT_MS + 1);
    g_assert_cmpint(smbt_view_of(&t).at, ==, SMBT_VIEWPOINT_UNKNOWN);
}

static void test_hops(void)
{
    static const struct {
        uint8_t ttl, hops;
    } cases[] = {{32, 0},   {31, 1},
                 {33, 31},  {64, 0},
                 {63, 1},   {65, SMBT_HOPS_UNKNOWN},
                 {88, 40},  {87, SMBT_HOPS_UNKNOWN},
                 {128, 0},  {127, 1},
                 {215, 40}, {214, SMBT_HOPS_UNKNOWN},
                 {255, 0},  {0, 32}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_sender s = {.segments = 1, .ttl = cases[i].ttl};
        g_assert_cmpuint(smbt_hops_of(&s), ==, cases[i].hops);
        s.ttl_varies = true;
        g_assert_cmpuint(smbt_hops_of(&s), ==, SMBT_HOPS_UNKNOWN);
    }
}

static void vote(smbt_viewpoint_votes *v, const smbt_track *t)
{
    smbt_view view = smbt_view_of(t);
    smbt_viewpoint_vote(v, &view, 1);
}

static void test_votes(void)
{
    smbt_track near_server = track(125, 64, 0, 0), near_client = track(128, 61, 0, 0),
               between = track(127, 63, 0, 0), silent = track(128, 64, 0, 0);
    smbt_viewpoint_votes v = {0};
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN);
    g_assert_cmpuint(smbt_viewpoint_hops(&v), ==, SMBT_HOPS_UNKNOWN);
    vote(&v, &silent);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN);
    g_assert_cmpuint(smbt_viewpoint_hops(&v), ==, 0);
    vote(&v, &near_server);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_NEAR_SERVER);
    g_assert_cmpuint(smbt_viewpoint_hops(&v), ==, 0);
    vote(&v, &near_client);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN); /* one each: no majority */
    g_assert_cmpuint(smbt_viewpoint_hops(&v), ==, SMBT_HOPS_UNKNOWN);       /* 0, then 3 */
    vote(&v, &near_client);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_NEAR_CLIENT);
    for (int i = 0; i < 4; i++)
        vote(&v, &between);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_BETWEEN);
}

/* Client of some and server of others: only who saw itself send says so. */
static void test_mixed(void)
{
    smbt_viewpoint_votes v = {0};
    smbt_view client = {.at = SMBT_VIEWPOINT_NEAR_CLIENT, .signs = SMBT_SIGN_DIRECTION},
              server = {.at = SMBT_VIEWPOINT_NEAR_SERVER, .signs = SMBT_SIGN_TTL};
    g_assert_false(smbt_viewpoint_is_mixed(&v));
    smbt_viewpoint_vote(&v, &client, -1);
    g_assert_false(smbt_viewpoint_is_mixed(&v));
    smbt_viewpoint_vote(&v, &server, -1);
    g_assert_false(smbt_viewpoint_is_mixed(&v));
    server.signs |= SMBT_SIGN_DIRECTION;
    smbt_viewpoint_vote(&v, &server, -1);
    g_assert_true(smbt_viewpoint_is_mixed(&v));
}

static smbt_addr ipv4(uint8_t a, uint8_t b)
{
    return (smbt_addr){.family = 4, .bytes = {a, b, 1, 1}};
}

static void test_private(void)
{
    static const struct {
        uint8_t a, b;
        bool is_private;
    } cases[] = {{10, 0, true},    {11, 0, false},    {9, 255, false},  {172, 15, false},  {172, 16, true},
                 {172, 31, true},  {172, 32, false},  {192, 168, true}, {192, 167, false}, {100, 64, true},
                 {100, 127, true}, {100, 128, false}, {169, 254, true}, {8, 8, false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_addr addr = ipv4(cases[i].a, cases[i].b);
        g_assert_cmpint(smbt_addr_is_private(&addr), ==, cases[i].is_private);
    }
    smbt_addr local = {.family = 6, .bytes = {0xfd}}, link = {.family = 6, .bytes = {0xfe, 0xbf}},
              global = {.family = 6, .bytes = {0x20, 0x01}}, site = {.family = 6, .bytes = {0xfe, 0xc0}};
    g_assert_true(smbt_addr_is_private(&local));
    g_assert_true(smbt_addr_is_private(&link));
    g_assert_false(smbt_addr_is_private(&global));
    g_assert_false(smbt_addr_is_private(&site));
}

static void test_inside(void)
{
    smbt_addr here = ipv4(192, 168), global = ipv4(8, 8);
    smbt_track t = track(128, 63, 0, 0);
    smbt_view v = smbt_view_of(&t);
    g_assert_true(smbt_view_is_inside(&v, &here));
    g_assert_false(smbt_view_is_inside(&v, &global));
    t = track(128, 64, SMBT_MS, 10); /* near, but no router in between */
    v = smbt_view_of(&t);
    g_assert_cmpint(v.at, ==, SMBT_VIEWPOINT_NEAR_CLIENT);
    g_assert_false(smbt_view_is_inside(&v, &here));
    t = track(127, 64, 0, 0);
    v = smbt_view_of(&t);
    g_assert_false(smbt_view_is_inside(&v, &here));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viewpoint/by-ttl", test_by_ttl);
    g_test_add_func("/viewpoint/by-handshake", test_by_handshake);
    g_test_add_func("/viewpoint/says-nothing", test_says_nothing);
    g_test_add_func("/viewpoint/signs", test_signs);
    g_test_add_func("/viewpoint/by-length", test_by_length);
    g_test_add_func("/viewpoint/by-copies", test_by_copies);
    g_test_add_func("/viewpoint/contradiction", test_contradiction);
    g_test_add_func("/viewpoint/hops", test_hops);
    g_test_add_func("/viewpoint/votes", test_votes);
    g_test_add_func("/viewpoint/mixed", test_mixed);
    g_test_add_func("/viewpoint/private", test_private);
    g_test_add_func("/viewpoint/inside", test_inside);
    return g_test_run();
}
