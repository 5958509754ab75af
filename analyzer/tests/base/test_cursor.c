/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cursor.h"

#include <glib.h>

static const uint8_t BYTES[] = {0x01, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0x88, 0x09, 0x0a};

static void test_integers(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 10, 10);
    smbt_cur start = c;
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0x01);
    g_assert_cmpuint(smbt_cur_be16(&c), ==, 0x0203);
    g_assert_cmpuint(smbt_cur_be24(&c), ==, 0x840506);
    g_assert_cmpuint(smbt_cur_be32(&c), ==, 0x0788090a);
    g_assert_true(smbt_cur_ok(&c));
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);

    c = start;
    g_assert_cmpuint(smbt_cur_le16(&c), ==, 0x0201);
    g_assert_cmpuint(smbt_cur_le32(&c), ==, 0x06058403);
    c = start;
    g_assert_cmpuint(smbt_cur_le64(&c), ==, UINT64_C(0x8807060584030201));
    g_assert_cmpuint(c.pos, ==, 8);
    c = start;
    g_assert_cmpuint((smbt_cur_skip(&c, 3), smbt_cur_be32(&c)), ==, 0x84050607);
    c = start;
    g_assert_cmpuint((smbt_cur_skip(&c, 4), smbt_cur_le32(&c)), ==, 0x88070605);
}

typedef uint64_t (*reader)(smbt_cur *c);
static uint64_t u8(smbt_cur *c)
{
    return smbt_cur_u8(c);
}
static uint64_t be16(smbt_cur *c)
{
    return smbt_cur_be16(c);
}
static uint64_t be24(smbt_cur *c)
{
    return smbt_cur_be24(c);
}
static uint64_t be32(smbt_cur *c)
{
    return smbt_cur_be32(c);
}
static uint64_t le16(smbt_cur *c)
{
    return smbt_cur_le16(c);
}
static uint64_t le32(smbt_cur *c)
{
    return smbt_cur_le32(c);
}
static uint64_t le64(smbt_cur *c)
{
    return smbt_cur_le64(c);
}
static uint64_t bytes5(smbt_cur *c)
{
    return smbt_cur_bytes(c, 5) != NULL;
}

/* Each reader at each captured and declared length: what it needs, and what its failure says. */
static void test_every_length(void)
{
    static const struct {
        reader read;
        unsigned size;
    } readers[] = {{u8, 1}, {be16, 2}, {be24, 3}, {be32, 4}, {le16, 2}, {le32, 4}, {le64, 8}, {bytes5, 5}};
    for (unsigned r = 0; r < G_N_ELEMENTS(readers); r++)
        for (unsigned declared = 0; declared <= 9; declared++)
            for (unsigned captured = 0; captured <= declared; captured++) {
                g_autofree uint8_t *exact = g_memdup2(BYTES, captured);
                smbt_cur c = smbt_cur_init(exact, captured, declared);
                uint64_t value = readers[r].read(&c);
                if (readers[r].size <= captured) {
                    g_assert_cmpint(c.status, ==, SMBT_CUR_OK);
                    g_assert_cmpuint(value, !=, 0);
                    g_assert_cmpuint(c.pos, ==, readers[r].size);
                    continue;
                }
                g_assert_cmpint(c.status, !=, SMBT_CUR_OK);
                if (readers[r].read == le64) continue; /* which reads two halves */
                g_assert_cmpint(c.status, ==,
                                readers[r].size <= declared ? SMBT_CUR_NOT_CAPTURED : SMBT_CUR_MALFORMED);
                g_assert_cmpuint(value, ==, 0);
                g_assert_cmpuint(c.pos, ==, 0);
            }
}

static void test_failure_sticks(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 4, 8);
    g_assert_cmpuint(smbt_cur_be24(&c), ==, 0x010203);
    g_assert_cmpuint(smbt_cur_be32(&c), ==, 0);
    g_assert_cmpint(c.status, ==, SMBT_CUR_NOT_CAPTURED);
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0);
    g_assert_null(smbt_cur_bytes(&c, 0));
    g_assert_false(smbt_cur_need(&c, 0));
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);
    g_assert_cmpuint(smbt_cur_left_captured(&c), ==, 0);
    /* The first failure is the one that is told. */
    smbt_cur_skip(&c, 1000);
    smbt_cur_seek(&c, 1000);
    smbt_cur_fail(&c, SMBT_CUR_MALFORMED);
    g_assert_cmpint(c.status, ==, SMBT_CUR_NOT_CAPTURED);
    size_t pos = c.pos;
    smbt_cur_seek(&c, 0);
    smbt_cur_skip(&c, 1);
    g_assert_cmpuint(c.pos, ==, pos);
}

static void test_padding_is_cut(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 10, 3);
    g_assert_cmpuint(smbt_cur_left_captured(&c), ==, 3);
    g_assert_cmpuint(smbt_cur_be24(&c), ==, 0x010203);
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_skip(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 4, 8);
    smbt_cur_skip(&c, 0);
    g_assert_cmpuint(c.pos, ==, 0);
    smbt_cur_skip(&c, 6); /* past what was captured: no failure yet */
    g_assert_true(smbt_cur_ok(&c));
    g_assert_cmpuint(smbt_cur_left(&c), ==, 2);
    g_assert_cmpuint(smbt_cur_left_captured(&c), ==, 0);
    smbt_cur_skip(&c, 2);
    g_assert_true(smbt_cur_ok(&c));
    smbt_cur rest = c;
    smbt_cur_skip(&c, 1);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
    smbt_cur_skip(&rest, SIZE_MAX);
    g_assert_cmpint(rest.status, ==, SMBT_CUR_MALFORMED);
}

/* Behind the captured end even nothing is not there, and it is a matter of capture, not of form. */
static void test_read_behind_captured(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 4, 8);
    smbt_cur_skip(&c, 6);
    g_assert_null(smbt_cur_bytes(&c, 0));
    g_assert_cmpint(c.status, ==, SMBT_CUR_NOT_CAPTURED);

    c = smbt_cur_init(BYTES, 4, 8);
    smbt_cur_skip(&c, 6);
    g_assert_cmpuint(smbt_cur_be24(&c), ==, 0);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_huge_sizes(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 10, 10);
    smbt_cur_skip(&c, 5);
    g_assert_null(smbt_cur_bytes(&c, SIZE_MAX));
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);

    c = smbt_cur_init(BYTES, 10, UINT32_MAX);
    smbt_cur_skip(&c, 5);
    g_assert_null(smbt_cur_bytes(&c, UINT32_MAX - 5));
    g_assert_cmpint(c.status, ==, SMBT_CUR_NOT_CAPTURED);

    /* Sizes that 32 bits do not hold are cut to what they do. */
    c = smbt_cur_init(BYTES, 10, SIZE_MAX);
    g_assert_cmpuint(smbt_cur_left(&c), ==, UINT32_MAX);
    g_assert_cmpuint(smbt_cur_left_captured(&c), ==, 10);
    smbt_cur_skip(&c, UINT32_MAX);
    g_assert_true(smbt_cur_ok(&c));
    smbt_cur_skip(&c, 1);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
    c = smbt_cur_init(BYTES, 10, SIZE_MAX);
    smbt_cur_seek(&c, SIZE_MAX);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_seek(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 4, 8);
    smbt_cur_seek(&c, 3);
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0x84);
    smbt_cur_seek(&c, 0);
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0x01);
    smbt_cur_seek(&c, 8);
    g_assert_true(smbt_cur_ok(&c));
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);
    smbt_cur_seek(&c, 9);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

static void test_bytes(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 10, 10);
    g_assert_true(smbt_cur_bytes(&c, 0) == BYTES);
    g_assert_true(smbt_cur_bytes(&c, 4) == BYTES);
    g_assert_true(smbt_cur_bytes(&c, 6) == BYTES + 4);
    g_assert_true(smbt_cur_bytes(&c, 0) == BYTES + 10);
    g_assert_null(smbt_cur_bytes(&c, 1));
}

static void test_sub(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 6, 10);
    smbt_cur_skip(&c, 2);
    smbt_cur whole = smbt_cur_sub(&c, 3);
    g_assert_cmpuint(c.pos, ==, 5);
    g_assert_cmpuint(smbt_cur_left(&whole), ==, 3);
    g_assert_cmpuint(smbt_cur_left_captured(&whole), ==, 3);
    g_assert_cmpuint(smbt_cur_be24(&whole), ==, 0x038405);
    g_assert_cmpuint(smbt_cur_u8(&whole), ==, 0);
    g_assert_cmpint(whole.status, ==, SMBT_CUR_MALFORMED);
    g_assert_true(smbt_cur_ok(&c));

    smbt_cur partly = smbt_cur_sub(&c, 3);
    g_assert_cmpuint(smbt_cur_left_captured(&partly), ==, 1);
    g_assert_cmpuint(smbt_cur_u8(&partly), ==, 0x06);
    g_assert_cmpuint(smbt_cur_u8(&partly), ==, 0);
    g_assert_cmpint(partly.status, ==, SMBT_CUR_NOT_CAPTURED);

    smbt_cur unseen = smbt_cur_sub(&c, 2);
    g_assert_cmpuint(smbt_cur_left(&unseen), ==, 2);
    g_assert_cmpuint(smbt_cur_left_captured(&unseen), ==, 0);
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);

    smbt_cur empty = smbt_cur_sub(&c, 0);
    g_assert_true(smbt_cur_ok(&empty));
    g_assert_cmpuint(smbt_cur_left(&empty), ==, 0);
}

static void test_sub_too_long(void)
{
    smbt_cur c = smbt_cur_init(BYTES, 6, 10);
    smbt_cur sub = smbt_cur_sub(&c, 11);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
    g_assert_cmpint(sub.status, ==, SMBT_CUR_MALFORMED);
    g_assert_cmpuint(smbt_cur_left(&sub), ==, 0);
    g_assert_null(smbt_cur_bytes(&sub, 0));

    c = smbt_cur_init(BYTES, 6, 10);
    smbt_cur_fail(&c, SMBT_CUR_NOT_CAPTURED);
    sub = smbt_cur_sub(&c, 1);
    g_assert_cmpint(sub.status, ==, SMBT_CUR_NOT_CAPTURED);
}

static void test_empty(void)
{
    smbt_cur c = smbt_cur_init(NULL, 0, 0);
    g_assert_true(smbt_cur_ok(&c));
    g_assert_cmpuint(smbt_cur_left(&c), ==, 0);
    g_assert_cmpuint(smbt_cur_u8(&c), ==, 0);
    g_assert_cmpint(c.status, ==, SMBT_CUR_MALFORMED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cursor/integers", test_integers);
    g_test_add_func("/cursor/every-length", test_every_length);
    g_test_add_func("/cursor/failure-sticks", test_failure_sticks);
    g_test_add_func("/cursor/padding-is-cut", test_padding_is_cut);
    g_test_add_func("/cursor/skip", test_skip);
    g_test_add_func("/cursor/read-behind-captured", test_read_behind_captured);
    g_test_add_func("/cursor/huge-sizes", test_huge_sizes);
    g_test_add_func("/cursor/seek", test_seek);
    g_test_add_func("/cursor/bytes", test_bytes);
    g_test_add_func("/cursor/sub", test_sub);
    g_test_add_func("/cursor/sub-too-long", test_sub_too_long);
    g_test_add_func("/cursor/empty", test_empty);
    return g_test_run();
}
