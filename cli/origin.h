/* Comments on where a frame of a copy was before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_ORIGIN_H
#define SMBT_CLI_ORIGIN_H

#include <smbtrace/types.h>

/* "smbtrace/1 original=3 file=ring_2.pcap: frame 3 of ring_2.pcap"; of a place without a file, "the original
 * capture". The caller frees with g_free. */
char *origin_comment(const smbt_place *place);

#endif
