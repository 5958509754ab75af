/* The key of --anonymize: one for a run, so that all its captures share their pseudonyms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SECRET_H
#define SMBT_CLI_SECRET_H

#include <smbtrace/smbtrace.h>

struct secret {
    uint8_t key[SMBT_ANONYMIZE_KEY_SIZE];
};

/* A random key, or that of a file: 32 bytes, or 64 hexadecimal digits. A file that is not there is made, with
 * a random key. false, after one line on standard error, when the file is no key or can't be read or made. */
bool secret_make(struct secret *ret_secret, const char *file);

/* A cipher under the key; one per thread. secret_cipher_clear frees what it holds. */
void secret_cipher(const struct secret *secret, smbt_anonymize_cipher *ret_cipher);
void secret_cipher_clear(smbt_anonymize_cipher *cipher);

#endif
