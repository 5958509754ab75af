/* How long a host was out: from the end of a connection to the next one on which the same host logs on to the
 * same server.
 *
 * "The same host" is what observe/hosts.h says by names, clocks and counters, never the address alone. While
 * a connection that may be the host's came first, nothing is concluded.
 *
 * An absence begins when a connection ends, before anybody knows why: the host may be back before the
 * verdict. It is over when the host is back, when the capture ends, or when there are too many of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ENGINE_ABSENCE_H
#define SMBT_ENGINE_ABSENCE_H

#include "observe/host_copy.h"
#include "verdict/verdict.h"

typedef struct smbt_link smbt_link;

/* Until when, where there are too many to wait for. */
#define SMBT_TOO_MANY_OUT "before smbtrace had to stop looking"

/* A connection that came after the end and may be the host's next one. */
typedef struct smbt_return {
    smbt_endpoint client, server;
    uint64_t frame; /* 0: none */
    smbt_time time;
    uint64_t logon_frame; /* 0: not captured */
    smbt_time logon_time;
} smbt_return;

typedef struct smbt_absence {
    int refs;
    smbt_host_copy host;
    smbt_addr client, server;
    uint64_t frame; /* of the end */
    smbt_time time;
    smbt_return best;        /* the first that is the host's */
    GArray *doubts;          /* of smbt_return: that may be the host's; NULL: none */
    bool more_doubts;        /* than that holds */
    bool attempted;          /* it, or perhaps it, tried and did not log on */
    smbt_endpoint midstream; /* a connection of the host's without its beginning; unset: none was seen */
    smbt_endpoint at_once;   /* the host had this other connection to the server; unset: none was seen */
    bool over;
    GList *node;           /* in the order of all, until it is over */
    smbt_verdict *verdict; /* that is told of the outcome; a reference; NULL: not given yet */
    smbt_state *state;     /* of the verdict, for a second record; or NULL */
    bool is_queued;        /* its record waits to be read */
} smbt_absence;

/* All hosts that are out, in the order in which they went. Zero it to begin with. */
typedef struct smbt_absences {
    GHashTable *by_client; /* smbt_addr to GPtrArray of smbt_absence; NULL: none yet */
    GQueue in_order;       /* of smbt_absence */
} smbt_absences;

smbt_absence *smbt_absence_ref(smbt_absence *absence); /* NULL is let through, as by unref */
void smbt_absence_unref(smbt_absence *absence);
void smbt_absences_clear(smbt_absences *absences);

/* The connection ended. NULL when its client chose to. The caller owns one reference. */
smbt_absence *smbt_absence_begin(smbt_engine *e, const smbt_link *link);
/* The verdict on that end; NULL: it is not reported. Writes what is known of its host's return into it, then
 * and later. */
void smbt_absence_judged(smbt_engine *e, smbt_absence *absence, smbt_verdict *v, smbt_state *state);
/* Somebody logged on on the connection, or nothing more will be known of it. */
void smbt_absences_offer(smbt_engine *e, const smbt_link *link);
/* No longer waits for this host, or for any: "not seen again" `until`. */
void smbt_absence_give_up(smbt_engine *e, smbt_absence *absence, const char *until);
void smbt_absences_give_up(smbt_engine *e, const char *until);

#endif
