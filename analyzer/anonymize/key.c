/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymize/key.h"

#include "base/addr.h"

/* Addresses and names that are remembered; then all are forgotten, and made again. */
#define REMEMBERED 65536

static guint hash_addr(gconstpointer addr)
{
    return smbt_addr_hash(addr);
}

static gboolean equal_addrs(gconstpointer a, gconstpointer b)
{
    return smbt_addr_equal(a, b);
}

smbt_anon_key *smbt_anon_key_new(const smbt_anonymize_cipher *cipher)
{
    smbt_anon_key *key = g_new0(smbt_anon_key, 1);
    key->encrypt = cipher->encrypt;
    key->user = cipher->user;
    key->encrypt(cipher->seed, key->pad, key->user);
    /* No block that addresses are made of begins like these: those are the pad's but for an address. */
    for (unsigned i = 0; i < 2; i++) {
        uint8_t block[16];
        memcpy(block, key->pad, sizeof block);
        block[15] = (uint8_t)(block[15] ^ (i + 1));
        block[0] ^= 0xff;
        key->encrypt(block, key->secret + 16 * i, key->user);
    }
    key->addresses = g_hash_table_new_full(hash_addr, equal_addrs, g_free, g_free);
    key->pseudonyms = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                            (GDestroyNotify)g_bytes_unref);
    return key;
}

void smbt_anon_key_free(smbt_anon_key *key)
{
    if (!key) return;
    g_hash_table_unref(key->addresses);
    g_hash_table_unref(key->pseudonyms);
    g_free(key);
}

/* Private networks stay what they are: which side of a NAT was recorded shows by them. */
static const struct block {
    uint8_t size; /* of the address */
    uint8_t bits;
    uint8_t bytes[2];
} blocks[] = {
    {4, 8, {10}},        {4, 12, {172, 16}}, {4, 16, {192, 168}},    {4, 10, {100, 64}},
    {4, 16, {169, 254}}, {16, 7, {0xfc}},    {16, 10, {0xfe, 0x80}},
};

/* Whether the first `bits` bits of the address lead to such a block: then the next one stays. */
static bool leads_to_block(const uint8_t *address, size_t n, size_t bits)
{
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        const struct block *b = &blocks[i];
        if (b->size != n || bits >= b->bits) continue;
        size_t same = 0;
        while (same < bits && !((address[same / 8] ^ b->bytes[same / 8]) & (0x80 >> same % 8)))
            same++;
        if (same == bits) return true;
    }
    return false;
}

static void map_address(const smbt_anon_key *key, const uint8_t *in, uint8_t *out, size_t n)
{
    uint8_t block[16], encrypted[16];
    memcpy(block, key->pad, sizeof block);
    memcpy(out, in, n);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        key->encrypt(block, encrypted, key->user);
        uint8_t mask = (uint8_t)(0x80 >> bit % 8);
        if (encrypted[0] & 0x80 && !leads_to_block(in, n, bit)) out[bit / 8] ^= mask;
        block[bit / 8] = (uint8_t)((block[bit / 8] & ~mask) | (in[bit / 8] & mask));
    }
}

void smbt_anon_key_address(smbt_anon_key *key, uint8_t *bytes, size_t n)
{
    smbt_addr addr = {.family = n == 4 ? 4 : 6};
    memcpy(addr.bytes, bytes, n);
    smbt_addr *known = g_hash_table_lookup(key->addresses, &addr);
    if (!known) {
        if (g_hash_table_size(key->addresses) >= REMEMBERED) g_hash_table_remove_all(key->addresses);
        known = g_new0(smbt_addr, 1);
        known->family = addr.family;
        map_address(key, bytes, known->bytes, n);
        g_hash_table_insert(key->addresses, g_memdup2(&addr, sizeof addr), known);
    }
    memcpy(bytes, known->bytes, n);
}

void smbt_anon_key_digest(const smbt_anon_key *key, const char *what, const void *bytes, size_t n,
                          uint8_t ret_digest[32])
{
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key->secret, sizeof key->secret);
    gsize length = 32;
    g_hmac_update(hmac, (const guchar *)what, (gssize)strlen(what) + 1);
    g_hmac_update(hmac, bytes, (gssize)n);
    g_hmac_get_digest(hmac, ret_digest, &length);
    g_hmac_unref(hmac);
}

static bool all_are(const uint8_t *bytes, size_t n, uint8_t value)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != value) return false;
    return true;
}

void smbt_anon_key_mac(const smbt_anon_key *key, uint8_t mac[6])
{
    if (all_are(mac, 6, 0) || all_are(mac, 6, 0xff)) return;
    uint8_t digest[32];
    bool is_group = mac[0] & 1;
    smbt_anon_key_digest(key, "mac", mac, 6, digest);
    memcpy(mac, digest, 6);
    mac[0] = (uint8_t)((mac[0] & ~1) | 2 | is_group);
}

void smbt_anon_key_id(const smbt_anon_key *key, uint8_t *bytes, size_t n)
{
    if (n == 0 || n > 32 || all_are(bytes, n, 0)) return;
    uint8_t digest[32];
    smbt_anon_key_digest(key, "id", bytes, n, digest);
    memcpy(bytes, digest, n);
}
