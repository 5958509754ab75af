/* Names of the files of a ring buffer, or of a capture that was split, as dumpcap and editcap make them:
 * NAME_NNNNN_YYYYMMDDhhmmss.SUFFIX, or as tcpdump -C does: NAME.pcap, NAME.pcap1, NAME.pcap2. They are
 * numbered without a gap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_RING_NAME_H
#define SMBT_CLI_RING_NAME_H

/* How many files after the first the second one was made, when both have the same NAME in the same folder, by
 * their numbers; those of dumpcap begin anew after 99999. 0 where the names don't tell, or tell another
 * order. */
unsigned ring_name_steps(const char *earlier, const char *later);

#endif
