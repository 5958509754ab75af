/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_open.h"

#include "support/smb_blocks.h"

#define OPEN2     0 /* of TRANSACTION2 */
#define NT_CREATE 1 /* of NT_TRANSACT */

static GByteArray *begin(sb_msg *m, bool unicode)
{
    GByteArray *b = g_byte_array_new();
    sb_begin_bare(m, b, &(sb_header){.flags2 = unicode ? SB_FLAGS2_NT : SB_FLAGS2_NTSTATUS});
    return b;
}

static bool decode_request(const GByteArray *b, size_t captured, uint16_t subcommand, smbt_open_request *r)
{
    t_message t;
    smbt_andx_block block;
    memset(r, 0x01, sizeof *r);
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = smbt_command_is_open(block.command)
                  ? smbt_open_request_decode(&block, t.header.flags2, r)
                  : smbt_transaction_open_request_decode(&block, subcommand, t.header.flags2, r);
    t_message_clear(&t);
    return ok;
}

static bool decode_response(const GByteArray *b, size_t captured, uint16_t subcommand, smbt_open_response *r)
{
    t_message t;
    smbt_andx_block block;
    memset(r, 0x01, sizeof *r);
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = smbt_command_is_open(block.command)
                  ? smbt_open_response_decode(&block, r)
                  : smbt_transaction_open_response_decode(&block, subcommand, r);
    t_message_clear(&t);
    return ok;
}

static size_t parameters_at(const GByteArray *b, bool nt, bool is_response)
{
    size_t at = 33 + (nt ? is_response ? 15 : 23 : is_response ? 8 : 20);
    return b->data[at] | (size_t)b->data[at + 1] << 8;
}

static void test_requests(void)
{
    for (unsigned i = 0; i < 4; i++) {
        bool unicode = i & 1, nt = i & 2;
        uint16_t subcommand = nt ? NT_CREATE : OPEN2;
        sb_msg m;
        g_autoptr(GByteArray) b = begin(&m, unicode);
        if (nt)
            sb_nt_transact_create_request(&m, 0x16, "\\a\\b.txt");
        else
            sb_trans2_open2_request(&m, 0x0003, "\\a\\b.txt");
        size_t at = parameters_at(b, nt, false), end = at + b->data[33 + (nt ? 19 : 18)];
        for (size_t n = 32; n <= b->len; n++) {
            smbt_open_request r;
            g_assert_cmpint(decode_request(b, n, subcommand, &r), ==, n >= 33);
            g_assert_cmpint(r.wants_oplock, ==, n >= at + 2);
            g_assert_cmpstr(r.path.s, ==, n >= end ? "\\a\\b.txt" : "");
        }
        smbt_open_request r;
        g_assert_false(decode_request(b, b->len, 0xffff, &r));
        g_assert_false(decode_request(b, b->len, nt ? OPEN2 : NT_CREATE, &r));
        g_assert_false(r.wants_oplock);
    }
}

/* NameLength that says less and more than there is. */
static void test_name_length(void)
{
    sb_msg m;
    g_autoptr(GByteArray) b = begin(&m, false);
    sb_nt_transact_create_request(&m, 0, "\\name");
    size_t at = parameters_at(b, true, false) + 44;
    static const struct {
        guint32 len;
        const char *name;
    } rows[] = {{5, "\\name"}, {0, ""}, {3, "\\na"}, {6, "\\name"}, {0xffffffff, "\\name"}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sb_set_le32(b, at, rows[i].len);
        smbt_open_request r;
        g_assert_true(decode_request(b, b->len, NT_CREATE, &r));
        g_assert_cmpstr(r.path.s, ==, rows[i].name);
    }
}

static void test_wants_oplock(void)
{
    static const struct {
        unsigned flags;
        bool wants;
    } rows[] = {{0, false}, {1, false}, {2, true}, {4, true}, {6, true}, {0x10, false}, {0xf9, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        smbt_open_request r;
        sb_msg m;
        g_autoptr(GByteArray) nt_create = begin(&m, true);
        sb_nt_create_request(&m, "\\a");
        sb_set_le32(nt_create, 33 + 7, rows[i].flags);
        for (size_t n = 33; n <= nt_create->len; n++) {
            g_assert_true(decode_request(nt_create, n, 0, &r));
            g_assert_cmpint(r.wants_oplock, ==, rows[i].wants && n >= 33 + 9);
        }
        g_autoptr(GByteArray) andx = begin(&m, true);
        sb_open_andx_request(&m, "\\a");
        sb_set_le16(andx, 33 + 4, rows[i].flags);
        for (size_t n = 33; n <= andx->len; n++) {
            g_assert_true(decode_request(andx, n, 0, &r));
            g_assert_cmpint(r.wants_oplock, ==, rows[i].wants && n >= 33 + 6);
        }
        g_autoptr(GByteArray) open2 = begin(&m, true);
        sb_trans2_open2_request(&m, rows[i].flags, "\\a");
        g_assert_true(decode_request(open2, open2->len, OPEN2, &r));
        g_assert_cmpint(r.wants_oplock, ==, rows[i].wants);
        g_autoptr(GByteArray) nt_transact = begin(&m, true);
        sb_nt_transact_create_request(&m, rows[i].flags, "\\a");
        g_assert_true(decode_request(nt_transact, nt_transact->len, NT_CREATE, &r));
        g_assert_cmpint(r.wants_oplock, ==, rows[i].wants);
    }
    sb_msg m;
    g_autoptr(GByteArray) old = begin(&m, false);
    sb_old_open_request(&m, 0x02, "\\a");
    memset(&old->data[33], 0xff, 4);
    smbt_open_request r;
    g_assert_true(decode_request(old, old->len, 0, &r));
    g_assert_false(r.wants_oplock);
}

static void test_nt_transact_create_response(void)
{
    sb_msg m;
    g_autoptr(GByteArray) b = begin(&m, true);
    sb_nt_transact_create_response(&m, 0x4001, 3, 0x00401020, 2);
    size_t at = parameters_at(b, true, true);
    for (size_t n = 33; n <= b->len; n++) {
        smbt_open_response r;
        g_assert_cmpint(decode_response(b, n, NT_CREATE, &r), ==, n >= at + 4);
        g_assert_cmphex(r.fid, ==, n >= at + 4 ? 0x4001 : 0);
        g_assert_cmpuint(r.oplock_level, ==, n >= at + 1 ? 3 : 0);
        g_assert_cmpint(r.has_attributes, ==, n >= at + 48);
        g_assert_cmphex(r.attributes, ==, n >= at + 48 ? 0x00401020 : 0);
        g_assert_cmpint(r.kind, ==, n >= at + 66 ? SMBT_OPEN_PIPE : SMBT_OPEN_OTHER);
    }
}

static void test_open2_response(void)
{
    sb_msg m;
    g_autoptr(GByteArray) b = begin(&m, true);
    sb_trans2_open2_response(&m, 0x4002, SMBT_FILE_ATTRIBUTE_OFFLINE, 0, 0x8001);
    size_t at = parameters_at(b, false, true);
    for (size_t n = 33; n <= b->len; n++) {
        smbt_open_response r;
        g_assert_cmpint(decode_response(b, n, OPEN2, &r), ==, n >= at + 2);
        g_assert_cmphex(r.fid, ==, n >= at + 2 ? 0x4002 : 0);
        g_assert_cmpint(r.has_attributes, ==, n >= at + 4);
        g_assert_cmphex(r.attributes, ==, n >= at + 4 ? SMBT_FILE_ATTRIBUTE_OFFLINE : 0);
        g_assert_cmpint(r.kind, ==, n >= at + 16 ? SMBT_OPEN_DISK : SMBT_OPEN_OTHER);
        g_assert_cmpuint(r.oplock_level, ==, n >= at + 20 ? 1 : 0);
    }
}

static void test_no_response(void)
{
    g_autoptr(GByteArray) parameters = g_byte_array_new();
    sb_fill(parameters, 0, 69);
    for (unsigned i = 0; i < 2; i++) {
        unsigned command = i ? 0xa0 : 0x32;
        uint16_t subcommand = i ? NT_CREATE : OPEN2;
        smbt_open_response r;
        sb_msg m;
        g_autoptr(GByteArray) without = begin(&m, true);
        sb_transaction_empty_response(&m, command);
        g_assert_false(decode_response(without, without->len, subcommand, &r));
        g_autoptr(GByteArray) later = begin(&m, true);
        const sb_transaction t = {
            .command = command, .parameter_bytes = parameters, .parameter_displacement = 1};
        sb_transaction_response(&m, &t);
        g_assert_false(decode_response(later, later->len, subcommand, &r));
        g_assert_false(r.has_attributes);
        g_autoptr(GByteArray) error = begin(&m, true);
        sb_empty(&m, command);
        g_assert_false(decode_response(error, error->len, subcommand, &r));
        g_assert_cmpint(r.kind, ==, SMBT_OPEN_OTHER);
    }
}

static void test_attributes_of_others(void)
{
    smbt_open_response r;
    sb_msg m;
    g_autoptr(GByteArray) nt = begin(&m, true);
    sb_nt_create_response_attributes(&m, 1, 0, 0x00401000, 0);
    g_autoptr(GByteArray) andx = begin(&m, true);
    sb_open_andx_response(&m, 1, 0, 1);
    sb_set_le16(andx, 33 + 6, 0x1020);
    g_autoptr(GByteArray) old = begin(&m, true);
    sb_old_open_response(&m, 0x02, 1);
    sb_set_le16(old, 33 + 2, 0x1021);
    const struct {
        const GByteArray *b;
        size_t end;
        uint32_t attributes;
    } rows[] = {{nt, 33 + 47, 0x00401000}, {andx, 33 + 8, 0x1020}, {old, 33 + 4, 0x1021}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (size_t n = 33; n <= rows[i].b->len; n++) {
            decode_response(rows[i].b, n, 0, &r);
            g_assert_cmpint(r.has_attributes, ==, n >= rows[i].end);
            g_assert_cmphex(r.attributes, ==, n >= rows[i].end ? rows[i].attributes : 0);
        }
    }
    g_autoptr(GByteArray) create = begin(&m, true);
    sb_old_open_response(&m, 0x03, 1);
    g_assert_true(decode_response(create, create->len, 0, &r));
    g_assert_false(r.has_attributes);
}

static void test_which_are_opens(void)
{
    unsigned n = 0;
    for (unsigned command = 0; command < 256; command++)
        for (unsigned subcommand = 0; subcommand < 20; subcommand++)
            n += smbt_transaction_is_open((uint8_t)command, (uint16_t)subcommand);
    g_assert_cmpuint(n, ==, 2);
    g_assert_true(smbt_transaction_is_open(0x32, 0));
    g_assert_true(smbt_transaction_is_open(0xa0, 1));
    g_assert_false(smbt_transaction_is_open(0x32, 0xffff));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/open-transaction/requests", test_requests);
    g_test_add_func("/open-transaction/name-length", test_name_length);
    g_test_add_func("/open-transaction/nt-create-response", test_nt_transact_create_response);
    g_test_add_func("/open-transaction/open2-response", test_open2_response);
    g_test_add_func("/open-transaction/no-response", test_no_response);
    g_test_add_func("/open-transaction/which-are-opens", test_which_are_opens);
    g_test_add_func("/open/wants-oplock", test_wants_oplock);
    g_test_add_func("/open/attributes", test_attributes_of_others);
    return g_test_run();
}
