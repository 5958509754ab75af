/* Bytes of one direction to messages: finds the four-byte header in front of each message, hands out the
 * beginning of the message, and skips the rest by arithmetic. Payload is never kept.
 *
 * A message is handed out once as many of its bytes arrived as its decoders want (whole for NEGOTIATE and
 * SESSION_SETUP, up to the end of a path for what names one, the header and words for the rest). What arrived
 * but was not captured stays "not captured".
 *
 * A message of SMB2 may be a compound of several. Where the header of a later part does not lie in what was
 * handed out, it is handed out by itself once it came, as a message with `part` set.
 *
 * After a gap that hides a message boundary, and in a capture that starts mid-stream, the framer is lost: it
 * then looks for a plausible header, a sane length in front of an SMB signature, and goes on from there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_STREAM_FRAMER_H
#define SMBT_STREAM_FRAMER_H

#include <smbtrace/types.h>

/* Most bytes of a message that are ever handed out, its four-byte header not counted, unless they came in one
 * piece. */
#define SMBT_MESSAGE_PREFIX_MAX 4096

/* The longest message that is believed: of SMB2 with 8 MB of data, and some room. Servers of SMB1 may take
 * offence at much less (0x1ffff on direct TCP, MS-SMB 2.1); such messages are handed out as any other. */
#define SMBT_MESSAGE_LEN_MAX 0x820000

/* The header of SMB2. */
#define SMBT_MESSAGE_PART_HEADER 64

typedef struct smbt_message {
    uint64_t at;   /* of its four-byte header, in bytes of the stream since smbt_framer_init */
    uint32_t part; /* 0; of a later part of a compound where it begins, counted from the first part. It has
                      no four-byte header: `at` and `frame` are those of its own first byte, `len` goes
                      to the end of the compound, and no more than its header is at `data` */
    uint8_t type;  /* of the four-byte header: 0 message, 0x81 session request ... */
    uint32_t len;  /* declared, behind the four bytes */
    const uint8_t *data; /* behind the four bytes; borrowed for the call */
    uint32_t captured;   /* bytes at data, from the first on */
    uint64_t frame;      /* of the first byte */
    smbt_time time;
    uint64_t done_frame; /* of the last byte handed out: the whole message where decoders want it whole */
    smbt_time done_time;
} smbt_message;

/* Called for each message. */
typedef void (*smbt_message_fn)(const smbt_message *message, void *user);

enum smbt_framer_state { SMBT_FRAMER_LOST, SMBT_FRAMER_AT_HEADER, SMBT_FRAMER_IN_PREFIX };

/* The later part of a compound that comes next. */
typedef struct smbt_part {
    uint32_t at;            /* counted from the first part */
    uint32_t left;          /* bytes of the compound from there on */
    uint32_t wait;          /* bytes of the stream until it begins */
    uint32_t arrived, held; /* of its header; fewer are held when some were not captured */
    uint64_t position, frame;
    smbt_time time;
    uint8_t header[SMBT_MESSAGE_PART_HEADER];
} smbt_part;

typedef struct smbt_framer {
    /* Touched by every segment, so kept together. */
    enum smbt_framer_state state;
    uint32_t skip;     /* bytes of the current message still to be passed over */
    uint64_t position; /* bytes fed or passed over since smbt_framer_init */
    uint64_t messages; /* handed out */
    uint64_t lost;     /* gaps that hid the boundary of a message */
    uint64_t
        malformed; /* headers that can be none: of an unknown type, or longer than SMBT_MESSAGE_LEN_MAX */

    const uint8_t *looked; /* behind the last byte that was looked at; for comparing only, not for reading */

    uint32_t need;      /* IN_PREFIX: bytes to collect, the four-byte header counted */
    uint32_t arrived;   /* IN_PREFIX: bytes that came */
    uint32_t held;      /* IN_PREFIX: bytes of them in buffer; fewer when some were not captured */
    bool need_is_final; /* IN_PREFIX: the command is known, so is what its decoder wants */
    uint64_t start;     /* IN_PREFIX: position of the message */
    uint8_t *buffer;    /* SMBT_MESSAGE_PREFIX_MAX + 4 bytes, or NULL while nothing is collected */
    uint64_t frame;
    smbt_time time;

    smbt_part *part; /* while bytes are passed over: what to hand out of them, or NULL */
} smbt_framer;

/* Starts at a message boundary (`synced`, behind a SYN) or somewhere. */
void smbt_framer_init(smbt_framer *f, bool synced);
void smbt_framer_clear(smbt_framer *f);

/* The next `len` bytes of the stream, of which the first `captured` are at `data`. */
void smbt_framer_feed(smbt_framer *f, const uint8_t *data, uint32_t captured, uint32_t len, uint64_t frame,
                      smbt_time time, smbt_message_fn fn, void *user);

/* `len` bytes of the stream that the capture does not have. */
void smbt_framer_gap(smbt_framer *f, uint32_t len, uint64_t frame, smbt_time time, smbt_message_fn fn,
                     void *user);

/* Whether a message began and its last byte has not arrived. */
bool smbt_framer_mid_message(const smbt_framer *f);

/* Whether the captured bytes look like the start of an SMB message: a sane header before an SMB signature. */
bool smbt_framer_looks_like_smb(const uint8_t *data, uint32_t captured);

#endif
