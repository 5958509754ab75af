/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "smb/pairing.h"

static void add(smbt_pairing *p, bool has_id, uint64_t id, uint16_t command, uint64_t frame)
{
    smbt_request r = {.has_id = has_id, .id = id, .command = command, .frame = frame, .time = frame};
    smbt_pairing_add(p, &r, 4);
}

static void assert_frames(const smbt_pairing *p, const uint64_t *frames, unsigned n)
{
    g_assert_cmpuint(p->count, ==, n);
    for (unsigned i = 0; i < n; i++)
        g_assert_cmpuint(p->pending[i].frame, ==, frames[i]);
}

static void test_by_id(void)
{
    smbt_pairing p = {0};
    g_assert_null(smbt_pairing_find(&p, true, 1, 1));
    add(&p, true, 0, 0x10, 1);
    add(&p, true, 7, 0x10, 2);
    add(&p, true, UINT64_MAX, 0x10, 3);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 0, 0x10)->frame, ==, 1);
    g_assert_cmpuint(smbt_pairing_find(&p, true, UINT64_MAX, 0x10)->frame, ==, 3);
    g_assert_null(smbt_pairing_find(&p, true, 8, 0x10));
    smbt_pairing_remove(&p, smbt_pairing_find(&p, true, 7, 0x10));
    assert_frames(&p, (const uint64_t[]){1, 3}, 2);
    smbt_pairing_remove(&p, smbt_pairing_find(&p, true, UINT64_MAX, 0x10));
    smbt_pairing_remove(&p, smbt_pairing_find(&p, true, 0, 0x10));
    g_assert_cmpuint(p.count, ==, 0);
    g_assert_null(smbt_pairing_find(&p, true, 0, 0x10));
    smbt_pairing_clear(&p);
    smbt_pairing_clear(&p);
}

/* Without an id on either side, the oldest request of that command is the one. */
static void test_without_id(void)
{
    smbt_pairing p = {0};
    add(&p, false, 0, 0x10, 1);
    add(&p, true, 5, 0x20, 2);
    add(&p, false, 0, 0x20, 3);
    g_assert_cmpuint(smbt_pairing_find(&p, false, 0, 0x20)->frame, ==, 2);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 99, 0x10)->frame, ==, 1);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 99, 0x20)->frame, ==, 3);
    g_assert_null(smbt_pairing_find(&p, false, 0, 0x30));
    smbt_pairing_clear(&p);
}

static void test_same_id_replaces(void)
{
    smbt_pairing p = {0};
    add(&p, true, 1, 0x10, 1);
    add(&p, true, 2, 0x10, 2);
    add(&p, true, 1, 0x11, 3);
    assert_frames(&p, (const uint64_t[]){2, 3}, 2);
    g_assert_cmpuint(p.dropped, ==, 0);
    /* Those without an id never replace, nor are they replaced. */
    add(&p, false, 1, 0x10, 4);
    add(&p, false, 1, 0x10, 5);
    assert_frames(&p, (const uint64_t[]){2, 3, 4, 5}, 4);
    smbt_pairing_clear(&p);
}

/* What answers a request may answer the one whose id it took over: the oldest of them counts. */
static void test_since(void)
{
    smbt_pairing p = {0};
    add(&p, true, 1, 0x10, 10);
    add(&p, true, 2, 0x10, 20);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 1, 0x10)->since, ==, 10);
    add(&p, true, 1, 0x10, 30);
    add(&p, true, 1, 0x11, 40); /* and the one after that */
    smbt_request *r = smbt_pairing_find(&p, true, 1, 0x11);
    g_assert_cmpuint(r->since, ==, 10);
    g_assert_cmpuint(r->time, ==, 40);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 2, 0x10)->since, ==, 20);
    smbt_pairing_remove(&p, r);
    add(&p, true, 1, 0x10, 50); /* the id is free again */
    g_assert_cmpuint(smbt_pairing_find(&p, true, 1, 0x10)->since, ==, 50);
    add(&p, false, 2, 0x20, 60);
    g_assert_cmpuint(smbt_pairing_find(&p, false, 0, 0x20)->since, ==, 60);
    smbt_request given = {.has_id = true, .id = 9, .command = 0x30, .time = 70, .since = 65};
    smbt_pairing_add(&p, &given, 4);
    g_assert_cmpuint(smbt_pairing_find(&p, true, 9, 0x30)->since, ==, 65);
    smbt_pairing_clear(&p);
}

static void test_cap(void)
{
    smbt_pairing p = {0};
    for (uint64_t i = 1; i <= 10; i++)
        add(&p, true, i, 0x10, i);
    assert_frames(&p, (const uint64_t[]){7, 8, 9, 10}, 4);
    g_assert_cmpuint(p.dropped, ==, 6);
    add(&p, true, 8, 0x10, 11); /* one that replaces drops no other */
    assert_frames(&p, (const uint64_t[]){7, 9, 10, 11}, 4);
    g_assert_cmpuint(p.dropped, ==, 6);
    smbt_pairing_clear(&p);
    g_assert_cmpuint(p.count, ==, 0);
    g_assert_cmpuint(p.dropped, ==, 0);
}

static void test_cap_of_one(void)
{
    smbt_pairing p = {0};
    for (uint64_t i = 1; i <= 3; i++) {
        smbt_request r = {.has_id = true, .id = i, .frame = i};
        smbt_pairing_add(&p, &r, 1);
        assert_frames(&p, &i, 1);
    }
    smbt_pairing_clear(&p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pairing/by-id", test_by_id);
    g_test_add_func("/pairing/without-id", test_without_id);
    g_test_add_func("/pairing/same-id-replaces", test_same_id_replaces);
    g_test_add_func("/pairing/since", test_since);
    g_test_add_func("/pairing/cap", test_cap);
    g_test_add_func("/pairing/cap-of-one", test_cap_of_one);
    return g_test_run();
}
