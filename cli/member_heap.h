/* The files that are under way, by the time of their next frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_MEMBER_HEAP_H
#define SMBT_CLI_MEMBER_HEAP_H

#include "sequence.h"

/* A heap: of struct member, the one with the earliest next frame first; of two, the one that comes first in
 * the sequence. */
typedef GPtrArray member_heap;

void member_heap_add(member_heap *heap, struct member *member);
/* NULL: it is empty. */
struct member *member_heap_first(const member_heap *heap);
/* The first one has another next frame, a later one as a rule. */
void member_heap_settle(member_heap *heap);
void member_heap_remove_first(member_heap *heap);

#endif
