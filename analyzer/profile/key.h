/* Keys of profiles and their values as text. Within this layer only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMBT_PROFILE_KEY_H
#define SMBT_PROFILE_KEY_H

#include "profile/profile.h"

enum smbt_key_type { SMBT_KEY_ENUM, SMBT_KEY_DURATION };

/* A row of keys.def. */
typedef struct smbt_key_info {
    const char *name;
    enum smbt_side side;
    enum smbt_key_type type;
    int64_t lowest, highest; /* durations in ns; enums: indexes into words */
    const char *words;       /* of an enum, comma-separated */
    const char *meaning;
} smbt_key_info;

const smbt_key_info *smbt_key_get(enum smbt_key key);
/* The key of that name for a side, or -1. */
int smbt_key_find(const char *name, enum smbt_side side);

/* The value of a text; the error names the key, behind `origin`, and its range. */
bool smbt_key_parse(const smbt_key_info *key, const char *origin, const char *text, int64_t *ret_value,
                    GError **error);
/* The key of a side that `name` may mean, or NULL. */
const char *smbt_key_nearest(const char *name, enum smbt_side side);
/* Sets the error for a name that is no key, behind `origin`; returns false. */
bool smbt_key_unknown(const char *origin, const char *name, enum smbt_side side, GError **error);
/* "40ms", "off"; "off, on", "a time from 0s to 1min". The caller frees with g_free. */
char *smbt_key_format(const smbt_key_info *key, int64_t value);
char *smbt_key_range(const smbt_key_info *key);

#define SMBT_LINE 80
/* The words of `text` from `column` on, in lines of SMBT_LINE columns that begin at `indent`, and the line's
 * end. */
void smbt_append_wrapped(GString *s, glong column, int indent, const char *text);

#endif
