/* Frames for the decoder. The input is a run of records: link type (an index), seconds since the frame
 * before, captured length (two bytes, little-endian), bytes cut off behind it, then the captured bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cursor.h"
#include "base/time.h"
#include "wire/decode.h"

#include <smbtrace/smbtrace.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int linktypes[] = {1, 113, 276, 0, 108, 101, 12, 14, 228, 229, 9, 50, 51, 104, 147};

static void check_segment(const smbt_segment *s)
{
    g_assert(s->payload_captured <= s->payload_len);
    g_assert(s->src.family == s->dst.family && (s->src.family == 4 || s->src.family == 6));
    g_assert(s->has_ip_id == (s->src.family == 4));
    g_assert(s->tunnels <= 6 && s->window_scale <= 15);
    g_assert((s->flags & SMBT_TCP_SYN) ||
             !(s->mss || s->window_scale || s->option_layout || s->sack_permitted));
    g_assert(s->has_timestamp || !(s->tsval || s->tsecr));
    volatile uint8_t byte = 0;
    for (uint32_t i = 0; i < s->payload_captured; i++)
        byte = s->payload[i];
    (void)byte;
}

static void check_counts(smbt_wire *wire, uint64_t undecoded)
{
    g_assert(smbt_wire_undecoded_frames(wire) == undecoded);
    const GArray *table = smbt_wire_undecoded(wire);
    uint64_t sum = 0;
    for (unsigned i = 0; i < table->len; i++) {
        const smbt_undecoded *row = &g_array_index(table, smbt_undecoded, i);
        g_assert(row->reason && row->frames && row->first_frame);
        sum += row->frames;
    }
    g_assert(sum == undecoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smbt_wire *wire = smbt_wire_new(6000);
    smbt_cur input = smbt_cur_init(data, size, size);
    smbt_frame frame = {0};
    uint64_t undecoded = 0;
    while (smbt_cur_left(&input) > 5) {
        frame.number++;
        frame.linktype = linktypes[smbt_cur_u8(&input) % G_N_ELEMENTS(linktypes)];
        frame.time = smbt_time_add(frame.time, smbt_cur_u8(&input) * SMBT_SEC);
        size_t len = smbt_cur_le16(&input);
        frame.caplen = (uint32_t)MIN(len, smbt_cur_left(&input) - 1);
        frame.len = frame.caplen + smbt_cur_u8(&input);
        const uint8_t *bytes = smbt_cur_bytes(&input, frame.caplen);
        /* A copy of its own, so that a read past the frame's end is seen. */
        uint8_t *copy = frame.caplen ? g_memdup2(bytes, frame.caplen) : NULL;
        frame.data = copy;

        smbt_segment segment, untouched;
        memset(&segment, 0xa5, sizeof segment);
        memset(&untouched, 0xa5, sizeof untouched);
        enum smbt_wire_result result = smbt_wire_decode(wire, &frame, &segment);
        if (result == SMBT_WIRE_SEGMENT)
            check_segment(&segment);
        else
            g_assert(memcmp(&segment, &untouched, sizeof segment) == 0);
        undecoded += result == SMBT_WIRE_UNDECODED;
        g_free(copy);
    }
    check_counts(wire, undecoded);
    smbt_wire_free(wire);
    return 0;
}
