/* Messages built as plain bytes, and a list of what the framer handed out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_STREAM_COLLECT_H
#define SMBT_TESTS_STREAM_COLLECT_H

#include "stream/framer.h"

#include <glib.h>
#include <string.h>

typedef struct t_seen {
    uint8_t type;
    uint32_t part, len, captured;
    uint64_t frame, done_frame;
    smbt_time time, done_time;
    uint8_t data[SMBT_MESSAGE_PREFIX_MAX]; /* the first of them */
} t_seen;

typedef struct t_list {
    GPtrArray *seen; /* of t_seen */
} t_list;

static inline t_list t_list_new(void)
{
    return (t_list){.seen = g_ptr_array_new_with_free_func(g_free)};
}

static inline void t_list_clear(t_list *l)
{
    g_ptr_array_unref(l->seen);
}

static inline const t_seen *t_list_at(const t_list *l, guint at)
{
    g_assert_cmpuint(at, <, l->seen->len);
    return l->seen->pdata[at];
}

static inline void t_take(const smbt_message *m, void *user)
{
    t_list *l = user;
    t_seen *s = g_new0(t_seen, 1);
    s->type = m->type;
    s->part = m->part;
    s->len = m->len;
    s->captured = m->captured;
    s->frame = m->frame;
    s->done_frame = m->done_frame;
    s->time = m->time;
    s->done_time = m->done_time;
    g_assert_cmpuint(m->captured, <=, m->len);
    if (m->captured) memcpy(s->data, m->data, MIN(m->captured, sizeof s->data));
    g_ptr_array_add(l->seen, s);
}

/* Frame n was captured at this time. */
static inline smbt_time t_time(uint64_t frame)
{
    return 1000 * frame + 7;
}

/* The byte at an offset of a message body behind its signature: any pattern that does not repeat soon. */
static inline uint8_t t_filler(gsize at)
{
    return (uint8_t)(0x80 | (at * 7 + at / 113));
}

/* Four header bytes and a body of `len`, which begins with the signature when it is long enough. `version` 1
 * or 2 for SMB1 or SMB2, 0 for bytes without a signature. */
static inline void t_put_message(GByteArray *out, uint8_t type, unsigned version, uint8_t command, gsize len)
{
    guint8 header[4] = {type, (guint8)(len >> 16), (guint8)(len >> 8), (guint8)len};
    g_byte_array_append(out, header, 4);
    gsize start = out->len;
    g_byte_array_set_size(out, (guint)(start + len));
    guint8 *body = out->data + start;
    for (gsize i = 0; i < len; i++)
        body[i] = t_filler(i);
    guint8 begin[14] = {version == 1 ? 0xff : 0xfe, 'S', 'M', 'B', command};
    if (version == 2) {
        begin[4] = 64;
        begin[12] = command;
    }
    if (version) memcpy(body, begin, MIN(len, version == 1 ? 5 : sizeof begin));
}

/* Copies the bytes to memory of exactly their size, so that a read behind them is seen. */
static inline guint8 *t_exact(const guint8 *data, gsize n)
{
    guint8 *copy = g_malloc(MAX(n, 1));
    if (n) memcpy(copy, data, n);
    return copy;
}

#endif
