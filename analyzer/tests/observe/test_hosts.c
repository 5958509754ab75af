/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/hosts.h"

#include <string.h>

#define LINUX_SYN 0x24813u

/* Two views that say nothing, to be given one piece of evidence each. */
struct pair {
    smbt_track track[2];
    smbt_host_view a, b;
};

static void pair_init(struct pair *p)
{
    memset(p, 0, sizeof *p);
    for (int i = 0; i < 2; i++) {
        smbt_track_init(&p->track[i]);
        p->track[i].sender[0].segments = 10;
        p->track[i].sender[0].ttl = 128;
        p->track[i].syn =
            (smbt_syn_print){.seen = true, .window = 64240, .mss = 1460, .option_layout = 0x214};
    }
    p->a.track = &p->track[0];
    p->b.track = &p->track[1];
}

static void assert_result(const struct pair *p, enum smbt_same_host expected)
{
    for (int swapped = 0; swapped < 2; swapped++) {
        smbt_host_comparison c =
            swapped ? smbt_hosts_compare(&p->b, &p->a) : smbt_hosts_compare(&p->a, &p->b);
        g_assert_cmpint(c.result, ==, expected);
        g_assert_true(c.why && *c.why);
        g_free(c.why);
    }
}

/* Gives a sender a clock: `rate` Hz, value `zero` at time 0, seen from `from` to `to` milliseconds. */
static void stamp(smbt_sender *s, unsigned rate, uint32_t zero, unsigned from, unsigned to)
{
    s->has_stamps = true;
    s->first_stamp = (smbt_stamp){.time = SMBT_SEC + from * SMBT_MS, .value = zero + from * rate / 1000};
    s->last_stamp = (smbt_stamp){.time = SMBT_SEC + to * SMBT_MS, .value = zero + to * rate / 1000};
}

static void stamps(struct pair *p, unsigned rate_a, uint32_t zero_a, unsigned rate_b, uint32_t zero_b)
{
    stamp(&p->track[0].sender[0], rate_a, zero_a, 0, 5000);
    stamp(&p->track[1].sender[0], rate_b, zero_b, 2000, 9000);
}

/* ---- Names
 * ------------------------------------------------------------------------------------------------------ */

static void test_names(void)
{
    static const struct {
        const char *a_workstation, *b_workstation, *a_calling, *b_calling;
        enum smbt_same_host result;
    } cases[] = {
        {"PC1", "PC1", NULL, NULL, SMBT_HOST_SAME},
        {"PC1", "pc1", NULL, NULL, SMBT_HOST_SAME},
        {"PC1", "PC2", NULL, NULL, SMBT_HOST_DIFFERENT},
        {NULL, NULL, "PC1", "PC1", SMBT_HOST_SAME},
        {NULL, NULL, "PC1", "PC2", SMBT_HOST_DIFFERENT},
        {"PC1", NULL, NULL, NULL, SMBT_HOST_UNDETERMINED},
        {"PC1", NULL, NULL, "PC1", SMBT_HOST_UNDETERMINED},
        {"PC1", "PC1", "PC1", "PC2", SMBT_HOST_UNDETERMINED}, /* they contradict each other */
        {"PC1", "PC1", "N", "N", SMBT_HOST_SAME},
        {"PC1", "PC2", "N1", "N2", SMBT_HOST_DIFFERENT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct pair p;
        pair_init(&p);
        p.a.workstation = cases[i].a_workstation;
        p.b.workstation = cases[i].b_workstation;
        p.a.calling_name = cases[i].a_calling;
        p.b.calling_name = cases[i].b_calling;
        assert_result(&p, cases[i].result);
    }
}

/* A name that was cut off says how long it is: two lengths are two names, one length may be one or two. */
static void test_lengths_of_names(void)
{
    static const struct {
        const char *a, *b;
        unsigned a_chars, b_chars;
        enum smbt_same_host result;
    } cases[] = {
        {NULL, NULL, 7, 9, SMBT_HOST_DIFFERENT},     {NULL, NULL, 7, 7, SMBT_HOST_UNDETERMINED},
        {NULL, NULL, 7, 0, SMBT_HOST_UNDETERMINED},  {"PC1", NULL, 3, 4, SMBT_HOST_DIFFERENT},
        {"PC1", NULL, 3, 3, SMBT_HOST_UNDETERMINED}, {"PC1", "pc1", 3, 4, SMBT_HOST_SAME},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct pair p;
        pair_init(&p);
        p.a.workstation = cases[i].a;
        p.b.workstation = cases[i].b;
        p.a.workstation_chars = cases[i].a_chars;
        p.b.workstation_chars = cases[i].b_chars;
        assert_result(&p, cases[i].result);
    }
}

/* Names outweigh the stack, whatever it says. */
static void test_names_settle_it(void)
{
    for (int equal = 0; equal < 2; equal++) {
        struct pair p;
        pair_init(&p);
        p.a.workstation = "PC1";
        p.b.workstation = equal ? "PC1" : "PC2";
        if (equal) {
            stamps(&p, 1000, 0, 1000, 77777777); /* rebooted */
            p.track[1].sender[0].ttl = 64;
            p.track[1].syn.mss = 1360;
        } else {
            stamps(&p, 1000, 5, 1000, 5);
        }
        smbt_host_comparison c = smbt_hosts_compare(&p.a, &p.b);
        g_assert_cmpint(c.result, ==, equal ? SMBT_HOST_SAME : SMBT_HOST_DIFFERENT);
        g_assert_true(c.by_name);
        g_free(c.why);
    }
}

static void test_nothing_known(void)
{
    struct pair p;
    pair_init(&p);
    smbt_host_comparison c = smbt_hosts_compare(&p.a, &p.b);
    g_assert_cmpint(c.result, ==, SMBT_HOST_UNDETERMINED);
    g_assert_false(c.by_name);
    g_assert_cmpstr(c.why, ==, "no name and no telling difference in the packets");
    g_free(c.why);
}

/* ---- TCP timestamps
 * -------------------------------------------------------------------------------------------- */

static void test_one_clock(void)
{
    static const unsigned rates[] = {1000, 250, 100, 10};
    static const uint32_t zeros[] = {0, 12345, 0xffffffff, 0xfffff000, 0x7ffffff0};
    for (gsize r = 0; r < G_N_ELEMENTS(rates); r++)
        for (gsize z = 0; z < G_N_ELEMENTS(zeros); z++) {
            struct pair p;
            pair_init(&p);
            stamps(&p, rates[r], zeros[z], rates[r], zeros[z]);
            assert_result(&p, SMBT_HOST_SAME);
        }
}

static void test_two_clocks(void)
{
    static const unsigned rates[] = {1000, 250, 100, 10};
    for (gsize r = 0; r < G_N_ELEMENTS(rates); r++) {
        struct pair p;
        pair_init(&p);
        stamps(&p, rates[r], 1000, rates[r], 1000000);
        g_assert_cmpint(smbt_stamps_compare(&p.track[0].sender[0], &p.track[1].sender[0]), ==,
                        SMBT_HOST_DIFFERENT);
        assert_result(&p, SMBT_HOST_UNDETERMINED); /* one difference is not enough ... */
        p.track[1].sender[0].ttl = 64;
        assert_result(&p, SMBT_HOST_DIFFERENT); /* ... two are */
    }
    struct pair p;
    pair_init(&p);
    stamps(&p, 1000, 0, 100, 0); /* two rates */
    g_assert_cmpint(smbt_stamps_compare(&p.track[0].sender[0], &p.track[1].sender[0]), ==,
                    SMBT_HOST_DIFFERENT);
}

/* Too short to tell the rate: any of the usual lines will do. */
static void test_rate_not_known(void)
{
    for (unsigned rate = 10; rate <= 1000; rate *= 10) {
        struct pair p;
        pair_init(&p);
        stamp(&p.track[0].sender[0], rate, 500, 0, 100);
        stamp(&p.track[1].sender[0], rate, 500, 30000, 30100);
        assert_result(&p, SMBT_HOST_SAME);
        stamp(&p.track[1].sender[0], rate, 500000, 30000, 30100);
        g_assert_cmpint(smbt_stamps_compare(&p.track[0].sender[0], &p.track[1].sender[0]), ==,
                        SMBT_HOST_DIFFERENT);
    }
}

/* A clock that ticks unlike any that is known says nothing, least of all that there are two. */
static void test_odd_rate(void)
{
    static const unsigned rates[] = {2, 60, 500, 10000};
    for (gsize r = 0; r < G_N_ELEMENTS(rates); r++) {
        struct pair p;
        pair_init(&p);
        stamp(&p.track[0].sender[0], rates[r], 500, 0, 60000);
        stamp(&p.track[1].sender[0], rates[r], 500, 900000, 960000);
        g_assert_cmpint(smbt_stamps_compare(&p.track[0].sender[0], &p.track[1].sender[0]), !=,
                        SMBT_HOST_DIFFERENT);
    }
}

static void test_no_clock(void)
{
    struct pair p;
    pair_init(&p);
    stamp(&p.track[0].sender[0], 1000, 0, 0, 5000);
    g_assert_cmpint(smbt_stamps_compare(&p.track[0].sender[0], &p.track[1].sender[0]), ==,
                    SMBT_HOST_UNDETERMINED);
    assert_result(&p, SMBT_HOST_UNDETERMINED);
}

static void ip_ids(smbt_sender *s, uint16_t first, uint16_t last, unsigned from, unsigned to,
                   uint64_t segments)
{
    s->has_ip_id = true;
    s->first_ip_id = first;
    s->last_ip_id = last;
    s->first = SMBT_SEC + from * SMBT_MS;
    s->last = SMBT_SEC + to * SMBT_MS;
    s->segments = segments;
}

/* Timestamps and IP IDs that begin anywhere. */
static void own_beginnings(struct pair *p)
{
    stamps(p, 1000, 0, 1000, 123456789);
    ip_ids(&p->track[0].sender[0], 100, 109, 0, 100, 10);
    ip_ids(&p->track[1].sender[0], 40000, 40009, 50, 150, 10);
}

/* Some stacks make both anew for each connection: they tell no hosts apart, by themselves or with another
 * sign.
 */
static void test_beginnings_by_connection(void)
{
    static const uint32_t layouts[] = {LINUX_SYN, 0x211413, 0x211813, 0x248, 0x21348, 0x21311840, 0x1141311a};
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++)
        for (int known = 0; known < 3; known++) { /* the SYNs of both, of one, of the other were captured */
            struct pair p;
            pair_init(&p);
            own_beginnings(&p);
            p.track[0].syn.option_layout = p.track[1].syn.option_layout = layouts[i];
            if (known) p.track[known - 1].syn.seen = false;
            assert_result(&p, SMBT_HOST_UNDETERMINED);
            p.track[1].sender[0].ttl = 63;
            assert_result(&p, SMBT_HOST_UNDETERMINED);
            stamps(&p, 1000, 0, 100, 0); /* but no host has clocks of two rates */
            assert_result(&p, SMBT_HOST_DIFFERENT);
        }
}

/* Where the stack is one with a counter for the whole host, they are two signs; where it is not known, one.
 */
static void test_beginnings_of_others(void)
{
    for (int seen = 0; seen < 2; seen++) {
        struct pair p;
        pair_init(&p);
        own_beginnings(&p);
        p.track[0].syn.seen = p.track[1].syn.seen = seen;
        assert_result(&p, seen ? SMBT_HOST_DIFFERENT : SMBT_HOST_UNDETERMINED);
        p.track[1].sender[0].ttl = 63;
        assert_result(&p, SMBT_HOST_DIFFERENT);
    }
}

/* Linux here, another system there: two clocks, and two ways to write a SYN. */
static void test_linux_and_another(void)
{
    struct pair p;
    pair_init(&p);
    own_beginnings(&p);
    p.track[0].syn.option_layout = LINUX_SYN;
    assert_result(&p, SMBT_HOST_DIFFERENT);
}

/* IP IDs at random make no series, wherever the first and the last happen to lie. */
static void test_ids_at_random(void)
{
    for (int at_random = 0; at_random < 2; at_random++) {
        struct pair p;
        pair_init(&p);
        ip_ids(&p.track[0].sender[0], 100, 109, 0, 100, 10);
        ip_ids(&p.track[1].sender[0], 40000, 40009, 50, 150, 10);
        p.track[0].sender[0].ids.steps = 9;
        p.track[0].sender[0].ids.near = at_random ? 2 : 9;
        p.track[1].sender[0].ttl = 63;
        assert_result(&p, at_random ? SMBT_HOST_UNDETERMINED : SMBT_HOST_DIFFERENT);
    }
}

/* ---- The stack
 * ------------------------------------------------------------------------------------------------- */

static void test_ip_id_counters(void)
{
    static const struct {
        uint16_t a_first, a_last, b_first, b_last;
        enum smbt_same_host result;
        bool difference;
    } cases[] = {
        {100, 160, 130, 200, SMBT_HOST_SAME, false},            /* they draw from one */
        {65500, 24, 65530, 64, SMBT_HOST_SAME, false},          /* across the wrap */
        {100, 109, 40000, 40009, SMBT_HOST_UNDETERMINED, true}, /* two: a difference, not yet enough */
        {65530, 3, 30000, 30009, SMBT_HOST_UNDETERMINED, true},
        {0, 0, 0, 0, SMBT_HOST_UNDETERMINED, false},         /* always 0 */
        {500, 500, 130, 200, SMBT_HOST_UNDETERMINED, false}, /* not counting */
        {50000, 100, 200, 40000, SMBT_HOST_UNDETERMINED, false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct pair p;
        pair_init(&p);
        ip_ids(&p.track[0].sender[0], cases[i].a_first, cases[i].a_last, 0, 100, 10);
        ip_ids(&p.track[1].sender[0], cases[i].b_first, cases[i].b_last, 50, 150, 10);
        assert_result(&p, cases[i].result);
        p.track[1].sender[0].ttl = 64;
        assert_result(&p, cases[i].difference                 ? SMBT_HOST_DIFFERENT
                          : cases[i].result == SMBT_HOST_SAME ? SMBT_HOST_SAME
                                                              : SMBT_HOST_UNDETERMINED);
    }
}

static void test_two_differences(void)
{
    for (int first = 0; first < 5; first++)
        for (int second = first; second < 5; second++) {
            struct pair p;
            pair_init(&p);
            for (int k = first; k <= second; k += MAX(1, second - first)) {
                if (k == 0) p.track[1].sender[0].ttl = 64;
                if (k == 1) p.track[1].syn.mss = 1360;
                if (k == 2) {
                    p.track[0].sender[0].has_mac = p.track[1].sender[0].has_mac = true;
                    p.track[1].sender[0].mac[5] = 1;
                }
                if (k == 3) {
                    p.a.native_os = "Windows 5.1";
                    p.b.native_os = "Unix";
                }
                if (k == 4) {
                    p.a.client_guid = (const uint8_t *)"0123456789abcdef";
                    p.b.client_guid = (const uint8_t *)"0123456789abcdeF";
                }
            }
            assert_result(&p, first == second ? SMBT_HOST_UNDETERMINED : SMBT_HOST_DIFFERENT);
        }
}

static void test_syn_options(void)
{
    for (int field = 0; field < 7; field++) {
        struct pair p;
        pair_init(&p);
        p.track[1].sender[0].ttl = 64;
        smbt_syn_print *s = &p.track[1].syn;
        switch (field) {
        case 0: s->window = 1; break;
        case 1: s->mss = 1; break;
        case 2: s->window_scale = 9; break;
        case 3: s->option_layout = 9; break;
        case 4: s->dont_fragment = true; break;
        case 5: /* not all was captured: nothing can be said */
            s->window = 1;
            s->cut = true;
            break;
        default:
            s->window = 1;
            s->seen = false;
            break;
        }
        assert_result(&p, field < 5 ? SMBT_HOST_DIFFERENT : SMBT_HOST_UNDETERMINED);
    }
}

static void test_ttl_that_varies(void)
{
    struct pair p;
    pair_init(&p);
    p.track[1].syn.mss = 1360;
    p.track[1].sender[0].ttl = 64;
    p.track[1].sender[0].ttl_varies = true;
    assert_result(&p, SMBT_HOST_UNDETERMINED);
}

/* ---- What the client program says
 * ------------------------------------------------------------------------------- */

/* NativeOS, MaxMpxCount, MaxBufferSize and the capabilities together are one difference. */
static void test_claims_count_once(void)
{
    struct pair p;
    pair_init(&p);
    p.a.native_os = "Windows 5.1";
    p.b.native_os = "Unix";
    p.a.has_values = p.b.has_values = p.a.has_capabilities = p.b.has_capabilities = true;
    p.a.max_mpx = 50;
    p.b.max_mpx = 2;
    p.a.max_buffer = 4356;
    p.b.max_buffer = 16644;
    p.b.capabilities = 0x80000000;
    assert_result(&p, SMBT_HOST_UNDETERMINED);
    p.track[1].sender[0].ttl = 64;
    assert_result(&p, SMBT_HOST_DIFFERENT);
}

/* Two users are a sign where one Windows says two things of itself, and nowhere else. */
static void test_users(void)
{
    static const struct {
        const char *os, *b_os, *user;
        uint32_t b_capabilities;
        enum smbt_same_host result;
    } cases[] = {
        {"Windows 5.1", "Windows 5.1", "CORP\\bob", 0x80000000, SMBT_HOST_DIFFERENT},
        {"Windows 5.1", "Windows 5.1", "corp\\ALICE", 0x80000000, SMBT_HOST_UNDETERMINED},
        {"Windows 5.1", "Windows 5.1", NULL, 0x80000000, SMBT_HOST_UNDETERMINED},
        {"Windows 5.1", "Windows 5.1", "CORP\\bob", 0, SMBT_HOST_UNDETERMINED},
        {"Unix", "Unix", "CORP\\bob", 0x80000000, SMBT_HOST_UNDETERMINED},
        {"Windows 5.1", "Windows 5.0", "CORP\\bob", 0x80000000, SMBT_HOST_UNDETERMINED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct pair p;
        pair_init(&p);
        p.a.native_os = cases[i].os;
        p.b.native_os = cases[i].b_os;
        p.a.user = "CORP\\alice";
        p.b.user = cases[i].user;
        p.a.has_capabilities = p.b.has_capabilities = true;
        p.b.capabilities = cases[i].b_capabilities;
        assert_result(&p, cases[i].result);
    }
}

/* One clock, one program that differs: one host that runs two clients. */
static void test_one_contradiction_is_borne(void)
{
    struct pair p;
    pair_init(&p);
    stamps(&p, 1000, 5, 1000, 5);
    p.a.native_os = "Windows 5.1";
    p.b.native_os = "Unix";
    assert_result(&p, SMBT_HOST_SAME);
    p.track[1].sender[0].ttl = 64;
    assert_result(&p, SMBT_HOST_UNDETERMINED);
}

static void test_client_guid(void)
{
    struct pair p;
    pair_init(&p);
    uint8_t one[16] = {1, 2, 3}, same[16] = {1, 2, 3};
    p.a.client_guid = one;
    p.b.client_guid = same;
    assert_result(&p, SMBT_HOST_SAME);
    p.b.client_guid = NULL;
    assert_result(&p, SMBT_HOST_UNDETERMINED);
}

/* ---- The hosts of one address
 * ------------------------------------------------------------------------------- */

static smbt_host_view view_of(smbt_track *t, const char *workstation)
{
    smbt_track_init(t);
    t->sender[0].segments = 5;
    return (smbt_host_view){.track = t, .workstation = workstation};
}

static const smbt_host *host(const smbt_hosts *h, guint at)
{
    g_assert_cmpuint(at, <, h->hosts->len);
    return &g_array_index(h->hosts, smbt_host, at);
}

static void test_add_by_name(void)
{
    smbt_hosts *h = smbt_hosts_new();
    smbt_track t;
    static const char *const names[] = {"PC1", "PC2", "pc1", NULL, "PC2", NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        smbt_host_view v = view_of(&t, names[i]);
        smbt_hosts_add(h, &v);
    }
    g_assert_cmpuint(h->hosts->len, ==, 3);
    g_assert_cmpstr(host(h, 0)->name, ==, "PC1");
    g_assert_cmpuint(host(h, 0)->connections, ==, 2);
    g_assert_cmpuint(host(h, 1)->connections, ==, 2);
    g_assert_null(host(h, 2)->name);
    g_assert_cmpuint(host(h, 2)->connections, ==, 2);
    g_assert_cmpuint(host(h, 0)->evidence, ==, SMBT_HOST_BY_WORKSTATION);
    smbt_hosts_free(h);
    smbt_hosts_free(NULL);
}

/* A name that comes later is given to the host that the clock shows it to be. */
static void test_add_by_clock(void)
{
    smbt_hosts *h = smbt_hosts_new();
    smbt_track t;
    smbt_host_view v = view_of(&t, NULL);
    stamp(&t.sender[0], 1000, 5000, 0, 2000);
    smbt_hosts_add(h, &v);
    v = view_of(&t, NULL);
    stamp(&t.sender[0], 1000, 99995000, 100, 2000);
    smbt_hosts_add(h, &v);
    g_assert_cmpuint(h->hosts->len, ==, 2);
    v = view_of(&t, "PC1");
    stamp(&t.sender[0], 1000, 5000, 3000, 4000);
    smbt_hosts_add(h, &v);
    g_assert_cmpuint(h->hosts->len, ==, 2);
    g_assert_cmpstr(host(h, 0)->name, ==, "PC1");
    g_assert_cmpuint(host(h, 0)->evidence, ==, SMBT_HOST_BY_WORKSTATION | SMBT_HOST_BY_TIMESTAMP);
    smbt_hosts_free(h);
}

static void test_add_by_guid(void)
{
    smbt_hosts *h = smbt_hosts_new();
    smbt_track t;
    for (uint8_t i = 0; i < 6; i++) {
        uint8_t guid[16] = {(uint8_t)(i % 2)};
        smbt_host_view v = view_of(&t, NULL);
        v.client_guid = guid;
        smbt_hosts_add(h, &v);
    }
    g_assert_cmpuint(h->hosts->len, ==, 2);
    g_assert_cmpuint(host(h, 0)->connections, ==, 3);
    smbt_hosts_free(h);
}

static void test_add_no_more_than_the_cap(void)
{
    smbt_hosts *h = smbt_hosts_new();
    smbt_track t;
    for (unsigned i = 0; i < 200; i++) {
        g_autofree char *name = g_strdup_printf("PC%u", i % 100);
        smbt_host_view v = view_of(&t, name);
        smbt_hosts_add(h, &v);
        g_assert_cmpint(h->more, ==, i >= SMBT_HOSTS_MAX);
    }
    g_assert_cmpuint(h->hosts->len, ==, SMBT_HOSTS_MAX);
    for (guint i = 0; i < SMBT_HOSTS_MAX; i++)
        g_assert_cmpuint(host(h, i)->connections, ==, 2);
    smbt_hosts_free(h);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hosts/names", test_names);
    g_test_add_func("/hosts/lengths-of-names", test_lengths_of_names);
    g_test_add_func("/hosts/names-settle-it", test_names_settle_it);
    g_test_add_func("/hosts/nothing-known", test_nothing_known);
    g_test_add_func("/hosts/stamps/one-clock", test_one_clock);
    g_test_add_func("/hosts/stamps/two-clocks", test_two_clocks);
    g_test_add_func("/hosts/stamps/rate-not-known", test_rate_not_known);
    g_test_add_func("/hosts/stamps/odd-rate", test_odd_rate);
    g_test_add_func("/hosts/stamps/on-one-only", test_no_clock);
    g_test_add_func("/hosts/beginnings/by-connection", test_beginnings_by_connection);
    g_test_add_func("/hosts/beginnings/others", test_beginnings_of_others);
    g_test_add_func("/hosts/beginnings/linux-and-another", test_linux_and_another);
    g_test_add_func("/hosts/ip-id/at-random", test_ids_at_random);
    g_test_add_func("/hosts/ip-id", test_ip_id_counters);
    g_test_add_func("/hosts/two-differences", test_two_differences);
    g_test_add_func("/hosts/syn-options", test_syn_options);
    g_test_add_func("/hosts/ttl-that-varies", test_ttl_that_varies);
    g_test_add_func("/hosts/claims-count-once", test_claims_count_once);
    g_test_add_func("/hosts/users", test_users);
    g_test_add_func("/hosts/one-contradiction-is-borne", test_one_contradiction_is_borne);
    g_test_add_func("/hosts/client-guid", test_client_guid);
    g_test_add_func("/hosts/add/by-name", test_add_by_name);
    g_test_add_func("/hosts/add/by-clock", test_add_by_clock);
    g_test_add_func("/hosts/add/by-guid", test_add_by_guid);
    g_test_add_func("/hosts/add/cap", test_add_no_more_than_the_cap);
    return g_test_run();
}
