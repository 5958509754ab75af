/* What became of a frame, and that what is said not to be needed is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "play.h"

#include <string.h>

#define STORY                                                                                                \
    CAST LOGON("a") "+1ms a open path=\\big.dat\n"                                                           \
                    "+1ms a read len=30000 split=1460\n"                                                     \
                    "+1ms a write len=20000 split=1460\n"                                                    \
                    "+1ms a echo\n"                                                                          \
                    "+1ms a read len=100\n" LOGON("b") "+1s a < RST\n"

struct use {
    smbt_frame frame;
    smbt_frame_use use;
};

static smbt_frame frame_at(const scn_scenario *s, guint at)
{
    const scn_frame *f = s->capture->pdata[at];
    return (smbt_frame){.number = f->number,
                        .time = f->time,
                        .linktype = 1,
                        .caplen = f->caplen,
                        .len = f->bytes->len,
                        .data = f->bytes->data};
}

static smbt_frame_use push(smbt_engine *engine, const smbt_frame *frame)
{
    smbt_frame_use use;
    smbt_engine_push(engine, frame);
    smbt_engine_get_frame_use(engine, &use);
    g_assert_cmpuint(use.needed, <=, frame->caplen);
    return use;
}

/* Everything that an engine finds. */
static char *found_by(smbt_engine *engine)
{
    GString *out = g_string_new(NULL);
    smbt_engine_finish(engine, true);
    for (const smbt_record *record; (record = smbt_engine_next(engine));) {
        smbt_json_record(out, "x", record);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

/* With what is not needed cut off, and the frame that it lies in no longer there to be read, all is as it
 * was. */
static void test_cut(void)
{
    scn_scenario *s = parse(STORY);
    smbt_config *config = smbt_config_new();
    smbt_engine *whole = smbt_engine_new(config), *cut = smbt_engine_new(config);
    uint64_t bytes = 0, kept = 0;
    for (guint i = 0; i < s->capture->len; i++) {
        smbt_frame frame = frame_at(s, i);
        smbt_frame_use use = push(whole, &frame);
        g_assert_cmpint(use.kind, ==, SMBT_FRAME_SEGMENT);
        g_assert_true(use.followed);
        g_assert_true((use.src.port == 445) != (use.dst.port == 445));
        bytes += frame.caplen;
        kept += use.needed;
        g_autofree uint8_t *copy = g_memdup2(frame.data, use.needed);
        frame.data = copy;
        frame.caplen = use.needed;
        push(cut, &frame);
    }
    g_autofree char *one = found_by(whole), *two = found_by(cut);
    g_assert_cmpstr(one, ==, two);
    g_assert_nonnull(strstr(one, "\"end\""));
    g_assert_cmpuint(bytes - kept, >, 45000); /* of 50000 of data */
    g_assert_cmpuint(kept, <, 20000);
    smbt_engine_free(whole);
    smbt_engine_free(cut);
    smbt_config_free(config);
    scn_free(s);
}

/* Segments without payload are kept whole. */
static void test_empty(void)
{
    scn_scenario *s = parse(CAST "+1ms a connect\n+1ms a > FIN\n+1ms a < RST\n");
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    for (guint i = 0; i < s->capture->len; i++) {
        smbt_frame frame = frame_at(s, i);
        g_assert_cmpuint(push(engine, &frame).needed, ==, frame.caplen);
    }
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
}

/* Ahead of a hole: nothing can be told yet. */
static void test_reordered(void)
{
    scn_scenario *s = parse(CAST LOGON("a") "+1ms a open path=\\x\n"
                                            "+1ms a > READ len=1000 hold\n"
                                            "+1ms a > ECHO\n"
                                            "+1ms release\n");
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    for (guint i = 0; i + 2 < s->capture->len; i++) {
        smbt_frame frame = frame_at(s, i);
        push(engine, &frame);
    }
    for (guint i = s->capture->len - 2; i < s->capture->len; i++) {
        smbt_frame frame = frame_at(s, i);
        g_assert_cmpuint(push(engine, &frame).needed, ==, frame.caplen);
    }
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
}

static void test_other(void)
{
    static const uint8_t arp[60] = {[12] = 0x08, [13] = 0x06};
    /* IPv4, TCP, the first of two fragments. */
    static const uint8_t fragment[42] = {[12] = 0x08, [14] = 0x45, [17] = 28, [20] = 0x20, [22] = 64,
                                         [23] = 6,    [26] = 10,   [29] = 1,  [30] = 10,   [33] = 2};
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    smbt_frame frame = {.number = 1, .linktype = 1, .caplen = sizeof arp, .len = sizeof arp, .data = arp};
    g_assert_cmpint(push(engine, &frame).kind, ==, SMBT_FRAME_OTHER);
    frame = (smbt_frame){
        .number = 2, .linktype = 1, .caplen = sizeof fragment, .len = sizeof fragment, .data = fragment};
    smbt_frame_use use = push(engine, &frame);
    g_assert_cmpint(use.kind, ==, SMBT_FRAME_FRAGMENT);
    g_assert_cmpuint(use.needed, ==, sizeof fragment);
    g_assert_cmpuint(use.src.addr.bytes[3], ==, 1);
    g_assert_cmpuint(use.dst.addr.bytes[3], ==, 2);
    g_assert_cmpuint(use.dst.port, ==, 0);
    smbt_engine_free(engine);
    smbt_config_free(config);
}

/* TCP that is not SMB, until SMB is seen in it. */
static void test_not_followed(void)
{
    scn_scenario *s = parse(CAST "web = A:1030 > S:8080\n"
                                 "+1ms web connect\n+1ms web > DATA len=100\n+1ms web > ECHO\n");
    smbt_config *config = smbt_config_new();
    smbt_engine *engine = smbt_engine_new(config);
    bool followed = true;
    for (guint i = 0; i < s->capture->len; i++) {
        smbt_frame frame = frame_at(s, i);
        followed = push(engine, &frame).followed;
        if (i < 4) g_assert_false(followed);
    }
    g_assert_true(followed);
    smbt_engine_free(engine);
    smbt_config_free(config);
    scn_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-use/cut", test_cut);
    g_test_add_func("/frame-use/empty", test_empty);
    g_test_add_func("/frame-use/reordered", test_reordered);
    g_test_add_func("/frame-use/other", test_other);
    g_test_add_func("/frame-use/not-followed", test_not_followed);
    return g_test_run();
}
