/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_transaction.h"

#include "support/smb_blocks.h"

static const guint8 primary[] = {0x25, 0x32, 0xa0}, secondary[] = {0x26, 0x33, 0xa1};

static GByteArray *build(const sb_transaction *t, bool is_response)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &(sb_header){.flags2 = SB_FLAGS2_NT});
    if (is_response)
        sb_transaction_response(&m, t);
    else
        sb_transaction_request(&m, t);
    return b;
}

static bool decode(const GByteArray *b, size_t captured, smbt_transaction_request *r,
                   smbt_transaction_response *a)
{
    t_message t;
    smbt_andx_block block;
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = r ? smbt_transaction_request_decode(&block, r) : smbt_transaction_response_decode(&block, a);
    t_message_clear(&t);
    return ok;
}

static void test_primary(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(primary); i++) {
        sb_transaction t = {.command = primary[i], .subcommand = 0x0005, .parameters = 12, .data = 40};
        smbt_transaction_request r;
        g_autoptr(GByteArray) whole = build(&t, false);
        g_assert_true(decode(whole, whole->len, &r, NULL));
        g_assert_cmpuint(r.total_parameters, ==, 12);
        g_assert_cmpuint(r.total_data, ==, 40);
        g_assert_cmpuint(r.parameters, ==, 12);
        g_assert_cmpuint(r.data, ==, 40);
        g_assert_cmphex(r.subcommand, ==, 0x0005);
        g_assert_true(r.complete);
        t.total_data = 41;
        g_autoptr(GByteArray) part = build(&t, false);
        g_assert_true(decode(part, part->len, &r, NULL));
        g_assert_false(r.complete);
        t.total_data = 0;
        t.total_parameters = 13;
        g_autoptr(GByteArray) other_part = build(&t, false);
        g_assert_true(decode(other_part, other_part->len, &r, NULL));
        g_assert_false(r.complete);
    }
}

static void test_primary_every_cut(void)
{
    static const size_t counts_end[] = {33 + 24, 33 + 24, 33 + 31};
    static const size_t subcommand_end[] = {33 + 30, 33 + 30, 33 + 38};
    for (size_t i = 0; i < G_N_ELEMENTS(primary); i++) {
        sb_transaction t = {.command = primary[i], .subcommand = 0x0004, .parameters = 4};
        g_autoptr(GByteArray) b = build(&t, false);
        for (size_t n = 32; n < b->len; n++) {
            smbt_transaction_request r;
            g_assert_cmpint(decode(b, n, &r, NULL), ==, n >= counts_end[i]);
            g_assert_cmphex(r.subcommand, ==, n >= subcommand_end[i] ? 4 : 0xffff);
            g_assert_cmpint(r.complete, ==, n >= counts_end[i]);
        }
    }
}

static void test_without_setup(void)
{
    g_autoptr(GByteArray) b = build(&(sb_transaction){.command = 0x32, .subcommand = 5}, false);
    b->data[33 + 26] = 0; /* SetupCount */
    smbt_transaction_request r;
    g_assert_true(decode(b, b->len, &r, NULL));
    g_assert_cmphex(r.subcommand, ==, 0xffff);
}

static void test_secondary(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(secondary); i++) {
        sb_transaction t = {.command = secondary[i],
                            .total_parameters = 12,
                            .total_data = 70000 & (secondary[i] == 0xa1 ? ~0u : 0xffffu),
                            .parameters = 3,
                            .data = 50};
        g_autoptr(GByteArray) b = build(&t, false);
        smbt_transaction_request r;
        g_assert_true(decode(b, b->len, &r, NULL));
        g_assert_cmpuint(r.total_parameters, ==, 12);
        g_assert_cmpuint(r.total_data, ==, t.total_data);
        g_assert_cmpuint(r.parameters, ==, 3);
        g_assert_cmpuint(r.data, ==, 50);
        g_assert_cmphex(r.subcommand, ==, 0xffff);
        g_assert_false(r.complete);
    }
}

static void test_response(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(primary); i++) {
        sb_transaction t = {.command = primary[i], .total_data = 900, .parameters = 2, .data = 500};
        g_autoptr(GByteArray) b = build(&t, true);
        smbt_transaction_response a;
        g_assert_true(decode(b, b->len, NULL, &a));
        g_assert_false(a.interim);
        g_assert_cmpuint(a.total_parameters, ==, 2);
        g_assert_cmpuint(a.total_data, ==, 900);
        g_assert_cmpuint(a.parameters, ==, 2);
        g_assert_cmpuint(a.data, ==, 500);
        size_t counts_end = 33 + (primary[i] == 0xa0 ? 27 : 14);
        g_assert_false(decode(b, counts_end - 1, NULL, &a));
        g_assert_true(decode(b, counts_end, NULL, &a));
    }
}

static void test_interim(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &(sb_header){.flags = SB_FLAGS_REPLY});
    sb_empty(&m, 0x32);
    smbt_transaction_response a;
    g_assert_true(decode(b, b->len, NULL, &a));
    g_assert_true(a.interim);
    g_assert_false(decode(b, 32, NULL, &a));
}

static void test_names(void)
{
    g_assert_cmpstr(smbt_transaction_name(0x32, 5), ==, "TRANS2_QUERY_PATH_INFORMATION");
    g_assert_cmpstr(smbt_transaction_name(0xa0, 4), ==, "NT_TRANSACT_NOTIFY_CHANGE");
    g_assert_cmpstr(smbt_transaction_name(0x25, 0x26), ==, "TRANS_TRANSACT_NMPIPE");
    g_assert_null(smbt_transaction_name(0x32, 0xffff));
    g_assert_null(smbt_transaction_name(0x33, 5));
    for (size_t i = 0; i < G_N_ELEMENTS(primary); i++) {
        g_assert_true(smbt_command_is_transaction(primary[i]));
        g_assert_false(smbt_command_is_transaction_secondary(primary[i]));
        g_assert_true(smbt_command_is_transaction_secondary(secondary[i]));
        g_assert_false(smbt_command_is_transaction(secondary[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transaction/primary", test_primary);
    g_test_add_func("/transaction/primary-every-cut", test_primary_every_cut);
    g_test_add_func("/transaction/without-setup", test_without_setup);
    g_test_add_func("/transaction/secondary", test_secondary);
    g_test_add_func("/transaction/response", test_response);
    g_test_add_func("/transaction/interim", test_interim);
    g_test_add_func("/transaction/names", test_names);
    return g_test_run();
}
