/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/checksum.h"

static uint32_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

uint32_t smbt_checksum_add(uint32_t sum, const uint8_t *bytes, size_t n)
{
    uint64_t wide = sum;
    size_t i = 0;
    for (; i + 1 < n; i += 2)
        wide += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    if (i < n) wide += (uint32_t)bytes[i] << 8;
    return fold(wide);
}

uint32_t smbt_checksum_pseudo(const uint8_t *addresses, uint8_t family, uint8_t protocol, uint32_t len)
{
    uint32_t sum = smbt_checksum_add(0, addresses, family == 4 ? 8 : 32);
    return fold((uint64_t)sum + protocol + (len >> 16) + (len & 0xffff));
}

uint16_t smbt_checksum_finish(uint32_t sum)
{
    return (uint16_t)~fold(sum);
}
