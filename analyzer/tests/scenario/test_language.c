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

/* ---- Messages ---- */

/* What TCP carries in the frame of that name. */
static const guint8 *payload(const scn_scenario *s, const char *label, gsize *ret_len)
{
    uint64_t number = 0;
    g_assert_true(scn_find_frame(s, label, &number));
    const scn_frame *f = s->capture->pdata[number - 1];
    gsize at = 14 + 20 + (f->bytes->data[14 + 20 + 12] >> 4) * 4u;
    if (ret_len) *ret_len = f->bytes->len - at;
    return f->bytes->data + at;
}

static guint le16(const guint8 *p)
{
    return p[0] | (guint)p[1] << 8;
}

static guint32 le32(const guint8 *p)
{
    return le16(p) | (guint32)le16(p + 2) << 16;
}

/* Offsets behind the four bytes of NBSS. */
enum { COMMAND = 4 + 4, STATUS = 4 + 5, FLAGS = 4 + 9, FLAGS2 = 4 + 10, PID = 4 + 26, UID = 4 + 28 };
enum { MID = 4 + 30, WORDS = 4 + 32, ANDX_WORDS = WORDS + 1 + 4 };

static guint command(const scn_scenario *s, const char *label)
{
    return payload(s, label, NULL)[COMMAND];
}

/* Every message that can be said: a pair has the frames that it must have, under that command. */
static void test_messages(void)
{
    static const struct {
        const char *words;
        guint command, frames;
    } rows[] = {
        {"OPEN pipe", 0xa2, 2},
        {"OPEN cmd=OPEN_ANDX oplock=exclusive", 0x2d, 2},
        {"OPEN cmd=OPEN offline", 0x02, 2},
        {"OPEN cmd=CREATE path=\\x", 0x03, 2},
        {"OPEN cmd=OPEN_PRINT_FILE", 0xc0, 2},
        {"OPEN2", 0x32, 2},
        {"NT_TRANSACT_CREATE printer", 0xa0, 2},
        {"CLOSE_FILE fid=1", 0x04, 2},
        {"CLOSE_PRINT_FILE", 0xc2, 2},
        {"WRITE_AND_CLOSE len=10", 0x2c, 2},
        {"FLUSH", 0x05, 2},
        {"READ cmd=READ", 0x0a, 2},
        {"READ cmd=READ_MPX", 0x1b, 2},
        {"WRITE cmd=WRITE", 0x0b, 2},
        {"WRITE_MPX", 0x1e, 2},
        {"READ_RAW len=0", 0x1a, 2},
        {"WRITE_RAW", 0x1d, 4},
        {"WRITE_RAW behind", 0x1d, 3},
        {"LOCK timeout=forever locks=2", 0x24, 2},
        {"LOCK cancel", 0x24, 2},
        {"BREAK level=1", 0x24, 1},
        {"BREAK_ACK", 0x24, 1},
        {"BREAK_ACK locks=1", 0x24, 2},
        {"FIND_FIRST2 flags=0x0002 eos", 0x32, 2},
        {"FIND_NEXT2 sid=1", 0x32, 2},
        {"FIND_CLOSE2", 0x34, 2},
        {"SEARCH", 0x81, 2},
        {"SEARCH cmd=FIND next", 0x82, 2},
        {"FIND_CLOSE", 0x84, 2},
        {"TRANS sub=TRANS_WAIT_NMPIPE", 0x25, 2},
        {"TRANS parts=3 answers=2", 0x25, 6},
        {"TRANS2 sub=0x08 parts=2", 0x32, 4},
        {"NT_TRANSACT sub=0x06", 0xa0, 2},
        {"QUERY_PATH", 0x32, 2},
        {"NOTIFY", 0xa0, 2},
        {"PROCESS_EXIT pid=7", 0x11, 2},
        {"ECHO count=3", 0x2b, 4},
        {"ECHO count=0", 0x2b, 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat(HOSTS "+0 a ", rows[i].words, " [it]\n", NULL);
        scn_scenario *s = parse(text);
        if (s->capture->len != rows[i].frames || command(s, "it") != rows[i].command)
            g_error("%s: %u frames, command %02x", rows[i].words, s->capture->len, command(s, "it"));
        for (guint k = 1; k <= rows[i].frames; k++) {
            gsize len;
            g_autofree char *label = g_strdup_printf("it.%u", k);
            const guint8 *p = payload(s, label, &len);
            g_assert_cmpuint((gsize)p[1] << 16 | (gsize)p[2] << 8 | p[3], ==, len - 4);
        }
        scn_free(s);
    }
}

static void test_breaks(void)
{
    scn_scenario *s = parse(HOSTS "+0 a OPEN oplock=batch [open]\n+0 a BREAK level=1 [break]\n"
                                  "+0 a BREAK_ACK [ack]\n+0 a LOCK timeout=2s locks=2 [lock]\n");
    const guint8 *p = payload(s, "open.2", NULL);
    g_assert_cmpuint(p[ANDX_WORDS], ==, 2);
    gsize len;
    p = payload(s, "break", &len);
    g_assert_cmpuint(len, ==, 4 + 51);
    g_assert_cmpuint(p[FLAGS] & 0x80, ==, 0);
    g_assert_cmpuint(le16(p + PID), ==, 0xffff);
    g_assert_cmpuint(le16(p + MID), ==, 0xffff);
    g_assert_cmpuint(le16(p + ANDX_WORDS), ==, 0x4001);
    g_assert_cmpuint(le16(p + ANDX_WORDS + 2), ==, 0x0102);
    p = payload(s, "ack", NULL);
    g_assert_cmpuint(p[ANDX_WORDS + 2], ==, 0x02);
    p = payload(s, "lock", NULL);
    g_assert_cmpuint(le32(p + ANDX_WORDS + 4), ==, 2000);
    g_assert_cmpuint(le16(p + ANDX_WORDS + 10), ==, 2);
    scn_free(s);
}

/* Answers go to the request of their line, to the one that of= names, or to the oldest. */
static void test_answers(void)
{
    scn_scenario *s = parse(HOSTS "+0 a > READ [one]\n+0 a > READ [two]\n+0 a READ [three]\n"
                                  "+0 a > NT_CANCEL of=one [cancel]\n+0 a < READ of=two [second]\n"
                                  "+0 a < READ status=CANCELLED [first]\n");
    guint one = le16(payload(s, "one", NULL) + MID), two = le16(payload(s, "two", NULL) + MID);
    guint three = le16(payload(s, "three", NULL) + MID);
    g_assert_cmpuint(le16(payload(s, "three.2", NULL) + MID), ==, three);
    g_assert_cmpuint(le16(payload(s, "cancel", NULL) + MID), ==, one);
    g_assert_cmpuint(le16(payload(s, "second", NULL) + MID), ==, two);
    g_assert_cmpuint(le16(payload(s, "first", NULL) + MID), ==, one);
    g_assert_cmphex(le32(payload(s, "first", NULL) + STATUS), ==, 0xc0000120);
    scn_free(s);
}

static void test_numbers(void)
{
    scn_scenario *s = parse(HOSTS "+0 a OPEN\n+0 a OPEN\n+0 a FLUSH [last]\n+0 a FLUSH fid=1 [first]\n"
                                  "+0 a FIND_FIRST2 [f]\n+0 a FIND_FIRST2\n+0 a FIND_CLOSE2 [c]\n"
                                  "+0 a FIND_CLOSE2 sid=1 [d]\n");
    g_assert_cmphex(le16(payload(s, "last", NULL) + WORDS + 1), ==, 0x4002);
    g_assert_cmphex(le16(payload(s, "first", NULL) + WORDS + 1), ==, 0x4001);
    g_assert_cmphex(le16(payload(s, "c", NULL) + WORDS + 1), ==, 0x0802);
    g_assert_cmphex(le16(payload(s, "d", NULL) + WORDS + 1), ==, 0x0801);
    scn_free(s);
}

static void test_sessions(void)
{
    scn_scenario *s = parse(HOSTS "+0 a logon [on]\n+0 a logon reauth [again]\n+0 a logon [other]\n"
                                  "+0 a ECHO signed [signed]\n+0 a ECHO [plain]\n"
                                  "b = A:1026 > S:445 extsec=no\n+0 b logon tree capabilities=5 [both]\n");
    guint uid = le16(payload(s, "on.last", NULL) + UID);
    g_assert_cmpuint(le16(payload(s, "on", NULL) + UID), ==, 0);
    g_assert_cmpuint(uid, !=, 0);
    for (int i = 1; i <= 4; i++) {
        g_autofree char *label = g_strdup_printf("again.%d", i);
        g_assert_cmpuint(le16(payload(s, label, NULL) + UID), ==, uid);
    }
    g_assert_cmpuint(le16(payload(s, "other.last", NULL) + UID), ==, uid + 1);
    g_assert_cmphex(le16(payload(s, "signed", NULL) + FLAGS2) & 4, ==, 4);
    g_assert_cmphex(le16(payload(s, "plain", NULL) + FLAGS2) & 4, ==, 0);
    const guint8 *p = payload(s, "both", NULL);
    g_assert_cmphex(p[WORDS + 1], ==, 0x75);
    g_assert_cmphex(le32(p + WORDS + 1 + 11 * 2), ==, 5);
    g_assert_cmphex(payload(s, "both.2", NULL)[WORDS + 1], ==, 0x75);
    scn_free(s);
}

static void test_negotiate(void)
{
    scn_scenario *s = parse("server S 10.0.0.10 zone=-60 clock=+5s signing=required\nhost A 192.0.2.1\n"
                            "a = A:1025 > S:445\n+0 a NEGOTIATE [nt]\n+2s a NEGOTIATE time=0 zone=0 [sharp]\n"
                            "+0 a NEGOTIATE index=none [none]\n+0 a NEGOTIATE dialects=LANMAN1.0 [old]\n");
    const guint8 *p = payload(s, "nt.2", NULL) + WORDS;
    g_assert_cmpuint(p[0], ==, 17);
    g_assert_cmphex(p[3], ==, 0x0f);
    g_assert_cmpint((gint16)le16(p + 32), ==, -60);
    guint64 ahead = le32(p + 24) | (guint64)le32(p + 28) << 32;
    p = payload(s, "sharp.2", NULL) + WORDS;
    guint64 sharp = le32(p + 24) | (guint64)le32(p + 28) << 32;
    g_assert_cmpint((gint64)(sharp - ahead), ==, -3 * 10000000 + 1000);
    const scn_frame *f = s->capture->pdata[3];
    g_assert_cmpuint(sharp, ==, f->time / 100 - 1000 + G_GUINT64_CONSTANT(116444736000000000));
    p = payload(s, "none.2", NULL) + WORDS;
    g_assert_cmpuint(p[0], ==, 1);
    g_assert_cmphex(le16(p + 1), ==, 0xffff);
    g_assert_cmpuint(payload(s, "old.2", NULL)[WORDS], ==, 13);
    scn_free(s);
}

static bool says(const scn_scenario *s, const char *label, const char *text)
{
    gsize len, n = strlen(text);
    const guint8 *p = payload(s, label, &len);
    for (gsize i = 0; i + 2 * n <= len; i++) {
        gsize k = 0;
        while (k < n && p[i + 2 * k] == (guint8)text[k] && p[i + 2 * k + 1] == 0)
            k++;
        if (k == n) return true;
    }
    return false;
}

static void test_presets(void)
{
    static const struct {
        const char *words, *client, *server;
    } rows[] = {
        {"windows=nt4", "Windows NT 1381", "Windows NT 4.0"},
        {"windows=2000", "Windows 2000 5.0", "Windows 5.0"},
        {"windows=xp", "Windows 2002 5.1", "Windows 5.1"},
        {"windows=2003", "Windows Server 2003 5.2", "Windows Server 2003 3790 Service Pack 2"},
        {"windows=2008", "", "Windows Server (R) 2008"},
        {"windows=7", "", "Windows 7 Professional 6.1"},
        {"samba=4.9", "Samba 4.9", "Samba 4.9"},
        {"linux-cifs=3.2", "Linux version 3.2.0", "CIFS VFS"},
        {"jcifs", "jCIFS", "jCIFS"},
        {"windows=xp os=Mine", "Mine", "Mine"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("server S 10.0.0.10 %s\nhost A 192.0.2.1 %s\n"
                                                "a = A:1025 > S:445\n+0 a logon words=13 [it]\n",
                                                rows[i].words, rows[i].words);
        scn_scenario *s = parse(text);
        if (!says(s, "it", rows[i].client) || !says(s, "it.2", rows[i].server))
            g_error("%s does not say %s, %s", rows[i].words, rows[i].client, rows[i].server);
        scn_free(s);
    }
    scn_scenario *s = parse("server S 10.0.0.10 windows=2003\nhost A 192.0.2.1 windows=xp\n"
                            "host N 192.0.2.2 windows=nt4\na = A:1025 > S:445\nn = N:1025 > S:445\n"
                            "+0 a logon [xp]\n+0 n logon [nt4]\n");
    g_assert_cmphex(le32(payload(s, "xp", NULL) + WORDS + 1 + 10 * 2) & 0x20000000, !=, 0);
    g_assert_cmpuint(payload(s, "xp", NULL)[WORDS], ==, 12);
    g_assert_cmpuint(payload(s, "nt4", NULL)[WORDS], ==, 13);
    g_assert_cmphex(le32(payload(s, "nt4", NULL) + WORDS + 1 + 11 * 2) & 0x20000000, ==, 0);
    scn_free(s);
}

static void test_wrong_bytes(void)
{
    scn_scenario *s = parse(HOSTS "+0 a > BAD_MAGIC len=50 [magic]\n+0 a > OVERSIZE bytes=100 [size]\n");
    gsize len;
    const guint8 *p = payload(s, "magic", &len);
    g_assert_cmpuint(len, ==, 54);
    g_assert_cmphex(p[4], !=, 0xff);
    p = payload(s, "size", &len);
    g_assert_cmpuint(len, ==, 104);
    g_assert_cmpmem(p, 8, "\0\x02\0\0\xffSMB", 8);
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
    g_test_add_func("/scenario/messages", test_messages);
    g_test_add_func("/scenario/breaks", test_breaks);
    g_test_add_func("/scenario/answers", test_answers);
    g_test_add_func("/scenario/numbers", test_numbers);
    g_test_add_func("/scenario/sessions", test_sessions);
    g_test_add_func("/scenario/negotiate", test_negotiate);
    g_test_add_func("/scenario/presets", test_presets);
    g_test_add_func("/scenario/wrong-bytes", test_wrong_bytes);
    g_test_add_func("/scenario/times", test_times);
    g_test_add_func("/scenario/predictions", test_predictions);
    g_test_add_func("/scenario/frames", test_frames);
    g_test_add_func("/scenario/labels", test_labels);
    g_test_add_func("/scenario/expectations", test_expectations);
    return g_test_run();
}
