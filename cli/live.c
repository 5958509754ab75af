/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include "interrupt.h"

#include <string.h>

#define QUEUE_BYTES ((unsigned)1 << 20)
#define TICK_US     100000
#define GRACE_US    500000 /* for the writer to end after an interrupt */

/* Capture programs hand packets over in batches: this much behind real time, the clock does not overtake
 * packets that are under way. */
#define MARGIN (UINT64_C(200) * 1000 * 1000)

/* A source whose packets are older than the clock by more than this is no live one: a file, sent slowly. */
#define STALE (UINT64_C(1000) * 1000 * 1000)

/* The reader fills one buffer while the engine empties the other. */
struct live {
    GMutex lock;
    GCond filled, emptied;
    GByteArray *filling, *emptying; /* of struct queued, each followed by its bytes */
    bool has_ended;
    enum input_result result;
    struct input *input;

    smbt_engine *engine;
    smbt_time last, advanced; /* times of the last frame, and of the engine's clock */
    gint64 received;          /* when the last frame came, monotonic */
    bool has_frames, is_stale;
};

struct queued {
    smbt_frame frame;
    gint64 received;
};

static void on_frame(const smbt_frame *frame, void *user)
{
    struct live *live = user;
    struct queued queued = {.frame = *frame, .received = g_get_monotonic_time()};
    g_mutex_lock(&live->lock);
    while (live->filling->len >= QUEUE_BYTES)
        g_cond_wait(&live->emptied, &live->lock);
    g_byte_array_append(live->filling, (const guint8 *)&queued, sizeof queued);
    g_byte_array_append(live->filling, frame->data, frame->caplen);
    g_cond_signal(&live->filled);
    g_mutex_unlock(&live->lock);
}

static bool on_batch(void *user)
{
    (void)user;
    return true;
}

static gpointer reader_run(gpointer data)
{
    struct live *live = data;
    struct input_receiver receiver = {.frame = on_frame, .batch = on_batch, .user = live};
    enum input_result result = input_read(live->input, &receiver);
    g_mutex_lock(&live->lock);
    live->result = result;
    live->has_ended = true;
    g_cond_signal(&live->filled);
    g_mutex_unlock(&live->lock);
    return NULL;
}

/* Swaps the buffers once there is something, or a tick has gone by. */
static bool take(struct live *live)
{
    gint64 until = g_get_monotonic_time() + TICK_US;
    g_byte_array_set_size(live->emptying, 0);
    g_mutex_lock(&live->lock);
    while (live->filling->len == 0 && !live->has_ended)
        if (!g_cond_wait_until(&live->filled, &live->lock, until)) break;
    GByteArray *full = live->filling;
    live->filling = live->emptying;
    live->emptying = full;
    bool goes_on = full->len || !live->has_ended;
    g_cond_signal(&live->emptied);
    g_mutex_unlock(&live->lock);
    return goes_on;
}

static void push_taken(struct live *live)
{
    const GByteArray *bytes = live->emptying;
    for (size_t at = 0; at < bytes->len;) {
        struct queued queued;
        memcpy(&queued, bytes->data + at, sizeof queued);
        at += sizeof queued;
        queued.frame.data = bytes->data + at;
        at += queued.frame.caplen;
        if (live->has_frames && queued.frame.time + STALE < live->advanced) live->is_stale = true;
        smbt_engine_push(live->engine, &queued.frame);
        live->has_frames = true;
        live->last = queued.frame.time;
        live->advanced = MAX(live->advanced, queued.frame.time);
        live->received = queued.received;
    }
}

static void advance(struct live *live)
{
    if (!live->has_frames || live->is_stale) return;
    gint64 silent_us = g_get_monotonic_time() - live->received;
    if (silent_us < TICK_US) return;
    smbt_time now = live->last + (uint64_t)silent_us * 1000 - MIN(MARGIN, (uint64_t)silent_us * 1000);
    if (now <= live->advanced) return;
    live->advanced = now;
    smbt_engine_advance(live->engine, now);
}

static enum input_result feed(struct live *live, bool (*drain)(void *user), void *user)
{
    gint64 deadline = 0;
    while (take(live)) {
        if (live->emptying->len)
            push_taken(live);
        else
            advance(live);
        if (!drain(user)) return INPUT_STOPPED;
        if (!interrupt_seen()) continue;
        if (!deadline) deadline = g_get_monotonic_time() + GRACE_US;
        if (g_get_monotonic_time() > deadline) return INPUT_STOPPED;
    }
    return live->result;
}

enum input_result live_read(struct input *input, smbt_engine *engine, bool (*drain)(void *user), void *user,
                            bool *ret_abandoned)
{
    struct live *live = g_new0(struct live, 1);
    live->filling = g_byte_array_new();
    live->emptying = g_byte_array_new();
    live->input = input;
    live->engine = engine;
    GThread *thread = g_thread_new("reader", reader_run, live);
    enum input_result result = feed(live, drain, user);
    *ret_abandoned = result == INPUT_STOPPED;
    if (*ret_abandoned) {
        g_thread_unref(thread);
        return interrupt_seen() ? INPUT_WHOLE : INPUT_STOPPED;
    }
    g_thread_join(thread);
    g_byte_array_unref(live->filling);
    g_byte_array_unref(live->emptying);
    g_free(live);
    return result;
}
