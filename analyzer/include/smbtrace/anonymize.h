/* Captures that may be given away: what names machines, people and files goes, what verdicts rest on stays.
 *
 * An anonymizer eats frames as an engine does and hands each out rewritten, under the same number, time and
 * link type. By default nothing passes: every byte is blank unless a rule says that it stays or what stands
 * for it. An engine that is fed what came out says of it what it says of the original, by other names.
 *
 *   addresses  of IP: prefix-preserving (Crypto-PAn). Of Ethernet: others that are locally administered.
 *   names      of users, domains, workstations, servers, shares, files: others of the same length and shape,
 *              the same for the same name, whatever its case or character set.
 *   systems    NativeOS and NativeLanMan keep the words that vendors use; other words are names.
 *   blank      passwords, challenges, responses, tickets, signatures, file data and times, and all that is
 *              not understood. Frames that are no part of an SMB connection become empty ones.
 *   kept       ports, sequence numbers, flags, options, IP ID, TTL, times of capture, all lengths; of SMB
 *              the headers but for the signature, numbers that name sessions, shares, files and requests,
 *              and what the two sides agree on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_ANONYMIZE_H
#define SMBTRACE_ANONYMIZE_H

#include <smbtrace/types.h>

/* Encrypts one block with AES-128 under the first 16 bytes of the key. */
typedef void (*smbt_encrypt_fn)(const uint8_t in[16], uint8_t out[16], void *user);

#define SMBT_ANONYMIZE_KEY_SIZE 32
typedef struct smbt_anonymize_cipher {
    smbt_encrypt_fn encrypt;
    void *user;
    uint8_t seed[16]; /* the last 16 bytes of the key */
} smbt_anonymize_cipher;

typedef struct smbt_anonymize_output {
    /* A frame; its bytes are borrowed for the call. Returns where it was put, for `amend`. */
    uint64_t (*frame)(const smbt_frame *frame, void *user);
    /* n bytes of a frame handed out before, from its byte `at` on: they have become known since. */
    void (*amend)(uint64_t place, uint32_t at, const uint8_t *bytes, uint32_t n, void *user);
    void *user;
} smbt_anonymize_output;

typedef struct smbt_anonymizer smbt_anonymizer;

/* `output` is copied. */
smbt_anonymizer *smbt_anonymizer_new(const smbt_anonymize_cipher *cipher,
                                     const smbt_anonymize_output *output);
void smbt_anonymizer_free(smbt_anonymizer *anonymizer);

/* Connections to this TCP port are SMB's from their first packet on, as those to 445 and 139 are. */
void smbt_anonymizer_add_port(smbt_anonymizer *anonymizer, uint16_t port);

/* Takes the next frame and hands one out. Numbers must rise: for those left out an empty frame is handed out
 * each. */
void smbt_anonymizer_push(smbt_anonymizer *anonymizer, const smbt_frame *frame);

/* Says that the capture is over. Amends what waited for more of its message. */
void smbt_anonymizer_finish(smbt_anonymizer *anonymizer);

typedef struct smbt_anonymize_counts {
    uint64_t frames;  /* handed out */
    uint64_t emptied; /* of those: no part of an SMB connection, or not to be rewritten */
    uint64_t blanked; /* segments whose payload stayed blank for a cap: 0 in captures of any sense */
} smbt_anonymize_counts;

void smbt_anonymizer_get_counts(const smbt_anonymizer *anonymizer, smbt_anonymize_counts *ret_counts);

#endif
