/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/smb_blocks.h"

static const sb_header header = {.flags2 = SB_FLAGS2_NT, .mid = 1};

static GByteArray *setup_and_tree(void)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    sb_session_setup_request(&m, &(sb_session_setup){.word_count = 13, .account = "al"});
    sb_tree_connect_request(&m, "\\\\S\\D", "A:", 0);
    return b;
}

static GByteArray *logoffs(unsigned n)
{
    GByteArray *b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    while (n--)
        sb_logoff(&m);
    return b;
}

static enum smbt_andx_anomaly walk(const GByteArray *b, size_t captured, unsigned *ret_blocks)
{
    t_message t;
    g_assert_true(t_message_init(&t, b, captured));
    *ret_blocks = 0;
    for (smbt_andx_block block; smbt_andx_next(&t.andx, &block);)
        ++*ret_blocks;
    smbt_andx_block block;
    g_assert_false(smbt_andx_next(&t.andx, &block));
    t_message_clear(&t);
    return t.andx.anomaly;
}

static void test_chain(void)
{
    g_autoptr(GByteArray) b = setup_and_tree();
    t_message t;
    smbt_andx_block block;
    g_assert_true(t_message_init(&t, b, b->len));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_cmphex(block.command, ==, 0x73);
    g_assert_cmpuint(block.word_count, ==, 13);
    g_assert_cmpuint(block.words.declared, ==, 26);
    g_assert_cmpuint(block.bytes_offset, ==, 61);
    g_assert_true(block.has_words && block.has_bytes && !block.malformed);
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_cmphex(block.command, ==, 0x75);
    g_assert_cmpuint(block.word_count, ==, 4);
    g_assert_cmpuint(block.bytes_offset + block.bytes.declared, ==, b->len);
    g_assert_true(block.message == &t.cur);
    g_assert_false(smbt_andx_next(&t.andx, &block));
    g_assert_cmpint(t.andx.anomaly, ==, SMBT_ANDX_FINE);
    t_message_clear(&t);
}

/* Blocks of a chain that the capture cut: the first always, the second once its command is known. */
static void test_every_cut(void)
{
    g_autoptr(GByteArray) b = setup_and_tree();
    unsigned blocks;
    size_t second = b->data[35] | b->data[36] << 8;
    for (size_t n = 5; n < b->len; n++) {
        enum smbt_andx_anomaly anomaly = walk(b, n, &blocks);
        g_assert_cmpuint(blocks, ==, n < 37 ? 1 : 2);
        /* Once the second AndXCommand was captured, the chain is known to end. */
        g_assert_cmpint(anomaly, ==, n < second + 2 ? SMBT_ANDX_NOT_CAPTURED : SMBT_ANDX_FINE);
    }
}

static void test_not_advancing(void)
{
    g_autoptr(GByteArray) b = setup_and_tree();
    unsigned blocks;
    for (unsigned offset = 0; offset <= 32; offset += 16) {
        sb_set_le16(b, 35, offset);
        g_assert_cmpint(walk(b, b->len, &blocks), ==, SMBT_ANDX_NOT_ADVANCING);
        g_assert_cmpuint(blocks, ==, 1);
    }
}

static void test_outside(void)
{
    g_autoptr(GByteArray) b = setup_and_tree();
    unsigned blocks;
    sb_set_le16(b, 35, b->len);
    g_assert_cmpint(walk(b, b->len, &blocks), ==, SMBT_ANDX_OUTSIDE);
    sb_set_le16(b, 35, 0xffff);
    g_assert_cmpint(walk(b, b->len, &blocks), ==, SMBT_ANDX_OUTSIDE);
    g_assert_cmpuint(blocks, ==, 1);
    /* The last byte of the message can be a WordCount of 0 at most; its ByteCount is missing. */
    sb_set_le16(b, 35, b->len - 1);
    g_assert_cmpint(walk(b, b->len, &blocks), ==, SMBT_ANDX_FINE);
    g_assert_cmpuint(blocks, ==, 2);
}

static void test_too_deep(void)
{
    unsigned blocks;
    g_autoptr(GByteArray) most = logoffs(SMBT_ANDX_MAX_BLOCKS);
    g_assert_cmpint(walk(most, most->len, &blocks), ==, SMBT_ANDX_FINE);
    g_assert_cmpuint(blocks, ==, SMBT_ANDX_MAX_BLOCKS);
    g_autoptr(GByteArray) more = logoffs(SMBT_ANDX_MAX_BLOCKS + 1);
    g_assert_cmpint(walk(more, more->len, &blocks), ==, SMBT_ANDX_TOO_DEEP);
    g_assert_cmpuint(blocks, ==, SMBT_ANDX_MAX_BLOCKS);
}

static void test_error_response_ends(void)
{
    g_autoptr(GByteArray) b = g_byte_array_new();
    sb_msg m;
    sb_begin_bare(&m, b, &header);
    sb_empty(&m, 0x73);
    unsigned blocks;
    g_assert_cmpint(walk(b, b->len, &blocks), ==, SMBT_ANDX_FINE);
    g_assert_cmpuint(blocks, ==, 1);
}

static void test_header_only(void)
{
    g_autoptr(GByteArray) b = logoffs(1);
    g_byte_array_set_size(b, 32);
    t_message t;
    smbt_andx_block block;
    g_assert_true(t_message_init(&t, b, b->len));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_true(!block.has_words && !block.has_bytes && block.malformed);
    g_assert_cmpint(t.andx.anomaly, ==, SMBT_ANDX_OUTSIDE);
    t_message_clear(&t);
}

static void test_counts_beyond_message(void)
{
    g_autoptr(GByteArray) b = logoffs(1);
    t_message t;
    smbt_andx_block block;
    sb_set_le16(b, b->len - 2, 5); /* ByteCount, and no bytes */
    g_assert_true(t_message_init(&t, b, b->len));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_true(block.malformed && block.has_bytes);
    g_assert_cmpuint(block.bytes.declared, ==, 0);
    t_message_clear(&t);

    b->data[32] = 255; /* WordCount */
    g_assert_true(t_message_init(&t, b, b->len));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_true(block.malformed && !block.has_bytes);
    g_assert_cmpuint(block.words.declared, ==, 6);
    t_message_clear(&t);
}

static void test_words_cut(void)
{
    g_autoptr(GByteArray) b = setup_and_tree();
    t_message t;
    smbt_andx_block block;
    g_assert_true(t_message_init(&t, b, 40));
    g_assert_true(smbt_andx_next(&t.andx, &block));
    g_assert_cmpuint(block.words.captured, ==, 7);
    g_assert_cmpuint(block.words.declared, ==, 26);
    g_assert_true(block.has_words && !block.has_bytes && !block.malformed);
    t_message_clear(&t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/andx/chain", test_chain);
    g_test_add_func("/andx/every-cut", test_every_cut);
    g_test_add_func("/andx/not-advancing", test_not_advancing);
    g_test_add_func("/andx/outside", test_outside);
    g_test_add_func("/andx/too-deep", test_too_deep);
    g_test_add_func("/andx/error-response-ends", test_error_response_ends);
    g_test_add_func("/andx/header-only", test_header_only);
    g_test_add_func("/andx/counts-beyond-message", test_counts_beyond_message);
    g_test_add_func("/andx/words-cut", test_words_cut);
    return g_test_run();
}
