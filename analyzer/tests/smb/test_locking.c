/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/cmd_locking.h"

#include "support/smb_blocks.h"

static bool decode(const GByteArray *b, size_t captured, smbt_locking *l)
{
    t_message t;
    smbt_andx_block block;
    memset(l, 0xee, sizeof *l);
    g_assert_true(t_message_init(&t, b, captured) && smbt_andx_next(&t.andx, &block));
    bool ok = smbt_locking_decode(&block, l);
    t_message_clear(&t);
    return ok;
}

static GByteArray *begin(sb_msg *m)
{
    GByteArray *b = g_byte_array_new();
    sb_begin_bare(m, b, &(sb_header){.flags2 = SB_FLAGS2_NT});
    return b;
}

static void test_ranges(void)
{
    sb_msg m;
    g_autoptr(GByteArray) b = begin(&m);
    sb_locking_ranges(&m, 0x4001, 0x10, 0xffffffff, 1, 0x102);
    for (size_t n = 32; n <= b->len; n++) {
        smbt_locking l;
        bool has = n >= 33 + 16;
        g_assert_cmpint(decode(b, n, &l), ==, has);
        g_assert_cmphex(l.fid, ==, has ? 0x4001 : 0);
        g_assert_cmphex(l.type, ==, has ? 0x10 : 0);
        g_assert_cmphex(l.timeout, ==, has ? 0xffffffff : 0);
        g_assert_cmpuint(l.unlocks, ==, has ? 1 : 0);
        g_assert_cmphex(l.locks, ==, has ? 0x102 : 0);
        g_assert_false(smbt_locking_is_silent(&l));
    }
}

static void test_oplock_break(void)
{
    sb_msg m;
    g_autoptr(GByteArray) b = begin(&m);
    sb_locking_andx(&m, 0x4002, SMBT_LOCKING_OPLOCK_RELEASE, 1);
    g_assert_cmpuint(b->len, ==, 51);
    smbt_locking l;
    g_assert_true(decode(b, b->len, &l));
    g_assert_cmphex(l.fid, ==, 0x4002);
    g_assert_cmphex(l.type, ==, SMBT_LOCKING_OPLOCK_RELEASE);
    g_assert_cmpuint(l.oplock_level, ==, 1);
    g_assert_cmpuint(l.timeout, ==, 0);
}

static void test_silent(void)
{
    static const struct {
        unsigned type, unlocks, locks;
        bool is_silent;
    } rows[] = {{0x02, 0, 0, true},  {0x12, 0, 0, true},  {0x02, 1, 0, false},
                {0x02, 0, 1, false}, {0x00, 0, 0, false}, {0x08, 0, 0, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        sb_msg m;
        g_autoptr(GByteArray) b = begin(&m);
        sb_locking_ranges(&m, 1, rows[i].type, 0, rows[i].unlocks, rows[i].locks);
        smbt_locking l;
        g_assert_true(decode(b, b->len, &l));
        g_assert_cmpint(smbt_locking_is_silent(&l), ==, rows[i].is_silent);
    }
}

/* The response, an error, a request that is a word short, and another command with as many words. */
static void test_none(void)
{
    for (unsigned words = 0; words <= 9; words++) {
        for (unsigned command = 0x24; command <= 0x2d; command += 9) {
            sb_msg m;
            g_autoptr(GByteArray) b = begin(&m);
            sb_block_begin(&m, command, words >= 2);
            sb_fill(m.out, 1, words >= 2 ? 2 * words - 4 : 2 * words);
            sb_block_end(&m);
            smbt_locking l;
            g_assert_cmpint(decode(b, b->len, &l), ==, command == 0x24 && words >= 8);
            if (words < 8) g_assert_cmphex(l.fid, ==, 0);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/locking/ranges", test_ranges);
    g_test_add_func("/locking/oplock-break", test_oplock_break);
    g_test_add_func("/locking/silent", test_silent);
    g_test_add_func("/locking/none", test_none);
    return g_test_run();
}
