/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "repeats.h"

#include <glib.h>
#include <string.h>

/* Frames of files that are read side by side follow each other closely: a power of two, and far more than
 * come in a microsecond. */
#define BUCKETS 4096
/* Frames of one moment may have the same head, and come one after the other from each file. */
#define WAYS 8
/* What every copy is sure to have of a frame with TCP, whatever its snap length: enough for its checksum. */
#define HEAD 54

struct slot {
    uint64_t head, all; /* hashes */
    smbt_time time;
    uint32_t caplen, len;
    unsigned file, count;      /* that had it, and how often; 0: the slot is free */
    unsigned matcher, matched; /* the file that had it again last, and how often */
};

struct repeats {
    struct slot slots[BUCKETS][WAYS]; /* in a bucket the latest first */
};

struct repeats *repeats_new(void)
{
    return g_new0(struct repeats, 1);
}

void repeats_free(struct repeats *repeats)
{
    g_free(repeats);
}

static uint64_t hash(const uint8_t *bytes, size_t n, uint64_t value)
{
    for (; n >= 8; n -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        value = (value ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        value ^= value >> 32;
    }
    for (; n; n--)
        value = (value ^ *bytes++) * UINT64_C(0x100000001b3);
    return value ^ value >> 29;
}

static bool is_same(const struct slot *slot, const struct slot *other, smbt_duration apart)
{
    smbt_duration between = slot->time > other->time ? slot->time - other->time : other->time - slot->time;
    return slot->count && slot->head == other->head && slot->len == other->len && between < apart &&
           (slot->caplen != other->caplen || slot->all == other->all);
}

/* The slot of the same frame, or NULL. */
static struct slot *find(struct slot *bucket, const struct slot *fresh, smbt_duration apart)
{
    for (unsigned i = 0; i < WAYS; i++)
        if (is_same(&bucket[i], fresh, apart)) return &bucket[i];
    return NULL;
}

bool repeats_take(struct repeats *repeats, const smbt_frame *frame, unsigned file, smbt_duration apart)
{
    uint64_t head = hash(frame->data, MIN(frame->caplen, HEAD), (uint64_t)frame->linktype);
    struct slot fresh = {.head = head,
                         .all = hash(frame->data, frame->caplen, head),
                         .time = frame->time,
                         .caplen = frame->caplen,
                         .len = frame->len,
                         .file = file,
                         .count = 1};
    struct slot *bucket = repeats->slots[head % BUCKETS];
    struct slot *slot = find(bucket, &fresh, apart);
    if (!slot) {
        memmove(bucket + 1, bucket, (WAYS - 1) * sizeof *bucket);
        *bucket = fresh;
        return false;
    }
    if (slot->file == file) {
        slot->count++;
        return false;
    }
    if (slot->matcher != file) slot->matched = 0;
    slot->matcher = file;
    return ++slot->matched <= slot->count;
}
