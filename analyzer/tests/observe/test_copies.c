/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/copies.h"

#include <glib.h>

#define FLOW  7
#define START SMBT_SEC

static smbt_segment segment(uint16_t id)
{
    return (smbt_segment){.sport = 1025,
                          .dport = 445,
                          .seq = 1000,
                          .ack = 2000,
                          .window = 100,
                          .flags = SMBT_TCP_ACK,
                          .payload_len = 50,
                          .ttl = 127,
                          .has_ip_id = true,
                          .ip_id = id};
}

/* The first is remembered, the second asked for; copies of this sender are known to differ by `hops`. */
static enum smbt_copy second_at(const smbt_segment *a, const smbt_segment *b, smbt_duration later,
                                uint8_t hops)
{
    smbt_copies *copies = smbt_copies_new();
    g_assert_cmpint(smbt_copies_check(copies, FLOW, a, START, &hops), ==, SMBT_COPY_NONE);
    enum smbt_copy found = smbt_copies_check(copies, FLOW, b, START + later, &hops);
    smbt_copies_free(copies);
    return found;
}

static enum smbt_copy second(const smbt_segment *a, const smbt_segment *b, smbt_duration later)
{
    return second_at(a, b, later, 0);
}

static void test_same_id(void)
{
    smbt_segment s = segment(5);
    g_assert_cmpint(second(&s, &s, 0), ==, SMBT_COPY_SAME);
    g_assert_cmpint(second(&s, &s, 100 * SMBT_MS), ==, SMBT_COPY_SAME);
    g_assert_cmpint(second(&s, &s, 100 * SMBT_MS + 1), ==, SMBT_COPY_NONE); /* the clock sends it again */
    smbt_segment routed = s;
    routed.ttl = 126;
    g_assert_cmpint(second(&s, &routed, SMBT_MS), ==, SMBT_COPY_ROUTED);
    s.payload_len = 0;
    s.flags = SMBT_TCP_ACK | SMBT_TCP_RST;
    g_assert_cmpint(second(&s, &s, SMBT_MS), ==, SMBT_COPY_SAME);
}

/* Everything else of the packet must be the same. */
static void test_others(void)
{
    smbt_segment s = segment(5), others[8];
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        others[i] = s;
    others[0].seq++;
    others[1].ack++;
    others[2].window++;
    others[3].flags |= SMBT_TCP_PSH;
    others[4].payload_len++;
    others[5].ip_id++; /* sent again */
    others[6].sport++;
    others[7].tsval++;
    for (gsize i = 0; i < 8; i++)
        g_assert_cmpint(second(&s, &others[i], 1), ==, SMBT_COPY_NONE);
    uint8_t hops = 0;
    smbt_copies *copies = smbt_copies_new();
    smbt_copies_check(copies, FLOW, &s, START, &hops);
    g_assert_cmpint(smbt_copies_check(copies, FLOW + 1, &s, START, &hops), ==, SMBT_COPY_NONE);
    smbt_copies_free(copies);
}

/* No IP ID, or 0 from a host that sends none. */
static void test_without_id(void)
{
    for (int six = 0; six < 2; six++) {
        smbt_segment s = segment(0), routed;
        s.has_ip_id = six == 0;
        routed = s;
        routed.ttl -= 1;
        g_assert_cmpint(second(&s, &s, SMBT_MS), ==, SMBT_COPY_SAME);
        g_assert_cmpint(second(&s, &s, SMBT_MS + 1), ==, SMBT_COPY_NONE); /* a fast retransmission */
        g_assert_cmpint(second(&s, &routed, 100 * SMBT_MS), ==, SMBT_COPY_ROUTED);
        g_assert_cmpint(second(&s, &routed, 100 * SMBT_MS + 1), ==, SMBT_COPY_NONE);
        routed.ttl = s.ttl + 9; /* not a few routers: somebody else */
        g_assert_cmpint(second(&s, &routed, 0), ==, SMBT_COPY_NONE);
        s.flags = SMBT_TCP_SYN;
        s.payload_len = 0;
        g_assert_cmpint(second(&s, &s, 100 * SMBT_MS), ==, SMBT_COPY_SAME);
        s.flags = SMBT_TCP_ACK; /* duplicate acknowledgments are no copies */
        g_assert_cmpint(second(&s, &s, 0), ==, SMBT_COPY_NONE);
        s.flags = SMBT_TCP_RST; /* a reset for each segment that is still on its way */
        g_assert_cmpint(second(&s, &s, 0), ==, SMBT_COPY_NONE);
        routed = s; /* a forged one beside the host's own */
        routed.ttl = s.ttl - 2;
        g_assert_cmpint(second(&s, &routed, 0), ==, SMBT_COPY_NONE);
        g_assert_cmpint(second_at(&s, &routed, 0, 1), ==, SMBT_COPY_NONE);
        g_assert_cmpint(second_at(&s, &routed, 0, 2), ==, SMBT_COPY_ROUTED);
    }
}

/* What payload shows of the way, resets are measured by. */
static void test_learns_hops(void)
{
    uint8_t hops = 0;
    smbt_copies *copies = smbt_copies_new();
    smbt_segment s = segment(0), routed = s;
    routed.ttl -= 3;
    smbt_copies_check(copies, FLOW, &s, START, &hops);
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &routed, START, &hops), ==, SMBT_COPY_ROUTED);
    g_assert_cmpuint(hops, ==, 3);
    smbt_copies_free(copies);
}

/* A third copy is one too, and what came again late is the one to compare with from then on. */
static void test_many(void)
{
    smbt_segment s = segment(5);
    uint8_t hops = 0;
    smbt_copies *copies = smbt_copies_new();
    smbt_copies_check(copies, FLOW, &s, START, &hops);
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &s, START + 1, &hops), ==, SMBT_COPY_SAME);
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &s, START + 2, &hops), ==, SMBT_COPY_SAME);
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &s, START + SMBT_SEC, &hops), ==, SMBT_COPY_NONE);
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &s, START + SMBT_SEC + 1, &hops), ==, SMBT_COPY_SAME);
    /* Times that go back a little: merged interfaces. */
    g_assert_cmpint(smbt_copies_check(copies, FLOW, &s, START + SMBT_SEC - 1, &hops), ==, SMBT_COPY_SAME);
    smbt_copies_free(copies);
}

/* A burst of one connection, then all of it again from the other interface. */
static void test_burst(void)
{
    uint8_t hops = 0;
    smbt_copies *copies = smbt_copies_new();
    unsigned found = 0;
    for (int again = 0; again < 2; again++)
        for (unsigned i = 0; i < 256; i++) {
            smbt_segment s = segment((uint16_t)(i + 1));
            s.seq += i * 1460;
            found += smbt_copies_check(copies, FLOW, &s, START + i * SMBT_US, &hops) != SMBT_COPY_NONE;
        }
    g_assert_cmpuint(found, >=, 250);
    smbt_copies_free(copies);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/copies/same-id", test_same_id);
    g_test_add_func("/copies/others", test_others);
    g_test_add_func("/copies/without-id", test_without_id);
    g_test_add_func("/copies/learns-hops", test_learns_hops);
    g_test_add_func("/copies/many", test_many);
    g_test_add_func("/copies/burst", test_burst);
    return g_test_run();
}
