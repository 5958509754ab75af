/* Names that stand for names.
 *
 * Letters become letters of the same case, digits digits, characters of other scripts others of the same
 * script; punctuation stays. What a name becomes depends on the key and on the name without regard to case,
 * not on where it was found or in which character set; two names never become one. Names with dots and paths
 * are taken part by part, so that a host keeps its pseudonym within its full name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_PSEUDONYM_H
#define SMBT_ANONYMIZE_PSEUDONYM_H

#include "anonymize/key.h"

enum smbt_anon_charset { SMBT_ANON_OEM, SMBT_ANON_UTF16 };

enum smbt_anon_kind {
    SMBT_ANON_NAME,    /* parts that are nobody's (localhost) stay */
    SMBT_ANON_PATH,    /* parts that are the protocol's own (IPC$, srvsvc) stay */
    SMBT_ANON_PRODUCT, /* words that vendors use stay */
    SMBT_ANON_SECRET,  /* every character becomes an x */
};

/* Puts the pseudonym of the text of n bytes at `in` to `out`. The text ends at the first NUL; what lies
 * behind it becomes 0. */
void smbt_pseudonym_text(smbt_anon_key *key, enum smbt_anon_kind kind, enum smbt_anon_charset charset,
                         const uint8_t *in, uint8_t *out, size_t n);

#endif
