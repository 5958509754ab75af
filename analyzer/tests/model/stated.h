/* What the tests of the state of connections share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_MODEL_STATED_H
#define SMBT_TESTS_MODEL_STATED_H

#include "model/bench.h"

static inline void assert_pending(const smbt_conn *c, unsigned n)
{
    g_assert_cmpuint(c->pairing.count, ==, n);
}

static inline guint length(const GArray *a)
{
    return a ? a->len : 0;
}

static inline void assert_state(const smbt_conn *c, guint sessions, guint trees, guint opens)
{
    g_assert_cmpuint(length(c->sessions), ==, sessions);
    g_assert_cmpuint(length(c->trees), ==, trees);
    g_assert_cmpuint(length(c->opens), ==, opens);
}

static inline sb_header header(unsigned side, guint16 mid, guint16 uid, guint16 tid)
{
    return (sb_header){.flags = side ? SB_FLAGS_REPLY : 0,
                       .flags2 = SB_FLAGS2_NT,
                       .pid = 0xfeff,
                       .mid = mid,
                       .uid = uid,
                       .tid = tid};
}

/* Begins a message into a fresh array. */
static inline GByteArray *begin(sb_msg *m, const sb_header *h)
{
    GByteArray *out = g_byte_array_new();
    sb_begin(m, out, h);
    return out;
}

static inline void give(t_bench *b, smbt_conn *c, unsigned side, sb_msg *m, GByteArray *out)
{
    sb_end(m);
    t_give(b, c, side, out);
    g_byte_array_unref(out);
}

#endif
