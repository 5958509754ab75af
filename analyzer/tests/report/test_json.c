/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/time.h"
#include "report/jsonout.h"
#include "report/sample.h"
#include "verdict/topic.h"

#include <json-glib/json-glib.h>

/* ---- Writer */

static void test_writer(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_jsonout json = {.out = out};
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_begin_array(&json, "empty");
    smbt_jsonout_end_array(&json);
    smbt_jsonout_begin_array(&json, "a");
    smbt_jsonout_begin_object(&json, NULL);
    smbt_jsonout_end_object(&json);
    smbt_jsonout_uint(&json, NULL, 0);
    smbt_jsonout_uint(&json, NULL, UINT64_MAX);
    smbt_jsonout_bool(&json, NULL, true);
    smbt_jsonout_null(&json, NULL);
    smbt_jsonout_end_array(&json);
    smbt_jsonout_frame(&json, "frame", 0);
    smbt_jsonout_frame(&json, "next", 7);
    smbt_jsonout_strings(&json, "none", NULL);
    smbt_jsonout_end_object(&json);
    g_assert_cmpstr(out->str, ==,
                    "{\"empty\": [], \"a\": [{}, 0, 18446744073709551615, true, null], \"frame\": null, "
                    "\"next\": 7, \"none\": []}");
}

static void check_ms(smbt_duration value, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_jsonout json = {.out = out};
    smbt_jsonout_ms(&json, NULL, value);
    g_assert_cmpstr(out->str, ==, expected);
}

static void test_milliseconds(void)
{
    check_ms(0, "0");
    check_ms(1, "0.000001");
    check_ms(623000, "0.623");
    check_ms(999999, "0.999999");
    check_ms(1000000, "1");
    check_ms(1000001, "1.000001");
    check_ms(3100000, "3.1");
    check_ms(UINT64_MAX - 1, "18446744073709.551614");
    check_ms(SMBT_DURATION_UNKNOWN, "null");
}

static void check_string(const char *value, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_jsonout json = {.out = out};
    smbt_jsonout_string(&json, NULL, value);
    g_assert_cmpstr(out->str, ==, expected);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, out->str, -1, NULL));
}

static void test_strings(void)
{
    check_string("", "\"\"");
    check_string("a/b é 日本 \xf0\x9f\x98\x80", "\"a/b é 日本 \xf0\x9f\x98\x80\"");
    check_string("\"\\\"", "\"\\\"\\\\\\\"\"");
    check_string("\x01\n\x1b[0m\x7f", "\"\\u0001\\u000a\\u001b[0m\\u007f\"");
    check_string("\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf", "\"\\u009b\\u202e\\u2028\\ufeff\"");
    check_string("x\xf3\xa0\x81\x81y", "\"x\\udb40\\udc41y\"");
    check_string("\xff|\xe2\x82|\xc0\xaf",
                 "\"\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* ---- Records */

static const char *const end_golden =
    "{\"type\": \"end\", \"file\": \"x.pcap\", \"connection\": {\"client\": {\"ip\": \"10.50.0.2\", "
    "\"port\": "
    "44846}, \"server\": {\"ip\": \"10.50.0.10\", \"port\": 445}, \"community_id\": "
    "\"1:H8acQmsZ9EWQTX8V5cKUcO9terk=\", \"transport\": \"direct-tcp\", \"dialect\": \"NT LM 0.12\", "
    "\"first_frame\": 1, \"user\": \"alice\", \"workstation\": \"ACCT-PC01\", "
    "\"viewpoint\": null}, \"end\": {\"frame\": 277, "
    "\"time\": \"2026-11-20T14:02:11.304123456Z\", \"epoch_ns\": \"1795183331304123456\", \"kind\": \"rst\", "
    "\"by\": \"server\"}, \"cause\": \"zero-vc\", \"variant\": \"nat-collision\", \"severity\": \"error\", "
    "\"strength\": \"confirmed\", \"may_be_chance\": false, \"summary\": \"Frame 276: 10.50.0.2:42332 opened "
    "a new session with "
    "VcNumber 0. "
    "The server then closed every other connection from 10.50.0.2, 0.6 ms later and before it answered.\", "
    "\"culprit\": {\"frame\": 276, \"connection\": {\"client\": {\"ip\": \"10.50.0.2\", \"port\": 42332}, "
    "\"server\": {\"ip\": \"10.50.0.10\", \"port\": 445}}, \"workstation\": \"FRONTDESK\", \"delay_ms\": "
    "0.623}, \"predicted\": {\"rule\": "
    "\"zero-vc\", \"profile\": \"windows-xp\", \"from\": \"2026-11-20T14:02:11.303500456Z\", \"to\": "
    "\"2026-11-20T14:02:11.305123456Z\", \"from_epoch_ns\": \"1795183331303500456\", \"to_epoch_ns\": "
    "\"1795183331305123456\"}, \"evidence\": [{\"frame\": 276, \"what\": \"SESSION_SETUP_ANDX with VcNumber "
    "0, "
    "extended security, not yet answered\"}, {\"frame\": 277, \"what\": \"RST from the server, TTL 128 as "
    "before\"}, {\"frame\": null, \"what\": \"workstation ACCT-PC01 (victim) and FRONTDESK (culprit) share "
    "10.50.0.2\"}], \"in_flight\": [{\"frame\": 270, \"command\": \"READ_ANDX\", \"age_ms\": 3.1}, "
    "{\"frame\": "
    "272, \"command\": \"READ_ANDX\", \"age_ms\": 2}], \"in_flight_more\": 0, \"windows_error\": 64, "
    "\"reconnect\": {\"frame\": "
    "301, \"after_ms\": 2500, \"connection\": {\"client\": {\"ip\": \"10.50.0.2\", \"port\": 44990}, "
    "\"server\": {\"ip\": \"10.50.0.10\", \"port\": 445}}, \"logon_frame\": 309, \"logon_after_ms\": 2612}, "
    "\"no_reconnect\": null, \"no_reconnect_reason\": null, \"ruled_out\": [{\"cause\": "
    "\"server-idle\", \"why\": \"last request 4 ms before\"}, {\"cause\": \"path-loss\", \"why\": \"no "
    "retransmission\"}, {\"cause\": \"forged-reset\", \"why\": \"TTL 128 as before\"}], \"missing\": [], "
    "\"remedies\": [\"Give each client its own address (routed VPN or a NAT pool).\", \"Or use SMB2 or "
    "later, "
    "which has no such rule.\"], \"references\": [\"MS-CIFS 3.3.5.43\", \"MS-CIFS 2.1.3\"]}";

static const char *const bare_golden =
    "{\"type\": \"end\", \"file\": null, \"connection\": {\"client\": {\"ip\": null, \"port\": 0}, "
    "\"server\": "
    "{\"ip\": null, \"port\": 0}, \"community_id\": null, \"transport\": null, \"dialect\": null, "
    "\"first_frame\": null, \"user\": null, \"workstation\": null, \"viewpoint\": null}, \"end\": "
    "{\"frame\": null, \"time\": "
    "null, "
    "\"epoch_ns\": null, \"kind\": \"silence\", \"by\": null}, \"cause\": \"unknown\", \"variant\": null, "
    "\"severity\": \"note\", \"strength\": null, \"may_be_chance\": true, \"summary\": null, \"culprit\": "
    "{\"frame\": null, "
    "\"connection\": null, \"workstation\": null, \"delay_ms\": null}, \"predicted\": {\"rule\": null, "
    "\"profile\": null, \"from\": "
    "null, \"to\": null, \"from_epoch_ns\": null, \"to_epoch_ns\": null}, \"evidence\": [], \"in_flight\": "
    "[], "
    "\"in_flight_more\": 3, \"windows_error\": null, \"reconnect\": null, \"no_reconnect\": \"not seen "
    "again\", \"no_reconnect_reason\": \"untold\", \"ruled_out\": [], "
    "\"missing\": [], \"remedies\": [], \"references\": [], "
    "\"revises\": 12}";

static void check_record(const char *file, const smbt_record *record, const char *expected)
{
    g_autoptr(GString) out = g_string_new("before ");
    smbt_json_record(out, file, record);
    g_assert_true(g_str_has_prefix(out->str, "before "));
    g_assert_cmpstr(out->str + 7, ==, expected);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, out->str + 7, -1, &error);
    g_assert_no_error(error);
}

static void test_end(void)
{
    smbt_end end = sample_end();
    check_record("x.pcap", &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, end_golden);
    sample_end_clear(&end);
    const smbt_end bare = {.time = SMBT_TIME_NONE,
                           .kind = SMBT_END_SILENCE,
                           .by = SMBT_SIDE_UNKNOWN,
                           .cause = "unknown",
                           .severity = SMBT_SEVERITY_NOTE,
                           .in_flight_more = 3,
                           .may_be_chance = true,
                           .reconnect = {.none = "not seen again", .why_none = SMBT_RETURN_UNTOLD},
                           .revises = 12};
    check_record(NULL, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, bare_golden);
}

static void test_observation(void)
{
    smbt_observation o = sample_observation();
    check_record(
        "x.pcap", &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &o},
        "{\"type\": \"observation\", \"file\": \"x.pcap\", \"kind\": \"zero-vc-exposed\", \"frame\": 269, "
        "\"time\": \"2026-11-20T14:02:11.304123456Z\", \"epoch_ns\": \"1795183331304123456\", "
        "\"severity\": \"warning\", \"summary\": \"2 hosts share 10.50.0.2 towards a server that enforces "
        "the zero-VC rule: the next session setup will cut someone off.\", \"connection\": {\"client\": "
        "{\"ip\": \"10.50.0.2\", \"port\": 42332}, \"server\": {\"ip\": \"10.50.0.10\", \"port\": 445}}, "
        "\"evidence\": [{\"frame\": 12, \"what\": \"workstation ACCT-PC01\"}, {\"frame\": 269, \"what\": "
        "\"workstation FRONTDESK\"}]}");
    g_array_unref(o.evidence);
    o = (smbt_observation){.kind = "filtered", .time = SMBT_TIME_NONE, .severity = SMBT_SEVERITY_NOTE};
    check_record(
        NULL, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &o},
        "{\"type\": \"observation\", \"file\": null, \"kind\": \"filtered\", \"frame\": null, \"time\": "
        "null, \"epoch_ns\": null, \"severity\": \"note\", \"summary\": null, \"connection\": null, "
        "\"evidence\": []}");
}

static void test_peers(void)
{
    smbt_server_info server = sample_server();
    smbt_timer_measure timers[] = {{.timer = "autodisconnect",
                                    .value = 120 * SMBT_SEC,
                                    .agreeing = 3,
                                    .spread = SMBT_SEC / 4,
                                    .samples = 4,
                                    .outlived = 119 * SMBT_SEC + 1,
                                    .outlived_frame = 7,
                                    .usual = 900 * SMBT_SEC,
                                    .differs = true},
                                   {.timer = "unused-no-session",
                                    .value = SMBT_DURATION_UNKNOWN,
                                    .samples = 1,
                                    .usual = SMBT_DURATION_OFF}};
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof *timers);
    g_array_append_vals(list, timers, G_N_ELEMENTS(timers));
    server.timers = list;
    check_record(
        NULL, &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server},
        "{\"type\": \"server\", \"file\": null, \"ip\": \"10.50.0.10\", \"native_os\": \"Windows 5.1\", "
        "\"native_lan_man\": \"Windows 2000 LAN Manager\", \"profile\": \"windows-xp\", "
        "\"profile_source\": \"auto\", \"profiles_possible\": [\"windows-xp\", \"windows-2003\"], "
        "\"connections\": 3, \"viewpoint\": \"near-server\", \"hops\": 0, \"measured\": {\"zero_vc\": "
        "{\"enforced\": 2, \"not_enforced\": 0}, "
        "\"autodisconnect_s\": 120, \"unused_no_dialect_s\": null, \"unused_no_session_s\": null, "
        "\"oplock_break_s\": null, \"timers\": [{\"timer\": \"autodisconnect\", \"host\": null, \"value_s\": "
        "120, "
        "\"agreeing\": 3, \"spread_s\": 0.25, \"samples\": 4, \"outlived_s\": 119.000000001, "
        "\"outlived_frame\": 7, \"usual_s\": 900, \"differs\": true}, {\"timer\": \"unused-no-session\", "
        "\"host\": null, "
        "\"value_s\": null, \"agreeing\": 0, \"spread_s\": null, \"samples\": 1, \"outlived_s\": null, "
        "\"outlived_frame\": null, \"usual_s\": \"off\", \"differs\": false}]}}");
    smbt_client_info client = sample_client();
    check_record(
        NULL, &(smbt_record){.type = SMBT_RECORD_CLIENT, .client = &client},
        "{\"type\": \"client\", \"file\": null, \"ip\": \"10.50.0.2\", \"hosts\": [{\"name\": "
        "\"ACCT-PC01\", \"evidence\": [\"ntlm-workstation\", \"tcp-timestamp\"], \"connections\": 1}, "
        "{\"name\": null, \"evidence\": [\"ttl\"], \"connections\": 2}], \"hosts_told_apart\": 2, "
        "\"unattributed_connections\": 0, \"connections\": 3, "
        "\"viewpoint\": \"near-server\", \"hops\": 2, \"nat\": \"outside\", "
        "\"measured\": {\"session_timeout_s\": null, \"keep_conn_s\": null, \"timers\": [], \"vc_numbers\": "
        "[0, 1], \"vc_numbers_more\": "
        "false}}");
    sample_client_clear(&client);
}

static void test_capture(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    const smbt_undecoded undecoded = {"link type 147", 12, 3, 0};
    g_autoptr(GArray) kinds = g_array_new(FALSE, FALSE, sizeof undecoded);
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS("cut off in frame 1843");
    info.undecoded = g_array_append_val(kinds, undecoded);
    info.undecoded_frames = 12;
    input.problems = problems;
    input.complete = false;
    info.begun_before = 2;
    info.copied_frames = 5;
    info.routed_frames = 2;
    info.first_copy_frame = 41;
    info.viewpoint_is_mixed = true;
    info.open_at_end = 4;
    info.cut_frames = 9;
    info.cut_least = 60;
    info.cut_most = 220;
    info.controls = 9;
    smbt_json_capture(out, &input, &info);
    g_assert_cmpstr(
        out->str, ==,
        "{\"type\": \"capture\", \"file\": \"fileserver.pcapng\", \"sha256\": null, \"format\": "
        "\"pcapng\", \"frames\": 1842, \"bytes\": 165660, \"first\": "
        "\"2026-11-20T14:02:06.104123456Z\", \"last\": \"2026-11-20T14:02:11.304123456Z\", "
        "\"first_epoch_ns\": \"1795183326104123456\", \"last_epoch_ns\": \"1795183331304123456\", "
        "\"smb_connections\": 7, \"begun_before\": 2, \"open_at_end\": 4, \"ended_by_server\": 3, "
        "\"undecoded_frames\": 12, "
        "\"undecoded\": "
        "[{\"reason\": \"link type 147\", \"count\": 12, \"first_frame\": 3}], "
        "\"backward_frames\": 0, \"duplicate_frames\": 5, \"routed_duplicates\": 2, "
        "\"first_duplicate_frame\": 41, \"cut_frames\": 9, \"snap_length\": 220, "
        "\"viewpoint\": \"near-server\", \"viewpoint_is_mixed\": true, \"viewpoint_evidence\": [\"ttl\", "
        "\"handshake\"], "
        "\"nat\": \"outside\", \"zero_vc_chance\": null, \"complete\": false, \"problems\": "
        "[\"cut off in frame 1843\"]}");
    g_string_truncate(out, 0);
    info.controls = 0; /* no end could be seen */
    smbt_json_capture(out, &input, &info);
    g_assert_nonnull(strstr(out->str, "\"open_at_end\": null, "));
    g_string_truncate(out, 0);
    input = (smbt_input_info){.complete = true};
    info = (smbt_capture_info){0};
    smbt_json_capture(out, &input, &info);
    g_assert_cmpstr(
        out->str, ==,
        "{\"type\": \"capture\", \"file\": null, \"sha256\": null, \"format\": null, \"frames\": 0, "
        "\"bytes\": null, \"first\": null, \"last\": null, \"first_epoch_ns\": null, "
        "\"last_epoch_ns\": null, \"smb_connections\": 0, \"begun_before\": 0, \"open_at_end\": 0, "
        "\"ended_by_server\": 0, "
        "\"undecoded_frames\": 0, \"undecoded\": [], \"backward_frames\": 0, \"duplicate_frames\": 0, "
        "\"routed_duplicates\": 0, \"first_duplicate_frame\": null, "
        "\"cut_frames\": 0, \"snap_length\": null, \"viewpoint\": null, "
        "\"viewpoint_is_mixed\": false, \"viewpoint_evidence\": [], \"nat\": null, "
        "\"zero_vc_chance\": null, "
        "\"complete\": true, \"problems\": []}");
}

/* A capture of several files: what each is, and what they are together. */
static void test_joint(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const smbt_part_info part = {.index = 2, .repeated = 5, .pause = UINT64_C(1500000000), .hole = true};
    const smbt_joint_info joint = {.files = 3, .overlaps = 1, .holes = 1, .repeated = 5};
    const smbt_capture_info info = {.frames = 0, .has_zero_vc_chance = true, .zero_vc_chance = 0.00312499};
    smbt_json_capture(out, &(smbt_input_info){.file = "b.pcap", .part = &part}, &info);
    g_assert_true(g_str_has_prefix(out->str, "{\"type\": \"capture\", \"file\": \"b.pcap\""));
    g_assert_true(g_str_has_suffix(out->str,
                                   "\"part\": {\"index\": 2, \"repeated_frames\": 5, \"pause_before_s\": "
                                   "1.5, \"hole_before\": true}}"));
    g_assert_nonnull(strstr(out->str, "\"zero_vc_chance\": 0.00312499,"));
    g_string_truncate(out, 0);
    smbt_json_capture(out, &(smbt_input_info){.file = "a to c", .joint = &joint}, &info);
    g_assert_true(g_str_has_prefix(out->str, "{\"type\": \"joint\", \"files\": 3, \"overlaps\": 1, "
                                             "\"repeated_frames\": 5, \"holes\": 1, \"frames\": 0"));
    g_assert_null(strstr(out->str, "\"part\""));
}

static void test_summary(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_tally tally = {0};
    smbt_digest *digest = smbt_digest_new();
    smbt_json_summary(out, &tally, digest, true, 0);
    g_assert_cmpstr(out->str, ==,
                    "{\"type\": \"summary\", \"ends\": 0, \"by_cause\": {}, \"observations\": 0, \"worst\": "
                    "null, \"by_severity\": {\"error\": 0, \"warning\": 0, \"note\": 0, \"info\": 0}, "
                    "\"patterns\": [], \"patterns_more\": 0, \"headline\": \"No SMB connection ended "
                    "here.\", \"story\": null, \"captures\": 0, \"findings\": [], \"by_server\": [], "
                    "\"by_server_more\": 0, \"by_host\": [], \"by_host_more\": 0, "
                    "\"by_time\": {\"unit\": null, \"buckets\": []}, \"left_out\": {\"ends\": 0, "
                    "\"by_cause\": {}, \"observations\": 0, \"worst\": null}, "
                    "\"complete\": true, \"not_read\": 0}");
    g_string_truncate(out, 0);
    tally = (smbt_tally){.ends = 3, .observations = 2, .worst = SMBT_SEVERITY_ERROR + 1};
    tally.by_cause[SMBT_CAUSE_ZERO_VC] = 1;
    tally.by_cause[SMBT_CAUSE_UNKNOWN] = 2;
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_digest_add(digest, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, true);
    for (int i = 0; i < 2; i++)
        smbt_digest_add(digest, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, true);
    smbt_digest_add(digest, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, false);
    tally.by_severity[SMBT_SEVERITY_ERROR] = 1;
    tally.by_severity[SMBT_SEVERITY_NOTE] = 2;
    smbt_json_summary(out, &tally, digest, false, 7);
    g_assert_cmpstr(
        out->str, ==,
        "{\"type\": \"summary\", \"ends\": 3, \"by_cause\": {\"zero-vc\": 1, \"unknown\": 2}, "
        "\"observations\": 2, \"worst\": \"error\", \"by_severity\": {\"error\": 1, \"warning\": 0, "
        "\"note\": 2, \"info\": 0}, \"patterns\": [], \"patterns_more\": 0, "
        "\"headline\": \"10.50.0.10 dropped a connection of ACCT-PC01 when FRONTDESK asked for a "
        "session from "
        "their common address 10.50.0.2.\", \"story\": \"In all 3 ends: 1 zero-vc, NAT collision; 2 "
        "client-close, orderly.\", \"captures\": 0, "
        "\"findings\": [{\"finding\": \"zero-vc\", \"variant\": \"nat-collision\", \"is_end\": true, "
        "\"severity\": \"error\", \"count\": 1, \"strengths\": {\"confirmed\": 1, \"likely\": 0, "
        "\"possible\": 0}, "
        "\"first\": \"2026-11-20T14:02:11.304123456Z\", \"last\": \"2026-11-20T14:02:11.304123456Z\", "
        "\"captures\": 0, "
        "\"remedies\": [\"Give each client its own address (routed VPN or a NAT pool).\", \"Or use SMB2 or "
        "later, which has no such rule.\"]}, "
        "{\"finding\": \"client-close\", \"variant\": \"orderly\", \"is_end\": true, \"severity\": \"info\", "
        "\"count\": 2, \"strengths\": {\"confirmed\": 2, \"likely\": 0, \"possible\": 0}, "
        "\"first\": \"2026-11-20T14:02:11.304123456Z\", \"last\": \"2026-11-20T14:02:11.304123456Z\", "
        "\"captures\": 0, \"remedies\": []}], "
        "\"by_server\": [{\"ip\": \"10.50.0.10\", \"ends\": 3}], \"by_server_more\": 0, "
        "\"by_host\": [{\"ip\": \"10.50.0.2\", \"name\": null, \"ends\": 2}, "
        "{\"ip\": \"10.50.0.2\", \"name\": \"ACCT-PC01\", \"ends\": 1}], \"by_host_more\": 0, "
        "\"by_time\": {\"unit\": \"1s\", \"buckets\": [{\"start\": \"2026-11-20T14:02:11.000000000Z\", "
        "\"ends\": 3}]}, "
        "\"left_out\": {\"ends\": 1, \"by_cause\": {\"zero-vc\": 1}, \"observations\": 0, \"worst\": "
        "\"error\"}, "
        "\"complete\": false, \"not_read\": 7}");
    smbt_digest_free(digest);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

/* Beyond the cap ends are counted, whoever had them; the same when captures are brought together. */
static void test_many_servers(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_end bare = sample_bare_end();
    smbt_digest *digest = smbt_digest_new(), *all = smbt_digest_new();
    for (unsigned i = 0; i < 4100; i++) {
        bare.connection.server.addr.bytes[1] = (uint8_t)(i >> 8);
        bare.connection.server.addr.bytes[2] = (uint8_t)i;
        smbt_digest_add(digest, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, true);
    }
    for (int i = 0; i < 2; i++)
        smbt_digest_merge(all, digest, NULL);
    smbt_json_summary(out, &(smbt_tally){.ends = 8200}, all, true, 0);
    g_assert_nonnull(strstr(out->str, "\"by_server_more\": 8, \"by_host\": [{\"ip\": \"10.50.0.2\", "
                                      "\"name\": null, \"ends\": 8200}], \"by_host_more\": 0"));
    smbt_digest_free(digest);
    smbt_digest_free(all);
    sample_end_clear(&bare);
}

/* ---- Hostile strings, in each string of each record */

static const char *const hostile[] = {"\"}], \"x\": [{\"",
                                      "\\",
                                      "\\\"\\u0000",
                                      "\x01\x1b[2J\x7f\n\r\t\b",
                                      "\xff\xfe",
                                      "cut \xe2\x82",
                                      ("\xe2\x80\xae"
                                       "evil"),
                                      "\xf0\x9f\x98\x80",
                                      ""};

static void check_clean(const char *text)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p; p++)
        g_assert_true((guchar)*p >= 0x20 && *p != 0x7f);
    g_assert_null(strstr(text, "\xe2\x80\xae"));
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
}

/* `expected` is what a reader gets back; NULL when the bytes were no text to begin with. */
static void check_member(const char *text, const char *const *path, const char *expected)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    json_parser_load_from_data(parser, text, -1, NULL);
    JsonObject *object = json_node_get_object(json_parser_get_root(parser));
    for (; path[1]; path++)
        object = json_object_get_object_member(object, path[0]);
    if (expected) g_assert_cmpstr(json_object_get_string_member(object, path[0]), ==, expected);
    g_assert_true(g_utf8_validate(json_object_get_string_member(object, path[0]), -1, NULL));
}

static void check_hostile_end(const char *s)
{
    smbt_end end = sample_end();
    end.connection.transport = end.connection.dialect = end.connection.user = end.connection.workstation = s;
    end.cause = end.variant = end.summary = end.predicted.rule = end.predicted.profile = s;
    g_array_index(end.evidence, smbt_evidence, 0).what = s;
    g_array_index(end.in_flight, smbt_in_flight, 0).command = s;
    g_array_index(end.ruled_out, smbt_ruled_out, 0) = (smbt_ruled_out){s, s};
    g_ptr_array_add(end.missing, (gpointer)s);
    g_ptr_array_add(end.remedies, (gpointer)s);
    g_ptr_array_add(end.references, (gpointer)s);
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_json_record(out, s, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    check_clean(out->str);
    const char *expected = g_utf8_validate(s, -1, NULL) ? s : NULL;
    check_member(out->str, (const char *const[]){"summary", NULL}, expected);
    check_member(out->str, (const char *const[]){"file", NULL}, expected);
    check_member(out->str, (const char *const[]){"connection", "user", NULL}, expected);
    check_member(out->str, (const char *const[]){"predicted", "profile", NULL}, expected);
    sample_end_clear(&end);
}

static void check_hostile_others(const char *s)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_observation o = sample_observation();
    o.kind = o.summary = g_array_index(o.evidence, smbt_evidence, 0).what = s;
    smbt_json_record(out, s, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &o});
    check_clean(out->str);
    g_array_unref(o.evidence);

    g_string_truncate(out, 0);
    const smbt_server_info server = {
        .native_os = s, .native_lan_man = s, .profile = s, .profile_source = s, .profiles_possible = s};
    smbt_json_record(out, s, &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    check_clean(out->str);

    g_string_truncate(out, 0);
    smbt_client_info client = sample_client();
    g_array_index(client.hosts, smbt_host_info, 0).name = s;
    g_ptr_array_add(g_array_index(client.hosts, smbt_host_info, 0).evidence, (gpointer)s);
    smbt_json_record(out, s, &(smbt_record){.type = SMBT_RECORD_CLIENT, .client = &client});
    check_clean(out->str);
    sample_client_clear(&client);

    g_string_truncate(out, 0);
    smbt_end end = sample_end();
    smbt_digest *digest = smbt_digest_new();
    end.connection.workstation = end.culprit.workstation = s;
    smbt_digest_add(digest, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, true);
    smbt_json_summary(out, &(smbt_tally){0}, digest, true, 0);
    check_clean(out->str);
    smbt_digest_free(digest);
    sample_end_clear(&end);

    g_string_truncate(out, 0);
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS(s);
    const smbt_input_info input = {.file = s, .sha256 = s, .format = s, .problems = problems};
    const smbt_undecoded undecoded = {s, 1, 1, 0};
    g_autoptr(GArray) kinds = g_array_new(FALSE, FALSE, sizeof undecoded);
    const smbt_capture_info info = {.undecoded = g_array_append_val(kinds, undecoded)};
    smbt_json_capture(out, &input, &info);
    check_clean(out->str);
}

static void test_hostile(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
        check_hostile_end(hostile[i]);
        check_hostile_others(hostile[i]);
    }
    for (unsigned byte = 1; byte < 256; byte++) {
        const char one[] = {'a', (char)byte, 'b', '\0'};
        check_hostile_end(one);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/writer", test_writer);
    g_test_add_func("/json/milliseconds", test_milliseconds);
    g_test_add_func("/json/strings", test_strings);
    g_test_add_func("/json/end", test_end);
    g_test_add_func("/json/observation", test_observation);
    g_test_add_func("/json/peers", test_peers);
    g_test_add_func("/json/capture", test_capture);
    g_test_add_func("/json/joint", test_joint);
    g_test_add_func("/json/summary", test_summary);
    g_test_add_func("/json/many-servers", test_many_servers);
    g_test_add_func("/json/hostile", test_hostile);
    return g_test_run();
}
