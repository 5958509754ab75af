/* A cipher for tests: not AES, but as unpredictable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_TESTS_ANONYMIZE_CIPHER_H
#define SMBT_TESTS_ANONYMIZE_CIPHER_H

#include <glib.h>
#include <smbtrace/smbtrace.h>
#include <string.h>

static void t_encrypt(const uint8_t in[16], uint8_t out[16], void *user)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint8_t digest[32];
    gsize length = sizeof digest;
    g_checksum_update(sum, user, -1);
    g_checksum_update(sum, in, 16);
    g_checksum_get_digest(sum, digest, &length);
    g_checksum_free(sum);
    memcpy(out, digest, 16);
}

/* `key` is a text that lives as long as the cipher. */
static smbt_anonymize_cipher t_cipher(const char *key)
{
    return (smbt_anonymize_cipher){.encrypt = t_encrypt, .user = (void *)key, .seed = {1, 2, 3}};
}

#endif
