/* One message on its way to being anonymised: what it was, and what it becomes. At first all of it is blank.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_BLANK_H
#define SMBT_ANONYMIZE_BLANK_H

#include "anonymize/pseudonym.h"
#include "base/cursor.h"
#include "smb/pairing.h"

typedef struct smbt_blank {
    smbt_anon_key *key;
    smbt_cur message; /* from its first byte behind the four of its length */
    uint8_t *out;     /* message.captured bytes */
    size_t used;      /* of those: up to the last that is not blank */
} smbt_blank;

/* What must be remembered of a connection from one message to the next: requests whose answers do not say
 * what they are. */
typedef struct smbt_blank_memory {
    smbt_pairing transactions;
} smbt_blank_memory;

void smbt_blank_memory_clear(smbt_blank_memory *memory);

/* Fills out[0 .. captured), which need not be 0, with what becomes of a message of the type that stands in
 * its four-byte header. */
void smbt_blank_message(smbt_blank *b, uint8_t type, smbt_blank_memory *memory);

/* ---- For those who decode: cursors are over the message, whatever their own beginning ------------------ */

/* n bytes at an offset stay, as far as they were captured and declared. */
void smbt_blank_keep(smbt_blank *b, size_t at, size_t n);
/* The next n bytes of the cursor stay; it moves on. */
void smbt_blank_keep_next(smbt_blank *b, smbt_cur *c, size_t n);
/* The next n bytes of the cursor are a text (what was captured of it), of which a pseudonym stays. */
void smbt_blank_text_next(smbt_blank *b, smbt_cur *c, size_t n, enum smbt_anon_kind kind,
                          enum smbt_anon_charset charset);
/* The next n <= 32 bytes identify something; others stand for them if all were captured. */
void smbt_blank_id_next(smbt_blank *b, smbt_cur *c, size_t n);
/* Where the cursor stands in the message. */
size_t smbt_blank_offset(const smbt_blank *b, const smbt_cur *c);
/* A cursor over n bytes at an offset; failed where the message ends before. */
smbt_cur smbt_blank_region(const smbt_blank *b, size_t at, size_t n);

/* The parts. */
void smbt_blank_smb1(smbt_blank *b, smbt_blank_memory *memory);
void smbt_blank_smb2(smbt_blank *b);
void smbt_blank_session_request(smbt_blank *b);
/* A security blob at a cursor that ends with it. */
void smbt_blank_auth(smbt_blank *b, smbt_cur blob);

#endif
