/* The part of a capture that its findings rest on: small enough to send, and proven to give the same
 * findings.
 *
 * The rule: all frames of the connections that the findings name, by their ends, culprits, and frames of
 * evidence; and the first and the last frame of the capture, so that clocks run as long. Of these frames what
 * no engine looks at, such as the data of files, is cut off. The frames chosen are analysed by themselves;
 * when the findings differ, the rule is widened, step by step up to the whole capture.
 * Where that makes many frames, the middle of long connections is left out, if the findings stay the same.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_EVIDENCE_H
#define SMBT_CLI_EVIDENCE_H

#include "input.h"

#include <smbtrace/smbtrace.h>

enum evidence_scope {
    EVIDENCE_CONNECTIONS, /* that the findings name */
    EVIDENCE_CLIENTS,     /* all SMB connections of the client addresses in them */
    EVIDENCE_PEERS,       /* and those of the server addresses in them */
    EVIDENCE_SMB,         /* all SMB connections */
    EVIDENCE_FRAMES,      /* all frames */
    EVIDENCE_WHOLE,       /* and nothing cut off */
    EVIDENCE_SCOPES
};

struct evidence {
    enum evidence_scope scope;
    bool is_trimmed;   /* the middle of long connections was left out */
    bool agrees;       /* the findings are the same */
    GArray *originals; /* of uint64_t: the numbers in the capture of the frames chosen */
    uint64_t cut;      /* bytes cut off */
};

/* When trimmed: so many frames of each connection are kept from its beginning and before its end, and as many
 * frames of the capture around those that the findings name. */
#define EVIDENCE_HEAD 100
#define EVIDENCE_TAIL 300
#define EVIDENCE_NEAR 100

/* What to look for. */
struct evidence_request {
    const smbt_config *config;
    const GPtrArray *verdicts;  /* of the whole capture: verdicts.h */
    enum smbt_severity least;   /* of the findings that matter */
    bool notes_ends;            /* all ends get comments, whatever their severity */
    const smbt_places *origins; /* of a copy of several files: where its frames lie; else NULL */
};

/* Chooses frames of `input`, and writes them to `fd` as pcapng, with packet comments on what was found in
 * them, and on their original numbers. false with a problem, which the caller frees. evidence_clear in either
 * case. */
bool evidence_write(const struct input *input, const struct evidence_request *request, int fd,
                    struct evidence *ret_evidence, char **ret_problem);
void evidence_clear(struct evidence *evidence);

#endif
