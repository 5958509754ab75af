/* The store of IP fragments (RFC 791 3.2, RFC 8200 4.5).
 *
 * Fragments are copied and kept until their datagram is whole. A fragment that the snap length cut counts
 * with the length that its header declared: the datagram gets whole, and only its captured beginning is
 * handed out.
 *
 * A datagram is given up when a fragment stays away for SMBT_FRAG_TIMEOUT, when fragments overlap or
 * contradict each other (RFC 5722), and, oldest first, when the store is full. A fragment seen twice, as
 * mirror ports deliver them, is no overlap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_WIRE_FRAG_H
#define SMBT_WIRE_FRAG_H

#include "base/time.h"

#include <glib.h>

/* From the first fragment seen. */
#define SMBT_FRAG_TIMEOUT (30 * SMBT_SEC)
/* How long copies of a finished datagram's fragments are known as such. */
#define SMBT_FRAG_COPIES (1 * SMBT_SEC)
/* The longest datagram. */
#define SMBT_FRAG_DATAGRAM_MAX 65535

/* What fragments of one datagram have in common. Without padding: compared as bytes. */
typedef struct smbt_frag_key {
    uint8_t addresses[32]; /* source, destination; the rest 0 */
    uint32_t id;
    uint8_t family;
    uint8_t protocol; /* IPv4 only; later IPv6 fragments need not repeat it */
    uint8_t tunnels;
    uint8_t zero;
} smbt_frag_key;
_Static_assert(sizeof(smbt_frag_key) == 40, "no padding in smbt_frag_key");

typedef struct smbt_fragment {
    uint32_t offset;
    uint32_t len;      /* as declared; >= 1, offset + len <= SMBT_FRAG_DATAGRAM_MAX */
    uint32_t captured; /* bytes at data; <= len */
    const uint8_t *data;
    bool more; /* it is not the last */
    /* The first fragment's are the datagram's. */
    uint8_t protocol;
    uint8_t ttl;
    bool dont_fragment;
} smbt_fragment;

typedef struct smbt_datagram {
    uint32_t len;
    uint32_t captured;   /* bytes at data, without a hole */
    const uint8_t *data; /* owned by the store until the next fragment is added */
    uint8_t protocol;
    uint8_t ttl;
    bool dont_fragment;
} smbt_datagram;

typedef struct smbt_frag {
    GHashTable *entries;
    GQueue order;       /* of those waiting or given up, by first fragment */
    GQueue spent;       /* of those handed out, by that time */
    smbt_time deadline; /* when the first of `order` is to be given up; SMBT_TIME_NONE when there is none */
    size_t bytes, max_bytes;
    uint8_t *whole; /* the datagram handed out last */
    uint64_t dropped;
    bool cap_hit;
} smbt_frag;

void smbt_frag_init(smbt_frag *frag, size_t max_bytes);
void smbt_frag_clear(smbt_frag *frag);

/* Adds one fragment. Returns whether its datagram is whole now; only then *ret_datagram is set. */
bool smbt_frag_add(smbt_frag *frag, smbt_time now, const smbt_frag_key *key, const smbt_fragment *fragment,
                   smbt_datagram *ret_datagram);

/* Whether other fragments of the datagram have been seen. */
bool smbt_frag_knows(const smbt_frag *frag, const smbt_frag_key *key);

/* Gives up what has waited too long. To be called when `now` is past frag->deadline. */
void smbt_frag_expire(smbt_frag *frag, smbt_time now);

#endif
