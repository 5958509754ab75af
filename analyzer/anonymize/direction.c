/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/direction.h"

#include "anonymize/checksum.h"
#include "stream/seq.h"

#include <string.h>

struct patch {
    uint32_t seq, len;
    uint8_t *bytes;
};

static void release(smbt_anon_packet *packet)
{
    if (packet && --packet->refs == 0) g_free(packet);
}

static void forget_patch(smbt_anon_direction *d, smbt_anon_shared *shared)
{
    struct patch *oldest = &g_array_index(d->patches, struct patch, 0);
    shared->patch_bytes -= oldest->len;
    g_free(oldest->bytes);
    g_array_remove_index(d->patches, 0);
}

static void drop_spot(smbt_anon_direction *d, guint at)
{
    release(g_array_index(d->spots, smbt_anon_spot, at).packet);
    g_array_remove_index(d->spots, at);
}

void smbt_anon_direction_clear(smbt_anon_direction *d, smbt_anon_shared *shared)
{
    while (d->patches && d->patches->len)
        forget_patch(d, shared);
    while (d->spots && d->spots->len)
        drop_spot(d, d->spots->len - 1);
    g_clear_pointer(&d->patches, g_array_unref);
    g_clear_pointer(&d->spots, g_array_unref);
}

/* A sum of n bytes that begin at `offset` of what it is a sum of. */
static uint32_t sum_at(uint32_t offset, const uint8_t *bytes, uint32_t n)
{
    uint32_t sum = smbt_checksum_add(0, bytes, n);
    return offset % 2 ? (sum & 0xff) << 8 | sum >> 8 : sum;
}

/* RFC 1624: out goes the filling, in come n bytes. */
static void amend_checksum(const smbt_anon_spot *spot, smbt_anon_shared *shared, uint32_t offset,
                           const uint8_t *bytes, uint32_t n)
{
    smbt_anon_packet *packet = spot->packet;
    if (!packet || !packet->has_checksum) return;
    g_autofree uint8_t *filling = g_malloc(n);
    memset(filling, SMBT_ANON_FILL, n);
    uint32_t out = sum_at(offset, filling, n), in = sum_at(offset, bytes, n);
    packet->checksum = smbt_checksum_finish((uint32_t)(uint16_t)~packet->checksum + (uint16_t)~out + in);
    uint8_t field[2] = {(uint8_t)(packet->checksum >> 8), (uint8_t)packet->checksum};
    shared->output.amend(packet->place, packet->checksum_at, field, sizeof field, shared->output.user);
}

void smbt_anon_spot_write(const smbt_anon_spot *spot, smbt_anon_shared *shared, uint32_t seq,
                          const uint8_t *bytes, uint32_t n)
{
    int32_t from = smbt_seq_diff(seq, spot->seq);
    uint32_t skip = from < 0 ? (uint32_t)-from : 0, to = from < 0 ? 0 : (uint32_t)from;
    if (skip >= n || to >= spot->len) return;
    bytes += skip;
    n = MIN(n - skip, spot->len - to);
    if (spot->memory) {
        memcpy(spot->memory + to, bytes, n);
        return;
    }
    shared->output.amend(spot->place, spot->at + to, bytes, n, shared->output.user);
    amend_checksum(spot, shared, spot->offset + to, bytes, n);
}

static void remember(smbt_anon_direction *d, smbt_anon_shared *shared, const struct patch *patch)
{
    if (!d->patches) d->patches = g_array_new(FALSE, FALSE, sizeof(struct patch));
    if (d->patches->len >= SMBT_ANON_PATCHES_MAX) forget_patch(d, shared);
    if (shared->patch_bytes + patch->len > SMBT_ANON_PATCH_BYTES) return;
    struct patch copy = *patch;
    copy.bytes = g_memdup2(patch->bytes, patch->len);
    g_array_append_val(d->patches, copy);
    shared->patch_bytes += patch->len;
}

void smbt_anon_direction_patch(smbt_anon_direction *d, smbt_anon_shared *shared, uint32_t seq,
                               const uint8_t *bytes, uint32_t n)
{
    if (n == 0) return;
    for (guint i = 0; d->spots && i < d->spots->len; i++)
        smbt_anon_spot_write(&g_array_index(d->spots, smbt_anon_spot, i), shared, seq, bytes, n);
    remember(d, shared, &(struct patch){.seq = seq, .len = n, .bytes = (uint8_t *)bytes});
}

void smbt_anon_direction_fill(const smbt_anon_direction *d, const smbt_anon_spot *spot)
{
    for (guint i = 0; d->patches && i < d->patches->len; i++) {
        const struct patch *p = &g_array_index(d->patches, struct patch, i);
        smbt_anon_spot_write(spot, NULL, p->seq, p->bytes, p->len);
    }
}

void smbt_anon_direction_wait(smbt_anon_direction *d, smbt_anon_shared *shared, const smbt_anon_spot *spot)
{
    if (!d->spots) d->spots = g_array_new(FALSE, FALSE, sizeof(smbt_anon_spot));
    if (d->spots->len >= SMBT_ANON_SPOTS_MAX) {
        shared->blanked++;
        drop_spot(d, 0);
    }
    if (spot->packet) spot->packet->refs++;
    g_array_append_val(d->spots, *spot);
}

void smbt_anon_direction_settle(smbt_anon_direction *d, uint32_t seq)
{
    for (guint i = 0; d->spots && i < d->spots->len;) {
        const smbt_anon_spot *spot = &g_array_index(d->spots, smbt_anon_spot, i);
        if (smbt_seq_before(seq, spot->seq + spot->len))
            i++;
        else
            drop_spot(d, i);
    }
}
