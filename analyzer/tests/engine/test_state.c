/* The state after a frame, of all connections and of one; and with the records of ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#define STORY                                                                                                \
    CAST LOGON("a") LOGON("b") "+1ms a OPEN path=\\dir\\file.txt oplock=batch\n"                             \
                               "+1ms a LOCK fid=1 locks=2\n"                                                 \
                               "+1ms a FIND_FIRST2 path=\\dir\\*\n"                                          \
                               "+1ms a < BREAK fid=1 [break]\n"                                              \
                               "+1ms a > READ [read]\n"                                                      \
                               "+1ms a > NOTIFY [notify]\n"                                                  \
                               "+1s b > RST\n"                                                               \
                               "+10s a > RST [end]\n+1min end\n"

static smbt_state *state_after(const char *frame, const smbt_state_filter *filter)
{
    scn_scenario *s = parse(STORY);
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    play(engine, s, (guint)frame_of(s, frame));
    smbt_state *state = smbt_engine_state(engine, filter);
    g_assert_cmpuint(state->frame, ==, frame_of(s, frame));
    smbt_engine_free(engine); /* the state is its caller's */
    smbt_config_free(config);
    scn_free(s);
    return state;
}

static const smbt_state_connection *connection(const smbt_state *s, guint at)
{
    return &g_array_index(s->connections, smbt_state_connection, at);
}

static const smbt_state_clock *clock_of(const smbt_state_connection *c, const char *timer)
{
    for (guint i = 0; i < c->clocks->len; i++) {
        const smbt_state_clock *k = &g_array_index(c->clocks, smbt_state_clock, i);
        if (g_strcmp0(k->timer, timer) == 0) return k;
    }
    return NULL;
}

static void objects(void)
{
    smbt_state *s = state_after("notify", NULL);
    g_assert_cmpuint(s->connections->len, ==, 2);
    const smbt_state_connection *a = connection(s, 0);
    g_assert_cmpuint(a->client.port, ==, 1025);
    g_assert_true(a->from_start);
    g_assert_cmpuint(a->first_frame, ==, 1);
    g_assert_cmpuint(a->ended_frame, ==, 0);
    g_assert_cmpuint(a->sessions->len, ==, 1);
    const smbt_state_session *session = &g_array_index(a->sessions, smbt_state_session, 0);
    g_assert_cmpstr(session->state, ==, "valid");
    g_assert_cmpstr(session->mechanism, ==, "NTLM");
    g_assert_cmpuint(a->trees->len, ==, 1);
    g_assert_cmpstr(g_array_index(a->trees, smbt_state_tree, 0).kind, ==, "disk");
    g_assert_cmpuint(a->opens->len, ==, 1);
    const smbt_state_open *open = &g_array_index(a->opens, smbt_state_open, 0);
    g_assert_cmpstr(open->path, ==, "\\dir\\file.txt");
    g_assert_cmpstr(open->kind, ==, "file");
    g_assert_cmpstr(open->oplock, ==, "batch");
    g_assert_true(open->breaking);
    g_assert_cmpuint(open->locks, ==, 2);
    g_assert_cmpuint(open->break_frame, !=, 0);
    g_assert_cmpuint(a->searches->len, ==, 1);
    g_assert_cmpstr(g_array_index(a->searches, smbt_state_search, 0).pattern, ==, "\\dir\\*");
    g_assert_cmpuint(connection(s, 1)->opens->len, ==, 0);
    smbt_state_free(s);
}

static void requests_and_clocks(void)
{
    smbt_state *s = state_after("notify", NULL);
    const smbt_state_connection *a = connection(s, 0);
    g_assert_cmpuint(a->requests->len, ==, 2);
    const smbt_state_request *read = &g_array_index(a->requests, smbt_state_request, 0),
                             *notify = &g_array_index(a->requests, smbt_state_request, 1);
    g_assert_cmpstr(read->command, ==, "READ_ANDX");
    g_assert_cmpint(read->patience, ==, SMBT_STATE_TIMED);
    g_assert_null(read->why);
    g_assert_cmpuint(read->age, ==, 1000000);
    g_assert_cmpint(notify->patience, ==, SMBT_STATE_EXEMPT);
    g_assert_nonnull(notify->why);
    g_assert_cmpuint(notify->age, ==, 0);
    const smbt_state_clock *first = clock_of(a, "session-timeout");
    g_assert_nonnull(first);
    g_assert_cmpuint(first->value, ==, UINT64_C(60000000000));
    g_assert_cmpuint(first->from, ==, read->time + first->value);
    g_assert_cmpuint(first->frame, ==, read->frame);
    g_assert_cmpstr(first->source, ==, "windows-xp");
    g_assert_null(clock_of(a, "autodisconnect")); /* something is open and pending */
    g_assert_nonnull(clock_of(connection(s, 1), "autodisconnect"));
    smbt_state_free(s);
}

static void one_connection(void)
{
    smbt_state *all = state_after("notify", NULL);
    smbt_state_filter filter = {.client = connection(all, 1)->client, .server = connection(all, 1)->server};
    smbt_state *one = state_after("notify", &filter);
    g_assert_cmpuint(one->connections->len, ==, 1);
    g_assert_cmpuint(connection(one, 0)->client.port, ==, 1026);
    smbt_state_free(one);
    filter.client.port++;
    one = state_after("notify", &filter);
    g_assert_cmpuint(one->connections->len, ==, 0);
    smbt_state_free(one);
    filter.client.addr.bytes[0]++;
    one = state_after("notify", &filter);
    g_assert_cmpuint(one->connections->len, ==, 0);
    smbt_state_free(one);
    smbt_state_free(all);
}

static void no_frame(void)
{
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    smbt_state *s = smbt_engine_state(engine, NULL);
    g_assert_cmpuint(s->frame, ==, 0);
    g_assert_cmpuint(s->time, ==, SMBT_TIME_NONE);
    g_assert_cmpuint(s->connections->len, ==, 0);
    smbt_text_style style = {.width = 80};
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_state(out, &style, s);
    smbt_json_state(out, "x.pcap", s);
    g_assert_cmpuint(out->len, >, 0);
    smbt_state *again = smbt_state_ref(s);
    smbt_state_free(s);
    g_assert_cmpuint(again->connections->len, ==, 0);
    smbt_state_free(again);
    smbt_state_free(NULL);
    g_assert_null(smbt_state_ref(NULL));
    smbt_engine_free(engine);
    smbt_config_free(config);
}

/* The ends that come with their state, out of two. */
static unsigned states_at_ends(bool keep_state)
{
    scn_scenario *s = parse(STORY);
    smbt_config *config = smbt_config_new();
    smbt_config_set_keep_state(config, keep_state);
    smbt_engine *engine = smbt_engine_new(config);
    play(engine, s, 0);
    smbt_engine_finish(engine, true);
    unsigned n = 0, ends = 0;
    for (const smbt_record *r; (r = smbt_engine_next(engine));) {
        if (r->type != SMBT_RECORD_END) continue;
        ends++;
        if (!r->end->state) continue;
        n++;
        g_assert_cmpuint(r->end->state->connections->len, ==, 1);
        const smbt_state_connection *c = connection(r->end->state, 0);
        g_assert_cmpuint(c->client.port, ==, r->end->connection.client.port);
        g_assert_cmpuint(c->ended_frame, ==, r->end->frame);
        g_assert_cmpuint(r->end->state->time, ==, r->end->time);
        g_assert_cmpuint(c->requests->len, ==, r->end->in_flight->len);
        if (c->client.port == 1025) g_assert_cmpuint(c->opens->len, ==, 1);
        g_assert_cmpuint(r->end->state->neighbours->len, ==, 0); /* another address is none */
    }
    g_assert_cmpuint(ends, ==, 2);
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
    return n;
}

static void at_ends(void)
{
    g_assert_cmpuint(states_at_ends(false), ==, 0);
    g_assert_cmpuint(states_at_ends(true), ==, 2);
}

#define NEIGHBOURS                                                                                           \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\" lanman=\"Windows Server 2003 5.2\"\n"                \
    "client NAT 192.0.2.1\n"                                                                                 \
    "host A on NAT name=ACCT-PC01 user=alice\n"                                                              \
    "host B on NAT name=FRONTDESK user=bob\n"                                                                \
    "a = A:1025 > S:445\n"                                                                                   \
    "b = B:1026 > S:445\n"                                                                                   \
    "+1ms a connect\n+1ms a negotiate\n+1ms a logon vc=1\n"                                                  \
    "+1ms b connect\n+1ms b negotiate\n+1ms b logon vc=1\n"                                                  \
    "+1s a > RST\n+1s b > RST\n+1min end\n"

static void neighbours(void)
{
    scn_scenario *s = parse(NEIGHBOURS);
    smbt_config *config = smbt_config_new();
    smbt_config_set_keep_state(config, true);
    smbt_engine *engine = smbt_engine_new(config);
    play(engine, s, 0);
    smbt_engine_finish(engine, true);
    unsigned ends = 0;
    for (const smbt_record *r; (r = smbt_engine_next(engine));) {
        if (r->type != SMBT_RECORD_END) continue;
        const smbt_state *state = r->end->state;
        bool is_first = ends++ == 0; /* the other is alone by then */
        g_assert_cmpuint(state->neighbours->len, ==, is_first ? 1 : 0);
        g_assert_cmpuint(state->neighbours_more, ==, 0);
        if (!is_first) continue;
        const smbt_state_neighbour *n = &g_array_index(state->neighbours, smbt_state_neighbour, 0);
        g_assert_cmpuint(n->client.port, ==, 1026);
        g_assert_cmpstr(n->name, ==, "FRONTDESK");
        g_assert_true(n->from_start);
        g_assert_cmpuint(n->logon_frame, >, n->first_frame);
    }
    g_assert_cmpuint(ends, ==, 2);
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
}

/* What has ended is not held any more. */
static void ended(void)
{
    smbt_state *s = state_after("end", NULL);
    g_assert_cmpuint(s->connections->len, ==, 0);
    smbt_state_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/state/objects", objects);
    g_test_add_func("/state/requests-and-clocks", requests_and_clocks);
    g_test_add_func("/state/one-connection", one_connection);
    g_test_add_func("/state/no-frame", no_frame);
    g_test_add_func("/state/at-ends", at_ends);
    g_test_add_func("/state/neighbours", neighbours);
    g_test_add_func("/state/ended", ended);
    return g_test_run();
}
