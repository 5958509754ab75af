/* What happened to one TCP connection: who ended it, how, in which frame; and what its segments say of their
 * senders.
 *
 * The observer knows no rule. It records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_TRACK_H
#define SMBT_OBSERVE_TRACK_H

#include "base/time.h"
#include "observe/stamps.h"
#include "stream/half.h"
#include "wire/segment.h"

#include <smbtrace/smbtrace.h>

/* How the IP IDs of one sender follow each other. */
typedef struct smbt_id_series {
    smbt_time time; /* of the last */
    uint16_t last;
    uint16_t steps;        /* from one to another */
    uint16_t near;         /* of those, a little ahead: a counter */
    uint16_t near_swapped; /* likewise, with the bytes of the ID swapped */
} smbt_id_series;

/* One direction, by who sends. */
typedef struct smbt_sender {
    /* Touched by every segment, so kept together. */
    uint64_t segments;
    uint64_t payload_segments;
    uint64_t last_frame;
    smbt_time last;
    smbt_time last_payload; /* new payload; SMBT_TIME_NONE before the first */
    uint16_t last_ip_id;
    uint16_t window; /* last one seen */
    uint8_t ttl;     /* of the first segment */
    uint8_t marks;   /* SMBT_MARK_ of all of them */
    bool ttl_varies;
    uint8_t routed_hops; /* by how many the hop count differed then */
    bool routed;         /* some of its packets are in the capture twice, before and after a router */
    bool has_ip_id;
    bool has_acked;
    bool last_has_ack;
    uint32_t acked_to;  /* what the other side acknowledged */
    smbt_time acked_at; /* when it did */
    /* The same unacknowledged payload sent again, and TCP keep-alive probes, since the other side was last
     * heard. */
    unsigned unanswered_repeats;
    unsigned unanswered_probes;

    /* The same payload sent again by the clock though the capture has the other side's acknowledgment. */
    unsigned deaf_repeats;
    uint32_t deaf_seq;
    smbt_time first_deaf, last_deaf;
    uint64_t first_deaf_frame;

    uint32_t last_ack;  /* of its last segment, if last_has_ack */
    uint32_t usual_ack; /* likewise, of its last that is no RST, if has_usual_ack */
    bool has_usual_ack;
    uint32_t repeat_seq;
    smbt_time first_repeat, last_repeat;
    uint64_t first_repeat_frame;
    smbt_time first_probe;
    uint64_t first_probe_frame;
    uint64_t first_frame;
    smbt_time first;
    bool has_stamps;
    smbt_stamp first_stamp, last_stamp;
    bool has_mac;
    uint8_t mac[6];
    uint16_t first_ip_id;
    /* Of its segments that are no RST: what one of them should look like. */
    uint64_t learned; /* how many there were */
    uint8_t ttl_low, ttl_high;
    bool mac_varies, sets_df, omits_df, omits_stamps;
    smbt_id_series ids;
} smbt_sender;

/* What a SYN says of the stack that sent it. */
typedef struct smbt_syn_print {
    bool seen, cut; /* cut: its options were not captured whole */
    uint8_t ttl;
    bool dont_fragment;
    uint16_t window, mss;
    uint8_t window_scale;
    bool sack_permitted;
    uint32_t option_layout;
} smbt_syn_print;

/* The first segment after a time without any, as long as the other side has not answered it. */
typedef struct smbt_resumption {
    bool set;
    unsigned side;       /* that sent it */
    smbt_time since;     /* of the last segment before */
    uint64_t last_frame; /* that segment */
    smbt_time time;
    uint64_t frame;
} smbt_resumption;

/* Shorter pauses are not noted. */
#define SMBT_PAUSE (10 * SMBT_SEC)

typedef struct smbt_end_event {
    bool set;
    enum smbt_end_kind kind;
    enum smbt_side by;
    uint64_t frame;
    smbt_time time;
    bool refused;     /* RST in answer to a SYN */
    uint8_t ttl;      /* of the segment that ended it */
    bool foreign_ttl; /* it differs from what this side sent before */
    unsigned marks;   /* of an RST: enum smbt_reset_mark */
    uint16_t window, ip_id;
    uint16_t own_window, own_ip_id; /* of the last of this side's others */
    uint32_t ack;                   /* of the segment that ended it */
    uint32_t sent_to, peer_sent_to; /* where the two directions stood, its own side's first */
    bool started, peer_started;     /* they are known */
    uint32_t guess;                 /* the RST that was furthest ahead */
    unsigned guesses;               /* how many came after the first, each further ahead */
    /* 0: none */
    uint64_t own_reset_frame;    /* a later RST of the same side, with a TTL of its own */
    uint64_t both_frame;         /* an RST in the other side's name just after it, which is none of its own */
    uint64_t going_on_frame;     /* the side said to have sent the RST still has the connection */
    bool mid_message;            /* a message of the client had begun and not ended */
    bool stalled;                /* the client had closed its receive window */
    unsigned tried_by;           /* the side that ended it; of silence, the one that tried in vain */
    unsigned unanswered_repeats; /* of that side */
    smbt_time first_repeat;
    uint64_t first_repeat_frame;
    unsigned unanswered_probes;
    smbt_time first_probe;
    uint64_t first_probe_frame;
    unsigned
        peer_repeats; /* likewise, of the other side: bytes that the one that ended it never acknowledged */
    smbt_time first_peer_repeat, last_peer_repeat;
    uint64_t first_peer_repeat_frame;
    unsigned deaf_repeats; /* smbt_sender, of the side that ended it */
    smbt_time first_deaf, last_deaf;
    uint64_t first_deaf_frame;
    /* An RST without ACK whose sequence number is what the other side's last segment acknowledged: the answer
     * of a stack to a segment for which it has no connection (RFC 9293 3.5.2). */
    bool answers;
    uint64_t answered_frame; /* that segment; also set when the rest does not hold; 0: none */
    smbt_time answered;
    smbt_time heard;          /* this side's last segment before; SMBT_TIME_NONE: none */
    uint64_t heard_frame;     /* that segment */
    bool has_ack;             /* the segment that ended it acknowledges something */
    bool after_fin;           /* and in particular a FIN of the other side that was not captured */
    uint32_t seq;             /* of the segment that ended it */
    uint64_t more_frame;      /* the other side's FIN or RST, or a second one; 0: none yet */
    uint64_t challenge_frame; /* the client disowned it: it sent a SYN on its ports, the server acknowledged
                               * the old stream in this frame, and the client reset that; 0: not so */
    bool continued;           /* the side said to have ended it sent more, with its usual TTL */
    bool unexpected;          /* an RST at another number than its receiver expects */
} smbt_end_event;

/* What came after the RST that is said to have ended it: aftermath.h. By side where there are two. */
typedef struct smbt_aftermath {
    uint64_t alive_frame[2]; /* the first that shows that the side still has the connection; 0: none */
    uint32_t reach[2];       /* where it stood shortly after the RST: what lies behind was sent later */
    unsigned signs[2];
    uint32_t ack[2]; /* of its last segment before, if has_ack */
    bool has_ack[2];
    uint16_t ip_id[2], window[2]; /* likewise */
    uint64_t challenge_frame;     /* the receiver acknowledges once more what it expects; 0: it does not */
    smbt_time challenge_time;
    uint32_t challenge_ack;
    unsigned more_resets; /* of the same side */
    bool peer_reset;      /* the other side sent one */
    bool denied;          /* the side that it names reset something that was sent since */
    smbt_end_event later; /* the first segment since that ends a connection; unset: none */
} smbt_aftermath;

typedef struct smbt_track {
    smbt_sender sender[2]; /* [0] client, [1] server */
    bool syn_seen, syn_ack_seen, established;
    unsigned syns;           /* of the client */
    bool handshake_repeated; /* its SYN or the answer was sent again: its times tell nothing */
    uint64_t first_frame, last_frame;
    smbt_time first, last;
    smbt_resumption resumed; /* the latest; when the connection ended, the one then */
    smbt_end_event end;
    smbt_aftermath after; /* of that end, when it is an RST */
    /* The latest segment's own time: those of several interfaces, or captured out of order, may lie before
     * the time that the capture has come to. Set by the caller before the segment; 0: it is as told. */
    smbt_time sent;
    smbt_syn_print syn;     /* the client's */
    struct smbt_line *line; /* that its client's timestamps lie on; a reference, or NULL: not told */
    uint32_t syn_seq;
    uint64_t syn_frame;
    /* The server's answer to the SYN was an acknowledgment of another stream, and the client reset that. */
    uint64_t challenge_frame, disowned_frame;
    uint32_t challenge_ack;
    smbt_time syn_time, syn_ack_time, handshake_time; /* NONE when not seen */
} smbt_track;

void smbt_track_init(smbt_track *t);

/* Whether a SYN starts a new connection on a four-tuple that is still known: its sequence number is not that
 * of the SYN that opened the old one. */
bool smbt_track_is_new_syn(const smbt_track *t, const smbt_segment *segment);

/* The connection was never closed in the capture: silence, as long as it is not known better. */
void smbt_track_vanish(smbt_track *t);

/* Whether a side had repeated itself without an answer, and then been silent until `now` for longer than it
 * would have waited with the next attempt: it gave up without a word. */
bool smbt_track_fell_silent(const smbt_track *t, smbt_time now);

/* The client reset what was left of `old`: `t` is the track of the SYN on the same ports, and its
 * disowned_frame is now. */
void smbt_track_disown(smbt_track *old, const smbt_track *t);

/* Records a segment, after its payload was handed on. `result` is what the stream layer made of the payload,
 * `half` the direction of the segment. True when this very segment ended the connection. */
bool smbt_track_segment(smbt_track *t, unsigned side, const smbt_segment *segment,
                        enum smbt_half_result result, const smbt_half half[2], uint64_t frame,
                        smbt_time time);

#endif
