/* Is it one host or several behind an address? (facts 8)
 *
 * Two connections of one client address are compared by what their packets say: names first, then the stack.
 * "Different" takes one decisive field or two independent weaker ones, "same" one decisive field and no
 * contradiction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_HOSTS_H
#define SMBT_OBSERVE_HOSTS_H

#include "base/addr.h"
#include "observe/track.h"

#include <glib.h>

/* What is known of the client of one connection. Borrowed strings, NULL when not seen. */
typedef struct smbt_host_view {
    const char *workstation, *calling_name, *native_os, *native_lan_man, *user;
    unsigned workstation_chars; /* of its name, also where that was cut off; 0: not known */
    bool has_values;
    uint16_t max_buffer, max_mpx;
    bool has_capabilities;
    uint32_t capabilities;
    const uint8_t *client_guid; /* 16 bytes or NULL */
    smbt_addr server;
    const smbt_track *track;
} smbt_host_view;

typedef struct smbt_host_comparison {
    enum smbt_same_host result;
    bool by_name; /* a name decided */
    char *why;    /* plain words, g_free */
} smbt_host_comparison;

smbt_host_comparison smbt_hosts_compare(const smbt_host_view *a, const smbt_host_view *b);

/* The hosts that were seen behind one client address, as connections end. At most SMBT_HOSTS_MAX are told
 * apart. */
#define SMBT_HOSTS_MAX 64

enum smbt_host_evidence {
    SMBT_HOST_BY_WORKSTATION = 1 << 0,
    SMBT_HOST_BY_CALLING_NAME = 1 << 1,
    SMBT_HOST_BY_TIMESTAMP = 1 << 2,
    SMBT_HOST_BY_CLIENT_GUID = 1 << 3,
};

typedef struct smbt_host {
    char *name;        /* as first seen, or NULL */
    unsigned evidence; /* smbt_host_evidence */
    unsigned connections;
    smbt_time first, last; /* of its latest connection */
    smbt_stamp stamp;      /* a point of its timestamp line */
    bool has_stamp;
    bool has_guid;
    uint8_t guid[16];
} smbt_host;

typedef struct smbt_hosts {
    GArray *hosts; /* of smbt_host */
    bool more;     /* the cap was reached */
    bool together; /* two of different names were there at the same time */
} smbt_hosts;

smbt_hosts *smbt_hosts_new(void);
void smbt_hosts_free(smbt_hosts *hosts);
/* Counts a connection to the host it belongs to, or to a new one. */
void smbt_hosts_add(smbt_hosts *hosts, const smbt_host_view *view);

#endif
