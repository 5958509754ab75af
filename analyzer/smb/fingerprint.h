/* A message as a number: by which the same message is known again in another capture, whatever addresses,
 * snap length or segments it has there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_SMB_FINGERPRINT_H
#define SMBT_SMB_FINGERPRINT_H

#include "base/cursor.h"

typedef struct smbt_fingerprint {
    uint64_t head;  /* of length, command, status and flags: what a snap length of 96 leaves */
    uint64_t body;  /* of more, MID and first words included; 0: not all of that stands at the cursor */
    bool has_vc;    /* it is a SESSION_SETUP_ANDX request, captured so far */
    uint16_t vc;    /* its VcNumber */
    bool is_unique; /* the body holds what one side made up: a challenge, the answer to one, or a signature */
} smbt_fingerprint;

/* Of the message whose four-byte header stands at the cursor, over what one segment has of it. False when too
 * little is captured. */
bool smbt_fingerprint_take(smbt_cur c, smbt_fingerprint *ret_print);

#endif
