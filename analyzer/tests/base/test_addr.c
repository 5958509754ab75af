/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <glib.h>

static smbt_addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (smbt_addr){.family = 4, .bytes = {a, b, c, d}};
}

static void assert_text(smbt_addr addr, const char *text)
{
    char buf[SMBT_ADDR_STRLEN];
    const char *result = smbt_addr_format(&addr, buf);
    g_assert_true(result == buf);
    g_assert_cmpstr(result, ==, text);
}

static void test_format(void)
{
    assert_text(v4(10, 50, 0, 2), "10.50.0.2");
    assert_text(v4(0, 0, 0, 0), "0.0.0.0");
    assert_text(v4(255, 255, 255, 255), "255.255.255.255");
    assert_text((smbt_addr){.family = 6}, "::");
    assert_text((smbt_addr){.family = 6, .bytes = {[15] = 1}}, "::1");
    assert_text((smbt_addr){.family = 6, .bytes = {0xfe, 0x80, [8] = 2, [15] = 0xab}}, "fe80::200:0:0:ab");
    /* The longest there is. */
    smbt_addr full = {.family = 6};
    memset(full.bytes, 0xff, sizeof full.bytes);
    assert_text(full, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void test_format_unset(void)
{
    assert_text((smbt_addr){0}, "?");
    assert_text((smbt_addr){.family = 5, .bytes = {1, 2, 3, 4}}, "?");
    assert_text((smbt_addr){.family = 255}, "?");
}

static void test_equal(void)
{
    smbt_addr a = v4(10, 0, 0, 1), b = v4(10, 0, 0, 1), six = a;
    six.family = 6;
    g_assert_true(smbt_addr_equal(&a, &b));
    g_assert_false(smbt_addr_equal(&a, &six));
    for (unsigned i = 0; i < 16; i++) {
        smbt_addr other = a;
        other.bytes[i] ^= 1;
        g_assert_false(smbt_addr_equal(&a, &other));
    }
}

static void test_endpoint_equal(void)
{
    smbt_endpoint a = {v4(10, 0, 0, 1), 445}, b = a, c = a, d = a;
    c.port = 446;
    d.addr.bytes[0] = 11;
    g_assert_true(smbt_endpoint_equal(&a, &b));
    g_assert_false(smbt_endpoint_equal(&a, &c));
    g_assert_false(smbt_endpoint_equal(&a, &d));
}

static void test_hash_of_equals(void)
{
    smbt_addr a = v4(10, 0, 0, 1), b = v4(10, 0, 0, 1), six = a;
    six.family = 6;
    g_assert_cmpuint(smbt_addr_hash(&a), ==, smbt_addr_hash(&b));
    g_assert_cmpuint(smbt_addr_hash(&a), !=, smbt_addr_hash(&six));
}

/* Neighbours in a subnet spread over a table by low bits and by high ones. */
static void test_hash_spreads(void)
{
    enum { BUCKETS = 256 };
    unsigned low[BUCKETS] = {0}, high[BUCKETS] = {0}, low6[BUCKETS] = {0};
    for (unsigned i = 0; i < 16 * BUCKETS; i++) {
        smbt_addr a = v4(10, 0, (uint8_t)(i >> 8), (uint8_t)i);
        smbt_addr six = {.family = 6, .bytes = {0xfd, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i}};
        low[smbt_addr_hash(&a) % BUCKETS]++;
        high[smbt_addr_hash(&a) >> 24]++;
        low6[smbt_addr_hash(&six) % BUCKETS]++;
    }
    for (unsigned i = 0; i < BUCKETS; i++) {
        g_assert_cmpuint(low[i], <, 64);
        g_assert_cmpuint(high[i], <, 64);
        g_assert_cmpuint(low6[i], <, 64);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/addr/format", test_format);
    g_test_add_func("/addr/format-unset", test_format_unset);
    g_test_add_func("/addr/equal", test_equal);
    g_test_add_func("/addr/endpoint-equal", test_endpoint_equal);
    g_test_add_func("/addr/hash/of-equals", test_hash_of_equals);
    g_test_add_func("/addr/hash/spreads", test_hash_spreads);
    return g_test_run();
}
