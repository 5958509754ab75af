/* Writes JSON (RFC 8259) straight into a string: no tree of nodes, no copy.
 *
 * The writer keeps the commas; the caller keeps the nesting. Every value takes a key, a literal of the code's
 * own, or NULL inside an array. What comes out is always valid UTF-8: bytes that are not become U+FFFD, and
 * control characters, C1 and bidi controls and line separators are written as \u escapes, so that a terminal
 * or a web page that shows the JSON as it is can't be led astray by it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_REPORT_JSONOUT_H
#define SMBT_REPORT_JSONOUT_H

#include "base/place.h"

#include <glib.h>
#include <smbtrace/types.h>

typedef struct smbt_jsonout {
    GString *out;       /* the caller's; appended to */
    bool comma;         /* the next value is not the first of its object or array */
    smbt_naming naming; /* of frames */
} smbt_jsonout;

void smbt_jsonout_begin_object(smbt_jsonout *json, const char *key);
void smbt_jsonout_end_object(smbt_jsonout *json);
void smbt_jsonout_begin_array(smbt_jsonout *json, const char *key);
void smbt_jsonout_end_array(smbt_jsonout *json);

void smbt_jsonout_null(smbt_jsonout *json, const char *key);
void smbt_jsonout_bool(smbt_jsonout *json, const char *key, bool value);
void smbt_jsonout_uint(smbt_jsonout *json, const char *key, uint64_t value);
/* A share or a rate, six digits of it. */
void smbt_jsonout_real(smbt_jsonout *json, const char *key, double value);
/* null when value is NULL. */
void smbt_jsonout_string(smbt_jsonout *json, const char *key, const char *value);
/* An array of strings; empty when values is NULL. */
void smbt_jsonout_strings(smbt_jsonout *json, const char *key, const GPtrArray *values);
/* A frame number; null for 0. Of a frame in another file than the record's follows that file: "file" after
 * "frame", "first_file" after "first_frame". */
void smbt_jsonout_frame(smbt_jsonout *json, const char *key, uint64_t frame);
/* A duration as milliseconds, exact; null when it is unknown. */
void smbt_jsonout_ms(smbt_jsonout *json, const char *key, smbt_duration value);
/* A difference, which may be negative, as milliseconds; in units of which 1000 are one, such as ppb as ppm.
 */
void smbt_jsonout_signed_ms(smbt_jsonout *json, const char *key, int64_t ns);
void smbt_jsonout_signed_thousandths(smbt_jsonout *json, const char *key, int64_t thousandths);
/* Likewise as seconds. */
void smbt_jsonout_s(smbt_jsonout *json, const char *key, smbt_duration value);
/* RFC 3339; and the nanoseconds since the epoch, as a string. null when the time is not set. */
void smbt_jsonout_time(smbt_jsonout *json, const char *key, smbt_time value);
void smbt_jsonout_epoch(smbt_jsonout *json, const char *key, smbt_time value);

#endif
