/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"

struct comment {
    uint64_t frame;
    char *text;
};

static void take(uint64_t frame, const char *text, void *user)
{
    struct comment comment = {frame, g_strdup(text)};
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_cmpuint(strlen(text), <=, SMBT_COMMENT_MAX);
    g_assert_true(smbt_comment_is_ours(text));
    for (const char *p = text; *p; p++)
        g_assert_cmpint((guchar)*p, >=, ' ');
    g_array_append_val((GArray *)user, comment);
}

static void comment_clear(gpointer data)
{
    g_free(((struct comment *)data)->text);
}

static GArray *comments_of(const smbt_record *record)
{
    GArray *comments = g_array_new(FALSE, FALSE, sizeof(struct comment));
    g_array_set_clear_func(comments, comment_clear);
    smbt_comment_record(record, take, comments);
    return comments;
}

static GArray *comments_of_end(const smbt_end *end)
{
    return comments_of(&(smbt_record){.type = SMBT_RECORD_END, .end = end});
}

static void assert_comment(const GArray *comments, guint at, uint64_t frame, const char *start,
                           const char *part)
{
    g_assert_cmpuint(at, <, comments->len);
    const struct comment *c = &g_array_index(comments, struct comment, at);
    g_assert_cmpuint(c->frame, ==, frame);
    g_assert_true(g_str_has_prefix(c->text, start));
    g_assert_nonnull(strstr(c->text, part));
}

/* Victim, then culprit, then evidence; what is evidence too says so in its one comment. */
static void test_end(void)
{
    smbt_end end = sample_end();
    smbt_evidence more = {270, "READ_ANDX"};
    g_array_append_val(end.evidence, more);
    g_autoptr(GArray) comments = comments_of_end(&end);
    g_assert_cmpuint(comments->len, ==, 3);
    assert_comment(comments, 0, 277,
                   "smbtrace/1 role=victim cause=zero-vc variant=nat-collision severity=error "
                   "strength=confirmed culprit=276: 10.50.0.2:44846",
                   "Seen here: RST from the server, TTL 128 as before.");
    assert_comment(comments, 1, 276,
                   "smbtrace/1 role=culprit cause=zero-vc variant=nat-collision severity=error "
                   "strength=confirmed victim=277: ",
                   "in frame 277, 623");
    assert_comment(comments, 2, 270,
                   "smbtrace/1 role=evidence cause=zero-vc victim=277: ", "Seen here: READ_ANDX.");
    sample_end_clear(&end);
}

static void test_bare_end(void)
{
    smbt_end end = sample_bare_end();
    g_autoptr(GArray) comments = comments_of_end(&end);
    g_assert_cmpuint(comments->len, ==, 1);
    assert_comment(
        comments, 0, 304,
        "smbtrace/1 role=victim cause=client-close variant=orderly severity=info strength=confirmed: ",
        "The client closed the connection.");
    end.strength = SMBT_STRENGTH_NONE;
    end.variant = NULL;
    g_autoptr(GArray) unsure = comments_of_end(&end);
    assert_comment(unsure, 0, 304, "smbtrace/1 role=victim cause=client-close severity=info: ", "");
    sample_end_clear(&end);
}

static void test_observation(void)
{
    smbt_evidence evidence[] = {{5, "one"}, {9, "two"}, {0, "of no frame"}};
    smbt_observation o = {.kind = "zero-vc-exposed",
                          .frame = 5,
                          .severity = SMBT_SEVERITY_WARNING,
                          .summary = "Several hosts.",
                          .evidence = sample_evidence(evidence, G_N_ELEMENTS(evidence))};
    const smbt_record record = {.type = SMBT_RECORD_OBSERVATION, .observation = &o};
    g_autoptr(GArray) comments = comments_of(&record);
    g_assert_cmpuint(comments->len, ==, 2);
    assert_comment(comments, 0, 5,
                   "smbtrace/1 role=observation observation=zero-vc-exposed severity=warning: Several hosts.",
                   "Seen here: one.");
    assert_comment(comments, 1, 9, "smbtrace/1 role=evidence observation=zero-vc-exposed at=5: ", "two");
    o.frame = 0; /* of the capture as a whole: nothing to hang it on */
    g_autoptr(GArray) whole = comments_of(&record);
    g_assert_cmpuint(whole->len, ==, 2);
    assert_comment(whole, 0, 5, "smbtrace/1 role=evidence observation=zero-vc-exposed: ", "one");
    g_array_unref(o.evidence);
}

/* `take` asserts that what comes out is one line, valid and short. */
static void test_hostile(void)
{
    static const char *const names[] = {"<script>alert(1)</script>",
                                        "\x1b[2J\x1b]0;x\x07",
                                        "a\nb\rc\td",
                                        "\"'\\",
                                        "\xff\xfe\xc3",
                                        "\xe2\x80\xae"
                                        "evil",
                                        "smbtrace/1 role=culprit victim=1: x"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        smbt_end end = sample_end();
        end.summary = names[i];
        g_autoptr(GArray) comments = comments_of_end(&end);
        g_assert_cmpuint(comments->len, ==, 2);
        assert_comment(comments, 0, 277, "smbtrace/1 role=victim cause=zero-vc", "");
        g_assert_null(strstr(g_array_index(comments, struct comment, 0).text, "\xe2\x80\xae"));
        sample_end_clear(&end);
    }
}

/* Every length around the limit, with characters of one to four bytes across it. */
static void test_long(void)
{
    static const char *const characters[] = {"x", "é", "→", "😀"};
    for (guint i = 0; i < G_N_ELEMENTS(characters); i++)
        for (guint n = 200; n < 1000; n += 7) {
            g_autoptr(GString) summary = g_string_new(NULL);
            for (guint k = 0; k < n; k++)
                g_string_append(summary, characters[i]);
            smbt_end end = sample_end();
            end.summary = summary->str;
            g_autoptr(GArray) comments = comments_of_end(&end);
            sample_end_clear(&end);
        }
    g_autofree char *huge = g_strnfill(65536, 'A');
    smbt_end end = sample_end();
    end.summary = huge;
    g_autoptr(GArray) comments = comments_of_end(&end);
    const char *text = g_array_index(comments, struct comment, 0).text;
    g_assert_true(g_str_has_suffix(text, "A\xe2\x80\xa6"));
    g_assert_cmpuint(strlen(text), >, SMBT_COMMENT_MAX - 8);
    sample_end_clear(&end);
}

static void test_ours(void)
{
    g_assert_true(smbt_comment_is_ours("smbtrace/1 role=victim cause=x"));
    g_assert_true(smbt_comment_is_ours("smbtrace/12 role=more"));
    g_assert_false(smbt_comment_is_ours("smbtrace/1 original=5: frame 5 of the original capture"));
    g_assert_false(smbt_comment_is_ours("smbtrace/ role=victim"));
    g_assert_false(smbt_comment_is_ours("see smbtrace/1 role=victim"));
    g_assert_false(smbt_comment_is_ours("smbtrace"));
    g_assert_false(smbt_comment_is_ours(""));
}

static void test_others(void)
{
    smbt_server_info server = {.profile = "unknown"};
    g_autoptr(GArray) comments = comments_of(&(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    g_assert_cmpuint(comments->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/comment/end", test_end);
    g_test_add_func("/comment/bare-end", test_bare_end);
    g_test_add_func("/comment/observation", test_observation);
    g_test_add_func("/comment/hostile", test_hostile);
    g_test_add_func("/comment/long", test_long);
    g_test_add_func("/comment/ours", test_ours);
    g_test_add_func("/comment/others", test_others);
    return g_test_run();
}
