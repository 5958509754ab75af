/* Value types shared by every layer and by the callers of the library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_TYPES_H
#define SMBTRACE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nanoseconds since the Unix epoch. */
typedef uint64_t smbt_time;
#define SMBT_TIME_NONE UINT64_MAX

/* Nanoseconds. */
typedef uint64_t smbt_duration;
#define SMBT_DURATION_UNKNOWN UINT64_MAX

/* An IP address; IPv4 uses the first four bytes and leaves the rest 0. */
typedef struct smbt_addr {
    uint8_t family; /* 4, 6, or 0 when unset */
    uint8_t bytes[16];
} smbt_addr;

typedef struct smbt_endpoint {
    smbt_addr addr;
    uint16_t port; /* host order */
} smbt_endpoint;

#define SMBT_ADDR_STRLEN 46

/* Writes the address as text (RFC 5952 for IPv6) and returns `buf`. "?" for an unset address. */
const char *smbt_addr_format(const smbt_addr *addr, char buf[SMBT_ADDR_STRLEN]);

/* Numbers from here on stand for frames of several files that are read as one capture: they rise as the
 * frames come, and smbt_places says where each lies. */
#define SMBT_FRAME_PLACED (UINT64_C(1) << 52)

/* Where a frame lies. */
typedef struct smbt_place {
    const char *file;  /* as the user named it; NULL: not known */
    const char *label; /* the same, as short as it can be without being mistaken for another */
    uint64_t frame;    /* its number there, from 1, as in Wireshark */
} smbt_place;

/* The caller's knowledge of where frames lie. Strings live as long as the caller keeps them. */
typedef struct smbt_places {
    smbt_place (*find)(uint64_t frame, void *user); /* `frame` from SMBT_FRAME_PLACED on, and pushed before */
    void *user;
} smbt_places;

/* One frame as it was read. The bytes are borrowed for the call. */
typedef struct smbt_frame {
    uint64_t number;      /* from 1, as in Wireshark; or from SMBT_FRAME_PLACED on */
    smbt_time time;       /* of capture */
    int linktype;         /* LINKTYPE_ value of pcap files (1 Ethernet, 101 raw IP, 113 Linux cooked ...) */
    uint32_t caplen, len; /* bytes captured, bytes on the wire */
    const uint8_t *data;
} smbt_frame;

#endif
