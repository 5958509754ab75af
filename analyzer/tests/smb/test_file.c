/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_file.h"

#include "support/smb_blocks.h"

#define FID 0x4007

typedef struct t_file {
    uint16_t fid;
    uint32_t bytes;
    uint16_t echoes;
} t_file;

static t_file decode(const GByteArray *b, size_t captured, uint16_t subcommand)
{
    t_message t;
    smbt_andx_block block;
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    t_file f = {smbt_request_fid(&block, subcommand), smbt_request_data_bytes(&block),
                smbt_echo_count(&block)};
    t_message_clear(&t);
    return f;
}

static GByteArray *begin(sb_msg *m)
{
    GByteArray *b = g_byte_array_new();
    sb_begin_bare(m, b, &(sb_header){.flags2 = SB_FLAGS2_NT});
    return b;
}

/* The FID is there from fid_end bytes on and not before, and so is the count from bytes_end on; 0: never. */
static void assert_cuts(const GByteArray *b, uint16_t subcommand, size_t fid_end, size_t bytes_end,
                        uint32_t bytes)
{
    for (size_t n = 32; n <= b->len; n++) {
        t_file f = decode(b, n, subcommand);
        g_assert_cmphex(f.fid, ==, fid_end && n >= fid_end ? FID : SMBT_FID_NONE);
        g_assert_cmpuint(f.bytes, ==, bytes_end && n >= bytes_end ? bytes : 0);
        g_assert_cmpuint(f.echoes, ==, 1);
    }
}

static void test_fid_first(void)
{
    static const guint8 with_fid[] = {0x04, 0x05, 0x0a, 0x0b, 0x0c, 0x0d, 0x12, 0x13, 0x14, 0x1a,
                                      0x1b, 0x1d, 0x1e, 0x1f, 0x22, 0x23, 0x27, 0x2c, 0xc1, 0xc2};
    for (unsigned command = 0; command < 256; command++) {
        if (smbt_smb1_command_is_andx((uint8_t)command)) continue;
        sb_msg m;
        g_autoptr(GByteArray) b = begin(&m);
        sb_fid_request(&m, command, FID);
        bool has = memchr(with_fid, (int)command, sizeof with_fid) != NULL;
        for (size_t n = 32; n <= b->len; n++)
            g_assert_cmphex(decode(b, n, 0).fid, ==, has && n >= 35 ? FID : SMBT_FID_NONE);
        b->data[32] = 0; /* no words */
        g_assert_cmphex(decode(b, b->len, 0).fid, ==, SMBT_FID_NONE);
    }
}

static void test_reads_and_writes(void)
{
    sb_msg m;
    static const guint8 old[] = {0x0a, 0x0b, 0x2c};
    for (size_t i = 0; i < G_N_ELEMENTS(old); i++) {
        g_autoptr(GByteArray) b = begin(&m);
        sb_old_io_request(&m, old[i], FID, 300);
        assert_cuts(b, 0xffff, 35, 37, 300);
    }
    g_autoptr(GByteArray) raw = begin(&m);
    sb_read_raw_request(&m, FID, 0xffff);
    assert_cuts(raw, 0xffff, 35, 33 + 8, 0xffff);
    g_autoptr(GByteArray) read = begin(&m);
    sb_read_andx_request(&m, FID, 0, 0xfff0);
    assert_cuts(read, 0xffff, 33 + 6, 33 + 12, 0xfff0);
    g_autoptr(GByteArray) write = begin(&m);
    sb_write_andx_request(&m, FID, 0, 900);
    assert_cuts(write, 0xffff, 33 + 6, 33 + 22, 900);
    g_autoptr(GByteArray) locking = begin(&m);
    sb_locking_ranges(&m, FID, 0, 0, 0, 1);
    assert_cuts(locking, 0xffff, 33 + 6, 0, 0);
}

/* The high words of a length count, unless a timeout stands there. */
static void test_large_lengths(void)
{
    static const struct {
        guint32 high;
        uint32_t bytes;
    } reads[] = {{1, 0x1000a}, {0xff, 0xff000a}, {0x100, 10}, {0xffff, 10}, {0xffffffff, 10}, {0x10001, 10}};
    sb_msg m;
    g_autoptr(GByteArray) read = begin(&m);
    sb_read_andx_request(&m, FID, 0, 10);
    for (size_t i = 0; i < G_N_ELEMENTS(reads); i++) {
        sb_set_le32(read, 33 + 14, reads[i].high);
        g_assert_cmphex(decode(read, read->len, 0).bytes, ==, reads[i].bytes);
        g_assert_cmphex(decode(read, 33 + 17, 0).bytes, ==, 10);
    }
    g_autoptr(GByteArray) write = begin(&m);
    sb_write_andx_request(&m, FID, 0, 10);
    sb_set_le16(write, 33 + 18, 1);
    g_assert_cmphex(decode(write, write->len, 0).bytes, ==, 0x1000a);
    g_assert_cmphex(decode(write, 33 + 21, 0).bytes, ==, 0);
    sb_set_le16(write, 33 + 18, 0x100);
    g_assert_cmphex(decode(write, write->len, 0).bytes, ==, 10);
}

static void test_pipes(void)
{
    static const guint8 subcommands[] = {0x01, 0x11, 0x21, 0x22, 0x23, 0x26, 0x31, 0x36, 0x37, 0x53, 0x54};
    for (size_t i = 0; i < G_N_ELEMENTS(subcommands); i++) {
        sb_msg m;
        g_autoptr(GByteArray) b = begin(&m);
        sb_pipe_request(&m, subcommands[i], FID);
        assert_cuts(b, subcommands[i], subcommands[i] < 0x50 ? 33 + 32 : 0, 0, 0);
    }
}

/* One setup word is no pipe call, three are a mailslot. */
static void test_setup_counts(void)
{
    for (unsigned words = 0; words < 4; words++) {
        g_autoptr(GByteArray) setup = g_byte_array_new();
        for (unsigned i = 0; i < words; i++)
            sb_le16(setup, FID);
        sb_msg m;
        g_autoptr(GByteArray) b = begin(&m);
        sb_transaction_request(&m, &(sb_transaction){.command = 0x25, .subcommand = 1, .setup = setup});
        assert_cuts(b, 1, words == 1 ? 33 + 32 : 0, 0, 0);
        b->data[33 + 26] = 0;
        g_assert_cmphex(decode(b, b->len, 1).fid, ==, SMBT_FID_NONE);
        b->data[33 + 26] = 0xff;
        g_assert_cmphex(decode(b, b->len, 1).fid, ==, SMBT_FID_NONE);
    }
}

static void test_nt_setup(void)
{
    sb_msg m;
    g_autoptr(GByteArray) notify = begin(&m);
    sb_notify_change_request(&m, FID);
    assert_cuts(notify, 4, 33 + 38 + 6, 0, 0);
    assert_cuts(notify, 5, 0, 0, 0);
    g_autoptr(GByteArray) ioctl = begin(&m);
    sb_nt_ioctl_request(&m, 0x00090018, FID);
    assert_cuts(ioctl, 2, 33 + 38 + 6, 0, 0);
    static const guint8 short_counts[] = {0, 1, 2};
    for (size_t i = 0; i < G_N_ELEMENTS(short_counts); i++) {
        ioctl->data[33 + 35] = short_counts[i];
        g_assert_cmphex(decode(ioctl, ioctl->len, 2).fid, ==, SMBT_FID_NONE);
    }
}

static void test_parameters(void)
{
    for (unsigned subcommand = 0; subcommand < 12; subcommand++) {
        sb_msg m;
        g_autoptr(GByteArray) trans2 = begin(&m);
        sb_transaction_fid_request(&m, 0x32, subcommand, FID);
        size_t end = trans2->len - 8 + 2;
        assert_cuts(trans2, (uint16_t)subcommand, subcommand == 7 || subcommand == 8 ? end : 0, 0, 0);
        sb_set_le16(trans2, 33 + 18, 1); /* ParameterCount */
        g_assert_cmphex(decode(trans2, trans2->len, (uint16_t)subcommand).fid, ==, SMBT_FID_NONE);

        g_autoptr(GByteArray) nt = begin(&m);
        sb_transaction_fid_request(&m, 0xa0, subcommand, FID);
        bool has = subcommand == 3 || (subcommand >= 6 && subcommand <= 8);
        assert_cuts(nt, (uint16_t)subcommand, has ? nt->len - 8 + 2 : 0, 0, 0);
        sb_set_le32(nt, 33 + 23, 0xffffffff); /* ParameterOffset */
        g_assert_cmphex(decode(nt, nt->len, (uint16_t)subcommand).fid, ==, SMBT_FID_NONE);
    }
}

static void test_echo(void)
{
    sb_msg m;
    static const uint16_t counts[] = {0, 1, 2, 0xffff};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(GByteArray) b = begin(&m);
        sb_echo_request(&m, counts[i], 4);
        for (size_t n = 32; n <= b->len; n++)
            g_assert_cmpuint(decode(b, n, 0).echoes, ==, n >= 35 ? counts[i] : 1);
        b->data[32] = 0;
        g_assert_cmpuint(decode(b, b->len, 0).echoes, ==, 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/file/fid-first", test_fid_first);
    g_test_add_func("/file/reads-and-writes", test_reads_and_writes);
    g_test_add_func("/file/large-lengths", test_large_lengths);
    g_test_add_func("/file/pipes", test_pipes);
    g_test_add_func("/file/setup-counts", test_setup_counts);
    g_test_add_func("/file/nt-setup", test_nt_setup);
    g_test_add_func("/file/parameters", test_parameters);
    g_test_add_func("/file/echo", test_echo);
    return g_test_run();
}
