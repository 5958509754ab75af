/* How far two clocks are apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "join/clock.h"

#include "base/time.h"

#define T0 UINT64_C(1795183331000000000)
#define US ((int64_t)1000)

/* `n` exchanges, `apart` from each other, seen here and `away` nearer to the clients (less than 0: to the
 * servers) by a clock that is `ahead` and gains `ppm`. */
static smbt_clock *watch(unsigned n, smbt_duration apart, int64_t away, int64_t ahead, int64_t ppm)
{
    smbt_clock *c = smbt_clock_new();
    for (unsigned i = 0; i < n; i++) {
        smbt_time request = T0 + i * apart, answer = request + SMBT_MS;
        int64_t gain = (int64_t)((request - T0) / 1000000) * ppm;
        smbt_clock_add(c, 0, request, request + (smbt_time)(ahead + gain - away));
        smbt_clock_add(c, 1, answer, answer + (smbt_time)(ahead + gain + away));
    }
    smbt_clock_settle(c, 0);
    return c;
}

static void assert_ahead(const smbt_clock *c, smbt_time at, int64_t ahead, int64_t error)
{
    int64_t low, high;
    g_assert_true(smbt_clock_at(c, at, &low, &high));
    g_assert_cmpint(low, <=, ahead);
    g_assert_cmpint(high, >=, ahead);
    g_assert_cmpint(high - low, <=, 2 * error);
}

static void test_bounds(void)
{
    static const int64_t ahead[] = {
        0, 1, -1, 3 * (int64_t)SMBT_SEC, -7200 * (int64_t)SMBT_SEC, 86400 * (int64_t)SMBT_SEC};
    for (gsize i = 0; i < G_N_ELEMENTS(ahead); i++) {
        smbt_clock *c = watch(10, 10 * SMBT_MS, 200 * US, ahead[i], 0);
        g_assert_cmpint(c->order, ==, 1);
        assert_ahead(c, T0 + 45 * SMBT_MS, ahead[i], 205 * US);
        smbt_clock_free(c);
        c = watch(10, 10 * SMBT_MS, -200 * US, ahead[i], 0);
        g_assert_cmpint(c->order, ==, -1);
        assert_ahead(c, T0 + 45 * SMBT_MS, ahead[i], 205 * US);
        smbt_clock_free(c);
    }
}

/* Far from what both saw, less is known. */
static void test_bounds_widen(void)
{
    smbt_clock *c = watch(2, SMBT_MS, 100 * US, 0, 0);
    int64_t low, high;
    g_assert_true(smbt_clock_at(c, T0 + 100 * SMBT_SEC, &low, &high));
    g_assert_cmpint(high - low, >=, 50 * (int64_t)SMBT_MS);
    g_assert_false(smbt_clock_at(c, T0 + 100000 * SMBT_SEC, &low, &high));
    smbt_clock_free(c);
}

static void test_one_direction(void)
{
    smbt_clock *c = smbt_clock_new();
    int64_t low, high;
    g_assert_false(smbt_clock_at(c, T0, &low, &high));
    for (unsigned i = 0; i < 10; i++)
        smbt_clock_add(c, 0, T0 + i * SMBT_MS, T0 + i * SMBT_MS);
    smbt_clock_settle(c, 1);
    g_assert_false(smbt_clock_at(c, T0, &low, &high));
    smbt_clock_free(c);
}

/* A retransmission arrives much later than the first attempt was seen: one exchange in time is enough. */
static void test_losses(void)
{
    smbt_clock *c = watch(3, 10 * SMBT_MS, 200 * US, 5 * US, 0);
    for (unsigned i = 0; i < 100; i++)
        smbt_clock_add(c, 1, T0 + i * SMBT_MS, T0 + i * SMBT_MS + 300 * SMBT_MS);
    smbt_clock_settle(c, 0);
    assert_ahead(c, T0 + 10 * SMBT_MS, 5 * US, 210 * US);
    smbt_clock_free(c);
    c = watch(3, 10 * SMBT_MS, -200 * US, 5 * US, 0);
    for (unsigned i = 0; i < 100; i++)
        smbt_clock_add(c, 0, T0 + i * SMBT_MS, T0 + i * SMBT_MS + 300 * SMBT_MS);
    smbt_clock_settle(c, -1);
    assert_ahead(c, T0 + 10 * SMBT_MS, 5 * US, 210 * US);
    smbt_clock_free(c);
}

static void test_drift(void)
{
    static const int64_t ppms[] = {100, -100, 400};
    for (gsize i = 0; i < G_N_ELEMENTS(ppms); i++) {
        smbt_clock *c = watch(600, SMBT_SEC, 200 * US, -5 * (int64_t)SMBT_SEC, ppms[i]);
        int64_t ppb;
        g_assert_true(smbt_clock_drift(c, &ppb));
        g_assert_cmpint(ABS(ppb - ppms[i] * 1000), <=, 2000);
        assert_ahead(c, T0, -5 * (int64_t)SMBT_SEC, (int64_t)(1 * SMBT_MS));
        assert_ahead(c, T0 + 599 * SMBT_SEC, -5 * (int64_t)SMBT_SEC + 599 * 1000 * ppms[i],
                     (int64_t)(1 * SMBT_MS));
        smbt_clock_free(c);
    }
    smbt_clock *steady = watch(600, SMBT_SEC, 200 * US, 0, 0);
    int64_t ppb;
    g_assert_false(smbt_clock_drift(steady, &ppb));
    smbt_clock_free(steady);
}

/* Long captures: points are thinned out, and the bounds stay true. */
static void test_many(void)
{
    smbt_clock *c = watch(20000, SMBT_SEC, 200 * US, 1000 * US, 50);
    g_assert_cmpuint(c->points->len, <=, 4096);
    assert_ahead(c, T0 + 10000 * SMBT_SEC, 1000 * US + 10000 * 50 * US, (int64_t)(20 * SMBT_MS));
    smbt_clock_free(c);
}

static void test_copies(void)
{
    smbt_clock *copy = watch(10, SMBT_MS, 0, 0, 0), *other = watch(10, SMBT_MS, 1, 0, 0);
    g_assert_false(copy->differs);
    g_assert_cmpint(copy->order, ==, 0);
    g_assert_true(other->differs);
    smbt_clock_free(copy);
    smbt_clock_free(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/bounds", test_bounds);
    g_test_add_func("/clock/bounds-widen", test_bounds_widen);
    g_test_add_func("/clock/one-direction", test_one_direction);
    g_test_add_func("/clock/losses", test_losses);
    g_test_add_func("/clock/drift", test_drift);
    g_test_add_func("/clock/many", test_many);
    g_test_add_func("/clock/copies", test_copies);
    return g_test_run();
}
