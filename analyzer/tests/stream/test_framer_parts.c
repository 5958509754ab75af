/* Compounds of SMB2, whose later parts lie anywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream/framed.h"

enum { HEADER = 4, FIRST = 2000, SECOND = 104, THIRD = 96, BODY = FIRST + SECOND + THIRD };

static void put_le32(guint8 *at, guint32 value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (guint8)(value >> 8 * i);
}

/* Three parts in one message, and a message behind it. */
static GByteArray *compound(void)
{
    static const guint32 starts[] = {0, FIRST, FIRST + SECOND}, next[] = {FIRST, SECOND, 0};
    GByteArray *out = g_byte_array_new();
    t_put_message(out, 0, 2, 14, BODY);
    for (unsigned i = 0; i < 3; i++) {
        guint8 *header = out->data + HEADER + starts[i];
        memcpy(header, "\xfeSMB", 4);
        put_le32(header + 20, next[i]);
        header[24] = (guint8)(8 + i);
    }
    t_put_message(out, 0, 2, 13, 70);
    put_le32(out->data + HEADER + BODY + HEADER + 20, 0);
    return out;
}

/* Which of two frames holds a byte of the compound's body. */
static uint64_t frame_of(gsize byte, gsize cut)
{
    return HEADER + byte < cut ? 1 : 2;
}

static void assert_part(const t_seen *m, const GByteArray *bytes, gsize at, gsize cut)
{
    g_assert_cmpuint(m->part, ==, at);
    g_assert_cmpuint(m->len, ==, BODY - at);
    g_assert_cmpuint(m->captured, ==, SMBT_MESSAGE_PART_HEADER);
    g_assert_cmpuint(m->frame, ==, frame_of(at, cut));
    g_assert_cmpuint(m->done_frame, ==, frame_of(at + SMBT_MESSAGE_PART_HEADER - 1, cut));
    assert_body(m, bytes->data + HEADER + at);
}

/* Wherever a segment ends, each part is there once: in what was handed out first, or by itself. */
static void test_every_cut(void)
{
    g_autoptr(GByteArray) bytes = compound();
    for (gsize cut = 1; cut < bytes->len; cut++) {
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, bytes->data, cut, cut, 1, &l);
        feed(&f, bytes->data + cut, bytes->len - cut, bytes->len - cut, 2, &l);
        const t_seen *first = t_list_at(&l, 0), *last = t_list_at(&l, l.seen->len - 1);
        g_assert_cmpuint(first->part, ==, 0);
        g_assert_cmpuint(last->part, ==, 0);
        g_assert_cmpuint(last->len, ==, 70);
        guint at = 1;
        if (first->captured < FIRST + SMBT_MESSAGE_PART_HEADER)
            assert_part(t_list_at(&l, at++), bytes, FIRST, cut);
        if (first->captured < FIRST + SECOND + SMBT_MESSAGE_PART_HEADER)
            assert_part(t_list_at(&l, at++), bytes, FIRST + SECOND, cut);
        g_assert_cmpuint(l.seen->len, ==, at + 1);
        g_assert_cmpuint(f.messages, ==, 2);
        g_assert_null(f.part);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

/* A part that was not captured is handed out all the same: that it was there is known. What is behind it is
 * not. */
static void test_snapped(void)
{
    g_autoptr(GByteArray) bytes = compound();
    static const gsize snaps[] = {100, HEADER + FIRST, HEADER + FIRST + 30};
    for (unsigned i = 0; i < G_N_ELEMENTS(snaps); i++) {
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, bytes->data, snaps[i], bytes->len, 1, &l);
        const t_seen *part = t_list_at(&l, 1);
        gsize held = snaps[i] > HEADER + FIRST ? snaps[i] - HEADER - FIRST : 0;
        g_assert_cmpuint(part->part, ==, FIRST);
        g_assert_cmpuint(part->captured, ==, held);
        /* Of the third part the second one told, where as much of it was captured. */
        g_assert_cmpuint(l.seen->len, ==, held >= 24 ? 3 : 2);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

static void test_gap(void)
{
    g_autoptr(GByteArray) bytes = compound();
    smbt_framer f;
    smbt_framer_init(&f, true);
    t_list l = t_list_new();
    feed(&f, bytes->data, 500, 500, 1, &l);
    smbt_framer_gap(&f, HEADER + BODY - 500, 2, t_time(2), t_take, &l);
    g_assert_cmpuint(l.seen->len, ==, 2);
    g_assert_cmpuint(t_list_at(&l, 1)->part, ==, FIRST);
    g_assert_cmpuint(t_list_at(&l, 1)->captured, ==, 0);
    g_assert_cmpuint(f.lost, ==, 0);
    feed(&f, bytes->data + HEADER + BODY, HEADER + 70, HEADER + 70, 3, &l);
    g_assert_cmpuint(t_list_at(&l, 2)->len, ==, 70);
    smbt_framer_clear(&f);
    t_list_clear(&l);
}

/* Places where no part can be. */
static void test_no_part(void)
{
    static const guint32 next[] = {0, 1, 63, BODY, BODY + 8, 0xffffffff};
    for (unsigned i = 0; i < G_N_ELEMENTS(next); i++) {
        g_autoptr(GByteArray) bytes = compound();
        put_le32(bytes->data + HEADER + 20, next[i]);
        smbt_framer f;
        smbt_framer_init(&f, true);
        t_list l = t_list_new();
        feed(&f, bytes->data, 500, 500, 1, &l);
        feed(&f, bytes->data + 500, bytes->len - 500, bytes->len - 500, 2, &l);
        g_assert_cmpuint(l.seen->len, ==, 2);
        g_assert_cmpuint(t_list_at(&l, 1)->len, ==, 70);
        smbt_framer_clear(&f);
        t_list_clear(&l);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framer-parts/every-cut", test_every_cut);
    g_test_add_func("/framer-parts/snapped", test_snapped);
    g_test_add_func("/framer-parts/gap", test_gap);
    g_test_add_func("/framer-parts/no-part", test_no_part);
    return g_test_run();
}
