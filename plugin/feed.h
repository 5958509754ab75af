/* From Wireshark's frames to findings: one engine for each capture file.
 *
 * Frames go to the engine in Wireshark's first pass, as raw bytes (but see inner.h). Findings become final
 * when that pass is over; before, the frame that ends a connection carries what is known at that frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBTRACE_PLUGIN_FEED_H
#define SMBTRACE_PLUGIN_FEED_H

#include "fields.h"
#include "store.h"
#include "ws_compat.h"

/* Registers what Wireshark calls when a file is opened, read to its end, and closed. */
void smbt_feed_register(int proto);

/* Whether frames come at all: the user may turn the protocol off. */
bool smbt_feed_is_enabled(void);

/* Call for each dissection of a frame, before anything of it is painted; `tree` may be NULL. */
void smbt_feed_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Has a function called when what is known of the capture became final, or was lost. One only. */
void smbt_feed_when_known(void (*function)(void));

/* Everything that was found, once that is final; NULL before. */
const smbt_store *smbt_feed_final(void);

/* Frames share their numbers: nothing is known, and nothing will be. */
bool smbt_feed_is_lost(void);

/* What is known of a frame now; NULL: nothing. */
const smbt_mark *smbt_feed_marks(uint32_t frame);

/* A note of the plugin itself that belongs to this frame; NULL: none (left). `at` counts from 0. The text may
 * be NULL: the note's own will do. */
typedef struct smbt_feed_note {
    enum smbt_note_kind kind;
    uint32_t frame;
    char *text;
} smbt_feed_note;
const smbt_feed_note *smbt_feed_note_at(uint32_t frame, unsigned at);

/* The state of the frame's connection after it, as lines of text; NULL unless the preference asks for it. */
const char *smbt_feed_state(uint32_t frame);

#endif
