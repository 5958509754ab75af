/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/sample.h"

/* The cells of one row, unquoted, as RFC 4180 has it. Fails where the row is not one. */
static GPtrArray *cells_of(const char *row)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(g_str_has_suffix(row, "\r\n"));
    const char *end = row + strlen(row) - 2;
    for (const char *p = row;; p++) {
        GString *cell = g_string_new(NULL);
        if (*p == '"') {
            for (p++; *p != '"' || p[1] == '"'; p++) {
                g_assert_true(p < end);
                if (*p == '"') p++;
                g_string_append_c(cell, *p);
            }
            p++;
        } else {
            for (; p < end && *p != ','; p++) {
                g_assert_cmpint(*p, !=, '"');
                g_assert_cmpint((guchar)*p, >=, ' ');
                g_string_append_c(cell, *p);
            }
        }
        g_ptr_array_add(cells, g_string_free(cell, FALSE));
        if (p == end) return cells;
        g_assert_cmpint(*p, ==, ',');
    }
}

static GPtrArray *header_cells(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_csv_header(out);
    return cells_of(out->str);
}

static GPtrArray *record_cells(const char *file, const smbt_record *record)
{
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_csv_record(out, file, record);
    g_assert_true(g_utf8_validate(out->str, -1, NULL));
    return cells_of(out->str);
}

static void assert_cell(const GPtrArray *cells, const char *column, const char *value)
{
    g_autoptr(GPtrArray) header = header_cells();
    g_assert_cmpuint(cells->len, ==, header->len);
    guint at;
    g_assert_true(g_ptr_array_find_with_equal_func(header, column, g_str_equal, &at));
    g_assert_cmpstr(cells->pdata[at], ==, value);
}

static void test_end(void)
{
    smbt_end end = sample_end();
    end.connection.nat.inside = sample_endpoint(77, 1025);
    end.connection.viewpoint = SMBT_VIEWPOINT_NEAR_SERVER;
    end.culprit.nat.inside = sample_endpoint(78, 1026);
    g_autoptr(GPtrArray) cells =
        record_cells("a,b.pcap", &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_cell(cells, "client_before_nat_ip", "10.50.0.77");
    assert_cell(cells, "client_before_nat_port", "1025");
    assert_cell(cells, "culprit_before_nat_ip", "10.50.0.78");
    assert_cell(cells, "culprit_before_nat_port", "1026");
    assert_cell(cells, "first_frame", "1");
    assert_cell(cells, "viewpoint", "near-server");
    assert_cell(cells, "in_flight_count", "2");
    assert_cell(cells, "windows_error", "64");
    assert_cell(cells, "may_be_chance", "false");
    assert_cell(cells, "no_reconnect_reason", "");
    assert_cell(cells, "logon_frame", "309");
    assert_cell(cells, "logon_after_ms", "2612");
    assert_cell(cells, "predicted_rule", "zero-vc");
    assert_cell(cells, "predicted_profile", "windows-xp");
    assert_cell(cells, "predicted_from", "2026-11-20T14:02:11.303500456Z");
    assert_cell(cells, "predicted_to", "2026-11-20T14:02:11.305123456Z");
    assert_cell(cells, "file", "a,b.pcap");
    assert_cell(cells, "type", "end");
    assert_cell(cells, "finding", "zero-vc");
    assert_cell(cells, "variant", "nat-collision");
    assert_cell(cells, "severity", "error");
    assert_cell(cells, "strength", "confirmed");
    assert_cell(cells, "frame", "277");
    assert_cell(cells, "time", "2026-11-20T14:02:11.304123456Z");
    assert_cell(cells, "epoch_ns", "1795183331304123456");
    assert_cell(cells, "client_ip", "10.50.0.2");
    assert_cell(cells, "server_port", "445");
    assert_cell(cells, "workstation", "ACCT-PC01");
    assert_cell(cells, "end_kind", "rst");
    assert_cell(cells, "ended_by", "server");
    assert_cell(cells, "culprit_frame", "276");
    assert_cell(cells, "culprit_client_port", "42332");
    assert_cell(cells, "culprit_delay_ms", "0.623");
    assert_cell(cells, "in_flight", "frame 270: READ_ANDX | frame 272: READ_ANDX");
    assert_cell(cells, "summary", end.summary);
    assert_cell(cells, "ruled_out",
                "server-idle: last request 4 ms before | path-loss: no retransmission | "
                "forged-reset: TTL 128 as before");
    assert_cell(cells, "references", "MS-CIFS 3.3.5.43 | MS-CIFS 2.1.3");
    assert_cell(cells, "culprit_workstation", "FRONTDESK");
    assert_cell(cells, "reconnect_frame", "301");
    assert_cell(cells, "reconnect_after_ms", "2500");
    assert_cell(cells, "reconnect_client_port", "44990");
    assert_cell(cells, "no_reconnect", "");
    sample_end_clear(&end);
}

static void test_bare_end(void)
{
    smbt_end end = sample_bare_end();
    end.in_flight_more = 3;
    end.reconnect.none = "not seen again";
    end.reconnect.why_none = SMBT_RETURN_NO_LOGON;
    end.may_be_chance = true;
    end.connection.server.addr.family = 0;
    end.time = SMBT_TIME_NONE;
    g_autoptr(GPtrArray) cells = record_cells("x", &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
    assert_cell(cells, "time", "");
    assert_cell(cells, "epoch_ns", "");
    assert_cell(cells, "server_ip", "");
    assert_cell(cells, "community_id", "");
    assert_cell(cells, "user", "");
    assert_cell(cells, "culprit_frame", "");
    assert_cell(cells, "culprit_delay_ms", "");
    assert_cell(cells, "in_flight", "3 more");
    assert_cell(cells, "references", "");
    assert_cell(cells, "reconnect_frame", "");
    assert_cell(cells, "reconnect_after_ms", "");
    assert_cell(cells, "no_reconnect", "not seen again");
    assert_cell(cells, "no_reconnect_reason", "no-logon");
    assert_cell(cells, "client_before_nat_ip", "");
    assert_cell(cells, "in_flight_count", "3");
    assert_cell(cells, "windows_error", ""); /* the client chose to go */
    assert_cell(cells, "may_be_chance", "true");
    assert_cell(cells, "logon_frame", "");
    assert_cell(cells, "logon_after_ms", "");
    assert_cell(cells, "predicted_rule", "");
    assert_cell(cells, "predicted_to", "");
    sample_end_clear(&end);
}

static void test_observation(void)
{
    smbt_observation observation = sample_observation();
    const smbt_record record = {.type = SMBT_RECORD_OBSERVATION, .observation = &observation};
    g_autoptr(GPtrArray) cells = record_cells("x", &record);
    assert_cell(cells, "type", "observation");
    assert_cell(cells, "finding", "zero-vc-exposed");
    assert_cell(cells, "severity", "warning");
    assert_cell(cells, "frame", "269");
    assert_cell(cells, "client_port", "42332");
    assert_cell(cells, "summary", observation.summary);
    assert_cell(cells, "evidence", "frame 12: workstation ACCT-PC01 | frame 269: workstation FRONTDESK");
    assert_cell(cells, "remedies", "");
    observation.has_connection = false;
    observation.frame = 0;
    g_autoptr(GPtrArray) whole = record_cells("x", &record);
    assert_cell(whole, "frame", "");
    assert_cell(whole, "client_ip", "");
    assert_cell(whole, "summary", observation.summary);
    g_array_unref(observation.evidence);
}

static void test_hostile(void)
{
    static const struct {
        const char *user, *cell;
    } rows[] = {
        {"=HYPERLINK(\"http://x\";1)", "'=HYPERLINK(\"http://x\";1)"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@SUM(A1,A2)", "'@SUM(A1,A2)"},
        {"\t=1", "'\xef\xbf\xbd=1"},
        {"\r=1", "'\xef\xbf\xbd=1"},
        {"a\r\n=1", "a\xef\xbf\xbd\xef\xbf\xbd=1"},
        {"a\"b,c", "a\"b,c"},
        {"\"", "\""},
        {" a ", " a "},
        {"\x1b[2J", "\xef\xbf\xbd[2J"},
        {"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe2\x80\xae", "\xef\xbf\xbd"},
        {"a=1", "a=1"},
        {"", ""},
    };
    smbt_end end = sample_end();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        end.connection.user = rows[i].user;
        g_autoptr(GPtrArray) cells =
            record_cells(rows[i].user, &(smbt_record){.type = SMBT_RECORD_END, .end = &end});
        assert_cell(cells, "user", rows[i].cell);
        assert_cell(cells, "file", rows[i].cell);
    }
    sample_end_clear(&end);
}

static void test_others_have_no_row(void)
{
    smbt_server_info server = sample_server();
    g_autoptr(GString) out = g_string_new(NULL);
    smbt_csv_record(out, "x", &(smbt_record){.type = SMBT_RECORD_SERVER, .server = &server});
    g_assert_cmpstr(out->str, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/csv/end", test_end);
    g_test_add_func("/csv/bare-end", test_bare_end);
    g_test_add_func("/csv/observation", test_observation);
    g_test_add_func("/csv/hostile", test_hostile);
    g_test_add_func("/csv/others-have-no-row", test_others_have_no_row);
    return g_test_run();
}
