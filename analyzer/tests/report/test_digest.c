/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/digest.h"

#include "report/fold.h"
#include "report/meaning.h"
#include "report/phrase.h"
#include "sample.h"

#include <stdlib.h>

#define SECOND UINT64_C(1000000000)

static smbt_digest_row *first_row(const smbt_digest *d)
{
    return d->rows->pdata[0];
}

static void add_end(smbt_digest *d, smbt_end *end, uint64_t frame, smbt_time time)
{
    end->frame = frame;
    end->time = time;
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = end}, true);
}

static void test_threshold(void)
{
    smbt_digest *d = smbt_digest_new();
    smbt_end end = sample_end(), bare = sample_bare_end();
    for (unsigned i = 1; i <= 10; i++)
        add_end(d, &end, i, SAMPLE_TIME);
    for (unsigned i = 1; i <= 40; i++)
        add_end(d, &bare, i, SAMPLE_TIME);
    g_assert_false(smbt_digest_is_long(d));
    add_end(d, &end, 11, SAMPLE_TIME);
    g_assert_true(smbt_digest_is_long(d));
    smbt_digest_free(d);
    d = smbt_digest_new();
    for (unsigned i = 1; i <= 41; i++)
        add_end(d, &bare, i, SAMPLE_TIME);
    g_assert_true(smbt_digest_is_long(d));
    smbt_digest_free(d);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

/* What is hidden is counted by cause, and makes nothing long. */
static void test_hidden(void)
{
    smbt_digest *d = smbt_digest_new();
    smbt_end bare = sample_bare_end();
    smbt_observation seen = sample_observation();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_left_out(out, &(smbt_text_style){0}, d);
    g_assert_cmpstr(out->str, ==, "");
    for (int i = 0; i < 50; i++)
        smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, false);
    smbt_text_left_out(out, &(smbt_text_style){0}, d);
    g_assert_cmpstr(out->str, ==,
                    "No connection ended in a way that needs attention.\n"
                    "Not shown: 50 client-close (--min-severity info shows all)\n\n");
    g_string_truncate(out, 0);
    /* one that does is hidden only where somebody asked for that */
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &seen}, false);
    bare.revises = 1; /* counted before */
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, false);
    g_assert_false(smbt_digest_is_long(d));
    smbt_text_left_out(out, &(smbt_text_style){0}, d);
    g_assert_cmpstr(out->str, ==,
                    "Nothing of the severity that was asked for was found.\n"
                    "Not shown: 50 client-close, 1 observation (--min-severity info shows all)\n\n");
    smbt_digest_free(d);
    sample_end_clear(&bare);
    g_array_unref(seen.evidence);
}

/* One host at many servers, many hosts at one server; errors keep their hosts while those are few. */
static void test_fold(void)
{
    smbt_end bare = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    for (unsigned i = 0; i < 30; i++) {
        bare.connection.server = sample_endpoint((uint8_t)(100 + i), 445);
        add_end(d, &bare, 30 - i, SAMPLE_TIME + i * SECOND);
    }
    g_autoptr(GArray) by_host = smbt_fold(first_row(d));
    g_assert_cmpuint(by_host->len, ==, 1);
    const smbt_fold_line *l = &g_array_index(by_host, smbt_fold_line, 0);
    g_assert_cmpuint(l->count, ==, 30);
    g_assert_cmpuint(l->servers, ==, 30);
    g_assert_cmpuint(l->clients, ==, 1);
    for (unsigned i = 0; i < SMBT_DIGEST_FRAMES; i++) /* the lowest, whatever the order */
        g_assert_cmpuint(l->frames[i], ==, i + 1);
    g_assert_cmpuint(l->last - l->first, ==, 29 * SECOND);
    smbt_digest_free(d);

    const struct {
        enum smbt_severity severity;
        unsigned hosts, lines;
    } rows[] = {{SMBT_SEVERITY_WARNING, 20, 1}, {SMBT_SEVERITY_ERROR, 24, 24}, {SMBT_SEVERITY_ERROR, 25, 1}};
    for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
        d = smbt_digest_new();
        bare.severity = rows[r].severity;
        bare.connection.server = sample_endpoint(10, 445);
        for (unsigned i = 0; i < rows[r].hosts; i++) {
            bare.connection.client = sample_endpoint((uint8_t)(100 + i), 1025);
            add_end(d, &bare, i + 1, SAMPLE_TIME);
        }
        g_autoptr(GArray) lines = smbt_fold(first_row(d));
        g_assert_cmpuint(lines->len, ==, rows[r].lines);
        uint64_t all = 0;
        for (guint i = 0; i < lines->len; i++)
            all += g_array_index(lines, smbt_fold_line, i).count;
        g_assert_cmpuint(all, ==, rows[r].hosts);
        smbt_digest_free(d);
    }
    sample_end_clear(&bare);
}

/* Two names at one address are two hosts. */
static void test_names_tell_hosts_apart(void)
{
    smbt_end end = sample_end();
    smbt_digest *d = smbt_digest_new();
    for (unsigned i = 1; i <= 6; i++) {
        end.connection.workstation = i % 3 ? "ACCT-PC01" : "FRONTDESK";
        add_end(d, &end, i, SAMPLE_TIME);
    }
    g_autoptr(GArray) lines = smbt_fold(first_row(d));
    g_assert_cmpuint(lines->len, ==, 2);
    const smbt_fold_line *most = &g_array_index(lines, smbt_fold_line, 0);
    g_assert_cmpstr(most->host, ==, "ACCT-PC01");
    g_assert_cmpuint(most->count, ==, 4);
    g_assert_cmpstr(most->culprit, ==, "FRONTDESK");
    g_assert_null(g_array_index(lines, smbt_fold_line, 1).culprit); /* nobody but itself */
    smbt_digest_free(d);
    sample_end_clear(&end);
}

static void test_times(void)
{
    smbt_end bare = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    uint64_t total = 0;
    static const uint64_t apart[] = {1, 60, 3600, 86400, 86400 * 400};
    for (gsize a = 0; a < G_N_ELEMENTS(apart); a++)
        for (unsigned i = 0; i < 100; i++) {
            add_end(d, &bare, 1, SAMPLE_TIME + i * apart[a] * SECOND);
            g_assert_cmpuint(d->buckets->len, <=, SMBT_DIGEST_BUCKETS);
        }
    add_end(d, &bare, 1, SMBT_TIME_NONE);
    for (guint i = 0; i < d->buckets->len; i++)
        total += g_array_index(d->buckets, smbt_digest_bucket, i).count;
    g_assert_cmpuint(total, ==, 500);
    smbt_digest_free(d);
    sample_end_clear(&bare);
}

/* Beyond the caps every end is still counted. */
static void test_caps(void)
{
    smbt_end end = sample_end();
    smbt_digest *d = smbt_digest_new();
    for (unsigned i = 0; i < 5000; i++) {
        end.connection.client.addr.bytes[1] = (uint8_t)(i >> 8);
        end.connection.client.addr.bytes[2] = (uint8_t)i;
        add_end(d, &end, i + 1, SAMPLE_TIME);
    }
    g_assert_cmpuint(g_hash_table_size(d->cells), ==, 4096);
    g_assert_cmpuint(first_row(d)->count, ==, 5000);
    g_assert_cmpuint(first_row(d)->uncounted, ==, 5000 - 4096);
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_text_digest(out, &(smbt_text_style){0}, d);
    g_assert_nonnull(strstr(out->str, "\n    4 096 × 4 096 hosts → 10.50.0.10:445;"));
    g_assert_nonnull(strstr(out->str, "\n    and 904 more\n"));
    smbt_digest_free(d);
    sample_end_clear(&end);
}

/* The worst first; equal ends in one line; hostile names inert; nothing but ASCII where that is asked for. */
static void test_text(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_observation seen = sample_observation();
    smbt_digest *d = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; i < 41; i++)
        add_end(d, &bare, 300 + i, SAMPLE_TIME + i * SECOND);
    end.connection.workstation = "PC\x1b[2J\u202e";
    add_end(d, &end, 277, SAMPLE_TIME);
    end.reconnect = (smbt_reconnect){.none = "not seen again"};
    add_end(d, &end, 280, SAMPLE_TIME + 3 * SECOND);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &seen}, true);
    smbt_text_lead(out, &(smbt_text_style){.width = 100}, d);
    smbt_text_digest(out, &(smbt_text_style){.width = 100}, d);
    g_assert_cmpstr(
        out->str, ==,
        "10.50.0.10 dropped 2 connections of PC\uFFFD[2J\uFFFD when FRONTDESK asked for a session from their "
        "common\n"
        "  address 10.50.0.2.\n"
        "\n"
        "43 ends and 1 observation, the worst first\n"
        "✗  2  zero-vc, NAT collision   14:02:11 to 14:02:14\n"
        "!  1  zero-vc-exposed          14:02:11\n"
        "i 41  client-close, orderly    14:02:11 to 14:02:51\n"
        "\n"
        "    by host     10.50.0.2 without a name (41), PC\uFFFD[2J\uFFFD at 10.50.0.2 (2)\n"
        "    by time     per 10 s: 14:02:10 (11), 14:02:20 (10), 14:02:30 (10), 14:02:40 (10), 14:02:50 (2)\n"
        "\n"
        "✗ zero-vc, NAT collision (confirmed)   2 ends, reset by the server\n"
        "  Frame 276: 10.50.0.2:42332 opened a new session with VcNumber 0. The server then closed every\n"
        "  other connection from 10.50.0.2, 0.6 ms later and before it answered.\n"
        "    2 × PC\uFFFD[2J\uFFFD, 10.50.0.2 → 10.50.0.10:445; 14:02:11 to 14:02:14; frames 277, 280; set "
        "off by\n"
        "        FRONTDESK; back after 2.5 s (1 of 2); not seen again (1 of 2)\n"
        "  Fix: Give each client its own address (routed VPN or a NAT pool).\n"
        "       Or use SMB2 or later, which has no such rule.\n"
        "  More: smbtrace-check --explain zero-vc\n"
        "\n"
        "! zero-vc-exposed   1 time\n"
        "  2 hosts share 10.50.0.2 towards a server that enforces the zero-VC rule: the next session setup\n"
        "  will cut someone off.\n"
        "    10.50.0.2:42332 → 10.50.0.10:445; 14:02:11; frame 269\n"
        "  More: smbtrace-check --explain zero-vc-exposed\n"
        "\n"
        "i client-close, orderly (confirmed)   41 ends, closed by the client\n"
        "  The client closed the connection.\n"
        "    41 × 10.50.0.2 without a name → 10.50.0.10:445; 14:02:11 to 14:02:51; frames 300, 301, 302, "
        "303\n"
        "        and 37 more\n"
        "\n");
    g_string_truncate(out, 0);
    smbt_text_digest(out, &(smbt_text_style){.ascii = true, .width = 100}, d);
    g_assert_true(g_str_is_ascii(out->str));
    g_assert_nonnull(strstr(out->str, "\n    2 x PC?[2J?, 10.50.0.2 -> 10.50.0.10:445;"));
    g_assert_nonnull(strstr(out->str, "\nx  2  zero-vc, NAT collision"));
    smbt_digest_free(d);
    sample_end_clear(&end);
    sample_end_clear(&bare);
    g_array_unref(seen.evidence);
}

/* What became of the hosts: back, perhaps back, not seen. */
static void test_returns(void)
{
    static const struct {
        enum smbt_no_return why;
        const char *words;
    } rows[] = {
        {SMBT_RETURN_UNSEEN, "not seen again"},
        {SMBT_RETURN_NO_LOGON, "not seen to log on again"},
        {SMBT_RETURN_UNTOLD, "another connection of that address followed"},
        {SMBT_RETURN_NEEDLESS, "another connection of the host was there"},
        {SMBT_RETURN_MIDSTREAM, "seen on a connection begun before the capture"},
    };
    smbt_end end = sample_end();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_digest *d = smbt_digest_new();
        for (unsigned n = 1; n <= 3; n++) {
            end.reconnect = (smbt_reconnect){.none = "as told", .why_none = rows[i].why};
            if (n == 3) end.reconnect = (smbt_reconnect){.frame = 900, .after = SECOND};
            add_end(d, &end, n, SAMPLE_TIME);
        }
        g_auto(GStrv) lines = smbt_phrase_fold(d, first_row(d), 1);
        g_autofree char *text =
            g_strdup_printf("; back after 1 s (1 of 3); %s (2 of 3)%s", rows[i].words,
                            rows[i].why == SMBT_RETURN_UNTOLD ? ", perhaps the same host's" : "");
        g_assert_true(g_str_has_suffix(lines[0], text));
        smbt_digest_free(d);
    }
    sample_end_clear(&end);
}

/* A server's port is told where it is one. */
static void test_ports(void)
{
    smbt_end bare = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    for (unsigned i = 1; i <= 2; i++)
        add_end(d, &bare, i, SAMPLE_TIME);
    g_auto(GStrv) one = smbt_phrase_fold(d, first_row(d), 1);
    g_assert_nonnull(strstr(one[0], " → 10.50.0.10:445; "));
    bare.connection.server.port = 139;
    add_end(d, &bare, 3, SAMPLE_TIME);
    g_auto(GStrv) two = smbt_phrase_fold(d, first_row(d), 1);
    g_assert_nonnull(strstr(two[0], " → 10.50.0.10; "));
    smbt_digest_free(d);
    sample_end_clear(&bare);
}

static void assert_times(const smbt_time *times, const char *expected)
{
    smbt_end bare = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    for (; *times; times++)
        for (unsigned i = 0; i < 13; i++)
            add_end(d, &bare, 1, *times + i * SECOND);
    g_autofree char *text = smbt_phrase_times(d);
    g_assert_cmpstr(text, ==, expected);
    smbt_digest_free(d);
    sample_end_clear(&bare);
}

/* Buckets say what they span: by the clock, then by the calendar. */
static void test_calendar(void)
{
    const smbt_time day = 86400 * SECOND, start = SAMPLE_TIME - SAMPLE_TIME % day; /* 2026-11-20 */
    assert_times((const smbt_time[]){start, start + 60 * SECOND, 0}, "per 10 s: 00:00:00 (10), 00:00:10 (3), "
                                                                     "00:01:00 (10), 00:01:10 (3)");
    assert_times((const smbt_time[]){start, start + day, 0},
                 "per 10 s: 2026-11-20 00:00:00 (10), 00:00:10 (3), 2026-11-21 00:00:00 (10), 00:00:10 (3)");
    smbt_time times[40] = {0};
    for (unsigned i = 0; i < 13; i++)
        times[i] = start + i * day;
    assert_times(times, "2026-11 (143), 2026-12 (26)");
    for (unsigned i = 0; i < 13; i++)
        times[i] = start + i * 31 * day;
    assert_times(times, "2026 (26), 2027 (143)");
    for (unsigned i = 0; i < 13; i++)
        times[i] = start + i * 366 * day;
    assert_times(times, "2020s (52), 2030s (117)");
    for (unsigned i = 0; i < 13; i++)
        times[i] = start + i * 3660 * day;
    assert_times(times, "2000-2099 (104), 2100-2199 (65)");
}

/* Of several captures lines say in which ones they are, frames only where that is one. */
static void test_files(void)
{
    smbt_end end = sample_end();
    smbt_observation seen = sample_observation();
    smbt_digest *all = smbt_digest_new(), *d = smbt_digest_new(), *later = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    seen.has_connection = false;
    add_end(d, &end, 277, SAMPLE_TIME);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &seen}, true);
    add_end(later, &end, 27, SAMPLE_TIME + 86400 * SECOND);
    end.connection.workstation = "WAREHOUSE3";
    add_end(later, &end, 28, SAMPLE_TIME + 86400 * SECOND);
    end.connection.workstation = "ENG-WS41"; /* at one server each */
    add_end(d, &end, 300, SAMPLE_TIME);
    end.connection.server = sample_endpoint(20, 445);
    add_end(later, &end, 301, SAMPLE_TIME + 86400 * SECOND);
    smbt_digest_merge(all, d, "captures/a/1.pcap");
    smbt_text_digest(out, &(smbt_text_style){.width = 400}, all);
    g_assert_null(strstr(out->str, "1.pcap")); /* there is no other */
    g_string_truncate(out, 0);
    smbt_digest_merge(all, later, "captures/b/1.pcap");
    smbt_text_digest(out, &(smbt_text_style){.width = 400}, all);
    g_assert_nonnull(strstr(out->str, "5 ends, reset by the server, in 2 captures\n"));
    g_assert_nonnull(
        strstr(out->str, "; 2026-11-20 14:02:11 to 2026-11-21 14:02:11; in 2 captures; set off"));
    g_assert_nonnull(strstr(out->str, "; 2026-11-21 14:02:11; frame 28 in b/1.pcap; set off"));
    g_assert_nonnull(
        strstr(out->str, " → 2 servers; 2026-11-20 14:02:11 to 2026-11-21 14:02:11; in 2 captures; set off"));
    g_assert_nonnull(strstr(out->str, "! zero-vc-exposed   1 time, in a/1.pcap\n"));
    g_assert_null(strstr(out->str, "Frame 276")); /* of which capture? */
    smbt_digest_free(all);
    smbt_digest_free(d);
    smbt_digest_free(later);
    sample_end_clear(&end);
    g_array_unref(seen.evidence);
}

/* Each cause and observation has a sentence. */
static void test_meanings(void)
{
    const smbt_topic *const lists[] = {smbt_causes(), smbt_observation_kinds()};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (const smbt_topic *t = lists[i]; t->id; t++) {
            const char *meaning = smbt_meaning(t->id);
            g_assert_nonnull(meaning);
            g_assert_true(g_ascii_isupper(meaning[0]));
            g_assert_true(g_str_has_suffix(meaning, "."));
        }
    g_assert_null(smbt_meaning("no-such"));
}

static unsigned count_of(const char *text, const char *what)
{
    unsigned n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

/* In how many captures, also of many hosts in one line: so many at least, where not all are known by name. */
static void test_many_files(void)
{
    smbt_end end = sample_end();
    smbt_digest *all = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (unsigned i = 0; i < 24; i++) {
        smbt_digest *d = smbt_digest_new();
        g_autofree char *name = g_strdup_printf("%u.pcap", i);
        end.connection.workstation = i < 12 ? "ENG-WS41" : "WAREHOUSE3";
        end.connection.server = sample_endpoint(20, 445);
        add_end(d, &end, 300, SAMPLE_TIME);
        smbt_digest_merge(all, d, name);
        smbt_digest_free(d);
    }
    smbt_text_digest(out, &(smbt_text_style){.width = 400}, all);
    g_assert_nonnull(strstr(out->str, "24 ends, reset by the server, in 24 captures\n"));
    g_assert_cmpuint(count_of(out->str, "; in 12 captures; set off"), ==, 2);
    smbt_digest_free(all);
    sample_end_clear(&end);

    smbt_digest_files few = {0}, many = {0}, sum = {0};
    for (guint i = 0; i < 20; i++)
        smbt_digest_add_files(i % 2 ? &many : &few, &(smbt_digest_files){1, {i}, i, false});
    smbt_digest_add_files(&sum, &many);
    g_assert_cmpuint(sum.count, ==, 10);
    g_assert_false(sum.is_least);
    smbt_digest_add_files(&sum, &few); /* which ones the last of each are is not known */
    g_assert_cmpuint(sum.count, ==, 10);
    g_assert_true(sum.is_least);
    smbt_digest_add_files(&sum, &(smbt_digest_files){1, {19}, 19, false}); /* counted */
    smbt_digest_add_files(&sum, &(smbt_digest_files){2, {30, 31}, 31, false});
    g_assert_cmpuint(sum.count, ==, 12);
}

/* No end is told where there is no other finding either, and where an end could be seen. */
static void test_no_end(void)
{
    smbt_end end = sample_end();
    const smbt_text_style style = {0};
    smbt_digest *d = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_capture_info info = {.smb_connections = 1, .controls = 1};
    smbt_text_no_end(out, &style, &info, d);
    g_assert_cmpstr(out->str, ==, "No connection ended in this capture.\n\n");
    g_string_truncate(out, 0);
    info.controls = 0;
    smbt_text_no_end(out, &style, &info, d);
    g_assert_true(g_str_has_prefix(out->str, "This capture has no SYN, FIN or RST"));
    g_string_truncate(out, 0);
    info = (smbt_capture_info){.smb_connections = 1, .controls = 1, .told_elsewhere = 1};
    smbt_text_no_end(out, &style, &info, d);
    info = (smbt_capture_info){.controls = 1};
    smbt_text_no_end(out, &style, &info, d);
    info.smb_connections = 1;
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, false);
    smbt_text_no_end(out, &style, &info, d);
    g_assert_cmpstr(out->str, ==, "");
    smbt_digest_free(d);
    sample_end_clear(&end);
}

/* Two findings have a sentence before them, one needs none. */
static void test_lead(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_digest *d = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    add_end(d, &end, 277, SAMPLE_TIME);
    for (unsigned i = 1; i < 5; i++)
        add_end(d, &bare, i, SAMPLE_TIME);
    smbt_text_lead(out, &(smbt_text_style){0}, d);
    g_assert_cmpstr(out->str, ==, "");
    add_end(d, &end, 278, SAMPLE_TIME);
    smbt_text_lead(out, &(smbt_text_style){0}, d);
    g_assert_true(g_str_has_prefix(out->str, "10.50.0.10 dropped 2 connections of ACCT-PC01 when"));
    g_assert_true(g_str_has_suffix(out->str, ".\n\n"));
    g_string_truncate(out, 0);
    smbt_pattern pattern = sample_pattern("ACCT-PC01");
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern}, true);
    smbt_text_lead(out, &(smbt_text_style){0}, d);
    g_assert_cmpstr(out->str, ==, ""); /* it stands above */
    g_array_unref(pattern.hosts);
    smbt_digest_free(d);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest/threshold", test_threshold);
    g_test_add_func("/digest/hidden", test_hidden);
    g_test_add_func("/digest/fold", test_fold);
    g_test_add_func("/digest/names-tell-hosts-apart", test_names_tell_hosts_apart);
    g_test_add_func("/digest/times", test_times);
    g_test_add_func("/digest/calendar", test_calendar);
    g_test_add_func("/digest/returns", test_returns);
    g_test_add_func("/digest/ports", test_ports);
    g_test_add_func("/digest/files", test_files);
    g_test_add_func("/digest/meanings", test_meanings);
    g_test_add_func("/digest/lead", test_lead);
    g_test_add_func("/digest/many-files", test_many_files);
    g_test_add_func("/digest/no-end", test_no_end);
    g_test_add_func("/digest/caps", test_caps);
    g_test_add_func("/digest/text", test_text);
    return g_test_run();
}
