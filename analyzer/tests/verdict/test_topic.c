/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/topic.h"

#include <string.h>

/* The contract's names, in its order. */
static const char *const cause_ids[] = {"zero-vc",
                                        "server-idle",
                                        "unused-connection",
                                        "forced-logoff",
                                        "protocol-violation",
                                        "server-stop",
                                        "limit-reached",
                                        "session-replaced",
                                        "request-timeout",
                                        "client-idle",
                                        "transport-race",
                                        "client-close",
                                        "auth-failed",
                                        "negotiate-failed",
                                        "signing-failure",
                                        "path-loss",
                                        "path-idle-timeout",
                                        "forged-reset",
                                        "stale-connection",
                                        "refused",
                                        "server-close",
                                        "unknown"};
static const char *const observation_ids[] = {"oplock-break-timeout",
                                              "session-expired",
                                              "search-expired",
                                              "zero-vc-not-enforced",
                                              "zero-vc-exposed",
                                              "vc-session-cleanup",
                                              "near-timeout",
                                              "echo-probe",
                                              "server-stalled",
                                              "no-answer",
                                              "reset-ignored",
                                              "one-sided",
                                              "filtered",
                                              "gaps",
                                              "limit-hit",
                                              "undecoded"};
static void check_rows(const smbt_topic *topics, const char *const *ids, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_assert_cmpstr(topics[i].id, ==, ids[i]);
        g_assert_nonnull(topics[i].meaning);
        g_assert_null(strchr(topics[i].meaning, '\n'));
    }
    g_assert_null(topics[n].id);
}

static void test_rows(void)
{
    check_rows(smbt_causes(), cause_ids, G_N_ELEMENTS(cause_ids));
    check_rows(smbt_observation_kinds(), observation_ids, G_N_ELEMENTS(observation_ids));
    g_assert_cmpint(SMBT_CAUSE_MAX, ==, G_N_ELEMENTS(cause_ids));
    g_assert_cmpint(SMBT_OBS_MAX, ==, G_N_ELEMENTS(observation_ids));
    for (const smbt_topic *t = smbt_causes(); t->id; t++)
        g_assert_nonnull(t->who);
    for (const smbt_topic *t = smbt_observation_kinds(); t->id; t++)
        g_assert_null(t->who);
}

static void test_by_enum(void)
{
    g_assert_cmpstr(smbt_cause_topic(SMBT_CAUSE_ZERO_VC)->id, ==, "zero-vc");
    g_assert_cmpint(smbt_cause_topic(SMBT_CAUSE_ZERO_VC)->severity, ==, SMBT_SEVERITY_ERROR);
    g_assert_cmpstr(smbt_cause_topic(SMBT_CAUSE_UNKNOWN)->id, ==, "unknown");
    g_assert_cmpint(smbt_cause_topic(SMBT_CAUSE_UNKNOWN)->severity, ==, SMBT_SEVERITY_NOTE);
    g_assert_cmpstr(smbt_cause_topic(SMBT_CAUSE_CLIENT_CLOSE)->variants, ==, "orderly, abort");
    g_assert_cmpstr(smbt_observation_topic(SMBT_OBS_ZERO_VC_EXPOSED)->id, ==, "zero-vc-exposed");
    g_assert_cmpstr(smbt_observation_topic(SMBT_OBS_UNDECODED)->id, ==, "undecoded");
    g_assert_cmpint(smbt_cause_find("zero-vc"), ==, SMBT_CAUSE_ZERO_VC);
    g_assert_cmpint(smbt_cause_find("unknown"), ==, SMBT_CAUSE_UNKNOWN);
    g_assert_cmpint(smbt_cause_find("gaps"), ==, SMBT_CAUSE_MAX);
    g_assert_cmpint(smbt_cause_find(""), ==, SMBT_CAUSE_MAX);
}

/* Each text begins with its id, fits a terminal, and is the same memory each time. */
static void check_text(const smbt_topic *t)
{
    const char *text = smbt_explain(t->id);
    g_assert_nonnull(text);
    g_assert_true(text == smbt_explain(t->id));
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(g_str_has_suffix(text, ".\n"));
    g_autofree char *start = g_strconcat(t->id, ": ", NULL);
    g_assert_true(g_str_has_prefix(text, start));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, 78);
        g_assert_false(g_str_has_suffix(lines[i], " "));
    }
}

static void test_explain(void)
{
    for (const smbt_topic *t = smbt_causes(); t->id; t++)
        check_text(t);
    for (const smbt_topic *t = smbt_observation_kinds(); t->id; t++)
        check_text(t);
    static const char *const wrong[] = {"", "zero", "zero-vc.txt", "Zero-vc", "../zero-vc", "zero-vc ", "%s"};
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(smbt_explain(wrong[i]));
    /* Every variant is told of. */
    for (const smbt_topic *t = smbt_causes(); t->id; t++) {
        g_auto(GStrv) variants = g_strsplit(t->variants ? t->variants : "", ", ", -1);
        for (int i = 0; variants[i]; i++)
            g_assert_nonnull(strstr(smbt_explain(t->id), variants[i]));
    }
}

static void test_names(void)
{
    static const char *const severities[] = {"info", "note", "warning", "error"};
    enum smbt_severity severity = SMBT_SEVERITY_MAX;
    for (int i = 0; i < SMBT_SEVERITY_MAX; i++) {
        g_assert_cmpstr(smbt_severity_name((enum smbt_severity)i), ==, severities[i]);
        g_assert_true(smbt_severity_parse(severities[i], &severity));
        g_assert_cmpint(severity, ==, i);
    }
    g_assert_false(smbt_severity_parse("Error", &severity));
    g_assert_false(smbt_severity_parse("", &severity));
    g_assert_false(smbt_severity_parse("errors", &severity));
    g_assert_cmpint(severity, ==, SMBT_SEVERITY_ERROR); /* untouched on failure */

    g_assert_null(smbt_strength_name(SMBT_STRENGTH_NONE));
    g_assert_cmpstr(smbt_strength_name(SMBT_STRENGTH_POSSIBLE), ==, "possible");
    g_assert_cmpstr(smbt_strength_name(SMBT_STRENGTH_LIKELY), ==, "likely");
    g_assert_cmpstr(smbt_strength_name(SMBT_STRENGTH_CONFIRMED), ==, "confirmed");
    g_assert_cmpstr(smbt_side_name(SMBT_SIDE_CLIENT), ==, "client");
    g_assert_cmpstr(smbt_side_name(SMBT_SIDE_SERVER), ==, "server");
    g_assert_null(smbt_side_name(SMBT_SIDE_UNKNOWN));
    g_assert_cmpstr(smbt_end_kind_name(SMBT_END_RST), ==, "rst");
    g_assert_cmpstr(smbt_end_kind_name(SMBT_END_FIN), ==, "fin");
    g_assert_cmpstr(smbt_end_kind_name(SMBT_END_SILENCE), ==, "silence");
    g_assert_null(smbt_viewpoint_name(SMBT_VIEWPOINT_UNKNOWN));
    g_assert_cmpstr(smbt_viewpoint_name(SMBT_VIEWPOINT_NEAR_SERVER), ==, "near-server");
    g_assert_cmpstr(smbt_viewpoint_name(SMBT_VIEWPOINT_NEAR_CLIENT), ==, "near-client");
    g_assert_cmpstr(smbt_viewpoint_name(SMBT_VIEWPOINT_BETWEEN), ==, "between");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/topic/rows", test_rows);
    g_test_add_func("/topic/by-enum", test_by_enum);
    g_test_add_func("/topic/explain", test_explain);
    g_test_add_func("/topic/names", test_names);
    return g_test_run();
}
