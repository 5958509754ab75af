/* The messages of scenarios: what a line puts on the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario/line.h"
#include "scenario/scenario.h"

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

/* What the client asks for the server may refuse. */
static void test_downgrade(void)
{
    scn_scenario *s = parse(HOSTS "+0 a > NEGOTIATE extsec=yes [ask]\n+0 a < NEGOTIATE extsec=no [refuse]\n"
                                  "+0 a > SESSION_SETUP [plain]\n");
    g_assert_cmphex(le16(payload(s, "ask", NULL) + FLAGS2) & 0x0800, ==, 0x0800);
    const guint8 *p = payload(s, "refuse", NULL);
    g_assert_cmphex(le16(p + FLAGS2) & 0x0800, ==, 0);
    g_assert_cmphex(le32(p + WORDS + 20) & 0x80000000, ==, 0);
    g_assert_cmpuint(payload(s, "plain", NULL)[WORDS], ==, 13);
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/messages/all", test_messages);
    g_test_add_func("/scenario/messages/breaks", test_breaks);
    g_test_add_func("/scenario/messages/answers", test_answers);
    g_test_add_func("/scenario/messages/numbers", test_numbers);
    g_test_add_func("/scenario/messages/sessions", test_sessions);
    g_test_add_func("/scenario/messages/negotiate", test_negotiate);
    g_test_add_func("/scenario/messages/downgrade", test_downgrade);
    g_test_add_func("/scenario/messages/presets", test_presets);
    g_test_add_func("/scenario/messages/wrong-bytes", test_wrong_bytes);
    return g_test_run();
}
