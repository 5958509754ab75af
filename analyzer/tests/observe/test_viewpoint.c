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
        g_assert_cmpint(smbt_viewpoint_of(&t), ==, cases[i].at);
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
                 {50000, 49999, SMBT_VIEWPOINT_UNKNOWN},
                 {0, 0, SMBT_VIEWPOINT_UNKNOWN}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        smbt_track t = track(128, 64, cases[i].server, cases[i].client);
        g_assert_cmpint(smbt_viewpoint_of(&t), ==, cases[i].at);
    }
}

static void test_says_nothing(void)
{
    smbt_track t = track(128, 64, 10, SMBT_SEC);
    t.handshake_time = SMBT_TIME_NONE;
    g_assert_cmpint(smbt_viewpoint_of(&t), ==, SMBT_VIEWPOINT_UNKNOWN);
    t = track(125, 64, 10, SMBT_SEC);
    t.sender[1].segments = 0;
    g_assert_cmpint(smbt_viewpoint_of(&t), ==, SMBT_VIEWPOINT_UNKNOWN);
}

static void test_votes(void)
{
    smbt_track near_server = track(125, 64, 0, 0), near_client = track(128, 61, 0, 0),
               between = track(127, 63, 0, 0), silent = track(128, 64, 0, 0);
    smbt_viewpoint_votes v = {0};
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN);
    smbt_viewpoint_vote(&v, &silent);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN);
    smbt_viewpoint_vote(&v, &near_server);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_NEAR_SERVER);
    smbt_viewpoint_vote(&v, &near_client);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_UNKNOWN); /* one each: no majority */
    smbt_viewpoint_vote(&v, &near_client);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_NEAR_CLIENT);
    for (int i = 0; i < 4; i++)
        smbt_viewpoint_vote(&v, &between);
    g_assert_cmpint(smbt_viewpoint_result(&v), ==, SMBT_VIEWPOINT_BETWEEN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viewpoint/by-ttl", test_by_ttl);
    g_test_add_func("/viewpoint/by-handshake", test_by_handshake);
    g_test_add_func("/viewpoint/says-nothing", test_says_nothing);
    g_test_add_func("/viewpoint/votes", test_votes);
    return g_test_run();
}
