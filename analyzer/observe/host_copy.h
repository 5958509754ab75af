/* What is known of a host, kept beyond the connection that told it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_HOST_COPY_H
#define SMBT_OBSERVE_HOST_COPY_H

#include "observe/hosts.h"

/* Must stay where it was made: the view points into it. */
typedef struct smbt_host_copy {
    smbt_host_view view;
    smbt_track track;
    uint8_t guid[16];
} smbt_host_copy;

void smbt_host_copy_init(smbt_host_copy *copy, const smbt_host_view *view);
void smbt_host_copy_clear(smbt_host_copy *copy);

/* The workstation, or what NetBIOS calls it; NULL when neither is known. */
const char *smbt_host_view_name(const smbt_host_view *view);

/* As smbt_hosts_compare, without the words; cheap where two names differ. */
enum smbt_same_host smbt_hosts_relation(const smbt_host_view *a, const smbt_host_view *b);

#endif
