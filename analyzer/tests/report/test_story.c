/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/story.h"

#include "base/time.h"
#include "report/phrase.h"
#include "sample.h"

static void add(smbt_digest *d, const smbt_end *end, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++)
        smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = end}, true);
}

static void assert_told(const smbt_digest *d, const char *headline, const char *rest)
{
    g_autofree char *told = smbt_phrase_headline(d), *more = smbt_phrase_rest(d);
    g_assert_cmpstr(told, ==, headline);
    g_assert_cmpstr(more, ==, rest);
}

static void test_one(void)
{
    smbt_end end = sample_end();
    smbt_digest *d = smbt_digest_new();
    add(d, &end, 1);
    assert_told(d,
                "10.50.0.10 dropped a connection of ACCT-PC01 when FRONTDESK asked for a session from their "
                "common address 10.50.0.2.",
                NULL);
    end.strength = SMBT_STRENGTH_LIKELY;
    end.connection.workstation = NULL; /* then its name is not known, nor that the address is theirs alone */
    end.culprit.workstation = NULL;
    add(d, &end, 1);
    assert_told(d,
                "10.50.0.10 dropped 2 connections of 10.50.0.2 when other hosts asked for a session from the "
                "same address (the cause is confirmed for 1, likely for 1).",
                NULL);
    smbt_digest_free(d);
    sample_end_clear(&end);
}

/* Hosts and servers are named while they are few. */
static void test_many(void)
{
    static const char *const names[] = {"A", "B", "C", "D"};
    static const char *const told[] = {"A", "A and B", "A, B and C", "4 hosts"};
    static const char *const servers[] = {"10.50.0.100", "10.50.0.100 and 10.50.0.101", "3 servers",
                                          "4 servers"};
    smbt_end end = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    end.cause = "refused";
    end.variant = NULL;
    end.severity = SMBT_SEVERITY_NOTE;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        end.connection.workstation = names[i];
        end.connection.server = sample_endpoint((uint8_t)(100 + i), 445);
        add(d, &end, 1);
        g_autofree char *count = i ? g_strdup_printf("%u connections", i + 1) : g_strdup("a connection");
        g_autofree char *text = g_strdup_printf("%s refused %s of %s.", servers[i], count, told[i]);
        assert_told(d, text, NULL);
    }
    smbt_digest_free(d);
    sample_end_clear(&end);
}

/* Idle times that are alike are one; a session's clock is told, its milliseconds are not. */
static void test_delays(void)
{
    const struct {
        smbt_duration least, most;
        const char *text;
    } rows[] = {{59980 * SMBT_MS, 60020 * SMBT_MS, " for 60 s"},
                {900 * SMBT_SEC, 915 * SMBT_SEC, " for 15 min 8 s"},
                {900 * SMBT_SEC, 930 * SMBT_SEC, " for 15 min to 15 min 30 s"},
                {7 * 24 * 60 * SMBT_MIN, 7 * 24 * 60 * SMBT_MIN, " for 7 d"},
                {200 * SMBT_MS, 300 * SMBT_MS, ""}};
    smbt_end end = sample_end();
    end.cause = "server-idle";
    end.variant = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_digest *d = smbt_digest_new(), *all = smbt_digest_new();
        end.culprit.delay = rows[i].least;
        add(d, &end, 1);
        smbt_digest_merge(all, d, NULL);
        smbt_digest_free(d);
        d = smbt_digest_new();
        end.culprit.delay = rows[i].most;
        add(d, &end, 1);
        smbt_digest_merge(all, d, NULL);
        g_autofree char *text = g_strdup_printf(
            "In 2 of 2 captures: 10.50.0.10 closed 2 connections of ACCT-PC01 that lay unused%s.",
            rows[i].text);
        assert_told(all, text, NULL);
        smbt_digest_free(d);
        smbt_digest_free(all);
    }
    sample_end_clear(&end);
}

static void test_patterns(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_pattern pattern = sample_pattern("ACCT-PC01");
    smbt_digest *d = smbt_digest_new(), *all = smbt_digest_new();
    add(d, &end, 13);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
    assert_told(d,
                "ACCT-PC01 and a host without a name share the address 10.50.0.2 and ended each other's "
                "connections to 10.50.0.10 13 times in 20 s.",
                NULL);
    bare.cause = "path-loss";
    bare.variant = NULL;
    bare.severity = SMBT_SEVERITY_ERROR;
    add(d, &bare, 2);
    pattern.ends = 12;
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
    smbt_digest_merge(all, d, NULL);
    assert_told(all,
                "ACCT-PC01 and a host without a name share the address 10.50.0.2 and ended each other's "
                "connections to 10.50.0.10 13 times in 20 s.",
                "1 more such ping-pong was seen. The network between 10.50.0.2 and 10.50.0.10 failed, and 2 "
                "connections ended. In all 15 ends: 13 zero-vc, NAT collision; 2 path-loss.");
    smbt_digest_free(d);
    smbt_digest_free(all);
    /* What nothing confirms is not told as if something did. */
    d = smbt_digest_new();
    end.strength = SMBT_STRENGTH_POSSIBLE;
    add(d, &end, 13);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
    g_autofree char *told = smbt_phrase_headline(d);
    g_assert_nonnull(strstr(told, " and possibly ended each other's connections to "));
    g_assert_true(g_str_has_suffix(told, " 13 times in 20 s."));
    smbt_digest_free(d);
    g_array_unref(pattern.hosts);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

/* A pattern is told first unless something is worse, or there is more of something as bad: other variants of
 * its own cause, too. */
static void test_pattern_among_others(void)
{
    static const char pattern_told[] =
        "ACCT-PC01 and a host without a name share the address 10.50.0.2 and ended "
        "each other's connections to 10.50.0.10 13 times in 20 s.";
    static const struct {
        unsigned others;
        const char *cause, *variant, *headline;
    } rows[] = {
        {13, "zero-vc", "undetermined", pattern_told},
        {14, "zero-vc", "undetermined",
         "10.50.0.10 dropped 27 connections of ACCT-PC01 when a session was asked for from the same address, "
         "13 "
         "times by another host (NAT collision), 14 times by a host that can't be told apart."},
        {14, "zero-vc", "nat-collision", /* of other hosts: no pattern tells them */
         "10.50.0.10 dropped 27 connections of ACCT-PC01 when FRONTDESK asked for a session from their "
         "common "
         "address 10.50.0.2."},
        {13, "path-loss", NULL, pattern_told},
        {14, "path-loss", NULL,
         "The network between ACCT-PC01 and 10.50.0.10 failed, and 14 connections ended."},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_end end = sample_end();
        smbt_pattern pattern = sample_pattern("ACCT-PC01");
        smbt_digest *d = smbt_digest_new();
        pattern.ends = 13;
        add(d, &end, 13);
        smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
        end.cause = rows[i].cause;
        end.variant = rows[i].variant;
        add(d, &end, rows[i].others);
        g_autofree char *headline = smbt_phrase_headline(d), *rest = smbt_phrase_rest(d);
        g_assert_cmpstr(headline, ==, rows[i].headline);
        bool leads = rows[i].headline == pattern_told;
        g_assert_true(smbt_story_is_of_pattern(d) == leads);
        if (!leads) g_assert_true(g_str_has_prefix(rest, pattern_told));
        smbt_digest_free(d);
        g_array_unref(pattern.hosts);
        sample_end_clear(&end);
    }
}

/* Variants of a cause are one story: the total, and what is proven first. */
static void test_variants(void)
{
    smbt_end end = sample_end();
    smbt_digest *d = smbt_digest_new();
    end.variant = "undetermined";
    end.strength = SMBT_STRENGTH_CONFIRMED;
    add(d, &end, 25);
    end.variant = "nat-collision";
    add(d, &end, 18);
    assert_told(d,
                "10.50.0.10 dropped 43 connections of ACCT-PC01 when a session was asked for from the same "
                "address, 18 times by another host (NAT collision), 25 times by a host that can't be told "
                "apart.",
                "In all 43 ends: 25 zero-vc, hosts not told apart; 18 zero-vc, NAT collision.");
    end.variant = "client-restart";
    end.severity = SMBT_SEVERITY_INFO; /* needs no attention, and is no part of it */
    add(d, &end, 1);
    g_autofree char *told = smbt_phrase_headline(d);
    g_assert_nonnull(strstr(told, " dropped 43 connections of "));
    smbt_digest_free(d);
    sample_end_clear(&end);
}

/* What one variant's advice says already is not said again under another's name. */
static void test_remedies(void)
{
    smbt_end end = sample_end();
    g_autoptr(GPtrArray) more = g_ptr_array_new();
    smbt_digest *d = smbt_digest_new();
    add(d, &end, 3);
    for (guint i = 0; i < end.remedies->len; i++)
        g_ptr_array_add(more, end.remedies->pdata[i]);
    g_ptr_array_add(more, (gpointer) "And this.");
    GPtrArray *few = end.remedies;
    end.remedies = more;
    end.variant = "undetermined";
    end.remedies = few;
    add(d, &end, 1);
    end.remedies = more;
    add(d, &end, 1);
    g_autoptr(GPtrArray) rows = smbt_story_remedies(d);
    g_assert_cmpuint(rows->len, ==, 1);
    g_assert_cmpstr(((const smbt_digest_row *)rows->pdata[0])->variant, ==, "undetermined");
    g_autofree char *of_two = smbt_story_remedies_topic(d, rows->pdata[0]);
    g_assert_cmpstr(of_two, ==, "zero-vc");
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_digest(out, &(smbt_text_style){0}, d);
    g_assert_nonnull(strstr(out->str, "\n  Fix: As above, and:\n       And this.\n"));
    end.remedies = few; /* advice that differs among ends of one cause is all there, once */
    add(d, &end, 2);
    g_autoptr(GPtrArray) again = smbt_story_remedies(d);
    g_assert_cmpuint(((const smbt_digest_row *)again->pdata[0])->remedies->len, ==, more->len);
    end.remedies = more;
    end.cause = "server-idle"; /* another cause has its own, whatever it says */
    end.variant = NULL;
    add(d, &end, 2);
    g_autoptr(GPtrArray) both = smbt_story_remedies(d);
    g_assert_cmpuint(both->len, ==, 2);
    smbt_digest_free(d);
    d = smbt_digest_new();
    end.cause = "zero-vc";
    end.variant = "nat-collision";
    add(d, &end, 2);
    g_autoptr(GPtrArray) alone = smbt_story_remedies(d);
    g_autofree char *of_one = smbt_story_remedies_topic(d, alone->pdata[0]);
    g_assert_cmpstr(of_one, ==, "zero-vc, NAT collision");
    smbt_digest_free(d);
    end.remedies = few;
    sample_end_clear(&end);
}

/* Of several captures it says in how many, and in which one. */
static void test_captures(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_digest *all = smbt_digest_new(), *d = smbt_digest_new(), *none = smbt_digest_new();
    end.cause = "server-idle";
    end.variant = NULL;
    end.strength = SMBT_STRENGTH_LIKELY;
    end.culprit.delay = 60 * SMBT_SEC;
    end.severity = SMBT_SEVERITY_WARNING;
    add(d, &end, 1);
    smbt_digest_merge(all, d, "/var/captures/a/one.pcap");
    assert_told(all,
                "10.50.0.10 closed a connection of ACCT-PC01, most likely because it lay unused for 60 s.",
                NULL);
    smbt_digest_merge(all, none, "/var/captures/none.pcap");
    assert_told(all,
                "In 1 of 2 captures (one.pcap): 10.50.0.10 closed a connection of ACCT-PC01, most likely "
                "because it lay unused for 60 s.",
                NULL);
    smbt_digest_merge(all, d, "/var/captures/b/one.pcap");
    smbt_digest_merge(all, d, NULL);
    g_autofree char *told = smbt_phrase_headline(all);
    g_assert_true(g_str_has_prefix(told, "In 3 of 4 captures: 10.50.0.10 closed 3 connections "));
    bare.cause = "path-loss";
    bare.variant = NULL;
    bare.severity = SMBT_SEVERITY_ERROR;
    add(none, &bare, 1);
    smbt_digest_merge(all, none, "/var/x.pcap");
    g_autofree char *worse = smbt_phrase_headline(all);
    g_assert_true(
        g_str_has_prefix(worse, "4 of 5 captures have findings; the worst, in /var/x.pcap: The network "));
    smbt_digest_free(all);
    smbt_digest_free(d);
    smbt_digest_free(none);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

/* A pattern is one capture's, though others have ends of its cause. */
static void test_pattern_of_one_capture(void)
{
    smbt_end end = sample_end();
    smbt_pattern pattern = sample_pattern("PC");
    smbt_digest *all = smbt_digest_new(), *some = smbt_digest_new(), *d = smbt_digest_new();
    add(some, &end, 1);
    smbt_digest_merge(all, some, "/var/a.pcap");
    add(d, &end, 13);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
    smbt_digest_merge(all, d, "/var/b.pcap");
    smbt_digest_merge(all, some, "/var/c.pcap");
    g_autofree char *told = smbt_phrase_headline(all);
    g_assert_true(g_str_has_prefix(
        told, "3 of 3 captures have findings; the worst, in b.pcap: PC and a host without "));
    smbt_digest_free(all);
    smbt_digest_free(some);
    smbt_digest_free(d);
    sample_end_clear(&end);
    g_array_unref(pattern.hosts);
}

/* Captures beyond those whose names are kept are counted all the same. */
static void test_captures_without_names(void)
{
    enum { NAMED = 4096, MORE = 3 };
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_digest *all = smbt_digest_new(), *d = smbt_digest_new(), *rare = smbt_digest_new();
    add(d, &end, 1);
    for (unsigned i = 0; i < NAMED; i++)
        smbt_digest_merge(all, d, "/var/a.pcap");
    bare.cause = "path-loss";
    add(rare, &bare, 1);
    for (unsigned i = 0; i < MORE; i++)
        smbt_digest_merge(all, rare, "/var/b.pcap");
    g_assert_cmpuint(all->rows->len, ==, 2);
    g_assert_cmpuint(((const smbt_digest_row *)all->rows->pdata[1])->files.count, ==, MORE);
    smbt_digest_free(all);
    smbt_digest_free(d);
    smbt_digest_free(rare);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

/* Nothing worse than daily life, and nothing at all. */
static void test_quiet(void)
{
    smbt_end bare = sample_bare_end();
    smbt_observation seen = sample_observation();
    smbt_digest *d = smbt_digest_new();
    assert_told(d, "No SMB connection ended here.", NULL);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, false);
    assert_told(d, "No connection ended in a way that needs attention.", NULL);
    add(d, &bare, 1);
    assert_told(d, "No connection ended in a way that needs attention.", NULL);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &seen}, true);
    assert_told(d,
                "No lost connection was found, but several hosts share one address towards a server that "
                "enforces the rule: the next session setup will cut someone off.",
                NULL);
    smbt_digest_free(d);
    sample_end_clear(&bare);
    g_array_unref(seen.evidence);
}

/* Each cause has a sentence of its own. */
static void test_every_cause(void)
{
    smbt_end end = sample_bare_end();
    end.severity = SMBT_SEVERITY_NOTE;
    end.variant = NULL;
    const enum smbt_strength sample_strength = end.strength;
    for (const smbt_topic *t = smbt_causes(); t->id; t++) {
        smbt_digest *d = smbt_digest_new();
        end.cause = t->id;
        add(d, &end, 1);
        g_autofree char *told = smbt_phrase_headline(d);
        g_assert_null(strchr(told, '%'));
        g_assert_null(strstr(told, "A connection between 10.50.0.2 and 10.50.0.10 ended."));
        g_assert_nonnull(strstr(told, "10.50.0.2"));
        g_assert_true(g_str_has_suffix(told, "."));
        smbt_digest_free(d);
        /* and one for where nothing confirms it */
        d = smbt_digest_new();
        end.strength = SMBT_STRENGTH_LIKELY;
        add(d, &end, 2);
        end.strength = sample_strength;
        g_autofree char *doubtful = smbt_phrase_headline(d);
        g_assert_null(strchr(doubtful, '%'));
        g_assert_nonnull(strstr(doubtful, "likely"));
        smbt_digest_free(d);
    }
    sample_end_clear(&end);
}

static void test_hostile(void)
{
    g_autofree char *huge = g_strnfill(65536, 'x');
    const char *const names[] = {"\x1b[2J\n<script>", "\xff\xfe", huge};
    smbt_end end = sample_end();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        smbt_digest *d = smbt_digest_new();
        smbt_pattern pattern = sample_pattern(names[i]);
        end.connection.workstation = names[i];
        end.culprit.workstation = "FRONTDESK";
        add(d, &end, 1);
        for (int with_pattern = 0; with_pattern < 2; with_pattern++) {
            if (with_pattern)
                smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
            g_autofree char *told = smbt_phrase_headline(d);
            g_assert_true(g_utf8_validate(told, -1, NULL));
            g_assert_null(strpbrk(told, "\x1b\n"));
            g_assert_cmpuint(strlen(told), <, 300);
        }
        smbt_digest_free(d);
        g_array_unref(pattern.hosts);
    }
    sample_end_clear(&end);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/story/one", test_one);
    g_test_add_func("/story/many", test_many);
    g_test_add_func("/story/delays", test_delays);
    g_test_add_func("/story/patterns", test_patterns);
    g_test_add_func("/story/pattern-among-others", test_pattern_among_others);
    g_test_add_func("/story/remedies", test_remedies);
    g_test_add_func("/story/variants", test_variants);
    g_test_add_func("/story/captures", test_captures);
    g_test_add_func("/story/pattern-of-one-capture", test_pattern_of_one_capture);
    g_test_add_func("/story/captures-without-names", test_captures_without_names);
    g_test_add_func("/story/quiet", test_quiet);
    g_test_add_func("/story/every-cause", test_every_cause);
    g_test_add_func("/story/hostile", test_hostile);
    return g_test_run();
}
