/* Which connections are one, and how far the clocks are apart; with twins that must be left apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)
#define MS (1000 * US)
#define S  (1000 * MS)

#define CREW                                                                                                 \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT name=SAME user=same\n"                                                                    \
    "host B on NAT name=SAME user=same\n"
#define WORK(c)                                                                                              \
    LOGON(c) "+1ms " c " OPEN path=\\file.txt\n+1ms " c " READ\n+1ms " c " READ\n+1ms " c " READ\n"
#define CLOSE(c) "+1ms " c " > FIN [close-" c "]\n+1ms " c " < FIN\n"

/* One client. */
#define ALONE(seq) CREW "a = A:1025 > S:445 seq=" seq "\n" WORK("a") "+1s a READ\n" CLOSE("a") "+2s end\n"
/* Two that do the same, each a little later than the other. */
#define TWINS(a, b)                                                                                          \
    CREW "a = A:1025 > S:445 seq=" a "\nb = B:1026 > S:445 seq=" b "\n" WORK("a")                            \
        WORK("b") "+1s a READ\n+1ms b READ\n" CLOSE("a") CLOSE("b") "+2s end\n"

static const struct place at_server = {.name = "S"};
static const struct place at_a = {.name = "A", .away = 400 * US, .host = 11, .port = 1025, .hops = 1};

/* How many connections the join found in both of two captures; and which frame the first told end of the
 * second place is, 0 for none. */
struct found {
    uint64_t connections, ambiguous, told_elsewhere;
    int64_t ahead, error;
    bool has_clock;
};

static struct found find(const char *there, const struct place *place, const char *here,
                         const struct place *base)
{
    scn_scenario *one = parse(here), *two = parse(there);
    const scn_scenario *of[] = {one, two};
    const struct place places[] = {*base, *place};
    struct run run = run_places(of, places, 2, NULL);
    struct found found = {.told_elsewhere =
                              smbt_join_told_elsewhere(run.join, 0) + smbt_join_told_elsewhere(run.join, 1)};
    const smbt_companion *c = companion(&run, 0, place->name);
    if (c) {
        found.connections = c->connections;
        found.ambiguous = c->ambiguous;
        found.has_clock = c->has_clock;
        found.ahead = c->clock_ahead;
        found.error = c->clock_error;
    }
    run_clear(&run);
    scn_free(one);
    scn_free(two);
    return found;
}

static void assert_found(const struct found *f, int64_t ahead)
{
    g_assert_cmpuint(f->connections, ==, 1);
    g_assert_cmpuint(f->told_elsewhere, ==, 1);
    g_assert_true(f->has_clock);
    g_assert_cmpint(ABS(f->ahead - ahead), <=, f->error);
    g_assert_cmpint(f->error, <=, 2 * MS);
}

static void assert_apart(const struct found *f)
{
    g_assert_cmpuint(f->connections, ==, 0);
    g_assert_cmpuint(f->told_elsewhere, ==, 0);
}

/* Other addresses, other clocks. */
static void test_clocks(void)
{
    static const int64_t clocks[] = {0, 1, -1, 250 * MS, -3 * S, 3600 * 5 * S, -86400 * S};
    for (gsize i = 0; i < G_N_ELEMENTS(clocks); i++) {
        struct place a = at_a;
        a.clock = clocks[i];
        struct found f = find(ALONE("77001"), &a, ALONE("77001"), &at_server);
        assert_found(&f, clocks[i]);
    }
}

static void test_drift(void)
{
    static const int64_t ppms[] = {200, -200};
    for (gsize i = 0; i < G_N_ELEMENTS(ppms); i++) {
        const char *story =
            CREW "a = A:1025 > S:445 seq=77001\n" WORK("a") "every 1s x 600 a READ\n" CLOSE("a");
        scn_scenario *s = parse(story);
        struct place places[] = {at_server, at_a};
        places[1].clock = -7 * S;
        places[1].ppm = ppms[i];
        const scn_scenario *of[] = {s, s};
        struct run run = run_places(of, places, 2, NULL);
        const smbt_companion *c = companion(&run, 0, "A");
        g_assert_cmpuint(c->connections, ==, 1);
        g_assert_true(c->has_drift);
        g_assert_cmpint(ABS(c->drift_ppb - ppms[i] * 1000), <, 5000);
        g_assert_cmpint(ABS(c->clock_ahead - (-7 * S + 300 * 1000 * ppms[i])), <=, c->clock_error + 2 * MS);
        const smbt_record *end = smbt_join_next(run.join, 0);
        const smbt_end_view *v = &g_array_index(end->end->views, smbt_end_view, 0);
        g_assert_cmpint(v->saw, ==, SMBT_SAW_IT);
        g_assert_cmpint(ABS(v->clock_ahead - (-7 * S + 600 * 1000 * ppms[i])), <=, v->clock_error + 2 * MS);
        run_clear(&run);
        scn_free(s);
    }
}

/* Nothing else must be the same: snap length, where the capture begins, packets that were lost. */
static void test_poor_captures(void)
{
    struct place cut = at_a, late = at_a, lossy = at_a;
    cut.snap = 96;
    late.from = 8 * MS;
    lossy.lacks = 5;
    const struct place *const poor[] = {&cut, &late, &lossy};
    for (gsize i = 0; i < G_N_ELEMENTS(poor); i++) {
        struct found f = find(ALONE("77001"), poor[i], ALONE("77001"), &at_server);
        assert_found(&f, 0);
    }
}

/* A firewall that gives connections sequence numbers of its own. */
static void test_shifted(void)
{
    struct place server = at_server, shifted = at_a;
    shifted.shift[0] = 0xdeadbeef;
    shifted.shift[1] = 0x01020304;
    server.salt = shifted.salt = 7;
    struct found f = find(ALONE("77001"), &shifted, ALONE("77001"), &server);
    assert_found(&f, 0);
    server.salt = shifted.salt =
        0; /* nothing then says that it is not another connection with the same work */
    f = find(ALONE("77001"), &shifted, ALONE("77001"), &server);
    assert_apart(&f);
}

/* Sequence numbers that wrap. */
static void test_wrap(void)
{
    struct found f = find(ALONE("0xffffff00"), &at_a, ALONE("0xffffff00"), &at_server);
    assert_found(&f, 0);
}

/* The same work once more, a minute later: another connection. */
static void test_another_minute(void)
{
    struct place later = at_a;
    later.clock = 60 * S;
    struct found f = find(ALONE("1234567"), &later, ALONE("77001"), &at_server);
    assert_apart(&f);
    struct place server = at_server;
    server.salt = 7;
    later.salt = 8;
    f = find(ALONE("1234567"), &later, ALONE("77001"), &server);
    assert_apart(&f);
}

/* Likewise in the middle of a stream, where no challenge can tell: a constant shift proves nothing. */
static void test_another_minute_mid_stream(void)
{
    struct place here = at_server, later = at_a;
    here.from = later.from = 12 * MS;
    later.clock = 60 * S;
    struct found f = find(ALONE("1234567"), &later, ALONE("77001"), &here);
    assert_apart(&f);
}

/* Two behind the NAT do the same at the same time: sequence numbers keep them apart. */
static void test_twins(void)
{
    static const char story[] = TWINS("77001", "99002");
    struct found f = find(story, &at_a, story, &at_server);
    assert_found(&f, 0);
    struct place b = at_a;
    b.host = 12;
    b.port = 1026;
    f = find(story, &b, story, &at_server);
    assert_found(&f, 0);
}

/* With equal sequence numbers nothing does. */
static void test_identical_twins(void)
{
    static const char story[] = TWINS("77001", "77001");
    struct found f = find(story, &at_a, story, &at_server);
    assert_apart(&f);
    g_assert_cmpuint(f.ambiguous, >=, 1);
}

/* Nor where a firewall changed the numbers, and both were asked the same challenge. */
static void test_shifted_twins(void)
{
    static const char story[] = TWINS("77001", "99002");
    struct place shifted = at_a;
    shifted.shift[0] = 12345;
    shifted.shift[1] = 54321;
    struct found f = find(story, &shifted, story, &at_server);
    assert_apart(&f);
    struct place server = at_server;
    server.salt = shifted.salt = 7; /* keys of their own */
    f = find(story, &shifted, story, &server);
    assert_found(&f, 0);
}

/* Everything is recorded twice, at the NAT's two interfaces say: one connection all the same. */
static void test_recorded_twice(void)
{
    scn_scenario *s = parse(ALONE("77001"));
    struct place places[] = {at_server, at_a};
    const scn_scenario *of[] = {s, s};
    struct run run = {.count = 2, .join = smbt_join_new(NULL, (const char *const[]){"S", "A"}, 2)};
    for (unsigned i = 0; i < 2; i++) {
        GArray *once = record_at(of[i], &places[i]);
        run.recorded[i] = g_array_new(FALSE, TRUE, sizeof(struct passing));
        g_array_set_clear_func(run.recorded[i], passing_clear);
        for (guint k = 0; k < once->len; k++)
            for (int n = 0; n < 2; n++) {
                struct passing p = g_array_index(once, struct passing, k);
                p.bytes = g_memdup2(p.bytes, p.len);
                p.time += (smbt_time)(n * 20 * US);
                g_array_append_val(run.recorded[i], p);
            }
        g_array_unref(once);
        feed(&run, i);
    }
    smbt_join_finish(run.join);
    const smbt_companion *c = companion(&run, 0, "A");
    g_assert_cmpuint(c->connections, ==, 1);
    g_assert_cmpint(ABS(c->clock_ahead), <=, c->clock_error);
    g_autofree char *told = tell(&run, places);
    g_autofree char *expected = g_strdup_printf(
        "S %" G_GUINT64_FORMAT " client-close orderly confirmed; A seen %" G_GUINT64_FORMAT "\n",
        frame_of(s, "close-a"), frame_of(s, "close-a"));
    g_assert_cmpstr(told, ==, expected);
    run_clear(&run);
    scn_free(s);
}

/* One connection that says the time is another by far is not believed. */
static void test_clocks_that_disagree(void)
{
    scn_scenario *s = parse(TWINS("77001", "99002"));
    struct place server = at_server, all = {.name = "A", .away = 400 * US, .host = 11, .hops = 1};
    const struct place places[] = {server, all};
    const scn_scenario *of[] = {s, s};
    struct run run = {.count = 2, .join = smbt_join_new(NULL, (const char *const[]){"S", "A"}, 2)};
    for (unsigned i = 0; i < 2; i++) {
        run.recorded[i] = record_at(of[i], &places[i]);
        for (guint k = 0; i == 1 && k < run.recorded[i]->len; k++) {
            struct passing *p = &g_array_index(run.recorded[i], struct passing, k);
            unsigned sport = (unsigned)p->bytes[TCP] << 8 | p->bytes[TCP + 1];
            unsigned dport = (unsigned)p->bytes[TCP + 2] << 8 | p->bytes[TCP + 3];
            if (sport == 1026 || dport == 1026) p->time += 3600 * S;
        }
        qsort(run.recorded[i]->data, run.recorded[i]->len, sizeof(struct passing), compare_passing);
        feed(&run, i);
    }
    smbt_join_finish(run.join);
    const smbt_companion *c = companion(&run, 0, "A");
    g_assert_nonnull(c);
    g_assert_cmpuint(c->connections, ==, 0);
    g_assert_cmpuint(c->ambiguous, ==, 2);
    run_clear(&run);
    scn_free(s);
}

/* A copy is no second place; another place is one. */
static void test_copies(void)
{
    scn_scenario *s = parse(ALONE("77001"));
    struct place places[] = {at_server, at_server};
    places[1].name = "copy";
    const scn_scenario *of[] = {s, s};
    struct run run = run_places(of, places, 2, NULL);
    g_assert_false(smbt_join_found(run.join));
    run_clear(&run);
    places[1] = at_a;
    run = run_places(of, places, 2, NULL);
    g_assert_true(smbt_join_found(run.join));
    run_clear(&run);
    scn_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/places/clocks", test_clocks);
    g_test_add_func("/places/drift", test_drift);
    g_test_add_func("/places/poor-captures", test_poor_captures);
    g_test_add_func("/places/shifted", test_shifted);
    g_test_add_func("/places/wrap", test_wrap);
    g_test_add_func("/places/another-minute", test_another_minute);
    g_test_add_func("/places/another-minute-mid-stream", test_another_minute_mid_stream);
    g_test_add_func("/places/twins", test_twins);
    g_test_add_func("/places/identical-twins", test_identical_twins);
    g_test_add_func("/places/shifted-twins", test_shifted_twins);
    g_test_add_func("/places/recorded-twice", test_recorded_twice);
    g_test_add_func("/places/clocks-that-disagree", test_clocks_that_disagree);
    g_test_add_func("/places/copies", test_copies);
    return g_test_run();
}
