/* The SMB1 messages of the generated connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include <glib.h>

enum exchange {
    EXCHANGE_NEGOTIATE,
    EXCHANGE_LOGON_1, /* first leg of the session setup: the one that carries out VcNumber 0 */
    EXCHANGE_LOGON_2,
    EXCHANGE_TREE,
    EXCHANGE_OPEN,
    EXCHANGE_READ,
    EXCHANGE_CLOSE,
    EXCHANGE_QUERY,
    EXCHANGE_ECHO,
    EXCHANGE_TREE_DISCONNECT,
    EXCHANGE_LOGOFF,
    EXCHANGE_MAX
};

struct message {
    enum exchange exchange;
    gboolean answer;
    unsigned host, server; /* name workstation, user, server */
    unsigned mid, uid, tid, fid;
    guint32 offset, read_size;
};

/* Replaces what `out` holds by the message with its NBSS header. */
void message_build(GByteArray *out, const struct message *m);

#endif
