/* Connections by their two ends, and addresses, as keys of hash tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_PAIR_H
#define SMBT_CLI_PAIR_H

#include <glib.h>
#include <smbtrace/types.h>

/* Both ends of a connection, in a fixed order. All bytes are set: hashed and compared as they are. */
struct pair {
    struct {
        uint8_t family, address[16], zero;
        uint16_t port;
    } ends[2];
};

struct pair pair_of(const smbt_endpoint *a, const smbt_endpoint *b);
guint pair_hash(gconstpointer pair);
gboolean pair_equal(gconstpointer a, gconstpointer b);

/* Of smbt_addr. */
guint pair_addr_hash(gconstpointer addr);
gboolean pair_addr_equal(gconstpointer a, gconstpointer b);

#endif
