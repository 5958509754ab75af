/* Files that are one capture: where they meet, what is known, and what a hole makes uncertain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#include <string.h>

static smbt_place nowhere(uint64_t frame, void *user)
{
    (void)user;
    return (smbt_place){.file = "f", .label = "f", .frame = frame - SMBT_FRAME_PLACED};
}
static const smbt_places places = {.find = nowhere};

struct found {
    unsigned ends, gaps;
    const char *cause;
    enum smbt_strength strength;
    uint64_t frame;
};

enum seam { NONE, PLAIN, HOLE };

/* Pushes the frames but those from `lost_from` to `lost_to`; the seam is before frame `seam_at`. */
static struct found run(const char *text, enum seam seam, uint64_t seam_at, uint64_t lost_from,
                        uint64_t lost_to)
{
    scn_scenario *s = parse(text);
    smbt_config *config = smbt_config_new();
    smbt_config_set_places(config, &places);
    smbt_engine *engine = smbt_engine_new(config);
    for (guint i = 0; i < s->capture->len; i++) {
        const scn_frame *f = s->capture->pdata[i];
        if (f->number == seam_at && seam != NONE) smbt_engine_seam(engine, seam == HOLE);
        if (f->number >= lost_from && f->number <= lost_to) continue;
        smbt_engine_push(engine, &(smbt_frame){.number = SMBT_FRAME_PLACED + f->number,
                                               .time = f->time,
                                               .linktype = 1,
                                               .caplen = f->caplen,
                                               .len = f->bytes->len,
                                               .data = f->bytes->data});
    }
    smbt_engine_finish(engine, true);
    struct found found = {0};
    for (const smbt_record *r; (r = smbt_engine_next(engine));) {
        if (r->type == SMBT_RECORD_OBSERVATION && strcmp(r->observation->kind, "gaps") == 0 &&
            strstr(r->observation->summary, "where the files meet"))
            found.gaps++;
        if (r->type != SMBT_RECORD_END) continue;
        found.ends++;
        found.cause = g_intern_string(r->end->cause);
        found.strength = r->end->strength;
        found.frame = r->end->frame - SMBT_FRAME_PLACED;
    }
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
    return found;
}

/* The number of the first frame of the last `frames`. */
static uint64_t from_behind(const char *text, guint frames)
{
    scn_scenario *s = parse(text);
    uint64_t number = s->capture->len - frames + 1;
    scn_free(s);
    return number;
}

/* The request waits for 60 s, and the client gives up at its next look. */
static const char timeout[] = CAST LOGON("a") "+1s a open\n+1s a > READ\n+60s a > RST\n";

static void test_no_clock_across_a_hole(void)
{
    uint64_t last = from_behind(timeout, 1);
    struct found whole = run(timeout, NONE, 0, 0, 0), plain = run(timeout, PLAIN, last, 0, 0),
                 hole = run(timeout, HOLE, last, 0, 0);
    g_assert_cmpstr(whole.cause, ==, "request-timeout");
    g_assert_cmpstr(plain.cause, ==, "request-timeout");
    g_assert_cmpint(plain.strength, ==, whole.strength);
    g_assert_cmpuint(plain.gaps, ==, 0);
    g_assert_cmpstr(hole.cause, !=, "request-timeout"); /* the answer may have come meanwhile */
    g_assert_cmpuint(hole.gaps, ==, 1);
    g_assert_cmpuint(hole.ends, ==, 1);
}

/* Its ports are used again on another day. */
static void test_an_end_in_the_hole_is_none(void)
{
    static const char text[] = CAST LOGON("a") "+3600s a connect\n";
    uint64_t syn = from_behind(text, 3);
    g_assert_cmpuint(run(text, NONE, 0, 0, 0).ends, ==, 1);
    g_assert_cmpuint(run(text, PLAIN, syn, 0, 0).ends, ==, 1);
    g_assert_cmpuint(run(text, HOLE, syn, 0, 0).ends, ==, 0);
}

#define TWO  CAST LOGON("a") LOGON("b") "+1ms a open\n+1ms b open\n"
#define MORE "+1s a open\n+1ms b open\n+1ms a open\n+1ms b open\n"

/* Bytes of two connections are missing just where the files meet: they do not follow each other. */
static void test_holes_show(void)
{
    static const char text[] = TWO MORE "+1s a < RST\n";
    uint64_t first = from_behind(TWO, 0), n = 0;
    scn_scenario *s = parse(TWO MORE);
    n = s->capture->len - first + 1; /* frames of MORE */
    scn_free(s);
    struct found both = run(text, PLAIN, first, first, first + n / 2 - 1),
                 elsewhere = run(text, PLAIN, 2, first, first + n / 2 - 1),
                 one = run(text, PLAIN, first, first, first + n / 4 - 1),
                 none = run(text, PLAIN, first, 0, 0);
    g_assert_cmpuint(both.gaps, ==, 1);
    g_assert_cmpuint(elsewhere.gaps, ==, 0); /* in the middle of a file */
    g_assert_cmpuint(one.gaps, ==, 0);       /* one connection alone lost something */
    g_assert_cmpuint(none.gaps, ==, 0);
}

/* Before the first frame there is nothing to meet. */
static void test_no_seam_at_the_start(void)
{
    g_assert_cmpuint(run(timeout, HOLE, 1, 0, 0).gaps, ==, 0);
    g_assert_cmpstr(run(timeout, HOLE, 1, 0, 0).cause, ==, "request-timeout");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/seam/no-clock-across-a-hole", test_no_clock_across_a_hole);
    g_test_add_func("/seam/an-end-in-the-hole-is-none", test_an_end_in_the_hole_is_none);
    g_test_add_func("/seam/holes-show", test_holes_show);
    g_test_add_func("/seam/no-seam-at-the-start", test_no_seam_at_the_start);
    return g_test_run();
}
