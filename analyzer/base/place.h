/* How frames are named: by their number, and by their file too where that is another one than the reader has
 * in mind.
 *
 * Code that forms a text prints numbers as they are. Where frames of several files are read as one capture
 * these numbers are from SMBT_FRAME_PLACED on, which nothing else is, and are replaced once the text is
 * whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_BASE_PLACE_H
#define SMBT_BASE_PLACE_H

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_naming {
    const smbt_places *places; /* NULL: one file, numbers are what they are */
    uint64_t home;             /* frames of this one's file go without its name; 0: none do */
} smbt_naming;

/* A frame that is not placed lies in no file and keeps its number. */
smbt_place smbt_place_of(const smbt_places *places, uint64_t frame);

/* Whether the frame lies in another file than `home`. */
bool smbt_naming_is_elsewhere(const smbt_naming *naming, uint64_t frame);

/* Replaces the numbers of placed frames in what stands in `text` from `from` on: by "3", or "3 of
 * ring_00002.pcap". `escape` appends a name as the format of the text wants it; NULL: as it is. */
void smbt_naming_apply(const smbt_naming *naming, GString *text, gsize from,
                       void (*escape)(GString *out, const char *name));

#endif
