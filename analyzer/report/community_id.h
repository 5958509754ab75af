/* Community ID, version 1: one short name for a flow, the same in every tool that makes them.
 *
 * "1:" and the Base64 of SHA-1 over seed (0), the lower endpoint's address, the other one's, protocol (TCP),
 * a zero byte, and the two ports in the same order. Both directions of a flow give the same name.
 * Specification: github.com/corelight/community-id-spec.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_COMMUNITY_ID_H
#define SMBT_REPORT_COMMUNITY_ID_H

#include <smbtrace/types.h>

/* "1:", 28 characters, NUL. */
#define SMBT_COMMUNITY_ID_SIZE 31

/* Writes the id of the TCP connection and returns `buf`; NULL when the addresses are unset or of two
 * families. */
const char *smbt_community_id(char buf[SMBT_COMMUNITY_ID_SIZE], const smbt_endpoint *a,
                              const smbt_endpoint *b);

#endif
