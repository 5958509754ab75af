/* libgcrypt, made ready once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_CRYPTO_H
#define SMBT_CLI_CRYPTO_H

/* From any thread, before the library is used. */
void crypto_prepare(void);

#endif
