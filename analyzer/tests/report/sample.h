/* Hand-made records for the tests of the renderers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_REPORT_SAMPLE_H
#define SMBT_TESTS_REPORT_SAMPLE_H

#include <smbtrace/smbtrace.h>
#include <string.h>

/* 2026-11-20 14:02:11.304123456 UTC */
#define SAMPLE_TIME UINT64_C(1795183331304123456)

static inline smbt_endpoint sample_endpoint(uint8_t last_byte, uint16_t port)
{
    return (smbt_endpoint){.addr = {.family = 4, .bytes = {10, 50, 0, last_byte}}, .port = port};
}

static inline smbt_endpoint sample_endpoint6(uint8_t last_byte, uint16_t port)
{
    return (smbt_endpoint){.addr = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = last_byte}},
                           .port = port};
}

static inline GPtrArray *sample_strings(const char *const *strings)
{
    GPtrArray *array = g_ptr_array_new();
    for (; *strings; strings++)
        g_ptr_array_add(array, (gpointer)*strings);
    return array;
}
#define SAMPLE_STRINGS(...) sample_strings((const char *const[]){__VA_ARGS__, NULL})

static inline GArray *sample_evidence(const smbt_evidence *evidence, guint n)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof *evidence);
    return g_array_append_vals(array, evidence, n);
}

/* A NAT collision with everything a finding can have. */
static inline smbt_end sample_end(void)
{
    static const smbt_evidence evidence[] = {
        {276, "SESSION_SETUP_ANDX with VcNumber 0, extended security, not yet answered"},
        {277, "RST from the server, TTL 128 as before"},
        {0, "workstation ACCT-PC01 (victim) and FRONTDESK (culprit) share 10.50.0.2"}};
    static const smbt_in_flight in_flight[] = {{270, "READ_ANDX", 3100000}, {272, "READ_ANDX", 2000000}};
    static const smbt_ruled_out ruled_out[] = {{"server-idle", "last request 4 ms before"},
                                               {"path-loss", "no retransmission"},
                                               {"forged-reset", "TTL 128 as before"}};
    smbt_end end = {
        .connection = {.client = sample_endpoint(2, 44846),
                       .server = sample_endpoint(10, 445),
                       .transport = "direct-tcp",
                       .dialect = "NT LM 0.12",
                       .first_frame = 1,
                       .user = "alice",
                       .workstation = "ACCT-PC01"},
        .frame = 277,
        .time = SAMPLE_TIME,
        .kind = SMBT_END_RST,
        .by = SMBT_SIDE_SERVER,
        .cause = "zero-vc",
        .variant = "nat-collision",
        .severity = SMBT_SEVERITY_ERROR,
        .strength = SMBT_STRENGTH_CONFIRMED,
        .summary =
            "Frame 276: 10.50.0.2:42332 opened a new session with VcNumber 0. The server then closed every "
            "other connection from 10.50.0.2, 0.6 ms later and before it answered.",
        .culprit = {.frame = 276,
                    .has_connection = true,
                    .client = sample_endpoint(2, 42332),
                    .server = sample_endpoint(10, 445),
                    .delay = 623000},
        .predicted = {.rule = "zero-vc",
                      .profile = "windows-xp",
                      .from = SAMPLE_TIME - 623000,
                      .to = SAMPLE_TIME + 1000000},
        .evidence = sample_evidence(evidence, G_N_ELEMENTS(evidence)),
        .in_flight = g_array_new(FALSE, FALSE, sizeof(smbt_in_flight)),
        .ruled_out = g_array_new(FALSE, FALSE, sizeof(smbt_ruled_out)),
        .missing = g_ptr_array_new(),
        .remedies = SAMPLE_STRINGS("Give each client its own address (routed VPN or a NAT pool).",
                                   "Or use SMB2 or later, which has no such rule."),
        .references = SAMPLE_STRINGS("MS-CIFS 3.3.5.43", "MS-CIFS 2.1.3"),
    };
    g_array_append_vals(end.in_flight, in_flight, G_N_ELEMENTS(in_flight));
    g_array_append_vals(end.ruled_out, ruled_out, G_N_ELEMENTS(ruled_out));
    return end;
}

/* An end of which nothing is known but that it was. */
static inline smbt_end sample_bare_end(void)
{
    return (smbt_end){.connection = {.client = sample_endpoint(2, 44850),
                                     .server = sample_endpoint(10, 445),
                                     .transport = "direct-tcp",
                                     .first_frame = 300},
                      .frame = 304,
                      .time = SAMPLE_TIME,
                      .kind = SMBT_END_FIN,
                      .by = SMBT_SIDE_CLIENT,
                      .cause = "client-close",
                      .variant = "orderly",
                      .severity = SMBT_SEVERITY_INFO,
                      .strength = SMBT_STRENGTH_CONFIRMED,
                      .summary = "The client closed the connection.",
                      .evidence = g_array_new(FALSE, FALSE, sizeof(smbt_evidence)),
                      .in_flight = g_array_new(FALSE, FALSE, sizeof(smbt_in_flight)),
                      .ruled_out = g_array_new(FALSE, FALSE, sizeof(smbt_ruled_out)),
                      .missing = g_ptr_array_new(),
                      .remedies = g_ptr_array_new(),
                      .references = g_ptr_array_new()};
}

static inline void sample_end_clear(smbt_end *end)
{
    g_array_unref(end->evidence);
    g_array_unref(end->in_flight);
    g_array_unref(end->ruled_out);
    g_ptr_array_unref(end->missing);
    g_ptr_array_unref(end->remedies);
    g_ptr_array_unref(end->references);
}

static inline smbt_observation sample_observation(void)
{
    static const smbt_evidence evidence[] = {{12, "workstation ACCT-PC01"}, {269, "workstation FRONTDESK"}};
    return (smbt_observation){
        .kind = "zero-vc-exposed",
        .frame = 269,
        .time = SAMPLE_TIME,
        .severity = SMBT_SEVERITY_WARNING,
        .summary = "2 hosts share 10.50.0.2 towards a server that enforces the zero-VC rule: the "
                   "next session setup will cut someone off.",
        .evidence = sample_evidence(evidence, G_N_ELEMENTS(evidence)),
        .has_connection = true,
        .client = sample_endpoint(2, 42332),
        .server = sample_endpoint(10, 445)};
}

static inline smbt_server_info sample_server(void)
{
    return (smbt_server_info){.addr = sample_endpoint(10, 0).addr,
                              .native_os = "Windows 5.1",
                              .native_lan_man = "Windows 2000 LAN Manager",
                              .profile = "windows-xp",
                              .profile_source = "auto",
                              .profiles_possible = "windows-xp, windows-2003",
                              .enforced = 2,
                              .not_enforced = 0,
                              .connections = 3,
                              .viewpoint = SMBT_VIEWPOINT_NEAR_SERVER};
}

static inline smbt_client_info sample_client(void)
{
    static const guint16 vc_numbers[] = {0, 1};
    const smbt_host_info hosts[] = {{"ACCT-PC01", SAMPLE_STRINGS("ntlm-workstation", "tcp-timestamp"), 1},
                                    {NULL, SAMPLE_STRINGS("ttl"), 2}};
    smbt_client_info client = {.addr = sample_endpoint(2, 0).addr,
                               .hosts = g_array_new(FALSE, FALSE, sizeof(smbt_host_info)),
                               .vc_numbers = g_array_new(FALSE, FALSE, sizeof(guint16)),
                               .connections = 3,
                               .viewpoint = SMBT_VIEWPOINT_NEAR_SERVER,
                               .hops = 2,
                               .nat = SMBT_NAT_OUTSIDE};
    g_array_append_vals(client.hosts, hosts, G_N_ELEMENTS(hosts));
    g_array_append_vals(client.vc_numbers, vc_numbers, G_N_ELEMENTS(vc_numbers));
    return client;
}

static inline void sample_client_clear(smbt_client_info *client)
{
    for (guint i = 0; i < client->hosts->len; i++)
        g_ptr_array_unref(g_array_index(client->hosts, smbt_host_info, i).evidence);
    g_array_unref(client->hosts);
    g_array_unref(client->vc_numbers);
}

static inline smbt_input_info sample_input(void)
{
    return (smbt_input_info){.file = "fileserver.pcapng",
                             .format = "pcapng",
                             .bytes = 165660,
                             .has_bytes = true,
                             .complete = true};
}

static inline smbt_capture_info sample_capture(void)
{
    return (smbt_capture_info){.frames = 1842,
                               .first = SAMPLE_TIME - UINT64_C(5200000000),
                               .last = SAMPLE_TIME,
                               .smb_connections = 7,
                               .viewpoint = SMBT_VIEWPOINT_NEAR_SERVER,
                               .viewpoint_signs = SMBT_SIGN_TTL | SMBT_SIGN_HANDSHAKE,
                               .nat = SMBT_NAT_OUTSIDE,
                               .ends_by_server = 3};
}

#endif
