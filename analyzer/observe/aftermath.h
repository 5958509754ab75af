/* What comes after an RST: whether both sides go on with the connection, so that it ended nothing.
 *
 * Receivers take an RST only at the very number that they expect next; at another one within their window
 * they answer by an acknowledgment, and outside of it they drop it (RFC 5961 3). One that was made or that
 * strayed may be ignored so; or it never reached anybody, since it was captured where others filter, or its
 * hop count was too low.
 *
 * That one side goes on says that it did not send the RST; the other side may have obeyed it. Only what both
 * of them do after it tells that it was ignored:
 *
 *   new bytes, a FIN among them, that come too late to have been sent before the RST; an acknowledgment of
 *   such bytes; a second or more later, any segment at the place where the side stands that is not one of
 *   before captured once more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_OBSERVE_AFTERMATH_H
#define SMBT_OBSERVE_AFTERMATH_H

#include "observe/track.h"

/* The RST that ended it is at hand: what comes is compared with what was. */
void smbt_aftermath_begin(smbt_track *t, unsigned side);

/* A segment after it, which is no packet captured twice. `sent` is its own time. */
void smbt_aftermath_segment(smbt_track *t, unsigned side, const smbt_segment *s, enum smbt_half_result result,
                            const smbt_half half[2], uint64_t frame, smbt_time sent);

/* Both sides had the connection after the RST that is said to have ended it. */
bool smbt_aftermath_is_ignored(const smbt_track *t);

/* Its receiver said that it does not take it, and the side that it names had time to say in turn that it has
 * no such connection, and did not: so both have it. Of the other one nothing more needs to come. */
bool smbt_aftermath_is_undenied(const smbt_track *t, smbt_time now);

/* The RST that ended it may be one that nobody obeyed: it is not at the number that its receiver expects, or
 * not of the host that it names. And nothing says yet that the other side is gone. */
bool smbt_aftermath_is_wary(const smbt_track *t);

/* The RST ended nothing: the end is the segment that ended it since, or there is none. True when there is. */
bool smbt_aftermath_undo(smbt_track *t);

#endif
