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
    g_assert_nonnull(strstr(error->message, strchr(line, '\n') ? "line 5" : "line 4"));
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

static void test_wrong_messages(void)
{
    assert_wrong("+1ms a OPEN oplock=big", "oplock=big");
    assert_wrong("+1ms a OPEN cmd=READ", "cmd=READ");
    assert_wrong("+1ms a FLUSH cmd=READ", "cmd=READ");
    assert_wrong("+1ms a FLUSH len=3", "len=3");
    assert_wrong("+1ms a LOCK timeout=soon", "timeout=soon");
    assert_wrong("+1ms a TRANS sub=NOBODY", "sub=NOBODY");
    assert_wrong("+1ms a TRANS2 sub=TRANS_TRANSACT_NMPIPE", "sub=TRANS_TRANSACT_NMPIPE");
    assert_wrong("+1ms a TRANS parts=0", "parts=");
    assert_wrong("+1ms a > SECONDARY", "no transaction has parts left");
    assert_wrong("+1ms a > NT_CANCEL", "nothing to cancel");
    assert_wrong("+1ms a > NT_CANCEL of=slow", "[slow]");
    assert_wrong("+1ms a < READ of=slow", "[slow]");
    assert_wrong("+1ms a > BREAK", "server's");
    assert_wrong("+1ms a NEGOTIATE signing=maybe", "signing=maybe");
    assert_wrong("+1ms a NEGOTIATE index=last", "index=last");
    assert_wrong("host B 192.0.2.2 windows=95", "windows=95");
    assert_wrong("host B 192.0.2.2 zone=60", "zone=60"); /* a server's */
    assert_wrong("host B 192.0.2.2 sambar", "sambar");
    assert_wrong("c = A:1026 > S:445 smb2\n+1ms c FLUSH", "SMB2");
}

static void test_wrong_times(void)
{
    assert_wrong("at soon a ECHO", "no time");
    assert_wrong("at", "which time");
    assert_wrong("at -1s a ECHO", "is over");
    assert_wrong("every 20s 30 a ECHO", "every TIME x NUMBER");
    assert_wrong("every 20s x 0 a ECHO", "every TIME x NUMBER");
    assert_wrong("every 20s x 3", "who does what");
    assert_wrong("every now x 3 a ECHO", "no time");
    assert_wrong("every 20s x 3 a ECHO size=1", "size=1");
    assert_wrong("+1s end\n+1s a ECHO", "follows the end");
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

static gint64 time_of(const scn_scenario *s, const char *label)
{
    uint64_t number = 0;
    g_assert_true(scn_find_frame(s, label, &number));
    const scn_frame *frame = s->capture->pdata[number - 1], *first = s->capture->pdata[0];
    return (gint64)(frame->time - first->time);
}

static void test_times(void)
{
    scn_scenario *s = parse(HOSTS "+0 a connect\nat 85s a ECHO [at]\nevery 20s x 3 a ECHO [turns]\n"
                                  "+1h end [end]\n");
    const gint64 second = 1000000000, gap = 100000;
    g_assert_cmpuint(s->capture->len, ==, 3 + 2 + 6 + 1);
    g_assert_cmpint(time_of(s, "at"), ==, 85 * second);
    g_assert_cmpint(time_of(s, "turns"), ==, 105 * second + gap);
    g_assert_cmpint(time_of(s, "turns.2"), ==, 105 * second + 2 * gap);
    g_assert_cmpint(time_of(s, "turns.3"), ==, 125 * second + gap);
    g_assert_cmpint(time_of(s, "turns.last"), ==, 145 * second + 2 * gap);
    g_assert_cmpint(time_of(s, "end"), ==, 3745 * second + 2 * gap);
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

/* Rows as an engine could give them. */
static void test_predictions(void)
{
    scn_scenario *s =
        parse(HOSTS "+0 a connect\n+1s a > READ [read]\n+1s a > ECHO [echo]\n+70s a > FIN [fin]\n");
    const scn_frame *read = s->capture->pdata[3];
    const scn_connection_name *a = &g_array_index(s->connections, scn_connection_name, 0);
    scn_findings *found = scn_findings_new();
    scn_finding end = {.is_end = true,
                       .what = "request-timeout",
                       .variant = "session",
                       .strength = "likely",
                       .severity = "error",
                       .kind = "fin",
                       .by = "client",
                       .frame = 6,
                       .connection = {a->client, a->server},
                       .culprit = 4,
                       .culprit_connection = {a->client, a->server},
                       .rule = "session-timeout",
                       .predicted_from = read->time + 60 * G_GUINT64_CONSTANT(1000000000),
                       .predicted_to = read->time + 90 * G_GUINT64_CONSTANT(1000000000),
                       .evidence = ",4,5,"};
    scn_finding open = {.what = "oplock-break-timeout", .severity = "note", .frame = 4, .evidence = ",5,6,"};
    g_array_append_val(found->rows, end);
    g_array_append_val(found->rows, open);
    static const struct {
        const char *end, *observation;
        bool agrees;
    } rows[] = {
        {"", "", true},
        {", predicted 60s..90s, evidence read echo", ": evidence echo, fin", true},
        {", predicted session-timeout 60s..90s", ": severity note, evidence echo", true},
        {", predicted 60s..", "", false},
        {", predicted 61s..90s", "", false},
        {", predicted 60s..91s", "", false},
        {", predicted idle 60s..90s", "", false},
        {", evidence fin", "", false},
        {"", ": evidence echo, read", false},
        {"", ": severity warning", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            g_strdup_printf("end a at fin: request-timeout session likely, fin by client, "
                            "culprit a at read%s\nobservation oplock-break-timeout at "
                            "read%s\nnothing else",
                            rows[i].end, rows[i].observation);
        assert_agrees(s, found, text, rows[i].agrees);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(scn_expect(s, "observation oplock-break-timeout at read: evidence nobody", found, &error));
    g_assert_nonnull(strstr(error->message, "nobody"));
    scn_findings_free(found);
    scn_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/wrong-words", test_wrong_words);
    g_test_add_func("/scenario/wrong-messages", test_wrong_messages);
    g_test_add_func("/scenario/wrong-times", test_wrong_times);
    g_test_add_func("/scenario/times", test_times);
    g_test_add_func("/scenario/predictions", test_predictions);
    g_test_add_func("/scenario/frames", test_frames);
    g_test_add_func("/scenario/labels", test_labels);
    g_test_add_func("/scenario/expectations", test_expectations);
    return g_test_run();
}
