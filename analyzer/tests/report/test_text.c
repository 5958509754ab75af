/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"
#include "report/text.h"

static void check_record(const smbt_text_style *style, const smbt_record *record, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_record(out, style, record);
    g_assert_cmpstr(out->str, ==, expected);
}

static void check_end(const smbt_text_style *style, const smbt_end *end, const char *expected)
{
    const smbt_record record = {.type = SMBT_RECORD_END, .end = end};
    check_record(style, &record, expected);
}

static void test_end(void)
{
    smbt_end end = sample_end();
    check_end(
        &(smbt_text_style){0}, &end,
        "✗ 10.50.0.2:44846 → 10.50.0.10:445   reset by the server, frame 277, 14:02:11.304\n"
        "  zero-vc, NAT collision (confirmed)\n"
        "  Frame 276: 10.50.0.2:42332 opened a new session with VcNumber 0. The server then closed every "
        "other\n"
        "  connection from 10.50.0.2, 0.6 ms later and before it answered.\n"
        "    set off by  frame 276 on 10.50.0.2:42332 → 10.50.0.10:445, 623 µs before\n"
        "    evidence    frame 276: SESSION_SETUP_ANDX with VcNumber 0, extended security, not yet answered\n"
        "                frame 277: RST from the server, TTL 128 as before\n"
        "                workstation ACCT-PC01 (victim) and FRONTDESK (culprit) share 10.50.0.2\n"
        "    in flight   2 READ_ANDX (frames 270, 272); the oldest had waited 3.1 ms; a Windows user sees "
        "error 64\n"
        "    back        after 2.5 s, frame 301 on 10.50.0.2:44990 → 10.50.0.10:445; logged on after 2.6 s\n"
        "    ruled out   server-idle (last request 4 ms before), path-loss (no retransmission), forged-reset "
        "(TTL 128\n"
        "                as before)\n"
        "  Fix: Give each client its own address (routed VPN or a NAT pool).\n"
        "       Or use SMB2 or later, which has no such rule.\n"
        "  More: smbtrace-check --explain zero-vc\n"
        "\n");
    sample_end_clear(&end);
}

static void test_pattern(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_pattern p = sample_pattern("PC\x1b[2J\n01");
    smbt_text_record(out, &(smbt_text_style){0}, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &p});
    g_assert_cmpstr(
        out->str, ==,
        "✗ ping-pong   10.50.0.2 → 10.50.0.10, frame 277 to frame 900, 14:02:11.304 to 14:02:31.304\n"
        "  They killed each other's connections 13 times.\n"
        "    hosts       PC\uFFFD[2J\uFFFD01 ended 7, lost 6; a host without a name ended 6, lost 7\n"
        "\n");
    g_array_unref(p.hosts);
}

static void test_end_narrow_verbose(void)
{
    smbt_end end = sample_end();
    check_end(&(smbt_text_style){.width = 80, .verbose = true}, &end,
              "✗ 10.50.0.2:44846 → 10.50.0.10:445\n"
              "    reset by the server, frame 277, 14:02:11.304\n"
              "  zero-vc, NAT collision (confirmed)\n"
              "  Frame 276: 10.50.0.2:42332 opened a new session with VcNumber 0. The server\n"
              "  then closed every other connection from 10.50.0.2, 0.6 ms later and before it\n"
              "  answered.\n"
              "    set off by  frame 276 on 10.50.0.2:42332 → 10.50.0.10:445, 623 µs before\n"
              "    connection  from frame 1, direct-tcp, NT LM 0.12, user alice, workstation\n"
              "                ACCT-PC01\n"
              "    ended       2026-11-20T14:02:11.304123456Z\n"
              "    predicted   by rule zero-vc of profile windows-xp, from 14:02:11.303 to\n"
              "                14:02:11.305\n"
              "    evidence    frame 276: SESSION_SETUP_ANDX with VcNumber 0, extended\n"
              "                security, not yet answered\n"
              "                frame 277: RST from the server, TTL 128 as before\n"
              "                workstation ACCT-PC01 (victim) and FRONTDESK (culprit) share\n"
              "                10.50.0.2\n"
              "    in flight   2 READ_ANDX (frames 270, 272); the oldest had waited 3.1 ms; a\n"
              "                Windows user sees error 64\n"
              "    back        after 2.5 s, frame 301 on 10.50.0.2:44990 → 10.50.0.10:445;\n"
              "                logged on after 2.6 s\n"
              "    ruled out   server-idle (last request 4 ms before), path-loss (no\n"
              "                retransmission), forged-reset (TTL 128 as before)\n"
              "    see         MS-CIFS 3.3.5.43\n"
              "                MS-CIFS 2.1.3\n"
              "  Fix: Give each client its own address (routed VPN or a NAT pool).\n"
              "       Or use SMB2 or later, which has no such rule.\n"
              "  More: smbtrace-check --explain zero-vc\n"
              "\n");
    sample_end_clear(&end);
}

static void test_end_one_line(void)
{
    smbt_end end = sample_bare_end();
    check_end(&(smbt_text_style){0}, &end,
              "i 10.50.0.2:44850 → 10.50.0.10:445   client-close, orderly, frame 304, 14:02:11.304\n");
    check_end(&(smbt_text_style){.width = 80}, &end,
              "i 10.50.0.2:44850 → 10.50.0.10:445   client-close, orderly, frame 304\n");
    end.strength = SMBT_STRENGTH_LIKELY;
    check_end(&(smbt_text_style){.color = true}, &end,
              "\033[2mi\033[0m 10.50.0.2:44850 → 10.50.0.10:445   \033[1mclient-close\033[0m, orderly "
              "(likely), frame "
              "304, 14:02:11.304\n");
    sample_end_clear(&end);
}

static void test_end_unknown(void)
{
    smbt_end end = sample_bare_end();
    end.connection.client = sample_endpoint6(2, 40000);
    end.connection.server = sample_endpoint6(0x10, 445);
    end.kind = SMBT_END_SILENCE;
    end.by = SMBT_SIDE_UNKNOWN;
    end.cause = "unknown";
    end.variant = NULL;
    end.severity = SMBT_SEVERITY_NOTE;
    end.strength = SMBT_STRENGTH_NONE;
    end.summary = "Nothing more was seen of this connection.";
    g_ptr_array_add(end.missing, "other clients of this address: capture at the server");
    g_ptr_array_add(end.missing, "the start of the connection");
    check_end(&(smbt_text_style){.color = true}, &end,
              "\033[36m• [2001:db8::2]:40000 → [2001:db8::10]:445\033[0m   fell silent, last frame 304, "
              "14:02:11.304\n"
              "  \033[1munknown\033[0m\n"
              "  Nothing more was seen of this connection.\n"
              "    \033[2mmissing\033[0m     other clients of this address: capture at the server\n"
              "                the start of the connection\n"
              "  \033[2mMore: smbtrace-check --explain unknown\033[0m\n"
              "\n");
    sample_end_clear(&end);
}

/* Each way to end, in words. */
static void test_how_it_ended(void)
{
    static const struct {
        enum smbt_end_kind kind;
        enum smbt_side by;
        const char *cause, *words;
    } cases[] = {
        {SMBT_END_RST, SMBT_SIDE_CLIENT, "client-close", "   reset by the client, frame 304"},
        {SMBT_END_RST, SMBT_SIDE_UNKNOWN, "unknown", "   reset, frame 304"},
        {SMBT_END_FIN, SMBT_SIDE_SERVER, "server-close", "   closed by the server, frame 304"},
        {SMBT_END_FIN, SMBT_SIDE_UNKNOWN, "unknown", "   closed, frame 304"},
        {SMBT_END_RST, SMBT_SIDE_SERVER, "forged-reset", "   reset in the server's name, frame 304"},
        {SMBT_END_RST, SMBT_SIDE_CLIENT, "forged-reset", "   reset in the client's name, frame 304"},
    };
    smbt_end end = sample_bare_end();
    end.severity = SMBT_SEVERITY_WARNING;
    end.time = SMBT_TIME_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        end.kind = cases[i].kind;
        end.by = cases[i].by;
        end.cause = cases[i].cause;
        g_autoptr(GString) out = g_string_new(NULL);
        smbt_text_record(out, &(smbt_text_style){0}, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        g_autofree char *start =
            g_strconcat("! 10.50.0.2:44850 → 10.50.0.10:445", cases[i].words, "\n  ", cases[i].cause, NULL);
        g_assert_true(g_str_has_prefix(out->str, start));
    }
    sample_end_clear(&end);
}

static void test_long_lists(void)
{
    smbt_end end = sample_bare_end();
    end.severity = SMBT_SEVERITY_ERROR;
    end.summary = "Summary.";
    for (guint i = 0; i < 7; i++) {
        g_array_append_val(end.evidence, ((smbt_evidence){100 + i, "something"}));
        g_array_append_val(end.in_flight, ((smbt_in_flight){200 + i, "WRITE_ANDX", SMBT_DURATION_UNKNOWN}));
    }
    g_array_append_val(end.in_flight, ((smbt_in_flight){300, "ECHO", 0}));
    end.in_flight_more = 5;
    check_end(
        &(smbt_text_style){0}, &end,
        "✗ 10.50.0.2:44850 → 10.50.0.10:445   closed by the client, frame 304, 14:02:11.304\n"
        "  client-close, orderly (confirmed)\n"
        "  Summary.\n"
        "    evidence    frame 100: something\n"
        "                frame 101: something\n"
        "                frame 102: something\n"
        "                frame 103: something\n"
        "                and 3 more (-v shows them)\n"
        "    in flight   7 WRITE_ANDX (frames 200, 201, 202, 203, 204 …), 1 ECHO (frame 300) and 5 more\n"
        "  More: smbtrace-check --explain client-close\n"
        "\n");
    /* One line too many is not worth a line that says so. */
    g_array_set_size(end.evidence, 5);
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_record(out, &(smbt_text_style){0}, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    g_assert_nonnull(strstr(out->str, "frame 104: something"));
    sample_end_clear(&end);
}

static void test_observation(void)
{
    smbt_observation o = sample_observation();
    const smbt_record record = {.type = SMBT_RECORD_OBSERVATION, .observation = &o};
    check_record(
        &(smbt_text_style){0}, &record,
        "! zero-vc-exposed   frame 269, 14:02:11.304, 10.50.0.2:42332 → 10.50.0.10:445\n"
        "  2 hosts share 10.50.0.2 towards a server that enforces the zero-VC rule: the next session setup "
        "will cut\n"
        "  someone off.\n"
        "    evidence    frame 12: workstation ACCT-PC01\n"
        "                frame 269: workstation FRONTDESK\n"
        "  More: smbtrace-check --explain zero-vc-exposed\n"
        "\n");
    g_array_set_size(o.evidence, 0);
    o.kind = "filtered";
    o.summary = "No SYN, FIN or RST in the whole file.";
    o.severity = SMBT_SEVERITY_NOTE;
    o.frame = 0;
    o.has_connection = false;
    check_record(&(smbt_text_style){0}, &record,
                 "• filtered   the whole capture\n"
                 "  No SYN, FIN or RST in the whole file.\n"
                 "\n");
    g_array_unref(o.evidence);
}

static void test_peers(void)
{
    smbt_server_info server = sample_server();
    smbt_client_info client = sample_client();
    const smbt_record records[] = {{.type = SMBT_RECORD_SERVER, .server = &server},
                                   {.type = SMBT_RECORD_CLIENT, .client = &client}};
    check_record(&(smbt_text_style){0}, &records[0], "");
    check_record(&(smbt_text_style){0}, &records[1], "");
    const smbt_text_style verbose = {.verbose = true, .width = 200};
    check_record(
        &verbose, &records[0],
        "server 10.50.0.10   3 connections, Windows 5.1, profile windows-xp (auto), possible: windows-xp, "
        "windows-2003; VcNumber 0 enforced 2, ignored 0; no router away, recorded near the server\n");
    check_record(&verbose, &records[1],
                 "client 10.50.0.2   3 connections, 2 hosts: ACCT-PC01 (ntlm-workstation, tcp-timestamp, 1 "
                 "connection), "
                 "unnamed (ttl, 2 connections); VcNumber 0, 1; 2 routers away, recorded near the server, "
                 "behind a\n    NAT\n");
    /* Without a sign of its own, the second is no host that is told apart; without a name, nor is the first.
     */
    g_ptr_array_set_size(g_array_index(client.hosts, smbt_host_info, 1).evidence, 0);
    check_record(
        &verbose, &records[1],
        "client 10.50.0.2   3 connections, 1 host known: ACCT-PC01 (ntlm-workstation, tcp-timestamp, 1 "
        "connection); 2 connections not attributed; VcNumber 0, 1; 2 routers away, recorded near the "
        "server, behind\n    a NAT\n");
    g_array_index(client.hosts, smbt_host_info, 0).name = NULL;
    g_ptr_array_set_size(g_array_index(client.hosts, smbt_host_info, 0).evidence, 0);
    check_record(&verbose, &records[1],
                 "client 10.50.0.2   3 connections, hosts not told apart; VcNumber 0, 1; 2 routers away, "
                 "recorded near the server, behind a NAT\n");
    client.connections = 1;
    g_ptr_array_unref(g_array_index(client.hosts, smbt_host_info, 1).evidence);
    g_array_set_size(client.hosts, 1);
    check_record(
        &verbose, &records[1],
        "client 10.50.0.2   1 connection, host not named; VcNumber 0, 1; 2 routers away, recorded near "
        "the server, behind a NAT\n");
    server =
        (smbt_server_info){.addr = server.addr, .profile = "samba", .profiles_possible = "samba", .hops = -1};
    check_record(
        &verbose, &records[0],
        "server 10.50.0.10   0 connections, NativeOS not seen, profile samba; VcNumber 0 enforced 0, ignored "
        "0\n");
    sample_client_clear(&client);
}

/* Told where it made a verdict weaker, or all is asked for. */
static void test_chance(void)
{
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    info.has_zero_vc_chance = true;
    for (int i = 0; i < 4; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        smbt_end end = sample_end();
        smbt_tally tally = {0}, all = {0};
        const smbt_text_style style = {.verbose = i >= 2};
        end.may_be_chance = i % 2;
        info.zero_vc_chance = i < 3 ? 0.024 : 0.0004;
        smbt_tally_add(&tally, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        smbt_tally_merge(&all, &tally);
        smbt_text_capture(out, &style, &input, &info, &all);
        const char *told = strstr(out->str, "\n  coincidence: ");
        g_assert_cmpint(told != NULL, ==, i > 0);
        if (told)
            g_assert_true(g_str_has_prefix(told, i < 3 ? "\n  coincidence: 2.4 % of the ends by servers would"
                                                       : "\n  coincidence: less than 0.1 % of the ends"));
        sample_end_clear(&end);
    }
}

static void check_capture(const smbt_input_info *input, const smbt_capture_info *info, const char *expected)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_capture(out, &(smbt_text_style){.width = 80}, input, info, &(smbt_tally){0});
    g_assert_cmpstr(out->str, ==, expected);
}

static void test_capture(void)
{
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    check_capture(&input, &info,
                  "fileserver.pcapng  5.2 s, 1 842 frames, 7 SMB connections, 3 ended by the server\n"
                  "  from 2026-11-20 14:02:06.104; times are UTC; taken near the server, on the\n"
                  "  server's side of the NAT\n"
                  "\n");
    info.open_at_end = 1; /* no end could be seen */
    info.viewpoint = SMBT_VIEWPOINT_UNKNOWN;
    check_capture(&input, &info,
                  "fileserver.pcapng  5.2 s, 1 842 frames, 7 SMB connections, 3 ended by the server\n"
                  "  from 2026-11-20 14:02:06.104; times are UTC\n"
                  "\n");
    info.controls = 1;
    check_capture(&input, &info,
                  "fileserver.pcapng  5.2 s, 1 842 frames, 7 SMB connections, 3 ended by the server\n"
                  "  from 2026-11-20 14:02:06.104; times are UTC\n"
                  "  1 connection was still open when the capture ended\n"
                  "\n");
    info = (smbt_capture_info){.frames = 1, .first = SAMPLE_TIME, .last = SAMPLE_TIME};
    check_capture(&input, &info, "fileserver.pcapng  0 µs, 1 frame, no SMB connections\n");
    info = (smbt_capture_info){.first = SMBT_TIME_NONE, .last = SMBT_TIME_NONE};
    check_capture(&input, &info, "fileserver.pcapng  no frames\n");
}

static void test_capture_problems(void)
{
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    static const smbt_undecoded kinds[] = {{"link type 147", 1011, 3, 0}, {"ethertype 0x88f7", 1, 90, 0}};
    g_autoptr(GArray) undecoded = g_array_new(FALSE, FALSE, sizeof *kinds);
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS("cut off in frame 1843");
    input.file = "\x1b]0;evil\x07.pcap";
    input.complete = false;
    input.problems = problems;
    info.ends_by_server = 0;
    info.smb_connections = 1;
    info.viewpoint = SMBT_VIEWPOINT_UNKNOWN;
    info.undecoded_frames = 1012;
    info.undecoded = g_array_append_vals(undecoded, kinds, G_N_ELEMENTS(kinds));
    info.backward_frames = 3;
    info.nat = SMBT_NAT_INSIDE; /* said only beside a place */
    info.copied_frames = 4;
    info.routed_frames = 2;
    info.first_copy_frame = 8;
    check_capture(&input, &info,
                  "�]0;evil�.pcap  5.2 s, 1 842 frames, 1 SMB connection, none ended by the server\n"
                  "  from 2026-11-20 14:02:06.104; times are UTC\n"
                  "  ✗ INCOMPLETE: the input could not be read whole. What follows holds for the\n"
                  "    part that was read; later frames may be missing.\n"
                  "    ! cut off in frame 1843\n"
                  "  ! 1 012 frames that may carry SMB were not decoded: link type 147 (1 011,\n"
                  "    first in frame 3), ethertype 0x88f7 (1, first in frame 90)\n"
                  "  ! 3 frames are older than the one before: taken as of the same time\n"
                  "  ! 4 packets were recorded twice (first copy: frame 8): copies were left out\n"
                  "\n");
    info.routed_frames = 3;
    info.cut_frames = 9;
    info.cut_least = info.cut_most = 220;
    info.begun_before = 1;
    info.open_at_end = 2;
    info.controls = 3;
    info.viewpoint = SMBT_VIEWPOINT_NEAR_CLIENT;
    info.undecoded_frames = info.backward_frames = 0;
    input.complete = true;
    input.problems = NULL;
    check_capture(&input, &info,
                  "�]0;evil�.pcap  5.2 s, 1 842 frames, 1 SMB connection, none ended by the server\n"
                  "  from 2026-11-20 14:02:06.104; times are UTC; taken near the client, on the\n"
                  "  clients' side of the router to the server\n"
                  "  1 connection began before the capture, 2 were still open when it ended\n"
                  "  ! 9 of 1 842 frames were cut off at 220 bytes\n"
                  "  ! 4 packets were recorded twice, on both sides of a router (first copy: frame\n"
                  "    8): copies were left out\n"
                  "\n");
}

static void test_summary(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_tally tally = {.ends = 12345, .observations = 1, .worst = SMBT_SEVERITY_ERROR + 1};
    tally.by_cause[0] = 4;
    tally.by_cause[11] = 12341;
    smbt_text_summary(out, &(smbt_text_style){0}, 1, &tally);
    g_assert_cmpstr(out->str, ==, "");
    smbt_text_summary(out, &(smbt_text_style){0}, 3, &tally);
    g_assert_cmpstr(out->str, ==,
                    "3 captures  12 345 ends: 4 zero-vc, 12 341 client-close; 1 observation; worst: error\n");
    g_string_truncate(out, 0);
    tally = (smbt_tally){0};
    smbt_text_summary(out, &(smbt_text_style){0}, 2, &tally);
    g_assert_cmpstr(out->str, ==, "2 captures  0 ends; 0 observations\n");
}

static void test_duration(void)
{
    static const struct {
        smbt_duration duration;
        const char *text;
    } cases[] = {
        {0, "0 µs"},
        {999, "0 µs"},
        {999999, "999 µs"},
        {1000000, "1 ms"},
        {3199999, "3.1 ms"},
        {12900000, "12 ms"},
        {UINT64_C(999999999), "999 ms"},
        {UINT64_C(5200000000), "5.2 s"},
        {UINT64_C(59999999999), "59 s"},
        {UINT64_C(60000000000), "1 min"},
        {UINT64_C(3599999999999), "59 min 59 s"},
        {UINT64_C(3600000000000), "1 h"},
        {UINT64_C(7440000000000), "2 h 4 min"},
        {UINT64_C(86400000000000), "1 d"},
        {UINT64_MAX - 1, "213 503 d 23 h"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) para = g_string_new(NULL), out = g_string_new(NULL);
        smbt_text_duration(para, cases[i].duration);
        smbt_para_write(out, para, &(smbt_para_layout){.width = 80});
        g_strchomp(out->str);
        g_assert_cmpstr(out->str, ==, cases[i].text);
    }
}

/* No string of any record reaches the terminal as more than text. */
static void test_hostile(void)
{
    static const char s[] = "\x1b[2J\x9b\xc2\x9b"
                            "31m\r\n\t\x01\x02\x1f\xe2\x80\xae\xff end";
    smbt_end end = sample_end();
    end.connection.transport = end.connection.dialect = end.connection.user = end.connection.workstation = s;
    end.cause = end.variant = end.summary = end.predicted.rule = end.predicted.profile = s;
    g_array_index(end.evidence, smbt_evidence, 0).what = s;
    g_array_index(end.in_flight, smbt_in_flight, 0).command = s;
    g_array_index(end.ruled_out, smbt_ruled_out, 0) = (smbt_ruled_out){s, s};
    g_ptr_array_add(end.missing, (gpointer)s);
    g_ptr_array_add(end.remedies, (gpointer)s);
    g_ptr_array_add(end.references, (gpointer)s);
    smbt_observation o = sample_observation();
    o.kind = o.summary = s;
    const smbt_server_info server = {
        .native_os = s, .native_lan_man = s, .profile = s, .profile_source = s, .profiles_possible = s};
    smbt_client_info client = sample_client();
    g_array_index(client.hosts, smbt_host_info, 0).name = s;
    g_ptr_array_add(g_array_index(client.hosts, smbt_host_info, 0).evidence, (gpointer)s);
    const smbt_record records[] = {{.type = SMBT_RECORD_END, .end = &end},
                                   {.type = SMBT_RECORD_OBSERVATION, .observation = &o},
                                   {.type = SMBT_RECORD_SERVER, .server = &server},
                                   {.type = SMBT_RECORD_CLIENT, .client = &client}};
    for (unsigned width = 40; width < 200; width += 7) {
        g_autoptr(GString) out = g_string_new(NULL);
        for (guint i = 0; i < G_N_ELEMENTS(records); i++)
            smbt_text_record(out, &(smbt_text_style){.verbose = true, .width = width}, &records[i]);
        g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
        g_assert_null(strstr(out->str, "\xc2\x9b"));
        g_assert_null(strstr(out->str, "\xe2\x80\xae"));
        g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
        for (int i = 0; lines[i]; i++) {
            g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, width);
            g_assert_false(g_str_has_suffix(lines[i], " "));
            for (const char *p = lines[i]; *p; p++)
                g_assert_true((guchar)*p >= 0x20 && *p != 0x7f);
        }
    }
    sample_end_clear(&end);
    sample_client_clear(&client);
    g_array_unref(o.evidence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/end/block", test_end);
    g_test_add_func("/text/pattern", test_pattern);
    g_test_add_func("/text/end/narrow-verbose", test_end_narrow_verbose);
    g_test_add_func("/text/end/one-line", test_end_one_line);
    g_test_add_func("/text/end/unknown", test_end_unknown);
    g_test_add_func("/text/end/how", test_how_it_ended);
    g_test_add_func("/text/end/long-lists", test_long_lists);
    g_test_add_func("/text/observation", test_observation);
    g_test_add_func("/text/peers", test_peers);
    g_test_add_func("/text/capture", test_capture);
    g_test_add_func("/text/chance", test_chance);
    g_test_add_func("/text/capture/problems", test_capture_problems);
    g_test_add_func("/text/summary", test_summary);
    g_test_add_func("/text/duration", test_duration);
    g_test_add_func("/text/hostile", test_hostile);
    return g_test_run();
}
