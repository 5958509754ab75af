/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"

/* What a reader of XML sees: a line per start of an element, with attributes, and per text that is not blank.
 */
static void on_start(GMarkupParseContext *context, const char *name, const char **names, const char **values,
                     gpointer user, GError **error)
{
    GString *seen = user;
    (void)context, (void)error;
    g_string_append_printf(seen, "%s", name);
    for (; *names; names++, values++)
        g_string_append_printf(seen, " %s=%s", *names, *values);
    g_string_append_c(seen, '\n');
}

static void on_text(GMarkupParseContext *context, const char *text, gsize length, gpointer user,
                    GError **error)
{
    (void)context, (void)error;
    if (strspn(text, " \n") < length) g_string_append_printf((GString *)user, "%.*s", (int)length, text);
}

static char *read_xml(const char *xml)
{
    const GMarkupParser parser = {.start_element = on_start, .text = on_text};
    GString *seen = g_string_new(NULL);
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, seen, NULL);
    g_autoptr(GError) error = NULL;
    g_markup_parse_context_parse(context, xml, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
    g_markup_parse_context_free(context);
    return g_string_free(seen, FALSE);
}

/* A document of one capture. */
static char *read_capture(const smbt_input_info *input, const smbt_record *record)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_tally tally = {0};
    if (record) smbt_tally_add(&tally, record);
    smbt_junit_begin(out, &(smbt_junit_counts){.tests = 1});
    smbt_junit_begin_capture(out, input, &tally);
    if (record) smbt_junit_record(out, record);
    smbt_junit_end_capture(out, &tally);
    smbt_junit_end(out);
    return read_xml(out->str);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) g_error("\"%s\" is not in:\n%s", part, text);
}

static void test_failure(void)
{
    smbt_end end = sample_end();
    smbt_input_info input = sample_input();
    g_autofree char *seen = read_capture(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_has(seen,
               "testcase classname=smbtrace name=fileserver.pcapng\nfailure type=error message=1 error\n");
    assert_has(seen, "zero-vc, NAT collision (confirmed)");
    assert_has(seen, "Fix: Give each client its own address");
    smbt_observation observation = sample_observation();
    g_autofree char *warning =
        read_capture(&input, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &observation});
    assert_has(warning, "failure type=warning message=1 warning\n");
    assert_has(warning, "2 hosts share 10.50.0.2");
    g_array_unref(observation.evidence);
    sample_end_clear(&end);
}

static void test_pass(void)
{
    smbt_end end = sample_bare_end();
    smbt_input_info input = sample_input();
    end.severity = SMBT_SEVERITY_NOTE;
    g_autofree char *seen = read_capture(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    g_assert_true(g_str_has_suffix(seen, "name=fileserver.pcapng\n"));
    sample_end_clear(&end);
}

static void test_incomplete(void)
{
    smbt_end end = sample_end();
    smbt_input_info input = sample_input();
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS("ends inside frame 45");
    input.complete = false;
    g_autofree char *bare = read_capture(&input, NULL);
    assert_has(bare, "error type=input message=the input could not be read whole\n");
    input.problems = problems;
    g_autofree char *seen = read_capture(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_has(seen, "error type=input message=ends inside frame 45\nfailure type=error");
    sample_end_clear(&end);
}

static void test_counts(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_junit_begin(out, &(smbt_junit_counts){.tests = 5, .failures = 2, .errors = 1});
    smbt_junit_problem(out, "gone.pcap", "cannot be opened");
    smbt_junit_end(out);
    g_autofree char *seen = read_xml(out->str);
    g_assert_cmpstr(seen, ==,
                    "testsuites name=smbtrace-check tests=5 failures=2 errors=1\n"
                    "testsuite name=smbtrace-check tests=5 failures=2 errors=1 skipped=0\n"
                    "testcase classname=smbtrace name=gone.pcap\n"
                    "error type=input message=cannot be opened\n");
}

static void test_hostile(void)
{
    static const char *const names[] = {"</failure><x>", "\"'><x a=\"", "&#0;&x;", "]]><![CDATA[",
                                        "\x1b[2J\x01",   "\xff\xfe",    "a\nb"};
    smbt_end end = sample_end();
    smbt_input_info input = sample_input();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        end.summary = input.file = names[i];
        g_autofree char *seen = read_capture(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        g_assert_null(strstr(seen, "\nx"));
        g_assert_null(strchr(seen, 0x1b));
        g_assert_null(strchr(seen, 0x01));
        g_assert_true(g_utf8_validate(seen, -1, NULL));
        if (i == 0) assert_has(seen, "name=</failure><x>\n");
    }
    sample_end_clear(&end);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/junit/failure", test_failure);
    g_test_add_func("/junit/pass", test_pass);
    g_test_add_func("/junit/incomplete", test_incomplete);
    g_test_add_func("/junit/counts", test_counts);
    g_test_add_func("/junit/hostile", test_hostile);
    return g_test_run();
}
