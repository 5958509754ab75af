/* The secret of a run, and what is made with it: addresses and numbers that stand for others.
 *
 * IP addresses are mapped as Crypto-PAn does (Xu, Fan, Ammar, Moon 2002): two addresses that share their
 * first n bits share the first n bits of what they become, and no more. But private networks stay private
 * ones: bits on the way to such a block are not changed. Everything else is derived with HMAC-SHA-256 under a
 * key that is derived too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_KEY_H
#define SMBT_ANONYMIZE_KEY_H

#include <glib.h>
#include <smbtrace/anonymize.h>

typedef struct smbt_anon_key {
    smbt_encrypt_fn encrypt;
    void *user;
    uint8_t pad[16];        /* Crypto-PAn's */
    uint8_t secret[32];     /* of everything but addresses */
    GHashTable *addresses;  /* smbt_addr to smbt_addr: those mapped lately */
    GHashTable *pseudonyms; /* GBytes to GBytes: those made lately (pseudonym.c) */
} smbt_anon_key;

smbt_anon_key *smbt_anon_key_new(const smbt_anonymize_cipher *cipher);
void smbt_anon_key_free(smbt_anon_key *key);

/* In place: 4 or 16 bytes of an address. */
void smbt_anon_key_address(smbt_anon_key *key, uint8_t *bytes, size_t n);

/* In place: an Ethernet address. It stays a group or single address and becomes a locally administered one;
 * the broadcast address and zero stay as they are. */
void smbt_anon_key_mac(const smbt_anon_key *key, uint8_t mac[6]);

/* In place: n <= 32 bytes that identify, such as a GUID. All zero stays so. */
void smbt_anon_key_id(const smbt_anon_key *key, uint8_t *bytes, size_t n);

/* 32 bytes that depend on the key, what they are for, and n bytes of input. */
void smbt_anon_key_digest(const smbt_anon_key *key, const char *what, const void *bytes, size_t n,
                          uint8_t ret_digest[32]);

#endif
