/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "member_heap.h"

static bool comes_before(const struct member *a, const struct member *b)
{
    if (a->frame.time != b->frame.time) return a->frame.time < b->frame.time;
    return a->index < b->index;
}

static void swap(member_heap *heap, guint a, guint b)
{
    gpointer member = heap->pdata[a];
    heap->pdata[a] = heap->pdata[b];
    heap->pdata[b] = member;
}

void member_heap_add(member_heap *heap, struct member *member)
{
    g_ptr_array_add(heap, member);
    for (guint i = heap->len - 1; i > 0 && comes_before(heap->pdata[i], heap->pdata[(i - 1) / 2]);
         i = (i - 1) / 2)
        swap(heap, i, (i - 1) / 2);
}

struct member *member_heap_first(const member_heap *heap)
{
    return heap->len ? heap->pdata[0] : NULL;
}

void member_heap_settle(member_heap *heap)
{
    for (guint i = 0;;) {
        guint least = i;
        for (guint child = 2 * i + 1; child <= 2 * i + 2; child++)
            if (child < heap->len && comes_before(heap->pdata[child], heap->pdata[least])) least = child;
        if (least == i) return;
        swap(heap, i, least);
        i = least;
    }
}

void member_heap_remove_first(member_heap *heap)
{
    g_ptr_array_remove_index_fast(heap, 0);
    member_heap_settle(heap);
}
