/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/html.h"

#include "report/sample.h"

/* Elements that this report uses: any other came from what it reports on. */
static const char *const elements[] = {"html",  "head",    "meta",    "title", "style", "body", "main", "h1",
                                       "h2",    "h3",      "p",       "ul",    "li",    "b",    "span", "div",
                                       "label", "input",   "table",   "thead", "tbody", "tr",   "th",   "td",
                                       "a",     "details", "summary", "dl",    "dt",    "dd",   "pre",  "svg",
                                       "line",  "text",    "circle",  "rect",  "path",  "g",    NULL};
static const char *const empty_elements[] = {"meta", "input", "line", "circle", "rect", "path", NULL};
static const char *const attributes[] = {
    "lang", "charset", "http-equiv", "content",    "name",  "class",  "type",    "id", "checked",
    "href", "open",    "role",       "aria-label", "width", "height", "viewBox", "x",  "y",
    "x1",   "x2",      "y1",         "y2",         "cx",    "cy",     "r",       "d",  NULL};

/* Where the attributes of a tag end; fails on one that is not ours. */
static const char *check_attributes(const char *p)
{
    for (;;) {
        while (*p == ' ')
            p++;
        if (*p == '>' || *p == '/') return strchr(p, '>');
        gsize length = strcspn(p, "= >");
        g_autofree char *name = g_strndup(p, length);
        g_assert_true(g_strv_contains(attributes, name));
        p += length;
        if (*p != '=') continue;
        g_assert_cmpint(p[1], ==, '"');
        p = strchr(p + 2, '"');
        g_assert_nonnull(p);
        p++;
    }
}

/* Fails unless all elements are ours and closed in order. */
static void check_nesting(const char *html)
{
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(g_utf8_validate(html, -1, NULL));
    for (const char *p = html; (p = strchr(p, '<'));) {
        if (g_str_has_prefix(p, "<!DOCTYPE html>")) {
            p++;
            continue;
        }
        bool closes = p[1] == '/';
        p += closes ? 2 : 1;
        gsize length = strcspn(p, " />");
        g_autofree char *name = g_strndup(p, length);
        if (!g_strv_contains(elements, name)) g_error("the element %s is not ours", name);
        if (closes) {
            g_assert_cmpuint(open->len, >, 0);
            g_assert_cmpstr(name, ==, open->pdata[open->len - 1]);
            g_ptr_array_remove_index(open, open->len - 1);
            continue;
        }
        p = check_attributes(p + length);
        g_assert_nonnull(p);
        if (!g_strv_contains(empty_elements, name)) g_ptr_array_add(open, g_strdup(name));
    }
    g_assert_cmpuint(open->len, ==, 0);
}

static bool unfolded = true;

/* A whole document of one capture with one record. */
static char *document(const smbt_input_info *input, const smbt_record *record)
{
    GString *out = g_string_new(NULL);
    smbt_capture_info info = sample_capture();
    smbt_tally tally = {0};
    smbt_digest *digest = smbt_digest_new();
    smbt_overview overview = {.captures = 1, .tally = &tally, .digest = digest};
    smbt_index_group group;
    smbt_tally_add(&tally, record);
    smbt_digest_add(digest, record, true);
    smbt_html_begin(out, &overview);
    smbt_html_begin_index(out, &overview);
    bool has_row = smbt_index_group_of(record, &group);
    if (has_row) smbt_html_begin_group(out, &overview, &group);
    smbt_html_index(out, input->file, record);
    if (has_row) smbt_html_end_group(out);
    smbt_html_end_index(out, &overview);
    smbt_digest_free(digest);
    smbt_html_capture(out, input, &info, &(smbt_tally){0});
    smbt_html_record(out, input->file, record, unfolded);
    smbt_html_problem(out, input->file, "cannot be opened");
    smbt_html_end(out);
    check_nesting(out->str);
    return g_string_free(out, FALSE);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) g_error("\"%s\" is not in:\n%s", part, text);
}

static void test_end(void)
{
    smbt_end end = sample_end();
    smbt_input_info input = sample_input();
    g_autofree char *html = document(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_has(html, "default-src 'none'");
    g_assert_null(strstr(html, "<script"));
    g_assert_null(strstr(html, "http:"));
    g_assert_null(strstr(html, "https:"));
    assert_has(html,
               "<h1>10.50.0.10 dropped a connection of ACCT-PC01 when FRONTDESK asked for a session from "
               "their common address 10.50.0.2.</h1>\n<p class=\"dim\">1 error in 1 capture.</p>\n"
               "<div class=\"todo\">");
    assert_has(html, "<span class=\"mark\">✗ zero-vc, NAT collision</span> <b>1 end</b>");
    assert_has(html, "zero-vc-277\">2026-11-20 <b>14:02:11.304</b></a>");
    assert_has(html, "zero-vc-277\" open>");
    assert_has(html, "<dt>set off by</dt><dd>frame 276 on 10.50.0.2:42332");
    assert_has(html, "<td class=\"n\">276</td><td>SESSION_SETUP_ANDX with VcNumber 0");
    assert_has(html, "<li>forged-reset: TTL 128 as before</li>");
    assert_has(html, "<h3>What to do</h3>");
    unfolded = false;
    g_autofree char *folded = document(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_has(folded, "zero-vc-277\">\n<summary>");
    unfolded = true;
    sample_end_clear(&end);
}

static void test_other_records(void)
{
    smbt_end bare = sample_bare_end();
    smbt_observation observation = sample_observation();
    smbt_server_info server = sample_server();
    smbt_input_info input = sample_input();
    g_autoptr(GPtrArray) problems = SAMPLE_STRINGS("ends inside frame 45");
    input.complete = false;
    input.problems = problems;
    g_autofree char *closed = document(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &bare});
    assert_has(closed, "-client-close-304\">\n<summary>");
    assert_has(closed, "<p class=\"problem\">Incomplete:");
    assert_has(closed, "<p class=\"problem\">ends inside frame 45</p>");
    observation.has_connection = false;
    observation.frame = 0;
    g_autofree char *seen =
        document(&input, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &observation});
    assert_has(seen, "<dd>the whole capture</dd>");
    g_autofree char *peer = document(&input, &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    assert_has(peer, "server 10.50.0.10");
    sample_end_clear(&bare);
    g_array_unref(observation.evidence);
}

static void test_timeline(void)
{
    smbt_end end = sample_end();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_html_timeline(out, &end);
    check_nesting(out->str);
    static const char *const frames[] = {">1<", ">270<", ">272<", ">276<", ">277<"};
    const char *at = out->str;
    for (gsize i = 0; i < G_N_ELEMENTS(frames); i++) { /* in this order */
        at = strstr(at, frames[i]);
        g_assert_nonnull(at);
    }
    assert_has(out->str, "−623 µs</text>");
    assert_has(out->str, "−3.1 ms</text>");
    assert_has(out->str, ">10.50.0.2:42332</text>");
    assert_has(out->str, "<title>frame 270: READ_ANDX</title>");

    g_string_truncate(out, 0);
    end.culprit.client = end.connection.client; /* it set off its own end */
    smbt_html_timeline(out, &end);
    g_assert_null(strstr(out->str, ">set it off</text>"));
    sample_end_clear(&end);
}

static smbt_state sample_state(void)
{
    smbt_state state = {.connections = g_array_new(FALSE, TRUE, sizeof(smbt_state_connection)),
                        .neighbours = g_array_new(FALSE, TRUE, sizeof(smbt_state_neighbour))};
    smbt_state_connection c = {.first_time = SAMPLE_TIME - 5 * G_GUINT64_CONSTANT(1000000000),
                               .sessions = g_array_new(FALSE, TRUE, sizeof(smbt_state_session)),
                               .clocks = g_array_new(FALSE, TRUE, sizeof(smbt_state_clock))};
    g_array_append_val(state.connections, c);
    return state;
}

static void sample_state_clear(smbt_state *state)
{
    smbt_state_connection *c = &g_array_index(state->connections, smbt_state_connection, 0);
    g_array_unref(c->sessions);
    g_array_unref(c->clocks);
    g_array_unref(state->connections);
    g_array_unref(state->neighbours);
}

static void add_clock(smbt_state *state, smbt_state_clock clock)
{
    clock.closes = true;
    clock.frame = 200;
    clock.time = SAMPLE_TIME - G_GUINT64_CONSTANT(1000000000);
    g_array_append_val(g_array_index(state->connections, smbt_state_connection, 0).clocks, clock);
}

/* However much there is to draw, nobody has to scroll for the end. */
static void test_width(void)
{
    smbt_end end = sample_end();
    smbt_state state = sample_state();
    for (uint64_t frame = 10; frame < 200; frame += 10) {
        const smbt_evidence e = {frame, "a frame that matters"};
        g_array_append_val(end.evidence, e);
    }
    add_clock(&state, (smbt_state_clock){.timer = "runs-on", .value = 1, .from = SAMPLE_TIME + 1});
    end.state = &state;
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_html_timeline(out, &end);
    const char *width = strstr(out->str, "width=\"");
    g_assert_nonnull(width);
    g_assert_cmpint(atoi(width + strlen("width=\"")), >, 800);
    g_assert_cmpint(atoi(width + strlen("width=\"")), <=, 920);
    assert_has(out->str, "class=\"r d\"");
    sample_state_clear(&state);
    sample_end_clear(&end);
}

/* Clocks run to the end or on; of one timer only the first; what does not run is not drawn. */
static void test_clocks(void)
{
    enum { SECOND = 1000000000 };
    smbt_end end = sample_end();
    smbt_state state = sample_state();
    add_clock(&state,
              (smbt_state_clock){
                  .timer = "ran-out", .value = SECOND, .from = SAMPLE_TIME, .to = SAMPLE_TIME + SECOND});
    add_clock(&state, (smbt_state_clock){
                          .timer = "runs-on", .value = SECOND, .from = SAMPLE_TIME + 2 * (uint64_t)SECOND});
    add_clock(&state, (smbt_state_clock){
                          .timer = "runs-on", .value = SECOND, .from = SAMPLE_TIME + 9 * (uint64_t)SECOND});
    add_clock(&state,
              (smbt_state_clock){
                  .timer = "is-off", .off = true, .value = SMBT_DURATION_UNKNOWN, .from = SMBT_TIME_NONE});
    end.state = &state;
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_html_timeline(out, &end);
    check_nesting(out->str);
    assert_has(out->str, ">ran-out</text>");
    assert_has(out->str, "<text class=\"due\"");
    assert_has(out->str, ">due 2 s later</text>");
    assert_has(out->str, ">200<");
    assert_has(out->str, "−1 s</text>");
    g_assert_null(strstr(out->str, "due 9 s"));
    /* The length that the verdict found outranks the usual one. */
    g_string_truncate(out, 0);
    end.predicted.rule = "runs-on";
    end.predicted.from = SAMPLE_TIME - SECOND / 2;
    smbt_html_timeline(out, &end);
    assert_has(out->str, ">runs for 500 ms</text>");
    assert_has(out->str, ">due from 500 ms before</text>");
    g_assert_null(strstr(out->str, "due 2 s later"));
    g_assert_null(strstr(out->str, "is-off"));
    sample_end_clear(&end);
    sample_state_clear(&state);
}

/* Lanes for neighbours are capped, the culprit has only one, and names are escaped. */
static void test_neighbours(void)
{
    smbt_end end = sample_end();
    smbt_state state = sample_state();
    for (uint16_t i = 0; i < SMBT_STATE_NEIGHBOURS_MAX; i++) {
        smbt_state_neighbour n = {.client =
                                      i ? sample_endpoint(2, (uint16_t)(50000 + i)) : end.culprit.client,
                                  .server = end.connection.server,
                                  .name = "<b>PC",
                                  .first_frame = 10u + i,
                                  .logon_frame = 20u + i};
        g_array_append_val(state.neighbours, n);
    }
    state.neighbours_more = 3;
    end.state = &state;
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_html_timeline(out, &end);
    check_nesting(out->str);
    g_auto(GStrv) culprits = g_strsplit(out->str, ">10.50.0.2:42332<", -1);
    g_assert_cmpuint(g_strv_length(culprits) - 1, ==, 1);
    assert_has(out->str, ">10.50.0.2:50005</text>");
    g_assert_null(strstr(out->str, ":50006"));
    assert_has(out->str, ">&lt;b&gt;PC</text>");
    assert_has(out->str, "5 more connections of this address");
    sample_end_clear(&end);
    sample_state_clear(&state);
}

/* However many frames there are, columns are capped, and the end and its culprit have theirs. */
static void test_timeline_is_capped(void)
{
    smbt_end end = sample_end();
    for (uint64_t i = 0; i < 100; i++) {
        smbt_evidence evidence = {.frame = 100 + i, .what = "x"};
        g_array_append_val(end.evidence, evidence);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_html_timeline(out, &end);
    g_auto(GStrv) columns = g_strsplit(out->str, "class=\"grid\"", -1);
    g_assert_cmpuint(g_strv_length(columns) - 1, ==, 12);
    assert_has(out->str, ">276<");
    assert_has(out->str, ">277<");
    sample_end_clear(&end);

    smbt_end bare = sample_bare_end();
    bare.connection.first_frame = bare.frame;
    g_string_truncate(out, 0);
    smbt_html_timeline(out, &bare);
    g_assert_cmpstr(out->str, ==, "");
    sample_end_clear(&bare);
}

static void test_hostile(void)
{
    static const char *const names[] = {"<script>alert(1)</script>", "\" onclick=\"x",  "'><img src=x>",
                                        "</style><b onx=1>",         "</text><script>", "-->",
                                        "&#60;script&#62;",          "\x1b[2J\x01\n\r", "\xff\xfe"};
    smbt_end end = sample_end();
    smbt_observation observation = sample_observation();
    smbt_input_info input = sample_input();
    g_autofree char *huge = g_strnfill(65536, '<');
    for (gsize i = 0; i <= G_N_ELEMENTS(names); i++) {
        const char *name = i < G_N_ELEMENTS(names) ? names[i] : huge;
        g_autoptr(GPtrArray) strings = SAMPLE_STRINGS(name);
        smbt_evidence evidence = {.frame = 275, .what = name};
        g_array_append_val(end.evidence, evidence);
        g_array_index(end.in_flight, smbt_in_flight, 0).command = name;
        g_array_index(end.ruled_out, smbt_ruled_out, 0).why = name;
        input.file = input.sha256 = name;
        input.problems = strings;
        end.summary = end.connection.user = end.connection.workstation = end.connection.dialect = name;
        end.culprit.workstation = i % 2 ? name : "FRONTDESK";
        end.remedies->pdata[0] = (gpointer)name;
        observation.summary = name;
        g_autofree char *html = document(&input, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        g_autofree char *seen =
            document(&input, &(smbt_record){.type = SMBT_RECORD_OBSERVATION, .observation = &observation});
        smbt_pattern pattern = sample_pattern(name);
        g_autofree char *turns =
            document(&input, &(smbt_record){.type = SMBT_RECORD_PATTERN, .pattern = &pattern});
        g_array_unref(pattern.hosts);
        const char *title = strstr(turns, "<title>");
        g_assert_cmpint(strstr(title, "</title>") - title, <,
                        600); /* what stands above all else stays short */
        g_assert_null(strchr(turns, 0x1b));
        g_assert_null(strchr(html, 0x1b));
        g_assert_null(strchr(seen, 0x01));
    }
    sample_end_clear(&end);
    g_array_unref(observation.evidence);
}

static void add(smbt_digest *d, smbt_tally *tally, const smbt_record *record, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        smbt_digest_add(d, record, true);
        smbt_tally_add(tally, record);
    }
}

/* A group says who it is about where that is shorter than its rows, and begins folded where it is one of many
 * that cost nobody anything. */
static void test_groups(void)
{
    smbt_end end = sample_end(), bare = sample_bare_end();
    smbt_tally tally = {0};
    smbt_digest *d = smbt_digest_new();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_index_group errors, infos;
    const smbt_record error = {.type = SMBT_RECORD_END, .end = &end},
                      info = {.type = SMBT_RECORD_END, .end = &bare};
    g_assert_true(smbt_index_group_of(&error, &errors));
    g_assert_true(smbt_index_group_of(&info, &infos));
    add(d, &tally, &error, 7);
    add(d, &tally, &info, 18);
    errors.rows = 7, infos.rows = 18;
    smbt_overview overview = {
        .captures = 2, .unwhole = 1, .several_files = true, .tally = &tally, .digest = d};
    smbt_html_begin_group(out, &overview, &errors);
    assert_has(out->str, "<details class=\"group error\" open>");
    assert_has(out->str, "<ul class=\"who\">\n<li>7 × ACCT-PC01, 10.50.0.2 → 10.50.0.10:445; 14:02:11;");
    assert_has(out->str, "<div class=\"rows\">");
    g_string_truncate(out, 0);
    smbt_html_begin_group(out, &overview, &infos);
    assert_has(out->str, "<details class=\"group info\" open>");
    add(d, &tally, &info, 1);
    overview.several_files = false;
    errors.rows = infos.rows = 6;
    g_string_truncate(out, 0);
    smbt_html_begin_group(out, &overview, &infos);
    assert_has(out->str, "<details class=\"group info\">");
    assert_has(out->str, "<div class=\"rows one\">");
    g_assert_null(strstr(out->str, "class=\"who\""));
    g_string_truncate(out, 0);
    smbt_html_begin(out, &overview);
    assert_has(out->str,
               "<p class=\"lead\">In all 26 ends: 7 zero-vc, NAT collision; 19 client-close, orderly.</p>");
    assert_has(out->str, "<p class=\"problem\">1 input could not be read whole");
    smbt_tally_clear(&tally);
    smbt_digest_free(d);
    sample_end_clear(&end);
    sample_end_clear(&bare);
}

static void test_order(void)
{
    static const smbt_index_group groups[] = {
        {.severity = SMBT_SEVERITY_ERROR, .is_end = true, .rows = 1, .first = 9},
        {.severity = SMBT_SEVERITY_WARNING, .is_end = true, .rows = 5, .first = 9},
        {.severity = SMBT_SEVERITY_WARNING, .is_end = true, .rows = 2, .first = 3},
        {.severity = SMBT_SEVERITY_WARNING, .is_end = true, .rows = 2, .first = 4},
        {.severity = SMBT_SEVERITY_WARNING, .is_end = false, .rows = 7, .first = 1},
        {.severity = SMBT_SEVERITY_NOTE, .is_end = true, .rows = 9, .first = SMBT_TIME_NONE}};
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(groups); j++)
            g_assert_cmpint(smbt_index_group_compare(&groups[i], &groups[j]), ==, (i > j) - (i < j));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/html/end", test_end);
    g_test_add_func("/html/other-records", test_other_records);
    g_test_add_func("/html/timeline", test_timeline);
    g_test_add_func("/html/clocks", test_clocks);
    g_test_add_func("/html/width", test_width);
    g_test_add_func("/html/neighbours", test_neighbours);
    g_test_add_func("/html/timeline-is-capped", test_timeline_is_capped);
    g_test_add_func("/html/groups", test_groups);
    g_test_add_func("/html/order", test_order);
    g_test_add_func("/html/hostile", test_hostile);
    return g_test_run();
}
