/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_search.h"

#include "support/smb_blocks.h"

#define FIRST2 SMBT_TRANS2_FIND_FIRST2
#define NEXT2  SMBT_TRANS2_FIND_NEXT2
#define NONE   0xffff

static const guint8 server_key[5] = {0x41, 0x02, 0x03, 0x04, 0xf5};

static void begin(sb_msg *m, GByteArray *b, bool unicode)
{
    sb_begin_bare(m, b, &(sb_header){.flags2 = unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS});
}

static bool decode_request(const GByteArray *b, size_t captured, uint16_t subcommand, smbt_find_request *r)
{
    t_message t;
    smbt_andx_block block;
    memset(r, 0xee, sizeof *r);
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = smbt_find_request_decode(&block, subcommand, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static bool decode_response(const GByteArray *b, size_t captured, uint16_t subcommand, smbt_find_response *r)
{
    t_message t;
    smbt_andx_block block;
    memset(r, 0xee, sizeof *r);
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = smbt_find_response_decode(&block, subcommand, r);
    t_message_clear(&t);
    return ok;
}

/* Where the parameters lie, as the message says. */
static size_t parameters_at(const GByteArray *b, bool is_response)
{
    size_t at = 33 + (is_response ? 8 : 20);
    return b->data[at] | (size_t)b->data[at + 1] << 8;
}

static void test_find_first2_request(void)
{
    for (unsigned unicode = 0; unicode < 2; unicode++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, unicode);
        sb_find_first2_request(&m, 0x8007, "\\dir\\*");
        size_t at = parameters_at(b, false), end = at + b->data[33 + 18];
        smbt_find_request r;
        for (size_t n = 33; n <= b->len; n++) {
            g_assert_cmpint(decode_request(b, n, FIRST2, &r), ==, n >= at + 6);
            g_assert_cmpint(r.has_flags, ==, n >= at + 6);
            g_assert_cmphex(r.flags, ==, n >= at + 6 ? 0x8007 : 0);
            g_assert_cmpstr(r.path.s, ==, n >= end ? "\\dir\\*" : "");
            g_assert_false(r.has_sid || r.has_resume_key);
        }
        g_assert_false(decode_request(b, b->len, NONE, &r));
        g_assert_false(decode_request(b, b->len, 5, &r));
    }
}

/* ParameterCount and ParameterOffset that ask for what the message lacks. */
static void test_find_first2_malformed(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_find_first2_request(&m, 2, "*");
    size_t at = parameters_at(b, false), count = b->len - at;
    smbt_find_request r;
    g_assert_true(decode_request(b, b->len, FIRST2, &r));
    static const unsigned offsets[] = {0, 31, 0xffff};
    for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        sb_set_le16(b, 33 + 20, offsets[i]);
        g_assert_false(decode_request(b, b->len, FIRST2, &r));
        g_assert_false(r.has_flags);
    }
    sb_set_le16(b, 33 + 20, (unsigned)at + 1);
    g_assert_false(decode_request(b, b->len, FIRST2, &r));
    sb_set_le16(b, 33 + 20, (unsigned)at);
    for (size_t n = 0; n <= count; n++) {
        sb_set_le16(b, 33 + 18, (unsigned)n);
        g_assert_cmpint(decode_request(b, b->len, FIRST2, &r), ==, n >= 6);
        g_assert_cmpint(r.has_flags, ==, n >= 6);
        g_assert_cmpstr(r.path.s, ==, n >= 14 ? "*" : "");
    }
    sb_set_le16(b, 33 + 18, (unsigned)count + 1);
    g_assert_false(decode_request(b, b->len, FIRST2, &r));
}

static void test_find_next2_request(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_find_next2_request(&m, 0x0801, SMBT_FIND_CLOSE_AT_EOS);
    size_t at = parameters_at(b, false);
    for (size_t n = 33; n <= b->len; n++) {
        smbt_find_request r;
        g_assert_cmpint(decode_request(b, n, NEXT2, &r), ==, n >= at + 2);
        g_assert_cmpint(r.has_sid, ==, n >= at + 2);
        g_assert_cmphex(r.sid, ==, n >= at + 2 ? 0x0801 : 0);
        g_assert_cmpint(r.has_flags, ==, n >= at + 12);
        g_assert_cmphex(r.flags, ==, n >= at + 12 ? SMBT_FIND_CLOSE_AT_EOS : 0);
        g_assert_cmpstr(r.path.s, ==, "");
    }
}

static void test_find_close2_request(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, true);
    sb_find_close2_request(&m, 0xfffe);
    for (size_t n = 32; n <= b->len; n++) {
        smbt_find_request r;
        g_assert_cmpint(decode_request(b, n, NONE, &r), ==, n >= 35);
        g_assert_cmpint(r.has_sid, ==, n >= 35);
        g_assert_cmphex(r.sid, ==, n >= 35 ? 0xfffe : 0);
        g_assert_false(r.has_flags);
    }
}

static void test_old_search_requests(void)
{
    for (unsigned command = 0x81; command <= 0x84; command++) {
        for (unsigned i = 0; i < 4; i++) {
            bool unicode = i & 1, resumes = i & 2;
            g_autoptr(GByteArray) b = g_byte_array_new();
            sb_msg m;
            begin(&m, b, unicode);
            sb_old_search_request(&m, command, "\\*.txt", resumes ? server_key : NULL);
            size_t path_end = b->len - (resumes ? 24 : 3);
            for (size_t n = 33; n <= b->len; n++) {
                smbt_find_request r;
                g_assert_cmpint(decode_request(b, n, NONE, &r), ==, n >= path_end);
                g_assert_cmpstr(r.path.s, ==, n >= path_end ? "\\*.txt" : "");
                g_assert_cmpint(r.has_resume_key, ==, resumes && n >= b->len - 4);
                if (r.has_resume_key) g_assert_cmpmem(r.resume_key, 5, server_key, 5);
                g_assert_false(r.has_sid || r.has_flags);
            }
        }
    }
}

static void test_old_search_malformed(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    begin(&m, b, false);
    sb_old_search_request(&m, 0x81, "*", server_key);
    smbt_find_request r;
    size_t format = b->len - 24;
    sb_set_le16(b, format + 1, 20);
    g_assert_true(decode_request(b, b->len, NONE, &r));
    g_assert_false(r.has_resume_key);
    sb_set_le16(b, format + 1, 21);
    b->data[format] = 4;
    g_assert_true(decode_request(b, b->len, NONE, &r));
    g_assert_false(r.has_resume_key);
    b->data[format - 3] = 5; /* the format in front of the path */
    g_assert_false(decode_request(b, b->len, NONE, &r));
    g_assert_cmpstr(r.path.s, ==, "");
}

static void test_find_first2_response(void)
{
    for (unsigned end = 0; end < 2; end++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, true);
        sb_find_first2_response(&m, 0x0802, 3, (gboolean)end);
        size_t at = parameters_at(b, true);
        for (size_t n = 33; n <= b->len; n++) {
            smbt_find_response r;
            g_assert_true(decode_response(b, n, FIRST2, &r));
            g_assert_cmpint(r.has_sid, ==, n >= at + 2);
            g_assert_cmphex(r.sid, ==, n >= at + 2 ? 0x0802 : 0);
            g_assert_cmpint(r.has_end, ==, n >= at + 6);
            g_assert_cmpint(r.end_of_search, ==, n >= at + 6 && end);
            g_assert_false(r.has_count);
        }
    }
}

static void test_find_next2_response(void)
{
    for (unsigned end = 0; end < 2; end++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, true);
        sb_find_next2_response(&m, 3, (gboolean)end);
        size_t at = parameters_at(b, true);
        for (size_t n = 33; n <= b->len; n++) {
            smbt_find_response r;
            g_assert_true(decode_response(b, n, NEXT2, &r));
            g_assert_false(r.has_sid);
            g_assert_cmpint(r.has_end, ==, n >= at + 4);
            g_assert_cmpint(r.end_of_search, ==, n >= at + 4 && end);
        }
    }
}

/* Later parts and parts without parameters say nothing, errors and interim responses are none. */
static void test_response_parts(void)
{
    g_autoptr(GByteArray) parameters = g_byte_array_new();
    sb_fill(parameters, 1, 10);
    const sb_transaction parts[] = {
        {.command = 0x32, .parameter_bytes = parameters, .parameter_displacement = 2, .data = 4},
        {.command = 0x32, .data = 96, .total_parameters = 10},
        {.command = 0x32, .parameter_bytes = parameters},
    };
    for (uint16_t subcommand = FIRST2; subcommand <= NEXT2; subcommand++) {
        smbt_find_response r;
        sb_msg m;
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            g_autoptr(GByteArray) b = g_byte_array_new();
            begin(&m, b, true);
            sb_transaction_response(&m, &parts[i]);
            g_assert_true(decode_response(b, b->len, subcommand, &r));
            g_assert_cmpint(r.has_end, ==, i == 2);
            g_assert_cmpint(r.has_sid, ==, i == 2 && subcommand == FIRST2);
            g_assert_cmpint(r.end_of_search, ==, i == 2);
        }
        g_autoptr(GByteArray) empty = g_byte_array_new();
        begin(&m, empty, true);
        sb_empty(&m, 0x32);
        g_assert_false(decode_response(empty, empty->len, subcommand, &r));
        g_assert_false(decode_response(empty, 32, subcommand, &r));
        g_assert_false(r.has_sid || r.has_end || r.has_count);
    }
}

static void test_old_search_responses(void)
{
    for (unsigned command = 0x81; command <= 0x84; command++) {
        g_autoptr(GByteArray) b = g_byte_array_new();
        sb_msg m;
        begin(&m, b, false);
        sb_old_search_response(&m, command, 2);
        for (size_t n = 33; n <= b->len; n++) {
            smbt_find_response r;
            bool has = command != 0x84 && n >= 35;
            g_assert_true(decode_response(b, n, NONE, &r));
            g_assert_cmpint(r.has_count, ==, has);
            g_assert_cmpuint(r.count, ==, has ? 2 : 0);
            g_assert_false(r.has_sid || r.has_end);
        }
    }
}

static void test_which_commands(void)
{
    for (unsigned command = 0; command < 256; command++) {
        for (unsigned subcommand = 0; subcommand < 20; subcommand++) {
            bool is = command == 0x34 || (command >= 0x81 && command <= 0x84) ||
                      (command == 0x32 && (subcommand == 1 || subcommand == 2));
            g_assert_cmpint(smbt_command_is_search((uint8_t)command, (uint16_t)subcommand), ==, is);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/search/find-first2-request", test_find_first2_request);
    g_test_add_func("/search/find-first2-malformed", test_find_first2_malformed);
    g_test_add_func("/search/find-next2-request", test_find_next2_request);
    g_test_add_func("/search/find-close2-request", test_find_close2_request);
    g_test_add_func("/search/old-requests", test_old_search_requests);
    g_test_add_func("/search/old-malformed", test_old_search_malformed);
    g_test_add_func("/search/find-first2-response", test_find_first2_response);
    g_test_add_func("/search/find-next2-response", test_find_next2_response);
    g_test_add_func("/search/response-parts", test_response_parts);
    g_test_add_func("/search/old-responses", test_old_search_responses);
    g_test_add_func("/search/which-commands", test_which_commands);
    return g_test_run();
}
