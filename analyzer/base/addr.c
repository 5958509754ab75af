/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>

uint32_t smbt_addr_hash(const smbt_addr *a)
{
    uint64_t h[2];
    memcpy(h, a->bytes, sizeof h);
    uint64_t x = h[0] * UINT64_C(0x9e3779b97f4a7c15) ^ (h[1] + a->family) * UINT64_C(0xc2b2ae3d27d4eb4f);
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(x ^ x >> 32);
}

const char *smbt_addr_format(const smbt_addr *addr, char buf[SMBT_ADDR_STRLEN])
{
    int family = addr->family == 4 ? AF_INET : AF_INET6;
    if ((addr->family != 4 && addr->family != 6) || !inet_ntop(family, addr->bytes, buf, SMBT_ADDR_STRLEN))
        strcpy(buf, "?");
    return buf;
}
