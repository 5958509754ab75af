/* Whether a reset looks like what the host that it names sends otherwise (facts 7.6).
 *
 * Each mark is something seen: how the segment differs from the same host's others, or what came after it.
 * What the marks are worth together is the verdict's to say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_RESET_H
#define SMBT_OBSERVE_RESET_H

#include "observe/track.h"

/* Fewer segments of a host on a connection don't show what it does. */
#define SMBT_RESET_KNOWN_FROM 4

enum smbt_reset_mark {
    /* ---- The way that it came. One change of the route gives all of these at once. */
    SMBT_RESET_HOPS = 1 << 0, /* it passed another number of routers than the host's segments do */
    SMBT_RESET_TTL = 1 << 1,  /* another TTL, but a host or a path may have two such: one hop more or less, or
                                 as many hops from another initial value */
    SMBT_RESET_MAC = 1 << 2,  /* another Ethernet address handed it over */
    /* ---- What the stack that made it knew and does. */
    SMBT_RESET_OLD_ACK = 1 << 3, /* it acknowledges less than the host had acknowledged before */
    SMBT_RESET_OLD_SEQ = 1 << 4, /* it stands behind what the host had sent, and answers nothing */
    SMBT_RESET_GUESSES = 1 << 5, /* several, at one sequence number after the other */
    SMBT_RESET_IP_ID = 1 << 6,   /* out of the host's series */
    SMBT_RESET_DF = 1 << 7,      /* the host sets DF on all else, or on nothing */
    SMBT_RESET_WINDOW = 1 << 8,  /* no window that the host has */
    SMBT_RESET_STAMPS = 1 << 9,  /* no timestamp, where the host has one in all else */
    SMBT_RESET_BOTH = 1 << 10,   /* the other side is said to reset too, and that came another way as well */
    SMBT_RESET_OWN = 1 << 11,    /* a later reset of the same side does come the usual way */
    /* ---- The contrary. */
    SMBT_RESET_IS_OWN = 1 << 12, /* its timestamp is the host's */
};
#define SMBT_RESET_PATH (SMBT_RESET_HOPS | SMBT_RESET_MAC)
/* Those that no system is known to make by itself. Windows and Linux send resets without the timestamps that
 * all else has, and with windows of any kind. */
#define SMBT_RESET_STACK                                                                                     \
    (SMBT_RESET_OLD_ACK | SMBT_RESET_OLD_SEQ | SMBT_RESET_GUESSES | SMBT_RESET_IP_ID | SMBT_RESET_DF |       \
     SMBT_RESET_BOTH | SMBT_RESET_OWN)

/* A segment of this sender that is no reset: what is learned from it. */
void smbt_reset_learn(smbt_sender *me, const smbt_segment *s, smbt_time time);

/* Whether no other segment of this sender has such a TTL. False when too few are known, or theirs differ too
 * much to tell. */
bool smbt_reset_is_foreign_ttl(const smbt_sender *me, uint8_t ttl);

/* Of an RST of `side`. `t` and `half` stand as they did before it, but for what smbt_track_segment counts. */
unsigned smbt_reset_marks(const smbt_track *t, unsigned side, const smbt_segment *s, const smbt_half half[2],
                          smbt_time time);

/* A segment after the RST that ended a connection. */
void smbt_reset_after(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                      const smbt_half half[2], uint64_t frame, smbt_time time);

#endif
