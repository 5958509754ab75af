/* When an end and its host's return are told: in a file, and live.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#define SECOND UINT64_C(1000000000)

/* A server that has to close: nothing else has to be known before it is judged. */
#define NT4                                                                                                  \
    "server S 10.0.0.10 windows=nt4\n"                                                                       \
    "host A 192.0.2.1 name=ACCT-PC01\n"                                                                      \
    "host B 192.0.2.2 name=ACCT-PC02\n"                                                                      \
    "a = A:1025 > S:445\n"
#define KILL      "+5s a > BAD_MAGIC\n+0.2ms a < RST [kill]\n"
#define CUT_OFF   NT4 LOGON("a") KILL
#define NEIGHBOUR "a2 = A:1030 > S:445\n"

struct run {
    scn_scenario *scenario;
    smbt_engine *engine;
};

static struct run begin(const char *text, bool live)
{
    struct run r = {.scenario = parse(text)};
    smbt_config *config = smbt_config_new();
    smbt_config_set_live(config, live);
    r.engine = smbt_engine_new(config);
    smbt_config_free(config);
    return r;
}

static void run_clear(struct run *r)
{
    smbt_engine_free(r->engine);
    scn_free(r->scenario);
}

static const smbt_end *next_end(const struct run *r)
{
    for (const smbt_record *record; (record = smbt_engine_next(r->engine));)
        if (record->type == SMBT_RECORD_END) return record->end;
    return NULL;
}

/* In a file the end waits for its host, so that it is told once. */
static void held_back(void)
{
    struct run r = begin(NT4 NEIGHBOUR LOGON("a") KILL "+1min a2 connect [again]\n"
                                                       "+1ms a2 negotiate\n"
                                                       "+1ms a2 logon vc=1 [in]\n",
                         false);
    guint before = (guint)frame_of(r.scenario, "again") + 2;
    play(r.engine, r.scenario, before);
    g_assert_null(next_end(&r));
    for (guint i = before; i < r.scenario->capture->len; i++) {
        const scn_frame *f = r.scenario->capture->pdata[i];
        smbt_engine_push(r.engine, &(smbt_frame){.number = f->number,
                                                 .time = f->time,
                                                 .linktype = 1,
                                                 .caplen = f->caplen,
                                                 .len = f->bytes->len,
                                                 .data = f->bytes->data});
    }
    const smbt_end *end = next_end(&r);
    g_assert_nonnull(end);
    g_assert_cmpuint(end->frame, ==, frame_of(r.scenario, "kill"));
    g_assert_cmpuint(end->reconnect.frame, ==, frame_of(r.scenario, "again"));
    g_assert_cmpuint(end->reconnect.client.port, ==, 1030);
    g_assert_cmpuint(end->reconnect.after, ==, 60 * SECOND);
    g_assert_cmpuint(end->reconnect.logon_frame, >, frame_of(r.scenario, "in"));
    g_assert_cmpuint(end->reconnect.logon_after, >, end->reconnect.after);
    g_assert_cmpuint(end->revises, ==, 0);
    smbt_engine_finish(r.engine, true);
    g_assert_null(next_end(&r));
    run_clear(&r);
}

/* Live the end is told at once, and once more when its host is back. */
static void revised_live(void)
{
    struct run r = begin(NT4 NEIGHBOUR LOGON("a") KILL "+1min a2 connect [again]\n"
                                                       "+1ms a2 negotiate\n"
                                                       "+1ms a2 logon vc=1\n",
                         true);
    uint64_t again = frame_of(r.scenario, "again");
    play(r.engine, r.scenario, (guint)again);
    const smbt_end *end = next_end(&r);
    g_assert_nonnull(end);
    g_assert_cmpuint(end->reconnect.frame, ==, 0);
    g_assert_cmpstr(end->reconnect.none, ==, "not seen again yet");
    g_assert_null(next_end(&r));
    for (guint i = (guint)again; i < r.scenario->capture->len; i++) {
        const scn_frame *f = r.scenario->capture->pdata[i];
        smbt_engine_push(r.engine, &(smbt_frame){.number = f->number,
                                                 .time = f->time,
                                                 .linktype = 1,
                                                 .caplen = f->caplen,
                                                 .len = f->bytes->len,
                                                 .data = f->bytes->data});
    }
    end = next_end(&r);
    g_assert_nonnull(end);
    g_assert_cmpuint(end->revises, ==, frame_of(r.scenario, "kill"));
    g_assert_cmpuint(end->reconnect.frame, ==, again);
    g_assert_null(end->reconnect.none);
    smbt_engine_finish(r.engine, true);
    g_assert_null(next_end(&r));
    run_clear(&r);
}

/* A host that never comes back does not hold back all that follows. */
static void held_back_within_a_bound(void)
{
    enum { OTHERS = 1100 };
    g_autoptr(GString) text = g_string_new(NT4);
    for (int i = 0; i < OTHERS; i++)
        g_string_append_printf(text, "b%d = B:%d > S:445\n", i, 2000 + i);
    g_string_append(text, LOGON("a") KILL);
    for (int i = 0; i < OTHERS; i++)
        g_string_append_printf(
            text, "+3s b%d connect\n+1ms b%d negotiate\n+1ms b%d logon vc=1\n+1ms b%d close\n", i, i, i, i);
    g_string_append(text, "+1min end\n");
    struct run r = begin(text->str, false);
    play(r.engine, r.scenario, 0);
    const smbt_end *end = next_end(&r);
    g_assert_nonnull(end);
    g_assert_cmpuint(end->frame, ==, frame_of(r.scenario, "kill"));
    g_assert_true(
        g_str_has_prefix(end->reconnect.none, "not seen again before smbtrace had to stop looking"));
    guint others = 0;
    while (next_end(&r))
        others++;
    smbt_engine_finish(r.engine, true);
    while (next_end(&r))
        others++;
    g_assert_cmpuint(others, ==, OTHERS);
    run_clear(&r);
}

/* Freed in the middle of it all. */
static void abandoned(void)
{
    for (int live = 0; live < 2; live++) {
        struct run r = begin(CUT_OFF "+1min end\n", live);
        play(r.engine, r.scenario, 0);
        run_clear(&r);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/returns/held-back", held_back);
    g_test_add_func("/returns/revised-live", revised_live);
    g_test_add_func("/returns/held-back-within-a-bound", held_back_within_a_bound);
    g_test_add_func("/returns/abandoned", abandoned);
    return g_test_run();
}
