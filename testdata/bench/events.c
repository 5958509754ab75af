/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "events.h"

static gboolean before(const struct event *a, const struct event *b)
{
    return a->time != b->time ? a->time < b->time : a->order < b->order;
}

void events_init(struct events *events)
{
    *events = (struct events){.heap = g_array_new(FALSE, FALSE, sizeof(struct event))};
}

void events_clear(struct events *events)
{
    g_array_free(events->heap, TRUE);
}

void events_add(struct events *events, guint64 time, struct connection *connection, guint64 cause)
{
    struct event event = {.time = time, .order = ++events->order, .connection = connection, .cause = cause};
    guint at = events->heap->len;
    g_array_append_val(events->heap, event);
    struct event *heap = (struct event *)(void *)events->heap->data;
    for (; at > 0 && before(&event, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = event;
}

gboolean events_next(struct events *events, struct event *ret_event)
{
    if (events->heap->len == 0) return FALSE;
    struct event *heap = (struct event *)(void *)events->heap->data;
    guint len = events->heap->len - 1;
    *ret_event = heap[0];
    struct event last = heap[len];
    guint at = 0;
    for (guint child; (child = 2 * at + 1) < len; at = child) {
        if (child + 1 < len && before(&heap[child + 1], &heap[child])) child++;
        if (!before(&heap[child], &last)) break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    g_array_set_size(events->heap, len);
    return TRUE;
}
