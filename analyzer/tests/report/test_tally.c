/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"
#include "verdict/topic.h"

static void add_end(smbt_tally *tally, const smbt_end *end)
{
    const smbt_record record = {.type = SMBT_RECORD_END, .end = end};
    smbt_tally_add(tally, &record);
}

static void test_add(void)
{
    smbt_tally tally = {0};
    smbt_end bare = sample_bare_end(), end = sample_end();
    smbt_observation observation = sample_observation();
    smbt_server_info server = sample_server();
    add_end(&tally, &bare);
    g_assert_cmpint(tally.worst, ==, SMBT_SEVERITY_INFO + 1);
    const smbt_record observed = {.type = SMBT_RECORD_OBSERVATION, .observation = &observation};
    smbt_tally_add(&tally, &observed);
    g_assert_cmpint(tally.worst, ==, SMBT_SEVERITY_WARNING + 1);
    add_end(&tally, &end);
    add_end(&tally, &bare);
    const smbt_record peer = {.type = SMBT_RECORD_SERVER, .server = &server};
    smbt_tally_add(&tally, &peer);
    g_assert_cmpint(tally.worst, ==, SMBT_SEVERITY_ERROR + 1);
    g_assert_cmpuint(tally.ends, ==, 3);
    g_assert_cmpuint(tally.observations, ==, 1);
    g_assert_cmpuint(tally.by_severity[SMBT_SEVERITY_INFO], ==, 2);
    g_assert_cmpuint(tally.by_severity[SMBT_SEVERITY_WARNING], ==, 1);
    g_assert_cmpuint(tally.by_severity[SMBT_SEVERITY_ERROR], ==, 1);
    g_assert_cmpuint(tally.by_cause[SMBT_CAUSE_ZERO_VC], ==, 1);
    g_assert_cmpuint(tally.by_cause[SMBT_CAUSE_CLIENT_CLOSE], ==, 2);
    sample_end_clear(&bare);
    sample_end_clear(&end);
    g_array_unref(observation.evidence);
}

static void test_revised_counts_once(void)
{
    smbt_tally tally = {0};
    smbt_end bare = sample_bare_end();
    add_end(&tally, &bare);
    bare.revises = 304;
    bare.severity = SMBT_SEVERITY_ERROR;
    add_end(&tally, &bare);
    g_assert_cmpuint(tally.ends, ==, 1);
    g_assert_cmpint(tally.worst, ==, SMBT_SEVERITY_ERROR + 1);
    sample_end_clear(&bare);
}

static void test_merge(void)
{
    smbt_tally a = {.ends = 2, .observations = 1, .worst = 2}, b = {.ends = 3, .observations = 4, .worst = 1};
    a.by_cause[0] = 2;
    b.by_cause[0] = 1;
    b.by_cause[G_N_ELEMENTS(b.by_cause) - 1] = 2;
    smbt_tally_merge(&a, &b);
    g_assert_cmpuint(a.ends, ==, 5);
    g_assert_cmpuint(a.observations, ==, 5);
    g_assert_cmpint(a.worst, ==, 2);
    g_assert_cmpuint(a.by_cause[0], ==, 3);
    g_assert_cmpuint(a.by_cause[G_N_ELEMENTS(a.by_cause) - 1], ==, 2);
}

static void test_patterns(void)
{
    smbt_tally one = {0}, all = {0};
    smbt_pattern pattern = sample_pattern("ACCT-PC01");
    smbt_record record = {.type = SMBT_RECORD_PATTERN, .pattern = &pattern};
    smbt_tally_add_pattern(&one, "x.pcap", &record);
    g_array_unref(pattern.hosts); /* the tally has a copy */
    smbt_tally_merge(&all, &one);
    smbt_tally_merge(&all, &one);
    smbt_tally_clear(&one);
    g_assert_cmpuint(all.patterns->len, ==, 2);
    const smbt_pattern *kept = all.patterns->pdata[1];
    g_assert_cmpstr(kept->file, ==, "x.pcap");
    g_assert_cmpuint(kept->hosts->len, ==, 2);
    g_assert_cmpstr(g_array_index(kept->hosts, smbt_pattern_host, 0).name, ==, "ACCT-PC01");
    g_assert_null(one.patterns);
    for (int i = 0; i < 300; i++)
        smbt_tally_add_pattern(&all, "y.pcap", &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = kept});
    g_assert_cmpuint(all.patterns->len, ==, 256);
    g_assert_cmpuint(all.patterns_more, ==, 46);
    smbt_tally_clear(&all);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tally/add", test_add);
    g_test_add_func("/tally/revised-counts-once", test_revised_counts_once);
    g_test_add_func("/tally/merge", test_merge);
    g_test_add_func("/tally/patterns", test_patterns);
    return g_test_run();
}
