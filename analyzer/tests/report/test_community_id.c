/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/community_id.h"

#include "report/sample.h"

static void check(const smbt_endpoint *a, const smbt_endpoint *b, const char *expected)
{
    char buf[SMBT_COMMUNITY_ID_SIZE];
    g_assert_cmpstr(smbt_community_id(buf, a, b), ==, expected);
    g_assert_cmpstr(smbt_community_id(buf, b, a), ==, expected);
}

/* Computed apart from this code, by the specification; the first one is the specification's own example. */
static void test_vectors(void)
{
    const smbt_endpoint known = {.addr = {.family = 4, .bytes = {128, 232, 110, 120}}, .port = 34855};
    const smbt_endpoint web = {.addr = {.family = 4, .bytes = {66, 35, 250, 204}}, .port = 80};
    check(&known, &web, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    const smbt_endpoint client = sample_endpoint(2, 44846), server = sample_endpoint(10, 445);
    check(&client, &server, "1:H8acQmsZ9EWQTX8V5cKUcO9terk=");
    smbt_endpoint client6 = sample_endpoint6(2, 44846), server6 = sample_endpoint6(0x10, 445);
    check(&client6, &server6, "1:1F24onK2QphicQht2tGI+zeQr7U=");
    const smbt_endpoint self = {.addr = {.family = 4, .bytes = {10, 0, 0, 1}}, .port = 445};
    const smbt_endpoint self_too = {.addr = {.family = 4, .bytes = {10, 0, 0, 1}}, .port = 50000};
    check(&self, &self_too, "1:CevpO4l7HuZMEGDKvy6OqFhJD28=");
}

static void test_none(void)
{
    char buf[SMBT_COMMUNITY_ID_SIZE];
    const smbt_endpoint v4 = sample_endpoint(2, 1), v6 = sample_endpoint6(2, 1), unset = {0};
    g_assert_null(smbt_community_id(buf, &v4, &v6));
    g_assert_null(smbt_community_id(buf, &unset, &v4));
    g_assert_null(smbt_community_id(buf, &unset, &unset));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/community-id/vectors", test_vectors);
    g_test_add_func("/community-id/none", test_none);
    return g_test_run();
}
