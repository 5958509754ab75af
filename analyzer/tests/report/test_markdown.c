/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"

#define FFFD "\xef\xbf\xbd"
#define WJ   "\xe2\x81\xa0"

static char *render(const smbt_record *record)
{
    GString *out = g_string_new(NULL);
    smbt_markdown_record(out, record);
    g_assert_true(g_utf8_validate(out->str, -1, NULL));
    return g_string_free(out, FALSE);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) g_error("\"%s\" is not in:\n%s", part, text);
}

static void test_end(void)
{
    smbt_end end = sample_end();
    g_autofree char *text = render(&(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_has(text,
               "\n### ❌ error: zero-vc, NAT collision (confirmed)\n\nFrame 276: 10.50.0.2:42332 opened");
    assert_has(text, "\n- **connection** 10.50.0.2:44846 → 10.50.0.10:445, NT LM 0.12, user alice, "
                     "workstation ACCT-PC01\n");
    assert_has(text, "\n- **ended** reset by the server, frame 277, 14:02:11.304\n");
    assert_has(text, "\n- **set off by** frame 276 on 10.50.0.2:42332 → 10.50.0.10:445, 623 µs before\n");
    assert_has(text, "\n- **in flight** 2 READ_ANDX (frames 270, 272)");
    assert_has(text, "\n- **back** after 2.5 s, frame 301 on ");
    assert_has(text, "\n| Frame | Evidence |\n|---:|---|\n| 276 | SESSION_SETUP_ANDX with VcNumber 0,");
    assert_has(text, "\n|  | workstation ACCT-PC01 (victim)");
    assert_has(text, "\n**What to do**\n\n- Give each client");
    assert_has(text, "\n**Ruled out**\n\n- server-idle: last request 4 ms before\n");
    assert_has(text, "\n**References**\n\n- MS-CIFS 3.3.5.43\n");
    g_assert_null(strstr(text, "Missing"));
    sample_end_clear(&end);
}

static void test_other_records(void)
{
    smbt_end bare = sample_bare_end();
    smbt_observation observation = sample_observation();
    smbt_server_info server = sample_server();
    g_autofree char *line = render(&(smbt_record){.type = SMBT_RECORD_END, .end = &bare});
    g_assert_cmpstr(
        line, ==,
        "\n- 10.50.0.2:44850 → 10.50.0.10:445: client-close, orderly (confirmed); closed by the client, "
        "frame 304, 14:02:11.304\n");
    g_autofree char *seen =
        render(&(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &observation});
    assert_has(seen, "### ⚠️ warning: zero-vc-exposed\n\n2 hosts share");
    assert_has(seen, "- **seen** frame 269, 14:02:11.304, 10.50.0.2:42332 → 10.50.0.10:445\n");
    g_autofree char *peer = render(&(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    assert_has(peer, "\n- server 10.50.0.10");
    sample_end_clear(&bare);
    g_array_unref(observation.evidence);
}

static void test_capture(void)
{
    smbt_input_info input = sample_input();
    smbt_capture_info info = sample_capture();
    smbt_tally tally = {.by_severity = {[SMBT_SEVERITY_ERROR] = 2, [SMBT_SEVERITY_WARNING] = 1}};
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS("ends inside frame 45");
    g_autoptr(GString) out = g_string_new(NULL);
    input.complete = false;
    input.problems = problems;
    smbt_digest *digest = smbt_digest_new();
    smbt_markdown_begin(out, &(smbt_overview){.captures = 1, .tally = &tally, .digest = digest});
    smbt_digest_free(digest);
    smbt_markdown_capture(out, &input, &info, &(smbt_tally){0});
    smbt_markdown_problem(out, "gone", "cannot be opened");
    assert_has(out->str, "# smbtrace: No SMB connection ended here.\n\n2 errors, 1 warning in 1 capture.\n\n"
                         "## fileserver.pcapng\n\nnothing at warning or above\n");
    assert_has(out->str,
               "\n- **incomplete** the input could not be read whole\n- **problem** ends inside frame 45\n");
    assert_has(out->str, "\n## gone\n\n❌ could not be read: cannot be opened\n");
}

static void test_top(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end(), other = sample_end();
    smbt_tally tally = {.by_severity = {[SMBT_SEVERITY_ERROR] = 3}};
    smbt_digest *d = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    end.connection.workstation = "<b>@team";
    other.cause = "path-loss";
    other.variant = NULL;
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, true);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &end}, true);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &other}, true);
    smbt_digest_add(d, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare}, false);
    smbt_markdown_begin(out, &(smbt_overview){.captures = 2, .unwhole = 1, .tally = &tally, .digest = d});
    g_assert_cmpstr(out->str, ==,
                    "# smbtrace: 10.50.0.10 dropped 2 connections of \\<b\\>@" WJ
                    "team when FRONTDESK asked for a session "
                    "from their common address 10.50.0.2.\n\n"
                    "The network between ACCT-PC01 and 10.50.0.10 failed, and a connection ended. In all 3 "
                    "ends: 2 zero-vc, "
                    "NAT collision; 1 path-loss.\n\n"
                    "3 errors in 2 captures.\n\n"
                    "**1 input could not be read whole**: what follows holds for what was read.\n\n"
                    "**What to do about zero-vc, NAT collision**\n\n"
                    "- Give each client its own address (routed VPN or a NAT pool).\n"
                    "- Or use SMB2 or later, which has no such rule.\n\n"
                    "**What to do about path-loss**\n\n"
                    "- Give each client its own address (routed VPN or a NAT pool).\n"
                    "- Or use SMB2 or later, which has no such rule.\n\n"
                    "Not shown: 1 client-close (--min-severity info shows all)\n");
    smbt_digest_free(d);
    sample_end_clear(&end);
    sample_end_clear(&other);
    sample_end_clear(&bare);
}

static void test_hostile(void)
{
    static const struct {
        const char *text, *escaped;
    } rows[] = {
        {"<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"},
        {"[x](http://evil)", "\\[x\\](http\\://evil)"},
        {"![x](y)", "\\!\\[x\\](y)"},
        {"a|b", "a\\|b"},
        {"`code`", "\\`code\\`"},
        {"**b** _i_ ~~s~~ $m$", "\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\$m\\$"},
        {"SESSION_SETUP_ANDX", "SESSION_SETUP_ANDX"},
        {"\\`x\\`", "\\\\\\`x\\\\\\`"},
        {"&lt;", "\\&lt;"},
        {"# h", "\\# h"},
        {"- x", "\\- x"},
        {"fix #12", "fix \\#12"},
        {"@team", "@" WJ "team"},
        {"www.evil.example", "www\\.evil.example"},
        {"a\n# b\r\n", "a" FFFD "\\# b" FFFD FFFD},
        {"\x1b[2J", FFFD "\\[2J"},
        {"\xff", FFFD},
    };
    smbt_end end = sample_end();
    g_autoptr(GPtrArray) missing = g_ptr_array_new();
    g_ptr_array_add(missing, NULL);
    g_ptr_array_unref(end.missing);
    end.missing = missing;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        end.summary = missing->pdata[0] = (gpointer)rows[i].text;
        end.connection.user = rows[i].text;
        g_autofree char *text = render(&(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        g_autofree char *summary = g_strdup_printf("\n\n%s\n\n", rows[i].escaped);
        g_autofree char *item = g_strdup_printf("**Missing**\n\n- %s\n", rows[i].escaped);
        g_autofree char *user = g_strdup_printf(", user %s, workstation", rows[i].escaped);
        assert_has(text, summary);
        assert_has(text, item);
        assert_has(text, user);
    }
    end.missing = g_ptr_array_new();
    sample_end_clear(&end);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/markdown/end", test_end);
    g_test_add_func("/markdown/other-records", test_other_records);
    g_test_add_func("/markdown/capture", test_capture);
    g_test_add_func("/markdown/top", test_top);
    g_test_add_func("/markdown/hostile", test_hostile);
    return g_test_run();
}
