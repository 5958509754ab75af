/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/key.h"

#include "anonymize/cipher.h"

static smbt_anon_key *new_key(const char *text)
{
    smbt_anonymize_cipher cipher = t_cipher(text);
    return smbt_anon_key_new(&cipher);
}

static unsigned common_bits(const uint8_t *a, const uint8_t *b, size_t n)
{
    unsigned bits = 0;
    while (bits < 8 * n && !((a[bits / 8] ^ b[bits / 8]) & (0x80 >> bits % 8)))
        bits++;
    return bits;
}

/* Two addresses share as many leading bits afterwards as before, no more and no less. */
static void test_prefix(gconstpointer data)
{
    size_t n = GPOINTER_TO_SIZE(data);
    smbt_anon_key *key = new_key("k");
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (unsigned round = 0; round < 200; round++) {
        uint8_t a[16], b[16];
        for (unsigned i = 0; i < n; i++)
            a[i] = b[i] = (uint8_t)g_rand_int(rand);
        unsigned flip = (unsigned)g_rand_int_range(rand, 0, (gint32)(8 * n));
        b[flip / 8] ^= (uint8_t)(0x80 >> flip % 8);
        uint8_t x[16], y[16];
        memcpy(x, a, n);
        memcpy(y, b, n);
        smbt_anon_key_address(key, x, n);
        smbt_anon_key_address(key, y, n);
        g_assert_cmpuint(common_bits(x, y, n), ==, common_bits(a, b, n));
    }
    smbt_anon_key_free(key);
}

static void test_keys_differ(void)
{
    smbt_anon_key *one = new_key("one"), *same = new_key("one"), *other = new_key("other");
    uint8_t a[4] = {10, 50, 0, 10}, b[4] = {10, 50, 0, 10}, c[4] = {10, 50, 0, 10};
    smbt_anon_key_address(one, a, 4);
    smbt_anon_key_address(same, b, 4);
    smbt_anon_key_address(other, c, 4);
    g_assert_cmpmem(a, 4, b, 4);
    g_assert_true(memcmp(a, c, 4) != 0);
    uint8_t m[6] = {0, 1, 2, 3, 4, 5}, n[6] = {0, 1, 2, 3, 4, 5};
    smbt_anon_key_mac(one, m);
    smbt_anon_key_mac(other, n);
    g_assert_true(memcmp(m, n, 6) != 0);
    smbt_anon_key_free(one);
    smbt_anon_key_free(same);
    smbt_anon_key_free(other);
}

/* What is remembered is what is worked out. */
static void test_forgets_nothing(void)
{
    smbt_anon_key *key = new_key("k");
    uint8_t first[4] = {192, 0, 2, 1};
    smbt_anon_key_address(key, first, 4);
    g_hash_table_remove_all(key->addresses);
    uint8_t again[4] = {192, 0, 2, 1};
    smbt_anon_key_address(key, again, 4);
    g_assert_cmpmem(first, 4, again, 4);
    smbt_anon_key_free(key);
}

static void test_mac(void)
{
    smbt_anon_key *key = new_key("k");
    uint8_t single[6] = {0x00, 0x50, 0x56, 1, 2, 3}, group[6] = {0x01, 0x00, 0x5e, 1, 2, 3};
    const uint8_t old[6] = {0x00, 0x50, 0x56, 1, 2, 3};
    smbt_anon_key_mac(key, single);
    smbt_anon_key_mac(key, group);
    g_assert_cmpuint(single[0] & 3, ==, 2);
    g_assert_cmpuint(group[0] & 3, ==, 3);
    g_assert_true(memcmp(single, old, 3) != 0);
    uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, zero[6] = {0};
    smbt_anon_key_mac(key, broadcast);
    smbt_anon_key_mac(key, zero);
    g_assert_cmpuint(broadcast[5], ==, 0xff);
    g_assert_cmpuint(zero[0], ==, 0);
    smbt_anon_key_free(key);
}

static void test_id(void)
{
    smbt_anon_key *key = new_key("k");
    uint8_t a[16] = {1}, b[16] = {1}, c[16] = {2}, zero[16] = {0};
    const uint8_t old[16] = {1}, nothing[16] = {0};
    smbt_anon_key_id(key, a, 16);
    smbt_anon_key_id(key, b, 16);
    smbt_anon_key_id(key, c, 16);
    smbt_anon_key_id(key, zero, 16);
    g_assert_cmpmem(a, 16, b, 16);
    g_assert_true(memcmp(a, c, 16) != 0 && memcmp(a, old, 16) != 0);
    g_assert_cmpmem(zero, 16, nothing, 16);
    smbt_anon_key_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/key/prefix/ipv4", GSIZE_TO_POINTER(4), test_prefix);
    g_test_add_data_func("/key/prefix/ipv6", GSIZE_TO_POINTER(16), test_prefix);
    g_test_add_func("/key/keys-differ", test_keys_differ);
    g_test_add_func("/key/forgets-nothing", test_forgets_nothing);
    g_test_add_func("/key/mac", test_mac);
    g_test_add_func("/key/id", test_id);
    return g_test_run();
}
