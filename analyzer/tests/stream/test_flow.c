/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/flow.h"

#include "stream/collect.h"

static const smbt_reorder_budget budget = {.per_half = 1000, .total = 100000};

/* Connection n of any number: addresses and ports differ in all places. */
static smbt_segment segment(unsigned n, bool from_client)
{
    smbt_segment s = {.payload = (const uint8_t *)""};
    smbt_addr client = {.family = 4, .bytes = {10, (uint8_t)(n >> 8), (uint8_t)n, 1}};
    smbt_addr server = {.family = 4, .bytes = {10, 0, 0, (uint8_t)(n % 3)}};
    uint16_t client_port = (uint16_t)(1024 + n), server_port = n % 2 ? 445 : 139;
    s.src = from_client ? client : server;
    s.dst = from_client ? server : client;
    s.sport = from_client ? client_port : server_port;
    s.dport = from_client ? server_port : client_port;
    return s;
}

static void assert_flow(const smbt_flow *f, unsigned n)
{
    smbt_segment s = segment(n, true);
    smbt_endpoint client = {.addr = s.src, .port = s.sport}, server = {.addr = s.dst, .port = s.dport};
    g_assert_true(smbt_endpoint_equal(&f->client, &client));
    g_assert_true(smbt_endpoint_equal(&f->server, &server));
}

static void test_both_directions(void)
{
    for (int first_by_client = 0; first_by_client < 2; first_by_client++)
        for (unsigned n = 0; n < 600; n += 7) { /* the client's address before and behind the server's */
            smbt_flow_table *t = smbt_flow_table_new(&budget);
            smbt_segment to = segment(n, true), back = segment(n, false);
            g_assert_null(smbt_flow_table_find(t, &to).flow);
            g_assert_null(smbt_flow_table_find(t, &back).flow);
            smbt_flow_match m = smbt_flow_table_add(t, first_by_client ? &to : &back, first_by_client);
            g_assert_cmpuint(m.side, ==, !first_by_client);
            assert_flow(m.flow, n);
            g_assert_true(smbt_flow_table_find(t, &to).flow == m.flow);
            g_assert_true(smbt_flow_table_find(t, &back).flow == m.flow);
            g_assert_cmpuint(smbt_flow_table_find(t, &to).side, ==, 0);
            g_assert_cmpuint(smbt_flow_table_find(t, &back).side, ==, 1);
            smbt_flow_table_free(t);
        }
}

/* Two ends with one address are told apart by port, whichever is the larger. */
static void test_one_address(void)
{
    for (int swapped = 0; swapped < 2; swapped++) {
        smbt_flow_table *t = smbt_flow_table_new(&budget);
        smbt_segment to = segment(1, true);
        to.dst = to.src;
        to.sport = swapped ? 445 : 400;
        to.dport = swapped ? 400 : 445;
        smbt_segment back = to;
        back.sport = to.dport;
        back.dport = to.sport;
        smbt_flow *f = smbt_flow_table_add(t, &to, true).flow;
        g_assert_true(smbt_flow_table_find(t, &back).flow == f);
        g_assert_cmpuint(smbt_flow_table_find(t, &to).side, ==, 0);
        g_assert_cmpuint(smbt_flow_table_find(t, &back).side, ==, 1);
        smbt_flow_table_free(t);
    }
}

/* A flow differs by either address, either port, and the family alone. */
static void test_every_part_of_the_key(void)
{
    smbt_flow_table *t = smbt_flow_table_new(&budget);
    smbt_segment base = segment(1, true);
    smbt_flow_table_add(t, &base, true);
    for (int part = 0; part < 6; part++) {
        smbt_segment s = base;
        switch (part) {
        case 0: s.src.bytes[15] ^= 1; break;
        case 1: s.dst.bytes[15] ^= 1; break;
        case 2: s.sport ^= 0x100; break;
        case 3: s.dport ^= 1; break;
        case 4: s.src.family = s.dst.family = 6; break;
        default: /* ports swapped, addresses not */
            s.sport = base.dport;
            s.dport = base.sport;
            break;
        }
        g_assert_null(smbt_flow_table_find(t, &s).flow);
    }
    smbt_flow_table_free(t);
}

#define MANY 5000

static void test_many(void)
{
    smbt_flow_table *t = smbt_flow_table_new(&budget);
    smbt_flow **flows = g_new(smbt_flow *, MANY);
    for (unsigned n = 0; n < MANY; n++) {
        smbt_segment s = segment(n, n % 3);
        flows[n] = smbt_flow_table_add(t, &s, n % 3).flow;
    }
    g_assert_cmpuint(smbt_flow_table_size(t), ==, MANY);
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < MANY; i++) {
            unsigned n = i * 37 % MANY;
            smbt_segment s = segment(n, i % 2);
            smbt_flow_match m = smbt_flow_table_find(t, &s);
            g_assert_true(m.flow == flows[n]);
            g_assert_cmpuint(m.side, ==, 1 - i % 2);
            assert_flow(m.flow, n);
        }
    /* Every third goes. The others are found, the gone ones are not, not even behind a cached lookup. */
    for (unsigned n = 0; n < MANY; n += 3) {
        smbt_segment s = segment(n, true);
        g_assert_true(smbt_flow_table_find(t, &s).flow == flows[n]);
        smbt_flow_table_remove(t, flows[n]);
        g_assert_null(smbt_flow_table_find(t, &s).flow);
    }
    for (unsigned n = 0; n < MANY; n++) {
        smbt_segment s = segment(n, true);
        g_assert_true(smbt_flow_table_find(t, &s).flow == (n % 3 ? flows[n] : NULL));
    }
    g_assert_cmpuint(smbt_flow_table_size(t), ==, MANY - (MANY + 2) / 3);
    g_free(flows);
    smbt_flow_table_free(t);
}

/* The same ports once more: the new flow is found, not what the cache held of the old one. */
static void test_added_again(void)
{
    smbt_flow_table *t = smbt_flow_table_new(&budget);
    smbt_segment s = segment(9, true);
    for (int i = 0; i < 50; i++) {
        smbt_flow *f = smbt_flow_table_add(t, &s, i % 2).flow;
        f->user = f;
        g_assert_true(smbt_flow_table_find(t, &s).flow == f);
        g_assert_cmpuint(smbt_flow_table_find(t, &s).side, ==, 1 - i % 2);
        smbt_flow_table_remove(t, f);
        g_assert_null(smbt_flow_table_find(t, &s).flow);
    }
    g_assert_cmpuint(smbt_flow_table_size(t), ==, 0);
    g_assert_null(smbt_flow_table_oldest(t));
    smbt_flow_table_free(t);
}

static void touch(smbt_flow_table *t, unsigned n)
{
    smbt_segment s = segment(n, n % 2);
    g_assert_nonnull(smbt_flow_table_find(t, &s).flow);
}

/* Oldest first, as they are taken away. */
static void assert_order(smbt_flow_table *t, const unsigned *order, gsize n)
{
    g_assert_cmpuint(smbt_flow_table_size(t), ==, n);
    for (gsize i = 0; i < n; i++) {
        smbt_flow *f = smbt_flow_table_oldest(t);
        g_assert_nonnull(f);
        assert_flow(f, order[i]);
        smbt_flow_table_remove(t, f);
    }
    g_assert_null(smbt_flow_table_oldest(t));
}

static void test_order_of_use(void)
{
    smbt_flow_table *t = smbt_flow_table_new(&budget);
    for (unsigned n = 0; n < 6; n++) {
        smbt_segment s = segment(n, true);
        smbt_flow_table_add(t, &s, true);
    }
    touch(t, 0);
    touch(t, 3);
    touch(t, 3);
    touch(t, 5);
    touch(t, 1);
    smbt_segment second = segment(2, true);
    smbt_flow_table_remove(t, smbt_flow_table_find(t, &second).flow);
    assert_order(t, (const unsigned[]){4, 0, 3, 5, 1}, 5);
    smbt_flow_table_free(t);
}

static void ignore(const smbt_message *m, void *user)
{
    (void)m;
    (void)user;
}

/* What a flow holds goes back to the budget with it, by removal and with the table. */
static void test_budget_is_given_back(void)
{
    smbt_flow_table *t = smbt_flow_table_new(&budget);
    smbt_reorder_budget *b = smbt_flow_table_budget(t);
    g_assert_cmpuint(b->total, ==, budget.total);
    smbt_flow *flows[2];
    guint8 bytes[200] = {0};
    for (unsigned n = 0; n < 2; n++) {
        smbt_segment s = segment(n, true);
        flows[n] = smbt_flow_table_add(t, &s, true).flow;
        for (int side = 0; side < 2; side++) {
            smbt_half_syn(&flows[n]->half[side], 0);
            smbt_half_segment(&flows[n]->half[side], b, 1, bytes, 2, 2, 1, 1, ignore, NULL);
            smbt_half_segment(&flows[n]->half[side], b, 100, bytes, 200, 200, 1, 1, ignore, NULL);
        }
    }
    g_assert_cmpuint(b->used, ==, 800);
    smbt_flow_table_remove(t, flows[0]);
    g_assert_cmpuint(b->used, ==, 400);
    smbt_flow_table_free(t);
    smbt_flow_table_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow/both-directions", test_both_directions);
    g_test_add_func("/flow/one-address", test_one_address);
    g_test_add_func("/flow/every-part-of-the-key", test_every_part_of_the_key);
    g_test_add_func("/flow/many", test_many);
    g_test_add_func("/flow/added-again", test_added_again);
    g_test_add_func("/flow/order-of-use", test_order_of_use);
    g_test_add_func("/flow/budget-is-given-back", test_budget_is_given_back);
    return g_test_run();
}
