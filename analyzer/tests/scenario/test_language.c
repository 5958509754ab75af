/* The language of scenarios: that a wrong word is an error, and a wrong expectation a difference.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/expect.h"
#include "scenario/line.h"

#include <string.h>

#define HOSTS                                                                                                \
    "server S 10.0.0.10 os=\"Windows Server 2003 3790\"\n"                                                   \
    "host A 192.0.2.1 name=PC1 id=0xfffe ts=1000@5\n"                                                        \
    "a = A:1025 > S:445\n"

static scn_scenario *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    scn_scenario *s = scn_parse(text, &error);
    g_assert_no_error(error);
    g_assert_nonnull(s);
    return s;
}

static void assert_wrong(const char *line, const char *what)
{
    g_autofree char *text = g_strconcat(HOSTS, line, "\n", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(scn_parse(text, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "line 4"));
    if (!strstr(error->message, what)) g_error("\"%s\" does not say \"%s\"", error->message, what);
}

static void test_wrong_words(void)
{
    assert_wrong("+1ms b connect", "no connection b");
    assert_wrong("+1ms a connekt", "connekt");
    assert_wrong("+1ms a connect quickly", "quickly");
    assert_wrong("+1ms a > READ size=5", "size=5");
    assert_wrong("+1ms a < READ status=STATUS_NONE", "STATUS_NONE");
    assert_wrong("+1 a connect", "no time");
    assert_wrong("host A 192.0.2.2", "already");
    assert_wrong("host B on NAT", "no client NAT");
    assert_wrong("host B 192.0.2", "address");
    assert_wrong("b = B:1 > S:445", "no host B");
    assert_wrong("b = A:1 S:445", "NAME = HOST:PORT");
    assert_wrong("snapp 96", "snapp");
    assert_wrong("+1ms a > AGAIN", "nothing that could be sent again");
    assert_wrong("key=value", "begins with a time");
}

static guint32 sum(guint32 s, const guint8 *p, gsize n)
{
    for (gsize i = 0; i < n; i++)
        s += i % 2 ? p[i] : (guint32)p[i] << 8;
    return s;
}

static guint fold(guint32 s)
{
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return s;
}

/* Ethernet, IPv4 without options, TCP: lengths and checksums are right in every frame. */
static void test_frames(void)
{
    scn_scenario *s = parse(HOSTS "+0 a connect\n+1ms a negotiate\n+1ms a logon\n+1ms a > WRITE len=2001 "
                                  "split=1000\n+1s a close\n");
    g_assert_cmpuint(s->capture->len, ==, 3 + 2 + 4 + 3 + 4);
    for (guint i = 0; i < s->capture->len; i++) {
        const scn_frame *f = s->capture->pdata[i];
        const guint8 *ip = f->bytes->data + 14;
        gsize len = f->bytes->len - 14;
        g_assert_cmpuint(f->number, ==, i + 1);
        g_assert_cmpuint(f->caplen, ==, f->bytes->len);
        g_assert_cmpuint((guint)ip[2] << 8 | ip[3], ==, len);
        g_assert_cmpuint(fold(sum(0, ip, 20)), ==, 0xffff);
        g_assert_cmpuint(fold(sum(6 + (guint32)len - 20, ip + 12, 8) + sum(0, ip + 20, len - 20)), ==,
                         0xffff);
    }
    scn_free(s);
}

static void test_labels(void)
{
    scn_scenario *s = parse(HOSTS "+0 a connect [start]\n+1ms a READ lost [gone]\n+1ms a > READ [last]\n");
    uint64_t number = 0;
    g_assert_true(scn_find_frame(s, "start", &number));
    g_assert_cmpuint(number, ==, 1);
    g_assert_true(scn_find_frame(s, "start.2", &number));
    g_assert_cmpuint(number, ==, 2);
    g_assert_true(scn_find_frame(s, "start.last", &number));
    g_assert_cmpuint(number, ==, 3);
    g_assert_true(scn_find_frame(s, "last", &number));
    g_assert_cmpuint(number, ==, 4);
    g_assert_false(scn_find_frame(s, "start.4", &number));
    g_assert_false(scn_find_frame(s, "gone", &number));
    g_assert_false(scn_find_frame(s, "nobody", &number));
    scn_free(s);
}

/* ---- Expectations ---- */

static char *differences(const scn_scenario *s, const scn_findings *found, const char *expected)
{
    g_autoptr(GError) error = NULL;
    char *text = scn_expect(s, expected, found, &error);
    g_assert_no_error(error);
    return text;
}

static void assert_agrees(const scn_scenario *s, const scn_findings *found, const char *expected, bool agrees)
{
    g_autofree char *text = differences(s, found, expected);
    if ((*text == '\0') != agrees) g_error("\"%s\": %s", expected, *text ? text : "agrees");
}

static void test_expectations(void)
{
    scn_scenario *s = parse(HOSTS "+0 a connect\n+1ms a negotiate\n+1ms a > READ\n+1s a > RST [end]\n");
    g_autoptr(GError) error = NULL;
    scn_findings *found = scn_findings_of_engine(s, &error);
    g_assert_no_error(error);
    const char *right = "end a at end: client-close abort confirmed, rst by client";
    g_autofree char *all = g_strconcat(right, ", in flight 1, severity note\nnothing else", NULL);
    assert_agrees(s, found, all, true);
    assert_agrees(s, found, "nothing else", false);
    static const char *const wrong[] = {
        "end a at end: client-close abort likely, rst by client",
        "end a at end: client-close orderly confirmed, rst by client",
        "end a at end: client-close abort confirmed, rst by server",
        "end a at end: client-close abort confirmed, fin by client",
        "end a at end: client-close abort confirmed, rst by client, in flight 2",
        "end a at end: client-close abort confirmed, rst by client, culprit a at end",
        "end a at end: client-close abort confirmed, rst by client, severity info",
        "end a at end: client-close abort confirmed, rst by client\nobservation filtered",
        "end a at end: client-close abort confirmed, rst by client\ncapture: connections 2",
        "end a at end: client-close abort confirmed, rst by client\nserver 10.0.0.11: enforced 0",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *text = g_strconcat(wrong[i], "\nnothing else", NULL);
        assert_agrees(s, found, text, false);
    }
    g_assert_null(scn_expect(s, right, found, &error)); /* without "nothing else" */
    g_assert_nonnull(error);
    scn_findings_free(found);
    scn_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/wrong-words", test_wrong_words);
    g_test_add_func("/scenario/frames", test_frames);
    g_test_add_func("/scenario/labels", test_labels);
    g_test_add_func("/scenario/expectations", test_expectations);
    return g_test_run();
}
