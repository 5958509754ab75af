/* The payload of one direction of a connection: what has become known of it, and what was handed out before
 * its message was known.
 *
 * A message tells what becomes of its bytes once enough of it has come; until then the segments that carry it
 * are spots, blank, and amended later. What became of recent messages is kept for segments that are sent
 * again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_DIRECTION_H
#define SMBT_ANONYMIZE_DIRECTION_H

#include <glib.h>
#include <smbtrace/anonymize.h>

/* What payload is made of that no message explains: no header begins like this. */
#define SMBT_ANON_FILL 'x'

/* Caps: spots and patches of one direction, and the bytes of all patches together. */
#define SMBT_ANON_SPOTS_MAX   8192
#define SMBT_ANON_PATCHES_MAX 16
#define SMBT_ANON_PATCH_BYTES (64u << 20)

/* A TCP segment that was handed out, whose checksum goes with what is amended. */
typedef struct smbt_anon_packet {
    unsigned refs;
    bool has_checksum;
    uint64_t place; /* of the frame with the TCP header */
    uint32_t checksum_at;
    uint16_t checksum;
} smbt_anon_packet;

/* A run of payload in one frame. */
typedef struct smbt_anon_spot {
    uint32_t seq, len;
    uint32_t offset; /* within the segment's payload: an odd one swaps the bytes of the checksum */
    uint8_t *memory; /* not handed out yet: here it is. NULL otherwise, and then: */
    uint64_t place;
    uint32_t at; /* in the frame */
    smbt_anon_packet *packet;
} smbt_anon_spot;

typedef struct smbt_anon_direction {
    GArray *spots;   /* of smbt_anon_spot, handed out; NULL when there never was one */
    GArray *patches; /* of struct patch, oldest first */
} smbt_anon_direction;

/* What all directions share. */
typedef struct smbt_anon_shared {
    smbt_anonymize_output output;
    size_t patch_bytes;
    uint64_t blanked; /* spots that were given up for a cap */
} smbt_anon_shared;

void smbt_anon_direction_clear(smbt_anon_direction *d, smbt_anon_shared *shared);

/* n bytes from `seq` on have become known: amends the spots that hold them. */
void smbt_anon_direction_patch(smbt_anon_direction *d, smbt_anon_shared *shared, uint32_t seq,
                               const uint8_t *bytes, uint32_t n);
/* Fills in what is known of a spot in memory. */
void smbt_anon_direction_fill(const smbt_anon_direction *d, const smbt_anon_spot *spot);
/* Puts n bytes from `seq` on into a spot, as far as it holds them. */
void smbt_anon_spot_write(const smbt_anon_spot *spot, smbt_anon_shared *shared, uint32_t seq,
                          const uint8_t *bytes, uint32_t n);

/* Keeps a copy of a spot that was handed out, and its packet. */
void smbt_anon_direction_wait(smbt_anon_direction *d, smbt_anon_shared *shared, const smbt_anon_spot *spot);
/* Nothing before `seq` will become known any more. */
void smbt_anon_direction_settle(smbt_anon_direction *d, uint32_t seq);

#endif
