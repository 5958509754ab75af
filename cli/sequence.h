/* Several captures in the order of time: which one the next frame comes from, which frames are in two of
 * them, and where a frame lies that was handed out.
 *
 * A file's own frames keep their order. Files that overlap in time are read side by side; a frame that
 * another of them holds too, byte for byte at the same microsecond, is left out. Only the files that are
 * under way are open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_CLI_SEQUENCE_H
#define SMBT_CLI_SEQUENCE_H

#include "input.h"
#include "scan.h"

#include <smbtrace/smbtrace.h>

enum member_state {
    MEMBER_WAITING, /* has frames, its turn is to come */
    MEMBER_READING,
    MEMBER_DONE,   /* read as far as it goes: see result */
    MEMBER_REFUSED /* not a capture, or not to be read at all */
};

struct member {
    const struct entry *entry;
    char *name;  /* as in the report */
    char *label; /* the same, as short as it can be; owned */
    enum member_state state;
    enum input_result result; /* DONE */
    char *problem;            /* REFUSED: what is wrong; owned */
    bool is_missed;      /* REFUSED: somebody counts on it; else it is no capture and was found in a folder */
    struct input *input; /* READING */
    unsigned given;      /* its place among the inputs */
    unsigned index;      /* its place in the order of time */
    smbt_frame frame;    /* READING: the next one */
    smbt_time first, last;        /* of its frames; NONE: it has none */
    uint64_t frames;              /* read */
    uint64_t repeated;            /* of them left out: another file has them too */
    uint64_t backward;            /* of them older than the one before */
    uint64_t cut;                 /* of them without their end */
    uint32_t cut_least, cut_most; /* bytes there are of those */
    smbt_duration pause;          /* before its first frame; UNKNOWN: it is the first, or overlaps */
    bool hole;                    /* that pause is none: packets are missing */
    unsigned absent; /* files that were made before it and are not among them, as its name tells */
    void *user;      /* the receiver's */
};

struct sequence;

/* What becomes of the frames. */
struct sequence_receiver {
    void (*begin)(struct member *member, void *user); /* its turn has come, it is open */
    /* The first frame of it comes next, and all before are in no other; `hole`: packets are missing. */
    void (*seam)(struct member *member, bool hole, void *user);
    /* `number` is that in its file. */
    void (*frame)(struct member *member, uint64_t number, const smbt_frame *placed, void *user);
    bool (*batch)(struct member *member, void *user); /* now and then; false: no more */
    void (*end)(struct member *member, void *user);   /* it is DONE, and still open */
    void *user;
};

/* Looks into every file of `entries`, and puts them in order. Those that can't be read are REFUSED.
 * `as_records`: they are to be read again, and by libwiretap; what comes through a pipe is kept for that. */
struct sequence *sequence_new(const GPtrArray *entries, bool as_records);
void sequence_free(struct sequence *sequence);

/* In order; the ones without frames come last. */
unsigned sequence_count(const struct sequence *sequence);
struct member *sequence_get(const struct sequence *sequence, unsigned index);

/* Hands out all frames. false: the receiver wanted no more, or sequence_error says why there are none. */
bool sequence_read(struct sequence *sequence, const struct sequence_receiver *receiver);

/* 0, or how many files can be open at a time, where more overlap: their frames did not come in order then. */
unsigned sequence_beyond(const struct sequence *sequence);

/* 0, or the errno of why it can't be kept any more, or told, where frames lie. */
int sequence_error(const struct sequence *sequence);

/* Where the frames lie that were handed out. */
const smbt_places *sequence_places(const struct sequence *sequence);

#endif
