/* Streams of messages, and what a framer makes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_STREAM_FRAMED_H
#define SMBT_TESTS_STREAM_FRAMED_H

#include "stream/collect.h"
#include "stream/framer.h"

/* One message of a stream as it must come out. */
struct expected {
    gsize at; /* of its header in the stream */
    uint8_t type;
    uint32_t len, wanted;
};

struct stream {
    GByteArray *bytes;
    GArray *messages; /* of struct expected */
};

static inline struct stream stream_new(void)
{
    return (struct stream){.bytes = g_byte_array_new(),
                           .messages = g_array_new(FALSE, FALSE, sizeof(struct expected))};
}

static inline void stream_clear(struct stream *s)
{
    g_byte_array_unref(s->bytes);
    g_array_unref(s->messages);
}

static inline void put(struct stream *s, uint8_t type, unsigned version, uint8_t command, uint32_t len,
                       uint32_t wanted)
{
    struct expected e = {.at = s->bytes->len, .type = type, .len = len, .wanted = MIN(len, wanted)};
    g_array_append_val(s->messages, e);
    t_put_message(s->bytes, type, version, command, len);
}

/* What an ordinary connection carries, short. */
static inline struct stream small_stream(void)
{
    struct stream s = stream_new();
    put(&s, 0x81, 0, 0, 68, 68);
    put(&s, 0x85, 0, 0, 0, 0);
    put(&s, 0x00, 1, 0x72, 60, 60);
    put(&s, 0x00, 0, 0, 3, 3);
    put(&s, 0x00, 2, 0, 40, 40);
    return s;
}

static inline void feed(smbt_framer *f, const guint8 *data, gsize captured, gsize len, uint64_t frame,
                        t_list *l)
{
    guint8 *exact = t_exact(data, captured);
    smbt_framer_feed(f, exact, (uint32_t)captured, (uint32_t)len, frame, t_time(frame), t_take, l);
    g_free(exact);
}

static inline void assert_body(const t_seen *m, const guint8 *body)
{
    g_assert_cmpmem(m->data, MIN(m->captured, sizeof m->data), body, MIN(m->captured, sizeof m->data));
}

#endif
