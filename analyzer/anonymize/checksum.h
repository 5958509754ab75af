/* The Internet checksum (RFC 1071).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_CHECKSUM_H
#define SMBT_ANONYMIZE_CHECKSUM_H

#include <smbtrace/types.h>

/* The sum of n bytes, on top of `sum`; the first counts as the high byte of a word. */
uint32_t smbt_checksum_add(uint32_t sum, const uint8_t *bytes, size_t n);

/* TCP's pseudo-header: `addresses` are source and destination, 8 or 32 bytes. */
uint32_t smbt_checksum_pseudo(const uint8_t *addresses, uint8_t family, uint8_t protocol, uint32_t len);

/* What stands in the packet for a sum. Of bytes that hold their right checksum it is 0. */
uint16_t smbt_checksum_finish(uint32_t sum);

#endif
