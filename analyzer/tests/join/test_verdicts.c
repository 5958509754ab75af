/* One end, seen from several places: whose it was, and who has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)
#define MS (1000 * US)

#define BEHIND_NAT                                                                                           \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT name=ACCT-PC01 user=alice\n"                                                              \
    "host B on NAT name=FRONTDESK user=bob\n"                                                                \
    "a = A:1025 > S:445 seq=77001\n"                                                                         \
    "b = B:1026 > S:445 seq=99002\n"
#define WORK(c)                                                                                              \
    LOGON(c) "+1ms " c " OPEN path=\\file.txt\n+1ms " c " READ\n+1ms " c " READ\n+1ms " c " READ\n"
#define COLLISION                                                                                            \
    BEHIND_NAT WORK("a") "+5s a > READ\n"                                                                    \
                         "+1ms b connect\n+1ms b negotiate\n"                                                \
                         "+1ms b > SESSION_SETUP vc=0 [culprit]\n"                                           \
                         "+0.3ms a < RST [kill]\n"                                                           \
                         "+0.2ms b < SESSION_SETUP\n"                                                        \
                         "+1ms b SESSION_SETUP vc=0\n+1ms b tree\n+1s end\n"

static const struct place at_server = {.name = "S"};
static const struct place at_a = {
    .name = "A", .away = 400 * US, .host = 11, .port = 1025, .other = 1030, .hops = 1};
static const struct place at_b = {.name = "B", .away = 500 * US, .host = 12, .port = 1026, .hops = 1};

static char *format(const char *story, const char *text, const char *const *names)
{
    scn_scenario *s = parse(story);
    GString *out = g_string_new(NULL);
    for (; *text; text++) {
        if (*text == '@')
            g_string_append_printf(out, "%" G_GUINT64_FORMAT, frame_of(s, *names++));
        else
            g_string_append_c(out, *text);
    }
    scn_free(s);
    return g_string_free(out, FALSE);
}

/* Each @ in `text` is the frame of the next name. */
#define EXPECT(story, places, text, ...)                                                                     \
    do {                                                                                                     \
        g_autofree char *expected = format(story, text, (const char *const[]){__VA_ARGS__, NULL});           \
        expect(story, places, G_N_ELEMENTS(places), expected);                                               \
    } while (0)

/* What A alone can't know, the server's capture tells; whatever the order. */
static void test_server_knows(void)
{
    const struct place both[] = {at_server, at_a}, turned[] = {at_a, at_server};
    EXPECT(COLLISION, both, "S @ zero-vc nat-collision confirmed; A seen @\n", "kill", "kill");
    EXPECT(COLLISION, turned, "S @ zero-vc nat-collision confirmed; A seen @\n", "kill", "kill");
}

static void test_three_places(void)
{
    const struct place all[] = {at_b, at_server, at_a};
    EXPECT(COLLISION, all, "S @ zero-vc nat-collision confirmed; A seen @; B set it off @\n", "kill", "kill",
           "culprit");
}

/* The victim's own capture is not needed to see where the culprit's request came from. */
static void test_culprit_only(void)
{
    const struct place both[] = {at_server, at_b};
    EXPECT(COLLISION, both, "S @ zero-vc nat-collision confirmed; B set it off @\n", "kill", "culprit");
}

/* Near miss: nobody saw both sides of anything. */
static void test_nothing_in_common(void)
{
    const struct place both[] = {at_a, at_b};
    EXPECT(COLLISION, both, "A @ zero-vc undetermined possible\n", "kill");
}

static void test_reset_lost_on_the_way(void)
{
    struct place lost = at_a;
    lost.without[0] = "kill";
    const struct place both[] = {at_server, lost};
    EXPECT(COLLISION, both, "S @ zero-vc nat-collision confirmed; A absent\n", "kill");
}

/* Near miss: the client's capture stops before it could have arrived. */
static void test_reset_after_the_capture(void)
{
    struct place stopped = at_a;
    stopped.to = 5 * 1000 * MS;
    const struct place both[] = {at_server, stopped};
    EXPECT(COLLISION, both, "S @ zero-vc nat-collision confirmed; A not-covered\n", "kill");
}

/* ---- Made up on the way */

#define FORGED BEHIND_NAT WORK("a") WORK("b") "+1s a READ\n+10ms a < RST [forged]\n+2s b READ\n+1ms end\n"

static void test_forged_to_client(void)
{
    struct place server = at_server;
    server.without[0] = "forged";
    const struct place both[] = {server, at_a}, turned[] = {at_a, server};
    EXPECT(FORGED, both, "A @ forged-reset confirmed; S absent\n", "forged");
    EXPECT(FORGED, turned, "A @ forged-reset confirmed; S absent\n", "forged");
}

/* Near miss: the server's capture has the reset. */
static void test_not_forged(void)
{
    const struct place both[] = {at_server, at_a};
    EXPECT(FORGED, both, "S @ server-close likely; A seen @\n", "forged", "forged");
}

/* Near miss: the server's capture stopped just before. */
static void test_forged_not_covered(void)
{
    struct place server = at_server;
    server.without[0] = "forged";
    server.to = 1000 * MS;
    const struct place both[] = {server, at_a};
    EXPECT(FORGED, both, "A @ zero-vc undetermined possible; S not-covered\n", "forged");
}

/* Near miss: the server's capture lost packets, so it may have lost that one. */
static void test_forged_or_lost(void)
{
    struct place server = at_server;
    server.without[0] = "forged";
    server.lacks = 7;
    const struct place both[] = {server, at_a};
    EXPECT(FORGED, both, "A @ zero-vc undetermined possible; S not-covered\n", "forged");
}

/* Near miss: it lost another connection's, so it loses some. What the reset itself shows still counts. */
static void test_forged_or_lost_elsewhere(void)
{
#define ELSEWHERE(ttl)                                                                                       \
    BEHIND_NAT WORK("a") WORK("b") "+1s a READ\n+10ms a < RST " ttl                                          \
                                   " [forged]\n+2s b READ [lost]\n+1s b READ\n"                              \
                                   "+1ms end\n"
    struct place server = at_server;
    server.without[0] = "forged";
    const struct place whole[] = {server, at_a};
    EXPECT(ELSEWHERE(""), whole, "A @ forged-reset confirmed; S absent\n", "forged");
    server.without[1] = "lost.2";
    const struct place both[] = {server, at_a}, turned[] = {at_a, server};
    EXPECT(ELSEWHERE(""), both, "A @ zero-vc undetermined possible; S not-covered\n", "forged");
    EXPECT(ELSEWHERE(""), turned, "A @ zero-vc undetermined possible; S not-covered\n", "forged");
    static const char odd[] =
        BEHIND_NAT WORK("a") WORK("b") "+1s a READ\n+10ms a < RST ttl=250 [forged]\n+10ms a READ\n"
                                       "+2s b READ [lost]\n+1s b READ\n+1ms end\n";
    EXPECT(odd, both, "A @ forged-reset confirmed; S absent\n", "forged");
}

/* Near miss: what the server said last is not in its capture either. */
static void test_forged_or_lost_at_the_end(void)
{
    static const char story[] =
        BEHIND_NAT WORK("a") "+1s a > READ\n+1ms a < READ [last]\n+0.1ms a < RST [forged]\n+2s end\n";
    struct place server = at_server;
    server.without[0] = "forged";
    const struct place both[] = {server, at_a};
    EXPECT(story, both, "A @ forged-reset confirmed; S absent\n", "forged");
    struct place lossy = server;
    lossy.without[1] = "last";
    const struct place too_little[] = {lossy, at_a};
    EXPECT(story, too_little, "A @ zero-vc undetermined possible; S not-covered\n", "forged");
}

/* The server resets it too, at the same place of the stream: hop counts tell the two apart. */
static void test_forged_like_the_real_one(void)
{
    static const char story[] = BEHIND_NAT WORK("a") "+1s a READ\n+10ms a < RST ttl=250 [forged]\n"
                                                     "+10ms a < RST [real]\n+2s end\n";
    struct place server = at_server, client = at_a;
    server.without[0] = "forged";
    client.without[0] = "real";
    const struct place both[] = {server, client};
    EXPECT(story, both, "A @ forged-reset confirmed; S absent\n", "forged");
}

/* The capture at the server has no more than TCP headers, and can't tell: then the other one does. */
static void test_headers_only(void)
{
    struct place cut = at_server;
    cut.snap = 54;
    const struct place both[] = {cut, at_a};
    static const char story[] = BEHIND_NAT LOGON("a") "+15min a < RST [close]\n+2s end\n";
    EXPECT(story, both, "A @ server-idle confirmed; S seen @\n", "close", "close");
}

/* The capture at the server begins after the request that the client waited for: the other one has it. */
static void test_surer_than_the_server(void)
{
    static const char story[] =
        BEHIND_NAT WORK("a") "+1s a > READ\n+30s a ECHO\n+30s a > RST [close]\n+2s end\n";
    struct place late = at_server;
    late.from = 2000 * MS;
    const struct place both[] = {late, at_a};
    EXPECT(story, both, "A @ request-timeout session confirmed; S seen @\n", "close", "close");
}

/* Near miss: the server's capture was filtered to what has payload, and shows no SYN, FIN or RST at all. */
static void test_forged_or_filtered(void)
{
    scn_scenario *s = parse(FORGED);
    scn_scenario *filtered = parse(FORGED);
    for (guint i = filtered->capture->len; i-- > 0;) {
        const scn_frame *f = filtered->capture->pdata[i];
        bool is_control = f->bytes->len > TCP + 13 && f->bytes->data[12] == 8 && f->bytes->data[TCP + 13] & 7;
        if (is_control) g_ptr_array_remove_index(filtered->capture, i);
    }
    struct place server = at_server;
    const struct place places[] = {server, at_a};
    const scn_scenario *of[] = {filtered, s};
    struct run run = run_places(of, places, 2, NULL);
    g_autofree char *told = tell(&run, places);
    g_autofree char *expected = g_strdup_printf(
        "A %" G_GUINT64_FORMAT " zero-vc undetermined possible; S not-covered\n", frame_of(s, "forged"));
    g_assert_cmpstr(told, ==, expected);
    run_clear(&run);
    scn_free(filtered);
    scn_free(s);
}

#define FORGED_TO_SERVER                                                                                     \
    BEHIND_NAT WORK("a") WORK("b") "+1s a READ\n+10ms a > RST [forged]\n+2s b READ\n+1ms end\n"

static void test_forged_to_server(void)
{
    struct place client = at_a;
    client.without[0] = "forged";
    const struct place both[] = {at_server, client};
    EXPECT(FORGED_TO_SERVER, both, "S @ forged-reset confirmed; A absent\n", "forged");
}

static void test_client_reset(void)
{
    const struct place both[] = {at_server, at_a};
    EXPECT(FORGED_TO_SERVER, both, "S @ client-close abort confirmed; A seen @\n", "forged", "forged");
}

/* A firewall forgot the connection in a long pause, and answers for itself. */
#define FORGOTTEN(pause)                                                                                     \
    BEHIND_NAT WORK("a") "+1s a READ\n+" pause " a > READ [resumed]\n+1ms a < RST [reset]\n+2s end\n"

static void test_idle_timeout(void)
{
    struct place server = at_server;
    server.without[0] = "resumed";
    server.without[1] = "reset";
    const struct place both[] = {server, at_a};
    EXPECT(FORGOTTEN("30min"), both, "A @ path-idle-timeout confirmed; S absent\n", "reset");
    /* Near miss: no device forgets as soon as that. */
    EXPECT(FORGOTTEN("1min"), both, "A @ forged-reset confirmed; S absent\n", "reset");
}

/* Near miss: the server got what came after the pause. */
static void test_forged_after_pause(void)
{
    struct place server = at_server;
    server.without[0] = "reset";
    const struct place both[] = {server, at_a};
    EXPECT(FORGOTTEN("30min"), both, "A @ forged-reset confirmed; S absent\n", "reset");
}

/* ---- The client's own end */

#define CLIENT_CLOSES BEHIND_NAT WORK("a") "+1s a LOGOFF\n+1ms a > FIN [close]\n+1ms a < FIN\n+2s end\n"

static void test_client_close_told_once(void)
{
    const struct place both[] = {at_server, at_a};
    EXPECT(CLIENT_CLOSES, both, "S @ client-close orderly confirmed; A seen @\n", "close", "close");
}

static void test_close_never_arrives(void)
{
    struct place server = at_server;
    server.without[0] = "close";
    const struct place both[] = {server, at_a};
    EXPECT(CLIENT_CLOSES, both, "A @ client-close orderly confirmed; S absent\n", "close");
}

/* ---- Silence */

/* The path goes dead: the server repeats itself in vain, and none of it arrives. */
static void test_path_loss(void)
{
    static const char story[] = BEHIND_NAT WORK("a") "+1s a > READ [request]\n+1ms a < READ [r0]\n"
                                                     "+300ms a < AGAIN [r1]\n+600ms a < AGAIN [r2]\n"
                                                     "+1200ms a < AGAIN [r3]\n+2400ms a < AGAIN [r4]\n"
                                                     "+4800ms a < AGAIN [r5]\n+1min end\n";
    struct place client = at_a;
    const char *const lost[] = {"r0", "r1", "r2", "r3", "r4", "r5"};
    memcpy(client.without, lost, sizeof lost);
    const struct place both[] = {at_server, client};
    EXPECT(story, both, "S @ path-loss retransmission confirmed; A seen @\n", "r5", "request");
    /* Near miss: the client's capture stopped before. */
    client.to = 2000 * MS;
    const struct place stopped[] = {at_server, client};
    EXPECT(story, stopped, "S @ path-loss retransmission likely; A seen @\n", "r5", "request");
}

/* What both saw of one connection is observed once. */
static void test_observations(void)
{
    static const char story[] = COLLISION;
    scn_scenario *s = parse(story);
    const struct place places[] = {at_server, {.name = "N", .away = 100 * US, .hops = 0}};
    const scn_scenario *of[] = {s, s};
    struct run run = run_places(of, places, 2, NULL);
    unsigned exposed[2] = {0};
    for (unsigned i = 0; i < 2; i++)
        for (const smbt_record *r; (r = smbt_join_next(run.join, i));)
            if (r->type == SMBT_RECORD_OBSERVATION && strcmp(r->observation->kind, "zero-vc-exposed") == 0)
                exposed[i]++;
    g_assert_cmpuint(exposed[0], ==, 1);
    g_assert_cmpuint(exposed[1], ==, 0);
    run_clear(&run);
    scn_free(s);
}

/* One capture has the two FINs the wrong way round, and takes the second for the first. */
static void test_out_of_order(void)
{
    static const char story[] =
        BEHIND_NAT WORK("a") "+1s a > FIN [close]\n+0.1ms a < FIN [follow]\n+0.1ms a > ACK\n+2s end\n";
    scn_scenario *s = parse(story);
    for (unsigned n = 0; n < 4; n++) {
        unsigned turned = n % 2, shift = n < 2 ? 1 : 5; /* less, and more, than the clocks leave in doubt */
        const struct place places[] = {turned ? at_a : at_server, turned ? at_server : at_a};
        const char *names[] = {places[0].name, places[1].name};
        struct run run = {.s = s, .count = 2, .join = smbt_join_new(NULL, names, 2)};
        for (unsigned i = 0; i < 2; i++) {
            run.recorded[i] = record_at(s, &places[i]);
            for (guint k = 0; k < run.recorded[i]->len; k++) {
                struct passing *p = &g_array_index(run.recorded[i], struct passing, k);
                if (i != turned && p->number == frame_of(s, "close")) p->time += (smbt_time)(shift * MS);
            }
            qsort(run.recorded[i]->data, run.recorded[i]->len, sizeof(struct passing), compare_passing);
            feed(&run, i);
        }
        smbt_join_finish(run.join);
        g_autofree char *told = tell(&run, places);
        g_autofree char *expected = format(story, "S @ client-close orderly confirmed; A seen @\n",
                                           (const char *[]){"close", "close"});
        g_assert_cmpstr(told, ==, expected);
        run_clear(&run);
    }
    scn_free(s);
}

/* The server's capture has too little of each frame to show the VcNumber. B's has it, whatever it is. */
#define CUT_OFF(vc)                                                                                          \
    BEHIND_NAT "c = A:1030 > S:445 seq=55003\n" LOGON("c")                                                   \
        WORK("a") "+5s a > READ\n+1ms b connect\n+1ms b negotiate\n"                                         \
                  "+1ms b > SESSION_SETUP vc=" vc                                                            \
                  " [culprit]\n+0.3ms a < RST [kill]\n+0.1ms c < RST [other]\n"                              \
                  "+0.2ms b < SESSION_SETUP\n+1ms b SESSION_SETUP vc=" vc "\n+1ms b tree\n+1s end\n"

static void test_number_elsewhere(void)
{
    struct place cut = at_server;
    cut.snap = 96;
    const struct place alone[] = {cut, at_a}, both[] = {cut, at_b}, turned[] = {at_b, cut},
                       all[] = {at_b, cut, at_a};
    EXPECT(CUT_OFF("0"), alone,
           "S @ zero-vc undetermined possible; A seen @\nS @ zero-vc undetermined possible; A seen @\n",
           "kill", "kill", "other", "other");
    EXPECT(CUT_OFF("0"), both,
           "S @ zero-vc undetermined confirmed; B set it off @\nS @ zero-vc undetermined confirmed; B set it "
           "off @\n",
           "kill", "culprit", "other", "culprit");
    EXPECT(CUT_OFF("0"), turned,
           "S @ zero-vc undetermined confirmed; B set it off @\nS @ zero-vc undetermined confirmed; B set it "
           "off @\n",
           "kill", "culprit", "other", "culprit");
    EXPECT(CUT_OFF("0"), all,
           "S @ zero-vc nat-collision confirmed; A seen @; B set it off @\n"
           "S @ zero-vc nat-collision confirmed; A seen @; B set it off @\n",
           "kill", "kill", "culprit", "other", "other", "culprit");
    EXPECT(CUT_OFF("1"), alone,
           "S @ zero-vc undetermined possible; A seen @\nS @ zero-vc undetermined possible; A seen @\n",
           "kill", "kill", "other", "other");
    EXPECT(CUT_OFF("1"), both, "S @ unknown\nS @ unknown\n", "kill", "other");
}

/* It was another request, shortly before. */
static void test_number_of_another(void)
{
    static const char story[] = BEHIND_NAT "c = B:1031 > S:445 seq=33004\n" WORK(
        "a") "+5s a > READ\n+1ms b connect\n+1ms b negotiate\n"
             "+1ms c connect\n+1ms c negotiate\n"
             "+1ms b > SESSION_SETUP vc=0 [culprit]\n+1ms b < SESSION_SETUP\n"
             "+42ms c > SESSION_SETUP vc=1\n+1ms a < RST [kill]\n+1ms c < SESSION_SETUP\n+1s end\n";
    struct place cut = at_server, b = at_b;
    cut.snap = 96;
    b.other = 1031;
    const struct place both[] = {cut, b}, turned[] = {b, cut};
    EXPECT(story, both, "S @ zero-vc undetermined possible; B set it off @\n", "kill", "culprit");
    EXPECT(story, turned, "S @ zero-vc undetermined possible; B set it off @\n", "kill", "culprit");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdicts/server-knows", test_server_knows);
    g_test_add_func("/verdicts/three-places", test_three_places);
    g_test_add_func("/verdicts/culprit-only", test_culprit_only);
    g_test_add_func("/verdicts/nothing-in-common", test_nothing_in_common);
    g_test_add_func("/verdicts/reset-lost-on-the-way", test_reset_lost_on_the_way);
    g_test_add_func("/verdicts/reset-after-the-capture", test_reset_after_the_capture);
    g_test_add_func("/verdicts/forged-to-client", test_forged_to_client);
    g_test_add_func("/verdicts/not-forged", test_not_forged);
    g_test_add_func("/verdicts/forged-not-covered", test_forged_not_covered);
    g_test_add_func("/verdicts/forged-or-lost", test_forged_or_lost);
    g_test_add_func("/verdicts/forged-or-lost-elsewhere", test_forged_or_lost_elsewhere);
    g_test_add_func("/verdicts/forged-or-lost-at-the-end", test_forged_or_lost_at_the_end);
    g_test_add_func("/verdicts/forged-like-the-real-one", test_forged_like_the_real_one);
    g_test_add_func("/verdicts/headers-only", test_headers_only);
    g_test_add_func("/verdicts/surer-than-the-server", test_surer_than_the_server);
    g_test_add_func("/verdicts/forged-or-filtered", test_forged_or_filtered);
    g_test_add_func("/verdicts/forged-to-server", test_forged_to_server);
    g_test_add_func("/verdicts/idle-timeout", test_idle_timeout);
    g_test_add_func("/verdicts/forged-after-pause", test_forged_after_pause);
    g_test_add_func("/verdicts/client-reset", test_client_reset);
    g_test_add_func("/verdicts/client-close-told-once", test_client_close_told_once);
    g_test_add_func("/verdicts/close-never-arrives", test_close_never_arrives);
    g_test_add_func("/verdicts/path-loss", test_path_loss);
    g_test_add_func("/verdicts/observations", test_observations);
    g_test_add_func("/verdicts/out-of-order", test_out_of_order);
    g_test_add_func("/verdicts/number-elsewhere", test_number_elsewhere);
    g_test_add_func("/verdicts/number-of-another", test_number_of_another);
    return g_test_run();
}
