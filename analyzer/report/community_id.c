/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/community_id.h"

#include <glib.h>
#include <string.h>

#define SHA1_SIZE 20
#define TCP       6

static size_t addr_size(const smbt_addr *addr)
{
    return addr->family == 4 ? 4 : 16;
}

static bool in_order(const smbt_endpoint *a, const smbt_endpoint *b)
{
    int order = memcmp(a->addr.bytes, b->addr.bytes, addr_size(&a->addr));
    return order < 0 || (order == 0 && a->port < b->port);
}

static void update_be16(GChecksum *sha1, uint16_t value)
{
    const guchar bytes[2] = {(guchar)(value >> 8), (guchar)value};
    g_checksum_update(sha1, bytes, sizeof bytes);
}

const char *smbt_community_id(char buf[SMBT_COMMUNITY_ID_SIZE], const smbt_endpoint *a,
                              const smbt_endpoint *b)
{
    if (a->addr.family != b->addr.family || (a->addr.family != 4 && a->addr.family != 6)) return NULL;
    const smbt_endpoint *low = in_order(a, b) ? a : b, *high = low == a ? b : a;
    static const guchar protocol[2] = {TCP, 0};
    guint8 digest[SHA1_SIZE];
    gsize size = sizeof digest;
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    update_be16(sha1, 0);
    g_checksum_update(sha1, low->addr.bytes, (gssize)addr_size(&low->addr));
    g_checksum_update(sha1, high->addr.bytes, (gssize)addr_size(&high->addr));
    g_checksum_update(sha1, protocol, sizeof protocol);
    update_be16(sha1, low->port);
    update_be16(sha1, high->port);
    g_checksum_get_digest(sha1, digest, &size);

    gint state = 0, save = 0;
    memcpy(buf, "1:", 2);
    gsize n = 2 + g_base64_encode_step(digest, size, FALSE, buf + 2, &state, &save);
    n += g_base64_encode_close(FALSE, buf + n, &state, &save);
    buf[n] = '\0';
    return buf;
}
