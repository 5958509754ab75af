/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "observe/host_copy.h"
#include "observe/lines.h"

#include <string.h>

#define LINUX_SYN 0x24813u

static const smbt_addr server = {.family = 4, .bytes = {10, 0, 0, 10}},
                       other_server = {.family = 4, .bytes = {10, 0, 0, 11}};

/* Connections of one client address. */
struct play {
    smbt_lines *lines;
    smbt_track track[8];
    uint16_t next_port;
};

static void play_init(struct play *p)
{
    memset(p, 0, sizeof *p);
    p->lines = smbt_lines_new();
    p->next_port = 1025;
    for (gsize i = 0; i < G_N_ELEMENTS(p->track); i++) {
        smbt_track_init(&p->track[i]);
        p->track[i].sender[0].segments = 10;
        p->track[i].sender[0].ttl = 64;
        p->track[i].syn = (smbt_syn_print){.seen = true, .option_layout = LINUX_SYN};
    }
}

static void play_clear(struct play *p)
{
    for (gsize i = 0; i < G_N_ELEMENTS(p->track); i++)
        smbt_line_unref(p->track[i].line);
    smbt_lines_free(p->lines);
}

/* The stamps of connection `i`: `zero` at time 0, seen from `from` to `to` milliseconds. */
static void stamp(struct play *p, unsigned i, uint32_t zero, unsigned from, unsigned to)
{
    smbt_sender *s = &p->track[i].sender[0];
    s->has_stamps = true;
    s->first_stamp = (smbt_stamp){.time = SMBT_SEC + from * SMBT_MS, .value = zero + from};
    s->last_stamp = (smbt_stamp){.time = SMBT_SEC + to * SMBT_MS, .value = zero + to};
}

static void add(struct play *p, unsigned i, const char *name, unsigned chars)
{
    smbt_lines_add(p->lines, &(smbt_line_note){.track = &p->track[i],
                                               .server = &server,
                                               .client_port = p->next_port++,
                                               .workstation = name,
                                               .workstation_chars = chars,
                                               .is_over = true});
}

static enum smbt_same_host compare(const struct play *p, unsigned i, unsigned k)
{
    smbt_host_view a = {.server = server, .track = &p->track[i]},
                   b = {.server = server, .track = &p->track[k]};
    enum smbt_same_host one = smbt_hosts_relation(&a, &b);
    g_assert_cmpint(smbt_hosts_relation(&b, &a), ==, one);
    return one;
}

/* Two connections on a line, a third off it: it is of another host, whatever stack it is. */
static void test_kept(void)
{
    static const uint32_t zeros[] = {0, 777, 0xfffff000, 0xffffffff};
    for (gsize i = 0; i < G_N_ELEMENTS(zeros); i++) {
        struct play p;
        play_init(&p);
        stamp(&p, 0, zeros[i], 0, 1000);
        stamp(&p, 1, zeros[i], 5000, 9000);
        stamp(&p, 2, zeros[i] + 100000, 6000, 8000);
        add(&p, 0, NULL, 0);
        add(&p, 2, NULL, 0);
        g_assert_cmpint(compare(&p, 0, 2), ==, SMBT_HOST_UNDETERMINED);
        add(&p, 1, NULL, 0);
        g_assert_true(p.track[0].line == p.track[1].line);
        g_assert_cmpuint(p.track[0].line->connections, ==, 2);
        g_assert_cmpint(compare(&p, 0, 1), ==, SMBT_HOST_SAME);
        g_assert_cmpint(compare(&p, 0, 2), ==, SMBT_HOST_DIFFERENT);
        g_assert_cmpint(compare(&p, 1, 2), ==, SMBT_HOST_DIFFERENT);
        play_clear(&p);
    }
}

/* Each connection on a line of its own: nothing can be said. */
static void test_drawn_by_lot(void)
{
    struct play p;
    play_init(&p);
    for (unsigned i = 0; i < 4; i++) {
        stamp(&p, i, i * 1000000, i * 1000, i * 1000 + 5000);
        add(&p, i, NULL, 0);
    }
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 0; k < i; k++)
            g_assert_cmpint(compare(&p, i, k), ==, SMBT_HOST_UNDETERMINED);
    play_clear(&p);
}

/* A host that has booted begins a new line: only one that was heard beside the line is another. */
static void test_reboot(void)
{
    static const struct {
        unsigned from, to;
        enum smbt_same_host result;
    } cases[] = {
        {9001, 20000, SMBT_HOST_UNDETERMINED}, {9000, 20000, SMBT_HOST_DIFFERENT},
        {0, 999, SMBT_HOST_UNDETERMINED},      {0, 1000, SMBT_HOST_DIFFERENT},
        {3000, 4000, SMBT_HOST_DIFFERENT}, /* between its connections */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct play p;
        play_init(&p);
        stamp(&p, 0, 0, 1000, 2000);
        stamp(&p, 1, 0, 5000, 9000);
        stamp(&p, 2, 123456789, cases[i].from, cases[i].to);
        for (unsigned k = 0; k < 3; k++)
            add(&p, k, NULL, 0);
        g_assert_cmpint(compare(&p, 1, 2), ==, cases[i].result);
        play_clear(&p);
    }
}

/* Ports that are used again have the same lot drawn for them: that is no line kept to. */
static void test_same_ports(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 1000);
    stamp(&p, 1, 0, 5000, 9000);
    stamp(&p, 2, 100000, 6000, 8000);
    add(&p, 0, NULL, 0);
    p.next_port--;
    add(&p, 1, NULL, 0);
    add(&p, 2, NULL, 0);
    g_assert_cmpuint(p.track[0].line->connections, ==, 1);
    g_assert_cmpint(compare(&p, 0, 2), ==, SMBT_HOST_UNDETERMINED);
    play_clear(&p);
}

/* Linux may draw a line for each pair of addresses. */
static void test_other_server(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 9000);
    stamp(&p, 1, 0, 1000, 9000);
    stamp(&p, 2, 100000, 2000, 8000);
    for (unsigned k = 0; k < 3; k++)
        add(&p, k, NULL, 0);
    g_assert_true(smbt_line_parts(p.track[0].line, &p.track[2], &server));
    g_assert_false(smbt_line_parts(p.track[0].line, &p.track[2], &other_server));
    g_assert_false(smbt_line_parts(p.track[0].line, &p.track[1], &server));
    g_assert_false(smbt_line_parts(NULL, &p.track[1], &server));
    play_clear(&p);
}

/* Near is not on it. */
static void test_tight(void)
{
    for (unsigned off = 0; off < 400; off += 20) {
        struct play p;
        play_init(&p);
        stamp(&p, 0, 0, 0, 1000);
        stamp(&p, 1, off, 1000, 2000);
        add(&p, 0, NULL, 0);
        add(&p, 1, NULL, 0);
        g_assert_cmpint(p.track[0].line == p.track[1].line, ==, off <= 40);
        play_clear(&p);
    }
}

/* Two names on a line, or two lengths of names: it is the clock of several hosts, and tells none apart. */
static void test_mixed(void)
{
    static const struct {
        const char *names[2];
        unsigned chars[2];
        enum smbt_same_host result;
    } cases[] = {
        {{"PC1", "PC2"}, {3, 3}, SMBT_HOST_UNDETERMINED}, {{"PC1", "pc1"}, {3, 3}, SMBT_HOST_SAME},
        {{NULL, NULL}, {7, 9}, SMBT_HOST_UNDETERMINED},   {{NULL, NULL}, {7, 7}, SMBT_HOST_SAME},
        {{"PC1", NULL}, {3, 4}, SMBT_HOST_UNDETERMINED},  {{"PC1", NULL}, {0, 0}, SMBT_HOST_SAME},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct play p;
        play_init(&p);
        for (unsigned k = 0; k < 4; k++) {
            stamp(&p, k, 0, k * 1000, k * 1000 + 5000);
            add(&p, k, k < 2 ? cases[i].names[k] : NULL, k < 2 ? cases[i].chars[k] : 0);
        }
        stamp(&p, 4, 555555, 3000, 4000);
        add(&p, 4, NULL, 0);
        g_assert_cmpint(compare(&p, 2, 3), ==, cases[i].result);
        g_assert_cmpint(compare(&p, 2, 4), ==,
                        cases[i].result == SMBT_HOST_SAME ? SMBT_HOST_DIFFERENT : SMBT_HOST_UNDETERMINED);
        play_clear(&p);
    }
}

/* A name that comes later counts too; one that is told twice counts once. */
static void test_told_again(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 5000);
    for (int i = 0; i < 3; i++)
        add(&p, 0, i ? "PC1" : NULL, 0);
    g_assert_cmpuint(p.track[0].line->connections, ==, 1);
    g_assert_cmpstr(p.track[0].line->name, ==, "PC1");
    stamp(&p, 0, 0, 0, 8000);
    add(&p, 0, "PC1", 0);
    g_assert_cmpuint(p.track[0].line->last, ==, 9 * SMBT_SEC);
    add(&p, 0, "PC2", 0);
    g_assert_true(p.track[0].line->mixed);
    play_clear(&p);
}

static void test_no_rate_yet(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 100);
    smbt_line_note n = {.track = &p.track[0], .server = &server, .client_port = 1};
    smbt_lines_add(p.lines, &n);
    g_assert_null(p.track[0].line);
    stamp(&p, 0, 0, 0, 600);
    smbt_lines_add(p.lines, &n);
    g_assert_nonnull(p.track[0].line);
    smbt_lines_add(p.lines, &(smbt_line_note){.track = &p.track[1], .server = &server});
    g_assert_null(p.track[1].line); /* without timestamps */
    play_clear(&p);
}

static void test_cap(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 1000);
    add(&p, 0, NULL, 0);
    for (unsigned i = 1; i <= SMBT_LINES_MAX; i++) {
        smbt_line_unref(p.track[1].line);
        p.track[1].line = NULL;
        stamp(&p, 1, i * 10000, 0, 1000);
        add(&p, 1, NULL, 0);
    }
    stamp(&p, 2, 0, 0, 1000);
    add(&p, 2, NULL, 0);
    g_assert_true(p.track[2].line != p.track[0].line); /* which was forgotten, but by its own track */
    play_clear(&p);
}

/* A copy outlives the connection and its client. */
static void test_copy(void)
{
    struct play p;
    play_init(&p);
    stamp(&p, 0, 0, 0, 1000);
    add(&p, 0, "PC1", 0);
    smbt_host_view v = {.track = &p.track[0]};
    smbt_host_copy copy;
    smbt_host_copy_init(&copy, &v);
    play_clear(&p);
    g_assert_cmpstr(copy.view.track->line->name, ==, "PC1");
    smbt_host_copy_clear(&copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/observe/lines/kept", test_kept);
    g_test_add_func("/observe/lines/drawn-by-lot", test_drawn_by_lot);
    g_test_add_func("/observe/lines/reboot", test_reboot);
    g_test_add_func("/observe/lines/same-ports", test_same_ports);
    g_test_add_func("/observe/lines/other-server", test_other_server);
    g_test_add_func("/observe/lines/tight", test_tight);
    g_test_add_func("/observe/lines/mixed", test_mixed);
    g_test_add_func("/observe/lines/told-again", test_told_again);
    g_test_add_func("/observe/lines/no-rate-yet", test_no_rate_yet);
    g_test_add_func("/observe/lines/cap", test_cap);
    g_test_add_func("/observe/lines/copy", test_copy);
    return g_test_run();
}
