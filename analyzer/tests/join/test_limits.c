/* What a join may hold, and that nothing is lost beyond it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/places.h"

#define US INT64_C(1000)

#define PAIR                                                                                                 \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT name=ACCT-PC01 user=alice\n"                                                              \
    "a = A:1025 > S:445 seq=77001\nb = A:1026 > S:445 seq=99002\n"
#define WORK(c)    LOGON(c) "+1ms " c " READ\n+1ms " c " READ\n"
#define BOTH_CLOSE PAIR WORK("a") WORK("b") "+1ms a > RST [a]\n+1s b > RST [b]\n+3s end\n"

static const struct place places[] = {{.name = "S"}, {.name = "A", .away = 400 * US, .host = 11, .hops = 1}};

struct counts {
    unsigned ends, joined, limit_hits;
};

static struct counts count(const smbt_join_limits *limits)
{
    scn_scenario *s = parse(BOTH_CLOSE);
    const scn_scenario *of[] = {s, s};
    struct run run = run_places(of, places, 2, limits);
    struct counts c = {0};
    for (unsigned i = 0; i < 2; i++)
        for (const smbt_record *r; (r = smbt_join_next(run.join, i));) {
            if (r->type == SMBT_RECORD_END) c.ends++;
            if (r->type == SMBT_RECORD_END && r->end->views) c.joined++;
            if (r->type == SMBT_RECORD_OBSERVATION && strcmp(r->observation->kind, "limit-hit") == 0)
                c.limit_hits++;
        }
    run_clear(&run);
    scn_free(s);
    return c;
}

static void test_room_for_all(void)
{
    struct counts c = count(NULL);
    g_assert_cmpuint(c.ends, ==, 2);
    g_assert_cmpuint(c.joined, ==, 2);
    g_assert_cmpuint(c.limit_hits, ==, 0);
    c = count(&(smbt_join_limits){.sightings = 4, .marks = 1000, .records = 4});
    g_assert_cmpuint(c.joined, ==, 2);
    g_assert_cmpuint(c.limit_hits, ==, 0);
}

/* Connections that are not held are told as each capture has them. */
static void test_sightings(void)
{
    struct counts c = count(&(smbt_join_limits){.sightings = 3, .marks = 1000, .records = 4});
    g_assert_cmpuint(c.ends, ==, 3);
    g_assert_cmpuint(c.joined, ==, 1);
    g_assert_cmpuint(c.limit_hits, ==, 1);
}

/* Without marks the two initial sequence numbers are still there. */
static void test_marks(void)
{
    struct counts c = count(&(smbt_join_limits){.sightings = 4, .marks = 1, .records = 4});
    g_assert_cmpuint(c.ends, ==, 2);
    g_assert_cmpuint(c.joined, ==, 2);
    g_assert_cmpuint(c.limit_hits, ==, 1);
}

/* A record for which there is no room is left to the caller. */
static void test_records(void)
{
    smbt_join *join = smbt_join_new(&(smbt_join_limits){.sightings = 1, .marks = 1, .records = 1},
                                    (const char *const[]){"S"}, 1);
    smbt_observation o = {.kind = "gaps", .frame = 1, .time = 1, .summary = "bytes are missing"};
    smbt_record record = {.type = SMBT_RECORD_OBSERVATION, .observation = &o};
    g_assert_true(smbt_join_take(join, 0, &record));
    g_assert_false(smbt_join_take(join, 0, &record));
    smbt_server_info server = {0};
    g_assert_false(smbt_join_take(join, 0, &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server}));
    smbt_join_finish(join);
    const smbt_record *first = smbt_join_next(join, 0);
    g_assert_cmpstr(first->observation->summary, ==, "bytes are missing");
    g_assert_true(first->observation != &o);
    const smbt_record *second = smbt_join_next(join, 0);
    g_assert_cmpstr(second->observation->kind, ==, "limit-hit");
    g_assert_null(smbt_join_next(join, 0));
    smbt_join_free(join);
}

/* A host with more connections than are looked through: what can't be told of it is counted. */
static void test_searched(void)
{
    for (unsigned many = 0; many < 2; many++) {
        g_autoptr(GString) story = g_string_new("server S 10.0.0.10 os=\"Windows Server 2003 3790\" "
                                                "lanman=\"Windows Server 2003 5.2\"\n"
                                                "client NAT 192.0.2.1\nhost A on NAT\n");
        unsigned others = many ? 300 : 100;
        for (unsigned i = 0; i <= others; i++)
            g_string_append_printf(story, "c%u = A:%u > S:445 seq=%u\n", i, 2000 + i, 77001 + i * 5003);
        for (unsigned i = 0; i <= others; i++)
            g_string_append_printf(story, "+1ms c%u connect\n+1ms c%u negotiate\n+1ms c%u logon vc=1\n", i, i,
                                   i);
        for (unsigned i = 0; i <= others; i++)
            g_string_append_printf(story, "+%ums c%u < RST\n", i ? 1 : 1000, i);
        g_string_append(story, "+3s end\n");
        scn_scenario *s = parse(story->str);
        const scn_scenario *of[] = {s, s};
        struct run run = run_places(of, places, 2, NULL);
        unsigned limit_hits = 0, ends = 0;
        for (unsigned i = 0; i < 2; i++)
            for (const smbt_record *r; (r = smbt_join_next(run.join, i));) {
                ends += r->type == SMBT_RECORD_END;
                if (r->type != SMBT_RECORD_OBSERVATION || strcmp(r->observation->kind, "limit-hit") != 0)
                    continue;
                limit_hits++;
                g_assert_nonnull(strstr(r->observation->summary, "whether the host came back"));
            }
        g_assert_cmpuint(ends, ==, others + 1);
        g_assert_cmpuint(limit_hits, ==, many);
        run_clear(&run);
        scn_free(s);
    }
}

/* The engine's own cap on marks. */
static void test_engine(void)
{
    scn_scenario *s = parse(BOTH_CLOSE);
    smbt_config *config = smbt_config_new();
    smbt_limits limits;
    smbt_config_get_limits(config, &limits);
    limits.marks = 10;
    smbt_config_set_limits(config, &limits);
    smbt_config_set_keep_sightings(config, UINT_MAX);
    smbt_engine *engine = smbt_engine_new(config);
    play(engine, s, 0);
    smbt_engine_finish(engine, true);
    unsigned sightings = 0, marks = 0, hits = 0;
    for (const smbt_record *r; (r = smbt_engine_next(engine));) {
        if (r->type == SMBT_RECORD_OBSERVATION && strcmp(r->observation->kind, "limit-hit") == 0) hits++;
        if (r->type != SMBT_RECORD_SIGHTING) continue;
        sightings++;
        marks += r->sighting->marks->len;
        g_assert_true(r->sighting->marks_more);
        g_assert_cmpuint(r->sighting->farewells->len, ==, 1);
    }
    g_assert_cmpuint(sightings, ==, 2);
    g_assert_cmpuint(marks, ==, 10);
    g_assert_cmpuint(hits, ==, 1);
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
}

/* Of a long connection a sample stays, the same in both captures wherever they begin. */
static void test_sample(void)
{
    scn_scenario *s = parse(PAIR WORK("a") "every 10ms x 2000 a READ\n+1ms a > RST\n+3s end\n");
    const scn_scenario *of[] = {s, s};
    struct place two[] = {places[0], places[1]};
    two[1].from = 10 * 1000 * 1000 * US;
    struct run run = run_places(of, two, 2, NULL);
    const smbt_companion *c = companion(&run, 0, "A");
    g_assert_cmpuint(c->connections, ==, 1);
    const smbt_record *r = smbt_join_next(run.join, 0);
    g_assert_cmpuint(r->end->views->len, ==, 1);
    run_clear(&run);
    scn_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/room-for-all", test_room_for_all);
    g_test_add_func("/limits/sightings", test_sightings);
    g_test_add_func("/limits/marks", test_marks);
    g_test_add_func("/limits/records", test_records);
    g_test_add_func("/limits/engine", test_engine);
    g_test_add_func("/limits/sample", test_sample);
    g_test_add_func("/join/limits/searched", test_searched);
    return g_test_run();
}
