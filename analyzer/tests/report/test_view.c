/* What other captures saw, in words and in JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/phrase.h"

#include "report/sample.h"

#define PAIR "10.50.0.11:37632 \xe2\x86\x92 10.50.0.10:445"

static smbt_end_view sample_view(void)
{
    return (smbt_end_view){.file = "folder/a.pcap",
                           .label = "a.pcap",
                           .client = sample_endpoint(11, 37632),
                           .server = sample_endpoint(10, 445),
                           .place = SMBT_VIEWPOINT_NEAR_CLIENT,
                           .saw = SMBT_SAW_IT,
                           .frame = 272,
                           .time = SAMPLE_TIME,
                           .has_clock = true,
                           .clock_ahead = -3200000000,
                           .clock_error = 40000,
                           .end_frame = 272,
                           .end_kind = SMBT_END_RST,
                           .end_by = SMBT_SIDE_SERVER,
                           .cause = "unknown"};
}

static void assert_view(const smbt_end_view *view, const char *expected)
{
    g_autofree char *text = smbt_phrase_view(view);
    g_assert_cmpstr(text, ==, expected);
}

static void test_views(void)
{
    smbt_end_view v = sample_view();
    assert_view(&v, "a.pcap, near the client: frame 272 on " PAIR
                    "; its clock is 3.200 s behind, give or take 40 µs; by itself it says unknown");
    v.clock_ahead = 3200000000;
    v.cause = "forged-reset";
    v.strength = SMBT_STRENGTH_LIKELY;
    v.end_frame = 275;
    assert_view(
        &v, "a.pcap, near the client: frame 272 on " PAIR
            "; its clock is 3.200 s ahead, give or take 40 µs; by itself it says forged-reset (likely) of "
            "frame 275");
    v.clock_ahead = -30000;
    v.cause = NULL;
    assert_view(&v, "a.pcap, near the client: frame 272 on " PAIR);
    v.has_clock = false;
    v.place = SMBT_VIEWPOINT_UNKNOWN;
    assert_view(&v, "a.pcap: frame 272 on " PAIR);
}

static void test_not_seen(void)
{
    smbt_end_view v = {.file = "a.pcap",
                       .label = "a.pcap",
                       .client = sample_endpoint(11, 37632),
                       .server = sample_endpoint(10, 445),
                       .saw = SMBT_SAW_NOT,
                       .time = SMBT_TIME_NONE};
    assert_view(&v, "a.pcap: " PAIR " is there without it");
    v.saw = SMBT_SAW_TOO_LITTLE;
    assert_view(&v, "a.pcap: " PAIR
                    ": whether it came by there can't be told, packets or that moment are missing");
    v.saw = SMBT_SAW_MORE;
    v.frame = 400;
    assert_view(&v, "a.pcap: goes on to frame 400 on " PAIR);
}

static void test_companions(void)
{
    smbt_companion c = {.file = "folder/a.pcap",
                        .label = "a.pcap",
                        .connections = 2,
                        .has_clock = true,
                        .clock_ahead = 500000,
                        .clock_error = 500000};
    g_autofree char *plain = smbt_phrase_companion(&c);
    g_assert_cmpstr(plain, ==, "a.pcap: 2 connections in both, clocks agree to within 1 ms");
    c.is_told = true; /* of a pair of captures the clocks are told once */
    g_autofree char *again = smbt_phrase_companion(&c);
    g_assert_cmpstr(again, ==, "a.pcap: 2 connections in both");
    c.is_told = false;
    c.connections = 1;
    c.ambiguous = 3;
    c.has_drift = true;
    c.drift_ppb = -12600;
    g_autofree char *odd = smbt_phrase_companion(&c);
    g_assert_cmpstr(odd, ==,
                    "a.pcap: 1 connection in both, clocks agree to within 1 ms, and runs 13 ppm slow; 3 more "
                    "can't be told from others that look the same");
}

static void test_json(void)
{
    smbt_end end = sample_end();
    smbt_end_view views[2] = {sample_view(),
                              {.file = "b.pcap",
                               .label = "b.pcap",
                               .client = sample_endpoint(11, 37632),
                               .server = sample_endpoint(10, 445),
                               .saw = SMBT_SAW_NOT,
                               .time = SMBT_TIME_NONE}};
    smbt_other_frame other = {.file = "b.pcap",
                              .label = "b.pcap",
                              .frame = 11,
                              .client = sample_endpoint(12, 35540),
                              .server = sample_endpoint(10, 445)};
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(smbt_end_view));
    g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(smbt_other_frame));
    g_array_append_vals(all, views, 2);
    g_array_append_val(others, other);
    g_autoptr(GString) alone = g_string_new(NULL), joined = g_string_new(NULL);
    const smbt_record record = {.type = SMBT_RECORD_END, .end = &end};
    smbt_json_record(alone, "s.pcap", &record);
    g_assert_null(strstr(alone->str, "other_views"));
    end.views = all;
    end.culprit_elsewhere = others;
    smbt_json_record(joined, "s.pcap", &record);
    g_assert_nonnull(strstr(
        joined->str,
        "\"other_views\": [{\"file\": \"folder/a.pcap\", \"viewpoint\": \"near-client\", \"connection\": "
        "{\"client\": {\"ip\": \"10.50.0.11\", \"port\": 37632}, \"server\": {\"ip\": \"10.50.0.10\", "
        "\"port\": "
        "445}}, \"saw\": \"seen\", \"frame\": 272, \"time\": \"2026-11-20T14:02:11.304123456Z\", "
        "\"epoch_ns\": "
        "\"1795183331304123456\", \"clock_ahead_ms\": -3200, \"clock_error_ms\": 0.04, \"by_itself\": "
        "{\"frame\": "
        "272, \"kind\": \"rst\", \"by\": \"server\", \"cause\": \"unknown\", \"variant\": null, "
        "\"strength\": "
        "null}}, {\"file\": \"b.pcap\", \"viewpoint\": null, \"connection\": "));
    g_assert_nonnull(strstr(joined->str,
                            "\"saw\": \"absent\", \"frame\": null, \"time\": null, \"epoch_ns\": null, "
                            "\"clock_ahead_ms\": null, \"clock_error_ms\": null, \"by_itself\": null}]"));
    g_assert_nonnull(strstr(joined->str, "\"culprit_elsewhere\": [{\"file\": \"b.pcap\", \"frame\": 11, "));
}

static void test_json_capture(void)
{
    smbt_companion c = {.file = "a.pcap",
                        .connections = 2,
                        .has_clock = true,
                        .clock_ahead = -1500,
                        .clock_error = 1,
                        .has_drift = true,
                        .drift_ppb = -12601};
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(smbt_companion));
    g_array_append_val(all, c);
    smbt_input_info input = {.file = "s.pcap", .complete = true};
    smbt_capture_info info = {.companions = all, .told_elsewhere = 3};
    g_autoptr(GString) json = g_string_new(NULL);
    smbt_json_capture(json, &input, &info);
    g_assert_nonnull(strstr(json->str,
                            "\"joined_with\": [{\"file\": \"a.pcap\", \"connections\": 2, \"ambiguous\": 0, "
                            "\"clock_ahead_ms\": -0.0015, \"clock_error_ms\": 0.000001, "
                            "\"clock_drift_ppm\": -12.601}], \"ends_told_elsewhere\": 3}"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/view/views", test_views);
    g_test_add_func("/view/not-seen", test_not_seen);
    g_test_add_func("/view/companions", test_companions);
    g_test_add_func("/view/json", test_json);
    g_test_add_func("/view/json-capture", test_json_capture);
    return g_test_run();
}
