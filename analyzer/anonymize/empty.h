/* The frame that stands where another was taken out, so that the numbers of the frames behind it stay.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_ANONYMIZE_EMPTY_H
#define SMBT_ANONYMIZE_EMPTY_H

#include "wire/trace.h"

#define SMBT_EMPTY_MAX 96

typedef struct smbt_empty {
    int linktype;
    uint32_t len;
    uint8_t data[SMBT_EMPTY_MAX];
} smbt_empty;

/* An IPv6 packet with nothing in it, from nowhere to nowhere, in what the link type asks for. For a frame
 * that could not be decoded (`undecoded`, otherwise NULL) one that can't be either, for the same reason where
 * that shows in a header by itself. */
void smbt_empty_make(int linktype, const smbt_wire_trace *undecoded, smbt_empty *ret_empty);

#endif
